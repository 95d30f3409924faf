"""Tables of the farm room: habits and telephone numbers, which change and decide nothing."""

from typing import Any

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from coop.base import Base


class Farm(Base):
    """An organisation's own settings. `version` grows with every change of its farm data."""

    __tablename__ = "farm"
    org: Mapped[str] = mapped_column(String(255), primary_key=True)
    region: Mapped[str] = mapped_column(String(8))  # north, central, south: how large a sào is
    phone: Mapped[str | None] = mapped_column(String(24))
    lines: Mapped[list[Any]] = mapped_column(JSON)  # codes of product lines
    version: Mapped[int] = mapped_column(BigInteger)


class FarmProduct(Base):
    """How an organisation's people speak of a product."""

    __tablename__ = "farm_product"
    org: Mapped[str] = mapped_column(String(255), primary_key=True)
    gtin: Mapped[str] = mapped_column(String(14), primary_key=True)
    kind: Mapped[str | None] = mapped_column(String(12))
    line: Mapped[str | None] = mapped_column(String(20))
    uom: Mapped[str | None] = mapped_column(String(3))  # NULL: as its events say
    units: Mapped[list[Any]] = mapped_column(JSON)  # [{"name": "bao", "base": 50}]
    aliases: Mapped[list[Any]] = mapped_column(JSON)


class FarmPlace(Base):
    """How an organisation's people speak of a place, and what it is."""

    __tablename__ = "farm_place"
    org: Mapped[str] = mapped_column(String(255), primary_key=True)
    uri: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    aliases: Mapped[list[Any]] = mapped_column(JSON)


class FarmPartner(Base):
    """Whom an organisation deals with: a carrier, a shop, a laboratory; and whom to call there."""

    __tablename__ = "farm_partner"
    org: Mapped[str] = mapped_column(String(255), primary_key=True)
    uri: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(24))
