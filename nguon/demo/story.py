"""A day in two cooperatives: what the demo records, in order.

1. Organisations join. The operator keeps a key for each of them, but the laboratory, which has its own.
2. The herb and rice samples are captured: field, drying, laboratory, packing, shop, a recall, a release.
3. A roll of tem is issued for the rice; a few small lots are packed, each for something that can happen to a lot.
4. The log is anchored.
5. A harvest of flowers is recalled, and with it what was packed from it. The log is anchored again.
6. One more lot is packed. It is recorded, and waits for the next anchor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

from coop.accounts.actions import add_organisation
from ledger.encoding import JsonValue, canonical_json
from ledger.errors import ChainError
from ledger.gs1.digital_link import lot_uri
from nguon.demo.lies import CONTEXT
from nguon.demo.own_key import OwnKey
from nguon.demo.samples import Samples
from nguon.wiring import Deployment

HERB_COOP = "https://id.gs1.org/417/9521001000017"
RICE_COOP = "https://id.gs1.org/417/9521002000016"
LABORATORY = "https://id.gs1.org/417/9521090000011"
TEA = "09521001000055"
FLOWERS = "09521001000024"
RICE = "09521002000085"
LOOSE_RICE = lot_uri("09521002000047", "G260108")
TEA_BUSHES = lot_uri("09521001000017", "CAY2021")

RICE_LOT = "NHC260110"
REPACKED = ("09521096000091", "NHC260110-R1")
TEA_LOT = "THV260116"
ALTERED, WITHHELD, EXPIRED, RECORDED = "NHC260111", "NHC260112", "NHC260113", "NHC260114"
RECALLED_HARVEST, RECALLED_TEA = "H260118A", "THV260118"
TEM_COUNT = 200
ANCHOR_TIMEOUT = 30.0
VIETNAM = timezone(timedelta(hours=7))

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Day:
    """What came of it.

    Attributes:
        serials: some tem of the rice lot's roll.
        first_anchor: size of the log when it was anchored first; a bundle of that size is stale by now.
        anchored: size of the newest anchor.
        births: number of a small lot of rice -> index of the entry that brought it into being.
        tested: index of the laboratory's statement about the lot whose record will be withheld.
    """

    serials: tuple[str, ...]
    first_anchor: int
    anchored: int
    births: Mapping[str, int]
    tested: int


class Story:
    """Tells a deployment what happens."""

    def __init__(self, deployment: Deployment, samples: Samples, progress: Progress) -> None:
        self._deployment, self._samples, self._progress = deployment, samples, progress
        self._laboratory = OwnKey(LABORATORY)
        self._now = deployment.clock()
        self._births: dict[str, int] = {}

    def tell(self) -> Day:
        """The whole day.

        Raises:
            LedgerError: something was refused that must not be.
        """
        self._join()
        self._capture_samples()
        serials = self._issue_tem()
        self._pack_small_lots()
        tested = self._test(WITHHELD)
        self._progress("anchor")
        first = self.anchor()
        self._progress("recall")
        self._deployment.issuing.recall(
            lot_uri(FLOWERS, RECALLED_HARVEST), None, "pesticide residue", HERB_COOP
        )
        anchored = self.anchor()
        self.pack(RECORDED, days_ago=0, keeps=365)
        return Day(serials, first, anchored, self._births, tested)

    # -- joining

    def _join(self) -> None:
        self._progress("join")
        for who in self._samples.organisations:
            add_organisation(self._deployment.accounts, who.org, who.name, self._now)
            if who.signs_itself:
                asked = self._laboratory.request(role=who.role, stems=who.stems, now=self._now)
                self._deployment.registrar_desk.admit(asked)
            else:
                self._deployment.host_key(who.org, role=who.role, stems=who.stems)

    # -- recording

    def _capture_samples(self) -> None:
        self._progress("capture")
        for org, document in self._samples.documents:
            self._send(org, document)

    def _send(self, org: str, document: bytes) -> int:
        """Record a document; returns the index of its first entry."""
        if org == LABORATORY:
            signed = self._laboratory.statements(document, self._today().isoformat())
            return self._deployment.capture.statements(signed, org=org).receipts[0].index
        return self._deployment.capture.document(document, org=org).receipts[0].index

    def _issue_tem(self) -> tuple[str, ...]:
        self._progress("tem")
        roll = self._deployment.issuing.issue_roll(RICE, RICE_LOT, TEM_COUNT, RICE_COOP)
        codes = self._deployment.tem_codes(roll.id, RICE, RICE_LOT, 3)
        return tuple(code.rpartition("/")[2] for code in codes)

    def _pack_small_lots(self) -> None:
        self.pack(ALTERED, days_ago=1, keeps=365)
        self.pack(WITHHELD, days_ago=1, keeps=365)
        self.pack(EXPIRED, days_ago=30, keeps=28)
        self._harvest()

    def pack(self, lot: str, *, days_ago: int, keeps: int, bags: int = 2) -> None:
        """Some bags of 5 kg out of the loose rice, which keep so many days."""
        packed = self._now - timedelta(days=days_ago, minutes=30)
        ilmd: dict[str, JsonValue] = {
            "cbvmda:lotNumber": lot,
            "cbvmda:itemExpirationDate": _day(packed + timedelta(days=keeps)),
            "nguon:productionDate": _day(packed),
            "nguon:netWeightKg": 5,
        }
        self._births[lot] = self._event(
            RICE_COOP,
            packed,
            "https://id.gs1.org/414/9521002000030",
            type="TransformationEvent",
            bizStep="packing",
            disposition="active",
            inputQuantityList=[{"epcClass": LOOSE_RICE, "quantity": 5 * bags, "uom": "KGM"}],
            outputQuantityList=[{"epcClass": lot_uri(RICE, lot), "quantity": bags}],
            ilmd=ilmd,
        )

    def _harvest(self) -> None:
        """A small harvest of flowers, and a box packed from it."""
        picked = self._now - timedelta(days=3)
        harvest: JsonValue = {"epcClass": lot_uri(FLOWERS, RECALLED_HARVEST), "quantity": 1.5, "uom": "KGM"}
        self._event(
            HERB_COOP,
            picked,
            "https://id.gs1.org/414/9521001000024/254/THV-A03",
            type="ObjectEvent",
            action="ADD",
            bizStep="https://w3id.org/nguon/bizstep/harvesting",
            disposition="active",
            quantityList=[harvest],
            ilmd={
                "cbvmda:lotNumber": RECALLED_HARVEST,
                "cbvmda:harvestEndDate": _day(picked),
                "cbvmda:countryOfOrigin": "VN",
                "nguon:sourcePlanting": TEA_BUSHES,
            },
        )
        packed = self._now - timedelta(days=1)
        self._event(
            HERB_COOP,
            packed,
            "https://id.gs1.org/414/9521001000031/254/DG-01",
            type="TransformationEvent",
            bizStep="packing",
            disposition="active",
            inputQuantityList=[harvest],
            outputQuantityList=[{"epcClass": lot_uri(TEA, RECALLED_TEA), "quantity": 2}],
            ilmd={
                "cbvmda:lotNumber": RECALLED_TEA,
                "cbvmda:itemExpirationDate": _day(packed + timedelta(days=730)),
                "nguon:productionDate": _day(packed),
                "nguon:netWeightKg": 0.1,
            },
        )

    def _test(self, lot: str) -> int:
        """The laboratory looks at a lot, and signs what it found; returns the entry's index."""
        return self._event(
            LABORATORY,
            self._now - timedelta(hours=20),
            "https://id.gs1.org/414/9521090000011",
            type="ObjectEvent",
            action="OBSERVE",
            bizStep="inspecting",
            disposition="conformant",
            persistentDisposition={"set": ["conformant"]},
            quantityList=[{"epcClass": lot_uri(RICE, lot), "quantity": 2}],
        )

    def _event(self, org: str, moment: datetime, place: str, **members: JsonValue) -> int:
        local = moment.astimezone(VIETNAM)
        event: dict[str, JsonValue] = {
            "@context": list(CONTEXT),
            "eventID": _event_id(org, local, members),
            "eventTime": local.isoformat(timespec="seconds"),
            "eventTimeZoneOffset": "+07:00",
            "readPoint": {"id": place},
            **members,
        }
        return self._send(org, canonical_json(event))

    # -- anchoring

    def anchor(self) -> int:
        """Anchor all that is recorded; returns the size."""
        loop = self._deployment.anchor_loop
        if loop is None:
            raise ChainError("The demo anchors on its own test chain.", code="chain.not_configured")
        return loop.settle(ANCHOR_TIMEOUT).size

    def _today(self) -> date:
        return self._now.astimezone(VIETNAM).date()


def _event_id(org: str, moment: datetime, members: Mapping[str, JsonValue]) -> str:
    digest = sha256(canonical_json([org, moment.isoformat(), dict(members)])).digest()
    return f"urn:uuid:{UUID(bytes=digest[:16], version=4)}"


def _day(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).date().isoformat()
