"""GS1's own cases, where they are at hand: the syntax engine's, its dictionary, the resolver's list, linksets.

Every case comes out right but those named in {NOT_OURS}, each with the reason.
"""

import json
import re
from collections.abc import Iterator
from itertools import chain, permutations
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import Gs1Error
from ledger.gs1 import ai, ai_table, digital_link, element_string, keys
from ledger.gs1.digital_link import ParseOptions
from ledger.gs1.element_string import FNC1, ElementString
from ledger.proof.target import Target, parse_code

SHARED = Path(__file__).parents[3] / "shared" / "vectors" / "digital-link"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="GS1's own vectors are not at hand")

NOT_OURS: dict[str, str] = {
    "A resolver SHALL be able to decompress a URI to generate a GS1 Digital Link URI.": "compressed Digital Links "
    "are a standard of their own; no tem of ours is compressed, and such a code is refused as `dl.syntax`",
}
"""What cannot come out right, and why."""


def cases(section: str) -> list[Any]:
    path = SHARED / "gs1-syntax-engine-dl-vectors.json"
    if not path.exists():
        return []
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))[section]
    return found


def by_line(section: str) -> list[Any]:
    return [pytest.param(case, id=f"line {case['line']}") for case in cases(section)]


def options(case: dict[str, Any]) -> ParseOptions:
    """The engine's flags as ours: an unknown AI in a link needs two of its flags."""
    flags = case.get("options", {})
    return ParseOptions(
        zero_suppressed_gtin=flags.get("permitZeroSuppressedGTIN", False),
        words=flags.get("permitConvenienceAlphas", False),
        unknown_ais=flags.get("permitUnknownAIs", False)
        and not flags.get("rejectUnknownAIasDLattribute", True),
    )


def test_every_case_is_here() -> None:
    counts = {
        "parse": 118,
        "generate": 22,
        "percent_decode": 21,
        "percent_encode": 10,
        "valid_path_ai_sequences": 39,
        "check_digit": 14,
        "check_pair_gmn": 41,
    }
    assert {section: len(cases(section)) for section in counts} == counts


@pytest.mark.parametrize("case", by_line("parse"))
def test_a_link_is_read_as_the_syntax_engine_reads_it(case: dict[str, Any]) -> None:
    try:
        link = digital_link.parse(case["uri"], options(case))
    except Gs1Error:
        assert not case["valid"]
        return
    assert case["valid"]
    elements = ElementString.of((*link.keys, *link.attributes), options(case))
    assert elements.scanned("^").replace(FNC1, "^") == case["ai"]


@pytest.mark.parametrize("case", by_line("generate"))
def test_a_link_is_built_as_the_syntax_engine_builds_it(case: dict[str, Any]) -> None:
    try:
        elements = element_string.parse(case["ai"], options(case))
        uri = elements.uri(case["stem"] or "https://id.gs1.org", options(case))
    except Gs1Error:
        assert not case["valid"]
        return
    assert case["valid"]
    assert uri == case["uri"]


@pytest.mark.parametrize("case", by_line("percent_decode"))
def test_escapes_are_undone_as_the_syntax_engine_undoes_them(case: dict[str, str]) -> None:
    assert digital_link.percent_decode(case["in"]) == case["path"]
    assert digital_link.query_decode(case["in"]) == case["query"]


@pytest.mark.parametrize("case", by_line("percent_encode"))
def test_escapes_are_made_as_the_syntax_engine_makes_them(case: dict[str, str]) -> None:
    assert digital_link.percent_encode(case["in"]) == case["path"]
    assert digital_link.query_encode(case["in"]) == case["query"]


def test_exactly_the_listed_paths_are_paths() -> None:
    listed = {tuple(row) for row in cases("valid_path_ai_sequences")}
    known = sorted(set(chain.from_iterable(listed)))
    pairs = (row for length in (1, 2) for row in permutations(known, length))
    longer = (
        row for length in (3, 4) for row in permutations(["01", "8006", "22", "10", "21", "235"], length)
    )
    # 415 and its qualifier are not among them: the next test takes their row from the dictionary
    assert {row for row in chain(pairs, longer) if ai.is_sequence(row)} == listed


@pytest.mark.parametrize("case", cases("check_digit"), ids=lambda case: repr(case["value"]))
def test_a_check_digit_is_right_or_wrong(case: dict[str, Any]) -> None:
    assert keys.has_check_digit(case["value"]) is case["valid"]


@pytest.mark.parametrize("case", cases("check_pair_gmn"), ids=lambda case: repr(case["value"]))
def test_a_check_pair_is_right_or_wrong(case: dict[str, Any]) -> None:
    assert keys.has_check_pair(case["value"]) is case["valid"]


def dictionary() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """AI, flags, components and attributes of each entry of the GS1 Barcode Syntax Dictionary."""
    for line in (SHARED / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8").splitlines():
        names, *rest = line.partition("#")[0].split() or [""]
        if not names:
            continue
        flags = "" if re.match(r"\[?[NXYZ][.0-9]", rest[0]) else rest.pop(0)
        components = [item for item in rest if re.match(r"\[?[NXYZ](\.\.)?\d", item)]
        first, _, last = names.partition("-")
        for name in range(int(first), int(last or first) + 1):
            yield str(name).zfill(len(first)), flags, components, rest[len(components) :]


def test_our_table_of_identifiers_says_what_the_dictionary_says() -> None:
    formats = ai_table.formats()
    seen = set()
    for name, flags, components, attributes in dictionary():
        seen.add(name)
        ours = [re.sub(r"\+[a-z+]+", "", item).upper() for item in formats[name].split()]
        assert ours == [re.sub(r",[a-z0-9,]+", "", item) for item in components], name
        assert ("+csum" in formats[name]) is any(
            ",csum" in f"{item}," for item in components if ",csuma" not in item
        )
        assert ai.is_fixed(name) is ("*" in flags), name
        assert ai.is_attribute(name) is ("?" in flags), name
        rows = [item.partition("=")[2] for item in attributes if item.startswith("dlpkey")]
        assert ai.is_primary(name) is bool(rows), name
        if rows:
            assert ["|".join(",".join(row) for row in ai_table.QUALIFIERS[name])] == rows
    assert seen == set(formats)
    assert len(seen) == 541


def test_what_the_resolver_list_says_of_reading_a_link() -> None:
    lines = (SHARED / "resolver-conformance-1_0.txt").read_text(encoding="utf-8")
    for line in (
        "For primary keys that have key qualifiers, all key qualifiers SHALL be supported",
        "SHOULD tolerate trailing slashes at the end of GS1 Digital Link URIs",
        *NOT_OURS,
    ):
        assert line in lines
    for primary, rows in ai_table.QUALIFIERS.items():
        assert all(ai.is_sequence((primary, *row)) for row in rows)
    code = "https://nguon.localhost/01/09521001000055/10/L1/"
    assert parse_code(code, "nguon.localhost") == Target("09521001000055", "L1", None)
    with pytest.raises(Gs1Error):
        parse_code("https://nguon.localhost/AQnYUc1gmiERBhQ", "nguon.localhost")


def anchors(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        anchor = value.get("anchor")
        if isinstance(anchor, str) and not anchor.startswith("@"):  # not the term of a JSON-LD context
            yield anchor
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from anchors(item)


def test_what_the_linksets_are_about_are_links_in_canonical_form() -> None:
    names = ("ExampleLinkset.json", "valid-gs1-example.json", "valid-basic-example.json")
    found = [
        uri
        for name in names
        for uri in anchors(json.loads((SHARED / "linkset" / name).read_text(encoding="utf-8")))
    ]
    assert found
    assert all(digital_link.parse(uri).canonical() == uri for uri in found)
