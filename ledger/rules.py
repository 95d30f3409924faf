"""What an event may not say in the light of what was told before (PROFILE §4, the rules that need the log).

Pure: the pasts of what the event names are handed in (`ledger.past`). Events of one document are checked in order, and
each is then part of the past of the next ones; a withdrawn event is part of no past.

`serial.exists` and `event.id_reused` are decided under the log's lock (`ledger.store.staging`), tem beyond a
lot's packs where tem are issued (`ledger.issuing`).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from ledger import past, tem
from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.errors import Violation
from ledger.gs1 import epc
from ledger.lot import intervals, lines, units
from ledger.lot.balance import balances, default_tolerance
from ledger.lot.graph import Graph
from ledger.lot.places import distance, number, position
from ledger.lot.terms import by_local_name
from ledger.lot.told import Told
from ledger.past import LotOf, Past

SELLABLE: Final = frozenset({"sellable_accessible", "sellable_not_accessible"})
SOLD: Final = frozenset({"retail_sold"})
FASTEST: Final = 1_000.0
"""km/h: nothing that is shipped goes faster."""

_NEAR: Final = 5.0
"""km: two places so near may be one for who writes the event."""

_NEIGHBOURS: Final = 2
"""Places of a thing that are looked at before an event, and after it, in time."""

_MILLIONTH: Final = Decimal("0.000001")
_QUANTITIES: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_INSTANCES: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")

Attributes = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Known:
    """What is known where an event is checked.

    Attributes:
        of: the past of a thing; an empty one of what nobody named before.
        lot_of: instance -> its lot.
        described: product or place -> attributes of its newest description.
    """

    of: Callable[[str], Past]
    lot_of: LotOf
    described: Mapping[str, Attributes]

    def lot(self, uri: str) -> Past | None:
        lot = self.lot_of(uri) if epc.is_instance(uri) else None
        return self.of(lot) if lot is not None else None


def check_in_context(told: Told, known: Known) -> list[Violation]:
    """Every rule that an event breaks in the light of the past; pointers go into the event.

    Args:
        told: the event, with who signs it; its index is above all of the past.
    """
    event = told.event
    if event.error_declaration is not None:
        return []
    return [
        *_before_origin(event, known),
        *_units(event, known),
        *_serials(event, told, known),
        *_unpacked(event, known),
        *_step_balance(event, told, known),
        *_use(event, known),
        *_intervals(event, known),
        *_expiry(event, known),
        *_jump(event, told, known),
        *_movement(event, known),
        *_line(event, told, known),
    ]


def pointers(event: Event) -> Mapping[str, str]:
    """Where in an event each thing that it names stands first."""
    found: dict[str, str] = {}
    lists = (event.epcs, event.child_epcs, event.input_epcs, event.output_epcs)
    for name, uris in zip(_INSTANCES, lists, strict=True):
        for place, uri in enumerate(uris):
            found.setdefault(uri, f"/{name}/{place}")
    classes = (event.quantities, event.child_quantities, event.input_quantities, event.output_quantities)
    for name, items in zip(_QUANTITIES, classes, strict=True):
        for place, item in enumerate(items):
            found.setdefault(item.epc_class, f"/{name}/{place}")
    if event.parent is not None:
        found.setdefault(event.parent, "/parentID")
    if event.transformation_id is not None:
        found.setdefault(event.transformation_id, "/transformationID")
    if event.transformation_ref is not None:
        found.setdefault(event.transformation_ref, "/nguon:transformationRef")
    for uri in event.sources_of_birth:
        found.setdefault(uri, "/ilmd")
    return found


def named(event: Event, lot_of: LotOf) -> list[str]:
    """Everything whose past the rules ask for."""
    found = [*pointers(event), *event.input_applied]
    found += [lot for uri in found if epc.is_instance(uri) and (lot := lot_of(uri)) is not None]
    if event.biz_step in intervals.HARVEST_STEPS:
        found += [uri for uri in (event.read_point, event.biz_location) if uri is not None]
    return list(dict.fromkeys(found))


def _before_origin(event: Event, known: Known) -> Iterator[Violation]:
    brought = set(event.items) if event.is_birth else set()
    for uri, pointer in pointers(event).items():
        before = known.of(uri)
        lot = known.lot(uri)
        born = before.born or (lot.born if lot is not None else None)
        if uri in brought or born is None or event.event_time >= born:
            continue
        message = f"The event is of {event.event_time.isoformat()}; {uri} began at {born.isoformat()}."
        yield _warn("time.before_origin", "/eventTime", message, uri=uri, origin=born.isoformat(), at=pointer)


def _units(event: Event, known: Known) -> Iterator[Violation]:
    if event.roll is not None:
        return
    classes = (event.quantities, event.child_quantities, event.input_quantities, event.output_quantities)
    for name, items in zip(_QUANTITIES, classes, strict=True):
        for place, item in enumerate(items):
            first = known.of(item.epc_class).unit
            if item.quantity is None or first is None:
                continue
            unit, _ = units.to_base(item.quantity, item.uom)
            if unit == first:
                continue
            message = f"{item.epc_class} was told in {_unit(first)} first, here it is told in {_unit(unit)}."
            yield _refuse(
                "quantity.unit", f"/{name}/{place}/uom", message, uri=item.epc_class, first=first, uom=unit
            )


def _serials(event: Event, told: Told, known: Known) -> Iterator[Violation]:
    brought = set(past.born_instances(event))
    where = pointers(event)
    for uri in past.seen(event):
        before = known.of(uri)
        if uri in brought:
            continue
        if before.gone is not None and before.gone <= event.event_time:
            message = f"{uri} was decommissioned or used up at {before.gone.isoformat()}."
            yield _warn("serial.gone", where[uri], message, uri=uri, gone=before.gone.isoformat())
        elif epc.is_instance(uri) and not before.is_born and not _is_tem(uri, told, known):
            yield _warn("serial.unknown", where[uri], f"{uri} was never brought into being here.", uri=uri)


def _is_tem(uri: str, told: Told, known: Known) -> bool:
    """Whether it may be a tem of a roll: only a scan can tell which serials a roll has."""
    place = tem.serial_index(uri.rpartition("/21/")[2])
    if place is None:
        return False
    product = uri.partition("/21/")[0] + "/10/"
    lots = [
        item for item in (known.lot_of(uri), *told.about) if item is not None and item.startswith(product)
    ]
    return any(known.of(lot).rolls > place for lot in lots)


def _unpacked(event: Event, known: Known) -> Iterator[Violation]:
    if event.type != "AggregationEvent" or event.action != "DELETE" or event.parent is None:
        return
    inside = known.of(event.parent).inside
    where = pointers(event)
    for uri in dict.fromkeys([*event.child_epcs, *(item.epc_class for item in event.child_quantities)]):
        if uri not in inside:
            message = f"{uri} was not packed in {event.parent}."
            yield _warn("aggregation.not_inside", where[uri], message, uri=uri, parent=event.parent)


def _step_balance(event: Event, told: Told, known: Known) -> Iterator[Violation]:
    if event.type != "TransformationEvent":
        return
    births: dict[int, Told] = {}
    for uri in event.inputs:
        lot = known.lot(uri)
        for item in (*known.of(uri).births, *(lot.births if lot is not None else ())):
            births[item.index] = item
    line = _line_of(event, told, known) if event.items else lines.GENERIC

    def tolerance(step: str | None) -> float:
        return max(lines.tolerance(line, step), default_tolerance(step))

    weights = {uri: kg for uri in event.inputs if (kg := _described_weight(uri, known)) is not None}
    for step in balances(Graph([*births.values(), told]), weights, tolerance=tolerance):
        if step.index == told.index and step.exceeded:
            message = f"More comes out than went in: {step.arithmetic}."
            yield _warn(
                "balance.exceeded",
                "/outputQuantityList" if event.output_quantities else "/outputEPCList",
                message,
                arithmetic=step.arithmetic,
                input_kg=step.input_kg,
                output_kg=step.output_kg,
            )


def _use(event: Event, known: Known) -> Iterator[Violation]:
    where = pointers(event)
    lots = {item.epc_class for item in (*event.quantities, *event.input_quantities)} | set(
        event.input_applied
    )
    leaving: dict[str, list[str]] = {}
    for uri in past.leaving_instances(event):
        lot = known.lot_of(uri)
        if lot is not None and uri not in known.of(lot).account.ended:
            leaving.setdefault(lot, []).append(uri)
    for lot in sorted({uri for uri in lots if epc.is_lot(uri)} | leaving.keys()):
        before = known.of(lot)
        takes: dict[str, Decimal] = {}
        for unit, amount in past.taken(event, lot):
            takes[unit] = takes.get(unit, Decimal(0)) + amount
        if lot in leaving:
            takes[units.COUNTED] = takes.get(units.COUNTED, Decimal(0)) + len(leaving[lot])
        for unit, amount in takes.items():
            held = before.account.held(unit)
            used = before.account.taken.get(unit, Decimal(0))
            if held is None or used + amount <= held + _MILLIONTH:
                continue
            name = _unit(unit)
            message = (
                f"{lot} held {units.written(held)} {name}: {units.written(used)} used before, "
                f"{units.written(amount)} now; {units.written(used + amount - held)} too many."
            )
            pointer = where.get(lot) or where.get(leaving.get(lot, [""])[0], "/nguon:inputApplied")
            yield _warn(
                "balance.exceeded",
                pointer,
                message,
                uri=lot,
                held=float(held),
                used=float(used),
                taken=float(amount),
                unit=unit,
            )


def _intervals(event: Event, known: Known) -> Iterator[Violation]:
    if event.biz_step not in intervals.HARVEST_STEPS:
        return
    applied = {item.index: item for uri in named(event, known.lot_of) for item in known.of(uri).applied}
    told = [applied[index] for index in sorted(applied)]
    for found in intervals.violations(event, told, described=known.described, lot_of=known.lot_of):
        product = found.product or "what was applied"
        message = (
            f"{product} was applied on {found.applied_on.isoformat()}: nothing may be harvested for {found.days} days, "
            f"until {found.until.isoformat()}."
        )
        yield _refuse(
            f"interval.{found.kind}",
            "/eventTime",
            message,
            product=found.product,
            days=found.days,
            until=found.until.isoformat(),
            applied=found.applied_on.isoformat(),
        )


def _expiry(event: Event, known: Known) -> Iterator[Violation]:
    if event.biz_step != "retail_selling" and event.disposition not in SOLD:
        return
    for uri, pointer in pointers(event).items():
        lot = known.lot(uri)
        ends = [
            item.expires for item in (known.of(uri), lot) if item is not None and item.expires is not None
        ]
        if ends and event.event_time >= min(ends):
            message = f"{uri} expired at {min(ends).isoformat()} and was sold after."
            yield _warn("expiry.sold", pointer, message, uri=uri, expired=min(ends).isoformat())


def _jump(event: Event, told: Told, known: Known) -> Iterator[Violation]:
    if event.disposition not in SELLABLE:
        return
    released = told.signer.org if event.is_release and told.signer is not None else None
    for uri, pointer in pointers(event).items():
        recalls = standing_since(uri, known, event)
        orgs = [org for org in recalls if org != released]
        if orgs:
            message = f"{uri} is recalled by {orgs[0]}: it is sold again only after a release."
            yield _refuse("disposition.jump", pointer, message, uri=uri, org=orgs[0])


def standing_since(uri: str, known: Known, event: Event) -> list[str]:
    """The organisations whose recall of a thing stands when an event happens."""
    recalls = past.standing_recalls(known.of(uri), known.lot(uri))
    return [org for org, since in recalls.items() if since <= event.event_time]


def _movement(event: Event, known: Known) -> Iterator[Violation]:
    place = past.place_of(event)
    if place is None:
        return
    where = pointers(event)
    for uri in past.seen(event):
        for time, other in _around(known.of(uri).places, event.event_time):
            if other == place or not _impossible(place, other, abs(event.event_time - time), known):
                continue
            here = f"{place} at {event.event_time.isoformat()}"
            message = f"{uri} was at {other} at {time.isoformat()}: it cannot be at {here}."
            yield _warn(
                "movement.impossible", where[uri], message, uri=uri, place=other, time=time.isoformat()
            )
            break


def _around(places: Sequence[tuple[datetime, str]], moment: datetime) -> Sequence[tuple[datetime, str]]:
    """The places nearest in time on either side: who could get from those in time could from any."""
    after = bisect_left(places, (moment, ""))
    return places[max(0, after - _NEIGHBOURS) : after + _NEIGHBOURS]


def _impossible(one: str, other: str, gap: timedelta, known: Known) -> bool:
    """Whether nothing gets from one place to another in this time; without coordinates, within the same minute."""
    here, there = position(known.described.get(one, {})), position(known.described.get(other, {}))
    if here is None or there is None:
        return gap < timedelta(minutes=1)
    apart = distance(here, there)
    return apart > _NEAR and apart > FASTEST * gap.total_seconds() / 3600 + _NEAR


def _line(event: Event, told: Told, known: Known) -> list[Violation]:
    if not (event.items or event.inputs or "sensorElementList" in event.raw):
        return []
    return lines.out_of_range(_line_of(event, told, known), event)


def _line_of(event: Event, told: Told, known: Known) -> lines.Line:
    """The product line of what an event is about, by descriptions, else by what was told of it."""
    lots = [uri for uri in (*event.items, *event.inputs) if epc.gtin_of(uri) is not None]
    lots += [lot for uri in lots[:1] if epc.is_instance(uri) and (lot := known.lot_of(uri)) is not None]
    for uri in lots:
        line = lines.line_of([], known.described, lot=_product(uri))
        if line is not lines.GENERIC:
            return line
    before = {item.index: item for uri in lots[:4] for item in known.of(uri).told}
    return lines.line_of([*(before[index] for index in sorted(before)), told], known.described)


def _product(uri: str) -> str:
    return uri.partition("/10/")[0].partition("/21/")[0]


def _described_weight(uri: str, known: Known) -> float | None:
    return number(by_local_name(known.described.get(_product(uri), {}), "netWeightKg"))


def _unit(unit: str) -> str:
    return {"KGM": "kg", "LTR": "l", units.COUNTED: "packs"}.get(unit, unit)


def _warn(code: str, pointer: str, message: str, **params: object) -> Violation:
    return Violation(code, pointer, message, "W", params)


def _refuse(code: str, pointer: str, message: str, **params: object) -> Violation:
    return Violation(code, pointer, message, "E", params)
