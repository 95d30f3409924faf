"""Every verdict that a browser came to: in both languages, on phone and desk, light and dark, by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checking import CHECKED, World, said, trouble
from tests.browser.test_checking import ROWS
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200
from tests.pages_world import CATALOGUES

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
CAN_BE_REACHED = """() => {
    const all = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")];
    const shown = all.filter(one => one.getClientRects().length > 0 && getComputedStyle(one).visibility !== "hidden");
    shown.forEach((one, place) => { one.dataset.place = place; });
    document.activeElement?.blur();
    return shown.length;
}"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {
        place: one.dataset.place === undefined ? null : Number(one.dataset.place),
        ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        name: one.outerHTML.slice(0, 120),
    };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("lang", tuple(CATALOGUES))
@pytest.mark.parametrize("name", ROWS)
def test_axe_finds_nothing_on_phone_and_desk_in_light_and_dark(
    page: Page, world: World, axe: str, name: str, lang: str
) -> None:
    page.goto(world.url(name, lang))
    page.wait_for_selector(CHECKED)
    assert said(page)[1] == world.rows[name].expected.value
    assert faults(page, axe) == []


@pytest.mark.parametrize("lang", tuple(CATALOGUES))
@pytest.mark.parametrize("verdict", ["chain_unreachable", "chain_disputed", "suspect_copy"])
def test_axe_finds_nothing_where_a_chain_is_silent_or_contradicts_itself_or_scans_are_odd(
    page: Page, world: World, axe: str, verdict: str, lang: str
) -> None:
    trouble(page, world, verdict)
    page.goto(world.url("verified", lang))
    page.wait_for_selector(CHECKED)
    page.unroute_all()
    assert said(page)[1] == verdict
    assert faults(page, axe) == []


def faults(page: Page, axe: str) -> list[Any]:
    """What axe finds on phone and desk, light and dark; nothing scrolls sideways on the way."""
    page.evaluate(axe)
    found: list[Any] = []
    for size in (PHONE, DESK):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += page.evaluate(AXE)
        assert page.evaluate(SIDEWAYS) <= 0
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(SIDEWAYS) <= 0
    page.evaluate(TEXT_200)
    assert page.evaluate(SIDEWAYS) <= 0
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["verified", "recalled", "unknown_tem", "tampered", "malformed_digit"])
def test_everything_is_reached_by_the_tab_key_in_order_and_seen_when_it_is(
    page: Page, world: World, name: str, size: dict[str, int]
) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(world.url(name))
    page.wait_for_selector(CHECKED)
    many = page.evaluate(CAN_BE_REACHED)
    assert many > 3
    reached: list[int] = []
    for _ in range(many):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused is not None
        assert focused["ring"], focused
        assert focused["seen"], focused
        reached.append(focused["place"])
    assert reached == list(range(many))


def test_proofs_open_and_a_report_is_written_by_keyboard_alone(page: Page, world: World) -> None:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(world.url("verified", "en"))
    page.wait_for_selector(CHECKED)
    first = page.locator("#check details summary").first
    first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#check details").first.evaluate("one => one.open")
    page.locator("#compare .btn").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#report textarea")
    page.locator("#report textarea").focus()
    page.keyboard.type("another lot number")
    assert page.locator("#report textarea").input_value() == "another lot number"
