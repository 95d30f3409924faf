"""Worlds whose stories have something of everything that a page can tell, and what a page of them is asked with."""

import hashlib
import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ledger import tem
from ledger.lot.documents import ni_uri
from ledger.proof import bundle as bundles
from ledger.statement.jws import Typ
from tests.pages_world import COMPOST, DRIED, DRYER, LOT, PICKED, STORE, StoryWorld, herb
from tests.storykit import Asked
from tests.world import GTIN, instance, lot

UNIT = "https://id.gs1.org/00/095210011260117002"


def picture(width: int = 480, height: int = 320) -> bytes:
    """A photo, as small as one can be written by hand: green hills under a pale sky, PNG."""
    rows = b""
    for y in range(height):
        hill = [height * 0.45 + 40 * ((x % 160) / 80 - 1) ** 2 for x in range(width)]
        rows += b"\0" + b"".join(
            bytes((70, 150 - y // 4, 80)) if y > hill[x] else bytes((214, 232, 240)) for x in range(width)
        )
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


FILES: Mapping[bytes, bytes] = {
    hashlib.sha256(data).digest(): data for data in (picture(), b"%PDF-1.4 a report")
}
PHOTO, REPORT = FILES
LOST = bytes(32)


def asked(world: StoryWorld, uri: str = LOT, serial: str | None = None, **more: Any) -> Asked:
    pending = bool(more.pop("pending", False))
    bundle = world.bundle(uri, serial, pending=pending)
    documents = frozenset(FILES)
    return Asked(bundles.pack(bundle), world.trust(), world.chain(bundle, **more), world.now, documents)


def anchored() -> StoryWorld:
    world = herb()
    world.snapshot()
    return world


def rich() -> StoryWorld:
    """Attachments, loads, unknown steps and units, alarms, many lots, odd values."""
    world = enriched(herb())
    world.snapshot()
    return world


def enriched(world: StoryWorld) -> StoryWorld:
    """A world with all that `rich` has."""
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
    return world


def spoiled() -> StoryWorld:
    """Tem that were spoiled in printing, a roll in their place that has a second layer, and what is no voiding."""
    world = herb()
    key = world.roll_key("roll-1")
    texts = [tem.serial(key, GTIN, "THV260116", index) for index in (3, 7)]
    proofs = [
        [item.hex() for item in tem.slot_proof(key, GTIN, "THV260116", 29, index)[1]] for index in (3, 7)
    ]
    listed = [instance(text) for text in texts]
    void: dict[str, Any] = {"nguon:voided": {"roll": "roll-1", "inclusions": proofs}}
    ended = {"disposition": "inactive", "epcList": listed}
    about = [LOT, *listed]
    world.tell("member", "2026-01-18", "decommissioning", about, **ended, **void)
    world.tell("member", "2026-01-18T09:00:00+07:00", "decommissioning", about, **ended)
    world.tell("member", "2026-01-18T09:30:00+07:00", "destroying", about, **ended)
    world.tell("shop", "2026-01-18T10:00:00+07:00", "decommissioning", about, **ended, **void)
    root = tem.roll_root(world.roll_key("roll-2"), GTIN, "THV260116", 2).hex()
    world.tell(
        "member", "2026-01-18T11:00:00+07:00", "encoding", [LOT], quantityList=[{"epcClass": LOT, "quantity": 2}],
        **{
            "nguon:roll": {"id": "roll-2", "count": 2, "root": root},
            "nguon:hidden": {"root": "1f" * 32, "count": 2},
        },
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


CASES: Mapping[str, Any] = {
    "lot": lambda: asked(anchored()),
    "tem": lambda: asked(world := anchored(), LOT, world.serial(LOT, 16)),
    "rich": lambda: asked(rich()),
    "spoiled": lambda: asked(spoiled()),
    "spoiled tem": lambda: asked(world := spoiled(), LOT, world.serial(LOT, 3)),
    "tem beside spoiled ones": lambda: asked(world := spoiled(), LOT, world.serial(LOT, 4)),
    "tem in the place of a spoiled one": lambda: asked(
        world := spoiled(), LOT, world.serial(LOT, 1, "roll-2")
    ),
    "harvest": lambda: asked(anchored(), PICKED[0]),
    "dried": lambda: asked(anchored(), DRIED),
    "withheld": lambda: asked(withheld()),
    "pending": lambda: asked(pending(), pending=True),
    "recalled": lambda: asked(recalled()),
    "expired": lambda: asked(late()),
    "unknown": lambda: asked(anchored(), lot("NOWHERE")),
    "silent": lambda: asked(anchored(), state="unreachable", latest=None, block=None, endpoints=3, agreed=1),
}


HOSTILE = (
    "<img src=x onerror=\"window.hurt='img'\">",
    "\"'><script>window.hurt='script'</script>",
    "javascript:window.hurt='href'",
    "</p></textarea><svg/onload=window.hurt='svg'>",
    "{n} {lot} {constructor} ${7*7} {{7*7}} {% raw %}",
    "\u202egnp.exe \u2067abc\u2069\u2069 \u200f",
    "x" * 400,
    "a\u200d" * 120,
    "ấ\u0301\u0302\u0303" * 40,
    "&lt;b&gt; %3Cscript%3E \x85 \ufeff",
)
# What gives an event or description its form; every other text in it is the signer's own.
_FORM = frozenset(
    {
        "@context", "type", "eventID", "eventTime", "eventTimeZoneOffset", "action", "epcClass", "declarationTime",
        "parentID", "disposition", "validFrom", "validUntil", "nguon:validUntil", "href", "root", "org", "jwk", "role",
        "custody", "stems", "time", "cbvmda:lotNumber", "cbvmda:itemExpirationDate", "bizStep", "set", "id",
    }
)  # fmt: skip


class HostileWorld(StoryWorld):
    """A world whose signers write hostile text wherever they may write text at all, each in turn."""

    turn: int = 0

    def log_statement(
        self, by: str, typ: Typ, payload: Mapping[str, Any], about: Sequence[str], from_: Sequence[str] = ()
    ) -> int:
        written = payload if typ is Typ.KEY else self._hostile(payload, "")
        return super().log_statement(by, typ, written, about, from_)

    def _hostile(self, value: Any, name: str) -> Any:
        if isinstance(value, Mapping):
            return {key: self._hostile(member, key.rpartition("/")[2]) for key, member in value.items()}
        if isinstance(value, list):
            return [self._hostile(item, name) for item in value]
        if isinstance(value, str) and name not in _FORM and not value.startswith(("ni:", "https:")):
            self.turn += 1
            return f"{HOSTILE[self.turn % len(HOSTILE)]} {value}"
        return value


def hostile() -> StoryWorld:
    """The rich story, every text hostile; hostile identifiers, units, steps, certificates and documents beside."""
    world = enriched(herb(HostileWorld))
    for number, text in enumerate(HOSTILE):
        world.tell(
            "shop", f"2026-01-21T{number:02}:00:00+07:00", text, [LOT], certificationInfo=[text, f"javascript:{text}"],
            bizLocation={"id": text}, quantityList=[{"epcClass": LOT, "quantity": 1, "uom": text}],
            bizTransactionList=[{"type": "testres", "bizTransaction": f"javascript:{text}"}],
            sourceList=[{"type": "owning_party", "source": f"https://id.gs1.org/417/{text}"}],
            destinationList=[{"type": "owning_party", "destination": f"javascript:/417/{text}"}],
            sensorElementList=[{"sensorReport": [{"type": text, "value": 1, "uom": text, "stringValue": text}]}],
            **{
                "nguon:attachment": [
                    {"href": f"javascript:{text}", "title": text}, {"href": ni_uri(PHOTO), "title": text},
                ],
                "nguon:recallReason": text,
                "nguon:inputApplied": [{"nguon:product": text, "nguon:method": text}],
            },
        )  # fmt: skip
        world.tell(
            "lab", f"2026-01-22T{number:02}:00:00+07:00", "inspecting", [LOT], **{"nguon:testedFor": text},
            sensorElementList=[{"sensorReport": [
                {"nguon:parameter": text, "value": 3, "uom": text, "nguon:limitMax": 2},
                {"type": text, "stringValue": text},
            ]}],
        )  # fmt: skip
    world.snapshot()
    return world
