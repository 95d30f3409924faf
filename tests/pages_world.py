"""Stories to print pages of: real bundles of `tests.world`, verified for real, with what a page needs beside them.

The herb story follows PROFILE's worked example: field, sorting, drying, laboratory, packing, labels, shop.
All organisations are invented.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from api.pages import (
    Catalogues,
    ChainFacts,
    Opened,
    PageContext,
    PageView,
    PassportView,
    Support,
    load_catalogues,
    malformed_view,
    page_view,
    passport_view,
)
from coop.scans.desk import suspicions
from coop.scans.queries import ScanSummary
from coop.scans.rule import Conflict
from ledger import tem
from ledger.proof import bundle as bundles
from ledger.proof.bundle import Bundle
from ledger.proof.target import Target
from ledger.proof.verdict import Verdict
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from ledger.proof.word import SCAN_CONFLICT, heed, suspicion
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role
from tests.world import COOP, COOP_STEMS, GTIN, LAB, PRODUCT, SHOP, World, instance, lot

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUES: Catalogues = load_catalogues(PROJECT / "nguon" / "locales")
LOT = lot("THV260116")
PLANTING = lot("CAY2021", "09521001000017")
PICKED = (lot("H260108A", "09521001000024"), lot("H260112A", "09521001000024"))
SORTED = lot("S260112", "09521001000031")
DRIED = lot("D260114", "09521001000048")
COMPOST = lot("HC2502-11", "09521080000014")
PLOT = "https://id.gs1.org/414/9521001000024/254/THV-A03"
DRYER = "https://id.gs1.org/414/9521001000031"
STORE = "https://id.gs1.org/414/9521095000023"
GACP = "https://id.gs1.org/253/9521001000017GACP2024-017"
OCOP = "https://id.gs1.org/253/9521001000024OCOP4S-2024-033"
LEAD = "https://identifiers.org/inchikey:WABPQHHGFIMREM-UHFFFAOYSA-N"
CADMIUM = "https://identifiers.org/inchikey:BDOSMKKIYDKNTQ-UHFFFAOYSA-N"
STEP = "https://w3id.org/nguon/bizstep/"
MDA = "urn:epcglobal:cbv:mda:"
NGUON = "https://w3id.org/nguon/epcis/"
CHAIN = ChainFacts(
    name="anvil",
    chain_id=31337,
    contract="0x5FbDB2315678afecb367f032d93F642f64180aa3",
    log_id="0x" + "9c" * 32,
    local=True,
    test=True,
    anchor_tx="0x" + "5a" * 32,
    anchor_block=1204,
)
SUPPORT = Support(phone="0229 000 0000", email="hotro@nguon.example")

OPENED_AT = datetime(2026, 1, 20, 3, 5, tzinfo=UTC)
PROOF = ("1f" * 16, "9c" * 32, "a4" * 32)

_DESCRIPTIONS: Mapping[str, Mapping[str, Any]] = {
    PRODUCT: {
        MDA + "descriptionShort": "Hoa trà hoa vàng sấy, hộp 100 g",
        MDA + "netContentDescription": "100 g",
        NGUON + "appliedStandards": "TCCS 01:2025/MAU; QCVN 8-2:2011/BYT",
        NGUON + "variety": "Camellia sp.",
    },
    PLANTING.partition("/10/")[0]: {MDA + "descriptionShort": "Vườn trà hoa vàng, cây trồng 2021 (nội bộ)"},
    PICKED[0].partition("/10/")[0]: {MDA + "descriptionShort": "Hoa trà hoa vàng tươi (nội bộ)"},
    SORTED.partition("/10/")[0]: {MDA + "descriptionShort": "Hoa trà hoa vàng đã phân loại (nội bộ)"},
    DRIED.partition("/10/")[0]: {MDA + "descriptionShort": "Hoa trà hoa vàng sấy rời (nội bộ)"},
    COOP: {
        MDA + "name": "HTX Dược liệu Mẫu Núi Đính (dữ liệu mẫu)",
        MDA + "streetAddressOne": "xã Nho Quan",
        MDA + "state": "Ninh Bình",
    },
    PLOT: {MDA + "name": "Lô A03, 0,42 ha"},
    DRYER: {MDA + "name": "Xưởng sơ chế, sấy"},
    GACP: {
        MDA + "name": "GACP-WHO, vùng trồng dược liệu",
        NGUON + "standard": "GACP-WHO",
        NGUON + "validUntil": "2027-05-31",
    },
    OCOP: {MDA + "name": "OCOP 4 sao", NGUON + "standard": "OCOP", NGUON + "validUntil": "2025-12-31"},
}
_BY_OTHERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    LAB: ("lab", {MDA + "name": "Phòng kiểm nghiệm Mẫu (ISO/IEC 17025, dữ liệu mẫu)"}),
    SHOP: ("shop", {MDA + "name": "Cửa hàng OCOP Mẫu Hoa Lư (dữ liệu mẫu)", MDA + "state": "Ninh Bình"}),
    STORE: ("shop", {MDA + "name": "Cửa hàng OCOP Mẫu Hoa Lư"}),
}


class StoryWorld(World):
    """A world whose bundles also describe everything that the story names."""

    def bundle(
        self, uri: str, serial: str | None = None, *, size: int | None = None, pending: bool = False
    ) -> Bundle:
        plain = super().bundle(uri, serial, size=size, pending=pending)
        at = size if size is not None else (self.anchored or 0)
        head = len(self.log) if pending else at
        named = [name for name in (*_DESCRIPTIONS, *_BY_OTHERS) if name != PRODUCT]
        described = tuple(self._subject(Role.DESC, name, at, head) for name in named)
        known = {(subject.role, subject.uri) for subject in plain.subjects}
        signers = [(Role.ABOUT, self.keys[name].jwk.uri) for name in ("officer", "lab", "shop", "certifier")]
        keys = tuple(
            self._subject(role, name, at, head) for role, name in signers if (role, name) not in known
        )
        return replace(plain, subjects=(*plain.subjects, *described, *keys))

    def tell(
        self, by: str, day: str, step: str, about: Sequence[str], from_: Sequence[str] = (), **members: Any
    ) -> int:
        """Log an event of a day; own steps get their namespace."""
        own = {"planting", "fertilising", "weeding", "crop_protection", "harvesting", "sorting", "drying"}
        moment = day if "T" in day else f"{day}T08:30:00+07:00"
        return self.event(
            by, about, from_, eventTime=moment, bizStep=f"{STEP}{step}" if step in own else step, **members
        )


def herb(kind: type[StoryWorld] = StoryWorld) -> StoryWorld:
    """A lot of dried tea flowers, from the field to the shop, not anchored yet."""
    world = kind(seed="herb", now=datetime.fromisoformat("2026-01-17T12:00:00+07:00"))
    world.admit("officer", COOP, "officer", COOP_STEMS)
    world.admit("member", COOP, "member", COOP_STEMS, by="officer", custody="hosted")
    world.admit("lab", LAB, "laboratory", (LAB,))
    world.admit("authority", "https://id.gs1.org/417/9521099000012", "authority")
    world.admit("shop", SHOP, "retailer", (SHOP, "https://id.gs1.org/414/952109500"), custody="hosted")
    world.admit("certifier", "urn:nguon:certifier", "officer", ("https://id.gs1.org/253/",))
    for uri, attributes in _DESCRIPTIONS.items():
        _describe(world, "certifier" if "/253/" in uri else "officer", uri, attributes)
    for uri, (by, attributes) in _BY_OTHERS.items():
        _describe(world, by, uri, attributes)
    plot: dict[str, Any] = {"bizLocation": {"id": PLOT}}
    dryer: dict[str, Any] = {"bizLocation": {"id": DRYER}}
    bushes = [{"epcClass": PLANTING, "quantity": 1200}]
    world.tell("member", "2021-03-12", "planting", [PLANTING], action="ADD", quantityList=bushes, **plot)
    applied = {
        "nguon:product": COMPOST,
        "nguon:tradeName": "Phân hữu cơ vi sinh Mẫu",
        "nguon:amount": 420,
        "nguon:uom": "KGM",
    }
    world.tell(
        "member", "2025-03-15", "fertilising", [PLANTING], [COMPOST], quantityList=bushes, **plot,
        **{"nguon:inputApplied": [applied | {"nguon:method": "bón gốc"}]},
    )  # fmt: skip
    weeding = {"nguon:method": "làm cỏ tay, tủ gốc"}
    world.tell("member", "2025-06-02", "weeding", [PLANTING], quantityList=bushes, **plot, **weeding)
    for uri, day, amount in zip(PICKED, ("2026-01-08", "2026-01-12"), (12.4, 9.6), strict=True):
        world.tell(
            "member", day, "harvesting", [uri], [PLANTING], action="ADD", certificationInfo=[GACP], **plot,
            quantityList=[{"epcClass": uri, "quantity": amount, "uom": "KGM"}],
            ilmd={"cbvmda:lotNumber": uri.rpartition("/")[2], "cbvmda:harvestStartDate": day, "nguon:plantPart": "hoa"},
        )  # fmt: skip
    weighed = [
        {"epcClass": PICKED[0], "quantity": 14.2, "uom": "KGM"},
        {"epcClass": PICKED[1], "quantity": 9.6, "uom": "KGM"},
    ]
    wrong = world.tell(
        "member", "2026-01-12T11:05:00+07:00", "receiving", [*PICKED], quantityList=weighed, **dryer
    )
    world.void(wrong)
    right = [{"epcClass": PICKED[0], "quantity": 12.4, "uom": "KGM"}, weighed[1]]
    world.tell("member", "2026-01-12T11:05:00+07:00", "receiving", [*PICKED], quantityList=right, **dryer)
    change = {"type": "TransformationEvent", **dryer}
    world.tell(
        "member", "2026-01-12T15:20:00+07:00", "sorting", [SORTED], [*PICKED], **change, inputQuantityList=right,
        outputQuantityList=[{"epcClass": SORTED, "quantity": 21.2, "uom": "KGM"}],
    )  # fmt: skip
    world.tell(
        "member", "2026-01-14T09:40:00+07:00", "drying", [DRIED], [SORTED], **change,
        inputQuantityList=[{"epcClass": SORTED, "quantity": 21.2, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": DRIED, "quantity": 3.05, "uom": "KGM"}],
        ilmd={"cbvmda:lotNumber": "D260114", "nguon:process": "sấy thăng hoa"},
        sensorElementList=[{"sensorReport": [
            {"type": "Temperature", "minValue": -35.5, "maxValue": 42.0, "uom": "CEL"},
            {"type": "Dimensionless", "value": 4.8, "uom": "P1", "nguon:parameter": "độ ẩm sau sấy"},
        ]}],
    )  # fmt: skip
    world.tell(
        "lab", "2026-01-16T14:00:00+07:00", "inspecting", [DRIED], disposition="conformant",
        persistentDisposition={"set": ["conformant"]},
        quantityList=[{"epcClass": DRIED, "quantity": 3.0, "uom": "KGM"}],
        bizTransactionList=[{"type": "testres", "bizTransaction": "https://id.gs1.org/253/9521090000011KN26-0098"}],
        sensorElementList=[{"sensorReport": [
            {"type": "Dimensionless", "value": 4.9, "uom": "P1", "nguon:parameter": "độ ẩm", "nguon:limitMax": 12},
            {"type": "Dimensionless", "chemicalSubstance": LEAD, "value": 0.62, "uom": "NA", "nguon:limitMax": 2.0},
            {"type": "Dimensionless", "chemicalSubstance": CADMIUM, "value": 1.08, "uom": "NA", "nguon:limitMax": 1.0},
            {"type": "Dimensionless", "microorganism": "https://identifiers.org/taxonomy:562", "booleanValue": False},
            {"type": "Dimensionless", "stringValue": "không phát hiện (LOQ 0,01 mg/kg, 86 hoạt chất)",
             "nguon:parameter": "dư lượng thuốc BVTV"},
        ]}],
    )  # fmt: skip
    world.tell(
        "member", "2026-01-17", "packing", [LOT], [DRIED], **change, certificationInfo=[GACP, OCOP],
        inputQuantityList=[{"epcClass": DRIED, "quantity": 2.9, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": LOT, "quantity": 29}],
        ilmd={
            "cbvmda:lotNumber": "THV260116", "cbvmda:itemExpirationDate": "2028-01-17",
            "nguon:productionDate": "2026-01-17",
        },
    )  # fmt: skip
    root = tem.roll_root(world.roll_key("roll-1"), GTIN, "THV260116", 29).hex()
    world.tell(
        "member", "2026-01-17T11:30:00+07:00", "encoding", [LOT], quantityList=[{"epcClass": LOT, "quantity": 29}],
        **dryer, **{"nguon:roll": {"id": "roll-1", "count": 29, "root": root}},
    )  # fmt: skip
    world.now += timedelta(days=3)
    goods = [{"epcClass": LOT, "quantity": 24}]
    parties = {
        "sourceList": [{"type": "owning_party", "source": COOP}],
        "destinationList": [{"type": "owning_party", "destination": SHOP}],
    }
    world.tell(
        "member", "2026-01-20T07:15:00+07:00", "shipping", [LOT], quantityList=goods, **dryer, **parties
    )
    store = {"bizLocation": {"id": STORE}}
    world.tell("shop", "2026-01-20T09:50:00+07:00", "receiving", [LOT], quantityList=goods, **store)
    world.tell("shop", "2026-01-20T10:40:00+07:00", "stocking", [LOT], quantityList=goods, **store)
    return world


def _describe(world: World, by: str, uri: str, attributes: Mapping[str, Any]) -> None:
    payload = {
        "id": uri,
        "type": "urn:epcglobal:epcis:vtype:EPCClass",
        "attributes": attributes,
        "validFrom": "2021-01-01",
    }
    world.log_statement(by, Typ.MASTER, payload, (uri,))


def context(code: str, path: str, now: datetime, **changes: Any) -> PageContext:
    """A page's surroundings, on the local chain."""
    return replace(
        PageContext(
            now=now,
            code=code,
            path=path,
            base_url="https://nguon.example",
            origin="nguon.example/test",
            chain=CHAIN,
            support=SUPPORT,
            proof_url="/api/v1/proof?subject=https%3A%2F%2Fid.gs1.org&size=42",
            checkpoint="nguon.example/test\n42\nq0Vw…\n",
        ),
        **changes,
    )


def checked(world: World, bundle: Bundle, **chain: Any) -> Verification:
    """Verify a bundle as it would arrive: as bytes."""
    return verify(bundles.pack(bundle), world.trust(), world.chain(bundle, **chain), world.now)


def _verified() -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    world.now += timedelta(hours=2)
    return checked(world, world.bundle(LOT, world.serial(LOT, 16))), world.now


def _stale() -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    bundle = world.bundle(LOT, world.serial(LOT, 16))
    answer = world.chain(bundle)
    world.now += timedelta(days=9)
    return verify(bundles.pack(bundle), world.trust(), answer, world.now), world.now


def _of_chain(state: str) -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    bundle = world.bundle(LOT, world.serial(LOT, 16))
    return checked(world, bundle, state=state, latest=None, block=None, endpoints=3, agreed=1), world.now


def _incomplete() -> tuple[Verification, datetime]:
    world = herb()
    world.log[-2].withheld = True
    world.snapshot()
    return checked(world, world.bundle(LOT, world.serial(LOT, 16))), world.now


def _recorded() -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    fresh = lot("THV260120")
    world.event(
        "member", [fresh], [DRIED], type="TransformationEvent", bizStep="packing",
        eventTime="2026-01-20T11:00:00+07:00",
        inputQuantityList=[{"epcClass": DRIED, "quantity": 0.1, "uom": "KGM"}],
        outputQuantityList=[{"epcClass": fresh, "quantity": 1}], ilmd={"cbvmda:lotNumber": "THV260120"},
    )  # fmt: skip
    return checked(world, world.bundle(fresh, pending=True)), world.now


def _expired() -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    world.now = datetime.fromisoformat("2028-01-25T09:00:00+07:00")
    return checked(world, world.bundle(LOT, world.serial(LOT, 16))), world.now


def _suspect() -> tuple[Verification, datetime]:
    found, now = _verified()
    word = suspicion(
        SCAN_CONFLICT, "", kind="places", day="2026-01-20", place1="VN-HN", place2="VN-CT", days=0, count=7
    )
    return heed(found, [word]), now


def _recalled() -> tuple[Verification, datetime]:
    world = herb()
    world.event(
        "officer", [LOT], bizStep="holding", disposition="recalled", eventTime="2026-01-20T08:00:00+07:00",
        persistentDisposition={"set": ["recalled"]}, quantityList=[{"epcClass": LOT, "quantity": 29}],
        **{"nguon:recallReason": "in sai hạn sử dụng trên tem phụ"},
    )  # fmt: skip
    world.snapshot()
    world.now += timedelta(minutes=35)
    return checked(world, world.bundle(LOT, world.serial(LOT, 16))), world.now


def _unknown() -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    forged = world.serial(LOT, 16)[:5] + "ZZZZZZZZZZZZ"
    return checked(world, world.bundle(LOT, forged)), world.now


def _tampered() -> tuple[Verification, datetime]:
    world = herb()
    world.snapshot()
    bundle = world.bundle(LOT)
    first = bundle.subjects[0]
    short = replace(first, entries=first.entries[:-1])
    target = Target(GTIN, "THV260116", None)
    chain = world.chain(bundle)
    forged = bundles.pack(replace(bundle, subjects=(short, *bundle.subjects[1:])))
    return verify(forged, world.trust(), chain, world.now, expect=target), world.now


CASES: Mapping[Verdict, Callable[[], tuple[Verification, datetime]]] = {
    Verdict.TAMPERED: _tampered,
    Verdict.UNKNOWN: _unknown,
    Verdict.RECALLED: _recalled,
    Verdict.SUSPECT_COPY: _suspect,
    Verdict.EXPIRED: _expired,
    Verdict.INCOMPLETE: _incomplete,
    Verdict.RECORDED: _recorded,
    Verdict.CHAIN_DISPUTED: lambda: _of_chain("disputed"),
    Verdict.CHAIN_UNREACHABLE: lambda: _of_chain("unreachable"),
    Verdict.STALE: _stale,
    Verdict.VERIFIED: _verified,
}


@cache
def found_of(verdict: Verdict) -> tuple[Verification, datetime]:
    """A verification that comes to a verdict, and the time at which it does."""
    found, now = CASES[verdict]()
    assert found.verdict is verdict, [reason.to_json() for reason in found.reasons]
    return found, now


def view_of(verdict: Verdict, lang: str = "vi", **changes: Any) -> PageView:
    """The page of a verdict, from a bundle that comes to it."""
    catalogue = CATALOGUES[lang]
    path = f"/01/{GTIN}/10/THV260116"
    if verdict is Verdict.MALFORMED:
        code = str(changes.pop("code", "https://nguon.examp1e/01/09521001000055"))
        now = datetime.fromisoformat("2026-01-20T12:00:00+07:00")
        surroundings = context(code, "/verify", now, **changes)
        return malformed_view(surroundings, catalogue, reason="dl.host", host="nguon.examp1e")
    found, now = found_of(verdict)
    return page_view(found, context(f"https://nguon.example{path}", path, now, **changes), catalogue)


SCANNED: Mapping[str, Mapping[str, Any]] = {
    "first": {"scans": ScanSummary(), "layer": True},
    "before": {
        "scans": ScanSummary(3, date(2026, 1, 18), "VN-18", date(2026, 1, 20), 2, ("VN-18",)),
        "layer": True,
    },
    "nowhere": {"scans": ScanSummary(1, date(2026, 1, 18), None, date(2026, 1, 18), 1)},
    "opened": {"scans": ScanSummary(), "layer": True, "opened": Opened("first", OPENED_AT, 0.0, *PROOF)},
    "reopened": {
        "scans": ScanSummary(opened=OPENED_AT),
        "layer": True,
        "opened": Opened("again", OPENED_AT, 0.0, *PROOF),
    },
    "seen": {"scans": ScanSummary(opened=OPENED_AT), "layer": True},
    "wrong": {"scans": ScanSummary(), "layer": True, "opened": Opened("wrong")},
    "wait": {"scans": ScanSummary(), "layer": True, "opened": Opened("wait", wait=3_400.0)},
    "busy": {"scans": ScanSummary(), "layer": True, "opened": Opened("busy")},
}
"""What a page of a genuine tem is told of its scans and its second layer."""


def scanned_view(name: str, lang: str = "vi") -> PageView:
    """The page of a genuine tem whose scans are one of `SCANNED`."""
    found, now = found_of(Verdict.VERIFIED)
    path = f"/01/{GTIN}/10/THV260116"
    surroundings = context(f"https://nguon.example{path}", path, now, **SCANNED[name])
    return page_view(heed(found, suspicions(SCANNED[name]["scans"])), surroundings, CATALOGUES[lang])


def conflicting_view(kind: str, lang: str = "vi") -> PageView:
    """The page of a tem whose scans contradict each other, by `places` or by `devices`."""
    catalogue, (found, now) = CATALOGUES[lang], found_of(Verdict.VERIFIED)
    day = date(2026, 1, 20)
    against = {
        "places": Conflict("places", day, "VN-HN", "VN-SG", 0),
        "devices": Conflict("devices", day, devices=31),
    }[kind]
    known = ScanSummary(57, date(2026, 1, 18), "VN-18", day, 31, ("VN-18", "VN-HN", "VN-SG"), against)
    path = f"/01/{GTIN}/10/THV260116"
    surroundings = context(f"https://nguon.example{path}", path, now, scans=known, layer=True)
    return page_view(heed(found, suspicions(known)), surroundings, catalogue)


def passport_of(verdict: Verdict, lang: str = "vi", **changes: Any) -> PassportView:
    """The passport page of a verdict."""
    found, now = found_of(verdict)
    path = f"/passport/{GTIN}/THV260116"
    return passport_view(found, context("", path, now, **changes), CATALOGUES[lang])


__all__ = [
    "CATALOGUES",
    "CHAIN",
    "LOT",
    "SCANNED",
    "SUPPORT",
    "checked",
    "conflicting_view",
    "context",
    "found_of",
    "herb",
    "instance",
    "passport_of",
    "scanned_view",
    "view_of",
]
