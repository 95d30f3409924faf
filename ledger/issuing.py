"""Issuing tem, recalling and releasing: events that the ledger writes for an organisation, captured as any other.

The count of tem is bounded by what the lot holds: packs counted at its births, or its mass over the pack's
(`nguon:netWeightKg`), less the tem issued before. The verifier adds up the same rolls (DESIGN §3.8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from decimal import Decimal
from threading import Lock

import uuid_utils

from ledger import tem
from ledger.capture import Capture, CaptureResult
from ledger.encoding import JsonValue, canonical_json
from ledger.epcis.context import EPCIS_CONTEXT
from ledger.epcis.event import read_event
from ledger.epcis.vocabulary import CBVMDA, NGUON
from ledger.errors import NotFoundError, RuleError, Violation
from ledger.gs1 import digital_link
from ledger.lot import state
from ledger.lot.facts import EventFacts
from ledger.lot.state import StoryEntry
from ledger.naming import named_members
from ledger.readiness import Readiness
from ledger.statement import jws
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role, subject_key
from ledger.store.appender import Clock, Receipt
from ledger.store.log import LogStore

VIETNAM = timezone(timedelta(hours=7))
_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000)}


@dataclass(frozen=True)
class Roll:
    """A roll of tem, issued.

    Attributes:
        id: what its key is derived from (`ledger.tem.roll_key`); it begins with its time.
        count: number of tem.
        root: over their leaves, 32 bytes.
        receipt: of the event that declares it.
    """

    id: str
    count: int
    root: bytes
    receipt: Receipt


@dataclass(frozen=True)
class Balance:
    """How many tem a lot still has room for, and why.

    Attributes:
        packs: that the lot's births count, or that its mass makes.
        issued: tem of rolls that stand.
        kilograms, pack_kilograms: the division, where the births are weighed.
    """

    packs: int
    issued: int
    kilograms: Decimal | None = None
    pack_kilograms: Decimal | None = None

    @property
    def left(self) -> int:
        return max(0, self.packs - self.issued)


class Issuing:
    """Writes the events of tem, recalls and releases. Threads may share it."""

    def __init__(
        self,
        log: LogStore,
        capture: Capture,
        *,
        tem_master: bytes,
        clock: Clock,
        zone: tzinfo = VIETNAM,
        readiness: Callable[[str], Readiness] | None = None,
    ) -> None:
        """
        Args:
            tem_master: the issuer's master key; who has it can make every tem.
            zone: in which the events' times are written.
            readiness: what a lot's product line still asks for before tem may be issued; by default nothing.
        """
        self._log = log
        self._capture = capture
        self._tem_master = tem_master
        self._clock = clock
        self._zone = zone
        self._readiness = readiness
        self._lock = Lock()

    def balance(self, gtin: str, lot: str) -> Balance:
        """How many tem the lot has room for.

        Raises:
            NotFoundError: nobody who speaks for the lot brought it into being (`not_found.lot`).
            RuleError: its births are neither counted nor weighed against a pack (`balance.unknown`).
        """
        uri = digital_link.lot_uri(gtin, lot)
        story = self._story(uri)
        births = [entry.facts for entry in state.births(story, uri) if entry.facts is not None]
        if not births:
            raise NotFoundError(f"The lot {lot} of {gtin} was not born here.", code="not_found.lot", uri=uri)
        issued = sum(roll.count for _, roll in state.rolls(story, uri))
        counted = [packs for birth in births if (packs := birth.born_quantity(uri)) is not None]
        weighed = [parts for birth in births if (parts := _weighed(birth, uri)) is not None]
        if not counted and not weighed:
            message = (
                "The lot's births name neither packs nor nguon:netWeightKg: how many tem it holds is unknown."
            )
            raise RuleError([Violation("balance.unknown", "", message, "E", {"uri": uri})])
        packs = int(sum(counted)) + sum(int(kilograms // pack) for kilograms, pack in weighed)
        if counted or not weighed:
            return Balance(packs, issued)
        return Balance(packs, issued, sum((mass for mass, _ in weighed), Decimal(0)), weighed[0][1])

    def issue_roll(self, gtin: str, lot: str, count: int, org: str) -> Roll:
        """Declare a roll of tem for a lot.

        Args:
            gtin: 14 digits.
            lot: as it is, not percent-encoded.
            count: number of tem.
            org: who issues it; it must speak for the lot.

        Raises:
            RuleError: more tem than the lot has room for (`balance.exceeded`; its params hold the arithmetic), or its
                product line asks for more first (`tem.missing`, one violation for each need).
            NotFoundError, AuthorityError, ConflictError: as {balance} and `Capture.document`.
        """
        uri = digital_link.lot_uri(gtin, lot)
        with self._lock:  # two rolls at once must not both find room for themselves
            _check_room(count, self.balance(gtin, lot))
            self._check_ready(uri)
            roll_id = str(uuid_utils.uuid7())
            root = tem.roll_root(tem.roll_key(self._tem_master, roll_id), gtin, lot, count)
            roll: JsonValue = {"id": roll_id, "count": count, "root": root.hex()}
            result = self._record(
                org,
                bizStep="encoding",
                disposition="encoded",
                quantityList=[{"epcClass": uri, "quantity": count}],
                **{"nguon:roll": roll},
            )
        return Roll(roll_id, count, root, result.receipts[0])

    def recall(self, uri: str, serials: Sequence[str] | None, reason: str, org: str) -> CaptureResult:
        """Recall a lot (or any other subject), or only these serials of it.

        Raises:
            AuthorityError: the organisation neither speaks for it nor is an authority.
        """
        return self._record(
            org,
            bizStep="holding",
            disposition="recalled",
            persistentDisposition={"set": ["recalled"]},
            **named_members(uri, serials),
            **{"nguon:recallReason": reason},
        )

    def release(self, uri: str, serials: Sequence[str] | None, reason: str, org: str) -> CaptureResult:
        """Undo the organisation's own recall, of all or of these serials."""
        return self._record(
            org,
            bizStep="holding",
            disposition="in_progress",
            persistentDisposition={"unset": ["recalled"]},
            **named_members(uri, serials),
            **{"nguon:releaseReason": reason},
        )

    def _check_ready(self, uri: str) -> None:
        ready = self._readiness(uri) if self._readiness is not None else None
        if ready is not None and ready.refused:
            raise RuleError(
                [Violation("tem.missing", "", item.why, "E", {"need": item.step}) for item in ready.missing]
            )

    def _record(self, org: str, **members: JsonValue) -> CaptureResult:
        now = self._clock().astimezone(self._zone)
        written = now.isoformat(timespec="seconds")
        event: dict[str, JsonValue] = {
            "@context": [EPCIS_CONTEXT, {"nguon": NGUON, "cbvmda": CBVMDA}],
            "type": "ObjectEvent",
            "eventID": f"urn:uuid:{uuid_utils.uuid7()}",
            "eventTime": written,
            "eventTimeZoneOffset": written[-6:],
            "action": "OBSERVE",
            **members,
        }
        return self._capture.document(canonical_json(event), org=org)

    def _story(self, uri: str) -> list[StoryEntry]:
        with self._log.reading() as log:
            rows = log.subject_entries(subject_key(Role.ABOUT, uri))
            statements = log.statements(row.index for row in rows)
            keys = {record.kid: record for record in log.key_records()}
        story = []
        for row in rows:
            raw = statements.get(row.index)
            statement = jws.parse(raw) if raw is not None else None
            if statement is not None and statement.header.typ is Typ.EPCIS:
                facts = EventFacts(statement.payload, statement.header.about)
                story.append(StoryEntry(row.index, facts, keys.get(statement.header.kid)))
        return story


def _check_room(count: int, balance: Balance) -> None:
    if 0 < count <= balance.left:
        return
    params: dict[str, object] = {"n": balance.left, "count": count}
    params |= {"packs": balance.packs, "issued": balance.issued}
    arithmetic = f"{balance.packs} packs, {balance.issued} tem issued before"
    if balance.kilograms is not None and balance.pack_kilograms is not None:
        params |= {"kg": float(balance.kilograms), "g": float(balance.pack_kilograms * 1000)}
        arithmetic = (
            f"{balance.kilograms} kg in packs of {balance.pack_kilograms * 1000:f} g make {arithmetic}"
        )
    message = f"Only {balance.left} tem are left: {arithmetic}."
    raise RuleError([Violation("balance.exceeded", "/nguon:roll/count", message, "E", params)])


def _weighed(birth: EventFacts, lot: str) -> tuple[Decimal, Decimal] | None:
    """Kilograms of the lot that a birth brings, and of one pack; None where it does not say both."""
    ilmd = birth.payload.get("ilmd")
    pack = ilmd.get("nguon:netWeightKg") if isinstance(ilmd, dict) else None
    if not isinstance(pack, int | float) or isinstance(pack, bool) or pack <= 0:
        return None
    event = read_event(birth.payload)
    masses = [
        Decimal(str(item.quantity)) * _KILOGRAMS[item.uom]
        for item in (event.output_quantities if event.type == "TransformationEvent" else event.quantities)
        if item.epc_class == lot and item.quantity is not None and item.uom in _KILOGRAMS
    ]
    return (sum(masses, Decimal(0)), Decimal(str(pack))) if masses else None
