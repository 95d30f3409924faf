"""What writes scans and openings. The engines given here begin transactions that write (SQLite: BEGIN IMMEDIATE)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from coop.scans.models import TemOpening, TemScan
from coop.scans.rule import BUYER, Sighting

MAX_SIGHTINGS: Final = 64  # of one tem; the first is always kept
KEPT_FOR: Final = timedelta(days=180)


@dataclass(frozen=True)
class Scan:
    """One scan of a genuine tem, or a word about where it was.

    Attributes:
        lot: the lot's canonical URI.
        serial: of the tem.
        sighting: day, place and device.
        counts: a scan in its own right; False: it counts only if this device was not seen today.
    """

    lot: str
    serial: str
    sighting: Sighting
    counts: bool = True


def record_scans(engine: Engine, scans: Iterable[Scan]) -> None:
    """Count scans in one transaction: a row appears with the first scan of a tem, and later ones change it."""
    by_tem = sorted(scans, key=_tem)  # one order for all, so that two writers never wait for each other
    with Session(engine) as session, session.begin():
        for (lot, serial), group in groupby(by_tem, _tem):
            _record(session, lot, serial, list(group))


def record_opening(engine: Engine, lot: str, serial: str, now: datetime) -> datetime | None:
    """Enter the first opening of a tem's second layer.

    Returns:
        None if this was the first; else when the first was.
    """
    values = {"lot": lot, "serial": serial, "opened_at": int(now.astimezone(UTC).timestamp() * 1000)}
    with Session(engine) as session, session.begin():
        made = session.execute(_insert(session, TemOpening, values)).one_or_none()
        if made is not None:
            return None
        first = session.execute(
            select(TemOpening.opened_at).where(TemOpening.lot == lot, TemOpening.serial == serial)
        ).scalar_one()
    return datetime.fromtimestamp(first / 1000, UTC)


def fold(sightings: Sequence[Sighting], new: Sighting, *, counts: bool) -> tuple[tuple[Sighting, ...], bool]:
    """The sightings with another one among them, and whether that is counted.

    A device has one sighting a day; a place that the buyer said replaces one that was guessed.
    """
    at = next(
        (at for at, old in enumerate(sightings) if (old.day, old.device) == (new.day, new.device)), None
    )
    if at is None:
        kept = [*sightings, replace(new, scans=1)]
        recent = [item for item in kept[1:] if new.day - item.day <= KEPT_FOR]
        return (kept[0], *recent[-(MAX_SIGHTINGS - 1) :]), True
    old = sightings[at]
    told = new.place is not None and (old.place is None or (new.known == BUYER and old.known != BUYER))
    place, known = (new.place, new.known) if told else (old.place, old.known)
    merged = replace(old, place=place, known=known, scans=old.scans + counts)
    return (*sightings[:at], merged, *sightings[at + 1 :]), counts


def pack(sighting: Sighting) -> list[Any]:
    """A sighting as its row keeps it."""
    return [sighting.day.isoformat(), sighting.place, sighting.known, sighting.device, sighting.scans]


def unpack(value: Sequence[Any]) -> Sighting:
    """A sighting out of its row."""
    day, place, known, device, scans = value
    return Sighting(date.fromisoformat(day), place, known, device, scans)


def _tem(scan: Scan) -> tuple[str, str]:
    return scan.lot, scan.serial


def _record(session: Session, lot: str, serial: str, scans: Sequence[Scan]) -> None:
    first = scans[0].sighting
    empty = {
        "lot": lot,
        "serial": serial,
        "first_day": first.day,
        "first_place": first.place,
        "last_day": first.day,
        "count": 0,
        "sightings": [],
    }
    session.execute(_insert(session, TemScan, empty))
    query = select(TemScan).where(TemScan.lot == lot, TemScan.serial == serial).with_for_update()
    row = session.execute(query).scalar_one()
    sightings: tuple[Sighting, ...] = tuple(unpack(item) for item in row.sightings)
    for scan in scans:
        sightings, counted = fold(sightings, scan.sighting, counts=scan.counts)
        row.count += counted
        row.last_day = max(row.last_day, scan.sighting.day)
    row.sightings = [pack(item) for item in sightings]
    row.first_place = sightings[0].place


def _insert(session: Session, table: type[TemScan] | type[TemOpening], values: dict[str, Any]) -> Any:
    """Insert a row unless it is there already; what was inserted is returned."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(table).values(**values).on_conflict_do_nothing().returning(table.serial)
