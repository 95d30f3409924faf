/**
 * Whether a scanned serial is one of the lot's tem: by a slot in a roll, or by the lot's birth (DESIGN §3.8).
 *
 * A tem that was spoiled in printing is voided by itself, by an event that proves it to be one of its roll: so nobody
 * makes room for more tem by voiding what never was.
 */
import type { Slot, TemProof } from "./bundle";
import { bytesEqual, utf8 } from "./encoding";
import { LedgerError, orNull } from "./errors";
import type { Roll } from "./facts";
import { leafHash, verifyInclusion } from "./merkle";
import { births, rolls, type StandingEntry, type StoryEntry, speaks, standing, voided } from "./state";
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
  const spoiled = voidedSerials(story, lot);
  const spoiling = spoiled.get(serial);
  if (spoiling !== undefined) {
    return { fact: null, reason: reason("tem.voided", "unknown", { serial, index: spoiling.index }) };
  }
  const found = (roll: Roll | null, spoiledBefore: number): TemFact => ({
    serial,
    index: roll && index,
    roll,
    issued,
    voided: spoiledBefore,
  });
  const anchored = held.find(([isPending]) => !isPending);
  if (anchored !== undefined) {
    const gone = [...spoiled.values()].filter(({ pending }) => !pending).length;
    return { fact: found(anchored[1], gone), reason: overIssued(issued - gone, lot, story) };
  }
  if (born.some(({ pending }) => !pending)) {
    return { fact: found(null, 0), reason: null };
  }
  if (held.length > 0 || born.length > 0) {
    return { fact: found(held[0]?.[1] ?? null, 0), reason: reason("tem.pending", "recorded") };
  }
  const kept = new Set(issuedRolls.map(([entry]) => entry.index));
  const gone = voided(story);
  const isVoided = story.some((entry) => {
    const slot = slots.get(entry.index);
    const isGone = gone.has(entry.index) && !kept.has(entry.index);
    return isGone && slot !== undefined && bytesEqual(slot.leaf, serialLeaf(serial));
  });
  return { fact: null, reason: reason(isVoided ? "tem.voided" : "tem.absent", "unknown", { serial }) };
}

/**
 * The tem of a lot's rolls that were voided one by one: serial -> the entry that did it first.
 *
 * Only whoever speaks for the lot voids its tem, and only those that it proves to be in a roll that stands.
 */
export function voidedSerials(story: readonly StoryEntry[], lot: string): ReadonlyMap<string, StandingEntry> {
  const byId = new Map(rolls(story, lot).map(([, roll]) => [roll.id, roll]));
  const gone = new Map<string, StandingEntry>();
  for (const entry of standing(story)) {
    for (const { roll: id, serial, inclusion } of speaks(entry, lot) ? entry.facts.voidedTem(lot) : []) {
      const roll = byId.get(id);
      const index = serialIndex(serial);
      if (roll === undefined || index === null || gone.has(serial)) {
        continue;
      }
      const { count, root } = roll;
      orNull(() => {
        verifyInclusion(serialLeaf(serial), BigInt(index), BigInt(count), inclusion, root);
        gone.set(serial, entry);
      });
    }
  }
  return gone;
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
