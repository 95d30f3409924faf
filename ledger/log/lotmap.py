"""The lot map: a sparse Merkle tree over subject keys (DESIGN §3.4).

    leaf  = SHA-256(0x02 || key || head || ordinal u64)      path: the key's bits, most significant first
    node  = SHA-256(0x03 || left || right)
    an empty subtree, at any depth, is 32 zero bytes
    a subtree with exactly one key is that key's leaf hash

    proof = {"siblings": [hex …], "leaf": {"key", "head", "ordinal"} | null}      siblings root first

The three kinds of hashes cannot be taken for each other, so a root, right or wrong, gives exactly one answer
per key.

A stored map is immutable blobs by (depth, prefix), the prefix being the first `depth` bits as an integer:

    tile, at depths 0, 4, 8, 12   present u16 | lone u16 | a hash of 32 bytes for each child present
                                  bit i is the i-th of 16 children, one step of 4 bits down; `lone` are those
                                  that hold exactly one key, so that their hash is that key's leaf hash
    bucket, at depth 16           (key 32 | head 32 | ordinal u64) …, strictly rising by key

What holds no key has no blob. Whoever keeps every version of a blob can prove against every old root.
"""

import struct
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from ledger.encoding import JsonValue, hex_decode
from ledger.errors import EncodingError, ProofError, StoreError

DEPTH = 256
EMPTY = bytes(32)
MAX_ORDINAL = 2**63 - 1

TILE_DEPTHS = (0, 4, 8, 12)
BUCKET_DEPTH = 16

MapNodes = Callable[[int, int], bytes | None]
"""(depth, prefix) -> the blob at the wanted snapshot; None where nothing is stored, so nothing is there."""

_LEAF = struct.Struct(">c32s32sQ")
_TILE = struct.Struct(">HH")
_RECORD = struct.Struct(">32s32sQ")


@dataclass(frozen=True, slots=True)
class MapLeaf:
    """What the map says of one subject.

    Attributes:
        key: subject key, 32 bytes.
        head: leaf hash of the subject's newest entry, 32 bytes.
        ordinal: how many entries the subject has, from 1.

    Raises:
        ProofError: proof.map, a field is out of its range.
    """

    key: bytes
    head: bytes
    ordinal: int

    def __post_init__(self) -> None:
        if len(self.key) != 32 or len(self.head) != 32 or not 1 <= self.ordinal <= MAX_ORDINAL:
            raise _wrong("a map leaf needs a key and a head of 32 bytes and an ordinal from 1")

    def hash(self) -> bytes:
        """The leaf's hash in the map."""
        return sha256(_LEAF.pack(b"\x02", self.key, self.head, self.ordinal)).digest()


@dataclass(frozen=True, slots=True)
class MapProof:
    """The way from the map's root to a key's slot.

    Attributes:
        siblings: hashes of 32 bytes, root first, at most 256; their number is the slot's depth.
        leaf: what stands in the slot: the key's own leaf, another key's, or None where it is empty.

    Raises:
        ProofError: proof.map, too many siblings or one of the wrong length.
    """

    siblings: tuple[bytes, ...]
    leaf: MapLeaf | None

    def __post_init__(self) -> None:
        if len(self.siblings) > DEPTH or any(len(sibling) != 32 for sibling in self.siblings):
            raise _wrong("a map proof has at most 256 siblings of 32 bytes")

    def to_json(self) -> dict[str, JsonValue]:
        """The proof as it stands in a bundle."""
        leaf: JsonValue = None
        if self.leaf is not None:
            leaf = {
                "key": self.leaf.key.hex(),
                "head": self.leaf.head.hex(),
                "ordinal": self.leaf.ordinal,
            }
        return {"siblings": [sibling.hex() for sibling in self.siblings], "leaf": leaf}

    @classmethod
    def from_json(cls, value: object) -> "MapProof":
        """The proof that a parsed JSON object is; members without a meaning here are ignored.

        Raises:
            ProofError: proof.map, with a pointer to the member of the wrong shape.
        """
        members = _members(value, ("siblings", "leaf"), "")
        siblings = members["siblings"]
        if not isinstance(siblings, list) or len(siblings) > DEPTH:
            raise _wrong("siblings must be a list of at most 256 hashes", "/siblings")
        hashes = tuple(_hash(item, f"/siblings/{i}") for i, item in enumerate(siblings))
        return cls(hashes, None if members["leaf"] is None else _leaf(members["leaf"]))


def resolve(root: bytes, key: bytes, proof: MapProof) -> MapLeaf | None:
    """What a map with this root says of a key.

    Args:
        root: 32 bytes.
        key: subject key, 32 bytes.
        proof: the way to the key's slot.

    Returns:
        The key's own leaf, or None where the map has no such key.

    Raises:
        ProofError: proof.map, the proof does not lead from this root to this key's slot.
    """
    if len(key) != 32 or len(root) != 32:
        raise _wrong("a subject key and a map root have 32 bytes")
    depth = len(proof.siblings)
    path = int.from_bytes(key)
    reached = EMPTY
    if proof.leaf is not None:
        if (int.from_bytes(proof.leaf.key) ^ path) >> (DEPTH - depth):
            raise _wrong("the leaf shown stands in another key's slot")
        reached = proof.leaf.hash()
    for level in range(depth - 1, -1, -1):
        sibling = proof.siblings[level]
        right = path >> (DEPTH - 1 - level) & 1
        reached = _node_hash(sibling, reached) if right else _node_hash(reached, sibling)
    if reached != root:
        raise _wrong("the map proof leads to another root")
    return proof.leaf if proof.leaf is not None and proof.leaf.key == key else None


def map_root(leaves: Iterable[MapLeaf]) -> bytes:
    """The root by the naive recursion; for audits and tests. Of several leaves of a key the last counts."""
    return _subtree_root(_sorted(leaves), 0)


def prove(leaves: Iterable[MapLeaf], key: bytes) -> MapProof:
    """The proof of a key's presence or absence by the naive recursion; for audits and tests."""
    siblings, leaf = _subtree_proof(_sorted(leaves), key, 0)
    return MapProof(tuple(siblings), leaf)


def _node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x03" + left + right).digest()


def _sorted(leaves: Iterable[MapLeaf]) -> list[MapLeaf]:
    """Rising by key, one of each key: the last."""
    latest = {leaf.key: leaf for leaf in leaves}
    return [latest[key] for key in sorted(latest)]


def _subtree_root(leaves: Sequence[MapLeaf], depth: int) -> bytes:
    """The root of the subtree at `depth` with exactly these leaves, rising by key, all of one prefix."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0].hash()
    middle = _middle(leaves, depth)
    return _node_hash(_subtree_root(leaves[:middle], depth + 1), _subtree_root(leaves[middle:], depth + 1))


def _subtree_proof(leaves: Sequence[MapLeaf], key: bytes, depth: int) -> tuple[list[bytes], MapLeaf | None]:
    """The siblings below `depth` on the way to a key's slot, and the leaf that stands in it."""
    siblings: list[bytes] = []
    while len(leaves) > 1:
        middle = _middle(leaves, depth)
        sides = leaves[:middle], leaves[middle:]
        side = int.from_bytes(key) >> (DEPTH - 1 - depth) & 1
        depth += 1
        siblings.append(_subtree_root(sides[1 - side], depth))
        leaves = sides[side]
    return siblings, leaves[0] if leaves else None


def _middle(leaves: Sequence[MapLeaf], depth: int) -> int:
    """The index of the first leaf whose bit at `depth` is set."""
    bit = DEPTH - 1 - depth
    first_right = ((int.from_bytes(leaves[0].key) >> bit | 1) << bit).to_bytes(32)
    return bisect_left(leaves, first_right, key=lambda leaf: leaf.key)


class _Node(NamedTuple):
    """The root of a subtree, and whether it holds no key (0), one (1) or more (2)."""

    hash: bytes
    weight: int


_NOTHING = _Node(EMPTY, 0)


def update(nodes: MapNodes, changes: Iterable[MapLeaf]) -> tuple[bytes, dict[tuple[int, int], bytes]]:
    """The map with some leaves added or replaced.

    Args:
        nodes: the stored map before the change.
        changes: leaves to set; of several of a key the last counts.

    Returns:
        The new root, and the blobs on the changed paths, to be stored under (depth, prefix).

    Raises:
        StoreError: store.corrupt, a blob on a changed path is not what `update` wrote.
    """
    buckets: defaultdict[int, list[MapLeaf]] = defaultdict(list)
    for leaf in changes:
        buckets[int.from_bytes(leaf.key[:2])].append(leaf)
    blobs: dict[tuple[int, int], bytes] = {}
    risen: dict[int, _Node] = {}
    for prefix, leaves in buckets.items():
        merged = _sorted([*_parse_bucket(nodes(BUCKET_DEPTH, prefix), prefix), *leaves])
        blobs[BUCKET_DEPTH, prefix] = _pack_bucket(merged)
        risen[prefix] = _Node(_subtree_root(merged, BUCKET_DEPTH), min(len(merged), 2))
    if not buckets:
        return root_from(nodes), blobs
    for depth in reversed(TILE_DEPTHS):
        parents: defaultdict[int, dict[int, _Node]] = defaultdict(dict)
        for prefix, node in risen.items():
            parents[prefix >> 4][prefix & 15] = node
        risen = {}
        for prefix, changed in parents.items():
            children = _parse_tile(nodes(depth, prefix))
            children = [changed.get(i, child) for i, child in enumerate(children)]
            blobs[depth, prefix] = _pack_tile(children)
            risen[prefix] = _levels(children)[0][0]
    return risen[0].hash, blobs


def root_from(nodes: MapNodes) -> bytes:
    """The root of a stored map."""
    return _levels(_parse_tile(nodes(0, 0)))[0][0].hash


def prove_from(nodes: MapNodes, key: bytes) -> MapProof:
    """The proof of a key's presence or absence in a stored map, from five blobs.

    Raises:
        StoreError: store.corrupt, a blob is missing or is not what `update` wrote.
    """
    path = int.from_bytes(key)
    siblings: list[bytes] = []
    for depth in TILE_DEPTHS:
        prefix = path >> (DEPTH - depth)
        levels = _levels(_stored_tile(nodes, depth, prefix))
        for step, nodes_here in enumerate(levels):
            slot = (path >> (DEPTH - depth - step)) - (prefix << step)
            if nodes_here[slot].weight == 0:
                return MapProof(tuple(siblings), None)
            if nodes_here[slot].weight == 1:
                return MapProof(tuple(siblings), _lone_leaf(nodes, depth, prefix, levels[4], step, slot))
            if step < 4:
                turn = path >> (DEPTH - 1 - depth - step) & 1
                siblings.append(levels[step + 1][2 * slot + 1 - turn].hash)
    prefix = path >> (DEPTH - BUCKET_DEPTH)
    below, leaf = _subtree_proof(_stored_bucket(nodes, prefix), key, BUCKET_DEPTH)
    return MapProof((*siblings, *below), leaf)


def _lone_leaf(
    nodes: MapNodes, depth: int, prefix: int, children: Sequence[_Node], step: int, slot: int
) -> MapLeaf:
    """The only leaf under a tile's inner node, `slot` of the 2**step at that step."""
    width = 1 << (4 - step)
    within = range(slot * width, (slot + 1) * width)
    while True:
        found = [i for i in within if children[i].weight]
        if len(found) != 1 or children[found[0]].weight != 1:
            raise _corrupt(depth, prefix)
        depth, prefix = depth + 4, prefix << 4 | found[0]
        if depth == BUCKET_DEPTH:
            break
        children, within = _stored_tile(nodes, depth, prefix), range(16)
    leaves = _stored_bucket(nodes, prefix)
    if len(leaves) != 1:
        raise _corrupt(depth, prefix)
    return leaves[0]


def _levels(children: list[_Node]) -> list[list[_Node]]:
    """A tile's inner nodes: 1, 2, 4, 8 and the 16 children."""
    levels = [children]
    while len(levels[0]) > 1:
        below = levels[0]
        levels.insert(0, [_join(below[i], below[i + 1]) for i in range(0, len(below), 2)])
    return levels


def _join(left: _Node, right: _Node) -> _Node:
    if left.weight + right.weight < 2:
        return left if left.weight else right
    return _Node(_node_hash(left.hash, right.hash), 2)


def _stored_tile(nodes: MapNodes, depth: int, prefix: int) -> list[_Node]:
    blob = nodes(depth, prefix)
    if blob is None and depth:
        raise _corrupt(depth, prefix)
    return _parse_tile(blob)


def _stored_bucket(nodes: MapNodes, prefix: int) -> list[MapLeaf]:
    blob = nodes(BUCKET_DEPTH, prefix)
    if blob is None:
        raise _corrupt(BUCKET_DEPTH, prefix)
    return _parse_bucket(blob, prefix)


def _pack_tile(children: Sequence[_Node]) -> bytes:
    present = sum(1 << i for i, child in enumerate(children) if child.weight)
    lone = sum(1 << i for i, child in enumerate(children) if child.weight == 1)
    return _TILE.pack(present, lone) + b"".join(child.hash for child in children if child.weight)


def _parse_tile(blob: bytes | None) -> list[_Node]:
    if blob is None:
        return [_NOTHING] * 16
    present, lone = _TILE.unpack_from(blob) if len(blob) > _TILE.size else (0, 0)
    if not present or lone & ~present or len(blob) != _TILE.size + 32 * present.bit_count():
        raise StoreError("a stored tile of the map is damaged")
    children = [_NOTHING] * 16
    start = _TILE.size
    for i in range(16):
        if present >> i & 1:
            children[i] = _Node(blob[start : start + 32], 1 if lone >> i & 1 else 2)
            start += 32
    return children


def _pack_bucket(leaves: Iterable[MapLeaf]) -> bytes:
    return b"".join(_RECORD.pack(leaf.key, leaf.head, leaf.ordinal) for leaf in leaves)


def _parse_bucket(blob: bytes | None, prefix: int) -> list[MapLeaf]:
    if blob is None:
        return []
    if not blob or len(blob) % _RECORD.size:
        raise _corrupt(BUCKET_DEPTH, prefix)
    try:
        leaves = [MapLeaf(*record) for record in _RECORD.iter_unpack(blob)]
    except ProofError as error:
        raise _corrupt(BUCKET_DEPTH, prefix) from error
    rising = all(before.key < after.key for before, after in pairwise(leaves))
    if not rising or {leaf.key[:2] for leaf in leaves} != {prefix.to_bytes(2)}:
        raise _corrupt(BUCKET_DEPTH, prefix)
    return leaves


def _corrupt(depth: int, prefix: int) -> StoreError:
    return StoreError("a stored node of the map is damaged or missing", depth=depth, prefix=prefix)


def _leaf(value: object) -> MapLeaf:
    members = _members(value, ("key", "head", "ordinal"), "/leaf")
    ordinal = members["ordinal"]
    if type(ordinal) is not int or not 1 <= ordinal <= MAX_ORDINAL:
        raise _wrong("an ordinal is an integer from 1", "/leaf/ordinal")
    return MapLeaf(_hash(members["key"], "/leaf/key"), _hash(members["head"], "/leaf/head"), ordinal)


def _members(value: object, names: tuple[str, ...], pointer: str) -> Mapping[str, object]:
    if not isinstance(value, dict) or any(name not in value for name in names):
        raise _wrong(f"must be an object with the members {', '.join(names)}", pointer)
    return value


def _hash(value: object, pointer: str) -> bytes:
    try:
        return hex_decode(value)
    except EncodingError as error:
        raise _wrong("a hash is 64 lower-case hex digits", pointer) from error


def _wrong(message: str, pointer: str = "") -> ProofError:
    return ProofError(message, code="proof.map", pointer=pointer)
