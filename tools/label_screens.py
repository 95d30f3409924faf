"""Make the pictures of tem in docs/screens: `python -m tools.label_screens`.

The sheets are what poppler draws of their PDF.
"""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from api.pages import load_catalogues
from api.tem_labels import sheet_words
from labels import pdf, png
from labels.content import size_named
from labels.design import tem_label
from labels.drawing import Drawing, Line
from labels.layouts import LAYOUTS
from tools.label_rates import content, labels

ROOT: Final = Path(__file__).parents[1]
SCREENS: Final = ROOT / "docs" / "screens"
DESK: Final = "#f3f5f1"
SILVER: Final = "#c3c8cb"
_SHEET_DPI: Final = 130
_TEM_DPI: Final = 406


def main() -> None:
    """Draw them."""
    layout = LAYOUTS["L7160"]
    sheet = _paper(lambda out: pdf.write_sheets(out, labels(layout, 2 * layout.per_sheet, None), layout))
    _keep("label-sheet", _laid([_edged(sheet)], 26))
    catalogues = load_catalogues(ROOT / "nguon" / "locales")
    words = sheet_words(layout, (catalogues["vi"], catalogues["en"]))
    test = _paper(lambda out: out.write(pdf.calibration_sheet(layout, words)))
    _keep("label-test-sheet", _laid([_edged(test)], 26))
    small = tem_label(content(), size_named("50x30"))
    _keep("label-tem", _laid([_tem(tem_label(content(), size_named("63.5x38.1"))), _tem(small)], 40))
    hidden = replace(content(), hidden="7K2MQ9XF4T")
    layered = tem_label(hidden, size_named("63.5x38.1-scratch"))
    bare = _tem(layered)
    _keep("label-two-layers", _laid([_covered(bare.copy(), layered), bare], 40))


def _paper(write: Callable[[BinaryIO], int]) -> Image.Image:
    """The first page of a PDF."""
    with TemporaryDirectory() as directory:
        with (Path(directory) / "sheet.pdf").open("wb") as out:
            write(out)
        command = ["pdftoppm", "-r", str(_SHEET_DPI), "-png", "-singlefile", "sheet.pdf", "sheet"]
        subprocess.run(command, cwd=directory, check=True)
        with Image.open(Path(directory) / "sheet.png") as page:
            return page.convert("RGB")


def _tem(drawing: Drawing) -> Image.Image:
    """A tem with the round corners of its paper."""
    picture = png.raster(drawing, _TEM_DPI)
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), 24, fill=255)
    paper = Image.new("RGB", picture.size, DESK)
    paper.paste(picture, mask=mask)
    return _edged(paper)


def _covered(picture: Image.Image, drawing: Drawing) -> Image.Image:
    """A two-layer tem as it is sold: silver over what its dashes frame."""
    dots = _TEM_DPI / 25.4
    lines = [part for part in drawing.ground if isinstance(part, Line) and part.dash]
    xs = [x * dots for line in lines for x in (line.x1, line.x2)]
    ys = [y * dots for line in lines for y in (line.y1, line.y2)]
    ImageDraw.Draw(picture).rectangle((min(xs), min(ys), max(xs), max(ys)), fill=SILVER)
    return picture


def _edged(picture: Image.Image) -> Image.Image:
    """With a hairline where the paper ends."""
    return ImageOps.expand(picture, 1, "#d5dbd7") if picture.getpixel((0, 0)) == (255, 255, 255) else picture


def _laid(pictures: list[Image.Image], margin: int) -> Image.Image:
    """Papers side by side on a desk, with their shadows."""
    width = sum(picture.width for picture in pictures) + margin * (len(pictures) + 1)
    height = max(picture.height for picture in pictures) + 2 * margin
    desk = Image.new("RGB", (width, height), DESK)
    x, places = margin, []
    for picture in pictures:
        places.append((x, (height - picture.height) // 2))
        x += picture.width + margin
    shade = Image.new("L", desk.size, 0)
    for picture, (left, top) in zip(pictures, places, strict=True):
        corners = (left + 4, top + 6, left + picture.width - 4, top + picture.height + 6)
        ImageDraw.Draw(shade).rounded_rectangle(corners, 24, fill=60)
    desk.paste("#10201a", mask=shade.filter(ImageFilter.GaussianBlur(margin / 4)))
    for picture, place in zip(pictures, places, strict=True):
        desk.paste(picture, place)
    return desk


def _keep(name: str, picture: Image.Image) -> None:
    picture.save(SCREENS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
