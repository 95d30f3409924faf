"""`nguon tem`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from nguon.cli.output import Json, emit, progress


def tem(
    gtin: Annotated[str, typer.Argument(help="14 digits.")],
    lot: Annotated[str, typer.Argument()],
    count: Annotated[int, typer.Argument(min=1)],
    org: Annotated[
        str | None, typer.Option(metavar="URI", help="Who issues it; by default whoever speaks for the lot.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the codes here, one a line.")
    ] = None,
    qr: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each tem's QR code here, as SERIAL.svg.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Issue a roll of tem for a lot, never more than the lot holds."""
    from api.issuers import speaker_for
    from ledger.gs1.digital_link import lot_uri
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        acting = org or speaker_for(deployment.log, lot_uri(gtin, lot))
        roll = deployment.issuing.issue_roll(gtin, lot, count, acting)
        codes = deployment.tem_codes(roll.id, gtin, lot, count)
        if qr is not None:
            _write_qr_codes(qr, deployment.tem_codes(roll.id, gtin, lot, count), count, quiet=as_json)
        if out is not None:
            with out.open("w", encoding="ascii") as file, progress("Codes", quiet=as_json) as told:
                for done, code in enumerate(codes, 1):
                    file.write(code + "\n")
                    if done % 1000 == 0:
                        told(done, count)
        listed = [] if out is not None else list(codes)
    value: dict[str, object] = {
        "roll": roll.id,
        "count": roll.count,
        "root": roll.root.hex(),
        "index": roll.receipt.index,
        "file": str(out) if out else None,
        "qr": str(qr) if qr else None,
        "codes": listed,
    }
    text = "\n".join([f"roll {roll.id}: {roll.count} tem, entry {roll.receipt.index}", *listed])
    emit(value, as_json=as_json, text=text)


def _write_qr_codes(folder: Path, codes: Iterable[str], count: int, *, quiet: bool) -> None:
    from nguon.qr import qr_svg

    folder.mkdir(parents=True, exist_ok=True)
    with progress("QR", quiet=quiet) as told:
        for done, code in enumerate(codes, 1):
            (folder / f"{code.rpartition('/')[2]}.svg").write_bytes(qr_svg(code))
            told(done, count)
