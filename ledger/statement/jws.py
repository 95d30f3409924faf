"""Statements: strict JWS compact serialization, ES256 only (DESIGN §3.1, RFC 7515, RFC 7638).

    statement = b64url(header) "." b64url(payload) "." b64url(signature)
    header    = {"alg": "ES256", "kid": thumbprint, "typ": typ, "about": [URI …], "from"?: [URI …], "seen"?: {…}}
    typ       = "epcis+jws" | "key+jws" | "master+jws"
    seen      = {"size": n, "root": hex}

Bytes are kept as received: nothing is re-serialised to check a signature or a digest. Header and payload are
parsed as strictly by a verifier as by capture: two readers can never understand the same bytes differently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from ledger.encoding import JsonValue, b64url_decode, b64url_encode, canonical_json, hex_decode, parse_json
from ledger.errors import EncodingError, StatementError
from ledger.statement.subjects import key_uri, subject_keys

MAX_STATEMENT = 65_536  # bytes
MAX_SUBJECTS = 255
MAX_SIZE = 2**53 - 1
_HEADER_MEMBERS = frozenset({"alg", "kid", "typ", "about", "from", "seen"})
_COORDINATE = 32
_ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())


class Typ(StrEnum):
    """The header's `typ`: what the payload is."""

    EPCIS = "epcis+jws"
    KEY = "key+jws"
    MASTER = "master+jws"

    @property
    def kind(self) -> int:
        """The kind of the leaf that commits to such a statement (DESIGN §3.3)."""
        return _KINDS[self]


_KINDS = {Typ.EPCIS: 1, Typ.KEY: 2, Typ.MASTER: 4}


@dataclass(frozen=True)
class Jwk:
    """A public P-256 key, right by construction: the point is on the curve.

    Attributes:
        x, y: the point's coordinates, 32 bytes each.
    """

    x: bytes
    y: bytes
    _public: ec.EllipticCurvePublicKey = field(repr=False, compare=False)

    @classmethod
    def parse(cls, value: JsonValue) -> "Jwk":
        """Read a JWK (RFC 7517); members that are not needed are ignored.

        Raises:
            StatementError: not a P-256 public key in canonical form, or it carries a private part.
        """
        if (
            not isinstance(value, Mapping)
            or value.get("kty") != "EC"
            or value.get("crv") != "P-256"
            or "d" in value
        ):
            raise StatementError(
                "A key must be a public JWK of kty EC and crv P-256.", code="statement.syntax"
            )
        try:
            x, y = (b64url_decode(_text(value, name)) for name in ("x", "y"))
            return cls._of_point(x, y)
        except (EncodingError, ValueError) as error:
            raise StatementError(
                "A key's x and y must be a point of P-256.", code="statement.syntax"
            ) from error

    @classmethod
    def from_public(cls, public: ec.EllipticCurvePublicKey) -> "Jwk":
        """The JWK of a key of the cryptography package."""
        numbers = public.public_numbers()
        return cls(numbers.x.to_bytes(_COORDINATE), numbers.y.to_bytes(_COORDINATE), public)

    @classmethod
    def _of_point(cls, x: bytes, y: bytes) -> "Jwk":
        if len(x) != _COORDINATE or len(y) != _COORDINATE:
            raise ValueError("coordinates are 32 bytes")
        numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
        return cls(x, y, numbers.public_key())

    @cached_property
    def kid(self) -> str:
        """The thumbprint (RFC 7638) with SHA-256, base64url."""
        return b64url_encode(sha256(canonical_json(self.to_json())).digest())

    @property
    def uri(self) -> str:
        """The key's URI (RFC 9278)."""
        return key_uri(self.kid)

    def to_json(self) -> dict[str, JsonValue]:
        return {"crv": "P-256", "kty": "EC", "x": b64url_encode(self.x), "y": b64url_encode(self.y)}

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public


@dataclass(frozen=True)
class Seen:
    """The newest anchored checkpoint that the signer knew: he signed not before it.

    Attributes:
        size: leaves of that log.
        root: its root, 32 bytes.
    """

    size: int
    root: bytes


@dataclass(frozen=True)
class Header:
    """A statement's protected header, without the constant `alg`."""

    kid: str
    typ: Typ
    about: tuple[str, ...]
    from_: tuple[str, ...] = ()
    seen: Seen | None = None

    def subject_keys(self) -> list[bytes]:
        """The subject keys that the leaf must hold, strictly rising."""
        return subject_keys(
            describes=self.typ is Typ.MASTER, about=self.about, from_=self.from_, kid=self.kid
        )

    def to_json(self) -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = {
            "alg": "ES256",
            "kid": self.kid,
            "typ": self.typ.value,
            "about": list(self.about),
        }
        if self.from_:
            value["from"] = list(self.from_)
        if self.seen:
            value["seen"] = {"size": self.seen.size, "root": self.seen.root.hex()}
        return value


@dataclass(frozen=True)
class Statement:
    """A parsed statement. Its signature is not checked by parsing: see {verify_signature}."""

    raw: str
    header: Header
    payload: Mapping[str, JsonValue]
    payload_bytes: bytes
    signature: bytes

    @cached_property
    def commitment(self) -> bytes:
        """SHA-256 of the statement's ASCII bytes: what the leaf commits to."""
        return sha256(self.raw.encode("ascii")).digest()

    @property
    def signing_input(self) -> bytes:
        return self.raw.rpartition(".")[0].encode("ascii")

    def subject_keys(self) -> list[bytes]:
        return self.header.subject_keys()


def parse(raw: str | bytes) -> Statement:
    """Read a statement, refusing whatever two readers could read differently.

    Raises:
        StatementError: not three canonical segments, or a header or payload of another shape.
        EncodingError: the JSON inside is not strict, or the whole is over 64 KiB (`limit.size`).
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode("ascii")
        octets = text.encode("ascii")
    except UnicodeError as error:
        raise StatementError("A statement is ASCII.", code="statement.syntax") from error
    if len(octets) > MAX_STATEMENT:
        raise EncodingError(
            "A statement is at most 64 KiB.", code="limit.size", size=len(octets), limit=MAX_STATEMENT
        )
    segments = text.split(".")
    if len(segments) != 3:
        raise StatementError("A statement has three segments.", code="statement.syntax")
    try:
        header_bytes, payload_bytes, signature = map(b64url_decode, segments)
    except EncodingError as error:
        raise StatementError(
            "A statement's segments are canonical base64url.", code="statement.syntax"
        ) from error
    if len(signature) != 2 * _COORDINATE:
        raise StatementError("An ES256 signature is 64 bytes.", code="statement.syntax")
    header = _read_header(parse_json(header_bytes))
    payload = parse_json(payload_bytes)
    if not isinstance(payload, dict):
        raise StatementError("A statement's payload is a JSON object.", code="statement.syntax")
    return Statement(text, header, payload, payload_bytes, signature)


def verify_signature(statement: Statement, jwk: Jwk) -> None:
    """Check that the statement names this key and is signed with it.

    Raises:
        StatementError: it does not, or is not (`statement.signature`).
    """
    if statement.header.kid != jwk.kid:
        raise StatementError(
            "The statement names another key.", code="statement.signature", kid=statement.header.kid
        )
    r, s = (int.from_bytes(part) for part in (statement.signature[:32], statement.signature[32:]))
    try:
        jwk.public_key().verify(encode_dss_signature(r, s), statement.signing_input, _ECDSA_SHA256)
    except (InvalidSignature, ValueError) as error:
        raise StatementError(
            "The statement's signature is not right.", code="statement.signature", kid=jwk.kid
        ) from error


def sign(header: Header, payload: bytes, private_key: ec.EllipticCurvePrivateKey) -> Statement:
    """Sign a payload under a header, with a random nonce (so that a commitment hides what it commits to).

    Raises:
        StatementError: the header names another key than the one that signs.
    """
    if header.kid != Jwk.from_public(private_key.public_key()).kid:
        raise StatementError(
            "The header must name the key that signs.", code="statement.signature", kid=header.kid
        )
    signing_input = f"{b64url_encode(canonical_json(header.to_json()))}.{b64url_encode(payload)}"
    r, s = decode_dss_signature(private_key.sign(signing_input.encode(), _ECDSA_SHA256))
    signature = r.to_bytes(_COORDINATE) + s.to_bytes(_COORDINATE)
    return parse(f"{signing_input}.{b64url_encode(signature)}")


def _read_header(value: JsonValue) -> Header:
    if not isinstance(value, dict) or not _HEADER_MEMBERS.issuperset(value):
        raise StatementError(
            "A header has exactly alg, kid, typ, about and, where they apply, from and seen.",
            code="statement.syntax",
        )
    if value.get("alg") != "ES256":
        raise StatementError("A statement is signed with ES256.", code="statement.syntax")
    try:
        typ = Typ(_text(value, "typ"))
    except ValueError as error:
        raise StatementError("The header's typ is none of ours.", code="statement.syntax") from error
    kid = _text(value, "kid")
    try:
        if len(b64url_decode(kid)) != 32:
            raise EncodingError("A kid is 32 bytes.", code="base64.syntax")
    except EncodingError as error:
        raise StatementError(
            "The header's kid is a SHA-256 thumbprint in base64url.", code="statement.syntax"
        ) from error
    about = _uris(value.get("about"), "about")
    from_ = _uris(value["from"], "from") if "from" in value else ()
    if not set(about).isdisjoint(from_):
        raise StatementError("A URI stands in both about and from.", code="statement.syntax", pointer="/from")
    if typ is Typ.MASTER and len(about) != 1:
        raise StatementError("A description is about one URI.", code="statement.syntax", pointer="/about")
    if typ is not Typ.EPCIS and from_:
        raise StatementError("Only events are made from something.", code="statement.syntax", pointer="/from")
    header = Header(kid, typ, about, from_, _seen(value["seen"]) if "seen" in value else None)
    if len(about) + len(from_) + 1 > MAX_SUBJECTS:
        raise StatementError("A statement has at most 255 subjects.", code="limit.subjects", pointer="/about")
    return header


def _text(value: Mapping[str, JsonValue], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise StatementError(f"{name} must be a string.", code="statement.syntax", pointer=f"/{name}")
    return text


def _uris(value: JsonValue, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise StatementError(
            f"{name} is a list of URIs, never empty.", code="statement.syntax", pointer=f"/{name}"
        )
    uris: Sequence[str] = [uri for uri in value if isinstance(uri, str) and uri]
    if len(uris) != len(value) or len(set(uris)) != len(uris):
        raise StatementError(f"{name} lists URIs, each once.", code="statement.syntax", pointer=f"/{name}")
    return tuple(uris)


def _seen(value: JsonValue) -> Seen:
    if isinstance(value, dict) and value.keys() == {"size", "root"}:
        size, root = value["size"], value["root"]
        if (
            isinstance(size, int)
            and not isinstance(size, bool)
            and 0 < size <= MAX_SIZE
            and isinstance(root, str)
        ):
            try:
                return Seen(size, hex_decode(root))
            except EncodingError:
                pass
    raise StatementError(
        "seen is the size and root of a checkpoint.", code="statement.syntax", pointer="/seen"
    )
