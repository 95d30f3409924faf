"""TSPL: a drawing for TSC's printers and those that understand them.

    label  = "SIZE" … "GAP" … ["DENSITY" …] "DIRECTION 1" "REFERENCE 0,0" "CLS" bitmap "PRINT 1," copies
    bitmap = "BITMAP 0,0," bytes of a row "," rows ",0," data
    data   = rows of bytes as they are, the leftmost dot the highest bit; 0 is black; each command ends in CR LF

Source: TSPL/TSPL2 Programming Manual, SIZE, GAP, BLINE, DENSITY, BITMAP, PRINT.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from labels.drawing import Drawing
from labels.thermal import DEFAULT, Thermal, dots

MEDIA_TYPE: Final = "application/vnd.tsc-tspl"
_FLIPPED: Final = bytes(255 - value for value in range(256))


def render(drawing: Drawing, dpi: int = 203, thermal: Thermal | None = None) -> bytes:
    """A label as TSPL.

    Args:
        dpi: of the printer, where `thermal` does not say more.

    Raises:
        LabelError: as {labels.thermal.dots}.
    """
    how = Thermal(dpi) if thermal is None else thermal
    picture = dots(drawing, how.dpi)
    paper = {
        "gap": f"GAP {how.gap_mm:g} mm,0 mm",
        "mark": f"BLINE {how.gap_mm:g} mm,0 mm",
        "continuous": "GAP 0 mm,0 mm",
    }
    commands = [f"SIZE {drawing.width:g} mm,{drawing.height:g} mm", paper[how.media]]
    if how.darkness is not None:
        commands.append(f"DENSITY {how.darkness}")
    commands += ["DIRECTION 1", "REFERENCE 0,0", "CLS"]
    head = "".join(f"{command}\r\n" for command in commands)
    field = f"BITMAP 0,0,{picture.row_bytes},{picture.height},0,"
    data = picture.data.translate(_FLIPPED)
    return f"{head}{field}".encode("ascii") + data + f"\r\nPRINT 1,{how.copies}\r\n".encode("ascii")


def stream(drawings: Iterable[Drawing], thermal: Thermal = DEFAULT) -> Iterator[bytes]:
    """Labels one after another, made as they are asked for."""
    return (render(drawing, thermal=thermal) for drawing in drawings)
