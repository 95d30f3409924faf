"""docs/product-lines.md tells the truth: its new line runs as it stands there, and its table is the code's."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import ledger.lot.lines
from ledger.epcis.event import read_event
from ledger.lot.graph import Told
from ledger.lot.lines import LINES, Line, line_of, out_of_range
from ledger.lot.lines.registry import found
from tests.unit.lines.kit import ROOT
from tests.unit.lines.test_rules import BY_CODE

GUIDE = (ROOT / "docs/product-lines.md").read_text(encoding="utf-8")
PRODUCT = "https://id.gs1.org/01/09521004000014"
LOT = f"{PRODUCT}/10/RM261101"
BED = "https://id.gs1.org/414/9521004000014/254/LUONG-07"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def vegetables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The line of the guide, found by the registry as one more file of the package."""
    (tmp_path / "vegetables.py").write_text(blocks("python")[0], encoding="utf-8")
    monkeypatch.setattr(ledger.lot.lines, "__path__", [*ledger.lot.lines.__path__, str(tmp_path)])
    (line,) = (line for line in found() if line not in LINES)
    yield line
    sys.modules.pop("ledger.lot.lines.vegetables")


@pytest.fixture
def descriptions() -> dict[str, dict[str, Any]]:
    element = json.loads(blocks("json")[1])
    return {element["id"]: {item["id"]: item["attribute"] for item in element["attributes"]}}


def told(*events: dict[str, Any]) -> list[Told]:
    common = {
        "@context": CONTEXT,
        "eventTime": "2026-11-01T07:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "readPoint": {"id": BED},
    }
    return [Told(index, read_event({**common, **event})) for index, event in enumerate(events)]


def harvested_and_packed() -> list[Told]:
    picked = f"{PRODUCT}/10/H261101"
    return told(
        {
            "type": "ObjectEvent",
            "action": "ADD",
            "bizStep": "https://w3id.org/nguon/bizstep/harvesting",
            "quantityList": [{"epcClass": picked, "quantity": 30, "uom": "KGM"}],
            "ilmd": {"nguon:bed": "07"},
        },
        {
            "type": "TransformationEvent",
            "bizStep": "packing",
            "inputQuantityList": [{"epcClass": picked, "quantity": 30, "uom": "KGM"}],
            "outputQuantityList": [{"epcClass": LOT, "quantity": 100}],
        },
    )


def test_the_new_line_is_found_recognised_and_asked_as_the_guide_says(
    vegetables: Line, descriptions: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (*LINES, vegetables)

    def with_vegetables(*arguments: Any, **more: Any) -> Line:
        return line_of(*arguments, lines=lines, **more)

    monkeypatch.setattr(ledger.lot.lines, "line_of", with_vegetables)
    said = StringIO()
    with redirect_stdout(said):
        exec(blocks("python")[1], {"told": harvested_and_packed(), "descriptions": descriptions, "lot": LOT})
    assert said.getvalue() == blocks("text")[0]


def test_the_new_line_is_recognised_by_its_hints_too(vegetables: Line) -> None:
    assert line_of(harvested_and_packed(), {}, lot=LOT, lines=(*LINES, vegetables)) is vegetables


@pytest.mark.parametrize(("value", "warned"), [(499, []), (501, ["measure.limit"])])
def test_the_new_line_judges_nitrate(vegetables: Line, value: float, warned: list[str]) -> None:
    (tested,) = told(
        {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "inspecting",
            "quantityList": [{"epcClass": LOT, "quantity": 100}],
            "sensorElementList": [
                {
                    "sensorReport": [
                        {
                            "type": "Dimensionless",
                            "value": value,
                            "uom": "NA",
                            "nguon:parameter": "Nitrat (NO3)",
                        }
                    ]
                }
            ],
        }
    )
    assert [item.code for item in out_of_range(vegetables, tested.event)] == warned


def test_the_new_lines_words_are_those_that_the_catalogues_lack(vegetables: Line) -> None:
    words = json.loads(blocks("json")[0])["line"]
    known = json.loads((ROOT / "nguon/locales/en.json").read_bytes())["line"]
    needed = {
        "name": {vegetables.code},
        "need": {need.code for need in vegetables.needs},
        "parameter": {item.parameter.code for item in (*vegetables.ranges, *vegetables.limits)}
        | {f"yield_{item.step}" for item in vegetables.yields},
    }
    for kind, codes in needed.items():
        assert codes - set(known[kind]) == set(words[kind])


def test_the_table_of_limits_is_the_codes() -> None:
    units = {"P1": "%", "NA": "mg/kg"}
    for line in BY_CODE.values():
        for limit in line.limits:
            bound = f"≤ {limit.at_most:g}" if limit.at_most is not None else f"≥ {limit.at_least:g}"
            mark = "read" if limit.source.read else "remembered"
            unit = units[limit.parameter.unit]
            row = f"| {line.code} | {limit.parameter.code} | {bound} {unit} | {limit.source.text} | {mark} |"
            assert row in GUIDE.splitlines()
    rows = [row for row in GUIDE.splitlines() if row.endswith(("| read |", "| remembered |"))]
    assert len(rows) == sum(len(line.limits) for line in LINES)
