"""The tree's nodes, out of stored tiles."""

from collections.abc import Callable

from ledger.errors import StoreError
from ledger.log.merkle import node_hash
from ledger.log.tiles import TILE_HEIGHT, TILE_WIDTH


class TileNodes:
    """Any node of the tree, each tile read once and what was hashed remembered.

    Args:
        rows: (tile level, start, stop) -> the hashes stored from start on, fewer at the end of the log.
    """

    def __init__(self, rows: Callable[[int, int, int], list[bytes]]) -> None:
        self._read_rows = rows
        self._rows: dict[tuple[int, int], list[bytes]] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        """The root of the index-th complete subtree of 2**level leaves."""
        known = self._nodes.get((level, index))
        if known is not None:
            return known
        tile_level, height = divmod(level, TILE_HEIGHT)
        if height == 0:
            found = self._stored(tile_level, index)
        else:
            found = node_hash(self.read(level - 1, 2 * index), self.read(level - 1, 2 * index + 1))
        self._nodes[level, index] = found
        return found

    def _stored(self, tile_level: int, index: int) -> bytes:
        tile, place = divmod(index, TILE_WIDTH)
        row = self._rows.get((tile_level, tile), [])
        if place >= len(row):
            row = self._read_rows(tile_level, tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH)
            self._rows[tile_level, tile] = row
        if place >= len(row):
            raise StoreError("A hash of the tree is missing.", level=tile_level, index=index)
        return row[place]
