"""The vectors of tem, made without `ledger`, say what `ledger` says; a verifier in another language reads the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ledger import digsig, hidden, tem
from ledger.errors import ProofError, SealError
from ledger.log import merkle
from ledger.lot.facts import EventFacts
from ledger.lot.state import StoryEntry
from ledger.proof.tem import voided_serials
from ledger.statement.jws import Jwk
from ledger.statement.trust import KeyRecord


@pytest.fixture
def read(vectors: Path) -> Any:
    return lambda name: json.loads((vectors / "tem" / f"{name}.json").read_bytes())


def test_the_files_are_what_their_maker_makes(vectors: Path) -> None:
    made = subprocess.run(
        [sys.executable, str(vectors / "make_tem_vectors.py"), "--check"], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout


def test_rolls(read: Any) -> None:
    told = read("rolls")
    master = bytes.fromhex(told["master"])
    for roll in told["rolls"]:
        key = tem.roll_key(master, roll["id"])
        assert key.hex() == roll["key"]
        assert tem.roll_root(key, roll["gtin"], roll["lot"], roll["count"]).hex() == roll["root"]
        for one in roll["serials"]:
            assert tem.serial(key, roll["gtin"], roll["lot"], one["index"]) == one["serial"]
            assert tem.leaf(one["serial"]).hex() == one["leaf"]
            assert tem.serial_index(one["serial"]) == one["index"]
    for one in told["far"]:
        key = tem.roll_key(master, one["id"])
        assert tem.serial(key, one["gtin"], one["lot"], one["index"]) == one["serial"]
    for one in told["notSerials"]:
        assert tem.serial_index(one["text"]) is None, one["why"]


def test_slots(read: Any) -> None:
    for case in read("slots")["slots"]:
        leaf, proof = bytes.fromhex(case["leaf"]), [bytes.fromhex(item) for item in case["inclusion"]]
        merkle.verify_inclusion(leaf, case["index"], case["count"], proof, bytes.fromhex(case["root"]))
        found = tem.serial_index(case["serial"]) == case["index"] and tem.leaf(case["serial"]) == leaf
        assert found == case["holds"], case


def test_hidden_codes(read: Any) -> None:
    told = read("hidden")
    for roll in told["rolls"]:
        key = hidden.hidden_key(bytes(range(32)), roll["id"])
        assert key.hex() == roll["key"]
        of_tem = tem.roll_key(bytes(range(32)), roll["id"])
        assert hidden.root(key, of_tem, roll["gtin"], roll["lot"], roll["count"]).hex() == roll["root"]
    for case in told["openings"]:
        opening = hidden.Opening(
            bytes.fromhex(case["salt"]),
            bytes.fromhex(case["leaf"]),
            tuple(bytes.fromhex(item) for item in case["inclusion"]),
        )
        root = bytes.fromhex(case["root"])
        if case["opens"]:
            hidden.check(opening, case["serial"], case["code"], count=case["count"], root=root)
        else:
            with pytest.raises(ProofError):
                hidden.check(opening, case["serial"], case["code"], count=case["count"], root=root)
    for case in told["normalised"]:
        assert hidden.normalised(case["typed"]) == case["code"]


def test_signed_labels(read: Any) -> None:
    told = read("digsig")
    keys = [
        KeyRecord(
            key["kid"], key["org"], Jwk.parse(key["jwk"]), "member", "own", tuple(key["stems"]), admitted=1
        )
        for key in told["keys"]
    ]
    assert [key.jwk.kid for key in keys] == [key.kid for key in keys]
    for case in told["right"]:
        assert digsig.check(case["link"], keys).key == keys[0]
        assert len(case["value"]) == digsig.VALUE_LENGTH
    for case in told["wrong"]:
        with pytest.raises(SealError) as refused:
            digsig.check(case["link"], keys)
        assert refused.value.code == case["code"], case


def test_voided_tem(read: Any) -> None:
    told = read("voided")
    roll, lot = told["roll"], f"https://id.gs1.org/01/{told['roll']['gtin']}/10/{told['roll']['lot']}"
    jwk = Jwk.parse(read("digsig")["keys"][0]["jwk"])
    signer = KeyRecord(jwk.kid, "urn:x:org", jwk, "member", "own", (lot,), admitted=0)
    issued = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "encoding",
        "quantityList": [{"epcClass": lot, "quantity": roll["count"]}],
        "nguon:roll": {name: roll[name] for name in ("id", "count", "root")},
    }
    for case in told["events"]:
        story = [
            StoryEntry(index, EventFacts(payload, (lot,)), signer)
            for index, payload in enumerate([issued, case["event"]], 1)
        ]
        assert sorted(voided_serials(story, lot)) == sorted(case["voids"]), case.get("why")
