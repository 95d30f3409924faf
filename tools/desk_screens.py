"""Take the pictures of the officer's desk, from a service that is really used: at 1280 px and on a phone (360 px).

    python -m tools.desk_screens [--out docs/screens] [--only NAME]

Needs Debian's chromium and the built scripts.
"""

import argparse
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS
from tests.browser.coopkit import PHONE, MemberPhone, farm, gtin
from tests.browser.deskkit import DESK, officer, season

OUT = Path(__file__).resolve().parent.parent / "docs" / "screens"
TEA = f"{gtin(3)}/TH261108"
OLD = f"{gtin(3)}/TH261010"
SCREENS = {
    "home": "/desk",
    "board": "/desk/board",
    "lot": f"/desk/lot/{TEA}",
    "tem": f"/desk/tem/{TEA}",
    "recall-1": f"/desk/recall/{OLD}",
    "products": "/desk/products",
    "product": "/desk/products/new",
    "places": "/desk/places",
    "certificates": "/desk/certificates",
    "tests": "/desk/tests",
    "members": "/desk/members",
    "invite": "/desk/members/new",
    "partners": "/desk/partners",
    "org": "/desk/org",
}
"""Screens by the name of their picture."""


def settle(page: Page) -> None:
    """Wait until all that is asked for is there, and all that moves has come to rest."""
    page.evaluate("document.fonts.ready")
    page.locator("[data-loading]").first.wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)


def take(page: Page, folder: Path, name: str) -> None:
    """A picture `desk-{name}.png` of the whole page."""
    settle(page)
    page.evaluate("document.querySelectorAll('.nav, .side').forEach(each => each.style.position = 'static')")
    with Image.open(BytesIO(page.screenshot(full_page=True))) as picture:
        flat = picture.convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        flat.save(folder / f"desk-{name}.png", optimize=True)
    print(name)


def deeds(seat: MemberPhone, folder: Path, suffix: str) -> None:
    """What comes of pressing: a code to scan, tem that are printed, a recall that is signed."""
    page = seat.open("/desk/members/new")
    page.locator("[name=name]").fill("bác Thìn")
    seat.tap(page.locator("[data-sign]"))
    page.locator(".qr").wait_for()
    take(page, folder, f"code{suffix}")
    page = seat.open(f"/desk/recall/{OLD}")
    seat.tap(page.locator("[data-next]"))
    page.locator(".btn.stop").wait_for()
    take(page, folder, f"recall-2{suffix}")
    seat.tap(page.locator("[data-sign]"))
    page.locator("[data-call=recorded]").wait_for()
    take(page, folder, f"recall-3{suffix}")
    page = seat.open(f"/desk/tem/{TEA}")
    with page.expect_download():
        seat.tap(page.locator("[data-sign]"))
    page.locator("[data-printed]").first.wait_for()
    take(page, folder, f"printed{suffix}")


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as scratch,
        farm(Path(scratch)) as found,
        sync_playwright() as playwright,
    ):
        season(found)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        for suffix, lang, size, scheme, names in (
            ("", "vi", DESK, "light", tuple(SCREENS)),
            ("-dark", "vi", DESK, "dark", ("board", "tem")),
            ("-phone-en", "en", PHONE, "dark", ("home", "lot", "recall-1")),
            ("-phone", "vi", PHONE, "light", ("home", "board", "lot", "tem", "product", "recall-1")),
        ):
            seat = officer(found, browser, lang, viewport=size, color_scheme=scheme)
            for name in names:
                if given.only and given.only not in f"{name}{suffix}":
                    continue
                seat.open(SCREENS[name])
                take(seat.page, given.out, f"{name}{suffix}")
            if suffix == "-phone" and not given.only:
                deeds(seat, given.out, suffix)
            assert not seat.complaints, seat.complaints
            seat.close()
        browser.close()


if __name__ == "__main__":
    main()
