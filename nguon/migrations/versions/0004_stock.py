"""Numbers of cartons and pallets"""

import sqlalchemy as sa
from alembic import op

revision = "0004_stock"
down_revision = "0003_scans"


def upgrade() -> None:
    op.create_table(
        "logistic_unit",
        sa.Column("sscc", sa.String(length=18), nullable=False),
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sscc", name="pk_logistic_unit"),
    )
    op.create_index("ix_logistic_unit_org", "logistic_unit", ["org"])
    op.create_table(
        "company_prefix",
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("org", name="pk_company_prefix"),
    )
    op.create_table(
        "sscc_counter",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("extension", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "extension", name="pk_sscc_counter"),
    )
