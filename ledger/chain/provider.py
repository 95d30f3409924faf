"""web3.py over our own JSON-RPC connection, so that both see one endpoint in the same way.

web3 is what a person at a terminal sends with (deploying, opening a log): it validates what it sends and types what
comes back. It takes over a second to import, so nothing that verifies or anchors in a loop imports this module.
"""

from typing import Any

from web3 import Web3
from web3.providers import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from ledger.chain.rpc import Rpc, RpcError, hexed


class RpcProvider(JSONBaseProvider):
    """Sends web3's requests through an `Rpc`. What is no answer at all stays a `ChainError`."""

    def __init__(self, rpc: Rpc) -> None:
        super().__init__()
        self._rpc = rpc

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One call; a refusal by the node becomes JSON-RPC's error object, as web3 expects it."""
        try:
            result = self._rpc.call(method, *params)
        except RpcError as error:
            refusal = {"code": error.rpc_code, "message": error.reply, "data": hexed(error.data)}
            return {"jsonrpc": "2.0", "id": 1, "error": refusal}  # type: ignore[typeddict-item]  # web3 types no data
        return {"jsonrpc": "2.0", "id": 1, "result": result}


def web3_over(rpc: Rpc) -> Web3:
    """A web3 client that speaks through this endpoint."""
    return Web3(RpcProvider(rpc))
