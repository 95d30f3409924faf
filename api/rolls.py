"""For those who label: rolls of tem, their codes, what was spoiled."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting_for_lot, noted, own, own_lot, scope
from api.deps import Deployed, SmallBody
from api.issuers import ORG, Gtin, Lot, sent_object, serials_sent
from api.metrics import CAPTURED
from api.partners import receipt_json
from api.services import Services
from coop.accounts.queries import Caller
from ledger.capture import CaptureResult
from ledger.encoding import JsonValue
from ledger.errors import EncodingError, LedgerError, NotFoundError
from ledger.gs1.digital_link import lot_uri
from ledger.rolls import DeclaredRoll, LotStory, read_story

router = APIRouter(prefix="/api/v1/lots/{gtin}/{lot:path}", tags=["Labels and recalls"])
FIRST_CODES: Final = 10
MAX_CODES: Final = 10_000
MAX_VOIDED: Final = 1_000
_TEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["count"],
    "properties": {
        "count": {"type": "integer", "minimum": 1},
        "hidden": {"type": "boolean", "description": "With a hidden code under a second layer of each."},
        "org": ORG,
    },
}
_VOID: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["reason"],
    "properties": {
        "reason": {"type": "string"},
        "serials": {"type": "array", "items": {"type": "string"}, "description": "Tem that were spoiled."},
        "roll": {"type": "string", "description": "In their place: a whole roll."},
        "org": ORG,
    },
}
_PROBLEMS: Final = examples.problems(400, 401, 403, 404, 409, 422)
_PRIVATE: Final = {"Cache-Control": "no-store"}


@router.post(
    "/tem",
    status_code=201,
    summary="Issue a roll of tem",
    openapi_extra=examples.json_body(_TEM, {"count": 500, "hidden": True}),
    responses=_PROBLEMS,
)
async def issue(
    gtin: Gtin, lot: Lot, data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")]
) -> Response:
    """Declare a roll of tem for a lot, never more than the lot holds. The answer has the first codes, and where
    the others are."""
    return await run_sync(_issue, gtin, lot, sent_object(data), deployed, calling)


@router.get("/tem", summary="The rolls of a lot", responses=examples.problems(401, 404))
async def rolls(
    gtin: Gtin, lot: Lot, deployed: Deployed, calling: Annotated[Caller, May("read", "labels")]
) -> Response:
    """What was issued and voided of a lot's tem, and how many it has room for."""
    return await run_sync(_rolls, gtin, lot, deployed, calling)


@router.post(
    "/tem/void",
    status_code=202,
    summary="Void spoiled tem, or a roll",
    openapi_extra=examples.json_body(
        _VOID, {"reason": "Torn in the printer", "serials": ["00007K3M9XQ2VB5TZ"]}
    ),
    responses=_PROBLEMS,
)
async def void(
    gtin: Gtin, lot: Lot, data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("labels")]
) -> Response:
    """Void tem that were spoiled in printing, or a whole roll. They are never issued again; others may be, in their
    place. Up to 1,000 tem at once; every 24 of a roll take an event of their own."""
    return await run_sync(_void, gtin, lot, sent_object(data), deployed, calling)


@router.get("/tem/{roll}", summary="The codes of a roll", responses=examples.problems(401, 403, 404, 409))
async def codes(
    gtin: Gtin,
    lot: Lot,
    roll: str,
    deployed: Deployed,
    calling: Annotated[Caller, May("labels")],
    start: Annotated[int, Query(ge=0)] = 0,
    count: Annotated[int, Query(ge=1, le=MAX_CODES)] = 1_000,
    signed: Annotated[
        bool, Query(description="With the issuer's signature in each, GS1 AI (8030), by its hosted key.")
    ] = False,
) -> Response:
    """Codes of a roll in order, to be printed, those left out that were voided; with the hidden codes where the roll
    has a second layer. Only who issued it gets them."""
    return await run_sync(_codes, gtin, lot, roll, deployed, calling, start, count, signed)


def _issue(
    gtin: str, lot: str, sent: Mapping[str, JsonValue], deployed: Services, calling: Caller
) -> Response:
    count, hidden = sent.get("count"), sent.get("hidden", False)
    if not isinstance(count, int) or isinstance(count, bool):
        raise EncodingError("count is a whole number.", code="json.syntax", pointer="/count")
    if not isinstance(hidden, bool):
        raise EncodingError("hidden is true or false.", code="json.syntax", pointer="/hidden")
    uri = lot_uri(gtin, lot)
    org = acting_for_lot(calling, sent, uri, deployed.log)
    roll = deployed.issuing.issue_roll(gtin, lot, count, org, hidden=hidden)
    CAPTURED.inc()
    noted(deployed, calling, "roll.issued", org, f"{uri} {roll.id}")
    printed = deployed.tem_to_print(roll.id, gtin, lot, FIRST_CODES, 0, signed=False)
    body = {
        "roll": roll.id,
        "count": roll.count,
        "root": roll.root.hex(),
        "hidden": roll.hidden.hex() if roll.hidden is not None else None,
        "receipt": receipt_json(roll.receipt),
        "codes": [item.code for item in printed],
        "codesUrl": f"{deployed.base_url}{_lot_path(gtin, lot)}/tem/{roll.id}",
    }
    return JSONResponse(body, 201, _PRIVATE)


def _rolls(gtin: str, lot: str, deployed: Services, calling: Caller) -> Response:
    story = read_story(deployed.log, gtin, lot)
    org = scope(calling)
    listed = [declared for declared in story.rolls if org in (None, declared.org)]
    if not listed:
        missing = NotFoundError("Nothing of this lot is yours to see here.", code="not_found.lot")
        if not story.entries:
            raise missing
        own_lot(calling, lot_uri(gtin, lot), deployed.log, missing)
    body = {
        "rolls": [roll_json(declared, story) for declared in listed],
        "balance": balance_of(gtin, lot, deployed),
    }
    return JSONResponse(body, headers=_PRIVATE)


def roll_json(declared: DeclaredRoll, story: LotStory) -> dict[str, Any]:
    """A roll as it stands, with its tem that were voided one by one."""
    roll = declared.roll
    return {
        "roll": roll.id,
        "count": roll.count,
        "index": declared.index,
        "org": declared.org,
        "hidden": roll.hidden is not None,
        "stands": declared.stands,
        "voided": sorted(text for text, voided in story.voided.items() if voided.roll == roll.id),
    }


def balance_of(gtin: str, lot: str, deployed: Services) -> dict[str, Any] | None:
    """The arithmetic; None where the lot does not tell how many tem it holds."""
    try:
        balance = deployed.issuing.balance(gtin, lot)
    except LedgerError:
        return None
    return {
        "left": balance.left,
        "packs": balance.packs,
        "issued": balance.issued,
        "voided": balance.voided,
        "kilograms": None if balance.kilograms is None else float(balance.kilograms),
        "packKilograms": None if balance.pack_kilograms is None else float(balance.pack_kilograms),
    }


def _codes(
    gtin: str,
    lot: str,
    roll_id: str,
    deployed: Services,
    calling: Caller,
    start: int,
    count: int,
    signed: bool,
) -> Response:
    declared = own_roll(calling, gtin, lot, roll_id, deployed)
    noted(deployed, calling, "roll.codes", declared.org, f"{lot_uri(gtin, lot)} {roll_id}")
    stop = min(declared.roll.count, start + count)
    listed = list(deployed.tem_to_print(roll_id, gtin, lot, stop, start, signed=signed))
    query = f"start={stop}&count={count}" + ("&signed=true" if signed else "")
    following = f"{deployed.base_url}{_lot_path(gtin, lot)}/tem/{roll_id}?{query}"
    body = {
        "roll": roll_id,
        "count": declared.roll.count,
        "start": start,
        "codes": [item.code for item in listed],
        "hidden": [item.hidden for item in listed] if declared.roll.hidden is not None else None,
        "next": following if stop < declared.roll.count else None,
    }
    return JSONResponse(body, headers=_PRIVATE)


def own_roll(calling: Caller, gtin: str, lot: str, roll_id: str, deployed: Services) -> DeclaredRoll:
    """A roll of a lot that the caller's organisation issued.

    Raises:
        NotFoundError: there is none, or another issued it (`not_found.roll`).
    """
    declared = read_story(deployed.log, gtin, lot).roll(roll_id)
    missing = NotFoundError(f"The lot has no roll {roll_id}.", code="not_found.roll", roll=roll_id)
    own(calling, {declared.org}, missing)
    return declared


def _void(
    gtin: str, lot: str, sent: Mapping[str, JsonValue], deployed: Services, calling: Caller
) -> Response:
    reason, roll, serials = sent.get("reason"), sent.get("roll"), serials_sent(sent)
    if not isinstance(reason, str) or not reason.strip():
        raise EncodingError("Voiding says why: reason.", code="json.syntax", pointer="/reason")
    if (serials is None) == (roll is None):
        raise EncodingError("Name serials, or a roll.", code="json.syntax", pointer="/serials")
    if serials is not None and len(serials) > MAX_VOIDED:
        message = f"At most {MAX_VOIDED} tem at once."
        raise EncodingError(message, code="limit.size", pointer="/serials", limit=MAX_VOIDED)
    org = acting_for_lot(calling, sent, lot_uri(gtin, lot), deployed.log)
    results: list[CaptureResult]
    if serials is not None:
        results = deployed.issuing.void_tem(gtin, lot, serials, reason, org)
    elif isinstance(roll, str):
        results = [deployed.issuing.void_roll(gtin, lot, roll, reason, org)]
    else:
        raise EncodingError("roll is text.", code="json.syntax", pointer="/roll")
    receipts = [receipt for result in results for receipt in result.receipts]
    CAPTURED.inc(len(receipts))
    noted(deployed, calling, "tem.voided", org, f"{lot_uri(gtin, lot)} {roll or len(serials or ())}")
    body = {
        "eventIDs": [event_id for result in results for event_id in result.event_ids],
        "receipts": [receipt_json(receipt) for receipt in receipts],
    }
    return JSONResponse(body, 202)


def _lot_path(gtin: str, lot: str) -> str:
    return f"/api/v1/lots/{gtin}/{lot_uri(gtin, lot).rpartition('/')[2]}"
