"""What the log knows of lots: stories, kin whose `from` counts, and that what is kept is what is read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.capture import Capture
from ledger.errors import NotFoundError
from ledger.lots import Lots
from tests.ledgerkit import COOP, FIELD, SHOP, STORE, Kit, document, event_id, harvest, instance, lot

SSCC = "https://id.gs1.org/00/095210021260110019"


def step(number: int, inputs: list[str], outputs: list[str], **more: Any) -> dict[str, Any]:
    return {
        "type": "TransformationEvent",
        "eventID": event_id(number),
        "eventTime": "2026-02-03T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "assembling",
        "readPoint": {"id": FIELD},
        "inputQuantityList": [{"epcClass": lot(name), "quantity": 1} for name in inputs],
        "outputQuantityList": [{"epcClass": lot(name), "quantity": 1} for name in outputs],
        **more,
    }


def born(number: int, name: str) -> dict[str, Any]:
    return harvest(number, quantityList=[{"epcClass": lot(name), "quantity": 100}])


def test_kin_are_found_both_ways_nearest_first(kit: Kit) -> None:
    events = [born(1, "A"), born(2, "B"), step(3, ["A", "B"], ["C"]), step(4, ["C"], ["D"])]
    spray = {**born(5, "C"), "action": "OBSERVE", "nguon:inputApplied": [{"nguon:product": lot("X")}]}
    kit.capture.document(document(*events, spray), org=COOP)
    lots = Lots(kit.ledger.log)
    up = lots.ancestors([lot("D")])
    assert [(kin.uri, kin.next_to, kin.material) for kin in up] == [
        (lot("C"), (lot("D"),), True),
        (lot("A"), (lot("C"),), True),
        (lot("B"), (lot("C"),), True),
        (lot("X"), (lot("C"),), False),
    ]
    down = lots.descendants([lot("A")])
    assert [(kin.uri, kin.next_to) for kin in down] == [(lot("C"), (lot("A"),)), (lot("D"), (lot("C"),))]
    assert [kin.material for kin in lots.descendants([lot("X")])] == [False, False]


def test_a_stranger_ties_nothing_to_a_lot(kit: Kit) -> None:
    kit.capture.document(document(born(1, "A")), org=COOP)
    theft = {
        **born(2, "A"),
        "action": "OBSERVE",
        "readPoint": {"id": STORE},
        "nguon:inputApplied": [{"nguon:product": lot("X")}],
    }
    kit.capture.document(document(theft), org=SHOP)
    lots = Lots(kit.ledger.log)
    assert lots.ancestors([lot("A")]) == []
    assert lots.descendants([lot("X")]) == []


def test_what_no_stem_covers_is_its_first_signers(kit: Kit) -> None:
    season = "urn:uuid:00000000-0000-4000-8000-000000000001"
    sowing = step(1, ["SEED"], [], transformationID=season)
    fed = {**step(2, ["STOLEN"], [], transformationID=season), "readPoint": {"id": STORE}}
    reaping = step(3, [], ["H"], transformationID=season)
    for event, org in ((sowing, COOP), (fed, SHOP), (reaping, COOP)):
        event = {name: value for name, value in event.items() if value != []}
        kit.capture.document(document(event), org=org)
    up = [kin.uri for kin in Lots(kit.ledger.log).ancestors([lot("H")])]
    assert up == [season, lot("SEED")]


def test_a_story_has_its_instances_and_their_containers(kit: Kit) -> None:
    birth = harvest(1, quantityList=None, epcList=[instance("S1")], ilmd={"cbvmda:lotNumber": "L1"})
    packed = {
        **harvest(2, quantityList=None, bizStep="packing"),
        "type": "AggregationEvent",
        "parentID": SSCC,
        "childEPCs": [instance("S1")],
    }
    shipped = harvest(3, quantityList=None, epcList=[SSCC], action="OBSERVE", bizStep="shipping")
    kit.capture.document(document(birth, packed, shipped), org=COOP)
    story = Lots(kit.ledger.log).story(lot("L1"))
    assert [item.event.event_id for item in story.told] == [event_id(1), event_id(2), event_id(3)]


def test_of_what_nothing_is_recorded_nothing_is_told(kit: Kit) -> None:
    with pytest.raises(NotFoundError) as refused:
        Lots(kit.ledger.log).story(lot("NEVER"))
    assert refused.value.code == "not_found.lot"


def test_what_is_kept_from_capture_is_what_is_read_from_the_log(kit: Kit) -> None:
    kept, read = Lots(kit.ledger.log), Lots(kit.ledger.log)
    capture = Capture(
        kit.ledger.log,
        kit.writer,
        registrars=kit.ledger.registrars,
        clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
        signers={COOP: kit.ledger.coop}.get,
        recorded=kept.keep,
    )
    nameless = {name: value for name, value in born(3, "A").items() if name != "eventID"} | {
        "action": "OBSERVE"
    }
    sent = document(born(1, "A"), step(2, ["A"], ["B"]), nameless)
    capture.document(sent, org=COOP)
    capture.document(sent, org=COOP)
    own = kit.farm.event({**born(4, "A"), "action": "OBSERVE"}, [lot("A")])
    capture.statements([own.raw], org=COOP)
    for uri in (lot("A"), lot("B")):
        assert kept.story(uri).told == read.story(uri).told
    assert len(kept.story(lot("A")).told) == 4


def test_stories_read_ahead_are_those_that_are_long(kit: Kit) -> None:
    lots = Lots(kit.ledger.log)
    events = [born(n, "A") | ({} if n == 1 else {"action": "OBSERVE"}) for n in range(1, 501)]
    kit.capture.document(document(*events, born(600, "B")), org=COOP)
    lots.warm()
    assert len(lots._kept) == 500
    lots.warm(lambda: True)
