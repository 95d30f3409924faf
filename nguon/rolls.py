"""The trees of rolls, kept in part: a scanned tem is proven from one block of its roll, not from all of it.

A roll costs no rows (DESIGN §3.8): its serials are made from its key. The roots of its blocks of 1,024 serials are
kept in memory, 32 bytes each, for the rolls that were asked about last; the first question about a roll makes them.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from ledger import tem
from ledger.log import merkle

_HEIGHT: Final = 10
_BLOCK: Final = 1 << _HEIGHT
MAX_BLOCKS: Final = 1 << 18  # 8 MiB of hashes: 268 million tem


@dataclass
class _Roll:
    """A roll's key and the roots of its complete blocks."""

    key: bytes
    gtin: str
    lot: str
    count: int
    blocks: list[bytes] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The leaf hashes from `start` up to `stop`."""
        return [tem.leaf(serial) for serial in tem.serials(self.key, self.gtin, self.lot, stop, start)]

    def prepare(self) -> None:
        """Make the roots of the complete blocks, once."""
        with self.lock:
            for number in range(len(self.blocks), self.count >> _HEIGHT):
                self.blocks.append(merkle.root(self.leaves(number << _HEIGHT, (number + 1) << _HEIGHT)))

    def slot(self, index: int) -> tuple[bytes, list[bytes]]:
        """The leaf hash at an index and its inclusion proof."""
        self.prepare()
        start = index >> _HEIGHT << _HEIGHT
        near = self.leaves(start, min(self.count, start + _BLOCK))

        def node(level: int, position: int) -> bytes:
            first, stop = position << level, (position + 1) << level
            if level >= _HEIGHT:
                return merkle.root(self.blocks[first >> _HEIGHT : stop >> _HEIGHT])
            if start <= first < start + _BLOCK:
                return merkle.root(near[first - start : stop - start])
            return merkle.root(self.leaves(first, stop))

        return near[index - start], list(merkle.inclusion_proof(index, self.count, node))


class RollTrees:
    """Slots of rolls: (roll id, GTIN, lot, count, index) -> leaf hash and inclusion proof. Threads may share it."""

    def __init__(self, master: bytes, max_blocks: int = MAX_BLOCKS) -> None:
        """`master`: the issuer's master key; `max_blocks`: how many roots are kept."""
        self._master, self._max_blocks = master, max_blocks
        self._rolls: OrderedDict[tuple[str, str, str, int], _Roll] = OrderedDict()
        self._lock = Lock()

    def __call__(
        self, roll_id: str, gtin: str, lot: str, count: int, index: int
    ) -> tuple[bytes, list[bytes]]:
        return self._roll(roll_id, gtin, lot, count).slot(index)

    def _roll(self, roll_id: str, gtin: str, lot: str, count: int) -> _Roll:
        name = (roll_id, gtin, lot, count)
        with self._lock:
            roll = self._rolls.pop(name, None) or _Roll(tem.roll_key(self._master, roll_id), gtin, lot, count)
            self._rolls[name] = roll
            while (
                len(self._rolls) > 1
                and sum(one.count >> _HEIGHT for one in self._rolls.values()) > self._max_blocks
            ):
                self._rolls.popitem(last=False)
        return roll
