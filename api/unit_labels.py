"""The label of a carton or pallet, from what the log tells of its content, in a language, on a paper, for a printer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from api.pages.i18n import VIETNAM, Catalogue
from api.pages.names import Names, lot_of, product_of
from api.pages.unit import counted, kind_of, packs
from coop.stock.desk import Held, Portion, Stock
from labels import pdf, png, svg, tspl, zpl
from labels.drawing import Drawing
from labels.logistic import Goods, UnitContent, UnitSize, UnitWords, unit_label
from labels.thermal import Thermal
from ledger.digsig import sealed_link
from ledger.epcis.event import read_event
from ledger.errors import NotFoundError
from ledger.gs1 import digital_link
from ledger.lot.facts import EventFacts
from ledger.lots import Lots

Render = Callable[[Drawing, Thermal], bytes]
KINDS: Final[Mapping[str, tuple[str, Render]]] = {
    "pdf": (pdf.MEDIA_TYPE, lambda drawing, _: pdf.render(drawing)),
    "png": ("image/png", lambda drawing, how: png.render(drawing, how.dpi)),
    "svg": ("image/svg+xml", lambda drawing, _: svg.render(drawing)),
    "zpl": (zpl.MEDIA_TYPE, lambda drawing, how: zpl.render(drawing, thermal=how)),
    "tspl": (tspl.MEDIA_TYPE, lambda drawing, how: tspl.render(drawing, thermal=how)),
}


@dataclass(frozen=True)
class Desk:
    """What a label is made from: the service has it, and so has the command line."""

    stock: Stock
    lots: Lots
    host: str


def link_of(sscc: str, host: str) -> str:
    """The Digital Link of a unit on our host."""
    return digital_link.build([("00", sscc)], host=host)


def described_of(held: Held, lots: Lots) -> Mapping[str, Mapping[str, Any]]:
    """Descriptions of the products inside, and of whose unit it is."""
    uris = {product_of(portion.lot) for portion in held.portions}
    return lots.descriptions(uris | ({held.org} if held.org else set()))


def drawn(held: Held, size: UnitSize, desk: Desk, c: Catalogue, *, signed: bool) -> Drawing:
    """The label of a unit.

    Raises:
        AuthorityError: it is to be signed by a key that is not hosted here (`authority.key`).
        LabelError: as `labels.logistic.unit_label`.
    """
    link = link_of(held.sscc, desk.host)
    if signed and held.org is not None:
        link = sealed_link(link, desk.stock.seal(held.org, held.sscc))
    described = described_of(held, desk.lots)
    names = Names(described, c)
    org = held.org or ""
    content = UnitContent(
        held.sscc,
        link,
        kind_of(held, c),
        names.party_short(org) if org else "",
        tuple(_goods(portion, names, desk, c) for portion in held.portions),
        counted(held, c) if held.units or len(held.portions) > 1 else "",
        names.address(org),
        words=_words(c),
    )
    return unit_label(content, size)


def render(kind: str, drawing: Drawing, how: Thermal) -> tuple[str, bytes]:
    """Media type and bytes of a label.

    Raises:
        NotFoundError: another kind of file (`unit.label_kind`).
    """
    if kind not in KINDS:
        message = f"A unit's label is {', '.join(KINDS)}; not {kind}."
        raise NotFoundError(message, code="unit.label_kind", kind=kind)
    media_type, make = KINDS[kind]
    return media_type, make(drawing, how)


def _goods(portion: Portion, names: Names, desk: Desk, c: Catalogue) -> Goods:
    lot = lot_of(portion.lot)
    births = [entry.facts for entry in desk.stock.births(portion.lot) if entry.facts] if lot else []
    return Goods(
        product_of(portion.lot).rpartition("/")[2],
        names.goods(portion.lot),
        int(portion.count),
        packs(portion, names, c),
        lot or None,
        packed=min(map(_day, births), default=None),
        use_by=min((facts.expiry for facts in births if facts.expiry is not None), default=None),
    )


def _day(facts: EventFacts) -> date:
    return read_event(facts.payload).event_time.astimezone(VIETNAM).date()


def _words(c: Catalogue) -> UnitWords:
    names = ("sscc", "content", "count", "lot", "packed", "best_before", "use_by", "scan")
    return UnitWords(**{name: c.t(f"carton.label.{name}") for name in names})
