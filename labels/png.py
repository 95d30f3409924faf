"""Drawings as pixels: modules on whole pixels, letters and shapes smoothed, or black and white for thermal printers."""

from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

from labels.drawing import Box, Drawing, Line, Modules, Outline, Picture, Primitive, Text, Weight
from labels.errors import LabelError
from labels.faces import FILES, face
from labels.outlines import polylines
from labels.svg import starts_at

DPIS: Final = (203, 300, 600)
_SMOOTH: Final = 4
_NEARLY: Final = 1 / 7
_WHITE: Final = (255, 255, 255)


def render(drawing: Drawing, dpi: int) -> bytes:
    """A drawing as a PNG at dots an inch, on white.

    Raises:
        LabelError: the printer has not dots enough for one a module (`label.dpi`).
    """
    written = BytesIO()
    raster(drawing, dpi).save(written, "PNG", dpi=(dpi, dpi), optimize=False)
    return written.getvalue()


def raster(drawing: Drawing, dpi: int) -> Image.Image:
    """A drawing as an RGB image at dots an inch, on white.

    Raises:
        LabelError: as {render}.
    """
    dots = dpi / 25.4
    image = _ground(drawing.width, drawing.height, drawing.ground, dpi).copy()
    for part in drawing.parts:
        _draw(image, part, dots)
    return image


def bitmap(drawing: Drawing, dpi: int) -> Image.Image:
    """A drawing in black (0) and white (255) dots, mode `1`, as a thermal printer burns it."""
    return raster(drawing, dpi).convert("L").point(lambda light: 255 if light > 160 else 0, mode="1")


@lru_cache(maxsize=16)
def _ground(width: float, height: float, ground: tuple[Primitive, ...], dpi: int) -> Image.Image:
    dots = dpi / 25.4
    image = Image.new("RGB", (max(1, round(width * dots)), max(1, round(height * dots))), _WHITE)
    for part in ground:
        _draw(image, part, dots)
    return image


def _draw(image: Image.Image, thing: Primitive, dots: float) -> None:
    match thing:
        case Modules():
            _modules(image, thing, dots)
        case Text():
            _text(image, thing, dots)
        case Line():
            _line(image, thing, dots)
        case Box():
            _box(image, thing, dots)
        case Outline():
            _outline(image, thing, dots)
        case Picture():
            _picture(image, thing, dots)


def _modules(image: Image.Image, code: Modules, dots: float) -> None:
    """Each module as many whole pixels as fit, or one more if nearly so wide; the code in the middle of its place.

    A printer that is called 203 dpi has 7.992 dots in a millimetre by that name, and eight in truth.
    """
    pitch = int(code.module_mm * dots + _NEARLY)
    if pitch < 1:
        message = f"At {dots * 25.4:.0f} dpi a module of {code.module_mm:.3f} mm is less than a dot."
        raise LabelError(message, code="label.dpi", dpi=round(dots * 25.4))
    symbol = code.symbol
    flat = b"".join(symbol.rows).translate(bytes([255, 0]) + bytes(254))
    high = pitch if symbol.height > 1 else round(code.height * dots)
    size = (symbol.width * pitch, symbol.height * high)
    drawn = Image.frombytes("L", (symbol.width, symbol.height), flat).resize(size, Image.Resampling.NEAREST)
    x = round(code.x * dots + (code.width * dots - size[0]) / 2)
    y = round(code.y * dots + (code.height * dots - size[1]) / 2)
    image.paste(code.ink, (x, y), ImageChops.invert(drawn))


def _text(image: Image.Image, text: Text, dots: float) -> None:
    """Letter by letter, so that each stands where it stands in print."""
    draw, font, kind = ImageDraw.Draw(image), _font(text.weight, text.size_mm * dots), face(text.weight)
    x = starts_at(text) * dots
    for character in text.text:
        if not character.isspace():
            draw.text((x, text.y * dots), character, fill=text.ink, font=font, anchor="ls")
        x += kind.advance(character) * text.size_mm * dots


@lru_cache(maxsize=64)
def _font(weight: Weight, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES[weight]), size, layout_engine=ImageFont.Layout.BASIC)


def _line(image: Image.Image, line: Line, dots: float) -> None:
    length = ((line.x2 - line.x1) ** 2 + (line.y2 - line.y1) ** 2) ** 0.5
    width = max(1, round(line.width_mm * dots))
    step = line.dash or length or 1.0
    draw, at = ImageDraw.Draw(image), 0.0
    while at < length - 1e-9:
        stop = min(length, at + step)
        ends = [
            (
                (line.x1 + (line.x2 - line.x1) * share / length) * dots,
                (line.y1 + (line.y2 - line.y1) * share / length) * dots,
            )
            for share in (at, stop)
        ]
        draw.line(ends, fill=line.ink, width=width)
        at += 2 * step if line.dash else step


def _box(image: Image.Image, box: Box, dots: float) -> None:
    half = box.stroke_mm / 2
    corners = (
        round((box.x - half) * dots),
        round((box.y - half) * dots),
        round((box.x + box.width + half) * dots) - 1,
        round((box.y + box.height + half) * dots) - 1,
    )
    draw = ImageDraw.Draw(image)
    if box.stroke_mm:
        draw.rectangle(corners, outline=box.ink, width=max(1, round(box.stroke_mm * dots)))
    else:
        draw.rectangle(corners, fill=box.ink)


def _outline(image: Image.Image, thing: Outline, dots: float) -> None:
    """A mask four times as fine, made small again: smooth edges."""
    scale = thing.scale * dots * _SMOOTH
    lines = [
        (
            [(x * scale + thing.x * dots * _SMOOTH, y * scale + thing.y * dots * _SMOOTH) for x, y in points],
            closed,
        )
        for points, closed in polylines(thing.path)
    ]
    if not lines:
        return
    margin = thing.stroke * scale / 2 + _SMOOTH
    xs = [x for points, _ in lines for x, _ in points]
    ys = [y for points, _ in lines for _, y in points]
    left, top = (int((min(axis) - margin) // _SMOOTH) for axis in (xs, ys))
    right, bottom = (int((max(axis) + margin) // _SMOOTH) + 1 for axis in (xs, ys))
    mask = Image.new("1", ((right - left) * _SMOOTH, (bottom - top) * _SMOOTH))
    for points, closed in lines:
        moved = [(x - left * _SMOOTH, y - top * _SMOOTH) for x, y in points]
        if thing.stroke:
            _stroke(mask, moved, closed, thing.stroke * scale)
        else:
            one = Image.new("1", mask.size)
            ImageDraw.Draw(one).polygon(moved, fill=1)
            mask = ImageChops.logical_xor(mask, one)
    small = mask.convert("L").resize((right - left, bottom - top), Image.Resampling.BOX)
    image.paste(thing.ink, (left, top), small)


def _stroke(mask: Image.Image, points: list[tuple[float, float]], closed: bool, width: float) -> None:
    draw, half = ImageDraw.Draw(mask), width / 2
    joined = [*points, points[0]] if closed else points
    draw.line(joined, fill=1, width=max(1, round(width)))
    for x, y in joined:
        draw.ellipse((x - half, y - half, x + half, y + half), fill=1)


def _picture(image: Image.Image, thing: Picture, dots: float) -> None:
    size = (max(1, round(thing.width * dots)), max(1, round(thing.height * dots)))
    with Image.open(BytesIO(thing.png), formats=["PNG"]) as opened:
        picture = opened.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    image.paste(
        picture.convert("RGB"), (round(thing.x * dots), round(thing.y * dots)), picture.getchannel("A")
    )
