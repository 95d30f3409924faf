"""Tables of the stock room: which numbers were given to cartons and pallets. What is inside is the log's to say."""

from sqlalchemy import BigInteger, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from coop.base import Base


class LogisticUnit(Base):
    """An SSCC that was given out. Written once: a number is never given again."""

    __tablename__ = "logistic_unit"
    sscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    org: Mapped[str] = mapped_column(String(255), index=True)  # who asked for it
    created_at: Mapped[int] = mapped_column(BigInteger)


class CompanyPrefix(Base):
    """The GS1 company prefix that an organisation's SSCC begin with, where it is not taken from its GLN."""

    __tablename__ = "company_prefix"
    org: Mapped[str] = mapped_column(String(255), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(12))


class SsccCounter(Base):
    """The next serial reference of a company prefix under one extension digit."""

    __tablename__ = "sscc_counter"
    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    extension: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    next: Mapped[int] = mapped_column(BigInteger)
