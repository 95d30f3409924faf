"""Cartons and pallets: what is scanned in is recorded; what may not go in is refused, with its place; whoever scans the
carton learns what is inside."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from apikit import GROWER, PLACE, PRODUCT, SHOP, Service, code, event, joined
from PIL import Image
from sqlalchemy.orm import Session

from coop.stock.models import SsccCounter
from ledger.admission import prove_possession, sign_admission
from ledger.digsig import check
from ledger.encoding import canonical_json
from ledger.statement.jws import Header, Jwk, Typ, sign
from ledger.statement.subjects import Role, subject_key
from tests.ledgerkit import key

LOTS = "/api/v1/lots/09521001000055"
UNITS = "/api/v1/units"


def rolled(service: Service, count: int = 12) -> tuple[str, list[str]]:
    """A new lot and the codes of a roll of its tem."""
    lot = service.born(count, **{"cbvmda:itemExpirationDate": "2028-01-17"})
    response = service.client.post(f"{LOTS}/{lot}/tem", json={"count": count}, headers=service.grower)
    assert response.status_code == 201, response.text
    url = f"{LOTS}/{lot}/tem/{response.json()['roll']}"
    return lot, service.client.get(url, headers=service.grower).json()["codes"]


def pack(service: Service, codes: Sequence[Any], expect: int = 201, **more: Any) -> dict[str, Any]:
    headers = more.pop("headers", service.grower)
    response = service.client.post(UNITS, json={"codes": list(codes), **more}, headers=headers)
    assert response.status_code == expect, response.text
    value: dict[str, Any] = response.json()
    return value


def refused(answer: dict[str, Any]) -> dict[str, str]:
    """Pointer -> code of what was refused."""
    listed = answer.get("violations", answer.get("refused"))
    assert listed is not None
    return {item["pointer"]: item["code"] for item in listed}


def test_a_carton_is_numbered_and_packed_from_what_was_scanned(service: Service) -> None:
    lot, codes = rolled(service)
    size = service.size()
    answer = pack(service, codes[:4], place=PLACE)
    assert service.size() == size + 1
    assert answer["recorded"]
    assert answer["code"] == f"https://nguon.localhost/00/{answer['sscc']}"
    assert [item["place"] for item in answer["good"]] == [1, 2, 3, 4]
    told = service.client.get(f"/epcis/v2/events/{answer['eventID']}", headers=service.grower).json()
    (written,) = told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert (written["type"], written["action"], written["bizStep"]) == ("AggregationEvent", "ADD", "packing")
    assert written["parentID"] == answer["uri"]
    serials = [text.rpartition("/")[2] for text in codes[:4]]
    assert written["childEPCs"] == [f"{PRODUCT}/10/{lot}/21/{serial}" for serial in serials]
    held = service.client.get(f"{UNITS}/{answer['sscc']}", headers=service.grower).json()
    assert held["org"] == GROWER
    inside = held["lots"][0] | {"product": None}  # another test may have described it
    assert held["lots"] == [inside | {"product": held["lots"][0]["product"]}]
    assert inside == {"lot": f"{PRODUCT}/10/{lot}", "count": 4.0, "product": None, "recalled": False}
    assert {item["uri"] for item in held["items"]} == {f"{PRODUCT}/21/{serial}" for serial in serials}


def test_the_lots_own_story_holds_the_packing_and_a_tem_inside_still_verifies(service: Service) -> None:
    lot, codes = rolled(service)
    pack(service, codes[:3])
    service.anchor()
    answer = service.verdict(lot, codes[0].rpartition("/")[2])
    assert answer["verdict"] == "verified"
    told = service.client.get(f"{LOTS}/{lot}", headers=service.grower).json()
    assert told["summary"]["entries"] >= 3


def test_every_kind_of_wrong_code_is_refused_with_its_place(service: Service) -> None:
    lot, codes = rolled(service)
    other, recalled = rolled(service)
    service.client.post(f"{LOTS}/{other}/recall", json={"reason": "Cd"}, headers=service.grower)
    _, elsewhere = rolled(service)
    first = pack(service, elsewhere[:1])
    forged = codes[0][:-1] + ("0" if codes[0][-1] != "0" else "1")
    scanned = [
        codes[0],
        codes[0],
        forged,
        code("NEVER", codes[2].rpartition("/")[2]),
        recalled[0],
        elsewhere[0],
        "https://example.org/01/09521001000055/10/A/21/B",
        "(01)09521001000056(10)A(21)B",
        "09521001000055",
        f"(00){first['sscc'][:17]}{(int(first['sscc'][17]) + 1) % 10}",
        "(00)095210010009999992",
        code(lot),
        "what is this",
        codes[1],
    ]
    size = service.size()
    answer = pack(service, scanned, 422)
    assert service.size() == size
    assert refused(answer) == {
        "/codes/1": "pack.twice",
        "/codes/2": "pack.forged",
        "/codes/3": "pack.unknown_lot",
        "/codes/4": "pack.recalled",
        "/codes/5": "pack.inside",
        "/codes/6": "dl.host",
        "/codes/7": "gs1.check_digit",
        "/codes/8": "pack.no_lot",
        "/codes/9": "gs1.check_digit",
        "/codes/10": "pack.empty_unit",
        "/codes/11": "pack.quantity",
        "/codes/12": "dl.syntax",
    }
    looked = pack(service, scanned, 200, check=True)
    assert [item["place"] for item in looked["good"]] == [1, 14]
    assert len(looked["refused"]) == 12
    assert service.size() == size
    partly = pack(service, scanned, partly=True)
    assert [item["place"] for item in partly["good"]] == [1, 14]
    assert refused(partly) == refused(answer)


def test_a_voided_tem_goes_into_no_carton(service: Service) -> None:
    lot, codes = rolled(service)
    serial = codes[0].rpartition("/")[2]
    sent = {"reason": "torn", "serials": [serial]}
    voided = service.client.post(f"{LOTS}/{lot}/tem/void", json=sent, headers=service.grower)
    assert voided.status_code == 202, voided.text
    assert refused(pack(service, codes[:2], 422)) == {"/codes/0": "pack.voided"}


def test_a_recalled_ancestor_or_serial_keeps_a_tem_out(service: Service) -> None:
    lot, codes = rolled(service)
    serials = [text.rpartition("/")[2] for text in codes]
    sent = {"reason": "torn", "serials": serials[:1]}
    service.client.post(f"{LOTS}/{lot}/recall", json=sent, headers=service.grower)
    assert refused(pack(service, codes[:2], 422)) == {"/codes/0": "pack.recalled"}
    raw = service.born(50)
    made = service.new_lot()
    service.capture(
        event(
            made,
            type="TransformationEvent",
            action=None,
            bizStep="packing",
            quantityList=None,
            inputQuantityList=[{"epcClass": f"{PRODUCT}/10/{raw}", "quantity": 10}],
            outputQuantityList=[{"epcClass": f"{PRODUCT}/10/{made}", "quantity": 10}],
        )
    )
    roll = service.client.post(f"{LOTS}/{made}/tem", json={"count": 5}, headers=service.grower).json()
    pack(service, roll["codes"][:1])
    service.client.post(f"{LOTS}/{raw}/recall", json={"reason": "Cd"}, headers=service.grower)
    assert refused(pack(service, roll["codes"][1:2], 422)) == {"/codes/0": "pack.recalled"}


def test_cartons_go_onto_a_pallet_and_neither_twice_nor_into_themselves(service: Service) -> None:
    lot, codes = rolled(service)
    cartons = [pack(service, codes[at : at + 4]) for at in (0, 4)]
    pallet = pack(service, [f"]C100{cartons[0]['sscc']}", cartons[1]["code"]])
    held = service.client.get(f"{UNITS}/{pallet['sscc']}", headers=service.grower).json()
    assert held["units"] == [carton["uri"] for carton in cartons]
    assert held["lots"][0]["count"] == 8.0
    inner = service.client.get(f"{UNITS}/{cartons[0]['sscc']}", headers=service.grower).json()
    assert inner["in"] == pallet["uri"]
    assert refused(pack(service, [cartons[0]["code"]], 422)) == {"/codes/0": "pack.inside"}
    ring = {"sscc": cartons[0]["sscc"]}
    assert refused(pack(service, [pallet["code"]], 422, **ring)) == {"/codes/0": "pack.itself"}
    assert refused(pack(service, [cartons[0]["code"]], 422, **ring)) == {"/codes/0": "pack.itself"}
    service.client.post(f"{LOTS}/{lot}/recall", json={"reason": "Cd"}, headers=service.grower)
    unpack(service, pallet["sscc"], [cartons[1]["code"]])
    assert refused(pack(service, [cartons[1]["code"]], 422)) == {"/codes/0": "pack.recalled"}


def unpack(
    service: Service, sscc: str, codes: Sequence[str] | None = None, expect: int = 202, **more: Any
) -> dict[str, Any]:
    headers = more.pop("headers", service.grower)
    sent = {**more} if codes is None else {"codes": list(codes), **more}
    response = service.client.post(f"{UNITS}/{sscc}/unpack", json=sent, headers=headers)
    assert response.status_code == expect, response.text
    value: dict[str, Any] = response.json()
    return value


def test_what_is_taken_out_may_be_packed_again(service: Service) -> None:
    _, codes = rolled(service)
    carton = pack(service, codes[:3])
    strange = unpack(service, carton["sscc"], [codes[0], codes[5], codes[0]], 422)
    assert refused(strange) == {"/codes/1": "pack.not_inside", "/codes/2": "pack.twice"}
    unpack(service, carton["sscc"], codes[:1])
    pack(service, codes[:1])
    left = unpack(service, carton["sscc"])
    assert left["recorded"]
    held = service.client.get(f"{UNITS}/{carton['sscc']}", headers=service.grower).json()
    assert (held["items"], held["lots"]) == ([], [])
    empty = unpack(service, carton["sscc"], None, 422)
    assert empty["code"] == "pack.empty_unit"
    pack(service, codes[1:3])


def test_packs_without_serials_go_in_by_quantity(service: Service) -> None:
    lot = service.born(100)
    carton = pack(service, [{"code": code(lot), "quantity": 48}])
    held = service.client.get(f"{UNITS}/{carton['sscc']}", headers=service.grower).json()
    assert held["lots"][0]["count"] == 48.0
    assert refused(pack(service, [{"code": code("NEVER"), "quantity": 1}], 422)) == {
        "/codes/0": "pack.unknown_lot"
    }


def test_a_number_is_its_organisations_own(service: Service) -> None:
    _, codes = rolled(service)
    given = service.client.post(UNITS, json={"count": 2, "extension": 5}, headers=service.shop).json()[
        "units"
    ]
    assert [item["sscc"][:13] for item in given] == ["5952109000001"] * 2
    foreign = pack(service, codes[:1], 403, sscc=given[0]["sscc"])
    assert foreign["code"] == "unit.foreign"
    assert pack(service, codes[:1], 403, sscc="095210020000000016")["code"] == "unit.foreign"
    own = service.client.post(UNITS, json={}, headers=service.grower).json()["units"][0]["sscc"]
    carton = pack(service, codes[:1], sscc=own)
    assert carton["sscc"] == own
    assert pack(service, codes[1:2], sscc=own)["sscc"] == own  # filled up later
    foreign = service.client.get(f"{UNITS}/{own}/label.svg", headers=service.shop)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "unit.foreign")


def test_a_refused_carton_uses_no_number_up(service: Service) -> None:
    _, codes = rolled(service)
    before = pack(service, codes[:1])["sscc"]
    pack(service, [codes[0]], 422)
    after = pack(service, codes[1:2])["sscc"]
    assert int(after[:17]) == int(before[:17]) + 1


def test_numbers_used_up_are_said_so(service: Service) -> None:
    org = "https://id.gs1.org/417/9521001000093"
    headers = joined(service.deployment, org, "HTX Khác", [])
    with Session(service.deployment.accounts) as session, session.begin():
        session.add_all(
            SsccCounter(prefix="952100100009", extension=digit, next=10_000) for digit in range(10)
        )
    answer = service.client.post(UNITS, json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "sscc.exhausted")
    sent = {"prefix": "9521001"}
    assert service.client.put(f"{UNITS}/prefix", json=sent, headers=headers).status_code == 204
    assert service.client.post(UNITS, json={}, headers=headers).json()["units"][0]["sscc"][:8] == "09521001"
    taken = service.client.put(f"{UNITS}/prefix", json={"prefix": "95210010"}, headers=service.shop)
    assert (taken.status_code, taken.json()["code"]) == (409, "sscc.prefix_taken")


def test_who_keeps_its_own_key_signs_the_packing_itself(service: Service) -> None:
    from apikit import bearer

    from coop.accounts.actions import add_organisation, issue_api_key

    deployment, org = service.deployment, "https://id.gs1.org/417/9521001000109"
    add_organisation(deployment.accounts, org, "HTX tự giữ khóa", deployment.clock())
    private = key("own-packer")
    jwk = Jwk.from_public(private.public_key())
    admission = canonical_json(
        {
            "org": org,
            "jwk": jwk.to_json(),
            "role": "member",
            "custody": "own",
            "stems": [org],
            "action": "admit",
            "time": "2026-01-01T00:00:00Z",
        }
    )
    statement = sign_admission(admission, prove_possession(admission, private), deployment.keys.registrar)
    deployment.capture.statements([statement.raw], org=None)
    headers = bearer(issue_api_key(deployment.accounts, org, deployment.clock()).secret)
    _, codes = rolled(service)
    size = service.size()
    answer = pack(service, codes[:2], headers=headers)
    assert not answer["recorded"]
    assert service.size() == size
    draft = answer["toSign"]
    header = Header(jwk.kid, Typ.EPCIS, tuple(draft["about"]), tuple(draft["from"]))
    signed = sign(header, canonical_json(draft["event"]), private)
    sent = service.client.post("/api/v1/statements", json=[signed.raw], headers=headers)
    assert sent.status_code == 202, sent.text
    held = service.client.get(f"{UNITS}/{answer['sscc']}", headers=headers).json()
    assert (held["org"], len(held["items"])) == (org, 2)


def test_whoever_scans_a_carton_learns_what_is_inside(service: Service) -> None:
    lot, codes = rolled(service)
    carton = pack(service, codes[:3])
    path = f"/00/{carton['sscc']}"
    told = service.client.get(path, headers={"Accept": "application/json"}).json()
    assert told["lots"][0]["lot"] == f"{PRODUCT}/10/{lot}"
    assert told["lots"][0]["count"] == 3.0
    assert "items" not in told  # which serials are inside is nobody's business
    assert told["signature"] is None
    for lang, words in (("vi", "3 gói"), ("en", "3 packs")):
        page = service.client.get(path, params={"lang": lang}, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert words in page.text
        assert f"/01/09521001000055/10/{lot}" in page.text
        assert codes[0].rpartition("/")[2] not in page.text
    service.client.post(f"{LOTS}/{lot}/recall", json={"reason": "Cd"}, headers=service.grower)
    assert service.client.get(path, headers={"Accept": "application/json"}).json()["lots"][0]["recalled"]
    nobody = service.client.get("/00/395210019999999990", headers={"Accept": "application/json"})
    assert (nobody.status_code, nobody.json()["code"]) == (404, "not_found.unit")
    wrong = service.client.get("/00/395210019999999991", headers={"Accept": "application/json"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "gs1.check_digit")


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "zpl", "tspl"])
def test_a_label_comes_in_every_form(service: Service, kind: str) -> None:
    _, codes = rolled(service)
    carton = pack(service, codes[:3])
    begins = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF", "zpl": b"^XA", "tspl": b"SIZE 105 mm,148 mm"}
    answer = service.client.get(f"{UNITS}/{carton['sscc']}/label.{kind}", headers=service.grower)
    assert answer.status_code == 200, answer.text
    assert begins[kind] in answer.content[:300]
    operator = service.client.get(f"{UNITS}/{carton['sscc']}/label.{kind}?size=A5", headers=service.operator)
    assert operator.status_code == 200
    assert operator.content != answer.content


def test_a_labels_codes_open_the_carton_and_carry_its_packers_signature(service: Service) -> None:
    lot, codes = rolled(service)
    carton = pack(service, codes[:3])
    url = f"{UNITS}/{carton['sscc']}/label.png"
    for signed in (True, False):
        params = {"dpi": 300, "signed": signed}
        answer = service.client.get(url, params=params, headers=service.grower)
        picture = Image.open(BytesIO(answer.content)).convert("L")
        found = {one.symbology_identifier: one.bytes.decode() for one in zxingcpp.read_barcodes(picture)}
        assert found["]d2"] == f"00{carton['sscc']}0209521001000055172801173" + f"73\x1d10{lot}"
        link = found["]Q1"]
        assert ("8030=" in link) is signed
        path = link.partition("nguon.localhost" if signed else "NGUON.LOCALHOST")[2]
        told = service.client.get(path, headers={"Accept": "application/json"}).json()
        if signed:
            sealed = check(link, service.deployment.log.key_records())
            assert (sealed.key.org, sealed.uri) == (GROWER, carton["uri"])
            assert told["signature"] == {"code": "digsig.holds", "org": GROWER}
            spoiled = path[:-2] + ("AA" if path[-2:] != "AA" else "BB")
            forged = service.client.get(spoiled, headers={"Accept": "application/json"}).json()
            assert forged["signature"]["code"] == "digsig.forged"
        else:
            assert told["signature"] is None


@pytest.mark.parametrize(
    "sent",
    [
        {"codes": []},
        {"codes": "x"},
        {"codes": [1]},
        {"codes": [{"quantity": 2}]},
        {"codes": [{"code": "x", "quantity": "2"}]},
        {"codes": ["x"], "partly": 1},
        {"sscc": "095210010000000017"},
        {"count": "2"},
        {"extension": True},
        {"count": 0},
        {"codes": ["x"], "sscc": "123"},
    ],
)
def test_malformed_orders_are_refused(service: Service, sent: dict[str, Any]) -> None:
    size = service.size()
    answer = service.client.post(UNITS, json=sent, headers=service.grower)
    assert answer.status_code == 400, answer.text
    assert service.size() == size


def test_labels_that_cannot_be_are_refused(service: Service) -> None:
    _, codes = rolled(service)
    sscc = pack(service, codes[:1])["sscc"]
    for query, status, name in (
        ("label.png?size=B7", 422, "label.size"),
        ("label.gif", 404, "unit.label_kind"),
        ("label.zpl?dpi=200", 422, "label.dpi"),
        ("label.zpl?copies=0", 400, "http.parameter"),
    ):
        answer = service.client.get(f"{UNITS}/{sscc}/{query}", headers=service.grower)
        assert (answer.status_code, answer.json()["code"]) == (status, name)
    assert service.client.get(f"{UNITS}/{sscc}/label.png").status_code == 401


def test_more_codes_than_an_event_holds_are_refused(service: Service) -> None:
    answer = service.client.post(
        UNITS, json={"codes": ["x"] * 501, "sscc": "095210010000000017"}, headers=service.shop
    )
    assert answer.status_code in {403, 422}
    own = service.client.post(UNITS, json={}, headers=service.grower).json()["units"][0]["sscc"]
    answer = service.client.post(UNITS, json={"codes": ["x"] * 501, "sscc": own}, headers=service.grower)
    assert (answer.status_code, answer.json()["code"]) == (422, "pack.too_many")


def test_an_operator_says_for_whom(service: Service) -> None:
    answer = service.client.post(UNITS, json={}, headers=service.operator)
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/org")
    given = service.client.post(UNITS, json={"org": SHOP}, headers=service.operator)
    assert given.status_code == 201
    other = service.client.post(UNITS, json={"org": SHOP}, headers=service.grower)
    assert other.json()["code"] == "authority.org"


def test_two_who_pack_the_same_tem_at_once_do_not_both_succeed(service: Service) -> None:
    _, codes = rolled(service)
    with ThreadPoolExecutor(4) as pool:
        sent = {"codes": codes[:6]}
        answers = list(
            pool.map(lambda _: service.client.post(UNITS, json=sent, headers=service.grower), range(4))
        )
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    for answer in answers:
        if answer.status_code == 422:
            assert set(refused(answer.json()).values()) == {"pack.inside"}


def test_what_only_the_contract_recalls_goes_into_no_carton(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot, codes = rolled(service)
    wanted = subject_key(Role.ABOUT, f"{PRODUCT}/10/{lot}")
    chain = service.deployment.chain
    answer = chain.answer([wanted])
    monkeypatch.setattr(chain, "answer", lambda keys: replace(answer, recalled=frozenset(keys) & {wanted}))
    assert refused(pack(service, codes[:1], 422)) == {"/codes/0": "pack.recalled"}


def test_a_typed_code_of_a_carton_opens_its_page(service: Service) -> None:
    _, codes = rolled(service)
    carton = pack(service, codes[:1])
    sscc = carton["sscc"]
    grouped = f"(00) {sscc[:6]} {sscc[6:]}"
    for typed in (sscc, grouped, carton["code"], f"]C100{sscc}", f"/00/{sscc}"):
        page = service.client.get(
            "/verify", params={"code": typed, "lang": "en"}, headers={"Accept": "text/html"}
        )
        assert (page.status_code, page.url.path) == (200, f"/00/{sscc}")
        assert "1 pack inside" in page.text
    wrong = service.client.get("/verify", params={"code": f"(00){sscc[:17]}{(int(sscc[17]) + 1) % 10}"})
    assert wrong.url.path == "/verify"


def test_a_tem_whose_rolls_key_is_not_kept_here_is_not_taken_unchecked(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, codes = rolled(service)
    monkeypatch.setattr("ledger.slots.RollSlots.__call__", lambda *_: None)
    assert refused(pack(service, codes[:1], 422)) == {"/codes/0": "pack.unchecked"}
