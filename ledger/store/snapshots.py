"""The lot map as it is stored: immutable nodes, each valid from the snapshot `since` until its next version.

A capture writes no map. When a snapshot is appended, the entries since the last one are replayed over its map, and
the nodes that change are written as new rows in the transaction of the snapshot's leaf. So the map of any snapshot S
is there for ever: of each node, the row with the highest `since` <= S.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, select, text

from ledger.errors import StoreError
from ledger.log.leaf import SnapshotLeaf, parse_leaf
from ledger.log.lotmap import MapLeaf, update
from ledger.log.merkle import leaf_hash
from ledger.store.database import chunks, is_sqlite
from ledger.store.log import LogStore
from ledger.store.models import MapBlob

Blobs = Mapping[tuple[int, int], bytes]
NODE_DEPTHS = (0, 4, 8, 12, 16)
READ_LEAVES = 10_000


class MapReader:
    """The nodes of the lot map as of a snapshot: call it with (depth, prefix) for a blob, None where it is empty.

    Args:
        source: an engine, or a connection for many reads in a row.
        size: of the snapshot; 0: the empty map before the first one.
    """

    def __init__(self, source: Engine | Connection, size: int) -> None:
        self._source = source
        self._size = size
        self._known: dict[tuple[int, int], bytes | None] = {}

    def __call__(self, depth: int, prefix: int) -> bytes | None:
        if (depth, prefix) not in self._known:
            self._known[depth, prefix] = self._read(depth, prefix)
        return self._known[depth, prefix]

    def prefetch(self, keys: list[bytes]) -> None:
        """Read the nodes on the way to these subject keys in a few queries."""
        if not isinstance(self._source, Connection):
            return
        for depth in NODE_DEPTHS:
            wanted = sorted({int.from_bytes(key) >> (256 - depth) for key in keys})
            for chunk in chunks(wanted):
                self._known.update({(depth, prefix): None for prefix in chunk})
                self._known.update(
                    {
                        (depth, prefix): data
                        for prefix, data in _newest(self._source, depth, chunk, self._size)
                    }
                )

    def _read(self, depth: int, prefix: int) -> bytes | None:
        if self._size == 0:
            return None
        query = (
            select(MapBlob.data)
            .where(MapBlob.depth == depth, MapBlob.prefix == prefix, MapBlob.since <= self._size)
            .order_by(MapBlob.since.desc())
            .limit(1)
        )
        if isinstance(self._source, Connection):
            return self._source.execute(query).scalar_one_or_none()
        with self._source.connect() as connection:
            return connection.execute(query).scalar_one_or_none()


def derive_snapshot(connection: Connection, size: int) -> tuple[bytes, dict[tuple[int, int], bytes]]:
    """The map over the first `size` leaves: its root, and the nodes that differ from the snapshot before.

    It is derived from the leaves' bytes alone, and from the nodes of the snapshot before.
    """
    log = LogStore(connection)
    before = log.newest_snapshot_until(size)
    base = before.size if before else 0
    newest: dict[bytes, MapLeaf] = {}
    for start in range(base, size, READ_LEAVES):
        for data in log.leaves(start, min(size, start + READ_LEAVES)):
            leaf = parse_leaf(data)
            if isinstance(leaf, SnapshotLeaf):
                raise StoreError("A snapshot's leaf has no row in snapshot.", index=leaf.index)
            head = leaf_hash(data)
            newest.update({ref.key: MapLeaf(ref.key, head, ref.ordinal) for ref in leaf.subjects})
    nodes = MapReader(connection, base)
    nodes.prefetch(list(newest))
    return update(nodes, newest.values())


def is_stored(connection: Connection, size: int, touched: Blobs) -> bool:
    """Whether the map of the snapshot of this size has these nodes."""
    by_depth: dict[int, list[int]] = {}
    for depth, prefix in sorted(touched):
        by_depth.setdefault(depth, []).append(prefix)
    stored = {
        (depth, prefix): data
        for depth, prefixes in by_depth.items()
        for chunk in chunks(prefixes)
        for prefix, data in _newest(connection, depth, chunk, size)
    }
    return stored == dict(touched)


def blob_rows(touched: Blobs, since: int) -> list[dict[str, object]]:
    """The rows of `map_blob` for the nodes that a snapshot of size `since` touched."""
    return [
        {"depth": depth, "prefix": prefix, "since": since, "data": data}
        for (depth, prefix), data in sorted(touched.items())
    ]


def _newest(
    connection: Connection, depth: int, prefixes: Sequence[int], size: int
) -> list[tuple[int, bytes]]:
    version = (
        "(SELECT m.data FROM map_blob m WHERE m.depth = :depth AND m.prefix = k.prefix AND m.since <= :size"
        " ORDER BY m.since DESC LIMIT 1)"
    )
    parameters: dict[str, object] = {"depth": depth, "size": size}
    if is_sqlite(connection):
        values = ", ".join(f"(:p{n})" for n in range(len(prefixes)))
        query = f"WITH k(prefix) AS (VALUES {values}) SELECT k.prefix, {version} FROM k"  # noqa: S608
        parameters |= {f"p{n}": prefix for n, prefix in enumerate(prefixes)}
    else:
        query = f"SELECT k.prefix, {version} FROM unnest(CAST(:prefixes AS int[])) k(prefix)"  # noqa: S608
        parameters["prefixes"] = list(prefixes)
    return [
        (row[0], bytes(row[1])) for row in connection.execute(text(query), parameters) if row[1] is not None
    ]
