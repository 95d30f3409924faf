"""The slots of rolls, fast: a scan must not cost as much as printing the roll did.

A proof needs the roots of subtrees of a roll's tree; recomputed from its serials that is one HMAC per tem. So of each
roll that is asked for, the roots of its full subtrees of 256 tem are kept, the rolls used last only.
"""

from collections import OrderedDict
from threading import Lock

from ledger import tem
from ledger.log import merkle

LEVEL = 8  # subtrees of 2**8 tem are kept
MAX_ROLLS = 64  # 4 MiB each at most

_RollId = tuple[str, str, str, int]


class RollSlots:
    """(roll id, GTIN, lot, count, index) -> the leaf hash at that index, and its inclusion proof."""

    def __init__(self, master: bytes) -> None:
        """`master`: the issuer's master key."""
        self._master = master
        self._rows: OrderedDict[_RollId, list[bytes]] = OrderedDict()
        self._lock = Lock()

    def __call__(
        self, roll_id: str, gtin: str, lot: str, count: int, index: int
    ) -> tuple[bytes, list[bytes]]:
        key = tem.roll_key(self._master, roll_id)
        row = self._row((roll_id, gtin, lot, count), key)

        def node(level: int, position: int) -> bytes:
            if level >= LEVEL:
                width = 1 << (level - LEVEL)
                return merkle.root(row[position * width : (position + 1) * width])
            return _subtree(key, gtin, lot, level, position)

        leaf = tem.leaf(tem.serial(key, gtin, lot, index))
        return leaf, merkle.inclusion_proof(index, count, node)

    def _row(self, roll: _RollId, key: bytes) -> list[bytes]:
        with self._lock:
            known = self._rows.get(roll)
            if known is not None:
                self._rows.move_to_end(roll)
                return known
        _, gtin, lot, count = roll
        row = [_subtree(key, gtin, lot, LEVEL, position) for position in range(count >> LEVEL)]
        with self._lock:
            self._rows[roll] = row
            while len(self._rows) > MAX_ROLLS:
                self._rows.popitem(last=False)
        return row


def _subtree(key: bytes, gtin: str, lot: str, level: int, position: int) -> bytes:
    """The root over 2**level serials."""
    start = position << level
    serials = tem.serials(key, gtin, lot, start + (1 << level), start)
    return merkle.root([tem.leaf(serial) for serial in serials])
