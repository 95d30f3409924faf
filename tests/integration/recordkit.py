"""Phones that record in a real ledger: answer sheets become events (`scanner_web/tools/record.ts`), signed on a phone
without a screen (`phone.ts`) and captured with every rule on. Workbooks are those of three invented cooperatives."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from ledger.admission import sign_admission
from ledger.capture import Capture, CaptureResult
from ledger.encoding import canonical_json
from ledger.errors import Violation
from tests.ledgerkit import CONTEXT, Kit, Org
from tests.programs import NODE, program

LAB = "https://id.gs1.org/417/9521090000011"
SHOP = "https://id.gs1.org/417/9521096000015"
SUPPLIER = "https://id.gs1.org/417/9521081000013"
CARRIER = "https://id.gs1.org/417/9521091000010"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = {
    LAB: "Phòng kiểm nghiệm Mẫu",
    SHOP: "Siêu thị Mẫu",
    SUPPLIER: "Cửa hàng vật tư Mẫu",
    CARRIER: "Vận tải Mẫu",
}
VTYPE = "urn:epcglobal:epcis:vtype:"

Json = dict[str, Any]
Answers = dict[str, Any] | Callable[["Hand"], dict[str, Any]]


class Program:
    """A program for Node, asked line by line."""

    def __init__(self, name: str) -> None:
        self._node = subprocess.Popen(
            [str(NODE), str(program(name))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, **question: Any) -> Json:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(question).encode() + b"\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        assert line, "the scripts' side has died"
        answered: Json = json.loads(line)
        assert "error" not in answered, answered["error"]
        return answered

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._node.stdin is not None
        self._node.stdin.close()
        self._node.wait(timeout=10)


def gtin(number: str) -> str:
    """A GTIN of 14 digits from its first 13."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(number))
    return number + str(-total % 10)


def product(number: str, name: str, kind: str, line: str, **more: Any) -> Json:
    code = gtin(number)
    told: Json = {
        "uri": f"https://id.gs1.org/01/{code}",
        "gtin": code,
        "name": name,
        "kind": kind,
        "line": line,
        "uom": None if kind in ("packed", "planting") else "KGM",
        "units": [],
        "netContent": None,
        "image": None,
        "shelfLifeDays": None,
        "aliases": [],
    }
    return told | more


def place(gln: str, ext: str, name: str, kind: str) -> Json:
    uri = f"https://id.gs1.org/414/{gln}/254/{ext}"
    return {"uri": uri, "name": name, "kind": kind, "image": None, "aliases": [], "area": None}


def partner(uri: str, role: str) -> Json:
    return {"uri": uri, "name": NAMES[uri], "role": role, "phone": None}


def certificate(org: str, number: str, name: str) -> Json:
    return {
        "uri": f"https://id.gs1.org/253/{org[-13:]}{number}",
        "name": name,
        "standard": name.split(",")[0],
        "validFrom": "2024-01-01",
        "validUntil": "2027-12-31",
        "image": None,
    }


def workbook(org: str, name: str, lines: Sequence[str], **more: Any) -> Json:
    told: Json = {
        "at": "2026-03-02T00:00:00Z",
        "org": {
            "uri": org,
            "name": name,
            "gln": org[-13:],
            "phone": None,
            "region": "north",
            "lines": list(lines),
            "stems": [],
        },
        "supportPhone": None,
        "seen": None,
        "products": [],
        "places": [],
        "lots": [],
        "partners": [],
        "certificates": [],
        "last": {},
    }
    return told | more


@dataclass
class Hand:
    """A phone in somebody's hand: a key, a workbook that goes ahead of the network, a counter."""

    ledger: "Recording"
    book: Json
    phone: Program
    kid: str
    line: str
    counter: int = 0
    done: list[str] = field(default_factory=list)

    def product(self, kind: str, word: str = "") -> str:
        """URI of a product of some kind."""
        found = [item for item in self.book["products"] if item["kind"] == kind and word in item["name"]]
        return str(found[0]["uri"])

    def lot(self, kind: str, word: str = "", at: int = -1) -> str:
        """URI of a lot in hand, the newest unless another is asked for."""
        found = [item for item in self.book["lots"] if item["kind"] == kind and word in item["product"]]
        assert found, f"no lot of {kind} {word!r} is in hand: {self.book['lots']}"
        return str(found[at]["uri"])

    def shares(self, *lots: str) -> list[Json]:
        return [{"lot": lot, "amount": None} for lot in lots]

    def draft(self, step: str, when: str, answers: Answers) -> Json:
        given = answers(self) if callable(answers) else answers
        return {"line": self.line, "step": step, "when": f"{when}:00+07:00", "answers": given}

    def built(self, step: str, when: str, answers: Answers, **more: Any) -> Json:
        """What a phone makes of an answer sheet: events, sentences, what it foresees."""
        self.counter += 1
        question = {"do": "build", "now": "2026-03-01T00:00:00Z", **more}
        return self.ledger.record.ask(
            workbook=self.book,
            draft=self.draft(step, when, answers),
            counter=self.counter,
            kid=self.kid,
            **question,
        )

    def send(self, built: Sequence[Json]) -> CaptureResult:
        """Sign events on the phone and have them recorded; refusals are raised."""
        raw = [self.sign(item) for item in built]
        result = self.ledger.capture.statements(raw, org=self.book["org"]["uri"])
        events = [item["event"] for item in built]
        self.book = self.ledger.record.ask(do="ahead", workbook=self.book, events=events)["workbook"]
        return result

    def sign(self, built: Json) -> str:
        heading = {"typ": "epcis+jws", "about": built["about"], "from": built["from"]}
        answered = self.phone.ask(
            do="sign", heading=heading, payload=json.dumps(built["event"], ensure_ascii=False)
        )
        assert "statement" in answered, answered
        return str(answered["statement"])

    def does(self, step: str, when: str, answers: Answers, *, foreseen: Sequence[str] = ()) -> Json:
        """Record a step that must go through; what was foreseen, and of what the ledger warned, is what is named."""
        told = self.built(step, when, answers)
        assert "built" in told, (step, told)
        assert [item["code"] for item in told["foreseen"]] == list(foreseen), (step, told["foreseen"])
        result = self.send(told["built"])
        self.done.append(step)
        self.ledger.warnings += [(step, warning) for warning in result.warnings]
        for lang, sentence in told["said"].items():
            assert "…" not in sentence, (step, lang, sentence)
            self.ledger.sentences.append((self.line, step, lang, sentence))
        return told


class Recording:
    """A log that takes what phones record."""

    def __init__(self, kit: Kit, record: Program) -> None:
        self.kit = kit
        self.record = record
        self.warnings: list[tuple[str, Violation]] = []
        self.sentences: list[tuple[str, str, str, str]] = []
        self._hosts: dict[str, Org] = {}
        self._phones: list[Program] = []
        self.capture = Capture(
            kit.ledger.log,
            kit.writer,
            registrars=kit.ledger.registrars,
            clock=lambda: NOW,
            signers=self._hosts.get,
        )

    def hand(self, book: Json, line: str, role: str = "member") -> Hand:
        """A phone whose key the registrar admits, for an organisation whose workbook is described in the log."""
        org = book["org"]["uri"]
        phone = Program("phone")
        self._phones.append(phone)
        kid = phone.ask(do="key")["kid"]
        prefix = org[-13:-5]
        stems = [f"https://id.gs1.org/{ai}/{prefix}" for ai in ("253", "414", "417", "8003/0")]
        stems.append(f"https://id.gs1.org/01/0{prefix}")
        claim = {
            "org": org,
            "role": role,
            "custody": "own",
            "stems": stems,
            "action": "admit",
            "time": "2026-03-01T00:00:00Z",
        }
        made = phone.ask(do="claim", claim=claim)
        statement = sign_admission(made["payload"].encode(), made["possession"], self.kit.ledger.registrar)
        self.capture.statements([statement.raw], org=None)
        if org not in self._hosts:
            self._hosts[org] = Org(org, tuple(stems), role=role, name=f"{org} desk")
            desk = self._hosts[org].key_statement(self.kit.ledger.registrar)
            self.capture.statements([desk.raw], org=None)
            self._describe(book)
        return Hand(self, book, phone, kid, line)

    def _describe(self, book: Json) -> None:
        org = book["org"]
        own = org["uri"][-13:-5]
        nguon = "https://w3id.org/nguon/epcis/"
        mda = "urn:epcglobal:cbv:mda:"
        classes = [
            described(
                item["uri"],
                {
                    f"{mda}descriptionShort": item["name"],
                    f"{mda}manufacturerOfTradeItemPartyName": org["name"],
                    f"{nguon}productLine": item["line"],
                },
            )
            for item in book["products"]
            if f"/01/0{own}" in item["uri"]
        ]
        places = [described(item["uri"], {f"{mda}name": item["name"]}) for item in book["places"]]
        vocabulary = [
            {
                "type": f"{VTYPE}Party",
                "vocabularyElementList": [described(org["uri"], {f"{mda}name": org["name"]})],
            },
            {"type": f"{VTYPE}EPCClass", "vocabularyElementList": classes},
            {"type": f"{VTYPE}Location", "vocabularyElementList": places},
        ]
        document: Json = {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2024-12-01T00:00:00Z",
            "epcisHeader": {
                "epcisMasterData": {
                    "vocabularyList": [item for item in vocabulary if item["vocabularyElementList"]]
                }
            },
            "epcisBody": {"eventList": []},
        }
        self.capture.document(canonical_json(document), org=org["uri"])

    def close(self) -> None:
        for phone in self._phones:
            phone.__exit__()


def described(uri: str, attributes: dict[str, str]) -> Json:
    return {"id": uri, "attributes": [{"id": name, "attribute": text} for name, text in attributes.items()]}


def amount(value: float, unit: str, base: float, uom: str | None) -> Json:
    return {"value": value, "unit": unit, "base": base, "uom": uom}


def kg(value: float) -> Json:
    return amount(value, "kg", value, "KGM")


def packs(count: int, unit: str = "cai") -> Json:
    return amount(count, unit, count, None)
