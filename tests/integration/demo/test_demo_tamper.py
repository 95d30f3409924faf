"""`nguon demo --tamper`: each lie is told, and caught, by what must catch it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.demo.conftest import nguon

LIES = ["altered", "swapped", "rewritten", "omitted", "forked", "rolled_back"]


@pytest.fixture(scope="module")
def lies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = nguon(tmp_path_factory.mktemp("tamper"), "demo", "--tamper", "--json", "--port", "0")
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert [one["lie"] for one in told] == LIES
    return {one["lie"]: one for one in told}


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_caught(lies: dict[str, Any], lie: str) -> None:
    assert lies[lie]["caught"] is True
    assert lies[lie]["steps"]


def test_a_changed_record_is_tampered_and_named(lies: dict[str, Any]) -> None:
    evidence = lies["altered"]["evidence"]
    assert evidence["verdict"] == "tampered"
    assert evidence["reasons"] == "bundle.commitment"


def test_both_lots_of_a_swap_are_tampered(lies: dict[str, Any]) -> None:
    assert lies["swapped"]["evidence"]["verdicts"] == ["tampered", "tampered"]


def test_the_contract_itself_refuses_a_rewritten_history(lies: dict[str, Any]) -> None:
    assert lies["rewritten"]["evidence"]["error"] == "BadConsistencyProof"


@pytest.mark.parametrize(("lie", "call"), [("omitted", "proveOmission"), ("forked", "proveFork")])
def test_a_stranger_proves_the_lie_and_the_log_is_marked(lies: dict[str, Any], lie: str, call: str) -> None:
    evidence = lies[lie]["evidence"]
    assert evidence["call"] == call
    assert evidence["falseSince"] > 0
    assert evidence["verdict"] == "tampered"


def test_an_old_copy_of_the_database_appends_nothing(lies: dict[str, Any]) -> None:
    evidence = lies["rolled_back"]["evidence"]
    assert (evidence["file"], evidence["chain"]) == ("store.behind", "store.behind")


def test_in_words_each_lie_has_its_catch(tmp_path: Path) -> None:
    done = nguon(tmp_path, "demo", "--tamper", "--port", "0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Caught. Đã phát hiện.") == len(LIES)
    assert "BadConsistencyProof()" in done.stdout
    assert list(tmp_path.iterdir()) == []
