"""The data of SVG paths, as strokes and curves that every printer has."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path.parser import parse_path

from labels.errors import LabelError

Point = tuple[float, float]
_STEPS: Final = 12


class Segment(NamedTuple):
    """`move`, `line` (one point each), `curve` (cubic Bézier: two controls and its end) or `close`."""

    kind: Literal["move", "line", "curve", "close"]
    points: tuple[Point, ...] = ()


class _Pen(BasePen):  # type: ignore[misc]  # fontTools has no types
    def __init__(self) -> None:
        super().__init__(None)
        self.segments: list[Segment] = []

    def _moveTo(self, pt: Any) -> None:  # noqa: N802  # fontTools' name
        self.segments.append(Segment("move", (pt,)))

    def _lineTo(self, pt: Any) -> None:  # noqa: N802
        self.segments.append(Segment("line", (pt,)))

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802
        self.segments.append(Segment("curve", (pt1, pt2, pt3)))

    def _closePath(self) -> None:  # noqa: N802
        self.segments.append(Segment("close"))


@lru_cache(maxsize=1024)
def segments(path: str) -> tuple[Segment, ...]:
    """What a path draws; arcs and quadratic curves become cubic ones.

    Raises:
        LabelError: it is no path (`label.mark`).
    """
    pen = _Pen()
    try:
        parse_path(path, pen)
    except (ValueError, IndexError, AssertionError, TypeError, StopIteration) as error:
        raise LabelError("This is not the data of an SVG path.", code="label.mark") from error
    return tuple(pen.segments)


def polylines(path: str) -> Iterable[tuple[list[Point], bool]]:
    """The path as straight strokes: points, and whether the last is joined to the first."""
    points: list[Point] = []
    for kind, given in segments(path):
        if kind == "move":
            if len(points) > 1:
                yield points, False
            points = [given[0]]
        elif kind == "line":
            points.append(given[0])
        elif kind == "curve":
            points.extend(_curve(points[-1], *given))
        else:
            yield points, True
            points = points[:1]
    if len(points) > 1:
        yield points, False


def _curve(start: Point, control: Point, other: Point, end: Point) -> Iterable[Point]:
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        yield (
            a * start[0] + b * control[0] + c * other[0] + d * end[0],
            a * start[1] + b * control[1] + c * other[1] + d * end[1],
        )
