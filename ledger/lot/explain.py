"""What a document says, as facts to check by hand: lineage, balance, what was withdrawn, where serials ended.

The answer has the shape of one scenario of the samples' expectations:

    events, byType                every event of the list, declarations of error included
    erroneousEventIDs             what they withdraw; withdrawn events count nowhere below, corrective ones do
    massBalance                   one row per transformation with mass on both sides (`ledger.lot.balance`);
                                  `event` is its place in the list, from 0; `note` where packs named one by one are
                                  weighed by the event's own `ilmd`
    traceBack                     the classes and lots that `of` is made of, by URI; what was merely applied to a
                                  planting is lineage in the ledger, and no material: it is left out here
    finalDispositionOfSerials     the last disposition said of each serial, by name: a container's is not its contents'
    persistentDispositions        what holds of each lot in the end; lots named by quantity only
    recallCoverage                where anything was recalled: one object, or a list of them for several lots

Last means by `eventTime`, then by place in the list. Identifiers are in their canonical form (DESIGN §3.2).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ledger.encoding import JsonValue
from ledger.epcis.document import Document
from ledger.epcis.event import Event, read_event
from ledger.epcis.vocabulary import NGUON
from ledger.errors import RuleError, Violation
from ledger.gs1 import epc
from ledger.lot import units
from ledger.lot.balance import StepBalance, balances
from ledger.lot.containers import contents
from ledger.lot.coverage import Coverage, coverages
from ledger.lot.graph import Graph, Told

__all__ = ["explain", "told_of"]

_NET_WEIGHT: str = NGUON + "netWeightKg"


def told_of(document: Document) -> tuple[Told, ...]:
    """A document's events, each with its place in the list.

    Raises:
        RuleError: events of a wrong shape; all violations, with pointers into the document.
    """
    told: list[Told] = []
    violations: list[Violation] = []
    for index, (pointer, payload) in enumerate(document.events):
        try:
            told.append(Told(index, read_event(payload)))
        except RuleError as error:
            violations += [replace(each, pointer=pointer + each.pointer) for each in error.violations]
    if violations:
        raise RuleError(violations)
    return tuple(told)


def explain(document: Document, of: str | None = None) -> dict[str, JsonValue]:
    """The facts of a document.

    Args:
        of: the lot or instance to trace back, in any form of its identifier; without, the first output of the last
            birth of goods (an instance before a lot).

    Raises:
        RuleError: an event has a wrong shape.
        Gs1Error: `of` claims to be GS1's and is wrong.
    """
    told = told_of(document)
    graph = Graph(told)
    target = epc.canonical(of) if of is not None else last_product(graph)
    facts: dict[str, JsonValue] = {
        "events": len(told),
        "byType": dict(Counter(item.event.type for item in told)),
        "erroneousEventIDs": list(_erroneous(told, graph)),
        "massBalance": [_row(step) for step in balances(graph, _described(document))],
        "traceBack": {"of": target, "classesAndLots": list(_made_of(graph, target))},
        "finalDispositionOfSerials": dict(Counter(final_dispositions(graph).values())),
        "persistentDispositions": {
            uri: list(held) for uri, held in persistent_dispositions(graph).items() if held
        },
    }
    covered: list[JsonValue] = [_covered(each) for each in coverages(graph)]
    if covered:
        facts["recallCoverage"] = covered[0] if len(covered) == 1 else covered
    return facts


def last_product(graph: Graph) -> str | None:
    """What the last birth of goods brings first; None where nothing is born."""
    brought = [_brought(item.event) for item in reversed(graph.timeline) if item.event.is_birth]
    goods = (uri for uris in brought for uri in uris if epc.is_instance(uri) or graph.is_class(uri))
    anything = (uri for uris in brought for uri in uris)
    return next(goods, None) or next(anything, None)


def final_dispositions(graph: Graph) -> Mapping[str, str]:
    """The last disposition said of each serial, in the order in which serials first appear."""
    order: dict[str, str] = {}
    for item in graph.timeline:
        event = item.event
        if event.disposition is not None:
            for uri in event.items:
                if epc.is_instance(uri):
                    order[uri] = event.disposition
    return order


def persistent_dispositions(graph: Graph) -> Mapping[str, tuple[str, ...]]:
    """The persistent dispositions that hold of each class or lot in the end, sorted."""
    held: dict[str, set[str]] = {}
    for item in graph.timeline:
        event = item.event
        if not (event.persistent_set or event.persistent_unset):
            continue
        for each in (*event.quantities, *event.child_quantities, *event.output_quantities):
            mine = held.setdefault(each.epc_class, set())
            mine -= set(event.persistent_unset)
            mine |= set(event.persistent_set)
    return {uri: tuple(sorted(mine)) for uri, mine in held.items()}


def _erroneous(told: Sequence[Told], graph: Graph) -> Iterable[str]:
    named = (item.event.event_id for item in told if item.event.error_declaration is not None)
    return dict.fromkeys(event_id for event_id in named if event_id in graph.erroneous)


def _brought(event: Event) -> tuple[str, ...]:
    if event.type == "ObjectEvent":
        return (*event.epcs, *(each.epc_class for each in event.quantities))
    return (*event.output_epcs, *(each.epc_class for each in event.output_quantities))


def _made_of(graph: Graph, target: str | None) -> tuple[str, ...]:
    """Classes and lots among the material ancestors, sorted; a container is made of what was ever in it."""
    if target is None:
        return ()
    packed = contents(graph).ever_inside()
    found = {target: None}
    todo = [target]
    while todo:
        uri = todo.pop()
        inside = packed.get(uri, ())
        lots = [lot for lot in map(graph.lot_of, inside) if lot is not None]
        for each in (*graph.parents(uri, applied=False), *inside, *lots):
            if each not in found:
                found[each] = None
                todo.append(each)
    return tuple(sorted(uri for uri in found if graph.is_class(uri) and uri != target))


def _row(step: StepBalance) -> dict[str, JsonValue]:
    row: dict[str, JsonValue] = {
        "event": step.index,
        "bizStep": step.biz_step,
        "inputKg": step.input_kg,
        "outputKg": step.output_kg,
        "yieldPct": step.yield_pct,
    }
    packs = [
        f"{units.written(units.decimal(term.count))} {'box' if term.count == 1 else 'boxes'} "
        f"of {units.written(units.decimal(term.pack_kg))} kg"
        for term in step.outputs
        if term.instances and term.from_ilmd and term.count is not None and term.pack_kg is not None
    ]
    if packs:
        row["note"] = f"{', '.join(packs)} (ilmd nguon:netWeightKg)"
    return row


def _covered(each: Coverage) -> dict[str, JsonValue]:
    return {
        "lot": each.lot,
        "born": each.born,
        "recalled": each.recalled,
        "notNamed": list(each.not_named),
        "released": each.released,
        "stillRecalled": list(each.still_recalled),
    }


def _described(document: Document) -> Mapping[str, float]:
    """Net weights that the document's descriptions of products give."""
    found: dict[str, float] = {}
    for item in document.master:
        value = item.attributes.get(_NET_WEIGHT)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            found[item.id] = value
    return found
