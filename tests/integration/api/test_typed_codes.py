"""Codes that come otherwise than as the link of a tem: typed, or read from another kind of symbol."""

import pytest
from apikit import Service

GTIN = "09521001000055"


@pytest.mark.parametrize(
    "written",
    [
        "https://nguon.localhost/01/{gtin}/10/{lot}/",
        "nguon.localhost/01/{gtin}/10/{lot}",
        "/01/{gtin}/10/{lot}",
        "]d201{gtin}10{lot}",
        "]C101{gtin}10{lot}\x1d",
        "]d201{gtin}1728011710{lot}",
        "(01){gtin}(10){lot}",
        "(01) {gtin}\n(10) {lot}",
    ],
)
def test_a_lot_is_found_however_its_code_is_written(service: Service, written: str) -> None:
    lot = service.born()
    code = written.format(gtin=GTIN, lot=lot)
    answer = service.client.get("/api/v1/verify", params={"code": code}).json()
    assert answer["verdict"] == service.verdict(lot)["verdict"] != "malformed"
    assert answer["code"] == code
    assert (answer["target"]["gtin"], answer["target"]["lot"]) == (GTIN, lot)


def test_the_page_of_a_typed_code_leads_to_the_codes_own_address(service: Service) -> None:
    lot = service.born()
    page = service.client.get("/verify", params={"code": f"(01) {GTIN} (10) {lot}"})
    assert page.status_code == 200
    assert f"/01/{GTIN}/10/{lot}" in page.text


@pytest.mark.parametrize("code", ["9521001000055", "]E09521001000055", "(01)09521001000055", f"/01/{GTIN}"])
def test_an_article_number_gets_no_verdict_and_is_asked_for_the_tem(service: Service, code: str) -> None:
    answer = service.client.get("/api/v1/verify", params={"code": code}).json()
    assert answer["verdict"] is None
    assert [reason["code"] for reason in answer["reasons"]] == ["code.no_lot"]
    page = service.client.get("/verify", params={"code": code}, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert GTIN in page.text


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("]d20109521001000056", "gs1.check_digit"),
        ("9521001000056", "gs1.check_digit"),
        ("(00)095210011260117002", "dl.syntax"),
        ("//shop.example/01/09521001000055/10/L1", "dl.syntax"),
        ("https://shop.example/01/09521001000055/10/L1/", "dl.host"),
    ],
)
def test_a_wrong_one_says_why(service: Service, code: str, why: str) -> None:
    answer = service.client.get("/api/v1/verify", params={"code": code}).json()
    assert answer["verdict"] == "malformed"
    assert [reason["code"] for reason in answer["reasons"]] == [why]
