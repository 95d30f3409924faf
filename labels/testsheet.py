"""The sheet that tells how far a printer is off: printed on plain paper, laid on the labels, held against the light.

In the middle two rulers of 150 mm tell the scale; crosses at the corners of the first and the last label, and frames of
all labels, tell the shift: from the label's corner to the cross, in half millimetres that are drawn beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labels.drawing import BLACK, Box, Drawing, Line, Primitive, Text
from labels.faces import face, printable
from labels.layouts import A4, Layout
from labels.lines import broken
from labels.mark import SPRING

RULER: Final = 150.0
"""mm."""
_FAINT: Final = "#b9c4be"
_ARM: Final = 7.0
_SIZE: Final = 3.6


@dataclass(frozen=True)
class SheetWords:
    """The words of a test sheet, from the caller's catalogue.

    Attributes:
        title: what this is, with the name of the layout.
        steps: how to measure and what to write down, in order; of each language one after the other.
        ruler: stands at the rulers: that they are 150 mm long.
        right, down: stand at the arrows: what counts as positive.
    """

    title: str
    steps: tuple[str, ...]
    ruler: str
    right: str
    down: str


def drawn(layout: Layout, words: SheetWords) -> Drawing:
    """The test sheet of a layout."""
    parts: list[Primitive] = [
        Box(*layout.place(number), layout.label.width, layout.label.height, 0.1, _FAINT)
        for number in range(layout.per_sheet)
    ]
    last_x, last_y = layout.place(layout.per_sheet - 1)
    parts += _cross(layout.left, layout.top)
    parts += _cross(last_x + layout.label.width, last_y + layout.label.height)
    parts += _told(words)
    return Drawing(*A4, (), tuple(parts))


def _cross(x: float, y: float) -> Iterator[Primitive]:
    """A cross with marks at half millimetres, longer ones at full ones, up to five; none where its arms meet."""
    yield Line(x - _ARM, y, x + _ARM, y, 0.15)
    yield Line(x, y - _ARM, x, y + _ARM, 0.15)
    for half in (*range(-10, -1), *range(2, 11)):
        at, long = half / 2, 1.8 if half in (-10, 10) else 1.1 if half % 2 == 0 else 0.5
        yield Line(x + at, y - long, x + at, y, 0.1)
        yield Line(x - long, y + at, x, y + at, 0.1)


def _told(words: SheetWords) -> Iterator[Primitive]:
    """Rulers, arrows and words, on white in the middle of the sheet."""
    left, width = (A4[0] - RULER) / 2, RULER
    lines = [line for step in words.steps for line in [*broken(printable(step), 400, _SIZE, width), ""]]
    high = 34 + len(lines) * _SIZE * 1.3
    top = max(12.0, (A4[1] - max(high, RULER + 24)) / 2)
    yield Box(left - 10, top - 4, width + 20, max(high, RULER + 24) + 8, 0.0, "#ffffff")
    title = printable(words.title)
    size = min(6.0, 6.0 * width / face(700).width(title, 6.0))
    yield Text(left, top + 5, size, 700, title, ink=SPRING)
    yield from _ruler(left, top + 20, words.ruler)
    yield from _ruler(left - 4, top + 20, "", down=True)
    y = top + 33
    for line in lines:
        if line:
            yield Text(left + 6, y, _SIZE, 400, line)
        y += _SIZE * (1.3 if line else 0.6)
    yield from _arrow(left + 8, y + 6, words.right)
    yield from _arrow(left + 70, y + 6, words.down, down=True)


def _ruler(x: float, y: float, word: str, *, down: bool = False) -> Iterator[Primitive]:
    """A ruler to the right, marks above it, or downwards, marks to its left."""
    yield Line(x, y, x if down else x + RULER, y + RULER if down else y, 0.2)
    for mm in range(int(RULER) + 1):
        long = 4.0 if mm % 10 == 0 else 2.6 if mm % 5 == 0 else 1.6
        if down:
            yield Line(x - long, y + mm, x, y + mm, 0.1)
        else:
            yield Line(x + mm, y - long, x + mm, y, 0.1)
        if mm % 10 == 0 and (mm or not down):
            place = (x - 4.6, y + mm + 1.0) if down else (x + mm, y - 4.6)
            yield Text(*place, 2.6, 400, str(mm), "end" if down else "middle")
    if word:
        yield Text(x + 6, y + 5, _SIZE, 700, printable(word))


def _arrow(x: float, y: float, word: str, *, down: bool = False) -> Iterator[Primitive]:
    tip = (x, y + 6) if down else (x + 8, y)
    yield Line(x, y, *tip, 0.4, BLACK)
    for side in (-1.5, 1.5):
        end = (tip[0] + side, tip[1] - 2) if down else (tip[0] - 2, tip[1] + side)
        yield Line(*tip, *end, 0.4, BLACK)
    yield Text(x + (4 if down else 11), y + 1.4, _SIZE, 700, printable(word))
