"""Designs of tem: what stands where on a label of a size.

The code stands left (or on top, where the label is higher than wide) in its quiet zone, the words beside it: mark and
cooperative, the product, lot and days, the serial in groups, and on two-layer tem the area to scratch. The largest
modules and letters that fit are taken. Where a label is small, words that buyers can do without give way in this
order: the invitation to scan, the packing day, the cooperative and its mark, the name of the product (which the pack
says itself). Lot, best-before day and serial never do: a label that cannot hold them is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from labels.checks import MIN_MODULE, check
from labels.column import GREY, LEADING, MAX_EM, MIN_EM, TOP, Column, Row, height
from labels.content import LabelContent, LabelSize, hidden_groups, serial_groups
from labels.drawing import (
    Align,
    Drawing,
    Line,
    Modules,
    Primitive,
    Text,
)
from labels.errors import LabelError
from labels.faces import CAPITALS, DESCENT, face
from labels.symbol import Symbol, qr

GOOD_MODULE: Final = 0.51
MAX_MODULE: Final = 0.66
"""mm: larger modules than good ones help no phone, and are taken only where words leave room for them."""
_PLAIN_MODULE: Final = 0.42  # a plain code of 14 mm; smaller ones are for labels that would lose words
PRINT_DPI: Final = 600
"""Dots that modules are whole numbers of where a laser printer or a print shop prints; 300 dpi is half of it."""
SCRATCH_HEIGHT: Final = 6.5
_DROPS: Final[tuple[frozenset[str], ...]] = (
    frozenset(),
    frozenset({"scan"}),
    frozenset({"scan", "packed"}),
    frozenset({"scan", "packed", "head"}),
    frozenset({"scan", "packed", "head", "product"}),
)


@dataclass(frozen=True)
class _Frame:
    """Where things stand: the code, and the column of words, in mm."""

    module: float
    code_x: float
    code_y: float
    left: float
    top: float
    width: float
    height: float
    align: Align = "start"


@dataclass(frozen=True)
class _Plan:
    """A frame, its rows, and the size of its letters."""

    frame: _Frame
    rows: tuple[Row, ...]
    em: float
    scratch: bool


def _merit(plan: _Plan) -> tuple[float, float]:
    """Large letters and large modules, equally; among equals the larger modules."""
    return round(min(plan.frame.module, GOOD_MODULE) * plan.em, 2), plan.frame.module


class TemDesign:
    """The design of one run of tem: laid out and checked once, then filled in for each label."""

    def __init__(self, content: LabelContent, size: LabelSize, *, dpi: int | None = None) -> None:
        """
        Args:
            content: of any label of the run; its codes have the same length as all others'.
            size: of the paper.
            dpi: of a thermal printer: modules are whole dots of it, and everything is black.

        Raises:
            LabelError: the size does not hold what a tem must say (`label.too_small`), or a check fails.
        """
        if size.scratch and content.hidden is None:
            message = (
                f"A label of the size {size.name} has a scratch area, and this roll has no hidden codes."
            )
            raise LabelError(message, code="label.roll_design", size=size.name)
        self.content = content.spelled()
        self.size, self.mono = size, dpi is not None
        self._column = Column(self.content, scratch=size.scratch, mono=self.mono)
        self._symbol = qr(content.printed)
        self._plan = self._best(dpi or PRINT_DPI)
        self._ground, self._own = self._laid_out(self._plan)
        check(self.label(self._symbol, content.serial, content.hidden))

    @property
    def module_mm(self) -> float:
        """The side of a module of the code."""
        return self._plan.frame.module

    def label(self, symbol: Symbol, serial: str, hidden: str | None = None) -> Drawing:
        """A label of the run.

        Args:
            symbol: of its code, as large as that of the content which the design was made for.
            serial: of the tem.
            hidden: the code of its second layer, where the size has a scratch area.
        """
        frame = self._plan.frame
        groups = serial_groups(serial)
        own: list[Primitive] = [Modules(symbol, frame.code_x, frame.code_y, frame.module)]
        for text, first, last in self._own:
            if first == "hidden":
                said = " ".join(hidden_groups(hidden or ""))
            else:
                said = " ".join(groups[int(first) : int(last)])
            wide = face(text.weight).width(said, text.size_mm)
            room = frame.width - (1.0 if first == "hidden" else 0.0)
            fit = text.size_mm * min(1.0, room / wide) if wide else text.size_mm
            raised = (text.size_mm - fit) * CAPITALS / 2 if first == "hidden" else 0.0
            own.append(replace(text, text=said, size_mm=fit, y=text.y - raised))
        return Drawing(self.size.width, self.size.height, self._ground, tuple(own))

    def _best(self, dpi: int) -> _Plan:
        tries = [(_PLAIN_MODULE, drop) for drop in _DROPS[:3]] + [(MIN_MODULE, drop) for drop in _DROPS]
        for least, drop in tries:
            for tight in (False, True):
                frames = self._frames(dpi, least)
                plans = [plan for frame in frames for plan in self._plans(frame, drop, tight)]
                if plans:
                    return max(plans, key=_merit)
        side = self._symbol.width + 2 * self._symbol.quiet
        message = (
            f"A label of {self.size.width:g} × {self.size.height:g} mm does not hold this tem: its code alone takes "
            f"{side} modules of {MIN_MODULE:g} mm, {side * MIN_MODULE:.1f} mm, and lot, day and serial go beside it."
        )
        raise LabelError(
            message,
            code="label.too_small",
            width=self.size.width,
            height=self.size.height,
            modules=side,
            module=MIN_MODULE,
            side=round(side * MIN_MODULE, 1),
        )

    def _frames(self, dpi: int, least: float) -> Iterator[_Frame]:
        """Each size of module from `least` mm, in whole dots, with the room that it leaves."""
        dot = 25.4 / dpi
        width, height = self.size.width, self.size.height
        small = min(width, height) <= 25
        edge, margin = (0.5, 0.9) if small else (1.0, 1.8)
        side = self._symbol.width + 2 * self._symbol.quiet
        for dots in range(int(MAX_MODULE / dot + 1e-6), 0, -1):
            module = dots * dot
            block, quiet = side * module, self._symbol.quiet * module
            if module < least - 1e-6 or block > min(width, height) - 2 * edge + 1e-6:
                continue
            if height > width:
                top = edge + block
                x = (width - block) / 2 + quiet
                yield _Frame(
                    module, x, edge + quiet, margin, top, width - 2 * margin, height - top - edge, "middle"
                )
            else:
                y = (height - block) / 2
                x = min(y, max(edge, 1.2))
                left = x + block + (0.2 if small else 0.6)
                yield _Frame(
                    module, x + quiet, y + quiet, left, edge, width - left - margin, height - 2 * edge
                )

    def _plans(self, frame: _Frame, drop: frozenset[str], tight: bool) -> Iterator[_Plan]:
        """The plan with the largest letters that fit a frame, if any do."""
        scratch = self.size.scratch
        room = frame.height - (SCRATCH_HEIGHT + 0.8 if scratch else 0.0)
        em = MAX_EM
        while em >= MIN_EM - 1e-9 and frame.width > 0:
            rows = self._column.rows(frame.width, em, drop, tight)
            if rows is not None and height(rows) <= room:
                yield _Plan(frame, tuple(rows), em, scratch)
                return
            em = em - 0.05 if em > MIN_EM + 0.05 else (MIN_EM if em > MIN_EM + 1e-6 else 0.0)

    def _laid_out(self, plan: _Plan) -> tuple[tuple[Primitive, ...], list[tuple[Text, str, str]]]:
        """What all labels have alike, and the places of what each has of its own."""
        frame, ground = plan.frame, list[Primitive]()
        own: list[tuple[Text, str, str]] = []
        used = height(plan.rows) + (SCRATCH_HEIGHT + 0.8 if plan.scratch else 0.0)
        y = frame.top + max(0.0, (frame.height - used) / 2)
        x = {"start": frame.left, "middle": frame.left + frame.width / 2, "end": frame.left + frame.width}[
            frame.align
        ]
        head: list[float] = []
        for at, row in enumerate(plan.rows):
            y += row.gap + (row.size * TOP if at == 0 else row.size * LEADING)
            if row.own == "head":
                head.append(y)
            elif row.own:
                first, last = row.own.split("-")
                own.append((Text(x, y, row.size, row.weight, "", frame.align, row.ink), first, last))
            else:
                ground.append(Text(x, y, row.size, row.weight, row.text, frame.align, row.ink))
        if head:
            ground += self._drawn_head(plan, head)
        if plan.scratch:
            top = y + plan.rows[-1].size * DESCENT + 0.6
            ground += _scratch_area(frame, top)
            size = min(3.6, SCRATCH_HEIGHT * 0.55)
            middle = top + SCRATCH_HEIGHT / 2 + size * CAPITALS / 2
            own.append((Text(frame.left + frame.width / 2, middle, size, 700, "", "middle"), "hidden", ""))
        return tuple(ground), own

    def _drawn_head(self, plan: _Plan, lines: list[float]) -> list[Primitive]:
        """The mark, and the name beside it on its base lines."""
        frame, mark = plan.frame, self.content.mark
        head = self._column.head(frame.width, plan.em)
        ink = plan.rows[0].ink
        text = max((face(700).width(line, head.size) for line in head.lines), default=0.0)
        left = frame.left
        if frame.align == "middle":
            left += max(0.0, (frame.width - head.mark_width - head.beside - text) / 2)
        high = min(head.mark_height, head.mark_width * mark.height / mark.width)
        middle = (lines[0] - head.size * CAPITALS + lines[-1]) / 2
        drawn = list(mark.drawn(left, middle - high / 2, high, mono=self.mono))
        x = left + head.mark_width + head.beside
        return drawn + [
            Text(x, y, head.size, 700, line, ink=ink) for y, line in zip(lines, head.lines, strict=False)
        ]


def tem_label(content: LabelContent, size: LabelSize, *, dpi: int | None = None) -> Drawing:
    """One tem. For many, make one {TemDesign} and fill it in.

    Raises:
        LabelError: as {TemDesign}.
    """
    return TemDesign(content, size, dpi=dpi).label(qr(content.printed), content.serial, content.hidden)


def _scratch_area(frame: _Frame, top: float) -> list[Primitive]:
    """The rectangle that the scratch layer covers, drawn so that it can be laid on straight."""
    left, right, bottom = frame.left, frame.left + frame.width, top + SCRATCH_HEIGHT
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [
        Line(*start, *end, 0.2, GREY, dash=0.8)
        for start, end in zip(corners, (*corners[1:], corners[0]), strict=True)
    ]
