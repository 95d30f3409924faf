"""The log's tree and the lot map by the recursions of their standards, for make_log_vectors.py."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

Case = dict[str, Any]


def sha(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def digest(name: str) -> bytes:
    """A hash out of nowhere, the same every time."""
    return sha(b"nguon test vector: ", name.encode())


def flip(value: bytes, bit: int) -> bytes:
    return bytes(byte ^ ((1 << bit % 8) if i == bit // 8 else 0) for i, byte in enumerate(value))


def hexes(values: Sequence[bytes]) -> list[str]:
    return [value.hex() for value in values]


# ---- merkle.json: RFC 6962 §2.1, §2.1.1, §2.1.2 word by word

Leaves = Sequence[bytes]


def data(index: int) -> bytes:
    return index.to_bytes(4, "big")


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d: Leaves) -> bytes:
    if not d:
        return sha()
    if len(d) == 1:
        return sha(b"\x00", d[0])
    k = split(len(d))
    return sha(b"\x01", mth(d[:k]), mth(d[k:]))


def path(m: int, d: Leaves) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: Leaves, complete: bool) -> list[bytes]:
    if m == len(d):
        return [] if complete else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], complete), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def spoilt(proof: list[bytes]) -> list[tuple[str, list[bytes]]]:
    """The ways a list of hashes goes wrong."""
    stray = digest("stray")
    ways = [
        ("a hash too many at the end", [*proof, stray]),
        ("a hash too many at the start", [stray, *proof]),
    ]
    if proof:
        ways.append(("the last hash is missing", proof[:-1]))
        ways.append(("the first hash is missing", proof[1:]))
        ways.append(("one bit of the first hash differs", [flip(proof[0], 0), *proof[1:]]))
        ways.append(("one bit of the last hash differs", [*proof[:-1], flip(proof[-1], 255)]))
        ways.append(("the last hash is a byte short", [*proof[:-1], proof[-1][:-1]]))
    if len(proof) > 1:
        ways.append(("the hashes stand in reverse", proof[::-1]))
    return ways


def merkle_vectors() -> Mapping[str, Any]:
    leaves = [data(i) for i in range(1030)]
    roots = {size: mth(leaves[:size]) for size in [*range(34), 63, 64, 65, 255, 256, 257, 1023, 1024, 1030]}

    def inclusion(index: int, size: int, proof: list[bytes], root: bytes, leaf: bytes, why: str = "") -> Case:
        case = {
            "leafHash": leaf.hex(),
            "index": index,
            "size": size,
            "proof": hexes(proof),
            "root": root.hex(),
        }
        return {"ok": not why, **case, **({"why": why} if why else {})}

    right = [(i, n) for n in range(1, 10) for i in range(n)]
    right += [(i, n) for n in (31, 32, 33, 256, 257, 1030) for i in sorted({0, 1, n // 2, n - 2, n - 1})]
    included = [inclusion(i, n, path(i, leaves[:n]), roots[n], sha(b"\0", data(i))) for i, n in right]
    for i, n in ((0, 1), (0, 2), (4, 5), (6, 7), (3, 8), (20, 33), (1029, 1030)):
        proof, root, leaf = path(i, leaves[:n]), roots[n], sha(b"\0", data(i))
        included += [
            inclusion(i, n, wrong, root, leaf, why) for why, wrong in spoilt(proof) if wrong != proof
        ]
        included += [
            inclusion(i + 1, n, proof, root, leaf, "the index is the next one's"),
            inclusion(n, n, proof, root, leaf, "the index is not in the tree"),
            inclusion(i, n, proof, flip(root, 7), leaf, "another root"),
            inclusion(i, n, proof, root, flip(leaf, 100), "another leaf"),
            inclusion(i, n, proof, root, b"", "no leaf hash"),
            inclusion(i, 0, proof, root, leaf, "a tree of no leaves"),
        ]

    # proofs too long for the size that is claimed, though they do lead to the root shown
    leaf, stray = sha(b"\0", data(0)), digest("stray")
    longer = sha(b"\x01", stray, leaf)
    included.append(inclusion(0, 1, [stray], longer, leaf, "a root above the tree of this size"))
    above = sha(b"\x01", stray, roots[4])
    included.append(
        inclusion(0, 4, [*path(0, leaves[:4]), stray], above, leaf, "a root above the tree of this size")
    )
    included.append(
        inclusion(0, 8, path(0, leaves[:4]), roots[4], leaf, "a root below the tree of this size")
    )

    def consistency(m: int, n: int, proof: list[bytes], root1: bytes, root2: bytes, why: str = "") -> Case:
        case = {"size1": m, "root1": root1.hex(), "size2": n, "root2": root2.hex(), "proof": hexes(proof)}
        return {"ok": not why, **case, **({"why": why} if why else {})}

    pairs = [(m, n) for n in range(1, 10) for m in range(1, n + 1)]
    pairs += [(m, n) for n in (32, 33, 257, 1030) for m in (1, 2, 6, 31, 32, 64, 255, 256, 1024) if m <= n]
    extended = [consistency(m, n, subproof(m, leaves[:n], True), roots[m], roots[n]) for m, n in pairs]
    for m, n in ((1, 2), (3, 3), (3, 5), (4, 7), (6, 8), (32, 33), (255, 1030)):
        proof, root1, root2 = subproof(m, leaves[:n], True), roots[m], roots[n]
        forged = mth([b"rewritten", *leaves[1:n]])
        extended += [
            consistency(m, n, wrong, root1, root2, why) for why, wrong in spoilt(proof) if wrong != proof
        ]
        extended += [
            consistency(m, n, proof, flip(root1, 3), root2, "another older root"),
            consistency(m, n, proof, root1, flip(root2, 3), "another newer root"),
            consistency(m, n, proof, root1, forged, "the first leaf was rewritten"),
            consistency(m - 1, n, proof, root1, root2, "the older size is too small"),
            consistency(0, n, [], roots[0], root2, "from no leaves nothing is proven"),
            consistency(n + 1, n, proof, root1, root2, "the older tree is the larger"),
        ]
        if m != n:
            extended.append(consistency(n, m, proof, root2, root1, "the trees are exchanged"))
    over = [sha(b"\x01", stray, roots[3]), sha(b"\x01", stray, roots[5])]
    shortened = subproof(3, leaves[:4], True)
    extended.append(
        consistency(3, 8, shortened, roots[3], roots[4], "a root below the tree of the newer size")
    )
    lengthened = [*subproof(3, leaves[:5], True), stray]
    extended.append(consistency(3, 5, lengthened, over[0], over[1], "roots above the trees of these sizes"))
    return {
        "leaf": "the data of leaf i is the 4 bytes of i, big-endian",
        "roots": [{"size": size, "root": root.hex()} for size, root in roots.items()],
        "inclusion": included,
        "consistency": extended,
        "tilePaths": [{"ok": True, **tile} for tile in TILES] + [{"ok": False, "path": p} for p in BAD_TILES],
    }


TILES: list[Case] = [
    {"path": "tile/0/000", "level": 0, "index": 0, "width": 256},
    {"path": "tile/0/000.p/1", "level": 0, "index": 0, "width": 1},
    {"path": "tile/1/999.p/255", "level": 1, "index": 999, "width": 255},
    {"path": "tile/63/x001/000", "level": 63, "index": 1000, "width": 256},
    {"path": "tile/0/x001/x234/067", "level": 0, "index": 1234067, "width": 256},
    {"path": "tile/entries/x001/x234/067.p/8", "level": "entries", "index": 1234067, "width": 8},
]
BAD_TILES = [
    "tile/0/0",
    "tile/00/000",
    "tile/64/000",
    "tile/0/x000/001",
    "tile/0/001/000",
    "tile/0/x001/x000",
]
BAD_TILES += [
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "/tile/0/000",
    "tile/0/000/",
    "tile/data/000",
]


# ---- lotmap.json: the map of DESIGN §3.4 on strings of bits

Leaf = tuple[bytes, bytes, int]


def bits(key: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in key)


def map_leaf(leaf: Leaf) -> bytes:
    return sha(b"\x02", leaf[0], leaf[1], leaf[2].to_bytes(8, "big"))


def under(leaves: Sequence[Leaf], prefix: str) -> list[Leaf]:
    return [leaf for leaf in leaves if bits(leaf[0]).startswith(prefix)]


def map_root(leaves: Sequence[Leaf], prefix: str = "") -> bytes:
    here = under(leaves, prefix)
    if not here:
        return bytes(32)
    if len(here) == 1:
        return map_leaf(here[0])
    return sha(b"\x03", map_root(here, prefix + "0"), map_root(here, prefix + "1"))


def map_proof(leaves: Sequence[Leaf], key: bytes) -> tuple[list[bytes], Leaf | None]:
    way, prefix, siblings = bits(key), "", []
    while len(here := under(leaves, prefix)) > 1:
        turn = way[len(prefix)]
        siblings.append(map_root(here, prefix + ("1" if turn == "0" else "0")))
        prefix += turn
    return siblings, here[0] if here else None


def leaf_json(leaf: Leaf | None) -> Any:
    return leaf and {"key": leaf[0].hex(), "head": leaf[1].hex(), "ordinal": leaf[2]}


def proof_json(siblings: Sequence[bytes], leaf: Leaf | None) -> Case:
    return {"siblings": hexes(siblings), "leaf": leaf_json(leaf)}


def lotmap_vectors() -> Mapping[str, Any]:
    def leaf(start: str, ordinal: int) -> Leaf:
        key = bytes.fromhex(start) + digest(f"key {start}")[len(start) // 2 :]
        return key, digest(f"head {start} {ordinal}"), ordinal

    one = leaf("80", 1)
    twins = [leaf("00" * 31 + "00", 1), leaf("00" * 31 + "01", 2**53 - 1)]
    few = [leaf("1234", 1), leaf("1235", 2), leaf("1300", 3), leaf("80", 4), leaf("ff" * 32, 5)]
    many = [leaf(f"{sha(bytes([i])).hex()[:6]}", i + 1) for i in range(40)]
    strangers = [bytes(32), b"\xff" * 31 + b"\xfe", bytes.fromhex("1236" + "00" * 30), digest("stranger")]
    maps: list[Case] = []
    wrong: list[Case] = []
    for name, leaves in (("empty", []), ("one key", [one]), ("twins", twins), ("few", few), ("many", many)):
        keys = [*(found[0] for found in leaves[:12]), *strangers]
        answers = []
        for key in keys:
            siblings, shown = map_proof(leaves, key)
            own = shown if shown is not None and shown[0] == key else None
            answers.append({"key": key.hex(), "proof": proof_json(siblings, shown), "answer": leaf_json(own)})
        root = map_root(leaves)
        given = [leaf_json(found) for found in leaves]
        maps.append({"name": name, "leaves": given, "root": root.hex(), "answers": answers})
        if name in ("one key", "few"):
            wrong += wrong_map_proofs(leaves, root)
    top = leaf("aa", 2**63 - 1)
    hashed = [(*found[:2], n) for found, n in ((one, 1), (one, 2), (few[0], 2**32), (top, 2**63 - 1))]
    return {
        "leafHash": [
            {"key": k.hex(), "head": h.hex(), "ordinal": str(n), "hash": map_leaf((k, h, n)).hex()}
            for k, h, n in hashed
        ],
        "maps": maps,
        "wrong": wrong + misplaced_leaves(),
        "malformed": malformed_map_proofs(),
    }


def wrong_map_proofs(leaves: Sequence[Leaf], root: bytes) -> list[Case]:
    key, head, ordinal = own = leaves[0]
    siblings, _ = map_proof(leaves, key)
    cases: list[tuple[str, bytes, list[bytes], Leaf | None]] = [
        (why, key, hashes, own)
        for why, hashes in spoilt(siblings)
        if all(len(value) == 32 for value in hashes)  # others are malformed
    ]
    made_up: Leaf = (flip(key, 0), head, 1)
    cases += [
        ("a present key shown as an empty slot", key, siblings, None),
        ("another head", key, siblings, (key, digest("another head"), ordinal)),
        ("one entry more", key, siblings, (key, head, ordinal + 1)),
        ("a leaf made up for an absent key", made_up[0], siblings, made_up),
        ("an empty sibling added below", key, [*siblings, bytes(32)], own),
    ]
    if siblings:
        cases.append(("another key's leaf, off the path", flip(key, 7), siblings, own))
        cases.append(("an empty map", key, [], None))
    return [
        {"why": why, "root": root.hex(), "key": asked.hex(), "proof": proof_json(hashes, shown)}
        for why, asked, hashes, shown in cases
    ]


def misplaced_leaves() -> list[Case]:
    """Maps that were never built by the rules: a leaf hangs where its key does not lead."""
    cases = []
    for depth in (1, 2, 8, 255, 256):
        key = digest(f"asked at {depth}")
        other: Leaf = (flip(key, 8 * ((depth - 1) // 8) + 7 - (depth - 1) % 8), digest("head"), 1)
        siblings = [digest(f"sibling {i}") for i in range(depth)]
        root = map_leaf(other)
        for sibling, turn in zip(siblings[::-1], bits(key)[:depth][::-1], strict=True):
            root = sha(b"\x03", root, sibling) if turn == "0" else sha(b"\x03", sibling, root)
        why = f"another key's leaf, whose path parts at bit {depth - 1}, hung at depth {depth}"
        proof = proof_json(siblings, other)
        cases.append({"why": why, "root": root.hex(), "key": key.hex(), "proof": proof})
    return cases


def malformed_map_proofs() -> list[Case]:
    h = "ab" * 32
    good = {"key": h, "head": h, "ordinal": 1}
    cases: list[tuple[str, Any]] = [
        ("not an object", []),
        ("no siblings", {"leaf": None}),
        ("no leaf", {"siblings": []}),
        ("257 siblings", {"siblings": [h] * 257, "leaf": None}),
        ("capitals", {"siblings": [h.upper()], "leaf": None}),
        ("a hash too short", {"siblings": [h[:-2]], "leaf": None}),
        ("0x before the hash", {"siblings": ["0x" + h], "leaf": None}),
        ("a number for a hash", {"siblings": [1], "leaf": None}),
        ("false for no leaf", {"siblings": [], "leaf": False}),
        ("a leaf without ordinal", {"siblings": [], "leaf": {"key": h, "head": h}}),
        ("ordinal 0", {"siblings": [], "leaf": {**good, "ordinal": 0}}),
        ("a negative ordinal", {"siblings": [], "leaf": {**good, "ordinal": -1}}),
        ("an ordinal as text", {"siblings": [], "leaf": {**good, "ordinal": "1"}}),
        ("an ordinal that is true", {"siblings": [], "leaf": {**good, "ordinal": True}}),
        ("half an ordinal", {"siblings": [], "leaf": {**good, "ordinal": 1.5}}),
        ("a key of 31 bytes", {"siblings": [], "leaf": {**good, "key": h[2:]}}),
    ]
    return [{"why": why, "proof": proof} for why, proof in cases]
