"""Sheets as a PDF: written as labels come, the same bytes each time, and the very picture that the preview shows."""

import gc
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageStat
from pypdf import PdfReader

from labels import pdf, png, svg
from labels.content import LabelContent, LabelWords, size_named
from labels.design import TemDesign, tem_label
from labels.drawing import Box, Drawing, Modules, Picture
from labels.errors import LabelError
from labels.layouts import LAYOUTS, Calibration
from labels.symbol import QrSeries, qr, svg_path
from labels.testsheet import SheetWords

LINK = "HTTPS://NGUON.LOCALHOST/01/09521001000055/10/TH260117/21/"
TEA = LabelContent(
    LINK + "00007K3M9XQ2VB5TZ",
    "Trà hoa vàng sấy 50 g",
    "TH260117",
    "00007K3M9XQ2VB5TZ",
    date(2026, 1, 17),
    date(2028, 1, 17),
    "HTX Trà hoa vàng Yên Sơn",
    words=LabelWords("Lô", "Đóng gói", "HSD", "Quét để xem hồ sơ", "Cào nhẹ để lấy mã ẩn"),
)
L7160 = LAYOUTS["L7160"]
WORDS = SheetWords(
    "Tờ thử L7160", ("In ở 100 %, không co giãn.", "Print at 100 %, unscaled."), "150 mm", "phải +", "xuống +"
)
needs_poppler = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs Debian's poppler-utils")


def tem(count: int) -> Iterator[Drawing]:
    design, series = TemDesign(TEA, L7160.size()), QrSeries(TEA.printed, len(LINK), mask=2)
    for number in range(count):
        serial = f"{number:05}7K3M9XQ2VB5T"
        yield design.label(series(LINK + serial), serial)


def sheets(count: int, **how: object) -> bytes:
    written = BytesIO()
    pdf.write_sheets(written, tem(count), L7160, **how)  # type: ignore[arg-type]
    return written.getvalue()


def drawn(data: bytes, directory: Path, dpi: int) -> list[Image.Image]:
    """The pages of a PDF, as poppler draws them."""
    (directory / "sheet.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", str(dpi), "-png", "sheet.pdf", "page"]
    subprocess.run(command, cwd=directory, check=True)
    return [Image.open(path).convert("RGB") for path in sorted(directory.glob("page-*.png"))]


def found(picture: Image.Image) -> dict[str, tuple[int, int]]:
    """The serials on a page, and where the top left of their codes is, in pixels."""
    codes = zxingcpp.read_barcodes(picture)
    return {code.text[len(LINK) :]: (code.position.top_left.x, code.position.top_left.y) for code in codes}


def test_the_same_labels_give_the_same_bytes_and_a_reader_opens_them() -> None:
    data = sheets(43, title="Tem lô TH260117")
    assert data == sheets(43, title="Tem lô TH260117")
    reader = PdfReader(BytesIO(data), strict=True)
    assert len(reader.pages) == 3
    assert reader.metadata is not None
    assert reader.metadata.title == "Tem lô TH260117"
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == pytest.approx(
        [595.276, 841.89], abs=0.01
    )
    text = reader.pages[0].extract_text()
    for number in range(21):
        assert f"{number:05} 7K3M9X Q2VB5T" in text


def test_words_that_all_labels_share_are_written_once() -> None:
    reader = PdfReader(BytesIO(sheets(42)))
    forms = reader.pages[0]["/Resources"]["/XObject"]
    assert [form for form in forms if form.startswith("/G")] == ["/G0"]
    for page in reader.pages:
        content = page.get_contents()
        assert content is not None
        assert content.get_data().count(b"/G0 Do\n") == 21
    assert len(sheets(420)) / 420 < 600


def test_a_page_is_written_before_the_next_labels_are_made() -> None:
    written = BytesIO()
    sizes = []

    def watched() -> Iterator[Drawing]:
        for label in tem(63):
            sizes.append(written.tell())
            yield label

    assert pdf.write_sheets(written, watched(), L7160) == 3
    assert sizes[0] == sizes[20] < sizes[21] == sizes[41] < sizes[42]


def test_memory_stays_flat() -> None:
    class Sink:
        def write(self, data: bytes) -> int:
            return len(data)

    def peak(count: int) -> int:
        gc.collect()
        gc.freeze()  # else, the more other tests have loaded, the rarer rubbish is collected
        tracemalloc.start()
        try:
            pdf.write_sheets(Sink(), tem(count), L7160)  # type: ignore[arg-type]
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            gc.unfreeze()

    peak(21)
    assert peak(840) < peak(105) + 60_000


@needs_poppler
def test_a_sheet_that_was_begun_goes_on_where_it_is_told(tmp_path: Path) -> None:
    assert pdf.write_sheets(BytesIO(), tem(21), L7160, first=20) == 2
    first, second = drawn(sheets(21, first=20), tmp_path, 203)
    codes = found(first)
    assert sorted(codes) == [f"{number:05}7K3M9XQ2VB5T" for number in (0, 1)]
    assert len(found(second)) == 19
    x, y = L7160.place(19)
    left, top = (value / 203 * 25.4 for value in codes["000007K3M9XQ2VB5T"])
    assert x < left < x + 10
    assert y < top < y + 20


@needs_poppler
@pytest.mark.parametrize(("x", "y", "scale"), [(1.5, -2.0, 1.0), (0.0, 0.0, 1.02), (-0.5, 0.5, 0.98)])
def test_a_calibration_moves_and_scales_what_is_printed(
    x: float, y: float, scale: float, tmp_path: Path
) -> None:
    (plain,) = drawn(sheets(21), tmp_path, 203)
    moved_to = tmp_path / "moved"
    moved_to.mkdir()
    (moved,) = drawn(sheets(21, calibration=Calibration(x, y, scale)), moved_to, 203)
    dots = 203 / 25.4
    before, after = found(plain), found(moved)
    assert len(before) == len(after) == 21
    for serial, (left, top) in before.items():
        assert after[serial][0] == pytest.approx(left * scale + x * dots, abs=2)
        assert after[serial][1] == pytest.approx(top * scale + y * dots, abs=2)


@pytest.mark.parametrize("first", [0, 22, -1])
def test_a_place_that_a_sheet_has_not_is_refused(first: int) -> None:
    with pytest.raises(LabelError) as refused:
        sheets(1, first=first)
    assert refused.value.code == "label.range"


def test_a_label_larger_than_the_sheets_is_refused_and_a_smaller_one_stands_in_the_middle() -> None:
    with pytest.raises(LabelError) as refused:
        pdf.write_sheets(BytesIO(), [tem_label(TEA, size_named("99.1x38.1"))], L7160)
    assert refused.value.code == "label.layout"
    written = BytesIO()
    pdf.write_sheets(written, [Drawing(53.5, 28.1, (), (Box(0, 0, 1, 1),))], L7160)
    content = PdfReader(BytesIO(written.getvalue())).pages[0].get_contents()
    assert content is not None
    assert b"q 1 0 0 1 12.25 20.15 cm" in content.get_data()


@needs_poppler
@pytest.mark.parametrize("size", ["50x30", "63.5x38.1-scratch", "20x30", "60x40"])
def test_the_preview_is_the_print(size: str, tmp_path: Path) -> None:
    drawing = tem_label(replace(TEA, hidden="7K2MQ9XF4T"), size_named(size))
    written = BytesIO()
    document = pdf.Document(written)
    document.page(drawing.width, drawing.height, [(0.0, 0.0, drawing)])
    document.close()
    (printed,) = drawn(written.getvalue(), tmp_path, 600)
    shown = png.raster(drawing, 600)
    assert abs(printed.width - shown.width) <= 1
    assert abs(printed.height - shown.height) <= 1
    printed = printed.crop((0, 0, shown.width, shown.height))
    (code,) = (part for part in drawing.parts if isinstance(part, Modules))
    dots = 600 / 25.4
    for row, modules in enumerate(code.symbol.rows):
        for column, dark in enumerate(modules):
            place = (
                int((code.x + (column + 0.5) * code.module_mm) * dots),
                int((code.y + (row + 0.5) * code.module_mm) * dots),
            )
            expected = (0, 0, 0) if dark else (255, 255, 255)
            assert printed.getpixel(place) == shown.getpixel(place) == expected
    soft = ImageFilter.GaussianBlur(6)
    apart = ImageChops.difference(printed.filter(soft), shown.filter(soft))
    assert max(most for _, most in apart.getextrema()) < 90
    assert max(ImageStat.Stat(apart).mean) < 2.0


def test_the_svg_has_the_modules_and_the_letters_of_the_drawing() -> None:
    drawing = tem_label(TEA, size_named("50x30"))
    root = ElementTree.fromstring(svg.render(drawing))
    code = next(part for part in drawing.parts if isinstance(part, Modules))
    (path,) = (element for element in root.iter() if element.get("d") == svg_path(code.symbol))
    assert path.get("transform", "").endswith(f"scale({code.module_mm:.6g} {code.module_mm:.6g})")
    letters = sum(not letter.isspace() for part in drawing.primitives for letter in getattr(part, "text", ""))
    assert sum(element.tag.endswith("use") for element in root.iter()) == letters
    assert (root.get("width"), root.get("height")) == ("50mm", "30mm")


@needs_poppler
def test_a_picture_is_drawn_upright_and_written_once(tmp_path: Path) -> None:
    picture = Image.new("RGB", (2, 2), "#ffffff")
    picture.putpixel((0, 0), (255, 0, 0))
    data = BytesIO()
    picture.save(data, "PNG")
    parts = tuple(Picture(data.getvalue(), x, 0.0, 10.0, 10.0) for x in (0.0, 10.0))
    written = BytesIO()
    pdf.write_sheets(written, [Drawing(20.0, 10.0, (), parts)], LAYOUTS["A4-33"])
    (page,) = drawn(written.getvalue(), tmp_path, 127)
    left, top = (15 + 20) * 5, (16.5 + 7) * 5
    assert page.getpixel((int(left + 10), int(top + 10))) == (255, 0, 0)
    assert page.getpixel((int(left + 60), int(top + 10))) == (255, 0, 0)
    assert page.getpixel((int(left + 10), int(top + 40))) == (255, 255, 255)
    assert written.getvalue().count(b"/Subtype/Image") == 2  # colours, and what shows through


@needs_poppler
def test_a_test_sheet_has_a_cross_at_the_first_and_at_the_last_label_and_rulers_of_150_mm(
    tmp_path: Path,
) -> None:
    data = pdf.calibration_sheet(L7160, WORDS)
    text = PdfReader(BytesIO(data)).pages[0].extract_text()
    for words in (WORDS.title, *WORDS.steps, WORDS.right, WORDS.down):
        assert words in text
    (page,) = drawn(data, tmp_path, 254)
    grey = page.convert("L")
    for x, y in ((L7160.left, L7160.top), (L7160.right, L7160.bottom)):
        for place in ((x + 6.5, y), (x - 6.5 if x < 100 else x - 6, y), (x, y + 6.5), (x, y - 6.5)):
            box = tuple(round(value * 10) + side for side in (-2, 3) for value in place)
            assert grey.crop(box).getextrema()[0] < 90
    ruler = [grey.crop((x * 10 - 2, 0, x * 10 + 3, grey.height)) for x in (30, 180)]
    assert all(strip.getextrema()[0] < 120 for strip in ruler)


def test_words_are_letters_that_the_font_has_and_can_be_searched() -> None:
    content = replace(TEA, product="Chè Shan tuyết Ô Quy Hồ 茶")
    written = BytesIO()
    label = TemDesign(content.spelled(), L7160.size()).label(qr(TEA.printed), TEA.serial)
    pdf.write_sheets(written, [label], L7160)
    text = PdfReader(BytesIO(written.getvalue())).pages[0].extract_text()
    assert "Chè Shan tuyết" in text
    assert "?" in text
