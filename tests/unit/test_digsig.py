"""A label's own signature: it tells a forgery without network, whatever of the label is changed; never a copy."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import digsig
from ledger.encoding import b64url_decode, b64url_encode
from ledger.errors import Gs1Error, LedgerError, SealError
from ledger.gs1 import digital_link
from ledger.proof.target import Target, parse_code
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyRecord
from tests.ledgerkit import key

GTIN, LOT, SERIAL = "09521002000085", "NHC260110", "00011Y6QF618ZTM7E"
SSCC = "095210020000000016"
HOST = "tem.example"
LINK = f"https://{HOST}/01/{GTIN}/10/{LOT}/21/{SERIAL}"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def record(name: str, stems: tuple[str, ...] = ("https://id.gs1.org/01/0952100200",)) -> KeyRecord:
    jwk = Jwk.from_public(key(name).public_key())
    return KeyRecord(jwk.kid, f"https://id.gs1.org/417/{name}", jwk, "member", "own", stems, admitted=1)


OURS = record("ours")
SIGNED = digsig.seal_link(LINK, OURS.kid, key("ours"))
VALUE = SIGNED.rpartition("=")[2]


def refusal(code: str, *keys: KeyRecord) -> str:
    with pytest.raises(SealError) as refused:
        digsig.check(code, keys)
    return refused.value.code


def test_a_signed_tem_holds_and_says_who_signed_what() -> None:
    sealed = digsig.check(SIGNED, [record("other"), OURS])
    assert sealed.key == OURS
    assert sealed.uri == f"https://id.gs1.org/01/{GTIN}/10/{LOT}/21/{SERIAL}"
    assert sealed.lot == f"https://id.gs1.org/01/{GTIN}/10/{LOT}"
    assert digsig.check(SIGNED.replace("https", "HTTPS").replace(HOST, HOST.upper()), [OURS]) == sealed


def test_the_value_is_what_gs1_admits_for_8030_in_a_digital_link() -> None:
    assert len(VALUE) == digsig.VALUE_LENGTH == 90
    assert digital_link.parse(SIGNED).attributes == ((digsig.AI, VALUE),)
    assert parse_code(SIGNED, HOST) == Target(GTIN, LOT, SERIAL)
    assert parse_code(SIGNED.removeprefix("https://"), HOST) == Target(GTIN, LOT, SERIAL)


def test_a_label_printed_twice_is_the_same() -> None:
    assert digsig.seal(GTIN, LOT, SERIAL, OURS.kid, key("ours")) == VALUE


def test_a_carton_is_signed_by_its_sscc() -> None:
    code = digsig.sealed_link(f"https://{HOST}/00/{SSCC}", digsig.seal_unit(SSCC, OURS.kid, key("ours")))
    sealed = digsig.check(code, [OURS])
    assert (sealed.uri, sealed.lot) == (f"https://id.gs1.org/00/{SSCC}", None)
    other = f"https://{HOST}/00/095210020000000023"
    assert refusal(digsig.sealed_link(other, code.rpartition("=")[2]), OURS) == "digsig.forged"


def test_each_way_to_fail_has_its_code() -> None:
    assert refusal(LINK, OURS) == "digsig.missing"
    assert refusal(SIGNED) == "digsig.unknown_key"
    assert refusal(SIGNED, record("other")) == "digsig.unknown_key"
    assert refusal(SIGNED, replace(OURS, revoked=9)) == "digsig.revoked"
    assert refusal(SIGNED, replace(OURS, stems=("https://id.gs1.org/01/0952100299",))) == "digsig.foreign"
    assert refusal(SIGNED[:-1], OURS) == "digsig.malformed"
    assert refusal(f"https://{HOST}/01/{GTIN}/10/{LOT}?8030={VALUE}", OURS) == "digsig.malformed"
    stranger = digsig.seal(GTIN, LOT, SERIAL, OURS.kid, key("stranger"))
    assert refusal(digsig.sealed_link(LINK, stranger), OURS) == "digsig.forged"
    with pytest.raises(Gs1Error):
        digsig.check("https://tem.example/", [OURS])


def test_a_true_signature_on_a_link_to_elsewhere_is_no_label_of_ours() -> None:
    assert digsig.check(SIGNED, [OURS], HOST.upper()).key == OURS
    with pytest.raises(Gs1Error) as refused:
        digsig.check(SIGNED.replace(HOST, "phish.example"), [OURS], HOST)
    assert refused.value.code == "dl.host"


def test_what_has_a_query_already_is_not_signed() -> None:
    for code in (SIGNED, f"{LINK}?x=1", f"{LINK}?"):
        with pytest.raises(SealError):
            digsig.seal_link(code, OURS.kid, key("ours"))


def test_among_keys_of_one_hint_the_one_that_signed_is_found() -> None:
    twin = replace(record("other"), kid=OURS.kid[:4] + "x" * 39)
    assert digsig.check(SIGNED, [twin, OURS]).key == OURS


def test_a_statement_s_signing_input_is_never_a_label_s() -> None:
    for message in (digsig.signing_input(GTIN, LOT, SERIAL), digsig.unit_signing_input(SSCC)):
        assert not set(message) <= set((ALPHABET + ".").encode())
    assert digsig.signing_input(GTIN, "A", "BC") != digsig.signing_input(GTIN, "AB", "C")


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_change_of_a_signed_label_goes_unseen(data: st.DataObject) -> None:
    place = data.draw(st.integers(LINK.index("/01/") + 4, len(SIGNED) - 1))
    character = data.draw(st.sampled_from([item for item in ALPHABET if item != SIGNED[place]]))
    changed = SIGNED[:place] + character + SIGNED[place + 1 :]
    with pytest.raises(LedgerError):
        digsig.check(changed, [OURS])


@settings(deadline=None, max_examples=100)
@given(st.integers(LINK.index("/21/") + 4, len(SIGNED) - 2))
def test_no_two_neighbours_change_places_unseen(place: int) -> None:
    swapped = SIGNED[:place] + SIGNED[place + 1] + SIGNED[place] + SIGNED[place + 2 :]
    if swapped != SIGNED:
        with pytest.raises(LedgerError):
            digsig.check(swapped, [OURS])


def test_a_signature_of_zeros_or_beyond_the_order_is_refused() -> None:
    octets = b64url_decode(VALUE[4:])
    for wrong in (bytes(64), b"\xff" * 64, bytes(32) + octets[32:], octets[:32] + bytes(32)):
        assert refusal(digsig.sealed_link(LINK, OURS.kid[:4] + b64url_encode(wrong)), OURS) == "digsig.forged"
