"""For those who label and recall: rolls of tem, recalls, releases."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse

from api import examples
from api.deps import Calling, Deployed, SmallBody, acting_org
from api.lot_json import preview_json
from api.metrics import CAPTURED
from api.partners import receipt_json
from api.services import Services
from coop.accounts.queries import Caller
from ledger.capture import CaptureResult
from ledger.encoding import JsonValue, parse_json
from ledger.errors import AuthorityError, EncodingError, NotFoundError
from ledger.gs1.digital_link import lot_uri
from ledger.lot.facts import EventFacts, Roll
from ledger.statement import jws
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role, subject_key
from ledger.statement.trust import covers
from ledger.store.log import LogStore

router = APIRouter(prefix="/api/v1/lots/{gtin}/{lot:path}", tags=["Labels and recalls"])
FIRST_CODES: Final = 10
MAX_CODES: Final = 10_000
Gtin = Annotated[str, Path(pattern=r"^[0-9]{14}$", examples=["09521001000055"])]
Lot = Annotated[
    str, Path(min_length=1, max_length=60, description="The lot, percent-encoded where it must be.")
]
_ORG: Final = {"type": "string", "description": "For the operator: the organisation to act for."}
_TEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["count"],
    "properties": {"count": {"type": "integer", "minimum": 1}, "org": _ORG},
}
_RECALL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["reason"],
    "properties": {
        "reason": {"type": "string"},
        "serials": {"type": "array", "items": {"type": "string"}, "description": "Absent: all of the lot."},
        "org": _ORG,
    },
}
_PROBLEMS: Final = examples.problems(400, 401, 403, 404, 409, 422)


@router.post(
    "/tem",
    status_code=201,
    summary="Issue a roll of tem",
    openapi_extra=examples.json_body(_TEM, {"count": 500}),
    responses=_PROBLEMS,
)
async def issue(gtin: Gtin, lot: Lot, data: SmallBody, deployed: Deployed, calling: Calling) -> Response:
    """Declare a roll of tem for a lot, never more than the lot holds. The answer has the first codes, and where
    the others are."""
    return await run_sync(_issue, gtin, lot, _object(data), deployed, calling)


@router.get("/tem/{roll}", summary="The codes of a roll", responses=examples.problems(401, 404))
async def codes(
    gtin: Gtin,
    lot: Lot,
    roll: str,
    deployed: Deployed,
    calling: Calling,
    start: Annotated[int, Query(ge=0)] = 0,
    count: Annotated[int, Query(ge=1, le=MAX_CODES)] = 1_000,
) -> Response:
    """Codes of a roll in order, to be printed. Only who issued it gets them."""
    return await run_sync(_codes, gtin, lot, roll, deployed, calling, start, count)


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
    calling: Calling,
    preview: Annotated[bool, Query(description="Only tell what it would cover; record nothing.")] = False,
) -> Response:
    """Recall all of a lot, or the instances listed. Whoever scans learns it at once, before it is anchored."""
    if preview:
        return JSONResponse(await run_sync(_preview, gtin, lot, _object(data), deployed))
    return await run_sync(_undo_or_do, deployed.issuing.recall, gtin, lot, _object(data), deployed, calling)


@router.post(
    "/release",
    status_code=202,
    summary="Release what was recalled",
    openapi_extra=examples.json_body(_RECALL, {"reason": "Tested again: within the limit"}),
    responses=_PROBLEMS,
)
async def release(gtin: Gtin, lot: Lot, data: SmallBody, deployed: Deployed, calling: Calling) -> Response:
    """Undo one's own recall. It counts once it is anchored."""
    return await run_sync(_undo_or_do, deployed.issuing.release, gtin, lot, _object(data), deployed, calling)


def _preview(gtin: str, lot: str, sent: Mapping[str, JsonValue], deployed: Services) -> dict[str, Any]:
    serials = _serials(sent) or []
    return preview_json(*deployed.lots.recall_coverage(lot_uri(gtin, lot), serials, deployed.clock()))


def speaker_for(log: LogStore, uri: str) -> str:
    """The organisation hosted here that speaks for a URI.

    Raises:
        AuthorityError: there is none (`authority.stems`).
    """
    records = [
        record for record in log.key_records() if record.custody == "hosted" and record.revoked is None
    ]
    speaking = [
        (max(len(stem) for stem in record.stems if uri.startswith(stem)), record.org)
        for record in records
        if covers(record.stems, uri)
    ]
    if not speaking:
        raise AuthorityError(
            f"No organisation hosted here speaks for {uri}.", code="authority.stems", uri=uri
        )
    return max(speaking)[1]


def find_roll(log: LogStore, uri: str, roll_id: str) -> tuple[Roll, str]:
    """A roll of a lot as its event declares it, and the organisation that signed it.

    Raises:
        NotFoundError: the lot has none of this id (`not_found.roll`).
    """
    rows = log.subject_entries(subject_key(Role.ABOUT, uri))
    for raw in log.statements(row.index for row in rows).values():
        statement = jws.parse(raw)
        if statement.header.typ is not Typ.EPCIS:
            continue
        roll = EventFacts(statement.payload).roll_of(uri)
        record = log.key_record(statement.header.kid)
        if roll is not None and roll.id == roll_id and record is not None:
            return roll, record.org
    raise NotFoundError(f"The lot has no roll {roll_id}.", code="not_found.roll", roll=roll_id)


def _issue(
    gtin: str, lot: str, sent: Mapping[str, JsonValue], deployed: Services, calling: Caller
) -> Response:
    count = sent.get("count")
    if not isinstance(count, int) or isinstance(count, bool):
        raise EncodingError("count is a whole number.", code="json.syntax", pointer="/count")
    roll = deployed.issuing.issue_roll(gtin, lot, count, _org(gtin, lot, sent, deployed, calling))
    CAPTURED.inc()
    listed = list(deployed.tem_codes(roll.id, gtin, lot, min(count, FIRST_CODES), 0))
    body = {
        "roll": roll.id,
        "count": roll.count,
        "root": roll.root.hex(),
        "receipt": receipt_json(roll.receipt),
        "codes": listed,
        "codesUrl": f"{deployed.base_url}{_lot_path(gtin, lot)}/tem/{roll.id}",
    }
    return JSONResponse(body, 201)


def _codes(
    gtin: str, lot: str, roll_id: str, deployed: Services, calling: Caller, start: int, count: int
) -> Response:
    roll, issuer = find_roll(deployed.log, lot_uri(gtin, lot), roll_id)
    if calling.org is not None and calling.org != issuer:
        raise NotFoundError(f"The lot has no roll {roll_id}.", code="not_found.roll", roll=roll_id)
    stop = min(roll.count, start + count)
    listed = list(deployed.tem_codes(roll.id, gtin, lot, stop, start))
    following = f"{deployed.base_url}{_lot_path(gtin, lot)}/tem/{roll.id}?start={stop}&count={count}"
    body = {
        "roll": roll.id,
        "count": roll.count,
        "start": start,
        "codes": listed,
        "next": following if stop < roll.count else None,
    }
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _undo_or_do(
    act: Callable[[str, Sequence[str] | None, str, str], CaptureResult],
    gtin: str,
    lot: str,
    sent: Mapping[str, JsonValue],
    deployed: Services,
    calling: Caller,
) -> Response:
    reason = sent.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise EncodingError("A recall says why: reason.", code="json.syntax", pointer="/reason")
    named = _serials(sent)
    org = _org(gtin, lot, sent, deployed, calling)
    result = act(lot_uri(gtin, lot), named, reason, org)
    CAPTURED.inc(len(result.receipts))
    body = {
        "captureID": result.job_id,
        "eventIDs": list(result.event_ids),
        "receipts": [receipt_json(receipt) for receipt in result.receipts],
    }
    return JSONResponse(body, 202, {"Location": f"/epcis/v2/capture/{result.job_id}"})


def _serials(sent: Mapping[str, JsonValue]) -> list[str] | None:
    serials = sent.get("serials")
    if serials is not None and (
        not isinstance(serials, list) or not serials or not all(isinstance(item, str) for item in serials)
    ):
        raise EncodingError("serials is a list, never empty.", code="json.syntax", pointer="/serials")
    return [item for item in serials if isinstance(item, str)] if serials is not None else None


def _org(gtin: str, lot: str, sent: Mapping[str, JsonValue], deployed: Services, calling: Caller) -> str:
    asked = sent.get("org")
    acting = acting_org(calling, asked if isinstance(asked, str) else None)
    return acting or speaker_for(deployed.log, lot_uri(gtin, lot))


def _object(data: bytes) -> dict[str, JsonValue]:
    value = parse_json(data)
    if not isinstance(value, dict):
        raise EncodingError("Send a JSON object.", code="json.syntax")
    return value


def _lot_path(gtin: str, lot: str) -> str:
    return f"/api/v1/lots/{gtin}/{lot_uri(gtin, lot).rpartition('/')[2]}"
