"""Accounts, on both databases: secrets are kept as hashes, keys are kept sealed."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, text

from coop.accounts.actions import (
    add_organisation,
    create_hosted_key,
    issue_api_key,
    retire_hosted_key,
    revoke_api_key,
)
from coop.accounts.queries import Signers, authenticate, organisations
from coop.accounts.sealing import Sealer
from ledger.errors import ConflictError, NotFoundError, StoreError
from ledger.statement.jws import Header, Jwk, Typ, verify_signature

ORG = "https://id.gs1.org/417/9521001000017"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_an_organisation_has_one_name(engine: Engine) -> None:
    add_organisation(engine, ORG, "HTX", NOW)
    add_organisation(engine, ORG, "HTX", NOW)
    with pytest.raises(ConflictError, match="entered as"):
        add_organisation(engine, ORG, "Another", NOW)
    assert organisations(engine) == {ORG: "HTX"}


def test_an_api_key_opens_until_it_is_revoked(engine: Engine) -> None:
    add_organisation(engine, ORG, "HTX", NOW)
    new, other = issue_api_key(engine, ORG, NOW), issue_api_key(engine, None, NOW)
    caller = authenticate(engine, new.secret)
    assert caller is not None
    assert (caller.key_id, caller.org) == (new.id, ORG)
    operator = authenticate(engine, other.secret)
    assert operator is not None
    assert operator.org is None
    assert authenticate(engine, new.secret + "x") is None
    revoke_api_key(engine, new.id, NOW)
    assert authenticate(engine, new.secret) is None
    with pytest.raises(NotFoundError):
        revoke_api_key(engine, new.id, NOW)
    with pytest.raises(NotFoundError):
        issue_api_key(engine, "https://id.gs1.org/417/9521090000011", NOW)


def test_a_secret_is_nowhere_in_the_database(engine: Engine) -> None:
    add_organisation(engine, ORG, "HTX", NOW)
    secret = issue_api_key(engine, ORG, NOW).secret
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM api_key")).all()
    assert secret not in str(rows)
    assert len(rows) == 1


def test_a_hosted_key_signs_is_sealed_and_can_be_retired(engine: Engine) -> None:
    add_organisation(engine, ORG, "HTX", NOW)
    sealer = Sealer(bytes(32))
    private = create_hosted_key(engine, sealer, ORG, NOW)
    signer = Signers(engine, sealer)(ORG)
    assert signer is not None
    statement = signer.sign(Header(signer.kid, Typ.EPCIS, (f"{ORG}/x",)), b"{}")
    verify_signature(statement, Jwk.from_public(private.public_key()))
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with engine.connect() as connection:
        (sealed,) = connection.execute(text("SELECT sealed FROM hosted_key")).scalars()
    assert der not in bytes(sealed)
    assert Signers(engine, sealer)("https://id.gs1.org/417/9521090000011") is None
    with pytest.raises(StoreError, match="master key"):
        Signers(engine, Sealer(b"\1" * 32))(ORG)
    retire_hosted_key(engine, signer.kid, NOW)
    assert Signers(engine, sealer)(ORG) is None


def test_what_is_sealed_opens_under_its_own_name_only() -> None:
    sealer = Sealer(bytes(32))
    sealed = sealer.seal(b"secret", "log.key")
    assert sealer.open(sealed, "log.key") == b"secret"
    assert sealer.seal(b"secret", "log.key") != sealed
    for name, data in [
        ("tem.key", sealed),
        ("log.key", sealed[:-1]),
        ("log.key", b""),
        ("log.key", b"\2" + sealed[1:]),
    ]:
        with pytest.raises(StoreError):
            sealer.open(data, name)
