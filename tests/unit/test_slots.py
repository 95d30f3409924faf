"""Slots from kept subtrees are the slots recomputed from all serials."""

import pytest

from ledger import slots, tem
from ledger.log import merkle
from ledger.slots import RollSlots

MASTER = bytes(range(32))
GTIN, LOT = "09521002000085", "L1"


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 600, 1024])
def test_a_slot_is_the_one_recomputed_from_all_serials(count: int) -> None:
    kept = RollSlots(MASTER)
    key = tem.roll_key(MASTER, "r")
    root = tem.roll_root(key, GTIN, LOT, count)
    for index in {0, count // 2, count - 1}:
        leaf, proof = kept("r", GTIN, LOT, count, index)
        assert (leaf, proof) == tem.slot_proof(key, GTIN, LOT, count, index)
        merkle.verify_inclusion(leaf, index, count, proof, root)


def test_only_the_rolls_used_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MAX_ROLLS", 2)
    kept = RollSlots(MASTER)
    for roll in ("a", "b", "a", "c"):
        kept(roll, GTIN, LOT, 300, 5)
    assert [roll[0] for roll in kept._rows] == ["a", "c"]
