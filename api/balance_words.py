"""Whether a lot adds up, in sentences that have every number in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.pages.i18n import Catalogue
from api.pages.names import Names
from ledger.encoding import JsonValue
from ledger.lot import lines, units
from ledger.lot.balance import StepBalance, Term, balances
from ledger.lot.graph import Graph
from ledger.lot.lines import Line
from ledger.lot.stock import Remaining, remaining
from ledger.lot.terms import by_local_name, local_name


@dataclass(frozen=True)
class BalanceLine:
    """One sentence; `exceeded`: more came out, or was used, than there was."""

    text: str
    exceeded: bool = False


def balance_sentences(
    lots: Sequence[str],
    graph: Graph,
    described: Mapping[str, Mapping[str, JsonValue]],
    line: Line,
    words: Catalogue,
) -> list[BalanceLine]:
    """What went into each step and came out of it, in the order of happening; then what is left of each lot of which
    something is, or was lost.

    Args:
        lots: the lot, last, and what it was made of.
        graph: over all their events.
    """
    names = Names(described, words)
    weights = {
        uri: float(weight)
        for uri, attributes in described.items()
        if isinstance(weight := by_local_name(attributes, "netWeightKg"), int | float)
        and not isinstance(weight, bool)
        and weight > 0
    }
    found = balances(graph, weights, tolerance=lambda step: lines.tolerance(line, step))
    times = {item.index: item.event.event_time for item in graph.standing}
    steps = sorted(found, key=lambda step: (times[step.index], step.index))
    spoken = [_step(step, names, words) for step in steps]
    for uri in dict.fromkeys(lots):
        account = remaining(uri, graph)
        unit = next(
            (each for each in (units.KILOGRAM, units.LITRE, units.COUNTED) if each in account.born), None
        )
        if unit is not None:
            used_up = (
                not account.left.get(unit) and not account.gone.get(unit) and unit not in account.exceeded
            )
            if not used_up:
                spoken.append(_left(uri, unit, account, names, words))
    return spoken


def _step(step: StepBalance, names: Names, words: Catalogue) -> BalanceLine:
    title = words.maybe(f"step.{local_name(step.biz_step or '')}.title") or local_name(step.biz_step or "")
    text = words.t(
        "desk.balance.step",
        step=title,
        input=words.join(_terms(step.inputs, names, words)),
        output=words.join(_terms(step.outputs, names, words)),
        inkg=step.input_kg,
        outkg=step.output_kg,
        pct=step.yield_pct,
    )
    if step.exceeded:
        text += " " + words.t("desk.balance.exceeded", kg=round(step.output_kg - step.input_kg, 6))
    return BalanceLine(text, step.exceeded)


def _terms(terms: Iterable[Term], names: Names, words: Catalogue) -> list[str]:
    """Each product once, its packs by their weight."""
    sums: dict[tuple[str, float | None], tuple[float, float]] = {}
    for term in terms:
        key = (names.product(term.uri), term.pack_kg)
        kg, count = sums.get(key, (0.0, 0.0))
        sums[key] = (kg + term.kg, count + (term.count or 0.0))
    return [
        words.t("desk.balance.packs", n=_plain(count), grams=_plain(pack * 1000), kg=_plain(kg), name=name)
        if pack is not None
        else words.t("desk.balance.mass", kg=_plain(kg), name=name)
        for (name, pack), (kg, count) in sums.items()
    ]


def _left(uri: str, unit: str, account: Remaining, names: Names, words: Catalogue) -> BalanceLine:
    symbol = {units.KILOGRAM: "kg", units.LITRE: words.maybe("uom.LTR") or "l"}.get(unit)
    name = symbol or words.t("desk.balance.pieces")
    text = words.t(
        "desk.balance.left",
        name=names.with_lot(uri),
        unit=name,
        born=_plain(account.born.get(unit, 0)),
        used=_plain(account.used.get(unit, 0)),
        gone=_plain(account.gone.get(unit, 0)),
        left=_plain(account.left.get(unit, 0)),
    )
    return BalanceLine(text, unit in account.exceeded)


def _plain(value: float) -> float:
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded
