"""The scripts' programs for Node (`scanner_web/tools`), as `npm run build:web` bundles them.

`make setup` builds them. Where a source is newer they are built again before they are run, by one process at a time:
tests run in several.
"""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
NODE: Final = Path(sys.executable).with_name("node")
_SCRIPTS: Final = ROOT / "scanner_web"
_BUILT: Final = _SCRIPTS / "dist" / "tools"
_VITE: Final = ROOT / "node_modules" / ".bin" / "vite"
_CONFIG: Final = _SCRIPTS / "tools" / "programs.config.ts"


def can_run() -> bool:
    """Whether there is a node to run them with."""
    return NODE.exists() and _VITE.exists()


def program(name: str) -> Path:
    """A program, `judge`, `story` or `phone`, not older than any source."""
    built = _BUILT / f"{name}.js"
    _BUILT.parent.mkdir(exist_ok=True)
    with (_BUILT.parent / "tools.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists() or built.stat().st_mtime_ns < max(_changes()):
            subprocess.run([str(NODE), str(_VITE), "build", "--config", str(_CONFIG)], check=True, cwd=ROOT)
    return built


def page_script() -> Path:
    """A phone's core as one script for a browser's page, not older than any source."""
    built = _SCRIPTS / "dist" / "phonepage" / "phonepage.js"
    _BUILT.parent.mkdir(exist_ok=True)
    with (_BUILT.parent / "tools.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists() or built.stat().st_mtime_ns < max(_changes()):
            config = _CONFIG.with_name("phonepage.config.ts")
            subprocess.run([str(NODE), str(_VITE), "build", "--config", str(config)], check=True, cwd=ROOT)
    return built


def _changes() -> Iterator[int]:
    """When each source was last written."""
    yield (ROOT / "package-lock.json").stat().st_mtime_ns
    for room in _SCRIPTS.iterdir():
        if room.is_dir() and room != _BUILT.parent:
            for pattern in ("*.ts*", "*.json"):
                yield from (source.stat().st_mtime_ns for source in room.rglob(pattern))
