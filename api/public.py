"""For whoever scans: verdicts as JSON, and the page for a browser."""

from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api import examples
from api.answers import answer_json, proof_url
from api.checking import checking
from api.deps import Deployed, Sentences, SmallBody
from api.documents import url_of
from api.metrics import VERDICTS
from api.pages import Catalogue, LandingFacts, PageContext, malformed_view, page_view
from api.services import Services
from api.verifying import Check
from ledger.encoding import parse_json
from ledger.errors import EncodingError

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
    return _page(deployed.pages.render_landing(words.lang, facts, deployed.clock()), words)


@router.get("/verify", include_in_schema=False)
async def verify_page(
    request: Request, deployed: Deployed, words: Sentences, code: Annotated[str, Query(max_length=2000)] = ""
) -> Response:
    """The page of a code that was typed in."""
    check = await run_sync(deployed.verifier.check, code)
    return await run_sync(_verify_page, request, check, deployed, words)


@router.get("/01/{rest:path}", summary="The page that a tem opens", responses=examples.answer(_ANSWER))
async def tem(
    rest: str,  # noqa: ARG001
    request: Request,
    deployed: Deployed,
    words: Sentences,
    size: Size = None,
) -> Response:
    """A GS1 Digital Link on this host: a page for a browser, JSON for a program that prefers it."""
    path = request.scope.get("raw_path") or request.url.path.encode()
    code = f"https://{deployed.verifier.host}{path.decode('ascii', 'replace').partition('?')[0]}"
    check = await run_sync(deployed.verifier.check, code, size)
    if prefers_json(request.headers.get("accept", "")):
        headers = {"Cache-Control": "no-store", "Vary": "Accept"}
        return JSONResponse(_answer(check, deployed), headers=headers)
    return await run_sync(_verify_page, request, check, deployed, words)


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


def _verify_page(request: Request, check: Check, deployed: Services, words: Catalogue) -> Response:
    VERDICTS.labels(check.verification.verdict.value if check.verification else "none").inc()
    path = request.url.path
    if check.verification is None:
        assert check.target is not None
        return _page(deployed.pages.render_ask_for_tem(words.lang, check.target.gtin, path), words)
    context = PageContext(
        now=deployed.clock(),
        code=check.code,
        path=path,
        base_url=deployed.base_url,
        origin=deployed.trust.origin,
        chain=deployed.chain_facts(check.verification.chain),
        proof_url=proof_url(check, deployed),
        checkpoint=check.bundle.checkpoint if check.bundle else "",
        anchor_every=deployed.anchor_every,
        document_url=url_of(deployed.blobs),
        support=deployed.pages.support,
    )
    if check.error is not None:
        host = str(check.error.params.get("host", ""))
        view = malformed_view(context, words, reason=check.error.code, host=host)
    else:
        view = page_view(check.verification, context, words)
    return checking(_page(deployed.pages.render_verify(view), words), deployed.trust)


def _page(html: str, words: Catalogue) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Language": words.lang, "Vary": "Accept, Accept-Language"}
    return HTMLResponse(html, headers=headers)


def _landing_facts(deployed: Services, lang: str) -> LandingFacts:
    answer = deployed.verifier.newest_anchor()
    return deployed.counts.facts(answer, deployed.examples(lang))


@reference.get("/docs", include_in_schema=False)
async def docs(request: Request, deployed: Deployed, words: Sentences) -> HTMLResponse:
    """The API's reference, for a person."""
    return HTMLResponse(deployed.pages.render_reference(words.lang, request.app.openapi()))
