"""Days that must pass between a treatment and the harvest or slaughter (PROFILE §4, `interval.*`).

The days stand with what was applied (`nguon:inputApplied`), with the event, or in the product's description; the
longest counts. A treatment concerns a harvest if it was of the planting, hives, pond or animals that the harvest comes
from, of its season (`transformationID`), or, where it names no goods at all, of the place where it happens.

The day of the treatment is day 0, in its own offset: three days after one on the 18th, harvest may begin on the 21st.
A harvest begins with `ilmd` `cbvmda:harvestStartDate`, where that is earlier than its event.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.epcis.members import INPUT_APPLIED
from ledger.epcis.vocabulary import NGUON, NGUON_BIZSTEP
from ledger.gs1 import epc
from ledger.lot.facts import EventFacts, canonical_or_none
from ledger.lot.graph import Told

__all__ = ["HARVEST_STEPS", "IntervalViolation", "allowed_from", "treats_its_place", "violations"]

Kind = Literal["pre_harvest", "withdrawal"]
_NAMES: Final[Mapping[Kind, str]] = {
    "pre_harvest": "preHarvestIntervalDays",
    "withdrawal": "withdrawalDays",
}
HARVEST_STEPS: Final = frozenset(
    {"killing", *(NGUON_BIZSTEP + word for word in ("harvesting", "slaughter", "slaughtering"))}
)
"""Business steps that intervals protect."""

_HARVEST_START: Final = ("cbvmda:harvestStartDate", "urn:epcglobal:cbv:mda:harvestStartDate")

Described = Mapping[str, Mapping[str, JsonValue]]
"""Product -> attributes of its description."""


@dataclass(frozen=True)
class IntervalViolation:
    """A harvest inside an interval.

    Attributes:
        kind: of the interval; its rule is `interval.{kind}`.
        product: what was applied; empty where the event names no product.
        until: the first day on which harvest is allowed.
        days: the interval's length.
        applied_on: the day of the treatment.
        index: place of the event that applied it.
    """

    kind: Kind
    product: str
    until: date
    days: int
    applied_on: date
    index: int


def violations(
    harvest: Event,
    applied: Iterable[Told],
    *,
    described: Described | None = None,
    lot_of: Callable[[str], str | None] = lambda _: None,
) -> tuple[IntervalViolation, ...]:
    """The intervals that a harvest or slaughter breaks, in the order of telling.

    Args:
        harvest: the event; any birth, or the killing of what it names.
        applied: standing events, of which those that concern the harvest and applied something count.
        described: descriptions of products, for intervals that only they give.
        lot_of: the lots of instances, so that a treated herd's animals count.
    """
    origins = _with_lots(_origins(harvest), lot_of)
    places = {uri for uri in (harvest.read_point, harvest.biz_location) if uri is not None}
    begin = _begin(harvest)
    found: list[IntervalViolation] = []
    for item in applied:
        event = item.event
        if event.event_time > harvest.event_time or not _may_apply(event):
            continue
        if not (
            _with_lots(_targets(event), lot_of) & origins or (_is_of_place(event) and event.place in places)
        ):
            continue
        day = _day(event)
        for kind, product, days in _intervals(event, described or {}):
            until = day + timedelta(days=min(days, (date.max - day).days))
            if begin < until:
                found.append(IntervalViolation(kind, product, until, days, day, item.index))
    return tuple(found)


def allowed_from(treatment: Event, described: Described | None = None) -> date | None:
    """The first day on which what an event treated may be harvested again; None where it began no interval."""
    if not _may_apply(treatment):
        return None
    longest = max((days for _, _, days in _intervals(treatment, described or {})), default=0)
    day = _day(treatment)
    return day + timedelta(days=min(longest, (date.max - day).days)) if longest else None


def treats_its_place(event: Event) -> bool:
    """Whether an event applies something and names no goods: it treats whatever grows where it happens."""
    return _may_apply(event) and _is_of_place(event)


def _origins(harvest: Event) -> frozenset[str]:
    named = [*harvest.sources_of_birth, *harvest.inputs]
    named += [uri for uri in (harvest.transformation_id, harvest.transformation_ref) if uri is not None]
    if not harvest.is_birth or not named:
        named += harvest.items
    return frozenset(named)


def _targets(event: Event) -> frozenset[str]:
    named = [uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None]
    return frozenset([*event.items, *named])


def _may_apply(event: Event) -> bool:
    if event.input_applied or (event.type == "TransformationEvent" and event.inputs):
        return True
    return any(f"nguon:{name}" in event.extensions for name in _NAMES.values())


def _is_of_place(event: Event) -> bool:
    return not (event.items or event.inputs or event.transformation_id or event.transformation_ref)


def _with_lots(uris: frozenset[str], lot_of: Callable[[str], str | None]) -> frozenset[str]:
    lots = (lot_of(uri) for uri in uris if epc.is_instance(uri))
    return uris | {lot for lot in lots if lot is not None}


def _intervals(event: Event, described: Described) -> Iterator[tuple[Kind, str, int]]:
    """Kind, product and days of every interval that an event begins."""
    own = _own_days(event)
    products = dict.fromkeys(
        [*event.input_applied, *(event.inputs if event.type == "TransformationEvent" else ())]
    )
    for kind, name in _NAMES.items():
        general = _days(event.extensions.get(f"nguon:{name}"))
        if not products and general:
            yield kind, "", general
        for product in products:
            said = described.get(product.partition("/10/")[0].partition("/21/")[0], {})
            days = max(own.get((kind, product), 0), general, _days(said.get(NGUON + name)))
            if days > 0:
                yield kind, product, days


def _own_days(event: Event) -> Mapping[tuple[Kind, str], int]:
    found: dict[tuple[Kind, str], int] = {}
    value: JsonValue = event.raw.get(INPUT_APPLIED)
    for item in value if isinstance(value, list) else [value]:
        product = item.get("nguon:product") if isinstance(item, Mapping) else None
        uri = canonical_or_none(product) if isinstance(product, str) else None
        if uri is None or not isinstance(item, Mapping):
            continue
        for kind, name in _NAMES.items():
            found[kind, uri] = max(found.get((kind, uri), 0), _days(item.get(f"nguon:{name}")))
    return found


def _days(value: JsonValue) -> int:
    """A number of days; a part of a day counts as one."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100_000:
        return 0
    return -int(-value // 1)


def _day(event: Event) -> date:
    try:
        return event.event_time.astimezone(EventFacts(event.raw).zone).date()
    except OverflowError:  # a day before the first or after the last that Python knows
        return event.event_time.date()


def _begin(harvest: Event) -> date:
    day = _day(harvest)
    for name in _HARVEST_START:
        text = harvest.ilmd.get(name)
        if isinstance(text, str):
            try:
                return min(day, date.fromisoformat(text[:10]))
            except ValueError:
                continue
    return day
