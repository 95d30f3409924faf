"""Photos and reports over HTTP."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from apikit import Service

from ledger.audit import Finding, audit

PDF = b"%PDF-1.7\na laboratory's report\n"


def name_of(data: bytes) -> str:
    return urlsafe_b64encode(sha256(data).digest()).rstrip(b"=").decode()


def test_a_document_is_stored_under_its_digest_and_served_to_anybody(service: Service) -> None:
    made = service.client.post("/api/v1/blobs", content=PDF, headers=service.grower)
    assert made.status_code == 201, made.text
    assert made.json() == {
        "uri": f"ni:///sha-256;{name_of(PDF)}",
        "href": f"/api/v1/blobs/{name_of(PDF)}",
        "mediaType": "application/pdf",
        "size": len(PDF),
    }
    assert made.headers["location"] == made.json()["href"]
    got = service.client.get(made.json()["href"])
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    again = service.client.get(made.json()["href"], headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_only_who_has_a_key_may_store(service: Service) -> None:
    assert service.client.post("/api/v1/blobs", content=PDF).json()["code"] == "auth.missing"


def test_a_script_or_a_flood_is_refused(service: Service) -> None:
    svg = service.client.post("/api/v1/blobs", content=b"<svg onload='x'/>", headers=service.grower)
    assert (svg.status_code, svg.json()["code"]) == (415, "blob.media_type")
    big = b"%PDF-" + bytes(8 * 1024 * 1024)
    flood = service.client.post("/api/v1/blobs", content=big, headers=service.grower)
    assert (flood.status_code, flood.json()["code"]) == (413, "limit.size")


def test_a_name_that_is_no_digest_is_not_found(service: Service) -> None:
    for name in ("x", "..%2f..%2fnguon.db", name_of(b"not here"), name_of(PDF) + "A"):
        got = service.client.get(f"/api/v1/blobs/{name}", headers={"Accept": "application/json"})
        assert got.status_code == 404, name


def test_a_changed_document_is_a_problem_and_fsck_finds_it(service: Service) -> None:
    data = PDF + b"of its own"
    href = service.client.post("/api/v1/blobs", content=data, headers=service.grower).json()["href"]
    digest = sha256(data).hexdigest()
    file = service.deployment.settings.data_dir / "blobs" / digest[:2] / digest
    assert findings(service) == []
    file.write_bytes(data[:-1] + b"m")
    got = service.client.get(href, headers={"Accept": "application/json"})
    assert (got.status_code, got.json()["code"]) == (500, "blob.corrupt")
    assert b"laboratory" not in got.content
    assert findings(service) == ["audit.document"]
    service.client.post("/api/v1/blobs", content=data, headers=service.grower)
    assert service.client.get(href).content == data


def findings(service: Service) -> list[str]:
    deployment = service.deployment
    found = audit(
        deployment.log,
        origin=deployment.settings.origin,
        vkey=deployment.log_key,
        registrars=[deployment.registrar],
        documents=deployment.blobs,
    )
    return [item.code for item in found if isinstance(item, Finding) and item.is_error]
