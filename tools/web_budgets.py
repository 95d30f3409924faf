"""Weigh what a phone must load, on the built files, and say where it is too much.

    python tools/web_budgets.py [--dist scanner_web/dist/assets]

Sizes are gzip -9, in kB of 1,000 bytes; fonts are compressed already and count as they are. "Before the decoder" is all
script that a page runs before a bar code is decoded: its entry and whatever that imports; its words count apart, and so
does the Ed25519 that only browsers without their own load. The verifier is built on its own for this, as a library with
all that it imports. Exit status 1 where a budget is exceeded.
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
WORDS = "virtual:nguon-catalogue/"
FALLBACK = "ed25519"
APART = (WORDS, "words.", "zxing", FALLBACK)
EVERYWHERE = "scan/register.ts"
PAGES = {"verify page": "page/main.tsx", "scanner": "scan/main.tsx"}
STYLES = ("tokens.css", "nguon.css", "landing.css", "scan.css", "ui.css")


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
    for page, entry in PAGES.items():
        script = _script(manifest, entry) | _script(manifest, EVERYWHERE)
        yield Weight(f"{page}: script before the decoder", sum(_gzip(dist / name) for name in script), 60_000)
    for lang in ("vi", "en"):
        (words,) = (item["file"] for source, item in manifest.items() if source.endswith(f"{WORDS}{lang}"))
        yield Weight(f"verify page: words, {lang}", _gzip(dist / words), 12_000)
    verifier = _verifier()
    fallback = sum(size for name, size in verifier.items() if name.startswith(FALLBACK))
    yield Weight("verifier, by itself", sum(verifier.values()) - fallback, 20_000)
    yield Weight("(Ed25519, loaded where the browser has none)", fallback, None)
    yield Weight("styles, all of them", sum(_gzip(WEB / "ui" / name) for name in STYLES), 15_000)
    fonts = (WEB / "ui" / "font").glob("*.woff2")
    yield Weight("fonts, all of them", sum(font.stat().st_size for font in fonts), 70_000)
    decoder = [path for path in dist.iterdir() if path.name.startswith("zxing")]
    yield Weight("(the decoder, loaded when a camera or a picture needs it)", sum(map(_gzip, decoder)), None)


def _script(manifest: dict[str, dict[str, object]], entry: str) -> set[str]:
    """Files of an entry and of what it imports, but for what is counted apart."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        item = manifest[waiting.pop()]
        if (file := str(item["file"])) in found:
            continue
        found.add(file)
        for name in ("imports", "dynamicImports"):
            listed = item.get(name, [])
            assert isinstance(listed, list)
            waiting += [each for each in listed if not any(part in each for part in APART)]
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
