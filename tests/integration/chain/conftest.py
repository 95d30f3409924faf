"""A fresh chain for each test that takes `chain`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain_world import Chain
from tests.chain_world import chain as running


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with running(tmp_path) as found:
        yield found
