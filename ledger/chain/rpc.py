"""JSON-RPC 2.0 over one kept-alive HTTP connection, and strict readers for what comes back.

An endpoint is not trusted: its answers are limited in size, every value is checked for shape, and an
answer that is not JSON-RPC counts as no answer. An error object that the node itself sends is told apart
(`RpcError`), because it may carry a contract's revert.
"""

import itertools
import json
from collections.abc import Mapping

import httpx

from ledger.errors import ChainError

MAX_ANSWER = 16 * 1024 * 1024


class RpcError(ChainError):
    """The node answered, and refused: `rpc_code`, its words, and the revert data if there are any."""

    default_code = "chain.refused"

    def __init__(self, message: str, *, rpc_code: int, data: bytes, url: str) -> None:
        super().__init__(f"{url} refuses: {message}", rpc=rpc_code, url=url)
        self.rpc_code = rpc_code
        self.reply = message
        self.data = data


class Rpc:
    """One endpoint of one chain. Threads may share it."""

    def __init__(self, url: str, *, timeout: float = 4.0, proxy: str | None = None) -> None:
        """Prepare a connection; nothing is sent yet.

        Args:
            url: http(s) address of a JSON-RPC endpoint.
            timeout: seconds for each step of a request (connect, write, read).
            proxy: address of an HTTP proxy; the environment is not consulted.
        """
        self.url = url
        self._ids = itertools.count(1)
        self._client = httpx.Client(timeout=timeout, proxy=proxy, trust_env=False)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def call(self, method: str, *params: object) -> object:
        """Call a method and return its `result`.

        Raises:
            RpcError: the node answered with an error object.
            ChainError: `chain.unreachable`: no answer, too large a one, or one that is not JSON-RPC 2.0.

        Source: JSON-RPC 2.0 §4, §5.
        """
        request = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
        reply = self._post(json.dumps(request).encode())
        if not isinstance(reply, dict) or reply.get("id") != request["id"]:
            raise unreachable(self.url, f"{method}: the answer is not JSON-RPC 2.0")
        error = reply.get("error")
        if isinstance(error, Mapping):
            raise RpcError(
                str(error.get("message", "no message")),
                rpc_code=_int_or(error.get("code"), 0),
                data=_revert_data(error.get("data")),
                url=self.url,
            )
        if "result" not in reply:
            raise unreachable(self.url, f"{method}: the answer has no result")
        result: object = reply["result"]
        return result

    def quantity(self, method: str, *params: object) -> int:
        """Call a method whose result is a quantity ("0x1f")."""
        return quantity(self.call(method, *params), self.url)

    def chain_id(self) -> int:
        """The chain that this endpoint serves (EIP-695)."""
        return self.quantity("eth_chainId")

    def _post(self, body: bytes) -> object:
        headers = {"content-type": "application/json"}
        try:
            with self._client.stream("POST", self.url, content=body, headers=headers) as response:
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > MAX_ANSWER:
                        raise unreachable(self.url, "the answer is too large")
            return json.loads(bytes(data))
        except httpx.HTTPError as error:
            raise unreachable(self.url, f"{type(error).__name__}: {error}") from error
        except httpx.InvalidURL as error:
            raise unreachable(self.url, f"not an address: {error}") from error
        except (ValueError, RecursionError) as error:
            raise unreachable(self.url, f"HTTP {response.status_code}, and no JSON") from error


def unreachable(url: str, why: str) -> ChainError:
    """The error for an endpoint that gives no usable answer."""
    return ChainError(f"{url}: {why}", code="chain.unreachable", url=url)


def quantity(value: object, url: str) -> int:
    """Read a quantity: hexadecimal with prefix (execution-apis, `uint`)."""
    if isinstance(value, str) and value.startswith("0x") and 2 < len(value) <= 66:
        try:
            return int(value[2:], 16)
        except ValueError:
            pass
    raise unreachable(url, f"{value!r:.80} is not a quantity")


def octets(value: object, url: str, length: int | None = None) -> bytes:
    """Read bytes: hexadecimal with prefix, of `length` bytes if given (execution-apis, `bytes`)."""
    if isinstance(value, str) and value.startswith("0x"):
        try:
            data = bytes.fromhex(value[2:])
        except ValueError:
            data = None
        if data is not None and (length is None or len(data) == length):
            return data
    raise unreachable(url, f"{value!r:.80} is not a string of {length or 'any'} bytes")


def members(value: object, url: str) -> Mapping[str, object]:
    """Read an object."""
    if isinstance(value, dict):
        return value
    raise unreachable(url, f"{value!r:.80} is not an object")


def items(value: object, url: str) -> list[object]:
    """Read an array."""
    if isinstance(value, list):
        return value
    raise unreachable(url, f"{value!r:.80} is not an array")


def hexed(data: bytes) -> str:
    """Bytes as JSON-RPC writes them."""
    return "0x" + data.hex()


def _int_or(value: object, default: int) -> int:
    return value if isinstance(value, int) else default


def _revert_data(value: object) -> bytes:
    """Revert data: a string, or (some providers) an object that holds one as `data`."""
    if isinstance(value, Mapping):
        value = value.get("data")
    if isinstance(value, str):
        text = value.removeprefix("Reverted ").removeprefix("0x")
        try:
            return bytes.fromhex(text)
        except ValueError:
            return b""
    return b""
