"""What an adversary has signed and logged: statements that are wrong in one thing each.

Leaf, tree, map and checkpoint are right for what was written, unless they are the lie.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from ledger.encoding import b64url_decode, b64url_encode
from ledger.errors import LedgerError
from ledger.proof.bundle import Bundle, TemProof
from ledger.statement import jws
from ledger.statement.jws import Header, Typ
from tests.adversary import payloads
from tests.adversary.case import Case, case_of
from tests.world import (
    CONTEXT,
    Key,
    Logged,
    World,
    instance,
    lot,
)

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256."""


def cases() -> Iterator[Case]:
    """Every lie in a statement."""
    yield from _headers()
    yield from _signatures()
    yield from _events()


def new_world(seed: str) -> tuple[World, str]:
    world = World(seed=seed).found()
    return world, world.pack("GOOD")


def _raw(world: World, key: Key, header: bytes, payload: bytes, signature: bytes | None = None) -> str:
    """A statement's three segments, whatever stands in them, rightly signed."""
    signed = f"{b64url_encode(header)}.{b64url_encode(payload)}"
    return f"{signed}.{b64url_encode(signature if signature is not None else _sign(key, signed.encode()))}"


def _sign(key: Key, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.private.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def _log_raw(
    world: World, raw: str, about: Sequence[str], from_: Sequence[str] = (), by: str = "lab"
) -> None:
    """Log a statement that no signer of ours would write, filed as `about` and `from_` say."""
    header = Header(world.keys[by].kid, Typ.EPCIS, tuple(about), tuple(from_))
    statement = replace(jws.sign(header, b"{}", world.keys[by].private), raw=raw)
    world.append(statement)


def _about_lot(name: str, raw_of: Callable[[World, Key, str], str], *, wrong: bool = True) -> Case:
    world, uri = new_world(name)
    _log_raw(world, raw_of(world, world.keys["lab"], uri), [uri])
    world.snapshot()
    return case_of(name, world, world.bundle(uri), wrong=wrong)


def _observation(uri: str, **members: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventID": "urn:uuid:0190b0c0-0000-7000-8000-000000000001",
        "eventTime": "2026-09-20T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "quantityList": [{"epcClass": uri, "quantity": 29}],
        **members,
    }


# -- headers and signatures


def _headers() -> Iterator[Case]:
    def header(key: Key, uri: str) -> dict[str, Any]:
        return {"alg": "ES256", "kid": key.kid, "typ": "epcis+jws", "about": [uri]}

    changes: dict[str, Mapping[str, Any]] = {
        "as it should be": {},
        "alg none": {"alg": "none"},
        "alg HS256": {"alg": "HS256"},
        "alg es256": {"alg": "es256"},
        "no alg": {"alg": None},
        "kid of another": {"kid": "A" * 43},
        "kid a number": {"kid": 1},
        "kid empty": {"kid": ""},
        "kid too short": {"kid": "abc"},
        "typ JWT": {"typ": "JWT"},
        "typ in capitals": {"typ": "EPCIS+JWS"},
        "typ of a key": {"typ": "key+jws"},
        "typ of a description": {"typ": "master+jws"},
        "crit": {"crit": ["b64"]},
        "b64": {"b64": False},
        "jwk": {"jwk": {}},
        "about nothing": {"about": []},
        "about a text": {"about": "x"},
        "about twice": {"about": ["*", "*"]},
        "about another lot": {"about": [lot("ELSEWHERE")]},
        "about a number": {"about": ["*", 1]},
        "about an empty text": {"about": ["*", ""]},
        "about another spelling": {"about": ["*", "https://ID.gs1.org/01/09521001000055/10/X"]},
        "from nothing": {"from": []},
        "from itself": {"from": ["*"]},
        "from null": {"from": None},
        "seen": {"seen": {"size": 3, "root": "00" * 32}},
        "seen with a wrong root": {"seen": {"size": 3, "root": "00"}},
        "seen in capitals": {"seen": {"size": 3, "root": "AB" * 32}},
        "seen nothing": {"seen": {}},
        "seen null": {"seen": None},
        "seen nought": {"seen": {"size": 0, "root": "00" * 32}},
        "seen a float": {"seen": {"size": 3.0, "root": "00" * 32}},
        "seen true": {"seen": {"size": True, "root": "00" * 32}},
        "seen more": {"seen": {"size": 3, "root": "00" * 32, "time": 1}},
        "seen too large": {"seen": {"size": 2**53, "root": "00" * 32}},
    }
    for label, change in changes.items():

        def raw(
            world: World, key: Key, uri: str, change: Mapping[str, Any] = change, label: str = label
        ) -> str:
            value = header(key, uri) | {
                name: [uri if item == "*" else item for item in item_] if isinstance(item_, list) else item_
                for name, item_ in change.items()
            }
            if label == "no alg":
                del value["alg"]
            return _raw(world, key, orjson.dumps(value), orjson.dumps(_observation(uri)))

        yield _about_lot(f"header/{label}", raw, wrong=label not in ("as it should be", "seen"))
    texts: dict[str, Callable[[str], str]] = {
        "member twice": lambda text: text[:-1] + ',"alg":"ES256"}',
        "white space": lambda text: text.replace(":", " : "),
        "byte order mark": lambda text: "\ufeff" + text,
        "no object": lambda text: f"[{text}]",
        "empty": lambda text: "",
        "escaped": lambda text: text.replace('"alg"', '"\\u0061lg"'),
        "trailing text": lambda text: text + " x",
        "other order": lambda text: json.dumps(dict(reversed(json.loads(text).items()))),
    }
    for label, change_text in texts.items():

        def raw_text(
            world: World, key: Key, uri: str, change_text: Callable[[str], str] = change_text
        ) -> str:
            text = change_text(orjson.dumps(header(key, uri)).decode())
            return _raw(world, key, text.encode(), orjson.dumps(_observation(uri)))

        fine = label in ("white space", "escaped", "other order")
        yield _about_lot(f"header text/{label}", raw_text, wrong=not fine)


def _signatures() -> Iterator[Case]:
    def good(world: World, key: Key, uri: str) -> str:
        head = {"alg": "ES256", "kid": key.kid, "typ": "epcis+jws", "about": [uri]}
        return _raw(world, key, orjson.dumps(head), orjson.dumps(_observation(uri)))

    def with_signature(raw: str, change: Callable[[bytes], bytes]) -> str:
        signed, _, last = raw.rpartition(".")
        return f"{signed}.{b64url_encode(change(b64url_decode(last)))}"

    def turned(data: bytes) -> bytes:  # (r, n - s) is as good a signature
        return data[:32] + (ORDER - int.from_bytes(data[32:])).to_bytes(32)

    changes: dict[str, Callable[[str], str]] = {
        "flipped": lambda raw: with_signature(raw, lambda data: bytes([data[0] ^ 1]) + data[1:]),
        "the other s": lambda raw: with_signature(raw, turned),
        "r nought": lambda raw: with_signature(raw, lambda data: bytes(32) + data[32:]),
        "s nought": lambda raw: with_signature(raw, lambda data: data[:32] + bytes(32)),
        "r the order": lambda raw: with_signature(raw, lambda data: ORDER.to_bytes(32) + data[32:]),
        "short": lambda raw: with_signature(raw, lambda data: data[:63]),
        "long": lambda raw: with_signature(raw, lambda data: data + b"\0"),
        "none": lambda raw: raw.rpartition(".")[0] + ".",
        "two segments": lambda raw: raw.rpartition(".")[0],
        "four segments": lambda raw: raw + ".AAAA",
        "padded": lambda raw: raw + "==",
        "not canonical": lambda raw: raw[:-1] + chr(ord(raw[-1]) + 1),
        "standard alphabet": lambda raw: raw.replace("-", "+").replace("_", "/"),
        "line end": lambda raw: raw + "\n",
        "space before": lambda raw: " " + raw,
        "of another's": lambda raw: raw,
    }
    for label, change in changes.items():

        def raw(
            world: World, key: Key, uri: str, change: Callable[[str], str] = change, label: str = label
        ) -> str:
            return change(good(world, world.keys["rival"] if label == "of another's" else key, uri))

        yield _about_lot(
            f"signature/{label}", raw, wrong=label not in ("the other s", "standard alphabet", "of another's")
        )


# -- what events say


def _events() -> Iterator[Case]:
    for label, members in payloads.BIRTHS.items():
        world = World(seed=f"birth {label}").found()
        uri = world.pack("GOOD", **_filled(members, lot("GOOD")))
        world.roll("member", uri)
        world.snapshot()
        yield case_of(f"birth/{label}", world, world.bundle(uri), wrong=False)
        yield case_of(f"birth of a tem/{label}", world, world.bundle(uri, "7K001Q37"), wrong=False)
    for label, members in payloads.ROLLS.items():
        world, uri = new_world(f"roll {label}")
        root = world.roll("member", uri)
        serial = world.serial(uri, 5)
        logged = world.log.pop(root).statement
        assert logged is not None
        payload = {**logged.payload, **_filled(members, uri)}
        world.log_statement("member", Typ.EPCIS, payload, (uri,))
        world.snapshot()
        yield case_of(f"roll/{label}", world, bundle_of_tem(world, uri, serial), wrong=False)
    for label, members in payloads.OBSERVATIONS.items():
        for by in ("member", "lab", "authority"):
            world, uri = new_world(f"observation {label} {by}")
            world.event(by, [uri], **_filled(members, uri))
            world.snapshot()
            yield case_of(f"observation by {by}/{label}", world, world.bundle(uri), wrong=False)
            yield case_of(
                f"observation of an instance by {by}/{label}", world, world.bundle(uri, "A1"), wrong=False
            )
    for label, text in payloads.TEXTS.items():

        def raw(world: World, key: Key, uri: str, text: str = text) -> str:
            head = {"alg": "ES256", "kid": key.kid, "typ": "epcis+jws", "about": [uri]}
            body = text.replace("*", orjson.dumps(_observation(uri)).decode()[1:-1])
            return _raw(world, key, orjson.dumps(head), body.encode("utf-8", "surrogatepass"))

        yield _about_lot(f"payload/{label}", raw, wrong=False)
    world, uri = new_world("large")
    world.event("lab", [uri], note="x" * 48_000)
    world.snapshot()
    yield case_of("payload/large", world, world.bundle(uri), wrong=False)
    yield _about_lot(
        "payload/too large",
        lambda world, key, uri: _raw(
            world,
            key,
            orjson.dumps({"alg": "ES256", "kid": key.kid, "typ": "epcis+jws", "about": [uri]}),
            orjson.dumps(_observation(uri, note="x" * 66_000)),
        ),
    )


def bundle_of_tem(world: World, uri: str, serial: str) -> Bundle:
    """The bundle of a tem; without a slot where the roll is too long to make one, or has no shape to make one of."""
    try:
        if any(_is_too_long(logged) for logged in world.log):
            raise ValueError
        return world.bundle(uri, serial)
    except (LedgerError, ValueError, TypeError, KeyError):
        bundle = world.bundle(uri, "A1")
        subjects = tuple(
            replace(subject, uri=instance(serial)) if subject.uri == instance("A1") else subject
            for subject in bundle.subjects
        )
        return replace(bundle, subjects=subjects, tem=TemProof(serial, ()))


def _is_too_long(logged: Logged) -> bool:
    roll = logged.statement.payload.get("nguon:roll") if logged.statement else None
    count = roll.get("count") if isinstance(roll, dict) else None
    return isinstance(count, int) and count > 1_000


def _filled(members: Any, uri: str) -> Any:
    """The lot in the place of `*`."""
    if isinstance(members, str):
        return members.replace("*", uri)
    if isinstance(members, list):
        return [_filled(item, uri) for item in members]
    if isinstance(members, dict):
        return {name: _filled(item, uri) for name, item in members.items()}
    return members
