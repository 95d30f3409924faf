"""What an organisation has in hand, over all its lots: read once, and carried on as the log grows.

    held = in_hand.of(org, now)     # every lot that is not used up, what grows, and whom it deals with

Each lot is folded anew only when an event about it came (`ledger.lot.hand`). No verdict rests on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final

from ledger.encoding import JsonValue
from ledger.gs1 import epc
from ledger.lot.hand import Held, fold_lot, fold_season
from ledger.lot.intervals import allowed_from, treats_its_place
from ledger.lot.told import Told
from ledger.lots import Lots
from ledger.store import search
from ledger.store.log import LogStore

SHOWN: Final = timedelta(days=60)
"""How long a lot that was handed over whole is still listed."""

MAX_ORGS: Final = 64
"""Organisations whose reading is kept."""

_DEEPEST: Final = 2
"""Containers within containers that a lot is followed into."""


@dataclass(frozen=True)
class Holdings:
    """What an organisation has in hand.

    Attributes:
        lots: not used up, the newest first; seasons that grow among them.
        made: GTIN -> local name of the step by which its lots come into being here.
        units: GTIN -> the unit in which its lots are told: KGM, LTR, "" for packs.
        applied: GTINs of what was applied (a fertiliser, a spray, feed, a drug).
        parties: other organisations that its events name.
    """

    lots: tuple[Held, ...]
    made: Mapping[str, str]
    units: Mapping[str, str]
    applied: frozenset[str]
    parties: frozenset[str]


@dataclass
class _Known:
    """What was read for one organisation, up to a size of the log."""

    size: int = 0
    names: dict[str, list[int]] = field(default_factory=dict)
    folded: dict[str, tuple[tuple[int, ...], Held | None]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


class InHand:
    """Reads what organisations have in hand. Threads may share it."""

    def __init__(self, log: LogStore, lots: Lots) -> None:
        self._log, self._lots = log, lots
        self._known: dict[str, _Known] = {}
        self._lock = Lock()

    def of(self, org: str, now: datetime) -> Holdings:
        """What an organisation has in hand now."""
        with self._lock:
            known = self._known.pop(org, None) or _Known()
            self._known[org] = known  # the last one asked for is the last one forgotten
            while len(self._known) > MAX_ORGS:
                self._known.pop(next(iter(self._known)))
        with known.lock, self._log.reading() as log:
            return self._read(log, known, org, now)

    def _read(self, log: LogStore, known: _Known, org: str, now: datetime) -> Holdings:
        connection = search.connection_of(log)
        size = log.size()
        lots = [found.uri for found in search.lots_of(connection, org)]
        self._name(log, known, lots)
        told = self._lots.told_at(log, {index for uri in lots for index in known.names[uri]})
        containers: set[str] = set()
        for _ in range(_DEEPEST):
            fresh = _parents(told.values()) - containers
            if not fresh:
                break
            containers |= fresh
            self._name(log, known, fresh)
            told |= self._lots.told_at(log, {index for uri in fresh for index in known.names[uri]})
        seasons = sorted(
            {
                uri
                for item in told.values()
                if item.signer is not None and item.signer.org == org
                for uri in (item.event.transformation_id, item.event.transformation_ref)
                if uri is not None
            }
        )
        self._name(log, known, seasons)
        told |= self._lots.told_at(log, {index for uri in seasons for index in known.names[uri]})
        known.size = size
        applied = _applied(told.values())
        described = self._lots.descriptions(f"https://id.gs1.org/01/{gtin}" for gtin in applied)
        found = [self._fold(known, uri, told, org, described) for uri in lots]
        found += [
            fold_season(uri, [told[index] for index in known.names[uri] if index in told], now, described)
            for uri in seasons
        ]
        listed = [
            item
            for item in found
            if item is not None
            and not item.is_used_up
            and (item.lane != "shipped" or item.last > now - SHOWN)
            and (item.own or item.start is not None)
        ]
        listed.sort(key=lambda item: (item.last, item.uri), reverse=True)
        everything = [item for item in found if item is not None and item.number]
        return Holdings(
            tuple(_with_places(listed, told.values(), described)),
            {item.gtin: item.step for item in everything if item.own},
            {item.gtin: item.unit for item in everything if item.start is not None},
            frozenset(applied),
            frozenset(_parties(told.values()) - {org}),
        )

    def _name(self, log: LogStore, known: _Known, uris: Iterable[str]) -> None:
        """Read the indexes of the events that name these, as far as they are not known."""
        connection = search.connection_of(log)
        listed = list(uris)
        fresh = [uri for uri in listed if uri not in known.names]
        for uri in fresh:
            known.names[uri] = []
        rows = search.names_since(connection, fresh, 0)
        older = [uri for uri in listed if uri not in set(fresh)]
        if older and log.size() > known.size:
            rows += search.names_since(connection, older, known.size)
        for uri, index in rows:
            if not known.names[uri] or known.names[uri][-1] < index:
                known.names[uri].append(index)

    def _fold(
        self,
        known: _Known,
        uri: str,
        told: Mapping[int, Told],
        org: str,
        described: Mapping[str, Mapping[str, JsonValue]],
    ) -> Held | None:
        own = [told[index] for index in known.names[uri] if index in told]
        parents = _parents(own)
        for _ in range(_DEEPEST):
            above = [
                told[index] for parent in parents for index in known.names.get(parent, ()) if index in told
            ]
            parents |= _parents(above)
        beside = {
            index for parent in parents for index in known.names.get(parent, ()) if index in told
        } - set(known.names[uri])
        mark = (*known.names[uri], -1, *sorted(beside))
        kept = known.folded.get(uri)
        if kept is not None and kept[0] == mark:
            return kept[1]
        held = fold_lot(uri, own, org, described, [told[index] for index in sorted(beside)])
        known.folded[uri] = (mark, held)
        return held


def _parents(told: Iterable[Told]) -> set[str]:
    return {
        item.event.parent
        for item in told
        if item.event.type == "AggregationEvent" and item.event.parent is not None
    }


def _applied(told: Iterable[Told]) -> set[str]:
    found: set[str] = set()
    for item in told:
        event = item.event
        used = [*event.input_applied]
        if event.transformation_id is not None and not event.items:
            used += event.inputs
        found.update(gtin for uri in used if (gtin := epc.gtin_of(uri)))
    return found


def _parties(told: Iterable[Told]) -> set[str]:
    found: set[str] = set()
    for item in told:
        for kind, uri in (*item.event.sources, *item.event.destinations):
            if kind in ("owning_party", "possessing_party"):
                found.add(uri)
        if item.signer is not None:
            found.add(item.signer.org)
    return found


def _with_places(
    held: Iterable[Held], told: Iterable[Told], described: Mapping[str, Mapping[str, JsonValue]]
) -> list[Held]:
    """The same, what grows bound also by treatments of its place that name no goods."""
    by_place: dict[str, date] = {}
    for item in told:
        day = allowed_from(item.event, described) if treats_its_place(item.event) else None
        place = item.event.place
        if day is not None and place is not None:
            by_place[place] = max(day, by_place.get(place, day))
    found = []
    for each in held:
        day = by_place.get(each.place or "") if each.lane == "growing" else None
        if day is not None and (each.allowed_from is None or each.allowed_from < day):
            each = replace(each, allowed_from=day)
        found.append(each)
    return found
