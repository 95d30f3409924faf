"""Every tem of a sheet of every layout is read from the printed page, also from a bad photograph of it."""

import shutil

import pytest

from labels.layouts import LAYOUTS, Layout
from labels.symbol import FIXED_MASK
from tools.label_rates import DPIS, HARMS, photographed, rate

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs Debian's poppler-utils")


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_label_of_a_sheet_is_read_whatever_the_photograph(layout: Layout, dpi: int) -> None:
    sheet = photographed(layout, dpi, FIXED_MASK)
    assert len(set(sheet.texts)) == layout.per_sheet
    for name, harm in HARMS.items():
        if dpi == DPIS[0] or name in ("as printed", "all of them"):
            assert rate(sheet, harm) == (layout.per_sheet, layout.per_sheet), name


def test_the_best_mask_is_read_too() -> None:
    sheet = photographed(LAYOUTS["L4732"], 203, None)
    for name in ("as printed", "all of them"):
        assert rate(sheet, HARMS[name]) == (80, 80), name
