"""Take the pictures of the standalone verifier and of a dossier, saved from a running service and opened from a disk.

    python tools/screens_standalone.py --base http://127.0.0.1:8000 --lot 09521002000085/NHC260110 --out docs/screens

Needs Debian's chromium.
"""

import argparse
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS

PHONE: Any = {"width": 360, "height": 780}
DESK: Any = {"width": 1280, "height": 900}


def take(browser: Browser, files: Path, out: Path) -> None:
    """The verifier before anything is opened, a dossier with and without the chain, and what it rests on."""
    for name, file, viewport, scheme, alone in (
        ("standalone", "verify.html", PHONE, "light", False),
        ("standalone-dark", "verify.html", DESK, "dark", False),
        ("dossier", "dossier.html", PHONE, "light", False),
        ("dossier-desktop", "dossier.html", DESK, "light", False),
        ("dossier-without-chain", "dossier.html", PHONE, "light", True),
        ("dossier-without-chain-dark", "dossier.html", PHONE, "dark", True),
    ):
        context = browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="vi",
            device_scale_factor=2,
        )
        if alone:
            context.route("http://**", lambda route: route.abort())
        page = context.new_page()
        page.goto((files / file).as_uri())
        page.wait_for_selector("#main[data-at=start], #main[data-at=done]")
        page.wait_for_timeout(300)
        save(page.screenshot(), out / f"{name}.png")
        if name in ("dossier", "dossier-without-chain"):
            save(page.locator(".pin").screenshot(), out / f"{name}-rests-on.png")
        context.close()


def save(picture: bytes, path: Path) -> None:
    """Few colours, few bytes."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(128).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures of the standalone verifier.")
    parser.add_argument("--base", required=True)
    parser.add_argument("--lot", default="09521002000085/NHC260110", help="GTIN/LOT")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    given = parser.parse_args()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = Path(folder)
        for name, where in (("verify.html", "/verify.html"), ("dossier.html", f"/dossier/{given.lot}.html")):
            (files / name).write_bytes(httpx.get(given.base + where).raise_for_status().content)
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        take(browser, files, given.out)
        browser.close()


if __name__ == "__main__":
    main()
