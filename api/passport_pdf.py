"""The passport page as a PDF of A4 pages: the same view as the HTML, with the QR that opens the tem's page.

The fonts are the pages' own as TrueType (`tools/pdf_fonts.py`), embedded, so that Vietnamese letters print whole on any
machine. A letter that they do not have loses its marks, or becomes a question mark.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from io import BytesIO
from typing import Final

from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from api.pages.i18n import Catalogue
from api.pages.model import Fact, LegalLine, LegalRow
from api.pages.passport import PassportView, Section
from labels.faces import FILES, printable
from labels.symbol import QUIET, qr, runs

REGULAR: Final = "BeVietnamPro"
BOLD: Final = "BeVietnamPro-Bold"
_MARGIN: Final = 15 * mm
_PADDING: Final = 6  # of the frame that text stands in, points
_WIDTH: Final = A4[0] - 2 * _MARGIN
_QR: Final = 30 * mm
_SPRING, _GREY, _LINE, _CAUTION = (
    HexColor("#075e5a"),
    HexColor("#5a6a62"),
    HexColor("#d3dcd3"),
    HexColor("#7a5000"),
)
_TONES: Final = {
    "good": _SPRING,
    "stop": HexColor("#a81f1a"),
    "caution": _CAUTION,
    "wait": HexColor("#1f4f86"),
}


def passport_pdf(view: PassportView, catalogue: Catalogue, note: str = "") -> bytes:
    """The passport on A4 pages. `note`: said at its end."""
    _fonts()
    _, pages = _build(view, catalogue, note, 0)
    return _build(view, catalogue, note, pages)[0]


def _build(view: PassportView, catalogue: Catalogue, note: str, total: int) -> tuple[bytes, int]:
    """The document, and how many pages it has; `total` of them are said to be."""
    written = BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=12 * mm,
        bottomMargin=16 * mm,
        title=f"{view.title} · {view.product}" if view.product else view.title,
        author=catalogue.t("app.name"),
        lang=view.lang,
        invariant=1,
    )

    def footer(canvas: Canvas, _document: object) -> None:
        canvas.saveState()
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(_GREY)
        number = catalogue.t("passport.page", i=canvas.getPageNumber(), n=total)
        canvas.drawString(_MARGIN, 9 * mm, printable(view.code_url))
        canvas.drawRightString(A4[0] - _MARGIN, 9 * mm, printable(number))
        canvas.restoreState()

    story = list(_story(view, catalogue))
    if note:
        story.append(_text(note, _style(8, before=6)))
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return written.getvalue(), document.page


@cache
def _fonts() -> None:
    """Register the fonts once."""
    pdfmetrics.registerFont(TTFont(REGULAR, FILES[400]))
    pdfmetrics.registerFont(TTFont(BOLD, FILES[700]))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def _style(size: float, *, bold: bool = False, color: Color = black, before: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{bold}-{color}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.32,
        textColor=color,
        spaceBefore=before,
        splitLongWords=True,
    )


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(printable(text), quote=False), style)


def _story(view: PassportView, catalogue: Catalogue) -> Iterator[Flowable]:
    if view.ribbon is not None:
        yield _text(f"{view.ribbon.title}. {view.ribbon.body}", _style(7.5, color=_GREY))
        yield Spacer(1, 2 * mm)
    yield _head(view, catalogue)
    if not view.known:
        yield Spacer(1, 4 * mm)
        yield _text(catalogue.t("passport.unknown"), _style(10))
    for section in view.sections:
        yield from _section(section)
    if view.known:
        heading = _text(catalogue.t("passport.missing"), _style(11, bold=True, before=7))
        lines = view.missing or (catalogue.t("passport.complete"),)
        yield KeepTogether([heading, *(_text(f"– {line}", _style(8, color=_CAUTION)) for line in lines)])
    yield KeepTogether(
        [_text(catalogue.t("passport.rests"), _style(11, bold=True, before=7)), _rests(view.facts)]
    )
    if view.sample:
        yield _text(catalogue.t("notice.sample"), _style(8, color=_GREY, before=6))


def _head(view: PassportView, catalogue: Catalogue) -> Table:
    code = " ".join(f"({identifier}) {value}" if identifier else value for identifier, value in view.code)
    left: list[Flowable] = [
        _text(catalogue.t("app.name"), _style(10, bold=True, color=_SPRING)),
        _text(view.title, _style(15, bold=True)),
        _text(view.product, _style(11, bold=True, before=2)),
        _text(code, _style(9, before=1)),
        _text(view.verdict_title, _style(10, bold=True, color=_TONES.get(view.tone, black), before=6)),
        _text(view.sentence, _style(8.5)),
    ]
    scan = _text(catalogue.t("passport.scan"), _style(7, color=_GREY))
    table = Table([[left, [_Code(view.code_url), scan]]], colWidths=[_WIDTH - _QR - 6 * mm, _QR + 6 * mm])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("LINEBELOW", (0, 0), (-1, -1), 1, _SPRING),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
            ]
        )
    )
    return table


def _section(section: Section) -> Iterator[Flowable]:
    title = f"<b>{escape(printable(section.title))}</b> <font size=8>{escape(printable(section.note))}</font>"
    yield Paragraph(title, ParagraphStyle("law", parent=_style(11, before=7), keepWithNext=1))
    yield Spacer(1, 1.5 * mm)
    table = Table([_row(row) for row in section.rows], colWidths=[_WIDTH * 0.27, _WIDTH * 0.73])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEABOVE", (0, 0), (-1, -1), 0.4, _LINE),
                ("LINEBELOW", (0, -1), (-1, -1), 0.4, _LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
            ]
        )
    )
    yield table


def _row(row: LegalRow) -> list[list[Flowable]]:
    told: list[Flowable] = [_line(line) for line in row.lines]
    if row.reason:
        told.append(_text(row.reason, _style(8.3, color=_GREY if row.state == "absent" else _CAUTION)))
    return [[_text(row.label, _style(8.3, color=_GREY))], told]


def _line(line: LegalLine) -> Paragraph:
    together = printable(line.source).replace(" ", "\N{NO-BREAK SPACE}")
    source = f' <font size=6.8 color="#5a6a62">({escape(together)})</font>' if together else ""
    return Paragraph(f"<b>{escape(printable(line.text), quote=False)}</b>{source}", _style(8.3))


def _rests(facts: tuple[Fact, ...]) -> Table:
    rows = [[_text(fact.label, _style(7.5, color=_GREY)), _text(fact.value, _style(7.5))] for fact in facts]
    table = Table(rows, colWidths=[_WIDTH * 0.27, _WIDTH * 0.73])
    padding = [("TOPPADDING", (0, 0), (-1, -1), 0.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 0.6)]
    table.setStyle(
        TableStyle([*padding, ("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    return table


class _Code(Flowable):
    """The QR, drawn as runs of dark modules in one path."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._symbol = qr(text)
        self.width = self.height = _QR

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        side = self._symbol.width + 2 * QUIET
        unit = _QR / side
        path = self.canv.beginPath()
        for x, y, length in runs(self._symbol):
            top = side - QUIET - y
            path.rect((QUIET + x) * unit, (top - 1) * unit, length * unit, unit)
        self.canv.setFillColor(black)
        self.canv.drawPath(path, stroke=0, fill=1)
