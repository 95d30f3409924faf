"""Which tem of a lot were issued, for whoever handles them before their roll is anchored.

The proof is the verifier's (`ledger.proof.tem`): the slot of a roll under the root that the roll's event carries. Only
the bundle around it is left out, for here the log is read by who keeps it.
"""

from dataclasses import dataclass
from typing import Final

from ledger.errors import LedgerError
from ledger.gs1 import digital_link
from ledger.lot import state
from ledger.lot.state import StoryEntry
from ledger.proof import tem as tem_proof
from ledger.proof.bundle import Slot, TemProof
from ledger.prove import Slots
from ledger.rolls import LotStory, read_story
from ledger.store.log import LogStore
from ledger.tem import serial_index

_REFUSED: Final = {
    "tem.absent": ("pack.forged", "This tem was never issued: it is in no roll of its lot."),
    "tem.voided": ("pack.voided", "This tem was voided: it must not be on any goods."),
}


@dataclass(frozen=True)
class Refused:
    """Why a tem is not taken: a stable code, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class LotTems:
    """A lot's story, as far as tem are concerned.

    Attributes:
        births: what brought it into being, by who speaks for it.
    """

    story: LotStory
    births: tuple[StoryEntry, ...]
    slots: Slots

    def refusal(self, serial: str) -> Refused | None:
        """Why a serial is no tem of the lot; None where it is one."""
        if not self.births:
            return Refused("pack.unknown_lot", "This lot was never brought into being here.")
        gtin = digital_link.parse(self.story.uri).gtin
        assert gtin is not None
        proof = TemProof(serial, self._slots_at(serial))
        instance = digital_link.instance_uri(gtin, serial)
        try:
            found = tem_proof.find(proof, self.story.uri, instance, self.story.entries)
        except LedgerError as error:
            return Refused("pack.unchecked", f"This tem cannot be checked here: {error.message}")
        if found.fact is not None:
            return None
        reason = found.reason.code if found.reason is not None else ""
        return Refused(*_REFUSED.get(reason, _REFUSED["tem.absent"]))

    def _slots_at(self, serial: str) -> tuple[Slot, ...]:
        """The leaf at the serial's index in every roll of the lot that is long enough."""
        index = serial_index(serial)
        found = []
        for declared in self.story.rolls if index is not None else ():
            assert index is not None
            slot = self.slots(declared.roll, index) if index < declared.roll.count else None
            if slot is not None:
                found.append(Slot(declared.index, slot[0], tuple(slot[1])))
        return tuple(found)


def read_lot_tems(log: LogStore, slots: Slots, lot: str) -> LotTems:
    """What the log says now of the births and rolls of a lot, given by its URI."""
    link = digital_link.parse(lot)
    assert link.gtin is not None
    assert link.lot is not None
    story = read_story(log, link.gtin, link.lot)
    return LotTems(story, tuple(state.births(story.entries, lot)), slots)
