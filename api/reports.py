"""What buyers report about labels: taken from anybody, read by who brought the lot into being, and by the operator."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from api import examples
from api.access import May, scope, speaker_for
from api.counted import address_of, is_foreign
from api.deps import Deployed, Sentences, body
from api.forms import read_form, text_of
from api.pages import Catalogue, ReportForm, pick_language
from api.problems import TooOftenError, status_of
from api.services import Services
from api.tem_page import html
from coop.accounts.queries import Caller
from coop.reports.actions import KINDS, About, Told
from coop.reports.pictures import MAX_BYTES
from coop.reports.queries import Filed
from coop.scans.places import place_of
from ledger.encoding import parse_json
from ledger.errors import AuthorityError, EncodingError, LedgerError
from ledger.proof.target import Target
from ledger.proof.verification import Verification

router = APIRouter(tags=["Reports"])
ReportBody = Annotated[bytes, Depends(body(MAX_BYTES + 64 * 1024))]
_CODE: Final = "https://nguon.localhost/01/09521321000019/10/LO-2026-01/21/00007K3M9XQ2VB5TZ"
_TEXT: Final = {"type": "string"}
_FIELDS: Final[dict[str, Any]] = {
    "code": {"type": "string", "maxLength": 2000},
    "kind": {"type": "string", "enum": list(KINDS)},
    "text": {"type": "string", "maxLength": 1000},
    "place": {"type": "string", "description": "A province (ISO 3166-2), or a cell of half a degree."},
}
_SENT: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["code", "kind"], "properties": _FIELDS},
                "example": {"code": _CODE, "kind": "suspect", "text": "The label was stuck over another."},
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["code", "kind"],
                    "properties": {**_FIELDS, "photo": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}
_LISTED: Final = {
    "reports": [
        {
            "number": "7K3M9XQ2VB",
            "time": "2026-11-24T05:00:00Z",
            "kind": "suspect",
            "code": _CODE,
            "lot": "https://id.gs1.org/01/09521321000019/10/LO-2026-01",
            "serial": "00007K3M9XQ2VB5TZ",
            "org": "https://id.gs1.org/417/9521321000002",
            "verdict": "verified",
            "text": "The label was stuck over another.",
            "place": "VN-18",
            "photo": "/api/v1/reports/7K3M9XQ2VB/photo",
        }
    ],
    "next": None,
}


@dataclass(frozen=True)
class _Sent:
    told: Told
    photo: bytes | None


@router.post(
    "/api/v1/reports",
    status_code=201,
    summary="Report a label",
    openapi_extra=_SENT,
    responses={
        201: {"description": "Taken", "content": {"application/json": {"example": {"number": "7K3M9XQ2VB"}}}},
        **examples.problems(400, 413, 429),
    },
)
async def report(data: ReportBody, request: Request, deployed: Deployed) -> Response:
    """Tell of goods that differ from their record, a label that looks wrong, or a browser that disagrees with us.

    A photo is made anew from its pixels, so that nothing a camera wrote beside them is kept. Who sent it is not kept
    either. The answer is a number to quote.
    """
    _refuse_foreign(request)
    kind = request.headers.get("content-type", "")
    sent = _of_json(data) if kind.startswith("application/json") else _of_form(data, kind)
    number = await run_sync(_file, sent, _device(request, deployed), deployed)
    return JSONResponse({"number": number}, 201, {"Cache-Control": "no-store"})


@router.get(
    "/api/v1/reports",
    summary="Reports about an organisation's lots",
    responses={**examples.answer(_LISTED), **examples.problems(401, 404)},
)
async def reports(
    deployed: Deployed,
    calling: Annotated[Caller, May("reports")],
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[
        str | None, Query(pattern="^[0-9A-Z]{10}$", description="The last number seen.")
    ] = None,
) -> Response:
    """Newest first: an organisation sees those about lots that it brought into being, the operator sees all."""
    found = await run_sync(deployed.reports.newest, scope(calling), limit, before)
    after = f"/api/v1/reports?limit={limit}&before={found[-1].number}" if len(found) == limit else None
    listed = {"reports": [report_json(item) for item in found], "next": after}
    return JSONResponse(listed, headers={"Cache-Control": "no-store"})


@router.get(
    "/api/v1/reports/{number}/photo",
    summary="The photo of a report",
    response_class=Response,
    responses={200: {"description": "A JPEG.", "content": {"image/jpeg": {}}}, **examples.problems(401, 404)},
)
async def photo(
    number: Annotated[str, Path(pattern="^[0-9A-Z]{10}$")],
    deployed: Deployed,
    calling: Annotated[Caller, May("reports")],
) -> Response:
    """For who may read the report, and nobody else."""
    found = await run_sync(deployed.reports.photo, number, scope(calling))
    return Response(found.data, headers={"Cache-Control": "no-store"}, media_type=found.media_type)


@router.get("/report", include_in_schema=False)
async def form(
    deployed: Deployed,
    words: Sentences,
    code: Annotated[str, Query(max_length=2000)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The page on which a label is reported; it works without script."""
    shown = ReportForm(code=code, kind=kind if kind in KINDS else KINDS[1])
    return html(deployed.pages.render_report(words.lang, shown), words)


@router.post("/report", include_in_schema=False)
async def send(data: ReportBody, request: Request, deployed: Deployed) -> Response:
    """Take what that page sends; what is wrong is told on it, with all that was typed."""
    _refuse_foreign(request)
    fields = read_form(data, request.headers.get("content-type", ""))
    asked = request.headers.get("accept-language")
    words = deployed.catalogues[pick_language(text_of(fields, "lang"), asked)]
    shown = ReportForm(
        code=text_of(fields, "code"),
        kind=text_of(fields, "kind"),
        text=text_of(fields, "text"),
        place=text_of(fields, "place"),
    )
    status = 200
    try:
        sent = _of_form(data, request.headers.get("content-type", ""))
        number = await run_sync(_file, sent, _device(request, deployed), deployed)
        shown = ReportForm(code=shown.code, kind=shown.kind, number=number)
    except LedgerError as error:
        status = status_of(error)
        shown = ReportForm(shown.code, shown.kind, shown.text, shown.place, error=_said(error, words))
    return html(deployed.pages.render_report(words.lang, shown), words, status)


def report_json(filed: Filed) -> dict[str, Any]:
    """A report as those who may read it get it."""
    return {
        "number": filed.number,
        "time": filed.created.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "kind": filed.kind,
        "code": filed.code,
        "lot": filed.lot,
        "serial": filed.serial,
        "org": filed.org,
        "verdict": filed.verdict,
        "text": filed.text,
        "place": filed.place,
        "photo": f"/api/v1/reports/{filed.number}/photo" if filed.photo is not None else None,
    }


def _of_json(data: bytes) -> _Sent:
    value = parse_json(data)
    if not isinstance(value, dict):
        raise EncodingError('Send {"code": "https://…", "kind": "suspect"}.', code="json.syntax")
    fields = {name: value.get(name) or "" for name in ("code", "kind", "text", "place")}
    if not all(isinstance(item, str) for item in fields.values()):
        raise EncodingError("Every member of a report is text.", code="json.syntax")
    return _sent({name: str(item) for name, item in fields.items()}, None)


def _of_form(data: bytes, content_type: str) -> _Sent:
    fields = read_form(data, content_type)
    texts = {name: text_of(fields, name) for name in ("code", "kind", "text", "place")}
    return _sent(texts, fields.get("photo") or None)


def _sent(texts: dict[str, str], photo: bytes | None) -> _Sent:
    place = place_of(texts["place"]) if texts["place"] else None
    told = Told(texts["code"], texts["kind"], texts["text"], place)
    told.check()
    return _Sent(told, photo)


def _file(sent: _Sent, device: str, deployed: Services) -> str:
    wait = deployed.reports.wait(device)
    if wait > 0:
        raise TooOftenError(wait)
    return deployed.reports.file(sent.told, _about(sent.told.code, deployed), sent.photo)


def _about(code: str, deployed: Services) -> About:
    """What we know of the code ourselves; nothing where it cannot be looked up now."""
    try:
        check = deployed.verifier.check(code)
    except LedgerError:
        return About()
    found, target = check.verification, check.target
    return About(
        lot=target.lot_uri if target else None,
        serial=target.serial if target else None,
        org=_whose(found, target, deployed),
        verdict=found.verdict.value if found else None,
    )


def _whose(found: Verification | None, target: Target | None, deployed: Services) -> str | None:
    """Who brought the lot into being; of one that never was, who speaks for such lots here."""
    if found is not None and found.birth is not None and found.birth.signer is not None:
        return found.birth.signer.org
    if target is None or target.lot_uri is None:
        return None
    try:
        return speaker_for(deployed.log, target.lot_uri)
    except AuthorityError:
        return None


def _said(error: LedgerError, words: Catalogue) -> str:
    known = f"problems.{error.code}"
    return words.t(known, **error.params) if known in words else error.message


def _device(request: Request, deployed: Services) -> str:
    return deployed.scans.device(address_of(request), request.headers.get("user-agent", ""))


def _refuse_foreign(request: Request) -> None:
    if is_foreign(request.headers):
        raise AuthorityError("This request comes from a page of another site.", code="scan.foreign")
