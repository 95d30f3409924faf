"""What was made of what, which instance is of which lot; the same from a document, a log and a bundle."""

from dataclasses import replace

from ledger.lot.graph import Graph, Told
from ledger.statement.filing import required_filing
from ledger.statement.trust import KeyRecord
from tests.unit.lot.kit import CRUMB, FIELD, JAM, POT, SEASON, Story, kg, lot, packs, pot, pots
from tests.world import COOP, COOP_STEMS, RIVAL, RIVAL_STEMS, World


def signer(name: str, org: str, stems: tuple[str, ...], role: str = "officer") -> KeyRecord:
    key = World().new_key(name, org)
    return KeyRecord(key.kid, org, key.jwk, role, "own", stems, 0)


COOP_KEY = signer("coop", COOP, COOP_STEMS)
RIVAL_KEY = signer("rival", RIVAL, RIVAL_STEMS)


def signed(story: Story, **by: KeyRecord) -> tuple[Told, ...]:
    """The story signed by the cooperative, save the events at `e{index}`."""
    return tuple(replace(item, signer=by.get(f"e{item.index}", COOP_KEY)) for item in story.told())


def jam() -> Story:
    story = Story()
    story.add(quantityList=[kg(lot("B1"), 12)])
    story.make([kg(lot("B1"), 12)], [kg(lot("J1", JAM), 10)])
    story.make([kg(lot("J1", JAM), 10)], pots(1, 3), ilmd={"cbvmda:lotNumber": "P1"})
    return story


def test_ancestors_come_nearest_first_and_descendants_are_their_inverse() -> None:
    graph = jam().graph()
    assert graph.ancestors(pot(1)) == (lot("J1", JAM), lot("B1"))
    assert graph.ancestors(lot("P1", POT)) == (lot("J1", JAM), lot("B1"))
    assert graph.descendants(lot("B1")) == (lot("J1", JAM), pot(1), lot("P1", POT), pot(2), pot(3))
    assert graph.parents(lot("J1", JAM)) == (lot("B1"),)
    assert graph.children(lot("J1", JAM)) == (pot(1), lot("P1", POT), pot(2), pot(3))


def test_what_nobody_told_of_has_no_lineage() -> None:
    graph = jam().graph()
    assert graph.ancestors(lot("NONE")) == ()
    assert graph.descendants(lot("NONE")) == ()
    assert graph.lot_of(pot(99)) is None
    assert graph.births_of(lot("NONE")) == ()


def test_instances_know_their_lot_and_lots_their_instances() -> None:
    graph = jam().graph()
    assert graph.lot_of(pot(2)) == lot("P1", POT)
    assert graph.instances_of(lot("P1", POT)) == tuple(pots(1, 3))
    assert [item.index for item in graph.births_of(lot("P1", POT))] == [2]


def test_what_only_others_say_of_an_instance_yields_to_its_birth() -> None:
    story = Story()
    story.see(epcList=[pot(1)], bizStep="encoding", **{"nguon:lotNumber": "WRONG"})
    story.see(epcList=[pot(2)], bizStep="encoding", **{"nguon:lotNumber": "P9"})
    story.add(epcList=[pot(1)], ilmd={"cbvmda:lotNumber": "P1"})
    graph = story.graph()
    assert graph.lot_of(pot(1)) == lot("P1", POT)
    assert graph.lot_of(pot(2)) == lot("P9", POT)
    assert graph.instances_of(lot("P9", POT)) == ()


def test_a_lots_repack_into_itself_is_no_endless_lineage() -> None:
    story = Story()
    story.make([kg(lot("A"), 2)], [kg(lot("B"), 2)])
    story.make([kg(lot("B"), 2)], [kg(lot("A"), 1), kg(lot("C"), 1)])
    graph = story.graph()
    assert graph.ancestors(lot("A")) == (lot("B"),)
    assert graph.ancestors(lot("C")) == (lot("B"), lot("A"))


def test_a_season_stands_between_what_feeds_it_and_its_harvest() -> None:
    story = Story()
    story.make([kg(lot("SEED"), 9)], [], transformationID=SEASON)
    story.see(
        **{
            "nguon:transformationRef": SEASON,
            "nguon:inputApplied": {"nguon:product": lot("SPRAY", CRUMB)},
            "readPoint": {"id": FIELD},
            "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 21, "uom": "CEL"}]}],
        }
    )
    story.make([], [kg(lot("RICE", JAM), 900)], transformationID=SEASON)
    story.add(quantityList=[kg(lot("STRAW", POT), 400)], **{"nguon:transformationRef": SEASON})
    graph = story.graph()
    for harvest in (lot("RICE", JAM), lot("STRAW", POT)):
        assert graph.ancestors(harvest) == (SEASON, lot("SEED"), lot("SPRAY", CRUMB))
        assert graph.ancestors(harvest, applied=False) == (SEASON, lot("SEED"))
    assert graph.transformations == {SEASON}


def test_a_declaration_without_an_event_id_withdraws_the_event_of_the_same_content() -> None:
    story = jam()
    del story.events[1]["eventID"]
    declaration = {"declarationTime": "2026-05-02T08:00:00+07:00", "reason": "incorrect_data"}
    story.events.append({**story.events[1], "errorDeclaration": declaration})
    graph = story.graph()
    assert [item.index for item in graph.standing] == [0, 2]
    assert graph.erroneous == frozenset()
    assert graph.ancestors(pot(1)) == (lot("J1", JAM),)


def test_only_the_events_own_organisation_withdraws_it() -> None:
    story = jam()
    story.withdraw(str(story.events[1]["eventID"]))
    assert len(Graph(signed(story)).standing) == 2
    kept = Graph(signed(story, e3=RIVAL_KEY))
    assert [item.index for item in kept.standing] == [0, 1, 2]
    assert kept.erroneous == frozenset()


def test_a_stranger_brings_nothing_into_being_and_ties_nothing_to_it() -> None:
    story = jam()
    story.make([kg(lot("POISON", CRUMB), 1)], [kg(lot("J1", JAM), 1)])
    graph = Graph(signed(story, e3=RIVAL_KEY))
    assert graph.ancestors(lot("J1", JAM)) == (lot("B1"),)
    assert [item.index for item in graph.births_of(lot("J1", JAM))] == [1]
    assert lot("POISON", CRUMB) in story.graph().ancestors(lot("J1", JAM))


def test_a_stranger_who_tells_first_ties_nothing_to_a_lot_that_is_anothers() -> None:
    story = Story()
    story.make([kg(lot("POISON", CRUMB), 1)], [kg(lot("J1", JAM), 1)])
    story.make([kg(lot("B1"), 1)], [kg(lot("J1", JAM), 1)])
    assert Graph(signed(story, e0=RIVAL_KEY)).ancestors(lot("J1", JAM)) == (lot("B1"),)


def test_what_is_applied_to_a_lot_reaches_its_instances() -> None:
    story = jam()
    applied = {"nguon:inputApplied": [{"nguon:product": lot("GAS", CRUMB)}]}
    story.see(quantityList=[packs(lot("P1", POT), 3)], **applied)
    graph = story.graph()
    assert set(graph.ancestors(pot(1))) == {lot("J1", JAM), lot("B1"), lot("GAS", CRUMB)}
    assert graph.ancestors(pot(1), applied=False) == (lot("J1", JAM), lot("B1"))


def test_a_lot_number_is_no_word_about_what_is_used_up() -> None:
    story = Story()
    story.make([pot(1)], [pot("BOX", CRUMB)], ilmd={"cbvmda:lotNumber": "G1"})
    graph = story.graph()
    assert graph.lot_of(pot(1)) is None
    assert graph.lot_of(pot("BOX", CRUMB)) == lot("G1", CRUMB)


def test_a_season_that_no_stem_covers_belongs_to_who_told_of_it_first() -> None:
    story = Story()
    story.make([kg(lot("SEED"), 9)], [], transformationID=SEASON)
    story.make([kg(lot("POISON", CRUMB), 1)], [], transformationID=SEASON)
    story.make([], [kg(lot("RICE", JAM), 900)], transformationID=SEASON)
    told = [
        replace(item, about=required_filing(item.event, lambda _: None).about)
        for item in signed(story, e1=RIVAL_KEY)
    ]
    assert Graph(told).ancestors(lot("RICE", JAM)) == (SEASON, lot("SEED"))


def test_a_statement_names_the_lot_of_an_instance_that_it_does_not_name_itself() -> None:
    story = Story()
    story.add(epcList=[pot(1)])
    story.make([pot(2)], [kg(lot("J2", JAM), 1)])
    told = story.told()
    named = Graph([replace(told[0], about=(lot("P1", POT),)), replace(told[1], from_=(lot("P2", POT),))])
    assert named.lot_of(pot(1)) == lot("P1", POT)
    assert named.ancestors(lot("J2", JAM)) == (pot(2), lot("P2", POT))
    itself = Graph([replace(told[1], from_=(pot(2), lot("P2", POT)))])
    assert itself.ancestors(lot("J2", JAM)) == (pot(2),)


def test_classes_are_goods_without_serial() -> None:
    story = Story()
    story.make([kg("https://nguon.example/class/berries", 3)], [packs(lot("P1", POT), 2), pot(1)])
    graph = story.graph()
    assert graph.is_class("https://nguon.example/class/berries")
    assert graph.is_class(lot("ANY"))
    assert not graph.is_class(pot(1))
    assert not graph.is_class(SEASON)
