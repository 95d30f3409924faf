"""Events become short sentences in both languages, and odd ones do not break a page."""

from typing import Any

import pytest

from api.pages.names import Names, lot_path, short
from api.pages.reading import EventReader
from api.pages.sentences import Sentence, Teller, document_number
from ledger.lot.terms import local_name
from tests.pages_world import CATALOGUES

RICE = "https://id.gs1.org/01/09521002000030/10/K2511"


def tell(lang: str = "vi", **event: Any) -> Sentence:
    names = Names(
        {
            "https://id.gs1.org/01/09521002000030": {
                "urn:epcglobal:cbv:mda:descriptionShort": "Thóc khô (nội bộ)"
            }
        },
        CATALOGUES[lang],
    )
    return Teller(names, CATALOGUES[lang], ()).tell(EventReader(event))


def test_a_harvest_tells_its_amount_with_a_decimal_comma_in_vietnamese() -> None:
    event = {
        "bizStep": "https://w3id.org/nguon/bizstep/harvesting",
        "quantityList": [{"epcClass": RICE, "quantity": 12.4, "uom": "KGM"}],
    }
    assert tell(**event).title == "Thu hoạch 12,4 kg"
    assert tell("en", **event).title == "Harvested 12.4 kg"
    assert tell(**event).details == ("Thóc khô, lô K2511",)


def test_drying_tells_what_went_in_and_what_came_out() -> None:
    sentence = tell(
        type="TransformationEvent",
        bizStep="https://w3id.org/nguon/bizstep/drying",
        inputQuantityList=[{"epcClass": RICE, "quantity": 144000, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": RICE, "quantity": 125900, "uom": "KGM"}],
        sensorElementList=[
            {"sensorReport": [{"type": "Temperature", "minValue": -35.5, "maxValue": 42.0, "uom": "CEL"}]}
        ],
    )
    assert sentence.title == "Sấy 144.000 kg còn 125.900 kg"
    assert "nhiệt độ −35,5 đến 42 °C" in sentence.details


def test_pallets_and_packs_are_counted_apart() -> None:
    epcs = ["https://id.gs1.org/00/095210021260110019", "https://id.gs1.org/01/09521002000085/21/A1"]
    assert tell("en", bizStep="shipping", epcList=epcs).title == "Shipped 1 item and 1 logistic unit"


@pytest.mark.parametrize(
    "form", ["packing", "https://ref.gs1.org/cbv/BizStep-packing", "urn:epcglobal:cbv:bizstep:packing"]
)
def test_a_step_is_known_in_every_form_of_its_name(form: str) -> None:
    assert local_name(form) == "packing"


def test_a_step_that_nobody_knows_gets_a_decent_sentence() -> None:
    assert tell("en", bizStep="https://example.com/steps/star_gazing").title == "Another step: star gazing"


def test_a_recall_says_its_reason_and_is_marked() -> None:
    sentence = tell(
        bizStep="holding", persistentDisposition={"set": ["recalled"]}, **{"nguon:recallReason": "in sai hạn"}
    )
    assert sentence.title == "Ra lệnh thu hồi"
    assert sentence.alert
    assert "Lý do: in sai hạn" in sentence.details


def test_a_product_applied_is_told_with_amount_method_and_interval() -> None:
    applied = {
        "nguon:tradeName": "Bt Mẫu",
        "nguon:amount": 0.42,
        "nguon:uom": "KGM",
        "nguon:target": "sâu ăn lá",
        "nguon:preHarvestIntervalDays": 3,
    }
    details = tell(
        bizStep="https://w3id.org/nguon/bizstep/crop_protection", **{"nguon:inputApplied": [applied]}
    ).details
    assert details == ("Bt Mẫu, 0,42 kg, sâu ăn lá", "cách ly 3 ngày")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"bizStep": 7, "quantityList": "x", "sensorElementList": [None, {"sensorReport": [1, {}]}]},
        {
            "bizStep": "packing",
            "quantityList": [{"epcClass": RICE, "quantity": "many"}],
            "ilmd": [],
            "epcList": [5],
        },
        {
            "bizStep": "inspecting",
            "persistentDisposition": "conformant",
            "errorDeclaration": 1,
            "eventTime": "soon",
        },
        {"nguon:inputApplied": "soap", "bizTransactionList": [[]], "destinationList": {"destination": []}},
    ],
)
def test_an_event_of_another_shape_never_breaks_a_page(odd: dict[str, Any]) -> None:
    assert tell(**odd).title


def test_names_lose_remarks_and_documents_their_type_number() -> None:
    assert short("Phòng kiểm nghiệm Mẫu (dữ liệu mẫu)") == "Phòng kiểm nghiệm Mẫu"
    assert document_number("https://id.gs1.org/253/9521090000011KN26-0098") == "KN26-0098"


def test_a_lots_page_keeps_its_number_percent_encoded_once() -> None:
    assert lot_path("https://id.gs1.org/01/09521001000055/10/A%2FB") == "/01/09521001000055/10/A%2FB"
    assert lot_path("https://id.gs1.org/01/09521001000055/21/A") == ""


def test_what_only_went_in_is_named_once_with_its_lot_and_amount() -> None:
    used = [{"epcClass": RICE, "quantity": 900, "uom": "KGM"}]
    sentence = tell(
        type="TransformationEvent", bizStep="https://w3id.org/nguon/bizstep/sowing", inputQuantityList=used
    )
    assert sentence.title == "Gieo 900 kg giống"
    assert sentence.details == ("Thóc khô, lô K2511, 900 kg",)


def test_a_count_has_no_unit_and_an_unknown_unit_keeps_its_code() -> None:
    def measured(uom: str) -> str:
        report = {"type": "Count", "value": 25, "uom": uom, "nguon:parameter": "khóm/m2"}
        return tell(bizStep="x", sensorElementList=[{"sensorReport": [report]}]).details[0]

    assert measured("C62") == "khóm/m2 25"
    assert measured("XYZ") == "khóm/m2 25 XYZ"
