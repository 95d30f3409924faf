"""Habits, kinds and telephone numbers of organisations; descriptions found by what they describe"""

import sqlalchemy as sa
from alembic import op

revision = "0007_farm"
down_revision = "0006_access"


def upgrade() -> None:
    op.create_table(
        "farm",
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org", name="pk_farm"),
    )
    op.create_table(
        "farm_product",
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=True),
        sa.Column("line", sa.String(length=20), nullable=True),
        sa.Column("uom", sa.String(length=3), nullable=True),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("org", "gtin", name="pk_farm_product"),
    )
    op.create_table(
        "farm_place",
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("uri", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("org", "uri", name="pk_farm_place"),
    )
    op.create_table(
        "farm_partner",
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("uri", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("org", "uri", name="pk_farm_partner"),
    )
    op.create_index("ix_search_word_uri", "search_word", ["uri"])
