"""The legal file over HTTP, of a lot that was captured for real."""

from io import BytesIO
from typing import Any

import pytest
from apikit import GROWER, PLACE, PRODUCT, Service, ago, birth, event
from pypdf import PdfReader

GTIN = "09521001000055"
MDA = "urn:epcglobal:cbv:mda:"
PNG = b"\x89PNG\r\n\x1a\n a photo of the box"


def described(uri: str, kind: str, **attributes: str) -> dict[str, Any]:
    listed = [
        {
            "id": (MDA if name[0] != "_" else "https://w3id.org/nguon/epcis/") + name.lstrip("_"),
            "attribute": value,
        }
        for name, value in attributes.items()
    ]
    return {"type": kind, "vocabularyElementList": [{"id": uri, "attributes": listed}]}


@pytest.fixture(scope="module")
def lot(service: Service) -> str:
    """A lot with a photo, a described producer and place, shipped and anchored."""
    photo = service.client.post("/api/v1/blobs", content=PNG, headers=service.grower).json()["uri"]
    number = service.new_lot()
    master = [
        described(
            PRODUCT, "urn:epcglobal:epcis:vtype:EPCClass", descriptionShort="Trà hoa vàng, hộp 100 g",
            _appliedStandards="TCCS 01:2025", _safetyWarning="Tránh ẩm", _image=photo,
        ),
        described(GROWER, "urn:epcglobal:epcis:vtype:Party", name="HTX Núi Đính", city="xã Nho Quan"),
        described(PLACE, "urn:epcglobal:epcis:vtype:Location", name="Xưởng sấy", city="xã Nho Quan"),
    ]  # fmt: skip
    made = birth(number, 100, **{"cbvmda:itemExpirationDate": "2030-01-31"})
    shipped = event(number, bizStep="shipping", eventTime=ago(hours=1))
    answer = service.capture(made, shipped, epcisHeader={"epcisMasterData": {"vocabularyList": master}})
    assert answer.status_code == 202, answer.text
    assert answer.json()["warnings"] == []
    service.anchor()
    return number


def test_the_json_has_every_item_with_the_entry_it_comes_from(service: Service, lot: str) -> None:
    got = service.client.get(f"/api/v1/lots/{GTIN}/{lot}/passport", params={"lang": "en"})
    assert got.status_code == 200, got.text
    value = got.json()
    assert value["verdict"] == "verified"
    items = {(item["law"], item["code"]): item for item in value["items"]}
    assert len(items) == 19
    name = items["circular", "name"]
    assert (name["label"], name["status"]) == ("Product name", "present")
    assert name["values"][0]["value"] == "Trà hoa vàng, hộp 100 g"
    statement = service.deployment.log.statement(name["values"][0]["source"]["index"])
    assert statement is not None
    made = items["circular", "time"]["values"]
    told = service.client.get(
        "/api/v1/verify", params={"code": f"https://nguon.localhost/01/{GTIN}/10/{lot}"}
    )
    indexes = {entry["index"] for entry in told.json()["timeline"]}
    assert {entry["source"]["index"] for entry in made} == indexes
    assert items["circular", "image"]["values"][0]["href"].startswith(
        f"{service.deployment.settings.base_url}/api/v1/"
    )
    assert [stage["location"] for stage in value["stages"]] == [PLACE, PLACE]
    assert [stage["locationAddress"] for stage in value["stages"]] == ["xã Nho Quan"] * 2
    missing = {(item["law"], item["code"]): item["reason"] for item in value["missing"]}
    assert missing == {
        ("passport", "certificates"): "no_certificate",
        ("passport", "portal"): "not_connected",
    }
    assert (
        service.client.get(f"/passport/{GTIN}/{lot}.json", params={"lang": "en"}).json()["items"]
        == value["items"]
    )


def test_the_page_and_the_pdf_say_the_same(service: Service, lot: str) -> None:
    page = service.client.get(f"/passport/{GTIN}/{lot}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert 'data-verdict="verified"' in page.text
    pdf = service.client.get(f"/passport/{GTIN}/{lot}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("inline;")
    words = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf.content)).pages)
    for text in ("Trà hoa vàng, hộp 100 g", "HTX Núi Đính", "31/01/2030", "Tránh ẩm"):
        assert text in page.text
        assert text in words


def test_the_tems_page_shows_the_photo_and_links_to_the_file(service: Service, lot: str) -> None:
    page = service.client.get(f"/01/{GTIN}/10/{lot}", headers={"Accept": "text/html"}).text
    assert f'href="/passport/{GTIN}/{lot}?lang=vi"' in page
    start = page.index('<img class="prod__img" src="') + len('<img class="prod__img" src="')
    photo = page[start : page.index('"', start)]
    assert service.client.get(photo).content == PNG


def test_a_lot_whose_number_has_a_slash_is_asked_by_its_coded_name(service: Service) -> None:
    for path in (f"/api/v1/lots/{GTIN}/A%2FB/passport", f"/passport/{GTIN}/A%2FB.json"):
        assert service.client.get(path).json()["target"]["lot"] == "A/B"
    for path in (f"/passport/{GTIN}/A%2Ejson.json", f"/passport/{GTIN}/A%2Ejson/S1.json"):
        assert service.client.get(path).json()["target"]["lot"] == "A.json"


def test_an_unknown_lot_has_a_verdict_and_nothing_else(service: Service, lot: str) -> None:
    value = service.client.get(f"/api/v1/lots/{GTIN}/NO-SUCH-{lot}/passport").json()
    assert value["verdict"] == "unknown"
    assert {item["status"] for item in value["items"]} == {"missing"}
    page = service.client.get(f"/passport/{GTIN}/NO-SUCH-{lot}", headers={"Accept": "text/html"})
    assert 'data-verdict="unknown"' in page.text
    assert service.client.get(f"/passport/{GTIN}/NO-SUCH-{lot}.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/passport/09521001000056/L1", 400),
        ("/passport/123/L1", 400),
        ("/passport/09521001000055/%00", 400),
        ("/passport/09521001000055", 404),
        ("/passport/09521001000055/L1/S1/more", 404),
        ("/api/v1/lots/09521001000056/L1/passport", 400),
    ],
)
def test_what_names_no_lot_is_refused(service: Service, path: str, status: int) -> None:
    got = service.client.get(path, headers={"Accept": "application/json"})
    assert got.status_code == status, got.text
    assert got.headers["content-type"] == "application/problem+json"
