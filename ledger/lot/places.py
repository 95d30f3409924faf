"""Where a described place lies, and how far it is from another."""

import math
from collections.abc import Mapping
from typing import Final

from ledger.encoding import JsonValue
from ledger.lot.terms import by_local_name

_RADIUS: Final = 6_371.0  # of the earth, km

Position = tuple[float, float]
"""Latitude and longitude, degrees."""


def position(attributes: Mapping[str, JsonValue]) -> Position | None:
    """Where a place's description says it is; None where it says nothing, or nonsense."""
    found = [number(by_local_name(attributes, name)) for name in ("latitude", "longitude")]
    if found[0] is None or found[1] is None or not (abs(found[0]) <= 90 and abs(found[1]) <= 180):
        return None
    return found[0], found[1]


def distance(one: Position, other: Position) -> float:
    """Great-circle distance in km (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    arc = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(arc)))


def number(value: JsonValue) -> float | None:
    """A number, also one that is written as text."""
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None
