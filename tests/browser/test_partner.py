"""Shops, laboratories and the alliance in a real browser, each signing with a key of its own phone."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.claimed import Claiming
from tests.browser.chromium import CHROMIUM, FAKE_CAMERA, FLAGS
from tests.browser.coopkit import ORG, MemberPhone, farm, gtin
from tests.browser.deskkit import HARVESTED, LAB, SHOP, amount, capture, event, officer
from tests.browser.live import film, qr
from tests.browser.partnerkit import DESK, DRY_LOT, OLD_LOT, TEA_LOT, Round, lay, seated
from tests.browser.test_coop_app import SMALL_TEXT, TOO_SMALL
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200
from tests.passkeykit import Json

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    with farm(tmp_path_factory.mktemp("table")) as found:
        yield lay(found)


def unexpected(phone: MemberPhone) -> list[str]:
    """What its pages complained about, but for what a browser says of an answer 404: who was described yet?"""
    return [each for each in phone.complaints if "404" not in each]


@pytest.fixture(scope="module")
def shop(table: Round, browser: Browser) -> Iterator[MemberPhone]:
    made = seated(table.farm, browser, "retailer", "chị Sim", accept_downloads=True)
    yield made
    assert unexpected(made) == []
    made.close()


@pytest.fixture(scope="module")
def lab(table: Round, browser: Browser) -> Iterator[MemberPhone]:
    made = seated(table.farm, browser, "laboratory", "anh Kha")
    yield made
    assert unexpected(made) == []
    made.close()


@pytest.fixture(scope="module")
def alliance(table: Round, browser: Browser) -> Iterator[MemberPhone]:
    made = seated(table.farm, browser, "alliance", "bà Liên", viewport=DESK, accept_downloads=True)
    yield made
    assert unexpected(made) == []
    made.close()


def claims(table: Round, org: str, name: str) -> list[Json]:
    """What the service tells the operator of an organisation's claims."""
    found = Claiming(table.farm.deployment.log).about(org)
    return [
        {"state": each.claim.state, "by": each.claim.by, "named": each.claim.named, "index": each.claim.index,
         "answer": each.answer, "lots": [uri.rpartition("/10/")[2] for uri in each.event.about], "claim": each.claim}
        for each in found
        if (each.claim.by == org) == (name == "unanswered")
    ]  # fmt: skip


def typed(page: Page, code: str) -> None:
    """What a hardware scanner types."""
    field = page.locator("input[name=code]")
    if field.count() == 0:
        page.locator(".looker__ways button").first.click()
    field.fill(code)
    field.press("Enter")


def receive(shop: MemberPhone, lot: str) -> Page:
    page = shop.open("/shop")
    page.locator(".pick", has_text=lot).first.click()
    page.locator(".checklist").wait_for()
    return page


def test_a_shop_receives_label_by_label_and_signs_with_its_own_key(table: Round, shop: MemberPhone) -> None:
    page = receive(shop, TEA_LOT)
    page.locator(".looker__none").wait_for()
    for place, code in enumerate(table.codes, 1):
        typed(page, code)
        expect(page.locator(f"li[data-lot={TEA_LOT}] .checklist__n")).to_contain_text(f"{place} / 20")
        expect(page.locator(".lastscan")).to_have_attribute("data-tone", "good")
    typed(page, table.codes[0])
    expect(page.locator(".lastscan")).to_contain_text("vừa quét rồi")
    typed(page, table.old)
    expect(page.locator(".lastscan")).to_have_attribute("data-tone", "stop")
    expect(page.locator(f"li[data-lot={OLD_LOT}]")).to_have_attribute("data-state", "aside")
    page.locator(f"li[data-lot={TEA_LOT}] .checklist__do button").first.click()
    expect(page.locator(f"li[data-lot={TEA_LOT}]")).to_have_attribute("data-state", "enough")
    shop.count()
    shop.tap(page.locator(".end .btn.sign"))
    shop.tap(page.locator("[data-sign]"))
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    print(f"receive and sign: {shop.taps} taps, {shop.seconds:.1f} s")
    assert shop.taps == 2
    (told,) = [each for each in claims(table, SHOP, "toAnswer") if TEA_LOT in each["lots"]]
    assert told["state"] == "accepted"
    assert told["answer"].signer.kid == shop.kid()
    assert told["answer"].signer.custody == "own"
    table.farm.anchored()
    page.goto(f"{table.farm.base}/01/{gtin(3)}/10/{TEA_LOT}?lang=vi")
    expect(page.locator(".hand", has_text="Cửa hàng Mẫu Hoa Lư đã ký nhận đúng số này")).to_have_count(1)
    page.wait_for_load_state("networkidle")


def test_what_was_scanned_is_still_there_after_the_app_was_killed(table: Round, shop: MemberPhone) -> None:
    page = receive(shop, OLD_LOT)
    typed(page, table.old)
    expect(page.locator(f"li[data-lot={OLD_LOT}]")).to_have_attribute("data-state", "aside")
    page.goto("about:blank")
    page = receive(shop, OLD_LOT)
    expect(page.locator(f"li[data-lot={OLD_LOT}]")).to_have_attribute("data-state", "aside")
    with page.expect_download() as kept:
        page.locator(".receive__more button").click()
    text = Path(kept.value.path()).read_text(encoding="utf-8-sig")
    assert OLD_LOT in text
    assert "đang thu hồi" in text


def test_a_shop_says_that_something_never_came_and_the_page_tells_it(table: Round, shop: MemberPhone) -> None:
    page = receive(shop, OLD_LOT)
    page.locator(".receive__more a").click()
    sign = page.locator(".end .btn.sign")
    expect(sign).to_be_disabled()
    page.locator(".chips button").first.click()
    sign.click()
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    (told,) = [each for each in claims(table, SHOP, "toAnswer") if OLD_LOT in each["lots"]]
    assert (told["state"], told["claim"].reason) == ("denied", "Chưa hề nhận hàng này")
    page = shop.open("/shop")
    page.locator(".partner__more summary").first.click()
    expect(page.locator(".pick .pill[data-tone=stop]").first).to_be_visible()


def test_a_laboratory_enters_reads_back_and_signs_a_result(
    table: Round, lab: MemberPhone, tmp_path: Path
) -> None:
    page = lab.open("/lab")
    page.locator(".pick", has_text=DRY_LOT).click()
    page.locator("input[name=moisture]").fill("7,2")
    page.locator("input[name=lead]").fill("2,4")
    expect(page.locator(".reading[data-over=true]")).to_have_count(1)
    page.locator("input[name=lead]").fill("0,4")
    paper = tmp_path / "KN26-0100.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.locator("input[type=file]").set_input_files(paper)
    page.locator(".end .btn.big").click()
    expect(page.locator(".wrong").first).to_be_visible()
    page.locator("input[name=number]").fill("KN26-0100")
    page.locator("input[name=finding][value=conformant]").check()
    page.locator(".end .btn.big").click()
    expect(page.locator(".lead2")).to_contain_text("KN26-0100")
    page.locator("[data-sign]").click()
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    (told,) = [each for each in claims(table, LAB, "toAnswer") if DRY_LOT in each["lots"]]
    assert told["state"] == "accepted"
    signed = told["answer"]
    assert (signed.signer.role, signed.signer.custody, signed.signer.kid) == ("laboratory", "own", lab.kid())
    reports = signed.event.raw["sensorElementList"][0]["sensorReport"]
    assert sorted(report["value"] for report in reports) == [0.4, 7.2]
    attached = signed.event.raw["nguon:attachment"][0]
    blob = f"/api/v1/blobs/{attached['href'].partition(';')[2]}"
    assert page.request.get(f"{table.farm.base}{blob}").status == 200


def test_the_camera_stays_open_from_label_to_label(table: Round, browser: Browser, tmp_path: Path) -> None:
    seen = film(tmp_path / "tem.y4m", qr(table.codes[0]))
    launched = browser.browser_type.launch(
        executable_path=str(CHROMIUM),
        args=[*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={seen}"],
    )
    phone = seated(table.farm, launched, "retailer", "anh Tỏ", permissions=["camera"])
    page = phone.open("/shop")
    page.locator(".partner__more").first.wait_for()
    index = claims(table, SHOP, "toAnswer")[0]["index"]
    page = phone.open(f"/shop/receive/{index}")
    page.locator(".lastscan[data-tone=caution], .lastscan[data-tone=good]").wait_for(timeout=20_000)
    playing = (
        "() => { const v = document.querySelector('video'); return !!v && !v.paused && v.videoWidth > 0 }"
    )
    assert page.evaluate(playing)
    assert not phone.complaints
    launched.close()


def test_the_alliance_sees_whom_to_call_and_replaces_a_lost_phone_in_two_taps(
    table: Round, alliance: MemberPhone
) -> None:
    page = alliance.open("/alliance")
    page.locator(f".calls[data-calls] li[data-org='{ORG}']").wait_for()
    expect(page.locator(f".calls[data-calls] li[data-org='{ORG}']")).to_contain_text("không đúng")
    assert page.locator(".signs .statesign[data-state=none]").count() == 3
    page.locator("#find-org").fill("kim son")
    expect(page.locator(".calls b", has_text="HTX Mẫu Kim Sơn").first).to_be_visible()
    alliance.count()
    alliance.tap(page.locator(f".calls[data-calls] li[data-org='{ORG}'] a").first)
    alliance.tap(page.locator("[data-person='cô Nhàn'] .btn").first)
    page.locator("[data-invitation]").wait_for()
    print(f"a lost phone: {alliance.taps} taps, {alliance.seconds:.1f} s")
    assert alliance.taps == 2
    assert page.locator("img.qr").evaluate("one => one.complete && one.naturalWidth > 0")


def test_the_alliance_invites_a_cooperative_whose_officer_joins(
    table: Round, alliance: MemberPhone, browser: Browser
) -> None:
    page = alliance.open("/alliance/invite")
    for name, text in (
        ("name", "cô Mới"),
        ("orgName", "HTX Mới Mẫu"),
        ("gln", "9521006000013"),
        ("prefix", "9521006"),
    ):
        page.locator(f"input[name={name}]").fill(text)
    page.locator(".end .btn.big").click()
    expect(page.locator(".wrong").first).to_be_visible()
    page.locator("input[name=gln]").fill("9521006000012")
    page.locator(".end .btn.big").click()
    link = page.locator("[data-invitation]").get_attribute("data-invitation")
    assert link
    phone = MemberPhone(browser, table.farm)
    phone.join({"secret": link.partition("#")[2]})
    phone.enter()
    assert not phone.complaints
    phone.close()
    page = alliance.open("/alliance")
    page.locator("#find-org").fill("mới mẫu")
    expect(page.locator(".calls b", has_text="HTX Mới Mẫu").first).to_be_visible()


def test_a_month_is_a_table_and_the_trail_tells_who_invited(table: Round, alliance: MemberPhone) -> None:
    page = alliance.open("/alliance/report")
    expect(page.locator(".tbl tbody tr", has_text="HTX Yên Sơn Mẫu")).to_have_count(1)
    with page.expect_download() as kept:
        page.locator("a[download]").click()
    assert "HTX Yên Sơn Mẫu" in Path(kept.value.path()).read_text(encoding="utf-8-sig")
    page = alliance.open("/alliance/audit")
    page.locator("[data-deed='person.invited']").first.wait_for()


def test_an_officer_says_that_what_a_shop_wrote_of_her_cooperative_is_so(
    table: Round, browser: Browser
) -> None:
    ticket = event(
        "receiving",
        1,
        "https://id.gs1.org/414/9521095000023",
        quantityList=[amount(HARVESTED, "H261121", 6.3)],
        sourceList=[{"type": "possessing_party", "source": ORG}],
    )
    capture(table.farm, SHOP, ticket)
    seat = officer(table.farm, browser)
    page = seat.open("/partner")
    page.locator(".pick", has_text="H261121").first.click()
    seat.tap(page.locator(".end .btn.sign"))
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    told = next(each for each in claims(table, ORG, "toAnswer") if "H261121" in each["lots"])
    assert (told["state"], told["answer"].signer.kid) == ("accepted", seat.kid())
    assert unexpected(seat) == []
    seat.close()


SCREENS = {
    "retailer": ["/shop", "/shop/receive/{shop}", "/partner/deny/{shop}", "/partner/answer/{shop}"],
    "laboratory": ["/lab", "/lab/scan", "/lab/result/{lab}"],
    "alliance": [
        "/alliance",
        "/alliance/invite",
        "/alliance/report",
        "/alliance/audit",
        f"/alliance/org/{quote(ORG, safe='')}",
    ],
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("role", SCREENS)
def test_every_screen_is_accessible_large_and_narrow(
    table: Round, browser: Browser, axe: str, role: str, lang: str
) -> None:
    scheme = "dark" if lang == "en" else "light"
    phone = seated(table.farm, browser, role, "ai đó", lang, color_scheme=scheme)
    shop, lab = (claims(table, org, "toAnswer")[0]["index"] for org in (SHOP, LAB))
    for path in SCREENS[role]:
        page = phone.open(path.format(shop=shop, lab=lab))
        page.wait_for_load_state("networkidle")
        page.locator("[data-loading]").first.wait_for(state="detached")
        assert page.evaluate(TOO_SMALL) == [], path
        assert page.evaluate(SMALL_TEXT) == [], path
        page.set_viewport_size({"width": 320, "height": 3_000})  # the bar at its foot lies over nothing
        assert page.evaluate(SIDEWAYS) <= 0, path
        page.evaluate(axe)
        found = page.evaluate(AXE)
        assert found == [], (path, found)
        page.evaluate(TEXT_200)
        assert page.evaluate(SIDEWAYS) <= 0, f"{path} at 200 %"
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.set_viewport_size({"width": 360, "height": 780})
    phone.close()
