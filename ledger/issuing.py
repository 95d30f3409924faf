"""Issuing tem, recalling and releasing: events that the ledger writes for an organisation, captured as any other.

A roll is signed with the issuer's hosted key ({Issuing.issue_roll}), or with a key of his own: then its event's members
are made here, signed elsewhere, and recorded only as they were made ({Issuing.prepare_roll}, {Issuing.record_roll}).

The count of tem is bounded by what the lot holds: packs counted at its births, or its mass over the pack's
(`nguon:netWeightKg`), less the tem issued before, those that were voided not counted. The verifier adds up the same
rolls (DESIGN §3.8). Any number of processes may issue: what was decided by a lot's story is recorded only while that is
the lot's whole story.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from threading import Lock

from ledger import tem
from ledger.capture import Capture, CaptureResult
from ledger.encoding import JsonValue, canonical_json, hex_decode
from ledger.epcis.event import read_event
from ledger.errors import ConflictError, Gs1Error, NotFoundError, RuleError, Violation
from ledger.gs1 import digital_link
from ledger.lot import state
from ledger.lot.facts import EventFacts
from ledger.naming import begun, named_members
from ledger.readiness import Readiness
from ledger.rolls import LotStory, read_story
from ledger.slots import IssuedRoll, RollSlots
from ledger.statement import jws
from ledger.statement.subjects import Role, subject_key
from ledger.store.appender import Clock, Receipt
from ledger.store.log import LogStore

VIETNAM = timezone(timedelta(hours=7))
MAX_VOIDED = 24
"""Tem in one event that voids: with their proofs they must fit into a statement of 64 KiB."""
MAX_TRIES = 16
"""How often a roll is decided anew while others tell more of its lot."""
_BEGUN = frozenset({"@context", "eventID", "eventTime", "eventTimeZoneOffset"})
_KILOGRAMS = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "TNE": Decimal(1000)}


@dataclass(frozen=True)
class Roll:
    """A roll of tem, issued.

    Attributes:
        id: what its key is derived from (`ledger.tem.roll_key`); it begins with its time.
        count: number of tem.
        root: over their leaves, 32 bytes.
        receipt: of the event that declares it.
        hidden: root over its hidden codes; None for a roll without a second layer.
    """

    id: str
    count: int
    root: bytes
    receipt: Receipt
    hidden: bytes | None = None


@dataclass(frozen=True)
class Balance:
    """How many tem a lot still has room for, and why.

    Attributes:
        packs: that the lot's births count, or that its mass makes.
        issued: tem of rolls that stand.
        voided: those of them that were spoiled in printing.
        kilograms, pack_kilograms: the division, where the births are weighed.
    """

    packs: int
    issued: int
    voided: int = 0
    kilograms: Decimal | None = None
    pack_kilograms: Decimal | None = None

    @property
    def left(self) -> int:
        return max(0, self.packs - self.issued + self.voided)


class Issuing:
    """Writes the events of tem, recalls and releases. Threads may share it."""

    def __init__(
        self,
        log: LogStore,
        capture: Capture,
        *,
        slots: RollSlots,
        clock: Clock,
        zone: tzinfo = VIETNAM,
        readiness: Callable[[str], Readiness] | None = None,
    ) -> None:
        """
        Args:
            slots: makes rolls, with the issuer's master key; who has that can make every tem.
            zone: in which the events' times are written.
            readiness: what a lot's product line still asks for before tem may be issued; by default nothing.
        """
        self._log = log
        self._capture = capture
        self._slots = slots
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
        return _balance(read_story(self._log, gtin, lot))

    def issue_roll(self, gtin: str, lot: str, count: int, org: str, *, hidden: bool = False) -> Roll:
        """Declare a roll of tem for a lot.

        Args:
            gtin: 14 digits.
            lot: as it is, not percent-encoded.
            count: number of tem.
            org: who issues it; it must speak for the lot.
            hidden: with a second layer: the root over its hidden codes is declared with it, before any is printed.

        Raises:
            RuleError: more tem than the lot has room for (`balance.exceeded`; its params hold the arithmetic), or its
                product line asks for more first (`tem.missing`, one violation for each need).
            NotFoundError, AuthorityError, ConflictError: as {balance} and `Capture.document`.
        """
        roll = self.prepare_roll(gtin, lot, count, hidden=hidden)

        def decide(story: LotStory) -> dict[str, JsonValue]:
            _check_room(count, _balance(story))
            return roll_members(roll)

        result = self._decided(gtin, lot, org, decide)
        return Roll(roll.id, count, roll.root, result.receipts[0], roll.hidden)

    def prepare_roll(self, gtin: str, lot: str, count: int, *, hidden: bool = False) -> IssuedRoll:
        """A roll for its issuer to sign with his own key: it is none before his event, with {roll_members}, is logged.

        Raises as {issue_roll}.
        """
        _check_room(count, self.balance(gtin, lot))
        self._check_ready(digital_link.lot_uri(gtin, lot))
        return self._slots.new(gtin, lot, count, hidden_codes=hidden)

    def record_roll(self, raw: str, org: str) -> Roll:
        """Record a roll that its issuer signed.

        Args:
            raw: the statement.
            org: who sends it; the key must be his.

        Raises:
            RuleError: it says anything but what {prepare_roll} made (`tem.not_prepared`), or as {issue_roll}.
            StatementError, AuthorityError, ConflictError: as `Capture.statements`.
        """
        roll = _signed_roll(jws.parse(raw).payload)
        if roll is None or not self._slots.makes(roll):
            message = "This is not a roll as it was made here: order it anew, and sign it unchanged."
            raise RuleError([Violation("tem.not_prepared", "/nguon:roll", message, "E")])
        self._check_ready(digital_link.lot_uri(roll.gtin, roll.lot))
        for _ in range(MAX_TRIES - 1):
            with suppress(_MovedError):
                return self._record_roll(raw, roll, org)
        return self._record_roll(raw, roll, org)

    def _record_roll(self, raw: str, roll: IssuedRoll, org: str) -> Roll:
        with self._lock:
            story = read_story(self._log, roll.gtin, roll.lot)
            if all(
                declared.roll.id != roll.id for declared in story.rolls
            ):  # sent again, it needs no more room
                _check_room(roll.count, _balance(story))
            heads = {subject_key(Role.ABOUT, story.uri): story.head}
            try:
                result = self._capture.statements([raw], org=org, heads=heads)
            except ConflictError as error:
                if error.code == "story.moved":
                    raise _MovedError(error.message, code=error.code) from error
                raise
        return Roll(roll.id, roll.count, roll.root, result.receipts[0], roll.hidden)

    def void_tem(
        self, gtin: str, lot: str, serials: Sequence[str], reason: str, org: str
    ) -> list[CaptureResult]:
        """Void tem that were spoiled in printing: they verify no more, and as many others may be issued for them.

        Each is proven, in its event, to be one of its roll; so many take several events.

        Args:
            gtin: 14 digits.
            lot: as it is.
            serials: of rolls of the lot that stand.
            reason: in the cooperative's own words.
            org: who voids them; it must speak for the lot.

        Raises:
            NotFoundError: one of them is in no roll of the lot that stands (`not_found.tem`).
            ConflictError: one of them is voided already (`tem.voided_before`).
        """
        parts = self._void_parts(read_story(self._log, gtin, lot), serials)
        return [self._void(gtin, lot, roll, part, reason, org) for roll, part in parts]

    def prepare_void(
        self, gtin: str, lot: str, serials: Sequence[str], reason: str
    ) -> list[dict[str, JsonValue]]:
        """What events say that void spoiled tem, proofs included, for who speaks for the lot to sign with his own key.

        Raises:
            NotFoundError, ConflictError: as {void_tem}.
        """
        story = read_story(self._log, gtin, lot)
        parts = self._void_parts(story, serials)
        return [self._void_members(story, roll, part, reason) for roll, part in parts]

    def _void_parts(self, story: LotStory, serials: Sequence[str]) -> list[tuple[str, list[str]]]:
        """Rolls with serials of theirs, as many as one event voids."""
        by_roll: dict[str, list[str]] = {}
        for text in dict.fromkeys(serials):
            by_roll.setdefault(self._slot_of(story, text)[0], []).append(text)
        return [
            (roll, listed[start : start + MAX_VOIDED])
            for roll, listed in by_roll.items()
            for start in range(0, len(listed), MAX_VOIDED)
        ]

    def _void_members(
        self, story: LotStory, roll: str, serials: Sequence[str], reason: str
    ) -> dict[str, JsonValue]:
        proofs = [self._slot_of(story, text)[1] for text in serials]
        inclusions: list[JsonValue] = [[item.hex() for item in proof] for proof in proofs]
        return {
            "bizStep": "decommissioning",
            "disposition": "inactive",
            **named_members(story.uri, serials),
            "nguon:voided": {"roll": roll, "inclusions": inclusions},
            "nguon:voidReason": reason,
        }

    def _void(
        self, gtin: str, lot: str, roll: str, serials: Sequence[str], reason: str, org: str
    ) -> CaptureResult:
        def decide(story: LotStory) -> dict[str, JsonValue]:
            return self._void_members(story, roll, serials, reason)

        return self._decided(gtin, lot, org, decide)

    def void_roll(self, gtin: str, lot: str, roll_id: str, reason: str, org: str) -> CaptureResult:
        """Void a whole roll by declaring its event an error: it holds nothing then, and its room is free again.

        Raises:
            NotFoundError: the lot has no such roll that stands (`not_found.roll`).
            AuthorityError: another organisation issued it.
        """
        declared = read_story(self._log, gtin, lot).roll(roll_id)
        if not declared.stands:
            raise NotFoundError(f"The roll {roll_id} was voided.", code="not_found.roll", roll=roll_id)
        logged = self._log.event(declared.event_id)
        if logged is None or logged.statement is None:
            raise NotFoundError("The roll's event is withheld.", code="not_found.event")
        event = dict(jws.parse(logged.statement).payload)
        event["errorDeclaration"] = {
            "declarationTime": self._now().isoformat(timespec="seconds"),
            "reason": "incorrect_data",
            "nguon:voidReason": reason,
        }
        return self._capture.document(canonical_json(event), org=org)

    def recall(self, uri: str, serials: Sequence[str] | None, reason: str, org: str) -> CaptureResult:
        """Recall a lot (or any other subject), or only these serials of it.

        Raises:
            AuthorityError: the organisation neither speaks for it nor is an authority.
        """
        return self._record(
            org,
            {
                "bizStep": "holding",
                "disposition": "recalled",
                "persistentDisposition": {"set": ["recalled"]},
                **named_members(uri, serials),
                "nguon:recallReason": reason,
            },
        )

    def release(self, uri: str, serials: Sequence[str] | None, reason: str, org: str) -> CaptureResult:
        """Undo the organisation's own recall, of all or of these serials."""
        return self._record(
            org,
            {
                "bizStep": "holding",
                "disposition": "in_progress",
                "persistentDisposition": {"unset": ["recalled"]},
                **named_members(uri, serials),
                "nguon:releaseReason": reason,
            },
        )

    def _check_ready(self, uri: str) -> None:
        ready = self._readiness(uri) if self._readiness is not None else None
        if ready is not None and ready.refused:
            raise RuleError(
                [Violation("tem.missing", "", item.why, "E", {"need": item.step}) for item in ready.missing]
            )

    def _now(self) -> datetime:
        return self._clock().astimezone(self._zone)

    def _record(
        self, org: str, members: Mapping[str, JsonValue], heads: Mapping[bytes, int] | None = None
    ) -> CaptureResult:
        event = begun("ObjectEvent", self._now()) | {"action": "OBSERVE", **members}
        return self._capture.document(canonical_json(event), org=org, heads=heads)

    def _decided(
        self, gtin: str, lot: str, org: str, decide: Callable[[LotStory], dict[str, JsonValue]]
    ) -> CaptureResult:
        """Record what follows from a lot's story, as it is when it is recorded.

        The log refuses it where another process told more of the lot in the meantime; then it is decided again.
        """
        for _ in range(MAX_TRIES - 1):
            with suppress(_MovedError):
                return self._try(gtin, lot, org, decide)
        return self._try(gtin, lot, org, decide)

    def _try(
        self, gtin: str, lot: str, org: str, decide: Callable[[LotStory], dict[str, JsonValue]]
    ) -> CaptureResult:
        with self._lock:  # spares threads of this process the trying again
            story = read_story(self._log, gtin, lot)
            heads = {subject_key(Role.ABOUT, story.uri): story.head}
            try:
                return self._record(org, decide(story), heads)
            except ConflictError as error:
                if error.code == "story.moved":
                    raise _MovedError(error.message, code=error.code) from error
                raise

    def _slot_of(self, story: LotStory, text: str) -> tuple[str, list[bytes]]:
        """The roll that holds a tem, and the inclusion proof of it."""
        if text in story.voided:
            raise ConflictError(f"The tem {text} was voided before.", code="tem.voided_before", serial=text)
        index = tem.serial_index(text)
        for declared in story.rolls:
            if index is None or index >= declared.roll.count or not declared.stands:
                continue
            slot = self._slots(declared.roll, index)
            if slot is not None and slot[0] == tem.leaf(text):
                return declared.roll.id, slot[1]
        message = f"No roll of the lot that stands has the tem {text}."
        raise NotFoundError(message, code="not_found.tem", serial=text)


class _MovedError(ConflictError):
    """More was told of the lot since its story was read."""


def roll_members(roll: IssuedRoll) -> dict[str, JsonValue]:
    """What the event that declares a roll says of it, beside who signs it and when."""
    uri = digital_link.lot_uri(roll.gtin, roll.lot)
    members: dict[str, JsonValue] = {
        "bizStep": "encoding",
        "disposition": "encoded",
        "quantityList": [{"epcClass": uri, "quantity": roll.count}],
        "nguon:roll": {"id": roll.id, "count": roll.count, "root": roll.root.hex()},
    }
    if roll.hidden is not None:
        members["nguon:hidden"] = {"root": roll.hidden.hex(), "count": roll.count}
    return members


def _signed_roll(payload: Mapping[str, JsonValue]) -> IssuedRoll | None:
    """The roll that a signed event declares; None where it says anything but {roll_members}."""
    event = read_event(payload)
    uri = event.quantities[0].epc_class if len(event.quantities) == 1 else ""
    try:
        link = digital_link.parse(uri)
    except Gs1Error:
        return None
    if event.roll is None or link.gtin is None or link.lot is None:
        return None
    kept = payload.get("nguon:hidden")
    hidden = kept.get("root") if isinstance(kept, Mapping) else None
    layer = hex_decode(hidden) if isinstance(hidden, str) else None
    roll = IssuedRoll(event.roll.id, link.gtin, link.lot, event.roll.count, event.roll.root, layer)
    said = {name: value for name, value in payload.items() if name not in _BEGUN}
    return roll if said == {"type": "ObjectEvent", "action": "OBSERVE", **roll_members(roll)} else None


def _balance(story: LotStory) -> Balance:
    uri = story.uri
    births = [entry.facts for entry in state.births(story.entries, uri) if entry.facts is not None]
    if not births:
        message = f"The lot {uri} was not born here."
        raise NotFoundError(message, code="not_found.lot", uri=uri)
    issued = sum(declared.roll.count for declared in story.rolls if declared.stands)
    counted = [packs for birth in births if (packs := birth.born_quantity(uri)) is not None]
    weighed = [parts for birth in births if (parts := _weighed(birth, uri)) is not None]
    if not counted and not weighed:
        message = (
            "The lot's births name neither packs nor nguon:netWeightKg: how many tem it holds is unknown."
        )
        raise RuleError([Violation("balance.unknown", "", message, "E", {"uri": uri})])
    packs = int(sum(counted)) + sum(int(kilograms // pack) for kilograms, pack in weighed)
    if counted or not weighed:
        return Balance(packs, issued, len(story.voided))
    mass = sum((kilograms for kilograms, _ in weighed), Decimal(0))
    return Balance(packs, issued, len(story.voided), mass, weighed[0][1])


def _check_room(count: int, balance: Balance) -> None:
    if 0 < count <= balance.left:
        return
    params: dict[str, object] = {"n": balance.left, "count": count}
    params |= {"packs": balance.packs, "issued": balance.issued, "voided": balance.voided}
    rule, told = "tem_over_counted", f"the lot has {balance.packs} packs"
    if balance.kilograms is not None and balance.pack_kilograms is not None:
        params |= {"kg": float(balance.kilograms), "g": float(balance.pack_kilograms * 1000)}
        rule = "tem_over"
        told = f"{balance.kilograms} kg in packs of {params['g']:g} g make {balance.packs}"
    if balance.issued:
        rule += "_again"
        told += f", {balance.issued} tem were issued before, {balance.voided} of them voided"
    message = f"Only {balance.left} tem are left: {told}."
    params["rule"] = rule
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
