"""When scans look like copies: a table of what fits one item and what does not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coop.scans.places import POINTS
from coop.scans.rule import BUYER, HOUSEHOLD, PROXY, Conflict, Sighting, conflict

DAY = date(2026, 11, 24)
HANOI, SAIGON, DANANG, HUNGYEN, HAIPHONG = "VN-HN", "VN-SG", "VN-DN", "VN-66", "VN-HP"


def seen(*stops: tuple[int, str | None] | tuple[int, str | None, str]) -> list[Sighting]:
    """Sightings by as many devices: (day, place), or (day, place, how it is known)."""
    return [
        Sighting(DAY + timedelta(days=stop[0]), stop[1], (stop[2] if len(stop) > 2 else BUYER), f"{at:016x}")
        for at, stop in enumerate(stops)
    ]


FITS = {
    "never scanned": seen(),
    "scanned once": seen((0, HANOI)),
    "a shop and a home in one province": seen((0, HANOI), (0, HANOI), (3, HANOI)),
    "neighbours on one day, many times over": seen(
        *[(0, (HANOI, HUNGYEN, HAIPHONG)[at % 3]) for at in range(12)]
    ),
    "north to the middle on one day": seen((0, HANOI), (0, DANANG)),
    "north to south by lorry in two days": seen((0, HANOI), (1, SAIGON)),
    "there and back again in three days": seen((0, HANOI), (1, DANANG), (2, HANOI)),
    "no place is known": seen(*[(0, None) for _ in range(HOUSEHOLD)]),
    "a place guessed once, far away": seen((0, HANOI), (0, SAIGON, PROXY)),
    "a code that is no province": seen((0, HANOI), (0, "VN-99")),
    "as many devices as a household has": seen(*[(0, HANOI) for _ in range(HOUSEHOLD)]),
    "many devices over many days": seen(*[(at, HANOI) for at in range(3 * HOUSEHOLD)]),
}
COPIES = {
    "both ends of the country on one day": (
        seen((0, HANOI), (0, SAIGON)),
        Conflict("places", DAY, HANOI, SAIGON, 0),
    ),
    "there and back again on one day": (
        seen((0, HANOI), (0, DANANG), (0, HANOI)),
        Conflict("places", DAY, DANANG, HANOI, 0),
    ),
    "back and forth on two days": (
        seen((0, HANOI), (0, SAIGON), (1, HANOI)),
        Conflict("places", DAY + timedelta(days=1), SAIGON, HANOI, 1),
    ),
    "a guessed place that two devices confirm": (
        seen((0, HANOI), (0, SAIGON, PROXY), (0, SAIGON, PROXY)),
        Conflict("places", DAY, HANOI, SAIGON, 0),
    ),
    "one more device than a household has": (
        seen(*[(0, None) for _ in range(HOUSEHOLD + 1)]),
        Conflict("devices", DAY, devices=HOUSEHOLD + 1),
    ),
}


@pytest.mark.parametrize("case", FITS, ids=str)
def test_what_one_item_can_do_is_no_conflict(case: str) -> None:
    assert conflict(FITS[case]) is None


@pytest.mark.parametrize("case", COPIES, ids=str)
def test_what_one_item_cannot_do_is_a_conflict(case: str) -> None:
    sightings, expected = COPIES[case]
    assert conflict(sightings) == expected


def test_one_device_does_not_contradict_itself_by_scanning_often() -> None:
    assert conflict([Sighting(DAY, HANOI, BUYER, "a", scans=10_000)]) is None


def test_a_conflict_stays_when_the_tem_is_scanned_again_where_it_was() -> None:
    sightings = seen((0, HANOI), (0, SAIGON), (5, SAIGON), (9, SAIGON))
    found = conflict(sightings)
    assert found is not None
    assert (found.place1, found.place2, found.day) == (HANOI, SAIGON, DAY)


@given(st.sampled_from(sorted(POINTS)), st.integers(1, HOUSEHOLD), st.integers(0, 400))
def test_one_place_never_contradicts_itself(place: str, devices: int, days: int) -> None:
    stops = [(at * days // devices, place, PROXY if at % 2 else BUYER) for at in range(devices)]
    assert conflict(seen(*stops)) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from([*sorted(POINTS), None])), max_size=12))
def test_slow_enough_travel_is_never_a_conflict(stops: list[tuple[int, str | None]]) -> None:
    slow = [
        (4 * at, place) for at, (_, place) in enumerate(stops)
    ]  # 4 days: 4,500 km of reach for 1,700 at most
    assert conflict(seen(*slow)) is None
