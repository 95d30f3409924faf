"""The buyer's browser checks for itself: a real service, a real chain, every verdict; and what happens without them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser.checking import CHECKED, Watched, World, said, trouble
from tests.browser.test_pages import AXE

pytestmark = pytest.mark.browser
ROWS = (
    "verified", "released", "repacked", "stale", "recorded", "incomplete", "expired", "recalled",
    "recalled_ancestor", "unknown_tem", "unknown_lot", "tampered", "malformed_digit", "malformed_host",
)  # fmt: skip


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        viewport={"width": 360, "height": 780}, reduced_motion="reduce", service_workers="block"
    )
    yield opened
    opened.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ROWS)
def test_the_browser_comes_to_the_servers_verdict_by_itself(
    world: World, context: BrowserContext, name: str, lang: str, axe: str
) -> None:
    watched = Watched(context)
    page = watched.open(world.url(name, lang))
    expected = world.rows[name].expected.value
    assert said(page) == (expected, expected)
    assert page.locator(".alarm").count() == 0
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert watched.complaints == []
    own = (world.base, world.rpc)
    assert all(url.startswith(own) for url in watched.asked), watched.asked
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(AXE)
    assert found == [], json.dumps(found, ensure_ascii=False)[:2000]


WORDS = """() => {
    const text = selector => [...document.querySelectorAll(selector)].map(one => one.textContent.trim());
    return {
        banner: text("h1, .verdict__say, .verdict__do"),
        steps: [...document.querySelectorAll("#check .checks > li")].map(
            one => [one.dataset.step, one.dataset.state, ...[...one.querySelectorAll("h3, div > p")].map(
                part => part.textContent.trim())]),
        reasons: text(".reasons li p, .reasons li code"),
        facts: text("#product-name, .facts dd"),
    };
}"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ROWS)
def test_the_browser_says_it_in_the_servers_words(
    world: World, browser: Browser, context: BrowserContext, name: str, lang: str
) -> None:
    silent = browser.new_context(java_script_enabled=False)
    printed = silent.new_page()
    printed.goto(world.url(name, lang))
    server = printed.evaluate(WORDS)
    silent.close()
    own = Watched(context).open(world.url(name, lang)).evaluate(WORDS)
    if not server["steps"]:  # where goods are bad, the server prints none
        own["steps"] = []
    assert own == server


def test_the_servers_word_stands_marked_while_the_browser_checks(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    held: list[Route] = []
    watched.page.route(f"{world.rpc}/**", lambda route: held.append(route))
    page = watched.open(world.url("verified"), "#main[data-check=running]")
    assert said(page) == ("verified", None)
    expect(page.locator("[data-running]")).to_contain_text("đang tự kiểm tra")
    expect(page.locator("#check [data-state=run]")).to_have_count(1)
    for route in held:
        route.continue_()
    page.unroute(f"{world.rpc}/**")
    page.wait_for_selector(CHECKED)
    assert said(page) == ("verified", "verified")
    expect(page.locator("#check [data-state=ok]")).to_have_count(7)


def test_each_step_shows_its_proof(world: World, context: BrowserContext) -> None:
    page = Watched(context).open(world.url("verified", "en"))
    behind = page.locator("#check details.behind")
    assert behind.count() == 7
    for place in range(7):
        behind.nth(place).locator("summary").click()
        expect(behind.nth(place).locator(".hash").first).to_be_visible()


def test_three_things_are_kept_apart_in_words(world: World, context: BrowserContext) -> None:
    page = Watched(context).open(world.url("verified", "en"))
    lines = page.locator(".three").first.locator("li").all_text_contents()
    assert len(lines) == 3
    assert "public ledger" in lines[0]
    assert re.search(r"\d+ entries signed with a key of their own, \d+ with a key kept", lines[1])
    assert "true" in lines[2]


def test_without_the_chain_everything_holds_up_to_the_signed_checkpoint(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    watched.page.route(f"{world.rpc}/**", lambda route: route.abort())
    page = watched.open(world.url("verified"))
    assert said(page) == ("verified", "chain_unreachable")
    assert page.locator("#check [data-step=anchored]").get_attribute("data-state") == "skip"
    assert page.locator("#check [data-step=unchanged]").get_attribute("data-state") == "ok"


def test_keepers_of_the_ledger_that_contradict_each_other_are_told_and_nothing_rests_on_them(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    trouble(watched.page, world, "chain_disputed")
    page = watched.open(world.url("verified", "en"))
    assert said(page) == ("verified", "chain_disputed")
    assert page.locator("#check [data-step=anchored]").get_attribute("data-state") in ("fail", "skip")
    assert page.locator("#check [data-step=unchanged]").get_attribute("data-state") == "ok"
    assert page.locator("#check [data-step=recall]").get_attribute("data-state") == "skip"
    expect(page.locator(".ribbon.alarm")).to_contain_text("disagree")


def test_the_story_that_does_not_come_is_told_and_takes_nothing_from_the_verdict(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    watched.page.route("**/assets/rest-*.js", lambda route: route.abort())
    page = watched.open(world.url("verified"))
    assert said(page) == ("verified", "verified")
    assert page.locator("#check [data-state=ok]").count() == 7
    expect(page.get_by_role("heading", name="Chưa tải được phần còn lại")).to_be_visible()
    assert page.locator("#story").count() == 0


def test_without_a_bundle_nothing_is_called_checked(world: World, context: BrowserContext) -> None:
    watched = Watched(context)
    watched.page.route("**/api/v1/proof*", lambda route: route.abort())
    page = watched.open(world.url("verified"), "#main[data-check=failed]")
    assert said(page) == ("verified", None)
    expect(page.locator("[data-failed]")).to_contain_text("chưa tự kiểm tra được")


def test_a_verdict_that_only_the_html_claims_is_overruled_loudly_and_reported(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    reports: list[Any] = []

    def lie(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("recalled", "verified", 1))

    def take(route: Route) -> None:
        reports.append(route.request.post_data_json)
        route.fulfill(status=201, json={})

    watched.page.route(re.compile(re.escape(world.rows["recalled"].url(world.base))), lie)
    watched.page.route("**/api/v1/reports", take)
    page = watched.open(world.url("recalled"))
    assert said(page) == ("verified", "recalled")
    expect(page.locator(".alarm")).to_contain_text("khác nhau")
    expect(page.locator("h1")).to_have_text("Đừng dùng. Lô này đang bị thu hồi")
    assert [report["kind"] for report in reports] == ["disagreement"]


def test_a_trust_file_other_than_the_html_names_is_told(world: World, context: BrowserContext) -> None:
    watched = Watched(context)

    def lie(route: Route) -> None:
        answer = route.fetch()
        body = re.sub(r'data-trust="[0-9a-f]{64}"', f'data-trust="{"0" * 64}"', answer.text())
        route.fulfill(response=answer, body=body)

    watched.page.route(re.compile(re.escape(world.rows["verified"].url(world.base))), lie)
    page = watched.open(world.url("verified"))
    expect(page.locator(".alarm")).to_contain_text("Tệp tin cậy không khớp")


def test_a_trust_file_that_changed_is_told_until_the_reader_takes_it(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    page = watched.open(world.url("verified"))
    page.evaluate(
        "Object.keys(localStorage).filter(k => k.startsWith('nguon.trust:'))"
        ".forEach(k => localStorage.setItem(k, '0'.repeat(64)))"
    )
    page = watched.open(world.url("verified"))
    expect(page.locator(".alarm")).to_contain_text("đã thay đổi")
    page.get_by_role("button", name="Nhớ tệp mới").click()
    assert watched.open(world.url("verified")).locator(".alarm").count() == 0


def test_it_checks_without_storage_and_without_service_worker(world: World, context: BrowserContext) -> None:
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied') }})"
    )
    watched = Watched(context)
    page = watched.open(world.url("verified"))
    assert said(page) == ("verified", "verified")
    assert watched.complaints == []


def test_a_report_takes_one_tap_to_open_and_one_to_send(world: World, context: BrowserContext) -> None:
    watched = Watched(context)
    reports: list[Any] = []

    def take(route: Route) -> None:
        reports.append(route.request.post_data_json)
        route.fulfill(status=201, json={})

    watched.page.route("**/api/v1/reports", take)
    page = watched.open(world.url("unknown_tem"))
    page.get_by_role("link", name="Báo tem lạ").first.click()
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#report")).to_contain_text("Đã nhận")
    assert [(one["kind"], one["code"]) for one in reports] == [("suspect", world.rows["unknown_tem"].code)]


def test_a_report_that_does_not_arrive_is_not_called_received(world: World, context: BrowserContext) -> None:
    watched = Watched(context)
    watched.page.route("**/api/v1/reports", lambda route: route.fulfill(status=404, json={}))
    page = watched.open(world.url("verified"))
    page.get_by_role("button", name="Khác").click()
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#report [role=alert]")).to_contain_text("Chưa gửi được")


def test_conflicting_scans_are_the_operators_word_and_worsen_the_verdict(
    world: World, context: BrowserContext
) -> None:
    watched = Watched(context)
    trouble(watched.page, world, "suspect_copy")
    page = watched.open(world.url("verified"))
    assert said(page) == ("verified", "suspect_copy")
    assert page.locator("#check [data-state=ok]").count() == 7


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_asks_at_once_for_all_that_its_first_look_needs_and_for_nothing_else(
    world: World, context: BrowserContext, lang: str
) -> None:
    watched = Watched(context)
    page = watched.page
    page.route("**/assets/**", lambda route: route.abort())
    page.goto(world.url("verified", lang))
    named = page.eval_on_selector_all(
        "link[rel=modulepreload], script[src]", "all => all.map(one => one.href || one.src)"
    )
    page.unroute_all()
    whole = Watched(context)
    whole.open(world.url("verified", lang))
    loaded = {url for url in whole.asked if "/assets/" in url and url.endswith(".js")}
    later = {url for url in loaded - set(named) if "/rest-" in url or f"/{lang}-" in url}
    assert {url for url in named if "/assets/" in url} | later == loaded
    assert len(later) == 2


def test_only_the_endpoints_of_the_trust_file_may_be_asked(world: World, context: BrowserContext) -> None:
    answer = context.request.get(world.url("verified"))
    policy = answer.headers["content-security-policy"]
    assert f"connect-src 'self' {world.rpc};" in policy
    assert "unsafe" not in policy.replace("wasm-unsafe-eval", "")
