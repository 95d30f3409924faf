"""A cooperative in small, served for real, and its members' phones: real browsers with an authenticator inside.

An officer's phone in software (`tests.passkeykit`) describes what the cooperative has and admits its members; the
members' phones are Chromium's, whose every tap is counted.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from api.app import create_app
from coop.accounts.powers import OF_ROLE
from coop.accounts.queries import Caller
from coop.limits import Limiter
from coop.people.desk import Wanted
from ledger.encoding import JsonValue, canonical_json
from ledger.gs1.keys import check_digit
from ledger.statement.jws import Header, Typ, sign
from nguon.demo import stage
from nguon.serving import build, listen
from nguon.settings import Settings
from nguon.wiring import Deployment
from tests.passkeykit import Json, Phone

PHONE = {"width": 360, "height": 780}
PREFIX = "9529990"
CLASS = "urn:epcglobal:epcis:vtype:EPCClass"
LOCATION = "urn:epcglobal:epcis:vtype:Location"
NAMED = "urn:epcglobal:cbv:mda:name"
OPERATOR = Caller("test", None, "operator", powers=OF_ROLE["operator"])


def _digits(body: str) -> str:
    return f"{body}{check_digit(body)}"


ORG = f"https://id.gs1.org/417/{_digits(f'{PREFIX}00000')}"
PLACES = {
    "Vườn A03": ("field", "a03vuontra001"),
    "Vườn A05": ("field", "a05vuontra002"),
    "Đồi Bương": ("field", "doibuong00005"),
    "Nhà sấy": ("dryer", "nhasay0000003"),
    "Kho chính": ("store", "khochinh00004"),
}
PRODUCTS = {
    "Hoa trà tươi": ("harvested", 1),
    "Hoa trà khô": ("intermediate", 2),
    "Hộp trà hoa vàng 50 g": ("packed", 3),
    "Phân hữu cơ": ("input", 4),
    "Trà hoa vàng": ("planting", 5),
    "Chế phẩm Mẫu": ("input", 6),
}


def gtin(item: int) -> str:
    """The GTIN-14 of one of the cooperative's products."""
    return _digits(f"0{PREFIX}{item:05}")


def place_uri(name: str) -> str:
    return f"https://id.gs1.org/414/{_digits(f'{PREFIX}00001')}/254/{PLACES[name][1]}"


@dataclass
class Farm:
    """A running service and the officer of its one cooperative.

    Attributes:
        base: where browsers reach it; a name, as passkeys need one.
        officer: a phone in software.
    """

    base: str
    deployment: Deployment
    officer: Phone
    phones: list["MemberPhone"] = field(default_factory=list)

    def invite(self, name: str = "bác Thìn", role: str = "member") -> Json:
        """An invitation, as the officer hands it over."""
        answer = self.officer.post("/invitations", {"role": role, "name": name, "phone": "0912 345 678"})
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def admit(self) -> None:
        """Sign what waits for the officer's phone."""
        answer = self.officer.admit_waiting()
        assert answer.status_code == 202, answer.text

    def anchored(self, seconds: float = 30) -> None:
        """Wait until all that is in the log now is anchored."""
        size, end = self.deployment.log.size(), time.monotonic() + seconds
        while True:
            answer = self.deployment.verifier.newest_anchor()
            if answer.latest is not None and answer.latest.size >= size:
                return
            assert time.monotonic() < end, answer
            time.sleep(0.3)

    def statements(self) -> int:
        """How many statements the log has; snapshots, which come by themselves, are none."""
        path = self.deployment.settings.data_dir / stage.DATABASE
        with closing(sqlite3.connect(path)) as database:
            return int(database.execute("SELECT count(*) FROM statement").fetchone()[0])


@contextmanager
def farm(folder: Path, region: str = "north", lines: tuple[str, ...] = ("herb",)) -> Iterator[Farm]:
    """A service, anchoring on its own test chain, with a cooperative that has described what it has."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        base = f"http://localhost:{port}"
        settings = Settings(
            data_dir=folder / "data",
            public_url=base,
            port=port,
            anchor_max_seconds=2,
            support_phone="1900 1234",
            log_level="error",
        )
        with Deployment.open(settings) as deployment:
            often = deployment.people.entrance.often
            often.joining, often.entering, often.wrong = (Limiter(100_000, 600) for _ in range(3))
            application = create_app(build(deployment))
            with stage.serving(deployment, listener):
                officer = Phone(application, base)
                # cookies are Secure: browsers send them to localhost, httpx to https alone
                officer.client = TestClient(application, base_url=f"https://localhost:{port}")
                asked = Wanted(
                    "officer",
                    "cô Nhàn",
                    org=ORG,
                    org_name="HTX Yên Sơn Mẫu",
                    prefix=PREFIX,
                    phone="0229 300 000",
                )
                officer.join({"secret": deployment.people.invite(OPERATOR, asked).secret})
                found = Farm(base, deployment, officer)
                _describe(found, region, lines)
                yield found


def _describe(found: Farm, region: str, lines: tuple[str, ...]) -> None:
    officer = found.officer
    statements = [_master(officer, ORG, "urn:epcglobal:epcis:vtype:Party", {NAMED: "HTX Yên Sơn Mẫu"})]
    for name, (_, item) in PRODUCTS.items():
        attributes: Json = {"urn:epcglobal:cbv:mda:descriptionShort": name}
        if name.startswith("Hộp"):
            attributes["urn:epcglobal:cbv:mda:netContentDescription"] = "50 g"
        if name == "Chế phẩm Mẫu":
            attributes["https://w3id.org/nguon/epcis/preHarvestIntervalDays"] = 14
        statements.append(_master(officer, f"https://id.gs1.org/01/{gtin(item)}", CLASS, attributes))
    for name in PLACES:
        statements.append(_master(officer, place_uri(name), LOCATION, {NAMED: name}))
    answer = officer.post("/statements", {"statements": statements})
    assert answer.status_code == 202, answer.text
    for path, body in (
        ("/desk/farm", {"region": region, "phone": "0229 300 000", "lines": list(lines)}),
        *(
            (
                f"/desk/products/{gtin(item)}",
                {
                    "kind": kind,
                    "line": "herb",
                    **({} if kind in ("packed", "planting") else {"uom": "KGM"}),
                    "units": [{"name": "bao", "base": 50}] if kind == "input" else [],
                },
            )
            for kind, item in PRODUCTS.values()
        ),
        *(("/desk/places", {"uri": place_uri(name), "kind": kind}) for name, (kind, _) in PLACES.items()),
    ):
        answer = officer.ask("PUT", path, body)
        assert answer.status_code == 204, f"{path}: {answer.text}"


def _master(officer: Phone, uri: str, kind: str, attributes: Json) -> str:
    payload: dict[str, JsonValue] = {
        "id": uri,
        "type": kind,
        "attributes": attributes,
        "validFrom": "2026-01-01",
    }
    return sign(Header(officer.kid, Typ.MASTER, (uri,)), canonical_json(payload), officer.private).raw


class MemberPhone:
    """A phone with a lock, as Chromium plays one. Every tap on it is counted.

    Attributes:
        taps: how often it was tapped since {count} was last called.
        complaints: what its pages complained about.
    """

    def __init__(self, browser: Browser, farm: Farm, lang: str = "vi", **options: Any) -> None:
        self.base, self.lang = farm.base, lang
        given: dict[str, Any] = {
            "viewport": PHONE,
            "has_touch": True,
            "locale": "vi-VN",
            "reduced_motion": "reduce",
        }
        self.context: BrowserContext = browser.new_context(**{**given, **options})
        self.complaints: list[str] = []
        self.taps = 0
        self._began = time.monotonic()
        self.page = self.context.new_page()
        self._lock(self.page)

    def _lock(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        session = self.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )

    def tap(self, what: str | Locator) -> None:
        """Tap one thing: by its visible name, or as found."""
        found = self.named(what) if isinstance(what, str) else what
        found.click()
        self.taps += 1

    def named(self, name: str) -> Locator:
        """A button or link by what stands on it."""
        button = self.page.get_by_role("button", name=name)
        return button.or_(self.page.get_by_role("link", name=name)).first

    def count(self) -> None:
        """Count taps and seconds from here."""
        self.taps, self._began = 0, time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def open(self, path: str = "") -> Page:
        """A screen of the app, by its path."""
        self.page.goto(f"{self.base}/app?lang={self.lang}#{path or '/'}")
        self.page.wait_for_selector(".flow h1, .done h1")
        return self.page

    def join(self, link: Json, *, tour: bool = False) -> None:
        """Join by an invitation; without `tour` the first look around is taken as seen."""
        if not tour:
            self.page.goto(f"{self.base}/offline")
            self.page.evaluate("localStorage.setItem('nguon-tour', 'seen')")
        self.page.goto(f"{self.base}/join?lang={self.lang}#{link['secret']}")
        self.tap(self.page.locator(".btn.sign"))
        self.page.locator(".end a.btn.next").wait_for()

    def enter(self) -> None:
        """From the invitation's last screen into the app."""
        self.tap(self.page.locator(".end a.btn.next"))
        self.page.wait_for_selector(".tiles")

    def slips(self) -> list[Json]:
        """What the phone keeps of its slips."""
        found: list[Json] = self.page.evaluate(
            """() => new Promise((done, fail) => {
              const open = indexedDB.open('nguon-app');
              open.onerror = () => fail(open.error);
              open.onsuccess = () => {
                const all = open.result.transaction('slips').objectStore('slips').getAll();
                all.onsuccess = () => { open.result.close(); done(all.result.map(
                  ({ id, state, sentence, place, statements, eventIds, problem, fixes, fixedBy }) =>
                  ({ id, state, sentence, place, statements, eventIds, problem, fixes, fixedBy }))); };
              };
            })"""
        )
        return sorted(found, key=lambda slip: int(slip["place"]))

    def kid(self) -> str:
        """The thumbprint of the phone's key."""
        found: str = self.page.evaluate(
            """() => new Promise((done, fail) => {
              const open = indexedDB.open('nguon-app');
              open.onerror = () => fail(open.error);
              open.onsuccess = () => {
                const key = open.result.transaction('key').objectStore('key').get('current');
                key.onsuccess = () => { open.result.close(); done(key.result.kid); };
              };
            })"""
        )
        return found

    def wait_recorded(self, number: int, seconds: float = 20) -> list[Json]:
        """Wait until so many slips are recorded."""
        end = time.monotonic() + seconds
        while True:
            slips = self.slips()
            if sum(slip["state"] == "recorded" for slip in slips) >= number:
                return slips
            assert time.monotonic() < end, slips
            time.sleep(0.2)

    def close(self) -> None:
        self.context.close()
