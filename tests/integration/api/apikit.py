"""One deployment for these tests: a real database, a real local chain, the real application."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from coop.accounts.actions import add_organisation, issue_api_key
from nguon.serving import build
from nguon.settings import Settings
from nguon.wiring import Deployment

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
GROWER = "https://id.gs1.org/417/9521001000017"
SHOP = "https://id.gs1.org/417/9521090000011"
PRODUCT = "https://id.gs1.org/01/09521001000055"
PLACE = "https://id.gs1.org/414/9521001000024"
SHOP_PLACE = "https://id.gs1.org/414/9521090000035"


@dataclass
class Service:
    """The application, its deployment, and the keys to call it."""

    deployment: Deployment
    client: TestClient
    grower: dict[str, str]
    shop: dict[str, str]
    operator: dict[str, str]
    _lots: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def size(self) -> int:
        return self.deployment.log.size()

    def anchor(self) -> int:
        loop = self.deployment.anchor_loop
        assert loop is not None
        return loop.settle(60).size

    def new_lot(self) -> str:
        """A lot number of its own for each test."""
        return f"L{next(self._lots):05}"

    def capture(self, *events: dict[str, Any], headers: dict[str, str] | None = None, **extra: Any) -> Any:
        return self.client.post(
            "/epcis/v2/capture",
            json=document(*events, **extra),
            headers=self.grower if headers is None else headers,
        )

    def born(self, quantity: int = 100, **ilmd: Any) -> str:
        """Record a new lot's birth; its number."""
        lot = self.new_lot()
        response = self.capture(birth(lot, quantity, **ilmd))
        assert response.status_code == 202, response.text
        return lot

    def verdict(self, lot: str, serial: str | None = None) -> dict[str, Any]:
        response = self.client.get("/api/v1/verify", params={"code": code(lot, serial)})
        assert response.status_code == 200, response.text
        value: dict[str, Any] = response.json()
        return value


@contextmanager
def running(settings: Settings, *, organisations: bool = True) -> Iterator[Service]:
    """A service with a grower, a shop and an operator; not listening, and anchoring only when told."""
    stems = ["https://id.gs1.org/01/0952100100", PLACE]
    with Deployment.open(settings) as deployment:
        client = TestClient(create_app(build(deployment)), raise_server_exceptions=False)
        with client:
            yield Service(
                deployment,
                client,
                grower=joined(deployment, GROWER, "HTX Mẫu", stems) if organisations else {},
                shop=joined(deployment, SHOP, "Cửa hàng Mẫu", [SHOP_PLACE], role="retailer")
                if organisations
                else {},
                operator=bearer(issue_api_key(deployment.accounts, None, deployment.clock()).secret),
            )


def joined(
    deployment: Deployment, org: str, name: str, stems: list[str], role: str = "member"
) -> dict[str, str]:
    add_organisation(deployment.accounts, org, name, deployment.clock())
    deployment.host_key(org, role=role, stems=stems)
    return bearer(issue_api_key(deployment.accounts, org, deployment.clock()).secret)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}


def code(lot: str, serial: str | None = None) -> str:
    return f"https://nguon.localhost/01/09521001000055/10/{lot}" + (f"/21/{serial}" if serial else "")


def ago(**delta: float) -> str:
    return (datetime.now(UTC) - timedelta(**delta)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(lot: str, **members: Any) -> dict[str, Any]:
    """An observation of a lot at the grower's place."""
    base = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": ago(hours=2),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "quantityList": [{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": 100}],
        "readPoint": {"id": PLACE},
    }
    return {name: value for name, value in {**base, **members}.items() if value is not None}


def birth(lot: str, quantity: int = 100, **ilmd: Any) -> dict[str, Any]:
    listed = [{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": quantity}]
    return event(
        lot,
        action="ADD",
        bizStep="commissioning",
        quantityList=listed,
        ilmd={"cbvmda:lotNumber": lot, **ilmd},
    )


def document(*events: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": ago(),
        "epcisBody": {"eventList": list(events)},
        **extra,
    }
