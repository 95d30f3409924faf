"""The tables that answer searches. They are disposable: dropped, they are derived again from the statements.

Nothing that a verdict depends on stands here. Rows are written in the transaction that appends their statement, so
whatever was acknowledged is found at once.
"""

from sqlalchemy import BigInteger, Boolean, Index, String, Text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.models import Base

BYTES = Text().with_variant(TEXT(collation="C"), "postgresql")
"""Text in the order of its bytes, so that a range of prefixes is a range of the index."""


class SearchName(Base):
    """An identifier that an event names, under the member where it stands."""

    __tablename__ = "search_name"
    __table_args__ = (Index("ix_search_name_index", "index"), {"sqlite_with_rowid": False})
    uri: Mapped[str] = mapped_column(BYTES, primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class SearchLot(Base):
    """A lot that an event names, and the time between its first and its last event (ms since 1970)."""

    __tablename__ = "search_lot"
    __table_args__ = (
        Index("ix_search_lot_last_time", "last_time"),
        Index("ix_search_lot_gtin", "gtin"),
        {"sqlite_with_rowid": False},
    )
    uri: Mapped[str] = mapped_column(BYTES, primary_key=True)
    gtin: Mapped[str] = mapped_column(String(14))
    first_time: Mapped[int] = mapped_column(BigInteger)
    last_time: Mapped[int] = mapped_column(BigInteger)


class SearchTerm(Base):
    """What a lot is found by: kind is `place`, `org`, `certificate` (value: a URI, or folded text) or `word`."""

    __tablename__ = "search_term"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    value: Mapped[str] = mapped_column(BYTES, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    lot: Mapped[str] = mapped_column(BYTES, primary_key=True)


class SearchWord(Base):
    """A folded word with which a description names a product, place, organisation or certificate."""

    __tablename__ = "search_word"
    __table_args__ = (Index("ix_search_word_uri", "uri"), {"sqlite_with_rowid": False})
    word: Mapped[str] = mapped_column(BYTES, primary_key=True)
    uri: Mapped[str] = mapped_column(BYTES, primary_key=True)


class SearchEdge(Base):
    """The signed `from` of an entry about `child`; whether it counts depends on who signed (DESIGN §3.1).

    `applied`: it was applied to the child (a fertiliser, a drug), and is no material of it.
    """

    __tablename__ = "search_edge"
    __table_args__ = (Index("ix_search_edge_parent", "parent"), {"sqlite_with_rowid": False})
    child: Mapped[str] = mapped_column(BYTES, primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    parent: Mapped[str] = mapped_column(BYTES, primary_key=True)
    kid: Mapped[str] = mapped_column(String(43))
    place: Mapped[int] = mapped_column(BigInteger)
    applied: Mapped[bool] = mapped_column(Boolean)


TABLES = (SearchName, SearchLot, SearchTerm, SearchWord, SearchEdge)
