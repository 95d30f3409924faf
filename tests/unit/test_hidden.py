"""Hidden codes: what a roll's second layer holds opens it, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import hidden, tem
from ledger.errors import ProofError

GTIN, LOT, COUNT = "09521002000085", "NHC260110", 300
MASTER = bytes(range(32))
TEM_KEY, KEY = tem.roll_key(MASTER, "roll-1"), hidden.hidden_key(MASTER, "roll-1")
ROOT = hidden.root(KEY, TEM_KEY, GTIN, LOT, COUNT)


def test_a_hidden_code_is_made_as_the_module_says() -> None:
    # key, salt and the first bits (82a6b278172e…) from the openssl command line, as for serials
    assert KEY.hex() == "85dccdade64ae957236c7cdb229e9725e3c0ad8d2b9a04d347a79a79eb35cf72"
    assert hidden.code(KEY, GTIN, LOT, 33) == "GAKB4Y0Q5T"
    assert hidden.salt(KEY, GTIN, LOT, 33).hex() == "bbf01af1e6c38aa08df895900ee8c09b"


def test_the_key_of_the_serials_does_not_give_the_codes() -> None:
    assert KEY != TEM_KEY
    assert hidden.code(KEY, GTIN, LOT, 0) != tem.serial(TEM_KEY, GTIN, LOT, 0)[5:15]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, COUNT - 1), st.data())
def test_a_code_opens_its_own_tem_and_no_changed_code_does(index: int, data: st.DataObject) -> None:
    serial, code = tem.serial(TEM_KEY, GTIN, LOT, index), hidden.code(KEY, GTIN, LOT, index)
    opening = hidden.proof(KEY, TEM_KEY, GTIN, LOT, COUNT, index)
    hidden.check(opening, serial, code, count=COUNT, root=ROOT)
    assert hidden.matches(KEY, GTIN, LOT, index, code)
    place = data.draw(st.integers(0, hidden.CODE_LENGTH - 1))
    character = data.draw(st.sampled_from([item for item in tem.ALPHABET if item != code[place]]))
    changed = code[:place] + character + code[place + 1 :]
    swapped = code[: place - 1] + code[place] + code[place - 1] + code[place + 1 :] if place else code
    for wrong in {changed, swapped, code[:-1], code + "0", ""} - {code}:
        assert not hidden.matches(KEY, GTIN, LOT, index, wrong)
        with pytest.raises(ProofError):
            hidden.check(opening, serial, wrong, count=COUNT, root=ROOT)
    other = tem.serial(TEM_KEY, GTIN, LOT, (index + 1) % COUNT)
    with pytest.raises(ProofError):
        hidden.check(opening, other, code, count=COUNT, root=ROOT)


def test_an_opening_that_was_made_up_is_refused_though_its_leaf_is_right() -> None:
    serial, code, salt = tem.serial(TEM_KEY, GTIN, LOT, 5), "0123456789", bytes(16)
    true = hidden.proof(KEY, TEM_KEY, GTIN, LOT, COUNT, 5)
    made_up = hidden.Opening(salt, hidden.leaf(salt, serial, code), true.inclusion)
    with pytest.raises(ProofError) as refused:
        hidden.check(made_up, serial, code, count=COUNT, root=ROOT)
    assert refused.value.code == "proof.inclusion"


def test_a_salt_of_another_length_moves_no_bytes_between_salt_serial_and_code() -> None:
    serial, code = tem.serial(TEM_KEY, GTIN, LOT, 5), hidden.code(KEY, GTIN, LOT, 5)
    true = hidden.proof(KEY, TEM_KEY, GTIN, LOT, COUNT, 5)
    shifted = hidden.Opening(true.salt + serial[:1].encode(), true.leaf, true.inclusion)
    with pytest.raises(ProofError):
        hidden.check(shifted, serial[1:], code, count=COUNT, root=ROOT)


@pytest.mark.parametrize("typed", ["0lio1 ABCDE", "OLIO1-abcde", " 0110 1abc de\n"])
def test_a_typed_code_is_read_as_it_was_printed(typed: str) -> None:
    assert hidden.normalised(typed) == "01101ABCDE"


def test_another_roll_lot_or_index_has_other_codes() -> None:
    codes = {
        hidden.code(KEY, GTIN, LOT, 0),
        hidden.code(KEY, GTIN, LOT, 1),
        hidden.code(KEY, GTIN, "NHC260111", 0),
        hidden.code(hidden.hidden_key(MASTER, "roll-2"), GTIN, LOT, 0),
    }
    assert len(codes) == 4
