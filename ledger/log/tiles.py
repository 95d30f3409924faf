"""The published form of the log: tiles of hashes and bundles of entries (C2SP tlog-tiles).

    path   = "tile/" level "/" N [".p/" width]        a tile of up to 256 hashes; level 0 to 63
           | "tile/entries/" N [".p/" width]          the leaves under a tile of level 0
    N      = three digits a path element, all but the last with an "x" before them: 1234067 is x001/x234/067
    width  = 1 to 255, only where the tile is partial

    entry bundle = (length u16 big-endian | leaf) …

The hashes of a tile at level l are the roots of complete subtrees of 256**l leaves.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.errors import EncodingError
from ledger.log.merkle import NodeReader, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY = 65_535
MAX_INDEX = 2**63 - 1

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class TileId:
    """Which tile or entry bundle, right by construction.

    Attributes:
        level: 0 to 63, or "entries" for a bundle of leaves.
        index: which one at that level, from 0.
        width: how many hashes or leaves it holds, 1 to 256; 256 is full.

    Raises:
        EncodingError: tile.path.
    """

    level: int | Literal["entries"]
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level != "entries" and not 0 <= self.level <= MAX_LEVEL:
            raise _bad_path("a tile's level is 0 to 63")
        if not 0 <= self.index <= MAX_INDEX or not 1 <= self.width <= TILE_WIDTH:
            raise _bad_path("a tile needs an index from 0 and a width of 1 to 256")

    @property
    def is_partial(self) -> bool:
        """Whether it holds fewer than 256."""
        return self.width < TILE_WIDTH

    @property
    def start(self) -> int:
        """Index of its first hash at its level (of its first leaf, for entries)."""
        return self.index * TILE_WIDTH

    @property
    def stop(self) -> int:
        """One past the index of its last hash."""
        return self.start + self.width

    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        digits = f"{self.index:d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        elements = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        suffix = f".p/{self.width}" if self.is_partial else ""
        return "/".join(["tile", str(self.level), *("x" + e for e in elements[:-1]), elements[-1]]) + suffix


def parse_tile_path(path: str) -> TileId:
    """The tile or entry bundle that is served at a path; only the canonical path is taken.

    Raises:
        EncodingError: tile.path.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise _bad_path("not the path of a tile or an entry bundle")
    level: int | Literal["entries"] = "entries" if found["level"] == "entries" else int(found["level"])
    index = int(found["n"].replace("x", "").replace("/", ""))
    tile = TileId(level, index, int(found["width"] or TILE_WIDTH))
    if tile.path() != path:
        raise _bad_path("not the canonical path of a tile or an entry bundle")
    return tile


def tile_at(level: int | Literal["entries"], index: int, size: int) -> TileId | None:
    """The widest form that a tile has in a tree of `size` leaves; None if the tree does not reach it."""
    below = size if level == "entries" else size >> TILE_HEIGHT * level
    width = min(TILE_WIDTH, below - index * TILE_WIDTH)
    return TileId(level, index, width) if width > 0 else None


def tiles_of(size: int) -> Iterator[TileId]:
    """All tiles of hashes of a tree of `size` leaves, by level, then index."""
    for level in range(MAX_LEVEL + 1):
        hashes = size >> TILE_HEIGHT * level
        if not hashes:
            return
        for index in range(-(-hashes // TILE_WIDTH)):
            yield TileId(level, index, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def entry_bundles_of(size: int) -> Iterator[TileId]:
    """All entry bundles of a tree of `size` leaves, in order."""
    for index in range(-(-size // TILE_WIDTH)):
        yield TileId("entries", index, min(TILE_WIDTH, size - index * TILE_WIDTH))


def pack_entry_bundle(leaves: Iterable[bytes]) -> bytes:
    """The bytes of an entry bundle.

    Raises:
        EncodingError: tile.entries, a leaf is longer than 65,535 bytes, or there are more than 256.
    """
    parts: list[bytes] = []
    for leaf in leaves:
        if len(leaf) > MAX_ENTRY or len(parts) == TILE_WIDTH:
            raise EncodingError("an entry bundle takes 256 leaves of 65,535 bytes", code="tile.entries")
        parts.append(len(leaf).to_bytes(2) + leaf)
    return b"".join(parts)


def parse_entry_bundle(data: bytes) -> list[bytes]:
    """The leaves of an entry bundle.

    Raises:
        EncodingError: tile.entries.
    """
    leaves: list[bytes] = []
    start = 0
    while start < len(data):
        body = start + 2
        stop = body + int.from_bytes(data[start:body])
        if body > len(data) or stop > len(data) or len(leaves) == TILE_WIDTH:
            raise EncodingError("an entry bundle that ends in the middle or is too long", code="tile.entries")
        leaves.append(data[body:stop])
        start = stop
    return leaves


def parse_tile(data: bytes, tile: TileId) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        EncodingError: tile.hashes, it does not hold as many as its path says.
    """
    if len(data) != 32 * tile.width:
        raise EncodingError(f"a tile of width {tile.width} has {32 * tile.width} bytes", code="tile.hashes")
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def node_reader(hashes: Callable[[int, int, int], Sequence[bytes]]) -> NodeReader:
    """Any node of the tree, from the hashes that tiles hold.

    Args:
        hashes: (tile level, start, stop) -> the hashes start to stop - 1 of tree level 8 * tile level; at
            most 128 are asked for at once, all of one tile.
    """

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        row = list(hashes(tile_level, index << height, (index + 1) << height))
        while len(row) > 1:
            row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        return row[0]

    return node


def _bad_path(message: str) -> EncodingError:
    return EncodingError(message, code="tile.path")
