/** Whether a scanned serial is one of the lot's tem: by a slot in a roll, or by the lot's birth (DESIGN §3.8). */
import type { Slot, TemProof } from "./bundle";
import { bytesEqual, utf8 } from "./encoding";
import { LedgerError } from "./errors";
import type { Roll } from "./facts";
import { leafHash, verifyInclusion } from "./merkle";
import { births, rolls, type StoryEntry, voided } from "./state";
import { type Reason, reason } from "./verdict";
import type { TemFact } from "./verification";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** What became of a serial: where it was found, or why it was not. */
export interface FoundTem {
  readonly fact: TemFact | null;
  readonly reason: Reason | null;
}

/** The place in its roll that a serial claims; null if it is no serial of a roll in form. */
export function serialIndex(text: string): number | null {
  if (!/^[0-9A-HJKMNP-TV-Z]{17}$/.test(text)) {
    return null;
  }
  return [...text.slice(0, 5)].reduce((index, character) => index * 32 + ALPHABET.indexOf(character), 0);
}

/** The leaf hash of a serial in its roll's tree: SHA-256(0x00 ‖ serial). */
export function serialLeaf(text: string): Uint8Array {
  return leafHash(utf8(text));
}

/**
 * Look for a scanned serial in the lot's rolls and births.
 *
 * @param proof the serial, and the leaf that stands at its index in every roll that is long enough.
 * @param instance URI of the instance that the serial makes with the lot's product.
 * @param story the entries of the lot and of the instance.
 *
 * Throws `tem.slot`, `tem.slot_missing`, `proof.inclusion`: a slot's proof does not hold, or a roll that could hold the
 * serial is shown no slot.
 */
export function findTem(
  proof: TemProof,
  lot: string,
  instance: string,
  story: readonly StoryEntry[],
): FoundTem {
  const { serial } = proof;
  const index = serialIndex(serial);
  const issuedRolls = rolls(story, lot);
  const issued = issuedRolls.reduce((sum, [entry, roll]) => sum + (entry.pending ? 0 : roll.count), 0);
  const slots = new Map(proof.slots.map((slot) => [slot.roll, slot]));
  checkSlots(proof.slots, index, lot, story);
  const born = births(story, lot).filter(({ facts }) => facts.namesInstance(lot, instance));
  const held: [boolean, Roll][] = [];
  for (const [entry, roll] of index === null ? [] : issuedRolls) {
    if (index !== null && index < roll.count) {
      const slot = slots.get(entry.index);
      if (slot === undefined) {
        throw new LedgerError("tem.slot_missing", { roll: entry.index });
      }
      if (bytesEqual(slot.leaf, serialLeaf(serial))) {
        held.push([entry.pending, roll]);
      }
    }
  }
  const anchored = held.find(([isPending]) => !isPending);
  if (anchored !== undefined) {
    return { fact: { serial, index, roll: anchored[1], issued }, reason: overIssued(issued, lot, story) };
  }
  if (born.some(({ pending }) => !pending)) {
    return { fact: { serial, index: null, roll: null, issued }, reason: null };
  }
  if (held.length > 0 || born.length > 0) {
    const roll = held[0]?.[1] ?? null;
    const fact = { serial, index: roll === null ? null : index, roll, issued };
    return { fact, reason: reason("tem.pending", "recorded") };
  }
  const standing = new Set(issuedRolls.map(([entry]) => entry.index));
  const gone = voided(story);
  const isVoided = story.some((entry) => {
    const slot = slots.get(entry.index);
    const isGone = gone.has(entry.index) && !standing.has(entry.index);
    return isGone && slot !== undefined && bytesEqual(slot.leaf, serialLeaf(serial));
  });
  return { fact: null, reason: reason(isVoided ? "tem.voided" : "tem.absent", "unknown", { serial }) };
}

/** Check every slot shown against its roll's root, whoever issued it and whether or not it still stands. */
function checkSlots(
  slots: readonly Slot[],
  index: number | null,
  lot: string,
  story: readonly StoryEntry[],
): void {
  const byIndex = new Map(story.map((entry) => [entry.index, entry]));
  for (const slot of slots) {
    const entry = byIndex.get(slot.roll);
    if (entry !== undefined && entry.facts === null) {
      continue; // the roll's own content is withheld: its slot proves nothing, and is believed nothing
    }
    const roll = entry?.facts?.rollOf(lot) ?? null;
    if (roll === null || index === null) {
      throw new LedgerError("tem.slot", { roll: slot.roll });
    }
    verifyInclusion(slot.leaf, BigInt(index), BigInt(roll.count), slot.inclusion, roll.root);
  }
}

/** A word about more tem than packs: the rolls stand in the lot's own story, so that anybody can add them up. */
function overIssued(issued: number, lot: string, story: readonly StoryEntry[]): Reason | null {
  const counted = births(story, lot).flatMap(({ facts }) => facts.bornQuantity(lot) ?? []);
  const packs = counted.reduce((sum, quantity) => sum + quantity, 0);
  return counted.length === 0 || issued <= packs
    ? null
    : reason("tem.over_issued", "verified", { issued, packs });
}
