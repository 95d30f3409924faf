"""The app is kept by the phone that uses it, and opens without a network; nothing that only a session may see is."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PROJECT
from tests.browser.coopkit import Farm, MemberPhone, farm

pytestmark = pytest.mark.browser
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push([name, url]);
    return found;
}"""
HAS_APP = """async () => (await Promise.all(["vi", "en"].map(
    (lang) => caches.match(`/app?lang=${lang}`, { ignoreVary: true })))).every(Boolean)"""
PUBLIC = ("/api/v1/keys", "/api/v1/proof", "/api/v1/blobs/", "/trust.js")


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    with farm(tmp_path_factory.mktemp("kept")) as found:
        yield found


def test_the_app_opens_without_a_network_once_it_was_opened_with_one(browser: Browser, village: Farm) -> None:
    phone = MemberPhone(browser, village)
    phone.join(village.invite("bác Mây"))
    village.admit()
    phone.enter()
    phone.page.wait_for_function(HAS_APP)
    phone.context.set_offline(True)
    for lang in ("vi", "en"):
        page = phone.context.new_page()
        page.goto(f"{village.base}/app?lang={lang}#/")
        page.wait_for_selector(".tiles")
        expect(page.locator("html")).to_have_attribute("lang", lang)
        page.close()
    phone.close()


def test_nothing_that_only_a_session_may_see_is_kept_beside_it(browser: Browser, village: Farm) -> None:
    phone = MemberPhone(browser, village)
    phone.join(village.invite("bác Gió"))
    village.admit()
    phone.enter()
    phone.page.wait_for_function(HAS_APP)
    for path in ("session", "workbook", "people", "statements"):
        phone.page.evaluate("path => fetch(path).then(() => null)", f"/api/v1/{path}")
    paths = [urlsplit(url).path for _, url in phone.page.evaluate(KEPT)]
    assert "/app" in paths
    assert "/join" not in paths
    told = [path for path in paths if path.startswith("/api/") or path == "/session"]
    assert all(path.startswith(PUBLIC) for path in told), told
    phone.close()


def test_who_only_scans_is_not_made_to_keep_the_app(browser: Browser, village: Farm) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{village.base}/scan?lang=vi")
    page.wait_for_function("async () => (await navigator.serviceWorker.ready).active?.state === 'activated'")
    paths = [urlsplit(url).path for _, url in page.evaluate(KEPT)]
    assert any(path.startswith("/assets/") for path in paths)
    assert "/app" not in paths
    assert "/static/coop.css" not in paths
    context.close()
