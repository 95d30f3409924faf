"""The code under a tem's second layer: typed into the checked page, proven there, opened once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from nguon.demo.story import RICE, RICE_COOP, RICE_LOT, Story
from tests.browser.checking import Watched, World, running, said
from tests.browser.conftest import PROJECT
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser
COUNT = 20


class LayeredStory(Story):
    """The demo's day, whose rice has tem with a second layer."""

    codes: tuple[tuple[str, str], ...] = ()

    def _issue_tem(self) -> tuple[str, ...]:
        roll = self._deployment.issuing.issue_roll(RICE, RICE_LOT, COUNT, RICE_COOP, hidden=True)
        printed = list(self._deployment.tem_to_print(roll.id, RICE, RICE_LOT, COUNT))
        type(self).codes = tuple((item.serial, item.hidden or "") for item in printed)
        return tuple(serial for serial, _ in self.codes)


@dataclass(frozen=True)
class Layered:
    """A service, and the codes under the layers of its rice."""

    world: World
    codes: tuple[tuple[str, str], ...]

    def open(self, context: BrowserContext, number: int, lang: str = "vi") -> tuple[Watched, str]:
        serial, hidden = self.codes[number]
        watched = Watched(context)
        watched.open(f"{self.world.base}/01/{RICE}/10/{RICE_LOT}/21/{serial}?lang={lang}")
        return watched, hidden


@pytest.fixture(scope="module")
def layered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layered]:
    if not (PROJECT / "scanner_web" / "dist" / "assets" / "manifest.json").exists():
        pytest.skip("no scripts: `npm run build:web`")
    folder: Path = tmp_path_factory.mktemp("layered")
    with running(folder, LayeredStory) as world:
        yield Layered(world, LayeredStory.codes)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        viewport={"width": 360, "height": 780}, reduced_motion="reduce", service_workers="block"
    )
    yield opened
    opened.close()


def send(page: Page, code: str) -> None:
    page.locator("#pin").fill(code)
    page.locator("#opening button[type=submit]").click()


def test_the_first_opening_is_proven_on_the_page_and_the_second_says_when_the_first_was(
    layered: Layered, context: BrowserContext, axe: str
) -> None:
    watched, hidden = layered.open(context, 0)
    page = watched.page
    assert said(page) == ("verified", "verified")
    send(page, hidden.lower().replace("0", "o"))
    expect(page.locator("#opening .note[data-tone=good]")).to_contain_text("Chưa ai mở trước")
    page.locator("#opening summary").click()
    assert page.locator("#opening .hash").count() == 3
    expect(page.locator("#opening details")).to_contain_text("Máy này vừa tự tính")
    assert page.locator("#pin").count() == 0
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    again, _ = layered.open(context, 0, "en")
    expect(again.page.locator("#opening .note")).to_contain_text("opened")
    send(again.page, hidden)
    expect(again.page.locator("#opening .note[data-tone=caution]")).to_be_visible()
    expect(again.page.locator("#opening details")).to_contain_text("This device has just computed it")
    assert watched.complaints == again.complaints == []


def test_a_wrong_code_is_told_and_may_be_typed_again(layered: Layered, context: BrowserContext) -> None:
    watched, hidden = layered.open(context, 1)
    send(watched.page, layered.codes[2][1])
    expect(watched.page.locator("#opening .note")).to_contain_text("Mã không đúng")
    send(watched.page, hidden)
    expect(watched.page.locator("#opening .note[data-tone=good]")).to_be_visible()


def test_a_service_that_takes_any_code_is_disproved(layered: Layered, context: BrowserContext) -> None:
    """It answers for another tem's code, with that one's true proof."""
    watched, _ = layered.open(context, 3)
    page = watched.page

    def lie(route: Route) -> None:
        serial, hidden = layered.codes[4]
        code = f"https://nguon.localhost/01/{RICE}/10/{RICE_LOT}/21/{serial}"
        route.fulfill(response=route.fetch(post_data=f"code={code}&pin={hidden}"))

    page.route("**/opening", lie)
    send(page, "0123456789")
    expect(page.locator("#opening .note[data-tone=stop]")).to_contain_text("Bằng chứng không khớp")
    assert page.locator("#opening details").count() == 0


def test_without_network_nothing_is_called_wrong(layered: Layered, context: BrowserContext) -> None:
    watched, hidden = layered.open(context, 5)
    watched.page.route("**/opening", lambda route: route.abort())
    send(watched.page, hidden)
    expect(watched.page.locator("#opening .note")).to_contain_text("Chưa gửi được mã")
    watched.page.unroute_all()
    send(watched.page, hidden)
    expect(watched.page.locator("#opening .note[data-tone=good]")).to_be_visible()
