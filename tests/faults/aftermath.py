"""What must hold after any crash, and the process that is sent into it."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from crashing import GO, READY, STOP, THREADS, Job, Told, attempt, first_number, main, numbered

from ledger.anchoring.room import Attempt
from ledger.anchoring.stored import StoredAttempts
from ledger.audit import Finding, audit
from ledger.log import merkle
from ledger.log.note import open_checkpoint
from ledger.store.database import open_engine
from ledger.store.writer import Writer
from tests.ledgerkit import ORIGIN, Ledger

PROCESSES = multiprocessing.get_context("forkserver")
HERE = Path(__file__).parent


def prepare_server() -> None:
    """Have the server of forks import everything once; a fresh interpreter would take a second a cycle."""
    words = [str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(word for word in words if word)
    PROCESSES.set_forkserver_preload(["crashing"])


class Deployment:
    """A log, and all that its senders were ever told."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url, self.directory = url, directory
        self.told: dict[int, Told] = {}
        self.kept: dict[int, Attempt] = {}
        self.notes: set[str] = set()
        self.codes: Counter[str] = Counter()

    def run(self, job: Job, seconds: float, meddle: Callable[[int], Any] | None = None) -> bool:
        """Run a worker until it ends, or is killed after `seconds`; whether it ended by a kill of its own.

        Args:
            meddle: called with the worker's pid before it opens anything.
        """
        ours, theirs = PROCESSES.Pipe()
        process = PROCESSES.Process(target=main, args=(job, theirs), daemon=True)
        process.start()
        theirs.close()
        book = os.open(self.directory / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            assert ours.recv() == READY
            if meddle is not None:
                meddle(process.pid or 0)
            ours.send(GO)
            deadline, ended = time.monotonic() + seconds, False
            while not ended:
                left = deadline - time.monotonic()
                if left <= 0:
                    process.kill()
                    deadline = time.monotonic() + 60
                elif ours.poll(left):
                    ended = self._hear(ours, book)
        finally:
            process.kill()
            process.join()
            ours.close()
            os.close(book)
        return process.exitcode == -signal.SIGKILL

    def _hear(self, ours: Any, book: int) -> bool:
        try:
            said = ours.recv()
        except (EOFError, ConnectionResetError):
            return True
        if isinstance(said, Told):
            os.write(book, f"{said.number} {said.index} {said.leaf.hex()}\n".encode())
            os.fsync(book)
            self.remember(said)
        elif isinstance(said, Attempt):
            self.kept[said.nonce] = said
        elif said == STOP:
            return True
        else:
            self.codes[said] += 1
        return False

    def remember(self, said: Told) -> None:
        before = self.told.setdefault(said.number, said)
        assert (before.index, before.leaf) == (said.index, said.leaf), "two receipts for one event"
        self.notes.add(said.note)

    def check(self, runs: list[int]) -> int:
        """Recover, send again what these runs sent, read everything; the log's size."""
        engine = open_engine(self.url)
        try:
            ledger = Ledger(engine, self.directory)
            before = ledger.file.read()
            if before is not None:
                self.notes.add(before)
            with Writer(ledger.appender()) as writer:
                if ledger.log.key_record(ledger.coop.kid) is None:
                    assert not self.told
                    ledger.admit(writer, ledger.coop)
                numbers = [n for run in runs for t in range(THREADS) for n in self._sent(run, t)]
                futures = [(n, writer.submit([numbered(ledger, n)])) for n in numbers]
                for number, future in futures:
                    receipt = future.result()
                    known = self.told.get(number)
                    if known is not None:
                        assert (receipt[0].index, receipt[0].leaf) == (known.index, known.leaf), (
                            "another receipt"
                        )
            self._read(ledger)
            kept = StoredAttempts(engine)
            for number, one in self.kept.items():
                kept.add(one)  # sent again, it is kept once
                stored = [replace(row, state="sent") for row in kept.of_nonce(number)]
                assert stored == [attempt(number)], "an attempt was lost or doubled"
            self.kept.clear()
            return ledger.log.size()
        finally:
            engine.dispose()

    def _sent(self, run: int, thread: int) -> list[int]:
        """All that was acknowledged of a thread, and what it may have sent since."""
        start = first_number(run, thread)
        last = max((n for n in self.told if start < n < start + (1 << 16)), default=start)
        return list(range(start + 1, last + 4))

    def _read(self, ledger: Ledger) -> None:
        found = audit(
            ledger.log,
            origin=ORIGIN,
            vkey=ledger.signer.vkey,
            registrars=ledger.registrars,
            checkpoint_file=ledger.file,
        )
        assert [item for item in found if isinstance(item, Finding)] == []
        stored = Counter(event.event_id for event in ledger.log.events(limit=1_000_000))
        assert max(stored.values(), default=1) == 1, "an event is stored twice"
        leaves = ledger.log.leaves_at({one.index for one in self.told.values()})
        assert all(leaves[one.index] == one.leaf for one in self.told.values()), (
            "an acknowledged event is lost"
        )
        note = ledger.file.read()
        assert note is not None
        newest = open_checkpoint(note, ledger.signer.vkey, ORIGIN)
        node = ledger.log.node()
        for told in {open_checkpoint(one, ledger.signer.vkey, ORIGIN) for one in self.notes}:
            proof = merkle.consistency_proof(told.size, newest.size, node) if told.size else ()
            if told.size:
                merkle.verify_consistency(told.size, told.root, newest.size, newest.root, proof)
