"""The embedded chain: an anvil of our own, for a laptop, a demo and the tests.

One process owns the node; the others find it. Beside the state file FILE stand

    FILE.lock     held (flock) as long as a node runs; its text is {"port", "pid"}, so that others find it
    FILE.backup   the last whole state, kept by the supervisor

The lock is inherited by the node and its supervisor, so it is free exactly when no node runs: whoever gets
it may start one. The owner's death, by whatever signal, ends the node (see `supervisor`), which then writes
its state; should it lose its last blocks all the same, then the chain is behind the log, and the next pass of
the anchoring loop closes the gap.

Blocks are made as transactions come, and are final at once (`--slots-in-an-epoch 0`): `safe` and `finalized`
are the newest block.
"""

import fcntl
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from ledger.chain.rpc import Rpc
from ledger.errors import ChainError

CHAIN_ID = 31337
_PLATFORMS = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}
_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def find_anvil(explicit: Path | None = None) -> Path:
    """Where the anvil binary is: as given, in a node_modules above this file or the working directory, or in
    PATH. The npm package's starter script is passed over: it would stand between us and the node's signals.

    Raises:
        ChainError: chain.unreachable, there is none.
    """
    for candidate in _candidates(explicit):
        if candidate.is_file() and os.access(candidate, os.X_OK) and not _is_script(candidate):
            return candidate.resolve()
    raise ChainError(
        "anvil, the local test chain, is not installed: run `npm install --ignore-scripts`, "
        "or name its binary in the settings",
        code="chain.unreachable",
    )


def _candidates(explicit: Path | None) -> Iterator[Path]:
    if explicit is not None:
        yield explicit
        return
    package = f"anvil-{_PLATFORMS.get(platform.system(), '')}-{_MACHINES.get(platform.machine(), '')}"
    for start in (Path(__file__).resolve().parent, Path.cwd()):
        for folder in (start, *start.parents):
            yield folder / "node_modules" / "@foundry-rs" / package / "bin" / "anvil"
    in_path = shutil.which("anvil")
    if in_path is not None:
        yield Path(in_path)


def _is_script(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"#!"


class LocalNode:
    """A local chain that lasts: started by whoever comes first, shared by all who name its state file."""

    def __init__(
        self,
        state: Path,
        *,
        binary: Path | None = None,
        port: int = 0,
        chain_id: int = CHAIN_ID,
        state_interval: int = 1,
        block_time: int | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Describe a node; nothing is started yet.

        Args:
            state: file that the chain is loaded from and written to.
            binary: the anvil binary; looked for if not given.
            port: TCP port on 127.0.0.1; 0 takes the last one again, or any free one.
            chain_id: EIP-155 id.
            state_interval: seconds between two writes of the state.
            block_time: seconds between blocks; None makes one per transaction, at once.
            timeout: seconds to wait for the node to answer, and for it to end.
        """
        self.state = state
        self.chain_id = chain_id
        self._binary = binary
        self._port = port
        self._interval = state_interval
        self._block_time = block_time
        self._timeout = timeout
        self._lock_path = state.with_name(state.name + ".lock")
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._url: str | None = None

    @property
    def url(self) -> str:
        """Address of the JSON-RPC endpoint."""
        if self._url is None:
            raise ChainError("the local chain has not been started", code="chain.unreachable")
        return self._url

    @property
    def owned(self) -> bool:
        """This process started the node and will end it."""
        return self._supervisor is not None

    @property
    def pid(self) -> int | None:
        """Process id of the supervisor, if we own the node."""
        return None if self._supervisor is None else self._supervisor.pid

    def start(self) -> "LocalNode":
        """Start the node, or find the one that runs. Harmless when it already answers.

        Raises:
            ChainError: chain.unreachable, no binary, or no answer in time; chain.wrong_chain, the node that
                runs serves another chain.
        """
        if self._url is not None and self._answers(self._url):
            return self
        self.stop()
        self.state.parent.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            lock = self._try_lock()
            if lock is not None:
                try:
                    self._launch(lock, deadline)
                finally:
                    os.close(lock)
                return self
            found = self.running()
            if found is not None and self._answers(found):
                self._url = found
                return self
            time.sleep(0.05)
        raise ChainError(
            f"another process holds {self._lock_path}, and no node answers", code="chain.unreachable"
        )

    def running(self) -> str | None:
        """The endpoint that the lock's owner has noted, if any; it may be gone."""
        try:
            noted = json.loads(self._lock_path.read_bytes())
            return f"http://127.0.0.1:{int(noted['port'])}"
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def stop(self) -> None:
        """End the node if we own it, and wait until its state is written."""
        supervisor, self._supervisor, self._url = self._supervisor, None, None
        if supervisor is None:
            return
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        try:
            supervisor.wait(self._timeout)
        except subprocess.TimeoutExpired:
            supervisor.send_signal(signal.SIGKILL)
            supervisor.wait()

    def fund(self, address: str, wei: int = 10**21) -> None:
        """Give an address a balance: a local chain's ether is worth nothing."""
        rpc = Rpc(self.url)
        try:
            if rpc.quantity("eth_getBalance", address, "latest") < wei:
                rpc.call("anvil_setBalance", address, hex(wei))
        finally:
            rpc.close()

    def __enter__(self) -> "LocalNode":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _try_lock(self) -> int | None:
        lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        return lock

    def _launch(self, lock: int, deadline: float) -> None:
        last = self.running()
        os.ftruncate(lock, 0)  # until our node answers, nobody is to follow the note of the last one
        binary = find_anvil(self._binary)
        self._mend_state()
        port = self._choose_port(last)
        command = [str(binary), "--host", "127.0.0.1", "--port", str(port), "--chain-id", str(self.chain_id)]
        command += ["--state", str(self.state), "--state-interval", str(self._interval)]
        command += ["--slots-in-an-epoch", "0", "--quiet"]
        if self._block_time is not None:
            command += ["--block-time", str(self._block_time)]
        script = str(Path(__file__).with_name("supervisor.py"))
        starter = [sys.executable, "-I", script, str(self.state), str(os.getpid()), str(lock)]
        supervisor = subprocess.Popen(
            starter + command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(lock,),
            start_new_session=True,
        )
        self._supervisor = supervisor
        os.pwrite(lock, json.dumps({"port": port, "pid": supervisor.pid}).encode(), 0)
        url = f"http://127.0.0.1:{port}"
        while not self._answers(url):
            if supervisor.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ChainError(f"{binary} does not start on port {port}", code="chain.unreachable")
            time.sleep(0.02)
        self._url = url

    def _answers(self, url: str) -> bool:
        rpc = Rpc(url, timeout=2.0)
        try:
            chain_id = rpc.chain_id()
        except ChainError:
            return False
        finally:
            rpc.close()
        if chain_id != self.chain_id:
            raise ChainError(
                f"{url} serves chain {chain_id}, not {self.chain_id}", code="chain.wrong_chain", url=url
            )
        return True

    def _choose_port(self, last: str | None) -> int:
        wanted = self._port or (int(last.rsplit(":", 1)[1]) if last else 0)
        for port in (wanted, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    if self._port:
                        raise ChainError(
                            f"port {port} on 127.0.0.1 is taken", code="chain.unreachable"
                        ) from None
                    continue
                return int(probe.getsockname()[1])
        raise ChainError("no port is free on 127.0.0.1", code="chain.unreachable")

    def _mend_state(self) -> None:
        """Replace half a state, as a power cut leaves one, by the last whole one; move it aside if none."""
        if not self.state.exists() or _whole(self.state):
            return
        backup = self.state.with_name(self.state.name + ".backup")
        if backup.exists() and _whole(backup):
            shutil.copyfile(backup, self.state)
        else:
            self.state.replace(self.state.with_name(self.state.name + ".broken"))


def _whole(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
