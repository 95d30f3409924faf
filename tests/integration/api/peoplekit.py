"""A province in small: an alliance, cooperatives, a laboratory, each with phones of their own."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apikit import CONTEXT, bearer
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from coop.accounts.actions import issue_api_key
from coop.accounts.powers import OF_ROLE
from coop.accounts.queries import Caller
from coop.limits import Limiter
from coop.people.desk import Wanted
from ledger.gs1.keys import check_digit
from nguon.serving import build
from nguon.settings import Settings
from nguon.wiring import Deployment
from tests.passkeykit import Json, Phone

URL = "https://so.htx.example"
OPERATOR = Caller("test", None, "operator", powers=OF_ROLE["operator"])


@dataclass
class Clock:
    """The clock's time, and what tests add to it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @contextmanager
    def later(self, **delta: float) -> Iterator[None]:
        before, self.ahead = self.ahead, self.ahead + timedelta(**delta)
        try:
            yield
        finally:
            self.ahead = before


@dataclass
class Cooperative:
    """An organisation with an officer who is in."""

    org: str
    prefix: str
    officer: Phone

    @property
    def product(self) -> str:
        body = f"0{self.prefix}".ljust(13, "1")
        return f"https://id.gs1.org/01/{body}{check_digit(body)}"

    @property
    def field(self) -> str:
        body = self.prefix.ljust(12, "2")
        return f"https://id.gs1.org/414/{body}{check_digit(body)}"

    def harvest(self, lot: str, kilograms: float = 12.5) -> Json:
        """An event that brings a lot of the cooperative into being."""
        return {
            "@context": CONTEXT,
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:0198c000-0000-7000-8000-{abs(hash((self.org, lot))) % 10**12:012d}",
            "eventTime": (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+00:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "quantityList": [{"epcClass": f"{self.product}/10/{lot}", "quantity": kilograms, "uom": "KGM"}],
            "readPoint": {"id": self.field},
            "ilmd": {"cbvmda:lotNumber": lot},
        }


@dataclass
class Province:
    """A deployment, and who is in it."""

    deployment: Deployment
    app: FastAPI
    clock: Clock
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def phone(self) -> Phone:
        return Phone(self.app, URL)

    def machine(self, org: str | None, scopes: list[str] | None = None) -> dict[str, str]:
        """An API key's headers."""
        secret = issue_api_key(self.deployment.accounts, org, self.clock(), scopes).secret
        return bearer(secret)

    def lot(self) -> str:
        return f"L{next(self._numbers):05}"

    def alliance(self) -> Phone:
        """Somebody of the alliance, invited as the command does."""
        phone = self.phone()
        link = self.deployment.people.invite(OPERATOR, Wanted("alliance", "Bà Hà"))
        phone.join({"secret": link.secret})
        return phone

    def numbers(self) -> tuple[str, str]:
        """A new organisation's URI and company prefix."""
        prefix = f"952{next(self._numbers):04}"
        body = f"{prefix}00001"
        return f"https://id.gs1.org/417/{body}{check_digit(body)}", prefix

    def invited(self, role: str, **more: Any) -> Json:
        """What the alliance asks for, for a new organisation."""
        org, prefix = self.numbers()
        asked = {"role": role, "name": "Ông Lâm", "org": org, "orgName": f"HTX {prefix}", "prefix": prefix}
        return {**asked, **more}

    def cooperative(self, alliance: Phone | None = None) -> Cooperative:
        """A cooperative with an officer, enrolled by the alliance."""
        asked = self.invited("officer")
        answer = (alliance or self.alliance()).post("/invitations", asked)
        assert answer.status_code == 201, answer.text
        phone = self.phone()
        phone.join(answer.json())
        return Cooperative(asked["org"], asked["prefix"], phone)

    def member(self, coop: Cooperative, *, admitted: bool = True, hosted: bool = False) -> Phone:
        """A member who has joined; his key signed by the officer's phone."""
        link = coop.officer.post(
            "/invitations", {"role": "member", "name": "Bác Thìn", "phone": "0912 345 678"}
        )
        assert link.status_code == 201, link.text
        phone = self.phone()
        phone.join(link.json(), hosted=hosted)
        if admitted and not hosted:
            answer = coop.officer.admit_waiting()
            assert answer.status_code == 202, answer.text
        return phone


@contextmanager
def province(settings: Settings) -> Iterator[Province]:
    """A service without anybody in it, on a clock that can be moved. One network may knock as often as it likes."""
    clock = Clock()
    with Deployment.open(settings, clock) as deployment:
        app = create_app(build(deployment))
        often = deployment.people.entrance.often
        often.joining, often.entering, often.wrong = (Limiter(100_000, 600) for _ in range(3))
        with TestClient(app):
            yield Province(deployment, app, clock)
