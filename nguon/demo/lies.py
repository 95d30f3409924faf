"""A log that lies, on a chain that does not know it yet.

Built by the naive definitions, all in memory, from the formats alone (DESIGN §3): so it can also do what the ledger's
own store cannot, leave an entry out of its map or count two entries of a lot as the same one. Everything else about
it is right: its key signs its checkpoints, its publisher anchors them, and what it shows verifies. Whoever holds the
leaf that it hides can prove the lie to the contract.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.admission import prove_possession, sign_admission
from ledger.chain.contract import EntryProof
from ledger.chain.contract import SnapshotProof as ContractSnapshot
from ledger.encoding import JsonValue, canonical_json
from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef, parse_leaf
from ledger.log.lotmap import MapLeaf, MapProof
from ledger.log.note import Checkpoint, NoteSigner, sign_checkpoint
from ledger.proof.bundle import Bundle, Entry, SnapshotProof, SubjectProof
from ledger.proof.trustfile import TrustFile
from ledger.statement import jws
from ledger.statement.jws import Header, Jwk, Statement, Typ
from ledger.statement.subjects import Role, key_uri, subject_key

CONTEXT: Sequence[JsonValue] = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]


@dataclass(frozen=True)
class Logged:
    """A leaf, the subjects it counts, and the statement behind it (None: a snapshot)."""

    leaf: bytes
    subjects: tuple[SubjectRef, ...] = ()
    statement: Statement | None = None


@dataclass
class LyingLog:
    """A log of one cooperative.

    Attributes:
        origin: its name in checkpoints.
        org: URI of the cooperative.
        stems: what the cooperative's key speaks for.
        now: the time of whatever is logged next.
    """

    origin: str
    org: str
    stems: Sequence[str]
    now: datetime
    logged: list[Logged] = field(default_factory=list)
    _maps: dict[int, dict[bytes, MapLeaf]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._notes = NoteSigner(self.origin, Ed25519PrivateKey.generate())
        self._registrar = ec.generate_private_key(ec.SECP256R1())
        self._coop = ec.generate_private_key(ec.SECP256R1())
        self._kid = Jwk.from_public(self._coop.public_key()).kid
        self._admit()

    # -- what is logged

    def _admit(self) -> None:
        """The first leaf: a registrar admits the cooperative's key."""
        said: dict[str, JsonValue] = {
            "org": self.org,
            "jwk": Jwk.from_public(self._coop.public_key()).to_json(),
            "role": "officer",
            "custody": "own",
            "stems": list(self.stems),
            "action": "admit",
            "time": self.now.isoformat(),
        }
        payload = canonical_json(said)
        self.append(sign_admission(payload, prove_possession(payload, self._coop), self._registrar))

    def event(self, lot: str, ordinals: Mapping[bytes, int] | None = None, **members: JsonValue) -> int:
        """Log an observation of a lot; `members` override and extend it. Returns its index."""
        payload: dict[str, JsonValue] = {
            "@context": list(CONTEXT),
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:{uuid4()}",
            "eventTime": self.now.isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "quantityList": [{"epcClass": lot, "quantity": 40}],
            **members,
        }
        header = Header(self._kid, Typ.EPCIS, (lot,))
        return self.append(jws.sign(header, json.dumps(payload).encode(), self._coop), ordinals)

    def recall(self, lot: str) -> int:
        """Log the lot's recall; returns its index."""
        return self.event(
            lot, bizStep="holding", disposition="recalled", persistentDisposition={"set": ["recalled"]}
        )

    def append(self, statement: Statement, ordinals: Mapping[bytes, int] | None = None) -> int:
        """Log a statement. Other `ordinals` than the next ones, by subject key, are a lie: a fork."""
        told = ordinals or {}
        refs = tuple(SubjectRef(key, told.get(key, self._count(key) + 1)) for key in statement.subject_keys())
        leaf = StatementLeaf(statement.header.typ.kind, self._millis(), statement.commitment, refs)
        self.logged.append(Logged(leaf.pack(), refs, statement))
        return len(self.logged) - 1

    def snapshot(self, *, forgetting: Collection[int] = ()) -> int:
        """Append a snapshot of the map; leaving out the entries at `forgetting` is a lie. Returns the size."""
        index = len(self.logged)
        leaves: dict[bytes, MapLeaf] = {}
        for place, item in enumerate(self.logged):
            if place not in forgetting:
                head = merkle.leaf_hash(item.leaf)
                leaves.update({ref.key: MapLeaf(ref.key, head, ref.ordinal) for ref in item.subjects})
        snapshot = SnapshotLeaf(self._millis(), lotmap.map_root(leaves.values()), index)
        self.logged.append(Logged(snapshot.pack()))
        self._maps[index + 1] = leaves
        return index + 1

    # -- what it says of itself

    def trust(self, chain_id: int, contract: str, log_id: bytes, rpcs: Sequence[str]) -> TrustFile:
        """The trust file that its customers would pin."""
        return TrustFile(
            origin=self.origin,
            log_key=self._notes.vkey,
            registrars=(Jwk.from_public(self._registrar.public_key()),),
            chain_id=chain_id,
            contract=contract,
            log_id=log_id,
            finality="latest",
            rpcs=tuple(rpcs),
        )

    def root(self, size: int) -> bytes:
        """The root of its first `size` leaves."""
        return merkle.root([merkle.leaf_hash(item.leaf) for item in self.logged[:size]])

    def bundle(self, lot: str, size: int, *, hiding: Collection[int] = ()) -> Bundle:
        """What it shows about a lot at an anchored size, without the entries that it hides."""
        subjects = ((Role.ABOUT, lot), (Role.ABOUT, key_uri(self._kid)))
        return Bundle(
            origin=self.origin,
            checkpoint=sign_checkpoint(Checkpoint(self.origin, size, self.root(size)), self._notes),
            snapshot=SnapshotProof(self.logged[size - 1].leaf, self._inclusion(size - 1, size)),
            subjects=tuple(self._subject(role, uri, size, hiding) for role, uri in subjects),
        )

    # -- what a stranger makes of its public leaves

    def entry_proof(self, index: int, size: int) -> EntryProof:
        """A leaf and its inclusion, as the contract reads it."""
        return EntryProof(self.logged[index].leaf, index, self._inclusion(index, size))

    def snapshot_proof(self, size: int) -> ContractSnapshot:
        """The snapshot that an anchored size ends with, as the contract reads it."""
        leaf = parse_leaf(self.logged[size - 1].leaf)
        assert isinstance(leaf, SnapshotLeaf)
        return ContractSnapshot(leaf.index, leaf.time, leaf.map_root, self._inclusion(size - 1, size))

    def map_proof(self, size: int, key: bytes) -> MapProof:
        """What the map of that snapshot says about a subject."""
        return lotmap.prove(self._maps[size].values(), key)

    # -- inside

    def _subject(self, role: Role, uri: str, size: int, hiding: Collection[int]) -> SubjectProof:
        key = subject_key(role, uri)
        shown = [
            index
            for index, item in enumerate(self.logged[: size - 1])
            if index not in hiding and any(ref.key == key for ref in item.subjects)
        ]
        return SubjectProof(
            role, uri, self.map_proof(size, key), tuple(self._entry(index, size) for index in shown)
        )

    def _entry(self, index: int, size: int) -> Entry:
        item = self.logged[index]
        assert item.statement is not None
        return Entry(index, item.leaf, self._inclusion(index, size), item.statement.raw)

    def _count(self, key: bytes) -> int:
        return max(
            (ref.ordinal for item in self.logged for ref in item.subjects if ref.key == key), default=0
        )

    def _inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        return tuple(merkle.inclusion_proof(index, size, self._node))

    def _node(self, level: int, index: int) -> bytes:
        chosen = self.logged[index << level : index + 1 << level]
        return merkle.root([merkle.leaf_hash(item.leaf) for item in chosen])

    def _millis(self) -> int:
        return int(self.now.timestamp() * 1000)


def rewritten(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The leaf hashes of a log in which one statement leaf commits to something else."""
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    leaf = parse_leaf(leaves[index])
    assert isinstance(leaf, StatementLeaf)
    hashes[index] = replace(leaf, commitment=sha256(b"another story").digest()).hash()
    return hashes
