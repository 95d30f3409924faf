"""A process that appends until it stops itself, or is stopped, at a named point of the append path.

How to stop a process at a point of its path, two designs:

- *hooks*: the production code calls `reached("sign.after_commit")`, and a module that reads the environment kills
  there. Each point stands where it belongs, but the program that people run then holds code to kill itself with, and
  a path that somebody adds without a hook is a path that nobody stops at;
- *from outside* (this module): the worker is the unchanged program; the calls by which it touches the world are
  wrapped in this process alone: the driver's commit, the cursor's statements, `open`, `fsync` and `rename` of the
  checkpoint file, and the return of `append`. At the wanted one the process sends itself SIGKILL, so that nothing is
  unwound, flushed or rolled back. `strace -e inject` (test_syscall_faults) does the same one floor lower.

A point is `<path>.<step>`; the paths: append, snapshot, recover (a start that signs what a crash left), attempt and
settle (what anchoring keeps of a transaction). Acknowledgements go to the sender through a pipe, as an answer over
HTTP would: what the sender read he was told, whatever became of the process.
"""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event

from ledger.anchoring.room import Attempt
from ledger.anchoring.stored import StoredAttempts
from ledger.errors import LedgerError
from ledger.log.note import parse_tlog_proof
from ledger.store.appender import Appender
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.database import open_engine
from ledger.store.writer import Writer
from tests.ledgerkit import COOP, Ledger, birth, draft

THREADS = 3
READY, GO, STOP = "ready", "go", "stop"

_FILE = (
    "file.before_write",
    "file.before_fsync",
    "file.after_fsync",
    "file.after_rename",
    "file.after_directory",
)
_SIGN = ("sign.before_read_back", *_FILE, "sign.before_commit", "sign.after_commit")
_WRITE = ("write.before_commit", "write.after_commit")
BOUNDARIES = (
    *(f"{path}.{step}" for path in ("append", "snapshot") for step in (*_WRITE, *_SIGN, "before_answer")),
    *(f"recover.{step}" for step in (*_SIGN, "before_answer")),
    *(f"{path}.{step}" for path in ("attempt", "settle") for step in ("before_commit", "after_commit")),
)
"""Every named point, in the order in which a process comes by."""


@dataclass(frozen=True)
class Told:
    """An acknowledgement as the sender has it: which of his events, and what the receipt says."""

    number: int
    index: int
    leaf: bytes
    note: str


class Stops:
    """Counts the points that this process comes by, and ends it at the wanted one."""

    def __init__(self, wanted: str | None, nth: int) -> None:
        self._wanted, self._left = wanted, nth
        self._here = threading.local()

    def within(self, path: str, part: str = "") -> None:
        self._here.path, self._here.part = path, part

    def reached(self, step: str) -> None:
        path, part = getattr(self._here, "path", ""), getattr(self._here, "part", "")
        if not path:
            return
        part = part if step in ("before_commit", "after_commit", "before_read_back") else ""
        name = ".".join(word for word in (path, part, step) if word)
        if name == self._wanted:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()

    @property
    def signing(self) -> bool:
        return getattr(self._here, "part", "") == "sign"


class StoppedAppender(Appender):
    """The appender, saying where it is."""

    stops: Stops

    def recover(self) -> Any:
        self.stops.within("recover", "sign")
        return self._answer(super().recover)

    def append(self, submissions: Any) -> Any:
        self.stops.within("append", "write")
        return self._answer(lambda: super(StoppedAppender, self).append(submissions))

    def append_snapshot(self) -> int:
        self.stops.within("snapshot", "write")
        return int(self._answer(super().append_snapshot))

    def _sign(self) -> Any:
        path = self.stops._here.path
        self.stops.within(path, "sign")
        signed = super()._sign()
        self.stops.within(path)
        return signed

    def _answer(self, call: Callable[[], Any]) -> Any:
        try:
            answer = call()
            self.stops.reached("before_answer")
            return answer
        finally:
            self.stops.within("")


def watch(engine: Any, stops: Stops) -> None:
    """Wrap what this process does to the database and to files."""
    commit = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        stops.reached("before_commit")
        commit(connection)
        stops.reached("after_commit")

    def executing(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if stops.signing and "FROM leaf " in f"{statement} ".replace("\n", " "):
            stops.reached("before_read_back")

    engine.dialect.do_commit = do_commit
    event.listen(engine, "before_cursor_execute", executing)
    fsync, replace, swap = os.fsync, Path.replace, CheckpointFile._replace

    def watched_fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            fsync(handle)
            stops.reached("file.after_directory")
        else:
            stops.reached("file.before_fsync")
            fsync(handle)
            stops.reached("file.after_fsync")

    def watched_replace(self: Path, target: Path) -> Path:
        moved = replace(self, target)
        stops.reached("file.after_rename")
        return moved

    def watched_swap(self: CheckpointFile, note: str) -> None:
        stops.reached("file.before_write")
        swap(self, note)

    os.fsync = watched_fsync
    Path.replace = watched_replace  # type: ignore[method-assign, assignment]
    CheckpointFile._replace = watched_swap  # type: ignore[method-assign]


def numbered(ledger: Ledger, number: int) -> Any:
    """The event with this number, always the same but for its signature's random part."""
    return draft(birth(ledger.coop, number, f"L{number >> 16 & 0xFF}", quantity=1 + number % 50), COOP)


def attempt(number: int) -> Attempt:
    """What anchoring keeps before it sends: the bytes are the attempt's own."""
    name = number.to_bytes(32)
    return Attempt(number, name, b"raw" + name, number, name, number, "sent")


@dataclass(frozen=True)
class Job:
    """What a worker is to do.

    Attributes:
        run: names its events; each thread numbers its own from 1.
        stop: the point to end at, None: none; `nth`: the how-manieth time it comes by.
        events: per thread; then the worker stops by itself. 0: without end.
        pages: after how many pages SQLite moves its write-ahead log into the database (its default is 1,000).
    """

    url: str
    directory: str
    run: int
    stop: str | None = None
    nth: int = 1
    events: int = 0
    pages: int = 1_000
    anchoring: bool = True


def first_number(run: int, thread: int) -> int:
    return run << 24 | thread << 16


def main(job: Job, pipe: Connection) -> None:
    """Say READY, wait for GO, open everything, recover, append from several threads until stopped."""
    pipe.send(READY)
    assert pipe.recv() == GO
    try:
        _work(job, pipe)
        pipe.send(STOP)
    except Exception as error:  # what the process would die of, or answer 503 with
        pipe.send(error.code if isinstance(error, LedgerError) else f"start:{type(error).__name__}")
    os._exit(0)


def _work(job: Job, pipe: Connection) -> None:
    engine = open_engine(job.url)
    if engine.dialect.name == "sqlite":
        event.listen(
            engine, "connect", lambda raw, _: raw.execute(f"PRAGMA wal_autocheckpoint={job.pages}").close()
        )
    stops = Stops(job.stop, job.nth)
    watch(engine, stops)
    ledger = Ledger(engine, Path(job.directory))
    appender = StoppedAppender(
        engine,
        signer=ledger.signer,
        origin="log.example/test",
        registrars=ledger.registrars,
        clock=ledger.clock,
        checkpoint_file=ledger.file,
    )
    appender.stops = stops
    telling = threading.Lock()
    attempts = StoredAttempts(engine)
    writer = Writer(appender)
    writer.start()
    if ledger.log.key_record(ledger.coop.kid) is None:
        ledger.admit(writer, ledger.coop)

    def tell(value: object) -> None:
        with telling:
            pipe.send(value)

    def send(thread: int) -> None:
        number, last = first_number(job.run, thread) + 1, 0
        end = number + job.events if job.events else number + 0xFFF0
        while number < end:
            count = 1 + (number + thread) % 3
            try:
                receipts = writer.submit([numbered(ledger, number + more) for more in range(count)]).result()
            except LedgerError as error:
                tell(error.code)  # the sender sends again
                last += 1
                if last > 20:
                    return
                continue
            for more, receipt in enumerate(receipts):
                note = parse_tlog_proof(receipt.proof).checkpoint_note
                tell(Told(number + more, receipt.index, receipt.leaf, note))
            number += count

    threads = [threading.Thread(target=send, args=(thread,), daemon=True) for thread in range(THREADS)]
    for started in threads:
        started.start()
    turn = 0
    while any(started.is_alive() for started in threads):
        turn += 1
        try:
            writer.submit_snapshot().result()
            if job.anchoring:
                _anchor(attempts, stops, first_number(job.run, THREADS) + turn, tell)
        except LedgerError as error:
            tell(error.code)
        except Exception as error:
            tell(f"attempt:{type(error).__name__}")
        threads[0].join(0.01)
    writer.close()
    engine.dispose()
    sys.stdout.flush()


def _anchor(attempts: StoredAttempts, stops: Stops, number: int, tell: Callable[[object], None]) -> None:
    one = attempt(number)
    try:
        stops.within("attempt")
        attempts.add(one)
        tell(one)
        stops.within("settle")
        attempts.settle(one.tx_hash, "mined")
    finally:
        stops.within("")
