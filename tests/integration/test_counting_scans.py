"""Scans, openings and reports in both databases: rows asserted by SQL, counts that survive any haste."""

import json
from collections import Counter as Tally
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from coop.accounts.sealing import Sealer
from coop.reports.actions import About, Told
from coop.reports.desk import PER_DEVICE, Reports
from coop.scans.actions import Scan, record_opening, record_scans
from coop.scans.desk import TRIES_PER_DEVICE, TRIES_PER_TEM, Scans
from coop.scans.devices import Devices
from coop.scans.queries import ScanSummary, summary
from coop.scans.rule import BUYER, Sighting
from ledger.errors import EncodingError, NotFoundError
from ledger.proof.target import Target
from ledger.store.blobs import BlobStore
from ledger.store.database import writing

NOW = datetime(2026, 11, 24, 3, 5, 7, tzinfo=UTC)
DAY = date(2026, 11, 24)
TARGET = Target("09521001000055", "L1", "00000AAAAAAAAAAAA")
LOT, SERIAL = "https://id.gs1.org/01/09521001000055/10/L1", "00000AAAAAAAAAAAA"
COOP = "https://id.gs1.org/417/9521001000017"


def scan(device: str, serial: str = SERIAL, place: str | None = None, days: int = 0) -> Scan:
    return Scan(LOT, serial, Sighting(DAY + timedelta(days=days), place, BUYER if place else "", device))


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Scans:
    return Scans(engine, writing(engine), Devices(tmp_path / "salts", Sealer(bytes(32))), lambda: NOW)


# -- counting


def test_the_first_scan_makes_one_row_and_later_ones_change_it(engine: Engine) -> None:
    record_scans(writing(engine), [scan("a", place="VN-18")])
    assert rows(engine, "SELECT lot, serial, count FROM tem_scan") == [(LOT, SERIAL, 1)]
    record_scans(writing(engine), [scan("a"), scan("b", place="VN-HN", days=2)])
    assert rows(engine, "SELECT count(*), max(count) FROM tem_scan") == [(1, 3)]
    assert summary(engine, LOT, SERIAL) == ScanSummary(
        3, DAY, "VN-18", DAY + timedelta(days=2), 1, ("VN-18", "VN-HN"), None, None
    )


def test_what_never_was_scanned_has_no_row_and_an_empty_summary(engine: Engine) -> None:
    assert summary(engine, LOT, SERIAL) == ScanSummary()
    assert rows(engine, "SELECT count(*) FROM tem_scan") == [(0,)]


def test_many_scans_at_once_lose_no_count(engine: Engine) -> None:
    serials = [f"{at:05}AAAAAAAAAAAA" for at in range(3)]
    batches = [
        [scan(f"d{at}-{which}", serial) for serial in serials] for at in range(12) for which in range(4)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda batch: record_scans(writing(engine), batch), batches))
    assert rows(engine, "SELECT count(*), min(count), max(count) FROM tem_scan") == [(3, 48, 48)]
    for (sightings,) in rows(engine, "SELECT sightings FROM tem_scan"):
        listed = json.loads(sightings) if isinstance(sightings, str) else sightings
        assert isinstance(listed, list)
        assert max(Tally(item[3] for item in listed).values()) == 1
        assert len(listed) == 48


def test_a_place_that_is_told_later_is_the_first_place_too(engine: Engine, desk: Scans) -> None:
    desk.counter.start()
    device = desk.device("203.0.113.7", "phone")
    desk.count(TARGET, device, None, "")
    desk.count(TARGET, device, "VN-18", BUYER, counts=False)
    desk.counter.settle()
    known = desk.summary(TARGET)
    assert known is not None
    assert (known.count, known.first_place, known.places) == (1, "VN-18", ("VN-18",))
    desk.counter.close()


def test_scans_that_look_like_copies_become_the_operators_word(engine: Engine, desk: Scans) -> None:
    assert list(desk.word(TARGET)) == []
    record_scans(writing(engine), [scan("a", place="VN-HN"), scan("b", place="VN-SG")])
    assert [reason.code for reason in desk.word(TARGET)] == ["scan.conflict"]
    assert list(desk.word(Target("09521001000055", "L1", None))) == []
    assert list(desk.word(Target("09521001000055", "L2", SERIAL))) == []


def test_where_the_tables_are_gone_nothing_is_known_and_nothing_fails(engine: Engine, desk: Scans) -> None:
    with writing(engine).begin() as connection:
        connection.execute(text("DROP TABLE tem_scan"))
        connection.execute(text("DROP TABLE tem_opening"))
    assert desk.summary(TARGET) is None
    assert list(desk.word(TARGET)) == []
    desk.count(TARGET, "a", None, "")


# -- opening


def test_the_first_opening_is_one_row_for_good(engine: Engine) -> None:
    assert record_opening(writing(engine), LOT, SERIAL, NOW) is None
    again = record_opening(writing(engine), LOT, SERIAL, NOW + timedelta(days=3))
    assert again == NOW
    assert rows(engine, "SELECT count(*) FROM tem_opening") == [(1,)]
    known = summary(engine, LOT, SERIAL)
    assert (known.opened, known.count) == (NOW, 0)


def test_of_many_openings_at_once_one_is_the_first(engine: Engine) -> None:
    moments = [NOW + timedelta(seconds=at) for at in range(16)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda now: record_opening(writing(engine), LOT, SERIAL, now), moments))
    assert answers.count(None) == 1
    assert len({answer for answer in answers if answer is not None}) == 1


def test_codes_that_are_tried_are_limited_for_a_tem_and_for_a_device(desk: Scans) -> None:
    assert [desk.attempt(TARGET, f"d{at}") for at in range(TRIES_PER_TEM)] == [0] * TRIES_PER_TEM
    assert desk.attempt(TARGET, "another") > 3_000
    others = [Target(TARGET.gtin, TARGET.lot, f"{at:05}BBBBBBBBBBBB") for at in range(TRIES_PER_DEVICE + 1)]
    waits = [desk.attempt(other, "one") for other in others]
    assert waits[:-1] == [0] * TRIES_PER_DEVICE
    assert waits[-1] > 3_000


# -- reports


@pytest.fixture
def reports(engine: Engine, tmp_path: Path) -> Reports:
    moments = iter(NOW + timedelta(seconds=at) for at in range(1_000))
    return Reports(engine, writing(engine), BlobStore(tmp_path / "reports"), lambda: next(moments))


def test_a_report_is_listed_for_whose_lot_it_is_about_and_for_the_operator(reports: Reports) -> None:
    mine = reports.file(Told("code", "suspect", "odd", "VN-18"), About(LOT, SERIAL, COOP, "verified"), None)
    other = reports.file(Told("x", "different"), About(), None)
    assert [item.number for item in reports.newest(None, 10)] == [other, mine]
    (found,) = reports.newest(COOP, 10)
    assert (found.number, found.kind, found.text, found.place) == (mine, "suspect", "odd", "VN-18")
    assert (found.lot, found.serial, found.verdict, found.photo) == (LOT, SERIAL, "verified", None)
    with pytest.raises(NotFoundError):
        reports.photo(other, COOP)


def test_reports_are_read_page_by_page(reports: Reports) -> None:
    numbers = [reports.file(Told(str(at), "suspect"), About(org=COOP), None) for at in range(7)][::-1]
    read: list[str] = []
    while page := [item.number for item in reports.newest(COOP, 3, read[-1] if read else None)]:
        read += page
    assert read == numbers
    with pytest.raises(NotFoundError):
        reports.newest("https://id.gs1.org/417/9521002000016", 3, numbers[0])


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (Told("", "suspect"), "report.code"),
        (Told("x" * 2_001, "suspect"), "report.code"),
        (Told("x", "other"), "report.kind"),
        (Told("x", "suspect", "y" * 1_001), "report.text"),
    ],
)
def test_a_report_out_of_bounds_is_refused(reports: Reports, engine: Engine, told: Told, code: str) -> None:
    with pytest.raises(EncodingError) as refused:
        reports.file(told, About(), None)
    assert refused.value.code == code
    assert rows(engine, "SELECT count(*) FROM report") == [(0,)]


def test_a_device_that_reports_too_often_waits(reports: Reports) -> None:
    assert [reports.wait("a") for _ in range(PER_DEVICE)] == [0] * PER_DEVICE
    assert reports.wait("a") > 0
    assert reports.wait("b") == 0


# -- privacy


def test_no_column_is_made_to_hold_an_address_a_browser_or_the_time_of_a_scan(engine: Engine) -> None:
    named = {
        table: [column["name"] for column in inspect(engine).get_columns(table)]
        for table in ("tem_scan", "tem_opening", "report")
    }
    assert named == {
        "tem_scan": ["lot", "serial", "first_day", "first_place", "last_day", "count", "sightings"],
        "tem_opening": ["lot", "serial", "opened_at"],
        "report": [
            "id", "created_at", "kind", "code", "lot", "serial", "org", "verdict", "text", "place", "photo",
        ],
    }  # fmt: skip


def test_nothing_that_is_stored_tells_an_address_or_a_browser(
    engine: Engine, desk: Scans, tmp_path: Path
) -> None:
    address, browser = "203.0.113.77", "Mozilla/5.0 (Linux; Android 14; SM-A155F) Zalo android/121"
    desk.counter.start()
    desk.count(TARGET, desk.device(address, browser), "VN-18", BUYER)
    desk.counter.settle()
    desk.counter.close()
    stored = repr([rows(engine, f"SELECT * FROM {table}") for table in ("tem_scan", "tem_opening", "report")])
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for trace in (address, "cb0071", "203.0.113", browser, "Mozilla", "SM-A155F", "Zalo", "03:05"):
        assert trace not in stored
        assert trace.encode() not in files
    assert "VN-18" in stored
