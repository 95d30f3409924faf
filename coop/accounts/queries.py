"""What is asked of accounts: who is calling, who is there, which keys sign for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from coop.accounts.actions import hash_secret
from coop.accounts.models import ApiKey, HostedKey, Organisation
from coop.accounts.sealing import Sealer
from ledger import digsig
from ledger.errors import StoreError
from ledger.statement.jws import Header, Statement, sign


@dataclass(frozen=True)
class Caller:
    """Who presented an API key.

    Attributes:
        key_id: the key's name.
        org: its organisation; None for the operator, who may act for every organisation hosted here.
    """

    key_id: str
    org: str | None


def authenticate(engine: Engine, secret: str) -> Caller | None:
    """The caller whose live API key this is, or None."""
    query = select(ApiKey.id, ApiKey.org).where(
        ApiKey.hash == hash_secret(secret), ApiKey.revoked_at.is_(None)
    )
    with Session(engine) as session:
        row = session.execute(query).one_or_none()
    return Caller(row.id, row.org) if row is not None else None


def organisations(engine: Engine) -> Mapping[str, str]:
    """URI and name of every organisation, by URI."""
    with Session(engine) as session:
        rows = session.execute(select(Organisation.uri, Organisation.name).order_by(Organisation.uri)).all()
    return {row.uri: row.name for row in rows}


@dataclass(frozen=True)
class HostedSigner:
    """Signs for an organisation with the key that the operator keeps for it."""

    kid: str
    org: str
    _private: ec.EllipticCurvePrivateKey

    def sign(self, header: Header, payload: bytes) -> Statement:
        """A statement with this key; the header must name it."""
        return sign(header, payload, self._private)

    def seal(self, gtin: str, lot: str, serial: str) -> str:
        """The value of AI (8030) for a tem (`ledger.digsig`)."""
        return digsig.seal(gtin, lot, serial, self.kid, self._private)

    def seal_unit(self, sscc: str) -> str:
        """The value of AI (8030) for a carton or pallet."""
        return digsig.seal_unit(sscc, self.kid, self._private)


class Signers:
    """The hosted key of each organisation, opened at first use: `signers(org)`."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine, self._sealer = engine, sealer
        self._open: dict[str, HostedSigner] = {}
        self._lock = Lock()

    def __call__(self, org: str) -> HostedSigner | None:
        """The newest live hosted key of an organisation, or None where it has none.

        Raises:
            StoreError: the sealed key does not open (`store.corrupt`).
        """
        query = (
            select(HostedKey.kid, HostedKey.sealed)
            .where(HostedKey.org == org, HostedKey.retired_at.is_(None))
            .order_by(HostedKey.created_at.desc(), HostedKey.kid)
            .limit(1)
        )
        with Session(self._engine) as session:
            row = session.execute(query).one_or_none()
        if row is None:
            return None
        with self._lock:
            if row.kid not in self._open:
                self._open[row.kid] = HostedSigner(
                    row.kid, org, _load(self._sealer.open(row.sealed, row.kid))
                )
            return self._open[row.kid]


def _load(der: bytes) -> ec.EllipticCurvePrivateKey:
    private = load_der_private_key(der, None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise StoreError("A hosted key is not an elliptic curve key.", code="store.corrupt")
    return private
