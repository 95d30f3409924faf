"""The scans of a deployment, as its other parts see them: count, tell, open, and say a word to a verdict.

Nothing here stops a check of a tem: where the database does not answer, nothing is known of its scans.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from coop.limits import Limiter
from coop.scans.actions import Scan, record_opening, record_scans
from coop.scans.counter import Counter
from coop.scans.devices import Devices
from coop.scans.queries import ScanSummary, summary
from coop.scans.rule import Sighting
from ledger.proof.target import Target
from ledger.proof.verdict import Reason
from ledger.proof.word import HIDDEN_USED, SCAN_CONFLICT, suspicion

log = structlog.get_logger("scans")
VIETNAM: Final = timezone(timedelta(hours=7))
HOUR: Final = 3600.0
TRIES_PER_TEM: Final = 10
TRIES_PER_DEVICE: Final = 20


class Scans:
    """Counts scans and first openings, and says what they show. Threads may share it."""

    def __init__(
        self, reading: Engine, writing: Engine, devices: Devices, clock: Callable[[], datetime]
    ) -> None:
        self._reading, self._writing = reading, writing
        self._devices, self._clock = devices, clock
        self.counter = Counter(lambda scans: record_scans(writing, scans))
        self._tried_tem = Limiter(TRIES_PER_TEM, HOUR)
        self._tried_device = Limiter(TRIES_PER_DEVICE, HOUR)

    def today(self) -> date:
        """The day in Viet Nam."""
        return self._clock().astimezone(VIETNAM).date()

    def device(self, address: str, user_agent: str) -> str:
        """What tells this device from others today, and not tomorrow."""
        return self._devices.device(address, user_agent, self.today())

    def count(
        self, target: Target, device: str, place: str | None, known: str, *, counts: bool = True
    ) -> None:
        """Count a scan of a genuine tem soon; `counts` False: only a word about where it was. Never raises."""
        if target.lot_uri is None or target.serial is None:
            return
        sighting = Sighting(self.today(), place, known if place else "", device)
        self.counter.take(Scan(target.lot_uri, target.serial, sighting, counts))

    def summary(self, target: Target) -> ScanSummary | None:
        """What is known of a tem's scans; None where it cannot be looked up now."""
        if target.lot_uri is None or target.serial is None:
            return ScanSummary()
        try:
            return summary(self._reading, target.lot_uri, target.serial)
        except SQLAlchemyError as error:
            log.warning("scans cannot be read", why=type(error).__name__)
            return None

    def word(self, target: Target) -> Sequence[Reason]:
        """What speaks for a copy of a tem: its scans, or an opened second layer. Nothing where it is not known."""
        known = self.summary(target)
        return suspicions(known) if known is not None else ()

    def open(self, target: Target) -> datetime | None:
        """Enter the opening of a tem's second layer, its code being right; when it was first opened, if before.

        Raises:
            SQLAlchemyError: it cannot be entered: then nothing may be said about it.
        """
        assert target.lot_uri is not None
        assert target.serial is not None
        return record_opening(self._writing, target.lot_uri, target.serial, self._clock())

    def attempt(self, target: Target, device: str) -> float:
        """Count a hidden code that is tried; seconds to wait, uncounted, where there were too many of late."""
        now = self._clock().timestamp()
        wait = self._tried_device.wait(device, now) or self._tried_tem.take(
            f"{target.lot_uri}/{target.serial}", now
        )
        if wait <= 0:
            self._tried_device.count(device, now)
        return wait


def suspicions(known: ScanSummary) -> tuple[Reason, ...]:
    """The reasons in a tem's scans to suspect a copy."""
    found = []
    if known.opened is not None:
        opened = known.opened.astimezone(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
        found.append(suspicion(HIDDEN_USED, "The tem's hidden code was typed in before.", opened=opened))
    against = known.conflict
    if against is not None:
        said: dict[str, object] = {"kind": against.kind, "day": against.day.isoformat()}
        if against.kind == "places":
            detail = "The tem was scanned in places farther apart than goods travel in that time."
            said |= {"place1": against.place1, "place2": against.place2, "days": against.days}
        else:
            detail = "The tem was scanned by more devices in a day than one item is."
            said |= {"devices": against.devices}
        found.append(suspicion(SCAN_CONFLICT, detail, **said, count=known.count))
    return tuple(found)
