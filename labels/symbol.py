"""QR symbols: the smallest version that holds the text, level M, the best mask or a fixed one.

A code of a given version and level is linear in its bits: a module is an exclusive or of some bits of the text and
of what the version brings along. So the codes of a run, whose texts differ in their last characters only, are made by
adding up (exclusive or) one picture for each bit that differs, and a mask is one more picture. `QrSeries` does so; the
first pictures come from `qrcode`, and tests compare the sums with it, module by module.

Source: ISO/IEC 18004 §7.4 (data), §7.8 (masks and their penalties).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import QRData

from ledger.errors import EncodingError

QUIET: Final = 4
"""Modules of white around a QR code (ISO/IEC 18004 §9.1)."""
FIXED_MASK: Final = 2
"""The mask of big runs: of the fixed ones the one that decoders read best (docs/labels.md)."""
MASKS: Final = 8
ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LEVELS: Final = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
_TO_MODULES: Final = bytes.maketrans(b"01", b"\0\1")
_DARK: Final = re.compile(b"\1+")
Kind = Literal["qr", "datamatrix", "gs1-128"]


@dataclass(frozen=True)
class Symbol:
    """The modules of a code.

    Attributes:
        kind: of code.
        rows: one byte a module, 1 for dark, without the quiet zone; a linear code has one row.
        quiet: modules of white that readers want around it.
        text: what it says, as a reader gives it back.
    """

    kind: Kind
    rows: tuple[bytes, ...]
    quiet: int
    text: str

    @property
    def width(self) -> int:
        """In modules, without the quiet zone."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """In modules, without the quiet zone; 1 for a linear code."""
        return len(self.rows)


def qr(text: str, *, mask: int | None = None, error: str = "M") -> Symbol:
    """The QR code of a text.

    Args:
        mask: 0 to 7; None for the one with the fewest penalty points.
        error: level of error correction, L, M, Q or H.

    Raises:
        EncodingError: the text is longer than any QR code holds (`label.too_long`).
    """
    return QrSeries(text, len(text), mask=mask, error=error)(text)


class QrSeries:
    """The QR codes of texts of one length that begin alike, made in tens of microseconds each."""

    def __init__(self, first: str, common: int, *, mask: int | None = None, error: str = "M") -> None:
        """
        Args:
            first: any text of the series.
            common: how many leading characters all of them share.
            mask, error: as {qr}.

        Raises:
            EncodingError: they are longer than any QR code holds (`label.too_long`).
        """
        if mask is not None and not 0 <= mask < MASKS:
            raise ValueError(f"A mask is 0 to {MASKS - 1}.")
        self._error, self._mask = error, mask
        self._first, self._alphanumeric = first, _is_alphanumeric(first)
        self._start = common - common % 2 if self._alphanumeric else common
        self._side, self._base = _drawn(first, 0, error)
        self._masks = _masks(self._side, error)
        self._pictures: dict[tuple[int, int], int] = {}

    def __call__(self, text: str) -> Symbol:
        """The code of a text of the series; another text is made from nothing, and costs a hundred times as much."""
        modules = self._unmasked(text)
        if modules is None:
            return qr(text, mask=self._mask, error=self._error)
        masked = (
            modules ^ self._masks[self._mask]
            if self._mask is not None
            else min((modules ^ mask for mask in self._masks), key=lambda one: penalty(one, self._side))
        )
        side = self._side
        flat = format(masked, f"0{side * side}b").encode().translate(_TO_MODULES)
        return Symbol("qr", tuple(flat[at : at + side] for at in range(0, side * side, side)), QUIET, text)

    def _unmasked(self, text: str) -> int | None:
        """The modules under mask 0; None if the text is not of the series."""
        first, start = self._first, self._start
        if len(text) != len(first) or text[:start] != first[:start]:
            return None
        if self._alphanumeric and not _is_alphanumeric(text[start:]):
            return None
        if not self._alphanumeric and not (text.isascii() and first.isascii()):
            return self._base if text == first else None
        modules, step = self._base, 2 if self._alphanumeric else 1
        for place in range(start, len(text), step):
            if text[place : place + step] == first[place : place + step]:
                continue
            changed = self._number(text, place) ^ self._number(first, place)
            while changed:
                bit = changed & -changed
                modules ^= self._picture(place, bit)
                changed ^= bit
        return modules

    def _number(self, text: str, place: int) -> int:
        """The number that the characters at a place of a text are coded as."""
        if not self._alphanumeric:
            return ord(text[place])
        number = 0
        for character in text[place : place + 2]:
            number = number * 45 + ALPHANUMERIC.index(character)
        return number

    def _picture(self, place: int, bit: int) -> int:
        """The modules that change with one bit of the number at a place."""
        found = self._pictures.get((place, bit))
        if found is None:
            found = self._pictures[place, bit] = self._with(place, bit) ^ self._with(place, 0)
        return found

    def _with(self, place: int, number: int) -> int:
        """The modules of the first text with another number at a place."""
        if not self._alphanumeric:
            characters = chr(number)
        elif place + 1 < len(self._first):
            characters = ALPHANUMERIC[number // 45] + ALPHANUMERIC[number % 45]
        else:
            characters = ALPHANUMERIC[number]
        text = self._first[:place] + characters + self._first[place + len(characters) :]
        return _drawn(text, 0, self._error, self._alphanumeric)[1]


def penalty(modules: int, side: int) -> int:
    """The penalty points of a QR code: runs, blocks, false finders, too much of one colour.

    Args:
        modules: row by row, the first module in the highest bit.

    Source: ISO/IEC 18004 §7.8.3.1.
    """
    inner_columns, inner_rows, finder_columns, finder_rows = _windows(side)
    beside = ~(modules ^ modules >> 1) & inner_columns
    below = ~(modules ^ modules >> side) & inner_rows
    points = 0
    for alike, step in ((beside, 1), (below, side)):
        pairs = alike & alike >> step
        runs = pairs & pairs >> 2 * step  # five in a row, told by the last of them
        points += runs.bit_count() + 2 * (runs & ~(runs >> step)).bit_count()
    points += 3 * (beside & beside >> side & below).bit_count()
    for step, window in ((1, finder_columns), (side, finder_rows)):
        finder = (
            modules & modules >> 2 * step & modules >> 3 * step & modules >> 4 * step & modules >> 6 * step
        )
        finder &= ~(modules >> step | modules >> 5 * step)
        light = ~(modules | modules >> step | modules >> 2 * step | modules >> 3 * step)
        points += 40 * (finder >> 4 * step & light & window).bit_count()
        points += 40 * (finder & light >> 7 * step & window).bit_count()
    dark = modules.bit_count() * 100 / (side * side)
    return points + 10 * int(abs(dark - 50) / 5)


def runs(symbol: Symbol) -> Iterator[tuple[int, int, int]]:
    """Dark modules side by side in one row, as x, y and how many."""
    for y, row in enumerate(symbol.rows):
        for run in _DARK.finditer(row):
            yield run.start(), y, run.end() - run.start()


def svg_path(symbol: Symbol) -> str:
    """The dark modules as the data of one SVG path, one unit a module."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs(symbol))


def _is_alphanumeric(text: str) -> bool:
    return not text.strip(ALPHANUMERIC)


def _drawn(text: str, mask: int, error: str, alphanumeric: bool | None = None) -> tuple[int, int]:
    """Side and modules of a code, the first module in the highest bit."""
    fits = _is_alphanumeric(text) if alphanumeric is None else alphanumeric
    code = QRCode(error_correction=_LEVELS[error], border=0, mask_pattern=mask)
    code.add_data(QRData(text.encode(), mode=2 if fits else 4))  # ISO/IEC 18004 table 2: alphanumeric, byte
    try:
        code.make(fit=True)
    except DataOverflowError as overflow:
        message = f"A text of {len(text)} characters does not fit a QR code."
        raise EncodingError(message, code="label.too_long", length=len(text)) from overflow
    bits = "".join("1" if module else "0" for row in code.get_matrix() for module in row)
    return len(code.get_matrix()), int(bits, 2)


@cache
def _masks(side: int, error: str) -> tuple[int, ...]:
    """What each mask changes in a code under mask 0, the format's bits included."""
    code = QRCode(version=(side - 17) // 4, error_correction=_LEVELS[error], border=0, mask_pattern=0)
    code.add_data("0")
    pictures = []
    for mask in range(MASKS):
        code.mask_pattern = mask
        code.make(fit=False)
        bits = "".join("1" if module else "0" for row in code.get_matrix() for module in row)
        pictures.append(int(bits, 2))
    return tuple(picture ^ pictures[0] for picture in pictures)


@cache
def _windows(side: int) -> tuple[int, int, int, int]:
    """The places that have one neighbour before them, or ten: along rows, and along columns."""
    area = side * side

    def columns(first: int) -> int:
        row = (1 << (side - first)) - 1
        return sum(row << side * y for y in range(side))

    return columns(1), (1 << (area - side)) - 1, columns(10), (1 << (area - 10 * side)) - 1
