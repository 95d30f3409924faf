"""The goods' way in words, and what they travelled in. No map is drawn."""

from collections.abc import Iterable, Sequence
from datetime import date

from api.pages.i18n import Catalogue
from api.pages.model import Container, Stop
from api.pages.names import Names, sscc_of
from api.pages.story import Told, own_uris
from ledger.lot.terms import text
from ledger.proof.target import Target


def route(told: Iterable[Told], names: Names, catalogue: Catalogue) -> tuple[Stop, ...]:
    """The places that are named and described, each once, in the order in which the goods first were there."""
    stops: dict[str, tuple[str, date, date]] = {}
    for item in told:
        event = item.standing
        name = names.place(event.place) if event else ""
        if event is None or not name:
            continue
        day = item.when.date()
        address, first, _ = stops.get(name, (names.address(event.place), day, day))
        stops[name] = (address, first, day)
    return tuple(
        Stop(name, address, _span(first, last, catalogue)) for name, (address, first, last) in stops.items()
    )


def _span(first: date, last: date, catalogue: Catalogue) -> str:
    if first == last:
        return catalogue.date(first)
    return catalogue.t("date.span", first=catalogue.date(first), last=catalogue.date(last))


def promptness(told: Iterable[Told], catalogue: Catalogue) -> str:
    """How soon after it happened entries were written: half of them within a time, the slowest within another."""
    late = sorted(
        max(0.0, (item.entry.time - item.when).total_seconds())
        for item in told
        if item.event is not None and item.event.time is not None and not item.event.is_error
    )
    if not late:
        return ""
    usual, worst = late[(len(late) - 1) // 2], late[-1]
    return catalogue.t("story.prompt", usual=catalogue.duration(usual), worst=catalogue.duration(worst))


def containers(told: Sequence[Told], target: Target | None, catalogue: Catalogue) -> tuple[Container, ...]:
    """The logistic units that the lot's own aggregations name; a scanned instance's only where it was in them."""
    own = own_uris(target)
    instance = target.instance_uri if target else None
    stays: dict[str, tuple[date, date | None]] = {}
    for item in told:
        event = item.standing
        sscc = sscc_of(text(event.payload.get("parentID"))) if event else ""
        if event is None or event.type != "AggregationEvent" or not sscc or item.entry.uri not in own:
            continue
        listed = event.listed("childEPCs")
        inside = instance in listed or any(amount.uri in own for amount in event.amounts("childQuantityList"))
        if instance and listed and not inside:
            continue
        day = item.when.date()
        since, _ = stays.get(sscc, (day, None))
        if event.action != "DELETE":
            stays[sscc] = (since, None)
        elif sscc in stays:
            stays[sscc] = (since, day)
    return tuple(
        Container(
            sscc, catalogue.t("container.label", sscc=sscc), _stay(since, until, catalogue), f"/00/{sscc}"
        )
        for sscc, (since, until) in stays.items()
    )


def _stay(since: date, until: date | None, catalogue: Catalogue) -> str:
    if until is None:
        return catalogue.t("container.in", since=catalogue.date(since))
    return catalogue.t("container.out", since=catalogue.date(since), until=catalogue.date(until))
