"""Fresh databases for the crash harness, copied from one that is migrated."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aftermath import Deployment, prepare_server
from sqlalchemy import create_engine, text

from ledger.store.database import normalise
from nguon.database import upgrade
from tests.integration.conftest import postgres_uri

__all__ = ["postgres_uri"]

_numbers = itertools.count(1)
Fresh = Callable[[], Deployment]


@pytest.fixture(params=("sqlite", "postgresql"))
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Makes new deployments, on each of the two databases."""
    prepare_server()
    if request.param == "sqlite":
        yield sqlite_maker(tmp_path)
        return
    uri = normalise(request.getfixturevalue("postgres_uri"))
    admin = create_engine(uri, isolation_level="AUTOCOMMIT")
    template = f"crash_{next(_numbers)}"

    def create(name: str, source: str) -> str:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source}"))
        return uri.set(database=name).render_as_string(hide_password=False)

    upgrade(create(template, "template0"))

    def make() -> Deployment:
        name = f"crash_{next(_numbers)}"
        directory = tmp_path / name
        directory.mkdir()
        return Deployment(create(name, template), directory)

    yield make
    admin.dispose()


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> Fresh:
    """Makes new deployments on SQLite."""
    prepare_server()
    return sqlite_maker(tmp_path)


def sqlite_maker(tmp_path: Path) -> Fresh:
    template = tmp_path / "template.db"
    upgrade(f"sqlite:///{template}")

    def make() -> Deployment:
        directory = tmp_path / f"crash_{next(_numbers)}"
        directory.mkdir()
        shutil.copy(template, directory / "ledger.db")
        return Deployment(f"sqlite:///{directory / 'ledger.db'}", directory)

    return make
