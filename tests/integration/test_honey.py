"""The honey sample in a real log: each organisation signs its own part, and a buyer's verifier says what it must."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.capture import Capture
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from tests.ledgerkit import Kit, Ledger, Org
from tests.proofkit import check, prover
from tests.unit.lines.kit import ROOT, SAMPLES

BY_HAND: dict[str, Any] = json.loads((ROOT / "tests/vectors/honey.json").read_bytes())
JARS = "09521003000046"
RECALLED, GOOD, WET = "MA250528", "MB250529", ("09521003000022", "HA250516")


@pytest.fixture
def warned(kit: Kit, ledger: Ledger) -> list[str]:
    """The sample, captured in its order; the codes of what capture warned of."""
    index = json.loads((SAMPLES / "signers.json").read_bytes())
    orgs = {
        one["folder"]: Org(one["org"], tuple(one["stems"]), role=one["role"], name=one["folder"])
        for one in index["signers"]
        if one["folder"].startswith("honey/")
    }
    hosted = {org.uri: org for org in orgs.values()}
    capture = Capture(
        ledger.log,
        kit.writer,
        registrars=ledger.registrars,
        clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
        signers=hosted.get,
    )
    capture.statements([org.key_statement(ledger.registrar).raw for org in orgs.values()], org=None)
    warnings: list[str] = []
    for path in index["order"]:
        if path.startswith("honey/"):
            signer = orgs[path.rpartition("/")[0]].uri
            result = capture.document((SAMPLES / path).read_bytes(), org=signer)
            warnings += [warning.code for warning in result.warnings]
    return warnings


def test_the_recalled_harvest_is_found_behind_its_jars_and_not_behind_the_others(
    kit: Kit, warned: list[str]
) -> None:
    assert not [code for code in warned if not code.startswith("measure.")]
    size = kit.writer.submit_snapshot().result()
    found = {
        number: check(kit, prover(kit).bundle(Target(JARS, number, None), size))
        for number in (RECALLED, GOOD)
    }
    assert found[RECALLED].verdict is Verdict.RECALLED
    assert found[GOOD].verdict is Verdict.VERIFIED, found[GOOD].reasons
    for number, answer in found.items():
        lots = {ancestor.uri for ancestor in answer.ancestors if "/10/" in ancestor.uri}
        assert lots == set(BY_HAND["lineage"][f"https://id.gs1.org/01/{JARS}/10/{number}"])
    wet = check(kit, prover(kit).bundle(Target(*WET, None), size))
    assert wet.verdict is Verdict.VERIFIED, "an unripe harvest is no recalled one"
