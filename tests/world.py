"""A small world in memory: keys, statements, a log, its map, its contract's answers, and bundles of it.

Written from DESIGN alone and by the naive definitions, so that it can also lie: tests take the honest bundle of a
case and change one thing, or let the log itself be wrong. Deterministic for a seed.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import tem
from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, SubjectRef
from ledger.log.lotmap import MapLeaf
from ledger.log.note import Checkpoint, NoteSigner, sign_checkpoint
from ledger.proof.bundle import Bundle, Entry, Slot, SnapshotProof, SubjectProof, TemProof
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.trustfile import TrustFile
from ledger.statement import jws
from ledger.statement.jws import Header, Jwk, Statement, Typ
from ledger.statement.subjects import KEY_URI_PREFIX, Role, key_uri, subject_key

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
START = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
GTIN = "09521001000055"
PRODUCT = f"https://id.gs1.org/01/{GTIN}"
HARVEST = "https://id.gs1.org/01/09521001000024/10/H1"
COOP = "https://id.gs1.org/417/9521001000017"
COOP_STEMS = ("https://id.gs1.org/01/0952100100", "https://id.gs1.org/414/952100100", COOP)
LAB = "https://id.gs1.org/417/9521090000011"
SHOP = "https://id.gs1.org/417/9521095000016"
AUTHORITY = "https://id.gs1.org/417/9521099000012"
RIVAL = "https://id.gs1.org/417/9521002000016"
RIVAL_STEMS = ("https://id.gs1.org/01/0952100200", RIVAL)


def lot(number: str, gtin: str = GTIN) -> str:
    return f"https://id.gs1.org/01/{gtin}/10/{number}"


def instance(serial: str, gtin: str = GTIN) -> str:
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


@dataclass(frozen=True)
class Key:
    """A private key and the organisation that it speaks for."""

    private: ec.EllipticCurvePrivateKey
    org: str

    @property
    def jwk(self) -> Jwk:
        return Jwk.from_public(self.private.public_key())

    @property
    def kid(self) -> str:
        return self.jwk.kid


@dataclass
class Logged:
    """One leaf of the log, and the statement that it commits to."""

    leaf: bytes
    subjects: tuple[SubjectRef, ...] = ()
    statement: Statement | None = None
    withheld: bool = False


@dataclass
class World:
    """A log of its own; `now` moves only when told to."""

    seed: str = "world"
    origin: str = "nguon.example/test"
    max_age: int = 86_400
    now: datetime = START
    log: list[Logged] = field(default_factory=list)
    keys: dict[str, Key] = field(default_factory=dict)
    anchored: int | None = None
    contract_recalls: set[bytes] = field(default_factory=set)
    false_since: int = 0
    retired: bool = False
    lie_in_map: Callable[[dict[bytes, MapLeaf]], None] | None = None
    _counter: int = 0

    def __post_init__(self) -> None:
        self._log_key = NoteSigner(self.origin, Ed25519PrivateKey.from_private_bytes(self._digest("log")))
        self.registrar = self.new_key("registrar", "urn:nguon:registrar")

    # -- keys

    def _digest(self, *parts: object) -> bytes:
        return hashlib.sha256("/".join([self.seed, *map(str, parts)]).encode()).digest()

    def new_key(self, name: str, org: str) -> Key:
        private = ec.derive_private_key(int.from_bytes(self._digest("key", name)) >> 1 | 1, ec.SECP256R1())
        self.keys[name] = Key(private, org)
        return self.keys[name]

    def admit(
        self,
        name: str,
        org: str,
        role: str = "officer",
        stems: Sequence[str] = (),
        *,
        by: str = "registrar",
        custody: str = "own",
        action: str = "admit",
    ) -> int:
        key = self.keys.get(name) or self.new_key(name, org)
        payload = {
            "org": org,
            "jwk": key.jwk.to_json(),
            "role": role,
            "custody": custody,
            "stems": list(stems),
            "action": action,
            "time": self.now.isoformat().replace("+00:00", "Z"),
        }
        return self.log_statement(by, Typ.KEY, payload, (key.jwk.uri, org))

    # -- statements

    def event(self, by: str, about: Sequence[str], from_: Sequence[str] = (), **members: Any) -> int:
        """Log an event; `members` override and extend a plain ObjectEvent OBSERVE."""
        self._counter += 1
        payload = {
            "@context": CONTEXT,
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:{self._digest('event', self._counter).hex()[:32]}",
            "eventTime": "2026-09-20T08:00:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "action": "OBSERVE",
            **members,
        }
        if payload["type"] == "TransformationEvent":
            payload.pop("action")
        return self.log_statement(by, Typ.EPCIS, payload, about, from_)

    def describe(self, by: str, uri: str, name: str, valid_from: str = "2026-01-01") -> int:
        payload = {
            "id": uri,
            "type": "urn:epcglobal:epcis:vtype:EPCClass",
            "attributes": {"urn:epcglobal:cbv:mda:descriptionShort": name},
            "validFrom": valid_from,
        }
        return self.log_statement(by, Typ.MASTER, payload, (uri,))

    def log_statement(
        self, by: str, typ: Typ, payload: Mapping[str, Any], about: Sequence[str], from_: Sequence[str] = ()
    ) -> int:
        key = self.keys[by]
        header = Header(key.kid, typ, tuple(about), tuple(from_))
        return self.append(jws.sign(header, orjson.dumps(payload), key.private))

    def append(
        self, statement: Statement, subjects: Iterable[bytes] | None = None, time: int | None = None
    ) -> int:
        """Log a statement; other `subjects` than its own, or another `time`, are a lie of the log."""
        keys = statement.subject_keys() if subjects is None else sorted(subjects)
        refs = tuple(SubjectRef(key, self.ordinal(key) + 1) for key in keys)
        millis = int(self.now.timestamp() * 1000) if time is None else time
        leaf = StatementLeaf(statement.header.typ.kind, millis, statement.commitment, refs)
        self.log.append(Logged(leaf.pack(), refs, statement))
        return len(self.log) - 1

    def ordinal(self, key: bytes, before: int | None = None) -> int:
        return sum(any(ref.key == key for ref in logged.subjects) for logged in self.log[:before])

    # -- a cooperative's ordinary day

    def found(self) -> "World":
        """Admit everybody, and describe a product."""
        self.admit("officer", COOP, "officer", COOP_STEMS)
        self.admit("member", COOP, "member", COOP_STEMS, by="officer")
        self.admit("lab", LAB, "laboratory")
        self.admit("authority", AUTHORITY, "authority")
        self.admit("shop", SHOP, "retailer")
        self.admit("rival", RIVAL, "officer", RIVAL_STEMS, custody="hosted")
        self.describe("officer", PRODUCT, "Hoa trà hoa vàng sấy, hộp 100 g")
        self.event(
            "member",
            [HARVEST],
            action="ADD",
            quantityList=[{"epcClass": HARVEST, "quantity": 22, "uom": "KGM"}],
        )
        return self

    def pack(self, number: str, *, expiry: str = "2028-09-20", count: int = 29, **members: Any) -> str:
        """Bring a lot into being out of the harvest; returns its URI."""
        uri = lot(number)
        self.event(
            "member",
            [uri],
            [HARVEST],
            **{
                "type": "TransformationEvent",
                "bizStep": "packing",
                "inputQuantityList": [{"epcClass": HARVEST, "quantity": 2.9, "uom": "KGM"}],
                "outputQuantityList": [{"epcClass": uri, "quantity": count}],
                "ilmd": {"cbvmda:lotNumber": number, "cbvmda:itemExpirationDate": expiry},
                **members,
            },
        )
        return uri

    def recall(self, by: str, uri: str, serials: Sequence[str] = (), *, release: bool = False) -> int:
        named: dict[str, Any] = (
            {"epcList": [instance(serial) for serial in serials]}
            if serials
            else {"quantityList": [{"epcClass": uri, "quantity": 29}]}
        )
        change = {"unset": ["recalled"]} if release else {"set": ["recalled"]}
        return self.event(
            by, [uri], bizStep="holding", disposition="recalled", persistentDisposition=change, **named
        )

    def roll(self, by: str, uri: str, count: int = 29, roll_id: str = "roll-1") -> int:
        number = uri.rpartition("/")[2]
        root = tem.roll_root(self.roll_key(roll_id), GTIN, number, count)
        return self.event(
            by,
            [uri],
            bizStep="encoding",
            quantityList=[{"epcClass": uri, "quantity": count}],
            **{"nguon:roll": {"id": roll_id, "count": count, "root": root.hex()}},
        )

    def roll_key(self, roll_id: str) -> bytes:
        return tem.roll_key(self._digest("tem"), roll_id)

    def serial(self, uri: str, index: int, roll_id: str = "roll-1") -> str:
        return tem.serial(self.roll_key(roll_id), GTIN, uri.rpartition("/")[2], index)

    def void(self, index: int, by: str | None = None) -> int:
        """Declare the event at an index an error, as its own signer or another."""
        logged = self.log[index]
        assert logged.statement is not None
        name = by or next(name for name, key in self.keys.items() if key.kid == logged.statement.header.kid)
        payload = dict(logged.statement.payload)
        payload["errorDeclaration"] = {
            "declarationTime": "2026-09-20T09:00:00+07:00",
            "reason": "incorrect_data",
        }
        header = logged.statement.header
        return self.log_statement(name, Typ.EPCIS, payload, header.about, header.from_)

    # -- snapshots, anchors, the chain's answers

    def snapshot(self, *, anchor: bool = True) -> int:
        """Append a snapshot of the map, and anchor the checkpoint that it ends; returns the size."""
        index = len(self.log)
        leaf = SnapshotLeaf(
            int(self.now.timestamp() * 1000), lotmap.map_root(self._map(index).values()), index
        )
        self.log.append(Logged(leaf.pack()))
        if anchor:
            self.anchored = len(self.log)
        return len(self.log)

    def root(self, size: int) -> bytes:
        return merkle.root([merkle.leaf_hash(logged.leaf) for logged in self.log[:size]])

    def checkpoint(self, size: int) -> str:
        return sign_checkpoint(Checkpoint(self.origin, size, self.root(size)), self._log_key)

    def trust(self) -> TrustFile:
        return TrustFile(
            origin=self.origin,
            log_key=self._log_key.vkey,
            registrars=(self.registrar.jwk,),
            chain_id=31337,
            contract="0x5FbDB2315678afecb367f032d93F642f64180aa3",
            log_id=self._digest("logId"),
            finality="latest",
            rpcs=("http://127.0.0.1:8545",),
        )

    def chain(self, bundle: Bundle, **changes: Any) -> ChainAnswer:
        latest = (
            None
            if self.anchored is None
            else Anchor(self.anchored, self.root(self.anchored), int(self.now.timestamp()) - 60)
        )
        asked = frozenset(
            subject_key(subject.role, subject.uri)
            for subject in bundle.subjects
            if subject.role is Role.ABOUT
        )
        answer = ChainAnswer(
            state="ok",
            latest=latest,
            false_since=self.false_since,
            retired=self.retired,
            max_age=self.max_age,
            recalled=frozenset(self.contract_recalls) & asked,
            asked=asked,
            block=6,
            endpoints=1,
            agreed=1,
        )
        return replace(answer, **changes)

    # -- bundles

    def bundle(
        self, uri: str, serial: str | None = None, *, size: int | None = None, pending: bool = False
    ) -> Bundle:
        """The honest bundle about a lot, and one instance of it, at an anchored size."""
        at = size if size is not None else (self.anchored or 0)
        head = len(self.log) if pending else at
        subjects = [(Role.ABOUT, uri)]
        if serial is not None:
            subjects.append((Role.ABOUT, instance(serial)))
        subjects = self._closure(subjects, head)
        subjects.append((Role.DESC, PRODUCT))
        return Bundle(
            origin=self.origin,
            checkpoint=self.checkpoint(at),
            snapshot=SnapshotProof(self.log[at - 1].leaf, self._inclusion(at - 1, at)),
            subjects=tuple(self._subject(role, name, at, head) for role, name in subjects),
            pending_checkpoint=self.checkpoint(head) if head > at else None,
            consistency=self._consistency(at, head) if head > at else (),
            tem=self._tem(uri, serial, head) if serial is not None else None,
        )

    def _closure(self, subjects: list[tuple[Role, str]], head: int) -> list[tuple[Role, str]]:
        """Ancestors by `from`, then the keys that signed any of it, then the keys that signed those."""
        found = list(subjects)
        for _, uri in found:
            for index in self._indexes(subject_key(Role.ABOUT, uri), 0, head):
                statement = self.log[index].statement
                for parent in statement.header.from_ if statement else ():
                    if (Role.ABOUT, parent) not in found:
                        found.append((Role.ABOUT, parent))
        for uri in [name for _, name in found] + [PRODUCT]:
            role = Role.DESC if uri == PRODUCT else Role.ABOUT
            found += self._signers(role, uri, head, found)
        for role, uri in found:
            if uri.startswith(KEY_URI_PREFIX):
                found += self._signers(role, uri, head, found)
        return found

    def _signers(
        self, role: Role, uri: str, head: int, known: list[tuple[Role, str]]
    ) -> list[tuple[Role, str]]:
        found: list[tuple[Role, str]] = []
        for index in self._indexes(subject_key(role, uri), 0, head):
            statement = self.log[index].statement
            if statement is None or statement.header.kid == self.registrar.kid:
                continue
            name = (Role.ABOUT, key_uri(statement.header.kid))
            if name not in known and name not in found:
                found.append(name)
        return found

    def _subject(self, role: Role, uri: str, size: int, head: int) -> SubjectProof:
        key = subject_key(role, uri)
        return SubjectProof(
            role=role,
            uri=uri,
            map=lotmap.prove(self._map(size - 1).values(), key),
            entries=tuple(self._entry(index, size) for index in self._indexes(key, 0, size - 1)),
            pending=tuple(self._entry(index, head) for index in self._indexes(key, size, head)),
        )

    def _entry(self, index: int, size: int) -> Entry:
        logged = self.log[index]
        shown = None if logged.withheld or logged.statement is None else logged.statement.raw
        return Entry(index, logged.leaf, self._inclusion(index, size), shown)

    def _tem(self, uri: str, serial: str, head: int) -> TemProof:
        index = tem.serial_index(serial)
        slots = []
        for place in self._indexes(subject_key(Role.ABOUT, uri), 0, head):
            statement = self.log[place].statement
            roll = statement.payload.get("nguon:roll") if statement else None
            if isinstance(roll, dict) and index is not None and index < int(str(roll["count"])):
                leaf, proof = tem.slot_proof(
                    self.roll_key(str(roll["id"])),
                    GTIN,
                    uri.rpartition("/")[2],
                    int(str(roll["count"])),
                    index,
                )
                slots.append(Slot(place, leaf, tuple(proof)))
        return TemProof(serial, tuple(slots))

    def _map(self, before: int) -> dict[bytes, MapLeaf]:
        leaves: dict[bytes, MapLeaf] = {}
        for logged in self.log[:before]:
            for ref in logged.subjects:
                leaves[ref.key] = MapLeaf(ref.key, merkle.leaf_hash(logged.leaf), ref.ordinal)
        if self.lie_in_map is not None:
            self.lie_in_map(leaves)
        return leaves

    def _indexes(self, key: bytes, start: int, stop: int) -> list[int]:
        return [
            index
            for index in range(start, min(stop, len(self.log)))
            if any(ref.key == key for ref in self.log[index].subjects)
        ]

    def _node(self, level: int, index: int) -> bytes:
        hashes = [merkle.leaf_hash(logged.leaf) for logged in self.log[index << level : index + 1 << level]]
        return merkle.root(hashes)

    def _inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        return tuple(merkle.inclusion_proof(index, size, self._node))

    def _consistency(self, size1: int, size2: int) -> tuple[bytes, ...]:
        return tuple(merkle.consistency_proof(size1, size2, self._node))
