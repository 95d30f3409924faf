"""A real service for a browser, and what is held before its camera."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qrcode
import zxingcpp
from PIL import Image

SYMBOLS = Path(__file__).parent / "symbols"
GTIN, LOT, SSCC = "09521002000085", "NHC260110", "395210020000000017"
HOST = "nguon.localhost"  # as the demo's tem name it
SCREEN = (640, 480)


@dataclass(frozen=True)
class Live:
    """A running demo: where it answers, and a tem of it that is right."""

    base: str
    tem: str

    @property
    def serial(self) -> str:
        return self.tem.rpartition("/")[2]


@contextmanager
def demo(folder: Path) -> Iterator[Live]:
    """The demo on a free port, with all its files in a folder of its own."""
    environment = {**os.environ, "TMPDIR": str(folder), "COLUMNS": "200"}
    with subprocess.Popen(
        [sys.executable, "-m", "nguon", "demo", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as started:
        said = ""
        assert started.stdout is not None
        for line in started.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        base = re.search(r"Open (http://127\.0\.0\.1:\d+)", said)
        tem = re.search(rf"(/01/{GTIN}/10/{LOT}/21/[0-9A-Z]{{17}})", said)
        assert base, said
        assert tem, said
        yield Live(base[1], tem[1])
        started.terminate()


def qr(text: str) -> Image.Image:
    """A QR code."""
    made = qrcode.QRCode(box_size=6, border=4)
    made.add_data(text)
    return made.make_image().get_image().convert("L")


def data_matrix(text: str) -> Image.Image:
    """A DataMatrix that holds plain text."""
    return _made(text, zxingcpp.BarcodeFormat.DataMatrix, 6)


def ean_13(digits: str) -> Image.Image:
    """A retail barcode."""
    return _made(digits, zxingcpp.BarcodeFormat.EAN13, 3)


def fixed(name: str) -> Image.Image:
    """A GS1 symbol that was made once (Debian's zint)."""
    return Image.open(SYMBOLS / f"{name}.png").convert("L")


def together(*symbols: Image.Image) -> Image.Image:
    """Several symbols in one picture, one below the other."""
    width = max(symbol.width for symbol in symbols) + 80
    sheet = Image.new("L", (width, sum(symbol.height + 60 for symbol in symbols) + 60), 235)
    top = 60
    for symbol in symbols:
        sheet.paste(symbol, (40, top))
        top += symbol.height + 60
    return sheet


def film(path: Path, symbol: Image.Image | None, ground: int = 150) -> Path:
    """A film for the fake camera: a symbol, held still, on grey of that brightness (0 to 255)."""
    frame = Image.new("L", SCREEN, ground)
    if symbol is not None:
        if symbol.width > SCREEN[0] or symbol.height > SCREEN[1]:
            symbol.thumbnail(SCREEN)
        frame.paste(symbol, ((SCREEN[0] - symbol.width) // 2, (SCREEN[1] - symbol.height) // 2))
    luma = frame.point([16 + value * 219 // 255 for value in range(256)]).tobytes()
    chroma = bytes([128]) * (SCREEN[0] * SCREEN[1] // 2)
    head = f"YUV4MPEG2 W{SCREEN[0]} H{SCREEN[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + (b"FRAME\n" + luma + chroma) * 5)
    return path


def _made(text: str, kind: Any, scale: int) -> Image.Image:
    return Image.fromarray(zxingcpp.create_barcode(text, kind).to_image(scale=scale)).convert("L")
