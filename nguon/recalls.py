"""What the log recalls as a whole, for the contract to show too (DESIGN §5): a recall then needs no log to be seen.

A recall of some instances of a lot stays in the log alone: the contract knows lots, and would recall all of it.
A release counts once it is anchored, as it does for a verifier.
"""

from collections.abc import Callable
from threading import Lock
from typing import Final

from ledger.anchoring import LogRecall
from ledger.errors import LedgerError
from ledger.lot.facts import EventFacts
from ledger.lot.state import StoryEntry, recall_of
from ledger.statement import jws
from ledger.statement.jws import Statement, Typ
from ledger.statement.subjects import Role, subject_key
from ledger.store.log import LogStore

_AT_ONCE: Final = 1_000


class RecallWatch:
    """Reads each event once, and folds again what recalls and releases touched."""

    def __init__(self, log: LogStore, anchored: Callable[[], int]) -> None:
        """`anchored`: the newest anchored size; asked only where something was ever recalled."""
        self._log, self._anchored = log, anchored
        self._touched: dict[str, None] = {}
        self._next = 0
        self._lock = Lock()

    def __call__(self) -> list[LogRecall]:
        """Everything that was ever recalled as a whole, and whether it stands."""
        with self._lock:
            self._read_on()
            if not self._touched:
                return []
            anchored = self._anchored()
            found = (self._state(uri, anchored) for uri in self._touched)
            return [recall for recall in found if recall is not None]

    def _read_on(self) -> None:
        while events := self._log.events(start=self._next, limit=_AT_ONCE):
            for event in events:
                statement = _parse(event.statement)
                if statement is not None and _speaks_of_recall(statement):
                    self._touched.update(dict.fromkeys(statement.header.about))
            self._next = events[-1].index + 1

    def _state(self, uri: str, anchored: int) -> LogRecall | None:
        story, statements = self._story(uri, anchored)
        recall = recall_of(story, uri)
        key = subject_key(Role.ABOUT, uri)
        if recall is not None and recall.whole:
            return LogRecall(key, statements[recall.index].commitment)
        lifting = [
            entry.index
            for entry in story
            if entry.facts and entry.facts.unsets_recalled and not entry.pending
        ]
        return LogRecall(key, statements[lifting[-1]].commitment, released=True) if lifting else None

    def _story(self, uri: str, anchored: int) -> tuple[list[StoryEntry], dict[int, Statement]]:
        with self._log.reading() as log:
            rows = log.subject_entries(subject_key(Role.ABOUT, uri))
            raw = log.statements(row.index for row in rows)
            keys = {record.kid: record for record in log.key_records()}
        statements = {index: told for index, text in raw.items() if (told := _parse(text)) is not None}
        story = [
            StoryEntry(
                index,
                EventFacts(told.payload, told.header.about),
                keys.get(told.header.kid),
                index >= anchored,
            )
            for index, told in sorted(statements.items())
        ]
        return story, statements


def _parse(raw: str | None) -> Statement | None:
    """An event's statement; None where it was erased, or cannot be read, which is for an audit to tell."""
    try:
        statement = jws.parse(raw) if raw is not None else None
    except LedgerError:
        return None
    return statement if statement is not None and statement.header.typ is Typ.EPCIS else None


def _speaks_of_recall(statement: Statement) -> bool:
    facts = EventFacts(statement.payload, statement.header.about)
    return facts.sets_recalled or facts.unsets_recalled
