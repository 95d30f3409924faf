"""View calls to one endpoint, all about the state of one block, named by its hash."""

from dataclasses import dataclass
from typing import Final, TypeVar

from ledger.chain.contract import Query
from ledger.chain.rpc import Rpc, RpcError, hexed, members, octets, quantity, unreachable

T = TypeVar("T")

_INVALID_PARAMS: Final = -32602  # JSON-RPC 2.0 §5.1


@dataclass(frozen=True)
class Block:
    """A block's number, hash (32 bytes) and time (seconds since 1970)."""

    number: int
    hash: bytes
    time: int


def read_block(rpc: Rpc, tag: str | int) -> Block:
    """A block by tag or number, as an endpoint knows it.

    Raises:
        ChainError: chain.unreachable, it gives no block; chain.refused.
    """
    name = tag if isinstance(tag, str) else hex(tag)
    found = members(rpc.call("eth_getBlockByNumber", name, False), rpc.url)
    return Block(
        quantity(found.get("number"), rpc.url),
        octets(found.get("hash"), rpc.url, 32),
        quantity(found.get("timestamp"), rpc.url),
    )


class Ask:
    """View calls to one endpoint, all at one block (EIP-1898)."""

    def __init__(self, rpc: Rpc, contract: str, block: Block) -> None:
        self._rpc = rpc
        self._contract = contract
        self._block = block

    def __call__(self, query: Query[T]) -> T:
        call = {"to": self._contract, "data": hexed(query.data)}
        return query.read(octets(self._at_block("eth_call", call), self._rpc.url))

    def nonce(self, account: str) -> int:
        """How many transactions of an account are mined."""
        return quantity(self._at_block("eth_getTransactionCount", account), self._rpc.url)

    def _at_block(self, method: str, first: object) -> object:
        """The answer at this very block. An endpoint that takes no block hashes is asked by number, and afterwards
        whether the block of that number is still the same: an answer about another state is no answer.
        """
        where = {"blockHash": hexed(self._block.hash), "requireCanonical": True}
        try:
            return self._rpc.call(method, first, where)
        except RpcError as error:
            if error.data or error.rpc_code != _INVALID_PARAMS:
                raise
        answer = self._rpc.call(method, first, hex(self._block.number))
        if read_block(self._rpc, self._block.number).hash != self._block.hash:
            raise unreachable(self._rpc.url, "the block was replaced while it was read")
        return answer
