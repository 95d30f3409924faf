"""`nguon tem issue|list|codes|void|sign`; `nguon tem GTIN LOT COUNT` issues."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from ledger.errors import LedgerError
from nguon.cli.output import Json, emit, progress

if TYPE_CHECKING:
    from ledger.issuing import Balance
    from ledger.printing import PrintedTem
    from nguon.wiring import Deployment

SHOWN: Final = 10
"""Codes that a terminal is shown of a roll."""


class _Issuing(TyperGroup):
    """A group whose verb may be left out: then it is `issue`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["issue", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Issuing,
    help="Tem: rolls of labels, their codes, what was spoiled. `nguon tem GTIN LOT COUNT` issues a roll.",
    no_args_is_help=True,
)
Gtin = Annotated[str, typer.Argument(help="14 digits.")]
Lot = Annotated[str, typer.Argument(help="As it is, not percent-encoded.")]
Org = Annotated[
    str | None, typer.Option(metavar="URI", help="Who does it; by default whoever speaks for the lot.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the codes here, one a line, a hidden code after a tab."),
]
Signed = Annotated[
    bool, typer.Option("--signed", help="Sign each code (GS1 AI 8030) with the issuer's hosted key.")
]


@app.command()
def issue(
    gtin: Gtin,
    lot: Lot,
    count: Annotated[int, typer.Argument(min=1)],
    org: Org = None,
    out: Out = None,
    qr: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each tem's QR code here, as SERIAL.svg.")
    ] = None,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="With a second layer: a hidden code under each, to scratch off.")
    ] = False,
    signed: Signed = False,
    as_json: Json = False,
) -> None:
    """Issue a roll of tem for a lot, never more than the lot holds."""
    from api.access import speaker_for
    from ledger.gs1.digital_link import lot_uri
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        acting = org or speaker_for(deployment.log, lot_uri(gtin, lot))
        if signed:
            _require_hosted(deployment, acting)
        roll = deployment.issuing.issue_roll(gtin, lot, count, acting, hidden=hidden)

        def printed() -> "Iterator[PrintedTem]":
            return deployment.tem_to_print(roll.id, gtin, lot, count, signed=signed)

        if qr is not None:
            _write_qr_codes(qr, printed(), count, quiet=as_json)
        if out is not None:
            _write_codes(out, printed(), count, quiet=as_json)
        listed = [] if out is not None else list(printed())
        balance = deployment.issuing.balance(gtin, lot)
    value: dict[str, object] = {
        "roll": roll.id,
        "count": roll.count,
        "root": roll.root.hex(),
        "hidden": roll.hidden.hex() if roll.hidden else None,
        "index": roll.receipt.index,
        "left": balance.left,
        "file": str(out) if out else None,
        "qr": str(qr) if qr else None,
        "codes": [item.code for item in listed],
        "hiddenCodes": [item.hidden for item in listed] if roll.hidden else None,
    }
    layers = [name for name, there in (("hidden codes", hidden), ("signed", signed)) if there]
    lines = [
        f"Roll {roll.id}",
        f"  tem    {roll.count:,}" + (f", {', '.join(layers)}" if layers else ""),
        f"  lot    {lot} of {gtin}",
        f"  room   {_arithmetic(balance)}",
        f"  entry  {roll.receipt.index}",
        *([f"  codes  {out}"] if out else []),
        *([f"  QR     {qr}"] if qr else []),
    ]
    emit(value, as_json=as_json, text="\n".join([*lines, *_shown(listed)]))


@app.command("list")
def list_(gtin: Gtin, lot: Lot, as_json: Json = False) -> None:
    """The rolls of a lot: what was issued, what was voided, and how many tem it has room for."""
    from api.rolls import roll_json
    from ledger.rolls import read_story
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        story = read_story(deployment.log, gtin, lot)
        for declared in story.rolls:
            roll, value = declared.roll, roll_json(declared, story)
            gone = value["voided"]
            state = "stands" if declared.stands else "voided"
            layer = "  hidden codes" if roll.hidden is not None else ""
            spoiled = f"  {len(gone):,} voided" if gone else ""
            text = f"{roll.id}  {roll.count:>10,} tem  {state}  entry {declared.index:<7}{layer}{spoiled}"
            emit(value, as_json=as_json, text=text.rstrip())
        if not as_json:
            print(f"room: {_arithmetic(deployment.issuing.balance(gtin, lot))}")


@app.command()
def codes(
    gtin: Gtin,
    lot: Lot,
    roll: Annotated[str, typer.Argument(metavar="ROLL", help="Its id, as `nguon tem list` tells it.")],
    start: Annotated[int, typer.Option(min=0, help="First index.")] = 0,
    count: Annotated[int | None, typer.Option(min=1, help="How many; by default all.")] = None,
    out: Out = None,
    signed: Signed = False,
    as_json: Json = False,
) -> None:
    """The codes of a roll again, those left out that were voided."""
    from ledger.rolls import find_roll
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        length = find_roll(deployment.log, gtin, lot, roll).roll.count
        stop = length if count is None else min(length, start + count)
        printed = deployment.tem_to_print(roll, gtin, lot, stop, start, signed=signed)
        if out is not None:
            _write_codes(out, printed, max(0, stop - start), quiet=as_json)
            emit({"roll": roll, "file": str(out)}, as_json=as_json, text=f"codes in {out}")
            return
        for item in printed:
            emit(_json(item), as_json=as_json, text=_line(item))


@app.command()
def void(
    gtin: Gtin,
    lot: Lot,
    serials: Annotated[
        list[str] | None, typer.Argument(metavar="[SERIAL…]", help="Tem that were spoiled.")
    ] = None,
    roll: Annotated[str | None, typer.Option(metavar="ROLL", help="In their place: a whole roll.")] = None,
    reason: Annotated[str, typer.Option(help="Why.")] = "spoiled in printing",
    org: Org = None,
    as_json: Json = False,
) -> None:
    """Void spoiled tem, or a whole roll. They never come back; others may be issued in their place."""
    from api.access import speaker_for
    from ledger.gs1.digital_link import lot_uri
    from nguon.wiring import Deployment

    if bool(serials) == (roll is not None):
        raise typer.BadParameter("name the tem's serials, or --roll")
    with Deployment.from_environment() as deployment:
        acting = org or speaker_for(deployment.log, lot_uri(gtin, lot))
        issuing = deployment.issuing
        if roll is not None:
            results = [issuing.void_roll(gtin, lot, roll, reason, acting)]
        else:
            named = [item.rpartition("/")[2].partition("?")[0] for item in serials or []]
            results = issuing.void_tem(gtin, lot, named, reason, acting)
        balance = issuing.balance(gtin, lot)
    indexes = [receipt.index for result in results for receipt in result.receipts]
    what = f"Roll {roll}" if roll is not None else f"{len(set(serials or [])):,} tem"
    entries = f"entry {indexes[0]}" if len(indexes) == 1 else f"entries {indexes[0]} to {indexes[-1]}"
    value: dict[str, object] = {"indexes": indexes, "left": balance.left}
    emit(value, as_json=as_json, text=f"{what} voided, {entries}\n  room   {_arithmetic(balance)}")


@app.command()
def sign(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Codes, one a line; `-`: standard input.")],
    key: Annotated[
        Path, typer.Option(metavar="PEM", help="One's own key, as `nguon key new --out` made it.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the signed codes here.")] = None,
) -> None:
    """Sign codes with one's own key (GS1 AI 8030). It needs no service: the key never leaves this machine."""
    from ledger.digsig import seal_link
    from ledger.statement.jws import Jwk
    from nguon.keys import read_p256

    private = read_p256(key)
    kid = Jwk.from_public(private.public_key()).kid
    lines = (sys.stdin.read() if str(file) == "-" else file.read_text("ascii")).splitlines()
    signed: list[str] = []
    with progress("Signing") as told:
        for number, line in enumerate(lines, 1):
            code, tab, hidden = line.strip().partition("\t")
            if not code:
                continue
            try:
                signed.append(seal_link(code, kid, private) + tab + hidden)
            except LedgerError as error:
                error.pointer = f"line {number}"
                raise
            told(number, len(lines))
    text = "".join(line + "\n" for line in signed)
    if out is None:
        print(text, end="")
        return
    out.write_text(text, "ascii")
    print(f"{len(signed):,} codes signed with {kid}\n  codes  {out}")


def _require_hosted(deployment: "Deployment", org: str) -> None:
    """Refuse, before a roll is issued, to sign with a key that is not here."""
    from ledger.errors import AuthorityError

    if deployment.signers(org) is None:
        message = f"The key of {org} is not kept here: sign the codes with `nguon tem sign`."
        raise AuthorityError(message, code="authority.key", org=org)


def _arithmetic(balance: "Balance") -> str:
    told = f"{balance.packs:,} packs, {balance.issued:,} tem issued"
    if balance.kilograms is not None and balance.pack_kilograms is not None:
        told = f"{balance.kilograms:f} kg ÷ {balance.pack_kilograms * 1000:g} g = {told}"
    voided = f", {balance.voided:,} of them voided" if balance.voided else ""
    return f"{told}{voided}: {balance.left:,} left"


def _shown(listed: "list[PrintedTem]") -> list[str]:
    """The lines of a roll's codes: all of them for a program, the first for a person."""
    if not sys.stdout.isatty() or not listed:
        return ["", *map(_line, listed)] if listed else []
    more = len(listed) - SHOWN
    rest = [f"… and {more:,} more: --out FILE writes them all"] if more > 0 else []
    return [f"  code   {listed[0].code.partition('?')[0]}", "", *map(_row, listed[:SHOWN]), *rest]


def _row(item: "PrintedTem") -> str:
    """A tem as it is read from its label: the serial in groups of 5, 6 and 6, the hidden code in two of 5."""
    groups = f"{item.serial[:5]} {item.serial[5:11]} {item.serial[11:]}"
    layer = f"   {item.hidden[:5]} {item.hidden[5:]}" if item.hidden is not None else ""
    return f"{item.index + 1:>9,}  {groups}{layer}"


def _line(item: "PrintedTem") -> str:
    return item.code if item.hidden is None else f"{item.code}\t{item.hidden}"


def _json(item: "PrintedTem") -> dict[str, object]:
    return {"index": item.index, "serial": item.serial, "code": item.code, "hidden": item.hidden}


def _write_codes(path: Path, printed: "Iterable[PrintedTem]", count: int, *, quiet: bool) -> None:
    with path.open("w", encoding="ascii") as file, progress("Codes", quiet=quiet) as told:
        for done, item in enumerate(printed, 1):
            file.write(_line(item) + "\n")
            if done % 1000 == 0:
                told(done, count)


def _write_qr_codes(folder: Path, printed: "Iterable[PrintedTem]", count: int, *, quiet: bool) -> None:
    from labels.form import printed_form
    from labels.svg import symbol_svg
    from labels.symbol import FIXED_MASK, QrSeries

    series: QrSeries | None = None
    folder.mkdir(parents=True, exist_ok=True)
    with progress("QR", quiet=quiet) as told:
        for done, item in enumerate(printed, 1):
            text = printed_form(item.code)
            series = series or QrSeries(text, len(text) - len(item.serial), mask=FIXED_MASK)
            (folder / f"{item.serial}.svg").write_bytes(symbol_svg(series(text)))
            told(done, count)
