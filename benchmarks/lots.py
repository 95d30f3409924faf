"""`python -m benchmarks.lots`: how long the service takes over large documents, long stories and deep lineages.

    a document of 1,000 events, captured             under 2 s
    a lot of 10,000 entries, asked about over HTTP   under 0.2 s
    a lineage of 1,000 lots, asked about over HTTP   under 0.2 s

Seconds depend on the machine; the first question after a start reads all of a story, later ones what came since.
"""

import argparse
import json
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from benchmarks.measuring import machine
from coop.accounts.actions import add_organisation, issue_api_key
from nguon import logs
from nguon.serving import build
from nguon.settings import Settings
from nguon.wiring import Deployment

ORG = "https://id.gs1.org/417/9521001000017"
PLACE = "https://id.gs1.org/414/9521001000024"
PRODUCT = "https://id.gs1.org/01/09521001000055"
START = datetime(2026, 1, 1, tzinfo=UTC)
IN_ONE = 1_000


def main() -> None:
    """Measure on a fresh SQLite database, or on the one that is named."""
    parser = argparse.ArgumentParser(prog="benchmarks/lots.py", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--lots", type=int, default=1_000)
    parser.add_argument("--database", default="", help="SQLAlchemy URL of an empty database")
    options = parser.parse_args()
    logs.configure("error")
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    with (
        tempfile.TemporaryDirectory(prefix="nguon-bench-") as directory,
        _service(Path(directory), options.database) as service,
    ):
        service.warm()
        documents = options.entries // IN_ONE
        _say(
            "1,000 events in a document, each of a lot of its own",
            [service.capture(_births(n)) for n in range(3)],
        )
        _say(
            "1,000 events in a document, all of one lot",
            [service.capture(_observations("LONG", n)) for n in range(documents)],
        )
        service.restart()
        _say(f"lot of {options.entries} entries, first asked, nothing read ahead", [service.ask("LONG")])
        _say(f"lot of {options.entries} entries, asked again", [service.ask("LONG") for _ in range(9)])
        took = []
        for number in range(9):
            service.capture([_observation("LONG", 10_000_000 + number)])
            took.append(service.ask("LONG"))
        _say(f"lot of {options.entries} entries, asked after one more", took)
        _say(
            "one event about it, captured",
            [service.capture([_observation("LONG", 20_000_000 + number)]) for number in range(9)],
        )
        for name, events in (("chain", _chain(options.lots)), ("fan", _fan(options.lots))):
            for at in range(0, len(events), IN_ONE):
                service.capture(events[at : at + IN_ONE])
            _say(f"lineage of {options.lots} lots, a {name}", [service.ask(f"{name}-end") for _ in range(9)])


class _Service:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @contextmanager
    def running(self) -> Iterator["_Service"]:
        with Deployment.open(self._settings) as deployment:
            self._deployment = deployment
            add_organisation(deployment.accounts, ORG, "HTX", deployment.clock())
            stems = ["https://id.gs1.org/01/09521001", "https://id.gs1.org/414/9521001"]
            deployment.host_key(ORG, role="member", stems=stems)
            secret = issue_api_key(deployment.accounts, ORG, deployment.clock()).secret
            self._headers = {"Authorization": f"Bearer {secret}"}
            self._client = TestClient(create_app(build(deployment)))
            with self._client:
                yield self

    def restart(self) -> None:
        """Forget all that was kept read."""
        self._deployment.__dict__.pop("lots")
        self._client = TestClient(create_app(build(self._deployment)))

    def warm(self) -> None:
        self.capture([_observation("WARM", 1, action="ADD", bizStep="commissioning")])
        self.ask("WARM")

    def capture(self, events: list[dict[str, Any]]) -> tuple[float, float]:
        document = {
            "@context": [
                "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
            ],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-10-01T00:00:00Z",
            "epcisBody": {"eventList": events},
        }
        data = json.dumps(document).encode()
        return self._timed(
            lambda: self._client.post("/epcis/v2/capture", content=data, headers=self._headers)
        )

    def ask(self, lot: str) -> tuple[float, float]:
        path = f"/api/v1/lots/09521001000055/{lot}"
        return self._timed(lambda: self._client.get(path, headers=self._headers))

    def _timed(self, run: Callable[[], Any]) -> tuple[float, float]:
        start, worked = perf_counter(), process_time()
        answer = run()
        took = perf_counter() - start, process_time() - worked
        assert answer.status_code in (200, 202), answer.text[:500]
        return took


@contextmanager
def _service(directory: Path, database: str) -> Iterator[_Service]:
    settings = Settings(data_dir=directory / "nguon", database_url=database, log_level="error")
    with _Service(settings).running() as service:
        yield service


def _say(what: str, times: list[tuple[float, float]]) -> None:
    passed, worked = (median(each) for each in zip(*times, strict=True))
    print(
        f"{what:<56} {passed * 1000:9.1f} ms, of which this process worked {worked * 1000:9.1f} ms",
        flush=True,
    )


def _observation(lot: str, number: int, **members: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": (START + timedelta(seconds=number % 86_400)).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "storing",
        "disposition": "in_progress",
        "readPoint": {"id": PLACE},
        "bizLocation": {"id": PLACE},
        "quantityList": [{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": 1000, "uom": "KGM"}],
        **members,
    }


def _births(run: int) -> list[dict[str, Any]]:
    born = {"action": "ADD", "bizStep": "commissioning"}
    return [_observation(f"B{run}-{n}", n, **born) for n in range(IN_ONE)]


def _observations(lot: str, run: int) -> list[dict[str, Any]]:
    first = {"action": "ADD", "bizStep": "commissioning"} if run == 0 else {}
    return [_observation(lot, run * IN_ONE + n, **(first if n == 0 else {})) for n in range(IN_ONE)]


def _made(lot: str, inputs: list[str], number: int) -> dict[str, Any]:
    event = _observation(lot, number, type="TransformationEvent", bizStep="assembling")
    amount = {"quantity": 1, "uom": "KGM"}
    event["inputQuantityList"] = [{"epcClass": f"{PRODUCT}/10/{name}", **amount} for name in inputs]
    event["outputQuantityList"] = [{"epcClass": f"{PRODUCT}/10/{lot}", **amount}]
    del event["action"], event["quantityList"]
    return event


def _chain(lots: int) -> list[dict[str, Any]]:
    """Each lot made of the one before."""
    events = [_observation("chain-0", 0, action="ADD", bizStep="commissioning")]
    events += [_made(f"chain-{n}", [f"chain-{n - 1}"], n) for n in range(1, lots)]
    return [*events, _made("chain-end", [f"chain-{lots - 1}"], lots)]


def _fan(lots: int) -> list[dict[str, Any]]:
    """A tree: ten lots into each."""
    born = {"action": "ADD", "bizStep": "commissioning"}
    events = [_observation(f"fan-{n}", n, **born) for n in range(lots)]
    groups = [list(range(at, min(at + 100, lots))) for at in range(0, lots, 100)]
    events += [_made(f"fan-g{n}", [f"fan-{m}" for m in group], lots + n) for n, group in enumerate(groups)]
    return [*events, _made("fan-end", [f"fan-g{n}" for n in range(len(groups))], 2 * lots)]


if __name__ == "__main__":
    main()
