"""Print sheets of tem, photograph them badly, and tell how many are read: `python -m tools.label_rates`.

Each label of a sheet of each layout is cut from the page that poppler draws of its PDF at 203 and at 300 dpi, and read
by zxing-cpp as it is and after each harm. Then each mask is read over many serials at three pixels a module, blurred
until readers fail. Both tables stand in docs/labels.md.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import zxingcpp
from PIL import Image, ImageFilter

from api.pages import load_catalogues
from labels import pdf
from labels.content import LabelContent, LabelWords
from labels.design import TemDesign
from labels.drawing import Drawing, Modules
from labels.form import printed_form
from labels.layouts import LAYOUTS, Layout
from labels.png import raster
from labels.symbol import FIXED_MASK, MASKS, QrSeries, Symbol
from ledger.gs1.keys import check_digit

Harm = Callable[[Image.Image], Image.Image]
DPIS: Final = (203, 300)
LINK: Final = "https://nguon.localhost/01/09521001000055/10/TH260117/21/"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def blurred(picture: Image.Image, radius: float = 1.0) -> Image.Image:
    """Out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(radius))


def turned(picture: Image.Image) -> Image.Image:
    """Held askew by 15°."""
    return _askew(picture, 15)


def _askew(picture: Image.Image, degrees: float) -> Image.Image:
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def faded(picture: Image.Image) -> Image.Image:
    """With 30 % less contrast."""
    return picture.point(lambda light: int(light * 0.7) + 38)


def jpeg(picture: Image.Image) -> Image.Image:
    """As a JPEG of quality 40."""
    data = BytesIO()
    picture.save(data, "JPEG", quality=40)
    return Image.open(data)


def unharmed(picture: Image.Image) -> Image.Image:
    """As it is printed."""
    return picture


HARMS: Final[Mapping[str, Harm]] = {
    "as printed": unharmed,
    "blurred": blurred,
    "turned by 15°": turned,
    "30 % less contrast": faded,
    "JPEG, quality 40": jpeg,
    "all of them": lambda picture: jpeg(faded(blurred(turned(picture), 0.8))),
}


@dataclass(frozen=True)
class Sheet:
    """A printed sheet: the text of each label's code, and the label as a picture."""

    layout: Layout
    texts: tuple[str, ...]
    pictures: tuple[Image.Image, ...]


def serial(number: int) -> str:
    """Some serial."""
    return "".join(_ALPHABET[byte % 32] for byte in sha256(number.to_bytes(8, "big")).digest()[:17])


def content(lang: str = "vi") -> LabelContent:
    """What the first of some tem says."""
    catalogue = load_catalogues(Path(__file__).parents[1] / "nguon" / "locales")[lang]
    names = LabelWords.__dataclass_fields__
    return LabelContent(
        printed_form(LINK + serial(0)),
        "Trà hoa vàng sấy 50 g",
        "TH260117",
        serial(0),
        date(2026, 1, 17),
        date(2028, 1, 17),
        "HTX Trà hoa vàng Yên Sơn",
        words=LabelWords(**{name: catalogue.t(f"labels.word.{name}") for name in names}),
    )


def labels(layout: Layout, count: int, mask: int | None) -> Iterator[Drawing]:
    """Tem for a layout."""
    said = content()
    first = said.printed
    design, series = TemDesign(said, layout.size()), QrSeries(first, len(first) - 17, mask=mask)
    for number in range(count):
        yield design.label(series(printed_form(LINK + serial(number))), serial(number))


def photographed(layout: Layout, dpi: int, mask: int | None = None) -> Sheet:
    """A full sheet of a layout, drawn by poppler at dots an inch, and cut into its labels."""
    drawings = list(labels(layout, layout.per_sheet, mask))
    with TemporaryDirectory() as directory:
        with (Path(directory) / "sheet.pdf").open("wb") as out:
            pdf.write_sheets(out, drawings, layout)
        command = ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", "sheet.pdf", "sheet"]
        subprocess.run(command, cwd=directory, check=True)
        with Image.open(Path(directory) / "sheet.pgm") as page:
            page.load()
    dots = dpi / 25.4
    pictures = []
    for number in range(layout.per_sheet):
        x, y = layout.place(number)
        corners = (x, y, x + layout.label.width, y + layout.label.height)
        pictures.append(page.crop(tuple(round(side * dots) for side in corners)))  # type: ignore[arg-type]
    texts = tuple(part.symbol.text for one in drawings for part in one.parts if isinstance(part, Modules))
    return Sheet(layout, texts, tuple(pictures))


def read(picture: Image.Image) -> str:
    """What a reader finds in a picture of one label: one code, else nothing."""
    found = zxingcpp.read_barcodes(picture)
    return found[0].text if len(found) == 1 else ""


def rate(sheet: Sheet, harm: Harm) -> tuple[int, int]:
    """How many labels of a sheet are read after a harm, of how many."""
    told = [read(harm(picture)) == text for picture, text in zip(sheet.pictures, sheet.texts, strict=True)]
    return sum(told), len(told)


def mask_rate(mask: int | None, serials: int, radius: float) -> tuple[int, int]:
    """How many codes of a mask are read at three pixels a module, turned and blurred by a radius, of how many.

    A tenth of the serials each is of another host, product and lot: what a mask makes of a code depends on them too.
    """
    good = 0
    for number in range(serials):
        text = printed_form(_links()[number % 10] + serial(number))
        symbol = _series(text[:-17], len(text), mask)(text)
        picture = _askew(_drawn(symbol), 7 + number // 10 % 5)
        good += read(jpeg(faded(blurred(picture, radius)))) == symbol.text
    return good, serials


@cache
def _links() -> tuple[str, ...]:
    """What tem of ten lots begin with: QR codes of versions 3 and 4."""
    lots = (
        "TH260117",
        "CG260110",
        "NHC260110",
        "M12",
        "GAO-ST25-0326",
        "L2601",
        "A1",
        "260117",
        "XA07B",
        "TRA9",
    )
    found = []
    for place, lot in enumerate(lots):
        host = ("nguon.localhost", "tem.htxyenson.vn", "nguon.ninhbinh.gov.vn", "q.vn", "tra.example")[
            place % 5
        ]
        item = f"95210{place}{sum(map(ord, lot)):05}"
        gtin = f"0{item}{place}"
        found.append(f"https://{host}/01/{gtin + check_digit(gtin)}/10/{lot}/21/")
    return tuple(found)


@cache
def _series(start: str, length: int, mask: int | None) -> QrSeries:
    return QrSeries(start + "0" * (length - len(start)), len(start), mask=mask)


def _drawn(symbol: Symbol) -> Image.Image:
    side = symbol.width + 2 * symbol.quiet
    code = Modules(symbol, float(symbol.quiet), float(symbol.quiet), 1.0)
    return raster(Drawing(side, side, (), (code,)), round(3 * 25.4) + 1).convert("L")


def main() -> None:
    """Print both tables in Markdown."""
    _say(f"| layout | dpi | {' | '.join(HARMS)} |\n|---|---|{'---|' * len(HARMS)}")
    for layout in LAYOUTS.values():
        for dpi in DPIS:
            sheet = photographed(layout, dpi, FIXED_MASK)
            told = [rate(sheet, harm) for harm in HARMS.values()]
            _say(f"| {layout.name} | {dpi} | {' | '.join(f'{good} of {count}' for good, count in told)} |")
    radii = (1.25, 1.3, 1.35, 1.4)
    _say(f"\n| mask | {' | '.join(f'blur {radius}' for radius in radii)} |\n|---|{'---|' * len(radii)}")
    for mask in (None, *range(MASKS)):
        told = [mask_rate(mask, 400, radius) for radius in radii]
        name = "best" if mask is None else str(mask)
        _say(f"| {name} | {' | '.join(f'{good / count:.1%}' for good, count in told)} |")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
