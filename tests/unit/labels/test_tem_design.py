"""A tem of any words on any paper: nothing overflows, and what it must say stands on it in full, or it is refused."""

import string
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.checks import check
from labels.column import MIN_SERIAL
from labels.content import SIZES, LabelContent, LabelSize, LabelWords, size_named
from labels.design import TemDesign, tem_label
from labels.drawing import Drawing, Line, Modules, Text
from labels.errors import LabelError
from labels.faces import CAPITALS
from labels.form import printed_form
from labels.mark import DRAWN
from labels.symbol import Symbol, qr

CODE = "https://nguon.localhost/01/09521001000055/10/TH260117/21/00007K3M9XQ2VB5TZ"
SEALED = f"{CODE}?8030={'Kx3-_q7' * 12}"
WORDS = LabelWords("Lô", "Đóng gói", "HSD", "Quét để xem hồ sơ", "Cào nhẹ để lấy mã ẩn")
TEA = LabelContent(
    printed_form(CODE),
    "Trà hoa vàng sấy 50 g",
    "TH260117",
    "00007K3M9XQ2VB5TZ",
    date(2026, 1, 17),
    date(2028, 1, 17),
    "HTX Trà hoa vàng Yên Sơn",
    words=WORDS,
)
HIDDEN = "7K2MQ9XF4T"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(drawing: Drawing) -> Modules:
    (code,) = (part for part in drawing.primitives if isinstance(part, Modules))
    return code


def said(drawing: Drawing) -> str:
    """All words of a label, without what lines break at."""
    return "".join("".join(part.text.split()) for part in drawing.primitives if isinstance(part, Text))


def mode(symbol: Symbol) -> int:
    """The mode bits of a QR code: its first four modules of data, freed of the mask that its format bits name."""
    rows, last = symbol.rows, symbol.width - 1
    mask = (rows[8][2] << 2 | rows[8][3] << 1 | rows[8][4]) ^ 0b101
    flips = (
        lambda y, x: (y + x) % 2,
        lambda y, x: y % 2,
        lambda y, x: x % 3,
        lambda y, x: (y + x) % 3,
        lambda y, x: (y // 2 + x // 3) % 2,
        lambda y, x: y * x % 2 + y * x % 3,
        lambda y, x: (y * x % 2 + y * x % 3) % 2,
        lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
    )[mask]
    bits = 0
    for y, x in ((last, last), (last, last - 1), (last - 1, last), (last - 1, last - 1)):
        bits = bits << 1 | (rows[y][x] ^ (flips(y, x) == 0))
    return bits


words = st.text(string.ascii_letters + "ăâđêôơưạảấầẩẫậĐÂ 0123456789.,-·漢", min_size=1, max_size=60)


@settings(max_examples=120, deadline=None)
@given(
    words,
    words,
    st.text(string.ascii_letters + string.digits + "-/", min_size=1, max_size=20),
    st.text(ALPHABET, min_size=17, max_size=17),
    st.sampled_from(
        [*SIZES, LabelSize("25x80", 25, 80), LabelSize("21x97", 97, 21), LabelSize("12x12", 12, 12)]
    ),
    st.sampled_from([CODE, SEALED, CODE.replace("TH", "th")]),
    st.sampled_from([None, 203, 300]),
)
def test_nothing_overflows_and_what_must_be_said_is_said_or_the_label_is_refused(
    product: str, producer: str, lot: str, serial: str, size: LabelSize, link: str, dpi: int | None
) -> None:
    hidden = HIDDEN if size.scratch else None
    content = replace(
        TEA, printed=printed_form(link), product=product, producer=producer, lot=lot, hidden=hidden
    )
    try:
        design = TemDesign(content, size, dpi=dpi)
    except LabelError as refused:
        assert refused.code == "label.too_small"  # noqa: PT017  # either way is right
        return
    drawing = design.label(qr(content.printed), serial, hidden)
    check(drawing)
    assert lot in said(drawing)
    assert "17/01/2028" in said(drawing)
    assert serial in said(drawing)
    if size.scratch:
        assert HIDDEN in said(drawing)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_every_size_takes_a_plain_tem(size: LabelSize) -> None:
    drawing = tem_label(replace(TEA, hidden=HIDDEN), size)
    assert (drawing.width, drawing.height) == (size.width, size.height)
    assert code_of(drawing).symbol.text == TEA.printed


def test_a_plain_code_is_14_mm_and_a_signed_one_20_mm_where_there_is_room() -> None:
    assert code_of(tem_label(TEA, size_named("40x30"))).width >= 13.9
    signed = replace(TEA, printed=printed_form(SEALED), signature=True)
    assert code_of(tem_label(signed, size_named("40x30"))).width >= 19.9
    with pytest.raises(LabelError) as refused:
        tem_label(signed, size_named("35x22"))
    assert refused.value.code == "label.too_small"
    assert refused.value.params["modules"] == 61


def test_all_is_said_where_there_is_room() -> None:
    text = said(tem_label(TEA, size_named("60x40")))
    for part in (
        TEA.product,
        TEA.producer,
        WORDS.scan,
        "Đóng gói 17/01/2026",
        "HSD 17/01/2028",
        "Lô TH260117",
    ):
        assert "".join(part.split()) in text


@pytest.mark.parametrize(
    ("content", "size", "code"),
    [
        (TEA, "50x30-scratch", "label.roll_design"),
        (TEA, "15x15", "label.too_small"),
        (TEA, "nonsense", "label.size"),
        (TEA, "5x30", "label.size"),
        (TEA, "nanx30", "label.size"),
    ],
)
def test_what_cannot_be_printed_is_refused(content: LabelContent, size: str, code: str) -> None:
    with pytest.raises(LabelError) as refused:
        tem_label(content, size_named(size))
    assert refused.value.code == code


@pytest.mark.parametrize("dpi", [203, 300])
def test_on_a_thermal_printer_modules_are_whole_dots_and_all_is_black(dpi: int) -> None:
    drawing = tem_label(TEA, size_named("50x30"), dpi=dpi)
    dots = code_of(drawing).module_mm * dpi / 25.4
    assert dots == pytest.approx(round(dots), abs=1e-6)
    assert {getattr(part, "ink", "#000000") for part in drawing.primitives} == {"#000000"}


def test_the_hidden_code_stands_in_the_middle_of_the_area_to_scratch() -> None:
    drawing = tem_label(replace(TEA, hidden=HIDDEN), size_named("50x30-scratch"))
    (code,) = (part for part in drawing.parts if isinstance(part, Text) and part.text == "7K2M Q9XF 4T")
    frame = [part for part in drawing.ground if isinstance(part, Line) and part.dash]
    xs = [x for line in frame for x in (line.x1, line.x2)]
    ys = [y for line in frame for y in (line.y1, line.y2)]
    assert code.x == pytest.approx((min(xs) + max(xs)) / 2)
    assert min(ys) < code.y - code.size_mm * CAPITALS < code.y < max(ys)
    assert code.y - code.size_mm * CAPITALS / 2 == pytest.approx((min(ys) + max(ys)) / 2)


def test_labels_of_a_run_share_their_ground_and_differ_in_code_and_serial() -> None:
    design = TemDesign(TEA, size_named("50x30"))
    other = TEA.printed[:-17] + "1234567890ABCDEFG"
    one, two = design.label(qr(TEA.printed), TEA.serial), design.label(qr(other), other[-17:])
    assert one.ground is two.ground
    assert code_of(two).symbol.text == other
    assert (TEA.serial in said(one), other[-17:] in said(two)) == (True, True)
    assert said(one).replace(TEA.serial, "") == said(two).replace(other[-17:], "")


def test_a_wide_serial_is_set_smaller_and_stays_readable() -> None:
    design = TemDesign(TEA, size_named("50x30"))
    wide = "MWQGC" + "0MWACG" + "MGQ0CA"
    drawing = design.label(qr(TEA.printed[:-17] + wide), wide)
    check(drawing)
    (line,) = (part for part in drawing.parts if isinstance(part, Text))
    assert line.size_mm * CAPITALS >= 1.2
    assert line.size_mm < MIN_SERIAL * 1.3


@pytest.mark.parametrize("mask", [None, *range(8)])
def test_lower_case_after_the_host_is_printed_in_byte_mode_and_upper_case_in_alphanumeric(
    mask: int | None,
) -> None:
    assert mode(qr(printed_form(CODE), mask=mask)) == 0b0010
    lower = CODE.replace("TH260117", "th260117")
    assert printed_form(lower) == lower
    assert mode(qr(printed_form(lower), mask=mask)) == 0b0100
    assert mode(qr(printed_form(SEALED), mask=mask)) == 0b0100


def test_the_mark_of_a_cooperative_is_drawn_beside_its_name() -> None:
    drawing = tem_label(TEA, size_named("60x40"))
    outlines = [part.path for part in drawing.ground if hasattr(part, "path")]
    assert outlines == [stroke.path for stroke in DRAWN.strokes]
