"""Make the pictures of carton, pallet and thermal labels in docs/screens: `python -m tools.logistic_screens`.

The thermal one is what its ZPL commands burn, read back from them.
"""

import re
from datetime import date
from pathlib import Path

from PIL import Image, ImageOps

from api.pages import load_catalogues
from labels import png, zpl
from labels.logistic import Goods, UnitContent, UnitWords, unit_label, unit_size
from ledger.gs1.keys import check_digit

ROOT = Path(__file__).parents[1]
SCREENS = ROOT / "docs" / "screens"
TEA = Goods(
    "09521001000055",
    "Trà hoa vàng sấy",
    48,
    "48 gói × 50 g",
    "TH260117",
    date(2026, 1, 17),
    None,
    date(2028, 1, 17),
)
POWDER = Goods("09521001000062", "Cao cà gai leo", 36, "36 hộp × 100 g", "CG260110", date(2026, 1, 10))
SIGNATURE = "Vb3k" + "4mQx-7Lp_0" * 8 + "R2hTg6"


def main() -> None:
    """Draw them."""
    c = load_catalogues(ROOT / "nguon" / "locales")["vi"]
    names = ("sscc", "content", "count", "lot", "packed", "best_before", "use_by", "scan")
    words = UnitWords(**{name: c.t(f"carton.label.{name}") for name in names})

    def unit(serial: str, kind: str, goods: tuple[Goods, ...], inside: str = "") -> UnitContent:
        sscc = serial + check_digit(serial)
        link = f"https://nguon.localhost/00/{sscc}?8030={SIGNATURE}"
        address = "Xã Nho Quan, tỉnh Ninh Bình"
        return UnitContent(
            sscc, link, c.t(kind), "HTX Trà hoa vàng Yên Sơn", goods, inside, address, words=words
        )

    carton = unit_label(unit("09521001000000001", "carton.kind", (TEA,)), unit_size("A6"))
    inside = f"{c.t('carton.units', n=8)}, {c.t('carton.packs', n=84)}"
    pallet = unit_label(
        unit("39521001000000007", "carton.kind_pallet", (TEA, POWDER), inside), unit_size("A5")
    )
    small = unit_label(unit("09521001000000002", "carton.kind", (TEA,)), unit_size("100x100"))
    _keep("label-carton", png.raster(carton, 203))
    _keep("label-pallet", png.raster(pallet, 203))
    _keep("label-thermal", _burnt(zpl.render(small, 203)))


def _burnt(data: bytes) -> Image.Image:
    """What a printer burns by a label's ZPL."""
    label = data.decode("ascii")
    found = re.search(r"\^PW(\d+)\^LL(\d+).*\^GFA,\d+,\d+,(\d+),(.*)\^FS", label)
    assert found is not None
    width, height, row = (int(found[place]) for place in (1, 2, 3))
    rows: list[str] = []
    line, times = "", 0
    for sign in found[4]:
        if "G" <= sign <= "Y":
            times += ord(sign) - ord("F")
        elif "g" <= sign <= "z":
            times += 20 * (ord(sign) - ord("f"))
        elif sign == ":":
            line = rows[-1]
        else:
            filled = {",": "0", "!": "F"}.get(sign)
            line = line + sign * max(1, times) if filled is None else line.ljust(2 * row, filled)
            times = 0
        if len(line) == 2 * row:
            rows.append(line)
            line = ""
    burnt = bytes(255 - value for value in bytes.fromhex("".join(rows)))
    return Image.frombytes("1", (width, height), burnt)


def _keep(name: str, picture: Image.Image) -> None:
    """A picture with the label's edge around it, in few greys."""
    edged = ImageOps.expand(picture.convert("L"), border=2, fill=190)
    edged.quantize(16).save(SCREENS / f"{name}.png", optimize=True)
    print(SCREENS / f"{name}.png")


if __name__ == "__main__":
    main()
