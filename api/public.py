"""For whoever scans: verdicts as JSON, and the page for a browser."""

from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from api import examples
from api.answers import answer_json
from api.deps import Deployed, Sentences, SmallBody
from api.metrics import VERDICTS
from api.pages import Catalogue, LandingFacts
from api.services import Services
from api.tem_page import count_scan, html, verify_page
from api.verifying import Check
from ledger.encoding import parse_json
from ledger.errors import EncodingError, Gs1Error
from ledger.scanned import sscc_of

router = APIRouter(tags=["Scanning"])
reference = APIRouter()
MAX_CODES: Final = 100
Size = Annotated[
    int | None,
    Query(ge=1, lt=2**53, description="Judge what the log held at this size, not at its newest anchor."),
]
_CODES_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["codes"],
    "properties": {"codes": {"type": "array", "maxItems": MAX_CODES, "items": {"type": "string"}}},
}
_CODE: Final = "https://nguon.localhost/01/09521321000019/10/LO-2026-01/21/00007K3M9XQ2VB5TZ"
_ANSWER: Final = {
    "code": _CODE,
    "verdict": "verified",
    "reasons": [],
    "checkedAt": "2026-11-24T05:00:00Z",
    "target": {"gtin": "09521321000019", "lot": "LO-2026-01", "serial": "00007K3M9XQ2VB5TZ"},
}


@router.get(
    "/api/v1/verify", summary="Check a code", responses={**examples.answer(_ANSWER), **examples.problems(400)}
)
async def verify(
    code: Annotated[str, Query(max_length=2000, examples=[_CODE], description="A tem's URL, as scanned.")],
    deployed: Deployed,
    size: Size = None,
) -> Response:
    """The verdict on a scanned code, with reasons, the story of the lot, the anchor, and where its proof is.

    The stored bytes are proven again for every answer. A code without a lot gets `verdict: null`.
    """
    check = await run_sync(deployed.verifier.check, code, size)
    return JSONResponse(_answer(check, deployed), headers={"Cache-Control": "no-store"})


@router.post(
    "/api/v1/verify",
    summary="Check up to 100 codes",
    openapi_extra=examples.json_body(_CODES_SCHEMA, {"codes": [_CODE]}),
    responses=examples.problems(400, 413),
)
async def verify_many(data: SmallBody, deployed: Deployed) -> Response:
    """The verdicts on several codes, in order."""
    codes = _codes(data)
    checks = [await run_sync(deployed.verifier.check, code) for code in codes]
    answers = [_answer(check, deployed) for check in checks]
    return JSONResponse({"answers": answers}, headers={"Cache-Control": "no-store"})


@router.get("/", include_in_schema=False)
async def landing(deployed: Deployed, words: Sentences) -> Response:
    """The first page."""
    facts = await run_sync(_landing_facts, deployed, words.lang)
    return html(deployed.pages.render_landing(words.lang, facts, deployed.clock()), words)


@router.get("/verify", include_in_schema=False)
async def typed(
    request: Request, deployed: Deployed, words: Sentences, code: Annotated[str, Query(max_length=2000)] = ""
) -> Response:
    """The page of a code that was typed in, which is a scan too; a carton's is its own."""
    sscc = _unit_of(code)
    if sscc is not None:
        return RedirectResponse(f"/00/{sscc}?lang={words.lang}", 303)
    check = await run_sync(deployed.verifier.check, code)
    response = await run_sync(verify_page, request, check, deployed, words)
    count_scan(request, check, deployed, typed=True)
    return response


@router.get("/01/{rest:path}", summary="The page that a tem opens", responses=examples.answer(_ANSWER))
async def tem(
    rest: str,  # noqa: ARG001
    request: Request,
    deployed: Deployed,
    words: Sentences,
    size: Size = None,
) -> Response:
    """A GS1 Digital Link on this host: a page for a browser, JSON for a program that prefers it.

    The scan of a genuine tem is counted, beside the answer: day, coarse place and a hash of the device, no more.
    """
    path = request.scope.get("raw_path") or request.url.path.encode()
    code = f"https://{deployed.verifier.host}{path.decode('ascii', 'replace').partition('?')[0]}"
    check = await run_sync(deployed.verifier.check, code, size)
    response = await _tem_answer(request, check, deployed, words)
    count_scan(request, check, deployed)
    return response


async def _tem_answer(request: Request, check: Check, deployed: Services, words: Catalogue) -> Response:
    if prefers_json(request.headers.get("accept", "")):
        headers = {"Cache-Control": "no-store", "Vary": "Accept"}
        return JSONResponse(_answer(check, deployed), headers=headers)
    return await run_sync(verify_page, request, check, deployed, words)


def _unit_of(code: str) -> str | None:
    """The SSCC of a carton or pallet whose code this is; None for any other, right or wrong."""
    try:
        return sscc_of(code)
    except Gs1Error:
        return None


def prefers_json(accept: str) -> bool:
    """Whether a client names JSON before HTML; a client that names neither gets the page."""
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    html = min(
        (kinds.index(kind) for kind in ("text/html", "application/xhtml+xml") if kind in kinds), default=None
    )
    json = min(
        (kinds.index(kind) for kind in ("application/json", "application/ld+json") if kind in kinds),
        default=None,
    )
    return json is not None and (html is None or json < html)


def _answer(check: Check, deployed: Services) -> dict[str, Any]:
    VERDICTS.labels(check.verification.verdict.value if check.verification else "none").inc()
    return answer_json(check, deployed, deployed.clock())


def _codes(data: bytes) -> list[str]:
    value = parse_json(data)
    codes = value.get("codes") if isinstance(value, dict) else None
    if not isinstance(codes, list) or not codes or not all(isinstance(code, str) for code in codes):
        raise EncodingError(
            'Send {"codes": ["https://…", …]}, never empty.', code="json.syntax", pointer="/codes"
        )
    if len(codes) > MAX_CODES:
        raise EncodingError(f"At most {MAX_CODES} codes at once.", code="limit.size", limit=MAX_CODES)
    return [code for code in codes if isinstance(code, str)]


def _landing_facts(deployed: Services, lang: str) -> LandingFacts:
    answer = deployed.verifier.newest_anchor()
    return deployed.counts.facts(answer, deployed.examples(lang))


@reference.get("/docs", include_in_schema=False)
async def docs(request: Request, deployed: Deployed, words: Sentences) -> HTMLResponse:
    """The API's reference, for a person."""
    return HTMLResponse(deployed.pages.render_reference(words.lang, request.app.openapi()))
