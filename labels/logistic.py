"""Labels of cartons and pallets: the GS1 logistic label.

    top       free: who sends it, what it is, how many, in words; below it the data under their titles
    right     a QR code whose link opens what is inside, and a GS1 DataMatrix with all of the data
    bottom    GS1-128: what the unit holds, where it holds one thing only; below it, always, the SSCC

Bars are at least 31.75 mm high, their modules 0.495 to 0.94 mm, in steps of 1/8 mm: whole dots of a printer of 203 dpi.
Data that do not fit their row at the smallest module stand in the DataMatrix and in the middle only. A label
that cannot carry its SSCC so is refused.

Source: GS1 General Specifications §6.6 (logistic label), §5.12.3 table 5 (modules); GS1 Logistic Label Guideline §3-4.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from labels import barcodes
from labels.checks import check
from labels.drawing import Drawing, Line, Modules, Primitive, Text, Weight
from labels.errors import LabelError
from labels.faces import CAPITALS, face, printable
from labels.form import printed_form
from labels.lines import ELLIPSIS, broken, shortened
from labels.symbol import Symbol, qr
from labels.units import UNIT_SIZES, Data, Goods, UnitContent, UnitSize, UnitWords, data_of, unit_size
from ledger.errors import Gs1Error

__all__ = [
    "UNIT_SIZES",
    "Goods",
    "UnitContent",
    "UnitSize",
    "UnitWords",
    "check_bars",
    "data_of",
    "unit_label",
    "unit_size",
]

MIN_MODULE: Final = 0.495
MAX_MODULE: Final = 0.94
MIN_BARS: Final = 31.75
_BARS: Final = 32.0
_SPARE: Final = 0.4
"""How much higher bars get for each row that there is room for and nothing to say."""
_MODULES: Final = (0.875, 0.75, 0.625, 0.5)
_MODULES_2D: Final = (0.875, 0.75, 0.625, 0.5, 0.375)
_MARGIN: Final = 4.0
_READ: Final = 3.5
_SCAN: Final = 2.4
_MATRIX: Final = 16.0
_SMALLEST: Final = 2.3
"""In mm: letters under bars and under the QR, the DataMatrix's place, and the smallest letters that people read."""

_SHRINK: Final = (1.5, 1.3, 1.15, 1.0, 0.9, 0.8, 0.7, 0.62)
_LEADING: Final = 1.24


def unit_label(content: UnitContent, size: UnitSize) -> Drawing:
    """The label of a carton or pallet.

    Raises:
        LabelError: the paper does not hold what it must (`label.too_small`), or what is on it would not be read
            (`label.bars`, and as {check_bars}).
        Gs1Error: a number in it is wrong.
    """
    sheet = _Sheet(content, size)
    drawing = Drawing(size.width, size.height, (), tuple(sheet.drawn()))
    check_bars(drawing)
    return drawing


def check_bars(drawing: Drawing) -> None:
    """Refuse bars of a logistic unit that scanners on a warehouse's floor would not read.

    Raises:
        LabelError: modules too small or too large (`label.module`), bars too low (`label.bars`); as `checks.check`.
    """
    for part in drawing.primitives:
        if not isinstance(part, Modules) or part.symbol.kind != "gs1-128":
            continue
        if not MIN_MODULE <= part.module_mm <= MAX_MODULE:
            message = (
                f"Bars of a unit have modules of {MIN_MODULE} to {MAX_MODULE} mm, not {part.module_mm:g} mm."
            )
            raise LabelError(message, code="label.module", found=part.module_mm, minimum=MIN_MODULE)
        if part.height < MIN_BARS:
            message = f"Bars of a unit are at least {MIN_BARS} mm high, not {part.height:g} mm."
            raise LabelError(message, code="label.bars", found=part.height, minimum=MIN_BARS)
    check(drawing)


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


class _Sheet:
    """A label being laid out, from the bottom up: bars have no choice, words have."""

    def __init__(self, content: UnitContent, size: UnitSize) -> None:
        self.content, self.size, self.scale = content, size, size.scale
        self.left, self.right = _MARGIN, size.width - _MARGIN
        self.parts: list[Primitive] = []

    def drawn(self) -> list[Primitive]:
        floor = self._bars()
        top = self._header()
        edge = self._codes(top, floor)
        middle = floor - self._titled_height()
        self._told(top, middle, edge - self.left - 2.0)
        self.parts.append(Line(self.left, middle, edge - 2.0, middle, 0.2))
        self._data(middle, edge - 2.0)
        return self.parts

    # -- bottom

    def _bars(self) -> float:
        """The rows of bars; where they begin."""
        floor = self.size.height - _MARGIN + 1
        rows = self._rows()
        high = _BARS * (1 + _SPARE * (self.size.rows - len(rows)))
        for data in reversed([*rows, (("00", self.content.sscc),)]):
            floor = self._row(data, floor, high)
        self._rule(floor)
        return floor

    def _rows(self) -> list[Data]:
        """What stands in bars above the SSCC: in one row if it fits, else in two; only what fits."""
        held = data_of(self.content)[1:]
        if not held or not self.size.rows:
            return []
        what = tuple(pair for pair in held if pair[0] in ("02", "37"))
        when = tuple(pair for pair in held if pair[0] not in ("02", "37"))
        rows = [held] if self._module(held) else [row for row in (what, when) if row and self._module(row)]
        return rows[: self.size.rows]

    def _module(self, data: Data) -> float | None:
        """The largest module at which a row of bars fits between its quiet zones; None if none does."""
        try:
            symbol = barcodes.gs1_128(barcodes.elements_of(*data))
        except Gs1Error as error:
            if error.code == "barcode.size":
                return None
            raise
        modules = symbol.width + 2 * symbol.quiet
        return next((module for module in _MODULES if modules * module <= self.size.width), None)

    def _row(self, data: Data, floor: float, high: float) -> float:
        symbol = barcodes.gs1_128(barcodes.elements_of(*data))
        module = self._module(data)
        if module is None:
            message = f"A label {self.size.width:g} mm wide does not hold the bars of an SSCC."
            raise LabelError(message, code="label.too_small", size=self.size.name)
        size = _READ * self.scale
        base = floor - 0.8
        top = base - CAPITALS * size - 1.0 - high
        x = (self.size.width - symbol.width * module) / 2
        self.parts.append(Modules(symbol, x, top, module, high))
        said = barcodes.printed(symbol)
        fit = min(size, size * (self.right - self.left) / face(400).width(said, size))
        self.parts.append(Text(self.size.width / 2, base, fit, 400, said, "middle"))
        return top - 2.0

    # -- middle

    @property
    def _sizes(self) -> tuple[float, float, float]:
        """Of titles and of values under them, and from one row to the next, in mm."""
        return (
            (2.3, 3.1, 6.6) if self.size.compact else (2.4 * self.scale, 3.6 * self.scale, 7.8 * self.scale)
        )

    def _titled_height(self) -> float:
        return len(self._titled()) * self._sizes[2] + 1.0

    def _titled(self) -> list[list[tuple[str, str]]]:
        """Rows of titles and values, one or two in a row."""
        words = self.content.words
        found: list[tuple[str, str]] = []
        if len(self.content.goods) == 1:
            (goods,) = self.content.goods
            found += [(words.content, goods.gtin), (words.count, str(goods.count))]
            found += [(words.lot, goods.lot)] if goods.lot else []
            found += [(words.packed, _day(goods.packed))] if goods.packed else []
            found += [(words.best_before, _day(goods.best_before))] if goods.best_before else []
            found += [(words.use_by, _day(goods.use_by))] if goods.use_by else []
        rows = [found[at : at + 2] for at in range(0, len(found), 2)]
        alone = not self.size.compact or not rows
        return [[(words.sscc, _grouped(self.content.sscc))], *rows] if alone else rows

    def _data(self, top: float, right: float) -> None:
        title_size, value_size, pitch = self._sizes
        for row, pairs in enumerate(self._titled()):
            base = top + 1.0 + title_size + row * pitch
            for column, (title, value) in enumerate(pairs):
                x = self.left + column * (right - self.left) * 0.6
                room = (right - self.left) * (1.0 if len(pairs) == 1 else (0.57, 0.4)[column])
                self._text(x, base, title_size, 400, title, room)
                self._text(x, base + value_size * 0.98 + 0.35, value_size, 700, value, room)

    # -- right

    def _codes(self, top: float, floor: float) -> float:
        """The QR code, and the DataMatrix under it; where their column begins."""
        matrix = barcodes.datamatrix(barcodes.elements_of(*data_of(self.content)))
        symbol = qr(printed_form(self.content.link))
        small, module, said = self._shared_out(matrix, symbol, floor - top)
        zone, side, scan = symbol.quiet * module, symbol.width * module, _SCAN * self.scale
        x = self.size.width - side - max(zone, _MARGIN)
        y = top + zone + 0.3
        self.parts.append(Modules(symbol, x, y, module))
        base = y + side + zone + scan * 0.85
        for line in said:
            self.parts.append(Text(x + side / 2, base, scan, 400, line, "middle"))
            base += scan * 1.2
        at = floor - 1.5 - (matrix.width + matrix.quiet) * small
        self.parts.append(Modules(matrix, x + (side - matrix.width * small) / 2, at, small))
        return x - zone

    def _shared_out(self, matrix: Symbol, symbol: Symbol, height: float) -> tuple[float, float, list[str]]:
        """A column shared out among the DataMatrix, the QR code and the words under it: the modules of both, the lines.

        Raises:
            LabelError: the column is too low (`label.too_small`).
        """
        scan, words, left = _SCAN * self.scale, printable(self.content.words.scan), 0.0
        for place in (_MATRIX * self.scale, _MATRIX * 0.7 * self.scale):
            small = self._largest(matrix, place, place)
            low = (matrix.width + 2 * matrix.quiet) * (small or 0.0)
            for most in (1, 2) if small else ():
                left = height - low - most * scan * 1.25 - 2.0
                module = self._largest(symbol, self.size.width * 0.42, left)
                width = (symbol.width + 2 * symbol.quiet) * (module or 0.0)
                lines = broken(words, 400, scan, width) if module else []
                if small and module and len(lines) <= most:
                    return small, module, lines
        message = f"A code of {symbol.width} modules and what it needs beside it does not fit {max(left, 0):.1f} mm."
        raise LabelError(message, code="label.too_small", size=self.size.name)

    @staticmethod
    def _largest(symbol: Symbol, width: float, height: float) -> float | None:
        modules = symbol.width + 2 * symbol.quiet
        return next((module for module in _MODULES_2D if modules * module <= min(width, height)), None)

    # -- top

    def _header(self) -> float:
        """Who sends it, and what kind of unit it is; where that ends."""
        content, scale = self.content, self.scale
        height = 8.5 * scale
        self.parts += content.mark.drawn(self.left, _MARGIN, height, mono=True)
        x = self.left + content.mark.width / content.mark.height * height + 2.0 * scale
        kind = printable(content.kind)
        size = 4.6 * scale
        self.parts.append(Text(self.right, _MARGIN + 5.6 * scale, size, 700, kind, "end"))
        room = self.right - face(700).width(kind, size) - 3.0 - x
        base = _MARGIN + (3.9 if content.address else 5.6) * scale
        self._text(x, base, 4.0 * scale, 700, content.company, room)
        if content.address:
            self._text(x, base + 3.8 * scale, 2.6 * scale, 400, content.address, room)
        self._rule(_MARGIN + height + 1.5)
        return _MARGIN + height + 1.5

    def _told(self, top: float, floor: float, width: float) -> None:
        """What is inside, in words, as large as there is room for all of it; what does not fit is told by the QR."""
        room = floor - top - 3.0
        tries = [self._set_at(shrink, width) for shrink in _SHRINK]
        fitting = [lines for lines in tries if _height(lines) <= room]
        whole = (lines for lines in fitting if not any(line.endswith(ELLIPSIS) for line, _, _ in lines))
        lines = next(whole, fitting[0] if fitting else tries[-1])
        while _height(lines) > room and len(lines) > 1:
            lines = [*lines[:-2], (ELLIPSIS, *lines[-1][1:])]
        free = max(1.0, (floor - top - _height(lines)) / 2)
        base = top + (free if len(self.content.goods) == 1 else min(2.5, free))
        for line, size, weight in lines:
            self.parts.append(Text(self.left, base + size * 0.98, size, weight, line))
            base += size * _LEADING

    def _set_at(self, shrink: float, width: float) -> list[tuple[str, float, Weight]]:
        """All lines with their size and weight, letters by so much smaller."""
        return [
            (line, fit, weight)
            for text, size, weight, most in self._lines()
            for fit in (max(_SMALLEST, size * self.scale * shrink),)
            for line in shortened(broken(printable(text), weight, fit, width), most, weight, fit, width)
        ]

    def _lines(self) -> list[tuple[str, float, Weight, int]]:
        """Text, size, weight, and how many lines it may take."""
        content = self.content
        if len(content.goods) == 1:
            (goods,) = content.goods
            first: list[tuple[str, float, Weight, int]] = [
                (goods.product, 5.4, 700, 3),
                (goods.told, 7.6, 700, 1),
            ]
            return first + ([(content.inside, 4.2, 400, 1)] if content.inside else [])
        listed: list[tuple[str, float, Weight, int]] = (
            [(content.inside, 6.4, 700, 1)] if content.inside else []
        )
        for goods in content.goods:
            lot = f" · {goods.lot}" if goods.lot else ""
            listed += [(goods.product, 4.2, 700, 1), (f"{goods.told}{lot}", 3.8, 400, 1)]
        return listed

    # --

    def _rule(self, y: float) -> None:
        self.parts.append(Line(self.left, y, self.right, y, 0.25))

    def _text(self, x: float, y: float, size: float, weight: Weight, text: str, room: float) -> None:
        """A line, made smaller where it is wider than its room, down to two thirds, then shortened."""
        said = printable(text)
        width = face(weight).width(said, size)
        fit = size if width <= room else max(_SMALLEST, size * 2 / 3, size * room / width)
        lines = shortened(broken(said, weight, fit, room), 1, weight, fit, room)
        if lines:
            self.parts.append(Text(x, y, fit, weight, lines[0]))


def _height(lines: Sequence[tuple[str, float, Weight]]) -> float:
    return sum(size * _LEADING for _, size, _ in lines)


def _grouped(sscc: str) -> str:
    """An SSCC as it is read aloud: extension digit, then groups."""
    return " ".join((sscc[:1], sscc[1:5], sscc[5:9], sscc[9:13], sscc[13:17], sscc[17:]))
