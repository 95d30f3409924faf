"""The verifier in TypeScript says what Python's says: the same verdict, the same reasons, in the same order."""

import base64
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.scans import summary_json
from coop.scans.desk import suspicions
from coop.scans.queries import ScanSummary
from coop.scans.rule import Conflict
from ledger.encoding import parse_json
from ledger.errors import LedgerError
from ledger.gs1 import ai_table
from ledger.lot.facts import EventFacts, canonical_or_none
from ledger.proof import bundle as bundles
from ledger.proof import trustfile
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.target import parse_code
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.verify import recall_keys
from tests.judgekit import Case, Judge, reasons_json
from tests.programs import ROOT
from tests.unit.proof.test_voided_tem import spoil
from tests.world import World, instance

HOST = "nguon.example"


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as running:
        yield running


def test_on_every_bundle_vector_both_say_the_same(judge: Judge, vectors: Path) -> None:
    folder = vectors / "bundle"
    expected = json.loads((folder / "expected.json").read_bytes())
    cases = {
        name: Case(
            bundle := (folder / "bundles" / f"{name}.json").read_bytes(),
            trustfile.parse((folder / case["trust"]).read_bytes()),
            _chain(json.loads((folder / case["chain"]).read_bytes()), bundle),
            datetime.fromisoformat(expected["now"]),
        )
        for name, case in expected["cases"].items()
    }
    for name, case, answer in zip(cases, cases.values(), judge.ask_all(cases.values()), strict=True):
        assert answer == case.by_python(), name
        assert answer["verdict"] == expected["cases"][name]["verdict"], name


def test_on_every_case_of_the_tests_of_verdicts_both_say_the_same(judge: Judge, tmp_path: Path) -> None:
    harvest = tmp_path / "cases.jsonl"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.harvest", "-p", "no:cacheprovider"]
    subprocess.run(
        [*command, "tests/unit/proof"],
        check=True,
        cwd=ROOT,
        env=os.environ | {"NGUON_HARVEST": str(harvest)},
        capture_output=True,
    )
    cases = [json.loads(line) for line in harvest.read_text().splitlines()]
    judged = [case.pop("judged") for case in cases]
    codes = {reason["code"] for found in judged for reason in found["reasons"]}
    assert len(cases) > 100
    assert len(codes) > 30
    for said, answer in zip(judged, judge.answers(cases), strict=True):
        assert answer == said


# -- the operator's word

_SCANS = [
    ScanSummary(),
    ScanSummary(3, date(2026, 11, 20), "VN-18", date(2026, 11, 24), 2, ("VN-18", "VN-HN")),
    ScanSummary(7, date(2026, 9, 1), conflict=Conflict("places", date(2026, 9, 20), "VN-HN", "VN-CT", 0)),
    ScanSummary(90, date(2026, 9, 1), conflict=Conflict("devices", date(2026, 9, 2), devices=41)),
    ScanSummary(opened=datetime(2026, 9, 20, 3, 5, 59, tzinfo=UTC)),
    ScanSummary(
        7,
        date(2026, 9, 1),
        conflict=Conflict("places", date(2026, 9, 20), "VN-HN", "VN-CT", 2),
        opened=datetime(2026, 9, 20, 3, 5, tzinfo=UTC),
    ),
]
_ODD_WORDS = [
    Reason("recall.entry", Verdict.RECALLED, "", {"by": "operator"}),
    Reason("scan.conflict", Verdict.SUSPECT_COPY, "", {}),
    Reason("scan.conflict", Verdict.SUSPECT_COPY, "", {"by": "someone"}),
    Reason("anything", Verdict.SUSPECT_COPY, "", {"by": "operator", "count": 1}),
]


@pytest.mark.parametrize(
    "about", ["tem", "lot", "born", "recalled", "forged", "spoiled", "expired", "pending"]
)
def test_both_heed_the_operator_s_word_alike(judge: Judge, about: str) -> None:
    world = World(seed=f"word {about}").found()
    uri = world.pack("GOOD", expiry="2026-01-01" if about == "expired" else "2028-09-20")
    serial: str | None = world.serial(uri, 3)
    world.snapshot()
    world.roll("member", uri)
    match about:
        case "recalled":
            world.recall("member", uri)
        case "lot":
            serial = None
        case "forged":
            serial = f"{world.serial(uri, 3)[:5]}ZZZZZZZZZZZZ"
        case "born":
            world.event(
                "member", [uri, instance("A1")], action="ADD", epcList=[instance("A1")],
                ilmd={"cbvmda:lotNumber": "GOOD"},
            )  # fmt: skip
            serial = "A1"
        case "spoiled":
            spoil(world, 3)
    if about != "pending":
        world.snapshot()
    bundle = world.bundle(uri, serial, pending=about == "pending")
    words = [(), *([word] for word in _ODD_WORDS), tuple(_ODD_WORDS), *map(suspicions, _SCANS)]
    packed, chain = bundles.pack(bundle), world.chain(bundle)
    cases = [Case(packed, world.trust(), chain, world.now, word=tuple(word)) for word in words]
    answers = list(judge.ask_all(cases))
    assert answers == [case.by_python() for case in cases]
    suspected = any(reason["verdict"] == "suspect_copy" for answer in answers for reason in answer["reasons"])
    assert suspected == (about not in ("lot", "forged", "spoiled"))


def test_both_find_the_same_suspicions_in_scans(judge: Judge) -> None:
    told = [json.dumps(summary_json("x", known)) for known in _SCANS]
    for known, answer in zip(_SCANS, judge.answers({"scans": text} for text in told), strict=True):
        assert answer["read"] == reasons_json(suspicions(known))


# -- readings


def test_both_take_and_refuse_the_same_json_at_the_same_place(judge: Judge) -> None:
    dice = random.Random(10)
    texts = [_mutated_bytes(dice, dice.choice(_JSON)) for _ in range(4000)]
    texts += [b"[" * 201 + b"]" * 201, b"[" * 202 + b"]" * 202, b'{"a":' * 201 + b"1", b'{"a":[' * 101 + b"1"]
    texts += [b"[" + b"9" * digits + b"]" for digits in (15, 16, 17, 4300, 4301, 5000)]
    questions = [{"json": base64.b64encode(text).decode()} for text in texts]
    for text, answer in zip(texts, judge.answers(questions), strict=True):
        assert answer == _reading(parse_json, text), text


def test_both_read_the_same_identifiers(judge: Judge, vectors: Path) -> None:
    dice = random.Random(11)
    known = [*_identifiers(vectors), *_values(dice)]
    uris = known + [_mutated(dice, dice.choice(known), known) for _ in range(4000)]
    for uri, answer in zip(uris, judge.answers({"canonical": uri} for uri in uris), strict=True):
        assert answer == {"read": canonical_or_none(uri)}, uri
    for code, answer in zip(uris, judge.answers({"code": uri, "host": HOST} for uri in uris), strict=True):
        said = _reading(_parse_code, code)
        assert answer.get("read") == said.get("read"), code
        assert answer.get("code") == said.get("code"), code


def test_both_read_the_same_days_and_offsets(judge: Judge) -> None:
    dice = random.Random(12)
    days = [_mutated(dice, dice.choice(_DAYS), _DAYS, "0123456789-W") for _ in range(2000)] + _DAYS
    for text, answer in zip(days, judge.answers({"day": text} for text in days), strict=True):
        expiry = EventFacts({"ilmd": {"cbvmda:itemExpirationDate": text}}).expiry
        assert answer["read"] == (expiry and expiry.isoformat()), text
    offsets = [_mutated(dice, dice.choice(_OFFSETS), _OFFSETS, "0123456789:+-.Z ०") for _ in range(2000)]
    for text, answer in zip(offsets, judge.answers({"offset": text} for text in offsets), strict=True):
        offset = EventFacts({"eventTimeZoneOffset": text}).zone.utcoffset(None)
        assert answer["read"] == offset / timedelta(milliseconds=1), text


def _parse_code(code: str) -> dict[str, Any]:
    return vars(parse_code(code, HOST))


def _reading(read: Callable[[Any], Any], given: object) -> dict[str, Any]:
    try:
        return {"read": read(given)}
    except LedgerError as error:
        return {"code": error.code, "params": dict(error.params)}


def _chain(answer: dict[str, Any], bundle: bytes) -> ChainAnswer:
    size, root, time = answer["latest"]
    false_since, successor, max_age = answer["standing"]
    try:
        asked = frozenset(recall_keys(bundles.parse(bundle)))
    except LedgerError:
        asked = frozenset()
    recalled = frozenset(bytes.fromhex(key) for key in answer["recalled"]) & asked
    latest = Anchor(size, bytes.fromhex(root), time)
    return ChainAnswer("ok", latest, false_since, bool(successor), max_age, recalled, asked, 1, 1, 1)


# -- what is read


_JSON = (
    rb'{"a":1,"b":[1,2.5,-3e2,"x\n\u00e9\ud83d\ude00"],"c":{"d":null,"e":true,"f":false}}',
    '[1, 2 ,\n[3,[4]],{"k" : "v" , "k2":"é😀"}]'.encode(),
    r'"\ud800\udc00 \u0041ạ"'.encode(),
    '{"x":{"y":{"x":1}}, "z":"e\u0301","w":12345678901234567890}'.encode(),
    b"[0,-0,0.0,-0.0,1e400,10,100,9007199254740991,9007199254740992]",
    '["a\u0897\u0301", "\U00016d68", "\u1ae0\u0327"]'.encode(),
)
_JSON_BYTES = b'{}[]":,\\ue0159.-+E \n\t\r/ntrfalsx\x00\x01\x7f\x80\xc3\xa9\xe2\xff\xcc\x81\xed\xa0\xf0'
_CHARACTERS = "0123456789/?&=#%:.-_~+ABCabcz@()[]\\\"'* \né\u1ea1\U0001f600\u017f\x1d"
_DAYS = [
    *("2026-01-01", "2026-W01", "2026-W01-1", "2026W01", "2026W011", "2026W011xx", "2026W011é", "20260101"),
    *("2026-02-29", "2024-02-29", "1900-02-29", "9999-12-31", "0001-01-01", "0000-01-01", "9999-W52-6"),
    *("2020-W53-7", "2021-W53-1", "2026-01-01T00:00:00", "2026-1-01", "20260101T1", "2026-W531"),
]
_OFFSETS = [
    *("+07:00", "-03:30", "+0700", "+07:00:00", "+07:00:00.5", "+23:59:59.999999", "+24:00", "+99:59", "Z"),
    *("+07:60", "+0७:00", "+07:0०", "-00:00", "+07:0000", "+0700:00", "+07:00\n", "+7:00"),
]
_CODES = [
    *("https://nguon.example/01/09521001000055/22/2A/10/A/21/X1", "/01/09521001000055/10/A/"),
    *("httpſ://id.gſ1.org/x", "https://İd.gs1.org:٣/x", "HTTPS://ID.GS1.ORG/01/09521001000055"),
    *(
        "nguon.example/01/09521001000055",
        "(01)09521001000055(10)A(21)B\\(C",
        "9521001000055",
        "]E09521001000055",
    ),
    *(
        "]d2010952100100005510ABC\x1d21DEF",
        "\x1d0109521001000055",
        "]d2https://nguon.example/01/09521001000055",
    ),
]


def _identifiers(vectors: Path) -> list[str]:
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, str) and len(value) < 400:
            found.append(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(json.loads((vectors / "digital_link.json").read_bytes()))
    return found + _CODES


def _values(dice: random.Random) -> Iterator[str]:
    """Every application identifier with a value, mostly a wrong one."""
    for ai in ai_table.formats():
        digits = "".join(dice.choices("0123456789", k=dice.choice([2, 4, 6, 8, 10, 12, 13, 14, 18])))
        text = "".join(dice.choices("0123456789ABCz./-%", k=dice.randrange(1, 30)))
        yield f"https://id.gs1.org/01/09521001000055?{ai}={text}"
        yield f"https://x.example/01/09521001000055?{ai}={digits}"
        yield f"https://id.gs1.org/{ai}/{digits}/21/{text}"
        yield f"]d2{ai}{digits}\x1d{ai}{text}"


def _mutated(dice: random.Random, text: str, others: Sequence[str], characters: str = _CHARACTERS) -> str:
    for _ in range(dice.choice([1, 1, 2, 3])):
        at = dice.randrange(len(text) + 1)
        match dice.randrange(4):
            case 0:
                text = text[:at] + dice.choice(characters) + text[at + 1 :]
            case 1:
                text = text[:at] + dice.choice(characters) + text[at:]
            case 2:
                text = text[:at] + text[at + dice.choice([1, 1, 3]) :]
            case _:
                other = dice.choice(others)
                text = text[:at] + other[dice.randrange(len(other) + 1) :]
    return text


def _mutated_bytes(dice: random.Random, data: bytes) -> bytes:
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        at = dice.randrange(len(data) + 1)
        some = bytes(dice.choices(_JSON_BYTES, k=dice.choice([1, 1, 2, 4])))
        data = data[:at] + dice.choice([some, b"", data[at : at + 12]]) + data[at + dice.choice([0, 1, 5]) :]
    return data
