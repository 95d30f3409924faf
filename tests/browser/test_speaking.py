"""One sentence on a real phone: what it leaves open is asked, and two events are taken one at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.coopkit import Farm, MemberPhone, farm
from tests.browser.test_coop_app import admitted, done, event, signed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    """A cooperative of two lines that share their plots."""
    with farm(tmp_path_factory.mktemp("farm"), lines=("herb", "rice")) as made:
        yield made


@pytest.fixture(scope="module")
def member(found: Farm, browser: Browser) -> Iterator[MemberPhone]:
    made = admitted(found, MemberPhone(browser, found))
    yield made
    made.close()


def say(member: MemberPhone, sentence: str) -> None:
    member.open("/speak")
    member.page.locator("#sentence").fill(sentence)
    member.page.locator("[role=status] .note").wait_for()


def test_a_day_that_a_sentence_leaves_open_is_asked_before_anything_is_signed(member: MemberPhone) -> None:
    say(member, "tuần trước hái 7 cân hoa trà tươi ở vườn A05")
    member.tap("Tiếp")
    member.page.get_by_role("heading", name="Làm hôm nào?").wait_for()
    member.tap("Hôm kia")
    member.tap(member.page.locator("[data-sign]"))
    done(member, "recorded")
    (slip,) = member.slips()
    made = event(signed(slip)[0])
    assert made["quantityList"][0]["quantity"] == 7
    assert datetime.fromisoformat(made["eventTime"]) < datetime.now(UTC) - timedelta(days=1)


def test_a_sentence_that_fits_two_lines_asks_which_before_it_goes_on(member: MemberPhone) -> None:
    say(member, "hôm qua làm cỏ ở vườn A03")
    choices = member.page.locator("[role=status] .note button")
    assert choices.count() == 2
    assert member.page.locator(".btn.next").is_disabled()
    choices.first.click()
    member.page.locator(".heard").wait_for()
    assert "vườn A03" in member.page.locator(".heard").inner_text()
    assert member.page.locator(".btn.next").is_enabled()


def test_of_two_events_the_second_is_given_back_to_be_said_next(member: MemberPhone) -> None:
    say(member, "hái 5 cân hoa trà tươi vườn A03 rồi phun chế phẩm mẫu 20 cc vườn A05")
    assert "phun chế phẩm mẫu 20 cc vườn A05" in member.page.locator("[role=status] .note").inner_text()
    assert "5 kg" in member.page.locator(".heard").inner_text()


@pytest.mark.parametrize(
    "sentence", ["chưa hái vườn A03", "hái vườn A03 chưa?", "mai hái vườn A03", "trời đẹp quá"]
)
def test_what_tells_of_nothing_done_cannot_be_recorded(member: MemberPhone, sentence: str) -> None:
    say(member, sentence)
    assert member.page.locator(".heard").count() == 0
    assert member.page.locator(".btn.next").is_disabled()


def test_the_guides_are_reached_from_help_ones_own_first(member: MemberPhone) -> None:
    page = member.open("/help")
    page.locator("a[href='#/guide']").click()
    links = page.locator(".menu a[href^='/guide/']")
    links.first.wait_for()
    assert links.first.get_attribute("href") == "/guide/member?lang=vi"
    assert links.count() == 5
    with page.context.expect_page() as opened:
        links.first.click()
    opened.value.get_by_role("heading", name="Ghi sổ bằng điện thoại").wait_for()
