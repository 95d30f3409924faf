"""What changes accounts. The engines given here begin transactions that write (SQLite: BEGIN IMMEDIATE)."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from coop.accounts.models import ApiKey, HostedKey, Organisation
from coop.accounts.powers import read_scopes
from coop.accounts.sealing import Sealer
from ledger.encoding import b64url_encode
from ledger.errors import ConflictError, NotFoundError
from ledger.statement.jws import Jwk

SECRET_PREFIX = "ngk_"  # noqa: S105 - lets secret scanners find a leaked key
_SECRET_BYTES = 32


@dataclass(frozen=True)
class NewApiKey:
    """An API key as it is shown, once.

    Attributes:
        id: names the key, to revoke it.
        secret: what the client sends as `Authorization: Bearer …`.
        org: the organisation it speaks for; None for the operator.
        scopes: what it may do, in order; None: what a key without scopes may.
    """

    id: str
    secret: str
    org: str | None
    scopes: tuple[str, ...] | None = None


def add_organisation(engine: Engine, uri: str, name: str, now: datetime) -> None:
    """Enter an organisation.

    Raises:
        ConflictError: it is there under another name (`account.exists`).
    """
    with Session(engine) as session, session.begin():
        known = session.get(Organisation, uri)
        if known is None:
            session.add(Organisation(uri=uri, name=name, created_at=_milliseconds(now)))
        elif known.name != name:
            raise ConflictError(
                f"{uri} is entered as {known.name!r}.", code="account.exists", uri=uri, name=known.name
            )


def issue_api_key(
    engine: Engine, org: str | None, now: datetime, scopes: Iterable[str] | None = None
) -> NewApiKey:
    """Make an API key for an organisation, or for the operator. Its hash is stored, never the secret.

    Args:
        scopes: what it may do; None: all that an organisation's machines may, or the operator.

    Raises:
        NotFoundError: no such organisation (`not_found.organisation`).
        EncodingError: a scope that there is not (`auth.scope`).
    """
    secret = SECRET_PREFIX + b64url_encode(os.urandom(_SECRET_BYTES))
    listed = tuple(sorted(read_scopes(org, scopes))) if scopes is not None else None
    new = NewApiKey(b64url_encode(os.urandom(9)), secret, org, listed)
    joined = " ".join(listed) if listed is not None else None
    with Session(engine) as session, session.begin():
        if org is not None:
            _organisation(session, org)
        session.add(
            ApiKey(id=new.id, org=org, hash=hash_secret(secret), scopes=joined, created_at=_milliseconds(now))
        )
    return new


def revoke_api_key(engine: Engine, key_id: str, now: datetime) -> str | None:
    """End an API key; from now on it opens nothing. Answers whose it was; None: the operator's.

    Raises:
        NotFoundError: no such key, or it has ended already (`not_found.api_key`).
    """
    query = update(ApiKey).where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
    with Session(engine) as session, session.begin():
        changed = session.execute(query.values(revoked_at=_milliseconds(now)).returning(ApiKey.org)).all()
        if not changed:
            raise NotFoundError(f"There is no live API key {key_id}.", code="not_found.api_key", id=key_id)
        org: str | None = changed[0].org
        return org


def create_hosted_key(engine: Engine, sealer: Sealer, org: str, now: datetime) -> ec.EllipticCurvePrivateKey:
    """Make a signing key that the operator keeps for an organisation, sealed at rest. It is not admitted yet.

    Raises:
        NotFoundError: no such organisation (`not_found.organisation`).
    """
    private = ec.generate_private_key(ec.SECP256R1())
    kid = Jwk.from_public(private.public_key()).kid
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with Session(engine) as session, session.begin():
        _organisation(session, org)
        session.add(HostedKey(kid=kid, org=org, sealed=sealer.seal(der, kid), created_at=_milliseconds(now)))
    return private


def retire_hosted_key(engine: Engine, kid: str, now: datetime) -> None:
    """Sign with a hosted key no more. A key that is not hosted here is left alone."""
    query = update(HostedKey).where(HostedKey.kid == kid, HostedKey.retired_at.is_(None))
    with Session(engine) as session, session.begin():
        session.execute(query.values(retired_at=_milliseconds(now)))


def hash_secret(secret: str) -> bytes:
    """What is stored of an API key: SHA-256. A secret of 256 random bits needs no slow hash."""
    return sha256(secret.encode()).digest()


def _organisation(session: Session, uri: str) -> Organisation:
    found = session.get(Organisation, uri)
    if found is None:
        raise NotFoundError(f"There is no organisation {uri}.", code="not_found.organisation", uri=uri)
    return found


def _milliseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)
