"""A browser, and the pages it opens: printed once, served as they are, under the policy that the service sets."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, sync_playwright

from api.pages import LandingFacts, Pages, ReportForm
from api.pages.guide import GUIDES
from api.pages.render import CONTENT_SECURITY_POLICY
from ledger.proof.verdict import Verdict
from tests.browser.checking import World, running
from tests.browser.chromium import CHROMIUM, FLAGS
from tests.pages_world import (
    CATALOGUES,
    CHAIN,
    SCANNED,
    SUPPORT,
    conflicting_view,
    passport_of,
    scanned_view,
    view_of,
)
from tests.unit_pages import UNITS, unit_page

PROJECT = Path(__file__).resolve().parent.parent.parent
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png"}


_TEM = "https://nguon.example/01/09521001000055/10/THV260116/21/0000GBCDEFGHJKMNP"
REPORTS = {
    "form": ReportForm(_TEM, "suspect"),
    "blank": ReportForm(kind="different"),
    "refused": ReportForm(_TEM, "different", "Nhãn ghi hạn dùng khác.", "VN-18", error="Ảnh quá lớn."),
    "taken": ReportForm(_TEM, "suspect", number="7K3M9XQ2VB"),
}


def print_pages() -> dict[str, bytes]:
    """Every page there is, by path."""
    pages = Pages(CATALOGUES, "nguon.example/test", CHAIN, "https://nguon.example", SUPPORT)
    now = datetime.fromisoformat("2026-01-20T12:00:00+07:00")
    printed: dict[str, str] = {}
    for lang in CATALOGUES:
        for verdict in Verdict:
            printed[f"/{verdict.value}-{lang}"] = pages.render_verify(view_of(verdict, lang))
            if verdict is not Verdict.MALFORMED:
                passport = passport_of(verdict, lang)
                printed[f"/passport-{verdict.value}-{lang}"] = pages.render_passport(passport)
        for name in SCANNED:
            printed[f"/scan-{name}-{lang}"] = pages.render_verify(scanned_view(name, lang))
        for kind in ("places", "devices"):
            printed[f"/scan-{kind}-{lang}"] = pages.render_verify(conflicting_view(kind, lang))
        for name, form in REPORTS.items():
            printed[f"/report-{name}-{lang}"] = pages.render_report(lang, form)
        facts = LandingFacts(
            14, 62_118, 211, now - timedelta(hours=2), (("Hộp trà hoa vàng", "/verified-vi"),)
        )
        printed[f"/landing-{lang}"] = pages.render_landing(lang, facts, now)
        for name in UNITS:
            printed[f"/unit-{name}-{lang}"] = pages.render_unit(lang, unit_page(name, lang))
        for role in GUIDES:
            printed[f"/guide-{role}-{lang}"] = pages.render_guide(lang, role)
        printed[f"/missing-{lang}"] = pages.render_problem(lang, status=404, code="not_found.page")
        printed[f"/broken-{lang}"] = pages.render_problem(lang, status=500, code="internal")
        printed[f"/barcode-{lang}"] = pages.render_ask_for_tem(lang, "09521001000055", "/01/09521001000055")
    return {path: text.encode() for path, text in printed.items()}


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, pages: dict[str, bytes], *args: object) -> None:
        self._pages = pages
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes its own three

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        body, kind = self._pages.get(path), "text/html; charset=utf-8"
        if body is None and path.startswith("/static/"):
            file = (PROJECT / "scanner_web" / "ui" / path.removeprefix("/static/")).resolve()
            body = file.read_bytes() if file.is_file() else None
            kind = TYPES.get(file.suffix, "application/octet-stream")
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="session")
def printed() -> dict[str, bytes]:
    return print_pages()


@pytest.fixture(scope="session")
def base_url(printed: dict[str, bytes]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, printed))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: `apt-get install chromium`")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    source = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        pytest.skip("no axe-core: `npm install --ignore-scripts`")
    return source.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The service whose pages check themselves."""
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    with running(tmp_path_factory.mktemp("checking"), keepers=2) as found:
        yield found
