"""Admitting a key: the proof that its holder has it, and the statement that admits it (DESIGN §3.1).

The holder signs what he asks for, and a registrar or officer, who has seen that signature, signs the key statement.

    possession = JWS compact, header {"alg": "ES256", "kid": thumbprint, "typ": "pop+jws"}, payload: the key
                 statement's payload, byte for byte; signed with the key that the payload's `jwk` is

A proof of possession is no statement: its `typ` is none of a statement's, so it can never be logged as one, and a
statement can never pass for a proof.
"""

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ledger.encoding import JsonValue, b64url_decode, b64url_encode, canonical_json, parse_json
from ledger.errors import EncodingError, StatementError
from ledger.statement.jws import Header, Jwk, Statement, Typ
from ledger.statement.jws import sign as sign_statement
from ledger.statement.trust import read_key_payload

TYP = "pop+jws"
_ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())


def prove_possession(payload: bytes, private_key: ec.EllipticCurvePrivateKey) -> str:
    """Sign a key statement's payload with the key that it admits."""
    header = {"alg": "ES256", "kid": Jwk.from_public(private_key.public_key()).kid, "typ": TYP}
    signing_input = f"{b64url_encode(canonical_json(dict(header)))}.{b64url_encode(payload)}"
    r, s = decode_dss_signature(private_key.sign(signing_input.encode(), _ECDSA_SHA256))
    return f"{signing_input}.{b64url_encode(r.to_bytes(32) + s.to_bytes(32))}"


def check_possession(payload: bytes, possession: str) -> None:
    """Check that the holder of the key that a payload admits has signed this payload.

    Raises:
        StatementError: he has not (`key.unproven`), or the payload is no key statement's.
    """
    jwk = read_key_payload(_object(payload)).jwk
    try:
        encoded_header, encoded_payload, encoded_signature = possession.split(".")
        header, signed, signature = map(b64url_decode, (encoded_header, encoded_payload, encoded_signature))
    except (ValueError, EncodingError) as error:
        raise _unproven("The proof of possession is not a compact JWS.") from error
    if _object(header) != {"alg": "ES256", "kid": jwk.kid, "typ": TYP} or signed != payload:
        raise _unproven("The proof of possession is of another key, or of another payload.")
    if len(signature) != 64:
        raise _unproven("An ES256 signature is 64 bytes.")
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        jwk.public_key().verify(der, f"{encoded_header}.{encoded_payload}".encode(), _ECDSA_SHA256)
    except (InvalidSignature, ValueError) as error:
        raise _unproven("The key's holder has not signed this payload.") from error


def sign_admission(
    payload: bytes, possession: str | None, signing_key: ec.EllipticCurvePrivateKey
) -> Statement:
    """The key statement of a registrar or officer.

    Args:
        payload: the key statement's payload, as the holder signed it.
        possession: his proof; only a revocation needs none.

    Raises:
        StatementError: the proof is missing or wrong (`key.unproven`), or the payload is no key statement's.
    """
    key = read_key_payload(_object(payload))
    if key.action == "admit":
        if possession is None:
            raise _unproven("An admission needs a proof that the key's holder has it.")
        check_possession(payload, possession)
    kid = Jwk.from_public(signing_key.public_key()).kid
    return sign_statement(Header(kid, Typ.KEY, (key.jwk.uri, key.org)), payload, signing_key)


def _object(data: bytes) -> Mapping[str, JsonValue]:
    value = parse_json(data)
    if not isinstance(value, dict):
        raise StatementError("A key statement's payload is a JSON object.", code="statement.syntax")
    return value


def _unproven(message: str) -> StatementError:
    return StatementError(message, code="key.unproven")
