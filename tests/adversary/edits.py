"""What an adversary changes in a bundle that it has: every member of it, in every way that JSON allows."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.encoding import b64_encode
from ledger.log import merkle
from ledger.log.note import Checkpoint, NoteSigner, sign_checkpoint
from ledger.proof import bundle as bundles
from ledger.proof.bundle import Bundle
from ledger.proof.target import Target
from tests.adversary.case import Case, case_of
from tests.world import GTIN, HARVEST, World, lot

Path = tuple[str | int, ...]


def honest() -> tuple[World, Bundle]:
    """A world with a released recall, a voided entry, a roll, pending entries; and the bundle of a tem of it."""
    world = World(seed="edits").found()
    uri = world.pack("GOOD")
    world.roll("member", uri)
    world.recall("member", uri)
    world.recall("member", uri, release=True)
    world.void(
        world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 2}])
    )
    world.pack("OTHER")
    world.snapshot()
    world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 1}])
    return world, world.bundle(uri, world.serial(uri, 5), pending=True)


def cases() -> Iterator[Case]:
    """Every structural edit of one bundle, and what signing anew makes possible."""
    world, bundle = honest()
    document = orjson.loads(bundles.pack(bundle))
    for path in paths_of(document):
        for label, edit in changes_of(member_at(document, path)):
            edited = json.loads(json.dumps(document))
            put_at(edited, path, edit)
            name = f"edit/{'/'.join(map(str, path))}/{label}"
            yield case_of(name, world, orjson.dumps(edited), honest=bundle, wrong=False)
        if isinstance(path[-1], str):
            edited = json.loads(json.dumps(document))
            del member_at(edited, path[:-1])[path[-1]]
            yield case_of(
                f"edit/{'/'.join(map(str, path))}/missing",
                world,
                orjson.dumps(edited),
                honest=bundle,
                wrong=False,
            )
    yield from _texts(world, bundle)
    yield from _signed_anew(world, bundle)
    yield from _other_targets(world, bundle)


def mutations(count: int, seed: int) -> Iterator[Case]:
    """Random changes: of bytes, of members, of hexadecimal digits, of places in lists."""
    world, bundle = honest()
    packed = bundles.pack(bundle)
    document = orjson.loads(packed)
    paths = list(paths_of(document))
    chance = random.Random(seed)
    for number in range(count):
        kind = chance.randrange(4)
        if kind == 0:
            data = bytearray(packed)
            for _ in range(chance.choice((1, 1, 1, 2, 5))):
                data[chance.randrange(len(data))] = chance.choice((chance.randrange(256), 0x22, 0x30, 0x5C))
            changed = bytes(data)
        elif kind == 1:
            start = chance.randrange(len(packed))
            stop = min(len(packed), start + chance.randrange(1, 40))
            changed = packed[:start] + packed[stop:]
        else:
            edited = json.loads(json.dumps(document))
            path = chance.choice(paths)
            value = member_at(edited, path)
            if kind == 2 and isinstance(value, str) and value:
                place = chance.randrange(len(value))
                letter = chance.choice("0123456789abcdefABCZz_-+/= \n.é")
                put_at(edited, path, value[:place] + letter + value[place + chance.randrange(2) :])
            else:
                put_at(edited, path, member_at(document, chance.choice(paths)))
            changed = orjson.dumps(edited)
        yield case_of(f"mutation/{seed}/{number}", world, changed, honest=bundle, wrong=False)


def paths_of(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every member and element, but of long lists the first two and the last."""
    if isinstance(value, dict):
        for name in value:
            yield (*path, name)
            yield from paths_of(value[name], (*path, name))
    elif isinstance(value, list):
        for place in sorted({0, 1, len(value) - 1} & set(range(len(value)))):
            yield (*path, place)
            yield from paths_of(value[place], (*path, place))


def changes_of(value: Any) -> Iterator[tuple[str, Any]]:
    yield "null", None if value is not None else 0
    if isinstance(value, str):
        yield "empty", ""
        yield "upper", value.upper() if value.upper() != value else value.lower()
        yield "space", value + " "
        yield "shorter", value[:-1]
        yield "number", 1
        yield "list", [value]
        if value:
            yield "first", ("f" if value[0] != "f" else "0") + value[1:]
            last = "A" if value[-1] != "A" else "B"
            yield "last", value[:-1] + last
    elif isinstance(value, bool) or value is None:
        yield "text", "x"
    elif isinstance(value, int):
        yield from (
            ("up", value + 1),
            ("down", value - 1),
            ("negative", -1),
            ("float", value + 0.5),
            ("true", True),
            ("text", str(value)),
            ("huge", 2**53),
            ("zero", 0),
            ("integral float", float(value)),
        )
    elif isinstance(value, list):
        yield "emptied", []
        yield "object", {}
        if value:
            yield "twice", [*value, value[-1]]
            yield "cut", value[:-1]
            yield "beheaded", value[1:]
            yield "turned", value[::-1]
            yield "null inside", [*value, None]
    elif isinstance(value, dict):
        yield "emptied", {}
        yield "list", [value]
        yield "more", {**value, "unheardOf": 1}


def member_at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def put_at(value: Any, path: Path, new: Any) -> None:
    member_at(value, path[:-1])[path[-1]] = new


def _texts(world: World, bundle: Bundle) -> Iterator[Case]:
    """What no JSON library writes."""
    packed = bundles.pack(bundle)
    text = packed.decode()
    edits: dict[str, bytes] = {
        "empty": b"",
        "null": b"null",
        "list": b"[]",
        "cut": packed[:-1],
        "byte order mark": b"\xef\xbb\xbf" + packed,
        "trailing comma": packed[:-1] + b",}",
        "trailing text": packed + b"x",
        "two documents": packed + packed,
        "white space": b" \r\n\t" + packed + b"\n",
        "no utf-8": packed[:-1] + b',"x":"\xff"}',
        "utf-16": text.encode("utf-16"),
        "member twice": packed[:-1] + b',"v":1}',
        "unknown member twice": packed[:-1] + b',"x":1,"x":2}',
        "escaped member": text.replace('"origin"', '"\\u006frigin"', 1).encode(),
        "escaped member twice": packed[:-1] + b',"\\u0076":1}',
        "lone surrogate": packed[:-1] + b',"x":"\\ud800"}',
        "pair of surrogates": packed[:-1] + b',"x":"\\ud83c\\udf31"}',
        "decomposed": packed[:-1] + ',"x":"e\u0301"}'.encode(),
        "decomposed name": packed[:-1] + ',"e\u0301":1}'.encode(),
        "infinity": packed[:-1] + b',"x":1e400}',
        "NaN": packed[:-1] + b',"x":NaN}',
        "big integer": packed[:-1] + b',"x":9007199254740993}',
        "largest integer": packed[:-1] + b',"x":9007199254740991}',
        "big float": packed[:-1] + b',"x":1e300}',
        "tiny float": packed[:-1] + b',"x":1e-400}',
        "leading zero": packed[:-1] + b',"x":01}',
        "plus": packed[:-1] + b',"x":+1}',
        "bare point": packed[:-1] + b',"x":1.}',
        "minus zero": packed[:-1] + b',"x":-0}',
        "control character": packed[:-1] + b',"x":"\x01"}',
        "raw tab": packed[:-1] + b',"x":"\t"}',
        "delete": packed[:-1] + b',"x":"\x7f"}',
        "bad escape": packed[:-1] + b',"x":"\\x41"}',
        "single quotes": packed.replace(b'"v"', b"'v'", 1),
        "comment": packed[:-1] + b"/**/}",
        "deep 190": packed[:-1] + b',"x":' + b"[" * 190 + b"]" * 190 + b"}",
        "deep 250": packed[:-1] + b',"x":' + b"[" * 250 + b"]" * 250 + b"}",
        "deep 100000": packed[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "version 1.0": packed.replace(b'"v":1', b'"v":1.0', 1),
        "version true": packed.replace(b'"v":1', b'"v":true', 1),
        "index 1e0": text.replace('"index":', '"index":0e0,"was":', 1).encode(),
        "null byte": packed[:-1] + b',"x":"\\u0000"}',
        "line separator": packed[:-1] + ',"x":"\u2028"}'.encode(),
        "noncharacter": packed[:-1] + ',"x":"\uffff"}'.encode(),
        "composed from parts": packed[:-1] + ',"x":"\u1ea5 \u00e2\u0301"}'.encode(),
        "compatibility": packed[:-1] + ',"x":"\ufb01\u2126"}'.encode(),
        "hangul": packed[:-1] + ',"x":"\u1100\u1161"}'.encode(),
    }
    for label, data in edits.items():
        yield case_of(f"text/{label}", world, data, honest=bundle, wrong=False)


def _signed_anew(world: World, bundle: Bundle) -> Iterator[Case]:
    """What the holder of the log key can sign for."""
    size = world.anchored or 0
    signer: NoteSigner = world._log_key
    root = world.root(size)
    other = NoteSigner(world.origin, _ed25519(world, "another"))
    notes: dict[str, str] = {
        "size up": sign_checkpoint(Checkpoint(world.origin, size + 1, root), signer),
        "size down": sign_checkpoint(Checkpoint(world.origin, size - 1, root), signer),
        "size one": sign_checkpoint(Checkpoint(world.origin, 1, merkle.leaf_hash(world.log[0].leaf)), signer),
        "size nought": sign_checkpoint(Checkpoint(world.origin, 0, merkle.EMPTY_ROOT), signer),
        "other root": sign_checkpoint(Checkpoint(world.origin, size, bytes(32)), signer),
        "root of the head": sign_checkpoint(
            Checkpoint(world.origin, size, world.root(len(world.log))), signer
        ),
        "head": world.checkpoint(len(world.log)),
        "other origin": sign_checkpoint(Checkpoint(world.origin + "x", size, root), signer),
        "other key": sign_checkpoint(Checkpoint(world.origin, size, root), other),
    }
    body, _, signatures = world.checkpoint(size).partition("\n\n")
    _, _, foreign = notes["other key"].partition("\n\n")
    notes |= {
        "foreign line more": f"{body}\n\n{signatures}{foreign}",
        "foreign line first": f"{body}\n\n{foreign}{signatures}",
        "own line twice": f"{body}\n\n{signatures}{signatures}",
        "own line, and one that is wrong": f"{body}\n\n{signatures}{signatures[:-6]}AAAA=\n",
        "grease": f"{body}\n\n{signatures}— grease.example AAAAAAAAAAAAAAAA\n",
        "extension line": body + "\nextension\n\n" + signatures,
        "leading zero": world.checkpoint(size).replace(f"\n{size}\n", f"\n0{size}\n"),
        "plus": world.checkpoint(size).replace(f"\n{size}\n", f"\n+{size}\n"),
        "no signature": body + "\n\n",
        "carriage returns": world.checkpoint(size).replace("\n", "\r\n"),
        "no last line end": world.checkpoint(size)[:-1],
        "line end more": world.checkpoint(size) + "\n",
    }
    for text, label in (
        ("extension", "extension line, signed"),
        ("", "empty line, signed"),
        ("a\tb", "control character, signed"),
    ):
        notes[label] = _signed(world, f"{world.origin}\n{size}\n{_root_line(body)}\n{text}\n")
    for number in ("0" + str(size), " " + str(size), str(2**53), str(2**64), "-1", "1e1", "٣"):
        notes[f"size {number!r}, signed"] = _signed(world, f"{world.origin}\n{number}\n{_root_line(body)}\n")
    for label, note in notes.items():
        yield case_of(f"note/{label}", world, replace(bundle, checkpoint=note), honest=bundle, wrong=False)
        yield case_of(
            f"pending note/{label}",
            world,
            replace(bundle, pending_checkpoint=note),
            honest=bundle,
            wrong=False,
        )


def _ed25519(world: World, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(world._digest(name))


def _signed(world: World, text: str) -> str:
    """A note with the log's own signature, whatever its text."""
    vkey = world.trust().log_key
    signature = _ed25519(world, "log").sign(text.encode())
    return f"{text}\n— {vkey.name} {b64_encode(vkey.key_id + signature)}\n"


def _root_line(body: str) -> str:
    return body.split("\n")[2]


def _other_targets(world: World, bundle: Bundle) -> Iterator[Case]:
    """Bundles of something else than was scanned, subjects that another bundle lends."""
    serial = world.serial(lot("GOOD"), 5)
    asked = Target(GTIN, "GOOD", serial)
    yield case_of("target/right", world, bundle, expect=asked, wrong=False)
    for label, target in {
        "other lot": Target(GTIN, "OTHER", serial),
        "other case": Target(GTIN, "good", serial),
        "other serial": Target(GTIN, "GOOD", world.serial(lot("GOOD"), 6)),
        "no serial": Target(GTIN, "GOOD", None),
        "no lot": Target(GTIN, None, serial),
        "other product": Target("09521001000024", "GOOD", serial),
    }.items():
        yield case_of(f"target/{label}", world, bundle, expect=target)
    for uri in (lot("OTHER"), HARVEST, lot("NEVER")):
        yield case_of(f"target/bundle of {uri}", world, world.bundle(uri), expect=asked)
    other = world.bundle(lot("OTHER"))
    change: Callable[[int], Bundle] = lambda place: replace(  # noqa: E731
        bundle,
        subjects=tuple(
            other.subjects[0] if number == place else subject
            for number, subject in enumerate(bundle.subjects)
        ),
    )
    for place in range(len(bundle.subjects)):
        yield case_of(f"lent/{place}", world, change(place), honest=bundle, wrong=False)
    old = World(seed="edits").found()
    old.pack("GOOD")
    old.snapshot()
    stranger = World(seed="stranger").found()
    stranger.pack("GOOD")
    stranger.snapshot()
    yield case_of("target/an old bundle", world, old.bundle(lot("GOOD")), honest=bundle)
    yield case_of("target/another log's bundle", world, stranger.bundle(lot("GOOD")), honest=bundle)
