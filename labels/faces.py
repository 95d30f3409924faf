"""The typeface of printed things: Be Vietnam Pro, regular and bold, measured and drawn.

The files are the pages' own as TrueType (`tools/pdf_fonts.py`). A letter that they do not have loses its marks, or
becomes a question mark: never an empty box.
"""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from labels.drawing import Weight

FILES: Final[Mapping[Weight, Path]] = {
    weight: Path(__file__).parent / "fonts" / f"be-vietnam-pro-{weight}.ttf" for weight in (400, 700)
}
X_HEIGHT: Final = 0.53
"""Height of the letter x, of an em."""
CAPITALS: Final = 0.74
"""Height of capitals and digits, of an em."""
ACCENTS: Final = 1.0
"""How far stacked marks on capitals rise above the base line, of an em."""
DESCENT: Final = 0.265
"""How far letters reach below the base line, of an em."""


class Face:
    """One weight of the typeface. Get it from {face}."""

    def __init__(self, weight: Weight) -> None:
        self.weight = weight
        self.path = FILES[weight]
        self._font: Any = TTFont(self.path, lazy=True)
        self.units_per_em: int = self._font["head"].unitsPerEm
        self._names: Mapping[int, str] = self._font.getBestCmap()
        self._advances: Mapping[str, tuple[int, int]] = self._font["hmtx"].metrics
        self._outlines: dict[str, str] = {}

    @cached_property
    def letters(self) -> frozenset[int]:
        """The code points that it has."""
        return frozenset(self._names)

    @cached_property
    def glyphs(self) -> Mapping[int, int]:
        """Code point to number of glyph."""
        return {code: self._font.getGlyphID(name) for code, name in self._names.items()}

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """The advance of each glyph by its number, in units of the font."""
        return tuple(self._advances[name][0] for name in self._font.getGlyphOrder())

    def advance(self, character: str) -> float:
        """The width of a character, of an em."""
        return self._advances[self._names[ord(character)]][0] / self.units_per_em

    def width(self, text: str, size: float) -> float:
        """The width of a line, in the unit of `size`, the em."""
        return sum(self.advance(character) for character in text) * size

    def outline(self, character: str) -> str:
        """The data of an SVG path of a character, in units of the font, y upwards."""
        name = self._names[ord(character)]
        if name not in self._outlines:
            glyphs = self._font.getGlyphSet()
            pen = SVGPathPen(glyphs)
            glyphs[name].draw(pen)
            self._outlines[name] = pen.getCommands()
        return self._outlines[name]


@cache
def face(weight: Weight) -> Face:
    """The typeface in a weight, read once."""
    return Face(weight)


def printable(text: str) -> str:
    """A text in letters that both weights have: others lose their marks, or become a question mark."""
    have = face(400).letters & face(700).letters
    kept = []
    for character in normalize("NFC", text):
        plain = normalize("NFKD", character)
        if ord(character) in have:
            kept.append(character)
        else:
            kept.append("".join(part for part in plain if ord(part) in have) or "?")
    return "".join(kept)
