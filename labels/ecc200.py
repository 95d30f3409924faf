"""Data Matrix ECC 200: codewords to modules, for square symbols (ISO/IEC 16022).

    data codewords -> padded to the smallest symbol that holds them -> error codewords (Reed-Solomon over GF(256),
    polynomial 0x12D, interleaved in blocks) -> placed along the diagonals -> finder and clock tracks around each region

Only what GS1 element strings need is here: ASCII encodation, in which two digits take one codeword and FNC1 is 232.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ledger.errors import Gs1Error

FNC1: Final = 232
_PAD: Final = 129
_POLYNOMIAL: Final = 0x12D


@dataclass(frozen=True)
class _Size:
    """A square symbol: its modules a side with finders, regions a side, codewords, and blocks they are dealt to."""

    side: int
    regions: int
    data: int
    error: int
    blocks: int = 1

    @property
    def region(self) -> int:
        """Data modules a side of one region."""
        return self.side // self.regions - 2


_SIZES: Final = (
    _Size(10, 1, 3, 5),
    _Size(12, 1, 5, 7),
    _Size(14, 1, 8, 10),
    _Size(16, 1, 12, 12),
    _Size(18, 1, 18, 14),
    _Size(20, 1, 22, 18),
    _Size(22, 1, 30, 20),
    _Size(24, 1, 36, 24),
    _Size(26, 1, 44, 28),
    _Size(32, 2, 62, 36),
    _Size(36, 2, 86, 42),
    _Size(40, 2, 114, 48),
    _Size(44, 2, 144, 56),
    _Size(48, 2, 174, 68),
    _Size(52, 2, 204, 84, 2),
    _Size(64, 4, 280, 112, 2),
    _Size(72, 4, 368, 144, 4),
    _Size(80, 4, 456, 192, 4),
    _Size(88, 4, 576, 224, 4),
)
MAX_CODEWORDS: Final = _SIZES[-1].data


def ascii_codewords(text: str) -> list[int]:
    """Codewords of ASCII text, digits in pairs.

    Raises:
        Gs1Error: a character outside ASCII (`barcode.text`).
    """
    found: list[int] = []
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        if len(pair) == 2 and pair.isascii() and pair.isdigit():
            found.append(130 + int(pair))
            place += 2
        elif pair[0].isascii():
            found.append(ord(pair[0]) + 1)
            place += 1
        else:
            raise Gs1Error(f"{pair[0]!r} is no ASCII character.", code="barcode.text", value=text)
    return found


def matrix(codewords: Sequence[int]) -> tuple[bytes, ...]:
    """The smallest square symbol of these data codewords, rows of modules from the top, 1 = dark, no quiet zone.

    Raises:
        Gs1Error: more codewords than a symbol of 88 modules holds (`barcode.size`).
    """
    size = next((one for one in _SIZES if len(codewords) <= one.data), None)
    if size is None:
        raise Gs1Error(
            f"A symbol holds at most {MAX_CODEWORDS} codewords; this has {len(codewords)}.",
            code="barcode.size",
            count=len(codewords),
            limit=MAX_CODEWORDS,
        )
    data = _padded(codewords, size.data)
    return _framed(_placed([*data, *_error_codewords(data, size)], size.region * size.regions), size)


def _padded(codewords: Sequence[int], length: int) -> list[int]:
    """Filled up as ISO/IEC 16022 §5.2.3 says: one pad, then pads scrambled by their place."""
    data = list(codewords)
    if len(data) < length:
        data.append(_PAD)
    while len(data) < length:
        scrambled = _PAD + (149 * (len(data) + 1)) % 253 + 1
        data.append(scrambled if scrambled <= 254 else scrambled - 254)
    return data


def _tables() -> tuple[list[int], list[int]]:
    powers, logs, value = [0] * 255, [0] * 256, 1
    for exponent in range(255):
        powers[exponent], logs[value] = value, exponent
        value <<= 1
        if value > 255:
            value ^= _POLYNOMIAL
    return powers, logs


_POWERS, _LOGS = _tables()


def _product(one: int, other: int) -> int:
    return _POWERS[(_LOGS[one] + _LOGS[other]) % 255] if one and other else 0


@lru_cache(maxsize=32)
def _generator(degree: int) -> tuple[int, ...]:
    """(x - 2)(x - 4)…(x - 2^degree), without its leading 1, highest power first."""
    factors = [1]
    for exponent in range(1, degree + 1):
        root = _POWERS[exponent]
        shifted = [*factors, 0]
        for place, factor in enumerate(factors):
            shifted[place + 1] ^= _product(factor, root)
        factors = shifted
    return tuple(factors[1:])


def _error_codewords(data: Sequence[int], size: _Size) -> list[int]:
    each = size.error // size.blocks
    generator = _generator(each)
    found = [0] * size.error
    for block in range(size.blocks):
        rest = [0] * each
        for word in data[block :: size.blocks]:
            lead = word ^ rest[0]
            rest = [
                following ^ _product(lead, factor)
                for following, factor in zip([*rest[1:], 0], generator, strict=True)
            ]
        found[block :: size.blocks] = rest
    return found


_UTAH: Final = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
"""Rows and columns of a codeword's bits, highest first, from its last one (ISO/IEC 16022 annex F)."""


def _placed(codewords: Sequence[int], side: int) -> list[list[int]]:
    """The data modules of a square of this side."""
    grid: list[list[int | None]] = [[None] * side for _ in range(side)]
    following = iter(codewords)

    def put(row: int, column: int, bit: int) -> None:
        if row < 0:
            row, column = row + side, column + 4 - (side + 4) % 8
        if column < 0:
            row, column = row + 4 - (side + 4) % 8, column + side
        grid[row][column] = bit

    def put_all(places: Sequence[tuple[int, int]]) -> None:
        word = next(following)
        for place, (row, column) in enumerate(places):
            put(row, column, word >> (7 - place) & 1)

    def utah(row: int, column: int) -> None:
        put_all([(row + down, column + right) for down, right in _UTAH])

    row, column = 4, 0
    while row < side or column < side:
        corner = _corner(row, column, side)
        if corner is not None:
            put_all(corner)
        while row >= 0 and column < side:
            if row < side and column >= 0 and grid[row][column] is None:
                utah(row, column)
            row, column = row - 2, column + 2
        row, column = row + 1, column + 3
        while row < side and column >= 0:
            if row >= 0 and column < side and grid[row][column] is None:
                utah(row, column)
            row, column = row + 2, column - 2
        row, column = row + 3, column + 1
    if grid[side - 1][side - 1] is None:
        grid[side - 1][side - 1] = grid[side - 2][side - 2] = 1
    return [[module or 0 for module in line] for line in grid]


def _corner(row: int, column: int, side: int) -> Sequence[tuple[int, int]] | None:
    """Where a codeword is bent around corners; of the standard's four shapes, those that a square can need."""
    last = side - 1
    if row == side and column == 0:
        top = [(last, 0), (last, 1), (last, 2), (0, last - 1)]
        return [*top, (0, last), (1, last), (2, last), (3, last)]
    if row == side - 2 and column == 0 and side % 4:
        left = [(last - 2, 0), (last - 1, 0), (last, 0)]
        return [*left, (0, last - 3), (0, last - 2), (0, last - 1), (0, last), (1, last)]
    if row == side + 4 and column == 2 and side % 8 == 0:
        ends = [(last, 0), (last, last), (0, last - 2), (0, last - 1)]
        return [*ends, (0, last), (1, last - 2), (1, last - 1), (1, last)]
    return None


def _framed(data: Sequence[Sequence[int]], size: _Size) -> tuple[bytes, ...]:
    """Each region with its solid track to the left and below, and its clock track above and to the right."""
    pitch = size.region + 2
    rows: list[bytes] = []
    for row in range(size.side):
        down, within = divmod(row, pitch)
        line = bytearray()
        for column in range(size.side):
            right, across = divmod(column, pitch)
            if across == 0 or within == pitch - 1:
                line.append(1)
            elif within == 0:
                line.append(1 - across % 2)
            elif across == pitch - 1:
                line.append(within % 2)
            else:
                line.append(data[down * size.region + within - 1][right * size.region + across - 1])
        rows.append(bytes(line))
    return tuple(rows)
