"""What the alliance sees: who records, whom to call and why, a month as a table."""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from apikit import GROWER, PRODUCT, SHOP, SHOP_PLACE, Service, event

from coop.accounts.actions import add_organisation
from coop.alliance.queries import SLOW, Seen, Why, first_to_call, overview
from ledger.store.activity import Activity, activities, index_at
from ledger.store.search import connection_of

IDLE = "https://id.gs1.org/417/9521099000012"


def seen_by_the_operator(service: Service) -> dict[str, Any]:
    response = service.client.get("/api/v1/alliance", headers=service.operator)
    assert response.status_code == 200, response.text
    value: dict[str, Any] = response.json()
    return value


def one(service: Service, uri: str) -> dict[str, Any]:
    found = {each["uri"]: each for each in seen_by_the_operator(service)["organisations"]}
    value: dict[str, Any] = found[uri]
    return value


def test_who_records_is_regular_and_who_never_did_has_not_begun(service: Service) -> None:
    service.born()
    add_organisation(service.deployment.accounts, IDLE, "HTX Chưa Ghi", service.deployment.clock())
    grower, idle = one(service, GROWER), one(service, IDLE)
    assert (grower["kind"], grower["days"], grower["recent"] > 0) == ("cooperative", 0, True)
    assert (idle["state"], idle["last"], idle["why"]) == ("none", None, [])
    assert one(service, SHOP)["kind"] == "retailer"


def test_a_denial_is_a_reason_to_call_whom_it_contradicts(service: Service) -> None:
    lot = service.born()
    sent = event(
        lot,
        bizStep="shipping",
        destinationList=[{"type": "owning_party", "destination": SHOP}],
    )
    assert service.capture(sent).status_code == 202
    reply = {"nguon:event": sent["eventID"], "nguon:answer": "denied", "nguon:reason": "Chưa nhận"}
    denial = event(
        lot,
        bizStep=None,
        quantityList=[{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": 100}],
        readPoint={"id": SHOP_PLACE},
        **{"nguon:answers": [reply]},
    )
    assert service.capture(denial, headers=service.shop).status_code == 202
    grower = one(service, GROWER)
    assert grower["state"] == "call"
    assert grower["why"][0] == {"code": "denied", "by": "Cửa hàng Mẫu", "reason": "Chưa nhận"}
    told = seen_by_the_operator(service)
    assert GROWER in told["calls"]
    assert sum(told["counts"].values()) == sum(o["kind"] == "cooperative" for o in told["organisations"])


def test_who_falls_silent_is_slow_then_to_be_called(service: Service) -> None:
    service.born()
    accounts, log, now = service.deployment.accounts, service.deployment.log, service.deployment.clock()

    def state(days: int) -> tuple[str, list[str]]:
        later = now + days * (SLOW / 14)
        (found,) = (item for item in overview(accounts, log, later) if item.uri == SHOP)
        return found.state, [why.code for why in found.why]

    lot = service.born()
    service.capture(event(lot, bizStep="storing", readPoint={"id": SHOP_PLACE}), headers=service.shop)
    assert state(1) == ("regular", [])
    assert state(15) == ("slow", [])
    assert state(40) == ("call", ["silent"])


def test_the_gravest_reason_and_the_longest_silence_come_first() -> None:
    def seen(name: str, code: str, day: int) -> Seen:
        last = Activity("", 1, 0, 0, datetime(2026, 1, day, tzinfo=UTC))
        return Seen(name, name, "cooperative", None, None, "call", last, (Why(code, {}),))

    rows = [seen("a", "silent", 9), seen("b", "silent", 3), seen("c", "denied", 20), seen("d", "reports", 2)]
    assert [item.name for item in first_to_call(rows)] == ["c", "d", "b", "a"]


def test_a_month_is_counted_and_comes_as_a_table(service: Service) -> None:
    service.born()
    month = service.deployment.clock().strftime("%Y-%m")
    rows = service.client.get(
        "/api/v1/alliance/report", headers=service.operator, params={"month": month}
    ).json()["organisations"]
    grower = next(row for row in rows if row["uri"] == GROWER)
    assert grower["events"] > 0
    assert grower["ownKey"] == 0
    before = service.client.get(
        "/api/v1/alliance/report", headers=service.operator, params={"month": "2020-01"}
    ).json()["organisations"]
    assert {row["events"] for row in before} == {0}
    table = service.client.get(
        "/api/v1/alliance/report", headers=service.operator, params={"month": month, "kind": "csv"}
    )
    assert table.content.startswith(b"\xef\xbb\xbf")
    head, *body = csv.reader(StringIO(table.content.decode("utf-8-sig")))
    assert len(head) == 7
    assert len(body) == len(rows)
    wrong = service.client.get(
        "/api/v1/alliance/report", headers=service.operator, params={"month": "2026-13"}
    )
    assert wrong.status_code == 400


def test_an_organisation_does_not_see_the_others(service: Service) -> None:
    for path in ("/api/v1/alliance", "/api/v1/alliance/report?month=2026-11"):
        assert service.client.get(path, headers=service.grower).status_code == 403


def test_a_moment_is_found_in_the_log_by_its_times(service: Service) -> None:
    service.born()
    now = service.deployment.clock()
    with service.deployment.log.reading() as log:
        connection = connection_of(log)
        assert index_at(connection, now.replace(year=2000)) == 0
        assert index_at(connection, now.replace(year=2100)) == log.size()
        found = activities(connection, now.replace(year=2000), now.replace(year=2100))
        assert found[GROWER].recent == found[GROWER].events == found[GROWER].hosted
