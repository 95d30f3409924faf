"""Makes the pictures of the printed guides from the app's screens in docs/screens: small, the part that is spoken of.

    python tools/guide_pictures.py [--screens docs/screens] [--only NAME]

Run it when those screens were taken anew, and commit what it makes.
"""

import argparse
from pathlib import Path
from typing import Final

from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
SCREENS = PROJECT / "docs" / "screens"
OUT = PROJECT / "scanner_web" / "ui" / "guide"
SIZE: Final = (480, 540)
PICTURES: Final = {
    "join": ("coop-join", 0, 0, 720),
    "home": ("coop-home", 0, 20, 720),
    "where": ("coop-harvest-plot", 0, 0, 720),
    "amount": ("coop-harvest-amount", 0, 0, 720),
    "sign": ("coop-harvest-confirm", 0, 750, 720),
    "done": ("coop-done", 0, 0, 720),
    "speak": ("coop-speak", 0, 110, 720),
    "outbox": ("coop-outbox", 0, 0, 720),
    "book": ("coop-book", 0, 90, 720),
    "desk-home": ("desk-home-phone", 0, 60, 360),
    "desk-code": ("desk-code-phone", 0, 440, 360),
    "desk-lot": ("desk-lot-phone", 0, 60, 360),
    "desk-tem": ("desk-tem-phone", 0, 60, 360),
    "desk-recall": ("desk-recall-1-phone", 0, 60, 360),
    "lab-home": ("lab-home", 0, 0, 360),
    "lab-result": ("lab-result", 0, 240, 360),
    "lab-sign": ("lab-confirm", 0, 420, 360),
    "shop-home": ("shop-home", 0, 0, 360),
    "shop-receive": ("shop-receive", 0, 420, 360),
    "shop-sign": ("shop-confirm", 0, 60, 360),
    "shop-stop": ("shop-receive-stop", 0, 520, 360),
    "alliance-invite": ("alliance-invite-phone", 0, 60, 360),
    "alliance-home": ("alliance-home-phone", 0, 300, 360),
    "alliance-org": ("alliance-org-phone", 0, 440, 360),
    "tested": ("part-lab", 0, 290, 720),
    "recalled": ("verify-recalled-vi", 0, 190, 720),
    "verified": ("verify-verified-vi", 0, 190, 720),
}
"""Picture to the screen it is cut from, and where: left and upper edge, and width, in pixels.

None shows a code: it could be scanned from the paper.
"""


def cut(screen: Path, left: int, upper: int, width: int) -> Image.Image:
    """A part of a screen, of the shape of `SIZE` and at most at that size."""
    height = round(width * SIZE[1] / SIZE[0])
    with Image.open(screen) as whole:
        flat = whole.convert("RGB")
    top = min(upper, max(0, flat.height - height))
    part = flat.crop((left, top, left + width, top + height))
    part.thumbnail(SIZE, Image.Resampling.LANCZOS)
    return part.quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def main() -> None:
    """Make all pictures, or one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--screens", type=Path, default=SCREENS, help="where the app's screens are")
    parser.add_argument("--only", choices=PICTURES)
    args = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    for name, (screen, *part) in PICTURES.items():
        if args.only in (None, name) and (args.screens / f"{screen}.png").is_file():
            cut(args.screens / f"{screen}.png", *part).save(OUT / f"{name}.png", optimize=True)
            print(name)


if __name__ == "__main__":
    main()
