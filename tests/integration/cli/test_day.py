"""A cooperative's day at the command line, and an auditor's, as one story; each step is a process of its own."""

import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from clikit import GROWER, LAB, PLACE, PRODUCT, Cli, birth, code


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A deployment with one organisation and one lot, anchored."""
    found = Cli(tmp_path_factory.mktemp("cli") / "data")
    joined = found.json(
        "org", "add", GROWER, "HTX Mẫu", "--stem", "https://id.gs1.org/01/0952100100", "--stem", PLACE
    ).value
    assert joined["apiKey"].startswith("ngk_")
    document = found.data / "birth.json"
    document.write_text(json.dumps(birth("L1")))
    assert found.json("capture", str(document)).value["new"] == 1
    assert found.json("capture", str(document)).value["new"] == 0
    assert found.json("anchor", "--once").value["action"] == "idle"
    return found


def test_codes_get_a_line_each_and_the_worst_decides_the_exit_status(cli: Cli) -> None:
    assert cli.json("verify", code("L1")).value == {"input": code("L1"), "verdict": "verified", "reasons": []}
    several = cli.json("verify", code("L1"), code("NEVER"), code("L1").replace("55/", "56/"), expect=1).lines
    assert [line["verdict"] for line in several] == ["verified", "unknown", "malformed"]
    assert several[2]["reasons"][0]["code"] == "gs1.check_digit"
    plain = cli.process("verify", code("L1"))
    assert plain.out.split() == ["verified", code("L1")]


def test_what_cannot_be_read_is_exit_status_2(cli: Cli) -> None:
    assert "nguon: " in cli.process("verify", "./no-such-bundle.json", expect=2).err
    cli.run("verify", expect=2)
    cli.run("verify", "--now", "yesterday", code("L1"), expect=2)
    cli.run("verify", "--trust", "/no/such/file", "x", expect=2)


def test_a_code_needs_a_log_to_look_it_up_and_makes_none(tmp_path: Path) -> None:
    nowhere = Cli(tmp_path / "nowhere")
    assert "[store.missing]" in nowhere.run("verify", code("L1"), expect=2).err
    assert nowhere.json("verify", "hello", expect=1).value["verdict"] == "malformed"
    assert not nowhere.data.exists()


def test_a_document_that_breaks_rules_is_refused_with_code_and_place(cli: Cli, tmp_path: Path) -> None:
    wrong = birth("L2")
    wrong["epcisBody"]["eventList"][0]["eventTime"] = "2999-01-01T00:00:00+00:00"
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    before = cli.json("chain", "status").value["logSize"]
    err = cli.run("capture", str(tmp_path / "wrong.json"), expect=1).err
    assert "[time.future]" in err
    assert "/epcisBody/eventList/0/eventTime" in err
    assert cli.json("chain", "status").value["logSize"] == before


def test_a_roll_never_exceeds_what_the_lot_holds(cli: Cli, tmp_path: Path) -> None:
    roll = cli.json("tem", "09521001000055", "L1", "20", "--out", str(tmp_path / "codes.txt")).value
    codes = (tmp_path / "codes.txt").read_text().split()
    assert len(codes) == roll["count"] == 20
    assert "[balance.exceeded]" in cli.run("tem", "09521001000055", "L1", "31", expect=2).err
    assert cli.json("verify", codes[7], expect=1).value["verdict"] == "recorded"
    cli.json("anchor", "--once")
    assert cli.json("verify", codes[7]).value["verdict"] == "verified"
    other = "1" if codes[7].endswith("0") else "0"
    assert cli.json("verify", codes[7][:-1] + other, expect=1).value["verdict"] == "unknown"


def test_a_recall_is_seen_at_once_and_its_release_once_anchored(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "birth.json").write_text(json.dumps(birth("L3")))
    cli.run("capture", str(tmp_path / "birth.json"))
    cli.run("anchor", "--once")
    cli.run("recall", "09521001000055", "L3", "--reason", "Cd")
    assert cli.json("verify", code("L3"), expect=1).value["verdict"] == "recalled"
    cli.run("release", "09521001000055", "L3", "--reason", "tested again")
    assert cli.json("verify", code("L3"), expect=1).value["verdict"] == "recalled"
    cli.run("anchor", "--once")
    assert cli.json("verify", code("L3")).value["verdict"] == "verified"


def test_a_key_of_ones_own_is_admitted_once_by_proof_and_revoked_once(cli: Cli, tmp_path: Path) -> None:
    key = tmp_path / "lab.pem"
    made = cli.json("key", "new", "--org", LAB, "--role", "laboratory", "--out", str(key)).value
    assert key.stat().st_mode & 0o777 == 0o600
    assert cli.json("key", "admit", f"{key}.request").value["kid"] == made["kid"]
    size = cli.json("chain", "status").value["logSize"]
    assert cli.json("key", "admit", f"{key}.request").value["kid"] == made["kid"]
    assert cli.json("chain", "status").value["logSize"] == size
    forged = Path(f"{key}.request").read_text().strip()[:-4] + "AAAA"
    (tmp_path / "forged").write_text(forged)
    assert "[key.unproven]" in cli.run("key", "admit", str(tmp_path / "forged"), expect=2).err
    cli.run("key", "revoke", made["kid"])
    assert "[key.revoked_before]" in cli.run("key", "revoke", made["kid"], expect=2).err
    listed = {line["kid"]: line for line in cli.json("key", "list").lines}
    assert listed[made["kid"]]["revoked"] is not None


def test_a_key_whose_thumbprint_begins_with_a_dash_can_be_revoked(cli: Cli) -> None:
    for kid in ("-9zFuIE2I4DnvaLPEOWMVB8mGGP_mwCM4pGX7LEEC1E", "--zFuIE2I4DnvaLPEOWMVB8mGGP_mwCM4pGX7LEEC1E"):
        assert "[not_found.key]" in cli.run("key", "revoke", kid, "--json", expect=2).err


def test_fsck_reads_all_and_finds_what_was_changed(cli: Cli) -> None:
    assert cli.json("fsck").value["errors"] == 0


def test_while_the_service_runs_it_alone_writes_and_anybody_reads(cli: Cli, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = subprocess.Popen(
        cli.command("serve", "--port", str(port)), env=cli.environment, stderr=subprocess.PIPE, text=True
    )
    try:
        base = f"http://127.0.0.1:{port}"
        wait_for(f"{base}/readyz")
        assert "[store.locked]" in cli.run("org", "add", LAB, "Phòng thử nghiệm", expect=2).err
        assert cli.json("verify", code("L1")).value["verdict"] == "verified"
        assert "[serve.port]" in cli.run("serve", "--port", str(port), expect=2).err
        (tmp_path / "trust.json").write_bytes(httpx.get(f"{base}/trust.json").content)
        anchored = httpx.get(f"{base}/readyz").json()["anchor"]["size"]
        proof = httpx.get(f"{base}/api/v1/proof", params={"subject": f"{PRODUCT}/10/L1", "size": anchored})
        (tmp_path / "bundle.json").write_bytes(proof.content)
        (tmp_path / "rubbish.json").write_text("{}")
        alone = Cli(tmp_path / "elsewhere")
        trusting = ["verify", "--trust", str(tmp_path / "trust.json")]
        assert alone.json(*trusting, str(tmp_path / "bundle.json")).value["verdict"] == "verified"
        both = alone.json(*trusting, str(tmp_path / "bundle.json"), str(tmp_path / "rubbish.json"), expect=1)
        assert [line["verdict"] for line in both.lines] == ["verified", "tampered"]
        later = alone.json(
            *trusting, "--now", "2030-01-01T00:00:00Z", str(tmp_path / "bundle.json"), expect=1
        )
        assert later.value["verdict"] == "stale"
        assert not alone.data.exists()
    finally:
        service.send_signal(signal.SIGTERM)
        _, errors = service.communicate(timeout=60)
    assert service.returncode == 0, errors
    assert "local test chain" in errors
    logged = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    assert any(line["event"] == "stopped" for line in logged)
    gone = alone.json(*trusting, str(tmp_path / "bundle.json"), expect=1)
    assert gone.value["verdict"] == "chain_unreachable"


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_a_wrong_setting_is_one_line(cli: Cli) -> None:
    refused = cli.run("db", "upgrade", expect=2, NGUON_PORT="none")
    assert len(refused.err.splitlines()) == 1
    assert "[settings]" in refused.err


def test_help_names_every_verb(cli: Cli) -> None:
    text = cli.run("--help").out
    for verb in (
        "serve",
        "demo",
        "capture",
        "org",
        "key",
        "tem",
        "recall",
        "release",
        "verify",
        "anchor",
        "fsck",
    ):
        assert verb in text
    assert "deploy" in cli.run("chain", "--help").out
    assert "upgrade" in cli.run("db", "--help").out
    assert cli.json("db", "upgrade").value == {"upgraded": True}
