"""A chain of one's own, logs that can lie, and endpoints that can lie: for the tests of the chain's edge."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from ledger.anchoring import Anchorer, AnchorPolicy, Attempt, LogRecall, SnapshotAt
from ledger.chain import contract
from ledger.chain.contract import EntryProof, SnapshotProof
from ledger.chain.deploy import Deployment, Receipt, Sender, set_up
from ledger.chain.endpoints import Endpoints
from ledger.chain.node import CHAIN_ID, LocalNode
from ledger.chain.rpc import Rpc
from ledger.chain.transactions import ChainKey
from ledger.errors import StoreError
from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef, parse_leaf
from ledger.log.lotmap import MapLeaf, MapProof

ORIGIN = "nguon.example/test"
MAX_AGE = 86_400


def digest(*parts: object) -> bytes:
    return sha256("/".join(map(str, parts)).encode()).digest()


def subject(name: str) -> bytes:
    """A subject key, by name."""
    return digest("subject", name)


@dataclass
class MemoryLog:
    """A log in memory that anything can be done to."""

    leaves: list[bytes] = field(default_factory=list)
    snapshots: list[int] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    lie_in_map: Callable[[dict[bytes, MapLeaf]], None] | None = None

    # -- what the anchorer asks

    def size(self) -> int:
        return len(self.leaves)

    def newest_snapshot(self) -> SnapshotAt | None:
        return SnapshotAt(self.snapshots[-1]) if self.snapshots else None

    def time_of(self, index: int) -> int:
        return parse_leaf(self.leaves[index]).time

    def root_at(self, size: int) -> bytes:
        return merkle.root([merkle.leaf_hash(leaf) for leaf in self.leaves[:size]])

    def consistency(self, size1: int, size2: int) -> Sequence[bytes]:
        return merkle.consistency_proof(size1, size2, self.node)

    def assert_not_behind(self, size: int, root: bytes) -> None:
        if size > len(self.leaves):
            raise StoreError("an old copy", code="store.behind")
        if self.root_at(size) != root:
            raise StoreError("two histories", code="store.fork")

    def submit_snapshot(self) -> int:
        index = len(self.leaves)
        leaf = SnapshotLeaf(self._now(), lotmap.map_root(self.map(index).values()), index)
        self.leaves.append(leaf.pack())
        self.snapshots.append(len(self.leaves))
        return len(self.leaves)

    # -- what tests do with it

    def entry(self, *names: str, ordinals: dict[str, int] | None = None) -> int:
        """Append an entry of these subjects; other `ordinals` than the next ones are a lie."""
        told = ordinals or {}
        refs = [
            SubjectRef(subject(name), told.get(name, self.count(subject(name)) + 1))
            for name in sorted(set(names))
        ]
        refs.sort(key=lambda ref: ref.key)
        leaf = StatementLeaf(1, self._now(), digest("statement", len(self.leaves)), tuple(refs))
        self.leaves.append(leaf.pack())
        return len(self.leaves) - 1

    def count(self, key: bytes) -> int:
        return sum(1 for leaf in self.leaves if _refers(leaf, key))

    def node(self, level: int, index: int) -> bytes:
        return merkle.root(
            [merkle.leaf_hash(leaf) for leaf in self.leaves[index << level : index + 1 << level]]
        )

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        return tuple(merkle.inclusion_proof(index, size, self.node))

    def map(self, before: int) -> dict[bytes, MapLeaf]:
        leaves: dict[bytes, MapLeaf] = {}
        for data in self.leaves[:before]:
            leaf = parse_leaf(data)
            if isinstance(leaf, StatementLeaf):
                for ref in leaf.subjects:
                    leaves[ref.key] = MapLeaf(ref.key, leaf.hash(), ref.ordinal)
        if self.lie_in_map is not None:
            self.lie_in_map(leaves)
        return leaves

    def entry_proof(self, index: int, size: int) -> EntryProof:
        return EntryProof(self.leaves[index], index, self.inclusion(index, size))

    def snapshot_proof(self, snapshot: int, size: int) -> SnapshotProof:
        leaf = parse_leaf(self.leaves[snapshot - 1])
        assert isinstance(leaf, SnapshotLeaf)
        return SnapshotProof(leaf.index, leaf.time, leaf.map_root, self.inclusion(leaf.index, size))

    def map_proof(self, snapshot: int, key: bytes) -> MapProof:
        return lotmap.prove(self.map(snapshot - 1).values(), key)

    def copy(self) -> "MemoryLog":
        return MemoryLog(list(self.leaves), list(self.snapshots), self.clock, self.lie_in_map)

    def _now(self) -> int:
        return int(self.clock() * 1000)


@dataclass
class MemoryAttempts:
    """Attempts in memory."""

    kept: list[Attempt] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        if all(one.tx_hash != attempt.tx_hash for one in self.kept):
            self.kept.append(attempt)

    def of_nonce(self, nonce: int) -> Sequence[Attempt]:
        return [one for one in self.kept if one.nonce == nonce]

    def of_size(self, size: int) -> Sequence[Attempt]:
        return [one for one in self.kept if one.size == size]

    def unsettled(self, below: int) -> Sequence[Attempt]:
        return [one for one in self.kept if one.state == "sent" and one.nonce < below]

    def settle(self, tx_hash: bytes, state: str) -> None:
        self.kept = [replace(one, state=state) if one.tx_hash == tx_hash else one for one in self.kept]


class Chain:
    """A running node with our contract and one open log on it."""

    def __init__(self, node: LocalNode, *, recalling: bool = False, origin: str = ORIGIN) -> None:
        self.node = node
        self.rpc = Rpc(node.url)
        self.key = ChainKey.generate()
        node.fund(self.key.address)
        recallers = (self.key.address,) if recalling else ()
        self.place: Deployment = set_up(
            self.rpc, CHAIN_ID, self.key, origin, self.key.address, MAX_AGE, recallers=recallers
        )
        self.sender = Sender(self.rpc, self.key, CHAIN_ID)
        self.log_id = self.place.log_id

    def endpoints(
        self, *urls: str, quorum: int = 1, finality: str = "latest", timeout: float = 2.0
    ) -> Endpoints:
        named = urls or (self.node.url,)
        return Endpoints(named, CHAIN_ID, self.place.contract, self.log_id, quorum, finality, timeout)

    def anchorer(
        self,
        log: MemoryLog,
        attempts: MemoryAttempts | None = None,
        *,
        endpoints: Endpoints | None = None,
        policy: AnchorPolicy | None = None,
        now: Callable[[], float] = time.time,
        recalls: Callable[[], Sequence[LogRecall]] | None = None,
    ) -> Anchorer:
        return Anchorer(
            log,
            attempts if attempts is not None else MemoryAttempts(),
            endpoints or self.endpoints(),
            self.key,
            policy or AnchorPolicy(max_entries=1),
            now=now,
            recalls=recalls,
        )

    def send(self, data: bytes) -> Receipt:
        return self.sender.send(self.place.contract, data)

    def anchor(self, log: MemoryLog, size: int | None = None) -> Receipt:
        """Anchor a log as it is, without a reconciliation."""
        size = log.size() if size is None else size
        latest = self.sender.ask(self.place.contract, contract.latest(self.log_id))
        proof = log.consistency(latest.size, size) if latest else ()
        return self.send(contract.anchor(self.log_id, size, log.root_at(size), proof))

    @property
    def latest(self) -> int:
        found = self.sender.ask(self.place.contract, contract.latest(self.log_id))
        return found.size if found else 0

    @property
    def history(self) -> list[int]:
        """All sizes ever anchored, in order."""
        found = self.endpoints().anchored(0, self.rpc.quantity("eth_blockNumber"))
        return [one.size for one in found]

    def mine(self, blocks: int = 1) -> None:
        self.rpc.call("anvil_mine", hex(blocks))

    @contextmanager
    def by_hand(self) -> Iterator[None]:
        """Blocks are made only when told to."""
        self.rpc.call("evm_setAutomine", False)
        try:
            yield
        finally:
            self.rpc.call("evm_setAutomine", True)

    def close(self) -> None:
        self.rpc.close()


@contextmanager
def chain(folder: Path, *, recalling: bool = False) -> Iterator[Chain]:
    """A fresh chain in a folder."""
    with LocalNode(folder / "chain.json") as node:
        found = Chain(node, recalling=recalling)
        try:
            yield found
        finally:
            found.close()


Lie = Callable[[str, list[object], object], object]


class LyingEndpoint:
    """A JSON-RPC endpoint that hands requests on, and answers as its `lie` wants.

    `lie(method, params, result)` gives what is answered; `broken` gives raw bytes instead of any answer; with
    `by_number` it refuses blocks named by their hash, as endpoints older than EIP-1898 do.
    """

    def __init__(
        self,
        upstream: str,
        lie: Lie | None = None,
        *,
        broken: bytes | None = None,
        delay: float = 0.0,
        by_number: bool = False,
    ):
        self.lie = lie
        self.broken = broken
        self.delay = delay
        self.asked: list[str] = []
        outer = self
        client = httpx.Client(trust_env=False)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                time.sleep(outer.delay)
                if outer.broken is not None:
                    body = outer.broken
                elif isinstance(request, list):
                    body = json.dumps([self.reply(one) for one in request]).encode()
                else:
                    body = json.dumps(self.reply(request)).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def reply(self, request: Any) -> object:
                outer.asked.append(request["method"])
                if by_number and any(
                    isinstance(one, dict) and "blockHash" in one for one in request["params"]
                ):
                    refusal = {"code": -32602, "message": "invalid argument 1: hex string expected"}
                    return {"jsonrpc": "2.0", "id": request["id"], "error": refusal}
                reply = client.post(upstream, json=request).json()
                if outer.lie is not None and "result" in reply:
                    reply["result"] = outer.lie(request["method"], request["params"], reply["result"])
                return reply

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._client = client
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "LyingEndpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


def _refers(data: bytes, key: bytes) -> bool:
    leaf = parse_leaf(data)
    return isinstance(leaf, StatementLeaf) and leaf.ordinal_of(key) is not None
