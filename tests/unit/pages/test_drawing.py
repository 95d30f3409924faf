"""The picture of a shared link: right size, a ground and an icon of its own per verdict, words that always fit."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from api.drawing import HEIGHT, WIDTH, Goods, SharedPicture, draw
from api.pages.steps import TONES
from ledger.proof.verdict import Verdict
from tests.pages_world import CATALOGUES

GOODS = Goods("Hoa trà hoa vàng sấy, hộp 100 g", "HTX Dược liệu Mẫu Núi Đính", "Lô THV260116", "pouch")


def shared(verdict: Verdict, lang: str = "vi", goods: Goods | None = GOODS) -> SharedPicture:
    c = CATALOGUES[lang]
    title = c.t(f"verdict.{verdict.value}.title")
    at = c.t("shared.at", moment="14:05 ngày 24/11/2026")
    return SharedPicture(
        verdict.value, TONES[verdict], "Nguồn", title, "Một câu.", goods, at, c.t("shared.now")
    )


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_picture_of_the_size_that_readers_of_links_expect(
    verdict: Verdict, lang: str
) -> None:
    for goods in (GOODS, None):
        data = draw(shared(verdict, lang, goods))
        assert opened(data).size == (WIDTH, HEIGHT) == (1200, 630)
        assert len(data) < 200_000


def test_no_two_verdicts_look_alike_even_without_words() -> None:
    bare = {
        verdict: opened(draw(replace(shared(verdict), title="", goods=None, sentence="", at="", now="")))
        for verdict in Verdict
    }
    alike = [
        (one.value, other.value)
        for one in bare
        for other in bare
        if one.value < other.value
        and ImageChops.difference(bare[one].convert("L"), bare[other].convert("L")).getbbox() is None
    ]
    assert alike == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_nothing_is_written_over_the_edge(verdict: Verdict, lang: str) -> None:
    long = "Rất dài " * 60
    endless = "W" * 400
    for goods in (None, Goods(long, long, "Lô " + "W" * 20, "jar"), Goods(endless, endless, "Lô 1", "rice")):
        blank = replace(shared(verdict, lang, goods), title="", sentence="", at="", now="")
        full = replace(shared(verdict, lang, goods), sentence=long)
        changed = ImageChops.difference(opened(draw(blank)), opened(draw(full))).getbbox()
        assert changed is not None
        assert changed[2] <= WIDTH - 40
        assert changed[3] <= HEIGHT - 16


def test_it_says_of_which_moment_it_tells() -> None:
    one = shared(Verdict.VERIFIED)
    later = replace(one, at=one.at.replace("14:05", "15:05"))
    box = ImageChops.difference(opened(draw(one)), opened(draw(later))).getbbox()
    assert box is not None
    assert box[1] > 550, "the moment stands at the bottom"
