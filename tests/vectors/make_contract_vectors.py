"""Vectors for the contract, right and wrong ones: python tests/vectors/make_contract_vectors.py

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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.errors import ProofError
from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef
from ledger.log.lotmap import MapLeaf, MapProof

TARGET = Path(__file__).with_name("contract.json")
SEED = "nguon contract vectors 1"
TIME = 1_790_000_000_000

Case = dict[str, Any]


@dataclass
class Log:
    """A log that can lie: leaves as they come, and what an honest map would say of them."""

    leaves: list[bytes] = field(default_factory=list)
    state: dict[bytes, MapLeaf] = field(default_factory=dict)
    maps: dict[int, list[MapLeaf]] = field(default_factory=dict)
    snapshots: dict[int, SnapshotLeaf] = field(default_factory=dict)

    def add(self, *subjects: bytes, ordinals: dict[bytes, int] | None = None, kind: int = 1) -> int:
        """Append a statement leaf; its ordinals are the honest ones unless told otherwise."""
        index = len(self.leaves)
        refs = tuple(
            SubjectRef(
                key, (ordinals or {}).get(key, self.state[key].ordinal + 1 if key in self.state else 1)
            )
            for key in sorted(subjects)
        )
        leaf = StatementLeaf(kind, TIME + index, sha256(b"statement %d" % index).digest(), refs)
        self.leaves.append(leaf.pack())
        for ref in refs:
            self.state[ref.key] = MapLeaf(ref.key, leaf.hash(), ref.ordinal)
        return index

    def add_bytes(self, leaf: bytes) -> int:
        """Append whatever bytes, which no map counts."""
        self.leaves.append(leaf)
        return len(self.leaves) - 1

    def snapshot(self, says: Iterable[MapLeaf] | None = None) -> int:
        """Append a snapshot of the honest map, or of another one."""
        index = len(self.leaves)
        self.maps[index] = list(self.state.values() if says is None else says)
        self.snapshots[index] = SnapshotLeaf(TIME + index, lotmap.map_root(self.maps[index]), index)
        self.leaves.append(self.snapshots[index].pack())
        return index

    def hashes(self) -> list[bytes]:
        return [merkle.leaf_hash(leaf) for leaf in self.leaves]

    def node(self, level: int, index: int) -> bytes:
        return merkle.root(self.hashes()[index << level : (index + 1) << level])

    def root(self, size: int) -> bytes:
        return merkle.root(self.hashes()[:size])

    def inclusion(self, index: int, size: int) -> list[str]:
        return hexes(merkle.inclusion_proof(index, size, self.node))

    def entry(self, index: int, size: int | None = None) -> Case:
        size = len(self.leaves) if size is None else size
        return {"leaf": self.leaves[index].hex(), "index": index, "proof": self.inclusion(index, size)}

    def snapshot_at(self, index: int, size: int | None = None) -> Case:
        size = len(self.leaves) if size is None else size
        leaf = self.snapshots[index]
        return {
            "index": index, "time": leaf.time, "mapRoot": leaf.map_root.hex(), "proof": self.inclusion(index, size),
        }  # fmt: skip

    def map_at(self, index: int, subject: bytes) -> Case:
        return shown(lotmap.prove(self.maps[index], subject))

    def omission(self, entry: int, subject: bytes, snapshot: int) -> Case:
        """The arguments of an attempt to prove that this snapshot hides this entry."""
        return {
            "size": len(self.leaves), "entry": self.entry(entry), "subject": subject.hex(),
            "snapshot": self.snapshot_at(snapshot), "map": self.map_at(snapshot, subject),
        }  # fmt: skip

    def fork(self, a: int, b: int, subject: bytes) -> Case:
        return {"size": len(self.leaves), "a": self.entry(a), "b": self.entry(b), "subject": subject.hex()}

    def described(self, sizes: Sequence[int]) -> Case:
        checkpoints: list[Case] = []
        for size in sizes:
            before = checkpoints[-1]["size"] if checkpoints else 0
            proof = merkle.consistency_proof(before, size, self.node) if before else []
            checkpoints.append({"size": size, "root": self.root(size).hex(), "proof": hexes(proof)})
        return {"leaves": hexes(self.leaves), "checkpoints": checkpoints}


def hexes(values: Iterable[bytes]) -> list[str]:
    return [value.hex() for value in values]


def shown(proof: MapProof) -> Case:
    return dict(proof.to_json())


def flipped(value: str) -> str:
    """The same hex with its first bit turned."""
    return f"{int(value[0], 16) ^ 8:x}{value[1:]}"


def subject(name: str) -> bytes:
    return sha256(b"about " + name.encode()).digest()


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


def malformed(key: bytes) -> dict[str, bytes]:
    """Leaves that no strict reader takes, each naming a subject that must not escape."""
    head = bytes([1, 1]) + (TIME + 7).to_bytes(8) + sha256(b"malformed").digest()
    record = key + (1).to_bytes(8)
    other = sha256(b"other").digest() + (1).to_bytes(8)
    return {
        "with a count of 0": head + b"\x00" + record,
        "with a count too low": head + b"\x01" + other + record,
        "with a count too high": head + b"\xff" + record,
        "with bytes left over": head + b"\x01" + record + b"rest",
        "of an unknown kind": bytes([1, 9]) + head[2:] + b"\x01" + record,
        "with its subjects out of order": head + b"\x02" + max(record, other) + min(record, other),
        "with its subject twice": head + b"\x02" + record + key + (2).to_bytes(8),
        "with the ordinal 0": head + b"\x01" + key + bytes(8),
        "with the largest ordinal": head + b"\x01" + key + b"\xff" * 8,
    }


def lies() -> tuple[dict[str, Case], dict[str, list[Case]]]:
    logs: dict[str, Case] = {}
    omission: list[Case] = []
    fork: list[Case] = []
    state: list[Case] = []
    lot, batch, place = subject("lot"), subject("batch"), subject("place")

    def tell(
        cases: list[Case], name: str, log: str, case: Case, error: str | None = None, **answer: Any
    ) -> None:
        cases.append({"name": name, "log": log} | case | {"error": error} | answer)

    # an honest log, and everything that does not mark it
    honest = Log()
    first = honest.add(lot, place)
    honest.add(batch)
    early = honest.snapshot()
    second = honest.add(lot, batch, place, kind=4)
    third = honest.add(lot)
    honest.add(subject("key"), kind=2)
    late = honest.snapshot()
    size = len(honest.leaves)
    logs["honest"] = honest.described([early + 1, size])
    right = honest.omission(third, lot, late)
    tell(omission, "the newest entry, as the map says", "honest", right, "NothingProven")
    tell(
        omission,
        "an older entry, the map counts more",
        "honest",
        honest.omission(first, lot, late),
        "NothingProven",
    )
    tell(
        omission, "an entry after the snapshot", "honest", honest.omission(third, lot, early), "NothingProven"
    )
    tell(
        omission,
        "a subject that is not the entry's",
        "honest",
        honest.omission(third, batch, late),
        "NothingProven",
    )
    absent = honest.omission(third, subject("nobody"), late)
    tell(omission, "an absent subject that is not the entry's", "honest", absent, "NothingProven")
    tell(omission, "a snapshot as the entry", "honest", right | {"entry": honest.entry(early)}, "NotALeaf")
    tell(
        omission,
        "the snapshot itself as the entry",
        "honest",
        right | {"entry": honest.entry(late)},
        "NotALeaf",
    )
    entry, snap, mapped = right["entry"], right["snapshot"], right["map"]
    for what, change in (
        ("at the index of the next", {"index": entry["index"] + 1}),
        ("at an index beyond the tree", {"index": size}),
        ("at an index beyond the tree, by its low bits", {"index": size + 8}),
        ("at the largest index", {"index": 2**64 - 1}),
        ("with a proof too short", {"proof": entry["proof"][:-1]}),
        ("with a proof too long", {"proof": [*entry["proof"], entry["proof"][0]]}),
        ("without proof", {"proof": []}),
        ("with its last byte changed", {"leaf": entry["leaf"][:-2] + "09"}),
        ("without its last byte", {"leaf": entry["leaf"][:-2]}),
        ("with one more byte", {"leaf": entry["leaf"] + "00"}),
        ("of no bytes", {"leaf": ""}),
    ):
        wrong = right | {"entry": entry | change}
        tell(omission, f"an entry {what}", "honest", wrong, "NotIncluded")
    # the bytes of two nodes, offered as a leaf: the prefixes keep them apart
    inner = honest.node(0, 0) + honest.node(0, 1)
    as_leaf = {"leaf": inner.hex(), "index": 0, "proof": honest.inclusion(0, size)[1:]}
    tell(omission, "an inner node as the entry", "honest", right | {"entry": as_leaf}, "NotIncluded")
    for what, change in (
        ("with another index", {"index": early}),
        ("with another time", {"time": snap["time"] + 1}),
        ("with another map root", {"mapRoot": flipped(snap["mapRoot"])}),
        ("with the older map root", {"mapRoot": honest.snapshots[early].map_root.hex()}),
        ("with a proof too short", {"proof": snap["proof"][:-1]}),
        ("with a proof too long", {"proof": [*snap["proof"], snap["proof"][0]]}),
        ("beyond the tree", {"index": size}),
    ):
        wrong = right | {"snapshot": snap | change}
        tell(omission, f"a snapshot {what}", "honest", wrong, "NotASnapshot")
    for what, change in (
        ("said to be absent", {"leaf": None}),
        ("with a lower count", {"leaf": mapped["leaf"] | {"ordinal": 2}}),
        ("with another head", {"leaf": mapped["leaf"] | {"head": flipped(mapped["leaf"]["head"])}}),
        ("of another subject", honest.map_at(late, place)),
        ("with 257 siblings", {"siblings": [*mapped["siblings"], *[bytes(32).hex()] * 257][:257]}),
        ("without siblings", {"siblings": []}),
    ):
        tell(omission, f"a map proof {what}", "honest", right | {"map": mapped | change}, "BadMapProof")
    tell(fork, "two entries in order", "honest", honest.fork(first, second, lot), "NothingProven")
    tell(fork, "two entries in order, later ones", "honest", honest.fork(second, third, lot), "NothingProven")
    tell(fork, "two entries backwards", "honest", honest.fork(third, first, lot), "NothingProven")
    tell(fork, "one entry twice", "honest", honest.fork(third, third, lot), "NothingProven")
    tell(fork, "a subject of one of them", "honest", honest.fork(first, third, place), "NothingProven")
    tell(fork, "a subject of the other", "honest", honest.fork(first, second, batch), "NothingProven")
    tell(
        fork, "a subject of neither", "honest", honest.fork(first, second, subject("nobody")), "NothingProven"
    )
    tell(fork, "a snapshot first", "honest", honest.fork(early, third, lot), "NotALeaf")
    tell(fork, "a snapshot last", "honest", honest.fork(first, late, lot), "NotALeaf")
    forked = honest.fork(first, third, lot)
    for side in ("a", "b"):
        for what, change in (
            ("beyond the tree", {"index": size}),
            ("elsewhere", {"index": second}),
            ("with a proof too short", {"proof": forked[side]["proof"][:-1]}),
            ("with a proof too long", {"proof": [*forked[side]["proof"], forked[side]["proof"][0]]}),
        ):
            tell(fork, f"{side} {what}", "honest", forked | {side: forked[side] | change}, "NotIncluded")
    for what, key in (("lot", lot), ("batch", batch), ("place", place), ("nobody", subject("nobody"))):
        found = next((leaf for leaf in honest.maps[late] if leaf.key == key), None)
        asked = {"size": size, "subject": key.hex(), "snapshot": snap, "map": honest.map_at(late, key)}
        answer = {
            "present": found is not None, "head": (found.head if found else bytes(32)).hex(),
            "ordinal": found.ordinal if found else 0,
        }  # fmt: skip
        tell(state, f"of the {what}", "honest", asked, None, **answer)
        old = asked | {"snapshot": honest.snapshot_at(early), "map": honest.map_at(early, key)}
        tell(state, f"of the {what} by an old snapshot", "honest", old, "NotASnapshot")
        wrong = asked | {"snapshot": snap | {"time": snap["time"] + 1}}
        tell(state, f"of the {what} by no snapshot", "honest", wrong, "NotASnapshot")
        wrong = asked | {"map": asked["map"] | {"siblings": [*asked["map"]["siblings"], flipped(lot.hex())]}}
        tell(state, f"of the {what} by a wrong map proof", "honest", wrong, "BadMapProof")

    # lies of the map
    for what, told in (
        ("hides a subject", lambda log: [leaf for leaf in log.state.values() if leaf.key != lot]),
        ("hides all", lambda _: []),
        ("hides all but a neighbour", lambda _: [MapLeaf(lot[:31] + bytes([lot[31] ^ 1]), lot, 1)]),
        ("counts less", lambda log: [*log.state.values(), replace(log.state[lot], ordinal=1)]),
        ("names another head", lambda log: [*log.state.values(), replace(log.state[lot], head=place)]),
    ):
        lying = Log()
        lying.add(lot, place)
        lying.add(batch)
        hidden = lying.add(lot, batch)
        lie = lying.snapshot(told(lying))
        lying.add(place)
        truth = lying.snapshot()
        logs[f"a map that {what}"] = lying.described([len(lying.leaves)])
        tell(omission, f"a map {what}", f"a map that {what}", lying.omission(hidden, lot, lie))
        honestly = lying.omission(hidden, lot, truth)
        tell(omission, f"a map {what}, a later one does not", f"a map that {what}", honestly, "NothingProven")
    # a map that counts more than there is hides nothing: its entries are missing from the log, which readers see
    boasting = Log()
    boasting.add(lot)
    boast = boasting.snapshot([replace(boasting.state[lot], ordinal=2)])
    logs["a map that counts more"] = boasting.described([len(boasting.leaves)])
    tell(
        omission,
        "a map counts more",
        "a map that counts more",
        boasting.omission(0, lot, boast),
        "NothingProven",
    )

    # lies of the leaves
    for what, ordinal in (("repeats an ordinal", 2), ("falls back", 1)):
        torn = Log()
        torn.add(lot)
        a = torn.add(lot, batch)
        b = torn.add(lot, place, ordinals={lot: ordinal})
        torn.snapshot()
        logs[f"a fork that {what}"] = torn.described([len(torn.leaves)])
        tell(fork, f"the later entry {what}", f"a fork that {what}", torn.fork(a, b, lot))
        swapped = torn.fork(b, a, lot)
        tell(fork, f"the later entry {what}, told backwards", f"a fork that {what}", swapped, "NothingProven")
    for what, leaf in malformed(lot).items():
        odd = Log()
        before = odd.add(lot, place)
        odd.add(batch)
        bad = odd.add_bytes(leaf)
        hiding = odd.snapshot([])
        logs[f"a leaf {what}"] = odd.described([len(odd.leaves)])
        tell(omission, f"a leaf {what} hidden", f"a leaf {what}", odd.omission(bad, lot, hiding))
        rises = what == "with the largest ordinal"
        torn_case = odd.fork(before, bad, lot)
        tell(fork, f"a leaf {what}", f"a leaf {what}", torn_case, "NothingProven" if rises else None)
    for what, leaf in (
        ("of version 0", b"\x00" + malformed(lot)["with a count of 0"][1:]),
        ("of version 2", b"\x02" + malformed(lot)["with a count of 0"][1:]),
        ("too short for a header", malformed(lot)["with a count of 0"][:42]),
        ("of no bytes", b""),
        ("of kind 3 with a statement's records", bytes([1, 3]) + malformed(lot)["with a count of 0"][2:]),
    ):
        alien = Log()
        alien.add(batch)
        at = alien.add_bytes(leaf)
        hiding = alien.snapshot([])
        logs[f"bytes {what}"] = alien.described([len(alien.leaves)])
        tell(omission, f"bytes {what}", f"bytes {what}", alien.omission(at, lot, hiding), "NotALeaf")
        tell(fork, f"bytes {what}", f"bytes {what}", alien.fork(0, at, lot), "NotALeaf")
    return logs, {"omission": omission, "fork": fork, "state": state}


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


if __name__ == "__main__":
    TARGET.write_bytes(vectors())
    print(f"{TARGET.name} written, {TARGET.stat().st_size:,} bytes")
