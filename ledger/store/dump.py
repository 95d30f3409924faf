"""Whole tables, read for an audit."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select

from ledger.statement.trust import KeyRecord
from ledger.store.log import LogStore
from ledger.store.models import EventRef, Idempotency, Instance, MapBlob, SubjectEntry


@dataclass(frozen=True)
class EventRow:
    """A row of `event_ref`."""

    index: int
    org: str


@dataclass(frozen=True)
class Derived:
    """The tables that leaves and statements tell.

    Attributes:
        entries: (subject, ordinal) -> (index, leaf hash).
        events: (eventID, whether it declares an error) -> row.
        instances: (URI, index of the birth).
        keys: kid -> record.
        sent: indexes that `idempotency` names.
    """

    entries: dict[tuple[bytes, int], tuple[int, bytes]]
    events: dict[tuple[str, bool], EventRow]
    instances: set[tuple[str, int]]
    keys: dict[str, KeyRecord]
    sent: set[int]


def read_derived(log: LogStore) -> Derived:
    """Every row of the derived tables. Call it inside `log.reading()`."""
    connection = _connection(log)
    entries = select(SubjectEntry.subject, SubjectEntry.ordinal, SubjectEntry.index, SubjectEntry.leaf_hash)
    events = select(EventRef.event_id, EventRef.is_error, EventRef.index, EventRef.org)
    return Derived(
        entries={(row[0], row[1]): (row[2], row[3]) for row in connection.execute(entries)},
        events={(row[0], row[1]): EventRow(row[2], row[3]) for row in connection.execute(events)},
        instances={(row[0], row[1]) for row in connection.execute(select(Instance.uri, Instance.born_index))},
        keys={record.kid: record for record in log.key_records()},
        sent=set(connection.execute(select(Idempotency.index)).scalars()),
    )


def dump_blobs(log: LogStore) -> dict[tuple[int, int, int], bytes]:
    """(depth, prefix, since) -> SHA-256 of every stored node of the map. Call it inside `log.reading()`."""
    query = select(MapBlob.depth, MapBlob.prefix, MapBlob.since, MapBlob.data)
    rows = _connection(log).execute(query)
    return {(row[0], row[1], row[2]): sha256(row[3]).digest() for row in rows}


def _connection(log: LogStore) -> Connection:
    source = log.connection
    if not isinstance(source, Connection):
        raise TypeError("read whole tables inside log.reading()")
    return source
