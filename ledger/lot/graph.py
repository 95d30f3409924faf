"""What was told about goods, as a graph: what was made of what, which instance is of which lot (DESIGN §3.1).

Told events may come from a document, from the database or from a verified bundle: the answers are the same, for they
rest on the events alone. Edges run from what went in to what came out:

    a transformation's inputs                     -> its outputs
    inputs of events with one transformationID    -> that transformation -> the outputs of events with it
    the planting, hives or pond that ilmd names   -> the harvest
    products applied (`nguon:inputApplied`)       -> what they were applied to

Ingredients and plantings are *material*; what was applied is lineage too (a recalled pesticide reaches the tea), and is
left out where only the material is asked for. Of an instance that is consumed, its lot counts as consumed too, as in
the ledger's own filing. A lot's ancestors are those of all its births; an instance's those of its own birth, or of
its lot's where its own birth names none (a commissioning). An instance does not descend from its lot: it is of it.

Withdrawn events say nothing here. (The verdict's lineage, `ledger.lot.lineage`, keeps their `from`: nobody escapes an
ancestor's recall by withdrawing an event.) Where signers are known, a birth counts from one whose stems cover it, an
edge likewise or, where nobody's stems do, from who signed the first entry; a withdrawal from the event's own
organisation. Answers do not depend on the order of telling, save lists, which keep it.

Source: EPCIS 2.0 §7.4.2 (errorDeclaration), §7.4.6 (transformationID); PROFILE §2.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from ledger.epcis.event import Event
from ledger.gs1 import epc
from ledger.lot.told import Told, content, one_lot, said_lot, same_org
from ledger.statement.trust import KeyRecord, speaks_for

__all__ = ["Graph", "Told", "said_lot"]

_Edges = Mapping[str, tuple[str, ...]]
"""URI -> the URIs that its edges lead to."""


class Graph:
    """A graph over told events. Building it is linear in their number and in what they name.

    Args:
        told: in any order.
        keys: all keys known beside the signers', to tell whether anybody's stems cover a URI.
    """

    def __init__(self, told: Iterable[Told], *, keys: Iterable[KeyRecord] = ()) -> None:
        self.told: tuple[Told, ...] = tuple(sorted(told, key=lambda item: item.index))
        signers = [item.signer for item in self.told if item.signer is not None]
        self._keys = tuple({record.kid: record for record in (*keys, *signers)}.values())
        self._spoken: dict[tuple[str, str], bool] = {}
        self._covered: dict[str, bool] = {}

    @cached_property
    def _withdrawn(self) -> frozenset[int]:
        """Places of the events that a declaration of error withdraws."""
        declarations = [item for item in self.told if item.event.error_declaration is not None]
        if not declarations:
            return frozenset()
        by_id: dict[str, list[Told]] = {}
        nameless: list[Told] = []
        for item in self.told:
            if item.event.error_declaration is None:
                if item.event.event_id is None:
                    nameless.append(item)
                else:
                    by_id.setdefault(item.event.event_id, []).append(item)
        gone: set[int] = set()
        for item in declarations:
            same = nameless if item.event.event_id is None else by_id.get(item.event.event_id, [])
            for other in same:
                alike = item.event.event_id is not None or content(item.event) == content(other.event)
                if alike and same_org(item, other):
                    gone.add(other.index)
        return frozenset(gone)

    @cached_property
    def erroneous(self) -> frozenset[str]:
        """IDs of the events that are declared erroneous, also where the event itself is not told here."""
        kept = {item.event.event_id for item in self.standing}
        declared = {
            item.event.event_id for item in self.told if item.event.error_declaration is not None
        } - kept
        return frozenset(event_id for event_id in declared if event_id is not None)

    @cached_property
    def standing(self) -> tuple[Told, ...]:
        """The events that say something, in the order of telling: no declarations of error, none withdrawn."""
        return tuple(
            item
            for item in self.told
            if item.event.error_declaration is None and item.index not in self._withdrawn
        )

    @cached_property
    def timeline(self) -> tuple[Told, ...]:
        """{standing} in the order in which it happened: by `eventTime`, then as told."""
        return tuple(sorted(self.standing, key=lambda item: (item.event.event_time, item.index)))

    @cached_property
    def is_signed(self) -> bool:
        """Whether it is told by a log, whose order is what recalls and releases go by; a document has only times."""
        return any(item.signer is not None for item in self.told)

    @cached_property
    def births(self) -> tuple[Told, ...]:
        """The standing events that bring something into being."""
        return tuple(
            item
            for item in self.standing
            if (item.event.action == "ADD" or item.event.type == "TransformationEvent")
            and item.event.is_birth
        )

    @cached_property
    def transformations(self) -> frozenset[str]:
        """The transformationIDs that standing events name."""
        named = (
            uri
            for item in self.standing
            for uri in (item.event.transformation_id, item.event.transformation_ref)
        )
        return frozenset(uri for uri in named if uri is not None)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(
            quantity.epc_class
            for item in self.standing
            for quantity in (
                *item.event.quantities,
                *item.event.child_quantities,
                *item.event.input_quantities,
                *item.event.output_quantities,
            )
        )

    def is_class(self, uri: str) -> bool:
        """Whether a URI is a product or a lot: a GTIN without serial, or what an event names by quantity."""
        return uri in self._classes or (epc.gtin_of(uri) is not None and not epc.is_instance(uri))

    # -- instances and lots -------------------------------------------------------------------------------------

    def lot_of(self, instance: str) -> str | None:
        """The lot of an instance: what its birth says, else what any event says beside it; None where nobody does."""
        return self._lots.get(instance)

    def instances_of(self, lot: str) -> tuple[str, ...]:
        """The instances born as ones of a lot, in the order of their births."""
        return self._born_of.get(lot, ())

    def named_of(self, lot: str) -> frozenset[str]:
        """The instances that anybody says are of a lot, born here or not."""
        return self._named_of.get(lot, frozenset())

    def births_of(self, uri: str) -> tuple[Told, ...]:
        """The standing events that bring a lot or an instance into being, by someone who speaks for it."""
        return self._births.get(uri, ())

    @cached_property
    def _lots(self) -> Mapping[str, str]:
        born: dict[str, str] = {}
        said: dict[str, str] = {}
        for item in self.births:
            for uri in _born_instances(item.event):
                lot = said_lot(item, uri) if uri not in born and self._may_say(item, uri) else None
                if lot is not None:
                    born[uri] = lot
        for item in self.standing:
            event = item.event
            for uri in chain(event.epcs, event.child_epcs, event.output_epcs, event.input_epcs):
                if uri in born or uri in said or not epc.is_instance(uri):
                    continue
                lot = said_lot(item, uri)
                if lot is not None:
                    said[uri] = lot
        return said | born

    @cached_property
    def _births(self) -> Mapping[str, tuple[Told, ...]]:
        found: dict[str, dict[int, Told]] = {}
        for item in self.births:
            for uri in self._brought(item):
                if self._may_say(item, uri):
                    found.setdefault(uri, {})[item.index] = item
        return {uri: tuple(items.values()) for uri, items in found.items()}

    @cached_property
    def _born_of(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for uri in self._births:
            lot = self._lots.get(uri)
            if lot is not None:
                found.setdefault(lot, {})[uri] = None
        return {lot: tuple(instances) for lot, instances in found.items()}

    @cached_property
    def _named_of(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for uri, lot in self._lots.items():
            found.setdefault(lot, set()).add(uri)
        return {lot: frozenset(instances) for lot, instances in found.items()}

    def _brought(self, item: Told) -> Iterator[str]:
        """What a birth brings: classes, instances, and the instances' lots."""
        seen: set[str] = set()
        for uri in item.event.items:
            yield uri
            lot = self._lots.get(uri) if epc.is_instance(uri) else None
            if lot is not None and lot not in seen:
                seen.add(lot)
                yield lot

    # -- lineage ------------------------------------------------------------------------------------------------

    def parents(self, uri: str, *, applied: bool = True) -> tuple[str, ...]:
        """What went into a subject directly, in the order of telling."""
        return (self._up if applied else self._up_material).get(uri, ())

    def children(self, uri: str, *, applied: bool = True) -> tuple[str, ...]:
        """What a subject went into directly."""
        return (self._down if applied else self._down_material).get(uri, ())

    def ancestors(self, uri: str, *, applied: bool = True) -> tuple[str, ...]:
        """All that went into a subject, nearest first: lots, instances, assets, transformationIDs.

        Args:
            applied: with what was applied to it on the way, not only what it was made of.
        """
        return _walk(uri, self._up if applied else self._up_material)

    def descendants(self, uri: str, *, applied: bool = True) -> tuple[str, ...]:
        """All that a subject went into, nearest first; the inverse of {ancestors}."""
        return _walk(uri, self._down if applied else self._down_material)

    @cached_property
    def _up_material(self) -> _Edges:
        makers = (
            item
            for item in self.standing
            if item.event.action == "ADD" or item.event.type == "TransformationEvent"
        )
        edges = self._collected(makers, self._material_of)
        for uri, lot in self._lots.items():
            if uri not in edges and lot in edges:
                edges[uri] = edges[lot]
        return _frozen(edges)

    @cached_property
    def _up(self) -> _Edges:
        edges = {uri: dict.fromkeys(parents) for uri, parents in self._up_material.items()}
        treatments = (item for item in self.standing if item.event.input_applied)
        applied = self._collected(treatments, self._applied_in)
        for uri, products in applied.items():
            edges.setdefault(uri, {}).update(products)
        for uri, lot in self._lots.items():
            if lot in applied:
                edges.setdefault(uri, {}).update(applied[lot])
        return _frozen(edges)

    @cached_property
    def _down_material(self) -> _Edges:
        return _turned(self._up_material)

    @cached_property
    def _down(self) -> _Edges:
        return _turned(self._up)

    def _collected(
        self, told: Iterable[Told], edges_of: Callable[[Told], Iterator[tuple[str, str]]]
    ) -> dict[str, dict[str, None]]:
        found: dict[str, dict[str, None]] = {}
        for item in told:
            for parent, child in edges_of(item):
                if parent != child and self._counts(item, child):
                    found.setdefault(child, {})[parent] = None
        return found

    def _material_of(self, item: Told) -> Iterator[tuple[str, str]]:
        event = item.event
        known = [uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None]
        own = frozenset(event.items)
        consumed = [uri for uri in self._with_lots(item, event.inputs) if uri not in own]
        for transformation in known if event.type == "TransformationEvent" else ():
            for parent in consumed:
                yield parent, transformation
        if event.is_birth:
            consumed += [uri for uri in event.sources_of_birth if uri not in own]
            consumed += known
            for child in self._brought(item) if consumed else ():
                for parent in consumed:
                    yield parent, child

    def _applied_in(self, item: Told) -> Iterator[tuple[str, str]]:
        event = item.event
        targets = list(self._with_lots(item, event.items))
        if not event.is_birth:
            targets += [uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None]
        for product in event.input_applied:
            for target in targets:
                yield product, target

    def _with_lots(self, item: Told, uris: Iterable[str]) -> Iterator[str]:
        """URIs, each instance followed by its lot where that is known."""
        for uri in uris:
            yield uri
            if epc.is_instance(uri):
                lot = self._lots.get(uri) or one_lot(uri, (*item.from_, *item.about))
                if lot is not None:
                    yield lot

    # -- who may say what ---------------------------------------------------------------------------------------

    def _may_say(self, item: Told, uri: str) -> bool:
        return item.signer is None or self._speaks(item.signer, uri)

    def _counts(self, item: Told, child: str) -> bool:
        """Whether an edge to this child counts from this signer (DESIGN §3.1)."""
        signer = item.signer
        if signer is None or self._speaks(signer, child):
            return True
        if child not in self._covered:
            self._covered[child] = any(self._speaks(record, child) for record in self._keys)
        return not self._covered[child] and self._first_org.get(child) == signer.org

    @cached_property
    def _first_org(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for item in self.told:
            if item.signer is not None:
                for uri in item.about or item.event.items:
                    found.setdefault(uri, item.signer.org)
        return found

    def _speaks(self, record: KeyRecord, uri: str) -> bool:
        asked = (record.kid, uri)
        if asked not in self._spoken:
            self._spoken[asked] = speaks_for(record, uri)
        return self._spoken[asked]


def _walk(start: str, edges: _Edges) -> tuple[str, ...]:
    found: dict[str, None] = {}
    queue = deque([start])
    while queue:
        for uri in edges.get(queue.popleft(), ()):
            if uri != start and uri not in found:
                found[uri] = None
                queue.append(uri)
    return tuple(found)


def _frozen(edges: Mapping[str, Mapping[str, None]]) -> _Edges:
    return {uri: tuple(parents) for uri, parents in edges.items()}


def _turned(edges: _Edges) -> _Edges:
    found: dict[str, dict[str, None]] = {}
    for child, parents in edges.items():
        for parent in parents:
            found.setdefault(parent, {})[child] = None
    return _frozen(found)


def _born_instances(event: Event) -> tuple[str, ...]:
    listed = event.epcs if event.type == "ObjectEvent" and event.action == "ADD" else event.output_epcs
    return tuple(uri for uri in listed if epc.is_instance(uri))
