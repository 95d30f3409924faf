"""Setting a log up on a chain: deploy the contract, open the log, name recallers.

Each step first looks whether it is done, so a run that was cut short is simply run again. The contract goes
through the deterministic deployment proxy where the chain has it (Sepolia, mainnet and anvil do): its address
then follows from its code alone, is the same on every chain, and whoever deploys it deploys it for all. The
contract has no owner, so it does not matter who that is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes
from web3.exceptions import TransactionNotFound, Web3RPCError
from web3.types import TxReceipt

from ledger.chain import abi, contract
from ledger.chain.provider import web3_over
from ledger.chain.rpc import Rpc, RpcError, hexed, items, members, octets, quantity
from ledger.chain.transactions import ChainKey, FeeLimits, Fees, gas_needed, raised, suggest_fees
from ledger.chain.views import Ask, Block
from ledger.errors import ChainError

DEPLOYMENT_PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
SALT = bytes(32)

Progress = Callable[[str, str], None]


def _silent(_step: str, _detail: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Receipt:
    """A mined transaction: its hash, block, the gas it used, and the contract it made, if any."""

    tx: bytes
    block: int
    gas: int
    contract: str | None


@dataclass(frozen=True)
class Deployment:
    """Where a log is anchored; `block` is a block not after its opening, to read the history from."""

    chain_id: int
    contract: str
    log_id: bytes
    block: int


def set_up(
    rpc: Rpc,
    chain_id: int,
    owner: ChainKey,
    origin: str,
    publisher: str,
    max_age: int,
    *,
    address: str | None = None,
    recallers: tuple[str, ...] = (),
    progress: Progress = _silent,
    limits: FeeLimits | None = None,
) -> Deployment:
    """Everything a log needs on a chain; what is there already stays.

    Args:
        rpc: endpoint to send through.
        chain_id: EIP-155 id that it must serve.
        owner: key that opens the log and owns it for ever: a cold key, except for tests.
        origin: the log's origin, as in its checkpoints.
        publisher: address that may anchor.
        max_age: seconds after which an anchor is no longer fresh.
        address: a contract that exists; by default one is deployed, or found where it would be.
        recallers: addresses whose recalls count. They can never be removed.
        progress: told (step, detail) with step `contract`, `log` or `recaller`; detail is what was found or
            sent.
        limits: the most to pay.

    Raises:
        ChainError: chain.wrong_chain; chain.reverted, another contract is at `address`, or the log is open
            with another publisher or maximal age; chain.unreachable.
    """
    served = rpc.chain_id()
    if served != chain_id:
        raise ChainError(f"{rpc.url} serves chain {served}, not {chain_id}", code="chain.wrong_chain")
    sender = Sender(rpc, owner, chain_id, limits or FeeLimits())
    where = deploy(sender, address=address, progress=progress)
    log_id = open_log(sender, where, origin, publisher, max_age, progress=progress)
    for one in recallers:
        add_recaller(sender, where, log_id, one, progress=progress)
    return Deployment(chain_id, where, log_id, opening_block(rpc, where, log_id))


def contract_address() -> str:
    """Where the contract is on every chain that has the deployment proxy (EIP-1014)."""
    proxy = bytes.fromhex(DEPLOYMENT_PROXY[2:])
    return to_checksum_address(keccak(b"\xff" + proxy + SALT + keccak(abi.init_code()))[12:])


def deploy(sender: "Sender", *, address: str | None = None, progress: Progress = _silent) -> str:
    """The contract's address; it is deployed if it is not there yet.

    Raises:
        ChainError: chain.reverted, what stands at `address` is not this contract.
    """
    expected = contract_address() if address is None else to_checksum_address(address)
    code = _code(sender.rpc, expected)
    if code == abi.runtime_code():
        progress("contract", expected)
        return expected
    if address is not None or code:
        raise ChainError(f"what is at {expected} is not our contract", code="chain.reverted", error="Code")
    if _code(sender.rpc, DEPLOYMENT_PROXY):
        receipt = sender.send(DEPLOYMENT_PROXY, SALT + abi.init_code())
    else:
        receipt = sender.send(None, abi.init_code())
        expected = receipt.contract or expected
    if _code(sender.rpc, expected) != abi.runtime_code():
        raise ChainError(f"nothing was deployed at {expected}", code="chain.reverted", error="Code")
    progress("contract", f"{expected} {hexed(receipt.tx)} {receipt.gas}")
    return expected


def open_log(
    sender: "Sender",
    address: str,
    origin: str,
    publisher: str,
    max_age: int,
    *,
    progress: Progress = _silent,
) -> bytes:
    """The log's id; the log is opened if it is not yet.

    Raises:
        ChainError: chain.reverted, it is open with another publisher or maximal age.
    """
    log_id = contract.log_id_of(sender.key.address, origin)
    standing = sender.ask(address, contract.standing(log_id))
    if standing.opened:
        same = int(standing.publisher, 16) == int(publisher, 16) and standing.max_age == max_age
        if not same:
            raise ChainError(
                f"the log {hexed(log_id)} is open with publisher {standing.publisher} "
                f"and maxAge {standing.max_age}",
                code="chain.reverted",
                error="AlreadyOpen",
            )
        progress("log", hexed(log_id))
        return log_id
    receipt = sender.send(address, contract.open_log(origin, to_checksum_address(publisher), max_age))
    progress("log", f"{hexed(log_id)} {hexed(receipt.tx)} {receipt.gas}")
    return log_id


def opening_block(rpc: Rpc, address: str, log_id: bytes) -> int:
    """The block in which a log was opened; 0 where the endpoint does not search its whole history."""
    topics = [hexed(abi.event_topic("Opened")), hexed(log_id)]
    query = {"address": address, "fromBlock": "0x0", "toBlock": "latest", "topics": topics}
    try:
        found = items(rpc.call("eth_getLogs", query), rpc.url)
    except RpcError:
        return 0
    blocks = [quantity(members(one, rpc.url).get("blockNumber"), rpc.url) for one in found]
    return min(blocks, default=0)


def add_recaller(
    sender: "Sender",
    address: str,
    log_id: bytes,
    recaller: str,
    *,
    progress: Progress = _silent,
) -> None:
    """Let an address's recalls count for a log, for ever; nothing is sent if they do already."""
    wanted = to_checksum_address(recaller)
    if wanted in sender.ask(address, contract.standing(log_id)).recallers:
        progress("recaller", wanted)
        return
    receipt = sender.send(address, contract.add_recaller(log_id, wanted))
    progress("recaller", f"{wanted} {hexed(receipt.tx)} {receipt.gas}")


class Sender:
    """Sends one transaction after another and waits for each. For a person at a terminal and for tests; the
    anchoring loop has its own way, which survives a crash."""

    def __init__(
        self,
        rpc: Rpc,
        key: ChainKey,
        chain_id: int,
        limits: FeeLimits | None = None,
        *,
        patience: float = 60.0,
        timeout: float = 600.0,
    ) -> None:
        """`patience`: seconds until a stuck transaction's fees are raised; `timeout`: until we give up."""
        self.rpc = rpc
        self.key = key
        self.chain_id = chain_id
        self.limits = limits or FeeLimits()
        self._web3 = web3_over(rpc)
        self._patience = patience
        self._timeout = timeout

    def ask(self, address: str, query: contract.Query[contract.T]) -> contract.T:
        """A view call at this endpoint's newest block."""
        found = members(self.rpc.call("eth_getBlockByNumber", "latest", False), self.rpc.url)
        block_hash = octets(found.get("hash"), self.rpc.url, 32)
        return Ask(self.rpc, address, Block(0, block_hash, 0))(query)

    def send(self, to: str | None, data: bytes) -> Receipt:
        """Send, wait until it is mined, and raise its fees when it is stuck.

        Raises:
            ChainError: chain.reverted, the contract refuses, with its error's name; chain.unreachable, not
                mined in time.
        """
        try:
            gas = gas_needed(self.rpc, self.key.address, to, data)
        except RpcError as error:
            raise (abi.revert(error.data, error.reply) if error.data else error) from error
        nonce = self._web3.eth.get_transaction_count(to_checksum_address(self.key.address), "latest")
        fees: Fees | None = suggest_fees(self.rpc, self.limits)
        sent: list[bytes] = []
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            if fees is not None:
                sent.append(self._send(to, data, gas, nonce, fees))
            receipt = self._wait(sent, min(deadline, time.monotonic() + self._patience))
            if receipt is not None:
                return receipt
            if fees is not None:
                fees = raised(fees, suggest_fees(self.rpc, self.limits), self.limits)
        raise ChainError(
            f"{hexed(sent[-1])} is not mined after {self._timeout:.0f} s", code="chain.unreachable"
        )

    def _send(self, to: str | None, data: bytes, gas: int, nonce: int, fees: Fees) -> bytes:
        signed = self.key.sign(chain_id=self.chain_id, nonce=nonce, to=to, data=data, gas=gas, fees=fees)
        try:
            return bytes(self._web3.eth.send_raw_transaction(signed.raw))
        except Web3RPCError as error:
            raise ChainError(f"{self.rpc.url} refuses: {error.user_message}", code="chain.refused") from error

    def _wait(self, hashes: list[bytes], until: float) -> Receipt | None:
        pause = 0.01
        while True:
            for tx in hashes:
                try:
                    return self._receipt(tx, self._web3.eth.get_transaction_receipt(HexBytes(tx)))
                except TransactionNotFound:
                    continue
            if time.monotonic() > until:
                return None
            time.sleep(pause)
            pause = min(2.0, pause * 1.5)

    @staticmethod
    def _receipt(tx: bytes, found: TxReceipt) -> Receipt:
        if found["status"] != 1:
            raise ChainError(f"{hexed(tx)} was reverted", code="chain.reverted", error="Mined")
        return Receipt(tx, found["blockNumber"], found["gasUsed"], found["contractAddress"])


def _code(rpc: Rpc, address: str) -> bytes:
    return octets(rpc.call("eth_getCode", address, "latest"), rpc.url)
