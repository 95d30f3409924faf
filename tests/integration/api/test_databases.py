"""The URL decides the database: the same service on SQLite and on PostgreSQL."""

from pathlib import Path

from apikit import Service, event, running

from nguon.settings import Settings


def test_a_lot_goes_its_whole_way_on_either_database(database_url: str, tmp_path: Path) -> None:
    with running(Settings(data_dir=tmp_path / "data", database_url=database_url)) as service:
        lot = service.born(30)
        assert service.capture(event(lot)).status_code == 202
        assert service.capture(event(lot, eventTime="2999-01-01T00:00:00Z")).status_code == 422
        codes = label(service, lot)
        service.anchor()
        serial = codes[2].rpartition("/")[2]
        assert service.verdict(lot)["verdict"] == "verified"
        assert service.verdict(lot, serial)["verdict"] == "verified"
        assert service.verdict("NEVER")["verdict"] == "unknown"
        recall = f"/api/v1/lots/09521001000055/{lot}/recall"
        service.client.post(recall, json={"reason": "Cd"}, headers=service.grower)
        assert service.verdict(lot, serial)["verdict"] == "recalled"
        service.anchor()
        found = service.client.get("/epcis/v2/events", headers=service.grower).json()
        assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 4
        assert service.client.get("/readyz").status_code == 200


def label(service: Service, lot: str) -> list[str]:
    url = f"/api/v1/lots/09521001000055/{lot}/tem"
    listed: list[str] = service.client.post(url, json={"count": 5}, headers=service.grower).json()["codes"]
    return listed
