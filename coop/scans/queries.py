"""What is asked of scans: how often a tem was scanned, whether that fits one item, when it was opened."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from coop.scans.actions import unpack
from coop.scans.models import TemOpening, TemScan
from coop.scans.rule import Conflict, conflict


@dataclass(frozen=True)
class ScanSummary:
    """The scans of one tem, with nothing in them about anybody.

    Attributes:
        count: how often it was scanned; 0 for one that never was.
        first_day, last_day: in Viet Nam; None where it never was.
        first_place: a province's code, where that is known.
        devices: at least so many different ones on one day, the busiest.
        places: provinces that it was seen in, each once, in order.
        conflict: why the scans look like copies; None where they do not.
        opened: when its hidden code was first typed in; None where it never was.
    """

    count: int = 0
    first_day: date | None = None
    first_place: str | None = None
    last_day: date | None = None
    devices: int = 0
    places: tuple[str, ...] = ()
    conflict: Conflict | None = None
    opened: datetime | None = None


def summary(engine: Engine, lot: str, serial: str) -> ScanSummary:
    """What is known of a tem's scans: two look-ups by primary key."""
    with Session(engine) as session:
        row = session.get(TemScan, (lot, serial))
        opened_at = session.execute(
            select(TemOpening.opened_at).where(TemOpening.lot == lot, TemOpening.serial == serial)
        ).scalar_one_or_none()
    opened = datetime.fromtimestamp(opened_at / 1000, UTC) if opened_at is not None else None
    if row is None:
        return ScanSummary(opened=opened)
    sightings = [unpack(item) for item in row.sightings]
    by_day: dict[date, set[str]] = {}
    for item in sightings:
        by_day.setdefault(item.day, set()).add(item.device)
    return ScanSummary(
        count=row.count,
        first_day=row.first_day,
        first_place=row.first_place,
        last_day=row.last_day,
        devices=max(map(len, by_day.values()), default=0),
        places=tuple(dict.fromkeys(item.place for item in sightings if item.place is not None)),
        conflict=conflict(sightings),
        opened=opened,
    )
