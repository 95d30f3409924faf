"""Which lot an instance is of: what the log knows, and what was told before in the same request."""

from collections.abc import Iterable, Mapping

from ledger.encoding import JsonValue
from ledger.epcis.event import Event
from ledger.lot.facts import EventFacts
from ledger.statement.filing import instance_lots
from ledger.store.log import LogStore


class BornLots:
    """Instance -> lot, from the log and from births that were told before."""

    def __init__(self, log: LogStore, payloads: Iterable[Mapping[str, JsonValue]]) -> None:
        named = {uri for payload in payloads for uri in _instances(payload)}
        self._lots: dict[str, str] = log.instance_lots(named)

    def learn(self, event: Event) -> Mapping[str, str]:
        """The lots that an event gives to what it brings into being."""
        if event.error_declaration is not None:
            return {}
        born = instance_lots(event)
        self._lots.update(born)
        return born

    def lot_of(self, uri: str) -> str | None:
        return self._lots.get(uri)


def _instances(payload: Mapping[str, JsonValue]) -> Iterable[str]:
    facts = EventFacts(payload)
    parent = payload.get("parentID")
    return [*facts.instances, *([parent] if isinstance(parent, str) else [])]
