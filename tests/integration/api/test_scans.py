"""Scanning over HTTP: what counts, what does not, and what a page and a verdict say of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apikit import GROWER, PRODUCT, Service, code, event, running
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from coop.scans.actions import Scan, record_scans
from coop.scans.rule import BUYER, HOUSEHOLD, Sighting
from ledger import hidden
from ledger.hidden import Opening, check
from ledger.rolls import find_roll
from ledger.store.database import writing
from nguon.settings import Settings

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
BROWSER = {"Accept": "text/html", "User-Agent": PHONE, "Accept-Language": "en"}
LOTS = "/api/v1/lots/09521001000055"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("scans") / "nguon"
    with running(Settings(data_dir=folder, anchor_max_seconds=1, place_header="X-Region")) as found:
        yield found


def roll(service: Service, count: int = 5, *, layer: bool = False) -> tuple[str, list[str], str]:
    """A lot, the serials of its roll, and the roll's id; anchored."""
    lot = service.born(30)
    issued = service.deployment.issuing.issue_roll("09521001000055", lot, count, GROWER, hidden=layer)
    service.anchor()
    codes = service.deployment.tem_codes(issued.id, "09521001000055", lot, count)
    return lot, [item.rpartition("/")[2] for item in codes], issued.id


def path(lot: str, serial: str | None = None) -> str:
    return code(lot, serial).removeprefix("https://nguon.localhost")


def count(service: Service, lot: str, serial: str) -> int:
    """How often a tem was scanned, by the database; 0 where it has no row."""
    service.deployment.scans.counter.settle()
    query = text("SELECT count FROM tem_scan WHERE lot = :lot AND serial = :serial")
    with service.deployment.engine.connect() as connection:
        found = connection.execute(query, {"lot": f"{PRODUCT}/10/{lot}", "serial": serial}).scalar()
    return found or 0


def rows(service: Service, table: str = "tem_scan") -> int:
    service.deployment.scans.counter.settle()
    with service.deployment.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def scanned(service: Service, lot: str, serial: str, *places: str | None) -> None:
    """As many devices scanned the tem today, at these places."""
    today = service.deployment.scans.today()
    scans = [
        Scan(f"{PRODUCT}/10/{lot}", serial, Sighting(today, place, BUYER if place else "", f"{at:016x}"))
        for at, place in enumerate(places)
    ]
    record_scans(writing(service.deployment.engine), scans)


# -- what counts


def forged(serial: str) -> str:
    """Another serial than this, by its last character."""
    return serial[:-1] + ("Z" if serial[-1] != "Z" else "Y")


def test_the_first_scan_of_a_genuine_tem_makes_exactly_one_row(service: Service) -> None:
    lot, serials, _ = roll(service)
    before = rows(service)
    for expected in (1, 2, 3):
        assert service.client.get(path(lot, serials[0]), headers=BROWSER).status_code == 200
        assert (rows(service), count(service, lot, serials[0])) == (before + 1, expected)
    assert service.client.get(path(lot, serials[1]), headers={"Accept": "application/json"}).is_success
    assert (rows(service), count(service, lot, serials[1])) == (before + 2, 1)


def test_a_serial_that_the_birth_names_counts_too(service: Service) -> None:
    lot = service.new_lot()
    epcs = [f"{PRODUCT}/21/S-{lot}"]
    ilmd = {"cbvmda:lotNumber": lot}
    born = event(lot, action="ADD", bizStep="commissioning", quantityList=None, epcList=epcs, ilmd=ilmd)
    assert service.capture(born).status_code == 202
    service.anchor()
    assert service.client.get(path(lot, f"S-{lot}"), headers=BROWSER).status_code == 200
    assert count(service, lot, f"S-{lot}") == 1


def test_nothing_is_written_for_what_is_no_genuine_tem(service: Service) -> None:
    lot, serials, _ = roll(service)
    before = rows(service)
    forged = serials[0][:-1] + ("0" if serials[0][-1] != "0" else "1")
    for asked in (
        path(lot, forged),
        path(lot, "S-1"),
        path(lot),
        path("NEVER", serials[0]),
        "/01/09521001000055",
        "/01/09521001000055/21/" + serials[0],
        "/01/123/10/x/21/" + serials[0],
    ):
        service.client.get(asked, headers=BROWSER)
    assert rows(service) == before


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", {"Purpose": "prefetch"}),
        ("GET", {"User-Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User-Agent": "TelegramBot (like TwitterBot)"}),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}),
        ("GET", {"User-Agent": "ZaloPC-win32"}),
    ],
)
def test_programs_and_fetching_ahead_are_no_scans(
    service: Service, method: str, headers: dict[str, str]
) -> None:
    lot, serials, _ = roll(service, 1)
    response = service.client.request(method, path(lot, serials[0]), headers=BROWSER | headers)
    assert response.status_code == 200
    assert count(service, lot, serials[0]) == 0


def test_neither_are_checks_by_programs_nor_questions_about_scans(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    service.verdict(lot, serials[0])
    service.client.post("/api/v1/verify", json={"codes": [code(lot, serials[0])]})
    service.client.get("/api/v1/scans", params={"code": code(lot, serials[0])})
    service.client.get(path(lot, serials[0]), params={"size": service.anchor()}, headers=BROWSER)
    inside = BROWSER | {"Sec-Fetch-Site": "same-origin"}
    service.client.get(path(lot, serials[0]), params={"lang": "vi"}, headers=inside)
    assert count(service, lot, serials[0]) == 0


def test_a_code_that_is_typed_in_counts(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    service.client.get("/verify", params={"code": code(lot, serials[0]), "lang": "en"}, headers=BROWSER)
    assert count(service, lot, serials[0]) == 1


def test_a_trusted_proxy_tells_the_province(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    service.client.get(path(lot, serials[0]), headers=BROWSER | {"X-Region": "VN-54"})
    assert count(service, lot, serials[0]) == 1
    asked = service.client.get("/api/v1/scans", params={"code": code(lot, serials[0])})
    assert (asked.json()["firstPlace"], asked.json()["places"]) == ("VN-56", ["VN-56"])


# -- the answer waits for nothing


def test_a_scan_is_answered_while_the_database_is_locked_and_counted_afterwards(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    with writing(service.deployment.engine).begin() as connection:
        connection.execute(text("UPDATE tem_scan SET count = count"))
        started = datetime.now(UTC)
        assert service.client.get(path(lot, serials[0]), headers=BROWSER).status_code == 200
        assert (datetime.now(UTC) - started).total_seconds() < 5
    assert count(service, lot, serials[0]) == 1


def test_a_full_disk_breaks_no_scan(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    counter = service.deployment.scans.counter
    monkeypatch.setattr(counter, "_record", full)
    monkeypatch.setattr(counter, "_pauses", ())
    lot, serials, _ = roll(service, 1)
    response = service.client.get(path(lot, serials[0]), headers=BROWSER)
    assert response.status_code == 200
    assert 'data-verdict="verified"' in response.text
    assert count(service, lot, serials[0]) == 0


# -- what is said


def test_the_page_says_first_then_how_often_and_since_when(service: Service) -> None:
    lot, serials, _ = roll(service)
    first = service.client.get(path(lot, serials[2]), headers=BROWSER | {"X-Region": "VN-18"}).text
    assert "This label is being checked for the first time" in first
    assert "Label 3 of 5" in first
    assert "We keep only the area, the day and a scrambled device code" in first
    service.deployment.scans.counter.settle()
    second = service.client.get(path(lot, serials[2]), headers=BROWSER).text
    assert "This label was checked once before" in second
    assert "around Ninh Bình" in second
    vietnamese = service.client.get(path(lot, serials[2]), headers=BROWSER | {"Accept-Language": "vi"}).text
    assert "Tem này đã được kiểm tra" in vietnamese


def test_a_conflict_is_suspect_copy_everywhere_and_marked_as_the_operators_word(service: Service) -> None:
    lot, serials, _ = roll(service)
    scanned(service, lot, serials[0], "VN-HN", "VN-SG")
    answer = service.verdict(lot, serials[0])
    assert answer["verdict"] == "suspect_copy"
    (reason,) = answer["reasons"]
    assert {name: reason[name] for name in ("code", "by", "place1", "place2", "days", "count")} == {
        "code": "scan.conflict",
        "by": "operator",
        "place1": "VN-HN",
        "place2": "VN-SG",
        "days": 0,
        "count": 2,
    }
    batch = service.client.post("/api/v1/verify", json={"codes": [code(lot, item) for item in serials[:2]]})
    assert [item["verdict"] for item in batch.json()["answers"]] == ["suspect_copy", "verified"]
    page = service.client.get(path(lot, serials[0]), headers=BROWSER).text
    assert "The same label was scanned in Hà Nội and Hồ Chí Minh City, only hours apart." in page
    assert "The scans of this label contradict each other" in page
    assert "This is the word of who runs Nguồn" in page
    assert service.verdict(lot)["verdict"] == "verified"


def test_more_devices_than_a_household_has_are_suspect(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    scanned(service, lot, serials[0], *[None] * (HOUSEHOLD + 1))
    answer = service.verdict(lot, serials[0])
    assert (answer["verdict"], answer["reasons"][0]["devices"]) == ("suspect_copy", HOUSEHOLD + 1)
    page = service.client.get(path(lot, serials[0]), headers=BROWSER).text
    assert f"{HOUSEHOLD + 1} different devices scanned this one label in a single day." in page


def test_a_recall_is_worse_than_a_suspicion_and_both_are_told(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    scanned(service, lot, serials[0], "VN-HN", "VN-SG")
    service.client.post(f"{LOTS}/{lot}/recall", json={"reason": "Cd"}, headers=service.grower)
    answer = service.verdict(lot, serials[0])
    assert answer["verdict"] == "recalled"
    assert [reason["code"] for reason in answer["reasons"]] == ["recall.entry", "scan.conflict"]


def test_an_older_size_of_the_log_is_judged_without_the_word(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    scanned(service, lot, serials[0], "VN-HN", "VN-SG")
    size = service.anchor()
    asked = {"code": code(lot, serials[0]), "size": str(size)}
    assert service.client.get("/api/v1/verify", params=asked).json()["verdict"] == "verified"


def test_the_summary_is_public_and_holds_nothing_about_anybody(service: Service) -> None:
    lot, serials, _ = roll(service)
    asked = {"code": code(lot, serials[0])}
    never = service.client.get("/api/v1/scans", params=asked)
    assert never.headers["access-control-allow-origin"] == "*"
    assert never.json() == {
        **asked, "count": 0, "firstDay": None, "firstPlace": None, "lastDay": None, "devices": 0,
        "places": [], "conflict": None, "opened": None,
    }  # fmt: skip
    scanned(service, lot, serials[0], "VN-HN", "VN-SG", None)
    known: dict[str, Any] = service.client.get("/api/v1/scans", params=asked).json()
    today = service.deployment.scans.today().isoformat()
    assert known == {
        **asked, "count": 3, "firstDay": today, "firstPlace": "VN-HN", "lastDay": today, "devices": 3,
        "places": ["VN-HN", "VN-SG"], "opened": None,
        "conflict": {
            "kind": "places", "day": today, "place1": "VN-HN", "place2": "VN-SG", "days": 0, "devices": 0
        },
    }  # fmt: skip
    assert service.client.get("/api/v1/scans", params={"code": "x"}).status_code == 400


# -- a word from who scans


def test_a_buyer_may_say_where_and_counts_once(service: Service) -> None:
    lot, serials, _ = roll(service)
    sent = {"code": code(lot, serials[0]), "place": "20.5,106"}
    service.client.get(path(lot, serials[0]), headers=BROWSER)
    answer = service.client.post("/api/v1/scans", json=sent, headers={"User-Agent": PHONE})
    assert (answer.status_code, answer.json()) == (202, {"counted": True})
    assert count(service, lot, serials[0]) == 1
    known = service.client.get("/api/v1/scans", params={"code": sent["code"]}).json()
    assert (known["firstPlace"], known["devices"]) == ("VN-18", 1)
    alone = {"code": code(lot, serials[1]), "place": "VN-HN"}
    service.client.post("/api/v1/scans", json=alone, headers={"User-Agent": PHONE})
    assert count(service, lot, serials[1]) == 1


def test_a_word_about_a_forged_tem_leaves_nothing(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    before = rows(service)
    answer = service.client.post("/api/v1/scans", json={"code": code(lot, forged(serials[0]))})
    assert answer.json() == {"counted": False}
    assert rows(service) == before


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"code": "x", "place": "21.0285,105.8542"}, "scan.place"),
        ({"code": "x", "place": 7}, "json.syntax"),
        ({"place": "VN-HN"}, "json.syntax"),
        ([], "json.syntax"),
    ],
)
def test_a_word_out_of_shape_is_refused(service: Service, sent: object, said: str) -> None:
    answer = service.client.post("/api/v1/scans", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (400, said)


def test_pages_of_other_sites_cannot_make_a_browser_scan(service: Service) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    for asked in ("/api/v1/scans", "/opening", "/api/v1/reports", "/report"):
        answer = service.client.post(asked, json={"code": "x"}, headers=foreign)
        assert (answer.status_code, asked) == (403, asked)


# -- the second layer


def hidden_code(service: Service, lot: str, roll_id: str, index: int) -> str:
    issued = find_roll(service.deployment.log, "09521001000055", lot, roll_id).roll
    return hidden.code(service.deployment.slots.hidden_key(issued), "09521001000055", lot, index)


def test_a_hidden_code_opens_once_with_its_proof(service: Service) -> None:
    lot, serials, roll_id = roll(service, layer=True)
    assert 'action="/opening#opening"' in service.client.get(path(lot, serials[1]), headers=BROWSER).text
    pin = hidden_code(service, lot, roll_id, 1)
    sent = {"code": code(lot, serials[1]), "pin": f"{pin[:5].lower()}-{pin[5:]}"}
    json_wanted = {"Accept": "application/json"}
    first = service.client.post("/opening", data=sent, headers=json_wanted).json()
    assert first["first"] is True
    proof = first["opening"]
    opening = Opening(
        bytes.fromhex(proof["salt"]),
        bytes.fromhex(proof["leaf"]),
        tuple(map(bytes.fromhex, proof["inclusion"])),
    )
    check(opening, serials[1], pin, count=proof["count"], root=bytes.fromhex(proof["root"]))
    again = service.client.post("/opening", data=sent, headers=json_wanted).json()
    assert (again["first"], again["openedAt"]) == (False, first["openedAt"])
    answer = service.verdict(lot, serials[1])
    assert (answer["verdict"], answer["reasons"][0]["code"]) == ("suspect_copy", "hidden.used")
    assert answer["reasons"][0]["opened"] == first["openedAt"]
    assert service.verdict(lot, serials[0])["verdict"] == "verified"


def test_the_page_tells_the_first_opening_from_a_later_one(service: Service) -> None:
    lot, serials, roll_id = roll(service, layer=True)
    sent = {"code": code(lot, serials[0]), "pin": hidden_code(service, lot, roll_id, 0), "lang": "vi"}
    first = service.client.post("/opening", data=sent, headers=BROWSER)
    assert first.status_code == 200
    assert "Chưa ai mở trước" in first.text
    assert 'data-verdict="verified"' in first.text
    later = service.client.post("/opening", data=sent | {"lang": "en"}, headers=BROWSER)
    assert "This label was opened before" in later.text
    assert 'data-verdict="suspect_copy"' in later.text
    seen = service.client.get(path(lot, serials[0]), headers=BROWSER).text
    assert "The hidden code of this label was already opened at" in seen


def test_a_wrong_code_opens_nothing_and_too_many_must_wait(service: Service) -> None:
    lot, serials, roll_id = roll(service, layer=True)
    before = rows(service, "tem_opening")
    sent = {"code": code(lot, serials[0]), "pin": "0000000000"}
    answers = [
        service.client.post("/opening", data=sent, headers={"Accept": "application/json"}) for _ in range(11)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert (answers[0].json()["code"], answers[-1].json()["code"]) == ("hidden.code", "limit.often")
    assert int(answers[-1].headers["retry-after"]) > 3_000
    page = service.client.post("/opening", data=sent, headers=BROWSER)
    assert page.status_code == 429
    assert "Too many tries" in page.text
    right = sent | {"pin": hidden_code(service, lot, roll_id, 0)}
    assert service.client.post("/opening", data=right, headers=BROWSER).status_code == 429
    assert rows(service, "tem_opening") == before


def test_a_tem_without_a_second_layer_has_no_form_and_nothing_to_open(service: Service) -> None:
    lot, serials, _ = roll(service, 1)
    assert "/opening" not in service.client.get(path(lot, serials[0]), headers=BROWSER).text
    for serial in (serials[0], forged(serials[0])):
        answer = service.client.post(
            "/opening", data={"code": code(lot, serial), "pin": "x"}, headers={"Accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "hidden.none")


# -- verdicts rest on none of it


def test_with_all_working_tables_dropped_every_verdict_stays_but_suspect_copy(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "nguon", anchor_max_seconds=1)
    with running(settings) as service:
        lot, serials, _ = roll(service, layer=True)
        scanned(service, lot, serials[0], "VN-HN", "VN-SG")
        recalled = service.born()
        service.client.post(f"{LOTS}/{recalled}/recall", json={"reason": "Cd"}, headers=service.grower)
        expired = service.born(
            **{"cbvmda:itemExpirationDate": "2026-01-01", "nguon:productionDate": "2025-12-01"}
        )
        service.anchor()
        pending = service.born()
        asked = [
            (lot, serials[0]), (lot, serials[1]), (lot, forged(serials[1])), (lot, None), (recalled, None),
            (expired, None), (pending, None), ("NEVER", None),
        ]  # fmt: skip
        before = [service.verdict(*item)["verdict"] for item in asked]
        assert before == [
            "suspect_copy", "verified", "unknown", "verified", "recalled", "expired", "recorded", "unknown",
        ]  # fmt: skip
        with writing(service.deployment.engine).begin() as connection:
            for table in ("report", "tem_opening", "tem_scan", "api_key", "hosted_key", "organisation"):
                connection.execute(text(f"DROP TABLE {table}"))
        after = [service.verdict(*item)["verdict"] for item in asked]
        assert after == ["verified", *before[1:]]
        page = service.client.get(path(lot, serials[1]), headers=BROWSER)
        assert page.status_code == 200
        assert 'data-verdict="verified"' in page.text
        answer = service.client.get("/api/v1/scans", params={"code": code(lot, serials[0])})
        assert (answer.status_code, answer.json()["code"]) == (503, "store.busy")


def test_many_phones_at_once_lose_no_count_on_either_database(database_url: str, tmp_path: Path) -> None:
    with running(Settings(data_dir=tmp_path / "data", database_url=database_url)) as service:
        lot, serials, _ = roll(service, 2)

        def look(phone: int) -> int:
            headers = BROWSER | {"User-Agent": f"{PHONE} {phone % 10}"}
            return service.client.get(path(lot, serials[phone % 2]), headers=headers).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(look, range(60))) == {200}
        assert [count(service, lot, serial) for serial in serials] == [30, 30]
        assert rows(service) == 2
        known = service.client.get("/api/v1/scans", params={"code": code(lot, serials[0])}).json()
        assert (known["devices"], known["conflict"]) == (5, None)
