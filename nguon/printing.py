"""A print job: the labels of a roll into files of a folder, part by part, so that what was interrupted goes on.

    FOLDER/job.json        the order, written first; once a part is there, another order is refused here
    FOLDER/tem-0001.pdf    a part: whole tem of the roll from an index up to another, never one twice

A part is written under another name, flushed to the disk, and renamed: a file with a part's name is whole. Started
again, a job makes the parts that are not there. Which tem a part holds follows from the order alone; those voided
before it is made are left out, and their places on paper taken by the next.
"""

import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ledger.errors import LedgerError

PART_SHEETS: Final = 100
PART_LABELS: Final = 10_000
JOB: Final = "job.json"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORMAT: Final = 1
Told = Callable[[int, int], None]


class JobError(LedgerError):
    """A job that cannot go on here.

    Codes: label.job (the folder holds another order), label.job_busy (another process prints into it),
    label.disk (no room left).
    """

    default_code = "label.job"


@dataclass(frozen=True)
class Part:
    """A part of a job.

    Attributes:
        name: of its file.
        start, stop: indexes of the roll, the second excluded.
        first: the place of its first label on its first sheet, from 1.
    """

    name: str
    start: int
    stop: int
    first: int = 1


@dataclass(frozen=True)
class Done:
    """What a run did.

    Attributes:
        labels: written by this run.
        files: of the whole job, in order.
        before: how many parts were there already.
    """

    labels: int
    files: tuple[Path, ...]
    before: int


Write = Callable[[BinaryIO, Part, Callable[[int], None]], int]
"""(file, part, hears how many labels so far) -> how many labels; none: the part needs no file."""


def parts(start: int, stop: int, suffix: str, *, per_sheet: int | None = None, first: int = 1) -> list[Part]:
    """Tem of a roll from `start` up to `stop` in parts of 100 whole sheets, or of 10,000 labels.

    Args:
        per_sheet: labels of a sheet; None where there are no sheets.
        first: the place of the first label on the first sheet, from 1.
    """
    size = PART_LABELS if per_sheet is None else PART_SHEETS * per_sheet
    found: list[Part] = []
    at, place = start, first
    while at < stop:
        end = min(stop, at + size - (place - 1))
        found.append(Part(f"tem-{len(found) + 1:04}{suffix}", at, end, place))
        at, place = end, 1
    return found


def run(
    folder: Path,
    order: Mapping[str, object],
    wanted: list[Part],
    write: Write,
    told: Told = lambda done, total: None,  # noqa: ARG005  # says nothing
) -> Done:
    """Print what of an order is not there yet.

    Args:
        folder: of this job alone; made if it is not there.
        order: all that the labels depend on, as JSON writes it.
        told: hears how many tem are done, those of earlier runs included, and of how many.

    Raises:
        JobError: another order's folder (`label.job`), another process (`label.job_busy`), a full disk (`label.disk`):
            started again, it goes on.
    """
    total = sum(part.stop - part.start for part in wanted)
    with _full_disk_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _keep_order(folder, order)
            labels, done, before, files = 0, 0, 0, list[Path]()
            for part in wanted:
                path = folder / part.name
                if path.exists():
                    before += 1
                else:
                    labels += _make(path, part, write, lambda count, base=done: told(base + count, total))  # type: ignore[misc]  # a default binds the loop's value
                if path.exists():
                    files.append(path)
                done += part.stop - part.start
                told(done, total)
    return Done(labels, tuple(files), before)


def _make(path: Path, part: Part, write: Write, told: Callable[[int], None]) -> int:
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            count = write(file, part, told)
            file.flush()
            os.fsync(file.fileno())
        if count:
            unfinished.replace(path)
            _settle(path.parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    return count


def _keep_order(folder: Path, order: Mapping[str, object]) -> None:
    """Write the order down; where something is printed already, compare it with the one that is there."""
    path = folder / JOB
    wanted = {"version": _FORMAT, **json.loads(json.dumps(order))}
    if next(folder.glob("tem-*"), None) is not None:
        _compare(path, wanted)
        return
    unfinished = folder / f".{JOB}.unfinished"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(wanted, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _settle(folder)


def _compare(path: Path, wanted: Mapping[str, object]) -> None:
    folder = str(path.parent)
    try:
        kept = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError) as error:
        message = (
            f"{folder} holds printed tem, and no readable {JOB} that tells which: print into another folder."
        )
        raise JobError(message, folder=folder, members=JOB) from error
    known = kept if isinstance(kept, dict) else {}
    other = sorted(name for name in wanted.keys() | known.keys() if wanted.get(name) != known.get(name))
    if other:
        message = (
            f"{folder} holds another print job, which differs in {', '.join(other)}: finish it as it was "
            "ordered, or print into another folder."
        )
        raise JobError(message, folder=folder, members=", ".join(other))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; it ends with the process, however that ends."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another process prints into {folder}."
            raise JobError(message, code="label.job_busy", folder=str(folder)) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _full_disk_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        message = (
            f"There is no room left for {folder}. Make room, then give the same command again: it goes on "
            "where it stopped."
        )
        raise JobError(message, code="label.disk", folder=str(folder)) from error


def _settle(folder: Path) -> None:
    """Flush a folder, so that names in it last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
