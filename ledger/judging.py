"""A document's events judged in the light of what the log holds, before anything of it is recorded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.epcis.document import MasterItem
from ledger.epcis.event import Event
from ledger.errors import RuleError, Violation
from ledger.lot.claims import check_answers
from ledger.lot.told import Told
from ledger.past import LotOf
from ledger.remembering import Memory, read_told
from ledger.rules import check_in_context
from ledger.statement.trust import KeyRecord
from ledger.store.log import LogStore


@dataclass(frozen=True)
class Judged:
    """An event to be judged: where it stands in what was sent, what it says, who signs it, under what."""

    pointer: str
    event: Event
    kid: str
    about: tuple[str, ...]
    from_: tuple[str, ...]


class Judge:
    """Checks events against the log. Threads may share it.

    Two documents judged at once do not see each other: of two that together use up more than a lot holds, neither
    may be warned of. What must hold whatever happens is decided under the log's lock (`ledger.store.staging`).
    """

    def __init__(self, log: LogStore, refuse: Collection[str] = ()) -> None:
        """`refuse`: codes of rules that elsewhere only warn, and refuse here."""
        self._log = log
        self._memory = Memory(log)
        self._refuse = frozenset(refuse)

    def strict(self, violations: Sequence[Violation]) -> list[Violation]:
        """The same, those refused here as errors."""
        return [
            replace(item, level="E") if item.level == "W" and item.code in self._refuse else item
            for item in violations
        ]

    def check(
        self,
        events: Sequence[Judged],
        lot_of: LotOf,
        keys: Mapping[str, KeyRecord],
        master: Sequence[MasterItem] = (),
    ) -> dict[str, list[Violation]]:
        """Pointer of an event -> the rules that it breaks and that do not refuse it, with pointers into the event.

        Raises:
            RuleError: one of them refuses; all violations of all events, with pointers into what was sent.
        """
        scene = self._memory.scene([item.event for item in events], lot_of, master)
        found: dict[str, list[Violation]] = {}
        start = self._log.size()
        together: dict[str, Told] = {}

        def asked(event_id: str) -> Told | None:
            """The event with this ID, told here before or in the log."""
            logged = None if event_id in together else self._log.event(event_id)
            if logged is None or logged.statement is None:
                return together.get(event_id)
            return read_told(logged.statement, logged.index, keys)

        for place, item in enumerate(events):
            told = Told(start + place, item.event, keys.get(item.kid), item.about, item.from_)
            broken = [*check_in_context(told, scene.known), *check_answers(told, asked)]
            found[item.pointer] = self.strict(broken)
            scene.tell(told)
            if item.event.event_id is not None and item.event.error_declaration is None:
                together[item.event.event_id] = told
        refuse_errors([within(pointer, item) for pointer, items in found.items() for item in items])
        return found


def refuse_errors(violations: Sequence[Violation]) -> None:
    """Raises:
    RuleError: one of them refuses; those that do come first."""
    if any(violation.level == "E" for violation in violations):
        raise RuleError(sorted(violations, key=lambda violation: violation.level))


def within(pointer: str, violation: Violation) -> Violation:
    """A violation of an event as one of what was sent."""
    return replace(violation, pointer=pointer + violation.pointer)
