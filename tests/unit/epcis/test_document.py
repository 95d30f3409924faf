"""Documents: their envelope, contexts, limits and master data; and samples whose dates move together."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.epcis.document import MAX_EVENTS, read_document
from ledger.epcis.shift import last_event_day, shift_times
from ledger.errors import EncodingError, LedgerError, RuleError
from tests.unit.epcis.test_event import CONTEXT, SAMPLES, observation

ROOT = Path(__file__).parents[3] / "samples"


def without_context() -> dict[str, Any]:
    return {name: member for name, member in observation().items() if name != "@context"}


def envelope(*events: Any, **members: Any) -> bytes:
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-02-28T10:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **members,
    }
    return json.dumps(document).encode()


def test_an_event_gets_the_document_s_context_first() -> None:
    document = read_document(envelope(without_context()))
    ((pointer, payload),) = document.events
    assert pointer == "/epcisBody/eventList/0"
    assert next(iter(payload)) == "@context"
    assert payload["@context"] == CONTEXT


def test_an_event_with_a_context_of_its_own_gets_both() -> None:
    own = {"farm": "https://farm.example/terms/"}
    document = read_document(envelope({**without_context(), "@context": [CONTEXT[0], own]}))
    assert document.events[0][1]["@context"] == [*CONTEXT, own]


def test_an_event_alone_is_a_document_of_one() -> None:
    document = read_document(json.dumps(observation()).encode())
    assert document.events == (("", observation()),)
    assert document.master == ()


def test_a_thousand_events_are_taken_and_one_more_is_not() -> None:
    assert len(read_document(envelope(*[without_context()] * MAX_EVENTS)).events) == MAX_EVENTS
    with pytest.raises(RuleError) as caught:
        read_document(envelope(*[without_context()] * (MAX_EVENTS + 1)))
    assert (caught.value.code, caught.value.pointer) == ("limit.events", "/epcisBody/eventList")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[]", "event.shape"),
        (b"{", "json.syntax"),
        (b'{"type":"EPCISDocument","type":"EPCISDocument"}', "json.duplicate_member"),
        (b'{"type":"EPCISQueryDocument"}', "document.query"),
        (envelope(creationDate=None), "event.shape"),
        (envelope(creationDate="2026-02-30T10:00:00Z"), "event.shape"),
        (envelope(type="Document"), "event.shape"),
        (envelope({**without_context(), "bizStep": "harvesting"}), "event.vocabulary"),
        (json.dumps(without_context()).encode(), "event.shape"),
        (envelope(schemaVersion="1.2"), "event.shape"),
        (envelope(epcisBody={}), "event.shape"),
        (envelope("event"), "event.shape"),
        (envelope(epcisHeader=[]), "event.shape"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, code: str) -> None:
    with pytest.raises((RuleError, EncodingError)) as caught:
        read_document(data)
    assert isinstance(caught.value, LedgerError)
    assert caught.value.code == code


def test_everything_wrong_with_the_shape_is_told_at_once_and_where() -> None:
    wrong = {**without_context(), "action": "add", "epclist": [], "readPoint": {}}
    with pytest.raises(RuleError) as caught:
        read_document(envelope(wrong, {**without_context(), "eventTime": "yesterday"}, schemaVersion="two"))
    assert {violation.pointer for violation in caught.value.violations} == {
        "/schemaVersion",
        "/epcisBody/eventList/0/action",
        "/epcisBody/eventList/0/epclist",
        "/epcisBody/eventList/0/readPoint",
        "/epcisBody/eventList/1/eventTime",
    }


def test_the_answer_to_a_query_is_read_where_it_is_wanted() -> None:
    results = {"queryName": "q", "resultsBody": {"eventList": [without_context()]}}
    answer = json.loads(envelope(type="EPCISQueryDocument", epcisBody={"queryResults": results}))
    data = json.dumps(answer).encode()
    ((pointer, payload),) = read_document(data, queries=True).events
    assert pointer == "/epcisBody/queryResults/resultsBody/eventList/0"
    assert payload["@context"] == CONTEXT
    with pytest.raises(RuleError) as caught:
        read_document(data)
    assert (caught.value.code, caught.value.pointer) == ("document.query", "/type")


def vocabulary(**element: Any) -> dict[str, Any]:
    listed = [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]
    return {"epcisMasterData": {"vocabularyList": listed}}


def test_master_data_is_keyed_by_canonical_uri_and_whole_attribute_names() -> None:
    header = vocabulary(
        id="urn:epc:idpat:sgtin:9521001.000005.*",
        attributes=[
            {"id": "cbvmda:descriptionShort", "attribute": "Trà"},
            {"id": "nguon:image", "attribute": "ni:///sha-256;a"},
            {"id": "nguon:image", "attribute": "ni:///sha-256;b"},
        ],
    )
    (item,) = read_document(envelope(epcisHeader=header)).master
    assert item.id == "https://id.gs1.org/01/09521001000055"
    assert item.type == "urn:epcglobal:epcis:vtype:EPCClass"
    assert item.attributes == {
        "urn:epcglobal:cbv:mda:descriptionShort": "Trà",
        "https://w3id.org/nguon/epcis/image": ["ni:///sha-256;a", "ni:///sha-256;b"],
    }
    assert item.pointer == "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0"


def test_master_data_of_a_wrong_number_is_refused_where_it_is() -> None:
    with pytest.raises(RuleError) as caught:
        read_document(envelope(epcisHeader=vocabulary(id="https://id.gs1.org/01/09521001000054")))
    assert caught.value.code == "gs1.check_digit"
    assert caught.value.pointer.endswith("/vocabularyElementList/0/id")


def test_the_samples_are_whole_and_every_document_is_of_one_signer() -> None:
    signers = json.loads((ROOT / "signers.json").read_text(encoding="utf-8"))
    stems = {signer["folder"]: (signer["org"], tuple(signer["stems"])) for signer in signers["signers"]}
    assert sorted(signers["order"]) == sorted(str(path.relative_to(ROOT)) for path in SAMPLES)
    counts: dict[str, int] = {}
    described: set[str] = set()
    times: dict[str, list[str]] = {"herb": [], "rice": [], "honey": []}
    for name in signers["order"]:
        folder = name.rpartition("/")[0]
        org, own = stems[folder]
        document = read_document((ROOT / name).read_bytes())
        for _, event in document.events:
            place: Any = event.get("readPoint") or event["bizLocation"]
            assert place["id"].startswith(own)
            times[folder.partition("/")[0]].append(str(event["eventTime"]))
            counts[folder] = counts.get(folder, 0) + 1
        for item in document.master:
            assert item.id.startswith(own)
            described.add(item.id)
        assert org in described
    assert counts == {
        "herb/cooperative": 20,
        "herb/shop": 5,
        "herb/laboratory": 1,
        "rice/cooperative": 21,
        "rice/retailer": 6,
        "rice/laboratory": 1,
        "honey/cooperative": 23,
        "honey/laboratory": 3,
        "honey/shop": 4,
    }
    assert all(listed == sorted(listed) for listed in times.values())


def test_all_dates_of_a_sample_move_together() -> None:
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in SAMPLES]
    assert last_event_day(documents) == date(2026, 3, 2)
    moved = [shift_times(document, 300) for document in documents]
    assert last_event_day(moved) == date(2026, 12, 27)
    back = [shift_times(document, -300) for document in moved]
    assert back == documents
    texts = json.dumps(moved, ensure_ascii=False)
    assert '"cbvmda:itemExpirationDate": "2028-11-12"' in texts
    assert '"nguon:period": "2026-11-10/2026-11-16"' in texts
    assert '"https://w3id.org/nguon/epcis/validUntil", "attribute": "2028-10-26"' in texts
    assert '"eventTime": "2026-11-16T07:15:00+07:00"' in texts
    assert '"startTime": "2026-11-03T05:00:00+07:00"' in texts
    assert '"declarationTime": "2026-09-16T20:05:00+07:00"' in texts
    assert '"creationDate": "2027-01-14T09:00:00+07:00"' in texts
    assert "THV260116" in texts


def test_what_only_looks_like_a_date_stays() -> None:
    document: dict[str, Any] = {
        "a": "2026-13-01",
        "b": "LOT-2026-01-01",
        "c": "2026-01-01/",
        "d": "9999-12-31",
        "e": 20260101,
    }
    assert shift_times(document, 30) == document


def test_documents_without_events_have_no_last_day() -> None:
    with pytest.raises(ValueError, match="no document"):
        last_event_day([{"epcisBody": {"eventList": []}}, {}])
