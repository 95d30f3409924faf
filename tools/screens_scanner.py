"""Take the pictures of the scanner, the design system's page and the page without network, from a running service.

    python tools/screens_scanner.py --base http://127.0.0.1:8000 --out docs/screens

What the fake camera sees is drawn here: a pack with a label on it. Needs Debian's chromium.
"""

import argparse
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import qrcode
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FAKE_CAMERA, FLAGS

PROJECT = Path(__file__).resolve().parent.parent
PHONE: Any = {"width": 360, "height": 780}
DESK: Any = {"width": 1280, "height": 900}
FRAME = (720, 960)
CAPABLE = """
    MediaStreamTrack.prototype.getCapabilities = () => ({torch: true, zoom: {min: 1, max: 4, step: 0.1}});
    MediaStreamTrack.prototype.applyConstraints = async () => {};
"""


def scene(code: str | None) -> Image.Image:
    """A pack on a table; on it a label with a code, or with one that is out of focus."""
    picture = Image.new("RGB", FRAME, "#2b2a26")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 760, *FRAME), fill="#4a3b2b")
    pen.polygon(((170, 120), (550, 120), (590, 850), (130, 850)), fill="#0c5f59")
    pen.polygon(((170, 120), (550, 120), (553, 165), (167, 165)), fill="#084a45")
    with Image.open(PROJECT / "api" / "art" / "pack-pouch.png") as pack:
        flower = pack.convert("RGB").crop((66, 74, 114, 122)).resize((170, 170), Image.Resampling.BICUBIC)
    round_mask = Image.new("L", flower.size, 0)
    ImageDraw.Draw(round_mask).ellipse((0, 0, *flower.size), fill=255)
    picture.paste(flower, (275, 190), round_mask)
    pen.rounded_rectangle((235, 385, 485, 635), 16, fill="#ffffff")
    symbol = qrcode.make(code or "x" * 60, border=0).get_image().convert("RGB")
    if code is None:
        symbol = symbol.resize((26, 26), Image.Resampling.BOX).resize((206, 206), Image.Resampling.BICUBIC)
    picture.paste(symbol.resize((206, 206), Image.Resampling.NEAREST), (257, 407))
    return picture


def film(picture: Image.Image, path: Path) -> Path:
    """The scene, held still, as raw video (YUV4MPEG2, 4:2:0)."""
    luma, blue, red = picture.convert("YCbCr").split()
    half = (FRAME[0] // 2, FRAME[1] // 2)
    frame = luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + frame) * 3)
    return path


def opened(browser: Browser, address: str, size: Any, lang: str, dark: bool = False) -> Page:
    """A page of that size, its fonts there."""
    context = browser.new_context(
        viewport=size,
        device_scale_factor=2 if size == PHONE else 1,
        permissions=["camera"],
        reduced_motion="reduce",
        service_workers="block",
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.add_init_script(CAPABLE)
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={lang}")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    return page


def keep(page: Page, path: Path, whole: bool = False) -> None:
    page.wait_for_timeout(400)
    shot = Image.open(BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    shot.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    page.context.close()
    print(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", required=True, help="address of the running service, no slash at the end")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    options = parser.parse_args()
    base, out = options.base.rstrip("/"), options.out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, code in (("plain", None), ("lookalike", "https://ngu0n.localhost.vip/01/09521002000085")):
            seen = film(scene(code), Path(folder) / f"{name}.y4m")
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM),
                args=[*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={seen}"],
            )
            for lang in ("vi", "en") if code else ("vi",):
                page = opened(browser, f"{base}/scan", PHONE, lang)
                page.locator(".sheet" if code else ".scan__zoom").wait_for()
                keep(page, out / f"scanner{'-result' if code else ''}{'' if lang == 'vi' else '-en'}.png")
            if code is None:
                page = opened(browser, f"{base}/scan", DESK, "vi")
                page.locator(".scan__zoom").wait_for()
                keep(page, out / "scanner-desktop.png")
                for dark in (False, True):
                    page = opened(browser, f"{base}/scan", PHONE, "vi", dark)
                    page.locator(".scan__row .lbl").last.click()
                    page.fill("#type-gtin", "09521002000086")
                    page.fill("#type-lot", "NHC260110")
                    page.fill("#type-serial", "0000hn6o7y")
                    page.keyboard.press("Enter")
                    keep(page, out / f"scanner-typing{'-dark' if dark else ''}.png")
                    theme = "dark" if dark else "light"
                    keep(
                        opened(browser, f"{base}/ui?theme={theme}", DESK, "vi"),
                        out / f"ui-{theme}.png",
                        whole=True,
                    )
                keep(opened(browser, f"{base}/offline", PHONE, "vi"), out / "offline.png")
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
