"""People: invitations, passkeys, sessions, keys of phones"""

import sqlalchemy as sa
from alembic import op

revision = "0005_people"
down_revision = "0004_stock"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("org", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("stems", sa.JSON(), nullable=False),
        sa.Column("invited_by", sa.String(length=22), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organisation.uri"], name="fk_person_org_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_org", "person", ["org"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=128), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("org", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("stems", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(length=22), nullable=True),
        sa.Column("invited_by", sa.String(length=22), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organisation.uri"], name="fk_invitation_org_organisation"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_invitation_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("hash", name="uq_invitation_hash"),
    )
    op.create_index("ix_invitation_org", "invitation", ["org"])
    op.create_index("ix_invitation_person", "invitation", ["person"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("person", sa.String(length=22), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=2048), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_passkey_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
    )
    op.create_index("ix_passkey_person", "passkey", ["person"])
    op.create_table(
        "passkey_challenge",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("invitation", sa.String(length=22), nullable=True),
        sa.Column("handle", sa.String(length=22), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_passkey_challenge"),
    )
    op.create_index("ix_passkey_challenge_expires_at", "passkey_challenge", ["expires_at"])
    op.create_table(
        "session",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_session_person_person"),
        sa.PrimaryKeyConstraint("hash", name="pk_session"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_table(
        "phone_key",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("person", sa.String(length=22), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=512), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_phone_key_person_person"),
        sa.PrimaryKeyConstraint("kid", name="pk_phone_key"),
    )
    op.create_index("ix_phone_key_person", "phone_key", ["person"])
