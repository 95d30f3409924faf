"""Small documents written in a line an event, and the samples as one document each."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from ledger.epcis.document import Document, read_document
from ledger.lot.explain import told_of
from ledger.lot.graph import Graph, Told

ROOT = Path(__file__).parents[3]
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
BERRY, JAM, POT, CRUMB = "09521001000017", "09521001000024", "09521001000055", "09521001000048"
PALLET, CRATE = "https://id.gs1.org/00/095210011260117002", "https://id.gs1.org/00/095210021260110019"
FIELD = "https://id.gs1.org/414/9521001000024"
SEASON = "urn:uuid:012587f4-718d-5111-be3b-8edcac208cb0"


def lot(number: str, gtin: str = BERRY) -> str:
    return f"https://id.gs1.org/01/{gtin}/10/{number}"


def pot(serial: object, gtin: str = POT) -> str:
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


def pots(first: int, last: int) -> list[str]:
    return [pot(number) for number in range(first, last + 1)]


def kg(uri: str, quantity: float, uom: str | None = "KGM") -> dict[str, Any]:
    return {"epcClass": uri, "quantity": quantity} | ({} if uom is None else {"uom": uom})


def packs(uri: str, quantity: float) -> dict[str, Any]:
    return kg(uri, quantity, None)


class Story:
    """Events one a minute, from 8:00 on 1 May 2026 at +07:00; `at` sets another time."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def tell(self, kind: str, *, at: str | None = None, **members: Any) -> str:
        """Tell an event; returns its ID."""
        number = len(self.events)
        event_id = f"urn:uuid:00000000-0000-4000-8000-{number:012x}"
        event: dict[str, Any] = {
            "type": kind,
            "eventID": event_id,
            "eventTime": at or f"2026-05-01T{8 + number // 60:02}:{number % 60:02}:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            **members,
        }
        self.events.append({name: value for name, value in event.items() if value is not None})
        return event_id

    def see(self, **members: Any) -> str:
        return self.tell("ObjectEvent", **{"action": "OBSERVE", **members})

    def add(self, **members: Any) -> str:
        return self.tell("ObjectEvent", action="ADD", **members)

    def remove(self, **members: Any) -> str:
        return self.tell("ObjectEvent", action="DELETE", **members)

    def make(self, inputs: list[Any], outputs: list[Any], **members: Any) -> str:
        """A transformation; texts are instances, objects are quantities."""
        lists = {
            "inputEPCList": [item for item in inputs if isinstance(item, str)],
            "inputQuantityList": [item for item in inputs if not isinstance(item, str)],
            "outputEPCList": [item for item in outputs if isinstance(item, str)],
            "outputQuantityList": [item for item in outputs if not isinstance(item, str)],
        }
        return self.tell(
            "TransformationEvent", **{name: items for name, items in lists.items() if items}, **members
        )

    def pack(self, parent: str, children: list[Any], action: str = "ADD", **members: Any) -> str:
        lists = {
            "childEPCs": [item for item in children if isinstance(item, str)],
            "childQuantityList": [item for item in children if not isinstance(item, str)],
        }
        return self.tell(
            "AggregationEvent",
            action=action,
            parentID=parent,
            **{name: items for name, items in lists.items() if items},
            **members,
        )

    def recall(self, named: list[Any], *, release: bool = False, **members: Any) -> str:
        change = {"unset": ["recalled"]} if release else {"set": ["recalled"]}
        lists = {
            "epcList": [item for item in named if isinstance(item, str)],
            "quantityList": [item for item in named if not isinstance(item, str)],
        }
        return self.see(
            bizStep="holding",
            persistentDisposition=change,
            **{name: items for name, items in lists.items() if items},
            **members,
        )

    def withdraw(self, event_id: str) -> None:
        """Declare an event of the story an error."""
        event = next(event for event in self.events if event["eventID"] == event_id)
        declaration = {"declarationTime": "2026-05-02T08:00:00+07:00", "reason": "incorrect_data"}
        self.events.append({**event, "errorDeclaration": declaration})

    def document(self, *, master: list[Any] | None = None) -> Document:
        value: dict[str, Any] = {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-06-01T08:00:00Z",
            "epcisBody": {"eventList": self.events},
        }
        if master is not None:
            value["epcisHeader"] = {"epcisMasterData": {"vocabularyList": master}}
        return read_document(json.dumps(value).encode())

    def told(self) -> tuple[Told, ...]:
        return told_of(self.document())

    def graph(self) -> Graph:
        return Graph(self.told())


@cache
def sample(name: str) -> Document:
    """A folder of samples as one document, its files in the order of their numbers."""
    files = sorted((ROOT / "samples" / name).glob("*/*.jsonld"), key=lambda path: path.name)
    read = [read_document(path.read_bytes()) for path in files]
    return Document(
        read[0].context,
        tuple(event for document in read for event in document.events),
        tuple(item for document in read for item in document.master),
    )
