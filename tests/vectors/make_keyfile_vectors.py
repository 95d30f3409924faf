"""Makes tem/keys.json beside it: a file of keys, of `tests/world.py`, and what makes it wrong; see README.md.

Made once: statements are signed with chance, so no second file is the same.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from ledger import digsig  # noqa: E402
from ledger.encoding import hex_decode  # noqa: E402
from ledger.proof.keyfile import KeyEntry, KeyFile  # noqa: E402
from ledger.statement.jws import Typ  # noqa: E402
from tests.world import COOP, COOP_STEMS, GTIN, RIVAL, World  # noqa: E402

LOT, SERIAL = "THV260116", "0000GBCDEFGHJKMNP"
LINK = f"https://nguon.example/01/{GTIN}/10/{LOT}/21/{SERIAL}"


def file_of(world: World, *kinds: Typ) -> KeyFile:
    """Every statement of these kinds, each with its proof under the newest checkpoint."""
    size = len(world.log)
    entries = tuple(
        KeyEntry(index, logged.leaf, world._inclusion(index, size), logged.statement.raw)
        for index, logged in enumerate(world.log)
        if logged.statement is not None and logged.statement.header.typ in (kinds or (Typ.KEY,))
    )
    return KeyFile(world.origin, world.checkpoint(size), entries)


def told() -> World:
    """Everybody is admitted, one key is revoked, and one is admitted by somebody who may not."""
    world = World().found()
    world.admit("member", COOP, "member", COOP_STEMS, by="officer", action="revoke")
    world.admit("intruder", COOP, "member", COOP_STEMS, by="lab")
    world.admit("second", COOP, "member", COOP_STEMS, by="officer")
    world.snapshot()
    return world


def wrong(world: World, file: KeyFile) -> list[tuple[str, str, KeyFile]]:
    first, second, *rest = file.keys
    signature = second.statement.rpartition(".")[0] + "." + first.statement.rpartition(".")[2]
    far = hex_decode("00" * 32)
    other = World(seed="another").found()
    other.snapshot()
    return [
        ("bundle.origin", "of another log", replace(file, origin="other.example")),
        (
            "note.unverified",
            "another size",
            replace(file, checkpoint=file.checkpoint.replace("\n", "\n1", 1)),
        ),
        ("note.unverified", "signed by another log's key", replace(file_of(other), origin=file.origin)),
        ("proof.inclusion", "another place", _with(file, replace(first, index=first.index + 10), second)),
        (
            "proof.inclusion",
            "a proof too long",
            _with(file, replace(first, inclusion=(*first.inclusion, far))),
        ),
        ("proof.inclusion", "no proof", _with(file, replace(first, inclusion=()))),
        ("bundle.commitment", "another statement", _with(file, replace(first, statement=second.statement))),
        (
            "bundle.commitment",
            "another signature",
            replace(file, keys=(first, replace(second, statement=signature), *rest)),
        ),
        ("bundle.commitment", "no key statement", replace(file, keys=file_of(world, Typ.MASTER).keys)),
        ("bundle.syntax", "not rising", replace(file, keys=file.keys[::-1])),
        ("bundle.syntax", "one twice", _with(file, first, first)),
        ("statement.syntax", "no statement", _with(file, replace(first, statement="a.b"))),
    ]


def shapes(file: KeyFile) -> list[tuple[str, str, Any]]:
    """Why, what is changed, into what."""
    first = json.loads(file.pack())["keys"][0]
    return [
        ("another version", "/v", 2),
        ("a version that is no integer", "/v", "1"),
        ("no origin", "/origin", None),
        ("no checkpoint", "/checkpoint", 7),
        ("keys are no list", "/keys", {}),
        ("an entry is no object", "/keys/0", 5),
        ("an index that is no number", "/keys/0", {**first, "index": True}),
        ("an index below 0", "/keys/0", {**first, "index": -1}),
        ("a proof that is no list", "/keys/0", {**first, "inclusion": "00"}),
        ("a hash too short", "/keys/0", {**first, "inclusion": ["00"]}),
        ("a leaf that is no base64", "/keys/0", {**first, "leaf": "*"}),
        ("a statement withheld", "/keys/0", {**first, "statement": None}),
    ]


def changes(file: KeyFile, other: KeyFile) -> dict[str, Any]:
    """The members of a file that are other ones in another, by JSON pointer."""
    old, new = json.loads(file.pack()), json.loads(other.pack())
    found = {f"/{name}": new[name] for name in ("origin", "checkpoint") if new[name] != old[name]}
    if len(new["keys"]) != len(old["keys"]):
        return {**found, "/keys": new["keys"]}
    pairs = enumerate(zip(old["keys"], new["keys"], strict=True))
    return {**found, **{f"/keys/{place}": entry for place, (was, entry) in pairs if was != entry}}


def vectors() -> dict[str, Any]:
    world = told()
    file = file_of(world)
    stranger = replace(world.trust(), registrars=World(seed="another").trust().registrars)
    links = {
        name: digsig.seal_link(LINK, world.keys[name].kid, world.keys[name].private)
        for name in ("second", "officer", "rival", "member", "intruder")
    }
    assert world.keys["rival"].org == RIVAL
    good = links["second"]
    return {
        "trust": world.trust().to_json(),
        "file": json.loads(file.pack()),
        "size": len(world.log),
        "time": int(world.now.timestamp() * 1000),
        "admitted": [
            _named(world, name)
            for name in ("officer", "member", "lab", "authority", "shop", "rival", "second")
        ],
        "strangers": stranger.to_json(),
        "wrong": [
            {"why": why, "code": code, "set": changes(file, item)} for code, why, item in wrong(world, file)
        ],
        "malformed": [{"why": why, "set": {where: value}} for why, where, value in shapes(file)],
        "labels": [
            {"link": good, "signer": world.keys["second"].kid},
            {"link": links["officer"], "signer": world.keys["officer"].kid},
            {
                "link": good.replace(SERIAL, SERIAL[:-1] + "Q"),
                "code": "digsig.forged",
                "why": "one letter changed",
            },
            {
                "link": good[:-3] + ("A" if good[-3] != "A" else "B") + good[-2:],
                "code": "digsig.forged",
                "why": "one letter of the signature changed",
            },
            {"link": links["rival"], "code": "digsig.foreign", "why": "another's product"},
            {"link": links["member"], "code": "digsig.revoked", "why": "the key was revoked"},
            {
                "link": links["intruder"],
                "code": "digsig.unknown_key",
                "why": "nobody who may admitted the key",
            },
            {"link": LINK, "code": "digsig.missing", "why": "not signed"},
        ],
    }


def _with(file: KeyFile, *entries: KeyEntry) -> KeyFile:
    return replace(file, keys=(*entries, *file.keys[len(entries) :]))


def _named(world: World, name: str) -> dict[str, Any]:
    return {"kid": world.keys[name].kid, "org": world.keys[name].org, "revoked": name == "member"}


if __name__ == "__main__":
    text = json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"
    (HERE / "tem" / "keys.json").write_text(text, "utf-8")
