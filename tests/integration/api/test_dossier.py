"""The standalone verifier and dossiers over HTTP."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from apikit import PRODUCT, Service, birth
from PIL import Image
from pypdf import PdfReader

from nguon.serving import standalone_template

GTIN = "09521001000055"
PHOTO = "https://w3id.org/nguon/epcis/image"

pytestmark = pytest.mark.skipif(standalone_template() is None, reason="not built: `npm run build:web`")


def png(side: int) -> bytes:
    written = BytesIO()
    Image.effect_noise((side, side), 90).save(written, "PNG")
    return written.getvalue()


def inside(html: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def with_photo(service: Service, photo: bytes) -> str:
    """An anchored lot whose product is described with a photo."""
    uri = service.client.post("/api/v1/blobs", content=photo, headers=service.grower).json()["uri"]
    number = service.new_lot()
    listed = {"id": PRODUCT, "attributes": [{"id": PHOTO, "attribute": uri}]}
    master = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [listed]}
    header = {"epcisMasterData": {"vocabularyList": [master]}}
    answer = service.capture(birth(number, 100), epcisHeader=header)
    assert answer.status_code == 202, answer.text
    service.anchor()
    return number


def test_a_small_photo_goes_into_the_dossier_by_its_digest_and_a_large_one_stays_out(
    service: Service,
) -> None:
    small, large = png(64), png(600)
    assert len(small) < 250_000 < len(large)
    html = service.client.get(f"/dossier/{GTIN}/{with_photo(service, small)}.html").text
    assert inside(html, "documents")[sha256(small).hexdigest()] == b64encode(small).decode()
    html = service.client.get(f"/dossier/{GTIN}/{with_photo(service, large)}.html").text
    assert sha256(large).hexdigest() not in inside(html, "documents")


def test_html_and_pdf_hold_the_same_bundle_and_the_trust_file_that_is_served(service: Service) -> None:
    number = with_photo(service, png(32))
    page = service.client.get(f"/dossier/{GTIN}/{number}.html")
    pdf = PdfReader(BytesIO(service.client.get(f"/dossier/{GTIN}/{number}.pdf").content))
    files = pdf.attachments
    printed = " ".join(page.extract_text() for page in pdf.pages)
    assert "nguon verify --trust trust.json bundle.json" in " ".join(printed.split())
    trust = service.client.get("/trust.json").text
    assert inside(page.text, "trust") == trust == files["trust.json"][0].decode()
    assert inside(page.text, "bundle") == files["bundle.json"][0].decode()
    assert page.headers["content-disposition"].startswith("attachment; filename*=UTF-8''ho-so-")


def test_the_verifier_is_served_under_its_own_policy_and_asked_about_by_digest(service: Service) -> None:
    got = service.client.get("/verify.html")
    digest = sha256(got.content).hexdigest()
    policy = got.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert inside(got.text, "bundle") is None
    again = service.client.get("/verify.html", headers={"If-None-Match": got.headers["etag"]})
    assert again.status_code == 304
    assert digest in service.client.get("/").text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/dossier/{GTIN}/X", 404, "not_found.lot"),
        ("/dossier/x.html", 404, "not_found.lot"),
        ("/dossier/09521001000056/X.pdf", 400, "gs1.check_digit"),
    ],
)
def test_what_is_no_lot_is_a_problem(service: Service, path: str, status: int, code: str) -> None:
    got = service.client.get(path, headers={"Accept": "application/json"})
    assert (got.status_code, got.json()["code"]) == (status, code)
