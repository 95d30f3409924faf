"""Reading every byte again: is what is stored what was promised? (`nguon fsck`)

All is derived anew from the leaves and the statements alone, by the naive recursions, and compared with what the
database keeps beside them. Nothing is trusted but the log's key and the pinned registrars.

1. leaves: no gap, they parse, their stored hashes, times that never decrease, ordinals that rise by one;
2. the tree: its completed tiles, and the root of every checkpoint, whose signature holds;
3. the checkpoint file: no larger than the log, and of the same root;
4. statements: each is what its leaf commits to, of its kind and subjects; its signature holds by a key that held at
   its index; it may be withheld (erased), which is noted;
5. derived tables: subject entries, event references, instances, keys, idempotency, jobs: what the statements say;
6. snapshots: the map's root, by the naive recursion, is the leaf's; the stored nodes are those derived from leaves;
7. documents, if asked: each is what its name says;
8. the chain, if asked: the anchored root is the log's root at that size.

A finding is an error unless its code says `withheld`. An audit never writes, and never stops at the first finding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from ledger.errors import LedgerError, StoreError
from ledger.log import lotmap, merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, parse_leaf
from ledger.log.lotmap import MapLeaf
from ledger.log.merkle import Frontier
from ledger.log.note import Vkey, open_checkpoint
from ledger.log.tiles import TILE_HEIGHT
from ledger.lot.facts import EventFacts
from ledger.proof.chain import Anchor
from ledger.statement import jws
from ledger.statement.jws import Jwk, Statement, Typ
from ledger.statement.trust import KeyRecord, Keyring
from ledger.store.blobs import BlobStore
from ledger.store.checkpoint_file import CheckpointFile
from ledger.store.dump import Derived, EventRow, dump_blobs, read_derived
from ledger.store.log import LogStore

READ = 2_000  # leaves at a time
NAIVE_BUDGET = 2_000_000
"""Map leaves that naive recursions may visit; past it, all snapshots but the newest are derived step by step."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be.

    Attributes:
        code: `audit.…`, stable; `audit.withheld` is no error.
        where: table, and what in it.
        message: a sentence for a person.
    """

    code: str
    where: str
    message: str

    @property
    def is_error(self) -> bool:
        return self.code != "audit.withheld"


@dataclass(frozen=True)
class Progress:
    """How far an audit is: `done` of `total` leaves, or of another unit that `step` names."""

    step: str
    done: int
    total: int


def audit(
    log: LogStore,
    chain: Callable[[], Anchor | None] | None = None,
    *,
    origin: str,
    vkey: Vkey,
    registrars: Iterable[Jwk],
    checkpoint_file: CheckpointFile | None = None,
    documents: BlobStore | None = None,
) -> Iterator[Finding | Progress]:
    """Read everything again.

    Args:
        log: the log, read as it is at the start. While something appends to it, its last entries may be found
            unsigned, because they are not yet.
        chain: the newest anchor, to compare with; None where there is none.
        origin, vkey: the log's.
        registrars: the pinned ones.
        documents: photos, certificates and reports, to be read as well.
    """
    anchor = chain() if chain is not None else None
    note = (
        checkpoint_file.read() if checkpoint_file is not None else None
    )  # both before the log: it only grows
    with log.reading() as view:
        yield from _Audit(view, origin, vkey, tuple(registrars)).run(anchor, note)
    for where, message in documents.damaged() if documents is not None else ():
        yield _wrong("document", f"blobs/{where}", message)


@dataclass
class _Story:
    """What the leaves and statements tell, gathered while reading."""

    frontier: Frontier = field(default_factory=Frontier)
    time: int = 0
    ordinals: dict[bytes, int] = field(default_factory=dict)
    heads: dict[bytes, MapLeaf] = field(default_factory=dict)  # as of the snapshot before
    changed: dict[bytes, MapLeaf] = field(default_factory=dict)  # since then
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    blobs: dict[tuple[int, int, int], bytes] = field(
        default_factory=dict
    )  # digests, by (depth, prefix, since)
    entries: dict[tuple[bytes, int], tuple[int, bytes]] = field(default_factory=dict)
    events: dict[tuple[str, bool], tuple[int, str]] = field(default_factory=dict)
    instances: set[tuple[str, int]] = field(default_factory=set)
    withheld: set[int] = field(default_factory=set)
    kinds: dict[int, int] = field(default_factory=dict)


class _Audit:
    def __init__(self, log: LogStore, origin: str, vkey: Vkey, registrars: tuple[Jwk, ...]) -> None:
        self._log = log
        self._origin = origin
        self._vkey = vkey
        self._keyring = Keyring(registrars)
        self._story = _Story()
        self._newest_snapshot = max(log.snapshot_sizes(0, log.size()), default=0)
        self._naive_left = NAIVE_BUDGET

    def run(self, anchor: Anchor | None, note: str | None) -> Iterator[Finding | Progress]:
        size = self._log.size()
        roots = self._checkpoints()
        yield from roots.findings
        wanted = {size, *roots.by_size}
        found_roots: dict[int, bytes] = {0: merkle.EMPTY_ROOT}
        wanted |= {anchor.size} if anchor is not None else set()
        told, file_findings = self._file(note)
        yield from file_findings
        wanted |= {told[0]} if told is not None else set()
        stored_snapshots = dict(self._log.snapshots())
        for start in range(0, size, READ):
            stop = min(size, start + READ)
            yield from self._leaves(start, stop, wanted, found_roots, stored_snapshots)
            yield Progress("leaves", stop, size)
        yield from self._beyond(size)
        yield from _compare_roots(roots.by_size, found_roots, size)
        if told is not None:
            yield from _compare_told("checkpoint file", told, found_roots, size)
        if anchor is not None:
            yield from _compare_told("chain", (anchor.size, anchor.root), found_roots, size)
        yield from self._derived(read_derived(self._log), size)
        yield Progress("tables", 1, 1)

    # -- checkpoints

    def _checkpoints(self) -> "_Roots":
        found = _Roots({}, [])
        sizes = self._log.checkpoint_sizes()
        for size in sizes:
            try:
                signed = self._log.checkpoint(size)
                assert signed is not None
                checkpoint = open_checkpoint(signed[1], self._vkey, self._origin)
                if checkpoint.size != size:
                    raise StoreError("its note is of another size")
                found.by_size[size] = checkpoint.root
            except LedgerError as error:
                found.findings.append(_wrong("checkpoint", f"checkpoint {size}", error.message))
        if not sizes or sizes[-1] != self._log.size():
            message = (
                "The log's last leaves are not signed: start the writer, which reads them back and signs."
            )
            found.findings.append(_wrong("unsigned", "checkpoint", message))
        return found

    def _file(self, note: str | None) -> tuple[tuple[int, bytes] | None, list[Finding]]:
        if note is None:
            return None, []
        try:
            checkpoint = open_checkpoint(note, self._vkey, self._origin)
        except LedgerError as error:
            return None, [_wrong("checkpoint_file", "checkpoint file", error.message)]
        return (checkpoint.size, checkpoint.root), []

    # -- leaves and statements

    def _leaves(
        self,
        start: int,
        stop: int,
        wanted: set[int],
        roots: dict[int, bytes],
        snapshots: dict[int, bytes],
    ) -> Iterator[Finding]:
        story = self._story
        stored = self._log.leaf_rows(start, stop)
        statements = self._log.statement_rows(start, stop)
        for index in range(start, stop):
            row = stored.get(index)
            if row is None:
                yield _wrong("leaf_missing", f"leaf {index}", "There is no leaf at this index.")
                data, stored_hash = b"", b""
            else:
                data, stored_hash = row
            leaf_hash = merkle.leaf_hash(data)
            if row is not None and leaf_hash != stored_hash:
                yield _wrong("leaf_hash", f"leaf {index}", "The stored hash is not that of the leaf's bytes.")
            for level, place, node in story.frontier.append(leaf_hash):
                if level and level % TILE_HEIGHT == 0:
                    yield from self._tile(level // TILE_HEIGHT, place, node)
            if index + 1 in wanted:
                roots[index + 1] = story.frontier.root()
            try:
                leaf = parse_leaf(data)
            except LedgerError as error:
                if row is not None:
                    yield _wrong("leaf_syntax", f"leaf {index}", error.message)
                continue
            if leaf.time < story.time:
                yield _wrong("time", f"leaf {index}", "The log's time goes backwards.")
            story.time = leaf.time
            if isinstance(leaf, SnapshotLeaf):
                yield from self._snapshot(index, leaf, snapshots.pop(index + 1, None))
                if index in statements:
                    yield _wrong("statement", f"statement {index}", "A snapshot has no statement.")
            else:
                yield from self._entry(index, leaf, leaf_hash)
                yield from self._statement(index, leaf, statements.get(index))

    def _tile(self, level: int, index: int, node: bytes) -> Iterator[Finding]:
        where = f"tile_hash {level}/{index}"
        try:
            if self._log.tile(level, index, index + 1) != [node]:
                yield _wrong("tile", where, "The stored hash is not the root of its leaves.")
        except StoreError:
            yield _wrong("tile", where, "The stored hash of a full tile is missing.")

    def _entry(self, index: int, leaf: StatementLeaf, leaf_hash: bytes) -> Iterator[Finding]:
        story = self._story
        story.kinds[index] = leaf.kind
        for ref in leaf.subjects:
            ordinal = story.ordinals.get(ref.key, 0) + 1
            if ref.ordinal != ordinal:
                message = f"Subject {ref.key.hex()} has its entry {ref.ordinal} where {ordinal} follows."
                yield _wrong("ordinal", f"leaf {index}", message)
            story.ordinals[ref.key] = ref.ordinal
            story.changed[ref.key] = MapLeaf(ref.key, leaf_hash, ref.ordinal)
            story.entries[ref.key, ref.ordinal] = (index, leaf_hash)

    def _statement(
        self, index: int, leaf: StatementLeaf, row: tuple[str, str, bytes] | None
    ) -> Iterator[Finding]:
        where = f"statement {index}"
        if row is None:
            self._story.withheld.add(index)
            yield Finding("audit.withheld", where, "The statement is withheld or erased; its leaf stands.")
            return
        raw, kid, payload_digest = row
        if sha256(raw.encode()).digest() != leaf.commitment:
            yield _wrong("commitment", where, "The statement is not the one that its leaf commits to.")
            return
        try:
            statement = jws.parse(raw)
            signer = self._keyring.check_signature(index, statement)
            if statement.header.typ is Typ.KEY:
                self._keyring.apply(index, statement)
        except LedgerError as error:
            yield _wrong("signature", where, error.message)
            return
        if statement.header.typ.kind != leaf.kind:
            yield _wrong("filing", where, "The leaf is of another kind than the statement.")
        if statement.subject_keys() != [ref.key for ref in leaf.subjects]:
            yield _wrong("filing", where, "The statement is filed under other subjects than it names.")
        if kid != statement.header.kid or payload_digest != sha256(statement.payload_bytes).digest():
            yield _wrong("statement", where, "The row's key or payload digest is not the statement's.")
        if statement.header.typ is Typ.EPCIS and signer is not None:
            self._told(index, statement, signer)

    def _told(self, index: int, statement: Statement, signer: KeyRecord) -> None:
        facts = EventFacts(statement.payload, statement.header.about)
        self._story.events[facts.event_id, facts.is_error_declaration] = (index, signer.org)
        if not facts.is_error_declaration:
            self._story.instances |= {(uri, index) for uri in facts.born_instances}

    # -- snapshots

    def _snapshot(self, index: int, leaf: SnapshotLeaf, row: bytes | None) -> Iterator[Finding]:
        where, story = f"snapshot {index + 1}", self._story
        if leaf.index != index:
            yield _wrong("snapshot", where, "The snapshot's leaf names another index.")
        if row != leaf.map_root:
            yield _wrong("snapshot", where, "The row is missing or has another root than the leaf.")
        root, touched = lotmap.update(lambda *node: story.nodes.get(node), story.changed.values())
        story.nodes.update(touched)
        story.heads.update(story.changed)
        story.changed.clear()
        story.blobs.update({(*node, index + 1): sha256(data).digest() for node, data in touched.items()})
        if index + 1 == self._newest_snapshot or len(story.heads) <= self._naive_left:
            self._naive_left -= len(story.heads)
            root = lotmap.map_root(story.heads.values())
        if leaf.map_root != root:
            yield _wrong("snapshot", where, "The snapshot's root is not that of the map of its leaves.")

    # -- what is derived

    def _beyond(self, size: int) -> Iterator[Finding]:
        highest = self._log.last_index()
        if highest is not None and highest >= size:
            yield _wrong("leaf_beyond", f"leaf {highest}", "A leaf stands beyond the log's size.")

    def _derived(self, stored: Derived, size: int) -> Iterator[Finding]:
        story = self._story
        for size_of, _ in self._log.snapshots():
            if size_of > size:
                yield _wrong("snapshot", f"snapshot {size_of}", "A snapshot stands beyond the log's size.")
        yield from _differences("subject_entry", story.entries, stored.entries, _subject_name)
        events = {key: EventRow(*value) for key, value in story.events.items()}
        known = {key: row for key, row in stored.events.items() if row.index not in story.withheld}
        yield from _differences("event_ref", events, known, lambda key: f"{key[0]} {key[1]}")
        born = dict.fromkeys(story.instances, True)
        there = {(uri, index): True for uri, index in stored.instances if index not in story.withheld}
        yield from _differences("instance", born, there, lambda key: f"{key[0]} at {key[1]}")
        yield from _differences("map_blob", story.blobs, dump_blobs(self._log), str)
        keys = {record.kid: record for record in self._keyring.records()}
        yield from _differences("key_record", keys, stored.keys, str)
        sent = dict.fromkeys(story.kinds, True)
        yield from _differences("idempotency", sent, dict.fromkeys(stored.sent, True), str)


@dataclass
class _Roots:
    by_size: dict[int, bytes]
    findings: list[Finding]


def _compare_roots(signed: Mapping[int, bytes], found: Mapping[int, bytes], size: int) -> Iterator[Finding]:
    for at, root in sorted(signed.items()):
        yield from _compare_told(f"checkpoint {at}", (at, root), found, size)


def _compare_told(
    teller: str, told: tuple[int, bytes], found: Mapping[int, bytes], size: int
) -> Iterator[Finding]:
    at, root = told
    if at > size:
        yield _wrong("behind", teller, f"It tells of {at} leaves; the database holds {size}.")
    elif found.get(at) != root:
        yield _wrong("root", teller, f"At {at} leaves the log's root is another.")


def _differences(
    table: str,
    expected: Mapping[K, V],
    stored: Mapping[K, V],
    name: Callable[[K], str],
) -> Iterator[Finding]:
    for key, value in expected.items():
        if key not in stored:
            yield _wrong(table, f"{table} {name(key)}", "A row is missing.")
        elif stored[key] != value:
            yield _wrong(table, f"{table} {name(key)}", "A row is not what the log tells.")
    for key in stored:
        if key not in expected:
            yield _wrong(table, f"{table} {name(key)}", "A row stands of which the log tells nothing.")


def _subject_name(key: tuple[bytes, int]) -> str:
    return f"{key[0].hex()}/{key[1]}"


def _wrong(code: str, where: str, message: str) -> Finding:
    return Finding(f"audit.{code}", where, message)
