"""No tem before the lot's product line is told: the honey's jars wait for the laboratory."""

import json
from pathlib import Path
from typing import Any

import pytest
from apikit import Service, bearer

from coop.accounts.actions import add_organisation, issue_api_key

ROOT = Path(__file__).parents[3]
TEM = "/api/v1/lots/09521003000046/MB250529/tem"


def _capture(service: Service, headers: dict[str, str], *, leave_out: str = "") -> None:
    for path in sorted((ROOT / "samples/honey").glob("*/*.jsonld"), key=lambda path: path.name):
        if path.name[:2] in ("09", "10", "11") or path.name == leave_out:
            continue
        answer = service.client.post("/epcis/v2/capture", content=path.read_bytes(), headers=headers)
        assert answer.status_code == 202, answer.text


@pytest.fixture
def operator(service: Service) -> dict[str, str]:
    deployment = service.deployment
    for signer in json.loads((ROOT / "samples/signers.json").read_bytes())["signers"]:
        if signer["folder"].startswith("honey/"):
            if not deployment.log.key_records(signer["org"]):
                add_organisation(deployment.accounts, signer["org"], signer["name"], deployment.clock())
            deployment.host_key(signer["org"], role=signer["role"], stems=signer["stems"])
    return bearer(issue_api_key(deployment.accounts, None, deployment.clock()).secret)


def _order(service: Service, headers: dict[str, str], **more: str) -> Any:
    return service.client.post(TEM, json={"count": 12}, headers={**headers, **more})


def test_honey_without_its_laboratory_gets_no_tem_and_is_told_what_is_missing(
    service: Service, operator: dict[str, str]
) -> None:
    _capture(service, operator, leave_out="07-test.jsonld")
    before = service.size()
    refused = _order(service, operator, **{"Accept-Language": "vi"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tem.missing")
    needs = {item["params"]["need"] for item in refused.json()["violations"]}
    assert needs >= {"inspecting", "measured_moisture", "measured_hmf"}
    assert any("kết quả kiểm nghiệm đạt" in item["detail"] for item in refused.json()["violations"])
    assert service.size() == before


def test_honey_with_all_that_its_line_asks_for_gets_its_tem(
    service: Service, operator: dict[str, str]
) -> None:
    _capture(service, operator)
    answer = _order(service, operator)
    assert answer.status_code == 201, answer.text
