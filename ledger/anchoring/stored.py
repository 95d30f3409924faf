"""The log and the attempts as they stand in the database."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Engine, insert, select, update

from ledger.anchoring.room import Attempt, SnapshotAt
from ledger.log import merkle
from ledger.log.leaf import parse_leaf
from ledger.store.database import writing
from ledger.store.log import LogStore
from ledger.store.models import AnchorAttempt
from ledger.store.writer import Writer

SNAPSHOT_TIMEOUT = 600.0
LOOK_BACK = 100


class StoredLog:
    """A log in a database, and the thread that appends to it."""

    def __init__(self, log: LogStore, writer: Writer) -> None:
        self._log = log
        self._writer = writer

    def size(self) -> int:
        """Number of leaves."""
        return self._log.size()

    def newest_snapshot(self) -> SnapshotAt | None:
        """The newest snapshot with a signed checkpoint of its size: a crash can leave one that has none, and a
        bundle of that size could never be made."""
        at = self._log.size()
        for _ in range(LOOK_BACK):
            snapshot = self._log.newest_snapshot_until(at)
            if snapshot is None:
                return None
            if self._log.checkpoint(snapshot.size) is not None:
                return SnapshotAt(snapshot.size)
            at = snapshot.size - 1
        return None

    def time_of(self, index: int) -> int:
        """A leaf's time, milliseconds since 1970."""
        return parse_leaf(self._log.leaf_data(index)).time

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        return merkle.root_at(size, self._log.node())

    def consistency(self, size1: int, size2: int) -> Sequence[bytes]:
        """Consistency proof (RFC 9162 §2.1.4.1)."""
        return merkle.consistency_proof(size1, size2, self._log.node())

    def assert_not_behind(self, size: int, root: bytes) -> None:
        """Raises StoreError (store.behind, store.fork) where the chain knows more than the database, or else."""
        self._writer.assert_not_behind(size, root)

    def submit_snapshot(self) -> int:
        """Append a snapshot leaf after all that waits; the log's size with it."""
        return self._writer.submit_snapshot().result(SNAPSHOT_TIMEOUT)


class StoredAttempts:
    """Attempts in the table `anchor_attempt`, each committed before it is sent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = writing(engine)

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt; the same bytes a second time are kept once."""
        row = {
            "nonce": attempt.nonce,
            "tx_hash": attempt.tx_hash,
            "raw": attempt.raw,
            "size": attempt.size,
            "root": attempt.root,
            "created_at": attempt.created_at,
            "state": attempt.state,
        }
        known = select(AnchorAttempt.id).where(AnchorAttempt.tx_hash == attempt.tx_hash)
        with self._writing.begin() as connection:
            if connection.execute(known).first() is None:
                connection.execute(insert(AnchorAttempt), row)

    def of_nonce(self, nonce: int) -> Sequence[Attempt]:
        """All attempts with this nonce, oldest first."""
        return self._read(AnchorAttempt.nonce == nonce)

    def of_size(self, size: int) -> Sequence[Attempt]:
        """All attempts to anchor this size, oldest first."""
        return self._read(AnchorAttempt.size == size)

    def unsettled(self, below: int) -> Sequence[Attempt]:
        """Attempts that were sent, with a nonce that is used by now."""
        return self._read(AnchorAttempt.state == "sent", AnchorAttempt.nonce < below)

    def settle(self, tx_hash: bytes, state: str) -> None:
        """Note what became of an attempt."""
        with self._writing.begin() as connection:
            connection.execute(
                update(AnchorAttempt).where(AnchorAttempt.tx_hash == tx_hash).values(state=state)
            )

    def _read(self, *where: ColumnElement[bool]) -> Sequence[Attempt]:
        columns = (
            AnchorAttempt.nonce,
            AnchorAttempt.tx_hash,
            AnchorAttempt.raw,
            AnchorAttempt.size,
            AnchorAttempt.root,
            AnchorAttempt.created_at,
            AnchorAttempt.state,
        )
        query = select(*columns).where(*where).order_by(AnchorAttempt.id).limit(100)
        with self._engine.connect() as connection:
            return [Attempt(*row) for row in connection.execute(query)]
