"""Setting up is done once, and can be run again."""

from pathlib import Path

import pytest

from ledger.chain import abi, contract
from ledger.chain.deploy import DEPLOYMENT_PROXY, Sender, contract_address, deploy, set_up
from ledger.chain.node import CHAIN_ID
from ledger.chain.transactions import ChainKey
from ledger.errors import ChainError
from tests.chain_world import MAX_AGE, ORIGIN, Chain


def test_a_second_run_sends_nothing_and_finds_the_same(chain: Chain) -> None:
    told: list[tuple[str, str]] = []
    before = chain.rpc.quantity("eth_blockNumber")
    again = set_up(
        chain.rpc, CHAIN_ID, chain.key, ORIGIN, chain.key.address, MAX_AGE,
        progress=lambda step, detail: told.append((step, detail)),
    )  # fmt: skip
    assert again == chain.place
    assert chain.rpc.quantity("eth_blockNumber") == before
    assert told == [("contract", chain.place.contract), ("log", "0x" + chain.log_id.hex())]


def test_the_address_follows_from_the_code_alone(chain: Chain) -> None:
    assert chain.place.contract == contract_address()


def test_without_the_deployment_proxy_the_contract_is_deployed_all_the_same(chain: Chain) -> None:
    chain.rpc.call("anvil_setCode", DEPLOYMENT_PROXY, "0x")
    chain.rpc.call("anvil_setCode", contract_address(), "0x")
    where = deploy(Sender(chain.rpc, chain.key, CHAIN_ID))
    assert where != contract_address()
    assert chain.rpc.call("eth_getCode", where, "latest") == "0x" + abi.runtime_code().hex()


def test_foreign_code_is_not_taken_for_the_contract(chain: Chain) -> None:
    with pytest.raises(ChainError) as caught:
        deploy(Sender(chain.rpc, chain.key, CHAIN_ID), address=DEPLOYMENT_PROXY)
    assert caught.value.params["error"] == "Code"


def test_a_log_that_is_open_under_other_terms_is_refused(chain: Chain) -> None:
    with pytest.raises(ChainError) as caught:
        set_up(chain.rpc, CHAIN_ID, chain.key, ORIGIN, chain.key.address, MAX_AGE + 1)
    assert caught.value.params["error"] == "AlreadyOpen"


def test_another_chain_is_refused_before_anything_is_sent(chain: Chain) -> None:
    with pytest.raises(ChainError) as caught:
        set_up(chain.rpc, 1, chain.key, ORIGIN, chain.key.address, MAX_AGE)
    assert caught.value.code == "chain.wrong_chain"


def test_an_owner_without_money_is_told_so(chain: Chain, tmp_path: Path) -> None:
    poor = ChainKey.generate()
    with pytest.raises(ChainError):
        set_up(chain.rpc, CHAIN_ID, poor, ORIGIN, poor.address, MAX_AGE)


def test_recallers_are_named_once(chain: Chain) -> None:
    for _ in range(2):
        set_up(
            chain.rpc, CHAIN_ID, chain.key, ORIGIN, chain.key.address, MAX_AGE, recallers=(chain.key.address,)
        )
    standing = chain.sender.ask(chain.place.contract, contract.standing(chain.log_id))
    assert standing.recallers == (chain.key.address,)
