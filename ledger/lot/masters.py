"""Descriptions in time: what was said to be so on a day (PROFILE §2, master data).

A description holds from its `validFrom`, until a newer one of the same thing does: a commune that was merged keeps its
old name in what happened before, and has the new one since. Among those that hold, the newest `validFrom` wins, then
the later entry; an anchored one always before one that is not.

Its attributes may say for how long the thing described is in force (`validFrom`, `validUntil`): a certificate that has
ended is still described, and no longer in force.

Days are calendar days where the reader is, as ISO 8601 orders them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.encoding import JsonValue
from ledger.lot.terms import said


@dataclass(frozen=True)
class Description:
    """One signed description, by someone who speaks for what it describes.

    Attributes:
        index: of its entry in the log.
        valid_from: ISO 8601 day or moment from which it holds.
        attributes: as signed; terms are found by their local name.
        pending: not anchored yet.
    """

    index: int
    valid_from: str
    attributes: Mapping[str, JsonValue]
    pending: bool = False

    def said(self, name: str) -> str:
        """A text among its attributes; empty where there is none."""
        return said(self.attributes, name)

    @property
    def since(self) -> date | None:
        """The first day on which what it describes is in force; None where it names none."""
        return _day(self.said("validFrom"))

    @property
    def until(self) -> date | None:
        """The last day on which what it describes is in force; None where it names none."""
        return _day(self.said("validUntil"))

    def in_force(self, day: date) -> bool:
        """Whether what it describes is in force on a day; without any limit it is."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def valid_at(descriptions: Iterable[Description], day: date) -> Description | None:
    """The description that holds on a day; None where nothing was said to hold by then."""
    held = [item for item in descriptions if item.valid_from[:10] <= day.isoformat()]
    return max(held, key=lambda item: (not item.pending, item.valid_from, item.index), default=None)


def valid_at_or_first(descriptions: Iterable[Description], day: date) -> Description | None:
    """As `valid_at`; before all descriptions the first of them, for things are often described after they happen."""
    known = list(descriptions)
    first = min(known, key=lambda item: (item.pending, item.valid_from, -item.index), default=None)
    return valid_at(known, day) or first


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
