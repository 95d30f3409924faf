"""The officer's desk in a real browser: a product, a place, a member, a roll her phone signs, its sheet, a recall.

Taps are counted on the real screens and printed (`pytest -s`).
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from ledger.rolls import DeclaredRoll, read_story
from ledger.statement import jws
from ledger.statement.subjects import Role, subject_key
from tests.browser.coopkit import ORG, Farm, MemberPhone, farm, gtin
from tests.browser.deskkit import DESK, PACKED, officer, season
from tests.browser.test_coop_app import SMALL_TEXT, TOO_SMALL
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200

pytestmark = pytest.mark.browser
TEA = f"{gtin(3)}/TH261108"
OLD = f"{gtin(3)}/TH261010"
SCREENS = (
    "/desk",
    "/desk/board",
    f"/desk/lot/{TEA}",
    f"/desk/tem/{TEA}",
    f"/desk/recall/{OLD}",
    "/desk/products",
    "/desk/products/new",
    f"/desk/products/{gtin(3)}",
    "/desk/places",
    "/desk/places/new",
    "/desk/certificates",
    "/desk/certificates/new",
    "/desk/tests",
    "/desk/members",
    "/desk/members/new",
    "/desk/partners",
    "/desk/partners/new",
    "/desk/reports",
    "/desk/org",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    with farm(tmp_path_factory.mktemp("desk")) as made:
        season(made)
        yield made


@pytest.fixture(scope="module")
def seat(found: Farm, browser: Browser) -> Iterator[MemberPhone]:
    """The officer at a desk."""
    made = officer(found, browser, viewport=DESK, accept_downloads=True)
    yield made
    assert not made.complaints
    made.close()


@pytest.fixture(scope="module")
def handy(found: Farm, browser: Browser) -> Iterator[MemberPhone]:
    """The officer on the way, with a phone."""
    made = officer(found, browser, "en")
    yield made
    made.close()


def shown(page: Page) -> None:
    page.locator("[data-loading]").first.wait_for(state="detached", timeout=20_000)
    assert page.locator("[data-alarm]").count() == 0, "a signature that this device did not make"


def opened(seat: MemberPhone, path: str) -> Page:
    page = seat.open(path)
    shown(page)
    return page


def saved(page: Page, state: str = "recorded") -> None:
    page.locator(f"[data-saved={state}]").wait_for(timeout=20_000)


def signers_of(found: Farm, uri: str) -> list[str]:
    """The custody of the keys that signed descriptions of something, oldest first."""
    log = found.deployment.log
    entries = log.subject_entries(subject_key(Role.DESC, uri))
    statements = log.statements(entry.index for entry in entries)
    kids = [jws.parse(statements[entry.index]).header.kid for entry in entries]
    records = {record.kid: record for record in log.key_records()}
    return [records[kid].custody for kid in kids]


def test_a_product_that_the_officer_describes_is_signed_with_her_own_key(
    found: Farm, seat: MemberPhone
) -> None:
    page = opened(seat, "/desk/products/new")
    number = page.locator("[name=gtin]")
    assert number.input_value() == gtin(7), "the next number that is free"
    number.fill(gtin(7)[:-1] + str((int(gtin(7)[-1]) + 1) % 10))
    assert f"Số cuối phải là {gtin(7)[-1]}" in page.locator(".wrong").first.inner_text()
    number.fill(gtin(7))
    page.locator("[name=name]").fill("Hộp trà hoa vàng 100 g")
    page.get_by_text("Hàng đóng gói").click()
    page.locator("[name=net]").fill("100 g")
    page.locator("[name=shelf]").fill("24")
    page.get_by_text("4 sao").click()
    page.locator("[name=unit]").fill("thùng")
    page.locator("[name=base]").fill("24")
    page.locator("[data-sign]").click()
    saved(page)
    uri = f"https://id.gs1.org/01/{gtin(7)}"
    assert signers_of(found, uri) == ["own"]
    product = next(item for item in found.deployment.books.of(ORG).products if item.uri == uri)
    assert (product.name, product.kind, product.shelf_life_days) == ("Hộp trà hoa vàng 100 g", "packed", 720)
    assert [(unit.name, unit.base) for unit in product.units] == [("thùng", 24)]


def test_what_a_form_does_not_ask_for_stays_in_the_next_description(found: Farm, seat: MemberPhone) -> None:
    page = opened(seat, f"/desk/products/{gtin(3)}")
    page.locator("[name=shelf]").fill("18")
    page.locator("[data-sign]").click()
    saved(page)
    described = found.deployment.lots.descriptions([PACKED])[PACKED]
    assert described["https://w3id.org/nguon/epcis/shelfLifeMonths"] == 18
    assert described["https://w3id.org/nguon/epcis/productLine"] == "herb"
    assert described["https://w3id.org/nguon/epcis/ocopStars"] == 4


def test_a_place_and_a_certificate_are_signed_and_seen_at_once(found: Farm, seat: MemberPhone) -> None:
    page = opened(seat, "/desk/places/new")
    page.locator("[name=name]").fill("Ruộng Bông Sau")
    page.get_by_text("Vườn, ruộng").click()
    page.locator("[name=area]").fill("0,42")
    page.locator("[name=aliases]").fill("ruộng trên, Bông Sau")
    page.locator("[data-sign]").click()
    saved(page)
    place = next(item for item in found.deployment.books.of(ORG).places if item.name == "Ruộng Bông Sau")
    assert (place.kind, place.area and place.area.value) == ("field", 0.42)
    assert place.aliases == ("ruộng trên", "Bông Sau")
    page = opened(seat, "/desk/certificates/new")
    for name, value in {
        "name": "VietGAP",
        "number": "VG-12",
        "from": "2026-01-01",
        "until": "2026-12-01",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[data-sign]").click()
    saved(page)
    opened(seat, "/desk/certificates")
    page.get_by_text("VietGAP").first.wait_for()


def test_certificates_that_end_soon_are_warned_of_on_the_first_screen(seat: MemberPhone) -> None:
    page = opened(seat, "/desk")
    warned = page.locator("[data-ending] [data-level]")
    warned.first.wait_for()
    assert "month" in {item.get_attribute("data-level") for item in warned.all()}
    assert "GACP" not in page.locator("[data-ending]").inner_text(), "it holds for more than a year"


def test_a_description_made_without_a_network_waits_and_goes_when_there_is_one(
    found: Farm, seat: MemberPhone
) -> None:
    page = opened(seat, "/desk/places/new")
    seat.context.set_offline(True)
    page.locator("[name=name]").fill("Kho Xa")
    page.locator("label", has_text="Kho").locator("input[value=store]").check()
    page.locator("[data-sign]").click()
    saved(page, "waiting")
    assert "cần mạng" in page.locator("[data-saved]").inner_text(), "names and units want the network"
    seat.context.set_offline(False)
    seat.wait_recorded(1)
    page.wait_for_timeout(500)
    assert any(item.name == "Kho Xa" for item in found.deployment.books.of(ORG).places)
    seat.complaints[:] = [said for said in seat.complaints if "Failed to load resource" not in said]


def test_a_member_is_invited_by_a_code_and_admitted_while_it_is_shown(
    found: Farm, seat: MemberPhone, browser: Browser
) -> None:
    page = opened(seat, "/desk/members/new")
    page.locator("[name=name]").fill("bác Thìn")
    page.locator("[data-sign]").click()
    card = page.locator("[data-invitation]")
    card.wait_for()
    assert page.locator(".qr").evaluate("each => each.decode().then(() => each.naturalWidth > 0)")
    secret = (card.get_attribute("data-invitation") or "").partition("#")[2]
    member = MemberPhone(browser, found)
    member.join({"secret": secret})
    page.locator("[data-admitted=true]").wait_for(timeout=20_000)
    member.enter()
    records = {record.kid: record for record in found.deployment.log.key_records()}
    assert records[member.kid()].custody == "own"
    lost_phone(found, seat, member)


def lost_phone(found: Farm, seat: MemberPhone, member: MemberPhone) -> None:
    """Two taps from the list shut the old phone out and show a new code."""
    kid = member.kid()
    page = opened(seat, "/desk/members")
    seat.count()
    seat.tap(page.locator("[data-person='bác Thìn']"))
    seat.tap(page.locator("[data-lost]"))
    page.locator("[data-invitation]").wait_for(timeout=20_000)
    assert seat.taps == 2
    record = next(each for each in found.deployment.log.key_records() if each.kid == kid)
    assert record.revoked is not None
    answer = member.context.request.get(f"{found.base}/api/v1/session")
    assert answer.status == 401
    member.close()


def test_the_board_shows_every_lot_and_what_it_lacks(seat: MemberPhone) -> None:
    page = opened(seat, "/desk/board")
    lanes = {
        lane.get_attribute("data-lane"): [
            lot.get_attribute("data-lot") for lot in lane.locator("[data-lot]").all()
        ]
        for lane in page.locator("[data-lane]").all()
    }
    assert lanes["harvested"] == ["H261121"]
    assert set(lanes["tested"]) == {"D261122", "D261103"}
    assert set(lanes["packed"]) == {"TH261108", "TH261010"}
    assert "còn thiếu" in page.locator("[data-lot=TH261010]").inner_text()
    seat.count()
    seat.tap(page.locator("[data-lot=TH261010]"))
    page.locator("[data-ready=false]").wait_for()
    assert seat.taps == 1
    assert "phơi, sấy" in page.locator(".lacks").first.inner_text()


def test_tem_are_signed_on_this_device_and_printed_in_three_taps(
    found: Farm, seat: MemberPhone, tmp_path: Path
) -> None:
    page = opened(seat, f"/desk/lot/{TEA}")
    seat.count()
    seat.tap(page.locator("[data-go=tem]"))
    shown(page)
    page.locator(".temreal").wait_for()
    assert page.locator(".temcount").inner_text() == "58 tem"
    with page.expect_download(timeout=30_000) as expected:
        seat.tap(page.locator("[data-sign]"))
    assert seat.taps <= 3
    sheet = tmp_path / "tem.pdf"
    expected.value.save_as(sheet)
    assert sheet.read_bytes().startswith(b"%PDF-")
    page.locator("[data-printed]").get_by_text("Cuộn 58 tem đã vào sổ").wait_for()
    roll = found.deployment.log.event(_roll(found).event_id)
    assert roll is not None
    assert roll.statement is not None
    record = found.deployment.log.key_record(jws.parse(roll.statement).header.kid)
    assert record is not None
    assert record.custody == "own", "no key of the operator's signed it"
    opened(seat, f"/desk/tem/{TEA}")
    assert page.locator("[data-sign]").count() == 0, "all are printed"
    print(f"tem: {seat.taps} taps from a lot")


def test_a_spoiled_label_is_voided_by_its_serial_and_another_may_be_printed(
    found: Farm, seat: MemberPhone
) -> None:
    roll = _roll(found).roll
    spoiled = next(iter(found.deployment.tem_to_print(roll.id, roll.gtin, roll.lot, 5, 4)))
    opened(seat, "/desk/board")
    page = opened(seat, f"/desk/tem/{TEA}")
    seat.tap(page.locator("[data-ask-void]"))
    page.locator("[name=spoiled]").fill(
        f"{spoiled.serial[:5]} {spoiled.serial[5:11]} {spoiled.serial[11:]}".lower()
    )
    seat.tap(page.locator("[data-sign-void]"))
    page.locator(".temcount").get_by_text("1 tem", exact=True).wait_for(timeout=20_000)
    story = read_story(found.deployment.log, roll.gtin, roll.lot)
    assert list(story.voided) == [spoiled.serial]


def _roll(found: Farm) -> DeclaredRoll:
    rolls = read_story(found.deployment.log, gtin(3), "TH261108").rolls
    assert len(rolls) == 1
    return rolls[0]


def test_a_recall_takes_four_taps_reaches_the_buyer_and_tells_whom_to_call(
    found: Farm, seat: MemberPhone
) -> None:
    page = opened(seat, f"/desk/lot/{OLD}")
    seat.count()
    seat.tap(page.locator("[data-go=recall]"))
    page.locator("[data-next]").wait_for()
    if page.locator("[data-all]").count():
        seat.tap(page.locator("[data-all]"))
    seat.tap(page.locator("[data-next]"))
    assert "Thu hồi 60 gói" in page.locator("h1").inner_text()
    seat.tap(page.locator("[data-sign]"))
    page.locator("[data-call=recorded]").wait_for(timeout=30_000)
    assert seat.taps <= 4
    assert "0229 300 111" in page.locator("[data-call]").inner_text()
    assert "45 gói" in page.locator("[data-call]").inner_text()
    code = quote(f"https://nguon.localhost/01/{gtin(3)}/10/TH261010", safe="")
    answer = seat.context.request.get(f"{found.base}/api/v1/verify?code={code}").json()
    assert answer["verdict"] == "recalled"
    print(f"recall: {seat.taps} taps from a lot")


def test_her_own_recall_is_ended_with_a_reason_and_her_passkey(found: Farm, seat: MemberPhone) -> None:
    opened(seat, "/desk/board")
    page = opened(seat, f"/desk/recall/{OLD}")
    seat.tap(page.locator("[data-ask-release]"))
    assert page.locator("[data-release]").is_disabled(), "a release says why"
    page.locator("[name=release]").fill("Kiểm nghiệm lại đạt")
    seat.tap(page.locator("[data-release]"))
    page.get_by_text("Đã vào sổ").first.wait_for(timeout=20_000)
    loop = found.deployment.anchor_loop
    assert loop is not None
    loop.settle(60)
    code = quote(f"https://nguon.localhost/01/{gtin(3)}/10/TH261010", safe="")
    answer = seat.context.request.get(f"{found.base}/api/v1/verify?code={code}").json()
    assert answer["verdict"] == "verified"


def test_nothing_is_ordered_or_invited_from_practice(found: Farm, browser: Browser) -> None:
    practising = officer(found, browser)
    practising.page.evaluate("localStorage.setItem('nguon-practice', 'on')")
    practising.open("/help")
    practising.page.reload()
    for path in (f"/desk/tem/{OLD}", "/desk/members/new", f"/desk/recall/{OLD}"):
        page = practising.open(path)
        page.locator(".ribbon.practice").wait_for()
        page.get_by_text("Bàn làm việc không tập được").wait_for()
        assert page.locator("[data-sign], [data-next]").count() == 0
    practising.close()


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_of_the_desk_is_accessible_and_fits(seat: MemberPhone, axe: str, path: str) -> None:
    page = opened(seat, path)
    check(page, axe)


@pytest.mark.parametrize("path", SCREENS)
def test_every_screen_fits_a_small_phone_in_the_dark_with_large_text(
    handy: MemberPhone, axe: str, path: str
) -> None:
    page = opened(handy, path)
    page.set_viewport_size(
        {"width": 320, "height": 2400}
    )  # so high that the bar at its foot lies over nothing
    page.emulate_media(color_scheme="dark")
    check(page, axe)
    page.set_viewport_size({"width": 360, "height": 780})
    page.evaluate(TEXT_200)
    assert page.evaluate(SIDEWAYS) <= 0
    page.evaluate("document.documentElement.style.fontSize = ''")


def check(page: Page, axe: str) -> None:
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(SMALL_TEXT) == []
