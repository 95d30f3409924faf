"""Coarse places: the 34 provinces and cities of Viet Nam since 1 July 2025, by ISO 3166-2 code, and their distances.

The codes are those that the units keep; a code of a province that was merged leads to the one it went into. Points are
rough middles of where people live, in degrees north and east: good for telling that two places are far apart, and for
nothing finer. Names stand in the message catalogues (`province.<code>`).
"""

import re
from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Final

from ledger.errors import EncodingError

POINTS: Final[Mapping[str, tuple[float, float]]] = {
    "VN-HN": (21.0, 105.8), "VN-26": (16.4, 107.6), "VN-13": (21.1, 107.2), "VN-04": (22.7, 106.2),
    "VN-09": (21.8, 106.7), "VN-01": (22.3, 103.3), "VN-71": (21.5, 103.1), "VN-05": (21.2, 104.1),
    "VN-21": (19.9, 105.6), "VN-22": (18.9, 105.3), "VN-23": (18.3, 105.8), "VN-07": (22.2, 105.1),
    "VN-02": (22.1, 104.4), "VN-69": (21.9, 105.8), "VN-68": (21.2, 105.4), "VN-56": (21.3, 106.2),
    "VN-66": (20.6, 106.2), "VN-HP": (20.9, 106.5), "VN-18": (20.4, 106.0), "VN-25": (17.2, 106.8),
    "VN-DN": (15.8, 108.1), "VN-29": (14.8, 108.5), "VN-30": (13.9, 108.6), "VN-34": (12.0, 109.0),
    "VN-35": (11.6, 108.0), "VN-33": (12.8, 108.5), "VN-SG": (10.9, 106.8), "VN-39": (11.3, 106.9),
    "VN-37": (11.0, 106.2), "VN-CT": (9.9, 105.7), "VN-49": (10.1, 106.3), "VN-45": (10.4, 105.9),
    "VN-59": (9.2, 105.3), "VN-44": (10.2, 105.2),
}  # fmt: skip
MERGED: Final[Mapping[str, str]] = {
    "VN-03": "VN-07", "VN-06": "VN-02", "VN-53": "VN-69", "VN-14": "VN-68", "VN-70": "VN-68", "VN-54": "VN-56",
    "VN-20": "VN-66", "VN-61": "VN-HP", "VN-63": "VN-18", "VN-67": "VN-18", "VN-24": "VN-25", "VN-27": "VN-DN",
    "VN-28": "VN-29", "VN-31": "VN-30", "VN-36": "VN-34", "VN-40": "VN-35", "VN-72": "VN-35", "VN-32": "VN-33",
    "VN-57": "VN-SG", "VN-43": "VN-SG", "VN-58": "VN-39", "VN-41": "VN-37", "VN-52": "VN-CT", "VN-73": "VN-CT",
    "VN-50": "VN-49", "VN-51": "VN-49", "VN-46": "VN-45", "VN-55": "VN-59", "VN-47": "VN-44",
}  # fmt: skip
EARTH_KM: Final = 6371.0
_NEAR_KM: Final = 250.0  # a cell farther than this from every point lies in no province
_CELL: Final = re.compile(r"(-?[0-9]{1,2}(?:\.[05])?),(-?[0-9]{1,3}(?:\.[05])?)")


def province(code: str) -> str | None:
    """The province of today that an ISO 3166-2 code names, with or without its `VN-`; None for any other text."""
    text = code.strip().upper()
    text = text if text.startswith("VN-") else f"VN-{text}"
    text = MERGED.get(text, text)
    return text if text in POINTS else None


def place_of(text: str) -> str | None:
    """The province that somebody who scans says to be in.

    Args:
        text: a province's code, or a coarse cell `latitude,longitude` in steps of half a degree (about 55 km).

    Returns:
        None for a cell outside of Viet Nam.

    Raises:
        EncodingError: it is neither, or finer than half a degree: nobody is asked to say more (`scan.place`).
    """
    cell = _CELL.fullmatch(text.strip())
    if cell is not None:
        return _nearest(float(cell[1]), float(cell[2]))
    known = province(text)
    if known is None:
        message = "A place is a province's code (VN-HN), or a cell in steps of half a degree (21,105.5)."
        raise EncodingError(message, code="scan.place")
    return known


def distance_km(one: str, other: str) -> float:
    """How far apart two provinces are, middle to middle, as the crow flies, in kilometres."""
    return _arc_km(POINTS[one], POINTS[other])


def _nearest(north: float, east: float) -> str | None:
    code = min(POINTS, key=lambda name: _arc_km(POINTS[name], (north, east)))
    return code if _arc_km(POINTS[code], (north, east)) <= _NEAR_KM else None


def _arc_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (north, east), (north2, east2) = [(radians(a), radians(b)) for a, b in (one, other)]
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))
