"""Check digits, check pairs, character sets and prefixes of GS1 keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Gs1Error
from ledger.gs1 import ai_table, keys

DIGITS = st.text("0123456789", min_size=1, max_size=17)
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


@given(DIGITS)
def test_a_number_with_its_check_digit_is_right(digits: str) -> None:
    assert keys.has_check_digit(digits + keys.check_digit(digits))


@given(DIGITS, st.data())
def test_any_single_wrong_digit_is_seen(digits: str, data: st.DataObject) -> None:
    number = digits + keys.check_digit(digits)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not keys.has_check_digit(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("digits", ["9521001000055", "02345673", "416000336108", "123456789012345675"])
def test_known_numbers_are_right(digits: str) -> None:
    assert keys.has_check_digit(digits)


@given(st.text(CSET82, max_size=23))
def test_a_model_number_with_its_check_pair_is_right(text: str) -> None:
    assert keys.has_check_pair(text + keys.check_pair(text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1987654Ad4X4bL5ttr2310c2K", True),
        ("1987654Ad4X4bL5ttr2310cXK", False),
        ("22", True),
        ("33", False),
        ("", False),
    ],
)
def test_check_pairs_of_the_general_specifications(text: str, right: bool) -> None:
    assert keys.has_check_pair(text) is right


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("02345673", "00000002345673"),
        ("416000336108", "00416000336108"),
        ("9521001000055", "09521001000055"),
        ("09521001000055", "09521001000055"),
    ],
)
def test_every_length_of_gtin_becomes_fourteen_digits(text: str, gtin: str) -> None:
    assert keys.Gtin(text) == gtin
    assert keys.Gtin(text).printed == text.removeprefix("0" if len(text) == 14 else "")


@pytest.mark.parametrize("text", ["", "952100100005", "0952100100005X", "１9521001000055", "9521001000054"])
def test_a_wrong_gtin_is_refused(text: str) -> None:
    with pytest.raises(Gs1Error):
        keys.Gtin(text)


def test_a_wrong_check_digit_says_which_would_be_right() -> None:
    with pytest.raises(Gs1Error) as caught:
        keys.Gln("9521001000018")
    assert caught.value.code == "gs1.check_digit"
    assert caught.value.params["expected"] == "7"


def test_the_other_keys_are_right_by_construction() -> None:
    assert keys.Sscc("095210011260117002") == "095210011260117002"
    assert keys.Giai("9521001SN-WX-03") == "9521001SN-WX-03"
    assert keys.Gdti("9521001000017GACP2024-017") == "9521001000017GACP2024-017"
    assert keys.Gdti("9521001000017GACP2024-017").serial == "GACP2024-017"
    assert keys.Gdti("9521001000017").serial is None
    assert keys.Grai("09521001000017R1") == "09521001000017R1"
    assert keys.Grai("09521001000017R1").serial == "R1"
    assert keys.Grai("09521001000017").serial is None
    for wrong in (
        lambda: keys.Sscc("1"),
        lambda: keys.Giai("SN-1"),
        lambda: keys.Gdti("9521001000017" + "X" * 18),
        lambda: keys.Gdti("9521001000018"),
        lambda: keys.Grai("9521001000017R1"),
        lambda: keys.Grai("09521001000018R1"),
        lambda: keys.Grai("09521001000017" + "X" * 17),
        lambda: keys.Grai(""),
    ):
        with pytest.raises(Gs1Error):
            wrong()


@pytest.mark.parametrize("text", ["", ".", "..", "a b", "lô", "x" * 21, "a\x00", "#1", "a~b"])
def test_a_lot_outside_the_character_set_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(Gs1Error):
        keys.require_lot(text)


@given(st.text(CSET82, min_size=1, max_size=20).filter(lambda text: text not in {".", ".."}))
def test_every_other_lot_is_taken_as_it_is(text: str) -> None:
    assert keys.require_lot(text) == text


@pytest.mark.parametrize(
    ("name", "digits"),
    [
        ("GTIN", "02000000000008"),
        ("GTIN", "09990000000007"),
        ("GTIN", "00400000000000"),
        ("GTIN", "00000000000000"),
        ("GTIN", "00000020000004"),
        ("GTIN", "10000020000001"),
        ("GTIN", "00500000000009"),
        ("GTIN", "09600000000006"),
        ("GLN", "2100000000005"),
        ("SSCC", "029900000000000007"),
        ("SSCC", "300000100000000004"),
        ("GLN", "0000010000007"),
    ],
)
def test_numbers_for_use_inside_a_company_are_refused(name: str, digits: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        keys.require_prefix(name, digits)
    assert caught.value.code == "gs1.prefix"


@pytest.mark.parametrize(
    ("name", "digits"),
    [
        ("GTIN", "09521001000055"),
        ("GTIN", "08930000000009"),
        ("GTIN", "00000040123455"),
        ("GLN", "9521001000017"),
    ],
)
def test_numbers_for_trade_are_taken(name: str, digits: str) -> None:
    keys.require_prefix(name, digits)


def test_exactly_the_restricted_prefixes_are_refused() -> None:
    refused = set()
    for prefix in range(1, 1000):
        digits = f"0{prefix:03}000000000"
        try:
            keys.require_prefix("GTIN", digits + keys.check_digit(digits))
        except Gs1Error:
            refused.add(prefix)
    tens = (2, 4, 5, *range(20, 30), 96, 98, 99)
    assert refused == {10 * ten + unit for ten in tens for unit in range(10)}


def test_no_identifier_has_two_formats() -> None:
    listed = sum(
        1 + int(last or first) - int(first)
        for names in ai_table.FORMATS.values()
        for first, _, last in (item.partition("-") for item in names.split())
    )
    assert listed == len(ai_table.formats()) == 541
