"""One drawing as a PDF of one page, of the label's own size: for office printers, and label printers with a driver."""

from functools import cache
from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from labels.drawing import Box, Drawing, Line, Modules, Outline, Picture, Primitive, Text, Weight
from labels.faces import FILES
from labels.outlines import segments
from labels.symbol import runs

_EVEN_ODD: Final = 0


def render(drawing: Drawing, *, title: str = "") -> bytes:
    """The page. The same drawing gives the same bytes."""
    written = BytesIO()
    canvas = Canvas(written, (drawing.width * mm, drawing.height * mm), invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.translate(0, drawing.height * mm)
    canvas.scale(mm, -mm)  # millimetres from the top left, as drawings are
    for part in drawing.primitives:
        _draw(canvas, part)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _draw(canvas: Canvas, part: Primitive) -> None:
    match part:
        case Modules():
            _modules(canvas, part)
        case Text():
            _text(canvas, part)
        case Line():
            canvas.setStrokeColor(HexColor(part.ink))
            canvas.setLineWidth(part.width_mm)
            canvas.setDash(part.dash or [], 0)
            canvas.line(part.x1, part.y1, part.x2, part.y2)
            canvas.setDash([], 0)
        case Box():
            canvas.setLineWidth(part.stroke_mm)
            canvas.setStrokeColor(HexColor(part.ink))
            canvas.setFillColor(HexColor(part.ink))
            filled = int(not part.stroke_mm)
            canvas.rect(part.x, part.y, part.width, part.height, stroke=1 - filled, fill=filled)
        case Outline():
            _outline(canvas, part)
        case Picture():
            _upright(canvas, part.x, part.y + part.height)
            picture = ImageReader(BytesIO(part.png))
            canvas.drawImage(picture, 0, 0, part.width, part.height, mask="auto")
            canvas.restoreState()


def _modules(canvas: Canvas, code: Modules) -> None:
    """The runs of dark modules in one path, so that no seams show between them."""
    high = code.module_mm if code.height_mm is None else code.height_mm
    path = canvas.beginPath()
    for x, y, length in runs(code.symbol):
        path.rect(code.x + x * code.module_mm, code.y + y * code.module_mm, length * code.module_mm, high)
    canvas.setFillColor(HexColor(code.ink))
    canvas.drawPath(path, stroke=0, fill=1)


def _text(canvas: Canvas, text: Text) -> None:
    _upright(canvas, text.x, text.y)
    canvas.setFillColor(HexColor(text.ink))
    canvas.setFont(_font(text.weight), text.size_mm)
    draw = {
        "start": canvas.drawString,
        "middle": canvas.drawCentredString,
        "end": canvas.drawRightString,
    }[text.align]
    draw(0, 0, text.text)
    canvas.restoreState()


def _upright(canvas: Canvas, x: float, y: float) -> None:
    """Letters and pictures stand with y upwards; `restoreState` ends it."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(1, -1)


@cache
def _font(weight: Weight) -> str:
    name = f"BeVietnamPro-{weight}"
    pdfmetrics.registerFont(TTFont(name, str(FILES[weight])))
    return name


def _outline(canvas: Canvas, thing: Outline) -> None:
    path: Any = canvas.beginPath()
    for kind, points in segments(thing.path):
        moved = [
            number for x, y in points for number in (thing.x + x * thing.scale, thing.y + y * thing.scale)
        ]
        {"move": path.moveTo, "line": path.lineTo, "curve": path.curveTo, "close": path.close}[kind](*moved)
    if thing.stroke:
        canvas.setStrokeColor(HexColor(thing.ink))
        canvas.setLineWidth(thing.stroke * thing.scale)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.setLineCap(0)
        canvas.setLineJoin(0)
    else:
        canvas.setFillColor(HexColor(thing.ink))
        canvas.drawPath(path, stroke=0, fill=1, fillMode=_EVEN_ODD)
