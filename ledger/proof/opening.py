"""Opening a bundle: from bytes to entries that are proven, signed and filed right, or a broken commitment.

What is checked here, in this order, needs the bundle and the trust file only:

1. the checkpoint is signed by the log's key and bears its origin;
2. its last leaf is a snapshot, whose map root counts the leaves before it;
3. the pending checkpoint, if any, extends it;
4. of every subject: the map's answer; as many entries as it counts, in order, the newest the map's head; pending
   entries after them without a gap; each leaf included and filed under the subject with that ordinal; no payload twice;
5. of every statement shown: its digest is the leaf's commitment, its kind and its subjects are the leaf's exactly;
6. the log's time never decreases, nor leaves the calendar;
7. every signature holds at its index, by keys whose own story is in the bundle; a key statement that is withheld
   where it decides one breaks it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from ledger.errors import BundleError
from ledger.log import merkle
from ledger.log.leaf import SnapshotLeaf, StatementLeaf, parse_leaf
from ledger.log.lotmap import resolve
from ledger.log.note import Checkpoint, open_checkpoint
from ledger.proof.bundle import Bundle, Entry, SubjectProof
from ledger.proof.trustfile import TrustFile
from ledger.proof.verification import VerifiedEntry, event_of
from ledger.statement import jws
from ledger.statement.jws import Statement, Typ
from ledger.statement.subjects import Role, key_uri, subject_key
from ledger.statement.trust import KeyRecord, Keyring

MAX_TIME = 253_402_300_799_999
"""Milliseconds since 1970 of the last moment of the year 9999."""

SubjectId = tuple[Role, str]


@dataclass(frozen=True)
class OpenedSubject:
    """A subject's proven entries, oldest first, and how many of them are anchored."""

    role: Role
    uri: str
    entries: tuple[VerifiedEntry, ...]

    @property
    def anchored(self) -> tuple[VerifiedEntry, ...]:
        return tuple(entry for entry in self.entries if not entry.pending)

    @property
    def withheld(self) -> tuple[VerifiedEntry, ...]:
        return tuple(entry for entry in self.entries if entry.statement is None)


@dataclass(frozen=True)
class OpenedBundle:
    """A bundle whose every commitment holds."""

    checkpoint: Checkpoint
    pending: Checkpoint | None
    map_root: bytes
    first: SubjectId
    subjects: Mapping[SubjectId, OpenedSubject]
    keyring: Keyring

    def get(self, role: Role, uri: str) -> OpenedSubject | None:
        return self.subjects.get((role, uri))


def open_bundle(bundle: Bundle, trust: TrustFile) -> OpenedBundle:
    """Check a bundle's commitments.

    Raises:
        LedgerError: the first one that does not hold, with the code of what is wrong.
    """
    if bundle.origin != trust.origin:
        raise BundleError("The bundle is of another log.", code="bundle.origin", origin=bundle.origin)
    checkpoint = open_checkpoint(bundle.checkpoint, trust.log_key, trust.origin)
    snapshot = _open_snapshot(bundle, checkpoint)
    pending = _open_pending(bundle, checkpoint, trust)
    reader = _EntryReader(checkpoint, pending, _statements(bundle))
    raw = {
        (subject.role, subject.uri): reader.read(subject, snapshot.map_root) for subject in bundle.subjects
    }
    reader.check_times(snapshot)
    keyring = Keyring.of(trust.registrars, reader.key_statements())
    signers = reader.check_signatures(keyring, raw)
    subjects = {
        name: OpenedSubject(*name, tuple(_verified(item, name, signers) for item in items))
        for name, items in raw.items()
    }
    first = bundle.subjects[0]
    return OpenedBundle(checkpoint, pending, snapshot.map_root, (first.role, first.uri), subjects, keyring)


@dataclass(frozen=True)
class _ReadEntry:
    index: int
    ordinal: int
    leaf: StatementLeaf
    statement: Statement | None
    pending: bool


def _open_snapshot(bundle: Bundle, checkpoint: Checkpoint) -> SnapshotLeaf:
    leaf = parse_leaf(bundle.snapshot.leaf)
    if not isinstance(leaf, SnapshotLeaf) or leaf.index != checkpoint.size - 1:
        raise BundleError("The checkpoint's last leaf is no snapshot of the map.", code="bundle.snapshot")
    merkle.verify_inclusion(
        merkle.leaf_hash(bundle.snapshot.leaf),
        leaf.index,
        checkpoint.size,
        bundle.snapshot.inclusion,
        checkpoint.root,
    )
    return leaf


def _open_pending(bundle: Bundle, checkpoint: Checkpoint, trust: TrustFile) -> Checkpoint | None:
    if bundle.pending_checkpoint is None:
        if bundle.consistency or any(subject.pending for subject in bundle.subjects):
            raise BundleError("Pending entries need a pending checkpoint.", code="bundle.pending")
        return None
    pending = open_checkpoint(bundle.pending_checkpoint, trust.log_key, trust.origin)
    merkle.verify_consistency(
        checkpoint.size, checkpoint.root, pending.size, pending.root, bundle.consistency
    )
    return pending


def _statements(bundle: Bundle) -> Mapping[int, str]:
    """The statements shown, by index: an entry that stands under several subjects may be shown under one only."""
    shown: dict[int, str] = {}
    for subject in bundle.subjects:
        for entry in (*subject.entries, *subject.pending):
            if (
                entry.statement is not None
                and shown.setdefault(entry.index, entry.statement) != entry.statement
            ):
                raise BundleError(
                    "An entry is shown with two contents.", code="bundle.commitment", index=entry.index
                )
    return shown


class _EntryReader:
    """Reads the entries of all subjects, each leaf and statement once."""

    def __init__(self, checkpoint: Checkpoint, pending: Checkpoint | None, shown: Mapping[int, str]) -> None:
        self._checkpoint = checkpoint
        self._pending = pending
        self._shown = shown
        self._leaves: dict[int, StatementLeaf] = {}
        self._proven: dict[tuple[int, bytes, tuple[bytes, ...]], StatementLeaf] = {}
        self._statements: dict[int, Statement] = {}

    def read(self, subject: SubjectProof, map_root: bytes) -> list[_ReadEntry]:
        key = subject_key(subject.role, subject.uri)
        head = resolve(map_root, key, subject.map)
        counted = head.ordinal if head else 0
        if len(subject.entries) != counted:
            raise BundleError(
                "The map counts another number of entries than the bundle shows.",
                code="bundle.count",
                uri=subject.uri,
                counted=counted,
                shown=len(subject.entries),
            )
        read: list[_ReadEntry] = []
        for entry in subject.entries:
            if entry.index >= self._checkpoint.size - 1:
                raise _misplaced(subject, entry)
            read.append(self._read_entry(subject, entry, key, read, self._checkpoint, pending=False))
        if head and merkle.leaf_hash(subject.entries[-1].leaf) != head.head:
            raise BundleError("The newest entry is not the map's head.", code="bundle.head", uri=subject.uri)
        for entry in subject.pending:
            if self._pending is None or entry.index < self._checkpoint.size:
                raise _misplaced(subject, entry)
            read.append(self._read_entry(subject, entry, key, read, self._pending, pending=True))
        _check_no_replay(subject, read)
        return read

    def check_times(self, snapshot: SnapshotLeaf) -> None:
        """Check that the log's time never decreases over all leaves seen, and is one that a calendar has."""
        by_index = {
            snapshot.index: snapshot.time,
            **{index: leaf.time for index, leaf in self._leaves.items()},
        }
        times = [by_index[index] for index in sorted(by_index)]
        if times[-1] > MAX_TIME or any(later < earlier for earlier, later in pairwise(times)):
            raise BundleError("The log's time goes backwards, or beyond the year 9999.", code="bundle.time")

    def key_statements(self) -> Iterable[tuple[int, Statement]]:
        return [(index, item) for index, item in self._statements.items() if item.header.typ is Typ.KEY]

    def check_signatures(
        self, keyring: Keyring, subjects: Mapping[SubjectId, Sequence[_ReadEntry]]
    ) -> Mapping[int, KeyRecord | None]:
        """Check every statement's signature; returns the signing key's record by index."""
        signers: dict[int, KeyRecord | None] = {}
        for index, statement in self._statements.items():
            record = signers[index] = keyring.check_signature(index, statement)
            if record is not None:
                _check_key_story(record.kid, index, subjects)
        return signers

    def _read_entry(
        self,
        subject: SubjectProof,
        entry: Entry,
        key: bytes,
        before: Sequence[_ReadEntry],
        checkpoint: Checkpoint,
        *,
        pending: bool,
    ) -> _ReadEntry:
        ordinal = len(before) + 1
        if before and entry.index <= before[-1].index:
            raise _misplaced(subject, entry)
        leaf = self._leaf(entry, checkpoint)
        if leaf.ordinal_of(key) != ordinal:
            raise BundleError(
                "The leaf is not filed under this subject at this place.",
                code="bundle.filing",
                uri=subject.uri,
                index=entry.index,
            )
        return _ReadEntry(entry.index, ordinal, leaf, self._statement(entry.index, leaf), pending)

    def _leaf(self, entry: Entry, checkpoint: Checkpoint) -> StatementLeaf:
        """The entry's leaf, included at its place; what was proven once is not proven again."""
        proof = (entry.index, entry.leaf, entry.inclusion)
        known = self._proven.get(proof)
        if known is not None:
            return known
        leaf = parse_leaf(entry.leaf)
        if not isinstance(leaf, StatementLeaf):
            raise BundleError("A snapshot is nobody's entry.", code="bundle.filing", index=entry.index)
        leaf_hash = merkle.leaf_hash(entry.leaf)
        merkle.verify_inclusion(leaf_hash, entry.index, checkpoint.size, entry.inclusion, checkpoint.root)
        self._leaves[entry.index] = self._proven[proof] = leaf
        return leaf

    def _statement(self, index: int, leaf: StatementLeaf) -> Statement | None:
        if index in self._statements:
            return self._statements[index]
        raw = self._shown.get(index)
        if raw is None:
            return None
        statement = jws.parse(raw)
        if statement.commitment != leaf.commitment:
            raise BundleError(
                "The record is not the one that was logged.", code="bundle.commitment", index=index
            )
        if statement.header.typ.kind != leaf.kind:
            raise BundleError(
                "The leaf is of another kind than the statement.", code="bundle.filing", index=index
            )
        if statement.subject_keys() != [subject.key for subject in leaf.subjects]:
            raise BundleError(
                "The record is filed under other subjects than it names.", code="bundle.filing", index=index
            )
        self._statements[index] = statement
        return statement


def _check_no_replay(subject: SubjectProof, entries: Sequence[_ReadEntry]) -> None:
    """Within a subject no two entries have the same payload: an old release, logged again, would undo a new recall."""
    payloads = [entry.statement.payload_bytes for entry in entries if entry.statement is not None]
    if len(set(payloads)) != len(payloads):
        raise BundleError("A record was logged twice.", code="bundle.replayed", uri=subject.uri)


def _check_key_story(kid: str, index: int, subjects: Mapping[SubjectId, Sequence[_ReadEntry]]) -> None:
    """Check that a signing key's own story is there, and nothing of it withheld that decides the signature."""
    story = subjects.get((Role.ABOUT, key_uri(kid)))
    if story is None:
        raise BundleError("The story of a key that signed is missing.", code="bundle.key_missing", kid=kid)
    for entry in story:
        if entry.index < index and entry.statement is None and entry.leaf.kind == Typ.KEY.kind:
            raise BundleError(
                "A key statement that decides a signature is withheld.", code="bundle.key_withheld", kid=kid
            )


def _verified(
    entry: _ReadEntry, subject: SubjectId, signers: Mapping[int, KeyRecord | None]
) -> VerifiedEntry:
    role, uri = subject
    return VerifiedEntry(
        index=entry.index,
        ordinal=entry.ordinal,
        time=datetime.fromtimestamp(entry.leaf.time / 1000, UTC),
        role=role,
        uri=uri,
        kind=entry.leaf.kind,
        statement=entry.statement,
        signer=signers.get(entry.index),
        event=event_of(entry.statement),
        pending=entry.pending,
    )


def _misplaced(subject: SubjectProof, entry: Entry) -> BundleError:
    return BundleError(
        "An entry stands where it cannot be.", code="bundle.order", uri=subject.uri, index=entry.index
    )
