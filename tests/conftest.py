"""What all tests share."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The project's own test vectors."""
    return PROJECT / "tests" / "vectors"


@pytest.fixture(scope="session")
def shared_vectors() -> Path:
    """The folder of public test data of others, which is no part of the project.

    It lies beside the project as `../shared/vectors`, or where NGUON_SHARED says; tests that want it are
    skipped, saying so, where it is absent.
    """
    folder = Path(os.environ.get("NGUON_SHARED") or PROJECT.parent / "shared" / "vectors")
    if not folder.is_dir():
        pytest.skip(f"no shared test data at {folder}; set NGUON_SHARED to its folder")
    return folder
