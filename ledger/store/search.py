"""Searching: events by any identifier, lots by what they are found by, lineage both ways.

The indexes are derived from statements alone and disposable: `rebuild` drops and writes them again. An append writes
its part in its own transaction, so that an acknowledged event is found at once by every identifier in it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, case, delete, func, select, union
from sqlalchemy.dialects import postgresql, sqlite

from ledger.errors import StoreError
from ledger.gs1.epc import gtin_of
from ledger.statement import jws
from ledger.statement.jws import Statement, Typ
from ledger.statement.subjects import Role, subject_key
from ledger.store.database import chunks, is_sqlite, writing
from ledger.store.log import LogStore
from ledger.store.models import EventRef, EventWarning, KeyRow, LogState, SubjectEntry
from ledger.store.models import Statement as StatementRow
from ledger.store.search_models import TABLES, SearchEdge, SearchLot, SearchName, SearchTerm, SearchWord
from ledger.store.terms import applied_products, fold, lot_words, read_terms, words

MAX_LOTS = 200
_REBUILD = 500  # statements at a time
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Entered:
    """A statement that the log holds: its place, and whose key signed it."""

    index: int
    statement: Statement
    org: str


@dataclass(frozen=True)
class LotQuery:
    """What lots are looked for by; what is empty does not restrict, all else must hold.

    Attributes:
        text: words, each of which must begin a word of the lot, or of a description of what it names.
        product: GTIN of 14 digits.
        places, orgs: canonical URIs.
        certificate: a URI, or the certificate's number.
        since, before: lots with a story between these times (ms since 1970, the second exclusive).
        named: the lot of this instance, or the lots of events that name this identifier.
        within: only lots that this organisation has to do with.
        limit: at most `MAX_LOTS`.
    """

    text: str = ""
    product: str | None = None
    places: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    certificate: str | None = None
    since: int | None = None
    before: int | None = None
    named: str | None = None
    within: str | None = None
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True)
class LotFound:
    """A lot, and the times of its first and last events (ms since 1970)."""

    uri: str
    gtin: str
    first_time: int
    last_time: int


@dataclass(frozen=True)
class Edge:
    """`parent` went into `child`, or was applied to it, says the entry at `index`, signed with the key `kid`."""

    child: str
    parent: str
    index: int
    kid: str
    applied: bool = False


# -- writing


def write(connection: Connection, told: Sequence[Entered]) -> None:
    """Add statements to the indexes. Doing it again changes nothing."""
    names: list[dict[str, Any]] = []
    lots: dict[str, dict[str, Any]] = {}
    terms: set[tuple[str, str, str]] = set()
    described: set[tuple[str, str]] = set()
    edges: list[dict[str, Any]] = []
    for item in told:
        found = read_terms(item.statement, item.org)
        names += [{"uri": uri, "index": item.index, "role": role} for uri, role in sorted(found.names)]
        if found.described is not None:
            described |= {(word, found.described[0]) for word in found.described[1]}
        for lot in found.lots:
            row = lots.get(lot)
            if row is None:
                lots[lot] = _lot_row(lot, found.time)
                terms |= {(word, "word", lot) for word in lot_words(lot)}
            else:
                row["first_time"] = min(row["first_time"], found.time)
                row["last_time"] = max(row["last_time"], found.time)
            terms |= {(value, kind, lot) for kind, value in found.terms}
        edges += _edges(item)
    _add(connection, SearchName, names)
    _add_lots(connection, [lots[uri] for uri in sorted(lots)])
    columns = ("value", "kind", "lot")
    _add(connection, SearchTerm, [dict(zip(columns, row, strict=True)) for row in sorted(terms)])
    _add(connection, SearchWord, [{"word": word, "uri": uri} for word, uri in sorted(described)])
    _add(connection, SearchEdge, edges)


def rebuild(engine: Engine, progress: Callable[[int, int | None], None] = lambda _done, _total: None) -> int:
    """Drop all indexes and derive them again, under the log's lock; the number of statements read.

    Raises:
        StoreError: the database is not migrated, or a statement is signed with a key that is not recorded.
    """
    with writing(engine).begin() as connection:
        size = connection.execute(select(LogState.size).with_for_update()).scalar_one_or_none()
        if size is None:
            raise StoreError("The row log_state is missing: is the database migrated?")
        orgs = {row.kid: row.org for row in connection.execute(select(KeyRow.kid, KeyRow.org))}
        for table in TABLES:
            connection.execute(delete(table))
        count = 0
        for start in range(0, size, _REBUILD):
            query = select(StatementRow.index, StatementRow.jws, StatementRow.kid)
            some = query.where(StatementRow.index >= start, StatementRow.index < start + _REBUILD)
            rows = connection.execute(some.order_by(StatementRow.index)).all()
            write(connection, [told for row in rows if (told := _stored(*row, orgs)) is not None])
            count += len(rows)
            progress(min(size, start + _REBUILD), size)
    return count


def _stored(index: int, raw: str, kid: str, orgs: Mapping[str, str]) -> Entered | None:
    statement = jws.parse(raw)
    if statement.header.typ is Typ.KEY:
        return None
    if kid not in orgs:
        raise StoreError("A statement's key is not recorded.", code="store.corrupt", index=index)
    return Entered(index, statement, orgs[kid])


def _lot_row(lot: str, time: int) -> dict[str, Any]:
    return {"uri": lot, "gtin": gtin_of(lot) or "", "first_time": time, "last_time": time}


def _edges(item: Entered) -> list[dict[str, Any]]:
    header = item.statement.header
    if header.typ is not Typ.EPCIS or not header.from_:
        return []
    applied = applied_products(item.statement.payload)
    row = {"index": item.index, "kid": header.kid}
    return [
        {**row, "child": child, "parent": parent, "place": place, "applied": parent in applied}
        for child in header.about
        for place, parent in enumerate(header.from_)
    ]


def _add(connection: Connection, table: Any, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        return
    build = sqlite.insert if is_sqlite(connection) else postgresql.insert
    connection.execute(build(table).on_conflict_do_nothing(), list(rows))


def _add_lots(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        return
    if is_sqlite(connection):
        into = sqlite.insert(SearchLot)
        connection.execute(
            into.on_conflict_do_update(index_elements=["uri"], set_=_wider(into.excluded)), list(rows)
        )
    else:
        added = postgresql.insert(SearchLot)
        connection.execute(
            added.on_conflict_do_update(index_elements=["uri"], set_=_wider(added.excluded)), list(rows)
        )


def _wider(new: Any) -> dict[str, Any]:
    first, last = SearchLot.first_time, SearchLot.last_time
    return {
        "first_time": case((new.first_time < first, new.first_time), else_=first),
        "last_time": case((new.last_time > last, new.last_time), else_=last),
    }


def is_missing(connection: Connection) -> bool:
    """Whether the log has events and the indexes have none: a database from before there were any."""
    if connection.execute(select(SearchName.index).limit(1)).first() is not None:
        return False
    return connection.execute(select(EventRef.index).limit(1)).first() is not None


# -- reading


def connection_of(log: LogStore) -> Connection:
    """The connection of a log inside `reading()`."""
    source = log.connection
    if not isinstance(source, Connection):
        raise TypeError("search inside log.reading()")
    return source


def named_events(
    connection: Connection, uris: Iterable[str], roles: Sequence[str] | None = None, *, prefix: str = ""
) -> list[int]:
    """Indexes of the events that name one of these, in order.

    Args:
        uris: canonical.
        roles: only under these members; `prefix`: or only under members that begin so.
    """
    found: set[int] = set()
    for chunk in chunks(sorted(set(uris))):
        query = select(SearchName.index).where(SearchName.uri.in_(chunk))
        if roles is not None:
            query = query.where(SearchName.role.in_(roles))
        if prefix:
            query = query.where(SearchName.role.startswith(prefix, autoescape=True))
        found.update(connection.execute(query).scalars())
    return sorted(found)


def own_events(connection: Connection, org: str, roles: Sequence[str], most: int) -> list[int]:
    """Indexes of an organisation's newest events that name anything under one of some members, in order."""
    named = select(SearchName.index).where(SearchName.role.in_(roles))
    query = select(EventRef.index).where(EventRef.org == org, EventRef.index.in_(named))
    return sorted(connection.execute(query.order_by(EventRef.index.desc()).limit(most)).scalars())


def events_under(connection: Connection, stems: Iterable[str], role: str, most: int) -> list[int]:
    """Indexes of the newest events that name, under a member, something that begins with one of these, in order."""
    found: set[int] = set()
    for stem in stems:
        within = (SearchName.uri >= stem, SearchName.uri < stem + _LAST, SearchName.role == role)
        query = select(SearchName.index).where(*within).distinct().order_by(SearchName.index.desc())
        found.update(connection.execute(query.limit(most)).scalars())
    return sorted(found)


def first_events(connection: Connection, uris: Iterable[str], roles: Sequence[str]) -> list[int]:
    """Index of the first event that names each of these under one of some members."""
    found: set[int] = set()
    for chunk in chunks(sorted(set(uris))):
        query = select(func.min(SearchName.index)).where(
            SearchName.uri.in_(chunk), SearchName.role.in_(roles)
        )
        found.update(connection.execute(query.group_by(SearchName.uri)).scalars())
    return sorted(found)


def warned_events(connection: Connection, uri: str) -> list[int]:
    """Indexes of the events that name something and that break a rule which did not refuse them."""
    named = select(SearchName.index).where(SearchName.uri == uri)
    query = select(EventWarning.index).where(EventWarning.index.in_(named)).distinct()
    return sorted(connection.execute(query).scalars())


def longest_stories(connection: Connection, least: int) -> list[tuple[str, int]]:
    """Lots that at least so many events name, and how many do, the longest first."""
    count = func.count(SearchName.index.distinct()).label("events")
    query = select(SearchName.uri, count).where(SearchName.role == "about")
    query = query.join(SearchLot, SearchLot.uri == SearchName.uri).group_by(SearchName.uri)
    rows = connection.execute(query.having(count >= least).order_by(count.desc(), SearchName.uri).limit(100))
    return [(uri, events) for uri, events in rows]


def names_since(connection: Connection, uris: Iterable[str], since: int) -> list[tuple[str, int]]:
    """(URI, index) of the events from the index `since` on that name one of these, in order of index."""
    found: set[tuple[str, int]] = set()
    for chunk in chunks(sorted(set(uris))):
        query = select(SearchName.uri, SearchName.index).where(SearchName.uri.in_(chunk))
        found.update((row[0], row[1]) for row in connection.execute(query.where(SearchName.index >= since)))
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def newest_entries(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, int]:
    """Subject key -> index of its newest entry, of those that have one."""
    found: dict[bytes, int] = {}
    for chunk in chunks(sorted(set(keys))):
        query = select(SubjectEntry.subject, func.max(SubjectEntry.index)).where(
            SubjectEntry.subject.in_(chunk)
        )
        rows = connection.execute(query.group_by(SubjectEntry.subject))
        found.update({bytes(subject): index for subject, index in rows})
    return found


def find_lots(connection: Connection, query: LotQuery) -> list[LotFound]:
    """The lots that a query finds, the latest story first."""
    found = select(SearchLot.uri, SearchLot.gtin, SearchLot.first_time, SearchLot.last_time)
    if query.product is not None:
        found = found.where(SearchLot.gtin == query.product)
    if query.since is not None:
        found = found.where(SearchLot.last_time >= query.since)
    if query.before is not None:
        found = found.where(SearchLot.first_time < query.before)
    for kind, values in (("place", query.places), ("org", query.orgs)):
        if values:
            found = found.where(SearchLot.uri.in_(_of_terms(kind, values)))
    if query.within is not None:
        found = found.where(SearchLot.uri.in_(_of_terms("org", [query.within])))
    if query.certificate:
        numbers = (query.certificate, fold(query.certificate))
        found = found.where(SearchLot.uri.in_(_of_terms("certificate", numbers)))
    lot_of_named = LogStore(connection).instance_lots([query.named]) if query.named is not None else {}
    if lot_of_named:
        found = found.where(SearchLot.uri.in_(lot_of_named.values()))
    elif query.named is not None:
        at = select(SearchName.index).where(SearchName.uri == query.named)
        found = found.where(
            SearchLot.uri.in_(select(SearchName.uri).where(SearchName.index.in_(at.scalar_subquery())))
        )
    for word in sorted(words(query.text)):
        found = found.where(SearchLot.uri.in_(_of_word(word)))
    ordered = found.order_by(SearchLot.last_time.desc(), SearchLot.uri)
    rows = connection.execute(ordered.limit(min(query.limit, MAX_LOTS)).offset(query.offset))
    return [LotFound(*row) for row in rows]


def _of_terms(kind: str, values: Iterable[str]) -> Select[Any]:
    return select(SearchTerm.lot).where(SearchTerm.kind == kind, SearchTerm.value.in_(sorted(set(values))))


def _of_word(word: str) -> Any:
    """Lots with a word that begins so, or that name something whose description has one."""
    own = select(SearchTerm.lot).where(
        SearchTerm.kind == "word", SearchTerm.value >= word, SearchTerm.value < word + _LAST
    )
    described = select(SearchWord.uri).where(SearchWord.word >= word, SearchWord.word < word + _LAST)
    by_term = select(SearchTerm.lot).where(
        SearchTerm.value.in_(described), SearchTerm.kind.in_(("place", "org", "certificate"))
    )
    product = func.substr(SearchWord.uri, func.length("https://id.gs1.org/01/") + 1)
    by_product = select(SearchLot.uri).where(
        SearchLot.gtin.in_(
            select(product).where(
                SearchWord.word >= word,
                SearchWord.word < word + _LAST,
                SearchWord.uri.startswith("https://id.gs1.org/01/"),
            )
        )
    )
    return union(own, by_term, by_product)


def lots_of(connection: Connection, org: str) -> list[LotFound]:
    """Every lot that an organisation signed something about, or was named beside."""
    query = select(SearchLot.uri, SearchLot.gtin, SearchLot.first_time, SearchLot.last_time)
    query = query.where(SearchLot.uri.in_(_of_terms("org", [org]))).order_by(SearchLot.uri)
    return [LotFound(*row) for row in connection.execute(query)]


def described_under(connection: Connection, stems: Iterable[str]) -> list[str]:
    """What is described and begins with one of these."""
    found: set[str] = set()
    for stem in sorted(set(stems)):
        query = select(SearchWord.uri).where(SearchWord.uri >= stem, SearchWord.uri < stem + _LAST)
        found.update(connection.execute(query.distinct()).scalars())
    return sorted(found)


def entries_of(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, list[int]]:
    """Subject key -> indexes of its entries, oldest first, of those that have one."""
    found: dict[bytes, list[int]] = {}
    for chunk in chunks(sorted(set(keys))):
        query = select(SubjectEntry.subject, SubjectEntry.index).where(SubjectEntry.subject.in_(chunk))
        for subject, index in connection.execute(query.order_by(SubjectEntry.index)):
            found.setdefault(bytes(subject), []).append(index)
    return found


# -- lineage


def edges_above(connection: Connection, uri: str) -> list[Edge]:
    """Every signed `from` on the way up from a subject, in order of the log; which count is not decided here."""
    edge = SearchEdge
    above = select(edge.parent.label("uri")).where(edge.child == uri).cte("above", recursive=True)
    above = above.union(select(edge.parent).join(above, edge.child == above.c.uri))
    every = select(edge.child, edge.parent, edge.index, edge.kid, edge.applied).where(
        (edge.child == uri) | edge.child.in_(select(above.c.uri))
    )
    rows = connection.execute(every.order_by(edge.index, edge.place, edge.child))
    return [Edge(*row) for row in rows]


def edges_below(connection: Connection, uri: str) -> list[Edge]:
    """Every signed `from` on the way down from a subject, in order of the log."""
    edge = SearchEdge
    below = select(edge.child.label("uri")).where(edge.parent == uri).cte("below", recursive=True)
    below = below.union(select(edge.child).join(below, edge.parent == below.c.uri))
    every = select(edge.child, edge.parent, edge.index, edge.kid, edge.applied).where(
        (edge.parent == uri) | edge.parent.in_(select(below.c.uri))
    )
    rows = connection.execute(every.order_by(edge.index, edge.place, edge.child))
    return [Edge(*row) for row in rows]


def first_signers(connection: Connection, uris: Iterable[str]) -> dict[str, str]:
    """Subject -> the key that signed the first entry about it."""
    keys = {subject_key(Role.ABOUT, uri): uri for uri in uris}
    found: dict[str, str] = {}
    for chunk in chunks(sorted(keys)):
        query = (
            select(SubjectEntry.subject, StatementRow.kid)
            .join(StatementRow, StatementRow.index == SubjectEntry.index)
            .where(SubjectEntry.subject.in_(chunk), SubjectEntry.ordinal == 1)
        )
        found.update({keys[bytes(subject)]: kid for subject, kid in connection.execute(query)})
    return found


def dump(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all indexes, sorted; to compare."""
    return {
        table.__tablename__: sorted(
            tuple(row) for row in connection.execute(select(*table.__table__.columns))
        )
        for table in TABLES
    }
