"""When the scans of one tem look like copies. A pure function, and the operator's word only: nothing here is proven.

A tem is stuck on one item, and the item travels as goods do. Two things do not fit that:

1. **Places too far apart.** Along the sightings in their order, the way from place to place is longer than goods go in
   the days that it took: more than REACH_KM for each day begun. A province is wide, so SLACK_KM are taken off every
   leg. Hà Nội and Hồ Chí Minh City on one day is too far; Hà Nội and Đà Nẵng is not, there and back again is.
   Where a buyer said the place, it counts. Where a proxy guessed it from an address, it counts only once two devices
   were seen there: mobile networks send traffic through a few cities.
2. **Too many devices in a day**: more than HOUSEHOLD of them, as when a label is printed many times over.

False positives, which is why the verdict is `suspect_copy` and no more: a photograph of a tem shown to many people
(a post, a training session, a fair) is scanned everywhere; an item flown as hand luggage on the day it was bought; a
guessed place that is wrong twice. Malice can make a genuine tem look copied, too. False negatives: copies sold slowly
in one province. Days are whole days, since no time of a scan is kept.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from coop.scans.places import POINTS, distance_km

REACH_KM: Final = 900.0  # goods on the road, day and night, for one day
SLACK_KM: Final = 100.0  # two points of two provinces may be so much nearer than their middles
HOUSEHOLD: Final = 24  # devices in one day; a telephone on Wi-Fi and then on its own network counts as two

BUYER: Final = "buyer"  # said by who scanned
PROXY: Final = "proxy"  # guessed from an address, by a proxy that the operator trusts


@dataclass(frozen=True)
class Sighting:
    """A tem seen by one device on one day.

    Attributes:
        day: in Viet Nam.
        place: a province's code; None where it is not known.
        known: how the place is known, BUYER or PROXY; empty where it is not.
        device: a hash that tells devices of one day apart, and nothing else (see `coop.scans.devices`).
        scans: how often.
    """

    day: date
    place: str | None
    known: str
    device: str
    scans: int = 1


@dataclass(frozen=True)
class Conflict:
    """Why the scans of a tem look like copies.

    Attributes:
        kind: `places` or `devices`.
        day: when it showed, the later day of the two.
        place1, place2: the widest leg of the way; None for too many devices.
        days: between them: 0 is the same day.
        devices: how many there were on the day; 0 for places.
    """

    kind: str
    day: date
    place1: str | None = None
    place2: str | None = None
    days: int = 0
    devices: int = 0


def conflict(sightings: Sequence[Sighting]) -> Conflict | None:
    """The newest contradiction in the sightings of one tem, in their order; None where they fit one item."""
    return _too_far(_placed(sightings)) or _too_many(sightings)


def _placed(sightings: Sequence[Sighting]) -> list[Sighting]:
    """The sightings whose places count, those of a day in the order they came."""
    devices: dict[str, set[tuple[date, str]]] = {}
    for item in sightings:
        if item.place is not None and item.place in POINTS:
            devices.setdefault(item.place, set()).add((item.day, item.device))
    return [
        item
        for item in sorted(sightings, key=lambda sighting: sighting.day)
        if item.place in devices and (item.known == BUYER or len(devices[item.place]) > 1)
    ]


def _too_far(placed: Sequence[Sighting]) -> Conflict | None:
    """Look back from the newest sighting: a way to it that is longer than goods travel."""
    for end in range(len(placed) - 1, 0, -1):
        way, widest, leg = 0.0, 0.0, (placed[end], placed[end])
        for start in range(end - 1, -1, -1):
            here, there = placed[start], placed[start + 1]
            assert here.place is not None
            assert there.place is not None
            hop = max(0.0, distance_km(here.place, there.place) - SLACK_KM)
            way += hop
            if hop > widest:
                widest, leg = hop, (here, there)
            if way > REACH_KM * ((placed[end].day - here.day).days + 1):
                return Conflict(
                    "places", leg[1].day, leg[0].place, leg[1].place, (leg[1].day - leg[0].day).days
                )
    return None


def _too_many(sightings: Sequence[Sighting]) -> Conflict | None:
    devices = Counter(day for day, _ in {(item.day, item.device) for item in sightings})
    days = [day for day, count in devices.items() if count > HOUSEHOLD]
    return Conflict("devices", max(days), devices=devices[max(days)]) if days else None
