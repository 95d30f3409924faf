"""The labels of a roll: what they say, from what the log tells of the lot; on which paper; written as which file.

The service and the command line print with it, and so does the preview: all draw the same label.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import BinaryIO, Final, Literal, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from api.pages.i18n import VIETNAM, Catalogue
from api.pages.names import Names, product_of
from coop.stock.desk import Stock
from labels import csv, pdf, png, svg, tspl, zpl
from labels.content import LabelContent, LabelSize, LabelWords, size_named
from labels.design import PRINT_DPI, TemDesign
from labels.drawing import Drawing
from labels.errors import LabelError
from labels.form import printed_form
from labels.layouts import Calibration, Layout, layout_named
from labels.mark import DRAWN, Mark, read_mark
from labels.symbol import FIXED_MASK, QrSeries
from labels.testsheet import SheetWords
from labels.thermal import DPI, Thermal
from ledger.epcis.event import read_event
from ledger.errors import LedgerError
from ledger.gs1.digital_link import lot_uri
from ledger.lot.documents import image_of
from ledger.lot.facts import EventFacts
from ledger.lots import Lots
from ledger.printing import PrintedTem
from ledger.store.blobs import BlobStore

Kind = Literal["pdf", "csv", "zpl", "tspl", "svg", "png"]
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "pdf": pdf.MEDIA_TYPE,
    "csv": csv.MEDIA_TYPE,
    "zpl": zpl.MEDIA_TYPE,
    "tspl": tspl.MEDIA_TYPE,
    "svg": "application/zip",
    "png": "application/zip",
}
"""By kind; pictures of many labels come in a ZIP."""
LAYOUT: Final = "L7160"
SIZE: Final = "50x30"
_ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)
Told = Callable[[int], None]


@dataclass(frozen=True)
class Said:
    """What all labels of a roll say."""

    gtin: str
    lot: str
    product: str
    producer: str
    packed: date | None
    use_by: date | None
    words: LabelWords
    mark: Mark = DRAWN


@dataclass(frozen=True)
class How:
    """How labels are printed.

    Attributes:
        kind: of file.
        layout: of the sheets, for PDF.
        size: of a label, for everything else.
        scratch: with an area to scratch off: the roll has a second layer.
        first: the place of the first label on the first sheet, from 1.
        dpi: 203 or 300 of a thermal printer or a picture; None: 203 and 600.
        mask: of the QR codes, 0 to 7; None for each code's best.
        signed: whether the codes are signed.
        gap_mm: between thermal labels.
    """

    kind: Kind = "pdf"
    layout: str = LAYOUT
    size: str = SIZE
    scratch: bool = False
    first: int = 1
    dpi: int | None = None
    mask: int | None = None
    signed: bool = False
    gap_mm: float = 2.0
    calibration: Calibration = field(default=Calibration())

    @property
    def sheet(self) -> Layout:
        """The layout. Raises LabelError: there is none of this name (`label.layout`)."""
        return layout_named(self.layout)

    @property
    def paper(self) -> LabelSize:
        """The size that labels are designed for.

        Raises:
            LabelError: there is none of this name (`label.layout`, `label.size`).
        """
        if self.kind == "pdf":
            return self.sheet.size(scratch=self.scratch)
        return size_named(scratched(self.size) if self.scratch else self.size)

    @property
    def dots(self) -> int | None:
        """What modules are whole dots of, where a thermal printer or a picture is asked for at its resolution."""
        if self.dpi is not None and self.dpi not in DPI:
            message = f"A printer has {DPI[0]} or {DPI[1]} dpi, not {self.dpi}."
            raise LabelError(message, code="label.dpi", dpi=self.dpi)
        if self.kind in ("zpl", "tspl"):
            return self.dpi or DPI[0]
        return self.dpi if self.kind == "png" else None


def scratched(size: str) -> str:
    """The name of a size with an area to scratch off."""
    return size if size.endswith("-scratch") else f"{size}-scratch"


def mask_named(name: str) -> int | None:
    """`best`: None; `fixed`: the one that decoders read best; or a digit.

    Raises:
        LabelError: another word (`label.mask`).
    """
    if name in ("best", "fixed"):
        return None if name == "best" else FIXED_MASK
    if name in set("01234567"):
        return int(name)
    message = f"A mask is best, fixed, or 0 to 7; not {name}."
    raise LabelError(message, code="label.mask", mask=name)


def kind_named(name: str) -> Kind:
    """A kind of file.

    Raises:
        LabelError: there is none of this name (`label.kind`).
    """
    if name in MEDIA_TYPES:
        return cast("Kind", name)
    message = f"Labels are {', '.join(MEDIA_TYPES)}; not {name}."
    raise LabelError(message, code="label.kind", kind=name, known=", ".join(MEDIA_TYPES))


def said_of(gtin: str, lot: str, org: str, lots: Lots, stock: Stock, blobs: BlobStore, c: Catalogue) -> Said:
    """What the labels of a lot say: names from descriptions, days from what brought the lot into being.

    The mark is the picture (PNG) that the organisation's description names, where it is here and can be one.
    """
    uri = lot_uri(gtin, lot)
    product = product_of(uri)
    described = lots.descriptions({product, org})
    names = Names(described, c)
    births = [entry.facts for entry in stock.births(uri) if entry.facts]
    return Said(
        gtin,
        lot,
        names.goods(product),
        names.party_short(org) if names.said(org, "name") else "",
        min(map(_day, births), default=None),
        min((facts.expiry for facts in births if facts.expiry is not None), default=None),
        LabelWords(**{name: c.t(f"labels.word.{name}") for name in LabelWords.__dataclass_fields__}),
        _mark(image_of(described.get(org, {})), blobs),
    )


def _mark(digest: bytes | None, blobs: BlobStore) -> Mark:
    if digest is None:
        return DRAWN
    try:
        return read_mark(blobs.get(digest).data)
    except LedgerError:
        return DRAWN


def sheet_words(layout: Layout, catalogues: Iterable[Catalogue]) -> SheetWords:
    """The words of a layout's test sheet, in the order of the languages."""
    spoken = list(catalogues)

    def both(name: str, **values: object) -> str:
        return " · ".join(dict.fromkeys(c.t(f"labels.sheet.{name}", **values) for c in spoken))

    steps = (c.t(f"labels.sheet.step{step}") for step in range(1, 5) for c in spoken)
    return SheetWords(
        both("title", layout=layout.name), tuple(steps), both("ruler"), both("right"), both("down")
    )


class Press:
    """Makes labels of one roll: laid out for its first tem, filled in for all."""

    def __init__(self, said: Said, how: How) -> None:
        """
        Raises:
            LabelError: no such paper, resolution (`label.layout`, `label.size`, `label.dpi`).
        """
        self.said, self.how = said, how
        self._paper, self._dots = how.paper, how.dots
        self._design: TemDesign | None = None
        self._series: QrSeries | None = None

    def label(self, tem: PrintedTem) -> Drawing:
        """One label.

        Raises:
            LabelError: the paper does not hold it, or a check fails.
        """
        text = printed_form(tem.code)
        if self._design is None or self._series is None:
            self._design = TemDesign(self._content(tem, text), self._paper, dpi=self._dots)
            self._series = QrSeries(text, text.index(tem.serial), mask=self.how.mask)
        return self._design.label(self._series(text), tem.serial, tem.hidden)

    def write(
        self, out: BinaryIO, tems: Iterable[PrintedTem], *, first: int = 1, told: Told | None = None
    ) -> int:
        """Labels into a file, made one at a time.

        Args:
            out: is written from front to end, and left open.
            first: the place of the first on its sheet, from 1.
            told: hears how many there are so far.

        Returns:
            How many labels were written; none makes no file that can be used.

        Raises:
            LabelError: as {label}, or the sheet has no place `first` (`label.range`).
        """
        count = 0

        def counted() -> Iterator[PrintedTem]:
            nonlocal count
            for count, tem in enumerate(tems, 1):  # read by who asked
                yield tem
                if told is not None:
                    told(count)

        found = counted()
        head = next(found, None)
        if head is None:
            return 0
        self._write(out, chain([head], found), first)
        return count

    def preview(self, tem: PrintedTem) -> bytes:
        """One label as SVG or PNG, the picture that is printed."""
        return self._picture(self.label(tem))

    def _write(self, out: BinaryIO, tems: Iterator[PrintedTem], first: int) -> None:
        said, how = self.said, self.how
        drawn = map(self.label, tems)
        if how.kind == "pdf":
            title = f"{said.product} · {said.lot}"
            pdf.write_sheets(out, drawn, how.sheet, first=first, calibration=how.calibration, title=title)
        elif how.kind == "csv":
            rows = (csv.CsvTem(tem.index + 1, tem.serial, tem.code, tem.hidden) for tem in tems)
            goods = csv.CsvGoods(said.gtin, said.lot, said.product, said.producer, said.packed, said.use_by)
            csv.write(out, rows, goods)
        elif how.kind in ("zpl", "tspl"):
            thermal = Thermal(self._dots or DPI[0], gap_mm=how.gap_mm)
            for data in (zpl if how.kind == "zpl" else tspl).stream(drawn, thermal):
                out.write(data)
        else:
            with ZipFile(out, "w", ZIP_DEFLATED) as packed:
                for tem in tems:
                    name = ZipInfo(f"{tem.index + 1:07}-{tem.serial}.{how.kind}", _ZIP_DAY)
                    packed.writestr(name, self._picture(self.label(tem)), ZIP_DEFLATED)

    def _picture(self, drawing: Drawing) -> bytes:
        if self.how.kind == "svg":
            return svg.render(drawing, title=f"{self.said.product} · {self.said.lot}")
        return png.render(drawing, self._dots or PRINT_DPI)

    def _content(self, tem: PrintedTem, text: str) -> LabelContent:
        said = self.said
        return LabelContent(
            text,
            said.product,
            said.lot,
            tem.serial,
            packed=said.packed,
            use_by=said.use_by,
            producer=said.producer,
            hidden=tem.hidden if self._paper.scratch else None,
            signature=self.how.signed,
            words=said.words,
            mark=said.mark,
        )


def _day(facts: EventFacts) -> date:
    return read_event(facts.payload).event_time.astimezone(VIETNAM).date()
