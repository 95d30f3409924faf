"""A cooperative whose officer sits at her desk: a season of tea behind her, a laboratory, a shop, her own browser."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser

from coop.accounts.actions import add_organisation
from coop.people.desk import Wanted
from ledger.encoding import canonical_json
from tests.browser.coopkit import CLASS, OPERATOR, ORG, Farm, MemberPhone, _master, gtin, place_uri
from tests.passkeykit import Json

DESK = {"width": 1280, "height": 860}
LAB = "https://id.gs1.org/417/9521090000011"
SHOP = "https://id.gs1.org/417/9521095000016"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://w3id.org/nguon/epcis/", "cbvmda": "urn:epcglobal:cbv:mda:"},
]
HARVESTED, DRIED, PACKED = (f"https://id.gs1.org/01/{gtin(item)}" for item in (1, 2, 3))
GARDEN, DRYER, STORE = (place_uri(name) for name in ("Vườn A03", "Nhà sấy", "Kho chính"))
MDA, NGUON = "urn:epcglobal:cbv:mda:", "https://w3id.org/nguon/epcis/"


def day(delta: int) -> str:
    """The ISO day so many days from now, in Vietnam."""
    return (datetime.now(UTC) + timedelta(hours=7, days=delta)).date().isoformat()


def officer(found: Farm, browser: Browser, lang: str = "vi", **options: Any) -> MemberPhone:
    """A second officer of the cooperative, in a browser, with a key of her own."""
    made = MemberPhone(browser, found, lang, **options)
    link = found.deployment.people.invite(
        OPERATOR, Wanted("officer", "cô Nhàn", org=ORG, phone="0229 300 000")
    )
    made.join({"secret": link.secret})
    return made


def event(step: str, ago: float, place: str, **members: Any) -> Json:
    """An event some hours ago; own steps of this project are named by their word."""
    at = (datetime.now(UTC) + timedelta(hours=7 - ago)).strftime("%Y-%m-%dT%H:%M:%S+07:00")
    standard = ("packing", "shipping", "sampling", "inspecting", "receiving", "commissioning")
    found = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": at,
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": step if step in standard else f"https://w3id.org/nguon/bizstep/{step}",
        "readPoint": {"id": place},
        "bizLocation": {"id": place},
        **members,
    }
    return {name: value for name, value in found.items() if value is not None}


def amount(uri: str, lot: str, quantity: float, uom: str | None = "KGM") -> Json:
    return {"epcClass": f"{uri}/10/{lot}", "quantity": quantity, **({"uom": uom} if uom else {})}


def capture(found: Farm, org: str, *events: Json) -> None:
    """Record events with the hosted key of an organisation."""
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": datetime.now(UTC).isoformat(timespec="seconds"),
        "epcisBody": {"eventList": list(events)},
    }
    found.deployment.capture.document(canonical_json(document), org=org)


def season(found: Farm) -> None:
    """From the harvest to packed boxes, a laboratory's good word, some handed to a shop; a lot that failed, too."""
    deployment = found.deployment
    stems = [
        f"https://id.gs1.org/{ai}/{'0' if ai in ('00', '01') else ''}9529990"
        for ai in ("00", "01", "414", "253")
    ]
    deployment.host_key(ORG, role="member", stems=stems)
    for org, name, role, place in (
        (LAB, "Phòng kiểm nghiệm Mẫu", "laboratory", "https://id.gs1.org/414/9521090000011"),
        (SHOP, "Cửa hàng Mẫu Hoa Lư", "retailer", "https://id.gs1.org/414/9521095000023"),
    ):
        add_organisation(deployment.accounts, org, name, deployment.clock())
        deployment.host_key(org, role=role, stems=[place])
    described(found)
    for lot, kilograms, hours in (
        ("H261101", 12.4, 500),
        ("H261102", 9.6, 480),
        ("H261120", 8.1, 30),
        ("H261121", 6.3, 6),
    ):
        listed = [amount(HARVESTED, lot, kilograms)]
        ilmd = {"cbvmda:lotNumber": lot, "nguon:plantPart": "hoa"}
        capture(found, ORG, event("harvesting", hours, GARDEN, action="ADD", quantityList=listed, ilmd=ilmd))
    dried(found, "D261103", [("H261101", 12.4), ("H261102", 9.6)], 3.05, 450)
    sample(found, "D261103", 0.05, 440)
    result(found, "D261103", 3.0, 0.4, 300)
    packed(found, "TH261108", "D261103", 2.9, 58, 250)
    dried(found, "D261122", [("H261120", 8.1)], 1.2, 20)
    sample(found, "D261122", 0.05, 18)
    packed(found, "TH261010", None, 3.0, 60, 800)
    capture(
        found,
        ORG,
        event(
            "shipping",
            700,
            STORE,
            disposition="in_transit",
            quantityList=[amount(PACKED, "TH261010", 45, None)],
            sourceList=[{"type": "owning_party", "source": ORG}],
            destinationList=[{"type": "owning_party", "destination": SHOP}],
        ),
    )


def described(found: Farm) -> None:
    """Certificates of which one ends soon; a shop with a telephone number."""
    listed = [("GACP-WHO, vùng trồng", "GACP-WHO", 400), ("OCOP 4 sao", "OCOP", 20)]
    statements = [
        _master(
            found.officer,
            f"https://id.gs1.org/253/{ORG.rpartition('/')[2]}CN-{place}",
            "https://w3id.org/nguon/vtype/certificate",
            {
                f"{MDA}name": name,
                f"{NGUON}standard": standard,
                f"{NGUON}validFrom": day(-300),
                f"{NGUON}validUntil": day(left),
            },
        )
        for place, (name, standard, left) in enumerate(listed, 1)
    ]
    tea = {
        f"{MDA}descriptionShort": "Hộp trà hoa vàng 50 g",
        f"{MDA}netContentDescription": "50 g",
        f"{NGUON}productLine": "herb",
        f"{NGUON}ocopStars": 4,
    }
    statements.append(_master(found.officer, PACKED, CLASS, tea))
    answer = found.officer.post("/statements", {"statements": statements})
    assert answer.status_code == 202, answer.text
    partner = {"uri": SHOP, "name": "Cửa hàng Mẫu Hoa Lư", "role": "retailer", "phone": "0229 300 111"}
    assert found.officer.ask("PUT", "/desk/partners", partner).status_code == 204


def dried(found: Farm, lot: str, fresh: list[tuple[str, float]], kilograms: float, hours: float) -> None:
    inputs = [amount(HARVESTED, each, quantity) for each, quantity in fresh]
    outputs = [amount(DRIED, lot, kilograms)]
    ilmd = {"cbvmda:lotNumber": lot}
    made = event("drying", hours, DRYER, type="TransformationEvent", action=None)
    capture(found, ORG, {**made, "inputQuantityList": inputs, "outputQuantityList": outputs, "ilmd": ilmd})


def sample(found: Farm, lot: str, kilograms: float, hours: float) -> None:
    capture(
        found,
        ORG,
        event("sampling", hours, DRYER, action="DELETE", quantityList=[amount(DRIED, lot, kilograms)]),
    )


def result(found: Farm, lot: str, kilograms: float, lead: float, hours: float) -> None:
    """What the laboratory found, signed by itself."""
    report = [
        {
            "type": "gs1:Dimensionless",
            "nguon:parameter": "Chì (Pb)",
            "value": lead,
            "uom": "NA",
            "nguon:limitMax": 2.0,
        },
        {
            "type": "gs1:Dimensionless",
            "nguon:parameter": "Độ ẩm",
            "value": 7.2,
            "uom": "P1",
            "nguon:limitMax": 13,
        },
    ]
    number = f"https://id.gs1.org/253/9521090000011KN26-{lot}"
    word = "conformant" if lead <= 2 else "non_conformant"
    members = {
        "disposition": word,
        "persistentDisposition": {"set": [word]},
        "quantityList": [amount(DRIED, lot, kilograms)],
        "bizTransactionList": [{"type": "testres", "bizTransaction": number}],
        "sensorElementList": [{"sensorReport": report}],
        "nguon:laboratory": LAB,
        "bizLocation": None,
    }
    capture(found, LAB, event("inspecting", hours, "https://id.gs1.org/414/9521090000011", **members))


def packed(found: Farm, lot: str, dry: str | None, kilograms: float, packs: int, hours: float) -> None:
    ilmd = {
        "cbvmda:lotNumber": lot,
        "nguon:netWeightKg": 0.05,
        "nguon:productionDate": day(-int(hours // 24)),
        "cbvmda:itemExpirationDate": day(700),
    }
    listed = [amount(PACKED, lot, packs, None)]
    if dry is None:
        capture(
            found, ORG, event("commissioning", hours, STORE, action="ADD", quantityList=listed, ilmd=ilmd)
        )
        return
    made = event("packing", hours, STORE, type="TransformationEvent", action=None)
    inputs = [amount(DRIED, dry, kilograms)]
    capture(found, ORG, {**made, "inputQuantityList": inputs, "outputQuantityList": listed, "ilmd": ilmd})
