"""A signature on the label itself, in GS1 AI (8030): without network a phone tells a forgery by it, never a copy.

    link    = Digital Link "?8030=" value
    value   = first 4 characters of the kid ‖ base64url, no padding, of r ‖ s                90 characters
    signed  = "nguon digsig v1" 0x00 ‖ GTIN (14 digits) ‖ u8 length ‖ lot ‖ u8 length ‖ serial   for a tem
              "nguon digsig v1" 0x01 ‖ SSCC (18 digits)                                       for a carton or pallet

The key is one of the organisation's ES256 keys in the log; a statement's signing input is base64url and dots, so that
neither signature serves for the other. It is made without chance (RFC 6979): a label printed twice is the same.

What it proves: that the holder of that key made a label with these numbers. Not that this is the only one: whoever
copies the label copies the signature. Nor that the goods are those that were labelled, nor that nothing was recalled
since: only asking tells.

The value is shorter than a DigSig of ISO/IEC 20248, which GS1 has in mind for (8030), and none: `docs/adr` says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ledger.encoding import b64url_decode, b64url_encode
from ledger.errors import EncodingError, Gs1Error, SealError
from ledger.gs1 import digital_link
from ledger.gs1.digital_link import DigitalLink, ParseOptions
from ledger.statement.trust import KeyRecord, covers

AI: Final = "8030"
HINT_LENGTH: Final = 4  # characters of the kid: three bytes, to find the key among those known
VALUE_LENGTH: Final = 90
_DOMAIN: Final = b"nguon digsig v1"
_SCALAR: Final = 32
_SIGNING: Final = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFYING: Final = ec.ECDSA(hashes.SHA256())
_AS_A_RESOLVER: Final = ParseOptions(trailing_slash=True)


@dataclass(frozen=True)
class Sealed:
    """A label whose signature holds.

    Attributes:
        key: that signed it.
        uri: what it names, in canonical form: the instance of a lot, or the logistic unit.
        lot: URI of the lot; None for a logistic unit.
    """

    key: KeyRecord
    uri: str
    lot: str | None


def signing_input(gtin: str, lot: str, serial: str) -> bytes:
    """The bytes that a tem's signature is over.

    Args:
        gtin: 14 digits.
        lot, serial: as they are, not percent-encoded, at most 20 characters.
    """
    parts = [bytes([len(octets)]) + octets for octets in (lot.encode(), serial.encode())]
    return _DOMAIN + b"\0" + gtin.encode() + b"".join(parts)


def unit_signing_input(sscc: str) -> bytes:
    """The bytes that a carton's or pallet's signature is over; `sscc`: 18 digits."""
    return _DOMAIN + b"\1" + sscc.encode()


def seal(gtin: str, lot: str, serial: str, kid: str, private: ec.EllipticCurvePrivateKey) -> str:
    """The value of (8030) for a tem; `kid` is the thumbprint of `private`."""
    return _seal(signing_input(gtin, lot, serial), kid, private)


def seal_unit(sscc: str, kid: str, private: ec.EllipticCurvePrivateKey) -> str:
    """The value of (8030) for a carton or pallet."""
    return _seal(unit_signing_input(sscc), kid, private)


def seal_link(code: str, kid: str, private: ec.EllipticCurvePrivateKey) -> str:
    """A tem's or unit's Digital Link with its signature.

    Raises:
        Gs1Error: it is no Digital Link.
        SealError: it names neither a lot with a serial nor a logistic unit, or has a signature (`digsig.malformed`).
    """
    link = digital_link.parse(code)
    if link.attributes or "?" in code:
        raise SealError("What is signed is a code without a query.", code="digsig.malformed")
    return sealed_link(code, _seal(_signed_by(link), kid, private))


def sealed_link(code: str, value: str) -> str:
    """A Digital Link without a query, with the value of (8030)."""
    return f"{code}?{AI}={value}"


def check(code: str, keys: Iterable[KeyRecord], host: str | None = None) -> Sealed:
    """Check the signature on a label against the keys that are known, asking nobody.

    Args:
        code: the Digital Link as it was scanned.
        keys: known ones, revoked ones included.
        host: that our labels name; a true signature on a link to elsewhere is no label of ours. None: any.

    Raises:
        Gs1Error: it is no Digital Link, or one of another host (`dl.host`).
        SealError: it carries no signature (`digsig.missing`), or one of another form (`digsig.malformed`); no known
            key has this hint (`digsig.unknown_key`); the signature is wrong (`digsig.forged`); its key does not speak
            for the lot (`digsig.foreign`), or was revoked (`digsig.revoked`): the label may be from before that, which
            only asking tells.
    """
    link = digital_link.parse(code, _AS_A_RESOLVER)
    if host is not None and link.host != host.lower():
        raise Gs1Error(f"The code belongs to {link.host}, not to {host}.", code="dl.host", host=link.host)
    value = next((text for name, text in link.attributes if name == AI), None)
    if value is None:
        raise SealError("The label carries no signature.", code="digsig.missing")
    message = _signed_by(link)
    hint, signature = value[:HINT_LENGTH], _signature(value)
    hinted = [key for key in keys if key.kid.startswith(hint)]
    if not hinted:
        text = "The label's signature names a key that is not known here."
        raise SealError(text, code="digsig.unknown_key", hint=hint)
    signer = next((key for key in hinted if _holds(signature, message, key)), None)
    if signer is None:
        raise SealError("The label's signature is wrong: it is forged.", code="digsig.forged")
    lot = digital_link.lot_uri(link.gtin, link.lot) if link.gtin and link.lot else None
    if lot is not None and not covers(signer.stems, lot):
        text = f"{signer.org} signed this label, and does not speak for the lot."
        raise SealError(text, code="digsig.foreign", org=signer.org, uri=lot)
    if signer.revoked is not None:
        text = f"The key of {signer.org} that signed this label was revoked: ask online."
        raise SealError(text, code="digsig.revoked", org=signer.org, kid=signer.kid)
    return Sealed(signer, link.canonical(), lot)


def _seal(message: bytes, kid: str, private: ec.EllipticCurvePrivateKey) -> str:
    r, s = decode_dss_signature(private.sign(message, _SIGNING))
    return kid[:HINT_LENGTH] + b64url_encode(r.to_bytes(_SCALAR) + s.to_bytes(_SCALAR))


def _signed_by(link: DigitalLink) -> bytes:
    """What the signature on this code must be over."""
    if link.gtin and link.lot and link.serial:
        return signing_input(link.gtin, link.lot, link.serial)
    name, value = link.keys[0]
    if name == "00":
        return unit_signing_input(value)
    message = "Only a tem (product, lot and serial) or a logistic unit is signed."
    raise SealError(message, code="digsig.malformed")


def _signature(value: str) -> tuple[int, int]:
    try:
        octets = b64url_decode(value[HINT_LENGTH:])
    except EncodingError:
        octets = b""
    if len(value) != VALUE_LENGTH or len(octets) != 2 * _SCALAR:
        raise SealError("The label's signature has another form.", code="digsig.malformed")
    return int.from_bytes(octets[:_SCALAR]), int.from_bytes(octets[_SCALAR:])


def _holds(signature: tuple[int, int], message: bytes, key: KeyRecord) -> bool:
    try:
        key.jwk.public_key().verify(encode_dss_signature(*signature), message, _VERIFYING)
    except InvalidSignature:
        return False
    return True
