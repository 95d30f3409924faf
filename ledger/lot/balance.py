"""Does it add up: what each step took in and gave out, in kg (PROFILE §4, `balance.exceeded`).

A step is a transformation with mass on both sides: a sum in kg of the items whose mass is known. Mass is known of a
quantity in a unit of mass, and of counted packs and instances whose net weight their birth gives
(`ilmd` `nguon:netWeightKg`), or else a description of the product. Items of other units (litres of water), and
counted inputs without a weight (empty jars), stand outside the sum; `complete` says whether any did. Where the weight
of what comes out in packs, or of an instance, is not known, nobody can tell: such a step has no balance. Sowing,
feeding and harvest of a season have one side each and are no steps of this kind: plants grow.

What is left of a lot is {remaining}'s question, which lives in `ledger.lot.stock`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.event import Event, Quantity
from ledger.gs1 import epc
from ledger.lot import units
from ledger.lot.graph import Graph, Told
from ledger.lot.stock import Remaining, remaining

__all__ = [
    "NET_WEIGHT",
    "Remaining",
    "StepBalance",
    "Term",
    "balances",
    "default_tolerance",
    "net_weight",
    "pack_weights",
    "remaining",
]

NET_WEIGHT: Final = "nguon:netWeightKg"
"""Net weight of one pack in kg, in the `ilmd` of its birth."""

PackSizes = Mapping[str, float]
"""Instance, lot or product -> kg of one pack."""


@dataclass(frozen=True)
class Term:
    """One item of a sum.

    Attributes:
        uri: the lot; for instances their lot, else their product.
        kg: its mass.
        count, pack_kg: how many packs of which weight; None for what is weighed.
        from_ilmd: whether the pack's weight stands in this very event.
        instances: whether the packs are named one by one.
    """

    uri: str
    kg: float
    count: float | None = None
    pack_kg: float | None = None
    from_ilmd: bool = False
    instances: bool = False


@dataclass(frozen=True)
class StepBalance:
    """What a step took in and gave out.

    Attributes:
        index: the event's place.
        event_id, biz_step: of the event, as written.
        input_kg, output_kg: sums of `inputs` and `outputs`.
        yield_pct: output in % of input, to two decimals.
        exceeded: more came out than went in, beyond the step's tolerance, and all that went in is known.
        complete: no item of either side stands outside the sums.
        loss_kg: the loss that the event itself gives (`nguon:lossKg`), or None.
    """

    index: int
    event_id: str | None
    biz_step: str | None
    input_kg: float
    output_kg: float
    yield_pct: float
    exceeded: bool
    complete: bool
    inputs: tuple[Term, ...]
    outputs: tuple[Term, ...]
    loss_kg: float | None = None

    @property
    def arithmetic(self) -> str:
        """The calculation as a sentence."""
        taken, given = (units.written(units.decimal(kg)) for kg in (self.input_kg, self.output_kg))
        return (
            f"{_spelled(self.inputs)} in; {_spelled(self.outputs)} out; "
            f"{given} / {taken} = {self.yield_pct:.2f} %"
        )


def default_tolerance(biz_step: str | None) -> float:
    """The part by which output may exceed input where no product line says otherwise: two scales differ by 1 %."""
    del biz_step
    return 0.01


def balances(
    told: Iterable[Told] | Graph,
    pack_sizes: PackSizes | None = None,
    *,
    tolerance: Callable[[str | None], float] = default_tolerance,
) -> tuple[StepBalance, ...]:
    """The balance of every step that has mass on both sides, in the order of telling.

    Args:
        told: the events; withdrawn ones do not count.
        pack_sizes: net weights that descriptions give, in kg.
        tolerance: business step -> the part of the input by which the output may exceed it.
    """
    graph = told if isinstance(told, Graph) else Graph(told)
    scale = _Scale(graph, pack_sizes or {})
    found = (
        _step(item, scale, tolerance) for item in graph.standing if item.event.type == "TransformationEvent"
    )
    return tuple(step for step in found if step is not None)


def pack_weights(graph: Graph) -> Mapping[str, float]:
    """The net weights that births give to their lots and instances, in kg; a lot's is that of its first birth."""
    found: dict[str, float] = {}
    for item in graph.births:
        weight = net_weight(item.event)
        if weight is None:
            continue
        for uri in item.event.items:
            found.setdefault(uri, weight)
            lot = graph.lot_of(uri) if epc.is_instance(uri) else None
            if lot is not None:
                found.setdefault(lot, weight)
    return found


def net_weight(event: Event) -> float | None:
    """The net weight of a pack in kg that an event's `ilmd` gives; None without one."""
    return _positive(event.ilmd.get(NET_WEIGHT))


@dataclass(frozen=True)
class _Side:
    """One side of a step: its sum's items, whether that is all of it, whether goods of unknown weight are missing."""

    terms: tuple[Term, ...]
    complete: bool
    goods_missing: bool


class _Scale:
    """What items weigh."""

    def __init__(self, graph: Graph, described: PackSizes) -> None:
        self._graph = graph
        self._born = pack_weights(graph)
        self._described = described

    def side(
        self, event: Event, epcs: Sequence[str], quantities: Sequence[Quantity], *, out: bool
    ) -> "_Side":
        """The items of one side whose mass is known, and what stands outside."""
        own = net_weight(event) if out else None
        terms: list[Term] = []
        unweighed = 0
        others = False
        for item in quantities:
            term = self._weighed(item, own)
            if term is not None:
                terms.append(term)
            elif units.to_base(item.quantity or 0, item.uom)[0] == units.COUNTED and item.quantity:
                unweighed += 1
            else:
                others = True
        packs: dict[tuple[str, float], int] = {}
        nameless = 0
        for uri in epcs:
            weight = self._pack(uri, own)
            if weight is None:
                nameless += 1
            else:
                group = self._graph.lot_of(uri) or uri.partition("/21/")[0]
                packs[group, weight] = packs.get((group, weight), 0) + 1
        for (group, weight), count in packs.items():
            kg = units.number(count * units.decimal(weight))
            terms.append(Term(group, kg, count, weight, own is not None, instances=True))
        # Counted inputs without a weight are mostly packaging; counted outputs, and instances, are the goods.
        goods_missing = bool(nameless or (out and unweighed))
        return _Side(tuple(terms), not (others or unweighed or nameless), goods_missing)

    def _weighed(self, item: Quantity, own: float | None) -> Term | None:
        if item.quantity is None or item.quantity <= 0:
            return None
        unit, amount = units.to_base(item.quantity, item.uom)
        if unit == units.KILOGRAM:
            return Term(item.epc_class, units.number(amount))
        weight = self._pack(item.epc_class, own) if unit == units.COUNTED else None
        if weight is None:
            return None
        kg = units.number(amount * units.decimal(weight))
        return Term(item.epc_class, kg, units.number(amount), weight, own is not None)

    def _pack(self, uri: str, own: float | None) -> float | None:
        if own is not None:
            return own
        lot = self._graph.lot_of(uri) if epc.is_instance(uri) else None
        product = uri.partition("/21/")[0].partition("/10/")[0]
        for weights in (self._born, self._described):
            for name in (uri, lot, product):
                if name is not None and name in weights:
                    return weights[name]
        return None


def _step(item: Told, scale: _Scale, tolerance: Callable[[str | None], float]) -> StepBalance | None:
    event = item.event
    came_in = scale.side(event, event.input_epcs, event.input_quantities, out=False)
    came_out = scale.side(event, event.output_epcs, event.output_quantities, out=True)
    inputs, outputs = came_in.terms, came_out.terms
    if not inputs or not outputs or came_in.goods_missing or came_out.goods_missing:
        return None
    taken, given = _sum(inputs), _sum(outputs)
    if not taken or not given:  # less than a millionth of a kilogram
        return None
    allowed = taken * (1 + units.decimal(tolerance(event.biz_step)))
    return StepBalance(
        index=item.index,
        event_id=event.event_id,
        biz_step=event.biz_step,
        input_kg=units.number(taken),
        output_kg=units.number(given),
        yield_pct=units.percent(given, taken),
        exceeded=came_in.complete and event.transformation_id is None and given > allowed,
        complete=came_in.complete and came_out.complete,
        inputs=inputs,
        outputs=outputs,
        loss_kg=_positive(event.ilmd.get("nguon:lossKg")),
    )


def _sum(terms: Iterable[Term]) -> Decimal:
    return sum((units.decimal(term.kg) for term in terms), Decimal(0))


def _spelled(terms: Sequence[Term]) -> str:
    parts = list(_parts(terms))
    return (
        parts[0]
        if len(parts) == 1 and "×" not in parts[0]
        else (f"{' + '.join(parts)} = {units.written(_sum(terms))} kg")
    )


def _parts(terms: Iterable[Term]) -> Iterator[str]:
    for term in terms:
        if term.count is None or term.pack_kg is None:
            yield f"{units.written(units.decimal(term.kg))} kg"
        else:
            count, weight = units.decimal(term.count), units.decimal(term.pack_kg)
            yield f"{units.written(count)} × {units.written(weight)} kg"


def _positive(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value > 0 else None
