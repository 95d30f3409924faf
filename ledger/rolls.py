"""The rolls of a lot, read from the log as their events declare them, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.errors import NotFoundError
from ledger.gs1 import digital_link
from ledger.lot import state
from ledger.lot.facts import EventFacts
from ledger.lot.state import StoryEntry
from ledger.proof.tem import Voided, voided_serials
from ledger.slots import IssuedRoll
from ledger.statement import jws
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role, subject_key
from ledger.store.log import LogStore


@dataclass(frozen=True)
class DeclaredRoll:
    """A roll with the entry that declares it.

    Attributes:
        roll: itself.
        org: who signed it.
        index: of the entry.
        event_id: of its event.
        stands: nobody voided it as a whole.
    """

    roll: IssuedRoll
    org: str
    index: int
    event_id: str
    stands: bool


@dataclass(frozen=True)
class LotStory:
    """What the log tells of a lot's tem.

    Attributes:
        uri: of the lot.
        entries: of its story, oldest first, withheld ones left out.
        head: ordinal of its newest entry, 0 for none.
        rolls: all that were declared by whoever speaks for the lot, oldest first.
        voided: serials of rolls that stand, and what voided them.
    """

    uri: str
    entries: tuple[StoryEntry, ...]
    head: int
    rolls: tuple[DeclaredRoll, ...]
    voided: Mapping[str, Voided]

    def roll(self, roll_id: str) -> DeclaredRoll:
        """The roll of this id.

        Raises:
            NotFoundError: the lot has none (`not_found.roll`).
        """
        for declared in self.rolls:
            if declared.roll.id == roll_id:
                return declared
        raise NotFoundError(f"The lot has no roll {roll_id}.", code="not_found.roll", roll=roll_id)


def read_story(log: LogStore, gtin: str, lot: str) -> LotStory:
    """The story of a lot's tem; of a lot that nobody told of it is empty.

    Args:
        log: to read.
        gtin: 14 digits.
        lot: as it is, not percent-encoded.

    Raises:
        Gs1Error: these make no lot.
    """
    uri = digital_link.lot_uri(gtin, lot)
    with log.reading() as view:
        rows = view.subject_entries(subject_key(Role.ABOUT, uri))
        statements = view.statements(row.index for row in rows)
        keys = {record.kid: record for record in view.key_records()}
    entries = []
    for row in rows:
        raw = statements.get(row.index)
        statement = jws.parse(raw) if raw is not None else None
        if statement is not None and statement.header.typ is Typ.EPCIS:
            facts = EventFacts(statement.payload, statement.header.about)
            entries.append(StoryEntry(row.index, facts, keys.get(statement.header.kid)))
    standing = {entry.index for entry, _ in state.rolls(entries, uri)}
    rolls = tuple(
        declared
        for entry in entries
        if (declared := _declared(entry, uri, gtin, lot, entry.index in standing)) is not None
    )
    return LotStory(uri, tuple(entries), len(rows), rolls, voided_serials(entries, uri))


def find_roll(log: LogStore, gtin: str, lot: str, roll_id: str) -> DeclaredRoll:
    """A roll of a lot. Raises as {LotStory.roll} and {read_story}."""
    return read_story(log, gtin, lot).roll(roll_id)


def _declared(entry: StoryEntry, uri: str, gtin: str, lot: str, stands: bool) -> DeclaredRoll | None:
    roll = entry.facts.roll_of(uri) if entry.facts else None
    if roll is None or entry.facts is None or entry.signer is None or entry.facts.is_error_declaration:
        return None
    issued = IssuedRoll(roll.id, gtin, lot, roll.count, roll.root, roll.hidden)
    return DeclaredRoll(issued, entry.signer.org, entry.index, entry.facts.event_id, stands)
