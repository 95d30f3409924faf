"""One lot as an organisation has it in hand: what is left, how far it has come, until when it may not be harvested.

Pure: the events that name the lot, and those of the containers it is in, are handed in. Where an organisation brought
the lot into being, `left` is what was born less what was used, lost, sold and handed over; where the lot came from
others, what it received less these.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal
from urllib.parse import unquote

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.gs1 import epc
from ledger.lot import units
from ledger.lot.graph import Graph, Told
from ledger.lot.intervals import allowed_from
from ledger.lot.stock import remaining
from ledger.lot.terms import local_name

__all__ = ["HANDED", "TAKEN", "Held", "Lane", "fold_lot", "fold_season", "party"]

Lane = Literal["growing", "harvested", "dried", "tested", "packed", "shipped"]
STARTS: Final = frozenset({"planting", "sowing", "transplanting", "stocking_pond"})
_TENDING: Final = frozenset(
    {"fertilising", "crop_protection", "weeding", "feeding", "veterinary_treatment", "aerating"}
)
_MADE: Final = frozenset({"drying", "milling", "filtering", "roasting"})
_PACKED: Final = frozenset({"packing", "repackaging", "relabelling"})
HANDED: Final = frozenset({"shipping", "dispensing"})
TAKEN: Final = frozenset({"receiving", "accepting", "arriving"})
_MILLIONTH: Final = Decimal("0.000001")
_DEEPEST: Final = 4

Described = Mapping[str, Mapping[str, JsonValue]]
"""Product -> attributes of its description."""


@dataclass(frozen=True)
class Held:
    """A lot (or a season) in an organisation's hands.

    Attributes:
        uri: of the lot, or the transformationID of a season.
        gtin: of the lot; of a season, of what was sown.
        number: of the lot; empty for a season.
        left, start: in `unit`: KGM, LTR, "" for counted packs; None where no quantity was told.
        step: local name of the step that brought it into being; "receiving" for what came from others.
        own: the organisation brought it into being.
        born, last: times of its first and its latest event.
        place: where it was last said to be.
        transformation: the season that it grows in, or was harvested from.
        allowed_from: the first day on which a harvest is allowed again, after the last treatment.
        handed_to: who was handed some of it last.
        sampled: when a sample of it was last taken; `conformant` what was last found.
        tem: labels that were issued of it.
        recalled: somebody's recall was told, and no release after it.
    """

    uri: str
    gtin: str
    number: str
    left: float | None
    start: float | None
    unit: str
    lane: Lane
    step: str
    own: bool
    born: datetime
    last: datetime
    place: str | None
    transformation: str | None = None
    allowed_from: date | None = None
    handed_to: str | None = None
    sampled: datetime | None = None
    conformant: bool | None = None
    tem: int = 0
    recalled: bool = False

    @property
    def is_used_up(self) -> bool:
        """Nothing of it is left, and nobody was handed any: it went into something else."""
        return self.left is not None and self.left <= 0 and self.lane not in ("growing", "shipped")


@dataclass
class _Hands:
    """What an organisation received, handed over and got back of one lot, by unit, containers followed."""

    uri: str
    org: str
    mine: frozenset[str]
    received: dict[str, Decimal] = field(default_factory=dict)
    handed: dict[str, Decimal] = field(default_factory=dict)
    returned: dict[str, Decimal] = field(default_factory=dict)
    to: str | None = None
    _inside: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """Container -> instance, lot or smaller container -> how much of it is inside."""

    def take(self, item: Told) -> None:
        event = item.event
        if event.type == "AggregationEvent" and event.parent is not None:
            self._pack(event)
        if item.signer is not None and item.signer.org != self.org:
            return
        step = local_name(event.biz_step or "")
        to = party(event.destinations)
        if step in HANDED and to is not None and to != self.org:
            self._add(self.handed, event)
            self.to = to
        elif step in TAKEN and (to in (None, self.org)) and not event.is_birth:
            self._add(self.returned if self.handed else self.received, event)

    def _pack(self, event: Event) -> None:
        inside = self._inside.setdefault(event.parent or "", {})
        if event.action == "DELETE":
            named = {*event.child_epcs, *(item.epc_class for item in event.child_quantities)}
            for uri in named or list(inside):
                inside.pop(uri, None)
            return
        for uri in event.child_epcs:
            if uri in self.mine or not epc.is_instance(uri):
                inside[uri] = Decimal(1)
        for each in event.child_quantities:
            if each.epc_class == self.uri:
                unit, amount = units.to_base(each.quantity or 0, each.uom)
                inside[f"{unit}|{self.uri}"] = amount

    def _add(self, sums: dict[str, Decimal], event: Event) -> None:
        for unit, amount in self._amounts(event):
            sums[unit] = sums.get(unit, Decimal(0)) + amount

    def _amounts(self, event: Event) -> Iterator[tuple[str, Decimal]]:
        named = [each for each in event.quantities if each.epc_class == self.uri]
        for each in named:
            if each.quantity is not None:
                yield units.to_base(each.quantity, each.uom)
        for uri in event.epcs:
            if uri in self.mine:
                yield units.COUNTED, Decimal(1)
            elif not named:
                yield from self._contents(uri, _DEEPEST)

    def _contents(self, container: str, deep: int) -> Iterator[tuple[str, Decimal]]:
        for uri, amount in self._inside.get(container, {}).items():
            if uri in self.mine:
                yield units.COUNTED, amount
            elif uri.endswith(f"|{self.uri}"):
                yield uri.partition("|")[0], amount
            elif deep:
                yield from self._contents(uri, deep - 1)


def fold_lot(
    uri: str, told: Sequence[Told], org: str, described: Described, beside: Iterable[Told] = ()
) -> Held | None:
    """A lot as an organisation has it; None where nothing that stands was told of it.

    Args:
        told: the events that name the lot.
        beside: events of containers that it was packed in.
        described: of what was applied to it, for intervals that only they give.
    """
    graph = Graph([*told, *beside])
    own_told = {item.index for item in told}
    story = [item for item in graph.timeline if item.index in own_told]
    if not story:
        return None
    births = graph.births_of(uri)
    own = any(item.signer is None or item.signer.org == org for item in births)
    hands = _Hands(uri, org, graph.named_of(uri))
    for item in graph.timeline:
        hands.take(item)
    account = remaining(uri, graph)
    by_index = {item.index: item for item in graph.standing}
    taken: dict[str, Decimal] = {}
    for move in account.movements:
        signer = by_index[move.index].signer
        mine = signer is None or signer.org == org
        if move.kind != "born" and mine:
            taken[move.uom] = taken.get(move.uom, Decimal(0)) + units.decimal(move.quantity)
    begun = {unit: units.decimal(each) for unit, each in account.born.items()} if own else hands.received
    unit = next(
        (each for each in (units.COUNTED, units.KILOGRAM, units.LITRE, *begun) if each in begun), None
    )
    start = begun.get(unit) if unit is not None else None
    zero = Decimal(0)
    handed = max(zero, hands.handed.get(unit or "", zero) - hands.returned.get(unit or "", zero))
    left = None if start is None or unit is None else max(zero, start - taken.get(unit, zero) - handed)
    first = births[0] if births else story[0]
    step = local_name(first.event.biz_step or "") if births else "receiving"
    gone = left is not None and left <= _MILLIONTH
    return Held(
        uri=uri,
        gtin=epc.gtin_of(uri) or "",
        number=unquote(uri.rpartition("/10/")[2]),
        left=None if left is None else units.number(left),
        start=None if start is None else units.number(start),
        unit=unit or units.COUNTED,
        lane="shipped" if gone and handed > 0 else _lane(uri, step, bool(births), story),
        step=step,
        own=own,
        born=story[0].event.event_time if not births else first.event.event_time,
        last=story[-1].event.event_time,
        place=_place(story),
        transformation=first.event.transformation_id if births else None,
        allowed_from=_allowed(uri, story, described),
        handed_to=hands.to,
        sampled=_last(item for item in story if local_name(item.event.biz_step or "") == "sampling"),
        conformant=_found(story),
        tem=sum(item.event.roll.count for item in story if item.event.roll is not None),
        recalled=_recalled(story),
    )


def fold_season(uri: str, told: Sequence[Told], now: datetime, described: Described) -> Held | None:
    """A season that still grows; None where it is over, or nothing that stands tells of it."""
    graph = Graph(told)
    story = graph.timeline
    harvests = [
        item.event.event_time for item in story if item.event.output_quantities or item.event.output_epcs
    ]
    if not story or (harvests and max(harvests) < now - timedelta(days=30)):
        return None
    sown = next((each for item in story for each in item.event.inputs), "")
    days = [day for item in story if (day := allowed_from(item.event, described)) is not None]
    return Held(
        uri=uri,
        gtin=epc.gtin_of(sown) or "",
        number="",
        left=None,
        start=None,
        unit=units.COUNTED,
        lane="growing",
        step=local_name(story[0].event.biz_step or ""),
        own=True,
        born=story[0].event.event_time,
        last=story[-1].event.event_time,
        place=_place(story),
        transformation=uri,
        allowed_from=max(days, default=None),
    )


def party(parties: Iterable[tuple[str, str]]) -> str | None:
    """The organisation among an event's sources or destinations: who owns, else who has."""
    named = dict(parties)
    return named.get("owning_party") or named.get("possessing_party")


def _lane(uri: str, step: str, born_here: bool, story: Sequence[Told]) -> Lane:
    steps = {local_name(item.event.biz_step or "") for item in story if not item.event.is_birth}
    if step in STARTS or (born_here and steps & _TENDING) or _feeds_births(uri, story):
        return "growing"
    if step in _PACKED or (born_here and step == "commissioning"):
        return "packed"
    if "sampling" in steps or any(item.event.is_test for item in story):
        return "tested"
    return "dried" if step in _MADE else "harvested"


def _feeds_births(uri: str, story: Sequence[Told]) -> bool:
    return any(uri in item.event.sources_of_birth for item in story)


def _place(story: Sequence[Told]) -> str | None:
    for item in reversed(story):
        place = item.event.biz_location or item.event.read_point
        if place is not None:
            return place
    return None


def _allowed(uri: str, story: Sequence[Told], described: Described) -> date | None:
    days = [
        day
        for item in story
        if uri in item.event.items and (day := allowed_from(item.event, described)) is not None
    ]
    return max(days, default=None)


def _last(told: Iterable[Told]) -> datetime | None:
    return max((item.event.event_time for item in told), default=None)


def _found(story: Sequence[Told]) -> bool | None:
    for item in reversed(story):
        said = {*item.event.persistent_set, item.event.disposition}
        if item.event.is_test and "non_conformant" in said:
            return False
        if item.event.is_test and "conformant" in said:
            return True
    return None


def _recalled(story: Sequence[Told]) -> bool:
    recalled = False
    for item in sorted(story, key=lambda each: each.index):
        recalled = item.event.is_recall or (recalled and not item.event.is_release)
    return recalled
