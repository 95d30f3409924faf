"""Who was inside what, and when: the aggregations of a story (EPCIS 2.0 §7.4.3).

    ADD      the children are in the parent from then on; an instance that was in another parent has left it
    OBSERVE  they were seen inside: from then on, unless they are known to be in already
    DELETE   they are out again; where no children are listed, all are

Time is `eventTime`, then the order of telling. Quantities of a class come and go in part. What is aggregated is where
its container is, at the same time: a container's places and holders are those of its contents. Its disposition is
not: that is said of what an event names, and of nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from ledger.lot import units
from ledger.lot.graph import Graph, Told

__all__ = ["Contents", "Misplaced", "Stay", "contents"]


@dataclass(frozen=True)
class Stay:
    """A time that something spent in a container.

    Attributes:
        item: an instance, a lot, or a smaller container.
        parent: the container.
        quantity, uom: how much of a lot; None for an instance, or where the event does not say.
        since, until: from when, and to when (None: still in).
        packed, unpacked: places of the events that say so.
    """

    item: str
    parent: str
    quantity: float | None
    uom: str | None
    since: datetime
    packed: int
    until: datetime | None = None
    unpacked: int | None = None

    def holds_at(self, time: datetime | None) -> bool:
        """Whether it lasts at a time; at the end of all that was told, for None."""
        if time is None:
            return self.until is None
        return self.since <= time and (self.until is None or time < self.until)


@dataclass(frozen=True)
class Misplaced:
    """An event that takes something out of a container in which it was not, or more than was in it."""

    index: int
    parent: str
    item: str


@dataclass(frozen=True)
class Contents:
    """All stays, by their beginning and then by item; and what was taken out without having been in."""

    stays: tuple[Stay, ...]
    misplaced: tuple[Misplaced, ...]

    def inside(self, parent: str, time: datetime | None = None) -> tuple[Stay, ...]:
        """What is directly in a container at a time (None: in the end)."""
        return tuple(stay for stay in self.stays if stay.parent == parent and stay.holds_at(time))

    def within(self, parent: str, time: datetime | None = None) -> tuple[Stay, ...]:
        """What is in a container and in the containers in it, outermost first."""
        found: list[Stay] = []
        seen = {parent}
        todo = [parent]
        while todo:
            for stay in self.inside(todo.pop(0), time):
                found.append(stay)
                if stay.item not in seen:
                    seen.add(stay.item)
                    todo.append(stay.item)
        return tuple(found)

    def around(self, item: str, time: datetime | None = None) -> tuple[str, ...]:
        """The containers in which something is at a time, innermost first."""
        found: dict[str, None] = {}
        todo = [item]
        while todo:
            inner = todo.pop(0)
            for stay in self.stays:
                if (
                    stay.item == inner
                    and stay.holds_at(time)
                    and stay.parent not in found
                    and stay.parent != item
                ):
                    found[stay.parent] = None
                    todo.append(stay.parent)
        return tuple(found)

    def ever_inside(self) -> Mapping[str, tuple[str, ...]]:
        """Each container, and all that was ever directly in it, each once."""
        found: dict[str, dict[str, None]] = {}
        for stay in self.stays:
            found.setdefault(stay.parent, {})[stay.item] = None
        return {parent: tuple(items) for parent, items in found.items()}


def contents(told: Iterable[Told] | Graph) -> Contents:
    """Fold aggregations into stays."""
    graph = told if isinstance(told, Graph) else Graph(told)
    fold = _Fold()
    for item in graph.timeline:
        if item.event.type == "AggregationEvent" and item.event.parent is not None:
            fold.take(item, item.event.parent)
    return fold.result()


class _Fold:
    def __init__(self) -> None:
        self._open: dict[str, dict[str, list[Stay]]] = {}
        """parent -> item -> its stays that last."""
        self._parent: dict[str, str] = {}
        """instance -> the parent in which it is."""
        self._over: list[Stay] = []
        self._misplaced: list[Misplaced] = []

    def take(self, told: Told, parent: str) -> None:
        event = told.event
        listed = [(uri, None, None) for uri in event.child_epcs]
        amounts = [(each.epc_class, each.quantity, each.uom) for each in event.child_quantities]
        if event.action == "DELETE":
            self._unpack(told, parent, [*listed, *amounts])
            return
        for uri, _, _ in listed:
            if self._parent.get(uri) == parent:
                continue
            if uri in self._parent:
                self._close(told, self._parent[uri], uri, None)
            self._parent[uri] = parent
            self._enter(told, parent, uri, None, None)
        for uri, quantity, uom in amounts:
            if event.action == "OBSERVE" and self._open.get(parent, {}).get(uri):
                continue
            self._enter(told, parent, uri, quantity, uom)

    def result(self) -> Contents:
        lasting = [stay for items in self._open.values() for stays in items.values() for stay in stays]
        return Contents(
            tuple(sorted([*self._over, *lasting], key=lambda stay: (stay.since, stay.packed, stay.item))),
            tuple(self._misplaced),
        )

    def _enter(self, told: Told, parent: str, item: str, quantity: float | None, uom: str | None) -> None:
        stay = Stay(item, parent, quantity, uom, told.event.event_time, told.index)
        self._open.setdefault(parent, {}).setdefault(item, []).append(stay)

    def _unpack(self, told: Told, parent: str, named: list[tuple[str, float | None, str | None]]) -> None:
        inside = self._open.get(parent, {})
        if not named:
            named = [(item, None, None) for item in list(inside)]
        for item, quantity, uom in named:
            if not inside.get(item):
                self._misplaced.append(Misplaced(told.index, parent, item))
                continue
            amount = None if quantity is None else units.to_base(quantity, uom)
            self._close(told, parent, item, amount)

    def _close(self, told: Told, parent: str, item: str, amount: tuple[str, Decimal] | None) -> None:
        """End stays of an item: all of them, or the oldest ones up to an amount."""
        stays = self._open[parent].pop(item)
        self._parent.pop(item, None)
        left = amount
        kept: list[Stay] = []
        for stay in stays:
            held = None if stay.quantity is None else units.to_base(stay.quantity, stay.uom)
            if left is None or held is None or held[0] != left[0]:
                self._over.append(self._ended(stay, told, stay.quantity))
            elif left[1] <= 0:
                kept.append(stay)
            elif held[1] <= left[1]:
                self._over.append(self._ended(stay, told, stay.quantity))
                left = (left[0], left[1] - held[1])
            else:
                share = left[1] / held[1]
                out = units.decimal(stay.quantity or 0) * share
                self._over.append(self._ended(stay, told, units.number(out)))
                rest = units.number(units.decimal(stay.quantity or 0) - out)
                kept.append(replace(stay, quantity=rest))
                left = (left[0], Decimal(0))
        if left is not None and left[1] > 0 and all(stay.quantity is not None for stay in stays):
            self._misplaced.append(Misplaced(told.index, parent, item))
        if kept:
            self._open[parent][item] = kept

    @staticmethod
    def _ended(stay: Stay, told: Told, quantity: float | None) -> Stay:
        return replace(stay, quantity=quantity, until=told.event.event_time, unpacked=told.index)
