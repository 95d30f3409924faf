"""Each rule that a document alone can break, by the smallest document that breaks it; and every rule's sentences."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.document import MAX_EVENTS
from ledger.epcis.faults import SENTENCES
from nguon.cli.sentences import LOCALES, Language, sentence
from nguon.validating import profile_violations, shape_violations
from tests.unit.epcis.test_event import CONTEXT, observation

RULES = Path(__file__).parents[2] / "vectors" / "rules"
EXPECTED: dict[str, dict[str, str]] = json.loads((RULES / "expected.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 24, tzinfo=UTC)
CODES = (
    *(
        "gs1.check_digit",
        "gs1.prefix",
        "dl.syntax",
        "context.prefix",
        "text.not_nfc",
        "json.duplicate_member",
    ),
    *("json.number_range", "event.no_subject", "event.id_reused", "time.future", "time.offset"),
    *("time.before_origin", "quantity.not_positive", "quantity.unit", "serial.exists", "serial.unknown"),
    *(
        "serial.gone",
        "aggregation.not_inside",
        "balance.exceeded",
        "interval.pre_harvest",
        "interval.withdrawal",
    ),
    *(
        "expiry.sold",
        "disposition.jump",
        "movement.impossible",
        "authority.stems",
        "authority.key",
        "limit.size",
    ),
    *("answer.unknown", "answer.unasked"),
    *("limit.events", "limit.subjects", "event.shape", "event.vocabulary", "document.query", "json.syntax"),
)
"""Every code of the profile's rules, and what the shape is refused with."""


def broken(data: bytes) -> list[tuple[str, str, str]]:
    return [(each.code, each.level, each.pointer) for each in profile_violations(data, now=NOW)]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_rule_is_broken_by_its_smallest_document_and_by_nothing_else_in_it(name: str) -> None:
    data, expected = (RULES / name).read_bytes(), EXPECTED[name]
    assert broken(data) == [(expected["code"], expected["level"], expected["pointer"])]


@pytest.mark.parametrize("name", EXPECTED)
def test_the_schema_accepts_what_the_profile_refuses(name: str) -> None:
    assert shape_violations((RULES / name).read_bytes()) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_no_smaller_document_breaks_the_rule(name: str) -> None:
    code = EXPECTED[name]["code"]
    for smaller in smaller_than(json.loads((RULES / name).read_bytes())):
        data = json.dumps(smaller).encode()
        assert shape_violations(data) or code not in {found for found, _, _ in broken(data)}, smaller


def smaller_than(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document without one of its members."""
    for name in event:
        yield {other: member for other, member in event.items() if other != name}


def test_every_rule_s_file_is_expected() -> None:
    assert {path.name for path in RULES.glob("*.jsonld")} == set(EXPECTED)


def test_limits_are_kept_at_the_place_where_they_are_crossed() -> None:
    bare = {name: member for name, member in observation().items() if name != "@context"}
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-20T08:00:00Z",
        "epcisBody": {"eventList": [bare] * (MAX_EVENTS + 1)},
    }
    assert broken(json.dumps(document).encode()) == [("limit.events", "E", "/epcisBody/eventList")]
    large = observation(**{"nguon:note": "x" * 49_000})
    assert broken(json.dumps(large).encode()) == [("limit.size", "E", "")]
    assert broken(json.dumps(observation(**{"nguon:note": "x" * 48_000})).encode()) == []
    classes = [
        {"epcClass": f"https://id.gs1.org/01/09521001000055/10/L{number}", "quantity": 1}
        for number in range(255)
    ]
    assert broken(json.dumps(observation(quantityList=classes)).encode()) == [("limit.subjects", "E", "")]
    assert broken(json.dumps(observation(quantityList=classes[1:])).encode()) == []


STATEFUL = sorted((RULES.parent / "rules_stateful").glob("*.json"))
ELSEWHERE = {"serial.unknown", "aggregation.not_inside"}
"""What another document may have told: a document alone is not blamed for it."""


@pytest.mark.parametrize("path", STATEFUL, ids=lambda path: path.stem)
def test_a_document_is_judged_beside_what_it_told_before(path: Path) -> None:
    case = json.loads(path.read_bytes())
    for documents, expected in ((case["broken"], {case["code"]} - ELSEWHERE), (case["right"], set())):
        events = [event for events in documents for event in events]
        named = [
            {"eventID": f"urn:uuid:00000000-0000-7000-8000-{place:012d}", **event}
            for place, event in enumerate(events)
        ]
        document = {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-01-20T08:00:00Z",
            "epcisHeader": {"epcisMasterData": {"vocabularyList": case.get("master") or []}},
            "epcisBody": {"eventList": named},
        }
        found = broken(json.dumps(document).encode())
        assert {code for code, _, _ in found} == expected
        assert all(level == case["level"] for _, level, _ in found)
        assert all(pointer.startswith(f"/epcisBody/eventList/{len(named) - 1}") for _, _, pointer in found)


def test_an_event_told_twice_alike_or_withdrawn_is_no_reuse_of_its_id() -> None:
    document = json.loads((RULES / "event.id_reused.jsonld").read_bytes())
    first, second = document["epcisBody"]["eventList"]
    document["epcisBody"]["eventList"] = [first, first]
    assert broken(json.dumps(document).encode()) == []
    declared = {**second, "errorDeclaration": {"declarationTime": "2026-01-20T08:00:00Z"}}
    document["epcisBody"]["eventList"] = [first, declared]
    assert broken(json.dumps(document).encode()) == []


def catalogue(language: str) -> dict[str, Any]:
    problems = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))["problems"]
    assert isinstance(problems, dict)
    return problems


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_in_both_languages(language: str, code: str) -> None:
    group, name = code.split(".")
    assert catalogue(language)[group][name].endswith(".")


def test_what_the_schema_finds_has_a_sentence_in_both_languages() -> None:
    assert catalogue("en")["shape"] == dict(SENTENCES)
    assert set(catalogue("vi")["shape"]) == set(SENTENCES)


def test_a_sentence_names_the_values_in_the_reader_s_language() -> None:
    (found,) = shape_violations(json.dumps(observation(action="add")).encode())
    assert sentence(found, Language.EN) == "action is ADD, OBSERVE, DELETE, not add."
    assert sentence(found, Language.VI) == "action phải là một trong ADD, OBSERVE, DELETE, không phải add."
