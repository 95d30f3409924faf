"""Whom passkeys are for, what an organisation speaks for, and what a phone may ask for."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from coop.accounts.sealing import Sealer
from coop.people import keys
from coop.people.passkeys import RelyingParty
from coop.people.stems import require_free, stems_of, with_own
from ledger.admission import check_possession
from ledger.errors import ConflictError, Gs1Error, StatementError, StoreError
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyRecord
from nguon.registrar import request

PROJECT = Path(__file__).resolve().parents[3]
ORG = "https://id.gs1.org/417/9521001000017"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("base_url", "party", "origin"),
    [
        ("https://nguon.example", "nguon.example", "https://nguon.example"),
        ("https://nguon.example:8443/tem", "nguon.example", "https://nguon.example:8443"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://192.168.1.7:8000", "192.168.1.7", "http://192.168.1.7:8000"),
    ],
)
def test_passkeys_are_for_the_services_own_name(base_url: str, party: str, origin: str) -> None:
    found = RelyingParty.of(base_url)
    assert (found.id, found.origin) == (party, origin)


def test_a_prefix_leads_to_the_stems_that_the_samples_have() -> None:
    signers = json.loads((PROJECT / "samples" / "signers.json").read_bytes())["signers"]
    for signer in signers:
        prefix = signer["stems"][0].removeprefix("https://id.gs1.org/00/0")
        crates = f"https://id.gs1.org/8003/0{prefix}"  # not all of them number any
        assert list(stems_of(prefix, signer["org"])) == sorted({*signer["stems"], crates}), signer["org"]


def test_an_organisation_always_speaks_for_itself() -> None:
    other = "https://id.gs1.org/417/9521090000011"
    assert other in stems_of("9521001", other)
    assert with_own([], ORG) == (ORG,)
    assert with_own(["https://id.gs1.org/417/9521001"], ORG) == ("https://id.gs1.org/417/9521001",)


@pytest.mark.parametrize(
    "prefix", ["", "952", "9521001000017", "95210a1", "２０２６０１", "2001234", "0000012"]
)
def test_what_is_no_company_prefix_gives_no_stems(prefix: str) -> None:
    with pytest.raises(Gs1Error):
        stems_of(prefix, ORG)


def test_stems_that_lie_within_anothers_or_hold_them_are_taken() -> None:
    held = [("https://id.gs1.org/417/9521090000011", ("https://id.gs1.org/01/0952109",))]
    require_free(stems_of("9521001", ORG), ORG, held)
    require_free(("https://id.gs1.org/01/0952109",), held[0][0], held)
    for stem in (
        "https://id.gs1.org/01/0952109",
        "https://id.gs1.org/01/09521090",
        "https://id.gs1.org/01/0952",
    ):
        with pytest.raises(ConflictError) as refused:
            require_free((stem,), ORG, held)
        assert refused.value.code == "invitation.stems_taken"


def test_a_request_is_read_where_it_asks_for_what_was_promised() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    stems = stems_of("9521001", ORG)
    raw = request(private, ORG, role="member", stems=stems[::-1], now=NOW)
    read = keys.read_request(raw, org=ORG, role="member", stems=stems)
    assert read.kid == keys.kid_of(raw) == Jwk.from_public(private.public_key()).kid
    hosted = request(private, ORG, role="member", stems=stems, now=NOW, custody="hosted")
    for sent, role, pointer in [
        (raw, "officer", "/request/role"),
        (hosted, "member", "/request/custody"),
    ]:
        with pytest.raises(StatementError) as refused:
            keys.read_request(sent, org=ORG, role=role, stems=stems)
        assert (refused.value.code, refused.value.pointer) == ("key.request", pointer)
    with pytest.raises(StatementError, match="stems"):
        keys.read_request(raw, org=ORG, role="member", stems=stems[:-1])


def test_a_hosted_key_opens_under_its_own_name_and_master_key_only() -> None:
    sealer = Sealer(bytes(32))
    made = keys.make_hosted(sealer, org=ORG, role="member", stems=(ORG,), now=NOW)
    assert made.sealed is not None
    check_possession(made.payload, made.raw)
    private = keys.open_hosted(sealer, made.kid, made.sealed)
    assert Jwk.from_public(private.public_key()).kid == made.kid
    for other, kid in ((sealer, "x"), (Sealer(b"\1" * 32), made.kid)):
        with pytest.raises(StoreError):
            keys.open_hosted(other, kid, made.sealed)


@pytest.mark.parametrize(
    ("custody", "revoked", "state"),
    [("own", None, "admitted"), ("hosted", None, "hosted"), ("own", 9, "revoked"), ("hosted", 9, "revoked")],
)
def test_the_log_says_how_a_key_stands(custody: str, revoked: int | None, state: str) -> None:
    jwk = Jwk.from_public(ec.generate_private_key(ec.SECP256R1()).public_key())
    record = KeyRecord(jwk.kid, ORG, jwk, "member", custody, (ORG,), 3, revoked)
    assert keys.state_of(record) == state
    assert keys.state_of(None) == "waiting"
