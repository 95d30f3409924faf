"""Whether a scanned serial is one of the lot's tem: by a slot in a roll, or by the lot's birth (DESIGN §3.8).

A tem that was spoiled in printing is voided by itself, by an event that proves it to be one of its roll: so nobody
makes room for more tem by voiding what never was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger import tem
from ledger.errors import BundleError, ProofError
from ledger.log import merkle
from ledger.lot import state
from ledger.lot.facts import Roll
from ledger.lot.state import StoryEntry
from ledger.proof.bundle import Slot, TemProof
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.verification import TemFact
from ledger.statement.trust import speaks_for


@dataclass(frozen=True)
class FoundTem:
    """What became of a serial: where it was found, or why it was not."""

    fact: TemFact | None
    reason: Reason | None


@dataclass(frozen=True)
class Voided:
    """That a tem was voided by itself: the roll that holds it, and the entry that did it first."""

    roll: str
    entry: StoryEntry


def find(proof: TemProof, lot: str, instance: str, story: Sequence[StoryEntry]) -> FoundTem:
    """Look for a scanned serial in the lot's rolls and births.

    Args:
        proof: the serial, and the leaf that stands at its index in every roll that is long enough.
        lot: URI of the lot.
        instance: URI of the instance that the serial makes with the lot's product.
        story: the entries of the lot and of the instance.

    Raises:
        BundleError: a slot's proof does not hold, or a roll that could hold the serial is shown no slot.
    """
    rolls = state.rolls(story, lot)
    issued = sum(roll.count for entry, roll in rolls if not entry.pending)
    slots = {slot.roll: slot for slot in proof.slots}
    _check_slots(slots, lot, proof.serial, story)
    born = [
        entry
        for entry in state.births(story, lot)
        if entry.facts and entry.facts.names_instance(lot, instance)
    ]
    held = _holding(rolls, slots, proof.serial)
    gone = voided_serials(story, lot)
    if proof.serial in gone:
        params = {"serial": proof.serial, "index": gone[proof.serial].entry.index}
        return FoundTem(None, Reason("tem.voided", Verdict.UNKNOWN, "This tem was voided.", params))
    spoiled = sum(not voided.entry.pending for voided in gone.values())
    for entry, roll, index in held:
        if not entry.pending:
            fact = TemFact(proof.serial, index, roll, issued, spoiled)
            return FoundTem(fact, _over_issued(issued - spoiled, lot, story))
    if any(not entry.pending for entry in born):
        return FoundTem(TemFact(proof.serial, None, None, issued), None)
    if held or born:
        pending = Reason(
            "tem.pending", Verdict.RECORDED, "The roll or birth that holds the tem is not anchored yet."
        )
        fact = (
            TemFact(proof.serial, held[0][2], held[0][1], issued)
            if held
            else TemFact(proof.serial, None, None, issued)
        )
        return FoundTem(fact, pending)
    return FoundTem(None, _not_found(proof, slots, story, rolls))


def voided_serials(story: Sequence[StoryEntry], lot: str) -> Mapping[str, Voided]:
    """The tem of a lot's rolls that were voided one by one, by their serials.

    Only whoever speaks for the lot voids its tem, and only those that it proves to be in a roll that stands.
    """
    rolls = {roll.id: roll for _, roll in state.rolls(story, lot)}
    gone: dict[str, Voided] = {}
    for entry in state.standing(story):
        if entry.facts is None or entry.signer is None or not speaks_for(entry.signer, lot):
            continue
        for item in entry.facts.voided_tem(lot):
            roll, index = rolls.get(item.roll), tem.serial_index(item.serial)
            if roll is None or index is None:
                continue
            try:
                merkle.verify_inclusion(tem.leaf(item.serial), index, roll.count, item.inclusion, roll.root)
            except ProofError:
                continue
            gone.setdefault(item.serial, Voided(item.roll, entry))
    return gone


def _holding(
    rolls: Sequence[tuple[StoryEntry, Roll]], slots: dict[int, Slot], serial: str
) -> list[tuple[StoryEntry, Roll, int]]:
    """The rolls in whose slot the serial stands. A roll that is long enough must show its slot."""
    index = tem.serial_index(serial)
    if index is None:
        return []
    held = []
    for entry, roll in rolls:
        if index >= roll.count:
            continue
        slot = slots.get(entry.index)
        if slot is None:
            raise BundleError(
                "A roll that could hold the tem shows no slot.", code="tem.slot_missing", roll=entry.index
            )
        if slot.leaf == tem.leaf(serial):
            held.append((entry, roll, index))
    return held


def _check_slots(slots: dict[int, Slot], lot: str, serial: str, story: Sequence[StoryEntry]) -> None:
    """Check every slot shown against its roll's root, whoever issued it and whether or not it still stands."""
    index = tem.serial_index(serial)
    by_index = {entry.index: entry for entry in story}
    for place, slot in slots.items():
        entry = by_index.get(place)
        facts = entry.facts if entry else None
        if entry is not None and facts is None:
            continue  # the roll's own content is withheld: its slot proves nothing, and is believed nothing
        roll = facts.roll_of(lot) if facts else None
        if roll is None or index is None:
            raise BundleError("A slot belongs to no roll of the lot.", code="tem.slot", roll=place)
        merkle.verify_inclusion(slot.leaf, index, roll.count, slot.inclusion, roll.root)


def _not_found(
    proof: TemProof,
    slots: dict[int, Slot],
    story: Sequence[StoryEntry],
    rolls: Sequence[tuple[StoryEntry, Roll]],
) -> Reason:
    """Why the serial is none of ours: its roll was voided, or no roll nor birth has it."""
    standing = {entry.index for entry, _ in rolls}
    gone = state.voided(story)
    leaf = tem.leaf(proof.serial)
    for entry in story:
        if (
            entry.index in gone
            and entry.index not in standing
            and (slot := slots.get(entry.index))
            and slot.leaf == leaf
        ):
            return Reason(
                "tem.voided", Verdict.UNKNOWN, "The roll of this tem was voided.", {"serial": proof.serial}
            )
    return Reason(
        "tem.absent",
        Verdict.UNKNOWN,
        "The tem is in no roll and no birth of its lot.",
        {"serial": proof.serial},
    )


def _over_issued(issued: int, lot: str, story: Sequence[StoryEntry]) -> Reason | None:
    """A word about more tem than packs: the rolls stand in the lot's own story, so that anybody can add them up."""
    packs = [entry.facts.born_quantity(lot) for entry in state.births(story, lot) if entry.facts]
    counted = [quantity for quantity in packs if quantity is not None]
    if not counted or issued <= sum(counted):
        return None
    params = {"issued": issued, "packs": sum(counted)}
    return Reason("tem.over_issued", Verdict.VERIFIED, "More tem were issued than the lot has packs.", params)
