"""What may go into a carton, or onto a pallet: codes judged one by one, as they are scanned.

    code = a tem or lot as a Digital Link, an element string (a scanner's, or typed), or the SSCC of a smaller unit

Each code is judged by itself, in the order of scanning. It is refused, with its place in the list, when it

    is no code of ours                              the code of the parser (`dl.syntax`, `gs1.check_digit`, `dl.host` …)
    was scanned before                              `pack.twice`
    is of a lot that was never born here            `pack.unknown_lot`
    names no lot, and nobody here knows it          `pack.no_lot`
    is in no roll and no birth of its lot           `pack.forged`;    or was voided there   `pack.voided`
    cannot be checked by the keys that are here     `pack.unchecked`
    is recalled, itself, its lot or an ancestor     `pack.recalled`;  so is a unit that holds such a thing
    ended: used up or decommissioned                `pack.gone`
    is in another container, or already in this one `pack.inside`
    is a unit that nothing was ever packed into     `pack.empty_unit`
    is the container itself, or holds it            `pack.itself`
    is a whole lot without saying how many          `pack.quantity`

A tem is checked as a scan checks it, by the slot of its roll (`ledger.temcheck`), only that the roll need not be
anchored yet. Recalls are those of the log, also while they are pending, and of the contract where it is asked.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from ledger.errors import LedgerError, RuleError, Violation
from ledger.gs1 import epc
from ledger.inside import Inside, is_unit
from ledger.lot.told import Told
from ledger.past import standing_recalls
from ledger.prove import Slots
from ledger.remembering import Memory
from ledger.scanned import Scanned, read_scanned
from ledger.store.log import LogStore
from ledger.temcheck import LotTems, read_lot_tems

Recalled = Callable[[Collection[str]], Collection[str]]
"""Subjects -> those that are recalled elsewhere than in the log."""
Ancestors = Callable[[Sequence[str]], Sequence[str]]
"""A lot -> what went into it."""


@dataclass(frozen=True)
class Code:
    """A code as it was scanned; `quantity` where it stands for several packs of a lot."""

    text: str
    quantity: int | None = None


@dataclass(frozen=True)
class Good:
    """A code that may go in.

    Attributes:
        place: in the list of what was scanned, from 0.
        code: as it came.
        uri: what it names, canonical.
        lot: its lot; None for a unit.
        quantity: of a lot without serials.
    """

    place: int
    code: str
    uri: str
    lot: str | None = None
    quantity: int | None = None


class Known:
    """What codes are judged by. Threads may share it."""

    def __init__(
        self,
        log: LogStore,
        slots: Slots,
        *,
        host: str,
        ancestors: Ancestors,
        recalled: Recalled = lambda _: (),
    ) -> None:
        """
        Args:
            slots: the leaf at an index of a roll of tem, with its proof.
            host: our own, which tem name.
            ancestors: what went into a lot.
            recalled: recalls that stand elsewhere, as in the contract.
        """
        self.log, self.slots, self.host = log, slots, host
        self.ancestors, self.recalled = ancestors, recalled
        self.inside = Inside(log)
        self.memory = Memory(log)

    def lots_of(self, items: Iterable[str], told: Iterable[Told]) -> dict[str, str]:
        """Instance -> its lot: as it was born here, else as an event says that packed it."""
        beside = {uri: lot for item in told for uri, lot in item.event.lots_beside.items()}
        return beside | self.log.instance_lots(uri for uri in items if epc.is_instance(uri))

    def read(self, place: int, code: Code) -> Scanned:
        """What a code names.

        Raises:
            RuleError: no code of ours; the code is the parser's.
        """
        try:
            return read_scanned(code.text, self.host, lambda uri: self.log.instance_lots([uri]).get(uri))
        except LedgerError as error:
            own = ("place", "code", "text", "message")
            params = {name: value for name, value in error.params.items() if name not in own}
            raise RuleError([violation(error.code, place, code.text, error.message, **params)]) from error


@dataclass
class Scanning:
    """A container being filled: each code is judged when it is scanned, and counts for those after it."""

    known: Known
    unit: str
    good: list[Good] = field(default_factory=list)
    refused: list[Violation] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _recalls: dict[str, bool] = field(default_factory=dict)
    _lots: dict[str, LotTems] = field(default_factory=dict)
    _place: int = 0

    def scan(self, code: Code) -> Good | Violation:
        """Judge one more code."""
        place, self._place = self._place, self._place + 1
        try:
            good = self._judged(place, code)
        except RuleError as error:
            self.refused += error.violations
            return error.violations[0]
        self._seen[good.uri] = place
        self.good.append(good)
        return good

    def _judged(self, place: int, code: Code) -> Good:
        text = code.text
        scanned = self.known.read(place, code)
        uri = scanned.uri
        if uri in self._seen:
            first = self._seen[uri]
            message = f"This code was scanned before, as number {first + 1}."
            raise RuleError([violation("pack.twice", place, text, message, uri=uri, first=first + 1)])
        if uri == self.unit:
            raise RuleError([violation("pack.itself", place, text, "This is the container itself.", uri=uri)])
        if is_unit(uri):
            self._check_unit(place, text, uri)
        elif scanned.serial is not None:
            self._check_tem(place, text, scanned)
        else:
            self._check_lot(place, text, scanned, code.quantity)
        self._check_free(place, text, scanned)
        return Good(place, text, uri, scanned.lot, code.quantity if scanned.is_lot else None)

    def _check_tem(self, place: int, text: str, scanned: Scanned) -> None:
        assert scanned.lot is not None
        assert scanned.serial is not None
        found = self._tems(scanned.lot).refusal(scanned.serial)
        if found is not None:
            raise RuleError([violation(found.code, place, text, found.message, uri=scanned.uri)])
        self._check_recalls(place, text, scanned.uri, scanned.lot)

    def _tems(self, lot: str) -> LotTems:
        if lot not in self._lots:
            self._lots[lot] = read_lot_tems(self.known.log, self.known.slots, lot)
        return self._lots[lot]

    def _check_lot(self, place: int, text: str, scanned: Scanned, quantity: int | None) -> None:
        assert scanned.lot is not None
        if not self._tems(scanned.lot).births:
            message = "This lot was never brought into being here."
            raise RuleError([violation("pack.unknown_lot", place, text, message, uri=scanned.lot)])
        if quantity is None or quantity < 1:
            message = "This code stands for the whole lot: say how many packs go in."
            raise RuleError([violation("pack.quantity", place, text, message, uri=scanned.lot)])
        self._check_recalls(place, text, scanned.lot, scanned.lot)

    def _check_unit(self, place: int, text: str, uri: str) -> None:
        held, told = self.known.inside.of(uri)
        within = held.within(uri)
        if not within:
            message = "Nothing was ever packed into this unit, or all of it was taken out."
            raise RuleError([violation("pack.empty_unit", place, text, message, uri=uri)])
        if any(stay.item == self.unit for stay in within):
            message = "This unit holds the container that is being packed."
            raise RuleError([violation("pack.itself", place, text, message, uri=uri)])
        items = [stay.item for stay in within if not is_unit(stay.item)]
        lots = self.known.lots_of(items, told)
        for item in items:
            self._check_recalls(place, text, item, item if epc.is_lot(item) else lots.get(item))

    def _check_recalls(self, place: int, text: str, uri: str, lot: str | None) -> None:
        pasts = self.known.memory.pasts([uri, *([lot] if lot is not None and lot != uri else [])])
        own, whole = pasts[uri], pasts.get(lot) if lot is not None and lot != uri else None
        if standing_recalls(own, whole) or (lot is not None and self._is_lineage_recalled(lot)):
            raise RuleError([violation("pack.recalled", place, text, "This is recalled.", uri=uri)])
        if own.gone is not None:
            message = "This was used up or taken out of use before."
            raise RuleError([violation("pack.gone", place, text, message, uri=uri)])

    def _is_lineage_recalled(self, lot: str) -> bool:
        """Whether something that went into a lot is recalled, or the contract recalls it or the lot."""
        if lot not in self._recalls:
            above = list(self.known.ancestors([lot]))
            pasts = self.known.memory.pasts(above)
            self._recalls[lot] = any(map(standing_recalls, pasts.values())) or bool(
                self.known.recalled([lot, *above])
            )
        return self._recalls[lot]

    def _check_free(self, place: int, text: str, scanned: Scanned) -> None:
        if scanned.is_lot:
            return
        parent = self.known.inside.containers_of([scanned.uri]).get(scanned.uri)
        if parent is not None:
            here = parent == self.unit
            message = "This is inside already." if here else f"This is in another container: {parent}."
            raise RuleError([violation("pack.inside", place, text, message, uri=scanned.uri, parent=parent)])


def violation(code: str, place: int, text: str, message: str, **params: object) -> Violation:
    """What is wrong with the code at a place of a list."""
    return Violation(code, f"/codes/{place}", message, "E", {"code": text, "place": place + 1, **params})
