"""The typed wrapper says what the contract says: its views, its refusals by name, its events."""

from contextlib import suppress

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import abi, contract
from ledger.errors import ChainError
from ledger.log import merkle
from tests.chain_world import Chain, MemoryLog, digest, subject

EMPTY = bytes(32)


@pytest.fixture
def log(chain: Chain) -> MemoryLog:
    """Four entries and a snapshot, anchored."""
    log = MemoryLog()
    log.entry("a")
    log.entry("b", "c")
    log.entry("a", "c")
    log.entry("d")
    log.submit_snapshot()
    chain.anchor(log)
    return log


def refused(chain: Chain, data: bytes) -> str:
    with pytest.raises(ChainError) as caught:
        chain.send(data)
    assert caught.value.code == "chain.reverted"
    return str(caught.value.params["error"])


def test_the_log_id_is_computed_as_the_contract_does(chain: Chain) -> None:
    assert contract.log_id_of(chain.key.address, "nguon.example/test") == chain.log_id
    assert chain.sender.ask(chain.place.contract, contract.standing(chain.log_id)).opened


def test_standing_names_roles_and_age(chain: Chain) -> None:
    standing = chain.sender.ask(chain.place.contract, contract.standing(chain.log_id))
    assert (standing.owner, standing.publisher, standing.max_age) == (
        chain.key.address,
        chain.key.address,
        86_400,
    )
    assert (standing.false_since, standing.recallers, standing.retired) == (0, (), False)


def test_an_unknown_log_is_not_open(chain: Chain) -> None:
    assert not chain.sender.ask(chain.place.contract, contract.standing(EMPTY)).opened
    assert chain.sender.ask(chain.place.contract, contract.latest(EMPTY)) is None
    assert chain.sender.ask(chain.place.contract, contract.settled(EMPTY)) is None


def test_the_latest_anchor_and_its_calldata_read_back(chain: Chain, log: MemoryLog) -> None:
    latest = chain.sender.ask(chain.place.contract, contract.latest(chain.log_id))
    assert latest is not None
    assert (latest.size, latest.root) == (5, log.root_at(5))
    call = contract.anchor(chain.log_id, 5, log.root_at(5), [EMPTY])
    assert contract.read_anchor(call) == (chain.log_id, 5, log.root_at(5), (EMPTY,))
    assert contract.read_anchor(contract.recall(EMPTY, EMPTY)) is None


def test_anyone_can_ask_the_chain_for_a_lots_newest_entry(chain: Chain, log: MemoryLog) -> None:
    root = log.root_at(5)
    found = chain.sender.ask(
        chain.place.contract,
        contract.lot_state(
            chain.log_id, root, subject("a"), log.snapshot_proof(5, 5), log.map_proof(5, subject("a"))
        ),
    )
    assert found == contract.LotState(True, merkle.leaf_hash(log.leaves[2]), 2)
    none = chain.sender.ask(
        chain.place.contract,
        contract.lot_state(
            chain.log_id, root, subject("z"), log.snapshot_proof(5, 5), log.map_proof(5, subject("z"))
        ),
    )
    assert not none.present
    assert none.ordinal == 0


def test_inclusion_is_checked_on_the_chain(chain: Chain, log: MemoryLog) -> None:
    root, proof = log.root_at(5), log.inclusion(1, 5)
    for leaf, holds in ((log.leaves[1], True), (log.leaves[2], False)):
        query = contract.verify_inclusion(chain.log_id, root, 1, merkle.leaf_hash(leaf), proof)
        assert chain.sender.ask(chain.place.contract, query) is holds


def test_recalls_are_made_read_and_lifted(chain: Chain) -> None:
    chain.send(contract.add_recaller(chain.log_id, chain.key.address))
    chain.send(contract.recall(subject("a"), digest("why")))
    ask = chain.sender.ask
    assert ask(chain.place.contract, contract.recalled(chain.log_id, [subject("b"), subject("a")])) == (
        False,
        True,
    )
    assert ask(chain.place.contract, contract.recall_of(chain.key.address, subject("a"))) == digest("why")
    assert refused(chain, contract.recall(subject("a"), digest("why"))) == "AlreadyRecalled"
    chain.send(contract.release(subject("a"), digest("fine again")))
    assert ask(chain.place.contract, contract.recalled(chain.log_id, [subject("a")])) == (False,)
    assert refused(chain, contract.release(subject("a"), digest("x"))) == "NotRecalled"


def test_every_refusal_has_its_name(chain: Chain, log: MemoryLog) -> None:
    id_, root = chain.log_id, log.root_at(5)
    assert refused(chain, contract.open_log("nguon.example/test", chain.key.address, 1)) == "AlreadyOpen"
    assert refused(chain, contract.open_log("x", chain.key.address, 0)) == "ZeroValue"
    assert refused(chain, contract.set_publisher(EMPTY, chain.key.address)) == "NotOwner"
    assert refused(chain, contract.anchor(EMPTY, 6, root, [])) == "NotPublisher"
    assert refused(chain, contract.anchor(id_, 5, root, [])) == "NotLarger"
    assert refused(chain, contract.anchor(id_, 6, root, [])) == "BadConsistencyProof"
    assert refused(chain, contract.retire(id_, id_)) == "UnknownSuccessor"
    snapshot, proof = log.snapshot_proof(5, 5), log.map_proof(5, subject("a"))
    entry = log.entry_proof(0, 5)
    assert (
        refused(chain, contract.prove_omission(id_, EMPTY, entry, subject("a"), snapshot, proof))
        == "UnknownRoot"
    )
    assert (
        refused(chain, contract.prove_omission(id_, root, entry, subject("a"), snapshot, proof))
        == "NothingProven"
    )
    elsewhere = contract.EntryProof(entry.leaf, 1, entry.proof)
    assert refused(chain, contract.prove_fork(id_, root, elsewhere, entry, subject("a"))) == "NotIncluded"
    wrong = log.map_proof(5, subject("b"))
    assert (
        refused(chain, contract.prove_omission(id_, root, entry, subject("a"), snapshot, wrong))
        == "BadMapProof"
    )


def test_what_a_refusal_carries_is_shown(chain: Chain, log: MemoryLog) -> None:
    with pytest.raises(ChainError, match=r"NotLarger\(5, 4\)") as caught:
        chain.send(contract.anchor(chain.log_id, 4, log.root_at(4), []))
    assert caught.value.params["arguments"] == [5, 4]


def test_the_history_is_in_the_events(chain: Chain, log: MemoryLog) -> None:
    log.entry("a")
    log.submit_snapshot()
    receipt = chain.anchor(log)
    endpoints = chain.endpoints()
    newest = endpoints.block("latest").number
    events = endpoints.anchored(0, newest)
    assert [(one.size, one.root) for one in events] == [(5, log.root_at(5)), (7, log.root_at(7))]
    assert (events[1].tx, events[1].block) == (receipt.tx, receipt.block)
    assert [one.size for one in endpoints.anchored(0, newest, 5)] == [5]


def test_a_long_history_is_read_in_pieces(
    chain: Chain, log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.chain.endpoints.LOG_RANGE", 7)
    chain.mine(25)
    log.entry("a")
    log.submit_snapshot()
    chain.anchor(log)
    endpoints = chain.endpoints()
    assert [one.size for one in endpoints.anchored(0, endpoints.block("latest").number)] == [5, 7]


def test_a_retired_log_takes_no_anchor_and_names_its_successor(chain: Chain, log: MemoryLog) -> None:
    chain.send(contract.open_log("nguon.example/next", chain.key.address, 86_400))
    successor = contract.log_id_of(chain.key.address, "nguon.example/next")
    chain.send(contract.retire(chain.log_id, successor))
    standing = chain.sender.ask(chain.place.contract, contract.standing(chain.log_id))
    assert standing.retired
    assert standing.successor == successor
    log.entry("b")
    with pytest.raises(ChainError) as caught:
        chain.anchor(log)
    assert caught.value.params["error"] == "Closed"
    assert chain.endpoints().answer([]).retired


@given(st.binary(max_size=400))
def test_any_bytes_read_as_a_value_or_a_named_error(data: bytes) -> None:
    queries = (
        contract.latest(EMPTY),
        contract.standing(EMPTY),
        contract.recalled(EMPTY, [EMPTY]),
        contract.recall_of("0x" + "11" * 20, EMPTY),
    )
    for query in queries:
        with suppress(ChainError):
            query.read(data)


@given(
    st.sampled_from(["Error(string)", "Panic(uint256)", "NotLarger(uint64,uint64)", "Closed()"]),
    st.binary(max_size=200),
)
def test_any_revert_data_has_a_name(signature: str, data: bytes) -> None:
    selector = keccak(text=signature)[:4]
    assert abi.revert(selector + data).params["error"] == signature.partition("(")[0]
    assert abi.revert(data).code == "chain.reverted"
