"""A small ledger to test with: a registrar, organisations with keys, a log on any database."""

import json
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from ledger.admission import prove_possession, sign_admission
from ledger.capture import Capture
from ledger.encoding import canonical_json
from ledger.log.note import NoteSigner
from ledger.statement import jws
from ledger.statement.jws import Header, Jwk, Statement, Typ, sign
from ledger.store.appender import Appender, Draft
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.log import LogStore
from ledger.store.staging import idempotency_digest
from ledger.store.writer import Writer

ORIGIN = "log.example/test"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
GTIN = "09521002000085"
COOP = "https://id.gs1.org/417/9521002000016"
COOP_STEMS = ("https://id.gs1.org/01/0952100", "https://id.gs1.org/414/9521002", COOP)
FIELD = "https://id.gs1.org/414/9521002000023"
SHOP = "https://id.gs1.org/417/9521096000015"
SHOP_STEMS = ("https://id.gs1.org/01/0952109", "https://id.gs1.org/414/9521096", SHOP)
STORE = "https://id.gs1.org/414/9521096000022"


def key(name: str) -> ec.EllipticCurvePrivateKey:
    """The same P-256 key for the same name, always."""
    return ec.derive_private_key(int.from_bytes(sha256(name.encode()).digest()) >> 1, ec.SECP256R1())


def event_id(number: int, space: int = 0) -> str:
    return f"urn:uuid:{UUID(int=(space << 64 | number) & ~(0xF << 76) | 7 << 76 | 2 << 62)}"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Org:
    """An organisation with one key; hosted keys sign through `sign`, as the operator's key store does."""

    uri: str
    stems: tuple[str, ...]
    role: str = "member"
    custody: str = "hosted"
    name: str = ""
    private: ec.EllipticCurvePrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.private = key(self.name or self.uri)

    @property
    def org(self) -> str:
        return self.uri

    @property
    def kid(self) -> str:
        return Jwk.from_public(self.private.public_key()).kid

    def sign(self, header: Header, payload: bytes) -> Statement:
        return sign(header, payload, self.private)

    def event(self, payload: dict[str, Any], about: Sequence[str], from_: Sequence[str] = ()) -> Statement:
        payload = {"@context": CONTEXT, **payload}
        header = Header(self.kid, Typ.EPCIS, tuple(about), tuple(from_))
        return self.sign(header, json.dumps(payload, ensure_ascii=False).encode())

    def key_payload(self, action: str = "admit") -> bytes:
        return canonical_json(
            {
                "org": self.uri,
                "jwk": Jwk.from_public(self.private.public_key()).to_json(),
                "role": self.role,
                "custody": self.custody,
                "stems": list(self.stems),
                "action": action,
                "time": "2026-03-01T00:00:00Z",
            }
        )

    def key_statement(self, signer: ec.EllipticCurvePrivateKey, action: str = "admit") -> Statement:
        payload = self.key_payload(action)
        return sign_admission(payload, prove_possession(payload, self.private), signer)


def lot(number: str, gtin: str = GTIN) -> str:
    return f"https://id.gs1.org/01/{gtin}/10/{number}"


def instance(serial: str, gtin: str = GTIN) -> str:
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


def draft(statement: Statement, org: str) -> Draft:
    return Draft(statement, idempotency_digest(org, sha256(statement.payload_bytes).digest()))


def birth(org: Org, number: int, lot_number: str, quantity: float = 100, **more: Any) -> Statement:
    payload = {
        "type": "ObjectEvent",
        "eventID": event_id(number, space=1),
        "eventTime": "2026-02-01T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": FIELD},
        "quantityList": [{"epcClass": lot(lot_number), "quantity": quantity}],
        **more,
    }
    return org.event(payload, [lot(lot_number)])


def observation(org: Org, number: int, lot_number: str, **more: Any) -> Statement:
    payload = {
        "type": "ObjectEvent",
        "eventID": event_id(number, space=2),
        "eventTime": "2026-02-02T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "storing",
        "readPoint": {"id": FIELD},
        "quantityList": [{"epcClass": lot(lot_number), "quantity": 100}],
        **more,
    }
    return org.event(payload, [lot(lot_number)])


class Ledger:
    """A log with a registrar, a cooperative and a shop, whose writer runs inside `running()`."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        self.engine = engine
        self.clock = Clock()
        self.registrar = key("registrar")
        self.registrars = (Jwk.from_public(self.registrar.public_key()),)
        self.signer = NoteSigner("log.example", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
        self.file = CheckpointFile(directory / "checkpoint")
        self.log = LogStore(engine)
        self.coop = Org(COOP, COOP_STEMS)
        self.shop = Org(SHOP, SHOP_STEMS, role="retailer", custody="own")

    def appender(self) -> Appender:
        return Appender(
            self.engine,
            signer=self.signer,
            origin=ORIGIN,
            registrars=self.registrars,
            clock=self.clock,
            checkpoint_file=self.file,
        )

    def admit(self, writer: Writer, *orgs: Org) -> None:
        drafts = [draft(org.key_statement(self.registrar), "registrar") for org in orgs]
        writer.submit(drafts).result()

    @contextmanager
    def running(self, *, admit: bool = True) -> Any:
        with Writer(self.appender()) as writer:
            if admit and self.log.key_record(self.coop.kid) is None:
                self.admit(writer, self.coop, self.shop)
            yield writer


class Kit:
    """A ledger with its capture: the cooperative and the shop are hosted, the farm signs for itself."""

    def __init__(self, ledger: Ledger, writer: Writer) -> None:
        self.ledger = ledger
        self.shop = Org(SHOP, ledger.shop.stems, role="retailer")
        self.farm = Org(COOP, COOP_STEMS, custody="own", name="farm")
        hosted = {COOP: ledger.coop, SHOP: self.shop}
        self.writer = writer
        self.capture = Capture(
            ledger.log,
            writer,
            registrars=ledger.registrars,
            clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
            signers=hosted.get,
        )
        admissions = [org.key_statement(ledger.registrar).raw for org in (ledger.coop, self.shop, self.farm)]
        self.capture.statements(admissions, org=None)

    def statement_at(self, index: int) -> jws.Statement:
        raw = self.ledger.log.statement(index)
        assert raw is not None
        return jws.parse(raw)


def harvest(number: int = 1, **more: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventID": event_id(number),
        "eventTime": "2026-02-01T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": FIELD},
        "quantityList": [{"epcClass": lot("L1"), "quantity": 100}],
    }
    event.update(more)
    return {name: value for name, value in event.items() if value is not None}


def document(*events: dict[str, Any], master: list[dict[str, Any]] | None = None, **more: Any) -> bytes:
    value: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-02-28T10:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **more,
    }
    if master:
        value["epcisHeader"] = {"epcisMasterData": {"vocabularyList": master}}
    return json.dumps(value, ensure_ascii=False).encode()
