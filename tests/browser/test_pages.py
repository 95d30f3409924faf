"""Every page in a real browser: accessible, whole at any width, and nothing fetched from elsewhere."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from ledger.proof.verdict import Verdict
from tests.browser.conftest import REPORTS
from tests.pages_world import CATALOGUES, SCANNED
from tests.unit_pages import UNITS

pytestmark = pytest.mark.browser

LANGUAGES = tuple(CATALOGUES)
VERDICTS = [f"{verdict.value}-{lang}" for lang in LANGUAGES for verdict in Verdict]
OTHERS = [f"{name}-{lang}" for lang in LANGUAGES for name in ("landing", "missing", "broken", "barcode")]
SCANS = [
    f"{page}-{lang}"
    for lang in LANGUAGES
    for page in (
        *(f"scan-{name}" for name in (*SCANNED, "places", "devices")),
        *(f"report-{name}" for name in REPORTS),
        *(f"unit-{name}" for name in UNITS),
    )
]
PASSPORTS = [
    f"passport-{verdict}-{lang}"
    for lang in LANGUAGES
    for verdict in ("verified", "recalled", "incomplete", "unknown", "recorded")
]
AXE = """async () => {
  const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, {runOnly: rules});
  return found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.failureSummary).join(" | "));
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TEXT_200 = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 780}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def opened(page: Page, base_url: str, name: str, complaints: list[str] | None = None) -> Page:
    if complaints is not None:
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on(
            "response",
            lambda answer: (
                complaints.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
            ),
        )
    page.goto(f"{base_url}/{name}")
    return page


@pytest.mark.parametrize("name", VERDICTS + OTHERS + PASSPORTS + SCANS)
def test_axe_finds_nothing_in_light_and_dark(phone: Page, base_url: str, axe: str, name: str) -> None:
    opened(phone, base_url, name)
    phone.evaluate(axe)
    found: list[Any] = phone.evaluate(AXE)
    phone.emulate_media(color_scheme="dark")
    found += phone.evaluate(AXE)
    assert found == []


@pytest.mark.parametrize("name", VERDICTS + OTHERS + PASSPORTS + SCANS)
def test_nothing_scrolls_sideways_at_320_px_or_with_text_at_200_per_cent(
    phone: Page, base_url: str, name: str
) -> None:
    opened(phone, base_url, name)
    phone.set_viewport_size({"width": 320, "height": 640})
    assert phone.evaluate(SIDEWAYS) <= 0
    phone.set_viewport_size({"width": 360, "height": 780})
    phone.evaluate(TEXT_200)
    assert phone.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize(
    "name",
    [f"{verdict.value}-vi" for verdict in Verdict]
    + ["landing-vi", "passport-verified-vi", "scan-opened-vi", "report-form-vi"],
)
def test_no_request_leaves_the_host_and_the_policy_blocks_nothing(
    phone: Page, base_url: str, name: str
) -> None:
    complaints: list[str] = []
    hosts: set[str] = set()
    phone.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    opened(phone, base_url, name, complaints)
    phone.wait_for_load_state("networkidle")
    assert complaints == []
    assert hosts == {urlsplit(base_url).netloc}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_verdict_can_be_read_by_programs_and_seen_without_scrolling(
    phone: Page, base_url: str, verdict: Verdict
) -> None:
    opened(phone, base_url, f"{verdict.value}-vi")
    assert phone.locator("main").get_attribute("data-verdict") == verdict.value
    box = phone.locator("h1").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 780
    icon = phone.locator("svg.vi").first.bounding_box()
    assert icon is not None
    assert icon["width"] >= 64


def test_comparing_works_without_script(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = opened(context.new_page(), base_url, "verified-vi")
    assert not page.locator("#different").is_visible()
    page.click("a[href='#different']")
    assert page.locator("#different").is_visible()
    page.click("details summary >> nth=0")
    assert page.locator("details .hash").first.is_visible()
    context.close()


@pytest.mark.parametrize(
    "name",
    [
        *("verified-vi", "recalled-vi", "landing-vi", "barcode-vi", "passport-verified-vi"),
        *("scan-first-vi", "scan-places-vi", "report-form-vi", "report-taken-vi"),
    ],
)
def test_targets_are_big_enough_for_a_thumb(phone: Page, base_url: str, name: str) -> None:
    opened(phone, base_url, name)
    small = phone.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
            .filter(e => !e.closest("p, .skip") && !e.classList.contains("skip") && e.offsetParent)
            .map(e => [e.textContent.trim(), (e.closest("label") || e).getBoundingClientRect()])
            .filter(([, r]) => r.height < 44 || r.width < 44)
            .map(([text, r]) => text + " " + r.width + "x" + r.height)"""
    )
    assert small == []
