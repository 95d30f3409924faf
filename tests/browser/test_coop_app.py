"""The cooperative's app in a real browser: from the invitation to the first harvest, without a network, and corrected.

Taps and seconds are counted on the real screens; the figures are printed (`pytest -s`).
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from ledger.encoding import b64url_decode, parse_json
from ledger.statement.jws import Statement
from ledger.statement.jws import parse as parse_statement
from tests.browser.coopkit import Farm, MemberPhone, farm
from tests.browser.test_pages import AXE, SIDEWAYS, TEXT_200

pytestmark = pytest.mark.browser
LOST_REQUEST = ("Failed to load resource", "net::ERR", "Failed to fetch")

TOO_SMALL = """() => {
  const commits = ".btn.big, .tile, .pick";
  const found = [];
  for (const one of document.querySelectorAll("#app a[href], #app button, #app label:has(input), #app .in")) {
    if (one.closest(".vh") || one.matches(".vh")) continue;
    const box = one.getBoundingClientRect();
    if (box.width === 0 || getComputedStyle(one).visibility === "hidden") continue;
    const least = one.matches(commits) ? 64 : 48;
    if (Math.min(box.width, box.height) < least - 0.01)
      found.push(`${one.className || one.tagName}: ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`);
  }
  return found;
}"""
SMALL_TEXT = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.getElementById("app"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const one = node.parentElement;
    if (!node.data.trim() || one.closest(".vh, noscript, textarea") || one.getClientRects().length === 0) continue;
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (size < 18) found.push(`${size}: ${node.data.trim().slice(0, 40)}`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    with farm(tmp_path_factory.mktemp("farm")) as made:
        yield made


@pytest.fixture
def phone(found: Farm, browser: Browser) -> Iterator[MemberPhone]:
    """A phone that nobody has used."""
    made = MemberPhone(browser, found)
    yield made
    made.close()


@pytest.fixture
def member(found: Farm, phone: MemberPhone) -> MemberPhone:
    """A member's phone, admitted, on its first screen."""
    return admitted(found, phone)


def admitted(found: Farm, phone: MemberPhone) -> MemberPhone:
    phone.join(found.invite())
    found.admit()
    phone.enter()
    phone.page.wait_for_selector(".tiles")
    assert phone.page.locator(".note").count() == 0
    return phone


def harvest(phone: MemberPhone, kilograms: str | None = None, where: str = "Vườn A03") -> None:
    """Record a harvest from the first screen; without an amount the one that stands there is taken."""
    phone.tap(phone.page.locator("[data-tile=harvest]"))
    phone.tap(where)
    if kilograms is not None:
        phone.page.locator(".stepper input").fill(kilograms)
    phone.tap(phone.page.locator(".btn.next"))
    phone.tap(phone.page.locator("[data-sign]"))


def done(phone: MemberPhone, state: str) -> str:
    """Wait for the last screen in a state; its title."""
    phone.page.wait_for_selector(f".done[data-state={state}] h1", timeout=30_000)
    return phone.page.locator("h1").inner_text()


def signed(slip: dict[str, Any]) -> list[Statement]:
    return [parse_statement(raw) for raw in slip["statements"]]


def event(statement: Statement) -> dict[str, Any]:
    value = parse_json(b64url_decode(statement.raw.split(".")[1]))
    assert isinstance(value, dict)
    return value


# -- the way in, and the first harvest


def test_a_member_joins_with_a_passkey_and_records_her_first_harvest_in_four_taps(
    found: Farm, phone: MemberPhone
) -> None:
    before = found.statements()
    phone.page.goto(f"{found.base}/join#{(link := found.invite())['secret']}")
    phone.page.wait_for_selector(".btn.sign")
    assert "HTX Yên Sơn Mẫu" in phone.page.locator(".who").inner_text()
    assert "cô Nhàn" in phone.page.locator(".who").inner_text()
    phone.join(link)
    joining = (phone.taps, phone.seconds)
    found.admit()
    phone.enter()
    phone.count()
    harvest(phone, "12,4")
    first = (phone.taps, phone.seconds)
    assert done(phone, "recorded") == "Đã vào sổ"
    (slip,) = phone.slips()
    (statement,) = signed(slip)
    assert statement.header.kid == phone.kid()
    assert found.statements() > before
    phone.tap("Ghi thêm")

    phone.count()
    harvest(phone)
    second = (phone.taps, phone.seconds)
    assert done(phone, "recorded") == "Đã vào sổ"
    quantities = [event(signed(each)[0])["quantityList"][0]["quantity"] for each in phone.wait_recorded(2)]
    assert quantities == [12.4, 12.4]
    phone.tap("Ghi thêm")

    phone.count()
    phone.tap(phone.page.locator(".again"))
    phone.tap(phone.page.locator("[data-sign]"))
    again = (phone.taps, phone.seconds)
    done(phone, "recorded")
    for name, (taps, seconds) in (
        ("join", joining),
        ("first harvest", first),
        ("harvest", second),
        ("as yesterday", again),
    ):
        print(f"\n{name}: {taps} taps, {seconds:.1f} s", end="")
    assert (first[0], second[0], again[0]) == (4, 4, 2)
    assert max(first[1], second[1], again[1]) < 30
    assert phone.complaints == []


def test_what_a_member_records_before_she_is_admitted_waits_and_goes_after_it(
    found: Farm, phone: MemberPhone
) -> None:
    phone.join(found.invite())
    phone.enter()
    assert "chờ cán bộ duyệt" in phone.page.locator(".note").inner_text()
    harvest(phone, "3")
    assert done(phone, "waiting") == "Đã ghi vào máy"
    found.admit()
    phone.wait_recorded(1, 40)
    assert phone.page.locator("h1").inner_text() == "Đã vào sổ"


def test_an_invitation_that_nobody_made_says_so_and_what_to_do(phone: MemberPhone) -> None:
    phone.page.goto(f"{phone.base}/join#nobody-ever-made-this-one")
    said = phone.page.locator(".failure").inner_text()
    assert "Đường mời này không đúng" in said
    assert "not_found.invitation" in said


def test_a_phone_that_can_keep_no_key_records_with_a_hosted_one_and_says_so(
    found: Farm, phone: MemberPhone
) -> None:
    phone.context.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    phone.join(found.invite())
    assert "máy chủ giữ và ký thay" in phone.page.locator(".card").inner_text()
    phone.enter()
    assert "không cất được gì" in phone.page.locator(".note").inner_text()
    before = found.statements()
    harvest(phone, "4")
    assert done(phone, "recorded") == "Đã vào sổ"
    assert found.statements() > before
    phone.open("/settings")
    assert "Máy chủ giữ chữ ký" in phone.page.locator("#main").inner_text()


# -- without a network


def test_what_is_recorded_without_a_network_survives_the_app_and_arrives_once(
    found: Farm, member: MemberPhone
) -> None:
    member.page.wait_for_function("navigator.serviceWorker.controller !== null")
    member.page.wait_for_function("caches.match('/app?lang=vi').then(found => found !== undefined)")
    member.context.set_offline(True)
    harvest(member, "9,6")
    assert done(member, "waiting") == "Đã ghi vào máy"
    assert "Tắt máy cũng không mất" in member.page.locator(".done .card").inner_text()
    member.page.close()  # the app is killed
    member.page = member.context.new_page()
    member.open("/outbox")
    assert member.page.locator("h1").inner_text() == "1 phiếu đang chờ mạng"
    assert member.page.locator(".chip").get_attribute("data-waiting") == "1"
    before = found.statements()
    member.context.set_offline(False)
    (slip,) = member.wait_recorded(1)
    assert found.statements() == before + 1
    member.page.locator(".slip[data-state=recorded]").wait_for()
    assert slip["problem"] is None


def test_a_harvest_that_is_still_in_the_phone_can_be_dried_there(found: Farm, member: MemberPhone) -> None:
    member.page.wait_for_function("caches.match('/app?lang=vi').then(found => found !== undefined)")
    member.context.set_offline(True)
    harvest(member, "10")
    done(member, "waiting")
    member.open("/record/herb/drying")
    member.page.wait_for_selector(".pick, .stepper, [data-sign]")
    assert member.page.locator("#main").inner_text().count("chưa có lô") == 0
    member.context.set_offline(False)
    member.wait_recorded(1)


# -- corrections


def test_a_slip_is_corrected_with_one_tap_and_both_stay_in_the_book(found: Farm, member: MemberPhone) -> None:
    harvest(member, "12,4")
    done(member, "recorded")
    member.count()
    member.tap("Sửa")
    member.tap(member.page.locator("[data-ask=amount] button"))
    member.page.locator(".stepper input").fill("14,2")
    member.tap(member.page.locator(".btn.next"))
    member.tap(member.page.locator("[data-sign]"))
    assert member.taps == 4
    assert done(member, "recorded") == "Đã vào sổ"
    first, second = member.wait_recorded(2)
    withdrawn, corrected = map(event, signed(second))
    assert withdrawn["eventID"] == first["eventIds"][0]
    assert withdrawn["errorDeclaration"]["correctiveEventIDs"] == [corrected["eventID"]]
    assert corrected["quantityList"][0] == {**event(signed(first)[0])["quantityList"][0], "quantity": 14.2}
    member.open("/book")
    struck = member.page.locator(".slip s")
    struck.wait_for()
    assert "12,4 kg" in struck.inner_text()
    assert member.page.locator(".slip").count() == 2


def test_a_slip_that_breaks_a_rule_says_which_before_it_is_sent_and_after(
    found: Farm, member: MemberPhone
) -> None:
    for step, wanted in (("planting", "Trà hoa vàng"), ("crop_protection", "Chế phẩm Mẫu")):
        member.open(f"/record/herb/{step}")
        answer(member, "Đồi Bương", wanted)
        member.tap(member.page.locator("[data-sign]"))
        done(member, "recorded")
    member.open("/")
    member.page.wait_for_timeout(1000)
    member.tap(member.page.locator("[data-tile=harvest]"))
    answer(member, "Đồi Bương")
    refusal = member.page.locator(".note[data-tone=stop]")
    assert "Đồi Bương" in refusal.inner_text()
    assert member.page.locator("a[href^='tel:']").count() == 1
    assert member.page.locator("[data-sign]").inner_text() == "Vẫn ghi"
    member.tap(member.page.locator("[data-sign]"))
    assert done(member, "refused") == "Sổ chưa nhận phiếu này"
    member.open("/outbox")
    slip = member.page.locator(".slip[data-state=refused]")
    assert slip.locator(".why").inner_text()
    assert "1 phiếu cần xem lại" in member.page.locator(".chip").inner_text()
    assert member.page.locator("a[href^='tel:']").count() == 1
    member.tap("Bỏ phiếu này")
    member.page.locator(".chip[data-tone=good]").wait_for()


def answer(phone: MemberPhone, *wanted: str) -> None:
    """Answer a step's questions: what is wanted where it is offered, else the first; 2 of everything."""
    for _ in range(10):
        phone.page.wait_for_selector("[data-sign], .pick, .stepper")
        if phone.page.locator("[data-sign]").count():
            return
        if phone.page.locator(".stepper").count():
            phone.page.locator(".stepper input").fill("2")
            phone.tap(phone.page.locator(".btn.next"))
        elif phone.page.locator(".pick[aria-pressed]").count():
            phone.tap(phone.page.locator(".btn.next"))
        else:
            offered = [phone.page.locator(".pick", has_text=name) for name in wanted]
            phone.tap(next((each for each in offered if each.count()), phone.page.locator(".pick")).first)
        phone.page.wait_for_timeout(150)
    raise AssertionError(phone.page.locator("#main").inner_text())


# -- what the phone keeps, and counts


def test_slips_leave_the_phone_as_one_file_with_all_that_was_signed(member: MemberPhone) -> None:
    harvest(member, "8")
    done(member, "recorded")
    (slip,) = member.wait_recorded(1)
    member.open("/outbox")
    with member.page.expect_download() as waited:
        member.tap("Xuất phiếu ra tệp")
    with Path(waited.value.path()).open(encoding="utf-8") as file:
        text = file.read()
    assert slip["statements"][0] in text


def test_a_signature_that_this_phone_did_not_make_raises_an_alarm_above_everything(
    found: Farm, member: MemberPhone
) -> None:
    harvest(member, "8")
    done(member, "recorded")
    member.wait_recorded(1)
    found.anchored()
    member.page.reload()
    member.page.wait_for_timeout(2_000)
    assert member.page.locator("[data-alarm]").count() == 0
    # as if another had signed with its key: the phone knows nothing of having signed this
    member.page.evaluate(
        """() => new Promise(done => {
          const open = indexedDB.open('nguon-app');
          open.onsuccess = () => {
            const work = open.result.transaction('signed', 'readwrite');
            work.objectStore('signed').clear();
            work.oncomplete = () => { open.result.close(); done(); };
          };
        })"""
    )
    member.page.reload()
    alarm = member.page.locator("[data-alarm='key.foreign']")
    alarm.wait_for(timeout=30_000)
    assert "mà máy này không ký" in alarm.inner_text()
    assert alarm.locator("a[href^='tel:']").count() == 1
    member.tap("Đã xem")
    alarm.wait_for(state="detached")


# -- photos, practice, sessions


def test_a_photo_is_made_small_and_keeps_nothing_of_where_it_was_taken(
    found: Farm, member: MemberPhone
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of nobody"
    exif.get_ifd(0x8825)[1] = "N"
    picture = BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(picture, "JPEG", quality=95, exif=exif)
    assert b"Camera of nobody" in picture.getvalue()
    member.tap(member.page.locator("[data-tile=harvest]"))
    member.tap("Vườn A03")
    member.page.locator(".stepper input").fill("4")
    member.tap(member.page.locator(".btn.next"))
    member.page.locator("label.photo input").set_input_files(
        {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    member.page.locator(".photos img").wait_for()
    member.tap(member.page.locator("[data-sign]"))
    done(member, "recorded")
    (slip,) = member.wait_recorded(1)
    (href,) = photos_in(event(signed(slip)[0]))
    data = found.deployment.blobs.get(b64url_decode(href.rpartition(";")[2])).data
    with Image.open(BytesIO(data)) as sent:
        assert max(sent.size) == 1280
        assert not sent.getexif()
    assert b"Camera of nobody" not in data
    assert len(data) < 400_000


def photos_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in photos_in(each)]
    if isinstance(value, list):
        return [found for each in value for found in photos_in(each)]
    return [value] if isinstance(value, str) and value.startswith("ni:") else []


def test_practice_looks_the_same_says_so_and_sends_nothing(found: Farm, member: MemberPhone) -> None:
    asked: list[str] = []
    member.open("/help")
    member.tap("Tập ghi thử")
    member.page.wait_for_selector(".ribbon.practice")
    member.page.on("request", lambda request: asked.append(request.method + " " + request.url))
    before = found.statements()
    harvest(member, "99")
    assert done(member, "waiting") == "Đã ghi vào máy"
    assert "không gửi đi đâu" in member.page.locator(".done .card").inner_text()
    member.page.wait_for_timeout(1500)
    assert [each for each in asked if "/api/" in each and not each.startswith("GET")] == []
    assert found.statements() == before
    member.tap("Thôi tập")
    member.page.wait_for_selector(".tiles")
    assert member.page.locator(".ribbon.practice").count() == 0
    assert member.slips() == []


def test_who_has_no_invitation_yet_can_practise_with_an_invented_cooperative(
    found: Farm, phone: MemberPhone
) -> None:
    phone.page.goto(f"{found.base}/app")
    before = found.statements()
    phone.tap("Tập ghi thử")
    phone.page.wait_for_selector(".ribbon.practice")
    phone.page.locator(".tour, .tiles").first.wait_for()
    if phone.page.locator(".tour").count():
        phone.tap("Bỏ qua")
    harvest(phone, "5", "Vườn đồi")
    assert done(phone, "waiting") == "Đã ghi vào máy"
    assert found.statements() == before


def test_who_lost_the_session_goes_on_recording_and_sends_after_signing_in_again(
    found: Farm, member: MemberPhone
) -> None:
    member.context.clear_cookies()
    member.page.reload()
    member.page.locator(".note[data-tone=caution]").wait_for()
    harvest(member, "7")
    assert done(member, "waiting") == "Đã ghi vào máy"
    member.open("/settings")
    member.tap("Đăng nhập")
    member.wait_recorded(1)


def test_who_signs_out_keeps_slips_and_key_and_comes_back_with_a_passkey(
    found: Farm, member: MemberPhone
) -> None:
    harvest(member, "6")
    done(member, "recorded")
    kid = member.kid()
    member.open("/settings")
    member.tap("Đăng xuất")
    member.tap("Đăng xuất")
    member.page.locator(".btn.sign").wait_for()
    member.tap(member.page.locator(".btn.sign"))
    member.page.wait_for_selector(".tiles")
    assert member.kid() == kid
    assert len(member.slips()) == 1


def test_two_people_on_one_phone_have_a_key_each_and_nobodys_slip_is_signed_by_the_other(
    found: Farm, member: MemberPhone
) -> None:
    first = member.kid()
    member.context.set_offline(True)
    harvest(member, "5,5")
    done(member, "waiting")
    member.context.set_offline(False)
    (mine,) = [slip["id"] for slip in member.slips() if slip["state"] == "waiting"] or [
        member.slips()[-1]["id"]
    ]
    member.join(found.invite("cô Hoa"))
    second = member.kid()
    assert second != first
    found.admit()
    member.enter()
    harvest(member, "6,5")
    done(member, "recorded")
    member.wait_recorded(2)
    kids = {slip["id"]: {statement.header.kid for statement in signed(slip)} for slip in member.slips()}
    assert kids.pop(mine) == {first}
    assert list(kids.values()) == [{second}]


def test_one_sentence_becomes_a_slip_that_is_read_back_first(found: Farm, member: MemberPhone) -> None:
    member.count()
    member.tap("Nói để ghi")
    member.page.locator("#sentence").fill("hôm qua hái 12 ký rưỡi hoa trà tươi ở vườn A03")
    heard = member.page.locator(".heard")
    heard.wait_for()
    assert "12,5 kg" in heard.inner_text()
    member.tap("Tiếp")
    member.tap(member.page.locator("[data-sign]"))
    assert member.taps == 3
    done(member, "recorded")
    (slip,) = member.slips()
    assert event(signed(slip)[0])["quantityList"][0]["quantity"] == 12.5


def test_the_phones_own_way_back_steps_back_one_question(member: MemberPhone) -> None:
    member.tap(member.page.locator("[data-tile=harvest]"))
    member.tap("Vườn A05")
    member.page.wait_for_selector(".stepper")
    member.page.go_back()
    member.page.locator(".pick").first.wait_for()
    assert member.page.locator("h1").inner_text() == "Hái ở đâu?"
    member.page.go_back()
    member.page.wait_for_selector(".tiles")


def test_a_finger_that_taps_twice_answers_and_records_once(member: MemberPhone) -> None:
    member.page.locator("[data-tile=harvest]").dblclick()
    member.page.locator(".pick").first.wait_for()
    assert member.page.locator("h1").inner_text() == "Hái ở đâu?"
    member.page.locator(".pick", has_text="Vườn A03").dblclick()
    member.page.locator(".stepper input").fill("3")
    member.page.locator(".btn.next").dblclick()
    member.page.locator("[data-sign]").dblclick()
    done(member, "recorded")
    assert len(member.wait_recorded(1)) == 1
    member.page.go_back()
    member.page.wait_for_selector(".tiles")


def test_held_down_the_plus_goes_on_counting_and_a_tap_counts_once(member: MemberPhone) -> None:
    member.tap(member.page.locator("[data-tile=harvest]"))
    member.tap("Vườn A03")
    plus, figure = member.page.locator(".stepper button").last, member.page.locator(".stepper input")
    plus.click()
    assert figure.input_value() == "0,1"
    plus.hover()
    member.page.mouse.down()
    member.page.wait_for_timeout(1200)
    member.page.mouse.up()
    held = float(figure.input_value().replace(",", "."))
    assert held > 0.4
    member.page.wait_for_timeout(300)
    assert float(figure.input_value().replace(",", ".")) == held


# -- every screen


def on(path: str) -> Callable[[MemberPhone], None]:
    def go(phone: MemberPhone) -> None:
        phone.open(path)

    return go


def at_amount(phone: MemberPhone) -> None:
    phone.open("/")
    phone.page.locator("[data-tile=harvest]").click()
    phone.page.locator(".pick", has_text="Vườn A03").click()
    phone.page.wait_for_selector(".stepper")


def at_confirm(phone: MemberPhone) -> None:
    at_amount(phone)
    phone.page.locator(".stepper input").fill("12,4")
    phone.page.locator(".btn.next").click()
    phone.page.wait_for_selector("[data-sign]")


def at_day(phone: MemberPhone) -> None:
    at_confirm(phone)
    phone.page.locator(".said li:last-child button").click()
    phone.page.wait_for_selector("#other-day")


def at_done(phone: MemberPhone) -> None:
    at_confirm(phone)
    phone.page.locator("[data-sign]").click()
    phone.page.wait_for_selector(".done[data-state=recorded]")


def at_speaking(phone: MemberPhone) -> None:
    phone.open("/speak")
    phone.page.locator("#sentence").fill("hái 3 ký hoa trà tươi ở vườn A03")
    phone.page.wait_for_selector(".heard")


def at_leaving(phone: MemberPhone) -> None:
    phone.open("/settings")
    phone.page.locator(".menu button").last.click()
    phone.page.wait_for_selector("[role=alert]")


SCREENS: dict[str, Callable[[MemberPhone], None]] = {
    "home": on("/"),
    "tile": on("/tile/care"),
    "tour": on("/tour"),
    "place": on("/record/herb/harvesting"),
    "amount": at_amount,
    "confirm": at_confirm,
    "day": at_day,
    "done": at_done,
    "outbox": on("/outbox"),
    "book": on("/book"),
    "speak": at_speaking,
    "help": on("/help"),
    "settings": on("/settings"),
    "leaving": at_leaving,
    "nowhere": on("/no/such/screen"),
}


@pytest.fixture(scope="module")
def settled(found: Farm, browser: Browser) -> Iterator[MemberPhone]:
    """A member's phone with something in its book."""
    made = admitted(found, MemberPhone(browser, found))
    harvest(made, "12,4")
    done(made, "recorded")
    yield made
    made.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_legible_reachable_and_in_order_at_every_size(
    settled: MemberPhone, axe: str, name: str, lang: str
) -> None:
    settled.lang = lang
    settled.page.set_viewport_size({"width": 360, "height": 780})
    SCREENS[name](settled)
    assert settled.page.locator("html").get_attribute("lang") == lang
    assert faults(settled.page, axe) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("which", ["join", "joined", "failed", "signin"])
def test_the_way_in_is_legible_reachable_and_in_order_at_every_size(
    found: Farm, browser: Browser, axe: str, which: str, lang: str
) -> None:
    phone = MemberPhone(browser, found, lang)
    page = phone.page
    if which == "joined":
        phone.join(found.invite())
    elif which == "signin":
        page.goto(f"{found.base}/app?lang={lang}")
        page.wait_for_selector(".btn.sign")
    else:
        secret = found.invite()["secret"] if which == "join" else "nobody-ever-made-this-one"
        page.goto(f"{found.base}/join?lang={lang}#{secret}")
        page.wait_for_selector(".btn.sign" if which == "join" else ".failure")
    assert faults(page, axe) == []
    phone.close()


def faults(page: Page, axe: str) -> list[Any]:
    """What is wrong with a screen: to axe, to a thumb, to eyes, in either theme, narrow, with text twice as large."""
    page.wait_for_timeout(150)
    page.evaluate(axe)
    # what is under a bar that sticks to the window comes out when the page is scrolled
    page.evaluate("document.querySelectorAll('.nav, .end').forEach(e => { e.style.position = 'static'; })")
    wrong: list[Any] = [("small", each) for each in page.evaluate(TOO_SMALL)]
    wrong += [("text", each) for each in page.evaluate(SMALL_TEXT)]
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        wrong += [(theme, each) for each in page.evaluate(AXE)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    if page.evaluate(SIDEWAYS) > 0:
        wrong.append("scrolls sideways at 320 px")
    wrong += [("small at 320", each) for each in page.evaluate(TOO_SMALL)]
    page.set_viewport_size({"width": 360, "height": 780})
    page.evaluate(TEXT_200)
    if page.evaluate(SIDEWAYS) > 0:
        wrong.append("scrolls sideways with text at 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return wrong
