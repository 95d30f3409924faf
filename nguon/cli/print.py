"""`nguon print layouts|test-sheet|roll|preview`: tem onto sheets, for a thermal printer, for a print shop."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final
from urllib.parse import quote

import typer

from nguon.cli.output import Json, emit
from nguon.cli.sentences import LOCALES, Lang, Language, language

if TYPE_CHECKING:
    from api.pages import Catalogue
    from api.tem_labels import How, Said
    from ledger.printing import PrintedTem
    from nguon.printing import Done, Part
    from nguon.wiring import Deployment

app = typer.Typer(
    name="print", help="Print tem: sheets, thermal printers, files for a print shop.", no_args_is_help=True
)
Gtin = Annotated[str, typer.Argument(help="14 digits.")]
Lot = Annotated[str, typer.Argument(help="As it is, not percent-encoded.")]
Roll = Annotated[str, typer.Argument(metavar="ROLL", help="Its id, as `nguon tem list` tells it.")]
LayoutName = Annotated[str, typer.Option("--layout", help="Of the sheets: see `nguon print layouts`.")]
SizeName = Annotated[
    str, typer.Option("--size", metavar="WxH", help="Of a label in mm, where no sheets are printed.")
]
Mask = Annotated[str, typer.Option(help="Of the QR codes: best, fixed (a little faster), or 0 to 7.")]
Dpi = Annotated[int | None, typer.Option(help="Of a thermal printer: 203 or 300.")]
OffsetX = Annotated[float, typer.Option("--offset-x", metavar="MM", help="Move everything right.")]
OffsetY = Annotated[float, typer.Option("--offset-y", metavar="MM", help="Move everything down.")]
Scale = Annotated[float, typer.Option("--scale", help="1.01 prints one per cent larger.")]
Signed = Annotated[
    bool, typer.Option("--signed", help="Sign each code (GS1 AI 8030) with the issuer's hosted key.")
]
MarkFile = Annotated[
    Path | None,
    typer.Option(
        "--mark", metavar="FILE", help="The cooperative's mark, PNG or SVG; by default the one it describes."
    ),
]
LabelLang = Annotated[
    Language | None, typer.Option("--lang", help="Of the labels, by default vi, and of what is told here.")
]
_LAYOUT: Final = "L7160"
_SIZE: Final = "50x30"
_EVERY: Final = 0.1
"""Seconds from one movement of the bar to the next."""


@app.command()
def layouts(as_json: Json = False) -> None:
    """The sheets and label sizes that are known."""
    from labels.content import SIZES
    from labels.layouts import LAYOUTS

    if not as_json:
        print(f"{'sheet':<10}{'label, mm':>14}{'a sheet':>10}{'columns × rows':>17}")
    for layout in LAYOUTS.values():
        label = layout.label
        value: dict[str, object] = {
            "layout": layout.name,
            "width": label.width,
            "height": label.height,
            "columns": layout.columns,
            "rows": layout.rows,
            "labels": layout.per_sheet,
            "cut": layout.cut,
        }
        text = (
            f"{layout.name:<10}{f'{label.width:g} × {label.height:g}':>14}{layout.per_sheet:>10}"
            f"{f'{layout.columns} × {layout.rows}':>17}{'  to be cut' if layout.cut else ''}"
        )
        emit(value, as_json=as_json, text=text)
    if not as_json:
        print(f"\nlabels alone (--size): {', '.join(size.name for size in SIZES)}, or any WxH")


@app.command("test-sheet")
def calibrate(
    layout: Annotated[str, typer.Argument(help="As `nguon print layouts` names it.")],
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The PDF to write.")],
    offset_x: OffsetX = 0.0,
    offset_y: OffsetY = 0.0,
    scale: Scale = 1.0,
    lang: Lang = None,
) -> None:
    """A sheet to measure by how much a printer is off: then print with --offset-x, --offset-y, --scale."""
    from api.pages import load_catalogues
    from api.tem_labels import sheet_words
    from labels.layouts import Calibration, layout_named
    from labels.pdf import calibration_sheet as make

    found, known = layout_named(layout), load_catalogues(LOCALES)
    languages = ["vi", "en"] if lang is None else [lang.value]
    words = sheet_words(found, [known[one] for one in languages])
    out.write_bytes(make(found, words, Calibration(offset_x, offset_y, scale)))
    t = _words(lang).t
    print(t("labels.cli.test_sheet", file=str(out), layout=found.name))
    print(t("labels.cli.measure"))


@app.command()
def roll(
    gtin: Gtin,
    lot: Lot,
    roll: Roll,
    format_: Annotated[str, typer.Option("--format", help="pdf, svg, png, csv, zpl or tspl.")] = "pdf",
    layout: LayoutName = _LAYOUT,
    size: SizeName = _SIZE,
    start: Annotated[int, typer.Option("--from", min=1, help="Number of the first tem in the roll.")] = 1,
    count: Annotated[int | None, typer.Option(min=1, help="How many; by default all from there.")] = None,
    first: Annotated[
        int, typer.Option(min=1, help="Place of the first label on the first sheet: sheets that were begun.")
    ] = 1,
    offset_x: OffsetX = 0.0,
    offset_y: OffsetY = 0.0,
    scale: Scale = 1.0,
    dpi: Dpi = None,
    gap: Annotated[float, typer.Option(min=0, metavar="MM", help="Between thermal labels.")] = 2.0,
    mask: Mask = "best",
    signed: Signed = False,
    mark: MarkFile = None,
    lang: LabelLang = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder of this job alone; by default tem-LOT-ROLL.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a roll into files of a folder; tem that were voided are left out.

    Interrupted, the same command goes on where it stopped. A second layer is printed where the roll has one.
    """
    from api.tem_labels import How, Press, kind_named, mask_named
    from labels.layouts import Calibration
    from nguon.printing import parts, run
    from nguon.wiring import Deployment

    words, label_lang = _words(lang), lang or Language.VI
    with Deployment.from_environment() as deployment:
        hidden, length, said = _roll(deployment, gtin, lot, roll, label_lang, mark)
        calibration = Calibration(offset_x, offset_y, scale)
        how = How(
            kind_named(format_), layout, size, hidden, first, dpi, mask_named(mask), signed, gap, calibration
        )
        stop = length if count is None else min(length, start - 1 + count)
        sheets = how.sheet.per_sheet if how.kind == "pdf" else None
        wanted = parts(start - 1, stop, _suffix(how.kind), per_sheet=sheets, first=first if sheets else 1)
        folder = out or Path(f"tem-{quote(lot, safe='')}-{roll}")
        press = Press(said, how)

        def write(file: BinaryIO, part: "Part", told: Callable[[int], None]) -> int:
            tems = deployment.tem_to_print(roll, gtin, lot, part.stop, part.start, signed=signed)
            return press.write(file, tems, first=part.first, told=told)

        order = _order(said, how, roll, start, stop, deployment.settings.tem_host, label_lang.value)
        with _bar(words.t("labels.cli.printing"), words.t("labels.cli.rate"), quiet=as_json) as told:
            done = run(folder, order, wanted, write, told)
    value: dict[str, object] = {
        "roll": roll,
        "labels": done.labels,
        "before": done.before,
        "folder": str(folder),
        "files": [path.name for path in done.files],
    }
    emit(
        value,
        as_json=as_json,
        text="\n".join(_told(words, how, folder, (start, stop), done)),
    )


@app.command()
def preview(
    gtin: Gtin,
    lot: Lot,
    roll: Roll,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="….svg or ….png.")],
    number: Annotated[int, typer.Option(min=1, help="Which tem of the roll.")] = 1,
    layout: Annotated[str | None, typer.Option("--layout", help="As it is on these sheets.")] = None,
    size: SizeName = _SIZE,
    dpi: Dpi = None,
    mask: Mask = "best",
    signed: Signed = False,
    mark: MarkFile = None,
    lang: LabelLang = None,
) -> None:
    """One label as it will be printed."""
    from api.tem_labels import How, Press, kind_named, mask_named
    from labels.errors import LabelError
    from labels.layouts import layout_named
    from nguon.wiring import Deployment

    words, kind = _words(lang), kind_named(out.suffix.removeprefix("."))
    if kind not in ("svg", "png"):
        raise LabelError("A preview is svg or png.", code="label.kind", kind=kind, known="svg, png")
    with Deployment.from_environment() as deployment:
        hidden, length, said = _roll(deployment, gtin, lot, roll, lang or Language.VI, mark)
        paper = size if layout is None else layout_named(layout).label.name
        press = Press(
            said, How(kind, size=paper, scratch=hidden, dpi=dpi, mask=mask_named(mask), signed=signed)
        )
        tem = _one(deployment.tem_to_print(roll, gtin, lot, length, number - 1, signed=signed), roll)
        out.write_bytes(press.preview(tem))
    print(words.t("labels.cli.preview", file=str(out), serial=_grouped(tem.serial)))


def _words(lang: Language | None) -> "Catalogue":
    from api.pages import load_catalogues

    return load_catalogues(LOCALES)[language(lang).value]


def _roll(
    deployment: "Deployment", gtin: str, lot: str, roll: str, lang: Language, mark: Path | None
) -> "tuple[bool, int, Said]":
    """Whether the roll has hidden codes, how long it is, and what its labels say."""
    from api.tem_labels import said_of
    from labels.mark import read_mark
    from ledger.rolls import find_roll

    declared = find_roll(deployment.log, gtin, lot, roll)
    said = said_of(gtin, lot, declared.org, deployment.lots, deployment.stock, deployment.blobs, _words(lang))
    if mark is not None:
        said = replace(said, mark=read_mark(mark.read_bytes()))
    return declared.roll.hidden is not None, declared.roll.count, said


def _one(tems: "Iterator[PrintedTem]", roll: str) -> "PrintedTem":
    from labels.errors import LabelError

    tem = next(tems, None)
    if tem is None:
        message = f"The roll {roll} has nothing to print there: it ends before, or the tem were voided."
        raise LabelError(message, code="label.nothing", roll=roll)
    return tem


def _order(
    said: "Said", how: "How", roll: str, start: int, stop: int, host: str, lang: str
) -> dict[str, Any]:
    """All that the labels depend on."""
    on_paper: dict[str, Any] = {"size": how.paper.name, "dpi": how.dpi, "gap": how.gap_mm}
    if how.kind == "pdf":
        moved = how.calibration
        calibration = {"x": moved.x_mm, "y": moved.y_mm, "scale": moved.scale}
        on_paper = {"layout": how.sheet.name, "first": how.first, "calibration": calibration}
    elif how.kind == "csv":
        on_paper = {}
    return {
        "gtin": said.gtin,
        "lot": said.lot,
        "roll": roll,
        "from": start,
        "to": stop,
        "host": host,
        "format": how.kind,
        "mask": "best" if how.mask is None else how.mask,
        "signed": how.signed,
        "lang": lang,
        "product": said.product,
        "producer": said.producer,
        "packed": said.packed.isoformat() if said.packed else None,
        "use_by": said.use_by.isoformat() if said.use_by else None,
        "mark": said.mark.digest.hex(),
        **on_paper,
    }


def _told(words: "Catalogue", how: "How", folder: Path, numbers: tuple[int, int], done: "Done") -> list[str]:
    t, files = words.t, len(done.files)
    if not files:
        return [t("labels.cli.none", folder=str(folder))]
    lines = [
        t("labels.cli.done", n=done.labels) if done.labels else t("labels.cli.there"),
        t("labels.cli.range", start=numbers[0], stop=numbers[1]),
        t("labels.cli.files", n=files, folder=str(folder)),
    ]
    if done.before and done.labels:
        lines.append(t("labels.cli.resumed", n=done.before))
    if how.kind == "pdf":
        lines.append(t("labels.cli.advice"))
    return lines


def _suffix(kind: str) -> str:
    return f".{kind}.zip" if kind in ("svg", "png") else f".{kind}"


def _grouped(serial: str) -> str:
    from labels.content import serial_groups

    return " ".join(serial_groups(serial))


@contextmanager
def _bar(what: str, rate: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar with labels a second and the time left, on standard error while it is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None  # noqa: ARG005  # says nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{{task.fields[rate]}} {rate}"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, rate="–")

        next_time = 0.0

        def told(done: int, total: int) -> None:
            nonlocal next_time
            if done < total and monotonic() < next_time:
                return
            next_time, speed = monotonic() + _EVERY, bar.tasks[0].speed
            bar.update(task, completed=done, total=total, rate=f"{speed:,.0f}" if speed else "–")

        yield told
