"""Tem: what a roll holds is exactly what verifies, and nothing that can be guessed from it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import tem
from ledger.errors import Gs1Error
from ledger.log import merkle

GTIN, LOT = "09521002000085", "NHC260110"
KEY = tem.roll_key(bytes(range(32)), "roll-1")


def test_a_serial_is_made_as_the_design_says() -> None:
    # key and tag from the openssl command line: `openssl kdf … HKDF`, then `openssl dgst -sha256 -mac HMAC`
    assert KEY.hex() == "4f62d1dc887b4a178cfcb270912a9b6e40ce0c9a60bdbc06ca7ff5711972cbba"
    assert tem.serial(KEY, GTIN, LOT, 33) == "00011Y6QF618ZTM7E"


@given(st.integers(0, tem.MAX_COUNT - 1))
def test_a_serial_carries_its_index(index: int) -> None:
    assert tem.serial_index(tem.serial(KEY, GTIN, LOT, index)) == index


@pytest.mark.parametrize(
    "text", ["", "7K001Q37", "0" * 16, "0" * 18, "0000O" + "0" * 12, "0000u" + "0" * 12, "0000I" + "0" * 12]
)
def test_what_has_another_form_carries_none(text: str) -> None:
    assert tem.serial_index(text) is None


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_every_serial_of_a_roll_and_nothing_else_stands_in_its_slot(count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, count - 1))
    root = tem.roll_root(KEY, GTIN, LOT, count)
    leaf, proof = tem.slot_proof(KEY, GTIN, LOT, count, index)
    merkle.verify_inclusion(leaf, index, count, proof, root)
    true = tem.serial(KEY, GTIN, LOT, index)
    assert leaf == tem.leaf(true)
    place = data.draw(st.integers(0, tem.SERIAL_LENGTH - 1))
    character = data.draw(st.sampled_from([c for c in tem.ALPHABET if c != true[place]]))
    forged = true[:place] + character + true[place + 1 :]
    assert tem.leaf(forged) != leaf
    assert forged not in set(tem.serials(KEY, GTIN, LOT, count))


def test_another_lot_roll_or_master_key_gives_other_serials() -> None:
    others = {
        tem.serial(KEY, GTIN, LOT, 0),
        tem.serial(KEY, GTIN, "NHC260111", 0),
        tem.serial(tem.roll_key(bytes(range(32)), "roll-2"), GTIN, LOT, 0),
        tem.serial(tem.roll_key(bytes(32), "roll-1"), GTIN, LOT, 0),
    }
    assert len(others) == 4


def test_a_roll_has_at_least_one_tem_and_no_more_than_a_serial_can_count() -> None:
    for count in (0, tem.MAX_COUNT + 1):
        with pytest.raises(Gs1Error):
            tem.roll_root(KEY, GTIN, LOT, count)
    with pytest.raises(Gs1Error):
        tem.serial(KEY, GTIN, LOT, tem.MAX_COUNT)
