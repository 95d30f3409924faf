"""Drawings as SVG: letters are outlines, so that it looks the same on every machine and holds no font."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from labels.drawing import Box, Drawing, Line, Modules, Outline, Picture, Primitive, Text
from labels.faces import face
from labels.symbol import Symbol, runs, svg_path

_WHITE: Final = "#ffffff"


def render(drawing: Drawing, *, title: str = "") -> bytes:
    """A drawing as an SVG document in mm, on white.

    Args:
        title: what it is, for those who do not see it.
    """
    letters: dict[tuple[int, str], str] = {}
    body = "".join(_drawn(primitive, letters) for primitive in drawing.primitives)
    width, height = _number(drawing.width), _number(drawing.height)
    shapes = "".join(f'<path id="{name}" d={quoteattr(face_path(key))}/>' for key, name in letters.items())
    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{named}<defs>{shapes}</defs>'
        f'<rect width="{width}" height="{height}" fill="{_WHITE}"/>{body}</svg>'
    ).encode()


def symbol_svg(symbol: Symbol) -> bytes:
    """A code alone as an SVG document, one millimetre a module, in its quiet zone."""
    quiet = symbol.quiet
    width, height = symbol.width + 2 * quiet, symbol.height + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path transform="translate({quiet} {quiet})" d="{svg_path(symbol)}"/></svg>'
    ).encode()


def face_path(key: tuple[int, str]) -> str:
    """The outline of a letter of a weight, in units of the font."""
    weight, character = key
    return face(700 if weight == 700 else 400).outline(character)


def _drawn(thing: Primitive, letters: dict[tuple[int, str], str]) -> str:
    match thing:
        case Modules():
            return _modules(thing)
        case Text():
            return _text(thing, letters)
        case Line():
            dash = f' stroke-dasharray="{_number(thing.dash)}"' if thing.dash else ""
            return (
                f'<path d="M{_point(thing.x1, thing.y1)}L{_point(thing.x2, thing.y2)}" fill="none" '
                f'stroke="{thing.ink}" stroke-width="{_number(thing.width_mm)}"{dash}/>'
            )
        case Box():
            paint = f'fill="{thing.ink}"'
            if thing.stroke_mm:
                paint = f'fill="none" stroke="{thing.ink}" stroke-width="{_number(thing.stroke_mm)}"'
            return (
                f'<rect x="{_number(thing.x)}" y="{_number(thing.y)}" width="{_number(thing.width)}" '
                f'height="{_number(thing.height)}" {paint}/>'
            )
        case Outline():
            paint = f'fill="{thing.ink}" fill-rule="evenodd"'
            if thing.stroke:
                paint = (
                    f'fill="none" stroke="{thing.ink}" stroke-width="{_number(thing.stroke)}" '
                    'stroke-linecap="round" stroke-linejoin="round"'
                )
            place = f"translate({_point(thing.x, thing.y)}) scale({thing.scale:.6g})"
            return f'<path transform="{place}" d={quoteattr(thing.path)} {paint}/>'
        case Picture():
            data = b64encode(thing.png).decode("ascii")
            return (
                f'<image x="{_number(thing.x)}" y="{_number(thing.y)}" width="{_number(thing.width)}" '
                f'height="{_number(thing.height)}" href="data:image/png;base64,{data}"/>'
            )


def _modules(code: Modules) -> str:
    place = f"translate({_point(code.x, code.y)}) scale({code.module_mm:.6g} "
    if code.symbol.height == 1:
        bars = "".join(f"M{x} 0h{length}v1h-{length}z" for x, _, length in runs(code.symbol))
        return f'<path transform="{place}{code.height:.6g})" d="{bars}" fill="{code.ink}"/>'
    return (
        f'<path transform="{place}{code.module_mm:.6g})" d="{svg_path(code.symbol)}" fill="{code.ink}" '
        'shape-rendering="crispEdges"/>'
    )


def _text(text: Text, letters: dict[tuple[int, str], str]) -> str:
    kind = face(text.weight)
    x = starts_at(text)
    scale = text.size_mm / kind.units_per_em
    place = f"translate({_point(x, text.y)}) scale({scale:.6g} {-scale:.6g})"
    return f'<g transform="{place}" fill="{text.ink}">{"".join(_letters(text, letters))}</g>'


def _letters(text: Text, letters: dict[tuple[int, str], str]) -> Sequence[str]:
    kind, at, placed = face(text.weight), 0.0, []
    for character in text.text:
        if not character.isspace():
            key = (int(text.weight), character)
            name = letters.setdefault(key, f"g{len(letters)}")
            placed.append(f'<use href="#{name}" x="{at:g}"/>')
        at += kind.advance(character) * kind.units_per_em
    return placed


def starts_at(text: Text) -> float:
    """Where a line of text begins, in mm."""
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.align]
    return text.x - (face(text.weight).width(text.text, text.size_mm) * share if share else 0.0)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def _point(x: float, y: float) -> str:
    return f"{_number(x)} {_number(y)}"
