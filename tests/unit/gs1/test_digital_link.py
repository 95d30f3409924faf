"""Digital Links and EPC URNs: our own vectors, round trips, and GS1's vectors where they are at hand."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Gs1Error
from ledger.gs1 import ai, digital_link, epc, keys

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "digital_link.json").read_text(encoding="utf-8")
)
SHARED = (
    Path(__file__).parents[4] / "shared" / "vectors" / "digital-link" / "gs1-syntax-engine-dl-vectors.json"
)
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
LOTS = st.text(CSET82, min_size=1, max_size=20).filter(lambda text: text not in {".", ".."})
GTINS = st.text("0123456789", min_size=13, max_size=13).map(lambda digits: digits + keys.check_digit(digits))


@pytest.mark.parametrize("case", VECTORS["valid"], ids=lambda case: case["uri"])
def test_a_right_link_gives_its_keys_and_canonical_form(case: dict[str, object]) -> None:
    link = digital_link.parse(str(case["uri"]))
    assert [list(pair) for pair in link.keys] == case["keys"]
    assert epc.canonical(str(case["uri"])) == case["canonical"]


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["uri"] or "empty")
def test_a_wrong_link_is_refused_with_its_code(case: dict[str, str]) -> None:
    with pytest.raises(Gs1Error) as caught:
        digital_link.parse(case["uri"])
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", VECTORS["epc"], ids=lambda case: case["urn"])
def test_an_identifier_becomes_its_canonical_form(case: dict[str, str]) -> None:
    assert epc.canonical(case["urn"]) == case["canonical"]


@pytest.mark.parametrize("case", VECTORS["wrongEpc"], ids=lambda case: case["urn"])
def test_what_claims_to_be_gs1_and_is_wrong_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(Gs1Error) as caught:
        epc.canonical(case["urn"])
    assert caught.value.code == case["code"]


@given(GTINS, LOTS)
def test_a_lot_survives_its_uri(gtin: str, lot: str) -> None:
    uri = digital_link.lot_uri(gtin, lot)
    link = digital_link.parse(uri)
    assert (link.gtin, link.lot, link.serial) == (gtin, lot, None)
    assert link.canonical() == uri == epc.canonical(uri)
    assert epc.is_lot(uri)
    assert not epc.is_instance(uri)
    assert epc.gtin_of(uri) == gtin


@given(GTINS, LOTS, LOTS)
def test_a_printed_code_in_capitals_names_the_same_instance(gtin: str, lot: str, serial: str) -> None:
    printed = digital_link.build([("01", gtin), ("10", lot), ("21", serial)], host="nguon.localhost")
    capitals = printed.replace("https://nguon.localhost", "HTTPS://NGUON.LOCALHOST")
    assert digital_link.parse(capitals) == digital_link.parse(printed)
    assert epc.canonical(capitals) == digital_link.instance_uri(gtin, serial)
    assert epc.lot_named(capitals) == digital_link.lot_uri(gtin, lot)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for uri in (text, "https://id.gs1.org/01/09521001000055/10/" + text, "urn:epc:id:sgtin:" + text):
        try:
            canonical = epc.canonical(uri)
        except Gs1Error:
            continue
        assert epc.canonical(canonical) == canonical


def test_builders_normalise_the_gtin_and_encode_the_rest() -> None:
    assert digital_link.product_uri("9521001000055") == "https://id.gs1.org/01/09521001000055"
    assert digital_link.lot_uri("9521001000055", "A/B") == "https://id.gs1.org/01/09521001000055/10/A%2FB"
    assert digital_link.place_uri("9521001000024", "B1") == "https://id.gs1.org/414/9521001000024/254/B1"
    assert digital_link.organisation_uri("9521001000017") == "https://id.gs1.org/417/9521001000017"
    with pytest.raises(Gs1Error):
        digital_link.build([("10", "L1")])
    with pytest.raises(Gs1Error):
        digital_link.build([("01", "09521001000055"), ("21", "S"), ("10", "L")])


def test_an_instance_with_a_lot_of_a_private_host_is_no_gs1_claim() -> None:
    assert epc.lot_named("urn:uuid:012587f4-718d-5111-be3b-8edcac208cb0") is None
    assert epc.lot_named("https://farm.example/x") is None
    assert epc.gtin_of("https://farm.example/https://id.gs1.org/01/1") is None


def shared_vectors() -> dict[str, list[dict[str, object]]]:
    if not SHARED.exists():
        pytest.skip("GS1's own vectors are not at hand")
    return dict(json.loads(SHARED.read_text(encoding="utf-8")))


def test_gs1_parse_vectors_without_options() -> None:
    cases = [case for case in shared_vectors()["parse"] if not case.get("options")]
    assert len(cases) == 100
    for case in cases:
        try:
            link = digital_link.parse(str(case["uri"]))
        except Gs1Error:
            assert not case["valid"], case
            continue
        assert case["valid"], case
        found = "".join(name + value for name, value in (*link.keys, *link.attributes))
        assert found == str(case["ai"]).replace("^", "")


def test_gs1_vectors_of_sequences_check_digits_and_percent_coding() -> None:
    vectors = shared_vectors()
    assert all(ai.is_sequence(tuple(map(str, row))) for row in vectors["valid_path_ai_sequences"])
    assert all(keys.has_check_digit(str(case["value"])) is case["valid"] for case in vectors["check_digit"])
    assert all(keys.has_check_pair(str(case["value"])) is case["valid"] for case in vectors["check_pair_gmn"])
    assert all(
        digital_link.percent_decode(str(case["in"])) == case["path"] for case in vectors["percent_decode"]
    )
    assert all(
        digital_link.percent_encode(str(case["in"])) == case["path"] for case in vectors["percent_encode"]
    )
