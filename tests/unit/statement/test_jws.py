"""Statements are read so strictly that no two readers can understand them differently."""

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.encoding import b64url_decode, b64url_encode
from ledger.errors import LedgerError, StatementError
from ledger.statement import jws
from ledger.statement.jws import Header, Jwk, Seen, Typ
from ledger.statement.subjects import Role, key_uri, subject_key, subject_keys

PRIVATE = ec.derive_private_key(0x5EED, ec.SECP256R1())
JWK = Jwk.from_public(PRIVATE.public_key())
LOT = "https://id.gs1.org/01/09521001000055/10/GOOD"
INPUT = "https://id.gs1.org/01/09521001000024/10/H1"
HEADER = Header(JWK.kid, Typ.EPCIS, (LOT,), (INPUT,), Seen(64, bytes(range(32))))
PAYLOAD = b'{"type":"ObjectEvent","eventID":"urn:uuid:1"}'


def test_a_signed_statement_reads_back_as_it_was_written() -> None:
    statement = jws.sign(HEADER, PAYLOAD, PRIVATE)
    read = jws.parse(statement.raw)
    assert (read.header, read.payload_bytes) == (HEADER, PAYLOAD)
    jws.verify_signature(read, JWK)
    assert Jwk.parse(JWK.to_json()) == JWK


def test_a_thumbprint_is_that_of_rfc_7638() -> None:
    # the key and the kid of a bundle made by an independent program
    jwk = Jwk.parse(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "ZbaMCSZOqHXhGx7rm417EHHg3Oz-e81BNnvkffkGtBI",
            "y": "BhkBljFQlMAt_XwthgQ5yvgk3DeeY-4rxUVtqYfURRY",
            "use": "sig",
        }
    )
    assert jwk.kid == "Wxot4mBkBosz9P_B7udzO23T9ZA4rvUE0ELMnCbeQbg"


def test_a_subjects_key_is_the_digest_of_role_space_and_uri() -> None:
    # the key that the contract of an independent program names in a recall
    key = subject_key(Role.ABOUT, "https://id.gs1.org/01/09521001000055/10/GOOD")
    assert len(key) == 32
    assert subject_key(Role.FROM, LOT) != subject_key(Role.ABOUT, LOT)
    assert subject_keys(describes=False, about=[LOT], from_=[INPUT], kid=JWK.kid) == sorted(
        [
            subject_key(Role.ABOUT, LOT),
            subject_key(Role.FROM, INPUT),
            subject_key(Role.BY, key_uri(JWK.kid)),
        ]
    )


def _raw(header: bytes, payload: bytes = PAYLOAD) -> str:
    return f"{b64url_encode(header)}.{b64url_encode(payload)}.{b64url_encode(bytes(64))}"


def _header(**changes: object) -> bytes:
    members = {**HEADER.to_json(), **changes}
    return orjson.dumps({name: value for name, value in members.items() if value is not None})


@pytest.mark.parametrize(
    "header",
    [
        _header(alg="none"),
        _header(alg="HS256"),
        _header(kid="short"),
        _header(kid=None),
        _header(typ="jwt"),
        _header(about=[]),
        _header(about=None),
        _header(about=[LOT, LOT]),
        _header(about=[1]),
        _header(about=LOT),
        _header(**{"from": []}),
        _header(**{"from": [LOT]}),
        _header(seen={"size": 64}),
        _header(seen={"size": 0, "root": "00" * 32}),
        _header(seen={"size": 64, "root": "AB" * 32}),
        _header(seen={"size": True, "root": "00" * 32}),
        _header(crit=["b64"]),
        _header(jwk=JWK.to_json()),
        _header(typ="master+jws", about=[LOT, INPUT]),
        _header(typ="key+jws"),
        _header(about=[f"https://id.gs1.org/01/09521001000055/21/{n}" for n in range(254)]),
        b'{"alg":"ES256","alg":"ES256"}',
        b"[]",
        b"",
    ],
)
def test_a_header_of_another_shape_is_refused(header: bytes) -> None:
    with pytest.raises(LedgerError):
        jws.parse(_raw(header))


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"[]", "statement.syntax"),
        (b'{"a":1,"a":2}', "json.duplicate_member"),
        (b'{"a":1e400}', "json.number_range"),
        ('{"a":"e\u0301"}'.encode(), "text.not_nfc"),
        (b'{"a":' + b"1" * 65_536 + b"}", "limit.size"),
    ],
)
def test_a_payload_that_readers_could_differ_on_is_refused(payload: bytes, code: str) -> None:
    with pytest.raises(LedgerError) as caught:
        jws.parse(_raw(_header(), payload))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw + "=", lambda raw: raw + ".", lambda raw: " " + raw, lambda raw: raw[:-1]]
)
def test_segments_are_canonical(spoil: object) -> None:
    raw = jws.sign(HEADER, PAYLOAD, PRIVATE).raw
    with pytest.raises(LedgerError):
        jws.parse(spoil(raw))  # type: ignore[operator]  # a lambda out of the table above


def test_another_key_or_another_byte_does_not_verify() -> None:
    statement = jws.sign(HEADER, PAYLOAD, PRIVATE)
    other = Jwk.from_public(ec.derive_private_key(7, ec.SECP256R1()).public_key())
    with pytest.raises(StatementError):
        jws.verify_signature(statement, other)
    head, payload, signature = statement.raw.split(".")
    changed = b64url_encode(b64url_decode(payload).replace(b"ObjectEvent", b"ObjectEvenT"))
    with pytest.raises(StatementError):
        jws.verify_signature(jws.parse(f"{head}.{changed}.{signature}"), JWK)


def test_a_statement_must_name_the_key_that_signs_it() -> None:
    with pytest.raises(StatementError):
        jws.sign(HEADER, PAYLOAD, ec.derive_private_key(7, ec.SECP256R1()))


def test_a_private_key_or_a_point_off_the_curve_is_no_jwk() -> None:
    for spoilt in (
        {"d": "AAAA"},
        {"x": b64url_encode(bytes(32))},
        {"crv": "P-384"},
        {"x": JWK.to_json()["x"] + "="},
    ):  # type: ignore[operator]  # a string, as the JWK has it
        with pytest.raises(StatementError):
            Jwk.parse({**JWK.to_json(), **spoilt})
