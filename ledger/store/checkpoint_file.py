"""The last signed checkpoint, kept outside the database.

A database that is restored from an old backup looks whole, and would sign a second history. This file, which no
backup of the database restores, says how far the log has been promised. It is replaced as a whole: after a crash
it holds the old note or the new one, never half of one. Whoever replaces it names the note that he read: a signer who
is behind another, though he holds what he takes for the log's lock, replaces nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from ledger.errors import StoreError


class CheckpointFile:
    """A file with one signed note in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        """The note; None before the first.

        Raises:
            StoreError: the file is there and cannot be read.
        """
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeError) as error:
            raise StoreError("The checkpoint file cannot be read.", path=str(self.path)) from error

    def swap(self, known: str | None, note: str) -> None:
        """Replace the note that is known to stand there, on disk when this returns.

        Raises:
            StoreError: another note stands there: somebody signed meanwhile (`store.signed_elsewhere`).
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self.read() != known:
                raise StoreError(
                    "Another process has signed a checkpoint: read the log anew.",
                    code="store.signed_elsewhere",
                    path=str(self.path),
                )
            self._replace(note)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among the processes of this machine; the lock ends with its holder."""
        handle = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            flock(handle, LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _replace(self, note: str) -> None:
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
