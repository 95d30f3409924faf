"""A printed tem is read back by a real decoder as the very code that it stands for."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from labels.form import printed_form
from labels.svg import symbol_svg
from labels.symbol import FIXED_MASK, qr
from ledger.gs1.digital_link import parse

CODE = "https://nguon.localhost/01/09521002000085/10/NHC260110/21/00011Y6QF618ZTM7E"


def qr_svg(code: str) -> bytes:
    return symbol_svg(qr(printed_form(code), mask=FIXED_MASK))


def _rendered(svg: bytes) -> Image.Image:
    """The SVG's one path drawn at ten dots a module, in its quiet zone: it holds bars only ("M4 4h3v1h-3z…")."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    path = next(element for element in root.iter() if element.tag.endswith("path"))
    left, top = map(int, re.findall(r"\d+", path.attrib["transform"]))
    image = Image.new("L", (side * 10, side * 10), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path.attrib["d"]):
        start = ((left + int(x)) * 10, (top + int(y)) * 10)
        draw.rectangle((*start, start[0] + int(length) * 10 - 1, start[1] + 9), fill=0)
    return image


@pytest.mark.parametrize(
    "code", [CODE, CODE.replace("NHC260110", "nhc260110"), CODE.replace("NHC260110", "A%2FB")]
)
def test_a_printed_tem_reads_back_as_its_code(code: str) -> None:
    [found] = zxingcpp.read_barcodes(_rendered(qr_svg(code)))
    assert found.text == printed_form(code)
    assert parse(found.text).canonical() == parse(code).canonical()


def test_upper_case_is_printed_only_where_it_changes_nothing_after_the_host() -> None:
    assert printed_form(CODE) == CODE.replace("https://nguon.localhost", "HTTPS://NGUON.LOCALHOST")
    lower = CODE.replace("NHC260110", "nhc260110")
    assert printed_form(lower) == lower
    assert len(qr_svg(CODE)) < len(qr_svg(lower))
