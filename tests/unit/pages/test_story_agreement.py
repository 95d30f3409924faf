"""A browser tells the same story as the service, from the same bytes: every text, in both languages."""

from collections.abc import Iterator

import pytest

from api.pages import Pages
from tests.pages_world import CATALOGUES, CHAIN, SUPPORT
from tests.programs import can_run
from tests.story_worlds import CASES, anchored, asked, hostile
from tests.storykit import Asked, Scripts, as_printed, as_scripted
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
