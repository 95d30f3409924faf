"""The printed guides: on the screen for everybody, on paper large and on two A4 at most."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from api.pages.guide import GUIDES
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200
from tests.pages_world import CATALOGUES, PROJECT

pytestmark = pytest.mark.browser

SHEETS: Final = [f"guide-{role}-{lang}" for role in GUIDES for lang in CATALOGUES]
SMALL: Final = """() => [...document.querySelectorAll("main *")].filter(each =>
  [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()) &&
  each.checkVisibility() && parseFloat(getComputedStyle(each).fontSize) < 18
).map(each => each.textContent)"""
BROKEN: Final = """async () => {
  const pictures = [...document.images];
  pictures.forEach(each => { each.loading = "eager"; });
  await Promise.all(pictures.map(each => each.decode().catch(() => {})));
  return pictures.filter(each => !each.naturalWidth).map(each => each.src);
}"""
A4_AT_96: Final = {"width": 794, "height": 1123}


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=base_url, viewport={"width": 360, "height": 780}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", SHEETS)
def test_a_guide_is_accessible_in_light_and_dark_and_its_text_is_large(
    page: Page, axe: str, name: str
) -> None:
    page.goto(name)
    assert page.evaluate(SMALL) == []
    page.evaluate(axe)
    found: list[Any] = page.evaluate(AXE)
    page.emulate_media(color_scheme="dark")
    assert found + page.evaluate(AXE) == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_guide_stays_whole_at_320_px_and_with_text_at_200_per_cent(page: Page, name: str) -> None:
    page.goto(name)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(SIDEWAYS) <= 0
    page.evaluate(TEXT_200)
    assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("name", SHEETS)
def test_a_guide_fetches_its_pictures_from_its_own_host_and_each_is_there(
    page: Page, base_url: str, name: str
) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(name)
    assert page.evaluate(BROKEN) == []
    assert hosts == {urlsplit(base_url).netloc}


@pytest.mark.parametrize("name", SHEETS)
def test_a_guide_prints_on_two_a4_at_most(page: Page, name: str) -> None:
    page.goto(name)
    page.evaluate(BROKEN)
    printed = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert 1 <= len(boxes) <= 2
    for width, height in boxes:
        assert (round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) == (210, 297)


def test_the_code_on_a_printed_guide_opens_the_app(page: Page, tmp_path: Any) -> None:
    page.set_viewport_size(A4_AT_96)  # type: ignore[arg-type]  # a dict of two numbers
    page.goto("guide-member-vi")
    page.emulate_media(media="print")
    picture = tmp_path / "sheet.png"
    page.screenshot(path=picture)
    (code,) = zxingcpp.read_barcodes(Image.open(picture))
    assert code.text == "https://nguon.example/app"


def test_every_step_of_a_guide_has_a_picture_that_is_there() -> None:
    drawings = (PROJECT / "scanner_web/ui/icons.svg").read_text("utf8")
    for steps in GUIDES.values():
        for step in steps:
            if step.picture:
                assert (PROJECT / f"scanner_web/ui/guide/{step.picture}.png").is_file()
            else:
                assert f'id="{step.icon}"' in drawings
