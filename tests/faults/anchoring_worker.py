"""A process that appends to a log and anchors it until it is killed; forked by test_kill_anchoring.py.

The directory holds the database, the checkpoint file, the publisher's key and the state of the local chain. Any
number of these may run at once; the one that comes first owns the chain.
"""

import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.anchoring import Anchorer, AnchorLoop, AnchorPolicy, StoredAttempts, StoredLog
from ledger.chain.deploy import set_up
from ledger.chain.endpoints import Endpoints
from ledger.chain.node import CHAIN_ID, LocalNode
from ledger.chain.rpc import Rpc
from ledger.chain.transactions import ChainKey
from ledger.errors import LedgerError
from ledger.log.note import NoteSigner
from ledger.store.appender import Appender
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.database import open_engine
from ledger.store.log import LogStore
from ledger.store.writer import Writer

ORIGIN = "nguon.example/killed"


class Worker:
    """One process's view of the deployment in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.engine = open_engine(f"sqlite:///{directory / 'ledger.db'}")
        self.log = LogStore(self.engine)
        self.attempts = StoredAttempts(self.engine)
        self.node = LocalNode(directory / "chain.json")
        self.key = ChainKey((directory / "key").read_bytes())
        signer = NoteSigner("nguon.example", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
        self.writer = Writer(
            Appender(
                self.engine,
                signer=signer,
                origin=ORIGIN,
                registrars=(),
                clock=lambda: datetime.now(UTC),
                checkpoint_file=CheckpointFile(directory / "checkpoint"),
            )
        )

    def join(self) -> Endpoints:
        """Find or start the chain, with the contract and the log on it."""
        self.node.start()
        self.node.fund(self.key.address)
        rpc = Rpc(self.node.url)
        try:
            place = set_up(rpc, CHAIN_ID, self.key, ORIGIN, self.key.address, 86_400)
        finally:
            rpc.close()
        return Endpoints([self.node.url], CHAIN_ID, place.contract, place.log_id, finality="latest")

    def anchorer(self, endpoints: Endpoints) -> Anchorer:
        policy = AnchorPolicy(max_entries=1, patience=2.0)
        return Anchorer(
            StoredLog(self.log, self.writer), self.attempts, endpoints, self.key, policy, now=time.time
        )


def main(directory: Path) -> None:
    worker = Worker(directory)
    worker.writer.start()
    loop: AnchorLoop | None = None
    while True:
        try:
            loop = loop or AnchorLoop(worker.anchorer(worker.join()))
            worker.writer.submit_snapshot().result()
            loop.settle(5.0)
        except LedgerError as error:
            with (directory / "output").open("a") as file:
                file.write(f"{error.code} {error.message}\n")
            loop = None  # the chain's owner may be gone: join it anew
