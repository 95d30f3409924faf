"""Engines for the two databases, SQLite (embedded) and PostgreSQL (a province).

On SQLite a transaction begins DEFERRED; one that will write must begin IMMEDIATE, or it may fail when it
turns from reading to writing: open it through `writing(engine)`. On PostgreSQL `writing` changes nothing.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL

BUSY_TIMEOUT_MS = 30_000
WRITE_OPTION = "nguon_write"
T = TypeVar("T")


def normalise(url: str) -> URL:
    """The URL with the driver that we use: `postgresql://` becomes psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def open_engine(url: str) -> Engine:
    """An engine on `url`, for example `sqlite:////var/lib/nguon/ledger.db` or `postgresql://nguon@host/nguon`.

    SQLite: WAL, synchronous=FULL (a commit survives a power cut), foreign keys, 30 s of patience for a lock.
    """
    parsed = normalise(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(parsed, pool_pre_ping=True)


def writing(engine: Engine) -> Engine:
    """The same pool; transactions begun on it take SQLite's write lock at once."""
    return engine.execution_options(**{WRITE_OPTION: True})


def is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def chunks(items: Sequence[T], size: int = 500) -> list[Sequence[T]]:
    """`items` in runs of at most `size`, to stay under the databases' limit of parameters."""
    return [items[at : at + size] for at in range(0, len(items), size)]


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy emits BEGIN below; the driver must not
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE_OPTION, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
