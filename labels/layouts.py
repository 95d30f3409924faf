"""A4 sheets of labels that people buy, where their labels lie, and how a printer's own error is taken out.

Sizes of Avery sheets are their maker's. Those of Tomy sheets, which are sold everywhere in Vietnam, are from a
seller's table that others contradict, and where they lie was not measured: they are taken to lie in the middle of the
sheet. So each new pack gets a test sheet first ({labels.testsheet}).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from labels.content import LabelSize
from labels.errors import LabelError

A4: Final = (210.0, 297.0)
"""In mm."""
MAX_SHIFT: Final = 10.0
"""mm by which a calibration moves at most."""
SCALES: Final = (0.95, 1.05)
_SLACK: Final = 0.01


@dataclass(frozen=True)
class Layout:
    """Where the labels of a sheet lie, in mm from its top left.

    Attributes:
        name: as it is asked for.
        label: the size of each.
        columns, rows: how many.
        left, top: of the first label.
        pitch_x, pitch_y: from one label's edge to the same edge of the next.
        cut: whether it is plain sticky paper, which is cut along printed lines.
    """

    name: str
    label: LabelSize
    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    cut: bool = False

    @property
    def per_sheet(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    @property
    def right(self) -> float:
        """Where the last column ends, in mm."""
        return self.left + (self.columns - 1) * self.pitch_x + self.label.width

    @property
    def bottom(self) -> float:
        """Where the last row ends, in mm."""
        return self.top + (self.rows - 1) * self.pitch_y + self.label.height

    def place(self, number: int) -> tuple[float, float]:
        """The top left of a label of a sheet, in mm; row by row, 0 is the first."""
        row, column = divmod(number, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def size(self, *, scratch: bool = False) -> LabelSize:
        """The size to design for, with an area to scratch or without."""
        return replace(self.label, name=f"{self.label.name}-scratch", scratch=True) if scratch else self.label

    def holds(self, size: LabelSize) -> bool:
        """Whether a label of a size lies inside each label of the sheet."""
        return size.width <= self.label.width + _SLACK and size.height <= self.label.height + _SLACK

    def sheets(self, count: int, first: int = 1) -> int:
        """How many sheets so many labels take."""
        return -(-(count + first - 1) // self.per_sheet)


@dataclass(frozen=True)
class Calibration:
    """What a printer does wrong, told by a test sheet: a point of the sheet is scaled from its top left, then moved.

    Attributes:
        x_mm, y_mm: moves everything right and down.
        scale: 100 mm are printed 100 mm long with it.

    Raises:
        LabelError: more than a printer errs (`label.calibration`).
    """

    x_mm: float = 0.0
    y_mm: float = 0.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        for name, value in (("x", self.x_mm), ("y", self.y_mm)):
            if not -MAX_SHIFT <= value <= MAX_SHIFT:
                message = f"A calibration moves by up to {MAX_SHIFT:g} mm, not by {name} = {value:g} mm."
                raise LabelError(message, code="label.calibration", member=name, value=value, limit=MAX_SHIFT)
        if not SCALES[0] <= self.scale <= SCALES[1]:
            message = f"A calibration scales by {SCALES[0]} to {SCALES[1]}, not by {self.scale:g}."
            raise LabelError(
                message, code="label.calibration", member="scale", value=self.scale, limit=SCALES[1]
            )


def _layout(  # a line of the table
    name: str,
    width: float,
    height: float,
    columns: int,
    rows: int,
    gaps: tuple[float, float] = (0.0, 0.0),
    *,
    cut: bool = False,
) -> Layout:
    """Labels in the middle of the sheet, with so much between them."""
    size = LabelSize(f"{width:g}x{height:g}", width, height)
    pitch_x, pitch_y = width + gaps[0], height + gaps[1]
    left = (A4[0] - (columns - 1) * pitch_x - width) / 2
    top = (A4[1] - (rows - 1) * pitch_y - height) / 2
    return Layout(name, size, columns, rows, round(left, 3), round(top, 3), pitch_x, pitch_y, cut)


LAYOUTS: Final[Mapping[str, Layout]] = {
    layout.name: layout
    for layout in (
        _layout("A4-33", 60, 24, 3, 11, cut=True),
        _layout("A4-40", 45, 25, 4, 10, cut=True),
        _layout("A4-44", 48.3, 25.4, 4, 11),
        _layout("L7160", 63.5, 38.1, 3, 7, (2.5, 0)),
        _layout("L7159", 63.5, 33.9, 3, 8, (2.5, 0)),
        _layout("L7161", 63.5, 46.6, 3, 6, (2.5, 0)),
        _layout("L7163", 99.1, 38.1, 2, 7, (2.5, 0)),
        _layout("L7651", 38.1, 21.2, 5, 13, (2.5, 0)),
        _layout("L4732", 35.6, 16.9, 5, 16, (2.5, 0)),
        _layout("L4736", 45.7, 21.2, 4, 12, (2.5, 0)),
        _layout("TOMY-135", 66, 38, 3, 7, (2.5, 2)),
        _layout("TOMY-138", 40, 30, 5, 6, (2, 1.5)),
        _layout("TOMY-140", 38, 17, 5, 16, (2, 1)),
        _layout("TOMY-141", 46, 25, 4, 11, (2, 1.5)),
        _layout("TOMY-145", 38, 21, 5, 13, (2, 1.5)),
    )
}
"""By name: plain sticky paper to be cut, the sheets of 44 that many sell, Avery (L7160 is also HERMA 4677), Tomy."""


def layout_named(name: str) -> Layout:
    """A layout by its name, in any case.

    Raises:
        LabelError: there is none (`label.layout`).
    """
    found = LAYOUTS.get(name.upper())
    if found is None:
        known = ", ".join(LAYOUTS)
        message = f"{name} is no layout of labels: it is one of {known}."
        raise LabelError(message, code="label.layout", layout=name, known=known)
    return found


def layouts_for(size: LabelSize) -> Sequence[Layout]:
    """The layouts whose labels hold a size, those with the least waste first."""
    fitting = [layout for layout in LAYOUTS.values() if layout.holds(size)]
    return sorted(fitting, key=lambda layout: layout.label.width * layout.label.height)
