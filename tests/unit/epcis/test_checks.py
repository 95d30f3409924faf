"""The rules that an event alone can break (PROFILE §4)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.checks import check_event
from ledger.epcis.event import read_event
from tests.unit.epcis.test_event import LOT, SAMPLES, observation

NOW = datetime(2026, 1, 20, 0, 15, tzinfo=UTC)


def broken(**members: Any) -> list[tuple[str, str]]:
    return [(found.code, found.pointer) for found in check_event(read_event(observation(**members)), now=NOW)]


def test_the_samples_break_no_rule() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for path in SAMPLES:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        for event in document["epcisBody"]["eventList"]:
            assert check_event(read_event({"@context": document["@context"], **event}), now=now) == []


def test_a_plain_observation_breaks_no_rule() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"quantityList": None}, "event.no_subject", ""),
        ({"action": None}, "event.shape", ""),
        ({"ilmd": {"cbvmda:lotNumber": "L1"}}, "event.shape", "/ilmd"),
        ({"bizStep": "harvesting"}, "event.vocabulary", "/bizStep"),
        ({"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}, "event.vocabulary", "/bizStep"),
        ({"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, "event.vocabulary", "/bizStep"),
        ({"bizStep": "nguon:harvesting"}, "event.vocabulary", "/bizStep"),
        ({"bizStep": "https://w3id.org/nguon/bizstep/thu-hoạch"}, "event.vocabulary", "/bizStep"),
        ({"disposition": "sold"}, "event.vocabulary", "/disposition"),
        ({"persistentDisposition": {"set": ["bad"]}}, "event.vocabulary", "/persistentDisposition/set/0"),
        ({"eventTime": "2026-01-20T07:20:01+07:00"}, "time.future", "/eventTime"),
        ({"eventTime": "2026-01-20T08:15:00+08:00"}, "time.offset", "/eventTimeZoneOffset"),
        (
            {"quantityList": [{"epcClass": LOT, "quantity": 0, "uom": "KGM"}]},
            "quantity.not_positive",
            "/quantityList/0/quantity",
        ),
        (
            {"quantityList": [{"epcClass": LOT, "quantity": -1}]},
            "quantity.not_positive",
            "/quantityList/0/quantity",
        ),
        ({"quantityList": [{"epcClass": LOT, "quantity": 1.5}]}, "quantity.unit", "/quantityList/0/quantity"),
        ({"quantityList": [{"epcClass": LOT, "uom": "KGM"}]}, "event.shape", "/quantityList/0/uom"),
        ({"epcList": ["https://id.gs1.org/01/02000000000008/21/1"]}, "gs1.prefix", "/epcList/0"),
        ({"readPoint": {"id": "https://id.gs1.org/414/2100000000005"}}, "gs1.prefix", "/readPoint/id"),
        (
            {
                "type": "AggregationEvent",
                "quantityList": None,
                "childEPCs": ["urn:x:1"],
                "bizStep": "packing",
            },
            "event.shape",
            "",
        ),
        ({"type": "TransactionEvent"}, "event.shape", ""),
    ],
)
def test_a_broken_rule_is_named_where_it_is_broken(members: dict[str, Any], code: str, pointer: str) -> None:
    assert broken(**members) == [(code, pointer)]


def test_five_minutes_of_a_fast_clock_are_forgiven() -> None:
    assert broken(eventTime="2026-01-20T07:20:00+07:00") == []


def test_a_time_written_in_utc_contradicts_no_offset() -> None:
    assert broken(eventTime="2026-01-20T00:15:00Z") == []


def test_a_transformation_needs_both_ends_or_a_name() -> None:
    inputs = [{"epcClass": LOT, "quantity": 1}]
    shape = {"type": "TransformationEvent", "action": None, "quantityList": None, "bizStep": "packing"}
    assert broken(**shape, inputQuantityList=inputs) == [("event.shape", "")]
    assert broken(**shape, outputQuantityList=inputs) == [("event.shape", "")]
    assert broken(**shape, inputQuantityList=inputs, transformationID="urn:uuid:1") == []


def test_a_roll_counts_one_lot_by_the_event_that_encodes_it() -> None:
    roll = {"nguon:roll": {"id": "R1", "count": 29, "root": "9f" * 32}}
    assert broken(bizStep="encoding", **roll) == []
    assert broken(bizStep="packing", **roll) == [("event.shape", "/nguon:roll")]
    quantities = [{"epcClass": LOT, "quantity": 30}]
    assert broken(bizStep="encoding", quantityList=quantities, **roll) == [
        ("event.shape", "/quantityList/0/quantity")
    ]
    assert broken(bizStep="encoding", quantityList=None, **roll) == [
        ("event.no_subject", ""),
        ("event.shape", "/quantityList"),
    ]
