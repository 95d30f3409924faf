"""From what was asked to a proof bundle (DESIGN §3.6), out of stored bytes as they are.

Nothing is judged here. A statement that was altered in the database goes into the bundle altered, and the verifier
finds it; one that was erased is shown as withheld. Only what cannot be shown at all is refused: a row that is
missing is `store.corrupt`.

Which subjects a bundle holds, in this order, each once:

1. what was asked (the lot, for a tem), then the scanned instance, also where nothing is filed under it;
2. `about` of all ancestors: the `from` of their entries, anchored and pending, and so on upwards. All of them: which
   `from` counts is for the verifier to say;
3. `about` of the keys that signed any of these or of the descriptions, and of the keys that signed their admissions;
4. `desc` of what a page names: product, organisations, places, certificates, parties; also to prove that there is none.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from ledger import tem
from ledger.epcis.event import Event, read_event
from ledger.errors import BundleError, LedgerError, NotFoundError, StoreError
from ledger.gs1.digital_link import product_uri
from ledger.log import merkle
from ledger.log.lotmap import prove_from
from ledger.log.note import Checkpoint
from ledger.lot.facts import EventFacts
from ledger.proof.bundle import AnchorHint, Bundle, Entry, Slot, SnapshotProof, SubjectProof, TemProof
from ledger.proof.keyfile import KeyEntry, KeyFile
from ledger.proof.target import Target
from ledger.slots import IssuedRoll, RollSlots
from ledger.statement import jws
from ledger.statement.jws import Statement, Typ
from ledger.statement.subjects import Role, key_uri, subject_key
from ledger.store.log import LogStore, SubjectRow
from ledger.store.snapshots import MapReader

MAX_LINEAGE = 500
"""Subjects that a bundle traces: a lot with its ancestors."""

Slots = Callable[[IssuedRoll, int], tuple[bytes, list[bytes]] | None]
"""(roll, index) -> the leaf hash at that index of the roll, and its inclusion proof; None where it cannot be made."""
Anchors = Callable[[int], Sequence[AnchorHint]]
"""Size -> where the checkpoint of that size was anchored."""
SubjectId = tuple[Role, str]


class Prover:
    """Makes proof bundles. Threads may share it."""

    def __init__(
        self,
        log: LogStore,
        *,
        tem_master: bytes | None = None,
        slots: Slots | None = None,
        anchors: Anchors | None = None,
    ) -> None:
        """
        Args:
            tem_master: the issuer's master key, to show the leaf that stands at a tem's index in its rolls.
            slots: how to do that instead, as with the keys of other issuers.
            anchors: hints for the reader; they prove nothing.
        """
        self._log = log
        self._slots = slots or (None if tem_master is None else RollSlots(tem_master))
        self._anchors = anchors

    def bundle(self, asked: Target | SubjectId | str, size: int, pending_size: int | None = None) -> Bundle:
        """The bundle about a target (or a subject; a URI is meant as `about`) at a snapshot's size.

        Args:
            size: of the log, with a snapshot as its last leaf.
            pending_size: of a later signed checkpoint; entries up to it are shown as pending.

        Raises:
            NotFoundError: no snapshot was taken at this size (`not_found.snapshot`), no checkpoint of the pending
                size was signed (`not_found.size`), or the target names no lot (`not_found.lot`).
            BundleError: more than 500 ancestors (`limit.lineage`).
            StoreError: rows are missing, or a key that makes one of the lot's rolls is (`store.tem_key`).
        """
        with self._log.reading() as log:
            view = _View(log, size, pending_size)
            tracer = _Tracer(view)
            first = _first(asked)
            serial = asked.serial if isinstance(asked, Target) else None
            subjects = tracer.subjects(first, asked.instance_uri if isinstance(asked, Target) else None)
            view.preload()
            tem_proof = None if serial is None else TemProof(serial, self._tem_slots(view, first[1], serial))
            return Bundle(
                origin=view.checkpoint.origin,
                checkpoint=view.note,
                snapshot=SnapshotProof(view.leaf(size - 1), view.inclusion(size - 1, size)),
                subjects=tuple(view.subject(subject) for subject in subjects),
                pending_checkpoint=view.pending_note,
                consistency=view.consistency(),
                anchors=tuple(self._anchors(size)) if self._anchors else (),
                tem=tem_proof,
            )

    def _tem_slots(self, view: "_View", lot: str, serial: str) -> tuple[Slot, ...]:
        """The leaf at the serial's index in every roll of the lot that is long enough."""
        target, index = Target.of_uri(lot), tem.serial_index(serial)
        if index is None or target is None or target.lot is None or self._slots is None:
            return ()
        slots = []
        for row in view.rows((Role.ABOUT, lot)):
            statement = view.parsed(row.index)
            if statement is None or statement.header.typ is not Typ.EPCIS:
                continue
            roll = EventFacts(statement.payload, statement.header.about).roll_of(lot)
            if roll is not None and index < roll.count:
                issued = IssuedRoll(roll.id, target.gtin, target.lot, roll.count, roll.root, roll.hidden)
                slot = self._slots(issued, index)
                if slot is None:
                    message = f"No tem key kept here makes the roll {roll.id}: its tem cannot be proven here."
                    raise StoreError(message, code="store.tem_key", roll=roll.id)
                slots.append(Slot(row.index, slot[0], tuple(slot[1])))
        return tuple(slots)


def key_file(log: LogStore) -> KeyFile:
    """All key statements of the log under its newest signed checkpoint.

    Raises:
        NotFoundError: nothing is signed yet (`not_found.checkpoint`).
        StoreError: rows are missing.
    """
    with log.reading() as view:
        newest = view.newest_checkpoint()
        if newest is None:
            raise NotFoundError("Nothing is signed yet.", code="not_found.checkpoint")
        checkpoint, note = newest
        told = {index for record in view.key_records() for index in (record.admitted, record.revoked)}
        indexes = sorted(index for index in told if index is not None and index < checkpoint.size)
        statements, leaves, node = view.statements(indexes), view.leaves_at(indexes), view.node()
        entries = tuple(
            KeyEntry(
                index,
                leaves[index],
                tuple(merkle.inclusion_proof(index, checkpoint.size, node)),
                statements[index],
            )
            for index in indexes
            if index in statements  # one that is withheld admits nobody
        )
    return KeyFile(checkpoint.origin, note, entries)


class _View:
    """The log at one size, and what came after it up to another; every row is read once."""

    def __init__(self, log: LogStore, size: int, pending_size: int | None) -> None:
        if log.snapshot_at(size) is None:
            raise NotFoundError(
                f"No snapshot was taken at size {size}.", code="not_found.snapshot", size=size
            )
        signed = log.checkpoint(size)
        if signed is None:
            raise StoreError("The checkpoint of a snapshot is missing.", size=size)
        self.log = log
        self.size = size
        self.checkpoint, self.note = signed
        self._pending = _pending_checkpoint(log, size, pending_size)
        self._map = MapReader(log.connection, size)
        self._node = log.node()
        self._rows: dict[SubjectId, list[SubjectRow]] = {}
        self._leaves: dict[int, bytes] = {}
        self._statements: dict[int, str] = {}
        self._parsed: dict[int, Statement | None] = {}

    @property
    def pending_note(self) -> str | None:
        return self._pending[1] if self._pending else None

    @cached_property
    def head(self) -> int:
        """Entries are shown below this index."""
        return self._pending[0].size if self._pending else self.size

    def rows(self, subject: SubjectId) -> list[SubjectRow]:
        """A subject's entries, anchored and pending."""
        if subject not in self._rows:
            self._rows[subject] = self.log.subject_entries(subject_key(*subject), self.head)
        return self._rows[subject]

    def read(self, subjects: Iterable[SubjectId]) -> None:
        """Read the statements of these subjects' entries, at once."""
        indexes = {row.index for subject in subjects for row in self.rows(subject)} - self._parsed.keys()
        found = self.log.statements(indexes)
        self._statements.update(found)
        for index in indexes:
            self._parsed[index] = _parse(found.get(index))

    def parsed(self, index: int) -> Statement | None:
        """A statement as far as it can be read; None where it is withheld, or damaged."""
        return self._parsed.get(index)

    def preload(self) -> None:
        """Read the leaves and map nodes of all subjects seen."""
        indexes = {row.index for rows in self._rows.values() for row in rows}
        self._leaves.update(self.log.leaves_at(indexes | {self.size - 1}))
        self._map.prefetch([subject_key(*subject) for subject in self._rows])

    def leaf(self, index: int) -> bytes:
        return self._leaves[index]

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        return tuple(merkle.inclusion_proof(index, size, self._node))

    def consistency(self) -> tuple[bytes, ...]:
        if self._pending is None:
            return ()
        return tuple(merkle.consistency_proof(self.size, self.head, self._node))

    def subject(self, subject: SubjectId) -> SubjectProof:
        """A subject with its map proof and its entries."""
        role, uri = subject
        key = subject_key(role, uri)
        anchored = [row for row in self.rows(subject) if row.index < self.size]
        proof = prove_from(self._map, key)
        counted = proof.leaf.ordinal if proof.leaf is not None and proof.leaf.key == key else 0
        if counted != len(anchored):
            raise StoreError(
                "Entries of a subject are missing.", uri=uri, counted=counted, found=len(anchored)
            )
        later = self.rows(subject)[len(anchored) :]
        return SubjectProof(
            role,
            uri,
            proof,
            tuple(self._entry(row, self.size) for row in anchored),
            tuple(self._entry(row, self.head) for row in later),
        )

    def _entry(self, row: SubjectRow, size: int) -> Entry:
        inclusion = self.inclusion(row.index, size)
        return Entry(row.index, self.leaf(row.index), inclusion, self._statements.get(row.index))


class _Tracer:
    """Finds the subjects that belong in a bundle."""

    def __init__(self, view: _View) -> None:
        self._view = view

    def subjects(self, first: SubjectId, instance: str | None) -> list[SubjectId]:
        told = self._lineage([first, *([] if instance is None else [(Role.ABOUT, instance)])])
        described = self._described(told)
        self._view.read(described)
        keys = self._keys([*told, *described])
        organisations = self._organisations(keys)
        described = list(dict.fromkeys([*described, *organisations]))
        self._view.read(organisations)
        keys = list(dict.fromkeys([*keys, *self._keys(organisations)]))
        return list(dict.fromkeys([*told, *keys, *described]))

    def _lineage(self, start: list[SubjectId]) -> list[SubjectId]:
        found: dict[SubjectId, None] = dict.fromkeys(start)
        wave = list(found)
        while wave:
            self._view.read(wave)
            parents = {
                (Role.ABOUT, parent): None
                for subject in wave
                if subject[0] is Role.ABOUT
                for statement in self._statements(subject)
                for parent in statement.header.from_
            }
            wave = [subject for subject in parents if subject not in found]
            found.update(dict.fromkeys(wave))
            if len(found) > MAX_LINEAGE:
                raise BundleError(
                    f"More than {MAX_LINEAGE} things went into this: ask about its parts.",
                    code="limit.lineage",
                    limit=MAX_LINEAGE,
                )
        return list(found)

    def _keys(self, subjects: Iterable[SubjectId]) -> list[SubjectId]:
        """The keys that signed these entries, and upwards those that signed the keys' statements.

        A pinned registrar has no story in the log, so nothing is shown of it.
        """
        found: dict[SubjectId, None] = {}
        wave = list(subjects)
        while wave:
            signers = {
                (Role.ABOUT, key_uri(statement.header.kid)): None
                for subject in wave
                for statement in self._statements(subject)
            }
            wave = [subject for subject in signers if subject not in found and self._view.rows(subject)]
            self._view.read(wave)
            found.update(dict.fromkeys(wave))
        return list(found)

    def _organisations(self, keys: Iterable[SubjectId]) -> list[SubjectId]:
        named = [
            statement.payload.get("org")
            for subject in keys
            for statement in self._statements(subject)
            if statement.header.typ is Typ.KEY
        ]
        return [(Role.DESC, uri) for uri in dict.fromkeys(named) if isinstance(uri, str)]

    def _described(self, told: Iterable[SubjectId]) -> list[SubjectId]:
        named: dict[str, None] = {}
        for subject in told:
            named[_described_as(subject[1])] = None
            for statement in self._statements(subject):
                if statement.header.typ is Typ.EPCIS:
                    named.update(dict.fromkeys(_named_in(statement)))
        return [(Role.DESC, uri) for uri in named if not uri.startswith("urn:")]

    def _statements(self, subject: SubjectId) -> Iterable[Statement]:
        for row in self._view.rows(subject):
            statement = self._view.parsed(row.index)
            if statement is not None:
                yield statement


def _first(asked: Target | SubjectId | str) -> SubjectId:
    if isinstance(asked, str):
        return (Role.ABOUT, asked)
    if isinstance(asked, tuple):
        return asked
    if asked.lot_uri is None:
        raise NotFoundError("The code names a product, and no lot of it.", code="not_found.lot")
    return (Role.ABOUT, asked.lot_uri)


def _pending_checkpoint(log: LogStore, size: int, pending_size: int | None) -> tuple[Checkpoint, str] | None:
    if pending_size is None or pending_size == size:
        return None
    pending = log.checkpoint(pending_size) if pending_size > size else None
    if pending is None:
        raise NotFoundError(
            f"No checkpoint of size {pending_size} follows.", code="not_found.size", size=pending_size
        )
    return pending


def _parse(raw: str | None) -> Statement | None:
    if raw is None:
        return None
    try:
        return jws.parse(raw)
    except LedgerError:
        return None  # damaged: it goes into the bundle as it is, and names nothing


def _named_in(statement: Statement) -> list[str]:
    """The products, places, certificates and parties that an event names."""
    products = [product for uri in statement.header.about if (product := _described_as(uri)) != uri]
    try:
        event: Event = read_event(statement.payload)
    except LedgerError:
        return products
    places = [uri for uri in (event.read_point, event.biz_location) if uri is not None]
    parties = [uri for _, uri in (*event.sources, *event.destinations)]
    return [*products, *places, *event.certifications, *parties]


def _described_as(uri: str) -> str:
    """What a subject is described as: a lot or an instance by its product, anything else by itself."""
    head, _, rest = uri.partition("/01/")
    gtin = rest[:14]
    return product_uri(gtin) if head == "https://id.gs1.org" and len(rest) > 14 else uri
