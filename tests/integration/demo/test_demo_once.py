"""`nguon demo --once --json --keep DIR`: each verdict, and the same again from the files alone."""

import json
import shutil
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.chain.node import LocalNode
from ledger.statement.jws import Typ, parse
from ledger.statement.trust import read_key_payload
from tests.integration.demo.conftest import Kept, nguon


def verify(kept: Kept, rpc: str, *more: str) -> dict[str, str]:
    """Bundle -> verdict, by `nguon verify` with the trust file and the chain alone."""
    bundles = list(kept.verdicts)
    done = nguon(
        kept.home, "verify", "--json", "--trust", kept.report["trust"], "--rpc", rpc, *more, *bundles
    )
    assert done.returncode == 1, done.stderr  # some are not verified
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {answer["input"]: answer["verdict"] for answer in answers}


@pytest.fixture(scope="module")
def node(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> LocalNode:
    """The chain, restarted from a copy of its state; service and database are gone."""
    state = tmp_path_factory.mktemp("chain") / "state.json"
    shutil.copyfile(kept.report["nodeState"], state)
    with LocalNode(state) as running:
        yield running


def test_every_verdict_that_the_demo_can_show_is_there(kept: Kept) -> None:
    assert Counter(row["verdict"] for row in kept.rows) == {
        "verified": 3,
        "stale": 1,
        "recorded": 1,
        "incomplete": 1,
        "expired": 1,
        "recalled": 2,
        "unknown": 2,
        "tampered": 1,
        "malformed": 2,
    }


def test_it_prints_exactly_one_json_object(kept: Kept) -> None:
    assert kept.stdout.count("\n") == 1
    assert set(kept.report) == {"trust", "nodeState", "rows"}
    for row in kept.rows:
        assert set(row) == {"code", "verdict", "reasons", "bundle", "url"}
        assert row["url"].startswith("http://127.0.0.1:")


def test_only_what_is_no_code_of_ours_has_no_proof(kept: Kept) -> None:
    for row in kept.rows:
        assert (row["bundle"] is None) == (row["verdict"] == "malformed")
    assert all(Path(bundle).is_relative_to(kept.folder) for bundle in kept.verdicts)


def test_reasons_are_named_wherever_the_verdict_is_not_verified(kept: Kept) -> None:
    reasons = {row["verdict"]: {reason["code"] for reason in row["reasons"]} for row in kept.rows}
    assert reasons["tampered"] == {"bundle.commitment"}
    assert "chain.newer_anchor" in reasons["stale"]
    for verdict, codes in reasons.items():
        assert codes or verdict == "verified", verdict


def test_the_laboratory_signed_with_its_own_key_and_the_cooperative_with_a_hosted_one(kept: Kept) -> None:
    (tem,) = [row for row in kept.rows if row["verdict"] == "verified" and "NHC260110/21" in row["code"]]
    shown = json.loads(Path(tem["bundle"]).read_bytes())
    raw = {entry["statement"] for subject in shown["subjects"] for entry in subject["entries"]}
    told = [parse(statement) for statement in raw]
    keys = [read_key_payload(one.payload) for one in told if one.header.typ is Typ.KEY]
    custody = {key.org: key.custody for key in keys}
    assert custody["https://id.gs1.org/417/9521090000011"] == "own"
    assert custody["https://id.gs1.org/417/9521002000016"] == "hosted"
    signed = {one.header.kid for one in told if one.payload.get("bizStep") == "inspecting"}
    assert signed == {key.jwk.kid for key in keys if key.role == "laboratory"}


def test_the_proofs_say_the_same_with_the_service_stopped(kept: Kept, node: LocalNode) -> None:
    assert verify(kept, node.url) == kept.verdicts


def test_they_still_say_so_days_later(kept: Kept, node: LocalNode) -> None:
    later = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    assert verify(kept, node.url, "--now", later) == kept.verdicts


def test_without_any_chain_nothing_is_verified(kept: Kept) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        found = verify(kept, f"http://127.0.0.1:{nobody.getsockname()[1]}")
    assert not {"verified", "stale", "unknown"} & set(found.values())
    assert "chain_unreachable" in found.values()


def test_a_folder_with_something_in_it_is_left_alone(kept: Kept) -> None:
    done = nguon(kept.home, "demo", "--once", "--port", "0", "--keep", str(kept.folder))
    assert done.returncode == 2
    assert "not empty" in done.stderr


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = nguon(tmp_path, "demo", "--port", str(port))
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert "--port" in done.stderr
    assert list(tmp_path.iterdir()) == []
