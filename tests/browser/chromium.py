"""Debian's chromium, as tests, pictures and benchmarks start it: it asks nobody for anything by itself."""

from pathlib import Path
from typing import Final

CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FAKE_CAMERA: Final = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
