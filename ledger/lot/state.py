"""The entries of one subject folded into what a verdict asks: born, recalled, expiring, labelled (DESIGN §3.1, §3.7).

Order is the log's index, never `eventTime`. An entry counts by what its signer may say; a withdrawal or a release
undoes only what the same organisation said, and nothing while it is pending.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.lot.facts import EventFacts, Roll
from ledger.statement.trust import KeyRecord, may_recall, speaks_for


@dataclass(frozen=True)
class StoryEntry:
    """One verified entry of a subject, as the fold needs it.

    Attributes:
        index: in the log.
        facts: what its event says; None where the content is withheld.
        signer: the key that signed it; None where the content is withheld.
        pending: not anchored yet.
    """

    index: int
    facts: EventFacts | None
    signer: KeyRecord | None
    pending: bool = False


@dataclass(frozen=True)
class Recall:
    """A recall that stands.

    Attributes:
        index: of the entry that made it.
        org: who recalled, and alone can release.
        whole: it covers all of the lot, or else some instances of it.
    """

    index: int
    org: str
    whole: bool


@dataclass(frozen=True)
class Expiry:
    """A use-by date: the moment from which the goods are expired, and the entry that set it."""

    index: int
    day: str
    ends: datetime


def voided(entries: Iterable[StoryEntry]) -> Mapping[int, int]:
    """Which entries are withdrawn: index of the entry -> index of the anchored declaration that did it."""
    told = list(entries)
    withdrawn: dict[int, int] = {}
    for declaration in told:
        if declaration.pending or declaration.facts is None or not declaration.facts.is_error_declaration:
            continue
        for entry in told:
            if entry.facts is None or entry.facts.is_error_declaration or entry.index >= declaration.index:
                continue
            if entry.facts.event_id == declaration.facts.event_id and _same_org(entry, declaration):
                withdrawn.setdefault(entry.index, declaration.index)
    return withdrawn


def standing(entries: Iterable[StoryEntry]) -> list[StoryEntry]:
    """The entries that say something: shown, no declaration of error, not withdrawn by one."""
    told = sorted(entries, key=lambda entry: entry.index)
    gone = voided(told)
    return [
        entry
        for entry in told
        if entry.facts is not None and not entry.facts.is_error_declaration and entry.index not in gone
    ]


def births(entries: Iterable[StoryEntry], lot: str) -> list[StoryEntry]:
    """The entries that bring a lot into being, by someone who speaks for it."""
    return [
        entry
        for entry in standing(entries)
        if entry.facts and lot in entry.facts.births and _speaks(entry, lot)
    ]


def rolls(entries: Iterable[StoryEntry], lot: str) -> list[tuple[StoryEntry, Roll]]:
    """The rolls of a lot that hold tem, by someone who speaks for it."""
    issued = []
    for entry in standing(entries):
        roll = entry.facts.roll_of(lot) if entry.facts and _speaks(entry, lot) else None
        if roll is not None:
            issued.append((entry, roll))
    return issued


def earliest_expiry(births_of_lot: Sequence[StoryEntry]) -> Expiry | None:
    """The earliest use-by date that the lot's births give it."""
    dates = [
        Expiry(entry.index, entry.facts.expiry.isoformat(), entry.facts.expires_at(entry.facts.expiry))
        for entry in births_of_lot
        if entry.facts and entry.facts.expiry
    ]
    return min(dates, key=lambda expiry: expiry.ends, default=None)


def recall_of(entries: Iterable[StoryEntry], uri: str, instance: str | None = None) -> Recall | None:
    """The recall of a subject that stands, if any.

    A recall that lists instances recalls those, one that names the lot recalls all of it, and so do releases.
    Asked about the lot (no `instance`), any recalled part counts.

    Args:
        entries: of the subject (and of the instance asked about), anchored and pending.
        uri: the subject, a lot or any other.
        instance: the one asked about, of this lot.
    """
    by_org: dict[str, _OrgRecall] = {}
    for entry in standing(entries):
        facts, signer = entry.facts, entry.signer
        if facts is None or signer is None or not may_recall(signer, uri):
            continue
        state = by_org.setdefault(signer.org, _OrgRecall())
        if facts.sets_recalled:
            state.recall(entry.index, facts, uri)
        elif facts.unsets_recalled and not entry.pending:
            state.release(facts, uri)
    found = [
        Recall(index, org, whole)
        for org, state in by_org.items()
        for index, whole in state.standing(instance)
    ]
    return max(found, key=lambda recall: (recall.whole, recall.index), default=None)


class _OrgRecall:
    """One organisation's recalls of a subject: the whole, the parts, and the parts exempted again."""

    def __init__(self) -> None:
        self._whole: int | None = None
        self._parts: dict[str, int] = {}
        self._exempt: set[str] = set()

    def recall(self, index: int, facts: EventFacts, uri: str) -> None:
        if facts.covers_whole(uri):
            self._whole = index
            self._exempt.clear()
        else:
            listed = facts.listed_instances(uri)
            self._parts.update(dict.fromkeys(listed, index))
            self._exempt -= listed

    def release(self, facts: EventFacts, uri: str) -> None:
        if facts.covers_whole(uri):
            self._whole = None
            self._parts.clear()
            self._exempt.clear()
        else:
            listed = facts.listed_instances(uri)
            self._exempt |= listed
            for part in listed:
                self._parts.pop(part, None)

    def standing(self, instance: str | None) -> list[tuple[int, bool]]:
        if instance is not None:
            whole = [] if self._whole is None or instance in self._exempt else [(self._whole, True)]
            return whole + ([(self._parts[instance], False)] if instance in self._parts else [])
        return ([] if self._whole is None else [(self._whole, True)]) + [
            (index, False) for index in self._parts.values()
        ]


def _same_org(one: StoryEntry, other: StoryEntry) -> bool:
    return one.signer is not None and other.signer is not None and one.signer.org == other.signer.org


def _speaks(entry: StoryEntry, uri: str) -> bool:
    return entry.signer is not None and speaks_for(entry.signer, uri)
