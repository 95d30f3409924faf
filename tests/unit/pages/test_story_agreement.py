"""A browser tells the same story as the service, from the same bytes: every text, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api.pages import Pages
from coop.scans.queries import ScanSummary
from coop.scans.rule import Conflict
from tests.pages_world import CATALOGUES, CHAIN, SUPPORT
from tests.programs import can_run
from tests.story_worlds import CASES, anchored, asked, hostile
from tests.storykit import Asked, Scripts, as_printed, as_scripted, said_by_page, said_by_script
from tests.unit.pages.test_render import Reader


@pytest.fixture(scope="module")
def scripts() -> Iterator[Scripts]:
    if not can_run():
        pytest.skip("no node: `make setup`")
    with Scripts() as running:
        yield running


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_browser_tells_what_the_service_tells(scripts: Scripts, name: str, lang: str) -> None:
    case: Asked = CASES[name]()
    told, view = scripts.tell(case), case.view(lang)
    assert told["verdict"] == view.verdict
    printed, scripted = as_printed(view), as_scripted(told[lang])
    for part, value in printed.items():
        assert scripted[part] == value, part


SCANS = {
    "never": ScanSummary(),
    "before": ScanSummary(2, date(2026, 1, 18), None, date(2026, 1, 20), 1),
    "before, somewhere": ScanSummary(1, date(2026, 1, 18), "VN-18", date(2026, 1, 20), 1, ("VN-18",)),
    "far apart": ScanSummary(
        7, date(2026, 1, 18), conflict=Conflict("places", date(2026, 1, 20), "VN-HN", "VN-CT", 0)
    ),
    "days apart": ScanSummary(
        7, date(2026, 1, 18), conflict=Conflict("places", date(2026, 1, 20), "VN-HN", "VN-XX", 2)
    ),
    "many": ScanSummary(90, date(2026, 1, 18), conflict=Conflict("devices", date(2026, 1, 19), devices=41)),
    "opened": ScanSummary(1, date(2026, 1, 18), opened=datetime(2026, 1, 19, 18, 5, 9, tzinfo=UTC)),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("scans", SCANS)
@pytest.mark.parametrize("name", ["tem", "lot", "spoiled tem", "tem in the place of a spoiled one"])
def test_the_browser_says_of_scans_what_the_service_says(
    scripts: Scripts, name: str, scans: str, lang: str
) -> None:
    case: Asked = replace(CASES[name](), scans=SCANS[scans])
    assert said_by_script(scripts.tell(case)[lang]) == said_by_page(case.view(lang))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_browser_says_the_verdict_as_the_service_does(scripts: Scripts, name: str, lang: str) -> None:
    case: Asked = CASES[name]()
    assert said_by_script(scripts.tell(case)[lang]) == said_by_page(case.view(lang))


def test_events_of_a_shape_that_the_ledger_refuses_are_told_alike_but_for_the_legal_stages(
    scripts: Scripts,
) -> None:
    """Python reads an event's whole shape again for the law's stages; a script, its type and time only."""
    case = asked(hostile())
    printed, scripted = as_printed(case.view("vi")), as_scripted(scripts.tell(case)["vi"])
    stages, told_stages = (
        next(row for row in side["legal"] if row["code"] == "stages") for side in (printed, scripted)
    )
    assert all(line in told_stages["lines"] for line in stages["lines"])
    assert {part: printed[part] for part in printed if part != "legal"} == {
        part: scripted[part] for part in scripted if part != "legal"
    }


def test_the_richest_case_has_something_of_every_part() -> None:
    view = CASES["rich"]().view("vi")
    assert all(as_printed(view).values())
    assert view.product is not None
    assert view.product.photo


def test_a_tampered_bundle_tells_no_story(scripts: Scripts) -> None:
    case = asked(anchored())
    told = scripts.tell(Asked(case.bundle[:-9] + b"}", case.trust, case.chain, case.now))
    assert told["verdict"] == "tampered"
    assert (told["vi"]["product"], told["vi"]["story"], told["vi"]["legal"]) == (None, [], [])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_service_s_page_too_prints_hostile_texts_as_text_only(lang: str) -> None:
    pages = Pages(CATALOGUES, "nguon.example/test", CHAIN, "https://nguon.example", SUPPORT)
    text = pages.render_verify(asked(hostile()).view(lang))
    page = Reader(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"iframe", "object", "embed", "style", "textarea"}
    assert all((script["src"] or "").startswith("/") for script in page.of("script"))
    attributes = [(name, value or "") for _, found in page.tags for name, value in found.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]
    links = [value for name, value in attributes if name in ("href", "src", "action")]
    ours = ("/", "#", "tel:", "mailto:", "https://nguon.example")
    assert [link for link in links if not link.startswith(ours) or link.startswith("//")] == []
    assert "&lt;script&gt;window.hurt" in text
    assert "\u202e" not in text
