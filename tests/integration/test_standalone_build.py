"""The standalone verifier is built again from its sources, and is the same file."""

import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
VITE = PROJECT / "node_modules" / ".bin" / "vite"


def built(folder: Path) -> bytes:
    subprocess.run(
        [VITE, "build", "--config", "scanner_web/standalone.config.ts", "--logLevel", "warn"],
        cwd=PROJECT,
        env={**os.environ, "NGUON_STANDALONE_DIR": str(folder)},
        check=True,
        capture_output=True,
    )
    assert sorted(path.name for path in folder.iterdir()) == ["SHA256", "standalone.html"]
    page = (folder / "standalone.html").read_bytes()
    assert (folder / "SHA256").read_text() == f"{sha256(page).hexdigest()}  standalone.html\n"
    return page


def test_two_builds_are_one_file_and_name_nothing_outside_themselves(tmp_path: Path) -> None:
    if not VITE.exists():
        pytest.skip("no vite: `npm install --ignore-scripts`")
    one, two = built(tmp_path / "one"), built(tmp_path / "somewhere" / "else")
    assert one == two
    text = one.decode()
    assert str(PROJECT) not in text
    for fetched in (' src="', "@import", "url(/", "url(http", 'href="/static', "sourceMappingURL"):
        assert fetched not in text, fetched
