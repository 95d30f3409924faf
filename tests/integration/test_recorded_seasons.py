"""Every step that a phone can record is taken by the real ledger, season by season, and filed as it files."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.event import read_event
from ledger.errors import RuleError
from ledger.inhand import InHand
from ledger.lots import Lots
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.readiness import readiness_of
from ledger.statement.filing import instance_lots, required_filing
from ledger.store.database import open_engine
from nguon.database import upgrade
from tests.integration import seasons
from tests.integration.recordkit import Hand, Program, Recording, amount, kg, packs
from tests.ledgerkit import Kit, Ledger
from tests.programs import can_run
from tests.proofkit import check, prover
from tests.unit.lines.kit import ROOT

pytestmark = pytest.mark.skipif(not can_run(), reason="no node to run the scripts with")

SEASONS: dict[str, Callable[[Recording], tuple[Hand, str, list[Hand]]]] = {
    "herb": seasons.herb,
    "rice": seasons.rice,
    "honey": seasons.honey,
}


@pytest.fixture(scope="module")
def record() -> Iterator[Program]:
    with Program("record") as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, record: Program) -> Iterator[Recording]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_engine(url)
    ledger = Ledger(engine, tmp_path)
    with ledger.running(admit=False) as writer:
        recording = Recording(Kit(ledger, writer), record)
        yield recording
        recording.close()
    engine.dispose()


@pytest.mark.parametrize("line", SEASONS)
def test_a_whole_season_is_taken_without_a_warning_and_lacks_nothing_for_its_tem(
    line: str, world: Recording, record: Program
) -> None:
    hand, lot, others = SEASONS[line](world)
    assert world.warnings == []
    known = record.ask(do="steps")["steps"][line]
    done = {step for each in (hand, *others) for step in each.done}
    assert done == {step["code"] for step in known}, "a step of the line was not tried"
    ready = readiness_of(Lots(world.kit.ledger.log), lot)
    assert ready.line.code == line
    assert ready.missing == ()
    size = world.kit.writer.submit_snapshot().result()
    number = lot.rpartition("/10/")[2]
    found = check(world.kit, prover(world.kit).bundle(Target(lot[22:36], number, None), size))
    assert found.verdict is Verdict.VERIFIED, found.reasons
    origins = {"herb": "/10/P250312-", "rice": "NHC-XN1-2506", "honey": "/10/O250110-"}
    assert any(origins[line] in ancestor.uri for ancestor in found.ancestors), found.ancestors


@pytest.mark.parametrize("line", SEASONS)
def test_what_a_phone_has_in_hand_without_a_network_is_what_the_service_would_say(
    line: str, world: Recording
) -> None:
    log = world.kit.ledger.log
    in_hand = InHand(log, Lots(log))

    def compare(hand: Hand, now: datetime) -> None:
        if not hand.book["org"]["lines"]:
            return
        known = {item["uri"]: item for item in hand.book["lots"]}
        for held in in_hand.of(hand.book["org"]["uri"], now).lots:
            mine = known[held.uri]
            until = held.allowed_from and (held.allowed_from - timedelta(days=1)).isoformat()
            told = (mine["left"], mine["transformation"], mine["sprayedUntil"])
            assert told == (held.left, held.transformation, until), (hand.done[-1], held.uri)
            assert mine["lane"] == held.lane or mine["kind"] == "planting", (hand.done[-1], held.uri)

    world.after = compare
    SEASONS[line](world)


def test_a_harvest_inside_the_interval_is_foreseen_on_the_phone_and_refused_by_the_ledger(
    world: Recording,
) -> None:
    me = world.hand(seasons.herb_book(), "herb")
    me.does("planting", "2025-03-12T07:30", {"count": packs(1200, "cay")})
    bt = me.product("input", "Bt")
    me.does("crop_protection", "2026-01-05T16:30", {"product": bt, "amount": kg(0.42)})
    early = me.built("harvesting", "2026-01-07T08:00", {"amount": kg(5)})
    assert [(item["code"], item["level"]) for item in early["foreseen"]] == [
        ("interval.pre_harvest", "refuse")
    ]
    assert (
        early["foreseen"][0]["sentence"]["vi"]
        == "Chưa thu hoạch được. Vườn A03 đã dùng thuốc, phải chờ hết ngày 7/1."
    )
    with pytest.raises(RuleError) as refused:
        world.capture.statements([me.sign(early["built"][0])], org=seasons.HERB)
    assert [violation.code for violation in refused.value.violations] == ["interval.pre_harvest"]
    me.does("harvesting", "2026-01-08T08:00", {"amount": kg(5)})


def test_a_corrected_harvest_keeps_its_lot_and_what_was_made_of_it(world: Recording, record: Program) -> None:
    me = world.hand(seasons.herb_book(), "herb")
    me.does("planting", "2025-03-12T07:30", {"count": packs(1200, "cay")})
    wrong = me.does("harvesting", "2026-01-08T08:30", {"amount": kg(124)})["built"][0]["event"]
    lot = me.lot("harvested")
    me.does("weighing", "2026-01-08T11:00", {"lot": lot, "amount": kg(12.4)}, foreseen=["measure.yield"])
    told = me.built("harvesting", "2026-01-08T08:30", {"amount": kg(12.4)}, do="correct", event=wrong)
    withdrawal, right = (item["event"] for item in told["built"])
    assert withdrawal["eventID"] == wrong["eventID"]
    assert withdrawal["errorDeclaration"]["correctiveEventIDs"] == [right["eventID"]]
    result = me.send(told["built"])
    assert result.warnings == []
    story = Lots(world.kit.ledger.log).story(lot)
    born = [item.event for item in story.graph.births_of(lot)]
    assert [event.quantities[0].quantity for event in born] == [12.4]


def test_amounts_as_people_said_them_stand_beside_the_si_value(world: Recording) -> None:
    me = world.hand(seasons.rice_book(), "rice")
    built = me.built("harvesting", "2025-11-18T17:00", {"amount": amount(742, "ta", 74200, "KGM")})
    event = built["built"][0]["event"]
    (listed,) = event["quantityList"]
    assert (listed["quantity"], listed["uom"]) == (74200, "KGM")
    assert event["nguon:said"] == [{"item": listed["epcClass"], "value": 742, "unit": "tạ"}]
    assert me.send(built["built"]).warnings == []


def sample_events() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for file in sorted((ROOT / "samples").glob("*/*/*.jsonld")):
        document = json.loads(file.read_bytes())
        body = document["epcisBody"]["eventList"]
        found += [{"@context": document["@context"], **event} for event in body]
    return found


def test_every_event_of_the_samples_is_filed_as_the_ledger_files_it(record: Program) -> None:
    lots: dict[str, str] = {}
    events = sample_events()
    assert len(events) > 80
    for payload in events:
        event = read_event(payload)
        if event.error_declaration is None:
            lots.update(instance_lots(event))
        answered = record.ask(do="file", event=payload, lots=lots)
        wanted = required_filing(event, lots.get)
        assert (answered["about"], answered["from"]) == (list(wanted.about), list(wanted.from_)), payload[
            "eventID"
        ]
        assert answered["born"] == dict(instance_lots(event))
