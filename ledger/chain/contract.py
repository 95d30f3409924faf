"""The contract CheckpointAnchor, as typed calls.

Pure encoding: a `Query` is calldata and a reader for what comes back, a transaction is calldata alone.
Types are taken from the contract's ABI (see `abi`), so a wrapper that no longer fits the contract fails at once.

Source: DESIGN §4; Solidity ABI specification.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from eth_utils.crypto import keccak

from ledger.chain import abi
from ledger.errors import ChainError
from ledger.log.lotmap import MapProof
from ledger.proof.chain import Anchor

T = TypeVar("T")
_EMPTY_KEY = bytes(32)


@dataclass(frozen=True)
class Query(Generic[T]):
    """A view call: what to send, and how to read the answer."""

    name: str
    data: bytes
    read: Callable[[bytes], T]


@dataclass(frozen=True)
class Standing:
    """What the contract says about a log itself.

    Attributes:
        false_since: block time (seconds since 1970) of the first proven lie, 0 if there is none.
        successor: logId that goes on; zero until the log is retired.
        max_age: seconds an anchor stays fresh.
        owner: address; zero for a log that was never opened.
        publisher: address that may anchor.
        recallers: addresses whose recalls count.
    """

    false_since: int
    successor: bytes
    max_age: int
    owner: str
    publisher: str
    recallers: tuple[str, ...]

    @property
    def opened(self) -> bool:
        """Someone has opened this log."""
        return int(self.owner, 16) != 0

    @property
    def retired(self) -> bool:
        """The owner has closed this log in favour of another."""
        return any(self.successor)


@dataclass(frozen=True)
class EntryProof:
    """A leaf of the log and its inclusion proof under an accepted root."""

    leaf: bytes
    index: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class SnapshotProof:
    """A snapshot leaf, in the parts from which the contract rebuilds it, and its inclusion proof."""

    index: int
    time: int
    map_root: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class LotState:
    """A lot's newest entry in a snapshot's map: head is the entry's leaf hash, ordinal the count."""

    present: bool
    head: bytes
    ordinal: int


# --- Views ---------------------------------------------------------------------------------------------


def latest(log_id: bytes) -> Query[Anchor | None]:
    """The newest anchor; None before the first."""
    return _view("latest", (log_id,), _anchor)


def settled(log_id: bytes) -> Query[Anchor | None]:
    """The anchor that was the newest when the newest anchor's clock hour began; None if there is none."""
    return _view("settled", (log_id,), _anchor)


def standing(log_id: bytes) -> Query[Standing]:
    """Mark, roles and maximal age of a log."""

    def read(values: tuple[object, ...]) -> Standing:
        false_since, successor, max_age, owner, publisher, recallers = values
        return Standing(
            abi.as_int(false_since),
            abi.as_bytes(successor),
            abi.as_int(max_age),
            abi.as_address(owner),
            abi.as_address(publisher),
            tuple(abi.as_address(one) for one in abi.as_list(recallers)),
        )

    return _view("standing", (log_id,), read)


def recalled(log_id: bytes, subjects: Sequence[bytes]) -> Query[tuple[bool, ...]]:
    """For each subject key, whether one of the log's recallers has recalled it."""
    count = len(subjects)

    def read(values: tuple[object, ...]) -> tuple[bool, ...]:
        flags = tuple(one is True for one in abi.as_list(values[0]))
        if len(flags) != count:
            raise ChainError("recalled() answers for another number of lots", code="chain.unreachable")
        return flags

    return _view("recalled", (log_id, list(subjects)), read)


def recall_of(by: str, subject: bytes) -> Query[bytes]:
    """The statement under which an address has recalled a subject; 32 zero bytes if it has not."""
    return _view("recallOf", (by, subject), lambda values: abi.as_bytes(values[0]))


def verify_inclusion(
    log_id: bytes, root: bytes, index: int, leaf_hash: bytes, proof: Sequence[bytes]
) -> Query[bool]:
    """Whether a leaf stands at an index under an accepted root."""
    arguments = (log_id, root, index, leaf_hash, list(proof))
    return _view("verifyInclusion", arguments, lambda values: values[0] is True)


def lot_state(
    log_id: bytes, root: bytes, subject: bytes, snapshot: SnapshotProof, proof: MapProof
) -> Query[LotState]:
    """A lot's state in the map of a snapshot, as the chain itself sees it."""
    arguments = (log_id, root, subject, _snapshot(snapshot), _map_proof(proof))
    return _view(
        "lotState",
        arguments,
        lambda values: LotState(values[0] is True, abi.as_bytes(values[1]), abi.as_int(values[2])),
    )


# --- Transactions --------------------------------------------------------------------------------------


def open_log(origin: str, publisher: str, max_age: int) -> bytes:
    """Calldata that opens a log; `log_id_of` tells its id. `max_age` in seconds."""
    return abi.calldata("open", (origin, publisher, max_age))


def anchor(log_id: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bytes:
    """Calldata that anchors a checkpoint. `proof`: consistency with the newest anchor, none for the first."""
    return abi.calldata("anchor", (log_id, size, root, list(proof)))


def read_anchor(data: bytes) -> tuple[bytes, int, bytes, tuple[bytes, ...]] | None:
    """The arguments (log_id, size, root, proof) of calldata made by `anchor`; None for another call."""
    function = abi.functions()["anchor"]
    if data[:4] != function.selector:
        return None
    values = abi.decode(function.inputs, data[4:], "anchor")
    return (
        abi.as_bytes(values[0]),
        abi.as_int(values[1]),
        abi.as_bytes(values[2]),
        tuple(abi.as_bytes(one) for one in abi.as_list(values[3])),
    )


def set_publisher(log_id: bytes, publisher: str) -> bytes:
    """Calldata by which the owner names another publisher."""
    return abi.calldata("setPublisher", (log_id, publisher))


def add_recaller(log_id: bytes, recaller: str) -> bytes:
    """Calldata by which the owner adds an address whose recalls count, for ever."""
    return abi.calldata("addRecaller", (log_id, recaller))


def retire(log_id: bytes, successor: bytes) -> bytes:
    """Calldata by which the owner closes a log in favour of another one, which must be open."""
    return abi.calldata("retire", (log_id, successor))


def recall(subject: bytes, statement: bytes) -> bytes:
    """Calldata that recalls a subject, in the sender's own name, under a statement's commitment."""
    return abi.calldata("recall", (subject, statement))


def release(subject: bytes, statement: bytes) -> bytes:
    """Calldata that lifts the sender's own recall."""
    return abi.calldata("release", (subject, statement))


def prove_omission(
    log_id: bytes, root: bytes, entry: EntryProof, subject: bytes, snapshot: SnapshotProof, proof: MapProof
) -> bytes:
    """Calldata that proves a map wrong: it leaves out an entry of `subject` before the snapshot."""
    return abi.calldata(
        "proveOmission",
        (log_id, root, _entry(entry), subject, _snapshot(snapshot), _map_proof(proof)),
    )


def prove_fork(log_id: bytes, root: bytes, a: EntryProof, b: EntryProof, subject: bytes) -> bytes:
    """Calldata that proves two entries of a subject out of order; a.index < b.index."""
    return abi.calldata("proveFork", (log_id, root, _entry(a), _entry(b), subject))


def log_id_of(owner: str, origin: str) -> bytes:
    """The id that `open` gives: keccak256(abi.encode(owner, origin))."""
    return keccak(abi.encode(("address", "string"), (owner, origin), "open"))


# --- Parts ---------------------------------------------------------------------------------------------


def _view(name: str, arguments: tuple[object, ...], read: Callable[[tuple[object, ...]], T]) -> Query[T]:
    outputs = abi.functions()[name].outputs
    return Query(name, abi.calldata(name, arguments), lambda data: read(abi.decode(outputs, data, name)))


def _anchor(values: tuple[object, ...]) -> Anchor | None:
    size, root, time = abi.as_int(values[0]), abi.as_bytes(values[1]), abi.as_int(values[2])
    return Anchor(size, root, time) if size else None


def _entry(entry: EntryProof) -> tuple[bytes, int, list[bytes]]:
    return entry.leaf, entry.index, list(entry.proof)


def _snapshot(snapshot: SnapshotProof) -> tuple[int, int, bytes, list[bytes]]:
    return snapshot.index, snapshot.time, snapshot.map_root, list(snapshot.proof)


def _map_proof(proof: MapProof) -> tuple[list[bytes], bytes, bytes, int]:
    leaf = proof.leaf
    if leaf is None:
        return list(proof.siblings), _EMPTY_KEY, _EMPTY_KEY, 0
    return list(proof.siblings), leaf.key, leaf.head, leaf.ordinal
