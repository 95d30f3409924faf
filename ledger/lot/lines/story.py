"""A lot's story, as a product line asks about it: what was told of the lot and of what it was made from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.gs1 import epc
from ledger.lot.graph import Graph, Told
from ledger.lot.terms import by_local_name, local_name, said

Descriptions = Mapping[str, Mapping[str, JsonValue]]
"""URI of a product, place or organisation -> attributes of its newest description."""


@dataclass(frozen=True)
class Story:
    """What is known of one lot.

    Attributes:
        told: the standing events of the lot, of its instances and of its material ancestors, in order of telling.
        births: those that brought the lot itself into being.
        descriptions: None where nobody looked them up, so that nothing is missed in them.
    """

    told: tuple[Told, ...]
    births: tuple[Told, ...]
    descriptions: Descriptions | None = None

    @cached_property
    def steps(self) -> frozenset[str]:
        """Local names of the business steps that were done."""
        return frozenset(local_name(item.event.biz_step) for item in self.told if item.event.biz_step)

    @cached_property
    def products(self) -> tuple[str, ...]:
        """URIs of the products that came into being, the lot's own first, then the newest before the older."""
        born = [uri for item in (*self.births, *reversed(self.told)) for uri in born_products(item.event)]
        return tuple(dict.fromkeys(born))

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Who brought the lot into being, where its births were signed."""
        signed = (item.signer.org for item in self.births if item.signer is not None)
        return tuple(dict.fromkeys(signed))

    def done(self, *steps: str) -> bool:
        """Whether one of some steps, by local name, was done."""
        return not self.steps.isdisjoint(steps)

    def said(self, uri: str, name: str) -> str:
        """What a description says under a local name; empty where it says nothing."""
        return said((self.descriptions or {}).get(uri, {}), name)

    @cached_property
    def tests(self) -> tuple[Told, ...]:
        """Laboratories' results on goods; where signers are known, what a laboratory itself signed."""
        return tuple(
            item
            for item in self.told
            if item.event.is_test
            and item.event.items
            and ("conformant" in _set(item.event) or "non_conformant" in _set(item.event))
            and (item.signer is None or item.signer.role == "laboratory")
        )

    @cached_property
    def passed(self) -> bool:
        """Whether something of it was tested and conforms, and no last result on anything of it is bad."""
        last: dict[str, bool] = {}
        for item in self.tests:
            last.update(dict.fromkeys(item.event.items, "non_conformant" not in _set(item.event)))
        return bool(last) and all(last.values())


def story_of(told: Iterable[Told] | Graph, lot: str | None, descriptions: Descriptions | None) -> Story:
    """The part of what was told that is one lot's story.

    Args:
        lot: its URI; None where all that was told is of one lot: its births are then the last one told.
    """
    graph = told if isinstance(told, Graph) else Graph(told)
    if lot is None:
        births = tuple(item for item in graph.standing if item.event.is_birth)
        return Story(graph.standing, births[-1:], descriptions)
    uris = frozenset((lot, *graph.instances_of(lot), *graph.ancestors(lot, applied=False)))
    own = tuple(item for item in graph.standing if not uris.isdisjoint(_touched(item.event)))
    return Story(own, tuple(graph.births_of(lot)), descriptions)


def born_products(event: Event) -> Iterator[str]:
    """URIs of the products of what an event brings into being."""
    if event.is_birth:
        born: Sequence[str] = (*event.epcs, *event.output_epcs)
        classes = (*event.quantities, *event.output_quantities)
        for uri in (*born, *(item.epc_class for item in classes)):
            if epc.gtin_of(uri) is not None:
                yield uri.partition("/10/")[0].partition("/21/")[0]


def product_line(attributes: Mapping[str, JsonValue]) -> str:
    """What a description says under `productLine`: the line's code, bare or at the end of a URI."""
    return local_name(said(attributes, "productLine"))


def has_member(item: Told, name: str) -> bool:
    """Whether an event, or its `ilmd`, has a member of that local name."""
    event = item.event
    return by_local_name(event.ilmd, name) is not None or by_local_name(event.extensions, name) is not None


def _touched(event: Event) -> Iterator[str]:
    yield from event.items
    yield from (uri for uri in (event.transformation_id, event.transformation_ref) if uri is not None)


def _set(event: Event) -> tuple[str, ...]:
    return event.persistent_set
