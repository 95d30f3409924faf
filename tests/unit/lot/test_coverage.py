"""What a recall would cover, and what it forgets, before it is signed."""

from typing import Any

from ledger.epcis.event import Event
from ledger.lot.coverage import coverage, recalled_lots
from ledger.lot.graph import Graph
from tests.unit.lot.kit import BERRY, CRUMB, JAM, POT, Story, kg, lot, packs, pot, pots


def before(story: Story) -> tuple[Event, Graph]:
    """The story's last event, not told yet, and the graph of what was told before."""
    told = story.told()
    return told[-1].event, Graph(told[:-1])


def jam() -> Story:
    """Berries B1 become jam J1, of which pots 1 to 4 (lot P1) and, from 3 and 4 of these, a gift box of lot G1."""
    story = Story()
    story.add(quantityList=[kg(lot("B1"), 12)])
    story.make([kg(lot("B1"), 12)], [kg(lot("J1", JAM), 10)])
    story.make([kg(lot("J1", JAM), 10)], pots(1, 4), ilmd={"cbvmda:lotNumber": "P1"})
    story.make(pots(3, 4), [pot("BOX", CRUMB)], ilmd={"cbvmda:lotNumber": "G1"})
    return story


def test_it_names_the_serials_and_the_daughter_lots_that_the_recall_forgets() -> None:
    story = jam()
    story.recall(pots(1, 3))
    found = coverage(*before(story))
    assert found.lot == lot("P1", POT)
    assert (found.born, found.recalled, found.released) == (4, 3, 0)
    assert found.not_named == (pot(4),)
    assert found.still_recalled == tuple(pots(1, 3))
    assert found.daughters == (lot("G1", CRUMB),)


def test_an_ancestors_recall_forgets_all_that_was_made_of_it() -> None:
    story = jam()
    story.recall([kg(lot("B1"), 12)])
    found = coverage(*before(story))
    assert (found.lot, found.born, found.recalled) == (lot("B1"), 12, 12)
    assert found.still_recalled == (lot("B1"),)
    assert found.daughters == (lot("J1", JAM), lot("P1", POT), lot("G1", CRUMB))


def test_daughters_that_are_recalled_are_not_forgotten() -> None:
    story = jam()
    story.recall([packs(lot("P1", POT), 4)])
    story.recall([pot("BOX", CRUMB)])
    story.recall([pot("BOX", CRUMB)], release=True)
    story.recall([kg(lot("B1"), 12), kg(lot("J1", JAM), 10)])
    recall, graph = before(story)
    assert recalled_lots(recall, graph) == (lot("B1"), lot("J1", JAM))
    assert coverage(recall, graph).daughters == (lot("G1", CRUMB),)
    assert coverage(recall, graph, lot("J1", JAM)).daughters == (lot("G1", CRUMB),)


def test_daughters_that_were_released_as_a_whole_are_forgotten_again() -> None:
    story = jam()
    story.recall([pot(1), pot(2)])
    story.recall([packs(lot("P1", POT), 4)], release=True)
    story.recall([kg(lot("J1", JAM), 10)])
    assert coverage(*before(story)).daughters == (lot("P1", POT), lot("G1", CRUMB))


def test_a_recall_before_counts_with_the_new_one() -> None:
    story = jam()
    story.recall([pot(1)])
    story.recall([pot(2)])
    found = coverage(*before(story))
    assert (found.recalled, found.not_named) == (2, tuple(pots(3, 4)))


def test_a_recalled_pesticide_reaches_what_it_was_applied_to() -> None:
    spray = lot("SPRAY", CRUMB)
    story = Story()
    story.add(quantityList=[packs(lot("BUSH"), 9)])
    applied: dict[str, Any] = {"nguon:inputApplied": [{"nguon:product": spray}]}
    story.see(quantityList=[packs(lot("BUSH"), 9)], **applied)
    story.add(quantityList=[kg(lot("H1", JAM), 5)], ilmd={"nguon:sourcePlanting": lot("BUSH")})
    story.recall([kg(spray, 1)])
    found = coverage(*before(story))
    assert found.daughters == (lot("BUSH"), lot("H1", JAM))


def test_tem_of_a_roll_are_known_by_their_count_only() -> None:
    """A lot of 24 counted pots, of which a recall lists two tem: 22 are forgotten, and nobody can name them."""
    story = Story()
    story.make([kg(lot("J1", JAM), 12)], [packs(lot("P1", POT), 24)])
    story.recall(pots(1, 2), **{"nguon:lotNumber": "P1"})
    found = coverage(*before(story))
    assert (found.lot, found.born, found.recalled, found.not_named) == (lot("P1", POT), 24, 2, ())


def test_a_recall_in_an_empty_graph_covers_what_it_names() -> None:
    story = Story()
    story.recall([kg(lot("B1", BERRY), 3)])
    found = coverage(*before(story))
    assert (found.lot, found.born, found.still_recalled) == (lot("B1"), 0, (lot("B1"),))
