"""The tables of the ledger.

All rows are written once. Nothing updates or deletes one, with three exceptions: `log_state`, the one row
whose lock serialises appends; `key_record.revoked`, set when a revocation is logged; and `statement`, whose
row may be erased: its leaf, which holds digests only, stays, and so do all proofs. Nothing here says that
anything is "verified": verdicts are computed from bytes, never stored.

`tile_hash`, `subject_entry`, `event_ref`, `instance`, `key_record` and `map_blob` are derived from leaves and
statements, and an audit derives them again. URIs are canonical (DESIGN §3.2), hashes are 32 raw
bytes, times are milliseconds since 1970-01-01T00:00:00Z.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The ledger's tables, apart from the cooperatives' working data (`coop.models.Base`)."""

    metadata = MetaData(naming_convention=NAMING)


class LogState(Base):
    """The row that an append locks; `size` is the number of leaves."""

    __tablename__ = "log_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)


class Leaf(Base):
    """One line of the public log. Written once; nothing ever updates or deletes a row."""

    __tablename__ = "leaf"
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)  # exact bytes (DESIGN §3.3)


class Statement(Base):
    """A signed statement, byte for byte as it was received. The only row that may be erased."""

    __tablename__ = "statement"
    index: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("leaf.index"), primary_key=True, autoincrement=False
    )
    jws: Mapped[str] = mapped_column(Text)
    kid: Mapped[str] = mapped_column(String(43))
    payload_digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)


class SubjectEntry(Base):
    """The n-th entry of a subject; a subject's head is its row with the highest ordinal."""

    __tablename__ = "subject_entry"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    subject: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    ordinal: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class TileHash(Base):
    """The root of a full tile: level n covers 256**n leaves. Level 0 is `leaf.hash`."""

    __tablename__ = "tile_hash"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class EventRef(Base):
    """An eventID is unique in the log, save one errorDeclaration by the organisation of the original."""

    __tablename__ = "event_ref"
    event_id: Mapped[str] = mapped_column(Text, primary_key=True)
    is_error: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, ForeignKey("leaf.index"), unique=True)
    org: Mapped[str] = mapped_column(Text)


class Instance(Base):
    """An instance that a birth named, and the lot it was born in; born again if the first birth was an error."""

    __tablename__ = "instance"
    uri: Mapped[str] = mapped_column(Text, primary_key=True)
    born_index: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("leaf.index"), primary_key=True, autoincrement=False
    )
    lot: Mapped[str | None] = mapped_column(Text)


class Idempotency(Base):
    """What was sent before: SHA-256 of organisation and payload, and of the filing it was sent under."""

    __tablename__ = "idempotency"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    index: Mapped[int] = mapped_column(BigInteger, ForeignKey("leaf.index"))
    filing_digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class KeyRow(Base):
    """A key that a key statement admitted, and where it was admitted and revoked."""

    __tablename__ = "key_record"
    kid: Mapped[str] = mapped_column(String(43), primary_key=True)
    org: Mapped[str] = mapped_column(Text, index=True)
    jwk: Mapped[dict[str, Any]] = mapped_column(JSON)
    role: Mapped[str] = mapped_column(String(16))
    custody: Mapped[str] = mapped_column(String(8))
    stems: Mapped[list[str]] = mapped_column(JSON)
    admitted: Mapped[int] = mapped_column(BigInteger, ForeignKey("leaf.index"), unique=True)
    revoked: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("leaf.index"), unique=True)


class SnapshotRow(Base):
    """A snapshot leaf stands at index size - 1; its map covers the leaves before it."""

    __tablename__ = "snapshot"
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    map_root: Mapped[bytes] = mapped_column(LargeBinary(32))


class MapBlob(Base):
    """One node of the lot map as of the snapshot `since`; the newest `since` <= S counts at snapshot S."""

    __tablename__ = "map_blob"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    depth: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    prefix: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    since: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointRow(Base):
    """A signed checkpoint (C2SP signed note)."""

    __tablename__ = "checkpoint"
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)


class AnchorAttempt(Base):
    """A transaction that was signed, stored, and then sent. The chain alone is the truth about `state`."""

    __tablename__ = "anchor_attempt"
    __table_args__ = (Index("ix_anchor_attempt_state", "state"),)
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    nonce: Mapped[int] = mapped_column(BigInteger)
    tx_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))


class CaptureJob(Base):
    """What a capture was answered; the id is derived from what was sent, so a retry finds it."""

    __tablename__ = "capture_job"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    org: Mapped[str | None] = mapped_column(Text, index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class EventWarning(Base):
    """A rule that an event breaks and that did not refuse it; the pointer goes into the event."""

    __tablename__ = "event_warning"
    index: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("leaf.index"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(64))
    pointer: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
