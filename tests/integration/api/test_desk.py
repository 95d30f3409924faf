"""The officer's desk: working data, the workbook, the board, rolls that a phone signs, whom a recall must reach."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apikit import GROWER, PLACE, PRODUCT, SHOP, Service, ago, event
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.encoding import canonical_json
from ledger.statement.jws import Header, Jwk, Typ, sign
from nguon.registrar import request

GTIN = "09521001000055"
HERB_GTIN = "09521001000062"
HERB = f"https://id.gs1.org/01/{HERB_GTIN}"
FRESH = "https://id.gs1.org/01/09521001000024"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]


@dataclass(frozen=True)
class Phone:
    """A key that no server has."""

    private: ec.EllipticCurvePrivateKey

    @property
    def kid(self) -> str:
        return Jwk.from_public(self.private.public_key()).kid

    def sign(self, payload: dict[str, Any], about: list[str], typ: Typ = Typ.EPCIS) -> str:
        return sign(Header(self.kid, typ, tuple(about)), canonical_json(payload), self.private).raw

    def event(self, members: dict[str, Any], about: list[str]) -> str:
        now = datetime.now(UTC) + timedelta(hours=7)
        begun = {
            "@context": CONTEXT,
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:{uuid.uuid4()}",
            "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S+07:00"),
            "eventTimeZoneOffset": "+07:00",
            "action": "OBSERVE",
        }
        return self.sign({**begun, **members}, about)

    def describe(
        self, uri: str, kind: str, attributes: dict[str, Any], valid_from: str = "2026-01-01"
    ) -> str:
        payload = {"id": uri, "type": kind, "attributes": attributes, "validFrom": valid_from}
        return self.sign(payload, [uri], Typ.MASTER)


@pytest.fixture(scope="module")
def phone(service: Service) -> Phone:
    """The grower's officer, with a key of his own."""
    private = ec.generate_private_key(ec.SECP256R1())
    stems = ["https://id.gs1.org/01/0952100100", PLACE, GROWER, "https://id.gs1.org/253/9521001"]
    desk = service.deployment.registrar_desk
    desk.admit(
        request(private, GROWER, role="officer", stems=stems, now=service.deployment.clock(), custody="own")
    )
    return Phone(private)


def get(service: Service, path: str, headers: dict[str, str] | None = None, **params: str) -> Any:
    return service.client.get(path, headers=service.grower if headers is None else headers, params=params)


def workbook(service: Service) -> dict[str, Any]:
    response = get(service, "/api/v1/workbook")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def lot_of(book: dict[str, Any], number: str) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in book["lots"] if item["lot"] == number)
    return found


def described(service: Service, phone: Phone) -> None:
    """What the officer says of a herb, a garden and a certificate, signed on his phone."""
    statements = [
        phone.describe(
            HERB,
            "urn:epcglobal:epcis:vtype:EPCClass",
            {
                "urn:epcglobal:cbv:mda:descriptionShort": "Hoa trà hoa vàng sấy, hộp 100 g",
                "urn:epcglobal:cbv:mda:netContentDescription": "100 g",
                "https://w3id.org/nguon/epcis/shelfLifeMonths": 24,
                "https://w3id.org/nguon/epcis/productLine": "herb",
            },
        ),
        phone.describe(
            PLACE,
            "urn:epcglobal:epcis:vtype:Location",
            {"urn:epcglobal:cbv:mda:name": "Vườn Bông", "https://w3id.org/nguon/epcis/areaHa": 0.42},
        ),
        phone.describe(
            "https://id.gs1.org/253/9521001000017GACP-1",
            "https://w3id.org/nguon/vtype/certificate",
            {
                "urn:epcglobal:cbv:mda:name": "GACP-WHO",
                "https://w3id.org/nguon/epcis/standard": "GACP-WHO",
                "https://w3id.org/nguon/epcis/validFrom": "2026-01-01",
                "https://w3id.org/nguon/epcis/validUntil": "2027-01-01",
            },
        ),
    ]
    sent = service.client.post("/api/v1/statements", json={"statements": statements}, headers=service.grower)
    assert sent.status_code == 202, sent.text


# -- the workbook


def test_what_an_officer_described_with_his_phone_is_in_the_workbook(service: Service, phone: Phone) -> None:
    described(service, phone)
    book = workbook(service)
    product = next(item for item in book["products"] if item["gtin"] == HERB_GTIN)
    assert product["name"] == "Hoa trà hoa vàng sấy, hộp 100 g"
    assert product["netContent"] == {"value": 100, "uom": "GRM"}
    assert (product["kind"], product["uom"], product["line"]) == ("packed", None, "herb")
    assert product["shelfLifeDays"] == 720
    place = next(item for item in book["places"] if item["uri"] == PLACE)
    assert (place["name"], place["kind"], place["area"]) == (
        "Vườn Bông",
        "field",
        {"value": 0.42, "uom": "HAR"},
    )
    assert book["certificates"][0]["validUntil"] == "2027-01-01"
    assert "herb" in book["org"]["lines"]


def test_working_data_stand_beside_what_is_signed(service: Service) -> None:
    habits = {"kind": "packed", "uom": "", "units": [{"name": "thùng", "base": 24}], "aliases": ["trà vàng"]}
    answers = [
        service.client.put(f"/api/v1/desk/products/{GTIN}", json=habits, headers=service.grower),
        service.client.put(
            "/api/v1/desk/places",
            json={"uri": PLACE, "kind": "field", "aliases": ["Đồng Bông"]},
            headers=service.grower,
        ),
        service.client.put(
            "/api/v1/desk/partners",
            json={"uri": SHOP, "name": "Cửa hàng Mẫu", "role": "retailer", "phone": "0229 3000 001"},
            headers=service.grower,
        ),
        service.client.put(
            "/api/v1/desk/farm",
            json={"region": "central", "phone": "0229 3000 000", "lines": ["herb", "rice"]},
            headers=service.grower,
        ),
    ]
    assert [answer.status_code for answer in answers] == [204] * 4, [answer.text for answer in answers]
    book = workbook(service)
    assert (book["org"]["region"], book["org"]["phone"]) == ("central", "0229 3000 000")
    assert book["org"]["lines"] == ["herb", "rice"]
    assert {"uri": SHOP, "name": "Cửa hàng Mẫu", "role": "retailer", "phone": "0229 3000 001"} in book[
        "partners"
    ]
    product = next((item for item in book["products"] if item["gtin"] == GTIN), None)
    if product is not None:
        assert product["units"] == [{"name": "thùng", "base": 24}]
        assert product["aliases"] == ["trà vàng"]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/api/v1/desk/farm", {"region": "everywhere"}),
        ("/api/v1/desk/farm", {"region": "north", "phone": "call me"}),
        (f"/api/v1/desk/products/{GTIN}", {"kind": "gold"}),
        (f"/api/v1/desk/products/{GTIN}", {"uom": "BAO"}),
        (f"/api/v1/desk/products/{GTIN}", {"units": [{"name": "bao", "base": 0}]}),
        (f"/api/v1/desk/products/{GTIN}", {"units": [{"name": "bao"}]}),
        (f"/api/v1/desk/products/{GTIN}", {"aliases": [1]}),
        ("/api/v1/desk/places", {"uri": PLACE, "kind": "moon"}),
        ("/api/v1/desk/places", {"uri": "nowhere at all", "kind": "field"}),
        ("/api/v1/desk/partners", {"uri": SHOP, "name": "", "role": "retailer"}),
        ("/api/v1/desk/partners", {"uri": SHOP, "name": "X", "role": "king"}),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
    service: Service, path: str, sent: dict[str, Any]
) -> None:
    before = workbook(service)
    answer = service.client.put(path, json=sent, headers=service.grower)
    assert answer.status_code == 400, answer.text
    after = workbook(service)
    assert {name: before[name] for name in ("org", "partners")} == {
        name: after[name] for name in ("org", "partners")
    }


def test_a_partner_that_is_forgotten_is_gone_and_cannot_be_forgotten_twice(service: Service) -> None:
    other = "https://id.gs1.org/417/9521091000010"
    service.client.put(
        "/api/v1/desk/partners",
        json={"uri": other, "name": "Vận tải Mẫu", "role": "carrier"},
        headers=service.grower,
    )
    assert any(item["uri"] == other for item in workbook(service)["partners"])
    for expected in (204, 404):
        answer = service.client.delete("/api/v1/desk/partners", params={"uri": other}, headers=service.grower)
        assert answer.status_code == expected
    assert all(item["uri"] != other for item in workbook(service)["partners"])


def test_working_data_of_another_organisation_are_neither_seen_nor_changed(service: Service) -> None:
    mine = workbook(service)["org"]
    answer = service.client.put(
        "/api/v1/desk/farm", json={"region": "south", "org": GROWER}, headers=service.shop
    )
    assert answer.status_code == 403
    assert get(service, "/api/v1/workbook", service.shop, org=GROWER).status_code == 403
    theirs = get(service, "/api/v1/workbook", service.shop).json()
    assert theirs["org"]["uri"] == SHOP
    assert theirs["org"]["region"] == "north"
    assert workbook(service)["org"] == mine


def test_the_operator_names_the_organisation_he_asks_about(service: Service) -> None:
    assert get(service, "/api/v1/workbook", service.operator).status_code == 400
    assert get(service, "/api/v1/workbook", service.operator, org=GROWER).json()["org"]["uri"] == GROWER


def test_an_unchanged_workbook_is_not_sent_again(service: Service) -> None:
    first = get(service, "/api/v1/workbook")
    again = get(service, "/api/v1/workbook", {**service.grower, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    service.born(3)
    changed = get(service, "/api/v1/workbook", {**service.grower, "If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


def test_what_was_handed_over_is_left_no_more(service: Service) -> None:
    lot = service.born(100)
    assert lot_of(workbook(service), lot)["left"] == 100
    ship(service, lot, 30)
    book = workbook(service)
    assert (lot_of(book, lot)["left"], lot_of(book, lot)["lane"]) == (70, "packed")
    assert any(item["uri"] == SHOP for item in book["partners"])


def ship(service: Service, lot: str, quantity: int, to: str = SHOP) -> None:
    answer = service.capture(
        event(
            lot,
            bizStep="shipping",
            disposition="in_transit",
            quantityList=[{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": quantity}],
            sourceList=[{"type": "owning_party", "source": GROWER}],
            destinationList=[{"type": "owning_party", "destination": to}],
            eventTime=ago(minutes=30),
        )
    )
    assert answer.status_code == 202, answer.text


# -- the board


def test_the_board_has_every_lot_of_the_organisation_in_one_lane(service: Service) -> None:
    lot = service.born(10)
    answer = get(service, "/api/v1/board")
    assert answer.status_code == 200, answer.text
    lanes = {item["lane"]: item["lots"] for item in answer.json()["lanes"]}
    assert list(lanes) == ["harvested", "dried", "tested", "packed", "shipped"]
    assert [lane for lane, lots in lanes.items() if any(item["lot"] == lot for item in lots)] == ["packed"]
    card = next(item for item in lanes["packed"] if item["lot"] == lot)
    assert isinstance(card["lacks"], list)
    theirs = get(service, "/api/v1/board", service.shop).json()
    assert all(not lane["lots"] for lane in theirs["lanes"])


def test_a_lot_says_in_words_what_it_lacks_and_whether_it_adds_up(service: Service, phone: Phone) -> None:
    described(service, phone)
    raw, lot = service.new_lot(), service.new_lot()
    picked = event(
        raw,
        action="ADD",
        bizStep="https://w3id.org/nguon/bizstep/harvesting",
        quantityList=[{"epcClass": f"{FRESH}/10/{raw}", "quantity": 3, "uom": "KGM"}],
        ilmd={"cbvmda:lotNumber": raw},
    )
    packed = event(
        lot,
        type="TransformationEvent",
        action=None,
        bizStep="packing",
        quantityList=None,
        inputQuantityList=[{"epcClass": f"{FRESH}/10/{raw}", "quantity": 2.9, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": f"{HERB}/10/{lot}", "quantity": 29}],
        ilmd={"cbvmda:lotNumber": lot, "nguon:netWeightKg": 0.1},
        eventTime=ago(minutes=90),
    )
    sent = service.capture(picked, packed)
    assert sent.status_code == 202, sent.text
    answer = get(service, f"/api/v1/board/{HERB_GTIN}/{lot}", {**service.grower, "Accept-Language": "vi"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["ready"] is False
    assert "kết quả kiểm nghiệm đạt" in [item["words"] for item in found["missing"]]
    assert "29 gói × 100 g = 2,9 kg" in found["balance"][0]
    assert found["fits"] is True
    assert any("còn 0,1 kg" in line for line in found["balance"])
    assert found["tem"]["left"] == 29
    assert get(service, f"/api/v1/board/{HERB_GTIN}/{lot}", service.shop).status_code == 403


def test_laboratory_results_are_listed_with_their_limits(service: Service) -> None:
    lot = service.born(10)
    report = {
        "type": "gs1:Dimensionless",
        "nguon:parameter": "Chì (Pb)",
        "value": 2.4,
        "uom": "NA",
        "nguon:limitMax": 2.0,
    }
    answer = service.capture(
        event(
            lot,
            disposition="non_conformant",
            persistentDisposition={"set": ["non_conformant"]},
            sensorElementList=[{"sensorReport": [report]}],
        )
    )
    assert answer.status_code == 202, answer.text
    reports = get(service, "/api/v1/desk/tests").json()["reports"]
    mine = next(item for item in reports if item["lot"].endswith(lot))
    assert mine["conformant"] is False
    assert mine["byLaboratory"] is False
    assert (mine["values"][0]["value"], mine["values"][0]["over"]) == ("2.4", True)
    assert get(service, "/api/v1/desk/tests", service.shop).json()["reports"] == []


# -- rolls that a phone signs


def prepared(service: Service, lot: str, **sent: Any) -> dict[str, Any]:
    answer = service.client.post(
        "/api/v1/desk/rolls", json={"gtin": GTIN, "lot": lot, **sent}, headers=service.grower
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def recorded(service: Service, statement: str, headers: dict[str, str] | None = None) -> Any:
    return service.client.post(
        "/api/v1/desk/rolls/signed", json={"statement": statement}, headers=headers or service.grower
    )


def test_a_roll_that_a_phone_signed_is_printed_and_its_tem_are_verified(
    service: Service, phone: Phone
) -> None:
    lot = service.born(12)
    roll = prepared(service, lot)
    assert roll["count"] == 12, "as many as the lot has room for"
    statement = phone.event(roll["members"], roll["about"])
    answer = recorded(service, statement)
    assert answer.status_code == 201, answer.text
    again = recorded(service, statement)
    assert again.status_code == 201, "sent again after a lost answer it is the same roll"
    assert again.json()["receipt"]["duplicate"] is True
    path = f"/api/v1/lots/{GTIN}/{lot}/tem/{roll['roll']}"
    codes = get(service, path).json()["codes"]
    assert len(codes) == 12
    assert get(service, f"{path}/labels.pdf", layout="A4-33", count="12").content.startswith(b"%PDF-")
    service.anchor()
    verdict = service.client.get("/api/v1/verify", params={"code": codes[3]}).json()
    assert verdict["verdict"] == "verified"
    listed = get(service, f"/api/v1/board/{GTIN}/{lot}").json()
    assert [item["roll"] for item in listed["rolls"]] == [roll["roll"]]
    assert listed["tem"]["left"] == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members["nguon:roll"].update(count=2),
        lambda members: members["nguon:roll"].update(root="00" * 32),
        lambda members: members["quantityList"][0].update(quantity=2),
        lambda members: members.update({"nguon:note": "and a word more"}),
        lambda members: members.update({"bizStep": "inspecting"}),
        lambda members: members.update({"nguon:hidden": {"root": "11" * 32, "count": 3}}),
    ],
)
def test_a_roll_that_says_anything_else_than_was_made_is_not_recorded(
    service: Service, phone: Phone, change: Any
) -> None:
    lot = service.born(3)
    roll = prepared(service, lot)
    members = json.loads(json.dumps(roll["members"]))
    change(members)
    size = service.size()
    answer = recorded(service, phone.event(members, roll["about"]))
    assert answer.status_code == 422, answer.text
    assert service.size() == size


def test_two_prepared_rolls_share_the_room_of_their_lot(service: Service, phone: Phone) -> None:
    lot = service.born(10)
    first, second = prepared(service, lot, count=6), prepared(service, lot, count=6)
    assert recorded(service, phone.event(first["members"], first["about"])).status_code == 201
    refused = recorded(service, phone.event(second["members"], second["about"]))
    assert refused.status_code == 422
    assert refused.json()["code"] == "balance.exceeded"


def test_a_roll_with_a_second_layer_is_made_and_signed_with_it(service: Service, phone: Phone) -> None:
    lot = service.born(4)
    roll = prepared(service, lot, hidden=True)
    assert roll["hidden"] is not None
    assert recorded(service, phone.event(roll["members"], roll["about"])).status_code == 201
    codes = get(service, f"/api/v1/lots/{GTIN}/{lot}/tem/{roll['roll']}").json()
    assert len(codes["hidden"]) == 4


def test_tem_that_a_phone_voids_verify_no_more_and_make_room_for_others(
    service: Service, phone: Phone
) -> None:
    lot = service.born(6)
    roll = prepared(service, lot)
    assert recorded(service, phone.event(roll["members"], roll["about"])).status_code == 201
    code = get(service, f"/api/v1/lots/{GTIN}/{lot}/tem/{roll['roll']}").json()["codes"][2]
    serial = code.rpartition("/")[2]
    sent = {"gtin": GTIN, "lot": lot, "serials": [serial], "reason": "Rách trong máy in"}
    assert service.client.post("/api/v1/desk/voids", json=sent, headers=service.shop).status_code == 403
    answer = service.client.post("/api/v1/desk/voids", json=sent, headers=service.grower)
    assert answer.status_code == 200, answer.text
    (members,) = answer.json()["events"]
    uris = [f"{PRODUCT}/10/{lot}", f"{PRODUCT}/21/{serial}"]
    statement = phone.event(members, uris)
    stored = service.client.post(
        "/api/v1/statements", json={"statements": [statement]}, headers=service.grower
    )
    assert stored.status_code == 202, stored.text
    service.anchor()
    verdict = service.client.get("/api/v1/verify", params={"code": code}).json()
    assert verdict["verdict"] == "unknown"
    assert get(service, f"/api/v1/board/{GTIN}/{lot}").json()["tem"]["left"] == 1
    again = service.client.post("/api/v1/desk/voids", json=sent, headers=service.grower)
    assert (again.status_code, again.json()["code"]) == (409, "tem.voided_before")


def test_nobody_prepares_or_records_rolls_for_lots_of_others(service: Service, phone: Phone) -> None:
    lot = service.born(5)
    asked = service.client.post("/api/v1/desk/rolls", json={"gtin": GTIN, "lot": lot}, headers=service.shop)
    assert asked.status_code == 403
    roll = prepared(service, lot)
    statement = phone.event(roll["members"], roll["about"])
    assert recorded(service, statement, service.shop).status_code == 403
    assert recorded(service, statement).status_code == 201


def test_a_label_can_be_seen_before_there_is_a_roll_and_only_by_who_may_print_it(service: Service) -> None:
    lot = service.born(5)
    asked = {"gtin": GTIN, "lot": lot, "layout": "A4-33"}
    shown = get(service, "/api/v1/desk/tem-sample.svg", **asked)
    assert shown.status_code == 200, shown.text
    assert b"<svg" in shown.content
    assert get(service, "/api/v1/desk/tem-sample.svg", **asked, hidden="true").content != shown.content
    assert get(service, "/api/v1/desk/tem-sample.svg", service.shop, **asked).status_code == 403


def test_a_description_is_answered_whole(service: Service, phone: Phone) -> None:
    described(service, phone)
    found = get(service, "/api/v1/desk/descriptions", uri=HERB).json()
    assert found["attributes"]["https://w3id.org/nguon/epcis/productLine"] == "herb"
    missing = get(service, "/api/v1/desk/descriptions", uri="https://id.gs1.org/01/09521001000086")
    assert missing.status_code == 404


# -- a recall that a phone signs, and whom to call


def test_who_got_some_of_a_lot_or_of_its_daughters_is_to_be_called(service: Service, phone: Phone) -> None:
    service.client.put(
        "/api/v1/desk/partners",
        json={"uri": SHOP, "name": "Cửa hàng Mẫu", "role": "retailer", "phone": "0229 3000 001"},
        headers=service.grower,
    )
    mother, daughter = service.born(50), service.new_lot()
    ship(service, mother, 20)
    made = event(
        daughter,
        type="TransformationEvent",
        action=None,
        bizStep="repackaging",
        quantityList=None,
        inputQuantityList=[{"epcClass": f"{PRODUCT}/10/{mother}", "quantity": 10}],
        outputQuantityList=[{"epcClass": f"{PRODUCT}/10/{daughter}", "quantity": 40}],
        ilmd={"cbvmda:lotNumber": daughter},
        eventTime=ago(minutes=50),
    )
    assert service.capture(made).status_code == 202
    ship(service, daughter, 15)
    path = f"/api/v1/desk/recall/{GTIN}/{mother}"
    found = get(service, path).json()
    assert [(item["state"], item["name"], item["amount"]) for item in found["parts"]] == [
        ("handed", "Cửa hàng Mẫu", 20),
        ("stock", None, 20),
    ]
    assert [(item["lot"], item["forgotten"]) for item in found["daughters"]] == [(daughter, True)]
    assert [(who["name"], who["phone"], len(who["has"])) for who in found["call"]] == [
        ("Cửa hàng Mẫu", "0229 3000 001", 2)
    ]
    recall = {
        "bizStep": "holding",
        "disposition": "recalled",
        "persistentDisposition": {"set": ["recalled"]},
        "nguon:recallReason": "Kiểm nghiệm không đạt",
    }
    statements = [
        phone.event({**recall, "quantityList": [{"epcClass": uri}]}, [uri])
        for uri in (f"{PRODUCT}/10/{mother}", f"{PRODUCT}/10/{daughter}")
    ]
    sent = service.client.post("/api/v1/statements", json={"statements": statements}, headers=service.grower)
    assert sent.status_code == 202, sent.text
    assert service.verdict(daughter)["verdict"] == "recalled"
    after = get(service, path).json()
    assert after["recalled"] is True
    assert after["daughters"][0]["forgotten"] is False
    assert get(service, path, service.shop).status_code == 403


def test_who_to_call_is_told_to_nobody_else(service: Service) -> None:
    lot = service.born(5)
    ship(service, lot, 5)
    assert get(service, f"/api/v1/desk/recall/{GTIN}/{lot}", service.shop).status_code == 403
    assert service.client.get(f"/api/v1/desk/recall/{GTIN}/{lot}").status_code == 401
