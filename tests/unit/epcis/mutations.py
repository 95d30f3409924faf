"""Documents a little wrong: each mutation is one step away from a published example, by a seeded source of chance."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

KINDS: Final = (
    *("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"),
    *(
        "EPCISDocument",
        "EPCISQueryDocument",
        "https://example.org/OwnEvent",
        "QuantityEvent",
        "objectEvent",
        "",
    ),
)
NAMES: Final = (
    *(
        "@context",
        "type",
        "id",
        "eventID",
        "eventTime",
        "recordTime",
        "eventTimeZoneOffset",
        "certificationInfo",
    ),
    *(
        "errorDeclaration",
        "action",
        "bizStep",
        "disposition",
        "persistentDisposition",
        "readPoint",
        "bizLocation",
    ),
    *(
        "bizTransactionList",
        "sourceList",
        "destinationList",
        "sensorElementList",
        "ilmd",
        "epcList",
        "parentID",
    ),
    *("quantityList", "childEPCs", "childQuantityList", "inputEPCList", "inputQuantityList", "outputEPCList"),
    *("outputQuantityList", "transformationID", "set", "unset", "source", "destination", "bizTransaction"),
    *("epcClass", "quantity", "uom", "declarationTime", "reason", "correctiveEventIDs", "sensorMetadata"),
    *(
        "sensorReport",
        "time",
        "startTime",
        "endTime",
        "deviceID",
        "deviceMetadata",
        "rawData",
        "value",
        "sDev",
    ),
    *("dataProcessingMethod", "bizRules", "exception", "component", "microorganism", "chemicalSubstance"),
    *("coordinateReferenceSystem", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue"),
    *("maxValue", "meanValue", "percRank", "percValue", "schemaVersion", "creationDate", "epcisHeader"),
    *("epcisMasterData", "vocabularyList", "vocabularyElementList", "attributes", "attribute", "children"),
    *(
        "epcisBody",
        "eventList",
        "queryResults",
        "resultsBody",
        "queryName",
        "subscriptionID",
        "sender",
        "receiver",
    ),
    *(
        "instanceIdentifier",
        "ex:own",
        "ex:",
        ":",
        "://",
        "a b",
        "urn:x y",
        "https://example.org/thu-hoạch",
        "Type",
    ),
    *("https://example.org/own", "epclist", "", "@id", "@type", "comment", "rdfs:comment", "1ex:a", "ex:%zz"),
)
TEXTS: Final = (
    *(
        "",
        " ",
        "shipping",
        "harvesting",
        "in_progress",
        "sold",
        "recalled",
        "po",
        "testres",
        "owning_party",
        "x",
    ),
    *(
        "Temperature",
        "MassFraction",
        "ALARM_CONDITION",
        "did_not_occur",
        "ADD",
        "OBSERVE",
        "DELETE",
        "add",
        "NULL",
    ),
    *("urn:epcglobal:cbv:bizstep:shipping", "urn:epcglobal:cbvx", "https://ns.gs1.org/cbv/BizStep-shipping"),
    *(
        "http://ns.gs1.org/cbv/x",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
        "gs1:Temp",
    ),
    *("https://gs1.org/voc/Temperature", "http://www.gs1.org/voc/x", "https://www.gs1.org/vocx", "longitude"),
    *(
        "https://w3id.org/nguon/bizstep/thu-hoạch",
        "https://w3id.org/nguon/bizstep/harvesting",
        "urn:x",
        "urn:",
    ),
    *(
        "http://",
        "http:///a",
        "//host/path",
        "/path",
        "#fragment",
        "a:b",
        "1a:b",
        "a%:b",
        "urn:x:%zz",
        "urn:x:%41",
    ),
    *(
        "http://[::1]/",
        "http://[::1",
        "http://a b/",
        "http://a/|",
        "http://user@host:99999/",
        "http://host:port/",
    ),
    *(
        "mailto:a@b",
        "data:,",
        "urn:x:\u00e9",
        "http://\u00e9.example/",
        "urn:x:<>",
        "urn:x:^",
        "urn:x\n",
        "\nurn:x",
    ),
    *("2020-02-29T00:00:00Z", "2021-02-29T00:00:00Z", "2020-13-01T00:00:00Z", "2020-01-01T24:00:00Z"),
    *("2020-01-01T23:59:60Z", "2020-06-30T23:59:60Z", "2020-01-01t00:00:00z", "2020-01-01 00:00:00Z"),
    *(
        "2020-01-01T00:00:00",
        "2020-01-01",
        "2020-01-01T00:00Z",
        "2020-01-01T00:00:00.Z",
        "2020-1-1T00:00:00Z",
    ),
    *(
        "2020-01-01T00:00:00.123456789Z",
        "2020-01-01T00:00:00+0700",
        "2020-01-01T00:00:00+24:00",
        "0000-01-01T00:00:00Z",
    ),
    *(
        "2020-01-01T00:00:00-00:00",
        "2020-01-01T00:00:00+14:30",
        "20200101T000000Z",
        "2020-01-01T00:00:00\u22127:00",
    ),
    *(
        "+07:00",
        "-13:59",
        "+14:00",
        "+14:01",
        "14:00",
        "+7:00",
        "Z",
        "+07:60",
        "+07:00\n",
        "\u066007:00",
        "+0\u0667:00",
    ),
    *(
        "KGM",
        "kgm",
        "KG",
        "K",
        "KGMM",
        "P1",
        "K\u0391",
        "C62\n",
        "2.0",
        "2",
        "2.",
        ".2",
        "2.0.0",
        "v2",
        "\u0662.0",
        "2.0\n",
    ),
    *("00ff", "0F", "0g", "f", "1e3", "true", "null", "true ", "a" * 300, "urn:x:" + "a" * 3000),
)
VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 1.5, -0.0, 1e300, 10**20, [], {}, [[]], [{}], [None], ["urn:x:1"]),
    *(["urn:x:1", "urn:x:1"], ["x"], [{"id": "urn:x:1"}], {"id": "urn:x:1"}, {"id": "x"}, {"id": None}),
    *(
        {"type": "urn:x:t"},
        {"ex:a": 1},
        {"a": 1},
        ["recalled", "recalled"],
        ["recalled"],
        {"set": ["recalled"]},
    ),
    *({"set": []}, {"unset": ["x"]}, [{"epcClass": "urn:x:1"}], [{"epcClass": "x"}], [{"quantity": 1}]),
    *(
        [{"sensorReport": [{"type": "Temperature"}]}],
        [{"sensorReport": []}],
        {"declarationTime": "2020-01-01T00:00:00Z"},
    ),
    *(
        [{"type": "po", "bizTransaction": "urn:x:1"}],
        [{"bizTransaction": "urn:x:1"}],
        [{"source": "urn:x:1"}],
    ),
)

WHAT: Final = (
    *("epcList", "quantityList", "childEPCs", "childQuantityList", "inputEPCList", "inputQuantityList"),
    *(
        "outputEPCList",
        "outputQuantityList",
        "transformationID",
        "parentID",
        "sensorElementList",
        "readPoint",
    ),
    *("ilmd", "action", "bizTransactionList"),
)
_DESCRIBED: Final = {
    "vocabularyList": [
        {
            "type": "urn:epcglobal:epcis:vtype:EPCClass",
            "vocabularyElementList": [
                {
                    "id": "https://id.gs1.org/01/09521001000055",
                    "attributes": [{"id": "cbvmda:descriptionShort", "attribute": "x"}],
                    "children": ["urn:x:1"],
                }
            ],
        }
    ]
}
_ENVELOPE: Final = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "schemaVersion": "2.0",
    "creationDate": "2026-01-01T00:00:00Z",
}
_TOLD: Final = {"eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+07:00"}
_OWN: Final[tuple[Any, ...]] = (
    {
        **_ENVELOPE,
        "type": "EPCISDocument",
        "sender": "s",
        "receiver": "r",
        "epcisHeader": {"epcisMasterData": _DESCRIBED, "ex:own": 1},
        "epcisBody": {"eventList": []},
    },
    {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "TransformationEvent",
        **_TOLD,
        "transformationID": "urn:x:t",
        "outputEPCList": ["urn:x:1"],
    },
    {
        "@context": {},
        "type": "ObjectEvent",
        **_TOLD,
        "action": "OBSERVE",
        "epcList": [],
        "persistentDisposition": {"set": ["recalled"]},
        "sensorElementList": [{"sensorReport": [{"type": "Count", "hexBinaryValue": "00ff"}]}],
    },
    {
        **_ENVELOPE,
        "type": "EPCISQueryDocument",
        "id": "urn:x:d",
        "epcisBody": {
            "queryResults": {
                "queryName": "q",
                "subscriptionID": "s",
                "resultsBody": {"eventList": [], **_DESCRIBED},
            }
        },
    },
)

_Place = tuple[Any, Any]
"""A container, and the key or position of what stands in it."""


def corpus(examples: list[Any]) -> list[Any]:
    """What mutations start from: the examples, each of their events in a document alone, and headers of our own."""
    events = [
        event for document in examples for event in document.get("epcisBody", {}).get("eventList", ()) or ()
    ]
    bodies = [{**_ENVELOPE, "type": "EPCISDocument", "epcisBody": {"eventList": [event]}} for event in events]
    return [*examples, *bodies, *_OWN * max(1, len(events) // 12)]


def mutate(document: Any, others: list[Any], chance: Random) -> Any:
    """A copy of a document, one to three steps away from it."""
    mutant = deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(_STEPS)(mutant, others, chance)
    return mutant


def _places(value: Any) -> Iterator[_Place]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _some(value: Any, chance: Random, wanted: Callable[[_Place], bool] = lambda place: True) -> _Place | None:
    found = [place for place in _places(value) if wanted(place)]
    return chance.choice(found) if found else None


def _named(place: _Place) -> bool:
    return isinstance(place[0], dict)


def _drop(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance)
    if place:
        del place[0][place[1]]


def _rename(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance, _named)
    if place:
        container, name = place
        other = chance.choice(NAMES) if chance.random() < 0.7 else name.swapcase()
        container[other] = container.pop(name)


def _text(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance, lambda place: isinstance(place[0][place[1]], str))
    if place:
        place[0][place[1]] = chance.choice(TEXTS)


def _retype(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance)
    if place:
        place[0][place[1]] = deepcopy(chance.choice(VALUES))


def _add(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance, lambda place: isinstance(place[0][place[1]], dict))
    container = place[0][place[1]] if place else document
    value = chance.choice(VALUES) if chance.random() < 0.5 else chance.choice(TEXTS)
    container.setdefault(chance.choice(NAMES), deepcopy(value))


def _kind(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance, lambda place: place[1] == "type")
    if place:
        place[0]["type"] = chance.choice(KINDS)


def _lengthen(document: Any, others: list[Any], chance: Random) -> None:
    place = _some(document, chance, lambda place: isinstance(place[0][place[1]], list))
    if place:
        items = place[0][place[1]]
        if items and chance.random() < 0.5:
            items.append(deepcopy(chance.choice(items)))
        elif chance.random() < 0.5:
            items.append(deepcopy(chance.choice(VALUES)))
        else:
            items.clear()


def _thin(document: Any, others: list[Any], chance: Random) -> None:
    """What an event is about goes away, or is emptied; what it may do changes."""
    place = _some(
        document,
        chance,
        lambda place: isinstance(place[0][place[1]], dict) and "eventTime" in place[0][place[1]],
    )
    event = place[0][place[1]] if place else document
    for name in WHAT:
        if name not in event:
            continue
        if name == "action":
            event[name] = chance.choice(("ADD", "OBSERVE", "DELETE", "DELETE", event[name]))
        elif isinstance(event[name], list) and chance.random() < 0.3:
            event[name] = []
        elif chance.random() < 0.4:
            del event[name]
    if chance.random() < 0.2:
        event.setdefault("transformationID", "urn:x:t")


def _swap(document: Any, others: list[Any], chance: Random) -> None:
    first, second = _some(document, chance), _some(document, chance)
    if first and second:
        one, two = first[0][first[1]], second[0][second[1]]
        first[0][first[1]], second[0][second[1]] = deepcopy(two), deepcopy(one)


def _graft(document: Any, others: list[Any], chance: Random) -> None:
    """A member of the same or of another name comes from another example."""
    place = _some(document, chance)
    other = _some(chance.choice(others), chance)
    if place and other:
        container, key = place
        if isinstance(container, dict) and chance.random() < 0.7 and isinstance(other[1], str):
            key = other[1]
        container[key] = deepcopy(other[0][other[1]])


def _alone(document: Any, others: list[Any], chance: Random) -> None:
    """The document becomes one of its events, which keeps the context or loses it."""
    events = document.get("epcisBody", {}) if isinstance(document, dict) else {}
    listed = events.get("eventList") if isinstance(events, dict) else None
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        context = document.get("@context")
        event = deepcopy(chance.choice([item for item in listed if isinstance(item, dict)]))
        document.clear()
        document.update(event)
        if chance.random() < 0.8:
            document["@context"] = context


_STEPS: Final = (
    *(_drop, _drop, _rename, _text, _text, _text, _retype, _retype, _add, _kind, _lengthen, _swap, _graft),
    *(_alone, _thin, _thin),
)
