"""Rolls over HTTP: hidden codes and signatures for who issued them, spoiled tem, the arithmetic in words."""

from typing import Any

import pytest
from apikit import GROWER, PRODUCT, Service, birth, code

from ledger import digsig, hidden
from ledger.errors import ProofError
from ledger.proof import keyfile
from ledger.rolls import find_roll

LOTS = "/api/v1/lots/09521001000055"
GTIN = "09521001000055"


def issue(service: Service, lot: str, count: int, **more: Any) -> dict[str, Any]:
    answer = service.client.post(f"{LOTS}/{lot}/tem", json={"count": count, **more}, headers=service.grower)
    assert answer.status_code == 201, answer.text
    value: dict[str, Any] = answer.json()
    return value


def void(service: Service, lot: str, headers: dict[str, str] | None = None, **sent: Any) -> Any:
    sent = {"reason": "kẹt giấy", **sent}
    return service.client.post(f"{LOTS}/{lot}/tem/void", json=sent, headers=headers or service.grower)


def test_a_roll_with_a_second_layer_gives_its_hidden_codes_to_its_issuer_only(service: Service) -> None:
    lot = service.born(30)
    roll = issue(service, lot, 12, hidden=True)
    assert len(roll["hidden"]) == 64
    assert "hidden" not in str(roll["codes"])
    url = f"{LOTS}/{lot}/tem/{roll['roll']}"
    told = service.client.get(url, headers=service.grower)
    assert told.headers["cache-control"] == "private, no-store"
    codes, layer = told.json()["codes"], told.json()["hidden"]
    assert len(codes) == len(layer) == 12
    assert service.client.get(url).status_code == 401
    assert service.client.get(url, headers=service.shop).status_code == 404
    declared = find_roll(service.deployment.log, GTIN, lot, roll["roll"]).roll
    serial = codes[5].rpartition("/")[2]
    opening = service.deployment.slots.open(declared, serial, layer[5].lower())
    assert declared.hidden is not None
    hidden.check(opening, serial, layer[5], count=12, root=declared.hidden)
    with pytest.raises(ProofError):
        service.deployment.slots.open(declared, serial, layer[6])
    plain = issue(service, lot, 2)
    assert plain["hidden"] is None
    assert (
        service.client.get(f"{LOTS}/{lot}/tem/{plain['roll']}", headers=service.grower).json()["hidden"]
        is None
    )


def test_signed_codes_hold_with_the_keys_that_anybody_may_fetch(service: Service) -> None:
    lot = service.born(30)
    roll = issue(service, lot, 3)
    url = f"{LOTS}/{lot}/tem/{roll['roll']}"
    signed = service.client.get(url, params={"signed": "true", "count": 2}, headers=service.grower).json()
    assert signed["next"].endswith("signed=true")
    answer = service.client.get("/api/v1/keys")
    assert (
        service.client.get("/api/v1/keys", headers={"If-None-Match": answer.headers["etag"]}).status_code
        == 304
    )
    known = keyfile.open_keys(keyfile.parse(answer.content), service.deployment.trust)
    assert known.size == service.size()
    for link in signed["codes"]:
        sealed = digsig.check(link, known.records)
        assert (sealed.key.org, sealed.key.custody) == (GROWER, "hosted")
    service.anchor()
    for link in signed["codes"]:
        answer = service.client.get("/api/v1/verify", params={"code": link})
        assert answer.json()["verdict"] == "verified"


def test_spoiled_tem_are_voided_shown_as_void_and_replaced(service: Service) -> None:
    lot = service.born(20)
    roll = issue(service, lot, 20)
    url = f"{LOTS}/{lot}/tem"
    serials = [item.rpartition("/")[2] for item in roll["codes"]]
    assert service.client.post(url, json={"count": 1}, headers=service.grower).status_code == 422
    answer = void(service, lot, serials=serials[:2])
    assert answer.status_code == 202, answer.text
    assert len(answer.json()["receipts"]) == 1
    told = service.client.get(url, headers=service.grower).json()
    assert told["rolls"][0]["voided"] == sorted(serials[:2])
    assert told["balance"] == {
        "left": 2,
        "packs": 20,
        "issued": 20,
        "voided": 2,
        "kilograms": None,
        "packKilograms": None,
    }
    codes = service.client.get(f"{url}/{roll['roll']}", headers=service.grower).json()["codes"]
    assert len(codes) == 18
    assert code(lot, serials[0]) not in codes
    service.anchor()
    gone = service.verdict(lot, serials[0])
    assert (gone["verdict"], [reason["code"] for reason in gone["reasons"]]) == ("unknown", ["tem.voided"])
    assert service.verdict(lot, serials[2])["verdict"] == "verified"
    page = service.client.get(
        f"/01/{GTIN}/10/{lot}/21/{serials[0]}", headers={"Accept": "text/html", "Accept-Language": "vi"}
    )
    assert "Hợp tác xã đã hủy con tem này vì in hỏng" in page.text
    story = service.client.get(
        f"/01/{GTIN}/10/{lot}/21/{serials[2]}", headers={"Accept": "text/html", "Accept-Language": "vi"}
    )
    assert "Hủy tem in hỏng" in story.text
    issue(service, lot, 2)


def test_a_voided_roll_is_printed_no_more(service: Service) -> None:
    lot = service.born(20)
    roll = issue(service, lot, 20)
    assert void(service, lot, roll=roll["roll"]).status_code == 202
    url = f"{LOTS}/{lot}/tem"
    refused = service.client.get(f"{url}/{roll['roll']}", headers=service.grower)
    assert (refused.status_code, refused.json()["code"]) == (409, "tem.roll_voided")
    told = service.client.get(url, headers=service.grower).json()
    assert [item["stands"] for item in told["rolls"]] == [False]
    assert told["balance"]["left"] == 20
    assert service.client.get(f"{LOTS}/NEVER/tem", headers=service.grower).status_code == 404


def test_others_void_nothing_and_malformed_orders_are_refused(service: Service) -> None:
    lot = service.born(20)
    roll = issue(service, lot, 5)
    serial = roll["codes"][0].rpartition("/")[2]
    size = service.size()
    assert void(service, lot, service.shop, serials=[serial]).json()["code"] == "authority.stems"
    assert void(service, lot, service.shop, roll=roll["roll"]).status_code in (403, 409)
    for sent in (
        {},
        {"serials": []},
        {"serials": [serial], "roll": roll["roll"]},
        {"roll": 5},
        {"serials": [serial], "reason": " "},
        {"serials": ["0"] * 1_001},
    ):
        assert void(service, lot, **sent).status_code in (400, 413), sent
    assert void(service, lot, serials=["0" * 17]).json()["code"] == "not_found.tem"
    assert void(service, lot, roll="none").json()["code"] == "not_found.roll"
    refused = service.client.post(
        f"{LOTS}/{lot}/tem", json={"count": 1, "hidden": "yes"}, headers=service.grower
    )
    assert refused.json()["pointer"] == "/hidden"
    assert service.size() == size


@pytest.mark.parametrize(
    ("language", "first", "again"),
    [
        (
            "vi",
            "Chỉ còn in được 29 tem: 2,9 kg chia gói 100 g.",
            "Chỉ còn in được 9 tem: 2,9 kg chia gói 100 g được 29 gói, đã phát hành 20 tem, trong đó hủy 0.",
        ),
        (
            "en",
            "Only 29 tem are left: 2.9 kg in packs of 100 g make 29.",
            "Only 9 tem are left: 2.9 kg in packs of 100 g make 29, 20 tem were issued before, 0 of them voided.",
        ),
    ],
)
def test_too_many_tem_are_refused_with_the_arithmetic(
    service: Service, language: str, first: str, again: str
) -> None:
    lot = service.new_lot()
    born = birth(lot, **{"nguon:netWeightKg": 0.1})
    born["quantityList"] = [{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": 2.9, "uom": "KGM"}]
    assert service.capture(born).status_code == 202
    headers = {**service.grower, "Accept-Language": language}
    for words in (first, again):
        refused = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 30}, headers=headers)
        assert refused.status_code == 422
        assert refused.json()["detail"] == words
        if words == first:
            issue(service, lot, 20)
