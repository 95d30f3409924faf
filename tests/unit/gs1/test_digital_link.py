"""Digital Links and EPC URNs: our own vectors and round trips."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Gs1Error
from ledger.gs1 import digital_link, epc, keys

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "digital_link.json").read_text(encoding="utf-8")
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


@pytest.mark.parametrize("case", VECTORS["options"], ids=lambda case: case["uri"])
def test_what_the_standard_no_longer_or_not_yet_allows_is_read_only_when_asked_for(
    case: dict[str, object],
) -> None:
    uri = str(case["uri"])
    with pytest.raises(Gs1Error):
        digital_link.parse(uri)
    link = digital_link.parse(uri, digital_link.ParseOptions(**{str(case["option"]): True}))
    assert link.canonical() == case["canonical"]


@pytest.mark.parametrize("case", VECTORS["toUrn"], ids=lambda case: case["urn"])
def test_a_key_and_the_length_of_its_company_prefix_give_its_urn(case: dict[str, object]) -> None:
    assert epc.to_urn(str(case["uri"]), int(str(case["prefix"]))) == case["urn"]
    assert epc.to_urn(str(case["urn"]), int(str(case["prefix"]))) == case["urn"]
    assert epc.canonical(str(case["urn"])) == epc.canonical(str(case["uri"]))


@pytest.mark.parametrize("case", VECTORS["noUrn"], ids=lambda case: f"{case['uri']} {case['prefix']}")
def test_what_no_urn_can_name_is_refused(case: dict[str, object]) -> None:
    with pytest.raises(Gs1Error) as caught:
        epc.to_urn(str(case["uri"]), int(str(case["prefix"])))
    assert caught.value.code == case["code"]


@pytest.mark.parametrize(
    ("text", "path", "query"),
    [(" ", "%20", "+"), ("+", "%2B", "%2B"), ("a&b=c", "a%26b%3Dc", "a%26b%3Dc"), ("-._~", "-._~", "-._~")],
)
def test_a_space_is_a_plus_in_a_query_only(text: str, path: str, query: str) -> None:
    assert (digital_link.percent_encode(text), digital_link.query_encode(text)) == (path, query)
    assert digital_link.percent_decode(path) == digital_link.query_decode(query) == text
