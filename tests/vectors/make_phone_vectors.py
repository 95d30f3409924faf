"""Makes phone.json beside it: what a phone signs, what it is promised, what it counts; see README.md.

Made once: statements are signed with chance, so no second file is the same.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from ledger.admission import prove_possession, sign_admission  # noqa: E402
from ledger.encoding import b64_decode, b64_encode, b64url_encode, canonical_json  # noqa: E402
from ledger.log.leaf import StatementLeaf, SubjectRef, parse_leaf  # noqa: E402
from ledger.log.note import TlogProof  # noqa: E402
from ledger.proof.bundle import Bundle, SnapshotProof, pack  # noqa: E402
from ledger.statement import jws  # noqa: E402
from ledger.statement.jws import Header, Seen, Typ  # noqa: E402
from ledger.statement.subjects import Role, key_uri  # noqa: E402
from tests.world import COOP, COOP_STEMS, HARVEST, PRODUCT, Key, World, lot  # noqa: E402

ROOT = bytes(range(32))


def private_jwk(key: Key) -> dict[str, Any]:
    secret = key.private.private_numbers().private_value.to_bytes(32)
    return {**key.jwk.to_json(), "d": b64url_encode(secret)}


def signed(key: Key) -> list[dict[str, Any]]:
    """Statements of every kind, with what a phone is given to sign them."""
    event = {
        "type": "ObjectEvent",
        "eventID": "urn:uuid:01890000-0000-7000-8000-000000000001",
        "quantityList": [{"epcClass": lot("H1"), "quantity": 12.4, "uom": "KGM"}],
        "nguon:note": "Hái ở vườn A03 ☀",
    }
    described = {"id": PRODUCT, "type": "urn:epcglobal:epcis:vtype:EPCClass", "attributes": {"n": 1e21}}
    given: list[tuple[Header, dict[str, Any]]] = [
        (Header(key.kid, Typ.EPCIS, (lot("H1"),)), event),
        (Header(key.kid, Typ.EPCIS, (lot("P1"), lot("A1")), (HARVEST, lot("B 2"))), event),
        (Header(key.kid, Typ.EPCIS, (lot("H1"),), (), Seen(2**53 - 1, ROOT)), event),
        (Header(key.kid, Typ.MASTER, (PRODUCT,), (), Seen(7, ROOT)), described),
        (Header(key.kid, Typ.KEY, (key.jwk.uri, COOP)), {"org": COOP}),
    ]
    return [
        {
            "heading": {
                "typ": header.typ.value,
                "about": list(header.about),
                **({"from": list(header.from_)} if header.from_ else {}),
                **(
                    {"seen": {"size": header.seen.size, "root": header.seen.root.hex()}}
                    if header.seen
                    else {}
                ),
            },
            "payload": canonical_json(payload).decode(),
            "statement": jws.sign(header, canonical_json(payload), key.private).raw,
        }
        for header, payload in given
    ]


def possession(key: Key, officer: Key) -> dict[str, Any]:
    claim: dict[str, Any] = {
        "org": COOP,
        "jwk": key.jwk.to_json(),
        "role": "member",
        "custody": "own",
        "stems": list(COOP_STEMS),
        "action": "admit",
        "time": "2026-09-21T08:00:00Z",
    }
    payload = canonical_json(claim)
    proof = prove_possession(payload, key.private)
    body, _, signature = proof.rpartition(".")
    statement = jws.sign(Header(key.kid, Typ.KEY, (key.jwk.uri, COOP)), payload, key.private).raw
    wrong = [
        ("of another payload", canonical_json({**claim, "stems": []}), proof),
        ("of another key", canonical_json({**claim, "jwk": officer.jwk.to_json()}), proof),
        ("signed by another", payload, prove_possession(payload, officer.private)),
        ("no signature", payload, f"{body}."),
        ("another signature", payload, f"{body}.{signature[:-2]}AA"),
        ("two segments", payload, body),
        ("a statement in its place", payload, statement),
    ]
    return {
        "claim": claim,
        "payload": payload.decode(),
        "possession": proof,
        "statement": sign_admission(payload, proof, officer.private).raw,
        "wrong": [{"why": why, "payload": told.decode(), "possession": shown} for why, told, shown in wrong],
    }


def receipt(world: World, index: int, size: int | None = None) -> dict[str, Any]:
    """The log's promise of an entry."""
    at = size or len(world.log)
    proof = TlogProof(index, world._inclusion(index, at), world.checkpoint(at)).pack()
    return {"index": index, "leaf": b64_encode(world.log[index].leaf), "proof": proof, "duplicate": False}


def receipts(world: World) -> dict[str, Any]:
    right: list[dict[str, Any]] = [
        {"statement": logged.statement.raw, "receipt": receipt(world, index)}
        for index, logged in enumerate(world.log)
        if logged.statement is not None
    ]
    first, second = right[-2], right[-1]
    good = second["receipt"]
    leaf = parse_leaf(b64_decode(good["leaf"]))
    assert isinstance(leaf, StatementLeaf)
    other = World(seed="other", origin=world.origin).found()
    more = tuple(sorted([*leaf.subjects, SubjectRef(bytes(32), 1)], key=lambda ref: ref.key))
    far = bytes(32)
    lines = good["proof"].split("\n")

    def lie(**changes: Any) -> dict[str, Any]:
        return {**good, "leaf": b64_encode(replace(leaf, **changes).pack())}

    def proven(*changed: str) -> dict[str, Any]:
        return {**good, "proof": "\n".join(changed)}

    stranger = TlogProof(good["index"], (), other.checkpoint(3)).pack()
    zero = good["proof"].replace("index ", "index 0")
    others = (*leaf.subjects[:-1], SubjectRef(b"\xff" * 32, 1))
    wrong = [
        ("receipt.commitment", "of another statement of the same log", first["receipt"]),
        ("receipt.commitment", "another commitment", lie(commitment=far)),
        ("receipt.filing", "filed under one more", lie(subjects=more)),
        ("receipt.filing", "filed under one less", lie(subjects=leaf.subjects[1:])),
        ("receipt.filing", "filed under others", lie(subjects=others)),
        ("receipt.filing", "another kind", lie(kind=4)),
        ("proof.inclusion", "another time than the log's", lie(time=leaf.time + 1)),
        ("receipt.leaf", "no leaf", {**good, "leaf": "AAAA"}),
        ("receipt.leaf", "a snapshot", {**good, "leaf": b64_encode(world.log[world.snapshot() - 1].leaf)}),
        ("receipt.index", "another index", {**good, "index": good["index"] + 1}),
        ("proof.inclusion", "a hash missing", proven(*lines[:2], *lines[3:])),
        ("proof.inclusion", "a hash too many", proven(*lines[:2], b64_encode(far), *lines[2:])),
        ("note.unverified", "signed by another log", proven(stranger)),
        ("note.syntax", "no header", proven(*lines[1:])),
        ("note.syntax", "no proof", proven()),
        ("note.syntax", "no index", proven(good["proof"].replace("index ", ""))),
        ("note.syntax", "an index with a zero before it", proven(zero)),
        ("note.syntax", "a short hash", proven(*lines[:2], "AAAA", *lines[3:])),
        ("note.syntax", "no checkpoint", proven(good["proof"].partition("\n\n")[0] + "\n\n")),
    ]  # fmt: skip
    return {
        "right": right,
        "wrong": [
            {"code": code, "why": why, "statement": second["statement"], "receipt": value}
            for code, why, value in wrong
        ],
    }


def by_key(world: World, name: str, *, pending: bool = False) -> str:
    """The bundle of all that was signed with a key."""
    uri = key_uri(world.keys[name].kid)
    at = world.anchored or 0
    head = len(world.log) if pending else at
    known: list[tuple[Role, str]] = [(Role.BY, uri)]
    keys = [(Role.ABOUT, key_uri(key.kid)) for key in (world.keys[name], world.keys["officer"])]
    subjects = [*known, *dict.fromkeys(keys)]
    return pack(
        Bundle(
            origin=world.origin,
            checkpoint=world.checkpoint(at),
            snapshot=SnapshotProof(world.log[at - 1].leaf, world._inclusion(at - 1, at)),
            subjects=tuple(world._subject(role, name, at, head) for role, name in subjects),
            pending_checkpoint=world.checkpoint(head) if head > at else None,
            consistency=world._consistency(at, head) if head > at else (),
        )
    ).decode()


def count() -> dict[str, Any]:
    """A member's entries, one of which his phone did not make; one after the anchor; a promise that was broken."""
    world = World("phone").found()
    for number in ("M1", "M2", "M3"):
        world.event("member", [lot(number)])
    world.snapshot()
    world.event("member", [lot("M4")])
    anchored = by_key(world, "member")
    kid = world.keys["member"].kid
    own = [
        (index, logged)
        for index, logged in enumerate(world.log)
        if logged.statement is not None and logged.statement.header.kid == kid
    ]
    size = world.anchored or 0
    return {
        "trust": world.trust().to_json(),
        "kid": kid,
        "anchor": {"size": size, "root": world.root(size).hex()},
        "signed": [
            {
                "commitment": logged.statement.commitment.hex() if logged.statement else "",
                "index": index,
                "leaf": b64_encode(logged.leaf),
            }
            for index, logged in own
        ],
        "bundle": anchored,
        "withPending": by_key(world, "member", pending=True),
        "ofAnother": by_key(world, "officer"),
    }


def main() -> None:
    world = World().found()
    member, officer = world.keys["member"], world.keys["officer"]
    value = {
        "key": private_jwk(member),
        "officer": private_jwk(officer),
        "kid": member.kid,
        "statements": signed(member),
        "admission": possession(member, officer),
        "trust": world.trust().to_json(),
        "receipts": receipts(world),
        "count": count(),
    }
    (HERE / "phone.json").write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
