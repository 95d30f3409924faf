"""The schema's faults: each rule by an example, at its place; and one list of words for schema and profile."""

import json
from importlib.resources import files
from typing import Any

import pytest

from ledger.epcis.faults import SENTENCES
from ledger.epcis.schema import MAX_FAULTS, check_document, check_shape, is_valid
from ledger.epcis.vocabulary import BIZ_STEPS, DISPOSITIONS
from tests.unit.epcis.test_event import LOT, observation

REPORT = {"type": "Temperature", "value": 3.5}


def sensed(**report: Any) -> dict[str, Any]:
    return {"sensorElementList": [{"sensorReport": [{**REPORT, **report}]}]}


def transformation(**members: Any) -> dict[str, Any]:
    return {"type": "TransformationEvent", "action": None, "quantityList": None, "bizStep": None, **members}


IN_REPORT = "/sensorElementList/0/sensorReport/0"
FAULTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("missing", "event.shape", "", {"eventTime": None}),
    ("unknown_member", "event.shape", "/epclist", {"epclist": []}),
    ("unknown_member", "event.shape", "/a~1b~0", {"a/b~": []}),
    (
        "closed",
        "event.shape",
        "/quantityList/0/nguon:note",
        {"quantityList": [{"epcClass": LOT, "nguon:note": 1}]},
    ),
    ("unprefixed", "event.shape", "/ilmd/lot", {"action": "ADD", "ilmd": {"lot": "1"}}),
    ("name", "event.shape", "/nguon:ghi chú", {"nguon:ghi chú": 1}),
    ("object", "event.shape", "/readPoint", {"readPoint": "urn:x:1"}),
    ("array", "event.shape", "/quantityList", {"quantityList": {}}),
    ("string", "event.shape", "/eventTime", {"eventTime": 1}),
    (
        "number",
        "event.shape",
        "/quantityList/0/quantity",
        {"quantityList": [{"epcClass": LOT, "quantity": "3"}]},
    ),
    ("boolean", "event.shape", f"{IN_REPORT}/booleanValue", sensed(booleanValue="true")),
    ("uri", "event.shape", "/epcList/0", {"epcList": ["thùng 1"]}),
    ("uri", "event.shape", "/certificationInfo", {"certificationInfo": "GACP"}),
    ("date-time", "event.shape", "/eventTime", {"eventTime": "2026-02-30T07:15:00Z"}),
    ("offset", "event.shape", "/eventTimeZoneOffset", {"eventTimeZoneOffset": "7"}),
    (
        "unit",
        "event.shape",
        "/quantityList/0/uom",
        {"quantityList": [{"epcClass": LOT, "quantity": 1, "uom": "kg"}]},
    ),
    ("hex", "event.shape", f"{IN_REPORT}/hexBinaryValue", sensed(hexBinaryValue="0x1")),
    ("one_of", "event.shape", "/action", {"action": "add"}),
    ("word", "event.vocabulary", "/bizStep", {"bizStep": "harvesting"}),
    ("word", "event.vocabulary", f"{IN_REPORT}/type", sensed(type="MassFraction")),
    ("kind", "event.shape", "/type", {"type": "QuantityEvent"}),
    ("context", "event.shape", "/@context", {"@context": ["urn:x:1", "urn:x:1"]}),
    (
        "empty",
        "event.shape",
        "/sensorElementList/0/sensorReport",
        {"sensorElementList": [{"sensorReport": []}]},
    ),
    ("twice", "event.shape", "/epcList", {"epcList": ["urn:x:1", "urn:x:1"]}),
    ("set_or_unset", "event.shape", "/persistentDisposition", {"persistentDisposition": {}}),
    ("birth", "event.shape", "/ilmd", {"ilmd": {"cbvmda:lotNumber": "1"}}),
    ("no_goods", "event.no_subject", "", {"quantityList": None}),
    ("no_children", "event.no_subject", "", {"type": "AggregationEvent", "quantityList": None}),
    ("no_ends", "event.shape", "", transformation(inputEPCList=["urn:x:1"])),
]


@pytest.mark.parametrize(("rule", "code", "pointer", "members"), FAULTS)
def test_a_fault_is_told_by_its_rule_and_at_its_place(
    rule: str, code: str, pointer: str, members: dict[str, Any]
) -> None:
    event = observation(**members)
    (found,) = check_document(event)
    assert (found.params["rule"], found.code, found.pointer, found.level) == (rule, code, pointer, "E")
    assert check_shape(event) == [found]


def test_every_rule_has_an_example() -> None:
    shown = {rule for rule, *_ in FAULTS}
    assert set(SENTENCES) - shown == {"version"}
    document = {"@context": {}, "type": "EPCISDocument", "creationDate": "2026-01-20T07:15:00Z"}
    (found,) = check_document({**document, "schemaVersion": "v2", "epcisBody": {"eventList": []}})
    assert (found.params["rule"], found.pointer) == ("version", "/schemaVersion")


def test_an_event_alone_has_its_context_and_one_in_a_document_need_not() -> None:
    event = observation(**{"@context": None})
    assert check_shape(event) == []
    assert [found.message for found in check_document(event)] == ["@context is missing."]


def test_a_kind_of_one_s_own_may_hold_anything_more() -> None:
    assert is_valid(observation(type="https://example.org/Weighing", scale=7, action="weigh"))


def test_faults_beyond_the_hundredth_are_not_told() -> None:
    event = observation(epcList=[f"thùng {number}" for number in range(1_000)])
    assert len(check_document(event)) == MAX_FAULTS


def test_a_long_value_is_shown_cut() -> None:
    (found,) = check_document(observation(eventID="x" * 5_000))
    assert len(found.message) < 200


def test_schema_and_profile_know_the_same_words() -> None:
    words = json.loads((files("ledger.epcis") / "schemas" / "words.json").read_text(encoding="utf-8"))[
        "$defs"
    ]
    listed = {name: words[name]["anyOf"][0]["enum"] for name in ("step", "disposition", "measure")}
    assert {name: len(set(enum)) for name, enum in listed.items()} == {
        "step": 41,
        "disposition": 33,
        "measure": 72,
    }
    assert set(listed["step"]) == BIZ_STEPS
    assert set(listed["disposition"]) == DISPOSITIONS
