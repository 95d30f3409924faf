"""Reading the log: leaves, statements, subjects, tiles, checkpoints, keys.

Everything here is immutable once written, save that a statement may be erased, so reads need no lock, and what was
read stays true. A row that must be there and is not is a `StoreError` (store.corrupt), never an empty answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Row, Select, func, select

from ledger.encoding import JsonValue
from ledger.errors import NoteError, StoreError, Violation
from ledger.log.leaf import SnapshotLeaf, parse_leaf
from ledger.log.merkle import NodeReader
from ledger.log.note import Checkpoint, parse_checkpoint
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyRecord
from ledger.store.database import chunks
from ledger.store.models import (
    CaptureJob,
    CheckpointRow,
    EventRef,
    EventWarning,
    Idempotency,
    Instance,
    KeyRow,
    Leaf,
    LogState,
    SnapshotRow,
    Statement,
    SubjectEntry,
    TileHash,
)
from ledger.store.nodes import TileNodes
from ledger.store.rows import Job, LoggedEvent, Snapshot, SubjectRow

__all__ = ["Job", "LogStore", "LoggedEvent", "Snapshot", "SubjectRow"]

Query: TypeAlias = "Select[*tuple[Any, ...]]"
Rows: TypeAlias = "Sequence[Row[*tuple[Any, ...]]]"


class LogStore:
    """The log as it is stored. Every call is one short read, or all inside `reading()` share one connection."""

    def __init__(self, source: Engine | Connection) -> None:
        self._source = source

    @contextmanager
    def reading(self) -> Iterator["LogStore"]:
        """The same log on one connection, as it is at the first read: what is appended meanwhile is not seen."""
        if isinstance(self._source, Connection):
            yield self
        else:
            with self._source.connect() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execution_options(isolation_level="REPEATABLE READ")
                yield LogStore(connection)

    @property
    def connection(self) -> Engine | Connection:
        """What is read from: inside `reading()` one connection."""
        return self._source

    def size(self) -> int:
        """The number of leaves, signed for or not."""
        rows = self._all(select(LogState.size))
        if len(rows) != 1:
            raise StoreError("The row log_state is missing: is the database migrated?")
        return int(rows[0][0])

    # -- leaves and statements

    def leaf_data(self, index: int) -> bytes:
        """The exact bytes of a leaf."""
        return self.leaves(index, index + 1)[0]

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The exact bytes of the leaves start <= index < stop."""
        rows = self._all(
            select(Leaf.index, Leaf.data).where(Leaf.index >= start, Leaf.index < stop).order_by(Leaf.index)
        )
        if [row[0] for row in rows] != list(range(start, stop)):
            raise _missing("leaf", start=start, stop=stop)
        return [row[1] for row in rows]

    def leaves_at(self, indexes: Iterable[int]) -> dict[int, bytes]:
        """The exact bytes of these leaves."""
        wanted = sorted(set(indexes))
        found = {
            row[0]: row[1]
            for chunk in chunks(wanted)
            for row in self._all(select(Leaf.index, Leaf.data).where(Leaf.index.in_(chunk)))
        }
        if len(found) != len(wanted):
            raise _missing("leaf", indexes=[index for index in wanted if index not in found][:10])
        return found

    def leaf_rows(self, start: int, stop: int) -> dict[int, tuple[bytes, bytes]]:
        """Index -> bytes and stored hash of the leaves start <= index < stop that are there; for an audit."""
        query = select(Leaf.index, Leaf.data, Leaf.hash).where(Leaf.index >= start, Leaf.index < stop)
        return {row[0]: (row[1], row[2]) for row in self._all(query)}

    def statement_rows(self, start: int, stop: int) -> dict[int, tuple[str, str, bytes]]:
        """Index -> statement, kid and payload digest of the rows start <= index < stop; for an audit."""
        query = select(Statement.index, Statement.jws, Statement.kid, Statement.payload_digest)
        rows = self._all(query.where(Statement.index >= start, Statement.index < stop))
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def last_index(self) -> int | None:
        """The highest index of any leaf."""
        index: int | None = self._all(select(func.max(Leaf.index)))[0][0]
        return index

    def statement(self, index: int) -> str | None:
        """The statement at an index; None where it was erased, or the leaf is a snapshot."""
        return self.statements([index]).get(index)

    def statements(self, indexes: Iterable[int]) -> dict[int, str]:
        """The statements at these indexes, of those that are still there."""
        return {
            row[0]: row[1]
            for chunk in chunks(sorted(set(indexes)))
            for row in self._all(select(Statement.index, Statement.jws).where(Statement.index.in_(chunk)))
        }

    # -- subjects

    def subject_entries(self, key: bytes, before: int | None = None) -> list[SubjectRow]:
        """All entries of a subject, oldest first, below the index `before`.

        Raises:
            StoreError: an ordinal is missing.
        """
        query = (
            select(SubjectEntry.ordinal, SubjectEntry.index, SubjectEntry.leaf_hash)
            .where(SubjectEntry.subject == key)
            .order_by(SubjectEntry.ordinal)
        )
        if before is not None:
            query = query.where(SubjectEntry.index < before)
        rows = [SubjectRow(*row) for row in self._all(query)]
        if [row.ordinal for row in rows] != list(range(1, len(rows) + 1)):
            raise _missing("subject_entry", subject=key.hex())
        return rows

    def head(self, key: bytes) -> SubjectRow | None:
        """A subject's newest entry; None where it has none."""
        query = select(SubjectEntry.ordinal, SubjectEntry.index, SubjectEntry.leaf_hash)
        newest = query.where(SubjectEntry.subject == key).order_by(SubjectEntry.ordinal.desc()).limit(1)
        rows = self._all(newest)
        return SubjectRow(*rows[0]) if rows else None

    def instance_lots(self, uris: Iterable[str]) -> dict[str, str]:
        """Instance URI -> the lot it was born in, of those that the log knows one for (the newest birth's)."""
        found: dict[str, str] = {}
        for chunk in chunks(sorted(set(uris))):
            query = (
                select(Instance.uri, Instance.lot)
                .where(Instance.uri.in_(chunk), Instance.lot.is_not(None))
                .order_by(Instance.born_index)
            )
            found.update({row[0]: row[1] for row in self._all(query)})
        return found

    # -- the tree

    def tile(self, level: int, start: int, stop: int) -> list[bytes]:
        """Hashes start <= index < stop of the tree's level 8 * level (C2SP tlog-tiles)."""
        hashes = self._tile_until(level, start, stop)
        if len(hashes) != stop - start:
            raise _missing("tile_hash", level=level, start=start, stop=stop)
        return hashes

    def node(self) -> NodeReader:
        """A reader of the tree's complete subtrees, which reads each tile once and remembers what it hashed."""
        return TileNodes(self._tile_until).read

    # -- checkpoints and snapshots

    def newest_checkpoint(self) -> tuple[Checkpoint, str] | None:
        """The newest signed checkpoint and its note; None before the first."""
        return self._checkpoint(select(CheckpointRow).order_by(CheckpointRow.size.desc()).limit(1))

    def checkpoint(self, size: int) -> tuple[Checkpoint, str] | None:
        """The signed checkpoint of this size, if one was signed."""
        return self._checkpoint(select(CheckpointRow).where(CheckpointRow.size == size))

    def checkpoint_sizes(self) -> list[int]:
        return [row[0] for row in self._all(select(CheckpointRow.size).order_by(CheckpointRow.size))]

    def newest_snapshot(self) -> Snapshot | None:
        """The newest snapshot; None before the first."""
        return self._snapshot(select(SnapshotRow).order_by(SnapshotRow.size.desc()).limit(1))

    def snapshot_at(self, size: int) -> Snapshot | None:
        """The snapshot that a log of this size ends with, if it does."""
        return self._snapshot(select(SnapshotRow).where(SnapshotRow.size == size))

    def newest_snapshot_until(self, size: int) -> Snapshot | None:
        """The newest snapshot that a log of this size holds."""
        newest = select(SnapshotRow).where(SnapshotRow.size <= size)
        return self._snapshot(newest.order_by(SnapshotRow.size.desc()).limit(1))

    def snapshot_sizes(self, above: int, until: int) -> list[int]:
        """Sizes of the snapshots with above < size <= until."""
        query = select(SnapshotRow.size).where(SnapshotRow.size > above, SnapshotRow.size <= until)
        return [row[0] for row in self._all(query)]

    def snapshots(self) -> list[tuple[int, bytes]]:
        """(size, map root) of all snapshots, oldest first."""
        return [
            (row[0], row[1])
            for row in self._all(select(SnapshotRow.size, SnapshotRow.map_root).order_by(SnapshotRow.size))
        ]

    # -- keys

    def key_record(self, kid: str) -> KeyRecord | None:
        """An admitted key, whether or not it still holds."""
        found = self._records(select(KeyRow).where(KeyRow.kid == kid))
        return found[0] if found else None

    def key_records(self, org: str | None = None) -> list[KeyRecord]:
        """All keys ever admitted (of an organisation), in order of admission."""
        query = select(KeyRow).order_by(KeyRow.admitted)
        return self._records(query if org is None else query.where(KeyRow.org == org))

    def keys_version(self) -> tuple[int, int]:
        """Something that changes whenever a key is admitted or revoked."""
        admitted, revoked = self._all(select(func.max(KeyRow.admitted), func.max(KeyRow.revoked)))[0]
        return (-1 if admitted is None else admitted, -1 if revoked is None else revoked)

    # -- events and jobs

    def event(self, event_id: str, *, is_error: bool = False) -> LoggedEvent | None:
        """The event with this ID, or its declaration of error."""
        found = self._events(_events().where(EventRef.event_id == event_id, EventRef.is_error == is_error))
        return found[0] if found else None

    def events(self, *, start: int = 0, stop: int | None = None, limit: int = 100) -> list[LoggedEvent]:
        """Events in the order of the log, from the index `start`."""
        query = _events().where(EventRef.index >= start).order_by(EventRef.index).limit(limit)
        return self._events(query if stop is None else query.where(EventRef.index < stop))

    def events_at(self, indexes: Iterable[int]) -> dict[int, LoggedEvent]:
        """The events at these indexes."""
        return {
            event.index: event
            for chunk in chunks(sorted(set(indexes)))
            for event in self._events(_events().where(EventRef.index.in_(chunk)))
        }

    def job(self, job_id: str) -> Job | None:
        """A capture job by its ID."""
        columns = (CaptureJob.id, CaptureJob.org, CaptureJob.created_at, CaptureJob.result)
        rows = self._all(select(*columns).where(CaptureJob.id == job_id))
        if not rows:
            return None
        found, org, created_at, result = rows[0]
        return Job(found, org, created_at, {**result, "eventIDs": self._event_ids(result["indexes"])})

    def warnings(self, indexes: Iterable[int]) -> dict[int, list[Violation]]:
        """Index of an event -> the rules that it breaks and that did not refuse it; pointers go into the event."""
        found: dict[int, list[Violation]] = {}
        table = EventWarning
        columns = (table.index, table.code, table.pointer, table.message, table.params)
        for chunk in chunks(sorted(set(indexes))):
            query = select(*columns).where(table.index.in_(chunk)).order_by(table.index, table.place)
            for index, code, pointer, message, params in self._all(query):
                found.setdefault(index, []).append(Violation(code, pointer, message, "W", params))
        return found

    def jobs_known(self, job_ids: Iterable[str]) -> set[str]:
        """Those of these jobs that are recorded."""
        return {
            row[0]
            for chunk in chunks(sorted(set(job_ids)))
            for row in self._all(select(CaptureJob.id).where(CaptureJob.id.in_(chunk)))
        }

    def jobs(self, *, org: str | None, limit: int = 100) -> list[Job]:
        """The newest capture jobs (of an organisation), newest first."""
        columns = (CaptureJob.id, CaptureJob.org, CaptureJob.created_at, CaptureJob.result)
        query = select(*columns).order_by(CaptureJob.created_at.desc(), CaptureJob.id).limit(limit)
        rows = self._all(query if org is None else query.where(CaptureJob.org == org))
        return [
            Job(found, asked, created_at, {**result, "eventIDs": self._event_ids(result["indexes"])})
            for found, asked, created_at, result in rows
        ]

    def sent(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Idempotency digest -> index of its entry, of those that were sent before."""
        return {
            row[0]: row[1]
            for chunk in chunks(sorted(set(digests)))
            for row in self._all(
                select(Idempotency.digest, Idempotency.index).where(Idempotency.digest.in_(chunk))
            )
        }

    # --

    def _tile_until(self, level: int, start: int, stop: int) -> list[bytes]:
        """As `tile`; fewer at the end of the log."""
        if level == 0:
            query = select(Leaf.index, Leaf.hash).where(Leaf.index >= start, Leaf.index < stop)
            rows = self._all(query.order_by(Leaf.index))
        else:
            rows = self._all(
                select(TileHash.index, TileHash.hash)
                .where(TileHash.level == level, TileHash.index >= start, TileHash.index < stop)
                .order_by(TileHash.index)
            )
        if [row[0] for row in rows] != list(range(start, start + len(rows))):
            raise _missing("tile_hash", level=level, start=start, stop=stop)
        return [row[1] for row in rows]

    def _all(self, query: Query) -> Rows:
        if isinstance(self._source, Connection):
            return self._source.execute(query).all()
        with self._source.connect() as connection:
            return connection.execute(query).all()

    def _checkpoint(self, query: Query) -> tuple[Checkpoint, str] | None:
        rows = self._all(query.with_only_columns(CheckpointRow.note))
        if not rows:
            return None
        note: str = rows[0][0]
        try:
            return parse_checkpoint(note.partition("\n\n")[0] + "\n"), note
        except NoteError as error:
            raise StoreError(f"A stored checkpoint is damaged: {error.message}") from error

    def _snapshot(self, query: Query) -> Snapshot | None:
        rows = self._all(query.with_only_columns(SnapshotRow.size, SnapshotRow.map_root))
        if not rows:
            return None
        size, map_root = rows[0]
        leaf = parse_leaf(self.leaf_data(size - 1))
        if not isinstance(leaf, SnapshotLeaf) or leaf.map_root != map_root:
            raise StoreError("A snapshot's row is not what its leaf says.", size=size)
        return Snapshot(size, map_root, leaf.time)

    def _event_ids(self, indexes: list[int]) -> list[JsonValue]:
        events = self.events_at(indexes)
        return [events[index].event_id for index in indexes if index in events]

    def _records(self, query: Query) -> list[KeyRecord]:
        columns = (
            KeyRow.kid,
            KeyRow.org,
            KeyRow.jwk,
            KeyRow.role,
            KeyRow.custody,
            KeyRow.stems,
            KeyRow.admitted,
            KeyRow.revoked,
        )
        return [
            KeyRecord(kid, org, Jwk.parse(jwk), role, custody, tuple(stems), admitted, revoked)
            for kid, org, jwk, role, custody, stems, admitted, revoked in self._all(
                query.with_only_columns(*columns)
            )
        ]

    def _events(self, query: Query) -> list[LoggedEvent]:
        return [LoggedEvent(*row) for row in self._all(query)]


def _events() -> Query:
    joined = select(EventRef.event_id, EventRef.index, Statement.jws, EventRef.is_error)
    return joined.outerjoin(Statement, Statement.index == EventRef.index)


def _missing(table: str, **params: object) -> StoreError:
    return StoreError(
        f"Rows of {table} are missing.", code="store.corrupt", pointer="", table=table, **params
    )
