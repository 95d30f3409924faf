"""For those who record: EPCIS capture and query, and signed statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, cast

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, acting, may_describe, may_say, may_send, noted, own, scope
from api.deps import Deployed, LargeBody, Sentences
from api.metrics import CAPTURED
from api.pages import Catalogue
from api.problems import violation_json
from api.querying import MAX_PER_PAGE, EventQuery, Page, document, find
from api.services import Services
from coop.accounts.queries import Caller
from ledger.capture import CaptureResult
from ledger.encoding import JsonValue, b64_encode, parse_json
from ledger.epcis.document import read_document
from ledger.errors import NotFoundError, StatementError
from ledger.log import merkle
from ledger.log.note import TlogProof
from ledger.statement import jws
from ledger.store.appender import Receipt
from ledger.store.log import Job

router = APIRouter(tags=["Recording"])
EPCIS_HEADERS: Final = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
CAPTURE_HEADERS: Final = {**EPCIS_HEADERS, "GS1-Capture-Error-Behaviour": "rollback"}
PARTNERS: Final = "who names an event or its item sees it, as anybody does who asks for its proof"
Org = Annotated[str | None, Query(description="For the operator: the organisation to act for.")]


@router.post(
    "/epcis/v2/capture",
    status_code=202,
    summary="Record an EPCIS document",
    openapi_extra=examples.CAPTURE,
    responses=examples.problems(400, 401, 403, 409, 413, 422),
)
async def capture(
    data: LargeBody,
    deployed: Deployed,
    calling: Annotated[Caller, May("record")],
    words: Sentences,
    org: Org = None,
) -> Response:
    """Take an EPCIS 2.0 document in: all of it or nothing.

    The ledger turns each event and each piece of master data into a statement, signs it with the hosted key of the
    organisation whose stems cover where it happened, and answers when all stand under a signed checkpoint. Sent
    again, the same events get their first receipts.
    """
    return await run_sync(_capture, data, deployed, calling, acting(calling, org), words.lang)


@router.get(
    "/epcis/v2/capture/{job}", summary="What became of a capture", responses=examples.problems(401, 404)
)
async def capture_job(
    job: str, deployed: Deployed, calling: Annotated[Caller, May("record", "read")]
) -> Response:
    """A capture that was answered: when, with which events, and their receipts under the newest checkpoint."""
    return JSONResponse(await run_sync(_job, deployed, calling, job), headers=EPCIS_HEADERS)


@router.post(
    "/api/v1/statements",
    status_code=202,
    summary="Record statements signed with one's own key",
    openapi_extra=examples.STATEMENTS,
    responses=examples.problems(400, 401, 403, 409, 413, 422),
)
async def statements(
    data: LargeBody,
    deployed: Deployed,
    calling: Annotated[Caller, May("record", "describe")],
    words: Sentences,
) -> Response:
    """Take JWS statements in, all or none: a JSON array of them, or `{"statements": […]}`.

    Where an officer admits members' keys, `possessions` holds each holder's proof that he has his key.
    Keep the receipts: each is the log's signed promise. Check that its leaf holds exactly your own subjects.
    """
    items, possessions = _statement_list(data)
    return await run_sync(record_statements, items, possessions, deployed, calling, words.lang)


@router.get("/epcis/v2/events", summary="Find events", responses=examples.problems(400, 401))
async def events(
    deployed: Deployed,
    calling: Annotated[Caller, May("read", shared=PARTNERS)],
    request: Request,
    words: Sentences,
    event_id: Annotated[list[str] | None, Query(alias="eventID")] = None,
    epcs: Annotated[
        list[str] | None, Query(alias="MATCH_anyEPC", description="Items; several by comma.")
    ] = None,
    classes: Annotated[list[str] | None, Query(alias="MATCH_anyEPCClass")] = None,
    place: Annotated[list[str] | None, Query(alias="EQ_bizLocation")] = None,
    read_point: Annotated[list[str] | None, Query(alias="EQ_readPoint")] = None,
    transaction: Annotated[
        list[str] | None, Query(alias="EQ_bizTransaction", description="A document, of any type.")
    ] = None,
    transformation: Annotated[list[str] | None, Query(alias="EQ_transformationID")] = None,
    source: Annotated[list[str] | None, Query(alias="EQ_source")] = None,
    destination: Annotated[list[str] | None, Query(alias="EQ_destination")] = None,
    identifier: Annotated[
        list[str] | None, Query(description="Anything that the event names, wherever it stands.")
    ] = None,
    event_type: Annotated[str | None, Query(alias="eventType")] = None,
    since: Annotated[datetime | None, Query(alias="GE_recordTime")] = None,
    before: Annotated[datetime | None, Query(alias="LT_recordTime")] = None,
    per_page: Annotated[int, Query(alias="perPage", ge=1, le=MAX_PER_PAGE)] = 30,
    token: Annotated[int, Query(alias="nextPageToken", ge=0)] = 0,
) -> Response:
    """Events in the order of the log, exactly as they were signed, in an EPCISQueryDocument.

    Rules that they break without being refused stand beside them, in `nguon:warnings`, by eventID.
    Without `MATCH_anyEPC` or `eventID` an organisation sees the events that it signed itself.
    """
    named = (
        ("bizLocation", _listed(place)),
        ("readPoint", _listed(read_point)),
        ("bizTransactionList", _listed(transaction)),
        ("transformationID", _listed(transformation)),
        ("sourceList", _listed(source)),
        ("destinationList", _listed(destination)),
        ("", _listed(identifier)),
    )
    query = EventQuery(
        event_ids=_listed(event_id),
        epcs=_listed([*(epcs or ()), *(classes or ())]),
        identifiers=tuple((member, uris) for member, uris in named if uris),
        event_type=event_type,
        since=since,
        before=before,
        org=scope(calling),
        start=token,
        limit=per_page,
    )
    page = await run_sync(find, deployed.log, query)
    headers = dict(EPCIS_HEADERS)
    if page.following is not None:
        following = request.url.include_query_params(nextPageToken=page.following)
        headers["Link"] = f'<{following}>; rel="next"'
    return Response(_query_document(page, deployed, words), headers=headers, media_type="application/json")


@router.get("/epcis/v2/events/{event_id}", summary="One event", responses=examples.problems(401, 404))
async def event(
    event_id: str, deployed: Deployed, _: Annotated[Caller, May("read", shared=PARTNERS)], words: Sentences
) -> Response:
    """The event with this ID (and the declaration that withdraws it, if there is one), as signed."""
    page = await run_sync(find, deployed.log, EventQuery(event_ids=(event_id,)))
    if not page.events:
        raise NotFoundError(f"There is no event {event_id}.", code="not_found.event", event=event_id)
    return Response(
        _query_document(page, deployed, words), headers=EPCIS_HEADERS, media_type="application/json"
    )


def _capture(data: bytes, deployed: Services, calling: Caller, org: str | None, language: str) -> Response:
    if not calling.powers >= {"describe", "labels", "recall"}:
        sent = read_document(data)
        for _, event_sent in sent.events:
            may_say(calling, event_sent)
        if sent.master:
            may_describe(calling)
    result = deployed.capture.document(data, org=org)
    _sent(result, deployed, calling)
    return _accepted(result, deployed, language)


def record_statements(
    items: Sequence[str], possessions: Sequence[str], deployed: Services, calling: Caller, language: str
) -> Response:
    if not calling.powers >= {"describe", "labels", "recall"}:
        may_send(calling, [jws.parse(item) for item in items])
    result = deployed.capture.statements(items, org=scope(calling), possessions=possessions)
    _sent(result, deployed, calling)
    return _accepted(result, deployed, language)


def _sent(result: CaptureResult, deployed: Services, calling: Caller) -> None:
    """What a machine sent, its capture tells; which person it was, only the trail."""
    if calling.person is not None:
        noted(deployed, calling, "statements.sent", calling.org, result.job_id)


def _query_document(page: Page, deployed: Services, words: Catalogue) -> bytes:
    warnings = {
        event_id: [
            cast("dict[str, JsonValue]", violation_json(item, deployed.catalogues, words.lang))
            for item in items
        ]
        for event_id, items in page.warnings.items()
    }
    return document(page.events, deployed.clock(), warnings)


def receipt_json(receipt: Receipt) -> dict[str, JsonValue]:
    """A receipt as clients keep it."""
    return {
        "index": receipt.index,
        "leaf": b64_encode(receipt.leaf),
        "proof": receipt.proof,
        "duplicate": receipt.duplicate,
    }


def _accepted(result: CaptureResult, deployed: Services, language: str) -> Response:
    CAPTURED.inc(sum(not receipt.duplicate for receipt in result.receipts))
    warnings = [violation_json(warning, deployed.catalogues, language) for warning in result.warnings]
    body = {
        "captureID": result.job_id,
        "running": False,
        "success": True,
        "captureErrorBehaviour": "rollback",
        "errors": [],
        "eventIDs": list(result.event_ids),
        "receipts": [receipt_json(receipt) for receipt in result.receipts],
        "warnings": warnings,
    }
    location = f"/epcis/v2/capture/{result.job_id}"
    return JSONResponse(body, 202, {**CAPTURE_HEADERS, "Location": location})


def _job(deployed: Services, calling: Caller, job_id: str) -> dict[str, object]:
    job = deployed.log.job(job_id)
    missing = NotFoundError(f"There is no capture {job_id}.", code="not_found.capture", job=job_id)
    if job is None:
        raise missing
    own(calling, {job.org}, missing)
    created = datetime.fromtimestamp(job.created_at / 1000, deployed.clock().tzinfo).isoformat()
    return {
        "captureID": job.id,
        "createdAt": created,
        "finishedAt": created,
        "running": False,
        "success": True,
        "captureErrorBehaviour": "rollback",
        "errors": [],
        "eventIDs": job.result.get("eventIDs", []),
        "receipts": _receipts(deployed, job),
        "warnings": job.result.get("warnings", []),
    }


def _receipts(deployed: Services, job: Job) -> list[dict[str, JsonValue]]:
    indexes = job.result.get("indexes")
    newest = deployed.log.newest_checkpoint()
    if not isinstance(indexes, list) or newest is None:
        return []
    checkpoint, note = newest
    receipts = []
    with deployed.log.reading() as log:
        node = log.node()
        for index in indexes:
            assert isinstance(index, int)
            path = tuple(merkle.inclusion_proof(index, checkpoint.size, node))
            proof = TlogProof(index, path, note).pack()
            receipts.append(receipt_json(Receipt(index, log.leaf_data(index), proof, duplicate=False)))
    return receipts


def _statement_list(data: bytes) -> tuple[list[str], list[str]]:
    """The statements that were sent, and the proofs of possession with them."""
    value = parse_json(data)
    listed, proofs = (
        (value.get("statements"), value.get("possessions", [])) if isinstance(value, dict) else (value, [])
    )
    for items in (listed, proofs):
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise StatementError("Send a JSON array of JWS strings.", code="statement.syntax")
    if not listed:
        raise StatementError("Send at least one statement.", code="statement.syntax")
    return _strings(listed), _strings(proofs)


def _strings(value: JsonValue) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _listed(values: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(part for value in values or () for part in value.split(",") if part)
