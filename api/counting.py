"""The first page's figures: how many lots, entries and anchors there are. Counted as the log grows."""

from datetime import UTC, datetime
from threading import Lock

from api.pages import LandingFacts
from ledger.errors import LedgerError
from ledger.proof.chain import ChainAnswer
from ledger.proof.target import Target
from ledger.statement import jws
from ledger.store.log import LogStore

_AT_ONCE = 2_000  # events read for one page view: a long log is counted over several


class Counts:
    """Counts lots by reading each event once."""

    def __init__(self, log: LogStore) -> None:
        self._log = log
        self._lots: set[str] = set()
        self._next = 0
        self._lock = Lock()

    def facts(self, answer: ChainAnswer, examples: tuple[tuple[str, str], ...]) -> LandingFacts:
        """The figures of this moment."""
        snapshots = self._log.snapshots()
        anchored = answer.latest.size if answer.latest else 0
        last = datetime.fromtimestamp(answer.latest.time, UTC) if answer.latest else None
        return LandingFacts(
            lots=self._count_lots(),
            entries=self._log.size() - len(snapshots),
            anchors=sum(size <= anchored for size, _ in snapshots),
            last_anchor=last,
            examples=examples,
        )

    def _count_lots(self) -> int:
        with self._lock:
            events = self._log.events(start=self._next, limit=_AT_ONCE)
            for event in events:
                self._lots.update(_lots_of(event.statement))
            if events:
                self._next = events[-1].index + 1
            return len(self._lots)


def _lots_of(raw: str | None) -> list[str]:
    if raw is None:
        return []
    try:
        return [uri for uri in jws.parse(raw).header.about if Target.of_uri(uri) is not None]
    except LedgerError:
        return []
