"""The picture that stands for a page where its link is shared: the verdict's banner, and the goods under it.

    1200 × 630   ground of the verdict's tone, mark and name
                 icon, title; for goods a card over paper: pack, name, producer, lot; else the sentence
                 below, of which moment it tells: a picture is old as soon as it is made

Grounds, icons and packs are drawn once by tools/pictures.py; here they are put together, and words are set.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from labels.drawing import Weight
from labels.faces import FILES

WIDTH: Final = 1200
HEIGHT: Final = 630
_HERE: Final = Path(__file__).parent
_MARGIN: Final = 64
_INK: Final = {
    "good": "#ffffff",
    "wait": "#173a61",
    "caution": "#2b1d00",
    "stop": "#ffffff",
    "none": "#22332c",
}
_PAPER: Final = "#f3f6f1"
_INK_1, _INK_2, _INK_3 = "#13241f", "#42534b", "#5a6a62"
_TINT, _SPRING = "#dcefea", "#075e5a"
_PAPER_TOP: Final = 424
_CARD: Final = (_MARGIN, 320)
_CARD_MARGIN: Final = (40, 24)
_TITLE_LEFT: Final = 240
_TITLE_SIZES: Final = (64, 58, 52, 46)
_ELLIPSIS: Final = "…"


@dataclass(frozen=True)
class Goods:
    """What the card names. `pack` is one of the drawn packs: pouch, jar, rice."""

    name: str
    producer: str
    lot: str
    pack: str


@dataclass(frozen=True)
class SharedPicture:
    """All that a picture says.

    Attributes:
        verdict: its code, which names the icon.
        tone: good, wait, caution, stop or none.
        brand, title, sentence: words of the banner.
        goods: what it is about; None where there is nothing to show.
        at: the moment that it tells of, in words.
        now: how to learn what holds now.
    """

    verdict: str
    tone: str
    brand: str
    title: str
    sentence: str
    goods: Goods | None
    at: str
    now: str


def draw(shared: SharedPicture) -> bytes:
    """The picture as PNG."""
    picture = _art(f"ground-{shared.tone}").copy()
    pen = ImageDraw.Draw(picture)
    ink = _INK[shared.tone]
    if shared.goods is not None:
        pen.rectangle((0, _PAPER_TOP, WIDTH, HEIGHT), fill=_PAPER)
    _paste(picture, f"mark-{shared.tone}", (_MARGIN, 52))
    pen.text((_MARGIN + 68, 58), shared.brand, fill=ink, font=_font(700, 40))
    _paste(picture, f"v-{shared.verdict}", (_MARGIN, 130))
    size, lines = _title(shared.title)
    height = round(size * 1.26)
    top = 202 - height * len(lines) // 2
    for place, line in enumerate(lines):
        pen.text((_TITLE_LEFT, top + place * height + height // 2), line, ink, _font(700, size), anchor="lm")
    if shared.goods is None:
        _plain(pen, shared, ink)
    else:
        _goods(picture, shared, shared.goods)
    out = BytesIO()
    picture.convert("RGB").save(out, "PNG", compress_level=6)
    return out.getvalue()


def _plain(pen: ImageDraw.ImageDraw, shared: SharedPicture, ink: str) -> None:
    font = _font(400, 36)
    for place, line in enumerate(_wrapped(shared.sentence, font, WIDTH - _TITLE_LEFT - _MARGIN, 4)):
        pen.text((_TITLE_LEFT, 312 + place * 54), line, ink, font)
    pen.text((_MARGIN, 574), f"{shared.at}. {shared.now}.", ink, _font(400, 26), anchor="lm")


def _goods(picture: Image.Image, shared: SharedPicture, goods: Goods) -> None:
    pen = ImageDraw.Draw(picture)
    left, top = _CARD
    _paste(picture, "card", (left - _CARD_MARGIN[0], top - _CARD_MARGIN[1]))
    _paste(picture, f"pack-{goods.pack}", (left + 12, top + 12))
    text = left + 222
    room = WIDTH - _MARGIN - 36 - text
    name = _font(700, 42)
    lines = _wrapped(goods.name, name, room, 2)
    y = top + (44 if len(lines) == 1 else 22)
    for line in lines:
        pen.text((text, y), line, _INK_1, name)
        y += 54
    pen.text((text, y + 4), _cut(goods.producer, _font(400, 29), room), _INK_2, _font(400, 29))
    y += 54
    label = _font(700, 26)
    width = round(label.getlength(goods.lot))
    pen.rounded_rectangle((text, y + 2, text + width + 36, y + 46), 22, _TINT)
    pen.text((text + 18, y + 23), goods.lot, _SPRING, label, anchor="lm")
    pen.text((_MARGIN, 594), f"{shared.at}. {shared.now}.", _INK_3, _font(400, 25), anchor="lm")


def _title(title: str) -> tuple[int, list[str]]:
    """The largest size at which a title stands in two lines."""
    room = WIDTH - _TITLE_LEFT - _MARGIN
    for size in _TITLE_SIZES:
        lines = _wrapped(title, _font(700, size), room, 3)
        if len(lines) <= 2:
            return size, _balanced(lines, title, _font(700, size), room)
    return _TITLE_SIZES[-1], _wrapped(title, _font(700, _TITLE_SIZES[-1]), room, 2)


def _balanced(lines: list[str], title: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Two lines of about the same length, as pages set titles."""
    if len(lines) < 2:
        return lines
    words = title.split()
    pairs = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    fitting = [pair for pair in pairs if all(font.getlength(line) <= room for line in pair)]
    return list(min(fitting, key=lambda pair: max(map(font.getlength, pair)))) if fitting else lines


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float, most: int) -> list[str]:
    """Lines no wider than `room`, at most so many; what is left over is cut, and shown to be."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        line = words.pop(0)
        while words and font.getlength(f"{line} {words[0]}") <= room:
            line += f" {words.pop(0)}"
        lines.append(_cut(line, font, room))
    if words:
        lines[-1] = _cut(f"{lines[-1]}{_ELLIPSIS}", font, room)
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + _ELLIPSIS) > room:
        text = text[:-1]
    return text.rstrip(f" {_ELLIPSIS}") + _ELLIPSIS


def _paste(picture: Image.Image, name: str, place: tuple[int, int]) -> None:
    part = _art(name)
    picture.alpha_composite(part, place)


@cache
def _art(name: str) -> Image.Image:
    with Image.open(_HERE / "art" / f"{name}.png") as found:
        return found.convert("RGBA")


@cache
def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FILES[weight], size)
