"""What is asked of the farm room: an organisation's own settings, habits and partners."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from coop.farm.models import Farm, FarmPartner, FarmPlace, FarmProduct

PRODUCT_KINDS: Final = ("planting", "seed", "harvested", "intermediate", "packed", "byproduct", "input")
PLACE_KINDS: Final = (
    "field",
    "pond",
    "apiary",
    "store",
    "dryer",
    "mill",
    "packhouse",
    "scale",
    "gate",
    "other",
)
REGIONS: Final = ("north", "central", "south")
PARTNER_ROLES: Final = ("supplier", "buyer", "carrier", "laboratory", "retailer", "other")
DEFAULT_REGION: Final = "north"


@dataclass(frozen=True)
class Unit:
    """A unit that people use for one product: a bao of 50 (in the product's own unit)."""

    name: str
    base: float


@dataclass(frozen=True)
class ProductHabits:
    """How a product is spoken of. `kind`, `line` and `uom` are None where nobody said: its events tell then.

    Attributes:
        uom: UN/CEFACT Rec 20 code, or "" for counted pieces.
    """

    kind: str | None = None
    line: str | None = None
    uom: str | None = None
    units: tuple[Unit, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceHabits:
    kind: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartnerEntry:
    uri: str
    name: str
    role: str
    phone: str | None


@dataclass(frozen=True)
class FarmData:
    """All working data of one organisation.

    Attributes:
        products: by GTIN of 14 digits.
        places: by URI.
        partners: by URI.
    """

    region: str = DEFAULT_REGION
    phone: str | None = None
    lines: tuple[str, ...] = ()
    version: int = 0
    products: Mapping[str, ProductHabits] = field(default_factory=dict)
    places: Mapping[str, PlaceHabits] = field(default_factory=dict)
    partners: Mapping[str, PartnerEntry] = field(default_factory=dict)


def version_of(engine: Engine, org: str) -> int:
    """Something that changes whenever an organisation's farm data do."""
    with Session(engine) as session:
        return session.scalar(select(Farm.version).where(Farm.org == org)) or 0


def farm_of(engine: Engine, org: str) -> FarmData:
    """The working data of an organisation; of one that never gave any, the defaults."""
    with Session(engine) as session:
        farm = session.get(Farm, org)
        products = session.scalars(select(FarmProduct).where(FarmProduct.org == org)).all()
        places = session.scalars(select(FarmPlace).where(FarmPlace.org == org)).all()
        partners = session.scalars(
            select(FarmPartner).where(FarmPartner.org == org).order_by(FarmPartner.name, FarmPartner.uri)
        ).all()
        return FarmData(
            region=farm.region if farm else DEFAULT_REGION,
            phone=farm.phone if farm else None,
            lines=_texts(farm.lines) if farm else (),
            version=farm.version if farm else 0,
            products={row.gtin: _product(row) for row in products},
            places={row.uri: PlaceHabits(row.kind, _texts(row.aliases)) for row in places},
            partners={row.uri: PartnerEntry(row.uri, row.name, row.role, row.phone) for row in partners},
        )


def _product(row: FarmProduct) -> ProductHabits:
    units = tuple(Unit(str(item["name"]), float(item["base"])) for item in row.units)
    return ProductHabits(row.kind, row.line, row.uom, units, _texts(row.aliases))


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
