"""`nguon org token`, `tokens`, `trail`: what a machine's key may, and who gave it out."""

from pathlib import Path

import pytest
from clikit import GROWER, Cli

from coop.accounts.queries import authenticate
from nguon.settings import Settings
from nguon.wiring import Deployment


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    made = Cli(tmp_path / "data")
    made.run("org", "add", GROWER, "HTX Mẫu", "--own-key")
    return made


def test_a_key_is_given_scopes_listed_without_its_secret_and_ended(cli: Cli) -> None:
    made = cli.run("org", "token", GROWER, "--scope", "read", "--scope", "reports", "--json").value
    assert made["scopes"] == ["read", "reports"]
    with Deployment.open(Settings(data_dir=cli.data)) as deployment:
        caller = authenticate(deployment.engine, made["apiKey"])
    assert caller is not None
    assert caller.powers == {"read", "reports"}
    listed = cli.run("org", "tokens", GROWER, "--json")
    assert made["apiKey"] not in listed.out
    assert [line["scopes"] for line in listed.lines] == [None, ["read", "reports"]]
    assert "read reports" in cli.run("org", "tokens").out
    cli.run("org", "token", f"--revoke={made['apiKeyId']}")
    assert [line["endedAt"] is None for line in cli.run("org", "tokens", GROWER, "--json").lines] == [
        True,
        False,
    ]


@pytest.mark.parametrize("scope", ["everything", "registrar", "audit"])
def test_a_scope_that_there_is_not_makes_no_key(cli: Cli, scope: str) -> None:
    refused = cli.run("org", "token", GROWER, "--scope", scope, expect=2)
    assert "auth.scope" in refused.err
    assert len(cli.run("org", "tokens", "--json").lines) == 1


def test_the_trail_tells_of_keys_the_newest_first(cli: Cli) -> None:
    made = cli.run("org", "token", GROWER, "--json").value
    cli.run("org", "token", f"--revoke={made['apiKeyId']}")
    cli.run("org", "token", "--json")
    told = cli.run("org", "trail", GROWER, "--json").lines
    assert [(line["what"], line["about"]) for line in told] == [
        ("api_key.ended", made["apiKeyId"]),
        ("api_key.issued", made["apiKeyId"]),
    ]
    assert {line["role"] for line in told} == {"operator"}
    assert len(cli.run("org", "trail", "--count", "1").out.splitlines()) == 1
