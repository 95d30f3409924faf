"""Days between a treatment and the harvest or slaughter."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.epcis.vocabulary import NGUON
from ledger.lot.explain import told_of
from ledger.lot.graph import Graph
from ledger.lot.intervals import IntervalViolation, violations
from tests.unit.lot.kit import CRUMB, FIELD, JAM, POT, SEASON, Story, kg, lot, packs, pot, sample

SPRAY = lot("SPRAY", CRUMB)
BUSH = lot("BUSH")


def spray(story: Story, day: str, days: object = 3, **members: Any) -> None:
    """A treatment of the bushes at noon of a day in May, whose interval stands beside the product."""
    applied = {"nguon:product": SPRAY, "nguon:preHarvestIntervalDays": days}
    story.see(
        at=f"2026-05-{day}T12:00:00+07:00",
        **{"quantityList": [packs(BUSH, 9)], "nguon:inputApplied": [applied], **members},
    )


def harvest(story: Story, day: str, **ilmd: Any) -> None:
    story.add(
        at=f"2026-05-{day}T08:00:00+07:00",
        quantityList=[kg(lot("H", JAM), 5)],
        ilmd={"nguon:sourcePlanting": BUSH, **ilmd},
    )


def broken(story: Story, **options: Any) -> tuple[IntervalViolation, ...]:
    told = story.told()
    return violations(told[-1].event, told[:-1], **options)


@pytest.mark.parametrize("name", ["herb", "rice", "honey"])
def test_the_samples_keep_all_their_intervals(name: str) -> None:
    document = sample(name)
    graph = Graph(told_of(document))
    described = {item.id: item.attributes for item in document.master}
    for item in graph.standing:
        if item.event.is_birth:
            assert violations(item.event, graph.standing, described=described, lot_of=graph.lot_of) == ()


def test_a_harvest_before_the_last_day_breaks_the_interval() -> None:
    story = Story()
    spray(story, "18")
    harvest(story, "20")
    assert broken(story) == (
        IntervalViolation("pre_harvest", SPRAY, date(2026, 5, 21), 3, date(2026, 5, 18), 0),
    )


@pytest.mark.parametrize(("day", "allowed"), [("18", False), ("20", False), ("21", True), ("17", True)])
def test_harvest_may_begin_when_the_days_have_passed_or_before_the_treatment(day: str, allowed: bool) -> None:
    """The harvest of the 18th is told for 20 h, after the treatment at noon."""
    story = Story()
    spray(story, "18")
    harvest(story, day)
    if day == "18":
        story.events[-1]["eventTime"] = "2026-05-18T20:00:00+07:00"
    assert (broken(story) == ()) is allowed


def test_a_harvest_of_several_days_begins_with_its_first() -> None:
    story = Story()
    spray(story, "18")
    harvest(story, "22", **{"cbvmda:harvestStartDate": "2026-05-20"})
    assert len(broken(story)) == 1


def test_a_treatment_in_the_middle_of_a_harvest_breaks_the_interval() -> None:
    story = Story()
    spray(story, "18")
    harvest(story, "30", **{"cbvmda:harvestStartDate": "2026-05-10"})
    assert len(broken(story)) == 1


def test_days_are_those_of_the_treatments_own_offset() -> None:
    """1:00 on the 19th at +07:00 is still the 18th in UTC: the first day of harvest is the 22nd, not the 21st."""
    story = Story()
    spray(story, "18")
    story.events[0]["eventTime"] = "2026-05-19T01:00:00+07:00"
    harvest(story, "21")
    assert [each.until for each in broken(story)] == [date(2026, 5, 22)]


def test_the_longest_of_what_is_said_counts() -> None:
    described = {f"https://id.gs1.org/01/{CRUMB}": {NGUON + "preHarvestIntervalDays": "7"}}
    story = Story()
    spray(story, "10", 3)
    harvest(story, "14")
    assert broken(story) == ()
    assert [each.days for each in broken(story, described=described)] == [7]


def test_the_treatment_of_another_planting_does_not_concern_the_harvest() -> None:
    story = Story()
    spray(story, "18", quantityList=[packs(lot("OTHER"), 9)])
    harvest(story, "19")
    assert broken(story) == ()


def test_a_treatment_that_names_only_the_place_concerns_what_is_harvested_there() -> None:
    for place, count in ((FIELD, 1), ("https://id.gs1.org/414/9521001000031", 0)):
        story = Story()
        spray(
            story,
            "18",
            quantityList=None,
            bizLocation={"id": place},
            readPoint={"id": place},
            sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": 21, "uom": "CEL"}]}],
        )
        harvest(story, "19")
        story.events[-1]["bizLocation"] = {"id": FIELD}
        assert len(broken(story)) == count


def test_a_seasons_treatments_concern_its_harvest() -> None:
    story = Story()
    story.make(
        [kg(SPRAY, 24, "LTR")],
        [],
        transformationID=SEASON,
        at="2026-05-01T08:00:00+07:00",
        **{"nguon:preHarvestIntervalDays": 21},
    )
    story.make([], [kg(lot("RICE", JAM), 900)], transformationID=SEASON, at="2026-05-21T08:00:00+07:00")
    assert [(each.product, each.until) for each in broken(story)] == [(SPRAY, date(2026, 5, 22))]
    other = SEASON.replace("0125", "0126")
    story.events[1]["transformationID"] = other
    assert broken(story) == ()


def test_a_drugs_withdrawal_concerns_the_slaughter_of_the_treated_animal_and_its_herd() -> None:
    drug = {"nguon:product": SPRAY, "nguon:withdrawalDays": 28}
    for treated in ({"epcList": [pot("GOAT")]}, {"quantityList": [packs(lot("HERD", POT), 12)]}):
        story = Story()
        story.add(epcList=[pot("GOAT")], ilmd={"cbvmda:lotNumber": "HERD"}, at="2025-01-01T08:00:00+07:00")
        story.see(at="2026-05-01T08:00:00+07:00", **{"nguon:inputApplied": [drug], **treated})
        story.make(
            [pot("GOAT")], [kg(lot("MEAT", JAM), 18)], bizStep="killing", at="2026-05-20T08:00:00+07:00"
        )
        found = broken(story, lot_of=story.graph().lot_of)
        assert [(each.kind, each.days, each.until) for each in found] == [
            ("withdrawal", 28, date(2026, 5, 29))
        ]


@pytest.mark.parametrize("days", [0, -3, True, "soon", None, 1e9, [3]])
def test_days_of_another_shape_say_nothing(days: object) -> None:
    story = Story()
    spray(story, "18", days)
    harvest(story, "19")
    assert broken(story) == ()


def test_a_part_of_a_day_counts_as_one() -> None:
    story = Story()
    spray(story, "18", 1.5)
    harvest(story, "19")
    assert [each.days for each in broken(story)] == [2]


def test_an_interval_beyond_the_last_day_lasts_for_ever() -> None:
    story = Story()
    spray(story, "18", 99_999)
    harvest(story, "19")
    treated, harvested = (
        replace(item, event=replace(item.event, event_time=datetime(9990 + item.index, 5, 18, tzinfo=UTC)))
        for item in story.told()
    )
    assert [each.until for each in violations(harvested.event, [treated])] == [date.max]
