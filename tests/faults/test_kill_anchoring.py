"""Processes that anchor are killed at random moments; the log and the contract come out equal."""

import multiprocessing
import random
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from anchoring_worker import Worker, main

from ledger.anchoring import Action, AnchorLoop
from ledger.chain.rpc import Rpc
from nguon.database import upgrade

ROUNDS = 20


def nodes_of(state: Path) -> list[int]:
    """Processes of the local node that run on this state."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if words[0].endswith(b"/anvil") and str(state).encode() in words:
                    found.append(int(entry.name))
    return found


def size_of(directory: Path) -> int:
    """The log's size; no connection stays open, since one must not be carried into a fork."""
    with closing(sqlite3.connect(directory / "ledger.db")) as connection:
        return int(connection.execute("SELECT size FROM log_state").fetchone()[0])


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="counts processes in /proc")
def test_twenty_kills_leave_no_gap_no_double_anchor_and_no_stray_node(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'ledger.db'}")
    (tmp_path / "key").write_bytes(random.Random(1).randbytes(32))
    state = tmp_path / "chain.json"
    moments = random.Random(20261124)
    forked = multiprocessing.get_context("fork")  # a fresh interpreter would be killed while it imports
    for number in range(ROUNDS):
        workers = [forked.Process(target=main, args=(tmp_path,)) for _ in range(1 + number % 2)]
        for process in workers:
            process.start()
        start, working = size_of(tmp_path), number % 3 > 0  # killed while it starts, or while it works
        limit = time.monotonic() + 10
        while working and size_of(tmp_path) == start and time.monotonic() < limit:
            time.sleep(0.02)
        deadline = time.monotonic() + moments.uniform(0.0, 0.8)
        while time.monotonic() < deadline:
            assert len(nodes_of(state)) <= 1, "two nodes on one state"
            time.sleep(0.02)
        for process in workers:
            assert process.is_alive(), "a worker ended by itself"
            process.kill()
        for process in workers:
            process.join()
    patience = time.monotonic() + 20
    while nodes_of(state) and time.monotonic() < patience:
        time.sleep(0.05)
    assert nodes_of(state) == [], "a node outlived its owner"

    worker = Worker(tmp_path)
    worker.writer.start()
    try:
        endpoints = worker.join()
        step = AnchorLoop(worker.anchorer(endpoints)).settle(20.0)
        assert step.action is Action.IDLE
        snapshot = worker.log.newest_snapshot()
        assert snapshot is not None
        assert step.size == snapshot.size == worker.log.size()
        history = endpoints.anchored(0, endpoints.block("latest").number)
        told = [one.size for one in history]
        assert told == sorted(set(told)), "anchored twice, or backwards"
        for one in history:
            checkpoint = worker.log.checkpoint(one.size)
            assert checkpoint is not None
            assert checkpoint[0].root == one.root
        assert len(history) >= 10, "the workers hardly worked"
        rpc = Rpc(worker.node.url)
        paid = rpc.quantity("eth_getTransactionCount", worker.key.address, "latest")
        rpc.close()
        reverted = [
            one for nonce in range(paid) for one in worker.attempts.of_nonce(nonce) if one.state == "reverted"
        ]
        assert reverted == [], "an anchor was paid for in vain"
        assert paid <= len(history) + 4, "more than the anchors, the deployment and the opening"
    finally:
        worker.writer.close()
        worker.node.stop()
