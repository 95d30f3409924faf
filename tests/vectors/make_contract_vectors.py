"""Vectors for the contract, right and wrong ones: python tests/vectors/make_contract_vectors.py [--check]

Writes contract.json beside this file, from a fixed seed and from `ledger.log` alone, so that Python and Solidity are
held to the same bytes. Every inclusion, consistency and map vector is checked against `ledger.log` as it is written; a
case of `omission`, `fork` or `state` names the contract's error, or null where the call must succeed. Hex, lower case.

    logs         name -> {"leaves", "checkpoints": [{"size", "root", "proof"}]}; each proof extends the one before
    inclusion    {"size", "root", "index", "leafHash", "proof", "valid"}
    consistency  {"size1", "root1", "size2", "root2", "proof", "valid"}
    map          {"root", "subject", "siblings", "leaf", "error", "head", "ordinal"}
    leaves       {"bytes", "hash"};  snapshots {"index", "time", "mapRoot", "bytes", "hash"}
    omission     {"log", "size", "entry", "subject", "snapshot", "map", "error"}
    fork         {"log", "size", "a", "b", "subject", "error"}
    state        {"log", "size", "subject", "snapshot", "map", "error", "present", "head", "ordinal"}
"""

import json
import random
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from contract_logs import Case, hexes, lies, shown

from ledger.errors import ProofError
from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef
from ledger.log.lotmap import MapLeaf, MapProof

TARGET = Path(__file__).with_name("contract.json")
SEED = "nguon contract vectors 1"


def inclusion_cases(rng: random.Random) -> list[Case]:
    cases: list[Case] = []
    for size in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33, 64, 100):
        hashes = [rng.randbytes(32) for _ in range(size)]

        def node(level: int, index: int, hashes: list[bytes] = hashes) -> bytes:
            return merkle.root(hashes[index << level : (index + 1) << level])

        root = merkle.root(hashes)
        for index in sorted({0, size // 2, size - 1}):
            proof = merkle.inclusion_proof(index, size, node)
            right = {"size": size, "root": root, "index": index, "leafHash": hashes[index], "proof": proof}
            cases.append(checked_inclusion(f"{index} of {size}", right))
            for what, change in (
                ("beyond the tree", {"index": size}),
                ("at the largest index", {"index": 2**64 - 1}),
                ("at the next index", {"index": (index + 1) % size}),
                ("of another leaf", {"leafHash": rng.randbytes(32)}),
                ("with a proof too short", {"proof": proof[:-1]}),
                ("with a proof too long", {"proof": [*proof, rng.randbytes(32)]}),
                ("with the root appended", {"proof": [*proof, root]}),
                ("with another first hash", {"proof": [rng.randbytes(32), *proof[1:]]}),
                ("with the proof reversed", {"proof": proof[::-1]}),
                ("by its parent", {"leafHash": merkle.node_hash(hashes[index], b"".join(proof[:1]) or root)}),
            ):
                wrong = right | change
                if wrong != right:
                    cases.append(checked_inclusion(f"{index} of {size} {what}", wrong))
    return cases


def checked_inclusion(name: str, case: Case) -> Case:
    try:
        merkle.verify_inclusion(case["leafHash"], case["index"], case["size"], case["proof"], case["root"])
        valid = True
    except ProofError:
        valid = False
    if valid != (" " not in name.replace(" of ", "")):
        raise AssertionError(f"inclusion {name}: ledger.log disagrees")
    return {
        "name": name, "size": case["size"], "root": case["root"].hex(), "index": case["index"],
        "leafHash": case["leafHash"].hex(), "proof": hexes(case["proof"]), "valid": valid,
    }  # fmt: skip


def consistency_cases(rng: random.Random) -> list[Case]:
    hashes = [rng.randbytes(32) for _ in range(130)]

    def node(level: int, index: int) -> bytes:
        return merkle.root(hashes[index << level : (index + 1) << level])

    cases: list[Case] = []
    pairs = [
        (1, 2),
        (1, 3),
        (2, 3),
        (3, 4),
        (3, 7),
        (4, 7),
        (6, 7),
        (6, 8),
        (7, 8),
        (8, 9),
        (8, 16),
        (12, 13),
    ]
    pairs += [(21, 50), (32, 100), (63, 64), (64, 65), (65, 128), (127, 130)]
    for size1, size2 in pairs:
        proof = merkle.consistency_proof(size1, size2, node)
        right = {
            "size1": size1, "root1": merkle.root(hashes[:size1]), "size2": size2, "root2": merkle.root(hashes[:size2]),
            "proof": proof,
        }  # fmt: skip
        cases.append(checked_consistency(f"{size1} to {size2}", right))
        rewritten = [rng.randbytes(32), *hashes[1:size2]]
        for what, change in (
            ("of a rewritten first leaf", {"root2": merkle.root(rewritten)}),
            ("to a random root", {"root2": rng.randbytes(32)}),
            ("from a random root", {"root1": rng.randbytes(32)}),
            ("to the same root", {"root2": right["root1"]}),
            ("without proof", {"proof": []}),
            ("with a proof too short", {"proof": proof[:-1]}),
            ("with a proof too long", {"proof": [*proof, rng.randbytes(32)]}),
            ("with the old root before", {"proof": [right["root1"], *proof]}),
            ("with another last hash", {"proof": [*proof[:-1], rng.randbytes(32)]}),
            ("with the proof reversed", {"proof": proof[::-1]}),
            ("with a larger size", {"size2": size2 * 4 + 1}),
        ):
            wrong = right | change
            if wrong != right:
                cases.append(checked_consistency(f"{size1} to {size2} {what}", wrong))
    return cases


def checked_consistency(name: str, case: Case) -> Case:
    try:
        merkle.verify_consistency(case["size1"], case["root1"], case["size2"], case["root2"], case["proof"])
        valid = True
    except ProofError:
        valid = False
    if valid != (" " not in name.replace(" to ", "", 1)):
        raise AssertionError(f"consistency {name}: ledger.log disagrees")
    return {
        "name": name, "size1": case["size1"], "root1": case["root1"].hex(), "size2": case["size2"],
        "root2": case["root2"].hex(), "proof": hexes(case["proof"]), "valid": valid,
    }  # fmt: skip


def map_cases(rng: random.Random) -> list[Case]:
    cases: list[Case] = []

    def add(name: str, root: bytes, key: bytes, proof: Case, error: str | None = None) -> None:
        try:
            found = lotmap.resolve(root, key, MapProof.from_json(proof))
        except ProofError as refusal:
            if error is None:
                raise AssertionError(f"map {name}: ledger.log disagrees") from refusal
            found = None
        else:
            if error is not None:
                raise AssertionError(f"map {name}: ledger.log accepts it")
        cases.append({
            "name": name, "root": root.hex(), "subject": key.hex(), "siblings": proof["siblings"],
            "leaf": proof["leaf"], "error": error, "present": found is not None,
            "head": (found.head if found else bytes(32)).hex(),
            "ordinal": found.ordinal if found else 0,
        })  # fmt: skip

    add("absent from the empty map", lotmap.EMPTY, rng.randbytes(32), {"siblings": [], "leaf": None})
    for count in (1, 2, 3, 10, 200):
        leaves = [
            MapLeaf(rng.randbytes(32), rng.randbytes(32), rng.randrange(1, 2**40)) for _ in range(count)
        ]
        root = lotmap.map_root(leaves)
        for i, leaf in enumerate(leaves[:3]):
            right = shown(lotmap.prove(leaves, leaf.key))
            add(f"{i} of {count}", root, leaf.key, right)
            add(f"{i} of {count} under another root", rng.randbytes(32), leaf.key, right, "BadMapProof")
            for what, change in (
                ("with another head", {"leaf": right["leaf"] | {"head": rng.randbytes(32).hex()}}),
                ("with another count", {"leaf": right["leaf"] | {"ordinal": leaf.ordinal + 1}}),
                ("said to be absent", {"leaf": None}),
                ("a level too deep", {"siblings": [*right["siblings"], bytes(32).hex()]}),
                ("a level too high", {"siblings": right["siblings"][:-1]}),
                (
                    "with another root-most sibling",
                    {"siblings": [rng.randbytes(32).hex(), *right["siblings"][1:]]},
                ),
            ):
                if right | change != right:
                    add(f"{i} of {count} {what}", root, leaf.key, right | change, "BadMapProof")
            stranger = bytes([leaf.key[0] ^ 0x80]) + leaf.key[1:]
            if right["siblings"]:
                add(f"{i} of {count} shown for another path", root, stranger, right, "BadMapProof")
        for i in range(8):
            key = rng.randbytes(32)
            add(f"absent {i} from {count}", root, key, shown(lotmap.prove(leaves, key)))
    # two keys that part at the last bit: the deepest proof there is
    key = rng.randbytes(31) + b"\x00"
    twins = [MapLeaf(key[:31] + bytes([last]), rng.randbytes(32), 1) for last in (0, 1)]
    deepest = shown(lotmap.prove(twins, twins[1].key))
    add("at depth 256", lotmap.map_root(twins), twins[1].key, deepest)
    near = key[:31] + b"\x02"
    add("absent at depth 254", lotmap.map_root(twins), near, shown(lotmap.prove(twins, near)))
    beyond = {"siblings": [*deepest["siblings"], bytes(32).hex()], "leaf": deepest["leaf"]}
    add("with 257 siblings", lotmap.map_root(twins), twins[1].key, beyond, "BadMapProof")
    # a wrong map: an empty slot below a node has a proof as well, and only one answer
    lone = twins[0].hash()
    wrong = lotmap.map_root([]) + lone if key[0] >> 7 else lone + bytes(32)
    root = sha256(b"\x03" + wrong).digest()
    other = bytes([key[0] ^ 0x80]) + key[1:]
    add("absent beside a leaf pushed too deep", root, other, {"siblings": [lone.hex()], "leaf": None})
    add("a leaf pushed too deep", root, key, shown(MapProof((bytes(32),), twins[0])))
    return cases


def leaf_cases(rng: random.Random) -> dict[str, list[Case]]:
    leaves = [
        StatementLeaf(
            rng.choice((1, 2, 4)), rng.randrange(2**42), rng.randbytes(32),
            tuple(SubjectRef(key, rng.randrange(1, 2**40)) for key in sorted(rng.randbytes(32) for _ in range(count))),
        )
        for count in (1, 2, 3, 20, 255)
    ]  # fmt: skip
    snapshots = [
        SnapshotLeaf(rng.randrange(2**42), rng.randbytes(32), rng.randrange(2**40)) for _ in range(4)
    ]
    snapshots.append(SnapshotLeaf(2**63, b"\xff" * 32, 2**64 - 1))
    # the only leaf of a log of one: the contract can be asked about it
    snapshots.append(SnapshotLeaf(2**64 - 1, rng.randbytes(32), 0))
    return {
        "leaves": [{"bytes": leaf.pack().hex(), "hash": leaf.hash().hex()} for leaf in leaves],
        "snapshots": [
            {
                "index": leaf.index, "time": leaf.time, "mapRoot": leaf.map_root.hex(), "bytes": leaf.pack().hex(),
                "hash": leaf.hash().hex(),
            }
            for leaf in snapshots
        ],
    }  # fmt: skip


def vectors() -> bytes:
    """The file's exact bytes. Integers above 2**53 are written as decimal strings, for readers in JavaScript."""
    rng = random.Random(SEED)
    logs, cases = lies()
    made = {
        "seed": SEED, "logs": logs, "inclusion": inclusion_cases(rng), "consistency": consistency_cases(rng),
        "map": map_cases(rng),
    } | leaf_cases(rng) | cases  # fmt: skip
    return (json.dumps(readable(made), indent=1, ensure_ascii=False) + "\n").encode()


def readable(value: Any) -> Any:
    match value:
        case dict():
            return {name: readable(member) for name, member in value.items()}
        case list():
            return [readable(member) for member in value]
        case int() if value > 2**53:
            return str(value)
    return value


def main() -> int:
    """Write the file; with --check compare it, and exit 1 if it is another."""
    made = vectors()
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_bytes() == made:
            return 0
        print(f"{TARGET.name} is not what make_contract_vectors.py makes", file=sys.stderr)
        return 1
    TARGET.write_bytes(made)
    print(f"{TARGET.name} written, {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
