"""What a product line says about a lot and its events.

1. `line_of` recognises the line: by `nguon:productLine` in the description of the lot's product, else of what it was
   made from, newest first; else by the steps, members and tests that only one line has; else it is the generic one.
2. `missing_for_tem` names what must still be told before tem may be issued, the law's demands first.
3. `out_of_range` warns of figures that are not plausible, of yields that are not, and of results beyond a limit.
4. `tolerance` says by what fraction a step's outputs may exceed its inputs.

Nothing here refuses an event: these are warnings, and a deployment's policy may make more of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.epcis.event import Event, Quantity
from ledger.errors import Violation
from ledger.gs1 import digital_link, epc
from ledger.lot import units
from ledger.lot.graph import Graph, Told
from ledger.lot.lines.line import Line, Source
from ledger.lot.lines.readings import readings, substances
from ledger.lot.lines.registry import GENERIC, LINES
from ledger.lot.lines.story import Descriptions, Story, has_member, product_line, story_of
from ledger.lot.terms import by_local_name, local_name


@dataclass(frozen=True)
class Missing:
    """Something that must be told before tem may be issued.

    Attributes:
        step: code of the need, of the catalogue's `line.need.<step>`.
        why: a sentence for a person, in English.
        legal: whether the law demands it.
        source: who demands it.
    """

    step: str
    why: str
    legal: bool
    source: Source


def line_of(
    told: Iterable[Told] | Graph,
    descriptions: Descriptions,
    *,
    lot: str | None = None,
    lines: Sequence[Line] = LINES,
) -> Line:
    """The product line of a lot.

    Args:
        told: what was told of it, or more; a graph that is there already saves building one.
        descriptions: URI of a product -> its attributes.
        lot: its URI; None where all that was told is of one lot.
        lines: those to choose from.
    """
    story = story_of(told, lot, descriptions)
    by_code = {line.code: line for line in lines}
    named = [lot.partition("/10/")[0]] if lot is not None else []
    products = [*named, *story.products] or list(descriptions)
    for uri in products:
        line = by_code.get(product_line(descriptions.get(uri, {})))
        if line is not None:
            return line
    scores = {line.code: _score(line, story, products) for line in lines}
    best = max(scores, key=lambda code: scores[code], default=GENERIC.code)
    return by_code[best] if scores.get(best) else GENERIC


def missing_for_tem(
    line: Line,
    told: Iterable[Told] | Graph,
    *,
    lot: str | None = None,
    descriptions: Descriptions | None = None,
) -> tuple[Missing, ...]:
    """What must still be told before tem of a lot may be issued, the law's demands first.

    Args:
        told: what was told of the lot and of what it was made from, or more.
        lot: its URI; None where all that was told is of one lot.
        descriptions: of products and organisations; None leaves out what is sought in them.
    """
    story = story_of(told, lot, descriptions)
    needs = sorted(line.needs, key=lambda need: not need.legal)
    return tuple(
        Missing(need.code, need.why, need.legal, need.source) for need in needs if not need.met(story)
    )


def out_of_range(line: Line, event: Event) -> list[Violation]:
    """Warnings about an event's figures: `measure.range`, `measure.yield`, `measure.limit`, in this order.

    Their params are `value`, `lo`, `hi` (None where there is no such bound), `unit`, `parameter` (a code) and `source`.
    A withdrawn event is judged by nobody.
    """
    if event.error_declaration is not None:
        return []
    return [*_ranges(line, event), *_yields(line, event), *_limits(line, event)]


def tolerance(line: Line, biz_step: str | None) -> float:
    """By what fraction of its inputs a step's outputs may exceed them: 0.005 is half a per cent."""
    return line.tolerances.get(local_name(biz_step), line.tolerance) if biz_step else line.tolerance


def _score(line: Line, story: Story, products: Iterable[str]) -> int:
    hints = line.hints
    described = [attributes for uri in products if (attributes := (story.descriptions or {}).get(uri))]
    steps = len(hints.steps & story.steps)
    members = sum(
        any(has_member(item, name) for item in story.told)
        or any(by_local_name(attributes, name) is not None for attributes in described)
        for name in hints.members
    )
    tested = {key for item in story.told for key in substances(item.event)} if hints.substances else set()
    return steps + members + len(hints.substances & tested)


def _ranges(line: Line, event: Event) -> Iterator[Violation]:
    step = local_name(event.biz_step or "")
    wanted = [item for item in line.ranges if not item.steps or step in item.steps]
    for reading in readings(event, [item.parameter for item in wanted]):
        for item in wanted:
            if item.parameter == reading.parameter:
                rule = _Rule(
                    "measure.range",
                    item.parameter.code,
                    item.parameter.unit,
                    item.source,
                    item.low,
                    item.high,
                )
                yield from (
                    rule.warning(*figure) for figure in reading.figures if rule.is_broken_by(figure[1])
                )


def _limits(line: Line, event: Event) -> Iterator[Violation]:
    if not event.is_test or not event.items:
        return
    for reading in readings(event, [item.parameter for item in line.limits]):
        for item in line.limits:
            if item.parameter == reading.parameter:
                low, high = item.at_least, item.at_most
                rule = _Rule(
                    "measure.limit", item.parameter.code, item.parameter.unit, item.source, low, high
                )
                yield from (
                    rule.warning(*figure) for figure in reading.figures if rule.is_broken_by(figure[1])
                )


def _yields(line: Line, event: Event) -> Iterator[Violation]:
    step = local_name(event.biz_step or "")
    came = _kilograms(event.input_quantities)
    if event.type != "TransformationEvent" or not came or event.input_epcs or event.output_epcs:
        return
    for item in line.yields:
        went = _kilograms(_main(event) if item.main else event.output_quantities)
        if item.step != step or went is None:
            continue
        name = f"yield_{step}_main" if item.main else f"yield_{step}"
        rule = _Rule("measure.yield", name, "P1", item.source, item.low, item.high)
        value = units.percent(went, came)
        if rule.is_broken_by(value):
            yield rule.warning("/outputQuantityList", value)


def _main(event: Event) -> tuple[Quantity, ...]:
    """The outputs of the lot that `ilmd` numbers."""
    number = event.lot_number
    if number is None:
        return ()
    return tuple(item for item in event.output_quantities if _is_lot(item.epc_class, number))


def _is_lot(uri: str, number: str) -> bool:
    gtin = epc.gtin_of(uri)
    return gtin is not None and uri == digital_link.lot_uri(gtin, number)


def _kilograms(quantities: Sequence[Quantity]) -> Decimal | None:
    """Their mass together; None where there are none, or one is not a mass."""
    found = [
        None if item.quantity is None else units.kilograms(item.quantity, item.uom) for item in quantities
    ]
    known = [mass for mass in found if mass is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(found) else None


@dataclass(frozen=True)
class _Rule:
    """Bounds of one figure, and the warning where it is beyond them."""

    code: str
    parameter: str
    unit: str
    source: Source
    low: float | None
    high: float | None

    def is_broken_by(self, value: float) -> bool:
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)

    def warning(self, pointer: str, value: float) -> Violation:
        bounds = [f"at least {self.low:g}"] if self.low is not None else []
        bounds += [f"at most {self.high:g}"] if self.high is not None else []
        params: dict[str, object] = {
            "value": value,
            "lo": self.low,
            "hi": self.high,
            "unit": self.unit,
            "parameter": self.parameter,
            "source": self.source.text,
        }
        usual = "the limit is" if self.code == "measure.limit" else "usual is"
        message = f"{self.parameter} {value:g} {self.unit}: {usual} {' and '.join(bounds)}."
        return Violation(self.code, pointer, message, "W", params)
