"""Every fact that was derived by hand from the samples comes out of the captured log, through the API."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from apikit import Service, bearer, running

from coop.accounts.actions import add_organisation, issue_api_key
from ledger.gs1 import digital_link
from nguon.settings import Settings

ROOT = Path(__file__).parents[3]
EXPECTED: dict[str, Any] = {
    name: facts
    for vectors in ("scenarios", "honey")
    for name, facts in json.loads((ROOT / f"tests/vectors/{vectors}.json").read_bytes())["scenarios"].items()
}
FOLDERS = {"herb-tra-hoa-vang": "herb", "rice-nep-hat-cau": "rice", "honey-rung-cuc-phuong": "honey"}
HONEY = json.loads((ROOT / "tests/vectors/honey.json").read_bytes())


class Captured:
    """A service that took the samples in, and which events came of which scenario, in order."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.ids: dict[str, list[str]] = {}
        deployment = service.deployment
        index = json.loads((ROOT / "samples/signers.json").read_bytes())
        for signer in index["signers"]:
            if deployment.log.key_records(signer["org"]):
                continue
            add_organisation(deployment.accounts, signer["org"], signer["name"], deployment.clock())
            deployment.host_key(signer["org"], role=signer["role"], stems=signer["stems"])
        self.operator = bearer(issue_api_key(deployment.accounts, None, deployment.clock()).secret)
        for name, folder in FOLDERS.items():
            files = sorted((ROOT / "samples" / folder).glob("*/*.jsonld"), key=lambda path: path.name)
            for path in files:
                answer = service.client.post(
                    "/epcis/v2/capture", content=path.read_bytes(), headers=self.operator
                )
                assert answer.status_code == 202, answer.text
                self.ids.setdefault(name, []).extend(answer.json()["eventIDs"])

    def get(self, path: str, **query: Any) -> Any:
        answer = self.service.client.get(path, params=query, headers=self.operator)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lot(self, uri: str, **query: Any) -> Any:
        link = digital_link.parse(uri)
        return self.get(f"/api/v1/lots/{link.gtin}/{quote(link.lot or '', safe='')}", **query)

    def events(self, name: str) -> list[dict[str, Any]]:
        """The scenario's events, as the query interface gives them."""
        found = self.get("/epcis/v2/events", eventID=",".join(dict.fromkeys(self.ids[name])), perPage=1000)
        listed: list[dict[str, Any]] = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return listed

    def lots(self) -> list[str]:
        return [item["uri"] for item in self.get("/api/v1/lots", perPage=200)["lots"]]


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Captured]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("scenarios") / "nguon", anchor_max_seconds=1)
    with running(settings, organisations=False) as service:
        yield Captured(service)


@pytest.mark.parametrize("name", FOLDERS)
def test_events_and_what_was_withdrawn(captured: Captured, name: str) -> None:
    expected, events = EXPECTED[name], captured.events(name)
    assert len(events) == expected["events"]
    assert Counter(event["type"] for event in events) == expected["byType"]
    withdrawn = [event["eventID"] for event in events if "errorDeclaration" in event]
    assert withdrawn == expected["erroneousEventIDs"]


@pytest.mark.parametrize("name", FOLDERS)
def test_mass_balance(captured: Captured, name: str) -> None:
    steps = {
        step["eventID"]: step
        for uri in captured.lots()
        for step in captured.lot(uri)["balance"]
        if step["eventID"] in captured.ids[name]
    }
    order = captured.ids[name]
    found = [
        {
            "event": order.index(event_id),
            **{key: step[key] for key in ("bizStep", "inputKg", "outputKg", "yieldPct")},
        }
        for event_id, step in sorted(steps.items(), key=lambda item: order.index(item[0]))
    ]
    expected = [{key: row[key] for key in row if key != "note"} for row in EXPECTED[name]["massBalance"]]
    assert found == expected
    assert all(f"{step['yieldPct']:.2f} %" in step["arithmetic"] for step in steps.values())


@pytest.mark.parametrize("name", FOLDERS)
def test_trace_back(captured: Captured, name: str) -> None:
    of = EXPECTED[name]["traceBack"]["of"]
    link = digital_link.parse(of)
    if link.serial is None:
        answer = captured.lot(of)
    else:
        found = captured.get("/api/v1/lots", q=of)["lots"]
        (lot,) = [item["uri"] for item in found if item["gtin"] == link.gtin]
        answer = captured.lot(lot, serial=unquote(link.serial))
    up = answer["lineage"]["up"]
    made_of = sorted(kin["uri"] for kin in up if kin["material"] and "/10/" in kin["uri"])
    assert made_of == EXPECTED[name]["traceBack"]["classesAndLots"]


@pytest.mark.parametrize("name", FOLDERS)
def test_final_dispositions_of_serials(captured: Captured, name: str) -> None:
    total: Counter[str] = Counter()
    ids = set(captured.ids[name])
    for uri in captured.lots():
        answer = captured.lot(uri)
        born = captured.get("/epcis/v2/events", MATCH_anyEPC=uri, perPage=1000)
        events = born["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        if {event["eventID"] for event in events} & ids:
            total += Counter(answer["summary"]["dispositions"])
    assert total == EXPECTED[name]["finalDispositionOfSerials"]


@pytest.mark.parametrize("name", FOLDERS)
def test_persistent_dispositions_of_lots(captured: Captured, name: str) -> None:
    expected = EXPECTED[name]["persistentDispositions"]
    assert {uri: captured.lot(uri)["summary"]["persistentDispositions"] for uri in expected} == expected


@pytest.mark.parametrize("name", [name for name in FOLDERS if "recallCoverage" in EXPECTED[name]])
def test_recall_coverage(captured: Captured, name: str) -> None:
    expected = EXPECTED[name]["recallCoverage"]
    covered = captured.lot(expected["lot"])["recallCoverage"]
    assert {key: covered[key] for key in expected} == expected


@pytest.mark.parametrize("uri", HONEY["lineage"])
def test_lineage_with_what_was_applied(captured: Captured, uri: str) -> None:
    up = captured.lot(uri)["lineage"]["up"]
    assert sorted(kin["uri"] for kin in up) == HONEY["lineage"][uri]


def test_what_a_recall_would_forget_is_told_before_it_is_signed(captured: Captured) -> None:
    herb = EXPECTED["herb-tra-hoa-vang"]["recallCoverage"]
    link = digital_link.parse(herb["lot"])
    path = f"/api/v1/lots/{link.gtin}/{link.lot}/recall/coverage"
    size = captured.service.size()
    serial = herb["notNamed"][0].rpartition("/21/")[2]
    covered = captured.get(path, serials=serial)
    assert (covered["born"], covered["recalled"]) == (29, 25)
    assert covered["notNamed"] == herb["notNamed"][1:]
    assert captured.get(path)["notNamed"] == []
    dried = digital_link.parse("https://id.gs1.org/01/09521001000048/10/D260114")
    covered = captured.get(f"/api/v1/lots/{dried.gtin}/{dried.lot}/recall/coverage")
    assert [kin["uri"] for kin in covered["daughters"]] == [herb["lot"]]
    answer = captured.service.client.post(
        f"/api/v1/lots/{link.gtin}/{link.lot}/recall?preview=true",
        json={"reason": "Cd", "serials": [serial]},
        headers=captured.operator,
    )
    assert (answer.status_code, answer.json()["notNamed"]) == (200, herb["notNamed"][1:])
    assert captured.service.size() == size


def test_every_event_is_found_by_every_identifier_in_it(captured: Captured) -> None:
    def identifiers(value: object, member: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for name, item in value.items():
                if name not in ("@context", "type", "bizStep", "disposition", "sensorElementList"):
                    yield from identifiers(item, name)
        elif isinstance(value, list):
            for item in value:
                yield from identifiers(item, member)
        elif isinstance(value, str) and value.startswith(("urn:", "https://id.gs1.org/")):
            yield value

    for name in ("herb-tra-hoa-vang",):
        for event in captured.events(name):
            for uri in {*identifiers(event)}:
                found = captured.get("/epcis/v2/events", identifier=uri, perPage=1000)
                listed = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
                assert event["eventID"] in [item["eventID"] for item in listed], uri


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"q": "hoa tra say"}, "THV260116"),
        ({"q": "gao nep hat cau", "from": "2026-01-01"}, "NHC260110"),
        ({"product": "9521001000055"}, "THV260116"),
        ({"certificate": "KN26-0098"}, "D260114"),
        ({"certificate": "https://id.gs1.org/253/9521001000017GACP2024-017"}, "H260108A"),
        ({"place": "9521001000024", "to": "2021-12-31"}, "CAY2021"),
        ({"org": "9521090000011"}, "D260114"),
    ],
)
def test_lots_are_found_by_what_is_known_of_them(
    captured: Captured, query: dict[str, str], number: str
) -> None:
    assert number in [item["lot"] for item in captured.get("/api/v1/lots", **query)["lots"]]


def test_warnings_are_shown_with_their_event_and_their_lot(captured: Captured) -> None:
    honey = captured.ids["honey-rung-cuc-phuong"]
    for warned in HONEY["warnings"]:
        event_id = honey[warned["event"]]
        answer = captured.get(f"/epcis/v2/events/{event_id}")
        assert [item["code"] for item in answer["nguon:warnings"][event_id]] == [warned["code"]]


def test_answers_on_lineage_are_those_of_a_verified_bundle(captured: Captured) -> None:
    captured.service.anchor()
    for name in FOLDERS:
        of = EXPECTED[name]["traceBack"]["of"]
        link = digital_link.parse(of)
        lot = of
        if link.serial is not None:
            found = captured.get("/api/v1/lots", q=of)["lots"]
            (lot,) = [item["uri"] for item in found if item["gtin"] == link.gtin]
        target = digital_link.parse(lot)
        code = f"https://nguon.localhost/01/{target.gtin}/10/{target.lot}"
        code += f"/21/{link.serial}" if link.serial else ""
        verified = captured.get("/api/v1/verify", code=code)
        query = {"serial": unquote(link.serial)} if link.serial else {}
        up = captured.lot(lot, **query)["lineage"]["up"]
        assert {kin["uri"]: set(kin["wentInto"]) for kin in up} == {
            ancestor["uri"]: set(ancestor["children"]) for ancestor in verified["ancestors"]
        }
        assert up
