"""Printed pages: one answer for programs, safe under a strict policy, light on the wire."""

import gzip
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser

import pytest

from api.pages import LandingFacts, Pages
from api.pages.i18n import Catalogue
from ledger.proof.verdict import Verdict
from tests.pages_world import CATALOGUES, CHAIN, PROJECT, SUPPORT, view_of

PAGES = Pages(CATALOGUES, "nguon.example/test", CHAIN, "https://nguon.example", SUPPORT)
NOW = datetime.fromisoformat("2026-01-20T12:00:00+07:00")
UI = PROJECT / "scanner_web" / "ui"


class Reader(HTMLParser):
    """Collects what a policy and a reader care about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def all_pages(lang: str) -> dict[str, str]:
    printed = {verdict.value: PAGES.render_verify(view_of(verdict, lang)) for verdict in Verdict}
    printed["landing"] = PAGES.render_landing(lang, LandingFacts(1, 2, 3, None, (("x", "/y"),)), NOW)
    printed["404"] = PAGES.render_problem(lang, status=404, code="not_found.page")
    printed["500"] = PAGES.render_problem(lang, status=500, code="internal")
    printed["barcode"] = PAGES.render_ask_for_tem(lang, "09521001000055", "/01/09521001000055")
    return printed


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_have_no_script_no_inline_style_and_nothing_from_elsewhere(lang: str) -> None:
    for name, text in all_pages(lang).items():
        page = Reader(text)
        assert not page.of("script"), name
        assert not page.of("style"), name
        for tag, attributes in page.tags:
            assert "style" not in attributes, (name, tag)
            assert not [key for key in attributes if key.startswith("on")], (name, tag)
            for key in ("src", "href", "action"):
                value = attributes.get(key) or ""
                allowed = value.startswith(("/", "#", "tel:", "mailto:", "https://nguon.example"))
                assert not value or allowed, (name, tag, value)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_main_element_carries_the_verdict_for_programs(verdict: Verdict) -> None:
    page = Reader(PAGES.render_verify(view_of(verdict)))
    assert [attributes["data-verdict"] for attributes in page.of("main")] == [verdict.value]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_say_their_language_and_link_to_the_other(lang: str) -> None:
    page = Reader(PAGES.render_verify(view_of(Verdict.VERIFIED, lang)))
    assert page.of("html")[0]["lang"] == lang
    assert {attributes["href"] for attributes in page.of("a")} >= {
        f"/01/09521001000055/10/THV260116?lang={code}" for code in ("vi", "en")
    }


def test_every_icon_that_a_page_uses_is_in_the_sprites() -> None:
    symbols = {
        f"/static/{file}#{name}"
        for file in ("icons.svg", "art.svg")
        for name in re.findall(r'symbol id="([^"]+)"', (UI / file).read_text(encoding="utf-8"))
    }
    used = {attributes["href"] for text in all_pages("vi").values() for attributes in Reader(text).of("use")}
    assert used <= symbols


def test_every_anchor_on_a_page_leads_somewhere() -> None:
    for name, text in all_pages("vi").items():
        page = Reader(text)
        ids = {attributes.get("id") for _, attributes in page.tags}
        targets = {href[1:] for item in page.of("a") if (href := item.get("href") or "").startswith("#")}
        assert targets <= ids, name


def test_what_was_scanned_is_escaped() -> None:
    text = PAGES.render_verify(view_of(Verdict.MALFORMED, code='<img src=x onerror="alert(1)">'))
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_a_verify_page_with_its_styles_and_icons_weighs_less_than_60_kb() -> None:
    text = PAGES.render_verify(view_of(Verdict.VERIFIED))
    files = [UI / name for name in ("tokens.css", "nguon.css", "icons.svg", "art.svg")]
    weight = len(gzip.compress(text.encode())) + sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert weight < 60_000


def test_the_landing_page_prints_the_numbers_it_was_given() -> None:
    text = PAGES.render_landing("vi", LandingFacts(14, 62_118, 211, NOW.replace(hour=10)), NOW)
    for part in ("62.118", "211", "2 giờ trước"):
        assert part in text
    page = Reader(text)
    assert page.of("form")[0] == {"class": "code-form", "action": "/verify", "method": "get", "id": "code"}


def test_a_problem_shows_its_code_and_a_plain_barcode_asks_for_the_tem() -> None:
    assert "store.behind" in PAGES.render_problem("en", status=503, code="store.behind")
    text = PAGES.render_ask_for_tem("vi", "09521001000055", "/01/09521001000055")
    assert "09521001000055" in text
    assert "data-verdict" not in text


def test_an_unknown_language_gets_vietnamese() -> None:
    catalogue: Catalogue = PAGES.catalogue("fr")
    assert catalogue.lang == "vi"


def test_only_characters_of_the_subset_font_are_used_in_the_catalogues() -> None:
    glyphs = set((UI / "font" / "glyphs.txt").read_text(encoding="utf-8"))
    strange = {
        character
        for catalogue in CATALOGUES.values()
        for message in catalogue.messages.values()
        for character in (message if isinstance(message, str) else "".join(message.values()))
        if character not in glyphs
    }
    assert strange == set()


def test_a_very_long_story_folds_its_middle_and_loses_nothing() -> None:
    view = view_of(Verdict.VERIFIED)
    page = Reader(PAGES.render_verify(replace(view, story=view.story * 20)))
    lines = sum(len(group.lines) for group in view.story) * 20
    assert (
        len([attributes for attributes in page.of("div") if attributes.get("class") == "tl__line"]) == lines
    )
    assert len([attributes for attributes in page.of("ol") if attributes.get("class") == "tl"]) == 3
