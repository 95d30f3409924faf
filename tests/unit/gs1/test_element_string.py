"""Element strings, what is printed under a symbol, and plain article numbers: our own vectors."""

import json
from pathlib import Path

import pytest

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, element_string
from ledger.gs1.digital_link import ParseOptions
from ledger.gs1.element_string import ElementString

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "digital_link.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", VECTORS["elements"], ids=lambda case: case["printed"])
def test_symbol_print_and_link_say_the_same(case: dict[str, str]) -> None:
    scanned = element_string.parse(case["scanned"])
    printed = element_string.parse(case["printed"])
    assert scanned == printed
    assert scanned.scanned(case["scanned"][:3]) == case["scanned"]
    assert scanned.printed() == case["printed"]
    assert scanned.uri() == case["uri"]
    link = digital_link.parse(case["uri"])
    assert set(ElementString.of_link(link).elements) == set(scanned.elements)


@pytest.mark.parametrize("case", VECTORS["alsoElements"], ids=lambda case: repr(case["code"]))
def test_other_ways_to_write_it_are_read_too(case: dict[str, str]) -> None:
    assert element_string.parse(case["code"]).printed() == case["printed"]


@pytest.mark.parametrize("case", VECTORS["wrongElements"], ids=lambda case: repr(case["code"]))
def test_a_wrong_element_string_is_refused_with_its_code(case: dict[str, str]) -> None:
    with pytest.raises(Gs1Error) as caught:
        element_string.parse(case["code"])
    assert caught.value.code == case["error"]


def test_an_endless_scan_is_refused() -> None:
    with pytest.raises(Gs1Error):
        element_string.parse("]d2" + "10L1\x1d" * 200)


def test_the_first_key_begins_the_link_and_the_rest_goes_to_its_place() -> None:
    elements = element_string.parse("(99)Y(21)S(17)280117(01)09521001000055(10)L")
    assert elements.uri("https://nguon.localhost/a/") == (
        "https://nguon.localhost/a/01/09521001000055/10/L/21/S?17=280117&99=Y"
    )


@pytest.mark.parametrize(
    "printed",
    [
        "(10)L1",  # no key
        "(01)09521001000055(8200)https://shop.example",  # may stand in no link
        "(01)09521001000055(235)T(22)V",  # qualifiers of two rows
        "(01)09521001000055(10)L(235)T",
    ],
)
def test_elements_that_make_no_link_are_refused(printed: str) -> None:
    elements = element_string.parse(printed)
    with pytest.raises(Gs1Error) as caught:
        elements.uri()
    assert caught.value.code == "dl.syntax"


@pytest.mark.parametrize(
    "stem", ["", "nguon.localhost", "ftp://a", "https://a?b", "https://a#b", "https://a b", "https://u@a"]
)
def test_a_link_is_built_on_a_scheme_and_host_only(stem: str) -> None:
    elements = element_string.parse("(01)09521001000055")
    with pytest.raises(Gs1Error):
        elements.uri(stem)


def test_an_element_that_is_not_allocated_yet_passes_only_when_asked_for() -> None:
    options = ParseOptions(unknown_ais=True)
    printed = "(01)09521001000055(89)X"
    with pytest.raises(Gs1Error):
        element_string.parse(printed)
    elements = element_string.parse(printed, options)
    with pytest.raises(Gs1Error):
        elements.uri()
    assert elements.uri(options=options) == "https://id.gs1.org/01/09521001000055?89=X"


@pytest.mark.parametrize(
    ("ai", "right", "wrong"),
    [
        ("11", ["260228", "280229", "260200"], ["260229", "261300", "260001", "26022"]),
        ("7007", ["260101", "260101260131"], ["2601012601", "260132"]),
        ("7003", ["2601012359"], ["2601012400", "2601012360"]),
        ("8008", ["26010123", "260101235959"], ["26010124", "2601012360", "2601012"]),
        ("4321", ["0", "1"], ["2"]),
        ("4330", ["012500", "012500-"], ["012500+"]),
        ("4309", ["02790858483015297971"], ["19000000003015297971"]),
        ("8006", ["095210010000550102"], ["095210010000550302", "095210010000550000"]),
        ("8007", ["GB82WEST12345698765432"], ["GB82WEST12345698765433", "82WEST"]),
        ("8001", ["00010000100110"], ["00000000100110", "00010000100150"]),
        ("7258", ["1/3"], ["3/1", "0/1"]),
        ("7241", ["01", "10", "80"], ["00", "11"]),
        ("7252", ["9"], ["3"]),
        ("7250", ["20260101"], ["20260001"]),
        ("4307", ["VN"], ["vn", "V1"]),
        ("4300", ["A%20B"], ["A%2", "%zz"]),
        ("7040", ["1ABC"], ["1AB.", "1AB"]),
        ("8014", ["1987654Ad4X4bL5ttr2310c2K"], ["1987654Ad4X4bL5ttr2310cXK"]),
        ("8030", ["QUJD-_="], ["QUJD+"]),
    ],
)
def test_values_are_held_to_what_their_identifier_means(ai: str, right: list[str], wrong: list[str]) -> None:
    for value in right:
        ElementString.of([(ai, value)])
    for value in wrong:
        with pytest.raises(Gs1Error):
            ElementString.of([(ai, value)])
