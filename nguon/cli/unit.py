"""`nguon unit`: cartons and pallets.

A hardware scanner types what it reads and presses Enter: its codes come by standard input, one a line.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nguon.cli.output import Json, emit, fail
from nguon.cli.sentences import Lang, Language, language, sentence

if TYPE_CHECKING:
    from ledger.errors import Violation
    from ledger.packing import Code, Packed
    from ledger.scanning import Scanning

app = typer.Typer(
    name="unit", help="Cartons and pallets: numbers, packing by scanning, labels.", no_args_is_help=True
)
Org = Annotated[str, typer.Option("--org", metavar="URI", help="Who packs.")]
Sscc = Annotated[str, typer.Argument(help="18 digits.")]
Place = Annotated[str | None, typer.Option(metavar="URI", help="Where.")]
_BELL = "\a"


@app.command()
def new(
    org: Org,
    count: Annotated[int, typer.Argument(min=1, max=1000)] = 1,
    extension: Annotated[int | None, typer.Option(min=0, max=9, help="First digit.")] = None,
    as_json: Json = False,
) -> None:
    """Give out numbers (SSCC) for cartons or pallets."""
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        numbers = deployment.stock.allocate(org, count, extension)
    for sscc in numbers:
        emit({"sscc": sscc, "uri": f"https://id.gs1.org/00/{sscc}"}, as_json=as_json, text=sscc)


@app.command()
def prefix(org: Org, digits: Annotated[str, typer.Argument(help="4 to 12 digits.")]) -> None:
    """Set the GS1 company prefix of an organisation's numbers; by default 12 digits of its GLN."""
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        deployment.stock.set_prefix(org, digits)


@app.command()
def pack(
    org: Org,
    sscc: Annotated[str | None, typer.Option(help="A unit that is there; by default a new one.")] = None,
    place: Place = None,
    partly: Annotated[
        bool, typer.Option("--partly", help="Pack what is good although some is refused.")
    ] = False,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Pack what is scanned: codes from standard input, one a line, until an empty line or the end.

    Each scan is judged at once: `+ 3 …` is good, `! 4 … [code]` is refused, with a bell on a terminal. A line
    `CODE<TAB>QUANTITY` packs that many of a lot without serials. For an organisation that keeps its own key the event
    is printed, to be signed; it is not recorded here.
    """
    from ledger.packing import Code
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        stock = deployment.stock
        scanning = stock.scanning(sscc, org)
        codes: list[Code] = []
        for text, quantity in _scans():
            codes.append(Code(text, quantity))
            _tell_scan(scanning, codes[-1], len(codes), language(lang), as_json=as_json)
        if scanning.good and not (scanning.refused and not partly):
            packed = stock.pack(sscc, codes, org, place=place, partly=partly)
            if packed.event is not None:
                _tell(packed.unit.rpartition("/")[2], packed, as_json=as_json)
                return
    fail(f"{len(scanning.refused)} of {len(codes)} codes are refused: nothing is packed.", "pack.refused")
    raise typer.Exit(1)


@app.command()
def unpack(
    sscc: Sscc,
    org: Org,
    every: Annotated[bool, typer.Option("--all", help="Everything; else what is scanned.")] = False,
    place: Place = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Take out what is scanned (standard input, one code a line), or everything."""
    from ledger.packing import Code
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        codes = None if every else [Code(text, quantity) for text, quantity in _scans()]
        if codes == []:
            fail("No code was scanned.", "pack.refused")
            raise typer.Exit(1)
        packed = deployment.stock.unpack(sscc, codes, org, place=place)
    if packed.event is None:
        for item in packed.refused:
            _refuse(item, language(lang))
        raise typer.Exit(1)
    _tell(sscc, packed, as_json=as_json)


@app.command()
def show(sscc: Sscc, as_json: Json = False) -> None:
    """What is inside a carton or pallet."""
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        held = deployment.stock.held(sscc)
    lots = [{"lot": portion.lot, "count": portion.count} for portion in held.portions]
    value: dict[str, object] = {
        "sscc": sscc,
        "org": held.org,
        "in": held.parent,
        "items": [stay.item for stay in held.direct],
        "lots": lots,
    }
    lines = [f"{sscc}: {len(held.direct)} inside" + (f", in {held.parent}" if held.parent else "")]
    lines += [f"  {portion.count:g} × {portion.lot}" for portion in held.portions]
    emit(value, as_json=as_json, text="\n".join(lines))


@app.command()
def label(
    sscc: Sscc,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="….pdf, .png, .svg, .zpl or .tspl.")],
    size: Annotated[str, typer.Option(help="100x100, A6 or A5.")] = "A6",
    signed: Annotated[bool, typer.Option(help="With the packer's signature in the QR code.")] = True,
    dpi: Annotated[int, typer.Option(help="203 or 300.")] = 203,
    copies: Annotated[int, typer.Option(min=1)] = 1,
    darkness: Annotated[int | None, typer.Option(min=0, max=15)] = None,
    gap: Annotated[float, typer.Option(min=0, help="Between labels, in mm.")] = 2.0,
    lang: Lang = None,
) -> None:
    """Write a unit's GS1 logistic label for a printer. A thermal printer takes the file as it is."""
    from api.pages import load_catalogues
    from api.unit_labels import Desk, drawn, render
    from labels.logistic import unit_size
    from labels.thermal import Thermal
    from nguon.cli.sentences import LOCALES
    from nguon.wiring import Deployment

    how = Thermal(dpi, copies, darkness, gap_mm=gap)
    words = load_catalogues(LOCALES)[language(lang if lang is not None else Language.VI).value]
    with Deployment.from_environment() as deployment:
        desk = Desk(deployment.stock, deployment.lots, deployment.settings.tem_host)
        drawing = drawn(deployment.stock.held(sscc), unit_size(size), desk, words, signed=signed)
    _, data = render(out.suffix.removeprefix("."), drawing, how)
    out.write_bytes(data)


def _scans() -> Iterable[tuple[str, int | None]]:
    """Codes from standard input, each with its quantity where one stands behind a tab."""
    for line in sys.stdin:
        text, _, quantity = line.strip("\r\n").partition("\t")
        if not text.strip():
            return
        yield text, int(quantity) if quantity.strip().isdigit() else None


def _tell_scan(scanning: "Scanning", code: "Code", place: int, lang: Language, *, as_json: bool) -> None:
    from ledger.errors import Violation

    found = scanning.scan(code)
    if isinstance(found, Violation):
        if as_json:
            emit(_violation_json(found, place), as_json=True, text="")
        else:
            bell = _BELL if sys.stdout.isatty() else ""
            print(f"! {place}  {sentence(found, lang)} [{found.code}]{bell}", flush=True)
        return
    value: dict[str, object] = {"place": place, "code": code.text, "good": True, "uri": found.uri}
    emit(value, as_json=as_json, text=f"+ {len(scanning.good)}  {found.uri}")


def _violation_json(item: "Violation", place: int) -> dict[str, object]:
    return {
        "place": place,
        "code": item.params.get("code"),
        "good": False,
        "error": item.code,
        "detail": item.message,
    }


def _refuse(item: "Violation", lang: Language) -> None:
    fail(sentence(item, lang), item.code, item.pointer)


def _tell(sscc: str, packed: "Packed", *, as_json: bool) -> None:
    import json

    index = packed.result.receipts[0].index if packed.result is not None else None
    value: dict[str, object] = {
        "sscc": sscc,
        "good": len(packed.good),
        "refused": len(packed.refused),
        "index": index,
        "event": None if index is not None else packed.event,
        "about": None if packed.filing is None or index is not None else list(packed.filing.about),
    }
    text = f"{sscc}: {len(packed.good) or 'all'}, entry {index}"
    if index is None:
        text = f"{sscc}: sign this event and send it to /api/v1/statements\n{json.dumps(packed.event)}"
    emit(value, as_json=as_json, text=text)
