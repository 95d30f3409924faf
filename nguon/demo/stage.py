"""Where the demo plays: a folder, a deployment with its own test chain, and the service in a thread beside it."""

import shutil
import socket
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from ledger.errors import StoreError
from nguon.demo.rows import HOST
from nguon.serving import build
from nguon.settings import Settings
from nguon.wiring import Deployment

LONG = 30 * 24 * 3600
"""Seconds. The demo anchors when it says so; and what it shows stays fresh while somebody plays with it."""

START_TIMEOUT = 20.0
DATABASE = "nguon.db"


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """The folder that holds everything: one that is kept, or one that is gone at the end.

    Raises:
        StoreError: the folder to keep is not empty (`demo.folder`).
    """
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise StoreError(f"{keep} is not empty.", code="demo.folder", path=str(keep))
        yield keep.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="nguon-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def settings(where: Path, port: int) -> Settings:
    """The demo's settings: embedded everything, whatever the environment says."""
    return Settings(
        data_dir=where / "data",
        database_url="",
        origin=HOST,
        public_url="",
        host="127.0.0.1",
        port=port,
        rpcs=(),
        chain_id=31337,
        contract="",
        log_id="",
        finality="latest",
        quorum=1,
        max_age=LONG,
        anchor_max_entries=1_000_000,
        anchor_max_seconds=LONG,
        master_key=None,
        master_key_file=None,
        registrar_key=None,
        log_level="error",
    )


@contextmanager
def serving(deployment: Deployment, listener: socket.socket) -> Iterator[None]:
    """The service, answering until the block ends; the anchoring loop runs beside it.

    Raises:
        StoreError: it does not start (`serve.start`).
    """
    application = create_app(build(deployment))
    with deployment.anchoring(), _uvicorn(application, listener):
        yield


@contextmanager
def _uvicorn(application: FastAPI, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(application, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="service")
    thread.start()
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise StoreError("The service does not start.", code="serve.start")
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join()


class BehindTheBack:
    """The database file, changed by someone who has it, without the service."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, deployment: Deployment) -> "BehindTheBack":
        return cls(deployment.settings.data_dir / DATABASE)

    def statement(self, index: int) -> str:
        """The statement stored at an index."""
        with closing(sqlite3.connect(self._path)) as database:
            found = database.execute('SELECT jws FROM statement WHERE "index" = ?', (index,)).fetchone()
        return str(found[0])

    def replace(self, index: int, jws: str) -> None:
        """Store another statement there."""
        self._run('UPDATE statement SET jws = ? WHERE "index" = ?', jws, index)

    def erase(self, index: int) -> None:
        """Erase the statement there, as the law may ask for; its leaf stays."""
        self._run('DELETE FROM statement WHERE "index" = ?', index)

    def copy_to(self, path: Path) -> None:
        """A backup of the whole database."""
        with closing(sqlite3.connect(self._path)) as database, closing(sqlite3.connect(path)) as copy:
            database.backup(copy)

    def restore(self, path: Path) -> None:
        """Put a backup in its place; nobody may have the database open."""
        for name in ("-wal", "-shm"):
            self._path.with_name(self._path.name + name).unlink(missing_ok=True)
        shutil.copyfile(path, self._path)

    def _run(self, command: str, *values: object) -> None:
        with closing(sqlite3.connect(self._path, timeout=30)) as database, database:
            database.execute(command, values)
