"""Keys stay sealed; fees stay within limits; a stuck transaction is replaced."""

import itertools
import json
import stat
from pathlib import Path

import pytest

from ledger.chain import contract
from ledger.chain.deploy import Sender
from ledger.chain.node import CHAIN_ID
from ledger.chain.rpc import hexed
from ledger.chain.transactions import (
    GWEI,
    ChainKey,
    FeeLimits,
    Fees,
    create_keystore,
    keystore_address,
    open_keystore,
    raised,
    read_signed,
    suggest_fees,
)
from ledger.errors import ChainError
from tests.chain_world import Chain


def test_a_keystore_opens_with_its_password_only(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "publisher.json"
    key = create_keystore(path, "mật khẩu")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_bytes())["crypto"]["kdf"] == "scrypt"
    assert keystore_address(path) == key.address
    assert open_keystore(path, "mật khẩu").address == key.address
    with pytest.raises(ChainError) as caught:
        open_keystore(path, "mat khau")
    assert caught.value.code == "chain.keystore"


def test_a_keystore_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "publisher.json"
    path.write_text("precious")
    with pytest.raises(ChainError) as caught:
        create_keystore(path, "x")
    assert caught.value.code == "chain.keystore"
    assert path.read_text() == "precious"


@pytest.mark.parametrize("content", ["", "{}", '{"crypto":{}}', "[]"])
def test_what_is_no_keystore_is_named_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "publisher.json"
    path.write_text(content)
    with pytest.raises(ChainError) as caught:
        open_keystore(path, "x")
    assert caught.value.code == "chain.keystore"


def test_a_keystore_needs_a_password(tmp_path: Path) -> None:
    with pytest.raises(ChainError):
        create_keystore(tmp_path / "publisher.json", "")


def test_a_key_does_not_show_itself() -> None:
    key = ChainKey(bytes(31) + b"\x07")
    assert repr(key) == f"ChainKey({key.address})"


def test_signing_twice_gives_the_same_bytes_and_they_tell_everything() -> None:
    key = ChainKey.generate()
    signed, again = (
        key.sign(chain_id=5, nonce=3, to="0x" + "11" * 20, data=b"abc", gas=50_000, fees=Fees(1, 9))
        for _ in range(2)
    )
    assert signed == again
    read, sender = read_signed(signed.raw)
    assert (read.raw, read.hash, read.nonce, read.data, read.fees, read.gas, read.chain_id) == (
        signed.raw, signed.hash, 3, b"abc", Fees(1, 9), 50_000, 5,
    )  # fmt: skip
    assert sender == key.address


def test_fees_leave_room_for_the_base_fee_to_double_and_stay_under_the_limit(chain: Chain) -> None:
    base = 50 * GWEI
    chain.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(base))
    chain.mine()
    block = chain.rpc.call("eth_getBlockByNumber", "latest", False)
    assert isinstance(block, dict)
    free = suggest_fees(chain.rpc, FeeLimits(max_fee=10_000 * GWEI))
    assert free.cap >= int(block["baseFeePerGas"], 16)
    capped = suggest_fees(chain.rpc, FeeLimits(max_fee=30 * GWEI))
    assert capped.cap == 30 * GWEI
    assert capped.tip <= capped.cap


@pytest.mark.parametrize(
    "stuck", [Fees(1, 1), Fees(7, 9), Fees(GWEI, 20 * GWEI), Fees(10**9 + 1, 10**10 + 3)]
)
def test_a_replacement_raises_both_fees_by_an_eighth(stuck: Fees) -> None:
    fees = raised(stuck, Fees(0, 0), FeeLimits())
    assert fees is not None
    assert fees.tip * 8 >= stuck.tip * 9
    assert fees.cap * 8 >= stuck.cap * 9
    assert fees.tip <= fees.cap


def test_a_replacement_above_the_limit_is_not_made() -> None:
    assert raised(Fees(GWEI, 95 * GWEI), Fees(GWEI, GWEI), FeeLimits(max_fee=100 * GWEI)) is None


def test_the_senders_fees_rise_until_the_transaction_is_mined(chain: Chain) -> None:
    sender = Sender(chain.rpc, chain.key, CHAIN_ID, patience=0.05, timeout=20.0)
    seen: set[str] = set()
    original = chain.rpc.call

    def watched(method: str, *params: object) -> object:
        if method == "eth_sendRawTransaction":
            seen.add(str(params[0]))
            if len(seen) == 3:
                result = original(method, *params)
                original("anvil_mine", "0x1")
                return result
        return original(method, *params)

    chain.rpc.call = watched  # type: ignore[method-assign]  # watches the real call
    with chain.by_hand():
        receipt = sender.send(chain.place.contract, contract.anchor(chain.log_id, 1, b"\1" * 32, []))
    attempts = sorted((read_signed(bytes.fromhex(raw[2:]))[0] for raw in seen), key=lambda one: one.fees.cap)
    assert len(attempts) == 3
    assert len({one.nonce for one in attempts}) == 1
    for lower, higher in itertools.pairwise(attempts):
        assert higher.fees.tip * 8 >= lower.fees.tip * 9
        assert higher.fees.cap * 8 >= lower.fees.cap * 9
    assert hexed(receipt.tx) in {hexed(one.hash) for one in attempts}
    assert chain.latest == 1
