"""Who was inside what, and when."""

from datetime import UTC, datetime

from ledger.lot.containers import Contents, Misplaced, contents
from tests.unit.lot.kit import CRATE, PALLET, POT, Story, lot, packs, pot, pots


def items(found: Contents, parent: str, time: datetime | None = None) -> list[str]:
    return [stay.item for stay in found.inside(parent, time)]


def minute(number: int) -> datetime:
    """The middle of the minute after the event at this place."""
    return datetime(2026, 5, 1, 1, number, 30, tzinfo=UTC)


def test_a_pack_is_inside_from_packing_to_unpacking() -> None:
    story = Story()
    story.pack(PALLET, pots(1, 3))
    story.pack(PALLET, [pot(2)], "DELETE")
    found = contents(story.told())
    assert items(found, PALLET, minute(0)) == pots(1, 3)
    assert items(found, PALLET, minute(1)) == [pot(1), pot(3)]
    assert items(found, PALLET, datetime(2026, 4, 30, tzinfo=UTC)) == []
    assert items(found, PALLET) == [pot(1), pot(3)]
    stay = next(stay for stay in found.stays if stay.item == pot(2))
    assert (stay.packed, stay.unpacked) == (0, 1)
    assert found.misplaced == ()


def test_boxes_on_a_pallet_carry_their_packs() -> None:
    story = Story()
    story.pack(CRATE, pots(1, 2))
    story.pack(PALLET, [CRATE, pot(9)])
    found = contents(story.told())
    assert [stay.item for stay in found.within(PALLET)] == [CRATE, pot(9), pot(1), pot(2)]
    assert found.around(pot(1)) == (CRATE, PALLET)
    assert found.around(pot(1), minute(0)) == (CRATE,)
    assert found.ever_inside()[PALLET] == (CRATE, pot(9))


def test_what_is_packed_elsewhere_has_left() -> None:
    story = Story()
    story.pack(CRATE, [pot(1)])
    story.pack(PALLET, [pot(1)])
    found = contents(story.told())
    assert items(found, CRATE) == []
    assert items(found, PALLET) == [pot(1)]


def test_unpacking_without_children_empties_the_container() -> None:
    story = Story()
    story.pack(PALLET, [pot(1), packs(lot("P1", POT), 5)])
    story.pack(PALLET, [], "DELETE")
    assert items(contents(story.told()), PALLET) == []


def test_counted_packs_come_out_in_part_oldest_first() -> None:
    story = Story()
    story.pack(PALLET, [packs(lot("P1", POT), 10)])
    story.pack(PALLET, [packs(lot("P1", POT), 4)])
    story.pack(PALLET, [packs(lot("P1", POT), 11)], "DELETE")
    found = contents(story.told())
    assert [(stay.quantity, stay.unpacked) for stay in found.stays] == [(10, 2), (1, 2), (3, None)]
    assert [stay.quantity for stay in found.inside(PALLET)] == [3]
    assert found.misplaced == ()


def test_what_comes_out_without_having_been_in_is_said() -> None:
    story = Story()
    story.pack(PALLET, [pot(1), packs(lot("P1", POT), 2)])
    story.pack(PALLET, [pot(7), packs(lot("P1", POT), 3)], "DELETE")
    found = contents(story.told())
    assert found.misplaced == (Misplaced(1, PALLET, pot(7)), Misplaced(1, PALLET, lot("P1", POT)))


def test_seeing_something_inside_packs_it_once() -> None:
    story = Story()
    story.pack(PALLET, pots(1, 2), "OBSERVE")
    story.pack(PALLET, [*pots(1, 3), packs(lot("P1", POT), 2)], "OBSERVE")
    story.pack(PALLET, [packs(lot("P1", POT), 2)], "OBSERVE")
    assert items(contents(story.told()), PALLET) == [*pots(1, 2), lot("P1", POT), pot(3)]


def test_events_told_late_are_put_in_their_time() -> None:
    story = Story()
    story.pack(PALLET, [pot(1)], "DELETE", at="2026-05-03T08:00:00+07:00")
    story.pack(PALLET, [pot(1)], at="2026-05-02T08:00:00+07:00")
    found = contents(story.told())
    assert items(found, PALLET) == []
    assert items(found, PALLET, datetime(2026, 5, 2, 12, tzinfo=UTC)) == [pot(1)]
    assert found.misplaced == ()


def test_containers_in_each_other_end_the_walk() -> None:
    story = Story()
    story.pack(PALLET, [CRATE])
    story.pack(CRATE, [PALLET])
    found = contents(story.told())
    assert [stay.item for stay in found.within(PALLET)] == [CRATE, PALLET]
    assert found.around(PALLET) == (CRATE,)


def test_a_withdrawn_packing_packed_nothing() -> None:
    story = Story()
    story.withdraw(story.pack(PALLET, [pot(1)]))
    assert contents(story.told()).stays == ()
