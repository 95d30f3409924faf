"""Receipts: the log's signed promises, each with the proof that it is kept."""

from dataclasses import dataclass

from ledger.log import merkle
from ledger.log.note import TlogProof
from ledger.store.log import LogStore
from ledger.store.signing import Signed


@dataclass(frozen=True)
class Receipt:
    """The log's signed promise to hold an entry.

    Attributes:
        index: of its leaf.
        leaf: the leaf's bytes.
        proof: that it stands under a signed checkpoint (C2SP tlog-proof).
        duplicate: it had been sent before; this is the first entry.
    """

    index: int
    leaf: bytes
    proof: str
    duplicate: bool


class ReceiptProver:
    """Makes receipts under one checkpoint."""

    def __init__(self, log: LogStore, signed: Signed) -> None:
        self._signed = signed
        self._stored = log.node()

    def receipt(self, index: int, leaf: bytes, *, duplicate: bool) -> Receipt:
        """The receipt of the leaf at an index."""
        hashes = merkle.inclusion_proof(index, self._signed.checkpoint.size, self._node)
        merkle.verify_inclusion(
            merkle.leaf_hash(leaf), index, self._signed.checkpoint.size, hashes, self._signed.checkpoint.root
        )
        return Receipt(index, leaf, TlogProof(index, tuple(hashes), self._signed.note).pack(), duplicate)

    def _node(self, level: int, index: int) -> bytes:
        known = self._signed.nodes.get((level, index))
        return self._stored(level, index) if known is None else known
