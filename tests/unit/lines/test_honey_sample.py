"""The honey sample against what was worked out by hand (`tests/vectors/honey.json`), by every way that leads there."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ledger.epcis.checks import check_event
from ledger.epcis.document import Document
from ledger.epcis.event import read_event
from ledger.gs1 import digital_link
from ledger.lot.balance import balances
from ledger.lot.coverage import coverages
from ledger.lot.explain import explain
from ledger.lot.facts import EventFacts
from ledger.lot.graph import Graph, Told
from ledger.lot.intervals import HARVEST_STEPS, violations
from ledger.lot.lineage import LineageEntry, trace
from ledger.lot.lines import line_of, missing_for_tem, out_of_range, tolerance
from ledger.lot.state import StoryEntry, recall_of
from ledger.lot.stock import remaining
from ledger.statement.filing import check_filing
from ledger.statement.jws import Header, Typ
from ledger.statement.trust import speaks_for
from tests.unit.lines.kit import ROOT, sample

BY_HAND: dict[str, Any] = json.loads((ROOT / "tests/vectors/honey.json").read_bytes())
SCENARIO: dict[str, Any] = BY_HAND["scenarios"]["honey-rung-cuc-phuong"]
HONEY = sample("honey")
GRAPH = Graph(HONEY.told, keys=HONEY.keys)


def ancestors(lot: str) -> set[str]:
    """What went into a lot, by the verdict's own lineage over the statements' `from`."""

    def entries_of(uri: str) -> list[LineageEntry]:
        filed = [item for item in HONEY.told if uri in item.about]
        return [LineageEntry(at, item.signer, item.from_) for at, item in enumerate(filed, 1)]

    return set(trace([lot], entries_of, HONEY.keys).children)


def is_recalled(uri: str) -> bool:
    """Whether a recall of it stands, as the verdict folds its entries."""
    entries = [
        StoryEntry(item.index, EventFacts(item.event.raw, item.about), item.signer)
        for item in HONEY.told
        if uri in item.about
    ]
    return recall_of(entries, uri) is not None


def lots(uris: Iterable[str]) -> set[str]:
    return {uri for uri in uris if "/10/" in uri}


def test_every_event_breaks_no_rule_and_is_filed_as_the_ledger_would() -> None:
    for item in HONEY.told:
        assert check_event(item.event, now=datetime(2026, 11, 24, tzinfo=UTC)) == []
        assert item.signer is not None
        check_filing(Header("k" * 43, Typ.EPCIS, item.about, item.from_), item.event, HONEY.lots.get)
        if item.event.is_birth or item.event.is_recall:
            assert all(speaks_for(item.signer, uri) for uri in item.about)


def test_the_document_explains_itself_as_worked_out_by_hand() -> None:
    document = Document(None, tuple(("", dict(item.event.raw)) for item in HONEY.told), ())
    facts: dict[str, Any] = explain(document, SCENARIO["traceBack"]["of"])
    for name in ("events", "byType", "erroneousEventIDs", "traceBack", "finalDispositionOfSerials"):
        assert facts[name] == SCENARIO[name], name
    assert facts["persistentDispositions"] == SCENARIO["persistentDispositions"]
    for row, expected in zip(facts["massBalance"], SCENARIO["massBalance"], strict=True):
        assert {name: row[name] for name in expected if name != "note"} == {
            name: value for name, value in expected.items() if name != "note"
        }
    covered = facts["recallCoverage"]
    assert {name: covered[name] for name in SCENARIO["recallCoverage"]} == SCENARIO["recallCoverage"]


@pytest.mark.parametrize("lot", BY_HAND["lineage"])
def test_lineage_is_the_same_by_the_graph_and_by_the_statements(lot: str) -> None:
    assert lots(ancestors(lot)) == set(BY_HAND["lineage"][lot])
    assert lots(GRAPH.ancestors(lot)) == set(BY_HAND["lineage"][lot])


@pytest.mark.parametrize("lot", BY_HAND["verdicts"])
def test_the_recall_of_the_harvest_reaches_the_jars_made_of_it_and_no_others(lot: str) -> None:
    assert not is_recalled(lot)
    through = sorted(uri for uri in ancestors(lot) if is_recalled(uri))
    assert through == BY_HAND["verdicts"][lot]["recalledThrough"]


def test_the_recall_forgot_what_was_made_of_the_harvest() -> None:
    (covered,) = coverages(GRAPH)
    assert sorted(lots(covered.daughters)) == BY_HAND["daughtersOfTheRecalled"]
    assert lots(GRAPH.descendants(covered.lot or "")) == set(BY_HAND["daughtersOfTheRecalled"])


@pytest.mark.parametrize("lot", BY_HAND["left"])
def test_what_is_left_of_each_lot_of_honey(lot: str) -> None:
    left = remaining(lot, GRAPH)
    assert left.left["KGM"] == BY_HAND["left"][lot]
    assert left.exceeded == ()


def test_everything_adds_up_within_the_lines_tolerance() -> None:
    line = line_of(HONEY.told, HONEY.descriptions)
    steps = balances(GRAPH, tolerance=lambda step: tolerance(line, step))
    assert len(steps) == 4
    assert not any(step.exceeded for step in steps)


def test_the_harvests_keep_the_withdrawal_interval_and_one_a_day_too_early_would_not() -> None:
    told = BY_HAND["withdrawal"]
    harvests = [item for item in HONEY.told if item.event.biz_step in HARVEST_STEPS]
    assert min(item.event.event_time.date() for item in harvests) == date.fromisoformat(told["firstHarvest"])
    for item in harvests:
        assert violations(item.event, GRAPH.standing, described=HONEY.descriptions) == ()
    early = at(harvests[0], date.fromisoformat(told["until"]) - timedelta(days=1))
    (broken,) = violations(early.event, GRAPH.standing, described=HONEY.descriptions)
    assert (broken.kind, broken.days, str(broken.until)) == ("withdrawal", told["days"], told["until"])
    assert str(broken.applied_on) == told["applied"]
    kept = at(harvests[0], date.fromisoformat(told["until"]))
    assert violations(kept.event, GRAPH.standing, described=HONEY.descriptions) == ()


def at(harvest: Told, day: date) -> Told:
    """The same harvest on another day."""
    text = json.dumps(harvest.event.raw).replace("2025-05-12", day.isoformat())
    return Told(harvest.index, read_event(json.loads(text)))


@pytest.mark.parametrize("lot", BY_HAND["missingForTem"])
def test_what_tem_of_the_jars_would_still_need(lot: str) -> None:
    line = line_of(HONEY.told, HONEY.descriptions, lot=lot)
    assert line.code == "honey"
    found = missing_for_tem(line, HONEY.told, lot=lot, descriptions=HONEY.descriptions)
    assert [item.step for item in found] == BY_HAND["missingForTem"][lot]


def test_the_planted_figures_are_warned_of() -> None:
    line = line_of(HONEY.told, HONEY.descriptions)
    found = [
        {"event": item.index, "code": warning.code, "value": warning.params["value"]}
        for item in HONEY.told
        for warning in out_of_range(line, item.event)
    ]
    assert found == BY_HAND["warnings"]


def test_all_that_is_named_is_invented_and_nobody_is() -> None:
    texts = [json.dumps(item.event.raw, ensure_ascii=False) for item in HONEY.told]
    texts += [json.dumps([uri, dict(told)], ensure_ascii=False) for uri, told in HONEY.descriptions.items()]
    whole = "\n".join(texts)
    for uri in re.findall(r"https://id\.gs1\.org/[^\"]+", whole):
        assert re.match(r"https://id\.gs1\.org/(00/0|01/0|8003/0|253/|414/|417/|8004/)952", uri), uri
        digital_link.parse(uri)
    positions = re.findall(r"\"urn:epcglobal:cbv:mda:(?:latitude|longitude)\": \"([^\"]+)\"", whole)
    assert len(positions) == 4
    assert all(re.fullmatch(r"\d+\.\d\d", position) for position in positions)
    assert set(re.findall(r"\"nguon:operatorRef\": \"([^\"]+)\"", whole)) == {"TV-031", "TV-033"}
