"""Take the pictures of shops, laboratories and the alliance, from a service that is really used.

    python -m tools.partner_screens [--out docs/screens] [--only NAME]

Each on a phone (360 px) in Vietnamese, some in the dark and in English, and the desks at 1280 px. Needs Debian's
chromium and the built scripts.
"""

import argparse
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FAKE_CAMERA, FLAGS
from tests.browser.coopkit import ORG, PHONE, Farm, farm
from tests.browser.live import film, qr
from tests.browser.partnerkit import DESK, DRY_LOT, OLD_LOT, TEA_LOT, Round, lay, seated

OUT = Path(__file__).resolve().parent.parent / "docs" / "screens"
Taking = Callable[[Page, str], None]


def taking(folder: Path, only: str) -> Taking:
    """What takes a picture `{name}.png` of the whole page."""

    def take(page: Page, name: str) -> None:
        if only not in name:
            return
        page.evaluate("document.fonts.ready")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        still = "document.querySelectorAll('.nav, .end, .side').forEach(one => one.style.position = 'static')"
        page.evaluate(still)
        with Image.open(BytesIO(page.screenshot(full_page=True))) as picture:
            flat = picture.convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            flat.save(folder / f"{name}.png", optimize=True)
        print(name)

    return take


def at_the_shop(table: Round, browser: Browser, take: Taking) -> None:
    phone = seated(table.farm, browser, "retailer", "chị Sim", permissions=["camera"])
    page = phone.open("/shop")
    page.locator(".pick").first.wait_for()
    take(page, "shop-home")
    page.locator(".pick", has_text=TEA_LOT).first.click()
    page.locator(".lastscan[data-tone=good]").wait_for(timeout=20_000)
    take(page, "shop-receive")
    scan(page, table.codes[1])
    scan(page, table.old)
    page.locator(".lastscan[data-tone=stop]").wait_for()
    take(page, "shop-receive-stop")
    page.locator(f"li[data-lot={TEA_LOT}] .checklist__do button").nth(1).click()
    page.locator(f"#count-{TEA_LOT}").fill("19")
    page.locator(".checklist__do button[type=submit]").click()
    page.locator(".end .btn.sign").click()
    take(page, "shop-confirm")
    page.locator("[data-sign]").click()
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    take(page, "shop-signed")
    page = phone.open("/shop")
    page.locator(".pick", has_text=OLD_LOT).first.click()
    page.locator(".receive__more a").click()
    page.locator(".chips button").first.click()
    take(page, "shop-deny")
    page.locator(".end .btn.sign").click()
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    phone.close()
    for suffix, lang, options in (
        ("-desk", "vi", {"viewport": DESK}),
        ("-dark-en", "en", {"color_scheme": "dark"}),
    ):
        other = seated(table.farm, browser, "retailer", "anh Tỏ", lang, permissions=["camera"], **options)
        page = other.open("/shop")
        page.locator(".partner__more summary").first.click()
        take(page, f"shop-home{suffix}")
        index = page.locator("[data-claim]").first.get_attribute("data-claim")
        page = other.open(f"/shop/receive/{index}")
        page.locator(".lastscan[data-tone=good], .lastscan[data-tone=caution]").wait_for(timeout=20_000)
        take(page, f"shop-receive{suffix}")
        other.close()


def scan(page: Page, code: str) -> None:
    """What a hardware scanner types."""
    field = page.locator("input[name=code]")
    if field.count() == 0:
        page.locator(".looker__ways button").first.click()
    field.fill(code)
    field.press("Enter")


def in_the_laboratory(table: Round, browser: Browser, take: Taking) -> None:
    phone = seated(table.farm, browser, "laboratory", "anh Kha", permissions=["camera"])
    page = phone.open("/lab")
    page.locator(".pick").first.wait_for()
    take(page, "lab-home")
    page.locator(".pick", has_text=DRY_LOT).first.click()
    page.locator("input[name=number]").fill("KN26-0100")
    for name, value in (("moisture", "7,2"), ("lead", "2,4"), ("cadmium", "0,08")):
        page.locator(f"input[name={name}]").fill(value)
    page.locator("input[name=finding][value=non_conformant]").check()
    take(page, "lab-result")
    page.locator("input[name=lead]").fill("0,4")
    page.locator("input[name=finding][value=conformant]").check()
    page.locator(".end .btn.big").click()
    page.locator("[data-sign]").wait_for()
    take(page, "lab-confirm")
    page.locator("[data-sign]").click()
    page.locator("[data-signed=recorded]").wait_for(timeout=20_000)
    take(page, "lab-signed")
    phone.close()
    other = seated(
        table.farm, browser, "laboratory", "Kha", "en", color_scheme="dark", permissions=["camera"]
    )
    page = other.open("/lab")
    page.locator(".partner__more summary").first.click()
    take(page, "lab-home-dark-en")
    other.close()


def at_the_alliance(table: Round, browser: Browser, take: Taking) -> None:
    forms: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("", "vi", {"viewport": DESK}),
        ("-phone", "vi", {"viewport": PHONE}),
        ("-phone-dark-en", "en", {"viewport": PHONE, "color_scheme": "dark"}),
    )
    for suffix, lang, options in forms:
        phone = seated(table.farm, browser, "alliance", "bà Liên", lang, **options)
        for name, path in (
            ("home", "/alliance"),
            ("org", f"/alliance/org/{quote(ORG, safe='')}"),
            ("invite", "/alliance/invite"),
            ("report", "/alliance/report"),
            ("audit", "/alliance/audit"),
        ):
            if "dark" in suffix and name not in ("home", "invite"):
                continue
            page = phone.open(path)
            page.locator("[data-loading]").first.wait_for(state="detached")
            take(page, f"alliance-{name}{suffix}")
        phone.close()


def the_page(table: Round, found: Farm, browser: Browser, folder: Path) -> None:
    """The buyer's page, where both hands are shown."""
    found.anchored()
    context = browser.new_context(
        viewport={"width": 360, "height": 780}, locale="vi-VN", reduced_motion="reduce"
    )
    page = context.new_page()
    path = table.codes[0].partition("/01/")[2]
    page.goto(f"{found.base}/01/{path}?lang=vi#story")
    page.locator(".hand").first.wait_for(timeout=20_000)
    page.evaluate("document.querySelectorAll('.bar').forEach(one => one.remove())")
    picture = folder / "verify-two-hands.png"
    page.locator("#story").screenshot(path=picture)
    print(picture.stem)
    context.close()


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    take = taking(given.out, given.only)
    with TemporaryDirectory() as scratch, farm(Path(scratch)) as found, sync_playwright() as playwright:
        table = lay(found)
        seen = film(Path(scratch) / "tem.y4m", qr(table.codes[0]))
        arguments = [*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={seen}"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        at_the_shop(table, browser, take)
        in_the_laboratory(table, browser, take)
        at_the_alliance(table, browser, take)
        if given.only in "verify-two-hands":
            the_page(table, found, browser, given.out)
        browser.close()


if __name__ == "__main__":
    main()
