"""Tables of the accounts room."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from coop.base import Base


class Organisation(Base):
    """Somebody who captures here: a cooperative, a laboratory, a shop."""

    __tablename__ = "organisation"
    uri: Mapped[str] = mapped_column(String(255), primary_key=True)  # canonical, https://id.gs1.org/417/{gln}
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[int] = mapped_column(BigInteger)


class ApiKey(Base):
    """A secret that a client presents. Only its hash is stored; the secret is shown once."""

    __tablename__ = "api_key"
    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    org: Mapped[str | None] = mapped_column(ForeignKey("organisation.uri"), index=True)  # NULL: the operator
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # SHA-256 of the secret's ASCII
    scopes: Mapped[str | None] = mapped_column(String(200))  # separated by spaces; NULL: issued without
    created_at: Mapped[int] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)


class HostedKey(Base):
    """A P-256 signing key that the operator keeps for an organisation, sealed under the master key."""

    __tablename__ = "hosted_key"
    kid: Mapped[str] = mapped_column(String(43), primary_key=True)
    org: Mapped[str] = mapped_column(ForeignKey("organisation.uri"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary(512))  # PKCS #8 DER, sealed under its kid
    created_at: Mapped[int] = mapped_column(BigInteger)
    retired_at: Mapped[int | None] = mapped_column(BigInteger)
