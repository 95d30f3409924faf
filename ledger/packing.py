"""Packing by scanning: from the codes of what goes into a carton, or onto a pallet, to the event that says so.

Codes are judged by `ledger.scanning`; on unpacking one that is not inside is refused too (`pack.not_inside`). The event
is AggregationEvent ADD, bizStep `packing` (DELETE, `unpacking`), whose children carry their lots, so that it stands in
the lots' own stories (PROFILE §2). It is recorded at once where we sign for the organisation; else it is answered, with
what it must be filed under, for the organisation to sign and send as a statement.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta, timezone, tzinfo
from threading import Lock
from typing import Final

from ledger.capture import Capture, CaptureResult
from ledger.encoding import JsonValue, canonical_json
from ledger.epcis.event import read_event
from ledger.errors import RuleError, Violation
from ledger.gs1 import digital_link, epc
from ledger.naming import begun
from ledger.scanning import Code, Good, Known, Scanning, violation
from ledger.statement.filing import Filing, required_filing
from ledger.store.appender import Clock

__all__ = ["Code", "Good", "Packed", "Packing"]

VIETNAM: Final = timezone(timedelta(hours=7))
MAX_CHILDREN: Final = 500
"""Codes in one packing: the event must stay within 64 KiB."""


@dataclass(frozen=True)
class Packed:
    """What became of a packing or unpacking.

    Attributes:
        unit: the container, canonical; empty where a new one was not given out.
        good, refused: the codes, each judged; a refusal's pointer is the code's place, `/codes/7`.
        event: what is to be said; None where nothing is.
        filing: under what it stands, for who signs it himself.
        result: of recording it; None where it was not recorded: nothing good, or to be signed by its own key.
    """

    unit: str
    good: tuple[Good, ...]
    refused: tuple[Violation, ...]
    event: Mapping[str, JsonValue] | None = None
    filing: Filing | None = None
    result: CaptureResult | None = None


class Packing:
    """Packs and unpacks. Threads may share it."""

    def __init__(
        self,
        known: Known,
        capture: Capture,
        *,
        hosts: Callable[[str], bool],
        clock: Clock,
        zone: tzinfo = VIETNAM,
    ) -> None:
        """
        Args:
            hosts: whether we sign for an organisation.
            zone: in which the events' times are written.
        """
        self._known, self._capture = known, capture
        self._hosts, self._clock, self._zone = hosts, clock, zone
        self._lock = Lock()

    def scanning(self, unit: str) -> Scanning:
        """Fill a container code by code, to tell at once what became of each; nothing is recorded."""
        return Scanning(self._known, unit)

    def pack(
        self,
        unit: str | Callable[[], str],
        codes: Sequence[Code],
        org: str,
        *,
        place: str | None = None,
        partly: bool = False,
    ) -> Packed:
        """Pack what was scanned.

        Args:
            unit: the container, canonical (`https://id.gs1.org/00/…`); or what gives a new one out, asked only once
                there is something to pack.
            org: who packs; where it signs itself, the event is answered and not recorded.
            place: where, canonical.
            partly: record what is good although some was refused.

        Raises:
            RuleError: too many codes (`pack.too_many`); what the event itself breaks.
            AuthorityError: as `Capture.document`.
        """
        _check_count(codes)
        with self._lock:  # two cartons at once must not both take a tem
            scanning = self.scanning(unit if isinstance(unit, str) else "")
            for code in codes:
                scanning.scan(code)
            good, refused = tuple(scanning.good), tuple(scanning.refused)
            if not good or (refused and not partly):
                return Packed(scanning.unit, good, refused)
            named = unit if isinstance(unit, str) else unit()
            return self._told(named, good, refused, org, place, action="ADD", step="packing")

    def unpack(
        self, unit: str, codes: Sequence[Code] | None, org: str, *, place: str | None = None
    ) -> Packed:
        """Take out what was scanned, or all of it; nothing where a code is not inside.

        Raises:
            RuleError: nothing is inside (`pack.empty_unit`); as {pack}.
        """
        _check_count(codes or ())
        with self._lock:
            held, _ = self._known.inside.of(unit)
            inside = {stay.item: stay for stay in held.inside(unit)}
            if not inside:
                raise RuleError([violation("pack.empty_unit", 0, unit, "Nothing is inside.", unit=unit)])
            good: list[Good] = []
            refused: list[Violation] = []
            for place_in_list, code in enumerate(codes or ()):
                try:
                    good.append(self._taken_out(place_in_list, code, inside, good))
                except RuleError as error:
                    refused += error.violations
            if refused:
                return Packed(unit, tuple(good), tuple(refused))
            return self._told(unit, tuple(good), (), org, place, action="DELETE", step="unpacking")

    # --

    def _taken_out(self, place: int, code: Code, inside: Collection[str], before: Iterable[Good]) -> Good:
        scanned = self._known.read(place, code)
        if any(item.uri == scanned.uri for item in before):
            raise RuleError([violation("pack.twice", place, code.text, "This code was scanned before.")])
        if scanned.uri not in inside:
            message = "This is not inside."
            raise RuleError([violation("pack.not_inside", place, code.text, message, uri=scanned.uri)])
        return Good(place, code.text, scanned.uri, scanned.lot, code.quantity)

    def _told(
        self,
        unit: str,
        good: tuple[Good, ...],
        refused: tuple[Violation, ...],
        org: str,
        place: str | None,
        *,
        action: str,
        step: str,
    ) -> Packed:
        event = self._event(unit, good, place, action, step)
        filing = required_filing(read_event(event), lambda uri: self._known.log.instance_lots([uri]).get(uri))
        result = self._capture.document(canonical_json(event), org=org) if self._hosts(org) else None
        return Packed(unit, good, refused, event, filing, result)

    def _event(
        self, unit: str, good: Sequence[Good], place: str | None, action: str, step: str
    ) -> dict[str, JsonValue]:
        event = begun("AggregationEvent", self._clock().astimezone(self._zone), "milliseconds") | {
            "parentID": unit,
            "action": action,
            "bizStep": step,
            "disposition": "in_progress",
        }
        single: list[JsonValue] = [_with_lot(item) for item in good if not epc.is_lot(item.uri)]
        whole: list[JsonValue] = [
            {"epcClass": item.uri} | ({} if item.quantity is None else {"quantity": item.quantity})
            for item in good
            if epc.is_lot(item.uri)
        ]
        if single:
            event["childEPCs"] = single
        if whole:
            event["childQuantityList"] = whole
        if place is not None:
            event |= {"readPoint": {"id": place}, "bizLocation": {"id": place}}
        return event


def _check_count(codes: Sequence[Code]) -> None:
    if len(codes) > MAX_CHILDREN:
        message = f"{len(codes)} codes at once; at most {MAX_CHILDREN} go into one event. Split them."
        params = {"count": len(codes), "limit": MAX_CHILDREN}
        raise RuleError([Violation("pack.too_many", "/codes", message, "E", params)])


def _with_lot(item: Good) -> str:
    """An instance with its lot beside it, so that the lot's story has the event; a unit as it is."""
    if item.lot is None:
        return item.uri
    link = digital_link.parse(item.uri)
    lot = digital_link.parse(item.lot).lot
    assert link.gtin is not None
    assert lot is not None
    return replace(link, keys=(("01", link.gtin), ("10", lot), ("21", link.serial or ""))).canonical()
