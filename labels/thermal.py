"""How a thermal printer is to print: its resolution, the paper, how dark, how many; and the dots that it burns."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from PIL import ImageChops

from labels.drawing import Drawing
from labels.errors import LabelError
from labels.png import bitmap

Media = Literal["gap", "mark", "continuous"]
DPI: Final = (203, 300)
MAX_COPIES: Final = 9_999
MAX_GAP: Final = 20.0


@dataclass(frozen=True)
class Thermal:
    """A printer and its paper.

    Attributes:
        dpi: 203 or 300.
        copies: of each label.
        darkness: 0 to 15, the heat of the head; None leaves what is set on the printer.
        media: how the printer finds the next label: by the gap, by a black mark, or not at all.
        gap_mm: between labels, or the height of the mark.

    Raises:
        LabelError: another resolution (`label.dpi`), or a number out of bounds (`label.printer`).
    """

    dpi: int = 203
    copies: int = 1
    darkness: int | None = None
    media: Media = "gap"
    gap_mm: float = 2.0

    def __post_init__(self) -> None:
        if self.dpi not in DPI:
            message = f"A printer has {DPI[0]} or {DPI[1]} dpi, not {self.dpi}."
            raise LabelError(message, code="label.dpi", dpi=self.dpi)
        if not 1 <= self.copies <= MAX_COPIES:
            message = f"1 to {MAX_COPIES} copies, not {self.copies}."
            raise LabelError(message, code="label.printer", member="copies", value=self.copies)
        if self.darkness is not None and not 0 <= self.darkness <= 15:
            message = f"Darkness is 0 to 15, not {self.darkness}."
            raise LabelError(message, code="label.printer", member="darkness", value=self.darkness)
        if not 0 <= self.gap_mm <= MAX_GAP:
            message = f"The gap is 0 to {MAX_GAP:g} mm, not {self.gap_mm:g}."
            raise LabelError(message, code="label.printer", member="gap", value=self.gap_mm)


DEFAULT: Final = Thermal()


@dataclass(frozen=True)
class Dots:
    """A picture of dots.

    Attributes:
        width, height: in dots.
        data: rows from the top, each padded with white to whole bytes; 1 is black, the leftmost dot the highest bit.
    """

    width: int
    height: int
    data: bytes = field(repr=False)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return (self.width + 7) // 8

    def rows(self) -> Iterable[bytes]:
        """The rows from the top."""
        step = self.row_bytes
        return (self.data[at : at + step] for at in range(0, len(self.data), step))


def dots(drawing: Drawing, dpi: int = 203) -> Dots:
    """What a printer burns of a drawing: the picture of the preview, in black and white.

    Raises:
        LabelError: a module is less than a dot (`label.dpi`).
    """
    picture = bitmap(drawing, dpi)
    return Dots(picture.width, picture.height, ImageChops.invert(picture).tobytes())
