"""Product lines on the samples and on mistakes in them: what a lot is, what tem need, what is not plausible."""

import json
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from ledger.epcis.event import Event, read_event
from ledger.lot.graph import Told
from ledger.lot.lines import GENERIC, LINES, Line, line_of, missing_for_tem, out_of_range, tolerance
from ledger.lot.terms import local_name
from tests.unit.lines.kit import ROOT, sample

TEA = "https://id.gs1.org/01/09521001000055/10/THV260116"
RICE = "https://id.gs1.org/01/09521002000085/10/NHC260110"
REPACKED = "https://id.gs1.org/01/09521096000091/10/NHC260110-R1"
JARS_A = "https://id.gs1.org/01/09521003000046/10/MA250528"
JARS_B = "https://id.gs1.org/01/09521003000046/10/MB250529"
LOTS = {TEA: "herb", RICE: "rice", REPACKED: "rice", JARS_A: "honey", JARS_B: "honey"}
COMPLETE = [TEA, RICE, REPACKED, JARS_B]
BY_CODE = {line.code: line for line in LINES}


def missing(lot: str, told: Iterable[Told] | None = None, **more: Any) -> list[str]:
    known = sample(LOTS[lot])
    more.setdefault("descriptions", known.descriptions)
    found = missing_for_tem(BY_CODE[LOTS[lot]], known.told if told is None else told, lot=lot, **more)
    return [item.step for item in found]


def event_of(name: str, index: int, change: Callable[[dict[str, Any]], object] = lambda _: None) -> Event:
    raw = deepcopy(dict(sample(name).told[index].event.raw))
    change(raw)
    return read_event(raw)


def warnings(name: str, index: int, change: Callable[[dict[str, Any]], object]) -> list[tuple[str, object]]:
    found = out_of_range(BY_CODE[name], event_of(name, index, change))
    assert all(item.level == "W" for item in found)
    return [(item.code, item.params["value"]) for item in found]


def report(raw: dict[str, Any], at: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = raw["sensorElementList"][0]["sensorReport"][at]
    return found


def index_of(name: str, step: str) -> int:
    return next(item.index for item in sample(name).told if local_name(item.event.biz_step or "") == step)


# -- the lines themselves


def test_there_are_four_lines_and_the_generic_one_is_among_them() -> None:
    assert [line.code for line in LINES] == ["generic", "herb", "honey", "rice"]
    assert GENERIC in LINES


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.code)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_that_a_line_names_has_a_name_in_both_languages(line: Line, language: str) -> None:
    words = json.loads((ROOT / f"nguon/locales/{language}.json").read_bytes())["line"]
    assert words["name"][line.code]
    assert all(words["need"][need.code] for need in line.needs)
    measured = [item.parameter.code for item in (*line.ranges, *line.limits)]
    measured += [f"yield_{item.step}_main" if item.main else f"yield_{item.step}" for item in line.yields]
    assert all(words["parameter"][code] for code in measured)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.code)
def test_every_figure_says_where_it_comes_from(line: Line) -> None:
    for item in (*line.needs, *line.ranges, *line.yields, *line.limits):
        assert len(item.source.text) > 10
    assert all(item.low < item.high for item in (*line.ranges, *line.yields))
    assert all((item.at_most is None) != (item.at_least is None) for item in line.limits)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.code)
def test_the_law_comes_first(line: Line) -> None:
    codes = [item.step for item in missing_for_tem(line, [], descriptions={})]
    assert codes[:5] == ["product", "producer", "birth", "place", "origin"]
    assert [item.legal for item in missing_for_tem(line, [], descriptions={})][:5] == [True] * 5


# -- recognising


@pytest.mark.parametrize("lot", LOTS)
def test_a_lot_is_recognised_by_what_was_told_even_where_nothing_is_described(lot: str) -> None:
    known = sample(LOTS[lot])
    assert line_of(known.told, known.descriptions, lot=lot).code == LOTS[lot]
    assert line_of(known.told, {}, lot=lot).code == LOTS[lot]
    assert line_of(known.plain, {}).code == LOTS[lot]


def test_the_description_of_the_lots_own_product_decides() -> None:
    product = TEA.partition("/10/")[0]
    for said in ("honey", "https://w3id.org/nguon/line/honey"):
        described = {product: {"https://w3id.org/nguon/epcis/productLine": said}}
        assert line_of(sample("herb").told, described, lot=TEA).code == "honey"
    assert line_of([], described).code == "honey"


def test_a_line_that_nobody_knows_is_not_believed() -> None:
    described = {TEA.partition("/10/")[0]: {"https://w3id.org/nguon/epcis/productLine": "caviar"}}
    assert line_of(sample("herb").told, described, lot=TEA).code == "herb"


def test_the_product_of_an_ancestor_decides_where_the_lots_own_says_nothing() -> None:
    dried = "https://id.gs1.org/01/09521001000048"
    described = {dried: {"https://w3id.org/nguon/epcis/productLine": "honey"}}
    assert line_of(sample("herb").told, described, lot=TEA).code == "honey"


def test_what_no_line_knows_is_generic() -> None:
    assert line_of([], {}) is GENERIC
    assert line_of(sample("rice").told, {}, lot="https://id.gs1.org/01/09521096000091/10/OTHER") is GENERIC


# -- what tem need


@pytest.mark.parametrize("lot", COMPLETE)
def test_the_samples_are_complete(lot: str) -> None:
    assert missing(lot) == []
    assert missing(lot, sample(LOTS[lot]).plain) == []
    assert missing_for_tem(GENERIC, sample(LOTS[lot]).told, lot=lot, descriptions={}) != ()


@pytest.mark.parametrize(
    ("lot", "step"),
    [(TEA, "drying"), (TEA, "inspecting"), (RICE, "milling"), (RICE, "inspecting"), (JARS_B, "harvesting")],
)
def test_without_a_step_it_is_missing_and_the_legal_minimum_is_not(lot: str, step: str) -> None:
    rest = [item for item in sample(LOTS[lot]).told if local_name(item.event.biz_step or "") != step]
    found = missing(lot, rest)
    assert step in found
    assert not {"product", "producer", "birth", "place"} & set(found)


def test_jars_need_the_laboratorys_water_and_hmf() -> None:
    def without_hmf(item: Told) -> Told:
        raw: dict[str, Any] = deepcopy(dict(item.event.raw))
        for element in raw.get("sensorElementList", []):
            kept = [one for one in element["sensorReport"] if one.get("nguon:parameter") != "HMF"]
            element["sensorReport"] = kept
        return replace(item, event=read_event(raw))

    assert missing(JARS_B, [without_hmf(item) for item in sample("honey").told]) == ["measured_hmf"]


def test_a_bad_result_after_the_good_one_holds_the_labels_back() -> None:
    told = sample("honey").told
    assert missing(JARS_A, told[:28]) == []
    assert missing(JARS_A, told) == ["inspecting"]


def test_a_result_counts_only_from_a_laboratory() -> None:
    told = sample("herb").told
    cooperative = next(item.signer for item in told if item.signer and item.signer.role == "officer")
    forged = [replace(item, signer=cooperative) if item.event.is_test else item for item in told]
    assert missing(TEA, forged) == ["inspecting"]


def test_what_is_told_of_another_lot_does_not_count() -> None:
    other = "https://id.gs1.org/01/09521002000085/10/OTHER"
    found = missing_for_tem(BY_CODE["rice"], sample("rice").told, lot=other, descriptions={})
    assert {item.step for item in found} >= {
        "birth",
        "harvesting",
        "drying",
        "milling",
        "inspecting",
        "packing",
    }


def test_nobody_described_means_product_and_producer_are_missing_and_not_looked_up_means_nothing() -> None:
    assert missing(TEA, descriptions={}) == ["product", "producer"]
    assert missing(TEA, descriptions=None) == []


def test_the_producer_may_be_named_by_the_product_or_by_the_signers_own_description() -> None:
    known = sample("rice").descriptions
    product = RICE.partition("/10/")[0]
    assert missing(RICE, descriptions={product: known[product]}) == ["producer"]
    tea = TEA.partition("/10/")[0]
    assert missing(TEA, descriptions={tea: sample("herb").descriptions[tea]}) == []


def test_a_withdrawn_birth_is_no_birth() -> None:
    told = list(sample("rice").told)
    birth = next(item for item in told if RICE in item.event.items and item.event.is_birth)
    raw = {
        **birth.event.raw,
        "errorDeclaration": {"declarationTime": "2026-01-11T00:00:00+07:00", "reason": "incorrect_data"},
    }
    told.append(replace(birth, index=len(told), event=read_event(raw)))
    assert set(missing(RICE, told)) >= {"birth", "place"}


# -- what is not plausible


@pytest.mark.parametrize(
    ("name", "expected"),
    [("herb", []), ("rice", []), ("honey", [(15, "measure.range", 23.8), (28, "measure.limit", 0.0009)])],
)
def test_the_samples_warn_of_nothing_but_what_was_planted(name: str, expected: list[object]) -> None:
    found = [
        (item.index, warning.code, warning.params["value"])
        for item in sample(name).told
        for warning in out_of_range(BY_CODE[name], item.event)
    ]
    assert found == expected


def test_a_warning_says_what_is_usual_and_where() -> None:
    (found,) = out_of_range(BY_CODE["honey"], sample("honey").told[15].event)
    assert found.pointer == "/sensorElementList/0/sensorReport/0/value"
    assert (found.params["lo"], found.params["hi"], found.params["unit"]) == (14, 23, "P1")
    assert found.params["parameter"] == "moisture"
    assert "23.8" in found.message


def test_a_slipped_decimal_point_is_noticed() -> None:
    drying = index_of("rice", "drying")
    assert warnings("rice", drying, lambda raw: report(raw, 1).update(meanValue=134)) == [
        ("measure.range", 134)
    ]


def test_every_figure_of_a_span_is_looked_at() -> None:
    def change(raw: dict[str, Any]) -> None:
        report(raw).update(minValue=12, maxValue=60)

    filtering = index_of("honey", "filtering")
    assert warnings("honey", filtering, change) == [("measure.range", 60)]


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, 23.1), (1, 59.9), (2, 5.2), (3, 80.5), (4, 7.1)],
    ids=["water", "f+g", "sucrose", "hmf", "c4"],
)
def test_each_limit_of_honey_warns_just_beyond_it(at: int, value: float) -> None:
    found = warnings("honey", 16, lambda raw: report(raw, at).update(value=value))
    assert ("measure.limit", value) in found


def test_hmf_between_forty_and_eighty_is_unusual_and_allowed() -> None:
    assert warnings("honey", 16, lambda raw: report(raw, 3).update(value=60)) == [("measure.range", 60)]


def test_a_limit_itself_is_allowed() -> None:
    assert warnings("honey", 16, lambda raw: report(raw, 0).update(value=23)) == []
    assert warnings("honey", 16, lambda raw: report(raw, 1).update(value=60)) == []


def test_heavy_metals_are_judged_in_goods_and_not_in_soil() -> None:
    inspecting = max(item.index for item in sample("herb").told if item.event.is_test)

    def soil(raw: dict[str, Any]) -> None:
        report(raw, 1).update({"value": 21.4, "nguon:matrix": "đất"})

    assert warnings("herb", inspecting, lambda raw: report(raw, 1).update(value=2.1)) == [
        ("measure.limit", 2.1)
    ]
    assert warnings("herb", inspecting, soil) == []


def test_a_figure_in_another_unit_is_not_compared() -> None:
    assert warnings("honey", 16, lambda raw: report(raw, 3).update(value=500, uom="J33")) == []


def test_more_dried_flowers_than_flowers_can_give_is_noticed() -> None:
    drying = index_of("herb", "drying")

    def change(raw: dict[str, Any]) -> None:
        raw["outputQuantityList"][0].update(quantity=13.05)

    assert warnings("herb", drying, change) == [("measure.yield", 61.56)]


def test_of_milling_the_head_rice_has_a_share_of_its_own() -> None:
    milling = index_of("rice", "milling")

    def change(raw: dict[str, Any]) -> None:
        head, broken = raw["outputQuantityList"][:2]
        head["quantity"], broken["quantity"] = 4000, 9350

    assert warnings("rice", milling, change) == [("measure.yield", 20.0)]


def test_a_withdrawn_figure_is_judged_by_nobody() -> None:
    def change(raw: dict[str, Any]) -> None:
        raw["errorDeclaration"] = {"declarationTime": "2025-05-18T00:00:00+07:00", "reason": "incorrect_data"}

    assert warnings("honey", 15, change) == []


# -- tolerance


def test_a_step_has_its_own_tolerance_or_the_lines() -> None:
    honey = BY_CODE["honey"]
    assert tolerance(honey, "https://w3id.org/nguon/bizstep/filtering") == 0.005
    assert tolerance(honey, "packing") == 0.005
    assert tolerance(honey, "repackaging") == tolerance(honey, None) == 0.01
    assert tolerance(GENERIC, "packing") == 0.02
