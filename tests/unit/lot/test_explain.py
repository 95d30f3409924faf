"""`explain` on documents whose answers were worked out by hand; the samples' are in the vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.document import read_document
from ledger.errors import Gs1Error, RuleError
from ledger.lot.explain import explain
from tests.unit.lot.kit import (
    BERRY,
    CRATE,
    CRUMB,
    JAM,
    PALLET,
    POT,
    ROOT,
    SEASON,
    Story,
    kg,
    lot,
    packs,
    pot,
    pots,
    sample,
)

EXPECTED = json.loads((ROOT / "tests" / "vectors" / "scenarios.json").read_text())["scenarios"]
SAMPLES = {"herb": "herb-tra-hoa-vang", "rice": "rice-nep-hat-cau"}


def made_of(story: Story, of: str) -> list[Any]:
    facts: Any = explain(story.document(), of)
    assert facts["traceBack"]["of"] == of
    return list(facts["traceBack"]["classesAndLots"])


def lots(*numbers: str) -> list[str]:
    return sorted(lot(number) for number in numbers)


# -- the samples


@pytest.mark.parametrize(("folder", "name"), SAMPLES.items())
def test_a_sample_says_every_fact_that_was_derived_by_hand(folder: str, name: str) -> None:
    expected = EXPECTED[name]
    assert explain(sample(folder), expected["traceBack"]["of"]) == expected


@pytest.mark.parametrize(("folder", "name"), SAMPLES.items())
def test_without_being_told_it_traces_the_first_product_of_the_last_birth(folder: str, name: str) -> None:
    assert explain(sample(folder)) == EXPECTED[name]


@pytest.mark.parametrize("name", SAMPLES.values())
def test_the_shared_scenarios_say_every_fact_of_their_expectations(name: str, shared_vectors: Path) -> None:
    folder = shared_vectors.parent / "scenarios"
    expected = json.loads((folder / "expectations.json").read_text())["scenarios"][name]
    document = read_document((folder / f"{name}.jsonld").read_bytes())
    assert explain(document) == expected


# -- documents of our own


def test_an_empty_document_says_nothing() -> None:
    assert explain(Story().document()) == {
        "events": 0,
        "byType": {},
        "erroneousEventIDs": [],
        "massBalance": [],
        "traceBack": {"of": None, "classesAndLots": []},
        "finalDispositionOfSerials": {},
        "persistentDispositions": {},
    }


def test_from_berries_to_pots_on_a_pallet() -> None:
    """12 kg and 8 kg of berries, with 5 kg of sugar, boil down to 20 kg of jam: 40 pots of 500 g, 38 shipped."""
    story = Story()
    story.add(quantityList=[kg(lot("B1"), 12)], disposition="active")
    story.add(quantityList=[kg(lot("B2"), 8)], disposition="active")
    story.make(
        [kg(lot("B1"), 12), kg(lot("B2"), 8000, "GRM"), kg(lot("SUGAR", CRUMB), 0.005, "TNE")],
        [kg(lot("J1", JAM), 20)],
        bizStep="https://w3id.org/nguon/bizstep/drying",
    )
    story.make(
        [kg(lot("J1", JAM), 20)],
        pots(1, 40),
        bizStep="packing",
        disposition="active",
        ilmd={"cbvmda:lotNumber": "P1", "nguon:netWeightKg": 0.5},
    )
    story.pack(PALLET, pots(1, 38), disposition="container_closed")
    story.see(epcList=[PALLET], bizStep="shipping", disposition="in_transit")
    story.see(epcList=pots(1, 2), bizStep="retail_selling", disposition="retail_sold")
    assert explain(story.document()) == {
        "events": 7,
        "byType": {"ObjectEvent": 4, "TransformationEvent": 2, "AggregationEvent": 1},
        "erroneousEventIDs": [],
        "massBalance": [
            {
                "event": 2,
                "bizStep": "https://w3id.org/nguon/bizstep/drying",
                "inputKg": 25,
                "outputKg": 20,
                "yieldPct": 80.0,
            },
            {
                "event": 3,
                "bizStep": "packing",
                "inputKg": 20,
                "outputKg": 20,
                "yieldPct": 100.0,
                "note": "40 boxes of 0.5 kg (ilmd nguon:netWeightKg)",
            },
        ],
        "traceBack": {
            "of": pot(1),
            "classesAndLots": sorted(
                [lot("B1"), lot("B2"), lot("SUGAR", CRUMB), lot("J1", JAM)],
            ),
        },
        "finalDispositionOfSerials": {"retail_sold": 2, "container_closed": 36, "active": 2},
        "persistentDispositions": {},
    }


def test_a_withdrawn_event_counts_nowhere_and_its_corrective_one_does() -> None:
    """The drying was noted as 10 kg to 9 kg; it was 10 kg to 4 kg. The wrong one fed a lot that does not exist."""
    story = Story()
    story.add(quantityList=[kg(lot("B1"), 10)])
    wrong = story.make([kg(lot("B1"), 10)], [kg(lot("GHOST", JAM), 9)], bizStep="packing")
    story.withdraw(wrong)
    story.make([kg(lot("B1"), 10)], [kg(lot("J1", JAM), 4)], bizStep="packing")
    facts: Any = explain(story.document(), lot("GHOST", JAM))
    assert facts["events"] == 4
    assert facts["byType"] == {"ObjectEvent": 1, "TransformationEvent": 3}
    assert facts["erroneousEventIDs"] == [wrong]
    assert facts["massBalance"] == [
        {"event": 3, "bizStep": "packing", "inputKg": 10, "outputKg": 4, "yieldPct": 40.0}
    ]
    assert facts["traceBack"]["classesAndLots"] == []
    assert explain(story.document())["traceBack"] == {"of": lot("J1", JAM), "classesAndLots": [lot("B1")]}


def test_a_withdrawn_sale_leaves_the_disposition_before_it() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 1)], pots(1, 3), disposition="active", ilmd={"cbvmda:lotNumber": "P1"})
    wrong = story.see(epcList=pots(1, 2), disposition="retail_sold")
    story.see(epcList=[pot(3)], disposition="damaged")
    story.withdraw(wrong)
    assert explain(story.document())["finalDispositionOfSerials"] == {"active": 2, "damaged": 1}


def test_the_last_disposition_is_the_latest_in_time_not_in_the_list() -> None:
    story = Story()
    story.add(epcList=[pot(1)], ilmd={"cbvmda:lotNumber": "P1"}, disposition="active")
    story.see(epcList=[pot(1)], disposition="retail_sold", at="2026-05-09T08:00:00+07:00")
    story.see(epcList=[pot(1)], disposition="in_transit", at="2026-05-05T08:00:00+07:00")
    assert explain(story.document())["finalDispositionOfSerials"] == {"retail_sold": 1}


def test_time_is_compared_across_offsets() -> None:
    """9:00 at +07:00 is 2:00 UTC, before 3:00 UTC."""
    story = Story()
    story.see(
        epcList=[pot(1)], disposition="in_transit", at="2026-05-05T03:00:00Z", eventTimeZoneOffset="+00:00"
    )
    story.see(epcList=[pot(1)], disposition="active", at="2026-05-05T09:00:00+07:00")
    assert explain(story.document())["finalDispositionOfSerials"] == {"in_transit": 1}


def test_a_season_brings_all_its_inputs_into_the_harvest_and_no_balance_row() -> None:
    """Seed and fertiliser of one season; the fertiliser of another season stays out."""
    other = SEASON.replace("0125", "0126")
    story = Story()
    story.make(
        [kg(lot("SEED"), 90)], [], transformationID=SEASON, bizStep="https://w3id.org/nguon/bizstep/sowing"
    )
    story.make([kg(lot("NPK"), 45)], [], transformationID=SEASON)
    story.make([kg(lot("UREA"), 30)], [], transformationID=other)
    story.make([], [kg(lot("RICE", JAM), 14_000)], transformationID=SEASON)
    story.make([kg(lot("RICE", JAM), 14_000)], [kg(lot("DRY", JAM), 12_250)], bizStep="other")
    facts: Any = explain(story.document())
    assert facts["traceBack"] == {
        "of": lot("DRY", JAM),
        "classesAndLots": sorted([lot("SEED"), lot("NPK"), lot("RICE", JAM)]),
    }
    assert [(row["event"], row["yieldPct"]) for row in facts["massBalance"]] == [(4, 87.5)]


def test_what_was_applied_to_a_planting_is_no_material() -> None:
    story = Story()
    story.add(quantityList=[packs(lot("BUSH"), 100)])
    story.see(
        quantityList=[packs(lot("BUSH"), 100)],
        **{"nguon:inputApplied": [{"nguon:product": lot("SPRAY", CRUMB), "nguon:amount": 1}]},
    )
    story.add(quantityList=[kg(lot("H1", JAM), 5)], ilmd={"nguon:sourcePlanting": lot("BUSH")})
    assert made_of(story, lot("H1", JAM)) == [lot("BUSH")]
    assert story.graph().ancestors(lot("H1", JAM)) == (lot("BUSH"), lot("SPRAY", CRUMB))


def test_a_serial_that_a_commissioning_numbers_comes_from_its_lots_ingredients() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 5)], [packs(lot("P1", POT), 10)], ilmd={"nguon:netWeightKg": 0.5})
    story.add(epcList=pots(1, 10), bizStep="commissioning", ilmd={"cbvmda:lotNumber": "P1"})
    assert made_of(story, pot(4)) == [lot("J1", JAM)]


def test_of_serials_that_are_used_up_their_lot_is_named() -> None:
    """Two pots of lot P1 become one gift box; the box is made of P1 and of what P1 was made of."""
    story = Story()
    story.make(
        [kg(lot("J1", JAM), 1)],
        pots(1, 4),
        ilmd={"cbvmda:lotNumber": "P1", "nguon:netWeightKg": 0.25},
    )
    story.make(pots(1, 2), [pot("BOX", CRUMB)], bizStep="packing", ilmd={"nguon:netWeightKg": 0.5})
    facts: Any = explain(story.document())
    assert facts["traceBack"] == {
        "of": pot("BOX", CRUMB),
        "classesAndLots": sorted([lot("J1", JAM), lot("P1", POT)]),
    }
    assert facts["massBalance"][1] == {
        "event": 1,
        "bizStep": "packing",
        "inputKg": 0.5,
        "outputKg": 0.5,
        "yieldPct": 100.0,
        "note": "1 box of 0.5 kg (ilmd nguon:netWeightKg)",
    }


def test_two_births_of_one_lot_keep_their_serials_apart() -> None:
    story = Story()
    story.make([kg(lot("A", JAM), 1)], [pot(1)], ilmd={"cbvmda:lotNumber": "P1"})
    story.make([kg(lot("B", JAM), 1)], [pot(2)], ilmd={"cbvmda:lotNumber": "P1"})
    assert made_of(story, pot(1)) == [lot("A", JAM)]
    assert made_of(story, pot(2)) == [lot("B", JAM)]
    assert made_of(story, lot("P1", POT)) == [lot("A", JAM), lot("B", JAM)]


def test_a_pallet_is_made_of_what_was_in_it() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 5)], [packs(lot("P1", POT), 10)])
    story.pack(CRATE, [packs(lot("P1", POT), 10)])
    story.pack(PALLET, [CRATE])
    story.pack(CRATE, [], "DELETE")
    assert made_of(story, PALLET) == sorted([lot("P1", POT), lot("J1", JAM)])


def test_what_is_made_of_a_whole_pallet_is_made_of_what_was_in_it() -> None:
    """A pallet of pots is emptied into a vat: the jam comes from the pots' lot, and from that lot's berries."""
    story = Story()
    story.make([kg(lot("B1"), 5)], pots(1, 2), ilmd={"cbvmda:lotNumber": "P1"})
    story.pack(PALLET, pots(1, 2))
    story.make([PALLET], [kg(lot("VAT", JAM), 4)])
    assert made_of(story, lot("VAT", JAM)) == sorted([lot("B1"), lot("P1", POT)])


def test_identifiers_are_one_whether_urns_or_links() -> None:
    """SGTIN and LGTIN URNs, a label's own host with a lot beside the serial, and the canonical link are one thing."""
    story = Story()
    story.make(
        [kg("urn:epc:class:lgtin:9521001.000002.J1", 2)],
        ["urn:epc:id:sgtin:9521001.000005.1", f"https://nguon.example/01/{POT}/10/P1/21/2"],
        bizStep="packing",
        disposition="active",
        ilmd={"cbvmda:lotNumber": "P1", "nguon:netWeightKg": 1},
    )
    story.see(epcList=[pot(1)], disposition="retail_sold")
    facts: Any = explain(story.document(), "urn:epc:id:sgtin:9521001.000005.2")
    assert facts["traceBack"] == {"of": pot(2), "classesAndLots": [lot("J1", JAM)]}
    assert facts["finalDispositionOfSerials"] == {"retail_sold": 1, "active": 1}
    assert facts["massBalance"][0]["inputKg"] == facts["massBalance"][0]["outputKg"] == 2


def test_mass_that_is_not_known_is_left_out_or_leaves_the_row_out() -> None:
    """Water in litres and empty jars stand outside; packs of unknown weight, or no mass at all, make no balance."""
    story = Story()
    story.make(
        [kg(lot("B1"), 3), kg(lot("WATER"), 2, "LTR"), packs(lot("JARS"), 8)],
        [kg(lot("J1", JAM), 4)],
        bizStep="packing",
    )
    story.make([kg(lot("J1", JAM), 4)], [packs(lot("P1", POT), 8)], bizStep="packing")
    story.make([kg(lot("WATER"), 2, "LTR")], [kg(lot("TEA", JAM), 1)], bizStep="packing")
    story.make([kg(lot("B1"), 3)], [kg(lot("JUICE", JAM), 2, "LTR")], bizStep="packing")
    rows: Any = explain(story.document())["massBalance"]
    assert [(row["event"], row["inputKg"], row["outputKg"], row["yieldPct"]) for row in rows] == [
        (0, 3, 4, 133.33)
    ]


def test_a_description_may_give_the_weight_that_no_birth_gives() -> None:
    story = Story()
    story.make([packs(lot("P1", POT), 8)], [kg(lot("J1", JAM), 3.9)], bizStep="unpacking")
    attributes = [{"id": "https://w3id.org/nguon/epcis/netWeightKg", "attribute": 0.5}]
    element = {"id": f"https://id.gs1.org/01/{POT}", "attributes": attributes}
    master = [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]
    row: Any = explain(story.document(master=master))["massBalance"]
    assert row == [{"event": 0, "bizStep": "unpacking", "inputKg": 4, "outputKg": 3.9, "yieldPct": 97.5}]
    assert explain(story.document())["massBalance"] == []


def test_persistent_dispositions_are_the_lots_that_hold_one_in_the_end() -> None:
    story = Story()
    story.add(quantityList=[kg(lot("A"), 5), kg(lot("B"), 5), kg(lot("C"), 5)])
    story.see(quantityList=[kg(lot("A"), 5), kg(lot("B"), 5)], persistentDisposition={"set": ["conformant"]})
    story.see(
        quantityList=[kg(lot("B"), 5)],
        persistentDisposition={"unset": ["conformant"], "set": ["non_conformant"]},
    )
    story.see(quantityList=[kg(lot("A"), 5)], persistentDisposition={"unset": ["conformant"]})
    story.see(epcList=[pot(1)], persistentDisposition={"set": ["conformant"]})
    assert explain(story.document())["persistentDispositions"] == {lot("B"): ["non_conformant"]}


# -- recalls


def packed_lots() -> Story:
    """Lot P1 has pots 1 to 6, lot P2 pots 11 to 13."""
    story = Story()
    story.make([kg(lot("J1", JAM), 6)], pots(1, 6), ilmd={"cbvmda:lotNumber": "P1"})
    story.make([kg(lot("J2", JAM), 3)], pots(11, 13), ilmd={"cbvmda:lotNumber": "P2"})
    return story


def test_a_partial_recall_says_whom_it_forgot_and_whom_a_release_let_go() -> None:
    story = packed_lots()
    story.recall(pots(1, 4))
    story.recall(pots(2, 3), release=True)
    assert explain(story.document())["recallCoverage"] == {
        "lot": lot("P1", POT),
        "born": 6,
        "recalled": 4,
        "notNamed": pots(5, 6),
        "released": 2,
        "stillRecalled": [pot(1), pot(4)],
    }


def test_a_second_recall_adds_to_the_first_and_recalls_again_what_was_released() -> None:
    story = packed_lots()
    story.recall(pots(1, 2))
    story.recall(pots(1, 2), release=True)
    story.recall(pots(2, 5))
    facts: Any = explain(story.document())
    assert facts["recallCoverage"] == {
        "lot": lot("P1", POT),
        "born": 6,
        "recalled": 5,
        "notNamed": [pot(6)],
        "released": 1,
        "stillRecalled": pots(2, 5),
    }


def test_a_recall_of_the_lot_by_class_forgets_nobody() -> None:
    story = packed_lots()
    story.recall([packs(lot("P1", POT), 2)])
    story.recall([pot(6)], release=True)
    assert explain(story.document())["recallCoverage"] == {
        "lot": lot("P1", POT),
        "born": 6,
        "recalled": 6,
        "notNamed": [],
        "released": 1,
        "stillRecalled": pots(1, 5),
    }


def test_recalls_of_several_lots_are_a_list() -> None:
    story = packed_lots()
    story.recall([pot(1), pot(11)])
    story.recall([packs(lot("P2", POT), 3)], release=True)
    facts: Any = explain(story.document())
    assert [
        (
            each["lot"],
            each["born"],
            each["recalled"],
            each["notNamed"],
            each["released"],
            each["stillRecalled"],
        )
        for each in facts["recallCoverage"]
    ] == [
        (lot("P1", POT), 6, 1, pots(2, 6), 0, [pot(1)]),
        (lot("P2", POT), 3, 1, pots(12, 13), 1, []),
    ]


def test_a_lot_without_serials_is_recalled_as_a_whole() -> None:
    story = Story()
    story.make([kg(lot("J1", JAM), 12)], [packs(lot("P1", POT), 24)], ilmd={"nguon:netWeightKg": 0.5})
    story.recall([packs(lot("P1", POT), 20)])
    recalled = {
        "lot": lot("P1", POT),
        "born": 24,
        "recalled": 24,
        "notNamed": [],
        "released": 0,
        "stillRecalled": [lot("P1", POT)],
    }
    assert explain(story.document())["recallCoverage"] == recalled
    story.recall([packs(lot("P1", POT), 24)], release=True)
    assert explain(story.document())["recallCoverage"] == {**recalled, "released": 24, "stillRecalled": []}


def test_a_withdrawn_recall_recalls_nothing() -> None:
    story = packed_lots()
    story.withdraw(story.recall(pots(1, 6)))
    assert "recallCoverage" not in explain(story.document())


def test_serials_of_an_unknown_lot_are_still_recalled() -> None:
    story = Story()
    story.recall([pot(1)])
    assert explain(story.document())["recallCoverage"] == {
        "lot": None,
        "born": 0,
        "recalled": 1,
        "notNamed": [],
        "released": 0,
        "stillRecalled": [pot(1)],
    }


# -- what cannot be explained


def test_an_event_of_a_wrong_shape_is_refused_with_its_place_in_the_document() -> None:
    story = Story()
    story.add(quantityList=[kg(lot("A"), 5)])
    story.add(quantityList=[kg(f"https://id.gs1.org/01/{BERRY[:-1]}8/10/A", 5)])
    with pytest.raises(RuleError) as refused:
        explain(story.document())
    assert refused.value.pointer == "/epcisBody/eventList/1/quantityList/0/epcClass"


def test_a_wrong_identifier_to_trace_is_refused() -> None:
    with pytest.raises(Gs1Error):
        explain(Story().document(), f"https://id.gs1.org/01/{BERRY[:-1]}8/10/A")
