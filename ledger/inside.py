"""What is inside a container now, and what something is inside of: read from the aggregations that name it.

Only those events are read, a few for each container; the fold is `ledger.lot.containers`.
"""

from collections.abc import Iterable
from typing import Final

from ledger.lot.containers import Contents, contents
from ledger.lot.told import Told
from ledger.remembering import read_told
from ledger.store import search
from ledger.store.log import LogStore

_ROLES: Final = ("parentID", "childEPCs", "childQuantityList")
_DEEPEST: Final = 4
"""Containers within containers that are followed."""

UNIT: Final = "https://id.gs1.org/00/"


def is_unit(uri: str) -> bool:
    """Whether a canonical identifier is a logistic unit: a carton, a pallet."""
    return uri.startswith(UNIT)


class Inside:
    """Answers about containers. Threads may share it."""

    def __init__(self, log: LogStore) -> None:
        self._log = log

    def containers_of(self, items: Iterable[str]) -> dict[str, str]:
        """Instance or unit -> the container that it is in now, of those that are in one."""
        wanted = dict.fromkeys(items)
        told = self._told(wanted)
        parents = {item.event.parent for item in told.values() if item.event.parent is not None}
        told |= self._told(parents)
        found = contents(told.values())
        return {stay.item: stay.parent for stay in found.stays if stay.item in wanted and stay.until is None}

    def of(self, unit: str) -> tuple[Contents, tuple[Told, ...]]:
        """All that was ever packed in a unit and in the units in it, and the events that say so, in the log's order."""
        told: dict[int, Told] = {}
        known: set[str] = set()
        near = {unit}
        for _ in range(_DEEPEST):
            told |= self._told(near)
            known |= near
            listed = (item.event.child_epcs for item in told.values() if item.event.parent in known)
            near = {uri for uris in listed for uri in uris if is_unit(uri)} - known
            if not near:
                break
        return contents(told.values()), tuple(told[index] for index in sorted(told))

    def is_known(self, units: Iterable[str]) -> frozenset[str]:
        """Those of these units that any event names."""
        with self._log.reading() as log:
            rows = search.names_since(search.connection_of(log), set(units), 0)
        return frozenset(uri for uri, _ in rows)

    def parties(self, unit: str) -> frozenset[str]:
        """Organisations that have had to do with a unit: who signed an event that names it, and where it was sent."""
        with self._log.reading() as log:
            indexes = search.named_events(search.connection_of(log), [unit])
            keys = {record.kid: record for record in log.key_records()}
            read = [read_told(raw, index, keys) for index, raw in log.statements(indexes).items()]
        told = [item for item in read if item is not None]
        signed = {item.signer.org for item in told if item.signer is not None}
        return frozenset(signed | {uri for item in told for _, uri in item.event.destinations})

    def _told(self, uris: Iterable[str]) -> dict[int, Told]:
        with self._log.reading() as log:
            indexes = search.named_events(search.connection_of(log), uris, _ROLES)
            keys = {record.kid: record for record in log.key_records()}
            read = {index: read_told(raw, index, keys) for index, raw in log.statements(indexes).items()}
        return {
            index: item
            for index, item in read.items()
            if item is not None and item.event.type == "AggregationEvent"
        }
