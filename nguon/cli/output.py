"""How commands speak: results on standard output, progress and errors on standard error."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Protocol

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


class Progress(Protocol):
    """Says how far a long piece of work has come."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


def emit(value: Mapping[str, object], *, as_json: bool, text: str) -> None:
    """Print a result: as one JSON object, or as words."""
    print(json.dumps(value, ensure_ascii=False) if as_json else text)
    sys.stdout.flush()


def fail(message: str, code: str, pointer: str = "") -> None:
    """Say what is wrong, in one line."""
    place = f" at {pointer}" if pointer else ""
    print(f"nguon: {' '.join(message.split())}{place} [{code}]", file=sys.stderr)


def _silent(done: int, total: int | None = None) -> None:
    """Say nothing."""


@contextmanager
def progress(what: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A bar on standard error while it is a terminal; silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total=None: bar.update(task, completed=done, total=total)
