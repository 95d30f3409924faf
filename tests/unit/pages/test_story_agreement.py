"""A browser tells the same story as the service, from the same bytes: every text, in both languages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from ledger.lot.documents import ni_uri
from ledger.proof import bundle as bundles
from ledger.statement.jws import Typ
from tests.pages_world import (
    COMPOST,
    DRIED,
    DRYER,
    LOT,
    PICKED,
    STORE,
    StoryWorld,
    herb,
)
from tests.storykit import NODE, ROLLDOWN, Asked, Scripts, as_printed, as_scripted
from tests.world import instance, lot

PHOTO, REPORT, LOST = (bytes([number]) * 32 for number in (1, 2, 3))
UNIT = "https://id.gs1.org/00/095210011260117002"


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripts]:
    if not (NODE.exists() and ROLLDOWN.exists()):
        pytest.skip("no node: `make setup`")
    with Scripts(tmp_path_factory.mktemp("story")) as running:
        yield running


def asked(world: StoryWorld, uri: str = LOT, serial: str | None = None, **more: Any) -> Asked:
    pending = bool(more.pop("pending", False))
    bundle = world.bundle(uri, serial, pending=pending)
    documents = frozenset([PHOTO, REPORT])
    return Asked(bundles.pack(bundle), world.trust(), world.chain(bundle, **more), world.now, documents)


def anchored() -> StoryWorld:
    world = herb()
    world.snapshot()
    return world


def rich() -> StoryWorld:
    """Attachments, loads, unknown steps and units, alarms, many lots, odd values."""
    world = herb()
    files = [
        {"href": ni_uri(PHOTO), "mediaType": "image/jpeg", "title": "Ảnh vườn"},
        {"href": ni_uri(REPORT), "mediaType": "application/pdf", "title": "Phiếu KN"},
        {"href": ni_uri(LOST), "mediaType": "application/pdf"},
        {"href": "https://elsewhere.example/x.pdf", "title": "không phải ni"},
    ]
    place: dict[str, Any] = {"bizLocation": {"id": DRYER}}
    load = {"type": "AggregationEvent", "parentID": UNIT, "childEPCs": [instance("K001")]}
    about = [UNIT, LOT, instance("K001")]
    world.tell("member", "2026-01-18", "packing", about, action="ADD", **load, **place)
    world.tell("shop", "2026-01-20T12:00:00.250+07:00", "unpacking", about, action="DELETE", **load)
    world.tell(
        "member", "2026-01-19", "crop_protection", [LOT], [COMPOST], **place,
        **{
            "nguon:attachment": files,
            "nguon:inputApplied": [
                {"nguon:product": COMPOST, "nguon:amount": 0.0000125, "nguon:uom": "XYZ", "nguon:target": "rệp"},
                {"nguon:activeIngredient": "abamectin", "nguon:preHarvestIntervalDays": 1},
            ],
            "nguon:areaHa": 0.42,
            "nguon:expectedQuantity": 1200,
        },
    )  # fmt: skip
    world.tell(
        "lab", "2026-01-19T23:30:00-05:00", "inspecting", [LOT], disposition="non_conformant",
        persistentDisposition={"set": ["non_conformant"]}, **{"nguon:testedFor": "mẫu lưu"},
        sensorElementList=[{"sensorReport": [
            {"type": "Mass", "value": 62.5, "uom": "GRM", "nguon:limitMax": 100},
            {"type": "Mass", "value": 1, "uom": "GRM", "nguon:limitMax": 0},
            {"type": "Speed", "minValue": 1.5, "uom": "??"}, {"type": "Speed", "maxValue": 1e21},
            {"type": "gs1:Odd", "meanValue": 0.5, "nguon:limitMax": 0.4, "uom": "P1"},
            {"type": "Temperature", "booleanValue": True}, {"stringValue": ""}, {"type": "Temperature"},
        ]}],
    )  # fmt: skip
    named = [f"V{number}" for number in range(6)]
    many = [{"epcClass": lot(name), "quantity": 1, "uom": "KGM"} for name in named]
    world.tell(
        "shop", "2026-01-20T15:00:00+07:00", "cycle_counting", [LOT, *map(lot, named)], quantityList=many
    )
    world.tell(
        "officer", "2026-01-20T16:00:00+07:00", "holding", [LOT], **{"nguon:discrepancyNote": "thiếu"},
        bizLocation={"id": STORE}, sensorElementList=[{"sensorReport": [
            {"type": "Temperature", "maxValue": -0.5, "uom": "CEL", "exception": "ALARM_CONDITION"}
        ]}],
    )  # fmt: skip
    world.tell(
        "member", "2026-01-20T17:00:00+07:00", "urn:x:odd_step", [LOT], epcList=[instance("K001"), UNIT]
    )
    for uri, attributes in {
        LOT.partition("/10/")[0]: {
            "urn:epcglobal:cbv:mda:descriptionShort": "Gạo, hộp (mẫu)",
            "https://w3id.org/nguon/epcis/image": ni_uri(PHOTO),
            "https://w3id.org/nguon/epcis/brandName": "Mẫu",
        },
        DRYER: {"urn:epcglobal:cbv:mda:name": ", (x)", "urn:epcglobal:cbv:mda:city": "Hà Nội"},
    }.items():
        world.log_statement(
            "officer", Typ.MASTER, {"id": uri, "type": "x", "attributes": attributes, "validFrom": "2026-01-02"}, (uri,)
        )  # fmt: skip
    world.snapshot()
    return world


def withheld() -> StoryWorld:
    world = herb()
    world.log[-2].withheld = True
    world.snapshot()
    return world


def pending() -> StoryWorld:
    world = anchored()
    world.tell("shop", "2026-01-20T18:00:00+07:00", "retail_selling", [LOT])
    return world


def recalled() -> StoryWorld:
    world = herb()
    world.recall("officer", LOT)
    world.snapshot()
    return world


def late() -> StoryWorld:
    world = anchored()
    world.now = datetime.fromisoformat("2028-01-25T09:00:00+07:00")
    return world


CASES: dict[str, Any] = {
    "lot": lambda: asked(anchored()),
    "tem": lambda: asked(world := anchored(), LOT, world.serial(LOT, 16)),
    "rich": lambda: asked(rich()),
    "harvest": lambda: asked(anchored(), PICKED[0]),
    "dried": lambda: asked(anchored(), DRIED),
    "withheld": lambda: asked(withheld()),
    "pending": lambda: asked(pending(), pending=True),
    "recalled": lambda: asked(recalled()),
    "expired": lambda: asked(late()),
    "unknown": lambda: asked(anchored(), lot("NOWHERE")),
    "silent": lambda: asked(anchored(), state="unreachable", latest=None, block=None, endpoints=3, agreed=1),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_browser_tells_what_the_service_tells(scripts: Scripts, name: str, lang: str) -> None:
    case: Asked = CASES[name]()
    told, view = scripts.tell(case), case.view(lang)
    assert told["verdict"] == view.verdict
    printed, scripted = as_printed(view), as_scripted(told[lang])
    for part, value in printed.items():
        assert scripted[part] == value, part


def test_the_richest_case_has_something_of_every_part() -> None:
    view = CASES["rich"]().view("vi")
    assert all(as_printed(view).values())
    assert view.product is not None
    assert view.product.photo


def test_a_tampered_bundle_tells_no_story(scripts: Scripts) -> None:
    case = asked(anchored())
    told = scripts.tell(Asked(case.bundle[:-9] + b"}", case.trust, case.chain, case.now))
    assert told["verdict"] == "tampered"
    assert (told["vi"]["product"], told["vi"]["story"], told["vi"]["legal"]) == (None, [], [])
