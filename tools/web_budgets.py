"""Weigh what a phone must load, on the built files, and say where it is too much.

    python tools/web_budgets.py [--dist scanner_web/dist/assets]

Sizes are gzip -9, in kB of 1,000 bytes; fonts are compressed already and count as they are. "Before the decoder" is
all script that a page runs before a bar code is decoded, and what it says with it: its entry, whatever that imports,
and the words of its first look in the larger of the languages. The verify page's verdict needs nothing else; its story
comes after that. The Ed25519 that only browsers without their own load counts apart. The verifier is built on its own
for this, as a library with all that it imports. Exit status 1 where a budget is exceeded.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
WEB = PROJECT / "scanner_web"
ROLLDOWN = PROJECT / "node_modules" / ".bin" / "rolldown"
CATALOGUE = "virtual:nguon-catalogue"
FALLBACK = "ed25519"
EVERYWHERE = "scan/register.ts"
PAGES = {
    "verify page": ("page/main.tsx", f"../{CATALOGUE}/page/{{}}"),
    "scanner": ("scan/main.tsx", "scan/words.{}.ts"),
}
STYLES = ("tokens.css", "nguon.css", "landing.css", "scan.css", "ui.css")
APP = "coop/main.tsx"
APP_STYLES = ("tokens.css", "nguon.css", "coop.css")


@dataclass(frozen=True)
class Weight:
    """What something weighs and may weigh, in bytes; `limit` None: only told."""

    name: str
    bytes: int
    limit: int | None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.bytes > self.limit


def weigh(dist: Path) -> Iterator[Weight]:
    """Everything that has a budget, and what helps to read it."""
    manifest = json.loads((dist / "manifest.json").read_bytes())
    for page, (entry, words) in PAGES.items():
        script = _script(manifest, entry) | _script(manifest, EVERYWHERE)
        told = max(_gzip(dist / str(manifest[words.format(lang)]["file"])) for lang in ("vi", "en"))
        found = sum(_gzip(dist / name) for name in script)
        yield Weight(f"{page}: script and words before the decoder", found + told, 60_000)
    later = _script(manifest, "page/rest.tsx") - _script(manifest, "page/main.tsx")
    story = [str(manifest[f"../{CATALOGUE}/story/{lang}"]["file"]) for lang in ("vi", "en")]
    both = sum(_gzip(dist / name) for name in later) + max(_gzip(dist / name) for name in story)
    yield Weight("verify page: story and proofs with their words, after the verdict", both, 25_000)
    verifier = _verifier()
    fallback = sum(size for name, size in verifier.items() if name.startswith(FALLBACK))
    yield Weight("verifier, by itself", sum(verifier.values()) - fallback, 20_000)
    yield Weight("(Ed25519, loaded where the browser has none)", fallback, None)
    yield Weight("styles, all of them", sum(_gzip(WEB / "ui" / name) for name in STYLES), 15_000)
    yield from _app(manifest, dist)
    fonts = (WEB / "ui" / "font").glob("*.woff2")
    yield Weight("fonts, all of them", sum(font.stat().st_size for font in fonts), 70_000)
    decoder = [path for path in dist.iterdir() if path.name.startswith("zxing")]
    yield Weight("(the decoder, loaded when a camera or a picture needs it)", sum(map(_gzip, decoder)), None)


def _app(manifest: dict[str, dict[str, object]], dist: Path) -> Iterator[Weight]:
    """The cooperative's app: what everybody loads, then each room that only some people enter."""
    script = _script(manifest, APP) | _script(manifest, EVERYWHERE)
    yield Weight("cooperative's app: script", sum(_gzip(dist / name) for name in script), 120_000)
    words = [str(manifest[f"../{CATALOGUE}/coop/{lang}"]["file"]) for lang in ("vi", "en")]
    yield Weight("(its words)", max(_gzip(dist / name) for name in words), None)
    for source in manifest:
        room = source.split("/")
        if len(room) == 3 and room[0] == "coop" and room[2] == "index.tsx":
            more = _script(manifest, source) - script
            yield Weight(
                f"(its room {room[1]}, when entered)", sum(_gzip(dist / name) for name in more), None
            )
    yield Weight("cooperative's app: styles", sum(_gzip(WEB / "ui" / name) for name in APP_STYLES), 15_000)


def _script(manifest: dict[str, dict[str, object]], entry: str) -> set[str]:
    """Files of an entry and of what it imports; what it loads later is not among them."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        item = manifest[waiting.pop()]
        if (file := str(item["file"])) in found:
            continue
        found.add(file)
        listed = item.get("imports", [])
        assert isinstance(listed, list)
        waiting += listed
    return found


def _verifier() -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                ROLLDOWN,
                "verify/index.ts",
                "--format=esm",
                "--platform=browser",
                "--minify",
                f"--dir={folder}",
            ],
            cwd=WEB,
            check=True,
            capture_output=True,
        )
        return {path.name: _gzip(path) for path in Path(folder).glob("*.js")}


def _gzip(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dist", type=Path, default=WEB / "dist" / "assets")
    weights = list(weigh(parser.parse_args().dist))
    for item in weights:
        limit = f"of {item.limit / 1000:5.1f}" if item.limit else ""
        print(f"{'OVER ' if item.is_over else ''}{item.name:<62} {item.bytes / 1000:6.1f} kB {limit}")
    return int(any(item.is_over for item in weights))


if __name__ == "__main__":
    sys.exit(main())
