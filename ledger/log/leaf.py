"""The public log's leaves: fixed binary, big-endian (DESIGN §3.3).

    statement:  version u8 = 1 | kind u8 (1, 2, 4) | time u64, ms since 1970 | commitment 32 | n u8 >= 1
                | n x ( subject key 32 | ordinal u64 )
    snapshot:   version u8 = 1 | kind u8 = 3 | time u64 | map root 32 | index of this leaf u64

Exact length; subjects strictly rising by key; ordinals from 1. A leaf holds digests only, never a name.
"""

import struct
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from ledger.errors import LeafError

VERSION = 1
SNAPSHOT_KIND = 3
STATEMENT_KINDS = frozenset({1, 2, 4})
MAX_SUBJECTS = 255
MAX_U64 = 2**64 - 1

_HEAD = struct.Struct(">BBQ32sB")
_SUBJECT = struct.Struct(">32sQ")
_SNAPSHOT = struct.Struct(">BBQ32sQ")


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """That an entry is the `ordinal`-th of a subject.

    Attributes:
        key: subject key, 32 bytes (DESIGN §3.2).
        ordinal: 1, 2, 3 … in order of index.
    """

    key: bytes
    ordinal: int

    def __post_init__(self) -> None:
        if len(self.key) != 32 or not 1 <= self.ordinal <= MAX_U64:
            raise LeafError("a subject needs a key of 32 bytes and an ordinal from 1")


@dataclass(frozen=True, slots=True)
class StatementLeaf:
    """One statement's line in the public log, right by construction.

    Attributes:
        kind: 1 for an event, 2 for a key, 4 for master data.
        time: milliseconds since 1970, set by the ledger.
        commitment: SHA-256 of the statement's ASCII bytes.
        subjects: strictly rising by key, 1 to 255 of them.

    Raises:
        LeafError: a field is out of its range.
    """

    kind: int
    time: int
    commitment: bytes
    subjects: tuple[SubjectRef, ...]

    def __post_init__(self) -> None:
        if self.kind not in STATEMENT_KINDS:
            raise LeafError(f"no statement has leaf kind {self.kind}")
        _check_time(self.time)
        _check_digest(self.commitment)
        if not 1 <= len(self.subjects) <= MAX_SUBJECTS:
            raise LeafError("a statement's leaf has 1 to 255 subjects")
        for before, after in pairwise(self.subjects):
            if before.key >= after.key:
                raise LeafError("subjects must be strictly rising by key")

    def pack(self) -> bytes:
        """The leaf's bytes; the log's hash of them is `merkle.leaf_hash`."""
        head = _HEAD.pack(VERSION, self.kind, self.time, self.commitment, len(self.subjects))
        return head + b"".join(_SUBJECT.pack(subject.key, subject.ordinal) for subject in self.subjects)

    def hash(self) -> bytes:
        """SHA-256(0x00 || leaf)."""
        return sha256(b"\x00" + self.pack()).digest()

    def ordinal_of(self, key: bytes) -> int | None:
        """Which entry of the subject this is; None if it is not filed under it."""
        for subject in self.subjects:
            if subject.key == key:
                return subject.ordinal
        return None


@dataclass(frozen=True, slots=True)
class SnapshotLeaf:
    """The lot map's root over all leaves before this one (DESIGN §3.5).

    Attributes:
        time: milliseconds since 1970.
        map_root: root of the lot map, 32 bytes.
        index: this leaf's own position in the log.

    Raises:
        LeafError: a field is out of its range.
    """

    time: int
    map_root: bytes
    index: int

    def __post_init__(self) -> None:
        _check_time(self.time)
        _check_digest(self.map_root)
        if not 0 <= self.index <= MAX_U64:
            raise LeafError("a leaf's index is an unsigned integer of 64 bits")

    def pack(self) -> bytes:
        """The leaf's 50 bytes."""
        return _SNAPSHOT.pack(VERSION, SNAPSHOT_KIND, self.time, self.map_root, self.index)

    def hash(self) -> bytes:
        """SHA-256(0x00 || leaf)."""
        return sha256(b"\x00" + self.pack()).digest()


def parse_leaf(data: bytes) -> StatementLeaf | SnapshotLeaf:
    """The leaf that these bytes are, in the one form it can have: `parse_leaf(data).pack() == data`.

    Raises:
        LeafError: leaf.syntax.
    """
    if len(data) < 2 or data[0] != VERSION:
        raise LeafError("not a leaf of version 1")
    return _parse_snapshot(data) if data[1] == SNAPSHOT_KIND else _parse_statement(data)


def _parse_snapshot(data: bytes) -> SnapshotLeaf:
    if len(data) != _SNAPSHOT.size:
        raise LeafError("a snapshot's leaf has 50 bytes")
    _, _, time, map_root, index = _SNAPSHOT.unpack(data)
    return SnapshotLeaf(time, map_root, index)


def _parse_statement(data: bytes) -> StatementLeaf:
    if len(data) < _HEAD.size:
        raise LeafError("a statement's leaf is too short")
    _, kind, time, commitment, count = _HEAD.unpack_from(data)
    if len(data) != _HEAD.size + count * _SUBJECT.size:
        raise LeafError("a statement's leaf must be as long as its number of subjects says")
    subjects = tuple(SubjectRef(key, ordinal) for key, ordinal in _SUBJECT.iter_unpack(data[_HEAD.size :]))
    return StatementLeaf(kind, time, commitment, subjects)


def _check_time(time: int) -> None:
    if not 0 <= time <= MAX_U64:
        raise LeafError("a leaf's time is an unsigned integer of 64 bits")


def _check_digest(digest: bytes) -> None:
    if len(digest) != 32:
        raise LeafError("a digest has 32 bytes")
