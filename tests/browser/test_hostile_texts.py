"""Signers write hostile text wherever the service takes text: in the browser all of it stays text."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

from nguon.demo import story
from tests.browser.checking import CHECKED, World, running, said
from tests.browser.conftest import PROJECT
from tests.browser.hostile import ELSEWHERE, HostileStory
from tests.browser.test_pages import SIDEWAYS
from tests.pages_world import CATALOGUES

pytestmark = pytest.mark.browser
LOTS = ("verified", "released", "repacked", "recalled", "recalled_ancestor", "incomplete")
WATCH = """addEventListener("securitypolicyviolation", event => {
    (globalThis.violations ??= []).push(event.violatedDirective + " " + event.blockedURI);
});"""
NAMED = """() => [...document.querySelectorAll("*")].flatMap(one => one.getAttributeNames().map(name =>
    [one.localName, name, one.getAttribute(name)]))"""
ACTIVE = {"iframe", "object", "embed", "base", "frame", "applet"}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    with running(tmp_path_factory.mktemp("hostile"), HostileStory) as found:
        yield found


class Watch:
    """What a page did that it must not."""

    def __init__(self, context: BrowserContext, own: tuple[str, ...]) -> None:
        self.wrong: list[str] = []
        self._own = own
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)
        self.page.on("popup", lambda page: self.wrong.append(f"popup {page.url}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, said: ConsoleMessage) -> None:
        missing = "/api/v1/scans" in said.location.get("url", "")
        if said.type == "error" and not missing:
            self.wrong.append(said.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._own):
            self.wrong.append(f"asked {request.url}")

    def open(self, url: str, until: str = CHECKED) -> Page:
        self.page.goto(url)
        self.page.wait_for_selector(until)
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def settle(self) -> list[str]:
        violations: list[str] = self.page.evaluate("globalThis.violations ?? []")
        hurt = self.page.evaluate("window.hurt ?? null")
        return [*self.wrong, *violations, *([f"hurt by {hurt}"] if hurt else [])]


@pytest.fixture
def watch(browser: Browser, hostile: World) -> Iterator[Watch]:
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, reduced_motion="reduce", service_workers="block"
    )
    yield Watch(context, (hostile.base, hostile.rpc))
    context.close()


def only_text(page: Page) -> None:
    """No element or attribute on the page is one that a text could have made."""
    for tag, name, value in page.evaluate(NAMED):
        assert tag not in ACTIVE
        assert not name.startswith("on"), (tag, name, value)
        assert name not in ("style", "srcdoc", "formaction"), (tag, name, value)
        if name in ("href", "src", "action", "data"):
            assert ELSEWHERE not in value, (tag, name, value)
            assert not value.lstrip().lower().startswith(("javascript:", "data:", "vbscript:", "//")), (
                tag,
                value,
            )
    assert (
        page.evaluate("document.querySelectorAll('#main script, #main style, #main link, #main meta').length")
        == 0
    )


def test_the_world_has_hostile_text_in_every_member_that_takes_text(hostile: World) -> None:
    assert {
        "attribute", "stringValue", "certificationInfo", "bizTransactionList", "sourceList",
        "destinationList", "bizLocation", "persistentDisposition", "nguon:recallReason",
        "nguon:discrepancyNote", "nguon:testedFor", "nguon:parameter", "nguon:tradeName", "nguon:method",
        "nguon:target", "nguon:attachment", "nguon:inputApplied", "nguon:unheardOf", "nguon:image",
    } <= HostileStory.written  # fmt: skip
    assert len(HostileStory.written) > 35


@pytest.mark.parametrize("lang", tuple(CATALOGUES))
@pytest.mark.parametrize("name", LOTS)
def test_in_the_browser_every_text_of_an_event_stays_text(
    watch: Watch, hostile: World, name: str, lang: str
) -> None:
    page = watch.open(hostile.url(name, lang))
    assert said(page)[1] == hostile.rows[name].expected.value
    only_text(page)
    assert page.evaluate(SIDEWAYS) <= 0
    assert watch.settle() == []


@pytest.mark.parametrize("lang", tuple(CATALOGUES))
def test_the_texts_can_be_read_as_they_were_written(watch: Watch, hostile: World, lang: str) -> None:
    page = watch.open(hostile.url("verified", lang))
    seen = page.inner_text("#main")
    assert "<img src=x onerror=" in seen
    assert "<script>window.hurt" in seen
    assert "{n} {lot} {constructor}" in seen
    assert "\u202e" not in seen


@pytest.mark.parametrize("path", ["passport", "first", "problem", "offline", "scan", "report"])
def test_other_pages_of_the_lot_are_no_better_prey(watch: Watch, hostile: World, path: str) -> None:
    code = f"/01/{story.RICE}/10/{story.RICE_LOT}"
    hurting = "%22%3E%3Cscript%3Ewindow.hurt=1%3C/script%3E"
    address = {
        "passport": f"/passport{code}",
        "first": f"/?lang={hurting}",
        "problem": f"/nowhere/{hurting}?lang=vi",
        "offline": "/offline",
        "scan": f"/scan?code={hurting}",
        "report": f"/verify?code={hurting}",
    }[path]
    page = watch.page
    page.goto(f"{hostile.base}{address}")
    page.wait_for_load_state("networkidle")
    only_text(page)
    missing = [line for line in watch.settle() if "404" not in line]
    assert missing == []


@pytest.mark.parametrize(
    "path", ["/", "/scan", "/offline", "/ui", "/nowhere", "/verify?code=x", "lot", "tem", "passport"]
)
def test_the_policy_of_every_page_is_strict(watch: Watch, hostile: World, path: str) -> None:
    code = hostile.rows["verified"].url(hostile.base).removeprefix(hostile.base)
    address = {
        "tem": code,
        "lot": code.partition("/21/")[0],
        "passport": f"/passport{code.partition('/21/')[0]}",
    }
    answer = watch.page.request.get(
        f"{hostile.base}{address.get(path, path)}", headers={"accept": "text/html"}
    )
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].split() in (["'self'"], ["'self'", "'wasm-unsafe-eval'"])
    assert "'wasm-unsafe-eval'" not in policy["script-src"] or path == "/scan"
    assert policy["style-src"] == "'self'"
    assert set(policy["connect-src"].split()) <= {"'self'", hostile.rpc}
    assert set(policy["img-src"].split()) <= {"'self'", "data:", "blob:"}
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert urlsplit(hostile.rpc).hostname == "127.0.0.1"
    text = answer.text()
    assert "<style" not in text
    assert " style=" not in text
    assert (
        json.dumps(
            [line for line in text.split("<script")[1:] if not line.lstrip().startswith(("type", "src"))]
        )
        == "[]"
    )
