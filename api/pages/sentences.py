"""One event as a short sentence and a few details, in the page's language.

The sentence comes from `step.<bizStep>.*` in the catalogue: `.change` when something was made of something
else, `.amount` when an amount is known, `.title` else; a step that the catalogue does not know gets the
general one (`step.other.*`). Details print what the event itself says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.i18n import Catalogue
from api.pages.names import Names, lot_of
from api.pages.reading import Amount, EventReader, Reading, members, number
from ledger.lot.terms import by_local_name, items, text

ICONS = {
    "planting": "leaf", "sowing": "leaf", "transplanting": "leaf", "weeding": "leaf", "commissioning": "leaf",
    "stocking_pond": "drop", "fertilising": "drop", "crop_protection": "drop", "feeding": "drop", "aerating": "drop",
    "veterinary_treatment": "drop", "filtering": "drop", "harvesting": "basket", "collecting": "basket",
    "sorting": "list", "drying": "sun", "milling": "gear", "inspecting": "flask", "sampling": "flask",
    "packing": "box", "repackaging": "box", "unpacking": "box", "receiving": "box", "accepting": "box",
    "storing": "home", "stocking": "home", "retail_selling": "home", "encoding": "tag", "relabelling": "tag",
    "labelling": "tag", "measuring": "clock",
    "shipping": "truck", "departing": "truck", "arriving": "truck", "transporting": "truck", "consigning": "file",
    "holding": "warn", "recalling": "warn", "releasing": "check", "sensor_reporting": "clock",
}  # fmt: skip
_MOVED = ("quantityList", "childQuantityList")
_FREE_TEXT = (
    "method",
    "process",
    "growthStage",
    "season",
    "variety",
    "testedFor",
    "propagationMaterial",
    "feedType",
    "forage",
    "note",
)
_MANY = 3
_GDTI = 13


@dataclass(frozen=True)
class Sentence:
    """What happened.

    Attributes:
        title: one short sentence.
        details: facts beside it, each a few words.
        icon: name in the sprite, without its `i-`.
        alert: it says that something is wrong.
    """

    title: str
    details: tuple[str, ...]
    icon: str
    alert: bool = False


def document_number(uri: str) -> str:
    """A document's own number: what stands after the 13 digits of its type in a GDTI (GS1 General Specifications)."""
    tail = uri.rpartition("/")[2]
    return tail[_GDTI:] if tail[:_GDTI].isdigit() and len(tail) > _GDTI else tail


def unit_symbol(uom: str, catalogue: Catalogue) -> str:
    """A unit's symbol by its UN/CEFACT code; the code itself where the catalogue does not know it."""
    return catalogue.t(f"uom.{uom}") if f"uom.{uom}" in catalogue else uom


class Teller:
    """Tells events in one language, with the names of one verification."""

    def __init__(self, names: Names, catalogue: Catalogue, own: Iterable[str]) -> None:
        """Args: own: URIs of the lot that the page is about, which are not named again in its own story."""
        self._names = names
        self._c = catalogue
        self._own = frozenset(own)

    def tell(self, event: EventReader) -> Sentence:
        """The sentence of one event."""
        step = "recalled" if "recalled" in event.persistent("set") else event.step
        if step in ("relabelling", "releasing") and "recalled" in event.persistent("unset"):
            step = "releasing"
        if step == "decommissioning" and event.voids_tem:
            step = "voiding_tem"
        result = self._result(event) if step == "inspecting" else ""
        title = result or self._title(event, step)
        details = [part for part in self._details(event, step) if part]
        alert = step == "recalled" or "non_conformant" in event.persistent("set")
        return Sentence(title, tuple(dict.fromkeys(details)), ICONS.get(event.step, "pen"), alert)

    def quantity(self, amount: int | float, uom: str | None) -> str:
        """An amount with its unit's symbol."""
        if uom is None:
            return self._c.t("amount.count", n=amount)
        symbol = unit_symbol(uom, self._c)
        return self._c.t("amount.unit", amount=self._c.number(amount), unit=symbol)

    def total(self, amounts: Sequence[Amount], listed: Sequence[str] = ()) -> str:
        """Amounts added up per unit, with the items listed one by one counted; empty when there are none."""
        sums: dict[str | None, int | float] = {}
        for amount in amounts:
            sums[amount.uom] = round(sums.get(amount.uom, 0) + amount.quantity, 6)
        units = [uri for uri in listed if "/00/" in uri]
        single = len(listed) - len(units)
        if single:
            sums[None] = sums.get(None, 0) + single
        parts = [self.quantity(value, uom) for uom, value in sums.items()]
        if units:
            parts.append(self._c.t("amount.pallets", n=len(units)))
        return self._c.join(parts)

    def range(self, reading: Reading) -> str:
        """A reading's value, or its span and mean."""
        symbol = unit_symbol(reading.uom, self._c)
        number_of = self._c.number
        if reading.value is not None:
            body = number_of(reading.value)
        elif reading.low is not None and reading.high is not None:
            body = self._c.t("sensor.span", low=number_of(reading.low), high=number_of(reading.high))
        elif reading.mean is not None:
            body = self._c.t("sensor.mean", value=number_of(reading.mean))
        elif reading.high is not None:
            body = self._c.t("sensor.high", value=number_of(reading.high))
        elif reading.low is not None:
            body = self._c.t("sensor.low", value=number_of(reading.low))
        else:
            return reading.said
        return self._c.t("amount.unit", amount=body, unit=symbol) if symbol else body

    def parameter(self, reading: Reading) -> str:
        """What a reading measures, in words."""
        known = self._c.maybe(f"substance.{reading.substance}") if reading.substance else ""
        known = known or (self._c.maybe(f"organism.{reading.microorganism}") if reading.microorganism else "")
        return known or reading.parameter or self._c.maybe(f"measure.{reading.type}") or reading.type

    def _title(self, event: EventReader, step: str) -> str:
        base = f"step.{step}" if f"step.{step}.title" in self._c else "step.other"
        came = self.total(event.amounts("inputQuantityList"), event.listed("inputEPCList"))
        went = self.total(event.amounts("outputQuantityList"), event.listed("outputEPCList"))
        if came and went and f"{base}.change" in self._c:
            return self._c.t(f"{base}.change", came=came, went=went)
        whole = self.total(
            event.amounts("quantityList", "childQuantityList"), event.listed("epcList", "childEPCs")
        )
        counted = event.amounts("quantityList")
        if len(counted) == 1 and counted[0].uom is None and f"{base}.count" in self._c:
            return self._c.t(f"{base}.count", n=counted[0].quantity)
        amount = went or whole or came
        if amount and f"{base}.amount" in self._c:
            return self._c.t(f"{base}.amount", amount=amount)
        return self._c.t(f"{base}.title", step=event.step.replace("_", " "))

    def _result(self, event: EventReader) -> str:
        said = event.persistent("set") | {text(event.payload.get("disposition")).rpartition("-")[2]}
        if "non_conformant" in said:
            return self._c.t("step.inspecting.failed")
        return self._c.t("step.inspecting.passed") if "conformant" in said else ""

    def _details(self, event: EventReader, step: str) -> Iterable[str]:
        yield self._goods(event)
        yield self._names.place(event.place)
        yield self._route(event)
        for name in _FREE_TEXT:
            yield event.said(name)
        area = event.amount_said("areaHa")
        if area is not None:
            yield self.quantity(area, "HAR")
        yield from self._applied(event)
        if step != "inspecting":
            yield from self._sensors(event)
        for document in event.transactions("testres"):
            yield self._c.t("detail.document", code=document_number(document))
        roll = by_local_name(event.payload, "roll")
        count = number(members(roll).get("count"))
        if count is not None:
            yield self._c.t("detail.roll", n=count)
        expected = event.amount_said("expectedQuantity")
        if expected is not None:
            yield self._c.t("detail.expected", n=expected)
        yield event.said("discrepancyNote")
        reason = event.said("recallReason") or event.said("reason")
        if reason:
            yield self._c.t("detail.reason", reason=reason)

    def _goods(self, event: EventReader) -> str:
        amounts = event.amounts("outputQuantityList") or event.amounts(*_MOVED)
        uris = dict.fromkeys(amount.uri for amount in amounts if amount.uri not in self._own)
        named = [self._names.with_lot(uri) for uri in uris if lot_of(uri)]
        if len(named) > _MANY:
            return self._c.t("detail.many", head=", ".join(named[:_MANY]), n=len(named) - _MANY)
        return self._c.join(named)

    def _route(self, event: EventReader) -> str:
        to = event.parties("destinationList", "destination")
        source = event.parties("sourceList", "source")
        if not to or not source or to[0] == source[0]:
            return ""
        return self._c.t(
            "detail.route", source=self._names.party_short(source[0]), to=self._names.party_short(to[0])
        )

    def _applied(self, event: EventReader) -> Iterable[str]:
        for item in items(by_local_name(event.payload, "inputApplied")):
            name = text(by_local_name(item, "tradeName")) or text(by_local_name(item, "activeIngredient"))
            product = text(by_local_name(item, "product"))
            parts = [name or (self._names.goods(product) if product else "")]
            amount = number(by_local_name(item, "amount"))
            if amount is not None:
                parts.append(self.quantity(amount, text(by_local_name(item, "uom")) or None))
            parts += [text(by_local_name(item, "method")), text(by_local_name(item, "target"))]
            yield ", ".join(part for part in parts if part)
            yield self._interval(number(by_local_name(item, "preHarvestIntervalDays")))
        inputs = event.amounts("inputQuantityList")
        if inputs and not event.amounts("outputQuantityList") and not event.listed("outputEPCList"):
            for used in inputs:
                yield f"{self._names.with_lot(used.uri)}, {self.quantity(used.quantity, used.uom)}"
        yield event.said("activeIngredient")
        yield event.said("target")
        yield self._interval(event.amount_said("preHarvestIntervalDays"))

    def _interval(self, days: int | float | None) -> str:
        return self._c.t("detail.interval", days=days) if days is not None else ""

    def _sensors(self, event: EventReader) -> Iterable[str]:
        for reading in event.readings():
            value = self.range(reading)
            if not value:
                continue
            line = self._c.t("sensor.line", name=self.parameter(reading), value=value)
            yield self._c.t("sensor.alarm", line=line) if reading.alarm else line
