"""Bad input: each a clear problem with a stable code, and nothing half-recorded."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from apikit import (
    GROWER,
    PLACE,
    PRODUCT,
    Service,
    ago,
    bearer,
    birth,
    code,
    document,
    event,
)
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.encoding import canonical_json
from ledger.statement.jws import Header, Jwk, Typ, sign
from nguon.registrar import request


@pytest.fixture(autouse=True)
def _nothing_is_recorded(service: Service) -> Iterator[None]:
    """Whatever a test of this module sends, the log is no longer afterwards."""
    before = service.size()
    yield
    assert service.size() == before


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].endswith(code)
    return problem


def send(service: Service, data: bytes) -> Any:
    return service.client.post("/epcis/v2/capture", content=data, headers=service.grower)


def test_malformed_json(service: Service) -> None:
    refused(send(service, b'{"type": "EPCISDocument", '), 400, "json.syntax")


def test_a_duplicate_member(service: Service) -> None:
    data = json.dumps(document(event("L1"))).replace('"action"', '"action": "ADD", "action"', 1)
    refused(send(service, data.encode()), 400, "json.duplicate_member")


def test_a_wrong_check_digit(service: Service) -> None:
    wrong = [{"epcClass": "https://id.gs1.org/01/09521001000056/10/L1", "quantity": 1}]
    problem = refused(service.capture(event("L1", quantityList=wrong)), 422, "gs1.check_digit")
    assert problem["violations"][0]["pointer"].startswith("/epcisBody/eventList/0/quantityList/0")


def test_what_the_schema_finds_is_told_where_it_is_and_in_the_reader_s_language(service: Service) -> None:
    data = json.dumps(document(event("L1", action="add", readPoint={}))).encode()
    headers = {**service.grower, "Accept-Language": "vi"}
    response = service.client.post("/epcis/v2/capture", content=data, headers=headers)
    problem = refused(response, 422, "event.shape")
    assert {item["pointer"]: item["detail"] for item in problem["violations"]} == {
        "/epcisBody/eventList/0/action": "action phải là một trong ADD, OBSERVE, DELETE, không phải add.",
        "/epcisBody/eventList/0/readPoint": "Thiếu id.",
    }


def test_the_answer_to_a_query_is_not_captured(service: Service) -> None:
    answer = {**document(event("L1")), "type": "EPCISQueryDocument"}
    refused(send(service, json.dumps(answer).encode()), 422, "document.query")


def test_an_event_time_in_the_future(service: Service) -> None:
    problem = refused(service.capture(event("L1", eventTime=ago(minutes=-10))), 422, "time.future")
    assert problem["violations"][0]["pointer"] == "/epcisBody/eventList/0/eventTime"


def test_one_wrong_event_refuses_the_whole_document(service: Service) -> None:
    refused(service.capture(birth("L1"), event("L1", eventTime=ago(minutes=-10))), 422, "time.future")


def test_an_event_of_70_kilobytes(service: Service) -> None:
    refused(service.capture(event("L1", **{"nguon:note": "x" * 70_000})), 413, "limit.size")


def test_1001_events(service: Service) -> None:
    refused(service.capture(*(event("L1") for _ in range(1001))), 413, "limit.events")


def test_an_enormous_body(service: Service) -> None:
    response = service.client.post("/api/v1/verify", content=b" " * 600_000)
    refused(response, 413, "limit.size")


def test_a_place_of_another_organisation(service: Service) -> None:
    elsewhere = {"id": "https://id.gs1.org/414/9521090000035"}
    refused(service.capture(event("L1", readPoint=elsewhere)), 403, "authority.stems")


# --- statements that their senders sign


def signed(lot: str, private: ec.EllipticCurvePrivateKey, about: tuple[str, ...] | None = None) -> str:
    payload = {"@context": document()["@context"], **event(lot)}
    header = Header(Jwk.from_public(private.public_key()).kid, Typ.EPCIS, about or (f"{PRODUCT}/10/{lot}",))
    return sign(header, canonical_json(payload), private).raw


def state(service: Service, *statements: str) -> Any:
    return service.client.post("/api/v1/statements", json=list(statements), headers=service.grower)


class TestKeys:
    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _keys(service: Service, request: pytest.FixtureRequest) -> None:
        request.cls.own = admitted(service, GROWER)
        request.cls.foreign = admitted(service, "https://id.gs1.org/417/9521090000028", role="laboratory")
        request.cls.revoked = admitted(service, GROWER)
        kid = Jwk.from_public(request.cls.revoked.public_key()).kid
        deployment = service.deployment
        deployment.registrar_desk.revoke(deployment.log.key_record(kid), kid)

    def test_an_unknown_key(self, service: Service) -> None:
        stranger = ec.generate_private_key(ec.SECP256R1())
        problem = refused(state(service, signed("L1", stranger)), 403, "authority.key")
        assert problem["params"]["why"] == "unknown"

    def test_a_revoked_key(self, service: Service) -> None:
        problem = refused(state(service, signed("L1", self.revoked)), 403, "authority.key")
        assert problem["params"]["why"] == "revoked"

    def test_a_foreign_key(self, service: Service) -> None:
        problem = refused(state(service, signed("L1", self.foreign)), 403, "authority.key")
        assert problem["params"]["why"] == "foreign"

    def test_a_forged_about(self, service: Service) -> None:
        forged = signed("L1", self.own, about=(f"{PRODUCT}/10/OTHER",))
        refused(state(service, forged), 422, "statement.filing")

    def test_a_changed_payload(self, service: Service) -> None:
        head, _, signature = signed("L1", self.own).split(".")
        payload = signed("L2", self.own).split(".")[1]
        refused(state(service, f"{head}.{payload}.{signature}"), 422, "statement.signature")

    def test_a_statement_of_70_kilobytes(self, service: Service) -> None:
        refused(state(service, "x" * 70_000), 413, "limit.size")

    def test_no_statements(self, service: Service) -> None:
        refused(state(service), 422, "statement.syntax")

    own: ec.EllipticCurvePrivateKey
    foreign: ec.EllipticCurvePrivateKey
    revoked: ec.EllipticCurvePrivateKey


def admitted(service: Service, org: str, role: str = "member") -> ec.EllipticCurvePrivateKey:
    private = ec.generate_private_key(ec.SECP256R1())
    stems = [org, "https://id.gs1.org/01/0952100100", PLACE] if org == GROWER else [org]
    now = service.deployment.clock()
    service.deployment.registrar_desk.admit(request(private, org, role=role, stems=stems, now=now))
    return private


# --- callers


def test_no_api_key(service: Service) -> None:
    response = service.capture(birth("L1"), headers={})
    refused(response, 401, "auth.missing")
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_an_api_key_that_nobody_has(service: Service) -> None:
    refused(service.capture(birth("L1"), headers=bearer("ngk_" + "A" * 43)), 401, "auth.unknown")


def test_an_organisation_that_acts_for_another(service: Service) -> None:
    url = "/epcis/v2/capture?org=https://id.gs1.org/417/9521090000011"
    refused(
        service.client.post(url, json=document(birth("L1")), headers=service.grower), 403, "authority.org"
    )


# --- codes


@pytest.mark.parametrize(
    ("scanned", "why"),
    [
        (code("L1").replace("nguon.localhost", "shop.example"), "dl.host"),
        (code("L1").replace("nguon.localhost", "id.gs1.org"), "dl.host"),
        (code("L1").replace("09521001000055", "09521001000056"), "gs1.check_digit"),
        ("hello", "dl.syntax"),
        ("", "dl.syntax"),
        ("https://nguon.localhost/", "dl.syntax"),
    ],
)
def test_what_is_no_code_of_ours_is_malformed(service: Service, scanned: str, why: str) -> None:
    response = service.client.get("/api/v1/verify", params={"code": scanned})
    assert response.status_code == 200
    assert response.json()["verdict"] == "malformed"
    assert [reason["code"] for reason in response.json()["reasons"]] == [why]


def test_the_host_ignores_case_and_the_rest_does_not(service: Service) -> None:
    upper = code("L1").replace("https://nguon.localhost", "HTTPS://NGUON.LOCALHOST")
    assert service.client.get("/api/v1/verify", params={"code": upper}).json()["verdict"] != "malformed"


def test_a_problem_is_told_in_vietnamese_to_who_prefers_it(service: Service) -> None:
    headers = {**service.grower, "Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}
    response = service.client.post("/epcis/v2/capture", content=b"{", headers=headers)
    assert response.headers["content-language"] == "vi"
    assert response.json()["detail"] == "Dữ liệu không phải JSON đúng cú pháp."
