"""ZPL II: a drawing for Zebra's printers and those that understand them.

    label = "^XA" settings "^FO0,0^GFA," bytes "," bytes "," bytes of a row "," data "^FS" "^PQ" copies "^XZ"
    data  = rows in hexadecimal, runs shortened: G-Y repeat the next digit 1-19 times, g-z 20-400 times,
            "," fills the row with 0, "!" with 1, ":" repeats the row before

The whole label is one picture, so that what is printed is what was shown; every ZPL II printer reads it, whatever
fonts it has.

Source: ZPL II Programming Guide, ^GF, "Alternative Data Compression Scheme for ~DG and ~DB Commands".
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from labels.drawing import Drawing
from labels.thermal import DEFAULT, Dots, Media, Thermal, dots

MEDIA_TYPE: Final = "application/vnd.zebra-zpl"
_MEDIA: Final[dict[Media, str]] = {"gap": "Y", "mark": "M", "continuous": "N"}
_ONES: Final = " GHIJKLMNOPQRSTUVWXY"
_TWENTIES: Final = " ghijklmnopqrstuvwxyz"
_LONGEST: Final = 419


def render(drawing: Drawing, dpi: int = 203, thermal: Thermal | None = None) -> bytes:
    """A label as ZPL.

    Args:
        dpi: of the printer, where `thermal` does not say more.

    Raises:
        LabelError: as {labels.thermal.dots}.
    """
    how = Thermal(dpi) if thermal is None else thermal
    picture = dots(drawing, how.dpi)
    total, row = len(picture.data), picture.row_bytes
    settings = f"^XA^MN{_MEDIA[how.media]}^PW{picture.width}^LL{picture.height}^LH0,0"
    if how.darkness is not None:
        settings = f"~SD{how.darkness * 2:02}{settings}"
    field = f"^FO0,0^GFA,{total},{total},{row},{packed(picture)}^FS"
    return f"{settings}{field}^PQ{how.copies}^XZ\n".encode("ascii")


def stream(drawings: Iterable[Drawing], thermal: Thermal = DEFAULT) -> Iterator[bytes]:
    """Labels one after another, made as they are asked for."""
    return (render(drawing, thermal=thermal) for drawing in drawings)


def packed(picture: Dots) -> str:
    """Rows of dots, runs shortened."""
    parts: list[str] = []
    before = None
    for row in picture.rows():
        parts.append(":" if row == before else _row(row.hex().upper()))
        before = row
    return "".join(parts)


def _row(digits: str) -> str:
    runs = [(digit, len(list(group))) for digit, group in groupby(digits)]
    parts = [_run(digit, length) for digit, length in runs[:-1]]
    last, length = runs[-1]
    parts.append({"0": ",", "F": "!"}.get(last) or _run(last, length))
    return "".join(parts)


def _run(digit: str, length: int) -> str:
    found = ""
    while length > _LONGEST:
        found += f"zY{digit}"
        length -= _LONGEST
    if length <= 2:
        return found + digit * length
    twenties, ones = divmod(length, 20)
    return found + (_TWENTIES[twenties] + _ONES[ones]).replace(" ", "") + digit
