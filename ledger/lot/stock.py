"""What is left of a lot: what its births gave it, less what was used, destroyed and sold, each unit for itself.

    born   quantities of births; instances born of the lot, each one pack
    used   inputs of transformations; amounts applied (`nguon:inputApplied`)
    gone   what an ObjectEvent DELETE takes away: samples, waste, decommissioned packs
    sold   what `retail_selling` observes leaving, once per instance

Packs that a transformation counts and a commissioning then numbers are the same packs, counted once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from ledger.encoding import JsonValue
from ledger.epcis.event import Event, Quantity
from ledger.epcis.members import INPUT_APPLIED
from ledger.errors import Gs1Error
from ledger.gs1.epc import canonical
from ledger.lot import units
from ledger.lot.graph import Graph, Told

__all__ = ["Movement", "Remaining", "remaining"]

Kind = Literal["born", "used", "gone", "sold"]
_MILLIONTH: Final = Decimal("0.000001")


@dataclass(frozen=True)
class Movement:
    """What one event adds to a lot, or takes from it.

    Attributes:
        index, event_id, biz_step: of the event.
        kind: whether it is born, used, gone or sold.
        quantity: how much, never negative.
        uom: KGM, LTR, "" for packs, or the unit as written.
    """

    index: int
    event_id: str | None
    biz_step: str | None
    kind: Kind
    quantity: float
    uom: str


@dataclass(frozen=True)
class Remaining:
    """A lot's account. Each mapping is by unit ("" for packs).

    Attributes:
        born, used, gone, sold: totals.
        left: born less used and gone. What is sold is still somewhere.
        exceeded: units of which more was used, gone and sold than was born, beyond the tolerance; empty for a lot
            that was never born here, of which nobody knows how much there is.
        arithmetic: the account as a sentence.
    """

    uri: str
    born: Mapping[str, float]
    used: Mapping[str, float]
    gone: Mapping[str, float]
    sold: Mapping[str, float]
    left: Mapping[str, float]
    exceeded: tuple[str, ...]
    movements: tuple[Movement, ...]
    arithmetic: str


def remaining(uri: str, told: Iterable[Told] | Graph, *, tolerance: float = 0.0) -> Remaining:
    """Fold the account of a lot.

    Args:
        uri: the lot; or an instance, of which there is one.
        tolerance: the part of what was born by which it may be exceeded.
    """
    graph = told if isinstance(told, Graph) else Graph(told)
    account = _Account(uri, graph)
    for item in graph.standing:
        account.take(item)
    return account.result(tolerance)


@dataclass
class _Account:
    uri: str
    graph: Graph
    totals: dict[Kind, dict[str, Decimal]] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    numbered: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    ended: dict[str, Kind] = field(default_factory=dict)
    _births: frozenset[int] = frozenset()
    _mine: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._mine = self.graph.named_of(self.uri)
        self._births = frozenset(item.index for item in self.graph.births_of(self.uri))

    def take(self, item: Told) -> None:
        event = item.event
        if item.index in self._births:
            born = event.output_quantities if event.type == "TransformationEvent" else event.quantities
            self._amounts(item, "born", born)
            self._birth_of_instances(item)
        if event.type == "TransformationEvent":
            self._amounts(item, "used", event.input_quantities)
            self._instances(item, "used", event.input_epcs)
        elif event.type == "ObjectEvent" and event.action == "DELETE":
            self._amounts(item, "gone", event.quantities)
            self._instances(item, "gone", event.epcs)
        elif event.biz_step == "retail_selling" and not event.is_birth:
            self._amounts(item, "sold", event.quantities)
            self._instances(item, "sold", event.epcs)
        if event.input_applied:
            self._amounts(item, "used", list(_applied(event)))

    def result(self, tolerance: float) -> Remaining:
        born = dict(self.totals.get("born", {}))
        counted = max(born.get("", Decimal(0)) + len(self.made), Decimal(len(self.numbered)))
        if counted:
            born[""] = counted
        used, gone, sold = (dict(self.totals.get(kind, {})) for kind in ("used", "gone", "sold"))
        for kind in self.ended.values():
            total = {"used": used, "gone": gone, "sold": sold}[kind]
            total[""] = total.get("", Decimal(0)) + 1
        all_units = list(dict.fromkeys([*born, *used, *gone, *sold]))
        zero = Decimal(0)
        left = {unit: born[unit] - used.get(unit, zero) - gone.get(unit, zero) for unit in born}
        exceeded = tuple(
            unit
            for unit in all_units
            if unit in born
            and used.get(unit, zero) + gone.get(unit, zero) + sold.get(unit, zero)
            > born[unit] * (1 + units.decimal(tolerance)) + _MILLIONTH
        )
        return Remaining(
            uri=self.uri,
            born=_plain(born),
            used=_plain(used),
            gone=_plain(gone),
            sold=_plain(sold),
            left=_plain(left),
            exceeded=exceeded,
            movements=tuple(self.movements),
            arithmetic="; ".join(_sentence(unit, born, used, gone, left) for unit in born),
        )

    def _amounts(self, item: Told, kind: Kind, quantities: Iterable[Quantity]) -> None:
        for each in quantities:
            if each.epc_class != self.uri or each.quantity is None or each.quantity <= 0:
                continue
            unit, amount = units.to_base(each.quantity, each.uom)
            totals = self.totals.setdefault(kind, {})
            totals[unit] = totals.get(unit, Decimal(0)) + amount
            self._note(item, kind, amount, unit)

    def _birth_of_instances(self, item: Told) -> None:
        event = item.event
        listed = event.epcs if event.type == "ObjectEvent" else event.output_epcs
        mine = [uri for uri in listed if self._is_mine(uri) and uri not in self.numbered]
        self.numbered.update(mine)
        if event.type == "TransformationEvent":
            self.made.update(mine)
        if mine:
            self._note(item, "born", Decimal(len(mine)), "")

    def _instances(self, item: Told, kind: Kind, epcs: Iterable[str]) -> None:
        mine = [uri for uri in epcs if self._is_mine(uri)]
        new = [uri for uri in mine if self.ended.get(uri) in (None, "sold") and self.ended.get(uri) != kind]
        self.ended.update(dict.fromkeys(new, kind))
        if new:
            self._note(item, kind, Decimal(len(new)), "")

    def _is_mine(self, uri: str) -> bool:
        return uri == self.uri or uri in self._mine

    def _note(self, item: Told, kind: Kind, amount: Decimal, unit: str) -> None:
        event = item.event
        self.movements.append(
            Movement(item.index, event.event_id, event.biz_step, kind, units.number(amount), unit)
        )


def _applied(event: Event) -> Iterator[Quantity]:
    """The amounts that an event names as applied."""
    value: JsonValue = event.raw.get(INPUT_APPLIED)
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, Mapping):
            continue
        product, amount, uom = item.get("nguon:product"), item.get("nguon:amount"), item.get("nguon:uom")
        if not isinstance(product, str) or isinstance(amount, bool) or not isinstance(amount, int | float):
            continue
        try:
            yield Quantity(canonical(product), amount, uom if isinstance(uom, str) else None)
        except Gs1Error:
            continue


def _plain(totals: Mapping[str, Decimal]) -> Mapping[str, float]:
    return {unit: units.number(total) for unit, total in totals.items()}


def _sentence(
    unit: str,
    born: Mapping[str, Decimal],
    used: Mapping[str, Decimal],
    gone: Mapping[str, Decimal],
    left: Mapping[str, Decimal],
) -> str:
    name = {"KGM": "kg", "LTR": "l", "": "packs"}.get(unit, unit)
    parts = [f"{units.written(born[unit])} {name} born"]
    for label, total in (("used", used), ("gone", gone)):
        if total.get(unit):
            parts.append(f"− {units.written(total[unit])} {name} {label}")
    return f"{' '.join(parts)} = {units.written(left[unit])} {name}"
