"""Checking: verdicts, bundles, the log's public files, pages, health."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from apikit import PRODUCT, Service, code, event, running
from sqlalchemy import text

from api.assets import Assets
from api.middleware import policy_with
from ledger.log.note import open_checkpoint
from ledger.log.tiles import parse_entry_bundle
from ledger.proof import trustfile
from ledger.proof.verify import verify
from ledger.statement.subjects import Role, subject_key
from nguon.asking import TrustedChain
from nguon.settings import Settings


def test_a_lot_is_recorded_and_once_anchored_verified(service: Service) -> None:
    lot = service.born()
    before = service.verdict(lot)
    assert before["verdict"] == "recorded"
    service.anchor()
    after = service.verdict(lot)
    assert after["verdict"] == "verified"
    assert after["timeline"][0]["event"]["action"] == "ADD"
    assert after["timeline"][0]["signer"]["custody"] == "hosted"
    assert after["chain"]["local"] is True
    assert after["anchor"]["size"] == after["size"]


def test_a_lot_that_never_was_is_unknown(service: Service) -> None:
    service.born()
    service.anchor()
    assert service.verdict("NEVER")["verdict"] == "unknown"


def test_before_the_first_anchor_a_lot_is_recorded_with_receipts(tmp_path: Path) -> None:
    with running(Settings(data_dir=tmp_path / "data")) as service:
        lot = service.born()
        answer = service.verdict(lot)
        assert answer["verdict"] == "recorded"
        assert answer["receipts"][0]["proof"].startswith("c2sp.org/tlog-proof")
        assert answer["proof"] is None
        assert service.verdict("NEVER")["verdict"] == "stale"
        missing = service.client.get("/api/v1/proof", params={"subject": f"{PRODUCT}/10/{lot}"})
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found.size")
        assert service.client.get("/readyz").json()["anchor"]["size"] == 0


def test_a_bundle_is_immutable_and_verifies_under_the_trust_file(service: Service) -> None:
    lot = service.born()
    size = service.anchor()
    service.verdict(lot)
    response = service.client.get("/api/v1/proof", params={"subject": f"{PRODUCT}/10/{lot}", "size": size})
    assert "immutable" in response.headers["cache-control"]
    trust = trustfile.parse(service.client.get("/trust.json").content)
    chain = TrustedChain(trust)
    found = verify(response.content, trust, chain.answer(keys_of(response.content)), datetime.now(UTC))
    chain.close()
    assert found.verdict.value == "verified"
    again = service.client.get(
        "/api/v1/proof",
        params={"subject": f"{PRODUCT}/10/{lot}", "size": size},
        headers={"If-None-Match": response.headers["etag"]},
    )
    assert again.status_code == 304


def test_a_page_that_checks_is_given_the_trust_file_and_may_ask_its_endpoints_only(service: Service) -> None:
    lot = service.born()
    service.anchor()
    module = service.client.get("/trust.js")
    assert module.headers["content-type"].startswith("text/javascript")
    assert module.headers["cache-control"] == "no-cache"
    coded = re.fullmatch(r'export default "([A-Za-z0-9+/=]+)";\n', module.text)
    assert coded is not None
    data = base64.b64decode(coded[1])
    assert data == service.client.get("/trust.json").content
    page = service.client.get(f"/01/{PRODUCT.rpartition('/')[2]}/10/{lot}", headers={"accept": "text/html"})
    assert f'data-trust="{sha256(data).hexdigest()}"' in page.text
    rpcs = " ".join(trustfile.parse(data).rpcs)
    assert f"connect-src 'self' {rpcs};" in page.headers["content-security-policy"]
    assert "connect-src 'self';" in service.client.get("/").headers["content-security-policy"]


def test_a_policy_holds_origins_and_nothing_else_of_an_endpoint() -> None:
    policy = policy_with(
        ["https://user:key@one.example:8545/v2/secret?x=1", "http://[::1]:9/", "https://two.example; script-src *",
         "ftp://three.example", "https://one.example:8545/other"]
    )  # fmt: skip
    assert "connect-src 'self' https://one.example:8545 http://[::1]:9;" in policy
    assert "two.example" not in policy
    assert "secret" not in policy
    assert "key" not in policy


def test_a_script_is_asked_for_with_all_that_it_needs(tmp_path: Path) -> None:
    manifest = {
        "a.ts": {"file": "a-1.js", "imports": ["_b.js", "_c.js"]},
        "_b.js": {"file": "b-2.js", "imports": ["_c.js", "a.ts"]},
        "_c.js": {"file": "c-3.js"},
        "_d.js": {"file": "d-4.js"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assets = Assets.read(tmp_path)
    assert assets.preloads("a.ts", "none.ts") == ("/assets/a-1.js", "/assets/b-2.js", "/assets/c-3.js")
    assert Assets.read(tmp_path / "empty").preloads("a.ts") == ()


def test_a_lot_of_which_nothing_is_anchored_is_shown_with_what_is_pending(service: Service) -> None:
    service.born()
    size = service.anchor()
    service.verdict("NEVER")
    lot = service.born()
    trust = trustfile.parse(service.client.get("/trust.json").content)
    chain = TrustedChain(trust)
    for query in ({"size": size}, {}):
        response = service.client.get("/api/v1/proof", params={"subject": f"{PRODUCT}/10/{lot}", **query})
        assert "immutable" not in response.headers["cache-control"]
        found = verify(response.content, trust, chain.answer(keys_of(response.content)), datetime.now(UTC))
        assert found.verdict.value == "recorded"
    chain.close()


def test_the_reference_of_the_api_is_a_page_that_needs_nothing_from_elsewhere(service: Service) -> None:
    page = service.client.get("/docs")
    assert page.status_code == 200
    paths = service.client.get("/openapi.json").json()["paths"]
    assert all(f"<code>{path}</code>" in page.text for path in paths)
    assert not re.search(r'<script(?! type="module" src="/assets/)', page.text)
    assert "//cdn" not in page.text


def keys_of(bundle: bytes) -> list[bytes]:
    from ledger.proof import bundle as bundles
    from ledger.proof.verify import recall_keys

    return recall_keys(bundles.parse(bundle))


def test_the_holder_of_a_key_sees_all_that_was_signed_with_it(service: Service) -> None:
    lot = service.born()
    size = service.anchor()
    kid = service.verdict(lot)["timeline"][0]["signer"]["kid"]
    uri = f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{kid}"
    response = service.client.get("/api/v1/proof", params={"subject": uri, "role": "by", "size": size})
    (first, *_) = response.json()["subjects"]
    assert (first["role"], first["uri"]) == ("by", uri)
    records = service.deployment.log.subject_entries(subject_key(Role.BY, uri), before=size)
    assert len(first["entries"]) == len(records) > 0
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_size_without_a_snapshot_has_no_bundle(service: Service) -> None:
    lot = service.born()
    service.anchor()
    response = service.client.get("/api/v1/proof", params={"subject": f"{PRODUCT}/10/{lot}", "size": 1})
    assert response.status_code == 404


def test_the_log_is_published_as_tiles_under_a_signed_checkpoint(service: Service) -> None:
    service.born()
    note = service.client.get("/checkpoint").text
    checkpoint = open_checkpoint(note, service.deployment.log_key, "nguon.localhost")
    assert checkpoint.size == service.size()
    width = min(checkpoint.size, 256)
    path = "/tile/entries/000" if width == 256 else f"/tile/entries/000.p/{width}"
    entries = service.client.get(path)
    assert "immutable" in entries.headers["cache-control"]
    assert len(parse_entry_bundle(entries.content)) == width
    hashes = service.client.get(path.replace("entries", "0"))
    assert len(hashes.content) == 32 * width
    assert service.client.get("/tile/entries/x001/000").status_code == 404
    assert service.client.get("/tile/0/1").json()["code"] == "tile.path"


def test_many_codes_are_checked_at_once(service: Service) -> None:
    lot = service.born()
    service.anchor()
    response = service.client.post("/api/v1/verify", json={"codes": [code(lot), code("NEVER"), "x"]})
    assert [answer["verdict"] for answer in response.json()["answers"]] == [
        "verified",
        "unknown",
        "malformed",
    ]
    assert service.client.post("/api/v1/verify", json={"codes": ["x"] * 101}).json()["code"] == "limit.size"


def test_a_code_without_a_lot_gets_no_verdict(service: Service) -> None:
    response = service.client.get(
        "/api/v1/verify", params={"code": "https://nguon.localhost/01/09521001000055"}
    )
    assert response.json()["verdict"] is None
    page = service.client.get("/01/09521001000055")
    assert "data-verdict" not in page.text


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/json")]
)
def test_a_tem_opens_a_page_in_a_browser_and_json_for_a_program(
    service: Service, accept: str, kind: str
) -> None:
    lot = service.born()
    service.anchor()
    response = service.client.get(f"/01/09521001000055/10/{lot}", headers={"Accept": accept})
    assert response.headers["content-type"].startswith(kind)
    assert "verified" in response.text
    if accept == "text/html":
        assert 'data-verdict="verified"' in response.text
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "unsafe" not in response.headers["content-security-policy"]


def test_a_percent_encoded_lot_is_found(service: Service) -> None:
    lot = "A/B" + service.new_lot()
    encoded = lot.replace("/", "%2F")
    listed = [{"epcClass": f"{PRODUCT}/10/{encoded}", "quantity": 5}]
    born = event(
        lot, action="ADD", bizStep="commissioning", quantityList=listed, ilmd={"cbvmda:lotNumber": lot}
    )
    assert service.capture(born).status_code == 202
    service.anchor()
    page = service.client.get(f"/01/09521001000055/10/{encoded}")
    assert 'data-verdict="verified"' in page.text


def test_changed_bytes_are_found_out_at_the_next_scan(tmp_path: Path) -> None:
    with running(Settings(data_dir=tmp_path / "data")) as service:
        lot = service.born()
        service.anchor()
        assert service.verdict(lot)["verdict"] == "verified"
        with service.deployment.accounts.begin() as connection:
            query = text('SELECT "index", jws FROM statement ORDER BY "index" DESC LIMIT 1')
            index, jws = connection.execute(query).one()
            head, payload, signature = jws.split(".")
            changed = f"{head}.{payload[:-4]}AAAA.{signature}"
            connection.execute(
                text('UPDATE statement SET jws = :jws WHERE "index" = :at'), {"jws": changed, "at": index}
            )
        answer = service.verdict(lot)
        assert answer["verdict"] == "tampered"
        assert answer["reasons"]
        page = service.client.get(f"/01/09521001000055/10/{lot}")
        assert 'data-verdict="tampered"' in page.text


def test_a_removed_entry_is_found_out_at_the_next_scan(tmp_path: Path) -> None:
    with running(Settings(data_dir=tmp_path / "data")) as service:
        lot = service.born()
        service.capture(event(lot))
        service.anchor()
        with service.deployment.accounts.begin() as connection:
            query = text("DELETE FROM subject_entry WHERE ordinal = 2 AND subject = :subject")
            connection.execute(query, {"subject": subject_key(Role.ABOUT, f"{PRODUCT}/10/{lot}")})
        assert service.verdict(lot)["verdict"] == "tampered"


def test_a_chain_that_does_not_answer_is_said_so(service: Service) -> None:
    lot = service.born()
    service.anchor()
    deployment = service.deployment
    deaf = deployment.verifier_for(deployment.trust, ["http://127.0.0.1:9"])
    found = deaf.check(code(lot)).verification
    assert found is not None
    assert found.verdict.value == "chain_unreachable"
    later = deployment.verifier_for(deployment.trust, at=datetime.now(UTC) + timedelta(days=2))
    stale = later.check(code(lot)).verification
    assert stale is not None
    assert stale.verdict.value == "stale"


def test_health_readiness_and_metrics(service: Service) -> None:
    assert service.client.get("/healthz").json()["chain"]["local"] is True
    service.born()
    service.anchor()
    ready = service.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["writer"] == "ok"
    metrics = service.client.get("/metrics").text
    assert "nguon_log_size" in metrics
    assert 'route="/epcis/v2/capture"' in metrics


def test_every_answer_names_its_request_and_is_guarded(service: Service) -> None:
    response = service.client.get("/healthz", headers={"X-Request-Id": "abcdefgh-1"})
    assert response.headers["x-request-id"] == "abcdefgh-1"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert service.client.get("/healthz", headers={"X-Request-Id": "a b\n"}).headers["x-request-id"] != "a b"


def test_the_openapi_document_has_examples_and_no_dangling_references(service: Service) -> None:
    described = service.client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/epcis/v2/capture" in described["paths"]
    flat = json.dumps(described)
    for part in flat.split('"$ref": "#/')[1:]:
        node = described
        for step in part.partition('"')[0].split("/"):
            node = node[step]
    operations = [item for path in described["paths"].values() for item in path.values()]
    assert all(operation.get("summary") for operation in operations)
    capture = described["paths"]["/epcis/v2/capture"]["post"]
    assert capture["requestBody"]["content"]["application/json"]["example"]
    assert "application/problem+json" in capture["responses"]["422"]["content"]
    assert service.client.get("/docs").status_code == 200


def test_an_unknown_address_is_a_problem_for_a_program_and_a_page_for_a_person(service: Service) -> None:
    assert service.client.get("/nope").json()["code"] == "http.not_found"
    page = service.client.get("/nope", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.text.startswith("<!doctype html>")
    assert service.client.delete("/checkpoint").json()["code"] == "http.method"


def test_what_nobody_foresaw_is_a_problem_with_an_id_and_tells_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(code: str) -> None:
        raise RuntimeError(f"a secret about {code}")

    monkeypatch.setattr(service.deployment.verifier, "check", fails)
    response = service.client.get("/api/v1/verify", params={"code": code("L1")})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == "internal"
    assert response.json()["request"]
    assert "secret" not in response.text


def test_a_head_request_is_a_get_without_its_body(service: Service) -> None:
    response = service.client.head("/trust.json")
    assert response.status_code == 200
    assert response.headers["etag"] == service.client.get("/trust.json").headers["etag"]
