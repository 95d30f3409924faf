"""What is read from the log, as values."""

from dataclasses import dataclass

from ledger.encoding import JsonValue


@dataclass(frozen=True)
class SubjectRow:
    """The n-th entry of a subject.

    Attributes:
        ordinal: n, from 1.
        index: of its leaf.
        leaf_hash: 32 bytes.
    """

    ordinal: int
    index: int
    leaf_hash: bytes


@dataclass(frozen=True)
class Snapshot:
    """A snapshot of the lot map; its leaf stands at index size - 1.

    Attributes:
        size: leaves of the log, the snapshot's included.
        map_root: 32 bytes.
        time: of its leaf, milliseconds since 1970.
    """

    size: int
    map_root: bytes
    time: int


@dataclass(frozen=True)
class LoggedEvent:
    """An event's place in the log.

    Attributes:
        event_id: as signed.
        index: of its leaf.
        statement: the JWS; None where it was erased.
        is_error: whether it withdraws the event of the same ID.
    """

    event_id: str
    index: int
    statement: str | None
    is_error: bool


@dataclass(frozen=True)
class Job:
    """What a capture was answered.

    Attributes:
        created_at: milliseconds since 1970.
        result: `{"indexes": […], "eventIDs": […], "warnings": […]}`, the IDs read from the log.
    """

    id: str
    org: str | None
    created_at: int
    result: dict[str, JsonValue]
