"""What waits for an organisation's answer, and which of its own words wait for another's: claims (`ledger.lot.claims`)
found by the search indexes. They rest on stored statements and are no proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.lot.claims import Claim, claims, heard_of_told
from ledger.lot.graph import Graph
from ledger.lot.told import Told
from ledger.remembering import read_told
from ledger.statement.trust import KeyRecord
from ledger.store import search
from ledger.store.log import LogStore

MOST: Final = 1_000
"""Events of an organisation, and events that name it, that are looked at: the newest."""

_NAMING: Final = ("sourceList", "destinationList", "nguon:laboratory")
_DOCUMENTS: Final = "bizTransactionList"
_ANSWERS: Final = "nguon:answers"
_GDTI: Final = "https://id.gs1.org/253/"
_STEPS: Final = 2
"""How often documents are followed: from what was sent to its receiving, and from that to its counting."""


@dataclass(frozen=True)
class Claimed:
    """A claim, with the event that makes it and the one that answers it, if any does."""

    claim: Claim
    event: Told
    answer: Told | None


class Claiming:
    """Answers about claims. Threads may share it."""

    def __init__(self, log: LogStore) -> None:
        self._log = log

    def about(self, org: str) -> list[Claimed]:
        """Claims by an organisation on others, and by others on it, in order of the log.

        A certificate that names no laboratory is a claim on the laboratory whose numbers it bears.
        """
        with self._log.reading() as log:
            keys = {record.kid: record for record in log.key_records()}
            connection = search.connection_of(log)
            mine = [record for record in keys.values() if record.org == org]
            numbers = {stem for record in mine for stem in record.stems if stem.startswith(_GDTI)}
            laboratory = any(record.role == "laboratory" for record in mine)
            asked = {
                *search.named_events(connection, [org], _NAMING)[-MOST:],
                *search.own_events(connection, org, (*_NAMING, _DOCUMENTS), MOST),
                *(search.events_under(connection, numbers, _DOCUMENTS, MOST) if laboratory else ()),
            }
            told = _read(log, asked, keys)
            known = set(told)
            near = list(told.values())
            for _ in range(_STEPS):
                answers = set(_answering(log, near)) - known
                if not answers:
                    break
                more = _read(log, answers, keys)
                known |= answers
                told |= more
                near = list(more.values())
        standing = Graph(told.values(), keys=keys.values()).standing
        by_index = {item.index: item for item in standing}
        found = [
            Claimed(claim, by_index[claim.index], by_index.get(-1 if claim.answer is None else claim.answer))
            for claim in claims(heard_of_told(standing))
        ]
        return [item for item in found if _concerns(item, org, numbers if laboratory else ())]


def _concerns(item: Claimed, org: str, numbers: Iterable[str]) -> bool:
    if org in (item.claim.by, item.claim.named):
        return True
    papers = [uri for kind, uri in item.event.event.transactions if kind == "testres"]
    return item.claim.named is None and any(uri.startswith(tuple(numbers)) for uri in papers)


def _answering(log: LogStore, told: Iterable[Told]) -> Iterable[int]:
    """Events that may answer some: by their ID, by their documents, by their goods where a laboratory may."""
    connection = search.connection_of(log)
    items = list(told)
    ids = [item.event.event_id for item in items if item.event.event_id is not None]
    documents = [uri for item in items for _, uri in item.event.transactions]
    tested = [item for item in items if item.event.extensions.get("nguon:laboratory") is not None]
    goods = [uri for item in tested for uri in (*item.about, *item.event.items)]
    yield from search.named_events(connection, ids, [_ANSWERS])
    yield from search.named_events(connection, documents, [_DOCUMENTS])
    yield from search.named_events(connection, goods, ["about"])[-MOST:]


def _read(log: LogStore, indexes: Iterable[int], keys: Mapping[str, KeyRecord]) -> dict[int, Told]:
    read = ((index, read_told(raw, index, keys)) for index, raw in log.statements(indexes).items())
    return {index: item for index, item in read if item is not None}
