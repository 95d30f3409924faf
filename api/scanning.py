"""The scanner, what makes the pages an app on a phone, and the design system's page."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from api.checking import FRESH, cached
from api.deps import Deployed, Sentences
from api.middleware import CONTENT_SECURITY_POLICY
from api.pages import Catalogue
from api.pages.gallery import gallery
from ledger.encoding import JsonValue, canonical_json
from ledger.errors import NotFoundError

router = APIRouter(include_in_schema=False)
# The decoder is WebAssembly: only this page may compile it.
SCANNER_POLICY: Final = CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
_WORKER: Final = "worker/sw.ts"
_ICONS: Final = (
    ("192", "192x192", "any"),
    ("512", "512x512", "any"),
    ("512-maskable", "512x512", "maskable"),
)


@router.get("/scan")
async def scan(deployed: Deployed, words: Sentences) -> Response:
    """The scanner; without script, a form for a code."""
    page = _page(deployed.pages.render_scan(words.lang, deployed.verifier.host), words)
    page.headers["Content-Security-Policy"] = SCANNER_POLICY
    return page


@router.get("/offline")
async def offline(deployed: Deployed, words: Sentences) -> Response:
    """What a browser shows of a page that it has not stored, when there is no network."""
    return _page(deployed.pages.render_offline(words.lang), words)


@router.get("/ui")
async def design(
    deployed: Deployed, words: Sentences, theme: Annotated[Literal["light", "dark", ""], Query()] = ""
) -> Response:
    """The design system: every component and every verdict."""
    shown = gallery(deployed.catalogues)
    return _page(deployed.pages.render_gallery(words.lang, theme, shown), words)


@router.get("/manifest.webmanifest")
async def manifest(
    request: Request, words: Sentences, app: Annotated[Literal["scan", "coop"], Query()] = "scan"
) -> Response:
    """What a phone shows of the pages when they are put on its first screen: the scanner, or the cooperative's app."""
    recording = app == "coop"
    icons: list[JsonValue] = [
        {"src": f"/static/icon/{name}.png", "sizes": size, "type": "image/png", "purpose": purpose}
        for name, size, purpose in _ICONS
    ]
    icons.append({"src": "/static/mark.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"})
    data = canonical_json(
        {
            "id": "/app" if recording else "/",
            "name": words.t("coop.title") if recording else words.t("app.long_name"),
            "short_name": words.t("app.name"),
            "description": words.t("app.tagline") if recording else words.t("landing.sub"),
            "lang": words.lang,
            "dir": "ltr",
            "start_url": f"/{'app' if recording else 'scan'}?lang={words.lang}",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f3f6f1",
            "theme_color": "#075e5a",
            "categories": ["food", "shopping", "utilities"],
            "icons": icons,
            "shortcuts": [{"name": words.t("scanner.title"), "url": f"/scan?lang={words.lang}"}],
        }
    )
    answer = cached(request, data, "application/manifest+json", FRESH)
    answer.headers["Vary"] = "Accept-Language"
    return answer


@router.get("/sw.js")
async def worker(deployed: Deployed) -> Response:
    """The service worker; it may serve every page of this origin.

    Raises:
        NotFoundError: none was built (`not_found.page`).
    """
    file = deployed.assets.files.get(_WORKER)
    if file is None:
        raise NotFoundError("No service worker was built.", code="not_found.page")
    headers = {"Cache-Control": FRESH, "Service-Worker-Allowed": "/"}
    return FileResponse(deployed.assets.folder / file, media_type="text/javascript", headers=headers)


def _page(html: str, words: Catalogue) -> Response:
    headers = {"Cache-Control": FRESH, "Content-Language": words.lang, "Vary": "Accept-Language"}
    return HTMLResponse(html, headers=headers)
