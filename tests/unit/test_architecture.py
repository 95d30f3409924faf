"""The house keeps its rules: imports run one way; checking a bundle needs neither database nor server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "web3", "eth_account", "jinja2")


def test_imports_run_one_way() -> None:
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "--help"]])
def test_help_comes_without_heavy_libraries(arguments: list[str]) -> None:
    assert modules_after(arguments, expect=0).isdisjoint(HEAVY)


def test_verifying_a_bundle_imports_neither_database_nor_server(tmp_path: Path) -> None:
    trust, bundle = tmp_path / "trust.json", tmp_path / "bundle.json"
    trust.write_text(json.dumps(a_trust_file()))
    bundle.write_bytes(b"{}")
    arguments = ["verify", "--json", "--trust", str(trust), "--rpc", "http://127.0.0.1:9", str(bundle)]
    loaded = modules_after(arguments, expect=1)
    assert "ledger.proof.verify" in loaded
    assert "ledger.chain.endpoints" in loaded
    assert loaded.isdisjoint(HEAVY)


def modules_after(arguments: list[str], *, expect: int) -> set[str]:
    """The modules that a run of the command has loaded."""
    script = (
        "import sys\n"
        f"sys.argv = ['nguon', *{arguments!r}]\n"
        "from nguon.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n"
        "    print('\\n'.join(sys.modules), file=sys.stderr)\n"
        "    sys.exit(stop.code)\n"
    )
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == expect, found.stdout + found.stderr
    return set(found.stderr.split())


def a_trust_file() -> dict[str, object]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ledger.log.note import NoteSigner

    signer = NoteSigner("nguon.localhost", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    return {
        "origin": "nguon.localhost",
        "logKey": str(signer.vkey),
        "registrars": [],
        "chainId": 31337,
        "contract": "0x" + "11" * 20,
        "logId": "0x" + "22" * 32,
        "finality": "latest",
        "rpcs": [],
        "quorum": 1,
    }
