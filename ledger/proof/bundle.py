"""Proof bundles: the shape of DESIGN §3.6, read strictly and written back.

    bundle  = {"v": 1, "origin", "checkpoint", "snapshot": {"leaf", "inclusion"}, "subjects": [subject …],
               "pendingCheckpoint": note | null, "consistency": [hex …], "anchors": [anchor …], "tem": tem | null}
    subject = {"role", "uri", "map": {"siblings", "leaf"}, "entries": [entry …], "pending": [entry …]}
    entry   = {"index", "leaf": base64, "inclusion": [hex …], "statement": JWS | null}
    tem     = {"serial", "slots": [{"roll": entry index, "leaf": hex, "inclusion": [hex …]} …]}

Members not named here are ignored, none stands twice, hex is lower case. Parsing checks shapes and types only:
nothing in a bundle is trusted, and `ledger.proof.verify` says what it proves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson

from ledger.encoding import JsonValue, b64_decode, b64_encode, hex_decode, parse_json
from ledger.errors import BundleError, LedgerError
from ledger.log.lotmap import MapProof
from ledger.statement.subjects import Role

VERSION = 1
MAX_BUNDLE = 64 * 1024 * 1024  # bytes
MAX_INDEX = 2**53 - 1
MAX_PROOF = 64  # hashes of an inclusion proof

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """An entry of a subject: a leaf, its place, and the statement that it commits to (None: withheld)."""

    index: int
    leaf: bytes
    inclusion: tuple[bytes, ...]
    statement: str | None


@dataclass(frozen=True)
class SubjectProof:
    """A subject's place in the lot map, and its entries: those the map counts, then those after it."""

    role: Role
    uri: str
    map: MapProof
    entries: tuple[Entry, ...]
    pending: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class SnapshotProof:
    """The snapshot leaf that a checkpoint ends with."""

    leaf: bytes
    inclusion: tuple[bytes, ...]


@dataclass(frozen=True)
class AnchorHint:
    """Where the checkpoint was anchored: helps to find, proves nothing."""

    chain_id: int
    contract: str
    log_id: bytes
    tx: str
    block: int
    time: int


@dataclass(frozen=True)
class Slot:
    """The leaf that stands at a serial's index in a roll (by the roll's entry index)."""

    roll: int
    leaf: bytes
    inclusion: tuple[bytes, ...]


@dataclass(frozen=True)
class TemProof:
    """A scanned serial and its slot in each roll of the lot that is long enough."""

    serial: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Bundle:
    """A proof bundle, right in shape."""

    origin: str
    checkpoint: str
    snapshot: SnapshotProof
    subjects: tuple[SubjectProof, ...]
    pending_checkpoint: str | None = None
    consistency: tuple[bytes, ...] = ()
    anchors: tuple[AnchorHint, ...] = ()
    tem: TemProof | None = None


def parse(data: bytes) -> Bundle:
    """Read a bundle.

    Raises:
        BundleError: not strict JSON, or a member is missing or of another shape (`bundle.syntax`, with its pointer).
    """
    try:
        value = parse_json(data, max_bytes=MAX_BUNDLE)
        if not isinstance(value, Mapping):
            raise _wrong("")
        return _bundle(value)
    except BundleError:
        raise
    except LedgerError as error:
        raise BundleError(
            f"The bundle cannot be read: {error.message}", code="bundle.syntax", pointer=error.pointer
        ) from error


def pack(bundle: Bundle) -> bytes:
    """Write a bundle as compact UTF-8 JSON."""
    return orjson.dumps(to_json(bundle))


def to_json(bundle: Bundle) -> dict[str, JsonValue]:
    return {
        "v": VERSION,
        "origin": bundle.origin,
        "checkpoint": bundle.checkpoint,
        "snapshot": {
            "leaf": b64_encode(bundle.snapshot.leaf),
            "inclusion": _hexes(bundle.snapshot.inclusion),
        },
        "subjects": [_subject_json(subject) for subject in bundle.subjects],
        "pendingCheckpoint": bundle.pending_checkpoint,
        "consistency": _hexes(bundle.consistency),
        "anchors": [
            {
                "chainId": anchor.chain_id,
                "contract": anchor.contract,
                "logId": "0x" + anchor.log_id.hex(),
                "tx": anchor.tx,
                "block": anchor.block,
                "time": anchor.time,
            }
            for anchor in bundle.anchors
        ],
        "tem": None if bundle.tem is None else _tem_json(bundle.tem),
    }


def _subject_json(subject: SubjectProof) -> dict[str, JsonValue]:
    return {
        "role": subject.role.value,
        "uri": subject.uri,
        "map": subject.map.to_json(),
        "entries": [_entry_json(entry) for entry in subject.entries],
        "pending": [_entry_json(entry) for entry in subject.pending],
    }


def _entry_json(entry: Entry) -> dict[str, JsonValue]:
    return {
        "index": entry.index,
        "leaf": b64_encode(entry.leaf),
        "inclusion": _hexes(entry.inclusion),
        "statement": entry.statement,
    }


def _tem_json(tem: TemProof) -> dict[str, JsonValue]:
    slots: list[JsonValue] = [
        {"roll": slot.roll, "leaf": slot.leaf.hex(), "inclusion": _hexes(slot.inclusion)}
        for slot in tem.slots
    ]
    return {"serial": tem.serial, "slots": slots}


def _hexes(hashes: Sequence[bytes]) -> list[JsonValue]:
    return [item.hex() for item in hashes]


def _bundle(value: Mapping[str, JsonValue]) -> Bundle:
    version = value.get("v")
    if version != VERSION or isinstance(version, bool) or not isinstance(version, int):
        raise _wrong("v")
    snapshot = _object(value, "snapshot", "")
    subjects = _list(value, "subjects", "", _subject)
    if not subjects or len({(subject.role, subject.uri) for subject in subjects}) != len(subjects):
        raise _wrong("subjects")
    tem = value.get("tem", ...)
    if tem is ... or not (tem is None or isinstance(tem, Mapping)):
        raise _wrong("tem")
    return Bundle(
        origin=_text(value, "origin", ""),
        checkpoint=_text(value, "checkpoint", ""),
        snapshot=SnapshotProof(
            b64_decode(_text(snapshot, "leaf", "/snapshot")), _hashes(snapshot, "inclusion", "/snapshot")
        ),
        subjects=subjects,
        pending_checkpoint=_text_or_none(value, "pendingCheckpoint", ""),
        consistency=_hashes(value, "consistency", ""),
        anchors=_list(value, "anchors", "", _anchor),
        tem=None if tem is None else _tem(tem),
    )


def _subject(value: Mapping[str, JsonValue], pointer: str) -> SubjectProof:
    try:
        role = Role(_text(value, "role", pointer))
    except ValueError as error:
        raise _wrong("role", pointer) from error
    return SubjectProof(
        role=role,
        uri=_text(value, "uri", pointer),
        map=MapProof.from_json(_object(value, "map", pointer)),
        entries=_list(value, "entries", pointer, _entry),
        pending=_list(value, "pending", pointer, _entry),
    )


def _entry(value: Mapping[str, JsonValue], pointer: str) -> Entry:
    return Entry(
        index=_index(value, "index", pointer),
        leaf=b64_decode(_text(value, "leaf", pointer)),
        inclusion=_hashes(value, "inclusion", pointer),
        statement=_text_or_none(value, "statement", pointer),
    )


def _anchor(value: Mapping[str, JsonValue], pointer: str) -> AnchorHint:
    log_id = _text(value, "logId", pointer)
    if not log_id.startswith("0x"):
        raise _wrong("logId", pointer)
    return AnchorHint(
        chain_id=_index(value, "chainId", pointer),
        contract=_text(value, "contract", pointer),
        log_id=hex_decode(log_id[2:]),
        tx=_text(value, "tx", pointer),
        block=_index(value, "block", pointer),
        time=_index(value, "time", pointer),
    )


def _tem(value: Mapping[str, JsonValue]) -> TemProof:
    slots = _list(value, "slots", "/tem", _slot)
    if len({slot.roll for slot in slots}) != len(slots):
        raise _wrong("slots", "/tem")
    return TemProof(_text(value, "serial", "/tem"), slots)


def _slot(value: Mapping[str, JsonValue], pointer: str) -> Slot:
    return Slot(
        roll=_index(value, "roll", pointer),
        leaf=hex_decode(_text(value, "leaf", pointer)),
        inclusion=_hashes(value, "inclusion", pointer),
    )


def _object(value: Mapping[str, JsonValue], name: str, pointer: str) -> dict[str, JsonValue]:
    member = value.get(name)
    if not isinstance(member, dict):
        raise _wrong(name, pointer)
    return member


def _list(
    value: Mapping[str, JsonValue], name: str, pointer: str, read: Callable[[Mapping[str, JsonValue], str], T]
) -> tuple[T, ...]:
    member = value.get(name)
    if not isinstance(member, list):
        raise _wrong(name, pointer)
    items: list[T] = []
    for place, item in enumerate(member):
        if not isinstance(item, Mapping):
            raise _wrong(f"{name}/{place}", pointer)
        items.append(read(item, f"{pointer}/{name}/{place}"))
    return tuple(items)


def _hashes(value: Mapping[str, JsonValue], name: str, pointer: str) -> tuple[bytes, ...]:
    member = value.get(name)
    if not isinstance(member, list) or len(member) > 2 * MAX_PROOF:
        raise _wrong(name, pointer)
    hashes = []
    for item in member:
        if not isinstance(item, str):
            raise _wrong(name, pointer)
        hashes.append(hex_decode(item))
    return tuple(hashes)


def _index(value: Mapping[str, JsonValue], name: str, pointer: str) -> int:
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MAX_INDEX:
        raise _wrong(name, pointer)
    return number


def _text(value: Mapping[str, JsonValue], name: str, pointer: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise _wrong(name, pointer)
    return text


def _text_or_none(value: Mapping[str, JsonValue], name: str, pointer: str) -> str | None:
    if value.get(name, ...) is None:
        return None
    return _text(value, name, pointer)


def _wrong(name: str, pointer: str = "") -> BundleError:
    return BundleError(
        f"The bundle's {name or 'value'} is missing or wrong.",
        code="bundle.syntax",
        pointer=f"{pointer}/{name}",
    )
