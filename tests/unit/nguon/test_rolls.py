"""A roll's slots, kept in part, are those that are made from all of it."""

import pytest

from ledger import tem
from ledger.log import merkle
from nguon.rolls import RollTrees

GTIN, LOT = "09521001000055", "L1"


@pytest.mark.parametrize("count", [1, 2, 1023, 1024, 1025, 2048, 3500])
def test_a_slot_is_the_one_of_the_whole_roll(count: int) -> None:
    trees = RollTrees(bytes(32))
    key = tem.roll_key(bytes(32), "r")
    root = tem.roll_root(key, GTIN, LOT, count)
    for index in sorted({0, count // 3, count // 2, min(1023, count - 1), min(1024, count - 1), count - 1}):
        leaf, proof = trees("r", GTIN, LOT, count, index)
        assert leaf == tem.leaf(tem.serial(key, GTIN, LOT, index))
        merkle.verify_inclusion(leaf, index, count, proof, root)
        if count < 1100:
            assert (leaf, proof) == tem.slot_proof(key, GTIN, LOT, count, index)


def test_rolls_that_are_forgotten_are_made_again() -> None:
    trees = RollTrees(bytes(32), max_blocks=1)
    first = trees("a", GTIN, LOT, 2048, 5)
    trees("b", GTIN, LOT, 2048, 5)
    assert trees("a", GTIN, LOT, 2048, 5) == first
