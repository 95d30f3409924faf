"""EPCIS 2.0 JSON documents: their events, and the master data in their header.

    document   = {"@context", "type": "EPCISDocument", "schemaVersion": "2.x", …,
                  "epcisHeader"?: {"epcisMasterData": {"vocabularyList": [vocabulary …]}},
                  "epcisBody": {"eventList": [event …]}}
    vocabulary = {"type", "vocabularyElementList": [element …]}
    element    = {"id", "attributes": [{"id", "attribute"} …]}

An event alone, with its own `@context`, is read as a document of one. An event without `@context` gets the
document's; one that has its own gets both, the document's first, as JSON-LD reads them. Contexts are never fetched.

An `EPCISQueryDocument` tells what some repository answered, not what happened: it is read where a reader asks for
it, to be checked or explained, and is not taken for capture.

The shape is asked first (`ledger.epcis.schema`), whole; what the profile adds, afterwards.

Source: EPCIS 2.0 §10.1 (documents), §9.4 (master data in the header).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.encoding import JsonValue, parse_json
from ledger.epcis.faults import SENTENCES
from ledger.epcis.reader import SHAPE, Reader
from ledger.epcis.schema import check_document
from ledger.epcis.vocabulary import CBVMDA, NGUON
from ledger.errors import RuleError, Violation

MAX_EVENTS: Final = 1_000
"""Events of a document."""

MAX_DOCUMENT: Final = 16 * 1024 * 1024
"""Bytes of a document."""

DOCUMENT: Final = "EPCISDocument"
QUERY: Final = "EPCISQueryDocument"


@dataclass(frozen=True)
class MasterItem:
    """What a document's header says of one product, place, organisation or certificate.

    Attributes:
        id: its URI, canonical.
        type: the vocabulary's URI.
        attributes: attribute URI -> value, or the list of values where it stands more than once.
        pointer: where it stands in the document.
    """

    id: str
    type: str
    attributes: Mapping[str, JsonValue]
    pointer: str


@dataclass(frozen=True)
class Document:
    """A document as read: payloads of events (`@context` first) with their pointers, and master data."""

    context: JsonValue
    events: tuple[tuple[str, dict[str, JsonValue]], ...]
    master: tuple[MasterItem, ...]


def read_document(data: bytes, *, queries: bool = False) -> Document:
    """Read an EPCIS document, or one event alone.

    The events' shape is right afterwards; they are not read further: see `ledger.epcis.event.read_event`.

    Args:
        data: UTF-8 JSON, at most 16 MiB.
        queries: whether the answer to a query is read as well.

    Raises:
        EncodingError: not strict JSON, or too large.
        RuleError: all that is wrong with its shape (`event.shape`, `event.vocabulary`, `event.no_subject`);
            `document.query` for the answer to a query, `limit.events` for more than 1,000 events, `dl.syntax` and
            its like for master data of a wrong identifier.
    """
    value = parse_json(data, max_bytes=MAX_DOCUMENT)
    if not isinstance(value, dict):
        raise _refused("", SENTENCES["object"].format(member="EPCIS"), rule="object", member="EPCIS")
    kind = value.get("type")
    if kind == QUERY and not queries:
        message = "This is the answer to a query; what is captured is an EPCISDocument or an event."
        raise RuleError([Violation("document.query", "/type", message, "E")])
    place, events = _listed(value)
    if len(events) > MAX_EVENTS:
        raise RuleError([_too_many(place, len(events))])
    violations = check_document(value)
    if violations:
        raise RuleError(violations)
    if kind not in {DOCUMENT, QUERY}:
        return Document(value.get("@context"), (("", _payload(None, value)),), ())
    version = value.get("schemaVersion", "2.0")
    if not isinstance(version, str) or version.partition(".")[0] != "2":
        raise _refused("/schemaVersion", "Documents of EPCIS 2 are taken; schemaVersion says otherwise.")
    context = value.get("@context")
    told = tuple(
        (f"{place}/{position}", _payload(context, event))
        for position, event in enumerate(events)
        if isinstance(event, dict)
    )
    return Document(context, told, _master(value))


def _listed(document: Mapping[str, JsonValue]) -> tuple[str, list[JsonValue]]:
    """Where a document's events stand, and they; an empty list where there is none."""
    steps = ["epcisBody", "eventList"]
    if document.get("type") == QUERY:
        steps[1:1] = ["queryResults", "resultsBody"]
    value: JsonValue = dict(document)
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return "/" + "/".join(steps), value if isinstance(value, list) else []


def _too_many(pointer: str, count: int) -> Violation:
    message = f"{count} events in one document; at most {MAX_EVENTS} are taken. Split it."
    return Violation("limit.events", pointer, message, "E", {"count": count, "limit": MAX_EVENTS})


def _payload(context: JsonValue, event: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The event with `@context` first: its own after the document's."""
    own = event.get("@context")
    merged = own if context is None else context
    if own is not None and context is not None and own != context:
        merged = [*_as_list(context), *(entry for entry in _as_list(own) if entry not in _as_list(context))]
    rest = {name: member for name, member in event.items() if name != "@context"}
    return rest if merged is None else {"@context": merged, **rest}


def _master(document: Mapping[str, JsonValue]) -> tuple[MasterItem, ...]:
    read = Reader(document)
    header = read.object("epcisHeader") or {}
    data = header.get("epcisMasterData", {})
    if not isinstance(data, dict):
        raise _refused("/epcisHeader/epcisMasterData", "Master data is an object.")
    found: list[MasterItem] = []
    for pointer, vocabulary in read.objects("vocabularyList", data, "/epcisHeader/epcisMasterData"):
        kind = read.word("type", vocabulary, pointer, required=True)
        for place, element in read.objects("vocabularyElementList", vocabulary, pointer):
            uri = read.canonical(element.get("id"), f"{place}/id")
            attributes = _attributes(read, element, place)
            if kind is not None and uri is not None:
                found.append(MasterItem(uri, kind, attributes, place))
    if read.violations:
        raise RuleError(read.violations)
    return tuple(found)


def _attributes(read: Reader, element: Mapping[str, JsonValue], pointer: str) -> Mapping[str, JsonValue]:
    values: dict[str, list[JsonValue]] = {}
    for place, item in read.objects("attributes", element, pointer):
        name = read.word("id", item, place, required=True)
        if "attribute" not in item:
            read.refuse(place, "An attribute has a value.")
        elif name is not None:
            values.setdefault(_expand(name), []).append(item["attribute"])
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _expand(name: str) -> str:
    for prefix, namespace in (("cbvmda:", CBVMDA), ("nguon:", NGUON)):
        if name.startswith(prefix):
            return namespace + name.removeprefix(prefix)
    return name


def _as_list(context: JsonValue) -> list[JsonValue]:
    return context if isinstance(context, list) else [context]


def _refused(pointer: str, message: str, **params: object) -> RuleError:
    return RuleError([Violation(SHAPE, pointer, message, "E", params)])
