"""Indexes for search; what the log holds already is indexed by `nguon reindex`, or here, in the same transaction"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0002_search"
down_revision = "0001_initial"


def _bytes() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_name",
        sa.Column("uri", _bytes(), nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("uri", "index", "role", name="pk_search_name"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_name_index", "search_name", ["index"])
    op.create_table(
        "search_lot",
        sa.Column("uri", _bytes(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("first_time", sa.BigInteger(), nullable=False),
        sa.Column("last_time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uri", name="pk_search_lot"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_lot_last_time", "search_lot", ["last_time"])
    op.create_index("ix_search_lot_gtin", "search_lot", ["gtin"])
    op.create_table(
        "search_term",
        sa.Column("value", _bytes(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("lot", _bytes(), nullable=False),
        sa.PrimaryKeyConstraint("value", "kind", "lot", name="pk_search_term"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_word",
        sa.Column("word", _bytes(), nullable=False),
        sa.Column("uri", _bytes(), nullable=False),
        sa.PrimaryKeyConstraint("word", "uri", name="pk_search_word"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_edge",
        sa.Column("child", _bytes(), nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parent", _bytes(), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("child", "index", "parent", name="pk_search_edge"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_edge_parent", "search_edge", ["parent"])
    op.create_table(
        "event_warning",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["index"], ["leaf.index"], name="fk_event_warning_index_leaf"),
        sa.PrimaryKeyConstraint("index", "place", name="pk_event_warning"),
    )
