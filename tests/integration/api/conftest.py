"""One service for all tests of the API: a real database, a real local chain, the real application."""

from collections.abc import Iterator

import pytest
from apikit import Service, running

from nguon.settings import Settings


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data") / "nguon", anchor_max_seconds=1)
    with running(settings) as found:
        yield found
