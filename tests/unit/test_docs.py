"""What the documentation says of this program is so: files, commands, options, addresses and settings are there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer

from api.app import ROOMS
from nguon.cli.app import app
from nguon.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent.parent
DOCS = PROJECT / "docs"
ENGLISH, VIETNAMESE = PROJECT / "README.md", PROJECT / "README.vi.md"
PAGES = [*sorted(PROJECT.glob("*.md")), *sorted(DOCS.rglob("*.md")), PROJECT / "tests/vectors/README.md"]
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)|<img src=\"([^\"]+)\"")
CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
INDENTED = re.compile(r"^ {4,}(\S.*)$", re.MULTILINE)


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


def code(page: Path) -> Iterator[str]:
    """Every line of code on a page, continued lines joined."""
    for block, span in CODE.findall(text(page)):
        yield from (block or span).replace("\\\n", " ").splitlines()
    yield from INDENTED.findall(text(page))


@cache
def commands() -> dict[tuple[str, ...], set[str]]:
    """Each command by its words, with its options."""
    found: dict[tuple[str, ...], set[str]] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        found[words] = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for word, inner in getattr(command, "commands", {}).items():
            walk(inner, (*words, word))

    walk(typer.main.get_command(app), ())
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [first or second for first, second in LINK.findall(text(page))]
    missing = [
        link
        for link in links
        if not link.startswith(("http", "mailto:")) and not (page.parent / link).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_named_exists_with_its_options(page: Path) -> None:
    for line in code(page):
        for said in re.findall(r"(?:^|[\s/])nguon ([a-z-][^|;&#]*)", line):
            words = [word.split("|")[0] for word in said.split()]
            verbs = tuple(words[: 2 if tuple(words[:2]) in commands() else 1])
            if words[0].startswith("-"):
                verbs = ()
            assert verbs in commands(), line
            assert set(re.findall(r"(?<!\S)--[a-z-]+", said)) <= commands()[verbs], line


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text(PROJECT / "Makefile"), re.MULTILINE))
    named = {target for line in code(page) for target in re.findall(r"(?:^|\s)make ([a-z-]+)", line)}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_setting_named_exists(page: Path) -> None:
    named = set(re.findall(r"\bNGUON_([A-Z][A-Z_]*[A-Z])\b", text(page)))
    assert named <= {field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("page", [ENGLISH, VIETNAMESE], ids=name)
def test_every_address_named_is_served(page: Path) -> None:
    served = [str(route.path) for room in ROOMS for route in room.router.routes]  # type: ignore[attr-defined]  # routers hold routes with a path
    patterns = [re.compile(re.sub(r"\{[^}]*\}", "[^?]+", path) + r"(\?.*)?$") for path in served]
    named = {
        address
        for line in code(page)
        for address in re.findall(r"(?:http://127\.0\.0\.1:8000|(?:^|POST |GET ))(/[^\s\"]*)", line)
    } - {"/docs", "/openapi.json"}
    assert len(named) > 5
    assert [address for address in named if not any(pattern.match(address) for pattern in patterns)] == []


def test_the_english_and_the_vietnamese_readme_say_the_same_things() -> None:
    def skeleton(page: Path) -> list[object]:
        headings = re.findall(r"^#+ ", text(page), re.MULTILINE)
        paragraphs = len(re.findall(r"^\*\*", text(page), re.MULTILINE))
        rows = re.findall(r"^\| `(\w+)` .*? \| `(\w+)` ", text(page), re.MULTILINE)
        blocks = [
            re.sub(r" {2,}#.*", "", block) for block in re.findall(r"```sh\n.*?```", text(page), re.DOTALL)
        ]
        spans = sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL))))
        links = sorted(
            {re.sub(r"[.-](vi|en)\.", ".", first or second) for first, second in LINK.findall(text(page))}
        )
        return [headings, paragraphs, rows, blocks, spans, links]

    for english, vietnamese in zip(skeleton(ENGLISH), skeleton(VIETNAMESE), strict=True):
        assert english == vietnamese


def test_both_pictures_of_trust_are_one_drawing() -> None:
    english, vietnamese = (ElementTree.parse(DOCS / file).getroot() for file in ("trust.svg", "trust.vi.svg"))
    ours = [(node.tag, node.get("class")) for node in english.iter()]
    assert ours == [(node.tag, node.get("class")) for node in vietnamese.iter()]


@pytest.mark.parametrize("folder", [DOCS, DOCS / "adr"], ids=name)
def test_an_index_lists_every_page_beside_it(folder: Path) -> None:
    listed = set(LINK.findall(text(folder / "README.md")))
    here = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert here <= {first for first, _ in listed}
