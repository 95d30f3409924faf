"""The Merkle tree of the log: hashing of RFC 6962 §2.1, proofs and their verification of RFC 9162 §2.1.

    leaf hash = SHA-256(0x00 || leaf)        node hash = SHA-256(0x01 || left || right)
    the root of no leaves is SHA-256 of no bytes

Proofs are sequences of 32-byte hashes, leaf to root. At the edges of the standard (trees of size 0, hashes of
the wrong length) this module refuses, as transparency-dev/merkle does.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from ledger.errors import ProofError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]
"""(level, index) -> the root of the index-th complete subtree of 2**level leaves."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1: the hash of one leaf's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root by the naive recursion of RFC 6962 §2.1; for audits and tests, O(n) hashes."""
    if not leaf_hashes:
        return EMPTY_ROOT
    return _naive(leaf_hashes, 0, len(leaf_hashes))


def _naive(hashes: Sequence[bytes], start: int, stop: int) -> bytes:
    if stop - start == 1:
        return hashes[start]
    middle = start + _split(stop - start)
    return node_hash(_naive(hashes, start, middle), _naive(hashes, middle, stop))


def root_from_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The tree root that an inclusion proof leads to.

    Args:
        leaf_hash: 32 bytes, SHA-256(0x00 || leaf).
        index: zero-based position of the leaf, 0 <= index < size.
        size: number of leaves in the tree.
        proof: sibling hashes of 32 bytes, leaf to root.

    Raises:
        ProofError: proof.inclusion, the proof has the wrong length for this index and size.

    Source: RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofError("the index is not in the tree", index=index, size=size)
    _check_hashes((leaf_hash, *proof), "proof.inclusion")
    node, last, reached = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise ProofError("inclusion proof too long", index=index, size=size)
        if node & 1 or node == last:
            reached = node_hash(sibling, reached)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            reached = node_hash(reached, sibling)
        node >>= 1
        last >>= 1
    if last:
        raise ProofError("inclusion proof too short", index=index, size=size)
    return reached


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf stands at an index of the tree with this size and root.

    Raises:
        ProofError: proof.inclusion.

    Source: RFC 9162 §2.1.3.2.
    """
    if root_from_inclusion(leaf_hash, index, size, proof) != root:
        raise ProofError("the inclusion proof leads to another root", index=index, size=size)


def verify_consistency(size1: int, root1: bytes, size2: int, root2: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size2` leaves extends the tree of `size1` leaves.

    Args:
        size1: number of leaves of the older tree; 0 only if size2 is 0 too.
        root1: its root, 32 bytes.
        size2: number of leaves of the newer tree, at least size1.
        root2: its root, 32 bytes.
        proof: hashes of 32 bytes; empty if and only if the sizes are equal.

    Raises:
        ProofError: proof.consistency.

    Source: RFC 9162 §2.1.4.2.
    """
    _check_hashes((root1, root2, *proof), "proof.consistency")
    if size1 == size2 and size1 >= 0:
        if proof or root1 != root2:
            raise _inconsistent("two trees of one size must have one root, and no proof", size1, size2)
        return
    if not 0 < size1 < size2:
        raise _inconsistent("the older tree must be smaller, and not empty", size1, size2)
    if not proof:
        raise _inconsistent("consistency proof too short", size1, size2)
    path = proof if size1 & (size1 - 1) else (root1, *proof)
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node >>= 1
        last >>= 1
    reached1 = reached2 = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise _inconsistent("consistency proof too long", size1, size2)
        if node & 1 or node == last:
            reached1 = node_hash(sibling, reached1)
            reached2 = node_hash(sibling, reached2)
            while node and not node & 1:
                node >>= 1
                last >>= 1
        else:
            reached2 = node_hash(reached2, sibling)
        node >>= 1
        last >>= 1
    if last:
        raise _inconsistent("consistency proof too short", size1, size2)
    if reached1 != root1 or reached2 != root2:
        raise _inconsistent("the consistency proof leads to other roots", size1, size2)


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """The hashes that prove the leaf at `index` in the tree of `size` leaves, leaf to root.

    Raises:
        ProofError: proof.inclusion, the index is not in the tree.

    Source: RFC 9162 §2.1.3.1.
    """
    if not 0 <= index < size:
        raise ProofError("the index is not in the tree", index=index, size=size)
    proof: list[bytes] = []
    start, width = 0, size
    while width > 1:
        left = _split(width)
        if index < start + left:
            proof.append(_range_root(start + left, width - left, node))
            width = left
        else:
            proof.append(_range_root(start, left, node))
            start, width = start + left, width - left
    proof.reverse()
    return proof


def consistency_proof(size1: int, size2: int, node: NodeReader) -> list[bytes]:
    """The hashes that prove that the tree of `size2` leaves extends that of `size1`.

    Raises:
        ProofError: proof.consistency, unless 0 < size1 <= size2.

    Source: RFC 9162 §2.1.4.1.
    """
    if not 0 < size1 <= size2:
        raise _inconsistent("the older tree must be no larger, and not empty", size1, size2)
    proof: list[bytes] = []
    start, wanted, width, known = 0, size1, size2, True
    while wanted != width:
        left = _split(width)
        if wanted <= left:
            proof.append(_range_root(start + left, width - left, node))
            width = left
        else:
            proof.append(_range_root(start, left, node))
            start, wanted, width, known = start + left, wanted - left, width - left, False
    if not known:
        proof.append(_range_root(start, width, node))
    proof.reverse()
    return proof


def root_at(size: int, node: NodeReader) -> bytes:
    """The root of the tree of the first `size` leaves, from at most 64 complete subtrees."""
    return _range_root(0, size, node) if size else EMPTY_ROOT


class Frontier:
    """The right edge of a growing tree: all that appending needs, at most 64 hashes.

    Attributes:
        size: number of leaves appended.
        hashes: roots of the complete subtrees of the tree, largest first, one per bit set in `size`.
    """

    def __init__(self) -> None:
        self.size = 0
        self.hashes: list[bytes] = []

    @classmethod
    def at(cls, size: int, node: NodeReader) -> "Frontier":
        """The frontier of the first `size` leaves of a stored tree."""
        frontier = cls()
        frontier.size = size
        frontier.hashes = [node(level, index) for level, index in _subtrees(0, size)]
        return frontier

    def append(self, leaf_hash: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf; the nodes (level, index, hash) this completes, the leaf itself (level 0) first."""
        level, index, reached = 0, self.size, leaf_hash
        completed = [(0, index, reached)]
        while index & 1:
            reached = node_hash(self.hashes.pop(), reached)
            level, index = level + 1, index >> 1
            completed.append((level, index, reached))
        self.hashes.append(reached)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root of the tree so far."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def copy(self) -> "Frontier":
        """An independent frontier of the same tree."""
        other = Frontier()
        other.size, other.hashes = self.size, self.hashes.copy()
        return other


def _split(width: int) -> int:
    """The largest power of two smaller than `width` (width >= 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _subtrees(start: int, width: int) -> list[tuple[int, int]]:
    """(level, index) of the complete subtrees that cover `width` leaves from `start`, largest first."""
    found: list[tuple[int, int]] = []
    for level in range(width.bit_length() - 1, -1, -1):
        if width >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def _range_root(start: int, width: int, node: NodeReader) -> bytes:
    """The root of `width` leaves from `start`, which is a multiple of a power of two not below `width`."""
    return _fold([node(level, index) for level, index in _subtrees(start, width)])


def _fold(hashes: Sequence[bytes]) -> bytes:
    reached = hashes[-1]
    for left in reversed(hashes[:-1]):
        reached = node_hash(left, reached)
    return reached


def _check_hashes(hashes: Sequence[bytes], code: str) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise ProofError("a hash must have 32 bytes", code=code)


def _inconsistent(message: str, size1: int, size2: int) -> ProofError:
    return ProofError(message, code="proof.consistency", size1=size1, size2=size2)
