"""The cooperative's app: one page, whose script shows every screen, also without a network."""

from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from api.checking import FRESH
from api.deps import Deployed, Sentences
from api.middleware import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from api.pages import Catalogue

router = APIRouter(include_in_schema=False)
# A photo is shown before it is sent, and a sentence may be spoken: on these pages only.
POLICY: Final = CONTENT_SECURITY_POLICY.replace("img-src 'self' data:", "img-src 'self' data: blob:")
PERMISSIONS: Final = SECURITY_HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


@router.get("/app")
async def app(deployed: Deployed, words: Sentences) -> Response:
    """The app of whoever records; which screen stands behind the `#`."""
    return _page(deployed.pages.render_app(words.lang, "/app"), words)


@router.get("/join")
async def join(deployed: Deployed, words: Sentences) -> Response:
    """The same page with an invitation; its secret stands behind the `#`, which no server is told."""
    return _page(deployed.pages.render_app(words.lang, "/join"), words)


def _page(html: str, words: Catalogue) -> Response:
    headers = {
        "Cache-Control": FRESH,
        "Content-Language": words.lang,
        "Vary": "Accept-Language",
        "Content-Security-Policy": POLICY,
        "Permissions-Policy": PERMISSIONS,
    }
    return HTMLResponse(html, headers=headers)
