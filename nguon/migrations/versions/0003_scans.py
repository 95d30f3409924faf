"""Scans, first openings, and reports of labels"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TEXT

revision = "0003_scans"
down_revision = "0002_search"


def _bytes() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tem_scan",
        sa.Column("lot", _bytes(), nullable=False),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("first_place", sa.String(length=6), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("sightings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("lot", "serial", name="pk_tem_scan"),
    )
    op.create_table(
        "tem_opening",
        sa.Column("lot", _bytes(), nullable=False),
        sa.Column("serial", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lot", "serial", name="pk_tem_opening"),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("serial", sa.String(length=20), nullable=True),
        sa.Column("org", sa.String(length=255), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("place", sa.String(length=6), nullable=True),
        sa.Column("photo", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_created_at", "report", ["created_at"])
    op.create_index("ix_report_org", "report", ["org"])
