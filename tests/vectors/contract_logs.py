"""Logs that tell the truth and logs that lie, with all that can be claimed of them, for make_contract_vectors.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef
from ledger.log.lotmap import MapLeaf, MapProof

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
        stranger = odd.fork(before + 1, bad, lot)
        tell(fork, f"a leaf {what} after a stranger's", f"a leaf {what}", stranger, "NothingProven")
        rises = what == "with the largest ordinal"
        torn_case = odd.fork(before, bad, lot)
        tell(fork, f"a leaf {what}", f"a leaf {what}", torn_case, "NothingProven" if rises else None)
    # the record that convicts counts: a map that knows the lower of two ordinals still hides the higher
    twice = Log()
    bad = twice.add_bytes(malformed(lot)["with its subject twice"])
    half = twice.snapshot([MapLeaf(lot, merkle.leaf_hash(twice.leaves[bad]), 1)])
    logs["a leaf with its subject twice, counted once"] = twice.described([len(twice.leaves)])
    name = "a leaf with its subject twice, counted once"
    tell(omission, name, name, twice.omission(bad, lot, half))
    again = twice.add(lot, ordinals={lot: 2})
    logs["a leaf with its subject twice, and on from the lower"] = twice.described([len(twice.leaves)])
    name = "a leaf with its subject twice, and on from the lower"
    tell(fork, name, name, twice.fork(bad, again, lot))
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
