"""One service for all tests of the API: a real database, a real local chain, the real application."""

from collections.abc import Iterator

import pytest
from apikit import Service, running
from peoplekit import URL, Province, province
from sqlalchemy import create_engine, text

from ledger.store.database import normalise
from nguon.settings import Settings


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data") / "nguon", anchor_max_seconds=1)
    with running(settings) as found:
        yield found


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """A service to which people are invited, on either database."""
    database = ""
    if request.param == "postgresql":
        admin_url = normalise(request.getfixturevalue("postgres_uri"))
        admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE people TEMPLATE template0"))
        admin.dispose()
        database = admin_url.set(database="people").render_as_string(hide_password=False)
    folder = tmp_path_factory.mktemp("province") / "data"
    with province(Settings(data_dir=folder, database_url=database, public_url=URL)) as found:
        yield found
