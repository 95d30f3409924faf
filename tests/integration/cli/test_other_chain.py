"""Any EVM chain by settings alone: deploy, anchor and verify on a chain that is not ours, with an encrypted key."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from clikit import GROWER, PLACE, Cli, birth, code

from ledger.chain.node import LocalNode


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNode]:
    with LocalNode(tmp_path_factory.mktemp("chain") / "state.json", chain_id=11155111) as node:
        yield node


def test_a_log_is_deployed_anchored_and_verified_on_another_chain(chain: LocalNode, tmp_path: Path) -> None:
    cli = Cli(tmp_path / "data")
    (tmp_path / "password").write_text("correct horse\n")
    where = {
        "NGUON_RPCS": chain.url,
        "NGUON_CHAIN_ID": "11155111",
        "NGUON_KEYSTORE": str(tmp_path / "publisher.json"),
        "NGUON_KEYSTORE_PASSWORD_FILE": str(tmp_path / "password"),
    }
    made = cli.run("chain", "keystore", str(tmp_path / "publisher.json"), "--json", **where).value
    assert (tmp_path / "publisher.json").stat().st_mode & 0o077 == 0
    refused = cli.run("chain", "status", expect=2, **where).err
    assert "[chain.not_configured]" in refused
    chain.fund(made["address"])
    deployed = cli.run("chain", "deploy", "--json", **where).value
    where |= {"NGUON_CONTRACT": deployed["contract"], "NGUON_LOG_ID": deployed["logId"]}
    assert cli.run("chain", "deploy", "--json", **where).value == deployed
    cli.run(
        "org", "add", GROWER, "HTX", "--stem", "https://id.gs1.org/01/0952100100", "--stem", PLACE, **where
    )
    (tmp_path / "birth.json").write_text(json.dumps(birth("L1")))
    cli.run("capture", str(tmp_path / "birth.json"), **where)
    cli.run("anchor", "--once", **where)
    assert cli.run("verify", code("L1"), "--json", **where).value["verdict"] == "verified"
    status = cli.run("chain", "status", "--json", **where).value
    assert (status["chain"], status["local"]) == ("Sepolia", False)
    assert status["latest"] == status["logSize"]
    assert not (cli.data / "chain-state.json").exists()
    wrong = where | {"NGUON_CHAIN_ID": "1"}
    found = cli.run("verify", code("L1"), "--json", expect=1, **wrong).value
    assert found["verdict"] == "chain_unreachable"
    (tmp_path / "password").write_text("wrong\n")
    assert "[chain.keystore]" in cli.run("anchor", "--once", expect=2, **where).err


def test_the_embedded_chain_needs_no_deploying(tmp_path: Path) -> None:
    assert "[chain.not_configured]" in Cli(tmp_path / "data").run("chain", "deploy", expect=2).err
