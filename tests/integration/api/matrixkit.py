"""Two cooperatives with one thing of every kind, and everybody who might ask for them.

Nothing here knows who may do what: that is `api.access`, and {test_matrix} holds answers against it.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Any

import orjson
from apikit import CONTEXT, ago, birth, code, document, event, joined
from fastapi.testclient import TestClient
from httpx import Response
from peoplekit import URL, Province, province
from PIL import Image
from sqlalchemy import text

import coop.models
from api.access import COOKIE
from coop.accounts.powers import ABOVE, POWERS
from ledger.epcis.event import read_event
from ledger.gs1.keys import check_digit
from ledger.statement.filing import required_filing
from ledger.statement.jws import Header, Typ
from nguon.settings import Settings
from tests.passkeykit import Phone

Json = dict[str, Any]


def numbered(kind: str, body: str) -> str:
    return f"https://id.gs1.org/{kind}/{body}{check_digit(body)}"


@dataclass
class Asker:
    """Somebody who asks.

    Attributes:
        role: as in `Caller.role`; empty: nobody known.
        powers: what he may.
        headers: what he sends.
        person: whether he signed in, and has no API key.
    """

    name: str
    role: str
    powers: frozenset[str]
    headers: dict[str, str]
    person: bool = False


@dataclass
class Owner:
    """A cooperative, and one thing of each kind that is its own."""

    place: Province
    client: TestClient
    prefix: str
    name: str
    mark: str
    machine: dict[str, str] = field(default_factory=dict)
    officer: Phone | None = None
    alliance: Phone | None = None
    _fresh: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.org = numbered("417", self.prefix + "00000")
        self.gln = self.org.rpartition("/")[2]
        self.product = numbered("01", "0" + self.prefix + "00005")
        self.gtin = self.product.rpartition("/")[2]
        self.site = numbered("414", self.prefix + "00002")
        self.lot = f"{self.mark}-1"
        self.recalled = f"{self.mark}-2"

    # --- made once

    def settle(self) -> None:
        """Bring its things into being."""
        deployment = self.place.deployment
        stems = [f"https://id.gs1.org/01/0{self.prefix}", self.site]
        self.machine = joined(deployment, self.org, self.name, stems)
        ilmd = {"cbvmda:itemExpirationDate": "2028-01-17"}
        births = [self.about(birth(lot, 100_000, **ilmd), lot) for lot in (self.lot, self.recalled)]
        answer = self.ask("POST", "/epcis/v2/capture", json=document(*births))
        self.job, self.event = answer.json()["captureID"], births[0]["eventID"]
        self.ask("POST", f"{self.lots(self.recalled)}/recall", json={"reason": f"Cd {self.mark}"})
        rolled = self.ask("POST", f"{self.lots()}/tem", json={"count": 400}).json()
        self.roll = rolled["roll"]
        codes = self.ask("GET", f"{self.lots()}/tem/{self.roll}?count=400").json()["codes"]
        self.codes = iter(codes)
        packed = [next(self.codes) for _ in range(3)]
        self.sscc = self.ask("POST", "/api/v1/units", json={"codes": packed}).json()["sscc"]
        self.place.deployment.anchor_loop.settle(60)  # type: ignore[union-attr]
        self.number = self.report(next(self.codes))

    def report(self, told: str) -> str:
        picture = BytesIO()
        Image.new("RGB", (8, 8), "red").save(picture, "PNG")
        fields = {"code": told, "kind": "suspect", "text": f"buyer of {self.mark}"}
        files = {"photo": ("p.png", picture.getvalue(), "image/png")}
        answer = self.client.post("/api/v1/reports", data=fields, files=files)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    def ask(self, method: str, url: str, **more: Any) -> Response:
        answer = self.client.request(method, url, headers=self.machine, **more)
        assert answer.status_code < 300, answer.text
        return answer

    # --- what requests are filled with

    def lots(self, lot: str | None = None) -> str:
        return f"/api/v1/lots/{self.gtin}/{lot or self.lot}"

    def about(self, told: Json, lot: str) -> Json:
        """An event of `apikit`, of a lot of this cooperative at its own place."""
        written = orjson.dumps(told).decode()
        return orjson.loads(  # type: ignore[no-any-return]
            written.replace(
                "https://id.gs1.org/01/09521001000055/10/" + lot, f"{self.product}/10/{lot}"
            ).replace("https://id.gs1.org/414/9521001000024", self.site)
        )

    def born(self) -> Json:
        """An event that brings a new lot into being: nobody else may say it."""
        lot = f"{self.mark}-N{next(self._fresh)}"
        return {"@context": CONTEXT, **self.about(birth(lot, 5), lot)}

    def seen(self) -> Json:
        return self.about(event(self.lot, eventTime=ago(minutes=5)), self.lot)

    def signed(self, told: Json) -> str:
        """An event as a statement, signed with the cooperative's hosted key."""
        signer = self.place.deployment.signers(self.org)
        assert signer is not None
        told = {"@context": CONTEXT} | told
        filing = required_filing(read_event(told), lambda _instance: None)
        payload = orjson.dumps(told)
        return signer.sign(Header(signer.kid, Typ.EPCIS, filing.about, filing.from_), payload).raw

    def prepared(self) -> str:
        """A roll as `/desk/rolls` made it, signed."""
        made = self.ask(
            "POST", "/api/v1/desk/rolls", json={"gtin": self.gtin, "lot": self.lot, "count": 1}
        ).json()
        told = self.about(
            event(self.lot, eventTime=ago(minutes=1), quantityList=None, readPoint=None), self.lot
        )
        return self.signed({**told, **made["members"]})

    def person(self, role: str = "member", *, ended: bool = False) -> str:
        """Somebody new of the cooperative, who has joined; `ended`: and was shut out."""
        session = self.place.phone().join(self.invitation(role), hosted=True)
        who = str(session["person"]["id"])
        if ended:
            by = self.officer if role == "member" else self.alliance
            assert by is not None
            assert by.post(f"/people/{who}/end").status_code == 200
        return who

    def invitation(self, role: str = "member") -> Json:
        """A new invitation."""
        asked = {"role": role, "name": f"Bác {self.mark}", "phone": "0912 345 678", "org": self.org}
        by = self.officer if role == "member" else self.alliance
        assert by is not None
        answer = by.post("/invitations", asked)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    def serial(self) -> str:
        return next(self.codes).rpartition("/")[2]

    def marks(self) -> set[str]:
        """Texts that stand in nothing but this cooperative's things."""
        return {self.prefix, self.mark, self.roll, self.name, self.number, self.job}


@dataclass
class World:
    """The deployment, both cooperatives, and everybody who asks. All of A's people are A's."""

    place: Province
    client: TestClient
    ours: Owner
    theirs: Owner
    askers: list[Asker]
    phones: dict[str, Phone]

    def asker(self, name: str) -> Asker:
        return next(each for each in self.askers if each.name == name)

    def sign_in_again(self, asker: Asker) -> None:
        answer = self.phones[asker.name].sign_in()
        assert answer.status_code == 201, answer.text
        asker.headers.update(cookie(self.phones[asker.name]))

    def state(self) -> str:
        """A digest of all that is kept: the log's size, and every working table."""
        engine = self.place.deployment.engine
        parts = [str(self.place.deployment.log.size())]
        with engine.connect() as connection:
            for table in sorted(coop.models.Base.metadata.tables):
                if table in ("tem_scan", "passkey_challenge"):  # scans are counted behind the answer
                    continue
                rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
                parts.append(f"{table} {sorted(map(repr, rows))}")
        return sha256("\n".join(parts).encode()).hexdigest()

    def deeds(self) -> int:
        """The number of the newest line of the trail."""
        with self.place.deployment.engine.connect() as connection:
            return int(connection.execute(text("SELECT max(id) FROM deed")).scalar_one())

    def trail(self, since: int) -> list[Json]:
        """The lines of the trail since then, as they are stored."""
        with self.place.deployment.engine.connect() as connection:
            rows = connection.execute(text("SELECT * FROM deed WHERE id > :since"), {"since": since})
            return [dict(row) for row in rows.mappings()]


def cookie(phone: Phone) -> dict[str, str]:
    """What a browser sends with a request of a page of ours."""
    token = next(item.value for item in phone.client.cookies.jar if item.name == COOKIE)
    return {
        "Cookie": f"{COOKIE}={token}",
        "Origin": URL,
        "Sec-Fetch-Site": "same-origin",
        "Accept-Language": "en",
    }


@contextmanager
def world(settings: Settings) -> Iterator[World]:
    """All of it, on a real deployment."""
    with province(settings) as place:
        client = TestClient(place.app, base_url=URL, raise_server_exceptions=False)
        ours = Owner(place, client, "9521001", "HTX Ban Ngày", "DAYLOT")
        theirs = Owner(place, client, "9521321", "HTX Ban Đêm", "NIGHTLOT")
        alliance = place.alliance()
        phones = {"alliance": alliance}
        for owner in (ours, theirs):
            owner.settle()
            owner.alliance = alliance
            link = owner.invitation("officer")
            owner.officer = place.phone()
            owner.officer.join(link, hosted=True)
        assert ours.officer is not None
        phones["officer"] = ours.officer
        for role in ("member", "laboratory", "retailer"):
            phones[role] = place.phone()
            phones[role].join(ours.invitation(role), hosted=True)
        auditor = alliance.post("/invitations", {"role": "auditor", "name": "Ông Kiểm"})
        assert auditor.status_code == 201, auditor.text
        phones["auditor"] = place.phone()
        phones["auditor"].join(auditor.json(), hosted=True)
        yield World(place, client, ours, theirs, _askers(place, ours, phones), phones)


def _askers(place: Province, ours: Owner, phones: dict[str, Phone]) -> list[Asker]:
    nobody = Asker("anonymous", "", frozenset(), {"Accept-Language": "en"})
    stranger = Asker(
        "stranger", "", frozenset(), {"Authorization": "Bearer ngk_unknown", "Accept-Language": "en"}
    )
    ended = {**cookie(phones["member"]), "Cookie": f"{COOKIE}={'A' * 43}"}
    found = [nobody, stranger, Asker("ended session", "", frozenset(), ended)]
    for role, phone in phones.items():
        powers = frozenset(phone.session["powers"])
        found.append(Asker(role, role, powers, cookie(phone), person=True))
    for power in sorted(POWERS):
        if power not in ABOVE:
            key = place.machine(ours.org, [power])
            found.append(Asker(f"machine: {power}", "machine", frozenset({power}), key))
        key = place.machine(None, [power])
        found.append(Asker(f"operator's machine: {power}", "operator", frozenset({power}), key))
    plain = frozenset({"record", "read", "describe", "labels", "recall", "reports"})
    found.append(Asker("machine", "machine", plain, ours.machine))
    found.append(Asker("operator", "operator", frozenset(POWERS), place.machine(None)))
    return found


__all__ = ["Asker", "Owner", "World", "code", "cookie", "world"]
