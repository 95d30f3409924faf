"""What the reconciliation needs to know of a log, and what it keeps of its own transactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class SnapshotAt:
    """A snapshot that can be anchored: the log's size with it, under a signed checkpoint of that very size."""

    size: int


@dataclass(frozen=True)
class LogRecall:
    """A recall in the log that the contract should show, or one that was lifted.

    Attributes:
        subject: `about` key of what is recalled, 32 bytes.
        statement: commitment of the statement that recalls or releases it, 32 bytes.
        released: the log has lifted it.
    """

    subject: bytes
    statement: bytes
    released: bool = False


class AnchorLog(Protocol):
    """A log that can be anchored."""

    def size(self) -> int:
        """Number of leaves."""
        ...

    def newest_snapshot(self) -> SnapshotAt | None:
        """The newest snapshot that can be anchored; None before the first."""
        ...

    def time_of(self, index: int) -> int:
        """A leaf's time, milliseconds since 1970."""
        ...

    def root_at(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        ...

    def consistency(self, size1: int, size2: int) -> Sequence[bytes]:
        """Consistency proof (RFC 9162 §2.1.4.1); empty if size1 is 0."""
        ...

    def assert_not_behind(self, size: int, root: bytes) -> None:
        """Compare with what the chain holds.

        Raises:
            StoreError: store.behind, the log is shorter; store.fork, it tells another history.
        """
        ...

    def submit_snapshot(self) -> int:
        """Append a snapshot leaf; the log's size with it."""
        ...


@dataclass(frozen=True)
class Attempt:
    """A transaction that was signed, and perhaps sent.

    Attributes:
        nonce: of the sender's account.
        tx_hash: 32 bytes.
        raw: the signed bytes, complete.
        size: checkpoint that it anchors; 0 for a recall.
        root: the checkpoint's root; the subject key for a recall.
        created_at: milliseconds since 1970.
        state: `sent`, `mined`, `reverted` or `dropped`: a note for people. The chain alone knows.
    """

    nonce: int
    tx_hash: bytes
    raw: bytes
    size: int
    root: bytes
    created_at: int
    state: str = "sent"


class Attempts(Protocol):
    """Where attempts are kept. What `add` has taken survives a crash."""

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt, durably; one with the same hash is there already: nothing happens."""
        ...

    def of_nonce(self, nonce: int) -> Sequence[Attempt]:
        """All attempts with this nonce, oldest first."""
        ...

    def of_size(self, size: int) -> Sequence[Attempt]:
        """All attempts to anchor this size, oldest first."""
        ...

    def unsettled(self, below: int) -> Sequence[Attempt]:
        """Attempts in state `sent` with a nonce less than `below`, oldest first, at most 100."""
        ...

    def settle(self, tx_hash: bytes, state: str) -> None:
        """Note what became of an attempt."""
        ...
