"""The demo as a person starts it: in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NGUON = (sys.executable, "-m", "nguon")
PATIENCE = 180  # seconds


def environment(home: Path) -> dict[str, str]:
    """Ours, with temporary files under `home`, and settings that the demo must not listen to."""
    return {
        **os.environ,
        "TMPDIR": str(home),
        "NGUON_ORIGIN": "elsewhere.example",
        "NGUON_MAX_AGE": "60",
        "NGUON_DATA_DIR": str(home / "not-here"),
    }


def nguon(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`nguon …`, to its end."""
    return subprocess.run(
        [*NGUON, *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@dataclass(frozen=True)
class Kept:
    """What `nguon demo --once --json --keep` left."""

    home: Path
    folder: Path
    report: dict[str, Any]
    stdout: str

    @property
    def rows(self) -> Sequence[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.report["rows"]
        return rows

    @property
    def verdicts(self) -> dict[str, str]:
        """Bundle -> the verdict that it got while the service ran."""
        return {row["bundle"]: row["verdict"] for row in self.rows if row["bundle"] is not None}


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The demo, once; everything it started has ended."""
    home = tmp_path_factory.mktemp("demo")
    folder = home / "kept"
    done = nguon(home, "demo", "--once", "--json", "--port", "0", "--keep", str(folder))
    assert done.returncode == 0, done.stderr + done.stdout
    return Kept(home, folder, json.loads(done.stdout), done.stdout)
