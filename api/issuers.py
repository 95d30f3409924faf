"""For those who recall: recalls and releases."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting_for_lot, noted, own_lot
from api.deps import Deployed, SmallBody
from api.lot_json import preview_json
from api.metrics import CAPTURED
from api.partners import receipt_json
from api.services import Services
from coop.accounts.queries import Caller
from ledger.encoding import JsonValue, parse_json
from ledger.errors import EncodingError
from ledger.gs1.digital_link import lot_uri

router = APIRouter(prefix="/api/v1/lots/{gtin}/{lot:path}", tags=["Labels and recalls"])
Gtin = Annotated[str, Path(pattern=r"^[0-9]{14}$", examples=["09521001000055"])]
Lot = Annotated[
    str, Path(min_length=1, max_length=60, description="The lot, percent-encoded where it must be.")
]
ORG: Final = {"type": "string", "description": "For the operator: the organisation to act for."}
_RECALL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["reason"],
    "properties": {
        "reason": {"type": "string"},
        "serials": {"type": "array", "items": {"type": "string"}, "description": "Absent: all of the lot."},
        "org": ORG,
    },
}
_PROBLEMS: Final = examples.problems(400, 401, 403, 404, 409, 422)


@router.post(
    "/recall",
    status_code=202,
    summary="Recall a lot, or some of it",
    openapi_extra=examples.json_body(
        _RECALL, {"reason": "Cd over the limit", "serials": ["00007K3M9XQ2VB5TZ"]}
    ),
    responses=_PROBLEMS,
)
async def recall(
    gtin: Gtin,
    lot: Lot,
    data: SmallBody,
    deployed: Deployed,
    calling: Annotated[Caller, May("recall")],
    preview: Annotated[bool, Query(description="Only tell what it would cover; record nothing.")] = False,
) -> Response:
    """Recall all of a lot, or the instances listed. Whoever scans learns it at once, before it is anchored."""
    if preview:
        return JSONResponse(await run_sync(_preview, gtin, lot, sent_object(data), deployed, calling))
    return await run_sync(_undo_or_do, "recall", gtin, lot, sent_object(data), deployed, calling)


@router.post(
    "/release",
    status_code=202,
    summary="Release what was recalled",
    openapi_extra=examples.json_body(_RECALL, {"reason": "Tested again: within the limit"}),
    responses=_PROBLEMS,
)
async def release(
    gtin: Gtin, lot: Lot, data: SmallBody, deployed: Deployed, calling: Annotated[Caller, May("recall")]
) -> Response:
    """Undo one's own recall. It counts once it is anchored."""
    return await run_sync(_undo_or_do, "release", gtin, lot, sent_object(data), deployed, calling)


def _preview(
    gtin: str, lot: str, sent: Mapping[str, JsonValue], deployed: Services, calling: Caller
) -> dict[str, Any]:
    own_lot(calling, lot_uri(gtin, lot), deployed.log)
    serials = serials_sent(sent) or []
    return preview_json(*deployed.lots.recall_coverage(lot_uri(gtin, lot), serials, deployed.clock()))


def _undo_or_do(
    deed: Literal["recall", "release"],
    gtin: str,
    lot: str,
    sent: Mapping[str, JsonValue],
    deployed: Services,
    calling: Caller,
) -> Response:
    reason = sent.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise EncodingError("A recall says why: reason.", code="json.syntax", pointer="/reason")
    named = serials_sent(sent)
    uri = lot_uri(gtin, lot)
    org = acting_for_lot(calling, sent, uri, deployed.log)
    act = deployed.issuing.recall if deed == "recall" else deployed.issuing.release
    result = act(uri, named, reason, org)
    CAPTURED.inc(len(result.receipts))
    noted(deployed, calling, f"lot.{deed}", org, uri)
    body = {
        "captureID": result.job_id,
        "eventIDs": list(result.event_ids),
        "receipts": [receipt_json(receipt) for receipt in result.receipts],
    }
    return JSONResponse(body, 202, {"Location": f"/epcis/v2/capture/{result.job_id}"})


def serials_sent(sent: Mapping[str, JsonValue]) -> list[str] | None:
    """The serials that were sent; None where there are none. Raises EncodingError: no list of them."""
    serials = sent.get("serials")
    if serials is not None and (
        not isinstance(serials, list) or not serials or not all(isinstance(item, str) for item in serials)
    ):
        raise EncodingError("serials is a list, never empty.", code="json.syntax", pointer="/serials")
    return [item for item in serials if isinstance(item, str)] if serials is not None else None


def sent_object(data: bytes) -> dict[str, JsonValue]:
    """What was sent, as an object. Raises EncodingError: it is none."""
    value = parse_json(data)
    if not isinstance(value, dict):
        raise EncodingError("Send a JSON object.", code="json.syntax")
    return value
