"""The mark of who labels: a drawing or picture that he uploads, else the drawn one.

An uploaded SVG is taken apart: of it only the data of its paths, their fill, and their stroke go into print. So nothing
in it can run, load or overprint anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Final
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

from labels.drawing import BLACK, Outline, Picture, Primitive
from labels.errors import LabelError
from labels.outlines import segments

SPRING: Final = "#075e5a"
DROP: Final = "#f2b632"
MAX_BYTES: Final = 256 * 1024
MAX_PATHS: Final = 200
MAX_PIXELS: Final = 4_000_000
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}$")
_NUMBER: Final = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Stroke:
    """One path of a mark: filled if `width` is 0, else a round stroke of this width."""

    path: str
    width: float = 0.0
    ink: str = BLACK


@dataclass(frozen=True)
class Mark:
    """A mark in its own units, from `left`, `top`; of outlines, or of one PNG."""

    width: float
    height: float
    strokes: tuple[Stroke, ...] = ()
    png: bytes | None = field(default=None, repr=False)
    left: float = 0.0
    top: float = 0.0

    @property
    def digest(self) -> bytes:
        """SHA-256 of all that it is drawn of."""
        drawn = repr((self.width, self.height, self.left, self.top, self.strokes))
        return sha256(drawn.encode() + (self.png or b"")).digest()

    def drawn(self, x: float, y: float, height_mm: float, *, mono: bool) -> tuple[Primitive, ...]:
        """The mark with its top left at a place, this high. `mono`: all of it in black."""
        scale = height_mm / self.height
        if self.png is not None:
            return (Picture(self.png, x, y, self.width * scale, height_mm),)
        left, top = x - self.left * scale, y - self.top * scale
        return tuple(
            Outline(stroke.path, left, top, scale, stroke.width, BLACK if mono else stroke.ink)
            for stroke in self.strokes
        )


DRAWN: Final = Mark(
    35.0,
    45.0,
    (
        Stroke("M34.2 32A11.2 11.2 0 1 1 11.8 32A11.2 11.2 0 1 1 34.2 32Z", 5.6, SPRING),
        Stroke("M12.2 15.8L23 7.2L33.8 15.8", 5.2, SPRING),
        Stroke("M34.8 1.8c5.7.7 9.3 4.4 9.2 9.9-5.6-.5-9.3-4.3-9.2-9.9z", 0.0, DROP),
    ),
    left=9.0,
    top=1.0,
)
"""The mark where nobody has uploaded one: a spring under a roof."""


def read_mark(data: bytes) -> Mark:
    """A mark as it was uploaded.

    Raises:
        LabelError: neither a PNG nor an SVG with paths, or too large (`label.mark`).
    """
    if len(data) > MAX_BYTES:
        raise LabelError(f"A mark has at most {MAX_BYTES // 1024} KiB.", code="label.mark", limit=MAX_BYTES)
    return _png(data) if data.startswith(b"\x89PNG\r\n\x1a\n") else _svg(data)


def _png(data: bytes) -> Mark:
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise LabelError("The picture has too many pixels.", code="label.mark", limit=MAX_PIXELS)
            picture.load()
            return Mark(float(picture.width), float(picture.height), png=data)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise LabelError("The picture cannot be read.", code="label.mark") from error


def _svg(data: bytes) -> Mark:
    if (
        b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data
    ):  # a NUL: another encoding, which could hide one
        raise LabelError("A mark is an SVG without a document type.", code="label.mark")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  # no document type, so no entities
    except ElementTree.ParseError as error:
        raise LabelError("A mark is a PNG, or an SVG.", code="label.mark") from error
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
        raise LabelError("The SVG needs a viewBox.", code="label.mark")
    strokes = []
    for element in root.iter():
        if element.tag.rpartition("}")[2] == "path" and element.get("d"):
            strokes.extend(_strokes(element.attrib))
    if not 0 < len(strokes) <= MAX_PATHS:
        message = f"The SVG needs paths, at most {MAX_PATHS}: turn its shapes and letters into paths."
        raise LabelError(message, code="label.mark", limit=MAX_PATHS)
    return Mark(box[2], box[3], tuple(strokes), left=box[0], top=box[1])


def _strokes(given: Mapping[str, str]) -> list[Stroke]:
    path = given["d"]
    segments(path)
    fill, stroke = given.get("fill", "black"), given.get("stroke", "none")
    found = []
    if fill != "none":
        found.append(Stroke(path, 0.0, _ink(fill)))
    if stroke != "none":
        width = _NUMBER.match(given.get("stroke-width", "1"))
        found.append(Stroke(path, float(width[0]) if width else 1.0, _ink(stroke)))
    return found


def _ink(colour: str) -> str:
    """A colour as six digits; what is not written so is printed black."""
    return colour.lower() if _COLOUR.match(colour) else BLACK
