"""Does a step add up, and what is left of a lot: sums worked out by hand."""

from typing import Any

import pytest

from ledger.lot import units
from ledger.lot.balance import balances, pack_weights, remaining
from ledger.lot.containers import contents
from ledger.lot.explain import explain
from tests.unit.lot.kit import CRUMB, JAM, PALLET, POT, SEASON, Story, kg, lot, packs, pot, pots


def test_the_arithmetic_is_shown_as_a_sentence() -> None:
    story = Story()
    story.make([kg(lot("A"), 12.4), kg(lot("B"), 9600, "GRM")], [kg(lot("C", JAM), 20)], bizStep="other")
    story.make([kg(lot("C", JAM), 2.9)], pots(1, 29), ilmd={"nguon:netWeightKg": 0.1})
    first, second = balances(story.told())
    assert first.arithmetic == "12.4 kg + 9.6 kg = 22 kg in; 20 kg out; 20 / 22 = 90.91 %"
    assert second.arithmetic == "2.9 kg in; 29 × 0.1 kg = 2.9 kg out; 2.9 / 2.9 = 100.00 %"
    assert [(term.uri, term.kg) for term in first.inputs] == [(lot("A"), 12.4), (lot("B"), 9.6)]
    assert second.outputs[0].count == 29
    assert second.outputs[0].uri == f"https://id.gs1.org/01/{POT}"


def test_more_out_than_in_beyond_the_steps_tolerance_is_exceeded() -> None:
    story = Story()
    for out in (10, 10.1, 10.11):
        story.make([kg(lot("A"), 10)], [kg(lot("C", JAM), out)], bizStep="packing")
    assert [step.exceeded for step in balances(story.told())] == [False, False, True]
    assert [step.exceeded for step in balances(story.told(), tolerance=lambda _: 0.0)] == [False, True, True]
    asked: list[str | None] = []

    def tolerance(step: str | None) -> float:
        asked.append(step)
        return 0.02

    assert not any(step.exceeded for step in balances(story.told(), tolerance=tolerance))
    assert set(asked) == {"packing"}


def test_what_is_not_all_known_or_grows_is_never_exceeded() -> None:
    story = Story()
    story.make([kg(lot("A"), 1), kg(lot("W"), 9, "LTR")], [kg(lot("C", JAM), 10)])
    story.make([kg(lot("A"), 1)], [kg(lot("C", JAM), 10)], transformationID=SEASON)
    water, season = balances(story.told())
    assert (water.exceeded, water.complete) == (False, False)
    assert (season.exceeded, season.complete) == (False, True)


def test_a_step_whose_goods_nobody_weighed_has_no_balance() -> None:
    story = Story()
    story.make([kg(lot("A"), 22)], [packs(lot("P1", POT), 200), kg(lot("WASTE", JAM), 0.8)])
    story.make([pot(1), kg(lot("SALT"), 2)], [kg(lot("C", JAM), 60)])
    story.make([kg(lot("A"), 2)], [pot(2), kg(lot("WASTE", JAM), 0.8)])
    assert balances(story.told()) == ()


def test_the_loss_that_an_event_gives_is_kept_beside_the_sum() -> None:
    story = Story()
    story.make([kg(lot("A"), 20)], [kg(lot("C", JAM), 19)], ilmd={"nguon:lossKg": 1})
    assert balances(story.told())[0].loss_kg == 1


def test_packs_of_two_births_weigh_what_their_own_birth_says() -> None:
    story = Story()
    story.make([kg(lot("A"), 9)], [pot(1)], ilmd={"cbvmda:lotNumber": "P1", "nguon:netWeightKg": 1})
    story.make([kg(lot("A"), 9)], [pot(2)], ilmd={"cbvmda:lotNumber": "P1", "nguon:netWeightKg": 2})
    story.make(pots(1, 2), [kg(lot("C", JAM), 3)])
    assert pack_weights(story.graph())[pot(2)] == 2
    step = balances(story.told())[-1]
    assert (step.input_kg, step.output_kg) == (3, 3)
    assert step.arithmetic == "1 × 1 kg + 1 × 2 kg = 3 kg in; 3 kg out; 3 / 3 = 100.00 %"


@pytest.mark.parametrize(
    ("quantity", "uom", "unit", "base"),
    [
        (1.5, "TNE", "KGM", 1500),
        (250, "GRM", "KGM", 0.25),
        (2, "LBR", "KGM", 0.907185),
        (3, "MTQ", "LTR", 3000),
        (7, None, "", 7),
        (7, "C62", "", 7),
        (2, "HAR", "HAR", 2),
    ],
)
def test_units_of_one_kind_add_up(quantity: float, uom: str | None, unit: str, base: float) -> None:
    found, amount = units.to_base(quantity, uom)
    assert (found, units.number(amount)) == (unit, base)


def test_a_percentage_is_rounded_half_up() -> None:
    assert units.percent(units.decimal(24.125), units.decimal(100)) == 24.13
    assert units.percent(units.decimal(1), units.decimal(3)) == 33.33


@pytest.mark.parametrize("weight", [1e-300, 1e-7, 0.1, 1e25, 1.7e308])
@pytest.mark.parametrize("quantity", [5e-324, 1e-7, 1, 1e25, 1.7e308])
@pytest.mark.parametrize("uom", ["KGM", "TNE", None])
def test_no_quantity_is_too_small_or_too_large_to_be_explained(
    quantity: float, uom: str | None, weight: float
) -> None:
    story = Story()
    for amount in (quantity, 1.0):
        story.make(
            [kg(lot("A"), amount), kg(lot("B"), 1)],
            [kg(lot("C", JAM), quantity, uom)],
            ilmd={"nguon:netWeightKg": weight},
        )
        story.pack(PALLET, [kg(lot("C", JAM), quantity, uom)])
        story.pack(PALLET, [kg(lot("C", JAM), amount, uom)], "DELETE")
    facts: Any = explain(story.document())
    for row in facts["massBalance"]:
        assert all(0 < row[name] < float("inf") for name in ("inputKg", "outputKg"))
        assert 0 <= row["yieldPct"] < float("inf")
    assert contents(story.told()).stays
    assert all(step.arithmetic for step in balances(story.told()))
    assert remaining(lot("C", JAM), story.told()).born


# -- what is left of a lot


def test_a_lot_holds_what_was_born_less_what_was_used_and_taken_away() -> None:
    story = Story()
    story.make([kg(lot("S"), 21.2)], [kg(lot("D", JAM), 3.05)])
    story.remove(quantityList=[kg(lot("D", JAM), 50, "GRM")], bizStep="sampling")
    story.make([kg(lot("D", JAM), 2.9)], pots(1, 29), ilmd={"nguon:netWeightKg": 0.1})
    left = remaining(lot("D", JAM), story.told())
    assert (left.born, left.used, left.gone) == ({"KGM": 3.05}, {"KGM": 2.9}, {"KGM": 0.05})
    assert left.left == {"KGM": 0.1}
    assert left.exceeded == ()
    assert left.arithmetic == "3.05 kg born − 2.9 kg used − 0.05 kg gone = 0.1 kg"
    assert [(move.index, move.kind, move.quantity) for move in left.movements] == [
        (0, "born", 3.05),
        (1, "gone", 0.05),
        (2, "used", 2.9),
    ]


def test_use_of_more_than_the_lot_holds_is_exceeded() -> None:
    story = Story()
    story.add(quantityList=[kg(lot("A"), 10)])
    story.make([kg(lot("A"), 6)], [kg(lot("B", JAM), 6)])
    story.make([kg(lot("A"), 4.5)], [kg(lot("C", JAM), 4.5)])
    assert remaining(lot("A"), story.told()).exceeded == ("KGM",)
    assert remaining(lot("A"), story.told(), tolerance=0.05).exceeded == ()


def test_a_lot_never_born_here_has_no_bound() -> None:
    story = Story()
    story.make([kg(lot("A"), 6)], [kg(lot("B", JAM), 6)])
    left = remaining(lot("A"), story.told())
    assert (left.born, left.used, left.exceeded) == ({}, {"KGM": 6}, ())


def test_amounts_applied_are_used() -> None:
    story = Story()
    story.add(quantityList=[kg(lot("F", CRUMB), 500)])
    applied = {"nguon:product": lot("F", CRUMB), "nguon:amount": 420, "nguon:uom": "KGM"}
    story.see(quantityList=[packs(lot("BUSH"), 9)], **{"nguon:inputApplied": [applied]})
    assert remaining(lot("F", CRUMB), story.told()).left == {"KGM": 80}


def test_packs_counted_and_then_numbered_are_counted_once() -> None:
    story = Story()
    story.make([kg(lot("A"), 5)], [packs(lot("P1", POT), 10)])
    story.add(epcList=pots(1, 10), bizStep="commissioning", ilmd={"cbvmda:lotNumber": "P1"})
    assert remaining(lot("P1", POT), story.told()).born == {"": 10}


def test_each_numbered_pack_ends_once() -> None:
    """Ten pots; 1 and 2 sold, 2 taken back and destroyed, 3 used up: eight are left somewhere, one of them sold."""
    story = Story()
    story.make([kg(lot("A"), 5)], pots(1, 10), ilmd={"cbvmda:lotNumber": "P1"})
    story.see(epcList=pots(1, 2), bizStep="retail_selling", disposition="retail_sold")
    story.remove(epcList=[pot(2)], bizStep="destroying")
    story.remove(epcList=[pot(2)], bizStep="decommissioning")
    story.make([pot(3)], [kg(lot("C", JAM), 0.5)])
    left = remaining(lot("P1", POT), story.told())
    assert (left.born, left.sold, left.gone, left.used) == ({"": 10}, {"": 1}, {"": 1}, {"": 1})
    assert left.left == {"": 8}


def test_selling_more_packs_than_were_born_is_exceeded() -> None:
    story = Story()
    story.make([kg(lot("A"), 5)], [packs(lot("P1", POT), 10)])
    for _ in range(2):
        story.see(quantityList=[packs(lot("P1", POT), 6)], bizStep="retail_selling")
    assert remaining(lot("P1", POT), story.told()).exceeded == ("",)
