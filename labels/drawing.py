"""What a label is made of: shapes in millimetres from its top left, which every printer prints alike."""

from dataclasses import dataclass, field
from typing import Literal

from labels.symbol import Symbol

BLACK = "#000000"
Weight = Literal[400, 700]
Align = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Modules:
    """A symbol. `x`, `y`: its top left module, without the quiet zone, which lies around it.

    `module_mm` is the side of a module, in a linear code the width of the narrowest bar; `height_mm` is how high the
    bars of a linear code are, else nothing.
    """

    symbol: Symbol
    x: float
    y: float
    module_mm: float
    height_mm: float | None = None
    ink: str = BLACK

    @property
    def width(self) -> float:
        """In mm, without the quiet zone."""
        return self.symbol.width * self.module_mm

    @property
    def height(self) -> float:
        """In mm, without the quiet zone."""
        return self.symbol.height * self.module_mm if self.height_mm is None else self.height_mm


@dataclass(frozen=True)
class Text:
    """A line of text in Be Vietnam Pro. `y` is its base line, `size_mm` the em, `x` its start, middle or end."""

    x: float
    y: float
    size_mm: float
    weight: Weight
    text: str
    align: Align = "start"
    ink: str = BLACK


@dataclass(frozen=True)
class Line:
    """A straight stroke; `dash` is the length of dashes and gaps in mm, or nothing."""

    x1: float
    y1: float
    x2: float
    y2: float
    width_mm: float
    ink: str = BLACK
    dash: float | None = None


@dataclass(frozen=True)
class Box:
    """A rectangle: filled if `stroke_mm` is 0, else drawn with a stroke of this width on its edge."""

    x: float
    y: float
    width: float
    height: float
    stroke_mm: float = 0.0
    ink: str = BLACK


@dataclass(frozen=True)
class Outline:
    """The data of an SVG path, scaled to mm and moved to `x`, `y`.

    It is filled by the even-odd rule if `stroke` is 0, else drawn with a round stroke of this width, in the path's own
    units.
    """

    path: str
    x: float
    y: float
    scale: float
    stroke: float = 0.0
    ink: str = BLACK


@dataclass(frozen=True)
class Picture:
    """A PNG, drawn into a rectangle."""

    png: bytes = field(repr=False)
    x: float
    y: float
    width: float
    height: float


Primitive = Modules | Text | Line | Box | Outline | Picture


@dataclass(frozen=True)
class Drawing:
    """A label to print.

    Attributes:
        width, height: of the label in mm.
        ground: what the labels of a run have alike; printers may keep what they made of it, by identity.
        parts: what is this label's own, drawn over the ground.
    """

    width: float
    height: float
    ground: tuple[Primitive, ...]
    parts: tuple[Primitive, ...] = ()

    @property
    def primitives(self) -> tuple[Primitive, ...]:
        """All of it, in the order in which it is drawn."""
        return self.ground + self.parts
