"""A printed tem is read back by a real decoder as the very code that it stands for."""

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from ledger.gs1.digital_link import parse
from nguon.qr import printed_form, qr_svg

CODE = "https://nguon.localhost/01/09521002000085/10/NHC260110/21/00011Y6QF618ZTM7E"


def _rendered(svg: bytes) -> Image.Image:
    """The SVG's one path drawn at ten dots a module: it holds squares only ("M4,4H5V5H4z…")."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(svg)
    side = float(root.attrib["viewBox"].split()[2])
    path = next(element for element in root.iter() if element.tag.endswith("path")).attrib["d"]
    image = Image.new("L", (round(side * 10), round(side * 10)), 255)
    draw = ImageDraw.Draw(image)
    for square in path.split("z"):
        if not square.strip():
            continue
        start, _, rest = square.strip().lstrip("M").partition("H")
        x, y = (float(number) for number in start.split(","))
        right, _, rest = rest.partition("V")
        bottom = rest.partition("H")[0]
        draw.rectangle((x * 10, y * 10, float(right) * 10 - 1, float(bottom) * 10 - 1), fill=0)
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
