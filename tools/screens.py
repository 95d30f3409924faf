"""Take the pictures of the documentation from a running service.

    python -m tools.screens [--only NAME]
    python -m tools.screens --base http://127.0.0.1:8000 --rows rows.json --out docs/screens

Without a service it shows a demo of its own. `rows.json` is what `nguon demo --once --json` prints, or a list of such
rows: `{"verdict": …, "url": …}`. Each verdict is taken once, in the order of the rows, when the browser has checked it:
on a phone (360 px, the first screen), in both languages and themes; of `verified` its parts and a desk (1280 px) too.
A demo of its own also shows what a silent chain, keepers that contradict each other, and odd scans come to. Then the
first page. The scanner, the design system's page and the page without network have `tools/screens_scanner.py`. Needs
Debian's chromium.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.checking import World, running, trouble
from tests.browser.chromium import CHROMIUM, FLAGS

PHONE, DESK = (360, 780), (1280, 900)


@dataclass(frozen=True)
class Shot:
    """A picture to take: of an address, at a size, in a theme; after `do` was done on the page.

    `trouble`: the service whose chain or scans make the verdict, where that is not the address's own.
    """

    name: str
    address: str
    size: tuple[int, int] = PHONE
    dark: bool = False
    whole: bool = False
    verdict: str | None = None
    do: str = ""
    trouble: World | None = None


TROUBLED = ("chain_unreachable", "chain_disputed", "suspect_copy")


def troubled(world: World) -> Iterator[Shot]:
    """The verdicts that need a silent chain, one that contradicts itself, or odd scans."""
    for verdict in TROUBLED:
        for lang in ("vi", "en"):
            for dark in (False, True):
                name = f"verify-{verdict}-{lang}{'-dark' if dark else ''}"
                address = world.url("verified", lang)
                yield Shot(name, address, dark=dark, verdict=verdict, trouble=world)


def shots(base: str, rows: list[dict[str, Any]]) -> Iterator[Shot]:
    """Every screen: each verdict in both languages and themes on a phone, and what else a buyer sees."""
    for lang in ("vi", "en"):
        yield Shot(f"landing-{lang}", f"{base}/?lang={lang}", whole=True)
    yield Shot("landing-dark", f"{base}/?lang=vi", dark=True)
    yield Shot("landing-desktop", f"{base}/?lang=vi", DESK)
    taken = set()
    for row in rows:
        verdict = str(row["verdict"])
        if verdict in taken or not row.get("url"):
            continue
        taken.add(verdict)
        parts = urlsplit(str(row["url"]))
        address = f"{base}{parts.path}?{parts.query}{'&' if parts.query else ''}lang="
        for lang in ("vi", "en"):
            for dark in (False, True):
                name = f"verify-{verdict}-{lang}{'-dark' if dark else ''}"
                yield Shot(name, address + lang, dark=dark, verdict=verdict)
        if verdict == "verified":
            yield from _parts(address + "vi", verdict)
    yield Shot("offline-dark", f"{base}/offline?lang=vi", dark=True)


def _parts(address: str, verdict: str) -> Iterator[Shot]:
    """The parts of one page."""
    yield Shot("verify-verified-desktop", address, DESK, verdict=verdict)
    yield Shot("verify-verified-desktop-dark", address, DESK, dark=True, verdict=verdict)
    yield Shot("verify-verified-whole", address, whole=True, verdict=verdict)
    yield Shot("selfcheck-running", address, do="running")
    for name in ("check", "story", "upstream", "lab", "file", "proof"):
        yield Shot(f"part-{name}", address, verdict=verdict, do=f"#{name}")
    yield Shot("selfcheck-proof", address, verdict=verdict, do="details")
    yield Shot("report", address, verdict=verdict, do="report")
    yield Shot("compare-different", address, verdict=verdict, do="different")


def take(browser: Browser, shot: Shot, path: Path) -> str | None:
    """Take one picture; returns the verdict that the browser came to, None where the page bears none."""
    viewport: Any = {"width": shot.size[0], "height": shot.size[1]}
    sharp = (
        2 if shot.size == PHONE and not shot.whole else 1
    )  # a picture of a whole page would weigh megabytes
    context = browser.new_context(
        viewport=viewport,
        device_scale_factor=sharp,
        reduced_motion="reduce",
        service_workers="block",
        color_scheme="dark" if shot.dark else "light",
    )
    page = context.new_page()
    if shot.trouble and shot.verdict:
        trouble(page, shot.trouble, shot.verdict)
    if shot.do == "running":
        page.route("**/api/v1/proof*", lambda _: None)
    page.goto(shot.address)
    if shot.do == "running":
        page.locator("#check [data-state=run]").wait_for()
    elif shot.verdict:
        page.locator("#main[data-check=done]").wait_for()
    if shot.do != "running":
        page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    act(page, shot.do)
    if shot.whole:  # a bar that sticks to the window would stand in the middle of the picture
        page.evaluate("document.querySelectorAll('.bar, .tabs').forEach(e => e.style.position = 'static')")
    page.wait_for_timeout(300)
    verdict = page.evaluate("document.querySelector('main')?.dataset.checked ?? null")
    with Image.open(BytesIO(page.screenshot(full_page=shot.whole))) as picture:
        picture.convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
    context.close()
    return str(verdict) if verdict is not None else None


def act(page: Page, do: str) -> None:
    """Bring a part of the page into view, or open something."""
    if do == "running":
        page.evaluate("document.querySelector('#check').scrollIntoView()")
    elif do.startswith("#"):
        page.evaluate(f"document.querySelector('{do}').scrollIntoView()")
        page.evaluate("scrollBy(0, -64)")
    elif do == "details":
        page.locator("#check details summary").first.click()
        page.evaluate("document.querySelector('#check').scrollIntoView(); scrollBy(0, -64)")
    elif do == "report":
        page.locator(".bar a, .bar button").last.click()
        page.locator("#report").wait_for()
        page.evaluate("document.querySelector('#report').scrollIntoView(); scrollBy(0, -64)")
    elif do == "different":
        page.locator("#compare .btn").last.click()
        page.evaluate("document.querySelector('#compare').scrollIntoView(); scrollBy(0, -64)")


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a file: a list, or an object with `rows`."""
    value = json.loads(path.read_text(encoding="utf-8"))
    rows = value["rows"] if isinstance(value, dict) else value
    return [dict(row) for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", help="address of a running service; without it, a demo of its own is shown")
    parser.add_argument("--rows", type=Path, help="rows of `nguon demo --once --json`, with --base")
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    parser.add_argument("--only", default="", help="pictures whose name holds this")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if options.base:
            base, found, own = options.base.rstrip("/"), read_rows(options.rows), []
        else:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            world = stack.enter_context(running(folder, keepers=2))
            base, own = world.base, list(troubled(world))
            found = [{"verdict": row.expected.value, "url": row.url(base)} for row in world.rows.values()]
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=str(CHROMIUM), args=list(FLAGS)
        )
        wrong = 0
        for shot in (*shots(base, found), *own):
            if options.only not in shot.name:
                continue
            path = options.out / f"{shot.name}.png"
            verdict = take(browser, shot, path)
            ok = verdict == shot.verdict
            wrong += not ok
            print(f"{'ok  ' if ok else 'WRONG'} {path}  {verdict or '-'}  {shot.address}", flush=True)
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
