"""Signing a checkpoint: nothing is signed but what was read back from the database and found right.

Under the log's lock, for all leaves after the last signed checkpoint, whoever appended them:

1. leaves parse, their stored hashes and the completed tiles are those of the bytes read;
2. the tree is extended from the frontier of the last signed checkpoint, whose root its note gives, so that the
   new root is consistent with it by construction (RFC 9162 §2.1.4);
3. every leaf's time is no less than the one before;
4. the ordinals of each subject follow the one it had before, its rows are these leaves', and it has no more rows;
5. every statement is there and is what its leaf commits to;
6. a snapshot's map root and touched nodes are derived again from the leaves.

A snapshot in the midst of these leaves gets a checkpoint of its own: bundles need one that ends with it.

Then the note is signed, written to the checkpoint file, and then to the database: whatever can be read in the
database is in the file. A crash before the file is written leaves leaves that nobody was promised; the next start
signs them. A crash after it leaves a note that the next start signs again, byte for byte (Ed25519 is deterministic).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection, insert, text

from ledger.errors import StoreError
from ledger.log import merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, parse_leaf
from ledger.log.merkle import Frontier
from ledger.log.note import Checkpoint, NoteSigner, open_checkpoint, sign_checkpoint
from ledger.log.tiles import TILE_HEIGHT
from ledger.store import models
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.database import chunks, is_sqlite
from ledger.store.log import LogStore
from ledger.store.lookups import heads
from ledger.store.snapshots import derive_snapshot, is_stored

READ_BACK = 2_000  # leaves at a time


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint, and the tree nodes known from signing it."""

    checkpoint: Checkpoint
    note: str
    nodes: Mapping[tuple[int, int], bytes] = field(repr=False, default_factory=dict)


class CheckpointSigner:
    """Signs the log's checkpoints; keeps the frontier of the last one between batches."""

    def __init__(self, signer: NoteSigner, origin: str, file: CheckpointFile) -> None:
        self._signer = signer
        self._origin = origin
        self._file = file
        self._frontier: Frontier | None = None
        self._told: str | None = None  # the note in the file when it was checked, under this same lock

    def forget(self) -> None:
        """Read the frontier anew next time."""
        self._frontier = None

    def check_file(self, connection: Connection, size: int) -> None:
        """Refuse a database that is behind the checkpoint file, or tells another history.

        Raises:
            StoreError: store.behind, store.fork.
            NoteError: the file is not a checkpoint of this log.
        """
        self._told = note = self._file.read()
        if note is not None:
            told = open_checkpoint(note, self._signer.vkey, self._origin)
            check_not_behind(LogStore(connection), size, told.size, told.root, "the checkpoint file")

    def sign(self, connection: Connection, size: int) -> Signed:
        """Sign the log's `size` leaves. The caller holds the log's lock, and commits.

        Raises:
            StoreError: store.corrupt, what was read back is not what was written.
        """
        log = LogStore(connection)
        newest = log.newest_checkpoint()
        frontier = self._frontier_at(log, newest)
        if newest is not None and newest[0].size == size:
            return Signed(*newest)
        nodes = {place: frontier.hashes[n] for n, place in enumerate(_places(frontier.size))}
        time = _time_before(log, frontier.size)
        notes: list[tuple[Checkpoint, str]] = []
        for stop in sorted({*log.snapshot_sizes(frontier.size, size), size}):
            for start in range(frontier.size, stop, READ_BACK):
                indexes = range(start, min(stop, start + READ_BACK))
                time = _extend(connection, log, frontier, indexes, time, nodes)
            checkpoint = Checkpoint(self._origin, stop, frontier.root())
            notes.append((checkpoint, sign_checkpoint(checkpoint, self._signer)))
        self._file.swap(self._told, notes[-1][1])
        self._told = notes[-1][1]
        rows = [{"size": checkpoint.size, "note": note} for checkpoint, note in notes]
        connection.execute(insert(models.CheckpointRow), rows)
        self._frontier = frontier
        return Signed(*notes[-1], nodes)

    def _frontier_at(self, log: LogStore, newest: tuple[Checkpoint, str] | None) -> Frontier:
        if newest is None:
            return Frontier()
        checkpoint, note = newest
        if self._frontier is not None and self._frontier.size == checkpoint.size:
            frontier = self._frontier.copy()
        else:
            open_checkpoint(note, self._signer.vkey, self._origin)
            frontier = Frontier.at(checkpoint.size, log.node())
        if frontier.root() != checkpoint.root:
            raise StoreError("The leaves are not those of the newest checkpoint.", size=checkpoint.size)
        return frontier


def check_not_behind(log: LogStore, size: int, told_size: int, told_root: bytes, teller: str) -> None:
    """Refuse to go on from a log that is shorter than, or forks from, what was published.

    Raises:
        StoreError: store.behind, store.fork.
    """
    if told_size > size:
        raise StoreError(
            f"The database holds {size} leaves, but {teller} tells of {told_size}: it was restored from an old "
            "backup. Restore the leaves after it before anything is appended.",
            code="store.behind",
            size=size,
            told=told_size,
        )
    if merkle.root_at(told_size, log.node()) != told_root:
        raise StoreError(
            f"At {told_size} leaves the database has another root than {teller}: two histories.",
            code="store.fork",
            size=told_size,
        )


def _extend(
    connection: Connection,
    log: LogStore,
    frontier: Frontier,
    indexes: range,
    time: int,
    nodes: dict[tuple[int, int], bytes],
) -> int:
    """Check these leaves and append them to the frontier; returns the last one's time."""
    data = log.leaves(indexes.start, indexes.stop)
    stored = log.tile(0, indexes.start, indexes.stop)
    tiles: dict[tuple[int, int], bytes] = {}
    leaves: dict[int, StatementLeaf] = {}
    for index, raw, stored_hash in zip(indexes, data, stored, strict=True):
        leaf = parse_leaf(raw)
        leaf_hash = merkle.leaf_hash(raw)
        if leaf_hash != stored_hash:
            raise StoreError("A leaf's stored hash is wrong.", index=index)
        if leaf.time < time:
            raise StoreError("The log's time goes backwards.", index=index)
        time = leaf.time
        for level, place, node in frontier.append(leaf_hash):
            nodes[level, place] = node
            if level and level % TILE_HEIGHT == 0:
                tiles[level // TILE_HEIGHT, place] = node
        if isinstance(leaf, StatementLeaf):
            leaves[index] = leaf
        else:
            _check_snapshot(connection, log, index, leaf)
    for (level, place), node in tiles.items():
        if log.tile(level, place, place + 1) != [node]:
            raise StoreError("A tile's stored hash is wrong.", level=level, index=place)
    _check_statements(log, leaves)
    _check_ordinals(connection, leaves, nodes)
    return time


def _check_statements(log: LogStore, leaves: Mapping[int, StatementLeaf]) -> None:
    stored = log.statements(leaves)
    for index, leaf in leaves.items():
        raw = stored.get(index)
        if raw is None or sha256(raw.encode()).digest() != leaf.commitment:
            raise StoreError("A statement is not the one that its leaf commits to.", index=index)


def _check_ordinals(
    connection: Connection, leaves: Mapping[int, StatementLeaf], nodes: Mapping[tuple[int, int], bytes]
) -> None:
    wanted: dict[tuple[bytes, int], tuple[int, bytes]] = {}
    first: dict[bytes, int] = {}
    last: dict[bytes, int] = {}
    for index, leaf in leaves.items():
        for ref in leaf.subjects:
            if ref.ordinal != last.get(ref.key, ref.ordinal - 1) + 1:
                raise StoreError(
                    "A subject's ordinals do not rise by one.", index=index, subject=ref.key.hex()
                )
            first.setdefault(ref.key, ref.ordinal)
            last[ref.key] = ref.ordinal
            wanted[ref.key, ref.ordinal] = (index, nodes[0, index])
    before = [(key, ordinal - 1) for key, ordinal in first.items() if ordinal > 1]
    rows = _entries(connection, [*wanted, *before])
    start = min(leaves, default=0)
    for place in before:
        if place not in rows or rows[place][0] >= start:
            raise StoreError(
                "A subject's entry before these is missing.", subject=place[0].hex(), ordinal=place[1]
            )
    if any(rows.get(place) != row for place, row in wanted.items()):
        raise StoreError("A subject's row is not its leaf's.")
    newest = heads(connection, last)
    if any(newest.get(key, 0) < ordinal for key, ordinal in last.items()):
        raise StoreError("A subject's head is behind its leaves.")


def _entries(
    connection: Connection, places: Sequence[tuple[bytes, int]]
) -> dict[tuple[bytes, int], tuple[int, bytes]]:
    """(subject, ordinal) -> (index, leaf hash)."""
    found: dict[tuple[bytes, int], tuple[int, bytes]] = {}
    joined = "ON e.subject = k.subject AND e.ordinal = k.ordinal"
    columns = 'SELECT e.subject, e.ordinal, e."index", e.leaf_hash'
    for chunk in chunks(places):
        parameters: dict[str, object] = {}
        if is_sqlite(connection):
            values = ", ".join(f"(:s{n}, :o{n})" for n in range(len(chunk)))
            given = f"WITH k(subject, ordinal) AS (VALUES {values}) {columns} FROM k"
            for n, (subject, ordinal) in enumerate(chunk):
                parameters[f"s{n}"], parameters[f"o{n}"] = subject, ordinal
        else:
            unnested = "unnest(CAST(:subjects AS bytea[]), CAST(:ordinals AS bigint[])) k(subject, ordinal)"
            given = f"{columns} FROM {unnested}"
            parameters = {
                "subjects": [key for key, _ in chunk],
                "ordinals": [ordinal for _, ordinal in chunk],
            }
        for row in connection.execute(text(f"{given} JOIN subject_entry e {joined}"), parameters):
            found[bytes(row[0]), row[1]] = (row[2], bytes(row[3]))
    return found


def _check_snapshot(connection: Connection, log: LogStore, index: int, leaf: SnapshotLeaf) -> None:
    root, touched = derive_snapshot(connection, index)
    snapshot = log.snapshot_at(index + 1)
    if leaf.index != index or leaf.map_root != root or snapshot is None or snapshot.map_root != root:
        raise StoreError("A snapshot's map root is wrong.", index=index)
    if not is_stored(connection, index + 1, touched):
        raise StoreError("A snapshot's map nodes are wrong.", index=index)


def _time_before(log: LogStore, size: int) -> int:
    return parse_leaf(log.leaf_data(size - 1)).time if size else 0


def _places(size: int) -> list[tuple[int, int]]:
    """(level, index) of a frontier's subtrees, largest first."""
    places: list[tuple[int, int]] = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places
