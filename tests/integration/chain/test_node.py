"""The embedded chain lasts, has one owner, and mends itself."""

from pathlib import Path

import pytest

from ledger.chain.node import LocalNode, find_anvil
from ledger.chain.rpc import Rpc
from ledger.errors import ChainError

ADDRESS = "0x" + "22" * 20


def height(node: LocalNode) -> int:
    rpc = Rpc(node.url)
    try:
        return rpc.quantity("eth_blockNumber")
    finally:
        rpc.close()


def mine(node: LocalNode, blocks: int) -> None:
    rpc = Rpc(node.url)
    rpc.call("anvil_mine", hex(blocks))
    rpc.close()


def test_the_chain_goes_on_after_a_stop(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    with LocalNode(state) as node:
        mine(node, 3)
        node.fund(ADDRESS, 7)
        first = node.url
    with LocalNode(state) as node:
        assert node.url == first
        assert height(node) == 3
        rpc = Rpc(node.url)
        assert rpc.quantity("eth_getBalance", ADDRESS, "latest") == 7
        rpc.close()


def test_who_comes_second_finds_the_first_ones_node(tmp_path: Path) -> None:
    with LocalNode(tmp_path / "chain.json") as owner, LocalNode(tmp_path / "chain.json") as guest:
        assert owner.owned
        assert not guest.owned
        assert guest.url == owner.url
        guest.stop()
        assert height(owner) == 0


def test_a_guest_takes_over_when_the_owner_has_gone(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    owner = LocalNode(state).start()
    guest = LocalNode(state).start()
    mine(owner, 2)
    url = owner.url
    owner.stop()
    guest.start()
    try:
        assert guest.owned
        assert guest.url == url
        assert height(guest) == 2
    finally:
        guest.stop()


def test_half_a_state_is_replaced_by_the_last_whole_one(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    with LocalNode(state) as node:
        mine(node, 3)
    state.write_bytes(state.read_bytes()[:100])
    with LocalNode(state) as node:
        assert height(node) == 3


def test_half_a_state_without_a_whole_one_is_put_aside(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    state.write_text('{"block": {')
    with LocalNode(state) as node:
        assert height(node) == 0
    assert (tmp_path / "chain.json.broken").exists()


def test_every_block_is_final_at_once(tmp_path: Path) -> None:
    with LocalNode(tmp_path / "chain.json") as node:
        mine(node, 5)
        rpc = Rpc(node.url)
        for tag in ("latest", "safe", "finalized"):
            block = rpc.call("eth_getBlockByNumber", tag, False)
            assert isinstance(block, dict)
            assert block["number"] == "0x5"
        rpc.close()


def test_another_chain_id_than_the_running_nodes_is_refused(tmp_path: Path) -> None:
    with LocalNode(tmp_path / "chain.json"), pytest.raises(ChainError) as caught:
        LocalNode(tmp_path / "chain.json", chain_id=5).start()
    assert caught.value.code == "chain.wrong_chain"


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with LocalNode(tmp_path / "a.json") as node, pytest.raises(ChainError) as caught:
        LocalNode(tmp_path / "b.json", port=int(node.url.rsplit(":", 1)[1])).start()
    assert "is taken" in caught.value.message


def test_the_npm_starter_script_is_never_taken_for_the_node(tmp_path: Path) -> None:
    script = tmp_path / "anvil"
    script.write_text("#!/usr/bin/env node\n")
    script.chmod(0o755)
    with pytest.raises(ChainError, match="not installed"):
        find_anvil(script)


def test_the_binary_that_is_found_is_no_script() -> None:
    assert find_anvil().read_bytes()[:4] == b"\x7fELF"
