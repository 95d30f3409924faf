"""Where the packs of a lot are now: in whose hands, sold, or still here; for who must call everybody.

Packs that are numbered are followed one by one, through cartons and pallets; those that are only counted, by the
quantities that were handed over. What nobody told of is in stock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from ledger.epcis.event import Event
from ledger.gs1 import epc
from ledger.lot import units
from ledger.lot.graph import Graph, Told
from ledger.lot.hand import HANDED, TAKEN, party
from ledger.lot.stock import remaining
from ledger.lot.terms import local_name

__all__ = ["Part", "whereabouts"]

State = Literal["stock", "handed", "sold"]
_SOLD: Final = frozenset({"retail_selling"})
_DEEPEST: Final = 4


@dataclass(frozen=True)
class Part:
    """Some of a lot that is in one place.

    Attributes:
        state: still here, handed to `party`, or sold by `party`.
        party: an organisation; None for what is in stock.
        amount, unit: KGM, LTR, "" for packs.
        serials: of numbered packs; empty where they are only counted.
        since: when it was last told of; None for what never moved.
    """

    state: State
    party: str | None
    amount: float
    unit: str
    serials: tuple[str, ...]
    since: datetime | None


@dataclass
class _Trace:
    uri: str
    org: str
    named: frozenset[str]
    inside: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    at: dict[str, tuple[State, str | None, datetime]] = field(default_factory=dict)
    counted: dict[tuple[State, str | None], dict[str, Decimal]] = field(default_factory=dict)
    since: dict[tuple[State, str | None], datetime] = field(default_factory=dict)

    def take(self, item: Told) -> None:
        event = item.event
        if event.type == "AggregationEvent" and event.parent is not None:
            self._pack(event)
            return
        step = local_name(event.biz_step or "")
        signer = item.signer.org if item.signer is not None else self.org
        if step in HANDED:
            to = party(event.destinations)
            if to is not None:
                self._move(event, signer, self._state(to))
        elif step in TAKEN and not event.is_birth:
            self._receive(event, self._state(signer))
        elif step in _SOLD:
            self._move(event, signer, ("sold", signer))

    def _state(self, org: str) -> tuple[State, str | None]:
        return ("stock", None) if org == self.org else ("handed", org)

    def _pack(self, event: Event) -> None:
        inside = self.inside.setdefault(event.parent or "", {})
        quantities = {each.epc_class: each for each in event.child_quantities}
        if event.action == "DELETE":
            for uri in {*event.child_epcs, *quantities} or list(inside):
                inside.pop(uri, None)
            return
        for uri in event.child_epcs:
            if uri in self.named or not epc.is_instance(uri):
                inside[uri] = Decimal(1)
        if self.uri in quantities:
            each = quantities[self.uri]
            inside[self.uri] = units.to_base(each.quantity or 0, each.uom)[1]

    def _receive(self, event: Event, state: tuple[State, str | None]) -> None:
        """Numbered packs are where they were received; counted ones were moved when they were sent."""
        for uri, _ in self._contents(event.epcs, _DEEPEST):
            if uri in self.named:
                self.at[uri] = (*state, event.event_time)

    def _move(self, event: Event, giver: str, state: tuple[State, str | None]) -> None:
        sums: dict[str, Decimal] = {}
        for each in event.quantities:
            if each.epc_class == self.uri and each.quantity is not None:
                unit, amount = units.to_base(each.quantity, each.uom)
                sums[unit] = sums.get(unit, Decimal(0)) + amount
        named_by_class = bool(sums)
        for uri, amount in self._contents(event.epcs, _DEEPEST):
            if uri in self.named:
                self.at[uri] = (*state, event.event_time)
            elif uri == self.uri and not named_by_class:
                sums[units.COUNTED] = sums.get(units.COUNTED, Decimal(0)) + amount
        source = self._state(giver)
        for unit, amount in sums.items():
            for key, sign in ((source, -1), (state, 1)):
                if key[0] != "stock":
                    account = self.counted.setdefault(key, {})
                    account[unit] = account.get(unit, Decimal(0)) + sign * amount
                    self.since[key] = event.event_time

    def _contents(self, uris: Sequence[str], deep: int) -> Iterator[tuple[str, Decimal]]:
        for uri in uris:
            if uri in self.named:
                yield uri, Decimal(1)
            elif uri in self.inside and deep:
                for child, amount in list(self.inside[uri].items()):
                    if child == self.uri:
                        yield child, amount
                    else:
                        yield from self._contents([child], deep - 1)


def whereabouts(uri: str, graph: Graph, org: str) -> tuple[Part, ...]:
    """Where a lot is now: handed over first, then sold, then what is here.

    Args:
        graph: over what was told of it, its packs and their containers.
        org: whose lot it is.
    """
    trace = _Trace(uri, org, graph.named_of(uri))
    for item in graph.timeline:
        trace.take(item)
    account = remaining(uri, graph)
    born = {unit: units.decimal(each) for unit, each in account.left.items()}
    unit = next((each for each in (units.COUNTED, units.KILOGRAM, units.LITRE, *born) if each in born), "")
    numbered = graph.instances_of(uri)
    parts = list(_numbered(numbered, trace.at)) + list(_counted(trace, unit))
    listed = sum(units.decimal(part.amount) for part in parts)
    rest = born.get(unit, Decimal(0)) - listed
    if rest > 0:
        parts.append(Part("stock", None, units.number(rest), unit, (), None))
    order = {"handed": 0, "sold": 1, "stock": 2}
    return tuple(sorted(parts, key=lambda part: (order[part.state], part.party or "", not part.serials)))


def _numbered(
    instances: Sequence[str], at: Mapping[str, tuple[State, str | None, datetime]]
) -> Iterator[Part]:
    found: dict[tuple[State, str | None], list[str]] = {}
    since: dict[tuple[State, str | None], datetime] = {}
    for uri in dict.fromkeys([*instances, *at]):
        moved = at.get(uri)
        key: tuple[State, str | None] = ("stock", None) if moved is None else moved[:2]
        found.setdefault(key, []).append(uri.rpartition("/21/")[2])
        if moved is not None:
            since[key] = max(moved[2], since.get(key, moved[2]))
    known = set(instances)
    for (state, org), serials in found.items():
        named = tuple(serials) if known else ()
        yield Part(state, org, len(serials), units.COUNTED, named, since.get((state, org)))


def _counted(trace: _Trace, unit: str) -> Iterator[Part]:
    for (state, org), sums in trace.counted.items():
        amount = sums.get(unit, Decimal(0))
        if amount > 0:
            yield Part(state, org, units.number(amount), unit, (), trace.since.get((state, org)))
