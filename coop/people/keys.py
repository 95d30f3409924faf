"""The signing keys of people's phones: what they ask for, what they are, and how they are taken back.

    none       he has no key
    waiting    he asked, and nobody admitted the key yet
    admitted   the log admits it, and he holds it
    hosted     the log admits it, and the operator holds it for him
    revoked    the log has revoked it

The state is read from the log each time: a table would only repeat it, and could be wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from coop.accounts.sealing import Sealer
from ledger.admission import check_possession, prove_possession
from ledger.capture import CaptureResult
from ledger.encoding import b64url_decode, canonical_json, parse_json
from ledger.errors import EncodingError, StatementError, StoreError
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyPayload, KeyRecord, read_key_payload

KeyState = Literal["none", "waiting", "admitted", "hosted", "revoked"]
ROLE_IN_LOG: Final[Mapping[str, str]] = {
    "member": "member",
    "officer": "officer",
    "laboratory": "laboratory",
    "retailer": "retailer",
    "alliance": "authority",
}
"""Role of a person -> role of his key in the log. An auditor signs nothing."""
ADMITTED_BY_OFFICER: Final = "member"
"""Whose keys wait for an officer's signature. All the others are admitted by the registrar: their invitation was the
alliance's act."""


class Registrar(Protocol):
    """The registrar's desk: it has key statements logged, signed with the deployment's registrar key."""

    def admit(self, asked: str) -> object: ...

    def revoke(self, record: KeyRecord | None, kid: str) -> CaptureResult: ...


@dataclass(frozen=True)
class KeyNow:
    """A key as it stands.

    Attributes:
        kid: its thumbprint; None where he has none.
    """

    kid: str | None
    state: KeyState


NO_KEY: Final = KeyNow(None, "none")


@dataclass(frozen=True)
class Request:
    """A request to have a key admitted, read and proven.

    Attributes:
        kid: the key's thumbprint.
        raw: pop+jws (`ledger.admission`).
        payload: of the key statement that is asked for.
        sealed: the private key, where the operator keeps it.
    """

    kid: str
    raw: str
    payload: bytes
    sealed: bytes | None = None


def state_of(record: KeyRecord | None) -> KeyState:
    """What the log says of a key that somebody asked for."""
    if record is None:
        return "waiting"
    if record.revoked is not None:
        return "revoked"
    return "hosted" if record.custody == "hosted" else "admitted"


def read_request(raw: str, *, org: str | None, role: str, stems: Sequence[str]) -> Request:
    """A phone's request, which must ask for exactly what its holder was invited to.

    Args:
        org, role, stems: of the person.

    Raises:
        StatementError: its signer has not the key (`key.unproven`), or it asks for something else (`key.request`).
    """
    payload = payload_of(raw)
    check_possession(payload, raw)
    asked = _read(payload)
    expected = {
        "org": org,
        "role": ROLE_IN_LOG.get(role),
        "custody": "own",
        "stems": sorted(stems),
        "action": "admit",
    }
    found = {**asked.to_json(), "stems": sorted(asked.stems)}
    for name, value in expected.items():
        if found[name] != value:
            message = f"The request's {name} is not what the invitation says."
            raise StatementError(message, code="key.request", pointer=f"/request/{name}", member=name)
    return Request(asked.jwk.kid, raw, payload)


def make_hosted(sealer: Sealer, *, org: str, role: str, stems: Sequence[str], now: datetime) -> Request:
    """A key that the operator makes and keeps for a person, sealed, with its request."""
    private = ec.generate_private_key(ec.SECP256R1())
    jwk = Jwk.from_public(private.public_key())
    asked = KeyPayload(org, jwk, ROLE_IN_LOG[role], "hosted", tuple(stems), "admit", _time(now))
    payload = canonical_json(asked.to_json())
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Request(jwk.kid, prove_possession(payload, private), payload, sealer.seal(der, jwk.kid))


def open_hosted(sealer: Sealer, kid: str, sealed: bytes) -> ec.EllipticCurvePrivateKey:
    """A key that {make_hosted} made.

    Raises:
        StoreError: it does not open (`store.corrupt`).
    """
    private = load_der_private_key(sealer.open(sealed, kid), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise StoreError("A hosted key is not an elliptic curve key.", code="store.corrupt")
    return private


def payload_of(raw: str) -> bytes:
    """The payload of a request.

    Raises:
        StatementError: it is none (`key.unproven`).
    """
    try:
        return b64url_decode(raw.split(".")[1])
    except (IndexError, EncodingError) as error:
        raise StatementError("A request is a compact JWS.", code="key.unproven") from error


def kid_of(raw: str) -> str:
    """The key that a request asks for, unproven.

    Raises:
        StatementError: it is no request (`key.unproven`, `statement.syntax`).
    """
    return _read(payload_of(raw)).jwk.kid


def revocation_of(record: KeyRecord, now: datetime) -> bytes:
    """The payload of the statement that revokes a key, to be signed by who may."""
    said = KeyPayload(record.org, record.jwk, record.role, record.custody, record.stems, "revoke", _time(now))
    return canonical_json(said.to_json())


def _read(payload: bytes) -> KeyPayload:
    value = parse_json(payload)
    if not isinstance(value, dict):
        raise StatementError("A key statement's payload is a JSON object.", code="statement.syntax")
    return read_key_payload(value)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
