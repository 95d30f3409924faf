"""A story's components in a real browser: accessible, whole at any width, printable, and never more than text."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200
from tests.pages_world import CATALOGUES, PROJECT
from tests.programs import NODE, can_run
from tests.story_worlds import CASES, FILES, PHOTO, asked, hostile
from tests.storykit import Scripts

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"
PAGE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>x</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<link rel="stylesheet" href="/static/tokens.css"><link rel="stylesheet" href="/static/nguon.css">'
    '<script type="module" src="/storypage.js"></script></head><body><main id="main"></main></body></html>'
)
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".js": "text/javascript"}
SHOWN = ("tem", "rich", "hostile")


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, files: dict[str, bytes], *args: object) -> None:
        self._files = files
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes its own three

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self._files.get(url.path)
        kind = TYPES.get(Path(url.path).suffix, "application/octet-stream")
        if url.path == "/":
            body, kind = PAGE.format(lang=url.query.rpartition("=")[2]).encode(), "text/html; charset=utf-8"
        elif url.path.startswith("/static/"):
            body = (PROJECT / "scanner_web" / "ui" / url.path.removeprefix("/static/")).read_bytes()
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The page's script, models, words, and documents, by path."""
    if not can_run():
        pytest.skip("no node: `make setup`")
    folder = tmp_path_factory.mktemp("page")
    scripts = PROJECT / "scanner_web"
    words = [
        f"--external=virtual:nguon-catalogue/{group}/{lang}"
        for group in ("page", "story")
        for lang in CATALOGUES
    ]
    command = [
        str(PROJECT / "node_modules/.bin/rolldown"), str(scripts / "tools" / "storypage.tsx"),
        "--format=esm", "--platform=browser", f"--dir={folder}", f"--tsconfig={scripts / 'tsconfig.json'}", *words,
    ]  # fmt: skip
    environment = os.environ | {"PATH": f"{NODE.parent}:{os.environ['PATH']}"}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    found = {f"/{script.name}": script.read_bytes() for script in folder.glob("*.js")}
    with Scripts() as running:
        for name in SHOWN:
            told = running.tell(asked(hostile()) if name == "hostile" else CASES[name]())
            for lang in CATALOGUES:
                found[f"/models/{name}-{lang}.json"] = json.dumps(told[lang]).encode()
    for lang, catalogue in CATALOGUES.items():
        found[f"/words-{lang}.json"] = json.dumps(dict(catalogue.messages)).encode()
    return found | {f"/blobs/{digest.hex()}": data for digest, data in FILES.items()}


@pytest.fixture(scope="module")
def served(files: dict[str, bytes]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, files))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 780}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def opened(page: Page, served: str, name: str, lang: str = "vi") -> Page:
    page.goto(f"{served}/?model={name}&lang={lang}")
    page.wait_for_selector("html[data-ready]")
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    return page


def drawn(page: Page) -> None:
    page.wait_for_selector("canvas.prod__img:not([hidden])")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ["tem", "rich"])
def test_axe_finds_nothing_in_light_and_dark(
    phone: Page, served: str, axe: str, name: str, lang: str
) -> None:
    opened(phone, served, name, lang)
    phone.evaluate(axe)
    found: list[Any] = phone.evaluate(AXE)
    phone.emulate_media(color_scheme="dark")
    found += phone.evaluate(AXE)
    assert found == []


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_scrolls_sideways_at_320_px_or_with_text_at_200_per_cent(
    phone: Page, served: str, name: str
) -> None:
    opened(phone, served, name)
    phone.set_viewport_size({"width": 320, "height": 640})
    assert phone.evaluate(SIDEWAYS) <= 0
    phone.set_viewport_size({"width": 360, "height": 780})
    phone.evaluate(TEXT_200)
    assert phone.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_hostile_texts_come_out_as_text_only(phone: Page, served: str, lang: str) -> None:
    opened(phone, served, "hostile", lang)
    drawn(phone)
    assert phone.evaluate("window.hurt") is None
    tags = phone.evaluate(
        "[...new Set([...document.querySelectorAll('#main *')].map(item => item.localName))]"
    )
    assert not set(tags) & {"script", "img", "iframe", "object", "embed", "form", "style", "link", "textarea"}
    named = phone.evaluate(
        "[...document.querySelectorAll('#main *')].flatMap(item => item.getAttributeNames())"
    )
    assert not [name for name in named if name.startswith("on") or name in ("style", "src", "srcdoc")]
    links = phone.evaluate(
        "[...document.querySelectorAll('[href], [action]')].map(item => item.getAttribute('href'))"
    )
    assert [link for link in links if not link.startswith(("/", "#"))] == []
    assert [link for link in links if link.startswith("//")] == []
    said = phone.inner_text("#main")
    assert "<script>window.hurt" in said
    assert "{n} {lot} {constructor}" in said
    assert "\u202e" not in said


def test_a_photo_is_drawn_once_its_bytes_are_what_was_signed(phone: Page, served: str) -> None:
    opened(phone, served, "rich")
    drawn(phone)
    phone.wait_for_selector("canvas.doc__img:not([hidden])")
    assert phone.evaluate("document.querySelector('canvas.doc__img').width") == 480


def test_a_photo_that_was_changed_is_not_shown_and_the_page_says_so(
    phone: Page, served: str, files: dict[str, bytes]
) -> None:
    other = bytearray(FILES[PHOTO])
    other[-1] ^= 1
    phone.route("**/blobs/*", lambda route: route.fulfill(body=bytes(other)))
    opened(phone, served, "rich", "en")
    phone.get_by_text("(the file was changed, so it is not opened)").first.wait_for()
    assert phone.locator("canvas:not([hidden])").count() == 0
    assert phone.locator("svg.prod__img").count() == 1
    phone.get_by_text(CATALOGUES["en"].t("legal.reason.image_gone")).wait_for()
    assert phone.locator("tr[data-state=incomplete]", has_text="Image").count() == 1


def test_a_report_that_was_changed_is_not_opened(phone: Page, served: str) -> None:
    phone.route("**/blobs/*", lambda route: route.fulfill(body=b"%PDF-1.4 another"))
    opened(phone, served, "rich", "en")
    before = phone.url
    phone.get_by_role("link", name="Phiếu KN").click()
    phone.get_by_text("Phiếu KN (the file was changed, so it is not opened)").wait_for()
    assert phone.url == before


def test_every_ancestor_and_load_is_a_link_to_its_own_page(phone: Page, served: str) -> None:
    opened(phone, served, "rich", "en")
    links = phone.eval_on_selector_all(
        "#upstream a.nd, .loads a", "all => all.map(a => a.getAttribute('href'))"
    )
    assert len(links) >= 4
    assert all(link.startswith(("/01/", "/00/")) and link.endswith("?lang=en") for link in links)


def test_the_legal_file_prints_alone_on_one_a4(phone: Page, served: str) -> None:
    opened(phone, served, "tem")
    phone.evaluate("window.print = () => { window.printed = document.documentElement.dataset.print; }")
    phone.get_by_role("button", name=CATALOGUES["vi"].t("page.print")).click()
    assert phone.evaluate("window.printed") == "file"
    pages = phone.pdf(format="A4").count(b"/Type /Page\n")
    assert pages == 1
    phone.evaluate("dispatchEvent(new Event('afterprint'))")
    assert phone.evaluate("document.documentElement.dataset.print") is None
