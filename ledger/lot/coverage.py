"""What a recall covers, and what it forgot: serials of its lot, and what was made of it (PROFILE §2, "Recall").

    naming the lot class in `quantityList`   recalls all of the lot: every instance born, or the lot itself
    listing instances                        recalls those
    a release                                undoes either, in the same two ways

Where signers are known, a recall counts from one who may recall the lot, and a release undoes only what its own
organisation recalled, as in the verdict (`ledger.lot.state`). An instance that was destroyed or sold is asked for
all the same: better a name too many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.epcis.event import Event, Quantity
from ledger.gs1 import epc
from ledger.lot import units
from ledger.lot.graph import Graph, Told, said_lot
from ledger.lot.stock import remaining
from ledger.statement.trust import KeyRecord, may_recall

__all__ = ["Coverage", "coverage", "coverages", "recalled_lots"]


@dataclass(frozen=True)
class Coverage:
    """What recalls of a lot cover.

    Attributes:
        lot: the lot; None for instances whose lot nobody told.
        born: its packs, numbered or counted; for a recall of all of a lot of none, its quantity in kg (or litres).
        recalled: how many of them were ever recalled, in the same measure.
        not_named: instances that no recall named.
        released: how many of the recalled were released again.
        still_recalled: instances that stay recalled; the lot itself where it has none.
        daughters: lots and classes made of it, directly or not, that are not recalled themselves.
    """

    lot: str | None
    born: float
    recalled: float
    not_named: tuple[str, ...]
    released: float
    still_recalled: tuple[str, ...]
    daughters: tuple[str, ...]


def coverage(
    recall: Event, graph: Graph, lot: str | None = None, *, signer: KeyRecord | None = None
) -> Coverage:
    """What a recall would cover if it were signed now, what it forgets and what other recalls cover already.

    Args:
        recall: not told yet.
        graph: what was told before.
        lot: one of {recalled_lots}; its first without.
        signer: who is about to sign it, where that is known.
    """
    chosen = lot if lot is not None else next(iter(recalled_lots(recall, graph)), None)
    place = graph.told[-1].index + 1 if graph.told else 0
    told = [*graph.standing, Told(place, recall, signer)]
    return _covered(chosen, graph, told, _recalled_now(graph, told))


def coverages(graph: Graph) -> tuple[Coverage, ...]:
    """The coverage of every lot that was ever recalled, in the order of the log, or else of a document's times."""
    events = graph.standing if graph.is_signed else graph.timeline
    lots = dict.fromkeys(
        lot for item in events if item.event.is_recall for lot in recalled_lots(item.event, graph)
    )
    now = _recalled_now(graph, events)
    return tuple(_covered(lot, graph, events, now) for lot in lots)


def recalled_lots(recall: Event, graph: Graph) -> tuple[str | None, ...]:
    """The lots that a recall or release is about, by class or through instances; None for instances of none."""
    classes = [item.epc_class for item in _quantities(recall)]
    lots = [_lot_of(recall, graph, uri) for uri in _instances(recall)]
    return tuple(dict.fromkeys([*classes, *lots]))


@dataclass
class _State:
    """One lot's recall as events go by."""

    ever: dict[str, None]
    now: dict[str, None]
    whole: bool = False
    ever_whole: bool = False

    def take(self, event: Event, whole: bool, listed: Sequence[str], born: Sequence[str]) -> None:
        if event.is_recall:
            if whole:
                self.whole = self.ever_whole = True
            named = dict.fromkeys([*(born if whole else ()), *listed])
            self.ever.update(named)
            self.now.update(named)
        if event.is_release:
            if whole:
                self.whole = False
                self.now.clear()
            for uri in listed:
                self.now.pop(uri, None)


def _covered(
    lot: str | None, graph: Graph, events: Iterable[Told], recalled: frozenset[str | None]
) -> Coverage:
    born = graph.instances_of(lot) if lot is not None else ()
    by_org: dict[str, _State] = {}
    for item in events:
        event = item.event
        if (event.is_recall or event.is_release) and _may_say(item, lot):
            whole = any(each.epc_class == lot for each in _quantities(event))
            listed = [uri for uri in _instances(event) if _lot_of(event, graph, uri) == lot]
            if whole or listed:
                by_org.setdefault(_org(item), _State({}, {})).take(event, whole, listed, born)
    states = by_org.values()
    ever = dict.fromkeys(uri for state in states for uri in state.ever)
    now = frozenset(uri for state in states for uri in state.now)
    whole_now = any(state.whole for state in states)
    daughters = _daughters(lot, graph, recalled)
    if born or not any(state.ever_whole for state in states):
        return Coverage(
            lot=lot,
            born=max(_packs(lot, graph), len(born)),
            recalled=len(ever),
            not_named=tuple(uri for uri in born if uri not in ever),
            released=len(ever) - len(now),
            still_recalled=tuple(uri for uri in dict.fromkeys([*born, *ever]) if uri in now),
            daughters=daughters,
        )
    amount = _amount(lot, graph)
    return Coverage(
        lot=lot,
        born=amount,
        recalled=amount,
        not_named=(),
        released=0 if whole_now or now else amount,
        still_recalled=(lot,) if whole_now and lot is not None else tuple(uri for uri in ever if uri in now),
        daughters=daughters,
    )


def _may_say(item: Told, lot: str | None) -> bool:
    return item.signer is None or lot is None or may_recall(item.signer, lot)


def _org(item: Told) -> str:
    return "" if item.signer is None else item.signer.org


def _daughters(lot: str | None, graph: Graph, recalled: frozenset[str | None]) -> tuple[str, ...]:
    if lot is None:
        return ()
    return tuple(
        uri for uri in graph.descendants(lot) if graph.is_class(uri) and uri != lot and uri not in recalled
    )


def _recalled_now(graph: Graph, events: Iterable[Told]) -> frozenset[str | None]:
    """The lots of which some part is recalled in the end."""
    parts: dict[tuple[str, str | None], set[str]] = {}
    for item in events:
        event = item.event
        if not (event.is_recall or event.is_release):
            continue
        classes = [(each.epc_class, each.epc_class) for each in _quantities(event)]
        instances = [(_lot_of(event, graph, uri), uri) for uri in _instances(event)]
        for lot, part in [*classes, *instances]:
            if not _may_say(item, lot):
                continue
            mine = parts.setdefault((_org(item), lot), set())
            if event.is_recall:
                mine.add(part)
            elif part == lot:
                mine.clear()
            else:
                mine.discard(part)
    return frozenset(lot for (_, lot), mine in parts.items() if mine)


def _amount(lot: str | None, graph: Graph) -> float:
    """How much of a lot without instances was born: packs, else kg, else litres, else what there is; 0 if never."""
    if lot is None:
        return 0
    born = remaining(lot, graph).born
    for unit in (units.COUNTED, units.KILOGRAM, units.LITRE, *born):
        if unit in born:
            return born[unit]
    return 0


def _packs(lot: str | None, graph: Graph) -> float:
    return 0 if lot is None else remaining(lot, graph).born.get(units.COUNTED, 0)


def _instances(event: Event) -> tuple[str, ...]:
    return tuple(uri for uri in (*event.epcs, *event.child_epcs, *event.output_epcs) if epc.is_instance(uri))


def _quantities(event: Event) -> tuple[Quantity, ...]:
    return (*event.quantities, *event.child_quantities, *event.output_quantities)


def _lot_of(event: Event, graph: Graph, uri: str) -> str | None:
    return graph.lot_of(uri) or said_lot(Told(0, event), uri)
