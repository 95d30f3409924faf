"""The one thread that appends. Group commit: requests that wait are taken together, in one transaction.

A request that is refused leaves nothing behind and harms no other; if a whole batch breaks for another reason, each is
tried alone, so that what broke it breaks alone.

What waits is bounded: past `MAX_WAITING` statements a sender is turned away at once and told when to come again, so
that a disk that is slow for a while makes senders wait and not the process grow.
"""

import queue
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import LedgerError, StoreError
from ledger.store.appender import MAX_BATCH, Appender
from ledger.store.receipts import Receipt
from ledger.store.signing import Signed
from ledger.store.staging import Draft, JobDraft, Recorded, Submission

MAX_WAITING = 20_000  # statements, about ten full batches
RETRY_AFTER = 2  # seconds


class _Snapshot:
    """In the queue: append a snapshot."""


_Waiting = tuple["Submission | _Snapshot", "Future[Any]"]


class Writer:
    """The thread that appends: many wait, one transaction takes what waits."""

    def __init__(
        self, appender: Appender, *, max_batch: int = MAX_BATCH, max_waiting: int = MAX_WAITING
    ) -> None:
        self._appender = appender
        self._max_batch, self._max_waiting = max_batch, max_waiting
        self._waiting = 0
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._run, name="ledger-writer", daemon=True)
        self._lock = Lock()
        self._open = False

    def start(self) -> Signed:
        """Recover, then take submissions. Raises as `Appender.recover`."""
        signed = self._appender.recover()
        self._open = True
        self._thread.start()
        return signed

    def close(self) -> None:
        """Answer all that waits, then stop."""
        with self._lock:
            was_open, self._open = self._open, False
            if was_open:
                self._queue.put(None)
        if was_open:
            self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether it takes submissions and its thread runs."""
        return self._open and self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """How many statements wait to be taken into a batch."""
        return self._waiting

    def __enter__(self) -> "Writer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(
        self, items: Sequence[Draft | Recorded], job: JobDraft | None = None
    ) -> "Future[list[Receipt]]":
        """Log these, all or none; the future holds their receipts, or the LedgerError that refuses them.

        Raises:
            StoreError: the writer is closed (`store.closed`), or too much waits already (`store.busy`, with `seconds`
                after which to try again); nothing of these was taken.
        """
        future: Future[list[Receipt]] = Future()
        self._put(Submission(tuple(items), job), future)
        return future

    def submit_snapshot(self) -> "Future[int]":
        """Append a snapshot after what waits; the future holds the log's size with it."""
        future: Future[int] = Future()
        self._put(_Snapshot(), future)
        return future

    def assert_not_behind(self, size: int, root: bytes) -> None:
        """As `Appender.assert_not_behind`."""
        self._appender.assert_not_behind(size, root)

    def _put(self, what: "Submission | _Snapshot", future: "Future[Any]") -> None:
        with self._lock:
            if not self._open:
                raise StoreError("The writer is closed.", code="store.closed")
            count = _count(what)
            if self._waiting and self._waiting + count > self._max_waiting:
                message = f"{self._waiting:,} statements wait to be written: send again in a moment."
                raise StoreError(message, code="store.busy", seconds=RETRY_AFTER, waiting=self._waiting)
            self._waiting += count
            self._queue.put((what, future))

    def _taken(self, what: "Submission | _Snapshot") -> None:
        with self._lock:
            self._waiting -= _count(what)

    def _run(self) -> None:
        carried: _Waiting | None = None
        while True:
            first = carried or self._queue.get()
            carried = None
            if first is None:
                return
            what, future = first
            self._taken(what)
            if isinstance(what, _Snapshot):
                self._snapshot(future)
                continue
            batch, count = [(what, future)], len(what.items)
            closing = False
            while count < self._max_batch and carried is None:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    closing = True
                    break
                if isinstance(following[0], _Snapshot) or count + len(following[0].items) > self._max_batch:
                    carried = following
                else:
                    self._taken(following[0])
                    batch.append((following[0], following[1]))
                    count += len(following[0].items)
            self._append(batch)
            if closing:
                return

    def _append(self, batch: Sequence[tuple[Submission, "Future[Any]"]]) -> None:
        live = [(submission, future) for submission, future in batch if future.set_running_or_notify_cancel()]
        try:
            answers = self._appender.append([submission for submission, _ in live])
        except Exception as error:
            self._appender.forget()
            if len(live) > 1 and not isinstance(error, LedgerError):
                for one in live:  # what broke the batch breaks alone
                    self._append_alone(*one)
                return
            for _, future in live:
                future.set_exception(_as_ledger_error(error))
            return
        for (_, future), answer in zip(live, answers, strict=True):
            if isinstance(answer, LedgerError):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _append_alone(self, submission: Submission, future: "Future[Any]") -> None:
        try:
            answer = self._appender.append([submission])[0]
        except Exception as error:
            self._appender.forget()
            answer = _as_ledger_error(error)
        if isinstance(answer, LedgerError):
            future.set_exception(answer)
        else:
            future.set_result(answer)

    def _snapshot(self, future: "Future[Any]") -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(self._appender.append_snapshot())
        except Exception as error:
            self._appender.forget()
            future.set_exception(_as_ledger_error(error))


def _count(what: "Submission | _Snapshot") -> int:
    return len(what.items) if isinstance(what, Submission) else 0


def _as_ledger_error(error: Exception) -> LedgerError:
    if isinstance(error, LedgerError):
        return error
    if isinstance(error, SQLAlchemyError):
        refused = StoreError(f"The database did not take it: {error}", code="store.unavailable")
    else:
        refused = StoreError(f"The append failed: {error!r}", code="store.failed")
    refused.__cause__ = error
    return refused
