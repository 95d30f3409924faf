"""What a verification found, for screens and programs to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ledger.encoding import JsonValue
from ledger.epcis.event import Event, read_event
from ledger.errors import LedgerError
from ledger.lot.facts import EventFacts, Roll
from ledger.lot.masters import Description
from ledger.lot.state import Expiry, Recall, StoryEntry
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.target import Target
from ledger.proof.verdict import Reason, Verdict
from ledger.statement.jws import Statement, Typ
from ledger.statement.subjects import Role
from ledger.statement.trust import KeyRecord


@dataclass(frozen=True)
class VerifiedEntry:
    """An entry of a subject, proven to be in the log at its place.

    Attributes:
        index: in the log.
        ordinal: which entry of the subject it is, from 1.
        time: when the ledger took it in (the leaf's time, UTC).
        role, uri: the subject.
        kind: of the leaf (1 event, 2 key, 4 description).
        statement: None where the content is withheld.
        signer: the key that signed it; None where withheld, or a pinned registrar's.
        event: the event as a typed model; None for other kinds, and where its shape is not ours.
        pending: not anchored yet.
        voided_by: index of the declaration that withdraws it, or None.
    """

    index: int
    ordinal: int
    time: datetime
    role: Role
    uri: str
    kind: int
    statement: Statement | None
    signer: KeyRecord | None
    event: Event | None
    pending: bool
    voided_by: int | None = None

    def story(self) -> StoryEntry:
        """The entry as the folds of `ledger.lot.state` read it."""
        facts = None
        if self.statement is not None and self.kind == Typ.EPCIS.kind:
            facts = EventFacts(self.statement.payload, self.statement.header.about)
        return StoryEntry(self.index, facts, self.signer, self.pending)


@dataclass(frozen=True)
class Ancestor:
    """Something that went into the lot, directly or not.

    Attributes:
        uri: what it is.
        children: URIs of what it went into.
        entries: its own entries, oldest first; none where it was never recorded here.
    """

    uri: str
    children: tuple[str, ...]
    entries: tuple[VerifiedEntry, ...]


@dataclass(frozen=True)
class TemFact:
    """Where a scanned serial was found.

    Attributes:
        serial: as scanned.
        index: zero-based place in its roll; None for a serial that the lot's birth names.
        roll: the roll that holds it; None likewise.
        issued: tem in all of the lot's rolls that stand.
        voided: those of them that were voided one by one.
    """

    serial: str
    index: int | None
    roll: Roll | None
    issued: int
    voided: int = 0


@dataclass(frozen=True)
class RecallFact:
    """The recall that the verdict rests on.

    Attributes:
        uri: what is recalled: the lot, or an ancestor of it.
        recall: the log's recall; None for one made in the contract only.
        entry: the entry that made it; None likewise.
    """

    uri: str
    recall: Recall | None
    entry: VerifiedEntry | None


@dataclass(frozen=True)
class Verification:
    """The outcome of a check.

    Attributes:
        verdict: the worst of the reasons' verdicts.
        reasons: all that was found, worst first.
        target: what was asked about; None where the bundle is about no lot.
        size: leaves under the bundle's checkpoint; 0 where it could not be opened.
        chain: what the contract answered.
        entries: of the lot and its instance, oldest first, each once.
        ancestors: nearest first.
        descriptions: URI -> attributes of the description that holds today, else of the first to come.
        masters: URI -> all its descriptions, in the order of the log.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    target: Target | None
    chain: ChainAnswer
    size: int = 0
    root: bytes = b""
    entries: tuple[VerifiedEntry, ...] = ()
    ancestors: tuple[Ancestor, ...] = ()
    descriptions: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    masters: Mapping[str, tuple[Description, ...]] = field(default_factory=dict)
    signers: Mapping[str, KeyRecord] = field(default_factory=dict)
    birth: VerifiedEntry | None = None
    expiry: Expiry | None = None
    recall: RecallFact | None = None
    tem: TemFact | None = None

    @property
    def anchored(self) -> Anchor | None:
        """The newest final anchor that the chain answered."""
        return self.chain.latest


def event_of(statement: Statement | None) -> Event | None:
    """A statement's event as a typed model; None for other kinds, and where its shape is not ours."""
    if statement is None or statement.header.typ is not Typ.EPCIS:
        return None
    try:
        return read_event(statement.payload)
    except LedgerError:
        return None
