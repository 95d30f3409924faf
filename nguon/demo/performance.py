"""The three ways to see the demo: it stays up, it ends after the verdicts, or it shows lies being caught."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from types import FrameType

from rich.console import Console

from ledger.errors import StoreError
from nguon import logs
from nguon.cli.output import fail
from nguon.demo import samples, stage, story
from nguon.demo.altering import altered
from nguon.demo.rows import Desk, Result, rows, verify_offline
from nguon.demo.stage import BehindTheBack
from nguon.demo.story import Day, Story
from nguon.demo.table import Table
from nguon.demo.tampering import Tampering
from nguon.demo.words import Words
from nguon.serving import listen
from nguon.wiring import Deployment

VIETNAM = timezone(timedelta(hours=7))
HOST = "127.0.0.1"
EXIT_OK, EXIT_WRONG, EXIT_USAGE = 0, 1, 2


class Performance:
    """One showing of the demo."""

    def __init__(self, *, port: int, as_json: bool, keep: Path | None) -> None:
        self._port, self._as_json, self._keep = port, as_json, keep
        self._words = Words.read()
        self._out = Console(quiet=as_json, highlight=False, width=None if Console().is_terminal else 140)
        self._progress = Console(stderr=True, quiet=as_json, highlight=False)
        self._began = time.monotonic()

    def run(self, *, once: bool, tamper: bool) -> int:
        """Show it; returns the exit status."""
        logs.configure("critical")
        try:
            with listen(HOST, self._port) as listener, stage.folder(self._keep) as where, _ended_by_signal():
                return self._tamper(listener, where) if tamper else self._show(listener, where, once=once)
        except StoreError as error:
            if error.code == "serve.port":
                self._say_port_taken()
                return EXIT_USAGE
            if error.code == "demo.folder":
                fail(error.message, error.code)
                return EXIT_USAGE
            raise

    # -- the table

    def _show(self, listener: socket.socket, where: Path, *, once: bool) -> int:
        base = _base(listener)
        with Deployment.open(stage.settings(where, _port(listener))) as deployment:
            day = self._tell(deployment)
            self._note("damage")
            _damage(deployment, day)
            self._name_examples(where, day)
            with stage.serving(deployment, listener):
                ready = time.monotonic() - self._began
                results = self._scan(base, where, day)
                if not once:
                    results = self._verify_alone(results, where, deployment)
                    self._print(results, base, deployment, ready)
                    self._wait()
            if once:
                results = self._verify_alone(results, where, deployment)
                self._print(results, base, deployment, ready)
            right = all(result.is_right for result in results)
        self._report(results, where)
        return EXIT_OK if right else EXIT_WRONG

    def _tell(self, deployment: Deployment) -> Day:
        return self._story(deployment).tell()

    def _story(self, deployment: Deployment) -> Story:
        self._note("prepare")
        told = samples.read(deployment.clock().astimezone(VIETNAM).date())
        return Story(deployment, told, self._note)

    def _scan(self, base: str, where: Path, day: Day) -> list[Result]:
        self._note("scan")
        with Desk(base, where / "bundles") as desk:
            (where / "trust.json").write_bytes(desk.trust())
            return [desk.scan(row) for row in rows(day)]

    def _name_examples(self, where: Path, day: Day) -> None:
        """Links for the service's first page."""
        links = [
            {
                "vi": _sentence(self._words.vi(f"row.{row.name}")),
                "en": _sentence(self._words.en(f"row.{row.name}")),
                "path": row.url(""),
            }
            for row in rows(day)
        ]
        (where / "data" / "examples.json").write_text(json.dumps(links, ensure_ascii=False), "utf-8")

    def _verify_alone(self, results: list[Result], where: Path, deployment: Deployment) -> list[Result]:
        self._note("offline")
        verdicts = verify_offline(results, where / "trust.json", deployment.place.rpcs[0])
        return [
            replace(result, offline=verdicts.get(result.bundle)) if result.bundle else result
            for result in results
        ]

    def _print(self, results: list[Result], base: str, deployment: Deployment, ready: float) -> None:
        table = Table(self._words)
        self._out.print()
        self._out.print(table.of(results))
        for wrong in (result for result in results if not result.is_right):
            self._out.print(table.wrong(wrong))
        self._both("chain", rpc=deployment.place.rpcs[0])
        self._both("ready", url=base, seconds=f"{ready:.1f}")

    def _wait(self) -> None:
        """Until Ctrl-C."""
        self._both("stop")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            self._both("stopped")

    def _report(self, results: list[Result], where: Path) -> None:
        if self._keep is not None:
            self._both("kept", path=str(where))
        if self._as_json:
            report = {
                "trust": str(where / "trust.json"),
                "nodeState": str(where / "data" / "chain-state.json"),
                "rows": [result.to_json() for result in results],
            }
            print(json.dumps(report, ensure_ascii=False), flush=True)  # noqa: T201 - the result, on standard output

    # -- the lies

    def _tamper(self, listener: socket.socket, where: Path) -> int:
        settings = stage.settings(where, _port(listener))
        tampering = Tampering(self._words, lambda line: self._out.print(line, soft_wrap=True))
        copy = where / "older.db"
        with Deployment.open(settings) as deployment:
            told = self._story(deployment)
            day = told.tell()
            self._both("lies.head")
            tampering.while_it_runs(deployment, listener, _base(listener), day, where)
            size = tampering.write_on(deployment, told, copy)
        tampering.after_it_stopped(settings, copy, size)
        caught = sum(scene.is_caught for scene in tampering.scenes)
        self._out.print()
        if tampering.all_caught:
            self._both("lies.all", n=caught)
        else:
            self._both("lies.some", n=caught, total=len(tampering.scenes))
        if self._as_json:
            print(json.dumps(tampering.to_json(), ensure_ascii=False), flush=True)  # noqa: T201 - as above
        return EXIT_OK if tampering.all_caught else EXIT_WRONG

    # -- words

    def _note(self, step: str) -> None:
        """Progress, on standard error."""
        seconds = time.monotonic() - self._began
        english, vietnamese = self._words.en(f"progress.{step}"), self._words.vi(f"progress.{step}")
        self._progress.print(
            f"[dim]{seconds:5.1f} s[/dim]  {english} [dim]· {vietnamese}[/dim]", soft_wrap=True
        )

    def _both(self, key: str, **values: object) -> None:
        self._out.print(self._words.en(key, **values), soft_wrap=True)
        self._out.print(f"[dim]{self._words.vi(key, **values)}[/dim]", soft_wrap=True)

    def _say_port_taken(self) -> None:
        port = str(self._port)
        fail(f"{self._words.en('port', port=port)} ({self._words.vi('port', port=port)})", "serve.port")


def _damage(deployment: Deployment, day: Day) -> None:
    """What happens behind the service's back: one record is changed, one is erased."""
    database = BehindTheBack.of(deployment)
    index = day.births[story.ALTERED]
    database.replace(index, altered(database.statement(index)))
    database.erase(day.tested)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def _base(listener: socket.socket) -> str:
    return f"http://{HOST}:{_port(listener)}"


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let a termination, or a terminal that is closed, end the demo as Ctrl-C does: nothing is left behind.

    Ctrl-C counts also where a shell started the demo in the background and had it ignored.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        wanted.append(signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
