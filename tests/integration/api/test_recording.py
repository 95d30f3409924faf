"""Recording: capture, signed statements, receipts, and finding events again."""

import base64
import json
from datetime import UTC, datetime, timedelta

from apikit import GROWER, PRODUCT, Service, ago, birth, document, event

from ledger.log import merkle
from ledger.log.leaf import StatementLeaf, parse_leaf
from ledger.log.note import open_checkpoint, parse_tlog_proof
from ledger.statement.subjects import Role, subject_key


def test_a_capture_is_answered_with_receipts_that_hold(service: Service) -> None:
    lot = service.new_lot()
    response = service.capture(birth(lot))
    assert response.status_code == 202
    body = response.json()
    assert response.headers["location"] == f"/epcis/v2/capture/{body['captureID']}"
    receipt = body["receipts"][0]
    leaf = base64.b64decode(receipt["leaf"])
    proof = parse_tlog_proof(receipt["proof"])
    checkpoint = open_checkpoint(proof.checkpoint_note, service.deployment.log_key, "nguon.localhost")
    hashed = merkle.leaf_hash(leaf)
    merkle.verify_inclusion(hashed, receipt["index"], checkpoint.size, proof.hashes, checkpoint.root)
    read = parse_leaf(leaf)
    assert isinstance(read, StatementLeaf)
    assert read.ordinal_of(subject_key(Role.ABOUT, f"{PRODUCT}/10/{lot}")) == 1


def test_a_finished_capture_can_be_looked_up_by_who_made_it_only(service: Service) -> None:
    location = service.capture(birth(service.new_lot())).headers["location"]
    job = service.client.get(location, headers=service.grower).json()
    assert (job["running"], job["success"]) == (False, True)
    assert len(job["receipts"]) == 1
    assert service.client.get(location, headers=service.shop).status_code == 404
    assert service.client.get(location, headers=service.operator).status_code == 200
    assert service.client.get(location).status_code == 401


def test_the_same_document_again_gets_the_first_receipts(service: Service) -> None:
    sent = birth(service.new_lot())
    first = service.capture(sent).json()
    size = service.size()
    again = service.capture(sent).json()
    assert service.size() == size
    assert again["captureID"] == first["captureID"] or again["receipts"][0]["duplicate"]
    assert again["receipts"][0]["index"] == first["receipts"][0]["index"]
    assert again["receipts"][0]["duplicate"] is True
    assert again["eventIDs"] == first["eventIDs"]


def test_other_content_under_the_same_event_id_is_refused(service: Service) -> None:
    lot = service.born()
    sent = event(lot)
    assert service.capture(sent).status_code == 202
    size = service.size()
    response = service.capture({**sent, "disposition": "active"})
    assert (response.status_code, response.json()["code"]) == (409, "event.id_reused")
    assert service.size() == size


def test_master_data_describes_the_product(service: Service) -> None:
    lot = service.new_lot()
    element = {
        "id": PRODUCT,
        "attributes": [{"id": "urn:epcglobal:cbv:mda:descriptionShort", "attribute": "Trà hoa vàng"}],
    }
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}
    header = {"epcisMasterData": {"vocabularyList": [vocabulary]}}
    assert service.capture(birth(lot), epcisHeader=header).status_code == 202
    service.anchor()
    answer = service.verdict(lot)
    assert answer["verdict"] == "verified"
    assert "Trà hoa vàng" in json.dumps(answer["product"], ensure_ascii=False)


def test_an_event_comes_back_as_it_was_signed(service: Service) -> None:
    lot = service.born()
    sent = event(lot)
    service.capture(sent)
    found = service.client.get(f"/epcis/v2/events/{sent['eventID']}", headers=service.shop)
    assert found.headers["gs1-epcis-version"] == "2.0.0"
    body = found.json()
    assert body["type"] == "EPCISQueryDocument"
    listed = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [{name: value for name, value in item.items() if name != "@context"} for item in listed] == [sent]
    missing = service.client.get("/epcis/v2/events/urn:uuid:none", headers=service.shop)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found.event")


def test_events_are_found_by_lot_type_and_time_page_by_page(service: Service) -> None:
    lot = service.born()
    sent = [event(lot) for _ in range(3)]
    service.capture(*sent)
    query = {"MATCH_anyEPC": f"{PRODUCT}/10/{lot}", "perPage": 3, "eventType": "ObjectEvent"}
    page = service.client.get("/epcis/v2/events", params=query, headers=service.shop)
    assert len(listed(page)) == 3
    assert 'rel="next"' in page.headers["link"]
    following = page.headers["link"].partition(">")[0].lstrip("<")
    assert len(listed(service.client.get(following, headers=service.shop))) == 1
    later = {**query, "GE_recordTime": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    assert listed(service.client.get("/epcis/v2/events", params=later, headers=service.shop)) == []
    earlier = {**query, "GE_recordTime": ago(hours=1)}
    assert len(listed(service.client.get("/epcis/v2/events", params=earlier, headers=service.shop))) == 3


def test_without_a_lot_an_organisation_sees_what_it_signed(service: Service) -> None:
    lot, all_of_it = service.born(), {"perPage": 1000}
    for headers, sees in ((service.shop, False), (service.grower, True), (service.operator, True)):
        found = listed(service.client.get("/epcis/v2/events", params=all_of_it, headers=headers))
        assert (lot in str(found)) is sees
    assert service.client.get("/epcis/v2/events").status_code == 401


def test_the_operator_records_for_whoever_speaks_for_the_place(service: Service) -> None:
    response = service.capture(birth(service.new_lot()), headers=service.operator)
    assert response.status_code == 202


def test_api_keys_are_stored_as_hashes_only(service: Service) -> None:
    secret = service.grower["Authorization"].removeprefix("Bearer ")
    data = b"".join(path.read_bytes() for path in service.deployment.settings.data_dir.glob("nguon.db*"))
    assert secret.encode() not in data
    assert GROWER.encode() in data


def listed(response: object) -> list[object]:
    found: list[object] = response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]  # type: ignore[attr-defined]  # httpx types a reply as object
    return found


def test_a_bare_event_is_a_document_of_one(service: Service) -> None:
    lot = service.new_lot()
    sent = {"@context": document()["@context"], **birth(lot)}
    assert service.client.post("/epcis/v2/capture", json=sent, headers=service.grower).status_code == 202
