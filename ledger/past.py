"""What happened to one thing before, folded from its events in the order of the log, as far as rules ask for it.

A thing is whatever events name: a lot, an instance, a container, a planting, a season's transformationID. Its past
needs only its own events, so it is kept, and only what came since is read (`ledger.remembering`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from ledger.epcis.event import Event, Quantity
from ledger.epcis.members import INPUT_APPLIED
from ledger.gs1 import epc
from ledger.lot import units
from ledger.lot.facts import EventFacts, canonical_or_none
from ledger.lot.terms import local_name
from ledger.lot.told import Told

LotOf = Callable[[str], str | None]
"""Instance -> its lot, if known."""

STARTS: Final = frozenset({"sowing", "planting", "transplanting", "stocking_pond"})
MAX_KEPT: Final = 16
"""Events that a past keeps to recognise its product line; applications are all kept."""

MAX_PLACES: Final = 256
"""Sightings of a single thing that are kept, the latest."""


@dataclass
class Account:
    """What births gave a lot, and what was taken from it, by unit ("" for packs)."""

    born: dict[str, Decimal] = field(default_factory=dict)
    taken: dict[str, Decimal] = field(default_factory=dict)
    made: int = 0
    numbered: int = 0
    ended: set[str] = field(default_factory=set)

    def held(self, unit: str) -> Decimal | None:
        """How much was born; None where nobody knows."""
        if unit == units.COUNTED and (self.made or self.numbered):
            return max(self.born.get(unit, Decimal(0)) + self.made, Decimal(self.numbered))
        return self.born.get(unit)


@dataclass
class Past:
    """What the events about `uri` say.

    Attributes:
        born: the earliest time of a birth; for a season, of its start.
        started: for a season: whether an event told its start (else `born` is its first event's time).
        unit: in which its first quantity was told: KGM, LTR, "" for packs, or the unit as written.
        gone: when it was decommissioned or used up; an instance or container only.
        inside: for a container: what was packed in it -> how often.
        places: where and when it was seen; an instance or container only.
        recalls: organisation -> place in the log and time of its recall of all of it that stands.
        released: organisation -> place in the log of its last release of all of it.
        exempt: (organisation, instance) that were released out of a recall of the lot.
        expires: the end of its earliest use-by date.
        births: the first event that brought it into being.
        applied: events that applied something to it.
        told: its first events, at most `MAX_KEPT`.
        rolls: tem issued of it, the longest roll.
    """

    uri: str
    born: datetime | None = None
    started: bool = False
    is_born: bool = False
    unit: str | None = None
    gone: datetime | None = None
    inside: dict[str, int] = field(default_factory=dict)
    places: tuple[tuple[datetime, str], ...] = ()
    recalls: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    released: dict[str, int] = field(default_factory=dict)
    exempt: frozenset[tuple[str, str]] = frozenset()
    expires: datetime | None = None
    births: tuple[Told, ...] = ()
    applied: tuple[Told, ...] = ()
    told: tuple[Told, ...] = ()
    rolls: int = 0
    account: Account = field(default_factory=Account)

    def fork(self) -> "Past":
        """A copy that may go on alone."""
        other = copy(self)
        other.inside = dict(self.inside)
        other.recalls, other.released = dict(self.recalls), dict(self.released)
        other.account = copy(self.account)
        other.account.born, other.account.taken = dict(self.account.born), dict(self.account.taken)
        other.account.ended = set(self.account.ended)
        return other

    def take(self, item: Told, lot_of: LotOf) -> None:
        """Fold one more event, that stands."""
        event, uri = item.event, self.uri
        if len(self.told) < MAX_KEPT:
            self.told += (item,)
        is_season = uri in (event.transformation_id, event.transformation_ref)
        has_days = any(name.endswith("Days") for name in event.extensions)
        if event.input_applied or has_days or (is_season and event.inputs):
            self.applied += (item,)
        if is_season:
            self._season(event)
        if event.is_birth and (uri in event.items or self._has_instances(event, lot_of)):
            self._birth(item)
        if self.unit is None:
            self.unit = next((unit for unit, _ in amounts(event, uri)), None)
        if event.roll is not None:
            self.rolls = max(self.rolls, event.roll.count)
        if event.type == "AggregationEvent" and event.parent == uri:
            self._contents(event)
        if is_single(uri):
            self._single(event)
        if epc.is_lot(uri):
            self._account(event, lot_of)
        self._recall(item, lot_of)

    # --

    def _has_instances(self, event: Event, lot_of: LotOf) -> bool:
        return epc.is_lot(self.uri) and any(lot_of(item) == self.uri for item in born_instances(event))

    def _season(self, event: Event) -> None:
        starts = local_name(event.biz_step or "") in STARTS
        if starts and not self.started:
            self.born, self.started = event.event_time, True
        elif (starts or not self.started) and (self.born is None or event.event_time < self.born):
            self.born = event.event_time

    def _birth(self, item: Told) -> None:
        event = item.event
        self.is_born = True
        if self.born is None or event.event_time < self.born:
            self.born = event.event_time
        if not self.births:
            self.births = (item,)
        facts = EventFacts(event.raw)
        if facts.expiry is not None:
            ends = facts.expires_at(facts.expiry)
            self.expires = ends if self.expires is None else min(ends, self.expires)
        if is_single(self.uri):
            self.gone = None

    def _single(self, event: Event) -> None:
        if self.uri in ended(event):
            self.gone = event.event_time if self.gone is None else min(self.gone, event.event_time)
        place = place_of(event)
        if place is not None and self.uri in seen(event):
            self.places = tuple(sorted([*self.places, (event.event_time, place)])[-MAX_PLACES:])

    def _contents(self, event: Event) -> None:
        children = [*event.child_epcs, *(item.epc_class for item in event.child_quantities)]
        if event.action == "DELETE":
            for child in children:
                if not epc.is_instance(child) and self.inside.get(child, 0) > 1:
                    self.inside[child] -= 1
                elif epc.is_instance(child) or not any(
                    item.quantity is not None for item in event.child_quantities
                ):
                    self.inside.pop(child, None)
            if not children:
                self.inside.clear()
        else:
            for child in children:
                self.inside[child] = 1 if epc.is_instance(child) else self.inside.get(child, 0) + 1

    def _account(self, event: Event, lot_of: LotOf) -> None:
        account = self.account
        if event.is_birth:
            listed = event.output_quantities if event.type == "TransformationEvent" else event.quantities
            for unit, amount in _of(listed, self.uri):
                account.born[unit] = account.born.get(unit, Decimal(0)) + amount
            mine = sum(lot_of(uri) == self.uri for uri in born_instances(event))
            account.numbered += mine
            account.made += mine if event.type == "TransformationEvent" else 0
        for unit, amount in taken(event, self.uri):
            account.taken[unit] = account.taken.get(unit, Decimal(0)) + amount
        leaving = [uri for uri in leaving_instances(event) if lot_of(uri) == self.uri]
        new = [uri for uri in leaving if uri not in account.ended]
        if new:
            account.ended.update(new)
            account.taken[""] = account.taken.get("", Decimal(0)) + len(new)

    def _recall(self, item: Told, lot_of: LotOf) -> None:
        event = item.event
        if item.signer is None or not (event.is_recall or event.is_release):
            return
        org = item.signer.org
        listed = {uri for uri in event.items if epc.is_instance(uri)}
        of_lot = epc.is_lot(self.uri) and any(lot_of(uri) == self.uri for uri in listed)
        if self.uri in event.items:
            if event.is_recall:
                self.recalls[org] = (item.index, event.event_time)
                self.exempt = frozenset(pair for pair in self.exempt if pair[0] != org)
            else:
                self.recalls.pop(org, None)
                self.released[org] = item.index
        elif of_lot and event.is_release:
            self.exempt |= {(org, uri) for uri in listed}
        elif of_lot and event.is_recall:
            self.exempt -= {(org, uri) for uri in listed}


def standing_recalls(past: Past, lot: Past | None = None) -> Mapping[str, datetime]:
    """Which organisations' recalls of a thing stand, and since when.

    Args:
        past: of the thing.
        lot: of its lot, for an instance: what is said of all of the lot is said of it too.
    """
    if lot is None:
        return {org: time for org, (_, time) in past.recalls.items()}
    own = {org: time for org, (index, time) in past.recalls.items() if index > lot.released.get(org, -1)}
    whole = {org: time for org, (_, time) in lot.recalls.items() if (org, past.uri) not in lot.exempt}
    return whole | own


def is_single(uri: str) -> bool:
    """Whether it is one thing that is in one place: an instance, a container, an asset."""
    return epc.is_instance(uri) or "/00/" in uri or "/8003/" in uri or "/8004/" in uri


def born_instances(event: Event) -> tuple[str, ...]:
    """The instances that an event brings into being."""
    if not event.is_birth:
        return ()
    listed = event.epcs if event.type == "ObjectEvent" else event.output_epcs
    return tuple(uri for uri in listed if epc.is_instance(uri))


def ended(event: Event) -> tuple[str, ...]:
    """The single things that an event ends: decommissioned, destroyed, or used up."""
    if event.type == "ObjectEvent" and event.action == "DELETE":
        return event.epcs
    return event.input_epcs if event.type == "TransformationEvent" else ()


def leaving_instances(event: Event) -> tuple[str, ...]:
    """The instances that leave their lot's stock: ended, or sold."""
    sold = event.epcs if event.biz_step == "retail_selling" and event.action != "DELETE" else ()
    return tuple(uri for uri in (*ended(event), *sold) if epc.is_instance(uri))


def seen(event: Event) -> tuple[str, ...]:
    """The single things that an event saw where it happened."""
    listed = [*event.epcs, *event.child_epcs, *event.input_epcs, *event.output_epcs]
    listed += [event.parent] if event.parent else []
    return tuple(uri for uri in dict.fromkeys(listed) if is_single(uri))


def place_of(event: Event) -> str | None:
    """The place where an event happened, without its rooms and shelves."""
    place = event.read_point or event.biz_location
    return place.partition("/254/")[0] if place is not None else None


def taken(event: Event, lot: str) -> list[tuple[str, Decimal]]:
    """What an event takes from a lot by quantity: used, applied, destroyed or sold."""
    found: list[tuple[str, Decimal]] = []
    if event.type == "TransformationEvent":
        found += _of(event.input_quantities, lot)
    elif (event.type == "ObjectEvent" and event.action == "DELETE") or (
        event.biz_step == "retail_selling" and not event.is_birth
    ):
        found += _of(event.quantities, lot)
    return found + (_of(list(_applied(event)), lot) if lot in event.input_applied else [])


def _applied(event: Event) -> Iterator[Quantity]:
    """The amounts that an event names as applied."""
    value = event.raw.get(INPUT_APPLIED)
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, Mapping):
            continue
        product, amount, uom = item.get("nguon:product"), item.get("nguon:amount"), item.get("nguon:uom")
        uri = canonical_or_none(product) if isinstance(product, str) else None
        if uri is not None and isinstance(amount, int | float) and not isinstance(amount, bool):
            yield Quantity(uri, amount, uom if isinstance(uom, str) else None)


def amounts(event: Event, epc_class: str) -> Iterable[tuple[str, Decimal]]:
    """The quantities of a class that an event names, in base units; a roll counts tem, not goods."""
    if event.roll is not None:
        return ()
    every = (*event.quantities, *event.child_quantities, *event.input_quantities, *event.output_quantities)
    return _of(every, epc_class)


def _of(quantities: Iterable[Quantity], epc_class: str) -> list[tuple[str, Decimal]]:
    return [
        units.to_base(item.quantity, item.uom)
        for item in quantities
        if item.epc_class == epc_class and item.quantity is not None and item.quantity > 0
    ]
