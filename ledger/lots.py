"""What the log knows of a lot: its story, what it was made of and went into, whether it adds up.

The answers are folds over stored statements and no proof: a verdict comes from a bundle (`ledger.proof`). Lineage is
the same as a verifier finds in a bundle, by the same rule of whose `from` counts.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Final

from sqlalchemy import Connection

from ledger.encoding import JsonValue
from ledger.epcis.context import EPCIS_CONTEXT
from ledger.epcis.event import Event, read_event
from ledger.epcis.vocabulary import NGUON
from ledger.errors import NotFoundError, Violation
from ledger.gs1 import epc
from ledger.lot.coverage import Coverage, coverage
from ledger.lot.graph import Graph
from ledger.lot.lineage import LineageEntry, ingredients
from ledger.lot.told import Told
from ledger.naming import named_members
from ledger.past import standing_recalls
from ledger.remembering import Memory, descriptions, read_told
from ledger.statement.trust import KeyRecord
from ledger.store import search
from ledger.store.log import LogStore
from ledger.store.search import Edge, LotFound, LotQuery

MAX_KEPT: Final = 20_000
"""Events that are kept read."""

_LONG: Final = 500
"""Events from which on a story counts as long."""

_BIRTH_ROLES: Final = ("quantityList", "outputQuantityList", "epcList", "outputEPCList", "about")
_FIRST: Final = 64
"""Events that are read of an ancestor, to tell what was done to it."""

_DEEPEST: Final = 4
"""Containers within containers that a lot is followed into."""


@dataclass(frozen=True)
class Kin:
    """A relative of a lot.

    Attributes:
        uri: what it is.
        next_to: upwards what it went into, downwards what it was made of; on the way to the lot.
        material: it is connected by material alone; else something on the way was only applied.
    """

    uri: str
    next_to: tuple[str, ...]
    material: bool


@dataclass(frozen=True)
class LotStory:
    """All that was told of a lot, its instances and its containers.

    Attributes:
        told: in order of the log.
        graph: over `told` and over the births of what went into it directly.
    """

    uri: str
    told: tuple[Told, ...]
    graph: Graph

    @cached_property
    def indexes(self) -> frozenset[int]:
        """Places of what was told of it in the log."""
        return frozenset(item.index for item in self.told)


class Lots:
    """Answers about lots. Threads may share it."""

    def __init__(self, log: LogStore) -> None:
        self._log = log
        self._memory = Memory(log)
        self._kept: OrderedDict[int, Told | None] = OrderedDict()
        self._lock = Lock()

    def keep(self, told: Iterable[Told]) -> None:
        """Keep events that were just recorded: whoever asks about them next need not read them."""
        with self._lock:
            self._kept.update({item.index: item for item in told})
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)

    def warm(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Read the longest stories ahead, so that nobody waits for them after a start."""
        with self._log.reading() as log:
            longest = search.longest_stories(search.connection_of(log), _LONG)
        read = 0
        for uri, entries in longest:
            read += entries
            if stopped() or read > MAX_KEPT:
                return
            self.story(uri)

    def find(self, query: LotQuery) -> list[LotFound]:
        """The lots that a query finds, the latest story first."""
        with self._log.reading() as log:
            return search.find_lots(search.connection_of(log), query)

    def descriptions(self, uris: Iterable[str]) -> dict[str, Mapping[str, JsonValue]]:
        """URI -> attributes of its newest description, of those that have one."""
        with self._log.reading() as log:
            return descriptions(log, set(uris))

    def recalled(self, uris: Iterable[str]) -> frozenset[str]:
        """Those of these lots that are recalled as a whole and not released."""
        pasts = self._memory.pasts(list(dict.fromkeys(uris)))
        return frozenset(uri for uri, past in pasts.items() if standing_recalls(past))

    def told_of(self, uris: Iterable[str]) -> list[Told]:
        """The first events that name each of some things, as much as tells what was done to them."""
        with self._log.reading() as log:
            keys = {record.kid: record for record in log.key_records()}
            told = self._beginnings(log, uris, keys)
        return [told[index] for index in sorted(told)]

    def told_at(self, log: LogStore, indexes: Iterable[int]) -> dict[int, Told]:
        """The events at these indexes, of a log inside `reading()`."""
        return self._told(log, indexes, {record.kid: record for record in log.key_records()})

    def warnings(self, uri: str) -> dict[int, list[Violation]]:
        """Index of an event that names something -> the rules that it breaks and that did not refuse it."""
        with self._log.reading() as log:
            return log.warnings(search.warned_events(search.connection_of(log), uri))

    def story(self, uri: str, beside: Iterable[str] = ()) -> LotStory:
        """What was told of a lot or an instance.

        Args:
            beside: what else the graph is to know something of: what it was made of.

        Raises:
            NotFoundError: nothing was (`not_found.lot`).
        """
        with self._log.reading() as log:
            connection = search.connection_of(log)
            keys = {record.kid: record for record in log.key_records()}
            told = self._told(log, search.named_events(connection, [uri]), keys)
            if not told:
                raise NotFoundError(f"Nothing is recorded about {uri}.", code="not_found.lot", uri=uri)
            known = {uri}
            for _ in range(_DEEPEST):
                companions = _companions(told.values(), known) - known
                if not companions:
                    break
                known |= companions
                told |= self._told(log, search.named_events(connection, companions), keys)
            parents = {parent for item in told.values() for parent in item.event.inputs} - known
            births = self._births(log, connection, parents, keys)
            more = self._beginnings(log, beside, keys)
        own = tuple(told[index] for index in sorted(told))
        return LotStory(uri, own, Graph((more | births | told).values(), keys=keys.values()))

    def recall_coverage(self, uri: str, serials: Sequence[str], now: datetime) -> tuple[Coverage, list[Kin]]:
        """What a recall of a lot, or of these serials of it, would cover if it were signed now, and the lots made of it
        that it would forget.

        Raises:
            NotFoundError: nothing is recorded about the lot (`not_found.lot`).
        """
        story = self.story(uri)
        covered = coverage(_recall(uri, serials, now), story.graph, uri)
        below = [kin for kin in self.descendants([uri]) if epc.is_lot(kin.uri)]
        recalled = self.recalled(kin.uri for kin in below)
        return covered, [kin for kin in below if kin.uri not in recalled]

    def ancestors(self, start: Sequence[str]) -> list[Kin]:
        """What went into some subjects (a lot, and one instance of it), nearest first."""
        with self._log.reading() as log:
            connection = search.connection_of(log)
            found = [edge for uri in start for edge in search.edges_above(connection, uri)]
            return _walk(start, _Counted(log, connection, found).edges(), upwards=True)

    def descendants(self, start: Sequence[str]) -> list[Kin]:
        """What some subjects went into, nearest first."""
        with self._log.reading() as log:
            connection = search.connection_of(log)
            found = [edge for uri in start for edge in search.edges_below(connection, uri)]
            return _walk(start, _Counted(log, connection, found).edges(), upwards=False)

    # --

    def _beginnings(
        self, log: LogStore, uris: Iterable[str], keys: Mapping[str, KeyRecord]
    ) -> dict[int, Told]:
        """The first events that name each of some things: what was done to it."""
        counts: Counter[str] = Counter()
        wanted: set[int] = set()
        for uri, index in search.names_since(search.connection_of(log), set(uris), 0):
            counts[uri] += 1
            if counts[uri] <= _FIRST:
                wanted.add(index)
        return self._told(log, wanted, keys)

    def _births(
        self, log: LogStore, connection: Connection, uris: Iterable[str], keys: Mapping[str, KeyRecord]
    ) -> dict[int, Told]:
        """The first births of what was used, which say what a pack of it weighs."""
        uris = [uri for uri in uris if epc.gtin_of(uri) is not None]
        lots = log.instance_lots(uri for uri in uris if epc.is_instance(uri))
        indexes = search.first_events(connection, {*uris, *lots.values()}, _BIRTH_ROLES)
        return {index: item for index, item in self._told(log, indexes, keys).items() if item.event.is_birth}

    def _told(self, log: LogStore, indexes: Iterable[int], keys: Mapping[str, KeyRecord]) -> dict[int, Told]:
        """The events at these indexes; what is stored never changes, so what was read is kept."""
        wanted = list(indexes)
        with self._lock:
            known = {index: self._kept[index] for index in wanted if index in self._kept}
            for index in known:
                self._kept.move_to_end(index)
        missing = [index for index in wanted if index not in known]
        if missing:
            read = {index: read_told(raw, index, keys) for index, raw in log.statements(missing).items()}
            known |= read
            with self._lock:
                self._kept.update(read)
                while len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
        return {index: item for index, item in known.items() if item is not None}


class _Counted:
    """Edges of a lineage, of which those count whose signers may say so (DESIGN §3.1)."""

    def __init__(self, log: LogStore, connection: Connection, edges: Iterable[Edge]) -> None:
        self._edges = list(dict.fromkeys(edges))
        records = log.key_records()
        self._keys = {record.kid: record for record in records}
        self._by_stem: dict[str, list[KeyRecord]] = {}
        for record in records:
            for stem in record.stems:
                self._by_stem.setdefault(stem, []).append(record)
        children = {edge.child for edge in self._edges}
        self._speakers = {uri: self._speakers_of(uri) for uri in children}
        uncovered = [uri for uri, speakers in self._speakers.items() if not speakers]
        self._first = search.first_signers(connection, uncovered)

    def edges(self) -> list[Edge]:
        """Those that count, in order of the log."""
        by_child: dict[str, list[Edge]] = {}
        for edge in sorted(self._edges, key=lambda edge: edge.index):
            by_child.setdefault(edge.child, []).append(edge)
        return [edge for child, edges in by_child.items() for edge in self._counted(child, edges)]

    def _counted(self, child: str, edges: Sequence[Edge]) -> list[Edge]:
        first = self._first.get(child)
        entries = [LineageEntry(1, self._keys.get(first), ())] if first is not None else []
        entries += [LineageEntry(0, self._keys.get(edge.kid), (edge.parent,)) for edge in edges]
        speakers = self._speakers[child]
        counted = set(ingredients(child, entries, speakers))
        sides: dict[str, Edge] = {}
        for edge in edges:
            signer = self._keys.get(edge.kid)
            if edge.parent in counted and signer is not None and self._may_say(signer, child, speakers):
                known = sides.get(edge.parent)
                if known is None or (known.applied and not edge.applied):
                    sides[edge.parent] = edge
        return list(sides.values())

    def _may_say(self, signer: KeyRecord, child: str, speakers: Sequence[KeyRecord]) -> bool:
        if speakers:
            return any(record.kid == signer.kid for record in speakers)
        first = self._keys.get(self._first.get(child, ""))
        return first is not None and first.org == signer.org

    def _speakers_of(self, uri: str) -> list[KeyRecord]:
        return [record for stop in range(len(uri) + 1) for record in self._by_stem.get(uri[:stop], ())]


def _walk(start: Sequence[str], edges: Iterable[Edge], *, upwards: bool) -> list[Kin]:
    """Breadth first from some subjects along counted edges."""
    steps: dict[str, list[tuple[str, bool]]] = {}
    for edge in edges:
        near, far = (edge.child, edge.parent) if upwards else (edge.parent, edge.child)
        steps.setdefault(near, []).append((far, edge.applied))
    reached: dict[str, list[str]] = {}
    queue = deque(start)
    while queue:
        near = queue.popleft()
        for far, _ in steps.get(near, ()):
            if far in start:
                continue
            if far not in reached:
                reached[far] = []
                queue.append(far)
            if near not in reached[far]:
                reached[far].append(near)
    material = set(start)
    queue = deque(start)
    while queue:
        for far, applied in steps.get(queue.popleft(), ()):
            if not applied and far not in material:
                material.add(far)
                queue.append(far)
    return [Kin(uri, tuple(next_to), uri in material) for uri, next_to in reached.items()]


def _recall(uri: str, serials: Sequence[str], now: datetime) -> Event:
    """A recall as it would be signed, as far as its coverage depends on it."""
    return read_event(
        {
            "@context": [EPCIS_CONTEXT, {"nguon": NGUON}],
            "type": "ObjectEvent",
            "eventTime": now.isoformat(),
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "bizStep": "holding",
            "disposition": "recalled",
            "persistentDisposition": {"set": ["recalled"]},
            **named_members(uri, serials or None),
        }
    )


def _companions(told: Iterable[Told], known: set[str]) -> set[str]:
    """Instances of a lot that its births name, and containers in which it or they are."""
    found: set[str] = set()
    for item in told:
        event = item.event
        if event.is_birth and not known.isdisjoint(item.about):
            found.update(uri for uri in (*event.epcs, *event.output_epcs) if epc.is_instance(uri))
        if event.type == "AggregationEvent" and event.parent is not None:
            inside = {*event.child_epcs, *(each.epc_class for each in event.child_quantities), *item.about}
            if not known.isdisjoint(inside):
                found.add(event.parent)
    return found
