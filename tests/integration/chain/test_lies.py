"""A log that lies is caught by the contract, and every reader sees the mark."""

import pytest

from ledger.chain import contract
from ledger.errors import ChainError
from ledger.log.lotmap import MapLeaf
from tests.chain_world import Chain, MemoryLog, subject


def honest(chain: Chain) -> MemoryLog:
    log = MemoryLog()
    log.entry("lot")
    log.entry("lot", "other")
    log.submit_snapshot()
    chain.anchor(log)
    return log


def test_a_rewritten_history_is_refused_by_the_contract(chain: Chain) -> None:
    log = honest(chain)
    rewritten = MemoryLog()
    rewritten.entry("lot")
    rewritten.entry("other")
    rewritten.submit_snapshot()
    rewritten.entry("lot")
    size = rewritten.size()
    for proof in (rewritten.consistency(3, size), [], [bytes(32)]):
        with pytest.raises(ChainError, match="BadConsistencyProof") as caught:
            chain.send(contract.anchor(chain.log_id, size, rewritten.root_at(size), proof))
        assert caught.value.params["error"] == "BadConsistencyProof"
    assert chain.latest == log.size()


def test_a_hidden_entry_marks_the_log_for_ever(chain: Chain) -> None:
    log = honest(chain)
    failed_test = log.entry("lot")

    def leave_out(leaves: dict[bytes, MapLeaf]) -> None:
        older = MemoryLog(log.leaves[:failed_test]).map(failed_test)
        leaves[subject("lot")] = older[subject("lot")]

    log.lie_in_map = leave_out
    snapshot = log.submit_snapshot()
    chain.anchor(log)
    assert chain.endpoints().answer([]).false_since == 0
    receipt = chain.send(
        contract.prove_omission(
            chain.log_id,
            log.root_at(snapshot),
            log.entry_proof(failed_test, snapshot),
            subject("lot"),
            log.snapshot_proof(snapshot, snapshot),
            log.map_proof(snapshot, subject("lot")),
        )
    )
    answer = chain.endpoints().answer([])
    assert answer.state == "ok"
    assert answer.false_since == chain.endpoints().block(receipt.block).time
    log.lie_in_map = None
    log.entry("lot")
    log.submit_snapshot()
    with pytest.raises(ChainError) as caught:
        chain.anchor(log)
    assert caught.value.params["error"] == "Closed"


def test_a_lot_that_the_map_denies_altogether_marks_the_log(chain: Chain) -> None:
    log = MemoryLog()
    birth = log.entry("lot")
    log.entry("other")
    log.lie_in_map = lambda leaves: leaves.__delitem__(subject("lot"))
    snapshot = log.submit_snapshot()
    chain.anchor(log)
    chain.send(
        contract.prove_omission(
            chain.log_id,
            log.root_at(snapshot),
            log.entry_proof(birth, snapshot),
            subject("lot"),
            log.snapshot_proof(snapshot, snapshot),
            log.map_proof(snapshot, subject("lot")),
        )
    )
    assert chain.endpoints().answer([]).false_since > 0


def test_two_first_entries_of_a_lot_mark_the_log(chain: Chain) -> None:
    log = MemoryLog()
    first = log.entry("lot")
    second = log.entry("lot", ordinals={"lot": 1})
    snapshot = log.submit_snapshot()
    chain.anchor(log)
    chain.send(
        contract.prove_fork(
            chain.log_id,
            log.root_at(snapshot),
            log.entry_proof(first, snapshot),
            log.entry_proof(second, snapshot),
            subject("lot"),
        )
    )
    assert chain.endpoints().answer([]).false_since > 0


def test_an_honest_log_cannot_be_marked(chain: Chain) -> None:
    log = honest(chain)
    root = log.root_at(3)
    for index in (0, 1):
        with pytest.raises(ChainError) as caught:
            chain.send(
                contract.prove_omission(
                    chain.log_id,
                    root,
                    log.entry_proof(index, 3),
                    subject("lot"),
                    log.snapshot_proof(3, 3),
                    log.map_proof(3, subject("lot")),
                )
            )
        assert caught.value.params["error"] == "NothingProven"
    with pytest.raises(ChainError) as caught:
        chain.send(
            contract.prove_fork(
                chain.log_id, root, log.entry_proof(0, 3), log.entry_proof(1, 3), subject("lot")
            )
        )
    assert caught.value.params["error"] == "NothingProven"
    assert chain.endpoints().answer([]).false_since == 0
