"""Counting beside the answers: a scan is put in a queue, and a thread writes what has gathered in one transaction.

No answer waits for the database, or fails with it. Where the database is locked or its disk full, the thread tries
again for a while, then gives the batch up with a line in the log: a lost count costs nothing that a verdict rests on.
A process that is killed loses what is in the queue, at most the scans of the moment; one that ends, nothing.
"""

from collections.abc import Callable, Sequence
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from coop.scans.actions import Scan

log = structlog.get_logger("scans")
WAITING: Final = 10_000  # scans in the queue; more are dropped
BATCH: Final = 200
PAUSES: Final = (0.2, 1.0, 5.0, 15.0)  # seconds before each new try


class Counter:
    """Takes scans at once and writes them soon. Threads may share it."""

    def __init__(
        self,
        record: Callable[[Sequence[Scan]], None],
        pauses: Sequence[float] = PAUSES,
        waiting: int = WAITING,
    ) -> None:
        """`record` writes scans in one transaction."""
        self._record, self._pauses = record, tuple(pauses)
        self._queue: Queue[Scan | None] = Queue(waiting)
        self._closing = Event()
        self._thread = Thread(target=self._run, name="scans", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take(self, scan: Scan) -> bool:
        """Count a scan soon; False where too many wait, and it is dropped. Never waits, never raises."""
        try:
            self._queue.put_nowait(scan)
        except Full:
            log.warning("a scan was not counted", why="too many wait")
            return False
        return True

    def settle(self) -> None:
        """Wait until everything taken so far was written, or given up."""
        self._queue.join()

    def close(self) -> None:
        """Write what waits, and end."""
        self._closing.set()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        ended = False
        while not ended:
            taken = self._gather()
            scans = [scan for scan in taken if scan is not None]
            ended = len(scans) < len(taken)
            if scans:
                self._write(scans)
            for _ in taken:
                self._queue.task_done()

    def _gather(self) -> list[Scan | None]:
        taken = [self._queue.get()]
        try:
            while len(taken) < BATCH and taken[-1] is not None:
                taken.append(self._queue.get_nowait())
        except Empty:
            return taken
        return taken

    def _write(self, scans: Sequence[Scan]) -> None:
        for pause in (*self._pauses, None):
            try:
                self._record(scans)
            except SQLAlchemyError as error:
                if pause is None:
                    log.error("scans were not counted", scans=len(scans), why=type(error).__name__)
                    return
                self._closing.wait(pause)
            else:
                return
