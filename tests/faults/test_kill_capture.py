"""A capturing process is killed (SIGKILL) again and again: what was acknowledged stays, and stays once."""

import multiprocessing
import os
import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from capturing import READY, main

from ledger.audit import Finding, audit
from ledger.store.database import open_engine
from nguon.database import upgrade
from tests.ledgerkit import ORIGIN, Ledger

KILLS = 20
PROCESSES = multiprocessing.get_context("forkserver")


def capture_until_killed(url: str, directory: Path, run: int, seconds: float) -> list[tuple[int, str]]:
    """What a process acknowledged before it was killed, `seconds` after it was ready."""
    told, acknowledging = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=main, args=(url, str(directory), run, acknowledging), daemon=True)
    process.start()
    acknowledging.close()
    acknowledged: list[tuple[int, str]] = []
    try:
        assert told.recv() == READY
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if told.poll(left):
                acknowledged.append(told.recv())
        assert process.is_alive()
    finally:
        process.kill()
        process.join()
    with suppress(EOFError):
        while told.poll(1):
            acknowledged.append(told.recv())
    return acknowledged


def test_no_acknowledged_event_is_lost_or_doubled_by_twenty_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Path(__file__).parent
    monkeypatch.setenv("PYTHONPATH", f"{here}{os.pathsep}{here.parents[1]}")  # for the server that forks them
    PROCESSES.set_forkserver_preload(["capturing"])
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    chance = random.Random(20)
    acknowledged: list[tuple[int, str]] = []
    for run in range(KILLS):
        acknowledged += capture_until_killed(url, tmp_path, run, chance.uniform(0.0, 0.5))
    assert acknowledged

    engine = open_engine(url)
    ledger = Ledger(engine, tmp_path)
    ledger.appender().recover()
    stored = [(event.index, event.event_id) for event in ledger.log.events(limit=1_000_000)]
    assert set(acknowledged) <= set(stored)
    assert [event_id for event_id, count in Counter(row[1] for row in stored).items() if count > 1] == []
    found = [
        item
        for item in audit(
            ledger.log,
            origin=ORIGIN,
            vkey=ledger.signer.vkey,
            registrars=ledger.registrars,
            checkpoint_file=ledger.file,
        )
        if isinstance(item, Finding)
    ]
    assert found == []
    engine.dispose()
