"""Tables of the scans room. No column holds an address, a browser's name, or the time of a scan."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, String, Text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import Mapped, mapped_column

from coop.base import Base

_BYTES = Text().with_variant(TEXT(collation="C"), "postgresql")


class TemScan(Base):
    """A genuine tem that was scanned. The row appears with the first scan; later ones change it."""

    __tablename__ = "tem_scan"
    lot: Mapped[str] = mapped_column(_BYTES, primary_key=True)  # canonical, https://id.gs1.org/01/…/10/…
    serial: Mapped[str] = mapped_column(String(20), primary_key=True)
    first_day: Mapped[date] = mapped_column(Date)
    first_place: Mapped[str | None] = mapped_column(String(6))  # ISO 3166-2, VN-…
    last_day: Mapped[date] = mapped_column(Date)
    count: Mapped[int] = mapped_column(BigInteger)
    sightings: Mapped[list[Any]] = mapped_column(JSON)  # see `rule.Sighting`


class TemOpening(Base):
    """A tem whose second layer was scratched off: the first time that its hidden code was typed in, for good."""

    __tablename__ = "tem_opening"
    lot: Mapped[str] = mapped_column(_BYTES, primary_key=True)
    serial: Mapped[str] = mapped_column(String(20), primary_key=True)
    opened_at: Mapped[int] = mapped_column(BigInteger)
