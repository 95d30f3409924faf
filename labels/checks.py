"""What a label must be for phones and people to read it; checked before it is printed.

modules   at least 0.375 mm: three dots of a 203 dpi printer. GS1 asks 0.396 mm to 0.990 mm of codes that are
          scanned at a till (General Specifications §5.12.3.1); a tem is scanned by phones, which read smaller ones
quiet     4 modules of white around a QR code, 1 around a DataMatrix, 10 left and right of bars; no word, line or
          other code in it, and none of it over the edge
contrast  of ink and ground at least 4.5 to 1 for words (WCAG 2.2), 7 to 1 for codes
letters   their x at least 1.2 mm high (Regulation (EU) 1169/2011, article 13 (2)); lines of capitals and digits
          alone at least as high
"""

from itertools import combinations
from typing import Final

from labels.drawing import Box, Drawing, Line, Modules, Outline, Picture, Primitive, Text
from labels.errors import LabelError
from labels.faces import CAPITALS, DESCENT, X_HEIGHT, face

MIN_MODULE: Final = 0.375
TILL_MODULE: Final = 0.396
MAX_MODULE: Final = 0.990
MIN_BAR: Final = 0.25
"""The narrowest bar of a linear code: two dots at 203 dpi. GS1 asks 0.495 mm for general distribution scanning; the
carton's own checks ask for that (`labels.logistic`)."""
MIN_X_HEIGHT: Final = 1.2
WORDS_CONTRAST: Final = 4.5
CODE_CONTRAST: Final = 7.0
_WHITE: Final = "#ffffff"
_SLACK: Final = 1e-6
Rectangle = tuple[float, float, float, float]


def check(drawing: Drawing, ground: str = _WHITE) -> None:
    """Refuse a label that would not be read.

    Args:
        ground: the colour of the paper, `#rrggbb`.

    Raises:
        LabelError: `label.module`, `label.quiet`, `label.contrast`, `label.text` or `label.outside`, with the
            arithmetic.
    """
    for primitive in drawing.primitives:
        _check_inside(primitive, drawing)
        if isinstance(primitive, Modules):
            _check_modules(primitive)
            _check_contrast(primitive.ink, ground, CODE_CONTRAST)
        elif isinstance(primitive, Text) and primitive.text.strip():
            _check_letters(primitive)
            _check_contrast(primitive.ink, ground, WORDS_CONTRAST)
    for one, other in combinations(drawing.primitives, 2):
        for code, thing in ((one, other), (other, one)):
            if isinstance(code, Modules) and _overlap(quiet_zone(code), extent(thing)):
                message = f"Something stands in the quiet zone of the {code.symbol.kind} code."
                raise LabelError(message, code="label.quiet", modules=code.symbol.quiet)


def too_small_for_tills(drawing: Drawing) -> bool:
    """Whether a code has smaller modules than GS1 asks for at a till."""
    return any(
        isinstance(primitive, Modules)
        and primitive.symbol.height > 1
        and primitive.module_mm < TILL_MODULE - _SLACK
        for primitive in drawing.primitives
    )


def contrast(ink: str, ground: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def quiet_zone(code: Modules) -> Rectangle:
    """A code with its quiet zone: left, top, right, bottom, in mm."""
    quiet = code.symbol.quiet * code.module_mm
    above = quiet if code.symbol.height > 1 else 0.0
    return (code.x - quiet, code.y - above, code.x + code.width + quiet, code.y + code.height + above)


def extent(thing: Primitive) -> Rectangle:
    """What a shape covers: left, top, right, bottom, in mm; of text as high as capitals, as deep as descenders."""
    match thing:
        case Modules():
            return (thing.x, thing.y, thing.x + thing.width, thing.y + thing.height)
        case Text():
            width = face(thing.weight).width(thing.text, thing.size_mm)
            left = thing.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[thing.align]
            below = thing.size_mm * DESCENT
            return (left, thing.y - thing.size_mm * CAPITALS, left + width, thing.y + below)
        case Line():
            half = thing.width_mm / 2
            xs, ys = sorted((thing.x1, thing.x2)), sorted((thing.y1, thing.y2))
            return (xs[0] - half, ys[0] - half, xs[1] + half, ys[1] + half)
        case Box():
            half = thing.stroke_mm / 2
            return (
                thing.x - half,
                thing.y - half,
                thing.x + thing.width + half,
                thing.y + thing.height + half,
            )
        case Picture():
            return (thing.x, thing.y, thing.x + thing.width, thing.y + thing.height)
        case Outline():
            return _outlined(thing)


def _outlined(thing: Outline) -> Rectangle:
    from labels.outlines import polylines

    points = [point for line, _ in polylines(thing.path) for point in line]
    if not points:
        return (thing.x, thing.y, thing.x, thing.y)
    half = thing.stroke / 2
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (
        thing.x + (min(xs) - half) * thing.scale,
        thing.y + (min(ys) - half) * thing.scale,
        thing.x + (max(xs) + half) * thing.scale,
        thing.y + (max(ys) + half) * thing.scale,
    )


def _check_modules(code: Modules) -> None:
    least = MIN_MODULE if code.symbol.height > 1 else MIN_BAR
    if code.module_mm < least - _SLACK or code.module_mm > MAX_MODULE + _SLACK:
        message = (
            f"The code's modules are {code.module_mm:.3f} mm: {code.width:.1f} mm shared out among "
            f"{code.symbol.width}. Readers need {least:g} to {MAX_MODULE:g} mm."
        )
        raise LabelError(
            message,
            code="label.module",
            module=round(code.module_mm, 3),
            side=round(code.width, 1),
            modules=code.symbol.width,
            least=least,
            most=MAX_MODULE,
        )


def _check_letters(text: Text) -> None:
    capitals = text.text == text.text.upper()
    high = text.size_mm * (CAPITALS if capitals else X_HEIGHT)
    if high < MIN_X_HEIGHT - _SLACK:
        message = f"The letters of {text.text!r} are {high:.2f} mm high; people need {MIN_X_HEIGHT:g} mm."
        raise LabelError(message, code="label.text", text=text.text, high=round(high, 2), least=MIN_X_HEIGHT)


def _check_contrast(ink: str, ground: str, least: float) -> None:
    found = contrast(ink, ground)
    if found < least:
        message = f"{ink} on {ground} has a contrast of {found:.1f} to 1; {least:g} to 1 is needed."
        raise LabelError(
            message, code="label.contrast", ink=ink, ground=ground, found=round(found, 1), least=least
        )


def _check_inside(thing: Primitive, drawing: Drawing) -> None:
    left, top, right, bottom = quiet_zone(thing) if isinstance(thing, Modules) else extent(thing)
    over = max(-left, -top, right - drawing.width, bottom - drawing.height)
    if over > 0.01:
        message = f"Something reaches {over:.1f} mm over the edge of the label."
        raise LabelError(message, code="label.outside", over=round(over, 1))


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] < other[2] - _SLACK
        and other[0] < one[2] - _SLACK
        and one[1] < other[3] - _SLACK
        and other[1] < one[3] - _SLACK
    )


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
