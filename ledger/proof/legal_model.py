"""A lot as the law wants to see it: items, their values, and where each comes from. Made by `ledger.proof.legal`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class Status(StrEnum):
    """How an item stands."""

    PRESENT = "present"
    INCOMPLETE = "incomplete"
    MISSING = "missing"
    ABSENT = "absent"


@dataclass(frozen=True)
class Source:
    """Where a value comes from.

    Attributes:
        kind: an event's entry, a description's entry, or the code that was asked about.
        index: of the entry in the log; None for the code.
        uri: what the entry is about.
    """

    kind: Literal["entry", "description", "code"]
    index: int | None
    uri: str


@dataclass(frozen=True)
class Value:
    """One value of an item.

    Attributes:
        part: which part of the item it is ("address", "made", "certificate"), for labels.
        text: as signed; an ISO 8601 day where `day` is set.
        day: the value as a day.
        ended: it names something that is no longer in force.
    """

    part: str
    text: str
    source: Source
    day: date | None = None
    ended: bool = False


@dataclass(frozen=True)
class Stage:
    """One step of the lot's own story (Circular 02/2024, item 5).

    Attributes:
        index: of its entry.
        step: local name of its bizStep.
        when: in the event's own offset.
        goods: URI of the lot or instance that the entry is filed about.
        place: URI of where it was; empty where it names none.
        place_name, place_address: as described on that day; empty where nothing describes it.
        described_by: index of that description.
    """

    index: int
    step: str
    when: datetime
    goods: str
    place: str
    place_name: str = ""
    place_address: str = ""
    described_by: int | None = None


@dataclass(frozen=True)
class Item:
    """One item of a law's list. `reason` is a code; empty where the item is present."""

    law: str
    code: str
    status: Status
    values: tuple[Value, ...] = ()
    reason: str = ""
    optional: bool = False


@dataclass(frozen=True)
class LegalFile:
    """A lot as the law wants to see it."""

    items: tuple[Item, ...]
    stages: tuple[Stage, ...]

    def of(self, law: str) -> tuple[Item, ...]:
        """The items of one law, in its order."""
        return tuple(item for item in self.items if item.law == law)

    @property
    def missing(self) -> tuple[Item, ...]:
        """What is still to be said: items that are missing or incomplete."""
        return tuple(item for item in self.items if item.status in (Status.MISSING, Status.INCOMPLETE))
