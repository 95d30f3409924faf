"""Identifiers survive every form that they may take: key, element string, Digital Link, EPC URN."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, element_string, epc, keys
from ledger.gs1.element_string import ElementString
from ledger.proof.target import Target, parse_code

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CSET39 = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
HOST = "nguon.localhost"


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=length, max_size=length)


def numbers(length: int) -> st.SearchStrategy[str]:
    """Digits that end in their check digit."""
    return digits(length - 1).map(lambda text: text + keys.check_digit(text))


def texts(most: int, alphabet: str = CSET82) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=most).filter(lambda text: text not in {".", ".."})


GTINS = numbers(14)
LOTS = texts(20)
DATES = st.dates().map(lambda date: f"{date.year % 100:02}{date:%m%d}")
KEYS = st.one_of(
    st.tuples(st.just("00"), numbers(18)),
    st.tuples(st.just("01"), GTINS),
    st.tuples(st.just("414"), numbers(13)),
    st.tuples(st.just("417"), numbers(13)),
    st.tuples(st.just("253"), st.builds(str.__add__, numbers(13), st.just("") | texts(17))),
    st.tuples(st.just("8003"), st.builds("0{}{}".format, numbers(13), st.just("") | texts(16))),
    st.tuples(st.just("8004"), st.builds(str.__add__, digits(7), texts(23))),
)
BESIDE_A_GTIN = st.fixed_dictionaries(
    {},
    optional={
        "10": LOTS,
        "21": LOTS,
        "22": LOTS,
        "11": DATES,
        "17": DATES,
        "3103": digits(6),
        "240": texts(30),
        "99": texts(90),
    },
)


@st.composite
def element_strings(draw: st.DrawFn) -> ElementString:
    """A key, what may stand beside a GTIN, in any order; short enough for a symbol and a URI."""
    key = draw(KEYS)
    others = draw(BESIDE_A_GTIN) if key[0] == "01" else {}
    elements = draw(st.permutations([key, *others.items()]))
    return ElementString.of(elements)


@given(element_strings(), st.sampled_from(["]d2", "]C1", "]e0", "]Q3", "]J1", element_string.FNC1]))
def test_what_a_symbol_holds_is_read_back_from_the_scan(elements: ElementString, identifier: str) -> None:
    assert element_string.parse(elements.scanned(identifier)) == elements


@given(element_strings())
def test_what_is_printed_under_a_symbol_is_read_back(elements: ElementString) -> None:
    assert element_string.parse(elements.printed()) == elements
    assert element_string.parse(" ".join(elements.printed())) == elements
    assert element_string.parse("\n" + "\r\n".join(elements.printed())) == elements


@given(element_strings())
def test_elements_survive_their_digital_link(elements: ElementString) -> None:
    uri = elements.uri(f"https://{HOST}")
    again = ElementString.of_link(digital_link.parse(uri))
    assert dict(again.elements) == dict(elements.elements)
    assert again.uri(f"https://{HOST}") == uri
    assert digital_link.parse(elements.uri()).canonical() == digital_link.parse(uri).canonical()


@given(GTINS, LOTS, LOTS)
def test_a_tem_asks_about_the_same_however_it_is_read(gtin: str, lot: str, serial: str) -> None:
    elements = ElementString.of([("01", gtin), ("10", lot), ("21", serial)])
    uri = elements.uri(f"https://{HOST}")
    for code in (
        uri,
        uri.replace(f"https://{HOST}", f"HTTPS://{HOST.upper()}"),
        uri.removeprefix("https://"),
        uri.removeprefix(f"https://{HOST}"),
        elements.scanned(),
        elements.scanned("]C1"),
        elements.printed(),
    ):
        assert parse_code(code, HOST) == Target(gtin, lot, serial)


@given(st.text(max_size=80) | st.text(CSET82 + "\x1d()]dCE", max_size=80))
def test_any_scan_is_read_or_refused(text: str) -> None:
    for code in (text, "]d2" + text, "]d20109521001000055" + text, "(01)09521001000055" + text, "]E0" + text):
        try:
            elements = element_string.parse(code)
        except Gs1Error:
            continue
        finally:
            with suppress(Gs1Error):
                parse_code(code, HOST)
        assert element_string.parse(elements.scanned()) == elements


@given(st.integers(6, 12), st.data())
def test_a_key_survives_its_urn(length: int, data: st.DataObject) -> None:
    uri = data.draw(
        st.one_of(
            st.builds(digital_link.instance_uri, GTINS, LOTS),
            st.builds(digital_link.lot_uri, GTINS, LOTS),
            st.builds(digital_link.product_uri, GTINS),
            st.builds(digital_link.organisation_uri, numbers(13)),
            st.builds(digital_link.place_uri, numbers(13), st.none() | LOTS.filter(lambda text: text != "0")),
            KEYS.map(lambda key: digital_link.build([key])),
            st.builds(
                lambda prefix, part, serial: digital_link.build([("8010", prefix + part), ("8011", serial)]),
                digits(12),
                texts(18, CSET39),
                st.integers(1, 10**12 - 1).map(str),
            ),
        )
    )
    try:
        urn = epc.to_urn(uri, length)
    except Gs1Error:
        link = digital_link.parse(uri)
        assert link.keys[0][0] == "8004"
        text = link.keys[0][1]
        assert not text[:length].isdigit() or not text[length:]
        return
    assert epc.canonical(urn) == uri
    assert epc.to_urn(urn, length) == urn


KINDS: list[tuple[int, Callable[[str], str]]] = [
    (8, keys.Gtin),
    (12, keys.Gtin),
    (13, keys.Gtin),
    (14, keys.Gtin),
    (13, keys.Gln),
    (18, keys.Sscc),
    (13, keys.Gdti),
]


@pytest.mark.parametrize(("length", "make"), KINDS)
@given(data=st.data())
def test_any_single_wrong_digit_of_a_key_is_refused(
    length: int, make: Callable[[str], str], data: st.DataObject
) -> None:
    number = data.draw(numbers(length))
    assert make(number).endswith(number)
    place = data.draw(st.integers(0, length - 1))
    other = data.draw(st.sampled_from([digit for digit in DIGITS if digit != number[place]]))
    with pytest.raises(Gs1Error) as caught:
        make(number[:place] + other + number[place + 1 :])
    assert caught.value.code == "gs1.check_digit"


@pytest.mark.parametrize(("length", "make"), KINDS)
@given(data=st.data())
def test_two_neighbours_swapped_are_refused_unless_they_differ_by_five(
    length: int, make: Callable[[str], str], data: st.DataObject
) -> None:
    number = data.draw(numbers(length))
    place = data.draw(st.integers(0, length - 2))
    left, right = number[place : place + 2]
    assume(left != right)
    swapped = number[:place] + right + left + number[place + 2 :]
    if abs(int(left) - int(right)) == 5:  # weights 3 and 1: both sums are equal modulo 10
        make(swapped)
    else:
        with pytest.raises(Gs1Error) as caught:
            make(swapped)
        assert caught.value.code == "gs1.check_digit"


@given(texts(22), st.data())
def test_one_wrong_character_of_a_model_number_is_seen(text: str, data: st.DataObject) -> None:
    number = text + keys.check_pair(text)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([character for character in CSET82 if character != number[place]]))
    assert not keys.has_check_pair(number[:place] + other + number[place + 1 :])
