"""A QR code's modules, for pages and printed documents to draw.

Level M, as small as the text allows, mask fixed: a search for the prettiest mask costs more than all the rest, and
readers do not need it. Source: ISO/IEC 18004.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET: Final = 4
"""Modules of white that a reader wants around the code."""


def modules(text: str) -> list[list[bool]]:
    """Rows of modules, dark ones true, without the quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=2)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Dark modules side by side in one row, as x, y and how many."""
    for y, row in enumerate(rows):
        x = 0
        for dark, group in groupby(row):
            length = len(list(group))
            if dark:
                yield x, y, length
            x += length


def svg_path(rows: list[list[bool]]) -> str:
    """The dark modules as the data of one SVG path, one unit a module."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs(rows))
