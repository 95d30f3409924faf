"""A tree that is too large to keep, kept by the roots of its blocks of 256 leaves (RFC 6962 §2.1, RFC 9162 §2.1.3).

Whoever can make any run of leaves again needs 32 bytes a block to prove one of them: the block is made anew, all
above it is looked up. The roots are 1/256 of the leaves' hashes; they need not be believed, since with the leaves of
the last, incomplete block they lead to the root of the whole.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from ledger.log import merkle
from ledger.log.merkle import HASH_SIZE

HEIGHT: Final = 8
BLOCK: Final = 1 << HEIGHT

LeafReader = Callable[[int, int], Sequence[bytes]]
"""(start, stop) -> the leaf hashes from `start` up to `stop`."""


def block_roots(leaves: LeafReader, count: int) -> bytes:
    """The roots of the complete blocks of a tree of `count` leaves, one after the other, 32 bytes each."""
    return b"".join(
        complete_root(leaves(number << HEIGHT, number + 1 << HEIGHT)) for number in range(count >> HEIGHT)
    )


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of leaf hashes, level by level: what `merkle.root` gives, without recursion."""
    level = hashes
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]


class BlockTree:
    """A tree by its blocks' roots. Threads may share it.

    Attributes:
        roots: of the complete blocks, 32 bytes each.
        count: number of leaves.
    """

    def __init__(self, roots: bytes, count: int, leaves: LeafReader) -> None:
        """
        Args:
            roots: as `block_roots` gives them; right or wrong, they lead to one {root}.
            count: number of leaves, at least 1.
            leaves: makes leaves again.
        """
        self.count, self.roots = count, roots
        self._leaves = leaves
        self._levels = [roots]
        while len(self._levels[-1]) >= 2 * HASH_SIZE:
            below = self._levels[-1]
            self._levels.append(
                b"".join(
                    sha256(b"\1" + below[place : place + 2 * HASH_SIZE]).digest()
                    for place in range(0, len(below) - 2 * HASH_SIZE + 1, 2 * HASH_SIZE)
                )
            )

    def root(self) -> bytes:
        """The root over all leaves."""
        return merkle.root_at(self.count, self._node)

    def inclusion(self, index: int) -> tuple[bytes, list[bytes]]:
        """The leaf hash at an index and its inclusion proof, leaf to root.

        Raises:
            ProofError: the index is not in the tree (`proof.inclusion`).
        """
        start = index >> HEIGHT << HEIGHT
        near = self._leaves(start, min(start + BLOCK, self.count)) if 0 <= index < self.count else ()

        def node(level: int, position: int) -> bytes:
            first = position << level
            if level < HEIGHT and start <= first < start + BLOCK:
                return complete_root(near[first - start : first - start + (1 << level)])
            return self._node(level, position)

        proof = merkle.inclusion_proof(index, self.count, node)
        return near[index - start], proof

    def _node(self, level: int, position: int) -> bytes:
        if level < HEIGHT:
            return complete_root(self._leaves(position << level, position + 1 << level))
        place = position * HASH_SIZE
        return self._levels[level - HEIGHT][place : place + HASH_SIZE]
