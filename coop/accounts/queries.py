"""What is asked of accounts: who is calling, who is there, which keys sign for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from coop.accounts.actions import hash_secret
from coop.accounts.models import ApiKey, HostedKey, Organisation
from coop.accounts.powers import MACHINE, OF_ROLE, OPERATOR, powers_of_key
from coop.accounts.sealing import Sealer
from ledger import digsig
from ledger.errors import StoreError
from ledger.statement.jws import Header, Statement, sign


@dataclass(frozen=True)
class Caller:
    """Who is calling: a machine or the operator with an API key, or a person who signed in.

    Attributes:
        key_id: names the API key, or the session.
        org: the organisation he belongs to; None for the operator and others who belong to none.
        role: `operator`, `machine`, or a person's role (`coop.accounts.powers.OF_ROLE`).
        person: the person's id; None for an API key.
        powers: what he may do (`coop.accounts.powers.POWERS`).
    """

    key_id: str
    org: str | None
    role: str = MACHINE
    person: str | None = None
    powers: frozenset[str] = frozenset()


OPERATOR_AT_HAND: Final = Caller("", None, OPERATOR, powers=OF_ROLE[OPERATOR])
"""The operator at the machine itself, with commands."""


def authenticate(engine: Engine, secret: str) -> Caller | None:
    """The caller whose live API key this is, or None."""
    query = select(ApiKey.id, ApiKey.org, ApiKey.scopes).where(
        ApiKey.hash == hash_secret(secret), ApiKey.revoked_at.is_(None)
    )
    with Session(engine) as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    role = MACHINE if row.org is not None else OPERATOR
    return Caller(row.id, row.org, role, powers=powers_of_key(row.org, row.scopes))


@dataclass(frozen=True)
class IssuedKey:
    """An API key as it is listed: never its secret.

    Attributes:
        scopes: as issued; None for one without.
    """

    id: str
    org: str | None
    scopes: tuple[str, ...] | None
    created: datetime
    revoked: datetime | None


def api_keys(engine: Engine, org: str | None = None) -> Sequence[IssuedKey]:
    """The API keys of an organisation, oldest first; None: all, the operator's too."""
    query = select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)
    if org is not None:
        query = query.where(ApiKey.org == org)
    with Session(engine) as session:
        return [
            IssuedKey(
                row.id,
                row.org,
                tuple(row.scopes.split()) if row.scopes is not None else None,
                _moment(row.created_at),
                _moment(row.revoked_at) if row.revoked_at is not None else None,
            )
            for row in session.scalars(query)
        ]


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


def _moment(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def _load(der: bytes) -> ec.EllipticCurvePrivateKey:
    private = load_der_private_key(der, None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise StoreError("A hosted key is not an elliptic curve key.", code="store.corrupt")
    return private
