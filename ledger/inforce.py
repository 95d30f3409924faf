"""The descriptions that are in force: what an organisation says its products, places and certificates are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from ledger.encoding import JsonValue
from ledger.lot.masters import Description, valid_at_or_first
from ledger.statement import jws
from ledger.statement.subjects import Role, subject_key
from ledger.store import search
from ledger.store.log import LogStore


@dataclass(frozen=True)
class InForce:
    """What a thing is said to be on a day.

    Attributes:
        type: of the vocabulary: a class of goods, a location, a party, a certificate.
        index: of the entry that says so.
    """

    uri: str
    type: str
    attributes: Mapping[str, JsonValue]
    index: int


class Descriptions:
    """Reads descriptions; what is stored never changes, so each is parsed once. Threads may share it."""

    def __init__(self, log: LogStore) -> None:
        self._log = log
        self._read: dict[int, tuple[str, Description]] = {}
        self._lock = Lock()

    def under(self, stems: Iterable[str], day: date) -> dict[str, InForce]:
        """What holds on a day of everything described whose URI begins with one of these."""
        with self._log.reading() as log:
            return self._of(log, search.described_under(search.connection_of(log), stems), day)

    def of(self, uris: Iterable[str], day: date) -> dict[str, InForce]:
        """What holds on a day of these, of those that are described at all."""
        with self._log.reading() as log:
            return self._of(log, sorted(set(uris)), day)

    def _of(self, log: LogStore, uris: Sequence[str], day: date) -> dict[str, InForce]:
        by_key = {subject_key(Role.DESC, uri): uri for uri in uris}
        entries = search.entries_of(search.connection_of(log), by_key)
        parsed = self._parsed(log, {index for indexes in entries.values() for index in indexes})
        found: dict[str, InForce] = {}
        for key, indexes in entries.items():
            told = {index: parsed[index] for index in indexes if index in parsed}
            held = valid_at_or_first((item for _, item in told.values()), day)
            if held is not None:
                uri = by_key[key]
                found[uri] = InForce(uri, told[held.index][0], held.attributes, held.index)
        return found

    def _parsed(self, log: LogStore, indexes: Iterable[int]) -> dict[int, tuple[str, Description]]:
        wanted = set(indexes)
        with self._lock:
            known = {index: self._read[index] for index in wanted if index in self._read}
        missing = wanted - known.keys()
        if missing:
            fresh = {index: _description(raw, index) for index, raw in log.statements(missing).items()}
            read = {index: item for index, item in fresh.items() if item is not None}
            known |= read
            with self._lock:
                self._read.update(read)
        return known


def _description(raw: str, index: int) -> tuple[str, Description] | None:
    payload = jws.parse(raw).payload
    kind, attributes, since = payload.get("type"), payload.get("attributes"), payload.get("validFrom")
    if not isinstance(kind, str) or not isinstance(since, str) or not isinstance(attributes, Mapping):
        return None
    return kind, Description(index, since, attributes)
