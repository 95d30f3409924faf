"""Places are provinces: told by code or by a coarse cell, never finer."""

import pytest

from coop.scans.places import MERGED, POINTS, distance_km, place_of, province
from ledger.errors import EncodingError
from tests.pages_world import CATALOGUES


def test_there_are_34_provinces_and_each_of_the_former_63_leads_to_one() -> None:
    assert len(POINTS) == 34
    assert len(POINTS) + len(MERGED) == 63
    assert set(MERGED.values()) <= set(POINTS)
    assert not set(MERGED) & set(POINTS)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_province_has_a_name_of_its_own(lang: str) -> None:
    names = [CATALOGUES[lang].t(f"province.{code}") for code in POINTS]
    assert len(set(names)) == 34


@pytest.mark.parametrize(
    ("text", "code"),
    [("VN-HN", "VN-HN"), (" vn-hn ", "VN-HN"), ("HN", "VN-HN"), ("VN-54", "VN-56"), ("24", "VN-25")],
)
def test_a_code_of_today_or_of_before_the_mergers_is_read(text: str, code: str) -> None:
    assert province(text) == code


@pytest.mark.parametrize("text", ["", "VN-", "VN-99", "TH-10", "Hà Nội", "VN-HN\n21.03"])
def test_any_other_text_is_no_province(text: str) -> None:
    assert province(text) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("21,106", "VN-HN"),
        ("20.5,106", "VN-18"),
        ("11,107", "VN-SG"),
        ("10,105.5", "VN-CT"),
        ("52.5,13.5", None),
    ],
)
def test_a_cell_of_half_a_degree_is_its_nearest_province(cell: str, code: str | None) -> None:
    assert place_of(cell) == code


@pytest.mark.parametrize("text", ["21.03,105.85", "21.1,105.8", "21.0285,105.8542", "hanoi", "21,105,3"])
def test_nobody_may_say_more_than_the_cell(text: str) -> None:
    with pytest.raises(EncodingError) as refused:
        place_of(text)
    assert refused.value.code == "scan.place"


@pytest.mark.parametrize(
    ("one", "other", "km"), [("VN-HN", "VN-SG", 1140), ("VN-HN", "VN-HP", 90), ("VN-HN", "VN-DN", 620)]
)
def test_distances_are_those_of_a_map_within_a_tenth(one: str, other: str, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, rel=0.3 if km < 100 else 0.1)
    assert distance_km(one, other) == pytest.approx(distance_km(other, one))
    assert distance_km(one, one) == 0
