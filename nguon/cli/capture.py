"""`nguon capture FILE…`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nguon.cli.output import Json, emit, fail, progress

if TYPE_CHECKING:
    from ledger.capture import CaptureResult
    from nguon.wiring import Deployment


def capture(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="EPCIS 2.0 JSON, or signed statements.")
    ],
    org: Annotated[
        str | None,
        typer.Option(metavar="URI", help="Act for this organisation; by default whoever the places say."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Record EPCIS documents (signed here with hosted keys) or signed statements (JSON array, or a JWS a line).

    A file is taken whole or not at all; sent again, it gets its first receipts.
    """
    from ledger.errors import LedgerError, RuleError
    from nguon.wiring import Deployment

    contents = [(path, path.read_bytes()) for path in files]
    refused = False
    with Deployment.from_environment() as deployment, progress("Recording", quiet=as_json) as told:
        for done, (path, data) in enumerate(contents, 1):
            try:
                result = _take(deployment, data, org)
            except LedgerError as error:
                refused = True
                violations = error.violations if isinstance(error, RuleError) else ()
                for item in violations:
                    fail(f"{path}: {item.message}", item.code, item.pointer)
                if not violations:
                    fail(f"{path}: {error.message}", error.code, error.pointer)
                continue
            told(done, len(contents))
            _tell(path, result, as_json=as_json)
    if refused:
        raise typer.Exit(1)


def _take(deployment: "Deployment", data: bytes, org: str | None) -> "CaptureResult":
    from ledger.encoding import parse_json

    start = data.lstrip()[:1]
    if start == b"{" or start == b"":
        value = parse_json(data)
        listed = value.get("statements") if isinstance(value, dict) else None
        if not isinstance(listed, list):
            return deployment.capture.document(data, org=org)
    elif start == b"[":
        listed = parse_json(data)
    else:
        listed = list(data.decode("ascii", "replace").split())
    items = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    return deployment.capture.statements(items, org=org)


def _tell(path: Path, result: "CaptureResult", *, as_json: bool) -> None:
    fresh = sum(not receipt.duplicate for receipt in result.receipts)
    value: dict[str, object] = {
        "file": str(path),
        "captureID": result.job_id,
        "eventIDs": list(result.event_ids),
        "indexes": [receipt.index for receipt in result.receipts],
        "new": fresh,
        "warnings": [{"code": w.code, "pointer": w.pointer, "detail": w.message} for w in result.warnings],
    }
    text = f"{path}: {fresh} new of {len(result.receipts)}"
    for warning in result.warnings:
        text += f"\n  warning {warning.code} at {warning.pointer}: {warning.message}"
    emit(value, as_json=as_json, text=text)
