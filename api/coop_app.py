"""The cooperative's app: one page, whose script shows every screen, also without a network."""

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.checking import FRESH, checking
from api.deps import Deployed, Sentences
from api.middleware import SECURITY_HEADERS
from api.pages import Catalogue
from api.services import Services

router = APIRouter(include_in_schema=False)
PERMISSIONS: Final = SECURITY_HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
"""A sentence may be spoken: on these pages only."""


@router.get("/app")
async def app(deployed: Deployed, words: Sentences) -> Response:
    """The app of whoever records; which screen stands behind the `#`."""
    return _page("/app", deployed, words)


@router.get("/join")
async def join(deployed: Deployed, words: Sentences) -> Response:
    """The same page with an invitation; its secret stands behind the `#`, which no server is told."""
    return _page("/join", deployed, words)


def _page(path: str, deployed: Services, words: Catalogue) -> Response:
    headers = {
        "Cache-Control": FRESH,
        "Content-Language": words.lang,
        "Vary": "Accept-Language",
        "Permissions-Policy": PERMISSIONS,
    }
    page = HTMLResponse(deployed.pages.render_app(words.lang, path), headers=headers)
    policy = checking(page, deployed.trust).headers[
        "Content-Security-Policy"
    ]  # the phone asks the chain itself
    # and it shows a photo before that is sent, and reads codes where the browser has no decoder
    policy = policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    page.headers["Content-Security-Policy"] = policy.replace("img-src 'self'", "img-src 'self' blob:")
    return page
