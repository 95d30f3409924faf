"""Finding events (EPCIS 2.0 simple event query, the basic part), in the order of the log.

Events come back as they were signed: their stored payloads, byte for byte. Who names an item sees its events, as
anybody does who asks for its proof; without one, an organisation sees the events that it signed itself.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ledger.encoding import JsonValue, canonical_json
from ledger.epcis.context import EPCIS_CONTEXT
from ledger.epcis.vocabulary import NGUON
from ledger.errors import Violation
from ledger.gs1.epc import canonical
from ledger.log.leaf import parse_leaf
from ledger.statement import jws
from ledger.statement.jws import Statement
from ledger.store import search
from ledger.store.log import LoggedEvent, LogStore

MAX_PER_PAGE = 1000
_CHUNK = 256
_ITEM_MEMBERS = (
    *(
        "about",
        "from",
        "epcList",
        "quantityList",
        "parentID",
        "childEPCs",
        "childQuantityList",
        "inputEPCList",
    ),
    *("inputQuantityList", "outputEPCList", "outputQuantityList"),
)
"""Members of an event (or of its statement's header) that name what it is about or made from."""


@dataclass(frozen=True)
class EventQuery:
    """What is looked for; what is empty does not restrict.

    Attributes:
        event_ids: any of these.
        epcs: events that name any of these, as what they are about or made from.
        identifiers: (member of the event, or empty for anywhere; any of these identifiers); each must hold.
        event_type: an EPCIS event type.
        since, before: record time, from and up to (exclusive).
        org: only what this organisation's keys signed; not applied where `epcs` or `event_ids` is given.
        start: index of the log to begin at (the page token).
        limit: events on a page.
    """

    event_ids: tuple[str, ...] = ()
    epcs: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    event_type: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    org: str | None = None
    start: int = 0
    limit: int = 30


@dataclass(frozen=True)
class Page:
    """Events found, and the index at which the next page begins; None on the last one.

    `warnings` are of these events: eventID -> the rules that it breaks and that did not refuse it.
    """

    events: tuple[Statement, ...]
    following: int | None
    warnings: Mapping[str, Sequence[Violation]] = field(default_factory=dict)


def find(log: LogStore, query: EventQuery) -> Page:
    """A page of events.

    Raises:
        Gs1Error: one of `epcs` claims to be GS1 and is wrong.
        LedgerError: a stored statement cannot be read.
    """
    with log.reading() as reading:
        start = max(query.start, _index_at(reading, query.since) if query.since else 0)
        stop = _index_at(reading, query.before) if query.before else reading.size()
        kids = {record.kid for record in reading.key_records(query.org)} if query.org is not None else None
        found: list[Statement] = []
        indexes: dict[int, str] = {}
        following: int | None = None
        for event in _candidates(reading, query, start, stop):
            if event.statement is None:
                continue
            statement = jws.parse(event.statement)
            if not _matches(statement, query, kids):
                continue
            if len(found) == query.limit:
                following = event.index
                break
            found.append(statement)
            indexes[event.index] = event.event_id
        warned = reading.warnings(indexes)
    return Page(tuple(found), following, {indexes[index]: items for index, items in warned.items()})


def document(
    events: Sequence[Statement],
    now: datetime,
    warnings: Mapping[str, Sequence[Mapping[str, JsonValue]]] | None = None,
) -> bytes:
    """An EPCISQueryDocument with these events, their payloads as they were signed.

    Args:
        warnings: eventID -> rules that it breaks and that did not refuse it; they stand in `nguon:warnings`.
    """
    said: dict[str, JsonValue] = {
        event_id: [dict(item) for item in items] for event_id, items in (warnings or {}).items()
    }
    head = canonical_json(
        {
            "@context": [EPCIS_CONTEXT, {"nguon": NGUON}] if said else [EPCIS_CONTEXT],
            **({"nguon:warnings": said} if said else {}),
            "createdAt": now.isoformat(),
            "schemaVersion": "2.0",
            "type": "EPCISQueryDocument",
        }
    )
    listed = b",".join(event.payload_bytes for event in events)
    results = b'{"queryName":"SimpleEventQuery","resultsBody":{"eventList":[' + listed + b"]}}"
    return head[:-1] + b',"epcisBody":{"queryResults":' + results + b"}}"


def _candidates(log: LogStore, query: EventQuery, start: int, stop: int) -> Iterator[LoggedEvent]:
    if query.event_ids:
        named = [
            log.event(event_id, is_error=is_error)
            for event_id in query.event_ids
            for is_error in (False, True)
        ]
        events = {event.index: event for event in named if event is not None}
        yield from (events[index] for index in sorted(events) if start <= index < stop)
    elif query.epcs or query.identifiers:
        wanted = sorted(index for index in _named(log, query) if start <= index < stop)
        for at in range(0, len(wanted), _CHUNK):
            events = log.events_at(wanted[at : at + _CHUNK])
            yield from (events[index] for index in sorted(events))
    else:
        while start < stop:
            some = log.events(start=start, stop=stop, limit=_CHUNK)
            yield from some
            if len(some) < _CHUNK:
                return
            start = some[-1].index + 1


def _named(log: LogStore, query: EventQuery) -> set[int]:
    """Indexes of the events that name all that is asked for."""
    connection = search.connection_of(log)
    asked: list[tuple[Sequence[str] | None, tuple[str, ...]]] = [
        ((member,) if member else None, uris) for member, uris in query.identifiers
    ]
    if query.epcs:
        asked.append((_ITEM_MEMBERS, query.epcs))
    found = [
        set(search.named_events(connection, [canonical(uri) for uri in uris], members))
        for members, uris in asked
    ]
    return set.intersection(*found)


def _matches(statement: Statement, query: EventQuery, kids: set[str] | None) -> bool:
    if query.event_type is not None and statement.payload.get("type") != query.event_type:
        return False
    return kids is None or bool(query.epcs or query.event_ids) or statement.header.kid in kids


class _Times(Sequence[int]):
    """The leaves' times, which never decrease, for a binary search."""

    def __init__(self, log: LogStore) -> None:
        self._log, self._size = log, log.size()

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> int:  # type: ignore[override]  # bisect asks for single items only
        return parse_leaf(self._log.leaf_data(index)).time


def _index_at(log: LogStore, moment: datetime) -> int:
    """The first index whose leaf was recorded at `moment` or later."""
    return bisect_left(_Times(log), int(moment.timestamp() * 1000))
