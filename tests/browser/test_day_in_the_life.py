"""A day in the life, through real browsers: from the alliance's invitation to a recall that reaches all.

The alliance enrols an officer, a laboratory and a shop; the officer describes what her cooperative has and invites two
members; they record a season of tea; the laboratory signs its test; tem are printed; the shop receives; a buyer's own
browser checks. Then the officer recalls. Nothing is written behind the screens: every statement is signed by a key that
its phone made.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from coop.limits import Limiter
from coop.people.desk import Wanted
from ledger.encoding import b64url_decode, parse_json
from ledger.gs1.keys import check_digit
from nguon.demo import stage
from nguon.serving import build, listen
from nguon.settings import Settings
from nguon.wiring import Deployment
from tests.browser.coopkit import OPERATOR, MemberPhone

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 860}
COOP, LAB, SHOP = "9529990", "9529980", "9529970"  # GS1 prefixes, of the range for samples
WAIT = 30_000  # milliseconds


def gln(prefix: str, item: int = 0) -> str:
    return _digits(f"{prefix}{item:05}")


def gtin(item: int) -> str:
    return _digits(f"0{COOP}{item:05}")


def _digits(body: str) -> str:
    return f"{body}{check_digit(body)}"


ORG = f"https://id.gs1.org/417/{gln(COOP)}"
PRODUCTS = {  # name: kind as the screen has it, number, net content
    "Cây trà hoa vàng": ("planting", 1, ""),
    "Hoa trà tươi": ("harvested", 2, ""),
    "Hoa trà khô": ("intermediate", 3, ""),
    "Hộp trà hoa vàng 50 g": ("packed", 4, "50 g"),
    "Phân hữu cơ": ("input", 5, ""),
}
PLACES = {
    "Vườn A03": "field",
    "Vườn A05": "field",
    "Nhà sấy": "dryer",
    "Xưởng đóng gói": "packhouse",
    "Cửa kho": "gate",
}


@dataclass
class Day:
    """The running service and who is at it.

    Attributes:
        base: where browsers reach it.
        phones: by name, each with a key of its own.
        told: what happened, for who reads the test's output.
    """

    base: str
    deployment: Deployment
    browser: Browser
    phones: dict[str, MemberPhone] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def join(self, name: str, secret: str, **options: Any) -> MemberPhone:
        """Somebody takes an invitation up on a phone that nobody has used."""
        phone = MemberPhone(self.browser, self, **options)  # type: ignore[arg-type]  # it asks for `base` only
        phone.join({"secret": secret})
        self.phones[name] = phone
        return phone

    def tell(self, what: str, phone: MemberPhone) -> None:
        self.told.append(f"{what}: {phone.taps} taps, {phone.seconds:.1f} s")


@contextmanager
def _day(folder: Path, browser: Browser) -> Iterator[Day]:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        base = f"http://localhost:{port}"
        settings = Settings(
            data_dir=folder / "data",
            public_url=base,
            port=port,
            anchor_max_seconds=2,
            support_phone="1900 1234",
            log_level="error",
        )
        with Deployment.open(settings) as deployment:
            often = deployment.people.entrance.often
            often.joining, often.entering, often.wrong = (Limiter(100_000, 600) for _ in range(3))
            create_app(build(deployment))
            with stage.serving(deployment, listener):
                day = Day(base, deployment, browser)
                yield day
                for phone in day.phones.values():
                    phone.close()


def secret_of(page: Page) -> str:
    """The secret of the invitation that a screen shows."""
    card = page.locator("[data-invitation]")
    card.wait_for(timeout=WAIT)
    return (card.get_attribute("data-invitation") or "").partition("#")[2]


def fill(page: Page, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def shown(page: Page) -> Page:
    page.locator("[data-loading]").first.wait_for(state="detached", timeout=WAIT)
    return page


def record(
    phone: MemberPhone,
    path: str,
    answers: Mapping[str, str | list[str]],
    beside: Mapping[str, str] | None = None,
) -> str:
    """Record one thing on the real screens, question by question; the lot number that came of it, or nothing.

    Args:
        path: line and step, as the address has them.
        answers: a part of the question's title -> what is tapped or typed; `-`: what stands there, or skipped.
        beside: what is told beside that nobody is asked for, by its name.
    """
    page = phone.page
    phone.open("/")
    phone.count()
    page.goto(f"{phone.base}/app?lang=vi#/record/{path}")
    asked: list[str] = []
    while page.locator("[data-sign], .pick, .stepper, textarea, .skip-question").first.wait_for(
        timeout=WAIT
    ) or not (page.locator("[data-sign]").count()):
        title = page.locator("h1").inner_text()
        assert len(asked) < 12, asked
        asked.append(title)
        given = next((value for part, value in answers.items() if part.lower() in title.lower()), None)
        assert given is not None, f"{title}: {page.locator('main').inner_text()}"
        _answer(phone, given)
        expect(page.locator("h1")).not_to_have_text(title, timeout=WAIT)
    for name, given in (beside or {}).items():
        phone.tap(page.locator(".asides .btn", has_text=name))
        _answer(phone, given)
    phone.tap(page.locator("[data-sign]"))
    page.wait_for_selector(".done[data-state=recorded]", timeout=WAIT)
    return born_lot(phone.slips()[-1]["statements"])


def born_lot(statements: list[str]) -> str:
    """The number of the lot that an event brings into being; nothing where it brings none."""
    for raw in statements:
        event = parse_json(b64url_decode(raw.split(".")[1]))
        assert isinstance(event, dict)
        if isinstance(ilmd := event.get("ilmd"), dict):
            return str(ilmd["cbvmda:lotNumber"])
    return ""


def _answer(phone: MemberPhone, given: str | list[str]) -> None:
    page = phone.page
    if given == "-":
        skip = page.locator(".skip-question")
        return phone.tap(skip if skip.count() else page.locator(".btn.next"))
    if isinstance(given, list):
        for each in given:
            pick = page.locator(".pick", has_text=each).first
            if pick.get_attribute("aria-pressed") != "true":
                phone.tap(pick)
        return phone.tap(page.locator(".btn.next"))
    if page.locator(".stepper input").count():
        figure, _, unit = given.partition(" ")
        if unit:
            phone.tap(page.get_by_role("radio", name=unit, exact=True))
        page.locator(".stepper input").fill(figure)
        return phone.tap(page.locator(".btn.next"))
    if page.locator("textarea").count():
        page.locator("textarea").fill(given)
        return phone.tap(page.locator(".btn.next"))
    return phone.tap(page.locator(".pick", has_text=given).first)


def test_a_season_from_the_alliance_to_the_buyer_and_back(
    tmp_path: Path, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    with _day(tmp_path, browser) as day:
        _enrol(day)
        _describe(day)
        _members(day)
        packed = _season(day)
        tem = _print(day, packed, tmp_path)
        _deliver(day, packed, tem)
        _buy(day, tem[-1], "verified")
        _said(day, tem[-1])
        _recall(day, packed, tem)
        for name, phone in day.phones.items():
            # what nobody has described yet is not found, once: a browser's console calls that an error
            described = 1 if name in ("officer", "laboratory", "shop") else 0
            missing = [said for said in phone.complaints if "404 (Not Found)" in said]
            assert len(missing) <= described, name
            assert [said for said in phone.complaints if said not in missing] == [], name
        keys = day.deployment.log.key_records()
        assert {(record.role, record.custody) for record in keys} == {
            ("officer", "own"),
            ("member", "own"),
            ("laboratory", "own"),
            ("retailer", "own"),
        }
        with capsys.disabled():
            print("", *day.told, sep="\n")


# -- who is who


def _enrol(day: Day) -> None:
    """The alliance's first person is let in by the operator; everybody else by her, on her screen."""
    link = day.deployment.people.invite(OPERATOR, Wanted("alliance", "chị Mai, liên minh"))
    alliance = day.join("alliance", link.secret, viewport=DESK)
    for name, role, org, prefix in (
        ("officer", "officer", "HTX Yên Sơn Mẫu", COOP),
        ("laboratory", "laboratory", "Phòng kiểm nghiệm Mẫu", LAB),
        ("shop", "retailer", "Cửa hàng Mẫu Hoa Lư", SHOP),
    ):
        alliance.open("/alliance")
        page = alliance.open("/alliance/invite")
        alliance.count()
        page.locator(f"input[name=role][value={role}]").check()
        fill(page, {"name": f"cô {name}", "orgName": org, "gln": gln(prefix), "prefix": prefix})
        alliance.tap(page.locator(".btn.big"))
        day.join(name, secret_of(page), viewport=DESK if role == "officer" else {"width": 360, "height": 780})
    day.tell("an organisation's first person invited", alliance)


def _describe(day: Day) -> None:
    """What the cooperative has: signed by the officer, one thing a screen."""
    officer = day.phones["officer"]
    page = shown(officer.open("/desk/org"))
    fill(page, {"name": "HTX Yên Sơn Mẫu", "address": "Thôn Mẫu, xã Yên Sơn", "province": "Ninh Bình"})
    _save(officer)
    for name, (kind, item, net) in PRODUCTS.items():
        page = shown(officer.open("/desk/products/new"))
        fill(page, {"name": name, "gtin": gtin(item)})
        page.locator(f"input[name=kind][value={kind}]").check()
        if net:
            fill(page, {"net": net, "shelf": "24"})
        _save(officer)
    for name, kind in PLACES.items():
        page = shown(officer.open("/desk/places/new"))
        fill(page, {"name": name})
        page.locator(f"input[name=kind][value={kind}]").check()
        _save(officer)
    for name, prefix, role in (
        ("Phòng kiểm nghiệm Mẫu", LAB, "laboratory"),
        ("Cửa hàng Mẫu Hoa Lư", SHOP, "retailer"),
    ):
        page = shown(officer.open("/desk/partners/new"))
        fill(page, {"name": name, "gln": gln(prefix), "phone": "0229 300 111"})
        page.locator(f"input[name=role][value={role}]").check()
        officer.tap(page.locator("[data-sign]"))
        page.locator(".note[data-tone=good]").wait_for(timeout=WAIT)


def _save(officer: MemberPhone) -> None:
    officer.tap(officer.page.locator("[data-sign]"))
    officer.page.locator("[data-saved=recorded]").wait_for(timeout=WAIT)


def _members(day: Day) -> None:
    """Each scans the code on the officer's screen, which admits the key by itself."""
    officer = day.phones["officer"]
    for name in ("bác Thìn", "cô Hoa"):
        officer.open("/desk/members")
        page = officer.open("/desk/members/new")
        officer.count()
        fill(page, {"name": name})
        officer.tap(page.locator("[data-sign]"))
        member = day.join(name, secret_of(page))
        page.locator("[data-admitted=true]").wait_for(timeout=WAIT)
        day.tell(f"{name} invited and admitted", officer)
        member.enter()


# -- a season


def _season(day: Day) -> str:
    """From the bushes to the boxes; the number of the packed lot."""
    thin, hoa = day.phones["bác Thìn"], day.phones["cô Hoa"]
    record(thin, "herb/planting", {"ở đâu": "Vườn A03", "Bao nhiêu cây": "1200", "cây gì": "Cây trà"})
    fresh = []
    for phone, kilograms in ((thin, "12,4"), (hoa, "9,6")):
        answers = {"ở đâu": "Vườn A03", "loại nào": "Hoa trà tươi", "bao nhiêu": kilograms}
        fresh.append(record(phone, "herb/harvesting", answers))
        day.tell("a harvest recorded", phone)
    assert all(fresh)
    dried = record(
        hoa, "herb/drying", {"Lô nào": fresh, "ở đâu": "Nhà sấy", "loại": "Hoa trà khô", "bao nhiêu": "3,05"}
    )
    record(
        hoa,
        "herb/sampling",
        {"Lô nào": dried, "bao nhiêu": "0,05 kg", "ở đâu": "Xưởng"},
        beside={"Phòng kiểm nghiệm": "Phòng kiểm nghiệm Mẫu"},
    )
    _test(day, dried)
    packed = record(
        hoa,
        "herb/packing",
        {"ở đâu": "Xưởng", "Lô nào": [dried], "loại nào": "Hộp trà", "ao nhiêu": "58"},
    )
    assert packed
    return packed


def _test(day: Day, lot: str) -> None:
    """The laboratory finds the sample on its first screen, and signs what it measured with its own key."""
    lab = day.phones["laboratory"]
    page = lab.open("/lab")
    lab.count()
    lab.tap(page.locator("a[data-claim]").first)
    fill(page, {"number": "KN26-0098"})
    for reading in page.locator(".reading input").all()[:2]:
        reading.fill("0,5")
    page.locator("input[name=finding][value=conformant]").check()
    lab.tap(page.locator(".btn.big"))
    lab.tap(page.locator("[data-sign]"))
    page.locator("[data-signed=recorded]").wait_for(timeout=WAIT)
    day.tell(f"the test of {lot} signed by the laboratory", lab)


def _print(day: Day, lot: str, folder: Path) -> list[str]:
    """Tem are ordered and printed by the officer; what a real decoder reads on the sheet."""
    officer = day.phones["officer"]
    page = shown(officer.open(f"/desk/lot/{gtin(4)}/{lot}"))
    officer.count()
    officer.tap(page.locator("[data-go=tem]"))
    shown(page).locator(".temreal").wait_for(timeout=WAIT)
    with page.expect_download(timeout=WAIT) as expected:
        officer.tap(page.locator("[data-sign]"))
    day.tell("tem ordered, signed and printed", officer)
    sheet = folder / "tem.pdf"
    expected.value.save_as(sheet)
    return read_sheet(sheet)


def _deliver(day: Day, lot: str, tem: list[str]) -> None:
    """A member hands boxes over; the shop scans one, counts the rest, and signs that they came."""
    hoa, shop = day.phones["cô Hoa"], day.phones["shop"]
    record(
        hoa, "herb/shipping", {"Lô nào": [lot], "ao nhiêu": "58", "cho ai": "Cửa hàng", "từ đâu": "Cửa kho"}
    )
    page = shop.open("/shop")
    shop.count()
    shop.tap(page.locator("a[data-claim]").first)
    page.locator("#looker-code, .looker").first.wait_for(timeout=WAIT)
    if not page.locator("#looker-code").count():
        shop.tap(page.locator(".looker__ways button").first)
    page.locator("#looker-code").fill(tem[0])
    page.keyboard.press("Enter")
    page.locator(".lastscan[data-tone=good]").wait_for(timeout=WAIT)
    shop.tap(page.locator(".checklist__do button").first)
    shop.tap(page.locator(".btn.big.sign"))
    shop.tap(page.locator("[data-sign]"))
    page.locator("[data-signed=recorded]").wait_for(timeout=WAIT)
    day.tell("a delivery received and signed by the shop", shop)


# -- the buyer, and the recall


def _buy(day: Day, tem: str, verdict: str) -> None:
    """A buyer's own browser checks; anchors come every two seconds."""
    context = day.browser.new_context(viewport={"width": 360, "height": 780}, service_workers="block")
    page = context.new_page()
    path = tem.partition("//")[2].partition("/")[2]
    for _ in range(30):
        page.goto(f"{day.base}/{path}?lang=vi")
        page.wait_for_selector("#main[data-check=done]", timeout=WAIT)
        if page.locator("#main").get_attribute("data-checked") == verdict:
            break
        page.wait_for_timeout(1000)
    main = page.locator("#main")
    assert (main.get_attribute("data-verdict"), main.get_attribute("data-checked")) == (verdict, verdict)
    context.close()


def _said(day: Day, tem: str) -> None:
    """What the buyer reads: the product by its name, and that keys of their own alone signed."""
    context = day.browser.new_context(viewport=DESK, service_workers="block")
    page = context.new_page()
    page.goto(f"{day.base}/{tem.partition('//')[2].partition('/')[2]}?lang=vi")
    page.wait_for_selector("#main[data-check=done]", timeout=WAIT)
    said = page.locator("#main").inner_text()
    assert "Hộp trà hoa vàng 50 g" in said
    assert "HTX Yên Sơn Mẫu" in said
    own = re.search(r"(\d+) lần ký bằng khóa riêng, (\d+) lần", said)
    assert own is not None, said
    assert (int(own[1]) > 0, int(own[2])) == (True, 0)
    context.close()


def _recall(day: Day, lot: str, tem: list[str]) -> None:
    """In four taps from the lot; the buyer, the shop and the members learn of it."""
    officer, shop = day.phones["officer"], day.phones["shop"]
    page = shown(officer.open(f"/desk/lot/{gtin(4)}/{lot}"))
    officer.count()
    officer.tap(page.locator("[data-go=recall]"))
    page.locator("[data-next]").wait_for(timeout=WAIT)
    if page.locator("[data-all]").count():
        officer.tap(page.locator("[data-all]"))
    officer.tap(page.locator("[data-next]"))
    officer.tap(page.locator("[data-sign]"))
    page.locator("[data-call=recorded]").wait_for(timeout=WAIT)
    assert officer.taps <= 4
    assert "0229 300 111" in page.locator("[data-call]").inner_text()
    day.tell("a recall signed", officer)
    _buy(day, tem[-1], "recalled")
    for name, path in (("shop", "/shop"), ("cô Hoa", "/"), ("bác Thìn", "/")):
        told = day.phones[name].open(path).locator("[data-recalled]")
        told.wait_for(timeout=WAIT)
        assert lot in told.inner_text(), name
    expect(shop.page.locator("[data-recalled]")).to_contain_text("HTX Yên Sơn Mẫu")


def read_sheet(sheet: Path) -> list[str]:
    """The codes on a printed sheet, in the order in which a decoder finds them."""
    out = sheet.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "300", "-png", "-f", "1", "-l", "1", str(sheet), str(out)], check=True)
    (picture,) = sorted(sheet.parent.glob(f"{out.name}-*.png"))
    with Image.open(picture) as image:
        found = [symbol.text for symbol in zxingcpp.read_barcodes(image)]
    assert found
    return found
