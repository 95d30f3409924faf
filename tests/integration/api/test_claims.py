"""Two organisations at one table: what waits for whose answer, and what an answer may be."""

from typing import Any

from apikit import GROWER, PRODUCT, SHOP, SHOP_PLACE, Service, event

TO_SHOP = {
    "sourceList": [{"type": "owning_party", "source": GROWER}],
    "destinationList": [
        {"type": "owning_party", "destination": SHOP},
        {"type": "possessing_party", "destination": SHOP},
    ],
}


def ship(service: Service, lot: str, quantity: int = 40, **members: Any) -> dict[str, Any]:
    sent: dict[str, Any] = event(
        lot,
        bizStep="shipping",
        disposition="in_transit",
        quantityList=[{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": quantity}],
        **TO_SHOP,
        **members,
    )
    response = service.capture(sent)
    assert response.status_code == 202, response.text
    return sent


def answer(
    sent: dict[str, Any], lot: str, word: str = "accepted", quantity: int = 40, reason: str = ""
) -> Any:
    why = {"nguon:reason": reason} if reason else {}
    return event(
        lot,
        bizStep="receiving",
        quantityList=[{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": quantity}],
        readPoint={"id": SHOP_PLACE},
        **{"nguon:answers": [{"nguon:event": sent["eventID"], "nguon:answer": word, **why}]},
    )


def waiting(service: Service, headers: dict[str, str], lot: str, name: str, **params: Any) -> list[Any]:
    response = service.client.get("/api/v1/claims", headers=headers, params=params)
    assert response.status_code == 200, response.text
    return [each for each in response.json()[name] if any(good["lot"] == lot for good in each["goods"])]


def test_what_was_sent_waits_for_the_shop_until_it_signs(service: Service) -> None:
    lot = service.born()
    sent = ship(service, lot)
    (claim,) = waiting(service, service.shop, lot, "toAnswer")
    assert (claim["by"], claim["byName"], claim["part"], claim["state"]) == (
        GROWER,
        "HTX Mẫu",
        "to",
        "claimed",
    )
    (good,) = claim["goods"]
    assert (good["quantity"], good["unit"]) == (40, None)
    (mine,) = waiting(service, service.grower, lot, "unanswered")
    assert (mine["eventID"], mine["namedName"]) == (sent["eventID"], "Cửa hàng Mẫu")

    assert service.capture(answer(sent, lot), headers=service.shop).status_code == 202
    assert waiting(service, service.shop, lot, "toAnswer") == []
    assert waiting(service, service.grower, lot, "unanswered") == []
    (told,) = waiting(service, service.grower, lot, "unanswered", all=True)
    assert told["state"] == "accepted"


def test_another_amount_and_a_denial_are_told_to_both(service: Service) -> None:
    one, other = service.born(), service.born()
    short, never = ship(service, one), ship(service, other)
    service.capture(answer(short, one, quantity=39), headers=service.shop)
    service.capture(answer(never, other, "denied", reason="Chưa nhận"), headers=service.shop)
    (differs,) = waiting(service, service.shop, one, "toAnswer", all=True)
    assert differs["state"] == "differs"
    assert [(each["claimed"], each["answered"]) for each in differs["differences"]] == [(40, 39)]
    (denied,) = waiting(service, service.grower, other, "unanswered", all=True)
    assert (denied["state"], denied["reason"]) == ("denied", "Chưa nhận")


def test_a_withdrawn_answer_waits_again_and_a_withdrawn_event_no_more(service: Service) -> None:
    lot = service.born()
    sent = ship(service, lot)
    said = answer(sent, lot)
    service.capture(said, headers=service.shop)
    wrong = {"declarationTime": said["eventTime"], "reason": "did_not_occur"}
    response = service.capture({**said, "errorDeclaration": wrong}, headers=service.shop)
    assert response.status_code == 202, response.text
    assert len(waiting(service, service.shop, lot, "toAnswer")) == 1
    assert service.capture({**sent, "errorDeclaration": wrong}).status_code == 202
    assert waiting(service, service.shop, lot, "toAnswer", all=True) == []


def test_a_pallet_waits_with_what_is_inside(service: Service) -> None:
    lot = service.born()
    packed = service.client.post(
        "/api/v1/units",
        json={"codes": [{"code": f"https://nguon.localhost/01/09521001000055/10/{lot}", "quantity": 12}]},
        headers=service.grower,
    )
    assert packed.status_code == 201, packed.text
    unit = packed.json()["sscc"]
    sent = event(
        lot,
        bizStep="shipping",
        quantityList=None,
        epcList=[f"https://id.gs1.org/00/{unit}"],
        **TO_SHOP,
    )
    assert service.capture(sent).status_code == 202
    (claim,) = waiting(service, service.shop, lot, "toAnswer")
    (good,) = claim["goods"]
    assert (good["quantity"], good["unit"]) == (12, f"https://id.gs1.org/00/{unit}")


def test_the_lot_and_its_verdict_tell_of_both_hands(service: Service) -> None:
    lot = service.born()
    sent = ship(service, lot)
    service.capture(answer(sent, lot), headers=service.shop)
    known = service.client.get(f"/api/v1/lots/09521001000055/{lot}", headers=service.grower).json()
    assert [(each["named"], each["state"]) for each in known["claims"]] == [(SHOP, "accepted")]
    service.anchor()
    verdict = service.verdict(lot)
    assert verdict["verdict"] == "verified"
    assert [(each["named"], each["state"]) for each in verdict["claims"]] == [(SHOP, "accepted")]
    page = service.client.get(f"/01/09521001000055/10/{lot}?lang=vi", headers={"Accept": "text/html"}).text
    assert "đã ký nhận đúng số này" in page


def test_the_page_says_when_only_one_side_speaks(service: Service) -> None:
    lot = service.born()
    ship(service, lot)
    service.anchor()
    page = service.client.get(f"/01/09521001000055/10/{lot}?lang=vi", headers={"Accept": "text/html"}).text
    assert "Mới một bên nói" in page
    assert "đã ký nhận" not in page


def test_who_was_not_named_cannot_answer(service: Service) -> None:
    lot = service.born()
    sent = event(lot, bizStep="storing")
    assert service.capture(sent).status_code == 202
    refused = service.capture(answer(sent, lot), headers=service.shop)
    assert refused.status_code == 422
    (found,) = refused.json()["violations"]
    assert (found["code"], found["level"]) == ("answer.unasked", "E")
    assert found["pointer"].endswith("/nguon:answers/0/nguon:event")


def test_an_answer_of_none_of_the_goods_is_refused(service: Service) -> None:
    lot, other = service.born(), service.born()
    sent = ship(service, lot)
    refused = service.capture(answer(sent, other), headers=service.shop)
    assert refused.status_code == 422
    assert [each["code"] for each in refused.json()["violations"]] == ["answer.unasked"]


def test_an_answer_that_comes_before_its_event_is_kept_with_a_warning(service: Service) -> None:
    lot = service.born()
    response = service.capture(
        answer({"eventID": "urn:uuid:01997f2e-7a0b-7c3e-9a54-1b2c3d4e5f60"}, lot), headers=service.shop
    )
    assert response.status_code == 202
    assert [each["code"] for each in response.json()["warnings"]] == ["answer.unknown"]


def test_answers_of_another_shape_are_refused(service: Service) -> None:
    lot = service.born()
    sent = ship(service, lot)
    good = {"nguon:event": sent["eventID"], "nguon:answer": "accepted"}
    wrong: list[Any] = [
        *([], "accepted", [good, good], [{**good, "nguon:answer": "yes"}], [{**good, "nguon:reason": ""}]),
        *([{"nguon:event": sent["eventID"]}], [{**good, "nguon:event": "x"}], [{**good, "nguon:more": 1}]),
    ]
    for value in wrong:
        refused = service.capture({**answer(sent, lot), "nguon:answers": value}, headers=service.shop)
        assert refused.status_code == 422, value
        assert {each["code"] for each in refused.json()["violations"]} == {"event.shape"}, value


def test_nobody_asks_for_another_organisation(service: Service) -> None:
    refused = service.client.get("/api/v1/claims", headers=service.shop, params={"org": GROWER})
    assert (refused.status_code, refused.json()["code"]) == (403, "authority.org")
    allowed = service.client.get("/api/v1/claims", headers=service.operator, params={"org": GROWER})
    assert allowed.status_code == 200
