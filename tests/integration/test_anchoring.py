"""Whatever happens between the log and the chain, the next passes close the gap, and nothing is anchored twice."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.anchoring import Action, Anchorer, AnchorLoop, AnchorPolicy, Attempt, LogRecall, Step
from ledger.chain import contract
from ledger.chain.deploy import Sender
from ledger.chain.rpc import hexed
from ledger.chain.transactions import GWEI, ChainKey, FeeLimits, read_signed
from ledger.errors import ChainError, StoreError
from tests.chain_world import MAX_AGE, Chain, LyingEndpoint, MemoryAttempts, MemoryLog, digest, subject
from tests.chain_world import chain as running


class Clock:
    """A clock that moves when told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with running(tmp_path) as found:
        yield found


@pytest.fixture
def recalling(tmp_path: Path) -> Iterator[Chain]:
    with running(tmp_path, recalling=True) as found:
        yield found


@pytest.fixture
def log() -> MemoryLog:
    log = MemoryLog()
    log.entry("a")
    return log


def settle(anchorer: Anchorer, passes: int = 6) -> Step:
    """Passes until nothing is missing."""
    for _ in range(passes):
        step = anchorer.step()
        if step.action is Action.IDLE:
            return step
    raise AssertionError(f"still {step.action} after {passes} passes")


def actions(anchorer: Anchorer, passes: int) -> list[Action]:
    return [anchorer.step().action for _ in range(passes)]


# --- The ordinary course ---------------------------------------------------------------------------------


def test_a_full_cycle_anchors_the_newest_snapshot(chain: Chain, log: MemoryLog) -> None:
    attempts = MemoryAttempts()
    anchorer = chain.anchorer(log, attempts)
    first = anchorer.step()
    assert (first.action, first.size, first.target) == (Action.SENT, 0, 2)
    assert anchorer.step() == Step(Action.IDLE, 2, 2)
    log.entry("b")
    assert actions(anchorer, 2) == [Action.SENT, Action.IDLE]
    assert chain.history == [2, 4]
    assert [one.state for one in attempts.kept] == ["mined", "mined"]
    assert anchorer.gas_used > 0
    answer = chain.endpoints().answer([])
    assert answer.latest is not None
    assert answer.latest.root == log.root_at(4)


def test_an_empty_log_is_not_anchored(chain: Chain) -> None:
    log = MemoryLog()
    assert chain.anchorer(log).step(force=True) == Step(Action.IDLE, 0, 0)
    assert log.size() == 0


def test_where_a_size_was_anchored_can_be_told(chain: Chain, log: MemoryLog) -> None:
    attempts = MemoryAttempts()
    anchorer = chain.anchorer(log, attempts)
    settle(anchorer)
    log.entry("b")
    settle(anchorer)
    (hint,) = anchorer.anchors_of(2)
    block = chain.endpoints().block(hint.block)
    assert (hint.chain_id, hint.contract, hint.log_id) == (31337, chain.place.contract, chain.log_id)
    assert (hint.tx, hint.time) == (hexed(attempts.kept[0].tx_hash), block.time)
    assert chain.anchorer(log).anchors_of(4)[0].tx == hexed(attempts.kept[1].tx_hash)
    assert anchorer.anchors_of(3) == ()


@pytest.mark.parametrize(
    ("entries", "seconds", "due"),
    [(1, 0, False), (4, 0, False), (5, 0, True), (1, 59, False), (1, 60, True), (0, 60, False)],
)
def test_a_snapshot_is_appended_when_the_policy_says(
    chain: Chain, entries: int, seconds: int, due: bool
) -> None:
    clock = Clock(chain.endpoints().block("latest").time)
    log = MemoryLog(clock=clock)
    log.entry("a")
    policy = AnchorPolicy(max_entries=5, max_seconds=60, max_age=MAX_AGE)
    anchorer = chain.anchorer(log, policy=policy, now=clock)
    settle(anchorer)
    for number in range(entries):
        log.entry(str(number))
    clock.now += seconds
    assert (anchorer.step().action is Action.SENT) is due
    assert len(log.snapshots) == (2 if due else 1)


@pytest.mark.parametrize(
    ("limit", "after", "due"), [(MAX_AGE, 0.49, False), (MAX_AGE, 0.51, True), (3600, 0.05, True)]
)
def test_a_silent_log_is_anchored_at_half_its_age(chain: Chain, limit: int, after: float, due: bool) -> None:
    clock = Clock(chain.endpoints().block("latest").time)
    log = MemoryLog(clock=clock)
    log.entry("a")
    policy = AnchorPolicy(max_entries=100, max_seconds=10 * MAX_AGE, max_age=limit)
    anchorer = chain.anchorer(log, policy=policy, now=clock)
    settle(anchorer)
    clock.now += MAX_AGE * after
    assert (anchorer.step().action is Action.SENT) is due
    assert log.snapshots == ([2, 3] if due else [2])


def test_force_anchors_what_the_policy_would_leave(chain: Chain, log: MemoryLog) -> None:
    policy = AnchorPolicy(max_entries=100, max_seconds=10**6)
    loop = AnchorLoop(chain.anchorer(log, policy=policy))
    assert loop.settle(20).size == 2
    assert loop.settle(20).size == 2
    log.entry("b")
    assert loop.settle(20, force=False).size == 2
    assert loop.settle(20).size == 4
    assert chain.history == [2, 4]


# --- Faults of the chain ---------------------------------------------------------------------------------


def test_a_reorg_that_takes_the_anchor_out_is_mended(chain: Chain, log: MemoryLog) -> None:
    anchorer = chain.anchorer(log)
    settle(anchorer)
    log.entry("b")
    settle(anchorer)
    chain.mine()
    chain.rpc.call("anvil_reorg", 2, [])
    if chain.latest == 4:
        pytest.fail("the reorg took nothing out")
    assert settle(anchorer).size == 4
    assert chain.history == [2, 4]


def test_a_deep_reorg_to_before_the_first_anchor_is_mended(chain: Chain, log: MemoryLog) -> None:
    attempts = MemoryAttempts()
    anchorer = chain.anchorer(log, attempts)
    before = chain.rpc.call("evm_snapshot")
    settle(anchorer)
    log.entry("b")
    settle(anchorer)
    chain.rpc.call("evm_revert", before)
    assert chain.latest == 0
    assert settle(anchorer).size == 4
    assert chain.history[-1] == 4
    assert log.snapshots == [2, 4]


def test_a_transaction_that_would_say_the_wrong_thing_after_a_reorg_is_replaced_at_once(
    chain: Chain, log: MemoryLog
) -> None:
    """The stored one would extend an anchor that is gone: it would only cost gas."""
    attempts = MemoryAttempts()
    anchorer = chain.anchorer(log, attempts)
    before = chain.rpc.call("evm_snapshot")
    settle(anchorer)
    log.entry("b")
    settle(anchorer)
    chain.rpc.call("evm_revert", before)
    chain.anchor(log, 3)
    log.entry("c")
    with chain.by_hand():
        assert anchorer.step().action is Action.REPLACED
        assert attempts.kept[-1].nonce == attempts.kept[-2].nonce
        chain.mine()
    assert settle(anchorer).size == 6
    assert chain.history == [3, 6]


def test_a_dropped_transaction_is_sent_again(chain: Chain, log: MemoryLog) -> None:
    attempts = MemoryAttempts()
    anchorer = chain.anchorer(log, attempts)
    with chain.by_hand():
        sent = anchorer.step()
        assert sent.tx is not None
        chain.rpc.call("anvil_dropTransaction", hexed(sent.tx))
        chain.mine()
        assert chain.latest == 0
        waiting = anchorer.step()
        assert (waiting.action, waiting.tx) == (Action.WAITING, sent.tx)
        chain.mine()
    assert settle(anchorer).size == 2
    assert len(attempts.kept) == 1


def test_a_stuck_transaction_is_replaced_with_higher_fees_and_the_same_nonce(
    chain: Chain, log: MemoryLog
) -> None:
    clock = Clock(chain.endpoints().block("latest").time)
    attempts = MemoryAttempts()
    policy = AnchorPolicy(max_entries=1, patience=60, fees=FeeLimits(max_fee=10_000 * GWEI))
    anchorer = chain.anchorer(log, attempts, policy=policy, now=clock)
    with chain.by_hand():
        assert anchorer.step().action is Action.SENT
        chain.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(100 * GWEI))
        chain.mine()
        assert chain.latest == 0, "the base fee was above the cap"
        clock.now += 59
        assert anchorer.step().action is Action.WAITING
        clock.now += 1
        log.entry("b")
        assert anchorer.step().action is Action.REPLACED
        assert anchorer.step().action is Action.WAITING
        chain.mine()
    first, second = (read_signed(one.raw)[0] for one in attempts.kept)
    assert first.nonce == second.nonce
    assert second.fees.tip * 8 >= first.fees.tip * 9
    assert second.fees.cap > 100 * GWEI
    assert [one.size for one in attempts.kept] == [2, 4], "the replacement carries the newest snapshot"
    assert settle(anchorer).size == 4
    assert chain.history == [4]


def test_fees_never_pass_the_limit(chain: Chain, log: MemoryLog) -> None:
    clock = Clock(chain.endpoints().block("latest").time)
    attempts = MemoryAttempts()
    policy = AnchorPolicy(max_entries=1, patience=10, fees=FeeLimits(max_fee=20 * GWEI))
    anchorer = chain.anchorer(log, attempts, policy=policy, now=clock)
    with chain.by_hand():
        chain.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(100 * GWEI))
        chain.mine()
        for _ in range(12):
            with_limit = anchorer.step().action
            assert with_limit in (Action.SENT, Action.WAITING, Action.REPLACED)
            clock.now += 10
        assert anchorer.step().action is Action.WAITING
        assert all(read_signed(one.raw)[0].fees.cap <= 20 * GWEI for one in attempts.kept)
        chain.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(GWEI))
        chain.mine()
    assert settle(anchorer).size == 2


def test_a_chain_that_lost_everything_is_anchored_anew_once_it_has_the_contract(
    tmp_path: Path, log: MemoryLog
) -> None:
    """A local chain whose state was deleted: nonces begin anew, old attempts mean nothing."""
    attempts = MemoryAttempts()
    with running(tmp_path) as chain:
        key, anchorer = chain.key, chain.anchorer(log, attempts)
        settle(anchorer)
        log.entry("b")
        settle(anchorer)
    for file in tmp_path.iterdir():
        file.unlink()
    with running(tmp_path) as chain:
        chain.node.fund(key.address)
        chain.send(contract.set_publisher(chain.log_id, key.address))
        chain.key = key
        assert settle(chain.anchorer(log, attempts)).size == 4
        assert chain.history == [4]


# --- Faults of ours --------------------------------------------------------------------------------------


class CrashError(Exception):
    """The process dies here."""


def test_a_crash_before_or_after_sending_is_mended(
    chain: Chain, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = MemoryAttempts()
    original = Anchorer._send

    def before(self: Anchorer, raw: bytes) -> None:
        raise CrashError

    def after(self: Anchorer, raw: bytes) -> None:
        original(self, raw)
        raise CrashError

    for round_, crash in enumerate((before, after, before)):
        log.entry(str(round_))
        with monkeypatch.context() as patched:
            patched.setattr(Anchorer, "_send", crash)
            with pytest.raises(CrashError):
                chain.anchorer(log, attempts).step()
        settle(chain.anchorer(log, attempts))
    assert chain.history == log.snapshots
    assert len(attempts.kept) == 3
    assert [one.nonce for one in attempts.kept] == sorted({one.nonce for one in attempts.kept})


def test_a_crash_before_storing_has_sent_nothing(chain: Chain, log: MemoryLog) -> None:
    class Dying(MemoryAttempts):
        def add(self, attempt: Attempt) -> None:
            raise CrashError

    nonce = chain.rpc.quantity("eth_getTransactionCount", chain.key.address, "pending")
    with pytest.raises(CrashError):
        chain.anchorer(log, Dying()).step()
    assert chain.rpc.quantity("eth_getTransactionCount", chain.key.address, "pending") == nonce
    assert settle(chain.anchorer(log)).size == 2
    assert log.snapshots == [2]


def test_a_lost_reply_is_no_second_anchor(chain: Chain, log: MemoryLog) -> None:
    def lose(method: str, params: list[object], result: object) -> object:
        return None if method == "eth_sendRawTransaction" else result

    attempts = MemoryAttempts()
    with LyingEndpoint(chain.node.url, lose) as endpoint:
        with pytest.raises(ChainError) as caught:
            chain.anchorer(log, attempts, endpoints=chain.endpoints(endpoint.url)).step()
        assert caught.value.code == "chain.unreachable"
        assert settle(chain.anchorer(log, attempts)).size == 2
    assert chain.history == [2]
    assert len(attempts.kept) == 1


def test_two_workers_at_once_anchor_once(chain: Chain, log: MemoryLog) -> None:
    attempts = MemoryAttempts()
    for round_ in range(5):
        log.entry(str(round_))
        log.submit_snapshot()
        workers = [chain.anchorer(log, attempts) for _ in range(2)]
        gate = threading.Barrier(2)

        def work(worker: Anchorer, gate: threading.Barrier = gate) -> Step:
            gate.wait()
            return worker.step()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, workers))
        settle(workers[0])
    assert chain.history == log.snapshots
    nonces = [one.nonce for one in attempts.kept if one.state == "mined"]
    assert len(nonces) == len(set(nonces)) == 5


def test_a_worker_without_the_others_attempts_does_no_harm(chain: Chain, log: MemoryLog) -> None:
    clock = Clock(chain.endpoints().block("latest").time)
    log.submit_snapshot()
    with chain.by_hand():
        first = chain.anchorer(log, MemoryAttempts(), now=clock)
        second = chain.anchorer(log, MemoryAttempts(), now=clock)
        assert first.step().action is Action.SENT
        assert second.step().action is Action.SENT
        clock.now += 1000
        second.step()
        chain.mine()
    assert settle(second).size == 2
    assert settle(first).size == 2
    assert chain.history == [2]


def test_somebody_else_who_was_faster_is_no_error(
    chain: Chain, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchorer = chain.anchorer(log)
    original = Anchorer._missing_anchor

    def overtaken(self: Anchorer, head: object, force: bool) -> object:
        wanted = original(self, head, force)  # type: ignore[arg-type]  # as the method it stands before
        chain.anchor(log)
        return wanted

    monkeypatch.setattr(Anchorer, "_missing_anchor", overtaken)
    assert anchorer.step().action is Action.RACED
    monkeypatch.undo()
    assert settle(anchorer).size == 2
    assert chain.history == [2]


# --- What must not be anchored ---------------------------------------------------------------------------


def test_a_database_behind_the_chain_is_refused(chain: Chain, log: MemoryLog) -> None:
    backup = log.copy()
    settle(chain.anchorer(log))
    with pytest.raises(StoreError) as caught:
        chain.anchorer(backup).step()
    assert caught.value.code == "store.behind"
    assert backup.size() == 1, "nothing was appended"


def test_another_history_than_the_chains_is_refused(chain: Chain, log: MemoryLog) -> None:
    settle(chain.anchorer(log))
    forged = MemoryLog()
    for name in ("x", "y", "z"):
        forged.entry(name)
    with pytest.raises(StoreError) as caught:
        chain.anchorer(forged).step()
    assert caught.value.code == "store.fork"
    assert forged.size() == 3


def test_a_log_proven_false_is_left_alone_and_the_alarm_stays(chain: Chain, log: MemoryLog) -> None:
    log.lie_in_map = lambda leaves: leaves.clear()
    loop = AnchorLoop(chain.anchorer(log))
    loop.settle(20)
    chain.send(
        contract.prove_omission(
            chain.log_id,
            log.root_at(2),
            log.entry_proof(0, 2),
            subject("a"),
            log.snapshot_proof(2, 2),
            log.map_proof(2, subject("a")),
        )
    )
    log.entry("b")
    step = loop.once()
    assert step is not None
    assert step.action is Action.FALSE
    assert step.false_since > 0
    assert loop.health.alarm == "log.false"
    assert not loop.health.ready
    assert log.size() == 3, "no snapshot was appended"
    loop.run(threading.Event(), 60)  # ends by itself


def test_a_retired_log_is_left_alone(chain: Chain, log: MemoryLog) -> None:
    settle(chain.anchorer(log))
    chain.send(contract.open_log("next", chain.key.address, MAX_AGE))
    chain.send(contract.retire(chain.log_id, contract.log_id_of(chain.key.address, "next")))
    log.entry("b")
    assert chain.anchorer(log).step().action is Action.RETIRED


def test_a_key_that_is_not_the_publishers_is_told_so(chain: Chain, log: MemoryLog) -> None:
    chain.key = ChainKey.generate()
    with pytest.raises(ChainError) as caught:
        chain.anchorer(log).step()
    assert caught.value.params["error"] == "NotPublisher"


def test_an_empty_purse_has_a_code_of_its_own(chain: Chain, log: MemoryLog) -> None:
    chain.rpc.call("anvil_setBalance", chain.key.address, "0x1")
    with pytest.raises(ChainError) as caught:
        chain.anchorer(log).step()
    assert caught.value.code == "chain.funds"
    chain.node.fund(chain.key.address)
    assert settle(chain.anchorer(log)).size == 2


# --- Recalls ---------------------------------------------------------------------------------------------


def test_recalls_of_the_log_go_first_one_after_the_other(recalling: Chain, log: MemoryLog) -> None:
    recalls = [LogRecall(subject("a"), digest("why a")), LogRecall(subject("b"), digest("why b"))]
    anchorer = recalling.anchorer(log, recalls=lambda: recalls)
    assert [step.target for step in (anchorer.step() for _ in range(4))] == [0, 0, 2, 2]
    answer = recalling.endpoints().answer([subject("a"), subject("b"), subject("c")])
    assert answer.recalled == {subject("a"), subject("b")}
    recalls[0] = replace(recalls[0], released=True)
    assert settle(anchorer).size == 2
    assert recalling.endpoints().answer([subject("a"), subject("b")]).recalled == {subject("b")}


def test_what_another_recalls_is_neither_repeated_nor_lifted(recalling: Chain, log: MemoryLog) -> None:
    other = ChainKey.generate()
    recalling.node.fund(other.address)
    recalling.send(contract.add_recaller(recalling.log_id, other.address))
    Sender(recalling.rpc, other, 31337).send(
        recalling.place.contract, contract.recall(subject("a"), digest("his"))
    )
    recalls = [LogRecall(subject("a"), digest("ours"))]
    anchorer = recalling.anchorer(log, recalls=lambda: recalls)
    assert [step.target for step in (anchorer.step() for _ in range(2))] == [2, 2]
    recalls[0] = replace(recalls[0], released=True)
    assert anchorer.step().action is Action.IDLE
    assert recalling.endpoints().answer([subject("a")]).recalled == {subject("a")}


def test_a_recall_cut_short_is_sent_again_and_once(recalling: Chain, log: MemoryLog) -> None:
    attempts = MemoryAttempts()
    anchorer = recalling.anchorer(log, attempts, recalls=lambda: [LogRecall(subject("a"), digest("why"))])
    with recalling.by_hand():
        sent = anchorer.step()
        assert sent.tx is not None
        recalling.rpc.call("anvil_dropTransaction", hexed(sent.tx))
        assert anchorer.step().action is Action.WAITING
        recalling.mine()
    settle(anchorer)
    assert [one.size for one in attempts.kept] == [0, 2]


def test_a_publisher_who_is_no_recaller_sends_no_recall(chain: Chain, log: MemoryLog) -> None:
    anchorer = chain.anchorer(log, recalls=lambda: [LogRecall(subject("a"), digest("why"))])
    assert settle(anchorer).size == 2
    assert chain.endpoints().answer([subject("a")]).recalled == frozenset()


# --- The loop --------------------------------------------------------------------------------------------


def running_loop(loop: AnchorLoop, interval: float, until: Callable[[], bool]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=loop.run, args=(stop, interval))
    thread.start()
    try:
        for _ in itertools.repeat(None, 400):
            if until():
                return
            stop.wait(0.025)
        raise AssertionError(f"not reached: {loop.health}")
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def test_the_loop_anchors_what_comes_and_tells_how_it_fares(chain: Chain, log: MemoryLog) -> None:
    told: list[int] = []
    loop = AnchorLoop(chain.anchorer(log), told=lambda health: told.append(health.anchored))

    def more() -> bool:
        if loop.health.anchored == 2 and log.size() == 2:
            log.entry("b")
        return loop.health.anchored == 4

    running_loop(loop, 0.05, more)
    health = loop.health
    assert health.ready
    assert (health.target, health.last_error, health.failures) == (4, None, 0)
    assert health.last_success is not None
    assert health.balance is not None
    assert health.gas_used > 0
    assert health.wei_paid > 0
    assert told[-1] == 4


def test_the_loop_waits_for_a_chain_that_is_away_and_goes_on(chain: Chain, log: MemoryLog) -> None:
    with ExitStack() as stack:
        endpoint = stack.enter_context(LyingEndpoint(chain.node.url, broken=b"<html>502</html>"))
        loop = AnchorLoop(chain.anchorer(log, endpoints=chain.endpoints(endpoint.url)), jitter=lambda: 0.0)
        for _ in range(3):
            assert loop.once() is None
        assert loop.health.failures == 3
        assert not loop.health.ready
        assert loop.health.last_error is not None
        assert loop.health.last_error[0] == "chain.unreachable"
        assert loop.health.alarm is None
        assert log.size() == 1, "no snapshot while the chain is away"
        endpoint.broken = None
        running_loop(loop, 0.05, lambda: loop.health.anchored == 2)
    assert loop.health.ready


def test_a_nudge_wakes_the_loop(chain: Chain, log: MemoryLog) -> None:
    loop = AnchorLoop(chain.anchorer(log))

    def nudged() -> bool:
        if loop.health.anchored == 2 and loop.health.action == "idle" and log.size() == 2:
            log.entry("b")
            loop.nudge()
        return loop.health.anchored == 4

    running_loop(loop, 3600, nudged)


def test_an_old_copy_of_the_database_raises_the_alarm(chain: Chain, log: MemoryLog) -> None:
    backup = log.copy()
    settle(chain.anchorer(log))
    loop = AnchorLoop(chain.anchorer(backup))
    assert loop.once() is None
    assert loop.health.alarm == "store.behind"
