"""The last signed checkpoint, kept outside the database.

A database that is restored from an old backup looks whole, and would sign a second history. This file, which no
backup of the database restores, says how far the log has been promised. It is replaced as a whole: after a crash
it holds the old note or the new one, never half of one.
"""

import os
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

    def write(self, note: str) -> None:
        """Replace the note, on disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
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
