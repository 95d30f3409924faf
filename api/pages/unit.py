"""The page of a carton or pallet: what was packed into it, by lot, each with the way to its own record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.pages.i18n import VIETNAM, Catalogue
from api.pages.names import Names, lot_of, lot_path
from coop.stock.desk import Held, Portion


@dataclass(frozen=True)
class Content:
    """One lot inside: `told` is how many packs, `href` its own page, empty where it has none."""

    name: str
    lot: str
    told: str
    href: str
    recalled: bool


@dataclass(frozen=True)
class UnitView:
    """What the page prints; `told` is all of it in words, empty where nothing is inside."""

    path: str
    title: str
    sscc: str
    told: str
    contents: tuple[Content, ...]
    facts: tuple[str, ...]

    @property
    def recalled(self) -> bool:
        """Whether something inside is recalled."""
        return any(item.recalled for item in self.contents)


def kind_of(held: Held, c: Catalogue) -> str:
    """What a unit is called: a pallet where it holds other units."""
    return c.t("carton.kind_pallet" if held.units else "carton.kind")


def packs(portion: Portion, names: Names, c: Catalogue) -> str:
    """How many packs, and how large one is where its description tells: “48 gói × 50 g”."""
    said = c.t("carton.packs", n=portion.count)
    net = names.said(portion.lot.partition("/10/")[0], "netContentDescription")
    return c.t("carton.net", packs=said, net=net) if net else said


def counted(held: Held, c: Catalogue) -> str:
    """All that is inside, in words: “6 thùng, 288 gói”; empty where nothing is."""
    total = sum(portion.count for portion in held.portions)
    told = [c.t("carton.units", n=held.units)] if held.units else []
    told += [c.t("carton.packs", n=total)] if total else []
    return ", ".join(told)


def unit_view(
    held: Held, described: Mapping[str, Mapping[str, Any]], recalled: frozenset[str], path: str, c: Catalogue
) -> UnitView:
    """The page of a unit.

    Args:
        described: URI -> attributes, of products and organisations.
        recalled: lots that are recalled as a whole.
    """
    names = Names(described, c)
    contents = tuple(
        Content(
            names.goods(portion.lot),
            lot_of(portion.lot),
            packs(portion, names, c),
            lot_path(portion.lot) and f"{lot_path(portion.lot)}?lang={c.lang}",
            portion.lot in recalled,
        )
        for portion in held.portions
    )
    facts = []
    if held.packed is not None and held.org is not None:
        at = held.packed.event.event_time.astimezone(VIETNAM)
        facts.append(
            c.t("carton.by", org=names.party_short(held.org), time=c.clock(at), date=c.date(at.date()))
        )
    if held.parent is not None:
        facts.append(c.t("carton.in", unit=held.parent.rpartition("/")[2]))
    title = c.t("carton.title", kind=kind_of(held, c), sscc=held.sscc)
    return UnitView(path, title, held.sscc, counted(held, c), contents, tuple(facts))
