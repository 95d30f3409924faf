"""Pages without a network: what was seen opens again and says since when; a newer worker waits to be asked."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PROJECT
from tests.browser.live import GTIN, LOT, Live, demo
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser
STORED = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
            found.push([name, request.method, new URL(request.url).pathname, request.url]);
    return found;
}"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    with demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        viewport={"width": 360, "height": 780}, locale="vi-VN", reduced_motion="reduce"
    )
    yield opened
    opened.close()


def ready(page: Page) -> None:
    """Until the service worker answers for this page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def seen(context: BrowserContext, live: Live, *paths: str) -> Page:
    """A phone that has opened these pages, with a worker that was there from the first of them on."""
    page = context.new_page()
    page.goto(f"{live.base}/scan?lang=vi")
    ready(page)
    for path in paths:
        page.goto(f"{live.base}{path}")
        page.wait_for_load_state("networkidle")
    return page


def test_a_page_seen_before_opens_again_and_says_that_it_is_stored(
    context: BrowserContext, live: Live
) -> None:
    page = seen(context, live, live.tem)
    context.set_offline(True)
    page.goto(f"{live.base}{live.tem}")
    page.wait_for_selector("#main[data-check=done]")
    assert page.locator("main").get_attribute("data-checked") == "chain_unreachable"
    expect(page.locator("aside.ribbon", has_text="Không có mạng")).to_contain_text("tính đến")
    assert page.locator("html").get_attribute("data-stored")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Be Vietnam Pro\"'))")


def test_the_scanner_opens_without_a_network(context: BrowserContext, live: Live) -> None:
    page = seen(context, live)
    context.set_offline(True)
    page.goto(f"{live.base}/scan?lang=en")
    expect(page.get_by_role("button", name="Type it")).to_be_visible()
    page.get_by_role("button", name="Type it").click()
    expect(page.locator(".sheet h1")).to_have_text("Type the code on the label")


def test_a_page_never_seen_says_so_and_offers_the_scanner_and_what_was_seen(
    context: BrowserContext, live: Live, axe: str
) -> None:
    page = seen(context, live, live.tem)
    context.set_offline(True)
    page.goto(f"{live.base}/01/{GTIN}/10/NHC260114?lang=vi")
    expect(page.locator("h1")).to_have_text("Không có mạng")
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    link = page.locator("#seen a")
    expect(link).to_have_count(1)
    expect(page.get_by_role("link", name="Quét tem")).to_have_attribute("href", "/scan?lang=vi")
    link.click()
    expect(page.locator("main")).to_have_attribute("data-verdict", "verified")


def test_only_answers_to_get_are_kept_and_only_what_never_changes_comes_from_the_store_first(
    context: BrowserContext, live: Live
) -> None:
    page = seen(context, live, "/?lang=vi")
    size = page.request.get(
        f"{live.base}/api/v1/verify", params={"code": f"https://nguon.localhost{live.tem}"}
    ).json()["size"]
    proof = f"/api/v1/proof?subject=https%3A%2F%2Fid.gs1.org%2F01%2F{GTIN}%2F10%2F{LOT}"
    fetched = """async ([proof, size]) => {
        await fetch(`${proof}&size=${size}`);
        await fetch(proof);
        await fetch("/api/v1/verify", {method: "POST", body: JSON.stringify({codes: ["x"]})});
        await fetch("/api/v1/verify?code=x");
    }"""
    page.evaluate(fetched, [proof, size])
    kept = page.evaluate(STORED)
    assert {method for _, method, _, _ in kept} == {"GET"}
    answers = [path for name, _, path, _ in kept if path.startswith("/api/") and name != "nguon-keys"]
    assert answers == ["/api/v1/proof"]
    assert {path for name, _, path, _ in kept if name == "nguon-keys"} == {"/trust.js", "/api/v1/keys"}
    assert [url for *_, path, url in kept if path == "/api/v1/proof"] == [f"{live.base}{proof}&size={size}"]
    context.set_offline(True)
    assert page.evaluate("async url => (await fetch(url)).status", f"{proof}&size={size}") == 200


def test_built_files_are_kept_from_the_start_save_the_decoder(context: BrowserContext, live: Live) -> None:
    page = context.new_page()
    page.goto(f"{live.base}/?lang=vi")
    ready(page)
    page.wait_for_function(f"({STORED})().then(all => all.length > 12)")
    paths = {path for _, _, path, _ in page.evaluate(STORED)}
    assert {"/static/nguon.css", "/static/scan.css", "/static/icons.svg", "/scan", "/offline"} <= paths
    assert [path for path in paths if path.endswith(".wasm")] == []
    assert len([path for path in paths if path.startswith("/assets/")]) > 4


class _Front(BaseHTTPRequestHandler):
    """The service, with a service worker that can be told to have changed."""

    def __init__(self, base: str, releases: list[str], *args: Any) -> None:
        self._base, self._releases = base, releases
        super().__init__(*args)

    def do_GET(self) -> None:
        answer = httpx.get(
            self._base + self.path, headers={"Accept": "text/html"}, timeout=30, trust_env=False
        )
        body = answer.content
        if urlsplit(self.path).path == "/sw.js":
            body += f"\n// {len(self._releases)}".encode()
        self.send_response(answer.status_code)
        for name in ("content-type", "content-security-policy", "cache-control", "service-worker-allowed"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


def test_a_newer_version_waits_until_the_reader_asks_for_it(context: BrowserContext, live: Live) -> None:
    releases: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Front, live.base, releases))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    page = context.new_page()
    page.goto(f"{base}/?lang=vi")
    ready(page)
    assert page.locator(".ribbon.update").count() == 0
    releases.append("newer")
    page.evaluate("window.untouched = true")
    page.evaluate(
        "navigator.serviceWorker.getRegistration().then(found => found.update()).then(() => undefined)"
    )
    button = page.get_by_role("button", name="Có bản mới. Bấm để dùng.")
    expect(button).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("window.untouched") is True, "it reloaded by itself"
    with page.expect_navigation():
        button.click()
    assert page.evaluate("window.untouched") is None
    expect(page.locator(".ribbon.update")).to_have_count(0)
    server.shutdown()
    server.server_close()


def test_pages_work_where_no_worker_is_allowed(browser: Browser, live: Live) -> None:
    context = browser.new_context(service_workers="block")
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live.base}{live.tem}")
    expect(page.locator("main")).to_have_attribute("data-verdict", "verified")
    assert complaints == []
    context.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_manifest_names_icons_of_the_size_they_say(
    context: BrowserContext, live: Live, lang: str
) -> None:
    page = context.new_page()
    page.goto(f"{live.base}/?lang={lang}")
    href = page.locator("link[rel=manifest]").get_attribute("href")
    manifest = page.request.get(f"{live.base}{href}").json()
    assert manifest["lang"] == lang
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    measured = """src => new Promise(done => { const image = new Image();
        image.onload = () => done(`${image.naturalWidth}x${image.naturalHeight}`); image.src = src; })"""
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            assert page.evaluate(measured, icon["src"]) == icon["sizes"]
    assert page.request.get(f"{live.base}{manifest['start_url']}").status == 200
