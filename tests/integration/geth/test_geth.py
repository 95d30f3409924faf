"""Anchoring on geth, on the fork that mainnet runs and on the one that reprices state."""

import time
from collections.abc import Callable

import pytest

from ledger.anchoring import Anchorer, AnchorPolicy
from ledger.chain import contract
from ledger.chain.deploy import Deployment, Sender, set_up
from ledger.chain.endpoints import Endpoints
from ledger.chain.rpc import hexed, members, quantity
from ledger.errors import ChainError
from tests.chain_world import MemoryAttempts, MemoryLog, subject

from .conftest import PERIOD, Geth

pytestmark = pytest.mark.geth

# The budgets of docs/formats.md §4 plus 5 %: the first anchor of a log, and an ordinary one of a small tree.
BUDGET = {"osaka": (57_000, 49_000), "amsterdam": (146_000, 58_000)}


class Desk:
    """A log on geth, its anchorer, and a clock that can be moved."""

    def __init__(self, geth: Geth) -> None:
        self.geth = geth
        self.log = MemoryLog()
        self.attempts = MemoryAttempts()
        self.ahead = 0.0
        self.place: Deployment = set_up(
            geth.rpc, geth.chain_id, geth.key, "nguon.example/geth", geth.key.address, 86_400
        )
        self.endpoints = Endpoints(
            [geth.rpc.url], geth.chain_id, self.place.contract, self.place.log_id, 1, "latest", 10
        )
        self.anchorer = self.worker(self.attempts)

    def worker(self, attempts: MemoryAttempts) -> Anchorer:
        policy = AnchorPolicy(max_entries=1, patience=30)
        return Anchorer(
            self.log, attempts, self.endpoints, self.geth.key, policy, now=lambda: time.time() + self.ahead
        )

    def anchored(self) -> int:
        latest = self.endpoints.head().latest
        return latest.size if latest else 0

    def until(self, done: Callable[[], bool]) -> None:
        """Step, a block at a time, until it is so."""
        for _ in range(20):
            self.anchorer.step()
            if done():
                return
            time.sleep(PERIOD / 2)
        pytest.fail("twenty passes, and still not")

    def settle(self) -> None:
        self.until(lambda: self.anchored() == len(self.log.leaves))

    def gas(self, size: int) -> int:
        [tx] = {one.tx_hash for one in self.attempts.kept if one.size == size and one.state != "dropped"}
        receipt = members(self.geth.rpc.call("eth_getTransactionReceipt", hexed(tx)), self.geth.rpc.url)
        return quantity(receipt.get("gasUsed"), self.geth.rpc.url)


@pytest.fixture
def desk(geth: Geth) -> Desk:
    return Desk(geth)


def test_anchors_are_taken_within_their_budget_and_seen_at_every_finality(desk: Desk) -> None:
    first, ordinary = BUDGET[desk.geth.fork]
    desk.log.entry("a")
    desk.settle()
    assert desk.gas(desk.anchored()) <= first * 1.05
    desk.log.entry("b")
    desk.settle()
    assert desk.gas(desk.anchored()) <= ordinary * 1.05
    answer = desk.endpoints.answer([subject("a")])
    assert answer.state == "ok"
    assert answer.latest is not None
    assert answer.latest.root == desk.log.root_at(answer.latest.size)


def test_a_rewritten_history_is_refused_by_the_contract_itself(desk: Desk) -> None:
    desk.log.entry("a")
    desk.settle()
    forged = desk.log.copy()
    forged.leaves[0] = forged.leaves[0][:-1] + b"\x07"
    forged.submit_snapshot()
    size = len(forged.leaves)
    call = contract.anchor(
        desk.place.log_id, size, forged.root_at(size), forged.consistency(desk.anchored(), size)
    )
    with pytest.raises(ChainError) as refused:
        Sender(desk.geth.rpc, desk.geth.key, desk.geth.chain_id).send(desk.place.contract, call)
    assert refused.value.params["error"] == "BadConsistencyProof"


def test_a_second_worker_that_knows_nothing_closes_the_same_gap_once(desk: Desk) -> None:
    desk.log.entry("a")
    desk.settle()
    desk.log.entry("b")
    desk.log.submit_snapshot()
    desk.anchorer.step()
    desk.worker(MemoryAttempts()).step()
    desk.settle()
    height = desk.geth.rpc.quantity("eth_blockNumber")
    sizes = [one.size for one in desk.endpoints.anchored(0, height)]
    assert sizes == sorted(set(sizes))


def test_a_reorg_that_takes_the_newest_anchor_away_is_closed_by_the_next_passes(desk: Desk) -> None:
    desk.log.entry("a")
    desk.settle()
    before = desk.anchored()
    desk.log.entry("b")
    desk.settle()
    height = desk.geth.rpc.quantity("eth_blockNumber")
    desk.geth.rpc.call("debug_setHead", hex(desk.endpoints.anchored(0, height)[-1].block - 1))
    assert desk.anchored() == before
    desk.settle()
    assert desk.anchored() == len(desk.log.leaves)
