"""Each rule that needs what was told before, shown by the smallest documents that break it, and by others that do not.

A vector: {"code", "level", "pointer" into the event, "broken", "right": lists of documents, each a list of events,
"master"?: what the first document describes}. Of `broken` only the last event of the last document breaks the rule.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.capture import Capture, CaptureResult
from ledger.errors import RuleError, Violation
from tests.ledgerkit import COOP, Kit, document, event_id

VECTORS = Path(__file__).parents[1] / "vectors" / "rules_stateful"
NAMES = sorted(path.stem for path in VECTORS.glob("*.json"))
EVENTS = "/epcisBody/eventList"


def vector(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_bytes())
    return value


def with_ids(documents: list[list[dict[str, Any]]], space: int = 0) -> list[list[dict[str, Any]]]:
    """The same documents, each event with an ID of its own."""
    numbers = iter(range(1, 1_000))
    return [
        [{"eventID": event_id(next(numbers), space), **event} for event in events] for events in documents
    ]


def told(kit: Kit, documents: list[list[dict[str, Any]]], master: Any = None) -> list[CaptureResult]:
    return [
        kit.capture.document(document(*events, master=master if at == 0 else None), org=COOP)
        for at, events in enumerate(documents)
    ]


def marks(violations: Any) -> list[tuple[str, str, str]]:
    return [(item.code, item.level, item.pointer) for item in violations]


def test_every_rule_that_needs_state_has_its_documents() -> None:
    assert {vector(name)["code"] for name in NAMES} == {
        *("time.before_origin", "quantity.unit", "serial.exists", "serial.unknown", "serial.gone"),
        *("aggregation.not_inside", "balance.exceeded", "interval.pre_harvest", "interval.withdrawal"),
        *("expiry.sold", "disposition.jump", "movement.impossible"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_last_document_breaks_the_rule_and_only_it(kit: Kit, name: str) -> None:
    case = vector(name)
    *before, last = with_ids(case["broken"])
    expected = [(case["code"], case["level"], f"{EVENTS}/0{case['pointer']}")]
    for result in told(kit, before, case.get("master")):
        assert result.warnings == []
    size = kit.ledger.log.size()
    if case["level"] == "E":
        with pytest.raises(RuleError) as refused:
            told(kit, [last])
        assert marks(refused.value.violations) == expected
        assert kit.ledger.log.size() == size
        return
    result = told(kit, [last])[0]
    assert marks(result.warnings) == expected
    stored = kit.ledger.log.warnings([receipt.index for receipt in result.receipts])
    assert [marks(items) for items in stored.values()] == [[(case["code"], "W", case["pointer"])]]
    job = kit.ledger.log.job(result.job_id)
    assert job is not None
    warnings = job.result["warnings"]
    assert isinstance(warnings, list)
    assert [item["code"] for item in warnings if isinstance(item, dict)] == [case["code"]]


@pytest.mark.parametrize("name", NAMES)
def test_earlier_events_of_one_document_count_as_told_before(kit: Kit, name: str) -> None:
    case = vector(name)
    events = [event for events in with_ids(case["broken"]) for event in events]
    found: tuple[Violation, ...] | list[Violation]
    if case["level"] == "E":
        with pytest.raises(RuleError) as refused:
            told(kit, [events], case.get("master"))
        found = refused.value.violations
        assert kit.ledger.log.events() == []
    else:
        found = told(kit, [events], case.get("master"))[0].warnings
    assert marks(found) == [(case["code"], case["level"], f"{EVENTS}/{len(events) - 1}{case['pointer']}")]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_just_right_breaks_nothing(kit: Kit, name: str) -> None:
    case = vector(name)
    for result in told(kit, with_ids(case["right"]), case.get("master")):
        assert result.warnings == []


def test_a_withdrawn_event_is_part_of_no_past(kit: Kit) -> None:
    case = vector("quantity.unit")
    (first,), (second,) = with_ids(case["broken"])
    told(kit, [[first]])
    withdrawn = {**first, "errorDeclaration": {"declarationTime": "2026-02-20T08:00:00+07:00"}}
    assert told(kit, [[withdrawn, second]])[0].warnings == []


def test_a_deployments_policy_refuses_what_else_only_warns(kit: Kit) -> None:
    case = vector("serial.unknown")
    strict = Capture(
        kit.ledger.log,
        kit.writer,
        registrars=kit.ledger.registrars,
        clock=lambda: kit.ledger.clock().replace(month=3, day=2),
        signers={COOP: kit.ledger.coop}.get,
        refuse=["serial.unknown"],
    )
    *before, last = with_ids(case["broken"])
    told(kit, before)
    with pytest.raises(RuleError) as refused:
        strict.document(document(*last), org=COOP)
    assert marks(refused.value.violations) == [("serial.unknown", "E", f"{EVENTS}/0/epcList/1")]


def test_signed_statements_obey_the_same_rules(kit: Kit) -> None:
    case = vector("quantity.unit")
    (first,), (second,) = with_ids(case["broken"])
    lot = first["quantityList"][0]["epcClass"]
    kit.capture.statements([kit.farm.event(first, [lot]).raw], org=COOP)
    with pytest.raises(RuleError) as refused:
        kit.capture.statements([kit.farm.event(second, [lot]).raw], org=COOP)
    assert marks(refused.value.violations) == [("quantity.unit", "E", "/0/quantityList/0/uom")]


def test_a_past_that_was_kept_is_the_past_that_is_read_anew(kit: Kit) -> None:
    case = vector("balance.exceeded.lot")
    *before, last = with_ids(case["broken"])
    told(kit, before)
    anew = Capture(
        kit.ledger.log,
        kit.writer,
        registrars=kit.ledger.registrars,
        clock=lambda: kit.ledger.clock().replace(month=3, day=2),
        signers={COOP: kit.ledger.coop}.get,
    )
    result = anew.document(document(*last), org=COOP)
    assert [item.code for item in result.warnings] == ["balance.exceeded"]
    more = {**last[0], "eventID": event_id(99)}
    kept, fresh = (
        kit.capture,
        Capture(
            kit.ledger.log,
            kit.writer,
            registrars=kit.ledger.registrars,
            clock=lambda: kit.ledger.clock().replace(month=3, day=2),
            signers={COOP: kit.ledger.coop}.get,
        ),
    )
    first = kept.document(document(more), org=COOP).warnings
    second = fresh.document(document({**more, "eventID": event_id(98)}), org=COOP).warnings
    assert [item.params["used"] for item in (*first, *second)] == [101.0, 132.0]
