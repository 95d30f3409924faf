"""Tables of the people's room. Times are milliseconds since 1970-01-01T00:00:00Z."""

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coop.base import Base


class Person(Base):
    """Somebody who signs in. The ID is a pseudonym: it stays when name and telephone number are erased."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    org: Mapped[str | None] = mapped_column(ForeignKey("organisation.uri"), index=True)
    name: Mapped[str | None] = mapped_column(String(120))  # NULL: erased
    phone: Mapped[str | None] = mapped_column(String(20))
    stems: Mapped[list[str]] = mapped_column(JSON)  # what the invitation promised; the log says what holds
    invited_by: Mapped[str | None] = mapped_column(String(22))  # a person; NULL: the operator
    created_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Invitation(Base):
    """A way in for one person, once. The secret is kept as a hash, and sealed while its QR may still be shown."""

    __tablename__ = "invitation"
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # SHA-256 of the secret's ASCII
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary(128))  # NULL once it is used or ended
    role: Mapped[str] = mapped_column(String(12))
    org: Mapped[str | None] = mapped_column(ForeignKey("organisation.uri"), index=True)
    name: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    stems: Mapped[list[str]] = mapped_column(JSON)
    person: Mapped[str | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )  # who joined, or joins again
    invited_by: Mapped[str | None] = mapped_column(String(22))
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    joined_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Passkey(Base):
    """A WebAuthn credential of a person: its public half."""

    __tablename__ = "passkey"
    id: Mapped[bytes] = mapped_column(LargeBinary(1023), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))  # COSE
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class Challenge(Base):
    """A WebAuthn challenge that was given out and not answered yet. The row goes with the answer."""

    __tablename__ = "passkey_challenge"
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # SHA-256 of the challenge
    invitation: Mapped[str | None] = mapped_column(String(22))  # NULL: to sign in
    handle: Mapped[str | None] = mapped_column(String(22))  # the person that joining will make or find
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class SignedIn(Base):
    """A session. The cookie's token is kept as a hash."""

    __tablename__ = "session"
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # SHA-256 of the token's ASCII
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)


class PhoneKey(Base):
    """A signing key that a person asked to have admitted. Whether it is, the log says, and nothing here."""

    __tablename__ = "phone_key"
    kid: Mapped[str] = mapped_column(String(43), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    request: Mapped[str] = mapped_column(Text)  # pop+jws (`ledger.admission`)
    sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary(512)
    )  # hosted: PKCS #8 DER, sealed under its kid
    asked_at: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)  # from then on it is to be revoked
