"""Take the pictures of the documentation from a running service.

    python tools/screens.py --base http://127.0.0.1:8000 --rows rows.json --out docs/screens

`rows.json` is what `nguon demo --once --json` prints, or a list of such rows: `{"verdict": …, "url": …}`. Each
verdict is taken once, in the order of the rows: on a phone (360 px, the first screen) and, for `verified`, the
whole page and a desk (1280 px). The landing page is taken too. Needs Debian's chromium.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = (360, 780), (1280, 900)


def shots(base: str, rows: list[dict[str, Any]]) -> Iterator[tuple[str, str, tuple[int, int], bool]]:
    """Pictures to take: name, address, width and height, whole page or not."""
    yield "landing-phone", f"{base}/?lang=vi", PHONE, False
    yield "landing", f"{base}/?lang=vi", DESK, False
    taken = set()
    for row in rows:
        verdict = str(row["verdict"])
        if verdict in taken or not row.get("url"):
            continue
        taken.add(verdict)
        parts = urlsplit(str(row["url"]))
        query = f"?{parts.query}&lang=vi" if parts.query else "?lang=vi"
        address = f"{base}{parts.path}{query}"
        yield f"verify-{verdict}", address, PHONE, False
        if verdict == "verified":
            yield "verify-verified-whole", address, PHONE, True
            yield "verify-verified-desktop", address, DESK, False
            yield "verify-verified-en", address.replace("lang=vi", "lang=en"), PHONE, False


def take(browser: Browser, address: str, size: tuple[int, int], whole: bool, path: Path) -> str | None:
    """Take one picture; returns the verdict that the page carries, None where it carries none."""
    viewport: Any = {"width": size[0], "height": size[1]}
    sharp = 2 if size == PHONE and not whole else 1  # a picture of a whole page would weigh megabytes
    context = browser.new_context(viewport=viewport, device_scale_factor=sharp, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    if whole:  # a bar that sticks to the window would stand in the middle of the picture
        page.evaluate("document.querySelectorAll('.bar, .tabs').forEach(e => e.style.position = 'static')")
    verdict = page.evaluate("document.querySelector('main')?.dataset.verdict ?? null")
    page.screenshot(path=path, full_page=whole)
    context.close()
    return str(verdict) if verdict is not None else None


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file: a list, or an object with `rows`."""
    value = json.loads(path.read_text(encoding="utf-8"))
    rows = value["rows"] if isinstance(value, dict) else value
    return [dict(row) for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--base", required=True, help="address of the running service, without a slash at the end"
    )
    parser.add_argument("--rows", type=Path, required=True, help="rows of `nguon demo --once --json`")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, address, size, whole in shots(options.base.rstrip("/"), read_rows(options.rows)):
            path = options.out / f"{name}.png"
            verdict = take(browser, address, size, whole, path)
            expected = name.removeprefix("verify-").partition("-")[0] if name.startswith("verify-") else None
            ok = verdict == expected
            wrong += not ok
            print(f"{'ok  ' if ok else 'WRONG'} {path}  {verdict or '-'}  {address}")
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
