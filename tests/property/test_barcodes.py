"""Every symbol says exactly what it was made of, to a decoder that nobody here wrote, and that it is GS1's."""

import string

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.graphics.barcode import code128 as reportlab_code128

from labels import code128, ecc200
from labels.barcodes import MAX_LINEAR, datamatrix, elements_of, gs1_128, printed
from labels.symbol import Symbol
from ledger.errors import Gs1Error
from ledger.gs1.element_string import FNC1
from ledger.gs1.keys import check_digit

CSET82 = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"
CSET64 = string.ascii_letters + string.digits + "-_"
SERIAL = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def picture(symbol: Symbol, scale: int = 3, height: int | None = None) -> Image.Image:
    """The symbol with its quiet zone, as a printer would make it."""
    flat = bytes(255 * (1 - module) for row in symbol.rows for module in row)
    image = Image.frombytes("L", (symbol.width, symbol.height), flat)
    tall = symbol.height * scale if height is None else height
    image = image.resize((symbol.width * scale, tall), Image.Resampling.NEAREST)
    margin = symbol.quiet * scale
    whole = Image.new("L", (image.width + 2 * margin, image.height + 2 * margin), 255)
    whole.paste(image, (margin, margin))
    return whole


def read(symbol: Symbol) -> tuple[str, str]:
    """Symbology identifier and text, by the decoder."""
    linear = symbol.kind == "gs1-128"
    kind = zxingcpp.BarcodeFormat.Code128 if linear else zxingcpp.BarcodeFormat.DataMatrix
    (found,) = zxingcpp.read_barcodes(picture(symbol, height=40 if linear else None), formats=kind)
    return found.symbology_identifier, found.bytes.decode("ascii")


def numbers(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def checked(length: int) -> st.SearchStrategy[str]:
    return numbers(length - 1).map(lambda body: body + check_digit(body))


days = st.dates().map(lambda day: day.strftime("%y%m%d"))
values: dict[str, st.SearchStrategy[str]] = {
    "00": checked(18),
    "01": checked(14),
    "02": checked(14),
    "10": st.text(CSET82, min_size=1, max_size=20).filter(lambda text: text not in {".", ".."}),
    "15": days,
    "17": days,
    "21": st.text(SERIAL, min_size=17, max_size=17),
    "37": st.integers(1, 99_999_999).map(str),
    "3100": numbers(6),
    "3103": numbers(6),
    "8030": st.text(CSET64, min_size=1, max_size=90),
}


@st.composite
def element_strings(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=len(values), unique=True))
    return elements_of(*((name, draw(values[name])) for name in names))


@given(element_strings())
@settings(deadline=None)
def test_a_data_matrix_says_exactly_its_element_string(elements: str) -> None:
    assert read(datamatrix(elements)) == ("]d2", elements)


@given(element_strings())
@settings(deadline=None)
def test_a_gs1_128_says_exactly_its_element_string_or_is_refused_for_its_length(elements: str) -> None:
    if len(elements) > MAX_LINEAR:
        with pytest.raises(Gs1Error) as refused:
            gs1_128(elements)
        assert refused.value.code == "barcode.size"
        return
    assert read(gs1_128(elements)) == ("]C1", elements)


@pytest.mark.parametrize("length", [*range(1, 60), 88, 120, 144, 180, 230, 300, 400, 500])
def test_every_size_of_data_matrix_is_read(length: int) -> None:
    text = "".join(CSET64[(place * 37 + length) % 64] for place in range(length))
    rows = ecc200.matrix([ecc200.FNC1, *ecc200.ascii_codewords(text)])
    assert read(Symbol("datamatrix", rows, 1, text)) == ("]d2", text)


def test_a_data_matrix_has_the_size_that_the_standard_gives_its_codewords() -> None:
    # ISO/IEC 16022 table 7: 12 codewords fit 16 modules, 30 fit 22
    assert datamatrix(elements_of(("00", "095210010000000017"))).width == 16
    assert (
        datamatrix(elements_of(("01", "09521001000055"), ("10", "TH260110"), ("21", "0000" * 4 + "5"))).width
        == 22
    )


def test_a_gs1_128_of_an_sscc_takes_the_least_characters() -> None:
    symbol = gs1_128(elements_of(("00", "095210010000000017")))
    # start C, FNC1, ten pairs, check, stop
    assert symbol.width == 11 * (1 + 1 + 10 + 1) + 13
    assert (symbol.height, symbol.quiet) == (1, 10)


@given(st.text([*CSET82, FNC1], min_size=1, max_size=48))
def test_code_128_is_never_longer_than_another_encoder_makes_it(text: str) -> None:
    other = reportlab_code128.Code128(text.replace(FNC1, "\xf1"), quiet=0)
    other.validate()
    assert len(code128.characters(text)) <= len(other.encode()) - 1


def test_what_stands_under_the_bars_has_its_identifiers_in_parentheses() -> None:
    symbol = gs1_128(elements_of(("02", "09521001000055"), ("10", "TH(1)"), ("37", "48")))
    assert printed(symbol) == r"(02)09521001000055(10)TH\(1)(37)48"


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ("00095210010000000018", "gs1.check_digit"),
        ("0009521", "dl.syntax"),
        ("10", "dl.syntax"),
        ("10Lô 1", "dl.syntax"),
        ("", "dl.syntax"),
    ],
)
def test_what_is_no_element_string_becomes_no_symbol(elements: str, code: str) -> None:
    for make in (datamatrix, gs1_128):
        with pytest.raises(Gs1Error) as refused:
            make(elements)
        assert refused.value.code == code


def test_more_than_the_largest_symbol_holds_is_refused() -> None:
    with pytest.raises(Gs1Error) as refused:
        ecc200.matrix([1] * (ecc200.MAX_CODEWORDS + 1))
    assert refused.value.code == "barcode.size"
    with pytest.raises(Gs1Error):
        ecc200.ascii_codewords("trà")
    with pytest.raises(Gs1Error):
        code128.characters("trà")
