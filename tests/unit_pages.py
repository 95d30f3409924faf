"""Cartons and pallets to print pages of."""

from collections.abc import Mapping

from api.pages.unit import UnitView, unit_view
from coop.stock.desk import Held, Portion
from coop.stock.queries import GivenUnit
from tests.pages_world import CATALOGUES, LOT
from tests.world import COOP, PRODUCT

_SSCC = "095210010000000017"
_PALLET = "https://id.gs1.org/00/395210010000000018"
_LEAVES = "https://id.gs1.org/01/09521001000062/10/CG260110"
UNITS: Mapping[str, tuple[tuple[Portion, ...], frozenset[str]]] = {
    "carton": ((Portion(LOT, 48),), frozenset()),
    "mixed": ((Portion(LOT, 48), Portion(_LEAVES, 12)), frozenset()),
    "recalled": ((Portion(LOT, 48), Portion(_LEAVES, 12)), frozenset([_LEAVES])),
    "empty": ((), frozenset()),
}
_DESCRIBED = {
    PRODUCT: {
        "urn:epcglobal:cbv:mda:descriptionShort": "Trà hoa vàng sấy 50 g",
        "urn:epcglobal:cbv:mda:netContentDescription": "50 g",
    },
    COOP: {"urn:epcglobal:cbv:mda:name": "HTX Trà hoa vàng Yên Sơn"},
}


def unit_page(name: str, lang: str = "vi") -> UnitView:
    """The page of one of `UNITS`."""
    portions, recalled = UNITS[name]
    held = Held(
        _SSCC,
        f"https://id.gs1.org/00/{_SSCC}",
        GivenUnit(_SSCC, COOP, 1_768_800_000_000),
        (),
        portions,
        2 if name == "mixed" else 0,
        _PALLET if name == "carton" else None,
        None,
    )
    return unit_view(held, _DESCRIBED, recalled, f"/00/{_SSCC}", CATALOGUES[lang])
