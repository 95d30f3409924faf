"""Scopes of API keys, and the trail of who did what"""

import sqlalchemy as sa
from alembic import op

revision = "0006_access"
down_revision = "0005_people"


def upgrade() -> None:
    op.add_column("api_key", sa.Column("scopes", sa.String(length=200), nullable=True))
    op.create_table(
        "deed",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("org", sa.String(length=255), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=43), nullable=True),
        sa.Column("key_id", sa.String(length=43), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=512), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deed"),
    )
    op.create_index("ix_deed_org", "deed", ["org"])
