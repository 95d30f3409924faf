"""Lineage: what went into a subject, from the signed `from` of its entries upwards (DESIGN §3.1).

A `from` counts only from a signer whose stems cover the subject; where no key's stems cover it (a
`transformationID`, a private URI), from the organisation that signed its first entry: else a stranger could tie a
recalled lot to it. A withdrawn event's `from` stays lineage.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.statement.trust import KeyRecord, speaks_for


@dataclass(frozen=True)
class LineageEntry:
    """One entry of a subject, as lineage reads it.

    Attributes:
        ordinal: 1 for the subject's first entry.
        signer: who signed it; None where that is not known.
        from_: the URIs that went into the subject.
    """

    ordinal: int
    signer: KeyRecord | None
    from_: tuple[str, ...]


EntriesOf = Callable[[str], Sequence[LineageEntry] | None]  # None: the subject is not known here


@dataclass(frozen=True)
class Lineage:
    """What a walk upwards found.

    Attributes:
        children: ancestor URI -> what it went into, nearest ancestors first.
        missing: ancestors of which nothing is known here, not even that nothing is filed.
    """

    children: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]


def ingredients(uri: str, entries: Sequence[LineageEntry], keys: Iterable[KeyRecord]) -> tuple[str, ...]:
    """The URIs whose `from` counts for a subject, in order, each once."""
    covered = any(speaks_for(record, uri) for record in keys)
    first = next((entry.signer for entry in entries if entry.ordinal == 1), None)
    counted: dict[str, None] = {}
    for entry in entries:
        if entry.signer is None:
            continue
        counts = speaks_for(entry.signer, uri) or (
            not covered and first is not None and entry.signer.org == first.org
        )
        if counts:
            counted.update(dict.fromkeys(entry.from_))
    return tuple(counted)


def trace(start: Iterable[str], entries_of: EntriesOf, keys: Sequence[KeyRecord]) -> Lineage:
    """All ancestors of some subjects, breadth first.

    Args:
        start: the subjects asked about (a lot, and its instance).
        entries_of: a subject's entries.
        keys: the keys known, to tell whether anybody's stems cover a subject.
    """
    own = list(start)
    children: dict[str, list[str]] = {}
    missing: list[str] = []
    queue = deque(own)
    while queue:
        uri = queue.popleft()
        entries = entries_of(uri)
        if entries is None:
            missing.append(uri)
            continue
        for parent in ingredients(uri, entries, keys):
            if parent in own:
                continue
            if parent not in children:
                children[parent] = []
                queue.append(parent)
            if uri not in children[parent]:
                children[parent].append(uri)
    return Lineage({uri: tuple(made) for uri, made in children.items()}, tuple(missing))
