"""Reading events: what becomes of identifiers, what is refused and where, what a context may say."""

import json
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.epcis.context import EPCIS_CONTEXT
from ledger.epcis.event import Event, Quantity, Roll, read_event
from ledger.errors import RuleError

SAMPLES = sorted((Path(__file__).parents[3] / "samples").rglob("*.jsonld"))
LOT = "https://id.gs1.org/01/09521001000055/10/THV260116"
CONTEXT = [
    EPCIS_CONTEXT,
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]


def observation(**members: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "@context": deepcopy(CONTEXT),
        "type": "ObjectEvent",
        "eventID": "urn:uuid:33d3ec33-0b53-5885-93c9-0fc24e07aac0",
        "eventTime": "2026-01-20T07:15:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "quantityList": [{"epcClass": LOT, "quantity": 29}],
    }
    event.update(members)
    return {name: member for name, member in event.items() if member is not None}


def refused(event: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(RuleError) as caught:
        read_event(event)
    return [(violation.code, violation.pointer) for violation in caught.value.violations]


def test_every_event_of_the_samples_is_read() -> None:
    count = 0
    for path in SAMPLES:
        document = json.loads(path.read_text(encoding="utf-8"))
        for event in document["epcisBody"]["eventList"]:
            read = read_event({"@context": document["@context"], **event})
            assert isinstance(read, Event)
            count += 1
    assert count == 84


def test_identifiers_become_canonical_and_the_object_is_kept() -> None:
    raw = observation(
        quantityList=[
            {"epcClass": "urn:epc:class:lgtin:9521001.000005.THV260116", "quantity": 2.5, "uom": "KGM"}
        ],
        epcList=[
            "https://nguon.localhost/01/09521001000055/10/L1/21/S1",
            "urn:epc:id:sscc:9521001.0126011700",
        ],
        readPoint={"id": "urn:epc:id:sgln:9521001.00002.THV-A03"},
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:9521001.00001"}],
    )
    event = read_event(raw)
    assert event.quantities == (Quantity(LOT, 2.5, "KGM"),)
    assert event.epcs == (
        "https://id.gs1.org/01/09521001000055/21/S1",
        "https://id.gs1.org/00/095210011260117002",
    )
    assert event.lots_beside == {event.epcs[0]: "https://id.gs1.org/01/09521001000055/10/L1"}
    assert event.read_point == event.place == "https://id.gs1.org/414/9521001000024/254/THV-A03"
    assert event.sources == (("owning_party", "https://id.gs1.org/417/9521001000017"),)
    assert event.raw is raw


def test_one_certificate_and_one_applied_product_need_no_list() -> None:
    event = read_event(
        observation(
            certificationInfo="https://id.gs1.org/253/9521001000017GACP2024-017",
            sensorElementList=[{"sensorReport": [{"deviceID": "urn:epc:id:giai:9521001.SN-WX-03"}]}],
            **{"nguon:inputApplied": {"nguon:product": "https://id.gs1.org/01/09521080000014/10/HC1"}},
        )
    )
    assert event.certifications == ("https://id.gs1.org/253/9521001000017GACP2024-017",)
    assert event.input_applied == ("https://id.gs1.org/01/09521080000014/10/HC1",)
    assert event.devices == ("https://id.gs1.org/8004/9521001SN-WX-03",)


def test_a_roll_is_read_from_its_event() -> None:
    roll = {"id": "R1", "count": 29, "root": "9f" * 32}
    event = read_event(observation(bizStep="encoding", **{"nguon:roll": roll}))
    assert event.roll == Roll("R1", 29, b"\x9f" * 32)
    assert event.names_lots
    assert read_event(observation()).roll is None


@pytest.mark.parametrize(
    ("roll", "pointer"),
    [
        (None, "/nguon:roll"),
        ({"id": "R1", "count": 29}, "/nguon:roll"),
        ({"id": "", "count": 29, "root": "9f" * 32}, "/nguon:roll/id"),
        ({"id": "R1", "count": True, "root": "9f" * 32}, "/nguon:roll/count"),
        ({"id": "R1", "count": 2**25 + 1, "root": "9f" * 32}, "/nguon:roll/count"),
        ({"id": "R1", "count": 29, "root": "9F" * 32}, "/nguon:roll/root"),
    ],
)
def test_a_roll_of_another_shape_is_refused(roll: object, pointer: str) -> None:
    assert refused({**observation(bizStep="encoding"), "nguon:roll": roll}) == [("event.shape", pointer)]


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"type": "QuantityEvent"}, "/type"),
        ({"type": None}, ""),
        ({"eventID": "not a URI"}, "/eventID"),
        ({"eventID": "urn:x:é"}, "/eventID"),
        ({"eventTime": None}, ""),
        ({"eventTime": "2026-01-20T07:15:00"}, "/eventTime"),
        ({"eventTime": "2026-02-30T07:15:00Z"}, "/eventTime"),
        ({"eventTime": "2026-01-20 07:15:00Z"}, "/eventTime"),
        ({"eventTime": "0001-01-01T00:00:00+07:00"}, "/eventTime"),
        ({"eventTime": 1}, "/eventTime"),
        ({"eventTimeZoneOffset": "07:00"}, "/eventTimeZoneOffset"),
        ({"eventTimeZoneOffset": None}, ""),
        ({"action": "add"}, "/action"),
        ({"epcList": "urn:x:1"}, "/epcList"),
        ({"epcList": [1]}, "/epcList/0"),
        ({"epcList": ["urn:x:1", "urn:x:1"]}, "/epcList/1"),
        ({"quantityList": {}}, "/quantityList"),
        ({"quantityList": ["x"]}, "/quantityList/0"),
        ({"quantityList": [{"epcClass": LOT, "quantity": "3"}]}, "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "quantity": 3, "uom": "kilogram"}]}, "/quantityList/0/uom"),
        ({"readPoint": "urn:x:1"}, "/readPoint"),
        ({"readPoint": {}}, "/readPoint/id"),
        ({"parentID": "urn:x:1"}, "/parentID"),
        ({"bizStep": ""}, "/bizStep"),
        ({"ilmd": []}, "/ilmd"),
        ({"errorDeclaration": {"reason": "incorrect_data"}}, "/errorDeclaration"),
        ({"persistentDisposition": {}}, "/persistentDisposition"),
        ({"persistentDisposition": {"set": "recalled"}}, "/persistentDisposition/set"),
        ({"persistentDisposition": {"set": ["recalled", "recalled"]}}, "/persistentDisposition/set"),
        ({"certificationInfo": {}}, "/certificationInfo"),
        (
            {"errorDeclaration": {"declarationTime": "2026-01-20T07:15:00Z", "correctiveEventIDs": ["x"]}},
            "/errorDeclaration/correctiveEventIDs/0",
        ),
        ({"sensorElementList": [{"sensorMetadata": 1}]}, "/sensorElementList/0/sensorMetadata"),
        ({"epclist": []}, "/epclist"),
        ({"sensorElementList": [{"sensorReport": [1]}]}, "/sensorElementList/0/sensorReport/0"),
    ],
)
def test_a_wrong_shape_is_refused_where_it_is(members: dict[str, Any], pointer: str) -> None:
    assert ("event.shape", pointer) in refused(observation(**members))


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"epcList": ["https://id.gs1.org/01/09521001000054/21/1"]}, "gs1.check_digit", "/epcList/0"),
        (
            {"quantityList": [{"epcClass": LOT + "%20", "quantity": 1}]},
            "dl.syntax",
            "/quantityList/0/epcClass",
        ),
        (
            {"bizLocation": {"id": "https://id.gs1.org/414/9521001000025"}},
            "gs1.check_digit",
            "/bizLocation/id",
        ),
        ({"nguon:lotNumber": "LÔ 1"}, "dl.syntax", "/nguon:lotNumber"),
        (
            {"nguon:inputApplied": [{"nguon:product": "https://id.gs1.org/01/1"}]},
            "dl.syntax",
            "/nguon:inputApplied/0/nguon:product",
        ),
    ],
)
def test_a_wrong_identifier_is_refused_with_its_own_code(
    members: dict[str, Any], code: str, pointer: str
) -> None:
    assert refused(observation(**members)) == [(code, pointer)]


@pytest.mark.parametrize(
    "context",
    [
        [EPCIS_CONTEXT, {"nguon": "https://example.org/"}],
        [EPCIS_CONTEXT, {"cbvmda": "https://ref.gs1.org/cbv/mda/"}],
        [EPCIS_CONTEXT, {"nguon": {"@id": "https://w3id.org/nguon/epcis/", "@type": "@vocab"}}],
        [EPCIS_CONTEXT, {"n": "https://w3id.org/nguon/epcis/"}],
        [EPCIS_CONTEXT, {"roll": "https://w3id.org/nguon/epcis/roll"}],
        [EPCIS_CONTEXT, {"nguon": "https://w3id.org/nguon/epcis/"}, {"roll": "nguon:roll"}],
        [EPCIS_CONTEXT, {"nguon": "https://w3id.org/nguon/epcis/"}, {"nguon": None}],
        [EPCIS_CONTEXT, {"nguon:roll": {"@id": "https://example.org/roll"}}],
        [EPCIS_CONTEXT, {"@vocab": "https://w3id.org/nguon/epcis/"}],
        [EPCIS_CONTEXT, {"@import": "https://example.org/context"}],
        [EPCIS_CONTEXT, "https://example.org/context.jsonld"],
        [EPCIS_CONTEXT, 1],
    ],
)
def test_a_context_that_could_mean_something_else_is_refused(context: object) -> None:
    assert {code for code, _ in refused(observation(**{"@context": context}))} == {"context.prefix"}


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"farm:plot": "B1"}, "/farm:plot"),
        ({"nguon:note": {"farm:plot": "B1"}}, "/nguon:note/farm:plot"),
        ({"nguon:note": {"@context": {}}}, "/nguon:note/@context"),
        ({"nguon:note": [{"x": {"a/b:c": 1}}]}, "/nguon:note/0/x/a~1b:c"),
        ({"@id": "urn:x:1"}, "/@id"),
        ({"https://w3id.org/nguon/epcis/roll": {}}, "/https:~1~1w3id.org~1nguon~1epcis~1roll"),
        ({"epcis:epcList": []}, "/epcis:epcList"),
    ],
)
def test_a_name_that_the_context_does_not_explain_is_refused(members: dict[str, Any], pointer: str) -> None:
    assert refused(observation(**members)) == [("context.prefix", pointer)]


def test_a_shorter_binding_cannot_reach_into_our_namespace() -> None:
    context = [EPCIS_CONTEXT, {"w": "https://w3id.org/nguon/"}]
    event = observation(**{"@context": context, "w:epcis/roll": {}})
    assert refused(event) == [("context.prefix", "/w:epcis~1roll")]


def test_an_event_without_context_may_have_no_prefixed_names() -> None:
    event = observation(**{"nguon:note": "x"})
    del event["@context"]
    assert refused(event) == [("context.prefix", "/nguon:note")]
    del event["nguon:note"]
    assert read_event(event).type == "ObjectEvent"


def test_extensions_of_others_are_taken_under_a_declared_prefix() -> None:
    context = [*CONTEXT, {"farm": "https://farm.example/terms/"}]
    event = read_event(observation(**{"@context": context, "farm:plot": {"farm:row": 3}}))
    assert event.extensions == {"farm:plot": {"farm:row": 3}}


def test_what_sensors_told_is_typed() -> None:
    report = {"type": "Temperature", "uom": "CEL", "minValue": 3, "maxValue": 9.5, "sDev": 0.2, "farm:row": 4}
    metadata = {"startTime": "2026-01-19T00:00:00Z", "deviceID": "urn:x:d", "rawData": "ni:///sha-256;a"}
    context = [*CONTEXT, {"farm": "https://farm.example/terms/"}]
    elements = [{"sensorMetadata": metadata, "sensorReport": [report]}, {"sensorReport": [{"type": "Count"}]}]
    first, second = read_event(observation(**{"@context": context, "sensorElementList": elements})).sensors
    assert first.metadata is not None
    assert (first.metadata.start, first.metadata.device_id) == (datetime(2026, 1, 19, tzinfo=UTC), "urn:x:d")
    assert first.metadata.end is None
    (told,) = first.reports
    assert (told.type, told.uom, told.minimum, told.maximum, told.value) == (
        "Temperature",
        "CEL",
        3,
        9.5,
        None,
    )
    assert told.extensions == {"farm:row": 4}
    assert second.metadata is None
    assert second.reports[0].type == "Count"


def test_a_declaration_of_error_is_typed() -> None:
    declared = {"declarationTime": "2026-01-20T08:00:00+07:00", "correctiveEventIDs": ["urn:x:2"]}
    found = read_event(observation(errorDeclaration={**declared, "reason": "incorrect_data"})).declaration
    assert found is not None
    assert (found.time, found.reason) == (datetime(2026, 1, 20, 1, tzinfo=UTC), "incorrect_data")
    assert found.corrective == ("urn:x:2",)
    assert read_event(observation()).declaration is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = (
    *("@context", "type", "eventTime", "epcList", "quantityList", "readPoint", "bizTransactionList", "ilmd"),
    *("persistentDisposition", "errorDeclaration", "sensorElementList", "nguon:roll", "nguon:inputApplied"),
)


@given(st.sampled_from(MEMBERS), JSON)
def test_any_member_of_any_type_is_read_or_refused(name: str, value: object) -> None:
    event = observation()
    event[name] = value
    with suppress(RuleError):
        assert read_event(event).raw is event
