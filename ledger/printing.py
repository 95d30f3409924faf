"""Tem as they are printed: the code, the hidden code under the second layer, the signature in the code."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from ledger import digsig, hidden, tem
from ledger.gs1 import digital_link
from ledger.slots import IssuedRoll, RollSlots

Seal = Callable[[str, str, str], str]
"""(GTIN, lot, serial) -> the value of AI (8030)."""


@dataclass(frozen=True)
class PrintedTem:
    """One tem of a roll.

    Attributes:
        index: zero-based place in the roll.
        serial: 17 characters.
        code: the Digital Link that its symbol holds.
        hidden: what is printed under the second layer; None for a roll without one.
    """

    index: int
    serial: str
    code: str
    hidden: str | None


def printed(
    slots: RollSlots,
    roll: IssuedRoll,
    host: str,
    stop: int,
    start: int = 0,
    *,
    seal: Seal | None = None,
    voided: Container[str] = (),
) -> Iterator[PrintedTem]:
    """The tem of a roll in order, from `start` up to `stop`, made as they are asked for.

    Args:
        slots: knows the roll's keys.
        roll: as the log declares it.
        host: that the codes name.
        stop, start: indexes; none beyond the roll's count is made.
        seal: signs each; None: the codes carry no signature.
        voided: serials that are left out: what was spoiled is never printed again.

    Raises:
        StoreError: no key kept here makes the roll (`store.tem_key`).
    """
    head = digital_link.build((("01", roll.gtin), ("10", roll.lot)), host=host)
    key = slots.key(roll)
    code_of = hidden.codes(slots.hidden_key(roll), roll.gtin, roll.lot) if roll.hidden is not None else None
    for index, text in enumerate(tem.serials(key, roll.gtin, roll.lot, min(stop, roll.count), start), start):
        if text in voided:
            continue
        code = f"{head}/21/{text}"
        if seal is not None:
            code = digsig.sealed_link(code, seal(roll.gtin, roll.lot, text))
        yield PrintedTem(index, text, code, code_of(index) if code_of is not None else None)
