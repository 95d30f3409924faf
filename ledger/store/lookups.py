"""What a batch needs to know of the log, asked in a few queries for all of it."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, text

from ledger.errors import StoreError
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, parse_leaf
from ledger.lot.facts import EventFacts
from ledger.statement import jws
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role, subject_key
from ledger.store import models
from ledger.store.database import chunks, is_sqlite


def heads(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, int]:
    """Subject key -> the ordinal of its newest entry, of those that have one."""
    found: dict[bytes, int] = {}
    newest = "(SELECT MAX(e.ordinal) FROM subject_entry e WHERE e.subject = k.subject)"
    for chunk in chunks(sorted(set(keys))):
        if is_sqlite(connection):
            values = ", ".join(f"(:k{place})" for place in range(len(chunk)))
            query = text(f"WITH k(subject) AS (VALUES {values}) SELECT k.subject, {newest} FROM k")  # noqa: S608
            rows = connection.execute(query, {f"k{place}": key for place, key in enumerate(chunk)})
        else:
            query = text(f"SELECT k.subject, {newest} FROM unnest(CAST(:keys AS bytea[])) k(subject)")  # noqa: S608
            rows = connection.execute(query, {"keys": list(chunk)})
        found.update({bytes(subject): ordinal for subject, ordinal in rows if ordinal is not None})
    return found


def sent_before(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Idempotency digest -> index and filing digest of its entry."""
    table = models.Idempotency
    found: dict[bytes, tuple[int, bytes]] = {}
    for chunk in chunks(sorted(set(digests))):
        query = select(table.digest, table.index, table.filing_digest).where(table.digest.in_(chunk))
        found.update({digest: (index, filing) for digest, index, filing in connection.execute(query)})
    return found


def payload_places(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, list[frozenset[bytes]]]:
    """Payload digest -> the subjects of each entry that has it."""
    found: dict[bytes, list[frozenset[bytes]]] = {}
    for chunk in chunks(sorted(set(digests))):
        query = (
            select(models.Statement.payload_digest, models.Leaf.data)
            .join(models.Leaf, models.Leaf.index == models.Statement.index)
            .where(models.Statement.payload_digest.in_(chunk))
        )
        for digest, data in connection.execute(query):
            leaf = parse_leaf(data)
            if isinstance(leaf, SnapshotLeaf):
                raise StoreError("A snapshot has a statement.", index=leaf.index)
            found.setdefault(digest, []).append(subject_set(leaf))
    return found


def event_refs(connection: Connection, event_ids: Iterable[str]) -> dict[tuple[str, bool], tuple[int, str]]:
    """(eventID, whether it declares an error) -> index and organisation."""
    table = models.EventRef
    found: dict[tuple[str, bool], tuple[int, str]] = {}
    for chunk in chunks(sorted(set(event_ids))):
        query = select(table.event_id, table.is_error, table.index, table.org).where(
            table.event_id.in_(chunk)
        )
        rows = connection.execute(query)
        found.update({(event_id, is_error): (index, org) for event_id, is_error, index, org in rows})
    return found


def births(connection: Connection, uris: Iterable[str]) -> dict[str, int]:
    """Instance URI -> index of its newest birth."""
    table = models.Instance
    found: dict[str, int] = {}
    for chunk in chunks(sorted(set(uris))):
        query = select(table.uri, table.born_index).where(table.uri.in_(chunk)).order_by(table.born_index)
        found.update({row[0]: row[1] for row in connection.execute(query)})
    return found


def roll_ids(connection: Connection, lot: str) -> set[str]:
    """The ids of all rolls that were ever declared for a lot, those that were voided included."""
    query = (
        select(models.Statement.jws, models.SubjectEntry.index)
        .join(models.SubjectEntry, models.SubjectEntry.index == models.Statement.index)
        .where(models.SubjectEntry.subject == subject_key(Role.ABOUT, lot))
    )
    found = set()
    for raw, _ in connection.execute(query):
        statement = jws.parse(raw) if raw is not None else None
        if statement is not None and statement.header.typ is Typ.EPCIS:
            roll = EventFacts(statement.payload).roll_of(lot)
            if roll is not None:
                found.add(roll.id)
    return found


def subject_set(leaf: StatementLeaf) -> frozenset[bytes]:
    """The keys of a leaf's subjects."""
    return frozenset(subject.key for subject in leaf.subjects)
