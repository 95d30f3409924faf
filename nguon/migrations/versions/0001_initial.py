"""The tables of the first release"""

import sqlalchemy as sa
from alembic import op

revision = "0001_initial"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "anchor_attempt",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("nonce", sa.BigInteger(), nullable=False),
        sa.Column("tx_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_anchor_attempt"),
        sa.UniqueConstraint("tx_hash", name="uq_anchor_attempt_tx_hash"),
    )
    op.create_index("ix_anchor_attempt_state", "anchor_attempt", ["state"])

    op.create_table(
        "capture_job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_capture_job"),
    )
    op.create_index("ix_capture_job_org", "capture_job", ["org"])

    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_table(
        "leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name="pk_leaf"),
        sa.UniqueConstraint("hash", name="uq_leaf_hash"),
    )
    op.create_table(
        "log_state",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_log_state_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_log_state"),
    )
    op.execute("INSERT INTO log_state (id, size) VALUES (1, 0)")
    op.create_table(
        "map_blob",
        sa.Column("depth", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("prefix", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("depth", "prefix", "since", name="pk_map_blob"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshot",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("map_root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_snapshot"),
    )
    op.create_table(
        "subject_entry",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject", "ordinal", name="pk_subject_entry"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tile_hash",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name="pk_tile_hash"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_ref",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("is_error", sa.Boolean(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["index"], ["leaf.index"], name="fk_event_ref_index_leaf"),
        sa.PrimaryKeyConstraint("event_id", "is_error", name="pk_event_ref"),
        sa.UniqueConstraint("index", name="uq_event_ref_index"),
    )
    op.create_table(
        "idempotency",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("filing_digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["index"], ["leaf.index"], name="fk_idempotency_index_leaf"),
        sa.PrimaryKeyConstraint("digest", name="pk_idempotency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "instance",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("born_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["born_index"], ["leaf.index"], name="fk_instance_born_index_leaf"),
        sa.PrimaryKeyConstraint("uri", "born_index", name="pk_instance"),
    )
    op.create_table(
        "key_record",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("custody", sa.String(length=8), nullable=False),
        sa.Column("stems", sa.JSON(), nullable=False),
        sa.Column("admitted", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["admitted"], ["leaf.index"], name="fk_key_record_admitted_leaf"),
        sa.ForeignKeyConstraint(["revoked"], ["leaf.index"], name="fk_key_record_revoked_leaf"),
        sa.PrimaryKeyConstraint("kid", name="pk_key_record"),
        sa.UniqueConstraint("admitted", name="uq_key_record_admitted"),
        sa.UniqueConstraint("revoked", name="uq_key_record_revoked"),
    )
    op.create_index("ix_key_record_org", "key_record", ["org"])

    op.create_table(
        "statement",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("payload_digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["index"], ["leaf.index"], name="fk_statement_index_leaf"),
        sa.PrimaryKeyConstraint("index", name="pk_statement"),
    )
    op.create_index("ix_statement_payload_digest", "statement", ["payload_digest"])

    op.create_table(
        "organisation",
        sa.Column("uri", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uri", name="pk_organisation"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("org", sa.String(length=255), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organisation.uri"], name="fk_api_key_org_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("hash", name="uq_api_key_hash"),
    )
    op.create_index("ix_api_key_org", "api_key", ["org"])

    op.create_table(
        "hosted_key",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("org", sa.String(length=255), nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=512), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["org"], ["organisation.uri"], name="fk_hosted_key_org_organisation"),
        sa.PrimaryKeyConstraint("kid", name="pk_hosted_key"),
    )
    op.create_index("ix_hosted_key_org", "hosted_key", ["org"])
