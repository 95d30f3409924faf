"""Labels and recalls: rolls of tem never exceed their lot; a recall is seen at once."""

from apikit import GROWER, PRODUCT, Service

from ledger.statement.subjects import Role, subject_key

LOTS = "/api/v1/lots/09521001000055"


def test_a_roll_is_issued_and_its_tem_verify_once_anchored(service: Service) -> None:
    lot = service.born(30)
    response = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 20}, headers=service.grower)
    assert response.status_code == 201, response.text
    roll = response.json()
    assert len(roll["root"]) == 64
    assert len(roll["codes"]) == 10
    assert roll["codes"][0].startswith(f"https://nguon.localhost/01/09521001000055/10/{lot}/21/")
    serial = roll["codes"][3].rpartition("/")[2]
    assert service.verdict(lot, serial)["verdict"] == "recorded"
    service.anchor()
    answer = service.verdict(lot, serial)
    assert answer["verdict"] == "verified"
    assert answer["tem"] == {"serial": serial, "index": 3, "roll": roll["roll"], "count": 20, "issued": 20}
    assert service.verdict(lot, serial[:-1] + ("0" if serial[-1] != "0" else "1"))["verdict"] == "unknown"


def test_a_roll_beyond_what_the_lot_holds_is_refused(service: Service) -> None:
    lot = service.born(30)
    assert service.client.post(f"{LOTS}/{lot}/tem", json={"count": 30}, headers=service.grower).is_success
    size = service.size()
    refused = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 1}, headers=service.grower)
    assert (refused.status_code, refused.json()["code"]) == (422, "balance.exceeded")
    assert service.size() == size
    nothing = service.client.post(f"{LOTS}/NEVER/tem", json={"count": 1}, headers=service.grower)
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found.lot")


def test_only_who_issued_a_roll_gets_its_codes(service: Service) -> None:
    lot = service.born(30)
    roll = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 15}, headers=service.grower).json()
    url = f"{LOTS}/{lot}/tem/{roll['roll']}"
    listed = service.client.get(url, params={"start": 10, "count": 3}, headers=service.grower).json()
    assert len(listed["codes"]) == 3
    assert listed["next"].endswith("start=13&count=3")
    whole = service.client.get(url, headers=service.operator).json()
    assert whole["codes"][:10] == roll["codes"]
    assert whole["next"] is None
    assert service.client.get(url, headers=service.shop).json()["code"] == "not_found.roll"
    assert service.client.get(url).status_code == 401


def test_others_neither_label_nor_recall_a_lot(service: Service) -> None:
    lot = service.born(30)
    size = service.size()
    roll = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 1}, headers=service.shop)
    assert (roll.status_code, roll.json()["code"]) == (403, "authority.stems")
    recall = service.client.post(f"{LOTS}/{lot}/recall", json={"reason": "x"}, headers=service.shop)
    assert (recall.status_code, recall.json()["code"]) == (403, "authority.stems")
    assert service.size() == size


def test_a_recall_is_seen_at_once_and_a_release_once_anchored(service: Service) -> None:
    lot = service.born()
    service.anchor()
    recall = service.client.post(f"{LOTS}/{lot}/recall", json={"reason": "Cd"}, headers=service.grower)
    assert recall.status_code == 202
    assert service.verdict(lot)["verdict"] == "recalled"
    assert service.verdict(lot)["recall"]["by"] == GROWER
    service.client.post(f"{LOTS}/{lot}/release", json={"reason": "tested again"}, headers=service.grower)
    assert service.verdict(lot)["verdict"] == "recalled"
    service.anchor()
    assert service.verdict(lot)["verdict"] == "verified"


def test_a_recall_of_some_serials_spares_the_others(service: Service) -> None:
    lot = service.born(30)
    codes = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 5}, headers=service.grower).json()[
        "codes"
    ]
    serials = [code.rpartition("/")[2] for code in codes]
    service.anchor()
    sent = {"reason": "torn", "serials": serials[:2]}
    assert service.client.post(f"{LOTS}/{lot}/recall", json=sent, headers=service.grower).status_code == 202
    service.anchor()
    assert service.verdict(lot, serials[0])["verdict"] == "recalled"
    assert service.verdict(lot, serials[4])["verdict"] == "verified"
    assert service.verdict(lot)["verdict"] == "recalled"


def test_the_operator_acts_for_who_speaks_for_the_lot(service: Service) -> None:
    lot = service.born(30)
    roll = service.client.post(f"{LOTS}/{lot}/tem", json={"count": 1}, headers=service.operator)
    assert roll.status_code == 201
    elsewhere = "/api/v1/lots/09506000134352/L1/recall"
    refused = service.client.post(elsewhere, json={"reason": "x"}, headers=service.operator)
    assert (refused.status_code, refused.json()["code"]) == (403, "authority.stems")


def test_malformed_orders_are_refused(service: Service) -> None:
    lot = service.born(30)
    size = service.size()
    for path, sent in [
        ("tem", {}),
        ("tem", {"count": "5"}),
        ("tem", {"count": True}),
        ("recall", {}),
        ("recall", {"reason": "x", "serials": []}),
        ("recall", {"reason": "x", "serials": [1]}),
        ("release", {"reason": " "}),
    ]:
        response = service.client.post(f"{LOTS}/{lot}/{path}", json=sent, headers=service.grower)
        assert response.status_code == 400, (path, sent)
    wrong_digit = service.client.post(
        f"/api/v1/lots/09521001000056/{lot}/tem", json={"count": 1}, headers=service.grower
    )
    assert wrong_digit.json()["code"] == "gs1.check_digit"
    short = service.client.post("/api/v1/lots/123/L/tem", json={"count": 1}, headers=service.grower)
    assert short.json()["code"] == "http.parameter"
    assert service.size() == size


def test_the_contract_shows_what_the_log_recalls_as_a_whole_until_it_is_released(service: Service) -> None:
    lot, other = service.born(), service.born(30)
    chain = service.deployment.chain
    key, partial = (subject_key(Role.ABOUT, f"{PRODUCT}/10/{name}") for name in (lot, other))
    service.client.post(f"{LOTS}/{lot}/recall", json={"reason": "Cd"}, headers=service.grower)
    sent = {"reason": "torn", "serials": ["00000AAAAAAAAAAAA"]}
    service.client.post(f"{LOTS}/{other}/recall", json=sent, headers=service.grower)
    service.anchor()
    assert chain.answer([key, partial]).recalled == {key}
    reasons = {reason["code"] for reason in service.verdict(lot)["reasons"]}
    assert reasons == {"recall.entry", "recall.contract"}
    service.client.post(f"{LOTS}/{lot}/release", json={"reason": "tested again"}, headers=service.grower)
    service.anchor()
    assert chain.answer([key]).recalled == frozenset()
    assert service.verdict(lot)["verdict"] == "verified"
