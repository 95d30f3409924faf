"""Makes the pictures that are drawn once, from the pages' own drawings: app icons, and the parts of shared pictures.

    python tools/pictures.py [--only icon|art]

App icons go to scanner_web/ui/icon, parts of the Open Graph picture (api/picture.py) to api/art. Run it when mark.svg,
icons.svg, art.svg or a tone in tokens.css changes, and commit what it makes. Needs Debian's chromium.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import CHROMIUM, FLAGS

PROJECT = Path(__file__).resolve().parent.parent
UI = PROJECT / "scanner_web" / "ui"
SPRING, PAPER = "#075e5a", "#f3f6f1"
TONES = {  # fill, ink: tokens.css, light
    "good": ("#075e5a", "#ffffff"),
    "wait": ("#d3e4f6", "#173a61"),
    "caution": ("#f7bd45", "#2b1d00"),
    "stop": ("#a81f1a", "#ffffff"),
    "none": ("#fbfcfa", "#22332c"),
}
VERDICTS = {
    "verified": "good", "stale": "wait", "chain_unreachable": "wait", "chain_disputed": "wait", "recorded": "wait",
    "incomplete": "caution", "expired": "caution", "suspect_copy": "caution", "recalled": "stop", "unknown": "stop",
    "tampered": "stop", "malformed": "none",
}  # fmt: skip
RINGS = (
    (64, 0.30),
    (92, 0.23),
    (128, 0.17),
    (176, 0.12),
    (240, 0.085),
    (320, 0.06),
    (420, 0.045),
    (540, 0.03),
)

Shot = tuple[Path, int, int, str]
"""File, width, height, and the SVG that fills it."""


def svg(width: int, height: int, inside: str, style: str = "") -> str:
    """A drawing of that size."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    return f'{head}viewBox="0 0 {width} {height}" style="{style}">{inside}</svg>'


def mark(x: float, y: float, size: float, ink: str) -> str:
    """The mark, in one ink and its drop."""
    inner = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", (UI / "mark.svg").read_text(encoding="utf-8"))
    return f'<g color="{ink}" transform="translate({x} {y}) scale({size / 48})">{inner}</g>'


def icons() -> Iterator[Shot]:
    """What a phone shows on its first screen."""
    for size in (180, 192, 512):
        radius = 0 if size == 180 else size * 0.22  # one system rounds for itself
        body = f'<rect width="{size}" height="{size}" rx="{radius}" fill="{SPRING}"/>'
        body += mark(size * 0.205, size * 0.17, size * 0.62, "#fff")
        yield UI / "icon" / f"{size}.png", size, size, svg(size, size, body)
    body = f'<rect width="512" height="512" fill="{SPRING}"/>' + mark(141, 128, 236, "#fff")
    yield UI / "icon" / "512-maskable.png", 512, 512, svg(512, 512, body)


def art() -> Iterator[Shot]:
    """Parts of a shared picture: a ground for each tone, an icon for each verdict, packs, the mark."""
    to = PROJECT / "api" / "art"
    for tone, (fill, ink) in TONES.items():
        body = f'<rect width="1200" height="630" fill="{fill}"/>'
        if tone == "good":
            body += "".join(
                f'<circle cx="136" cy="202" r="{r}" fill="none" stroke="{ink}" stroke-width="2.5" opacity="{o}"/>'
                for r, o in RINGS
            )
        if tone == "stop":
            stripes = "".join(f"M{x} 0h20l-36 36h-20z" for x in range(0, 1260, 40))
            body += f'<path d="{stripes}" fill="#000" opacity=".16"/>'
        if tone == "none":
            body += '<rect x="14" y="14" width="1172" height="602" rx="26" fill="none" stroke="#7b8a82" '
            body += 'stroke-width="4" stroke-dasharray="16 12"/>'
        yield to / f"ground-{tone}.png", 1200, 630, svg(1200, 630, body)
        yield to / f"mark-{tone}.png", 56, 56, svg(56, 56, mark(0, 0, 56, ink))
    card = '<rect x="40" y="24" width="1072" height="234" rx="30" fill="#fff" style="filter:drop-shadow(0 14px 18px '
    card += 'rgb(19 36 31/.2)) drop-shadow(0 1px 2px rgb(19 36 31/.12))"/>'
    yield to / "card.png", 1152, 322, svg(1152, 322, card)
    sprite = (UI / "icons.svg").read_text(encoding="utf-8")
    for verdict, tone in VERDICTS.items():
        fill, ink = TONES[tone]
        inner = symbol(sprite, f"v-{verdict}")
        body = f'<g fill="{ink}" transform="scale(3)">{inner}</g>'
        yield to / f"v-{verdict}.png", 144, 144, svg(144, 144, body, f"color:{ink};--k:{fill}")
    drawings = (UI / "art.svg").read_text(encoding="utf-8")
    for pack in ("pouch", "jar", "rice"):
        body = (
            f'<clipPath id="c"><rect width="96" height="112" rx="9"/></clipPath><g transform="scale(1.875)">'
            f'<g clip-path="url(#c)">{symbol(drawings, f"pack-{pack}")}</g></g>'
        )
        yield to / f"pack-{pack}.png", 180, 210, svg(180, 210, body)


def symbol(sprite: str, name: str) -> str:
    """What a symbol of a sprite draws."""
    found = re.search(rf'<symbol id="{name}"[^>]*>(.*?)</symbol>', sprite, re.DOTALL)
    if found is None:
        raise LookupError(name)
    return found[1]


def take(page: Page, shot: Shot) -> None:
    """Draw one picture and keep it, as small as PNG makes it without loss."""
    path, width, height, drawing = shot
    page.set_viewport_size({"width": width, "height": height})
    tokens = (UI / "tokens.css").read_text(encoding="utf-8")
    page.set_content(f"<style>{tokens}body{{margin:0;background:none}}svg{{display:block}}</style>{drawing}")
    picture = Image.open(BytesIO(page.screenshot(omit_background=True)))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, optimize=True)
    print(f"{path.relative_to(PROJECT)}  {path.stat().st_size:,} B")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", choices=["icon", "art"])
    options = parser.parse_args()
    shots = [*(icons() if options.only != "art" else ()), *(art() if options.only != "icon" else ())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        page = browser.new_page()
        for shot in shots:
            take(page, shot)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
