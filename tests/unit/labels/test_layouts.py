"""Sheets of labels: every layout lies on an A4 sheet, and a printer's errors are kept in bounds."""

from itertools import pairwise

import pytest

from labels.content import SIZES, LabelSize, size_named
from labels.errors import LabelError
from labels.layouts import A4, LAYOUTS, Calibration, Layout, layout_named, layouts_for


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_labels_lie_on_the_sheet_and_not_on_each_other(layout: Layout) -> None:
    assert layout.left >= 0
    assert layout.top >= 0
    assert layout.right <= A4[0]
    assert layout.bottom <= A4[1]
    assert layout.left == pytest.approx(A4[0] - layout.right, abs=0.01)
    assert layout.top == pytest.approx(A4[1] - layout.bottom, abs=0.01)
    places = [layout.place(number) for number in range(layout.per_sheet)]
    for (x, y), (next_x, next_y) in pairwise(places):
        if next_y == pytest.approx(y):
            assert next_x >= x + layout.label.width - 1e-6
        else:
            assert next_y >= y + layout.label.height - 1e-6
            assert next_x == layout.left
    assert places[-1][0] + layout.label.width == pytest.approx(layout.right)
    assert places[-1][1] + layout.label.height == pytest.approx(layout.bottom)


@pytest.mark.parametrize(
    ("name", "width", "height", "count"),
    [
        ("L7160", 63.5, 38.1, 21),
        ("L7159", 63.5, 33.9, 24),
        ("L7163", 99.1, 38.1, 14),
        ("L7651", 38.1, 21.2, 65),
        ("L4732", 35.6, 16.9, 80),
        ("TOMY-145", 38, 21, 65),
        ("A4-33", 60, 24, 33),
        ("A4-40", 45, 25, 40),
    ],
)
def test_layouts_are_as_they_are_sold(name: str, width: float, height: float, count: int) -> None:
    layout = LAYOUTS[name]
    assert (layout.label.width, layout.label.height, layout.per_sheet) == (width, height, count)


def test_a_layout_is_found_in_any_case_and_others_are_refused() -> None:
    assert layout_named("tomy-145") is LAYOUTS["TOMY-145"]
    with pytest.raises(LabelError) as refused:
        layout_named("L9999")
    assert refused.value.code == "label.layout"


def test_sizes_find_the_layouts_that_hold_them_least_waste_first() -> None:
    for size in SIZES:
        fitting = layouts_for(size)
        areas = [layout.label.width * layout.label.height for layout in fitting]
        assert areas == sorted(areas)
        assert set(fitting) == {
            layout
            for layout in LAYOUTS.values()
            if layout.label.width >= size.width and layout.label.height >= size.height
        }
    assert layouts_for(size_named("63.5x38.1"))[0].name == "L7160"
    assert layouts_for(LabelSize("150x100", 150, 100)) == []


def test_a_sheet_that_was_begun_counts() -> None:
    layout = LAYOUTS["L7160"]
    assert [layout.sheets(count, first) for count, first in ((21, 1), (21, 2), (1, 21), (2, 21))] == [
        1,
        2,
        1,
        2,
    ]


def test_a_layout_asks_for_its_size_with_a_scratch_area_or_without() -> None:
    layout = LAYOUTS["L7160"]
    assert layout.size() == size_named("63.5x38.1")
    assert layout.size(scratch=True) == size_named("63.5x38.1-scratch")


@pytest.mark.parametrize(
    "given",
    [{"x_mm": 10.1}, {"y_mm": -10.1}, {"scale": 0.9}, {"scale": 1.1}, {"x_mm": float("nan")}],
)
def test_more_than_a_printer_errs_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(LabelError) as refused:
        Calibration(**given)
    assert refused.value.code == "label.calibration"
