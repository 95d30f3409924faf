"""What a batch of submissions would add to the log, decided under the log's lock.

Every rule that depends on what is in the log already stands here, in this order, for each statement:

1. what was sent before (same organisation, same payload) gets its first entry; under another filing it is refused;
   what was decided by stories that went on since is refused;
2. its key holds at its index; a key statement follows the rules of `ledger.statement.trust`;
3. an eventID is new, or is the one errorDeclaration by the organisation of the original;
4. births, rolls, voided tem, recalls, releases and descriptions come from a key that speaks for what they name;
5. a birth names no instance that was born before, unless that birth was withdrawn; a roll no id that its lot had;
6. no two entries of a subject have the same payload.

Then its subjects get their ordinals and it gets the log's time. A submission is taken whole or not at all: whatever
it staged is taken back, and the next one sees nothing of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from ledger.encoding import JsonValue, canonical_json
from ledger.errors import AuthorityError, ConflictError, LedgerError, RuleError, StoreError, Violation
from ledger.log.leaf import StatementLeaf, SubjectRef
from ledger.lot.facts import ROLL, VOIDED, EventFacts
from ledger.statement.jws import Header, Jwk, Statement, Typ
from ledger.statement.trust import KeyRecord, Keyring, may_recall, speaks_for
from ledger.store import models
from ledger.store.lookups import births, event_refs, heads, payload_places, roll_ids, sent_before, subject_set
from ledger.store.search import Entered

K = TypeVar("K")
V = TypeVar("V")
Plain = str | int | float | bool | None


@dataclass(frozen=True)
class Draft:
    """A statement to be logged; its signature and its own rules are checked already.

    Attributes:
        idempotency: 32 bytes, over the organisation and the payload as sent (`idempotency_digest`).
        computed_filing: the ledger computed `about` and `from`; sent again, the first entry stands, although
            the ledger may know more instances by now and would compute another filing.
        lots: the lots of the instances that it brings into being, where `ilmd` alone does not tell them.
        pointer: where it stands in what was sent, for the error that refuses it.
        warnings: rules that it breaks and that do not refuse it, with pointers into the event.
        heads: subject keys, and the ordinal of the newest entry of each that the sender decided by; 0 for none. It is
            refused where more was told since (`story.moved`).
    """

    statement: Statement
    idempotency: bytes
    computed_filing: bool = False
    lots: Mapping[str, str] = field(default_factory=dict)
    pointer: str = ""
    warnings: tuple[Violation, ...] = ()
    heads: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """Something that is in the log already, in the place of a draft."""

    index: int


@dataclass(frozen=True)
class JobDraft:
    """What to remember of a capture, written in the same transaction as its leaves."""

    id: str
    org: str | None
    warnings: tuple[dict[str, JsonValue], ...]


@dataclass(frozen=True)
class Submission:
    """What is taken whole or not at all."""

    items: tuple[Draft | Recorded, ...]
    job: JobDraft | None = None


@dataclass(frozen=True)
class Placed:
    """Where an item of a submission stands; `duplicate`: it was in the log before."""

    index: int
    duplicate: bool


def idempotency_digest(org: str, payload_digest: bytes) -> bytes:
    """SHA-256(organisation ‖ 0x20 ‖ SHA-256 of the payload as sent)."""
    return sha256(org.encode() + b" " + payload_digest).digest()


def filing_digest(header: Header) -> bytes:
    """SHA-256 of the RFC 8785 form of `about` and `from`, in rising order."""
    return sha256(
        canonical_json({"about": [*sorted(header.about)], "from": [*sorted(header.from_)]})
    ).digest()


class Staging:
    """The rows of one batch. Reads what it needs of the log in a few queries when it is made."""

    def __init__(
        self,
        connection: Connection,
        submissions: Sequence[Submission],
        *,
        size: int,
        time: int,
        keyring: Keyring,
        registrars: Sequence[Jwk],
    ) -> None:
        """`size`: leaves in the log; `time`: of the new leaves, in ms, no less than the last leaf's."""
        self._connection = connection
        self._time = time
        self._keyring = keyring
        self._registrars = registrars
        self._undo: list[Callable[[], object]] = []
        self.size = size
        self.leaves: list[dict[str, Any]] = []
        self.statements: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.instances: list[dict[str, Any]] = []
        self.idempotency: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []
        self.told: list[Entered] = []
        self.keys: dict[str, KeyRecord] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        drafts = [item for submission in submissions for item in submission.items if isinstance(item, Draft)]
        facts = {
            id(draft): EventFacts(draft.statement.payload, draft.statement.header.about)
            for draft in drafts
            if draft.statement.header.typ is Typ.EPCIS
        }
        self._facts = facts
        self._rolls: dict[str, set[str]] = {}
        self._sent = sent_before(connection, [draft.idempotency for draft in drafts])
        self._payloads = payload_places(connection, [_payload_digest(draft) for draft in drafts])
        self._refs = event_refs(connection, {fact.event_id for fact in facts.values()})
        self._born = births(connection, {uri for fact in facts.values() for uri in fact.born_instances})
        keys = {key for draft in drafts for key in (*draft.statement.subject_keys(), *draft.heads)}
        self._heads = heads(connection, keys)

    @property
    def keyring(self) -> Keyring:
        """The keys as the batch leaves them."""
        return self._keyring

    def take(self, submission: Submission) -> list[Placed]:
        """Stage a submission.

        Raises:
            LedgerError: why it is refused; then nothing of it is staged.
        """
        self._undo.clear()
        try:
            placed = [self._item(item) for item in submission.items]
        except LedgerError:
            for step in reversed(self._undo):
                step()
            raise
        if submission.job is not None:
            self.jobs.setdefault(submission.job.id, self._job_row(submission.job, placed))
        return placed

    def _job_row(self, job: JobDraft, placed: Sequence[Placed]) -> dict[str, Any]:
        result = {"indexes": [item.index for item in placed], "warnings": list(job.warnings)}
        return {"id": job.id, "org": job.org, "created_at": self._time, "result": result}

    def _item(self, item: Draft | Recorded) -> Placed:
        if isinstance(item, Recorded):
            return Placed(item.index, duplicate=True)
        try:
            return self._draft(item)
        except RuleError as error:
            raise RuleError(
                [replace(found, pointer=item.pointer + found.pointer) for found in error.violations]
            ) from error
        except LedgerError as error:
            error.pointer = item.pointer + error.pointer
            raise

    def _draft(self, item: Draft) -> Placed:
        sent = self._sent.get(item.idempotency)
        if sent is not None:
            index, filing = sent
            if not item.computed_filing and filing != filing_digest(item.statement.header):
                raise ConflictError(
                    "The same payload was sent before, filed under other URIs.",
                    code="statement.refiled",
                    index=index,
                )
            return Placed(index, duplicate=True)
        return Placed(self._append(item), duplicate=False)

    def _append(self, draft: Draft) -> int:
        index, statement = self.size, draft.statement
        self._check_heads(draft)
        record = self._signer(index, statement)
        facts = self._facts.get(id(draft))
        if facts is not None and record is not None:
            self._check_event(index, facts, record, draft)
        elif statement.header.typ is Typ.MASTER and record is not None:
            _check_speaks(record, statement.header.about[0], "/id")
        leaf = StatementLeaf(
            statement.header.typ.kind,
            self._time,
            statement.commitment,
            tuple(SubjectRef(key, self._heads.get(key, 0) + 1) for key in statement.subject_keys()),
        )
        digest = _payload_digest(draft)
        self._check_payload(digest, leaf)
        leaf_hash = leaf.hash()
        self._add(self.leaves, {"index": index, "hash": leaf_hash, "data": leaf.pack()})
        self._add(
            self.statements,
            {"index": index, "jws": statement.raw, "kid": statement.header.kid, "payload_digest": digest},
        )
        if record is not None:
            self._add(self.told, Entered(index, statement, record.org))
        for place, warning in enumerate(draft.warnings):
            self._add(self.warnings, _warning_row(index, place, warning))
        for ref in leaf.subjects:
            self._set(self._heads, ref.key, ref.ordinal)
            row = {"subject": ref.key, "ordinal": ref.ordinal, "index": index, "leaf_hash": leaf_hash}
            self._add(self.entries, row)
        filing = filing_digest(statement.header)
        self._set(self._sent, draft.idempotency, (index, filing))
        sent = {"digest": draft.idempotency, "index": index, "filing_digest": filing}
        self._add(self.idempotency, sent)
        self._set(self._payloads, digest, [*self._payloads.get(digest, ()), subject_set(leaf)])
        self._undo.append(lambda: setattr(self, "size", index))
        self.size += 1
        return index

    def _check_heads(self, draft: Draft) -> None:
        if any(self._heads.get(key, 0) != ordinal for key, ordinal in draft.heads.items()):
            message = "More was told of this since it was decided. Decide again."
            raise ConflictError(message, code="story.moved")

    def _signer(self, index: int, statement: Statement) -> KeyRecord | None:
        if statement.header.typ is not Typ.KEY:
            return self._keyring.at(statement.header.kid, index)
        before = self._keyring
        after = Keyring(self._registrars, before.records())
        record = after.apply(index, statement)
        self._undo.append(lambda: setattr(self, "_keyring", before))
        self._keyring = after
        self._set(self.keys, record.kid, record)
        return None

    # -- events

    def _check_event(self, index: int, facts: EventFacts, record: KeyRecord, draft: Draft) -> None:
        self._check_event_id(index, facts, record)
        if facts.is_error_declaration:
            return
        for uri in (*sorted(facts.births), *sorted(facts.born_instances)):
            _check_speaks(record, uri, "")
        for name in (ROLL, VOIDED):
            if name in facts.payload:
                for uri in draft.statement.header.about:
                    _check_speaks(record, uri, f"/{name}")
        if ROLL in facts.payload:
            for uri in draft.statement.header.about:
                self._check_roll(uri, facts)
        if facts.sets_recalled or facts.unsets_recalled:
            for uri in draft.statement.header.about:
                if not may_recall(record, uri):
                    raise _not_spoken_for(record, uri, "/persistentDisposition")
        for uri in sorted(facts.born_instances):
            self._check_unborn(uri, facts)
            self._set(self._born, uri, index)
            self._add(
                self.instances,
                {"uri": uri, "lot": draft.lots.get(uri) or facts.born_lot(uri), "born_index": index},
            )

    def _check_event_id(self, index: int, facts: EventFacts, record: KeyRecord) -> None:
        event_id, is_error = facts.event_id, facts.is_error_declaration
        if not event_id:
            message = "An event that is signed carries its eventID."
            raise RuleError([Violation("event.id_missing", "/eventID", message, "E")])
        original, declaration = self._refs.get((event_id, False)), self._refs.get((event_id, True))
        if is_error:
            if original is None:
                raise ConflictError(
                    "An errorDeclaration carries the eventID of an event that is in the log.",
                    code="event.id_unknown",
                    pointer="/eventID",
                    event_id=event_id,
                )
            if original[1] != record.org:
                raise AuthorityError(
                    "Only the organisation that sent an event can declare it an error.",
                    code="authority.stems",
                    pointer="/errorDeclaration",
                    event_id=event_id,
                )
        if declaration is not None or (original is not None and not is_error):
            raise ConflictError(
                "The eventID is in the log already.",
                code="event.id_reused",
                pointer="/eventID",
                event_id=event_id,
            )
        self._set(self._refs, (event_id, is_error), (index, record.org))
        row = {"event_id": event_id, "is_error": is_error, "index": index, "org": record.org}
        self._add(self.events, row)

    def _check_roll(self, lot: str, facts: EventFacts) -> None:
        """A roll's id makes its serials: used twice, also after it was voided, it would issue them twice."""
        roll = facts.roll_of(lot)
        if roll is None:
            return
        used = self._rolls.get(lot) or roll_ids(self._connection, lot)
        if roll.id in used:
            message = "The lot had a roll of this id before."
            raise ConflictError(message, code="tem.roll_reused", pointer=f"/{ROLL}/id", roll=roll.id)
        self._set(self._rolls, lot, used | {roll.id})

    def _check_unborn(self, uri: str, facts: EventFacts) -> None:
        born = self._born.get(uri)
        if born is None or self._withdrawn(born):
            return
        message = "An instance with this serial was born before."
        pointer = facts.pointer_to(uri)
        raise RuleError([Violation("serial.exists", pointer, message, "E", {"uri": uri, "index": born})])

    def _withdrawn(self, index: int) -> bool:
        """Whether the event at this index was declared an error."""
        for row in self.events:
            if row["index"] == index:
                return (row["event_id"], True) in self._refs
        original = select(models.EventRef.event_id).where(models.EventRef.index == index)
        event_id = self._connection.execute(original).scalar_one_or_none()
        if event_id is None:
            raise StoreError("A birth has no row in event_ref.", index=index)
        if (event_id, True) not in self._refs:
            self._refs.update(event_refs(self._connection, {event_id}))
        return (event_id, True) in self._refs

    def _check_payload(self, digest: bytes, leaf: StatementLeaf) -> None:
        subjects = subject_set(leaf)
        if any(not subjects.isdisjoint(other) for other in self._payloads.get(digest, ())):
            raise ConflictError(
                "The same payload is filed under one of these subjects already.", code="statement.doubled"
            )

    # -- staging that can be taken back

    def _set(self, table: dict[K, V], key: K, value: V) -> None:
        if key in table:
            old = table[key]
            self._undo.append(lambda: table.__setitem__(key, old))
        else:
            self._undo.append(lambda: table.pop(key))
        table[key] = value

    def _add(self, rows: list[V], row: V) -> None:
        rows.append(row)
        self._undo.append(rows.pop)


def plain_params(params: Mapping[str, object]) -> dict[str, JsonValue]:
    """A violation's params as they are stored."""
    return {name: value if isinstance(value, Plain) else str(value) for name, value in params.items()}


def _warning_row(index: int, place: int, warning: Violation) -> dict[str, Any]:
    said = {"code": warning.code, "pointer": warning.pointer, "message": warning.message}
    return {"index": index, "place": place, **said, "params": plain_params(warning.params)}


def _payload_digest(draft: Draft) -> bytes:
    return sha256(draft.statement.payload_bytes).digest()


def _check_speaks(record: KeyRecord, uri: str, pointer: str) -> None:
    if not speaks_for(record, uri):
        raise _not_spoken_for(record, uri, pointer)


def _not_spoken_for(record: KeyRecord, uri: str, pointer: str) -> AuthorityError:
    message = f"{record.org} does not speak for {uri}."
    return AuthorityError(message, code="authority.stems", pointer=pointer, org=record.org, uri=uri)
