"""What was told before, read from the log as far as the rules ask, and kept until more is told.

    scene = memory.scene(events, lot_of)     # the pasts of all that these events name
    for told in events:
        violations = check_in_context(told, scene.known); scene.tell(told)

A past that was read is kept, and only what came since is read the next time. A scene works on copies: what a refused
document said is forgotten with it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.document import MasterItem
from ledger.epcis.event import Event, read_event
from ledger.errors import LedgerError
from ledger.gs1 import epc
from ledger.lot.told import Told
from ledger.past import LotOf, Past, place_of
from ledger.rules import Attributes, Known, named
from ledger.statement import jws
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role, subject_key
from ledger.statement.trust import KeyRecord
from ledger.store import search
from ledger.store.log import LogStore

MAX_KEPT: Final = 4_000
"""Pasts that are kept."""


class Memory:
    """Reads pasts. Threads may share it."""

    def __init__(self, log: LogStore) -> None:
        self._log = log
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[Past, int]] = OrderedDict()  # with the log's size when it was read

    def scene(self, events: Sequence[Event], lot_of: LotOf, master: Sequence[MasterItem] = ()) -> "Scene":
        """What rules need to know of the log to check these events, in this order.

        Args:
            lot_of: the lots of instances, those that these events bring included.
            master: descriptions that come with the events.
        """
        uris = dict.fromkeys(uri for event in events for uri in named(event, lot_of))
        withdrawn = {
            event.event_id for event in events if event.error_declaration is not None and event.event_id
        }
        with self._log.reading() as log:
            pasts = self._pasts(log, list(uris), withdrawn)
            described = _described(log, events, pasts.values())
        described.update({item.id: item.attributes for item in master})
        return Scene(pasts, lot_of, described, withdrawn)

    def pasts(self, uris: Sequence[str]) -> dict[str, Past]:
        """What happened to these things, as the log has it now."""
        with self._log.reading() as log:
            return self._pasts(log, uris, set())

    def _pasts(self, log: LogStore, uris: Sequence[str], withdrawn: set[str]) -> dict[str, Past]:
        size = log.size()
        with self._lock:
            kept = {uri: self._kept[uri] for uri in uris if uri in self._kept and not withdrawn}
        fresh = [uri for uri in uris if uri not in kept]
        rows = search.names_since(search.connection_of(log), fresh, 0)
        if kept:
            since = min(until for _, until in kept.values())
            newer = search.names_since(search.connection_of(log), kept, since)
            rows += [(uri, index) for uri, index in newer if index >= kept[uri][1]]
        told = _told(log, {index for _, index in rows if index < size})
        by_uri: dict[str, list[Told]] = {}
        for uri, index in rows:
            if index in told:
                by_uri.setdefault(uri, []).append(told[index])
        again = [
            uri
            for uri in kept
            if any(item.event.error_declaration is not None for item in by_uri.get(uri, ()))
        ]
        if again:  # something of it was withdrawn: fold it anew
            everything = search.names_since(search.connection_of(log), again, 0)
            told |= _told(log, {index for _, index in everything if index < size and index not in told})
            for uri in again:
                by_uri[uri] = []
                del kept[uri]
            for uri, index in everything:
                if index in told:
                    by_uri[uri].append(told[index])
        lots = _lots(log, told.values())
        found: dict[str, Past] = {}
        for uri in uris:
            past = kept[uri][0].fork() if uri in kept else Past(uri)
            for item in _standing(by_uri.get(uri, ()), withdrawn):
                past.take(item, lots.get)
            found[uri] = past
        if not withdrawn:
            self._keep({uri: past.fork() for uri, past in found.items()}, size)
        return found

    def _keep(self, pasts: Mapping[str, Past], size: int) -> None:
        with self._lock:
            for uri, past in pasts.items():
                known = self._kept.get(uri)
                if known is None or known[1] <= size:
                    self._kept[uri] = (past, size)
                    self._kept.move_to_end(uri)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


class Scene:
    """The pasts that a document's events see; each event joins them once it is told."""

    def __init__(
        self,
        pasts: dict[str, Past],
        lot_of: LotOf,
        described: Mapping[str, Attributes],
        withdrawn: set[str],
    ) -> None:
        self._pasts = pasts
        self._lot_of = lot_of
        self._withdrawn = withdrawn
        self.known = Known(self._of, lot_of, described)

    def tell(self, told: Told) -> None:
        """Take an event into the pasts of all that it names."""
        event = told.event
        if event.error_declaration is not None or event.event_id in self._withdrawn:
            return
        for uri in named(event, self._lot_of):
            self._of(uri).take(told, self._lot_of)

    def _of(self, uri: str) -> Past:
        if uri not in self._pasts:
            self._pasts[uri] = Past(uri)
        return self._pasts[uri]


def read_told(raw: str, index: int, keys: Mapping[str, KeyRecord]) -> Told | None:
    """A stored statement as a told event; None where it is none."""
    statement = jws.parse(raw)
    header = statement.header
    if header.typ is not Typ.EPCIS:
        return None
    try:
        event = read_event(statement.payload)
    except LedgerError:  # taken in under older rules: verdicts read it, these rules do not
        return None
    return Told(index, event, keys.get(header.kid), header.about, header.from_)


def _told(log: LogStore, indexes: Iterable[int]) -> dict[int, Told]:
    wanted = set(indexes)
    if not wanted:
        return {}
    keys = {record.kid: record for record in log.key_records()}
    read = ((index, read_told(raw, index, keys)) for index, raw in log.statements(wanted).items())
    return {index: told for index, told in read if told is not None}


def _lots(log: LogStore, told: Iterable[Told]) -> dict[str, str]:
    """Instance -> lot, of all instances that some events name."""
    found: dict[str, str] = {}
    instances: set[str] = set()
    for item in told:
        event = item.event
        found.update(event.lots_beside)
        named = (*event.epcs, *event.child_epcs, *event.input_epcs, *event.output_epcs)
        instances.update(uri for uri in named if epc.is_instance(uri))
    return found | log.instance_lots(instances)


def _standing(told: Iterable[Told], withdrawn: set[str]) -> list[Told]:
    items = list(told)
    gone = withdrawn | {
        item.event.event_id
        for item in items
        if item.event.error_declaration is not None and item.event.event_id
    }
    return [
        item for item in items if item.event.error_declaration is None and item.event.event_id not in gone
    ]


def _described(
    log: LogStore, events: Iterable[Event], pasts: Iterable[Past]
) -> dict[str, Mapping[str, JsonValue]]:
    """Newest descriptions of the products and places that events name, and of where things were before."""
    uris = {place for past in pasts for _, place in past.places}
    for event in events:
        for uri in (*event.items, *event.inputs, *event.input_applied):
            if epc.gtin_of(uri) is not None:
                uris.add(uri.partition("/10/")[0].partition("/21/")[0])
        place = place_of(event)
        if place is not None:
            uris.add(place)
    return descriptions(log, uris)


def descriptions(log: LogStore, uris: Iterable[str]) -> dict[str, Mapping[str, JsonValue]]:
    """URI -> attributes of its newest description, of those that have one. Call it inside `log.reading()`."""
    by_key = {subject_key(Role.DESC, uri): uri for uri in uris}
    newest = search.newest_entries(search.connection_of(log), by_key)
    statements = log.statements(newest.values())
    found: dict[str, Mapping[str, JsonValue]] = {}
    for key, index in newest.items():
        attributes = jws.parse(statements[index]).payload.get("attributes") if index in statements else None
        if isinstance(attributes, Mapping):
            found[by_key[key]] = attributes
    return found
