"""Labels as a PDF that is written as it is made: on A4 sheets, or one on a page of its own size.

A page goes out when its last label has come; kept are the byte offsets of the objects, and the letters that were used.
What labels have alike (`Drawing.ground`) is written once, as a form that each label calls; a code is one path of its
dark runs, so that no seams show. The same labels give the same bytes.

Source: ISO 32000-1: §7.5 (file), §8.4-8.5 (graphics), §8.10 (forms), §9.7 (composite fonts), §9.10.3 (ToUnicode).
"""

import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO, Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from PIL import Image

from labels.drawing import Box, Drawing, Line, Modules, Outline, Picture, Primitive, Text, Weight
from labels.errors import LabelError
from labels.faces import face
from labels.layouts import A4, Calibration, Layout
from labels.outlines import segments
from labels.svg import starts_at
from labels.symbol import Symbol
from labels.testsheet import SheetWords, drawn

MEDIA_TYPE: Final = "application/pdf"
POINT: Final = 72 / 25.4
"""Points in a millimetre."""
CUT_INK: Final = "#9aa8a1"
_DARK: Final = re.compile(b"\1+")
_LEVEL: Final = 6
_WEIGHTS: Final[tuple[Weight, ...]] = (400, 700)
_KEPT_GROUNDS: Final = 64
_EXACT: Final = Calibration()


def write_sheets(
    out: BinaryIO,
    labels: Iterable[Drawing],
    layout: Layout,
    *,
    first: int = 1,
    calibration: Calibration = _EXACT,
    title: str = "",
) -> int:
    """Labels onto sheets, row by row.

    Args:
        out: is written from front to end, and left open.
        labels: none larger than the layout's; a smaller one stands in the middle of its place.
        first: the place of the first label on the first sheet, from 1: sheets that were begun are used up.
        calibration: what the printer does wrong.
        title: of the document.

    Returns:
        How many sheets were written.

    Raises:
        LabelError: a sheet has no such place (`label.range`), or a label is larger than the layout's (`label.layout`);
            what was written until then is no PDF.
    """
    if not 1 <= first <= layout.per_sheet:
        message = f"A sheet {layout.name} has the places 1 to {layout.per_sheet}, not {first}."
        raise LabelError(message, code="label.range", first=first, last=layout.per_sheet)
    document, sheets = Document(out, title), 0
    for sheet in _placed(labels, layout, first):
        document.page(*A4, sheet, calibration, cut=layout if layout.cut else None)
        sheets += 1
    document.close()
    return sheets


def calibration_sheet(layout: Layout, words: SheetWords, calibration: Calibration = _EXACT) -> bytes:
    """A sheet to print on plain paper and to lay on the labels: rulers, crosses, and how to measure with them."""
    return _page_of(drawn(layout, words), A4, words.title, calibration)


def render(drawing: Drawing, *, title: str = "") -> bytes:
    """A drawing on a page of its own size: for office printers, and label printers with a driver."""
    return _page_of(drawing, (drawing.width, drawing.height), title, _EXACT)


def _page_of(drawing: Drawing, size: tuple[float, float], title: str, calibration: Calibration) -> bytes:
    written = BytesIO()
    document = Document(written, title)
    document.page(*size, [(0.0, 0.0, drawing)], calibration)
    document.close()
    return written.getvalue()


Placed = tuple[float, float, Drawing]


def _placed(labels: Iterable[Drawing], layout: Layout, first: int) -> Iterator[list[Placed]]:
    """The labels of each sheet with their top left, in mm."""
    places = [layout.place(number) for number in range(layout.per_sheet)]
    sheet: list[Placed] = []
    at = first - 1
    for label in labels:
        over = max(label.width - layout.label.width, label.height - layout.label.height)
        if over > 0.01:
            message = (
                f"A label of {label.width:g} × {label.height:g} mm is larger than those of {layout.name}."
            )
            raise LabelError(
                message, code="label.layout", layout=layout.name, width=label.width, height=label.height
            )
        x, y = places[at]
        x, y = x + (layout.label.width - label.width) / 2, y + (layout.label.height - label.height) / 2
        sheet.append((x, y, label))
        at += 1
        if at == len(places):
            yield sheet
            sheet, at = [], 0
    if sheet:
        yield sheet


class Document:
    """A PDF being written, page by page."""

    def __init__(self, out: BinaryIO, title: str = "") -> None:
        self._out, self._title, self._at = out, title, 0
        self._offsets = array("Q", [0])
        self._pages: array[int] = array("L")
        self._grounds: dict[int, tuple[tuple[Primitive, ...], str]] = {}
        self._resources: dict[str, int] = {}
        self._used: dict[Weight, set[str]] = {weight: set() for weight in _WEIGHTS}
        self._write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        self._root, self._tree, self._shared = (self._reserve() for _ in range(3))
        self._fonts = {weight: self._reserve() for weight in _WEIGHTS}

    def page(
        self,
        width: float,
        height: float,
        placed: Iterable[Placed],
        calibration: Calibration = _EXACT,
        *,
        cut: Layout | None = None,
    ) -> None:
        """A page of so many millimetres with drawings on it, calibrated; `cut`: with the lines to cut along."""
        scale = POINT * calibration.scale
        left, top = calibration.x_mm * POINT, (height - calibration.y_mm) * POINT
        parts = [f"{scale:.5f} 0 0 {-scale:.5f} {left:.3f} {top:.3f} cm\n"]
        if cut is not None:
            parts += [self._line(line) for line in _cuts(cut)]
        for x, y, drawing in placed:
            parts.append(f"q 1 0 0 1 {_number(x)} {_number(y)} cm\n")
            if drawing.ground:
                parts.append(f"/{self._ground(drawing)} Do\n")
            parts += [self._drawn(part) for part in drawing.parts]
            parts.append("Q\n")
        content = self._stream(self._reserve(), "", "".join(parts).encode("ascii"))
        page = self._reserve()
        self._object(
            page,
            f"<</Type/Page/Parent {self._tree} 0 R/MediaBox[0 0 {width * POINT:.3f} {height * POINT:.3f}]"
            f"/Resources {self._shared} 0 R/Contents {content} 0 R>>",
        )
        self._pages.append(page)

    def close(self) -> None:
        """What stands at the end: fonts, the tree of pages, the table of objects."""
        for weight in _WEIGHTS:
            self._font(weight)
        fonts = "".join(f"/F{weight} {number} 0 R" for weight, number in self._fonts.items())
        things = "".join(f"/{name} {number} 0 R" for name, number in self._resources.items())
        self._object(self._shared, f"<</Font<<{fonts}>>/XObject<<{things}>>>>")
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self._object(self._tree, f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>")
        self._object(self._root, f"<</Type/Catalog/Pages {self._tree} 0 R>>")
        info = self._reserve()
        title = ("\ufeff" + self._title).encode("utf-16-be").hex()
        self._object(info, f"<</Title<{title}>/Producer(Nguon)>>")
        table = self._at
        self._write(f"xref\n0 {len(self._offsets)}\n0000000000 65535 f \n".encode())
        for offset in self._offsets[1:]:
            self._write(b"%010d 00000 n \n" % offset)
        self._write(
            f"trailer\n<</Size {len(self._offsets)}/Root {self._root} 0 R/Info {info} 0 R>>\n"
            f"startxref\n{table}\n%%EOF\n".encode()
        )

    # -- objects

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _object(self, number: int, body: str) -> int:
        self._offsets[number] = self._at
        self._write(f"{number} 0 obj\n{body}\nendobj\n".encode("ascii"))
        return number

    def _stream(self, number: int, members: str, data: bytes) -> int:
        packed = zlib.compress(data, _LEVEL)
        self._offsets[number] = self._at
        head = f"{number} 0 obj\n<<{members}/Length {len(packed)}/Filter/FlateDecode>>\nstream\n"
        self._write(head.encode("ascii") + packed + b"\nendstream\nendobj\n")
        return number

    # -- drawing

    def _ground(self, drawing: Drawing) -> str:
        """The form of what labels have alike; the newest are known by identity."""
        ground = drawing.ground
        known = self._grounds.get(id(ground))
        if known is not None:
            return known[1]
        if len(self._grounds) >= _KEPT_GROUNDS:
            del self._grounds[next(iter(self._grounds))]
        body = "".join(self._drawn(part) for part in ground).encode("ascii")
        members = (
            f"/Type/XObject/Subtype/Form/BBox[0 0 {_number(drawing.width)} {_number(drawing.height)}]"
            f"/Resources {self._shared} 0 R"
        )
        name = f"G{len(self._resources)}"
        self._resources[name] = self._stream(self._reserve(), members, body)
        self._grounds[id(ground)] = (ground, name)
        return name

    def _drawn(self, part: Primitive) -> str:
        match part:
            case Modules():
                return _modules(part)
            case Text():
                return self._text(part)
            case Line():
                return self._line(part)
            case Box():
                place = f"{_number(part.x)} {_number(part.y)} {_number(part.width)} {_number(part.height)} re"
                if part.stroke_mm:
                    return f"{_ink(part.ink, 'RG')} {_number(part.stroke_mm)} w {place} S\n"
                return f"{_ink(part.ink)} {place} f\n"
            case Outline():
                return _outline(part)
            case Picture():
                place = f"{_number(part.width)} 0 0 {_number(-part.height)} {_number(part.x)}"
                return f"q {place} {_number(part.y + part.height)} cm /{self._picture(part.png)} Do Q\n"

    def _line(self, line: Line) -> str:
        ends = f"{_number(line.x1)} {_number(line.y1)} m {_number(line.x2)} {_number(line.y2)} l"
        stroke = f"{_ink(line.ink, 'RG')} {_number(line.width_mm)} w {ends} S"
        return f"q [{_number(line.dash)}] 0 d {stroke} Q\n" if line.dash else f"{stroke}\n"

    def _text(self, text: Text) -> str:
        if not text.text:
            return ""
        self._used[text.weight].update(text.text)
        glyphs = face(text.weight).glyphs
        hexed = "".join(f"{glyphs[ord(character)]:04x}" for character in text.text)
        return (
            f"BT {_ink(text.ink)} /F{text.weight} {_number(text.size_mm)} Tf "
            f"1 0 0 -1 {_number(starts_at(text))} {_number(text.y)} Tm <{hexed}> Tj ET\n"
        )

    def _picture(self, png: bytes) -> str:
        """A picture, written once."""
        name = f"P{zlib.crc32(png):08x}{len(png)}"
        if name not in self._resources:
            with Image.open(BytesIO(png), formats=["PNG"]) as opened:
                picture = opened.convert("RGBA")
            members = f"/Type/XObject/Subtype/Image/Width {picture.width}/Height {picture.height}/BitsPerComponent 8"
            clear = self._stream(
                self._reserve(), f"{members}/ColorSpace/DeviceGray", picture.getchannel("A").tobytes()
            )
            shown = f"{members}/ColorSpace/DeviceRGB/SMask {clear} 0 R"
            self._resources[name] = self._stream(self._reserve(), shown, picture.convert("RGB").tobytes())
        return name

    # -- fonts

    def _font(self, weight: Weight) -> None:
        """The letters of a weight that were used, under their numbers in the whole font."""
        kind, name = face(weight), f"NGUONA+BeVietnamPro-{weight}"
        letters = {kind.glyphs[ord(character)]: character for character in sorted(self._used[weight])}
        data = subset(weight, self._used[weight])
        file = self._stream(self._reserve(), f"/Length1 {len(data)}", data)
        to_unicode = self._stream(self._reserve(), "", _unicode(letters))
        em = kind.units_per_em
        widths = "".join(f"{glyph}[{kind.widths[glyph] * 1000 / em:.0f}]" for glyph in sorted(letters))
        descriptor = self._object(
            self._reserve(),
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[-500 -400 1500 1200]/ItalicAngle 0"
            f"/Ascent 1000/Descent -265/CapHeight 740/StemV {weight // 5}/FontFile2 {file} 0 R>>",
        )
        below = self._object(
            self._reserve(),
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDToGIDMap/Identity/DW 600/W[{widths}]"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R>>",
        )
        self._object(
            self._fonts[weight],
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{below} 0 R]"
            f"/ToUnicode {to_unicode} 0 R>>",
        )


def subset(weight: Weight, characters: Iterable[str]) -> bytes:
    """The font with these letters only, as a TrueType file; they keep their numbers."""
    options = Options()
    options.retain_gids, options.notdef_outline, options.layout_features = True, True, []
    options.name_IDs, options.hinting = [], False
    font: Any = TTFont(face(weight).path, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    written = BytesIO()
    font.save(written)
    return written.getvalue()


def _unicode(letters: Mapping[int, str]) -> bytes:
    """The map from numbers of letters to text, for those who copy or search."""
    pairs = [
        f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(letters.items())
    ]
    blocks = "".join(
        f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar\n"
        for block in (pairs[at : at + 100] for at in range(0, len(pairs), 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{blocks}"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode("ascii")


def _modules(code: Modules) -> str:
    """A code as one path, in units of a module."""
    high = code.module_mm if code.symbol.height > 1 else code.height
    place = f"{code.module_mm:.5f} 0 0 {high:.5f} {_number(code.x)} {_number(code.y)} cm"
    return f"q {_ink(code.ink)} {place}\n{_path(code.symbol)}f Q\n"


def _path(symbol: Symbol) -> str:
    """The dark runs, row by row; a row's end never joins the next row's start, as a light module lies between."""
    step = symbol.width + 1
    flat = b"\0".join(symbol.rows)
    return "".join(
        f"{start % step} {start // step} {end - start} 1 re\n"
        for start, end in map(re.Match.span, _DARK.finditer(flat))
    )


def _outline(thing: Outline) -> str:
    letters = {"move": "m", "line": "l", "curve": "c", "close": "h"}
    drawn_path = "".join(
        "".join(f"{x:.4g} {y:.4g} " for x, y in points) + letters[kind] + "\n"
        for kind, points in segments(thing.path)
    )
    scale = f"{thing.scale:.6g}"
    place = f"{scale} 0 0 {scale} {_number(thing.x)} {_number(thing.y)} cm"
    if thing.stroke:
        return f"q {_ink(thing.ink, 'RG')} {place} {thing.stroke:.4g} w 1 J 1 j\n{drawn_path}S Q\n"
    return f"q {_ink(thing.ink)} {place}\n{drawn_path}f* Q\n"


def _cuts(layout: Layout) -> Iterator[Line]:
    """Lines along which a sheet is cut."""
    for column in range(layout.columns + 1):
        x = layout.left + column * layout.pitch_x
        yield Line(x, layout.top - 4, x, layout.bottom + 4, 0.1, CUT_INK, dash=1.0)
    for row in range(layout.rows + 1):
        y = layout.top + row * layout.pitch_y
        yield Line(layout.left - 4, y, layout.right + 4, y, 0.1, CUT_INK, dash=1.0)


def _ink(colour: str, operator: str = "rg") -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    if red == green == blue:
        return f"{red:.3g} {'g' if operator == 'rg' else 'G'}"
    return f"{red:.3g} {green:.3g} {blue:.3g} {operator}"


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
