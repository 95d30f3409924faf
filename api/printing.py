"""For those who label: labels of a roll as files for printers, and as pictures; the sheets that are known."""

from collections.abc import Iterator
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, Final, cast

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse, StreamingResponse

from api import examples
from api.access import May, noted
from api.deps import Deployed, Sentences
from api.issuers import Gtin, Lot
from api.pages import Catalogue
from api.rolls import own_roll
from api.services import Services
from api.tem_labels import LAYOUT, MEDIA_TYPES, SIZE, How, Press, kind_named, mask_named, said_of, sheet_words
from coop.accounts.queries import Caller
from labels.content import SIZES
from labels.errors import LabelError
from labels.layouts import LAYOUTS, Calibration, layout_named
from labels.pdf import calibration_sheet
from ledger.gs1.digital_link import lot_uri
from ledger.printing import PrintedTem
from ledger.rolls import DeclaredRoll
from ledger.tem import serial_index

router = APIRouter(tags=["Printing"])
MAX_LABELS: Final = 2_000
_CHUNK: Final = 64 * 1024
_IN_MEMORY: Final = 4 * 1024 * 1024
_KINDS: Final = ("pdf", "csv", "zpl", "tspl", "svg", "png")
_PICTURES: Final = {"svg": "image/svg+xml", "png": "image/png"}
_PRIVATE: Final = {"Cache-Control": "no-store"}
_ROLL: Final = "/api/v1/lots/{gtin}/{lot:path}/tem/{roll}"


def _file(media_type: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation that answers a file."""
    return {200: {"description": "OK", "content": {media_type: {}}}} | examples.problems(*statuses)


LayoutName = Annotated[str, Query(description=f"Of the sheets of a PDF: {', '.join(LAYOUTS)}.")]
SizeName = Annotated[
    str,
    Query(
        description=f"Of a label, for all but PDF: {', '.join(size.name for size in SIZES)}, or any WxH in mm."
    ),
]
Dpi = Annotated[int | None, Query(description="203 or 300; by default 203 for printers, 600 for pictures.")]
Mask = Annotated[str, Query(description="Of the QR codes: best, fixed, or 0 to 7.", examples=["best"])]
Signed = Annotated[
    bool, Query(description="With the issuer's signature in each, GS1 AI (8030), by its hosted key.")
]


@router.get("/api/v1/labels/layouts", summary="Sheets and sizes of labels")
async def layouts() -> Response:
    """The sheets that people buy, in mm from the top left, and sizes of labels alone."""
    body = {
        "layouts": [
            {
                "layout": layout.name,
                "width": layout.label.width,
                "height": layout.label.height,
                "columns": layout.columns,
                "rows": layout.rows,
                "labels": layout.per_sheet,
                "left": layout.left,
                "top": layout.top,
                "pitchX": layout.pitch_x,
                "pitchY": layout.pitch_y,
                "cut": layout.cut,
            }
            for layout in LAYOUTS.values()
        ],
        "sizes": [
            {"size": size.name, "width": size.width, "height": size.height, "scratch": size.scratch}
            for size in SIZES
        ],
    }
    return JSONResponse(body)


@router.get(
    "/api/v1/labels/test-sheet.pdf",
    summary="A sheet to calibrate a printer",
    responses=_file("application/pdf", 422),
)
async def calibrate(
    deployed: Deployed,
    layout: LayoutName = LAYOUT,
    x: Annotated[float, Query(description="Moves everything right, in mm.")] = 0.0,
    y: Annotated[float, Query(description="Moves everything down, in mm.")] = 0.0,
    scale: Annotated[float, Query(description="1.01: one per cent larger.")] = 1.0,
) -> Response:
    """Printed on plain paper and laid on the labels, it tells by how much a printer is off. In both languages."""
    found, moved = layout_named(layout), Calibration(x, y, scale)
    words = sheet_words(found, [deployed.catalogues[lang] for lang in ("vi", "en")])
    data = await run_sync(calibration_sheet, found, words, moved)
    return Response(data, media_type="application/pdf")


@router.get(
    f"{_ROLL}/labels.{{kind}}",
    summary="Labels of a roll, to print",
    responses=_file("application/pdf", 401, 404, 409, 422),
)
async def labels(
    gtin: Gtin,
    lot: Lot,
    roll: str,
    kind: Annotated[str, Path(description=f"{', '.join(_KINDS)}; pictures come in a ZIP.", examples=["pdf"])],
    deployed: Deployed,
    calling: Annotated[Caller, May("labels")],
    words: Sentences,
    start: Annotated[int, Query(ge=0, description="Index of the first tem in the roll.")] = 0,
    count: Annotated[int, Query(ge=1, le=MAX_LABELS)] = 500,
    layout: LayoutName = LAYOUT,
    size: SizeName = SIZE,
    first: Annotated[int, Query(ge=1, description="Place of the first label on the first sheet.")] = 1,
    x: Annotated[float, Query(description="Moves everything on a sheet right, in mm.")] = 0.0,
    y: Annotated[float, Query(description="Moves everything on a sheet down, in mm.")] = 0.0,
    scale: Annotated[float, Query(description="1.01: one per cent larger.")] = 1.0,
    dpi: Dpi = None,
    gap: Annotated[float, Query(ge=0, le=20, description="Between thermal labels, in mm.")] = 2.0,
    mask: Mask = "best",
    signed: Signed = False,
) -> Response:
    """Labels of a roll in order, those left out that were voided, up to 2,000 at once; only who issued it gets them.

    The answer has as many labels as `X-Labels` tells. For whole rolls there is `nguon print roll`.
    """
    how = How(
        kind_named(kind),
        layout,
        size,
        first=first,
        dpi=dpi,
        mask=mask_named(mask),
        signed=signed,
        gap_mm=gap,
        calibration=Calibration(x, y, scale),
    )
    file, made, length = await run_sync(
        _printed, gtin, lot, roll, how, (start, count), deployed, calling, words
    )
    suffix = f"{kind}.zip" if kind in _PICTURES else kind
    headers = {
        **_PRIVATE,
        "Content-Disposition": f'attachment; filename="tem-{roll}-{start + 1}.{suffix}"',
        "Content-Length": str(length),
        "X-Labels": str(made),
    }
    return StreamingResponse(_pieces(file), media_type=MEDIA_TYPES[kind], headers=headers)


@router.get(
    f"{_ROLL}/preview.{{kind}}",
    summary="One label, as it will be printed",
    responses=_file("image/svg+xml", 401, 404, 409, 422),
)
async def preview(
    gtin: Gtin,
    lot: Lot,
    roll: str,
    kind: Annotated[str, Path(description="svg or png", examples=["svg"])],
    deployed: Deployed,
    calling: Annotated[Caller, May("labels")],
    words: Sentences,
    serial: Annotated[str | None, Query(description="Of which tem; by default the first.")] = None,
    layout: Annotated[str | None, Query(description="As it is on these sheets.")] = None,
    size: SizeName = SIZE,
    dpi: Dpi = None,
    mask: Mask = "best",
    signed: Signed = False,
) -> Response:
    """The first label of a roll that is printed, or one by its serial: drawn from what the printer draws from."""
    if kind not in _PICTURES:
        raise LabelError("A preview is svg or png.", code="label.kind", kind=kind, known="svg, png")
    paper = size if layout is None else layout_named(layout).label.name
    how = How(kind_named(kind), size=paper, dpi=dpi, mask=mask_named(mask), signed=signed)
    data = await run_sync(_preview, gtin, lot, roll, serial, how, deployed, calling, words)
    return Response(data, media_type=_PICTURES[kind], headers=_PRIVATE)


def _printed(
    gtin: str,
    lot: str,
    roll: str,
    how: How,
    asked: tuple[int, int],
    deployed: Services,
    calling: Caller,
    words: Catalogue,
) -> tuple[BinaryIO, int, int]:
    """The file, how many labels it has, and its length in bytes; on disk if it is large."""
    declared = own_roll(calling, gtin, lot, roll, deployed)
    press = _press(declared, how, deployed, words)
    start, count = asked
    tems = deployed.tem_to_print(roll, gtin, lot, start + count, start, signed=how.signed)
    file = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115  # closed when it was sent
    try:
        made = press.write(file, tems, first=how.first)
        if not made:
            raise _nothing(roll)
        length = file.seek(0, 2)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    noted(deployed, calling, "roll.labels", declared.org, f"{lot_uri(gtin, lot)} {roll} {start + 1}+{made}")
    return file, made, length


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece


def _preview(
    gtin: str,
    lot: str,
    roll: str,
    serial: str | None,
    how: How,
    deployed: Services,
    calling: Caller,
    words: Catalogue,
) -> bytes:
    declared = own_roll(calling, gtin, lot, roll, deployed)
    index = 0 if serial is None else serial_index(serial)
    stop = declared.roll.count if serial is None or index is None else index + 1
    tems = iter(deployed.tem_to_print(roll, gtin, lot, stop, index or 0, signed=how.signed))
    tem: PrintedTem | None = next(iter(tems), None)
    if tem is None or (serial is not None and tem.serial != serial):
        raise _nothing(roll)
    return _press(declared, how, deployed, words).preview(tem)


def _press(declared: DeclaredRoll, how: How, deployed: Services, words: Catalogue) -> Press:
    roll = declared.roll
    said = said_of(roll.gtin, roll.lot, declared.org, deployed.lots, deployed.stock, deployed.blobs, words)
    return Press(said, replace(how, scratch=roll.hidden is not None))


def _nothing(roll: str) -> LabelError:
    message = f"The roll {roll} has nothing to print there: it ends before, or the tem were voided."
    return LabelError(message, code="label.nothing", roll=roll)
