"""A lot's legal file: as a page, as JSON, and as a PDF to print."""

from typing import Annotated, Any, Final
from urllib.parse import quote, unquote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api import examples
from api.answers import answer_json, proof_url
from api.deps import Deployed, Sentences
from api.documents import url_of
from api.pages import Catalogue, PageContext
from api.pages.i18n import VIETNAM
from api.pages.legal import LegalWords
from api.pages.names import Names, passport_path
from api.pages.passport import PassportView, passport_view
from api.pages.story import own_uris
from api.pages.view import own_path
from api.passport_pdf import passport_pdf
from api.services import Services
from api.verifying import Check
from ledger.errors import NotFoundError
from ledger.proof.legal import legal_file
from ledger.proof.legal_model import Item, LegalFile, Value
from ledger.proof.verification import Verification

router = APIRouter(tags=["Legal file"])
_KINDS: Final = (".json", ".pdf")
_NO_STORE: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
_ANSWER: Final = {
    "verdict": "verified",
    "items": [
        {
            "law": "circular",
            "code": "name",
            "label": "Product name",
            "status": "present",
            "values": [{"part": "name", "value": "…", "source": {"kind": "description", "index": 6}}],
        }
    ],
    "missing": [{"law": "circular", "code": "image", "reason": "no_image"}],
}


@router.get(
    "/api/v1/lots/{gtin}/{lot:path}/passport",
    summary="What the law wants to see of a lot, and what is missing",
    responses={**examples.answer(_ANSWER), **examples.problems(400)},
)
async def passport_json(
    gtin: Annotated[str, Path(examples=["09521001000055"])],
    lot: Annotated[str, Path(examples=["THV260116"])],
    deployed: Deployed,
    words: Sentences,
    serial: Annotated[str | None, Query(description="One item of the lot.")] = None,
) -> Response:
    """Each item of Circular 02/2024/TT-BKHCN and of the digital product passport (Decree 37/2026, article 32).

    Every value names the entry that says it: `source.index` is its place in the log. `missing` lists what is still to
    be said, each with a reason. The file is worth what its `verdict` says.
    """
    check = await run_sync(check_lot, deployed, (gtin, lot, *([serial] if serial else [])))
    return JSONResponse(await run_sync(_json, check, deployed, words), headers=_NO_STORE)


@router.get("/passport/{rest:path}", include_in_schema=False)
async def passport(rest: str, request: Request, deployed: Deployed, words: Sentences) -> Response:  # noqa: ARG001
    """`/passport/{gtin}/{lot}[/{serial}]`, `.json` or `.pdf` at its end; each part percent-coded."""
    raw = (request.scope.get("raw_path") or request.url.path.encode()).decode("ascii", "replace")
    path = raw.partition("?")[0].removeprefix("/passport/")
    kind = next((kind for kind in _KINDS if path.endswith(kind)), "")
    parts = tuple(unquote(part) for part in path.removesuffix(kind).split("/"))
    if len(parts) not in (2, 3):
        raise NotFoundError("A passport is at /passport/{gtin}/{lot}[/{serial}].", code="not_found.lot")
    check = await run_sync(check_lot, deployed, parts)
    if kind == ".json":
        return JSONResponse(await run_sync(_json, check, deployed, words), headers=_NO_STORE)
    view = await run_sync(legal_view, check, deployed, words)
    headers = {**_NO_STORE, "Content-Language": words.lang}
    if kind == ".pdf":
        name = quote(f"passport-{'-'.join(parts)}.pdf", safe="")
        headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
        return Response(
            await run_sync(passport_pdf, view, words), headers=headers, media_type="application/pdf"
        )
    return HTMLResponse(deployed.pages.render_passport(view), headers=headers)


def check_lot(deployed: Services, parts: tuple[str, ...]) -> Check:
    """Check what `parts`, GTIN, lot and perhaps serial, name.

    Raises:
        Gs1Error: they name no lot.
    """
    pairs = zip(("01", "10", "21"), parts, strict=False)
    path = "".join(f"/{identifier}/{quote(value, safe='')}" for identifier, value in pairs)
    check = deployed.verifier.check(f"https://{deployed.verifier.host}{path}")
    if check.error is not None:
        raise check.error
    return check


def _context(check: Check, deployed: Services, found: Verification) -> PageContext:
    assert check.target is not None
    return PageContext(
        now=deployed.clock(),
        code=check.code,
        path=passport_path(check.target),
        base_url=deployed.base_url,
        origin=deployed.trust.origin,
        chain=deployed.chain_facts(found.chain),
        proof_url=proof_url(check, deployed),
        checkpoint=check.bundle.checkpoint if check.bundle else "",
        anchor_every=deployed.anchor_every,
        document_url=url_of(deployed.blobs),
    )


def legal_view(check: Check, deployed: Services, words: Catalogue) -> PassportView:
    """The legal file of a lot that was checked."""
    assert check.verification is not None
    return passport_view(check.verification, _context(check, deployed, check.verification), words)


def _json(check: Check, deployed: Services, words: Catalogue) -> dict[str, Any]:
    found = check.verification
    assert found is not None
    assert check.target is not None
    context = _context(check, deployed, found)
    file = legal_file(found, context.now.astimezone(VIETNAM).date(), context.has_document)
    names = Names(found.descriptions, words)
    own = own_uris(check.target)
    teller = LegalWords(found, names, words, own, document_url=context.document_url)
    answer = answer_json(check, deployed, context.now)
    kept = ("code", "verdict", "reasons", "checkedAt", "target", "size", "anchor", "chain", "proof")
    path = passport_path(check.target)
    return {
        **{name: answer.get(name) for name in kept},
        "items": [_item(item, teller, context) for item in file.items],
        "stages": _stages(file, teller),
        "missing": [
            {
                "law": item.law,
                "code": item.code,
                "status": item.status.value,
                "reason": item.reason,
                "detail": teller.reason(item),
            }
            for item in file.missing
        ],
        "links": {
            "page": f"{context.base_url}{path}",
            "pdf": f"{context.base_url}{passport_path(check.target, '.pdf')}",
            "verify": f"{context.base_url}{own_path(check.target, context)}",
        },
    }


def _item(item: Item, words: LegalWords, context: PageContext) -> dict[str, Any]:
    value: dict[str, Any] = {
        "law": item.law,
        "code": item.code,
        "label": words.label(item),
        "status": item.status.value,
        "values": [_value(value, words, context) for value in item.values],
    }
    if item.reason:
        value |= {"reason": item.reason, "detail": words.reason(item)}
    return value


def _value(value: Value, words: LegalWords, context: PageContext) -> dict[str, Any]:
    source = value.source
    told: dict[str, Any] = {
        "part": value.part,
        "value": value.text,
        "text": words.value(value),
        "source": {"kind": source.kind, "index": source.index, "uri": source.uri},
    }
    if value.day is not None:
        told["date"] = value.day.isoformat()
    if value.ended:
        told["ended"] = True
    document = words.document(value)
    if document:
        told["href"] = f"{context.base_url}{document}"
    return told


def _stages(file: LegalFile, words: LegalWords) -> list[dict[str, Any]]:
    return [
        {
            "index": stage.index,
            "step": stage.step,
            "time": stage.when.isoformat(),
            "product": stage.goods,
            "location": stage.place or None,
            "locationName": stage.place_name or None,
            "locationAddress": stage.place_address or None,
            "describedBy": stage.described_by,
            "text": words.stage(stage),
        }
        for stage in file.stages
    ]
