"""Scans are folded into few sightings, and written beside the answers, whatever the database does."""

from collections.abc import Sequence
from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from coop.limits import Limiter
from coop.scans.actions import KEPT_FOR, MAX_SIGHTINGS, Scan, fold, pack, unpack
from coop.scans.counter import BATCH, Counter
from coop.scans.rule import BUYER, PROXY, Sighting

DAY = date(2026, 11, 24)


def sighting(device: str = "a", place: str | None = None, known: str = "", days: int = 0) -> Sighting:
    return Sighting(DAY + timedelta(days=days), place, known, device)


def scan(device: str = "a") -> Scan:
    return Scan("https://id.gs1.org/01/09521001000055/10/L1", "00000AAAAAAAAAAAA", sighting(device))


# -- folding


def test_a_device_has_one_sighting_a_day() -> None:
    kept, counted = fold((sighting(),), sighting(), counts=True)
    assert counted
    assert kept == (Sighting(DAY, None, "", "a", 2),)


def test_a_word_about_the_place_counts_only_where_the_device_was_not_seen() -> None:
    kept, counted = fold((sighting(),), sighting(place="VN-HN", known=BUYER), counts=False)
    assert not counted
    assert kept == (Sighting(DAY, "VN-HN", BUYER, "a", 1),)
    fresh, counted = fold((), sighting(place="VN-HN", known=BUYER), counts=False)
    assert counted
    assert fresh == (Sighting(DAY, "VN-HN", BUYER, "a", 1),)


def test_what_a_buyer_says_stands_against_what_a_proxy_guesses() -> None:
    said = fold((sighting(place="VN-SG", known=PROXY),), sighting(place="VN-HN", known=BUYER), counts=True)[0]
    assert said[0].place == "VN-HN"
    assert fold(said, sighting(place="VN-SG", known=PROXY), counts=True)[0][0].place == "VN-HN"
    assert fold(said, sighting(), counts=True)[0][0].place == "VN-HN"


def test_the_list_is_bounded_and_keeps_the_first_and_the_newest() -> None:
    kept: tuple[Sighting, ...] = ()
    for at in range(3 * MAX_SIGHTINGS):
        kept, _ = fold(kept, sighting(f"d{at}"), counts=True)
    assert len(kept) == MAX_SIGHTINGS
    assert (kept[0].device, kept[-1].device) == ("d0", f"d{3 * MAX_SIGHTINGS - 1}")


def test_old_sightings_are_forgotten_but_for_the_first() -> None:
    kept = fold((sighting("a"), sighting("b")), sighting("c", days=KEPT_FOR.days + 1), counts=True)[0]
    assert [item.device for item in kept] == ["a", "c"]


def test_a_sighting_is_read_as_it_was_written() -> None:
    for item in (sighting(), Sighting(DAY, "VN-HN", BUYER, "f" * 16, 7)):
        assert unpack(pack(item)) == item


# -- the counter


class Disk:
    """A database that fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.tries = failures, 0
        self.written: list[Scan] = []

    def record(self, scans: Sequence[Scan]) -> None:
        self.tries += 1
        if self.tries <= self.failures:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        self.written += scans


def counting(record: Any, **options: Any) -> Counter:
    counter = Counter(record, pauses=(0.0, 0.0), **options)
    counter.start()
    return counter


def test_everything_taken_is_written_in_few_batches() -> None:
    disk = Disk()
    counter = counting(disk.record)
    assert all(counter.take(scan(str(at))) for at in range(1_000))
    counter.settle()
    assert len(disk.written) == 1_000
    assert disk.tries >= 1_000 // BATCH
    counter.close()


def test_what_waits_is_written_before_the_end() -> None:
    disk = Disk()
    counter = counting(disk.record)
    for at in range(50):
        counter.take(scan(str(at)))
    counter.close()
    assert len(disk.written) == 50


def test_a_locked_database_is_tried_again() -> None:
    disk = Disk(failures=2)
    counter = counting(disk.record)
    counter.take(scan())
    counter.settle()
    assert (len(disk.written), disk.tries) == (1, 3)
    counter.close()


def test_a_full_disk_loses_the_batch_and_nothing_else() -> None:
    disk = Disk(failures=3)
    counter = counting(disk.record)
    counter.take(scan("lost"))
    counter.settle()
    counter.take(scan("kept"))
    counter.settle()
    assert [item.sighting.device for item in disk.written] == ["kept"]
    counter.close()


def test_taking_never_waits_also_when_the_database_hangs() -> None:
    hanging, began = Event(), Event()

    def record(_scans: Sequence[Scan]) -> None:
        began.set()
        assert hanging.wait(30)

    counter = counting(record, waiting=3)
    assert counter.take(scan())
    assert began.wait(30)
    assert [counter.take(scan()) for _ in range(5)] == [True, True, True, False, False]
    hanging.set()
    counter.close()


# -- limits


def test_a_key_waits_once_it_did_enough_and_goes_on_when_the_first_is_over() -> None:
    limiter = Limiter(times=2, seconds=60)
    assert [limiter.take("a", now) for now in (0, 10)] == [0, 0]
    assert limiter.take("a", 20) == 40
    assert limiter.take("b", 20) == 0
    assert limiter.take("a", 60) == 0
    assert limiter.take("a", 61) == pytest.approx(9)


def test_the_keys_that_are_remembered_are_bounded() -> None:
    limiter = Limiter(times=1, seconds=60, keys=2)
    for key in "abc":
        assert limiter.take(key, 0) == 0
    assert limiter.wait("a", 1) == 0
    assert limiter.wait("c", 1) > 0
