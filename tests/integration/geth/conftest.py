"""A geth of its own, on Osaka or on Amsterdam, where one is built: the judge of both forks."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.chain.rpc import Rpc
from ledger.chain.transactions import ChainKey
from ledger.errors import ChainError

PERIOD = 1  # seconds a block
_DEVELOPER = ChainKey(b"\x11" * 32)


@dataclass(frozen=True)
class Geth:
    """A running geth, and a funded key."""

    rpc: Rpc
    fork: str
    key: ChainKey

    @property
    def chain_id(self) -> int:
        return self.rpc.chain_id()


@pytest.fixture(scope="session")
def geth_binary() -> str:
    """The geth to test with: NGUON_GETH, else one in PATH."""
    found = os.environ.get("NGUON_GETH") or shutil.which("geth")
    if not found:
        pytest.skip("no geth: `make test-geth` builds one where Go is installed, or name one in NGUON_GETH")
    return found


@pytest.fixture(params=["osaka", "amsterdam"])
def geth(request: pytest.FixtureRequest, geth_binary: str, tmp_path: Path) -> Iterator[Geth]:
    key = ChainKey.generate()
    genesis = _genesis(geth_binary, request.param, (_DEVELOPER.address, key.address))
    (tmp_path / "genesis.json").write_text(json.dumps(genesis))
    (tmp_path / "password").write_text("x")
    (tmp_path / "key").write_text("11" * 32)
    home = ["--datadir", str(tmp_path / "data")]
    password = ["--password", str(tmp_path / "password")]
    _run([geth_binary, *home, "init", str(tmp_path / "genesis.json")])
    _run([geth_binary, *home, "account", "import", *password, str(tmp_path / "key")])
    http, engine = _free_port(), _free_port()
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [geth_binary, "--dev", "--dev.period", str(PERIOD), *home, *password, *_http(http, engine)],
            stdout=log,
            stderr=log,
        )
        rpc = Rpc(f"http://127.0.0.1:{http}", timeout=10)
        try:
            _wait(rpc)
            yield Geth(rpc, request.param, key)
        finally:
            rpc.close()
            process.terminate()
            process.wait(20)


def _http(port: int, engine: int) -> list[str]:
    """Options that serve JSON-RPC on loopback, and nothing else."""
    options = f"--http --http.addr 127.0.0.1 --http.port {port} --http.api eth,net,web3,debug,txpool"
    return [
        *options.split(),
        "--authrpc.port",
        str(engine),
        "--port",
        "0",
        "--nodiscover",
        "--maxpeers",
        "0",
        "--ipcdisable",
    ]


def _genesis(binary: str, fork: str, funded: tuple[str, ...]) -> dict[str, object]:
    """`geth --dev` alone turns an unreleased fork on: its genesis without it, and with Amsterdam where wanted."""
    genesis: dict[str, object] = json.loads(_run([binary, "--dev", "dumpgenesis"]))
    config = genesis["config"]
    assert isinstance(config, dict)
    config.pop("bogotaTime", None)
    if fork == "amsterdam":
        config.update(bpo1Time=0, bpo2Time=0, amsterdamTime=0)
        blobs = config.setdefault("blobSchedule", {})
        for name in ("osaka", "bpo1", "bpo2", "amsterdam"):
            blobs.setdefault(name, blobs.get("osaka") or blobs["prague"])
    accounts = genesis["alloc"]
    assert isinstance(accounts, dict)
    for address in funded:
        accounts[address[2:].lower()] = {"balance": hex(10**24)}
    return genesis


def _wait(rpc: Rpc) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            rpc.chain_id()
            return
        except ChainError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
