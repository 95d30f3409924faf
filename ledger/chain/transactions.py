"""Keys, fees and signed transactions (EIP-1559).

A key lives in an encrypted keystore file (Web3 Secret Storage v3, scrypt). Fees follow the chain's own
history, up to a cap; a transaction that is stuck is replaced by one with the same nonce, whose two fees are
both at least an eighth higher, which every node accepts (geth asks for a tenth).
"""

import contextlib
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from ledger.chain.rpc import Rpc, RpcError, hexed, items, members, quantity
from ledger.errors import ChainError

GWEI = 10**9


@dataclass(frozen=True)
class Fees:
    """Wei per gas: `tip` to who makes the block, `cap` for everything. tip <= cap."""

    tip: int
    cap: int


@dataclass(frozen=True)
class FeeLimits:
    """The most that may be paid, and the least tip, in wei per gas."""

    max_fee: int = 200 * GWEI
    max_tip: int = 5 * GWEI
    min_tip: int = 1_000_000


@dataclass(frozen=True)
class Signed:
    """A transaction ready to send: its bytes tell everything."""

    raw: bytes
    hash: bytes
    nonce: int
    to: str | None
    data: bytes
    fees: Fees
    gas: int
    chain_id: int


class ChainKey:
    """A secp256k1 key that can sign transactions. Never shown, never logged."""

    def __init__(self, private: bytes) -> None:
        self._account = Account.from_key(private)
        self.address: str = to_checksum_address(self._account.address)

    @classmethod
    def generate(cls, random: Callable[[int], bytes] = secrets.token_bytes) -> "ChainKey":
        """A new key from `random`, a source of n random bytes."""
        return cls(random(32))

    def __repr__(self) -> str:
        return f"ChainKey({self.address})"

    def sign(
        self, *, chain_id: int, nonce: int, to: str | None, data: bytes, gas: int, fees: Fees, value: int = 0
    ) -> Signed:
        """Sign a transaction; `to` is None for a deployment. Same input, same bytes (RFC 6979)."""
        fields: dict[str, object] = {
            "type": 2,
            "chainId": chain_id,
            "nonce": nonce,
            "value": value,
            "data": data,
            "gas": gas,
            "maxFeePerGas": fees.cap,
            "maxPriorityFeePerGas": fees.tip,
        }
        if to is not None:
            fields["to"] = to_checksum_address(to)
        signed = self._account.sign_transaction(fields)
        return Signed(bytes(signed.raw_transaction), bytes(signed.hash), nonce, to, data, fees, gas, chain_id)

    def encrypt(self, password: str) -> bytes:
        """The key as a keystore file (takes about 0.6 s)."""
        return json.dumps(self._account.encrypt(password, kdf="scrypt")).encode()


def create_keystore(path: Path, password: str, key: ChainKey | None = None) -> ChainKey:
    """Write a new keystore file, readable by its owner only; an existing one is never overwritten.

    Raises:
        ChainError: chain.keystore, the file exists or cannot be written, or the password is empty.
    """
    if not password:
        raise ChainError("a keystore needs a password", code="chain.keystore")
    key = ChainKey.generate() if key is None else key
    data = key.encrypt(password)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError as error:
        raise ChainError(f"{path} exists; a key is never overwritten", code="chain.keystore") from error
    except OSError as error:
        raise ChainError(f"{path} cannot be written: {error}", code="chain.keystore") from error
    return key


def open_keystore(path: Path, password: str) -> ChainKey:
    """Decrypt a keystore file (takes about 0.6 s).

    Raises:
        ChainError: chain.keystore, no such file, not a keystore, or a wrong password.
    """
    try:
        return ChainKey(bytes(Account.decrypt(path.read_text("utf-8"), password)))
    except OSError as error:
        raise ChainError(f"{path} cannot be read: {error}", code="chain.keystore") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # whatever a foreign file makes it do
        raise ChainError(f"{path} is no keystore, or the password is wrong", code="chain.keystore") from error


def keystore_address(path: Path) -> str:
    """The address that a keystore file names; no password is needed."""
    try:
        content = json.loads(path.read_bytes())
        return to_checksum_address("0x" + str(content["address"]).removeprefix("0x"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ChainError(f"{path} is no keystore", code="chain.keystore") from error


def read_signed(raw: bytes) -> tuple[Signed, str]:
    """A signed EIP-1559 transaction and its sender's address, from its bytes.

    Raises:
        ChainError: chain.reverted, the bytes are no such transaction.
    """
    try:
        fields = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
        sender = to_checksum_address(Account.recover_transaction(raw))
        to = bytes(fields["to"])
        signed = Signed(
            raw,
            keccak(raw),
            int(fields["nonce"]),
            to_checksum_address(to) if to else None,
            bytes(fields["data"]),
            Fees(int(fields["maxPriorityFeePerGas"]), int(fields["maxFeePerGas"])),
            int(fields["gas"]),
            int(fields["chainId"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ChainError("not an EIP-1559 transaction", code="chain.reverted", error="Encoding") from error
    return signed, sender


def suggest_fees(rpc: Rpc, limits: FeeLimits) -> Fees:
    """Fees for the next blocks: the median tip of the last ten, and room for the base fee to double."""
    history = members(rpc.call("eth_feeHistory", hex(10), "latest", [50]), rpc.url)
    base = quantity(items(history.get("baseFeePerGas"), rpc.url)[-1], rpc.url)
    rewards = history.get("reward")
    tips = [quantity(items(row, rpc.url)[0], rpc.url) for row in rewards] if isinstance(rewards, list) else []
    used = [tip for tip in tips if tip]
    tip = int(median(used)) if used else _suggested_tip(rpc)
    tip = min(max(tip, limits.min_tip), limits.max_tip, limits.max_fee)
    return Fees(tip, min(2 * base + tip, limits.max_fee))


def _suggested_tip(rpc: Rpc) -> int:
    with contextlib.suppress(RpcError):  # not every node offers the method
        return rpc.quantity("eth_maxPriorityFeePerGas")
    return 0


def raised(stuck: Fees, wanted: Fees, limits: FeeLimits) -> Fees | None:
    """Fees that replace a stuck transaction: as wanted, and both at least 12.5 % up; None above the limit."""
    tip = max(wanted.tip, -(-stuck.tip * 9 // 8), stuck.tip + 1)
    cap = max(wanted.cap, -(-stuck.cap * 9 // 8), stuck.cap + 1, tip)
    return Fees(tip, cap) if cap <= limits.max_fee else None


def gas_needed(rpc: Rpc, sender: str, to: str | None, data: bytes, reserve: int = 0) -> int:
    """Gas for a transaction: what it would use after the newest block, a quarter more, and `reserve`, as far as a
    block has room. What is not used is not paid. (By default some nodes count on pending transactions, also on
    the very one that is to be replaced.)

    Raises:
        RpcError: it would revert; `data` says why.
    """
    call = {"from": sender, "data": hexed(data)} | ({} if to is None else {"to": to})
    estimate = rpc.quantity("eth_estimateGas", call, "latest")
    newest = members(rpc.call("eth_getBlockByNumber", "latest", False), rpc.url)
    room = quantity(newest.get("gasLimit"), rpc.url)
    return min(estimate * 5 // 4 + reserve, max(estimate, room))
