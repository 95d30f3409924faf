"""The workbook of an organisation: what its phones must know so that recording is a matter of pointing.

What is said of products, places and certificates is signed and in the log; what is in hand is folded from it; kinds,
units, nicknames and telephone numbers are working data. It is put together anew only when one of the three changed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from threading import Lock
from typing import Final

from sqlalchemy import Engine

from coop.accounts.queries import organisations
from coop.farm.queries import FarmData, PartnerEntry, PlaceHabits, ProductHabits, Unit, farm_of, version_of
from ledger.encoding import JsonValue
from ledger.inforce import Descriptions, InForce
from ledger.inhand import Holdings, InHand
from ledger.issuing import VIETNAM
from ledger.lot.documents import image_of, ni_uri
from ledger.lot.hand import STARTS, Held
from ledger.lot.places import number
from ledger.lot.terms import by_local_name, said
from ledger.statement.jws import Seen
from ledger.store.log import LogStore

PRODUCT: Final = "https://id.gs1.org/01/"
_PLACE: Final = "https://id.gs1.org/414/"
_ORG: Final = "https://id.gs1.org/417/"
_CERTIFICATE: Final = "https://w3id.org/nguon/vtype/certificate"
_NET: Final = re.compile(r"^\s*([0-9]+(?:[.,][0-9]+)?)\s*(kg|g|l|lít|ml)\b", re.IGNORECASE)
_UNITS: Final = {"kg": "KGM", "g": "GRM", "l": "LTR", "lít": "LTR", "ml": "MLT"}
_INPUTS: Final = ("activeIngredient", "preHarvestIntervalDays", "withdrawalDays", "target")
_MADE: Final = {"drying": "intermediate", "sorting": "intermediate", "filtering": "intermediate"}
_PACKED: Final = frozenset({"packing", "repackaging", "relabelling", "commissioning"})


@dataclass(frozen=True)
class Measure:
    value: float
    uom: str


@dataclass(frozen=True)
class InputFacts:
    """What a spray, a fertiliser or a drug says of itself; days are whole."""

    active_ingredient: str | None
    pre_harvest_days: int | None
    withdrawal_days: int | None
    target: str | None


@dataclass(frozen=True)
class Product:
    """A product as it is described, with how people speak of it. `uom` None: counted pieces."""

    uri: str
    gtin: str
    name: str
    kind: str
    line: str | None
    uom: str | None
    units: tuple[Unit, ...]
    net_content: Measure | None
    image: str | None
    shelf_life_days: int | None
    aliases: tuple[str, ...]
    input: InputFacts | None


@dataclass(frozen=True)
class Place:
    uri: str
    name: str
    kind: str
    image: str | None
    aliases: tuple[str, ...]
    area: Measure | None


@dataclass(frozen=True)
class Lot:
    """A lot in hand, named. `held.left` is of `uom`; None there: counted."""

    held: Held
    product: str
    kind: str
    uom: str | None
    sprayed_until: date | None


@dataclass(frozen=True)
class Certificate:
    uri: str
    name: str
    standard: str
    valid_from: str
    valid_until: str
    image: str | None


@dataclass(frozen=True)
class Book:
    """What an organisation's phones must know.

    Attributes:
        at: when it was put together.
        mark: changes when, and only when, something in it may have.
    """

    at: datetime
    mark: str
    org: str
    name: str
    phone: str | None
    region: str
    lines: tuple[str, ...]
    stems: tuple[str, ...]
    seen: Seen | None
    products: tuple[Product, ...]
    places: tuple[Place, ...]
    lots: tuple[Lot, ...]
    partners: tuple[PartnerEntry, ...]
    certificates: tuple[Certificate, ...]


class Books:
    """Puts workbooks together. Threads may share it.

    Attributes:
        described: what is said of products, places, certificates and organisations.
    """

    def __init__(
        self,
        log: LogStore,
        in_hand: InHand,
        engine: Engine,
        seen: Callable[[], Seen | None],
        clock: Callable[[], datetime],
    ) -> None:
        """`engine`: to read accounts and farm data. `seen`: the newest anchored head of the log."""
        self._log, self._in_hand, self._engine = log, in_hand, engine
        self._seen, self._clock = seen, clock
        self.described = Descriptions(log)
        self._kept: dict[str, Book] = {}
        self._lock = Lock()

    def _roles(self) -> Mapping[str, str]:
        """Organisation -> what its keys say that it is, of laboratories and shops."""
        roles = {"laboratory": "laboratory", "retailer": "retailer"}
        return {
            record.org: roles[record.role]
            for record in self._log.key_records()
            if record.revoked is None and record.role in roles
        }

    def of(self, org: str) -> Book:
        """The workbook of an organisation; the one that was put together last, where nothing changed."""
        now, seen = self._clock(), self._seen()
        day = now.astimezone(VIETNAM).date()
        parts = [self._log.size(), version_of(self._engine, org), day.isoformat(), seen.size if seen else 0]
        mark = "-".join(map(str, parts))
        with self._lock:
            kept = self._kept.get(org)
        if kept is not None and kept.mark == mark:
            return kept
        book = self._made(org, now, mark, seen, day)
        with self._lock:
            self._kept[org] = book
        return book

    def _made(self, org: str, now: datetime, mark: str, seen: Seen | None, day: date) -> Book:
        farm = farm_of(self._engine, org)
        holdings = self._in_hand.of(org, now)
        live = [record for record in self._log.key_records(org) if record.revoked is None]
        stems = tuple(dict.fromkeys(stem for record in live for stem in record.stems))
        known = organisations(self._engine)
        described = self.described.under(stems, day)
        gtins = {item.gtin for item in holdings.lots} | set(holdings.applied) | farm.products.keys()
        others = {*(PRODUCT + gtin for gtin in gtins if gtin), *holdings.parties, *farm.partners, org}
        others |= {place for item in holdings.lots if (place := item.place)}
        described |= self.described.of(others - described.keys(), day)
        products = _products(described, farm, holdings)
        by_gtin = {product.gtin: product for product in products}
        itself = described.get(org)
        return Book(
            at=now,
            mark=mark,
            org=org,
            name=(said(itself.attributes, "name") if itself else "") or known.get(org, org),
            phone=farm.phone or ((said(itself.attributes, "telephone") or None) if itself else None),
            region=farm.region,
            lines=farm.lines or tuple(sorted({item.line for item in products if item.line})),
            stems=stems,
            seen=seen,
            products=products,
            places=tuple(_places(described, farm, stems)),
            lots=tuple(_lot(item, by_gtin, day) for item in holdings.lots),
            partners=tuple(_partners(described, farm, holdings, known, self._roles())),
            certificates=tuple(_certificates(described, stems)),
        )


def _products(described: Mapping[str, InForce], farm: FarmData, holdings: Holdings) -> tuple[Product, ...]:
    found = []
    for uri, item in sorted(described.items()):
        gtin = uri.removeprefix(PRODUCT)
        if not uri.startswith(PRODUCT) or len(gtin) != 14:
            continue
        found.append(_product(uri, gtin, item.attributes, farm.products.get(gtin), holdings))
    return tuple(found)


def _product(
    uri: str,
    gtin: str,
    attributes: Mapping[str, JsonValue],
    habits: ProductHabits | None,
    holdings: Holdings,
) -> Product:
    net = _net(said(attributes, "netContentDescription"))
    kind = (habits.kind if habits else None) or _kind(gtin, attributes, net, holdings)
    facts = InputFacts(
        said(attributes, "activeIngredient") or None,
        _whole(by_local_name(attributes, "preHarvestIntervalDays")),
        _whole(by_local_name(attributes, "withdrawalDays")),
        said(attributes, "target") or None,
    )
    image = image_of(attributes)
    return Product(
        uri=uri,
        gtin=gtin,
        name=said(attributes, "descriptionShort") or said(attributes, "name") or gtin,
        kind=kind,
        line=(habits.line if habits else None) or said(attributes, "productLine") or None,
        uom=_uom(habits, holdings.units.get(gtin), kind),
        units=habits.units if habits else (),
        net_content=net,
        image=ni_uri(image) if image is not None else None,
        shelf_life_days=_shelf_life(attributes),
        aliases=habits.aliases if habits else (),
        input=facts if kind == "input" else None,
    )


def _kind(gtin: str, attributes: Mapping[str, JsonValue], net: Measure | None, holdings: Holdings) -> str:
    """What a product is in the life of the goods, from what was done with it so far."""
    step = holdings.made.get(gtin)
    if gtin in holdings.applied or any(by_local_name(attributes, name) is not None for name in _INPUTS):
        return "input"
    if any(item.gtin == gtin and item.lane == "growing" for item in holdings.lots) or step in STARTS:
        return "planting"
    if step in _PACKED:
        return "packed"
    if step == "harvesting":
        return "harvested"
    if step is not None:
        return _MADE.get(step, "intermediate")
    return "packed" if net is not None else "harvested"


def _uom(habits: ProductHabits | None, told: str | None, kind: str) -> str | None:
    if habits is not None and habits.uom is not None:
        return habits.uom or None
    if told is not None:
        return told or None
    return None if kind in ("packed", "planting") else "KGM"


def _places(described: Mapping[str, InForce], farm: FarmData, stems: Sequence[str]) -> Iterable[Place]:
    for uri, item in sorted(described.items()):
        if not uri.startswith(_PLACE) or not uri.startswith(tuple(stems)):
            continue
        habits = farm.places.get(uri) or PlaceHabits("other")
        area, image = number(by_local_name(item.attributes, "areaHa")), image_of(item.attributes)
        yield Place(
            uri=uri,
            name=said(item.attributes, "name") or uri.removeprefix(_PLACE),
            kind=habits.kind if uri in farm.places else _place_kind(item.attributes),
            image=ni_uri(image) if image is not None else None,
            aliases=habits.aliases,
            area=Measure(area, "HAR") if area is not None else None,
        )


def _place_kind(attributes: Mapping[str, JsonValue]) -> str:
    """A place that has an area is a field; what else it is, only people know."""
    return "field" if by_local_name(attributes, "areaHa") is not None else "other"


def _partners(
    described: Mapping[str, InForce],
    farm: FarmData,
    holdings: Holdings,
    known: Mapping[str, str],
    roles: Mapping[str, str],
) -> Iterable[PartnerEntry]:
    yield from farm.partners.values()
    for uri in sorted(holdings.parties - farm.partners.keys()):
        item = described.get(uri)
        name = (said(item.attributes, "name") if item else "") or known.get(uri, "")
        if name:
            phone = said(item.attributes, "telephone") if item else ""
            yield PartnerEntry(uri, name, roles.get(uri, "other"), phone or None)


def _certificates(described: Mapping[str, InForce], stems: Sequence[str]) -> Iterable[Certificate]:
    for uri, item in sorted(described.items()):
        if item.type != _CERTIFICATE or not uri.startswith(tuple(stems)):
            continue
        image = image_of(item.attributes)
        yield Certificate(
            uri=uri,
            name=said(item.attributes, "name") or uri,
            standard=said(item.attributes, "standard"),
            valid_from=said(item.attributes, "validFrom")[:10],
            valid_until=said(item.attributes, "validUntil")[:10],
            image=ni_uri(image) if image is not None else None,
        )


def _lot(held: Held, products: Mapping[str, Product], day: date) -> Lot:
    product = products.get(held.gtin)
    until = held.allowed_from - timedelta(days=1) if held.allowed_from is not None else None
    return Lot(
        held=held,
        product=product.name if product else held.number or held.gtin,
        kind=product.kind if product else "harvested",
        uom=held.unit or None,
        sprayed_until=until if until is not None and until >= day else None,
    )


def _net(text: str) -> Measure | None:
    match = _NET.match(text)
    if match is None:
        return None
    try:
        value = Decimal(match[1].replace(",", "."))
    except InvalidOperation:
        return None
    return Measure(float(value), _UNITS[match[2].lower()])


def _shelf_life(attributes: Mapping[str, JsonValue]) -> int | None:
    days = _whole(by_local_name(attributes, "shelfLifeDays"))
    months = _whole(by_local_name(attributes, "shelfLifeMonths"))
    return days if days is not None else (months * 30 if months is not None else None)


def _whole(value: JsonValue) -> int | None:
    found = number(value)
    return int(found) if found is not None and found == int(found) and found >= 0 else None
