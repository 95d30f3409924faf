"""Take the pictures of the cooperative's app, as a member sees it, from a service that is really used.

    python -m tools.app_screens [--out docs/screens] [--only NAME]

A cooperative is set up, a member invited; then her phone (360 px) joins, records, loses its network, corrects, and is
looked at on the way: light and dark, Vietnamese and English. Needs Debian's chromium and the built scripts.
"""

import argparse
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.coopkit import Farm, MemberPhone, farm

OUT = Path(__file__).resolve().parent.parent / "docs" / "screens"


class Album:
    """Keeps pictures of a phone's screen."""

    def __init__(self, folder: Path, only: str) -> None:
        self._folder, self._only = folder, only
        self.taken: list[str] = []

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """A picture `coop-{name}.png`, when all that moves has come to rest."""
        if self._only and self._only not in name:
            return
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(350)
        if whole:
            page.evaluate("document.querySelectorAll('.end, .nav').forEach(e => e.style.position = 'static')")
        with Image.open(BytesIO(page.screenshot(full_page=whole))) as picture:
            flat = picture.convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            flat.save(self._folder / f"coop-{name}.png", optimize=True)
        self.taken.append(name)


def story(found: Farm, phone: MemberPhone, album: Album) -> None:
    """A member's first days."""
    page, take = phone.page, album.take
    link = found.invite()
    page.goto(f"{found.base}/join?lang=vi#{link['secret']}")
    page.wait_for_selector(".btn.sign")
    take(page, "join")
    phone.join(link, tour=True)
    take(page, "joined")
    phone.tap(page.locator(".end a.btn.next"))
    page.wait_for_selector(".tour")
    take(page, "tour")
    phone.tap("Bỏ qua")
    page.wait_for_selector(".tiles")
    take(page, "waiting")
    found.admit()
    page.locator(".note").first.wait_for(state="detached", timeout=30_000)
    take(page, "home-first")
    harvest(phone, "12,4", album)
    page.wait_for_selector(".done[data-state=recorded]")
    take(page, "done")
    phone.tap("Ghi thêm")
    page.wait_for_selector(".again")
    take(page, "home")
    for theme in ("dark",):
        page.emulate_media(color_scheme=theme)
        take(page, "home-dark")
    page.emulate_media(color_scheme="light")
    offline(phone, album)
    corrections(phone, album)
    others(phone, album)


def harvest(phone: MemberPhone, kilograms: str, album: Album | None = None) -> None:
    """A harvest, with what was weighed typed in."""
    page = phone.page
    phone.tap(page.locator("[data-tile=harvest]"))
    page.wait_for_selector(".pick")
    if album:
        album.take(page, "harvest-plot")
    phone.tap("Vườn A03")
    page.wait_for_selector(".stepper")
    page.locator(".stepper input").fill(kilograms)
    if album:
        album.take(page, "harvest-amount")
    phone.tap(page.locator(".btn.next"))
    page.wait_for_selector("[data-sign]")
    if album:
        album.take(page, "harvest-confirm")
        page.emulate_media(color_scheme="dark")
        album.take(page, "harvest-confirm-dark")
        page.emulate_media(color_scheme="light")
    phone.tap(page.locator("[data-sign]"))
    page.wait_for_selector(".done[data-state]")


def offline(phone: MemberPhone, album: Album) -> None:
    """Two harvests where there is no network."""
    page = phone.page
    phone.context.set_offline(True)
    harvest(phone, "9,6")
    page.wait_for_selector(".done[data-state=waiting]")
    album.take(page, "done-offline")
    phone.open("/")
    phone.tap(page.locator(".again"))
    page.wait_for_selector("[data-sign]")
    album.take(page, "again")
    phone.tap(page.locator("[data-sign]"))
    page.wait_for_selector(".done[data-state]")
    phone.open("/outbox")
    page.wait_for_selector(".slip[data-state=waiting]")
    album.take(page, "outbox")
    page.emulate_media(color_scheme="dark")
    album.take(page, "outbox-dark")
    page.emulate_media(color_scheme="light")
    phone.context.set_offline(False)
    phone.wait_recorded(3)


def corrections(phone: MemberPhone, album: Album) -> None:
    """What was recorded wrongly, put right with one tap."""
    page = phone.page
    phone.open("/book")
    page.wait_for_selector(".slip")
    phone.tap(page.locator(".slip a[href^='#/fix/']").first)
    page.wait_for_selector("[data-sign]")
    album.take(page, "fix")
    phone.tap(page.locator("[data-ask=amount] button"))
    page.wait_for_selector(".stepper")
    page.locator(".stepper input").fill("21,5")
    phone.tap(page.locator(".btn.next"))
    page.wait_for_selector("[data-sign]")
    phone.tap(page.locator("[data-sign]"))
    page.wait_for_selector(".done[data-state=recorded]")
    phone.open("/book")
    page.wait_for_selector(".slip s")
    album.take(page, "book")


def others(phone: MemberPhone, album: Album) -> None:
    """The screens beside recording."""
    page = phone.page
    for name in ("help", "settings", "tile/inputs", "tile/care"):
        phone.open(f"/{name}")
        album.take(page, name.replace("/", "-"), whole=name == "settings")
    phone.open("/speak")
    page.locator("#sentence").fill("hôm qua hái 12 ký rưỡi hoa ở vườn A03")
    album.take(page, "speak")
    phone.lang = "en"
    phone.open("/")
    page.wait_for_selector(".tiles")
    album.take(page, "home-en")
    phone.lang = "vi"
    phone.open("/help")
    phone.tap("Tập ghi thử")
    page.wait_for_selector(".ribbon.practice")
    page.wait_for_selector(".tiles")
    album.take(page, "practice")
    page.evaluate("localStorage.removeItem('nguon-practice')")


def first_sight(found: Farm, phone: MemberPhone, album: Album) -> None:
    """What who was never here sees."""
    page = phone.open("/")
    page.wait_for_selector(".btn.sign")
    album.take(page, "signin")
    page.goto(f"{found.base}/join?lang=vi#nobody-ever-made-this-one")
    page.wait_for_selector(".failure")
    album.take(page, "join-failed")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--only", default="", help="part of a picture's name")
    given = parser.parse_args()
    album = Album(given.out, given.only)
    with TemporaryDirectory() as folder, farm(Path(folder)) as found, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        for tell in (story, first_sight):
            phone = MemberPhone(browser, found, device_scale_factor=2)
            tell(found, phone, album)
            phone.close()
        browser.close()
    print(f"{len(album.taken)} pictures in {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
