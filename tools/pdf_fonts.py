"""Makes the fonts of printed documents from the pages' own: WOFF2 to TrueType, glyph for glyph.

    python tools/pdf_fonts.py [--check]

PDF writers embed TrueType and read no WOFF2. `--check` writes nothing, and fails where a font is not what it would be.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

PROJECT = Path(__file__).resolve().parent.parent
FROM, TO = PROJECT / "scanner_web" / "ui" / "font", PROJECT / "labels" / "fonts"
WEIGHTS = (400, 700)


def main() -> int:
    """Exit 1 where `--check` finds a difference."""
    TO.mkdir(exist_ok=True)
    different = []
    for weight in WEIGHTS:
        name = f"be-vietnam-pro-{weight}"
        font = TTFont(FROM / f"{name}.woff2", recalcTimestamp=False)
        font.flavor = None
        made = BytesIO()
        font.save(made)
        target = TO / f"{name}.ttf"
        if "--check" not in sys.argv:
            target.write_bytes(made.getvalue())
        elif not target.exists() or target.read_bytes() != made.getvalue():
            different.append(target.name)
    licence = TO / "OFL.txt"
    if "--check" not in sys.argv:
        licence.write_bytes((FROM / "OFL.txt").read_bytes())
    for name in different:
        print(f"{name} is not what tools/pdf_fonts.py makes: run it.", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
