"""The page of a code that was checked, for a browser."""

from dataclasses import replace
from typing import Final

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from api.answers import proof_url
from api.checking import checking
from api.counted import address_of, guessed_place, is_scan
from api.documents import url_of
from api.metrics import VERDICTS
from api.pages import Catalogue, Opened, PageContext, malformed_view, page_view
from api.services import Services
from api.verifying import Check
from coop.scans.queries import ScanSummary
from coop.scans.rule import PROXY

HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}


def verify_page(
    request: Request,
    check: Check,
    deployed: Services,
    words: Catalogue,
    opened: Opened | None = None,
    status: int = 200,
) -> Response:
    """The page of a check; `opened`: what came of a hidden code that was typed in. Reads: not for the event loop."""
    VERDICTS.labels(check.verification.verdict.value if check.verification else "none").inc()
    path = request.url.path
    if check.verification is None:
        assert check.target is not None
        return html(deployed.pages.render_ask_for_tem(words.lang, check.target.gtin, path), words)
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
        opened=opened,
    )
    if check.error is not None:
        host = str(check.error.params.get("host", ""))
        view = malformed_view(context, words, reason=check.error.code, host=host)
    else:
        roll = check.verification.tem.roll if check.verification.tem else None
        layer = roll is not None and roll.hidden is not None
        context = replace(context, scans=_scans(check, deployed), layer=layer)
        view = page_view(check.verification, context, words)
    return checking(html(deployed.pages.render_verify(view), words, status), deployed.trust)


def count_scan(request: Request, check: Check, deployed: Services, *, typed: bool = False) -> None:
    """Count the scan of a genuine tem soon, where the request is one; the answer does not wait for it."""
    if not is_genuine(check) or not is_scan(
        request.state.method, request.headers, request.query_params, typed=typed
    ):
        return
    assert check.target is not None
    device = deployed.scans.device(address_of(request), request.headers.get("user-agent", ""))
    place = guessed_place(request.headers, deployed.place_header)
    deployed.scans.count(check.target, device, place, PROXY)


def is_genuine(check: Check) -> bool:
    """Whether a roll or a birth of its lot holds the tem."""
    return check.verification is not None and check.verification.tem is not None


def html(text: str, words: Catalogue, status: int = 200) -> Response:
    """A page, in the language it is written in; it is not kept by anybody on the way."""
    return HTMLResponse(text, status, {**HEADERS, "Content-Language": words.lang})


def _scans(check: Check, deployed: Services) -> ScanSummary | None:
    """What is known of a genuine tem's scans; None where nothing is."""
    if not is_genuine(check):
        return None
    assert check.target is not None
    return deployed.scans.summary(check.target)
