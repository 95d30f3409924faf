"""A lot's story folded into what a page shows: how much, where, in whose hands, tested, recalled.

What happens to a lot happens in the order of `eventTime`, for farms send late; a recall stands or falls in the order of
the log (`ledger.lot.state`). A container's places and holders are its contents' (`ledger.lot.containers`), where its
events are among the told.

Linear in the number of told events.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.lot.coverage import coverages
from ledger.lot.facts import EventFacts
from ledger.lot.graph import Graph, Told
from ledger.lot.state import Expiry, Recall, StoryEntry, earliest_expiry, recall_of
from ledger.lot.stock import Remaining, remaining

__all__ = ["Holder", "LotSummary", "Measured", "Test", "summarise"]

_LABORATORY: Final = "nguon:laboratory"
_SUBSTANCE: Final = "chemicalSubstance"


@dataclass(frozen=True)
class Holder:
    """In whose hands the lot was last said to be.

    Attributes:
        owning, possessing: organisations; None where nobody said.
        place: where it was last seen (`bizLocation`, else `readPoint`).
        index: place of the event that says so.
    """

    owning: str | None
    possessing: str | None
    place: str | None
    index: int


@dataclass(frozen=True)
class Measured:
    """One value of a sensor report.

    Attributes:
        type: the measurement type; parameter: our own word for it, or the substance's URI; "" where neither stands.
        value: the value, else the mean; None where the report has only bounds.
        limit_max: the limit that the report gives.
    """

    type: str
    parameter: str
    value: float | None
    uom: str
    minimum: float | None = None
    maximum: float | None = None
    limit_max: float | None = None


@dataclass(frozen=True)
class Test:
    """One inspection of the lot.

    Attributes:
        certificates: numbers of its results (`testres`).
        conformant: what it finds; None where it does not say.
        laboratory: who signed it with a laboratory's key, else whom the event names.
        signed: whether a laboratory's own key signed it.
    """

    index: int
    event_id: str | None
    time: datetime
    certificates: tuple[str, ...]
    conformant: bool | None
    laboratory: str | None
    signed: bool
    measured: tuple[Measured, ...]


@dataclass(frozen=True)
class LotSummary:
    """What is known of a lot (or of one instance).

    Attributes:
        entries: standing events that name it, its instances or a container while it is inside.
        born: time of its first birth; None for one never born here.
        stock: the account of its quantities; `quantities` is what is left, by unit.
        disposition: the last one said of the lot itself.
        dispositions: the last one said of each instance -> how many instances.
        persistent: persistent dispositions of the lot that hold.
        certificates: what its events are certified by.
        expiry: the earliest use-by date that its births give; `expired` whether it has passed.
        recall: the recall that stands, where signers are known.
        still_recalled: instances that stay recalled, or the lot itself where all of it is.
        serials: its instances born here.
    """

    uri: str
    entries: int
    born: datetime | None
    stock: Remaining
    disposition: str | None
    dispositions: Mapping[str, int]
    persistent: tuple[str, ...]
    holder: Holder | None
    certificates: tuple[str, ...]
    tests: tuple[Test, ...]
    expiry: Expiry | None
    expired: bool
    recall: Recall | None
    still_recalled: tuple[str, ...]
    serials: int

    @property
    def quantities(self) -> Mapping[str, float]:
        """What is left of it, by unit ("" for packs)."""
        return self.stock.left

    @property
    def is_recalled(self) -> bool:
        return self.recall is not None or bool(self.still_recalled)


def summarise(uri: str, told: Iterable[Told] | Graph, *, now: datetime) -> LotSummary:
    """Fold what was told of a lot.

    Args:
        uri: the lot, or an instance.
        told: all entries of its story; entries about others are passed over.
        now: to tell whether it has expired.
    """
    graph = told if isinstance(told, Graph) else Graph(told)
    fold = _Fold(uri, graph)
    for item in graph.timeline:
        fold.take(item)
    births = [_story(item) for item in graph.births_of(uri)]
    expiry = earliest_expiry(births)
    standing_recalls = [
        _story(item) for item in graph.standing if item.event.is_recall or item.event.is_release
    ]
    lot = graph.lot_of(uri) or uri
    covered = [each for each in coverages(graph) if each.lot == lot] if standing_recalls else []
    still = tuple(part for each in covered for part in each.still_recalled)
    return LotSummary(
        uri=uri,
        entries=fold.entries,
        born=min((item.event.event_time for item in graph.births_of(uri)), default=None),
        stock=remaining(uri, graph),
        disposition=fold.disposition,
        dispositions=dict(Counter(fold.instances.values())),
        persistent=tuple(sorted(fold.persistent)),
        holder=fold.holder,
        certificates=tuple(fold.certificates),
        tests=tuple(fold.tests),
        expiry=expiry,
        expired=expiry is not None and now >= expiry.ends,
        recall=recall_of(standing_recalls, lot, uri if lot != uri else None),
        still_recalled=tuple(part for part in still if lot == uri or part in (uri, lot)),
        serials=len(graph.instances_of(uri)),
    )


@dataclass
class _Fold:
    uri: str
    graph: Graph
    entries: int = 0
    disposition: str | None = None
    instances: dict[str, str] = field(default_factory=dict)
    persistent: set[str] = field(default_factory=set)
    certificates: dict[str, None] = field(default_factory=dict)
    tests: list[Test] = field(default_factory=list)
    _owning: str | None = None
    _possessing: str | None = None
    _place: str | None = None
    _held_since: int | None = None
    _mine: frozenset[str] = frozenset()
    _inside: dict[str, set[str]] = field(default_factory=dict)
    """Container -> what of the lot, or which smaller containers of it, are in it now."""

    def __post_init__(self) -> None:
        self._mine = self.graph.named_of(self.uri)

    def take(self, item: Told) -> None:
        event = item.event
        items = event.items
        itself = self.uri in items
        instances = [uri for uri in items if uri in self._mine] if self._mine else []
        carried = [uri for uri in items if uri in self._inside] if self._inside else []
        if not (itself or instances or carried):
            self.entries += self.uri in event.inputs or not self._mine.isdisjoint(event.input_epcs)
            return
        self.entries += 1
        if event.type == "AggregationEvent":
            self._pack(event, itself, instances, carried)
        self._move(item)
        if not (itself or instances):
            return
        if event.disposition is not None:
            if itself:
                self.disposition = event.disposition
            for uri in instances:
                self.instances[uri] = event.disposition
        if event.certifications and (itself or event.names_lots):
            self.certificates.update(dict.fromkeys(event.certifications))
        if itself and (event.persistent_set or event.persistent_unset):
            self.persistent -= set(event.persistent_unset)
            self.persistent |= set(event.persistent_set)
        if event.is_test:
            self.tests.append(_test(item))

    def _pack(self, event: Event, itself: bool, instances: list[str], carried: list[str]) -> None:
        if event.parent is None:
            return
        children = {uri for uri in (*instances, *carried) if uri != event.parent}
        if itself and event.parent != self.uri:
            children.add(self.uri)
        inside = self._inside.setdefault(event.parent, set())
        if event.action == "DELETE":
            listed = bool(event.child_epcs or event.child_quantities)
            inside -= children if listed else set(inside)
        else:
            for other in self._inside.values():
                other -= {uri for uri in children if uri != self.uri}
            inside |= children
        for parent in [parent for parent, held in self._inside.items() if not held]:
            del self._inside[parent]

    @property
    def holder(self) -> Holder | None:
        if self._held_since is None:
            return None
        return Holder(self._owning, self._possessing, self._place, self._held_since)

    def _move(self, item: Told) -> None:
        event = item.event
        place = event.biz_location or event.read_point or self._place
        owning, possessing = self._owning, self._possessing
        if event.destinations:
            owning = _party(event.destinations, "owning_party") or owning
            possessing = _party(event.destinations, "possessing_party") or possessing
        elif self._held_since is None and item.signer is not None and event.is_birth:
            owning = possessing = item.signer.org
        if self._held_since is None or (owning, possessing, place) != (
            self._owning,
            self._possessing,
            self._place,
        ):
            self._owning, self._possessing, self._place = owning, possessing, place
            self._held_since = item.index


def _story(item: Told) -> StoryEntry:
    return StoryEntry(item.index, EventFacts(item.event.raw, item.about), item.signer)


def _party(parties: Iterable[tuple[str, str]], kind: str) -> str | None:
    return next((uri for name, uri in parties if name == kind), None)


def _test(item: Told) -> Test:
    event = item.event
    signed = item.signer is not None and item.signer.role == "laboratory"
    named = event.extensions.get(_LABORATORY)
    laboratory = item.signer.org if signed and item.signer else (named if isinstance(named, str) else None)
    said = {*event.persistent_set, *((event.disposition,) if event.disposition else ())}
    conformant = None
    if "non_conformant" in said:
        conformant = False
    elif "conformant" in said:
        conformant = True
    return Test(
        index=item.index,
        event_id=event.event_id,
        time=event.event_time,
        certificates=tuple(uri for kind, uri in event.transactions if kind == "testres"),
        conformant=conformant,
        laboratory=laboratory,
        signed=signed,
        measured=tuple(_measured(event)),
    )


def _measured(event: Event) -> Iterator[Measured]:
    elements = event.raw.get("sensorElementList")
    for element in elements if isinstance(elements, list) else ():
        reports = element.get("sensorReport") if isinstance(element, Mapping) else None
        for report in reports if isinstance(reports, list) else ():
            if isinstance(report, Mapping):
                value = _number(report, "value")
                yield Measured(
                    type=_text(report, "type"),
                    parameter=_text(report, "nguon:parameter") or _text(report, _SUBSTANCE),
                    value=value if value is not None else _number(report, "meanValue"),
                    uom=_text(report, "uom"),
                    minimum=_number(report, "minValue"),
                    maximum=_number(report, "maxValue"),
                    limit_max=_number(report, "nguon:limitMax"),
                )


def _text(obj: Mapping[str, JsonValue], name: str) -> str:
    value = obj.get(name)
    return value if isinstance(value, str) else ""


def _number(obj: Mapping[str, JsonValue], name: str) -> float | None:
    value = obj.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
