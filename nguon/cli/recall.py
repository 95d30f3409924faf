"""`nguon recall` and `nguon release`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from nguon.cli.output import Json, emit

if TYPE_CHECKING:
    from ledger.capture import CaptureResult

Gtin = Annotated[str, typer.Argument(help="14 digits.")]
Lot = Annotated[str, typer.Argument()]
Serials = Annotated[list[str] | None, typer.Option("--serial", help="Only this instance; repeatable.")]
Reason = Annotated[str, typer.Option(help="Why, for whoever scans.")]
Org = Annotated[
    str | None, typer.Option(metavar="URI", help="Who says so; by default whoever speaks for the lot.")
]


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def recall(
    gtin: Gtin,
    lot: Lot,
    reason: Reason,
    serial: Serials = None,
    org: Org = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Recall a lot, or only some instances of it. What it would forget is said first; on a terminal it asks."""
    forgets = _forgotten(gtin, lot, serial or [])
    for line in forgets:
        print(line, file=sys.stderr)
    if not yes and not as_json and sys.stdin.isatty():
        typer.confirm("Recall it?", abort=True, err=True)
    _tell(_act("recall", gtin, lot, serial, reason, org), "recalled", as_json=as_json)


def release(
    gtin: Gtin, lot: Lot, reason: Reason, serial: Serials = None, org: Org = None, as_json: Json = False
) -> None:
    """Release what the same organisation recalled."""
    _tell(_act("release", gtin, lot, serial, reason, org), "released", as_json=as_json)


def _forgotten(gtin: str, lot: str, serials: list[str]) -> list[str]:
    """What a recall would cover, and what it would forget, as lines; none of a lot that nothing is recorded about."""
    from ledger.errors import NotFoundError
    from ledger.gs1.digital_link import lot_uri
    from nguon.wiring import Deployment

    with Deployment.from_environment() as deployment:
        try:
            covered, daughters = deployment.lots.recall_coverage(
                lot_uri(gtin, lot), serials, deployment.clock()
            )
        except NotFoundError:
            return []
    said = [f"{covered.recalled:g} of {covered.born:g} recalled"]
    said += [f"not named: {uri}" for uri in covered.not_named]
    said += [f"made of it and not recalled: {kin.uri}" for kin in daughters]
    return said


def _act(
    what: str, gtin: str, lot: str, serials: list[str] | None, reason: str, org: str | None
) -> "CaptureResult":
    from api.access import speaker_for
    from ledger.gs1.digital_link import lot_uri
    from nguon.wiring import Deployment

    uri = lot_uri(gtin, lot)
    with Deployment.from_environment() as deployment:
        acting = org or speaker_for(deployment.log, uri)
        issuing = deployment.issuing
        act = issuing.recall if what == "recall" else issuing.release
        return act(uri, serials or None, reason, acting)


def _tell(result: "CaptureResult", done: str, *, as_json: bool) -> None:
    indexes = [receipt.index for receipt in result.receipts]
    value = {"captureID": result.job_id, "eventIDs": list(result.event_ids), "indexes": indexes}
    emit(value, as_json=as_json, text=f"{done}, entry {indexes[0]}")
