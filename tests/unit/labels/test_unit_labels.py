"""Labels of cartons and pallets: what they say is what a decoder reads; what would not be read is refused."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from labels import pdf, tspl, zpl
from labels.barcodes import gs1_128
from labels.drawing import Drawing, Modules, Text
from labels.errors import LabelError
from labels.logistic import UNIT_SIZES, Goods, UnitContent, UnitSize, check_bars, unit_label, unit_size
from labels.png import bitmap
from labels.symbol import qr
from labels.thermal import Dots, Thermal

SSCC = "095210010000000017"
LINK = f"https://nguon.localhost/00/{SSCC}"
SIGNED = f"{LINK}?8030={'Kx3-_q7' * 12}"
TEA = Goods(
    "09521001000055",
    "Trà hoa vàng sấy 50 g",
    48,
    "48 gói × 50 g",
    "TH260117",
    date(2026, 1, 17),
    None,
    date(2028, 1, 17),
)
CARTON = UnitContent(
    SSCC, LINK, "Thùng hàng", "HTX Trà hoa vàng Yên Sơn", (TEA,), address="Nho Quan, Ninh Bình"
)
MIXED = replace(CARTON, goods=(TEA, Goods("09521001000062", "Cao cà gai leo", 12, "12 hộp", "CG260110")))
LONG = replace(CARTON, goods=(replace(TEA, lot="abcdefghijKLMNOP-/%_"),))


def zpl_dots(data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """The pictures that ZPL commands draw, and how many of each: a reader of ^GFA and its compression, and no more."""
    for label in re.findall(r"\^XA(.*?)\^XZ", data.decode("ascii"), re.DOTALL):
        width, height = (int(re.search(rf"\^{name}(\d+)", label)[1]) for name in ("PW", "LL"))
        field = re.search(r"\^FO0,0\^GFA,(\d+),(\d+),(\d+),(.*?)\^FS", label, re.DOTALL)
        total, row = int(field[2]), int(field[3])
        assert field[1] == field[2]
        assert row == (width + 7) // 8
        assert total == row * height
        rows: list[str] = []
        line, times = "", 0
        for character in field[4]:
            if character in "0123456789ABCDEF":
                line += character * max(times, 1)
                times = 0
            elif "G" <= character <= "Y":
                times += ord(character) - ord("F")
            elif "g" <= character <= "z":
                times += (ord(character) - ord("f")) * 20
            elif character == ",":
                line = line.ljust(2 * row, "0")
            elif character == "!":
                line = line.ljust(2 * row, "F")
            else:
                assert (character, line, times) == (":", "", 0)
                line = rows[-1]
            if len(line) == 2 * row:
                rows.append(line)
                line = ""
        assert len(rows) == height
        flipped = bytes(255 - value for value in bytes.fromhex("".join(rows)))
        yield Image.frombytes("1", (width, height), flipped), int(re.search(r"\^PQ(\d+)", label)[1])


def tspl_dots(data: bytes) -> Iterator[tuple[Image.Image, int]]:
    """The pictures that TSPL commands draw, and how many of each."""
    while data:
        found = re.match(rb"SIZE (.*?) mm,(.*?) mm\r\n(?:.*?\r\n)*?BITMAP 0,0,(\d+),(\d+),0,", data)
        row, height = int(found[3]), int(found[4])
        start = found.end()
        picture = Image.frombytes("1", (8 * row, height), data[start : start + row * height])
        end = re.match(rb"\r\nPRINT 1,(\d+)\r\n", data[start + row * height :])
        yield picture, int(end[1])
        data = data[start + row * height + end.end() :]


def read(picture: Image.Image) -> dict[str, set[str]]:
    """Symbology identifier -> texts, of all codes in a picture."""
    found: dict[str, set[str]] = {}
    for code in zxingcpp.read_barcodes(picture.convert("L")):
        found.setdefault(code.symbology_identifier, set()).add(code.bytes.decode())
    return found


def codes_of(drawing: Drawing) -> dict[str, set[str]]:
    identifiers = {"qr": "]Q1", "datamatrix": "]d2", "gs1-128": "]C1"}
    found: dict[str, set[str]] = {}
    for part in drawing.primitives:
        if isinstance(part, Modules):
            found.setdefault(identifiers[part.symbol.kind], set()).add(part.symbol.text)
    return found


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize(
    "content", [CARTON, MIXED, LONG, replace(CARTON, link=SIGNED)], ids=["one", "mixed", "long", "signed"]
)
@pytest.mark.parametrize("size", UNIT_SIZES, ids=lambda size: size.name)
def test_every_code_is_read_from_the_commands_of_a_thermal_printer(
    size: UnitSize, content: UnitContent, dpi: int
) -> None:
    drawing = unit_label(content, size)
    wanted = codes_of(drawing)
    assert wanted["]C1"] >= {f"00{SSCC}"}
    for language, reader in ((zpl, zpl_dots), (tspl, tspl_dots)):
        ((picture, copies),) = reader(language.render(drawing, dpi))
        assert copies == 1
        assert read(picture) == wanted


@pytest.mark.parametrize("dpi", [203, 300])
def test_both_printers_burn_exactly_the_previews_dots(dpi: int) -> None:
    drawing = unit_label(CARTON, unit_size("A6"))
    preview = bitmap(drawing, dpi)
    (from_zpl, _), (from_tspl, _) = (
        *zpl_dots(zpl.render(drawing, dpi)),
        *tspl_dots(tspl.render(drawing, dpi)),
    )
    assert from_zpl.tobytes() == preview.tobytes()
    assert from_tspl.crop((0, 0, *preview.size)).tobytes() == preview.tobytes()
    if from_tspl.width > preview.width:  # what fills the last byte of a row is not burnt
        assert from_tspl.crop((preview.width, 0, *from_tspl.size)).getextrema() == (255, 255)


def test_bars_stay_within_what_gs1_allows_at_every_printers_dots() -> None:
    for size in UNIT_SIZES:
        for part in unit_label(CARTON, size).primitives:
            if isinstance(part, Modules) and part.symbol.kind == "gs1-128":
                for dpi, exact in ((203, 8.0), (300, 300 / 25.4)):
                    dots = int(part.module_mm * dpi / 25.4 + 1 / 7)
                    assert 0.495 <= dots / exact <= 0.94
                assert part.height >= 31.75


def test_what_one_carton_holds_stands_in_bars_beside_its_number() -> None:
    codes = codes_of(unit_label(CARTON, unit_size("A5")))
    assert codes["]C1"] == {f"00{SSCC}", "020952100100005537" + "48", "1728011710TH260117"}
    assert codes["]d2"] == {f"00{SSCC}0209521001000055172801173748\x1d10TH260117"}
    assert codes_of(unit_label(MIXED, unit_size("A5")))["]C1"] == {f"00{SSCC}"}


def test_a_lot_too_long_for_the_bars_stands_in_the_data_matrix_and_in_words() -> None:
    drawing = unit_label(LONG, unit_size("A6"))
    codes = codes_of(drawing)
    assert codes["]C1"] == {f"00{SSCC}", "02095210010000553748"}
    assert any("abcdefghijKLMNOP-/%_" in text for text in codes["]d2"])
    assert any(isinstance(part, Text) and part.text.startswith("abcdefghijK") for part in drawing.primitives)


def test_the_words_of_a_label_tell_product_count_lot_and_days() -> None:
    said = [part.text for part in unit_label(CARTON, unit_size("A6")).primitives if isinstance(part, Text)]
    for wanted in (
        "48 gói × 50 g",
        "TH260117",
        "17/01/2028",
        "17/01/2026",
        "HTX Trà hoa vàng Yên Sơn",
        "Thùng hàng",
    ):
        assert wanted in said
    assert " ".join(said).count("Trà hoa vàng sấy 50 g") == 1
    assert f"(00){SSCC}" in said


def test_paper_too_narrow_for_an_sscc_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        unit_label(CARTON, UnitSize("80x100", 80, 100, 0, compact=True))
    assert refused.value.code == "label.too_small"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"module_mm": 0.45}, "label.module"),
        ({"module_mm": 0.96}, "label.module"),
        ({"height_mm": 25.0}, "label.bars"),
        ({"x": 2.0}, "label.outside"),
    ],
)
def test_bars_that_a_warehouse_would_not_read_are_refused(change: dict[str, float], code: str) -> None:
    bars = Modules(gs1_128(f"00{SSCC}"), 20.0, 10.0, 0.5, 32.0)
    check_bars(Drawing(200, 60, (), (bars,)))
    with pytest.raises(LabelError) as refused:
        check_bars(Drawing(200, 60, (), (replace(bars, **change),)))
    assert refused.value.code == code


def test_words_in_the_white_beside_bars_are_refused() -> None:
    bars = Modules(gs1_128(f"00{SSCC}"), 20.0, 10.0, 0.5, 32.0)
    with pytest.raises(LabelError) as refused:
        check_bars(Drawing(200, 60, (), (bars, Text(99.5, 20.0, 3.0, 400, "Lô"))))
    assert refused.value.code == "label.quiet"


def test_a_stream_holds_every_label_and_its_copies() -> None:
    drawings = [
        unit_label(replace(CARTON, link=f"{LINK}?n={place}"), unit_size("100x100")) for place in range(3)
    ]
    how = Thermal(dpi=300, copies=4, darkness=12, media="mark", gap_mm=3)
    for language, reader in ((zpl, zpl_dots), (tspl, tspl_dots)):
        data = b"".join(language.stream(drawings, how))
        read_back = list(reader(data))
        assert [copies for _, copies in read_back] == [4, 4, 4]
        links = [next(iter(read(picture)["]Q1"])) for picture, _ in read_back]
        assert [link.lower().rpartition("=")[2] for link in links] == ["0", "1", "2"]
    commands = b"".join(zpl.stream(drawings[:1], how))
    assert b"~SD24^XA^MNM" in commands
    assert b"BLINE 3 mm,0 mm\r\nDENSITY 12\r\n" in b"".join(tspl.stream(drawings[:1], how))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"dpi": 200}, "label.dpi"),
        ({"copies": 0}, "label.printer"),
        ({"darkness": 16}, "label.printer"),
        ({"gap_mm": 21.0}, "label.printer"),
    ],
)
def test_impossible_printers_are_refused(given: dict[str, float], code: str) -> None:
    with pytest.raises(LabelError) as refused:
        Thermal(**given)
    assert refused.value.code == code


def test_long_runs_of_dots_are_shortened_and_come_back() -> None:
    width = 8 * 300
    rows = [
        b"\0" * 300,
        b"\xff" * 300,
        b"\xaa" * 300,
        b"\xaa" * 300,
        b"\0" * 250 + b"\x01" + b"\0" * 49,
        b"\x11" * 299 + b"\0",
    ]
    picture = Dots(width, len(rows), b"".join(rows))
    total = len(picture.data)
    field = f"^FO0,0^GFA,{total},{total},300,{zpl.packed(picture)}^FS"
    text = f"^XA^PW{width}^LL{len(rows)}{field}^PQ1^XZ"
    ((back, _),) = zpl_dots(text.encode())
    assert back.tobytes() == bytes(255 - value for value in picture.data)
    assert len(zpl.packed(picture)) < 1_300


def test_a_tem_of_a_cooperative_prints_on_a_thermal_printer_too() -> None:
    symbol = qr("HTTPS://NGUON.LOCALHOST/01/09521001000055/10/TH260117/21/00007K3M9XQ2VB5TZ")
    drawing = Drawing(50, 30, (), (Modules(symbol, 3.0, 3.0, 0.5),))
    for dpi in (203, 300):
        ((picture, _),) = zpl_dots(zpl.render(drawing, dpi))
        assert read(picture) == {"]Q1": {symbol.text}}


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs Debian's poppler-utils")
@pytest.mark.parametrize("content", [CARTON, MIXED], ids=["one", "mixed"])
@pytest.mark.parametrize("size", UNIT_SIZES, ids=lambda size: size.name)
def test_every_code_of_a_printed_page_is_read_and_the_page_is_the_label(
    size: UnitSize, content: UnitContent, tmp_path: Path
) -> None:
    drawing = unit_label(content, size)
    (tmp_path / "label.pdf").write_bytes(pdf.render(drawing))
    assert pdf.render(drawing) == (tmp_path / "label.pdf").read_bytes()
    command = ["pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", "label.pdf", "label"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with Image.open(tmp_path / "label.png") as picture:
        assert abs(picture.width - size.width / 25.4 * 300) <= 1
        assert abs(picture.height - size.height / 25.4 * 300) <= 1
        assert read(picture) == codes_of(drawing)


def jpeg(picture: Image.Image) -> Image.Image:
    data = BytesIO()
    picture.save(data, "JPEG", quality=40)
    return Image.open(data)


def turned(picture: Image.Image) -> Image.Image:
    return picture.rotate(15, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(1.0))


def faded(picture: Image.Image) -> Image.Image:
    return picture.point(lambda light: int(light * 0.7) + 38)


HARMS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "blurred": blurred,
    "turned": turned,
    "faded": faded,
    "jpeg": jpeg,
    "all": lambda picture: jpeg(faded(turned(picture).filter(ImageFilter.GaussianBlur(0.8)))),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_code_survives_a_bad_photograph(harm: Callable[[Image.Image], Image.Image], dpi: int) -> None:
    for size in UNIT_SIZES:
        for content in (CARTON, MIXED, replace(CARTON, link=SIGNED)):
            drawing = unit_label(content, size)
            assert read(harm(bitmap(drawing, dpi).convert("L"))) == codes_of(drawing), size.name
