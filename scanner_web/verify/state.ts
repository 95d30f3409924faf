/**
 * The entries of one subject folded into what a verdict asks: born, recalled, expiring, labelled (DESIGN §3.1, §3.7).
 *
 * Order is the log's index, never `eventTime`. An entry counts by what its signer may say; a withdrawal or a release
 * undoes only what the same organisation said, and nothing while it is pending.
 */
import type { EventFacts, Roll } from "./facts";
import { type KeyRecord, mayRecall, speaksFor } from "./trust";

/** One verified entry of a subject, as the folds need it; no facts where withheld or of another kind than an event. */
export interface StoryEntry {
  readonly index: number;
  readonly facts: EventFacts | null;
  readonly signer: KeyRecord | null;
  readonly pending: boolean;
}

/** An entry that stands: its content is there. */
export interface StandingEntry extends StoryEntry {
  readonly facts: EventFacts;
}

/** A recall that stands. */
export interface Recall {
  /** Of the entry that made it. */
  readonly index: number;
  /** Who recalled, and alone can release. */
  readonly org: string;
  /** It covers all of the lot, or else some instances of it. */
  readonly whole: boolean;
}

/** A use-by date. */
export interface Expiry {
  /** Of the entry that set it. */
  readonly index: number;
  /** YYYY-MM-DD. */
  readonly day: string;
  /** The moment from which the goods are expired, milliseconds since 1970. */
  readonly ends: number;
}

/** Which entries are withdrawn: index of the entry -> index of the anchored declaration that did it. */
export function voided(entries: readonly StoryEntry[]): ReadonlyMap<number, number> {
  const withdrawn = new Map<number, number>();
  for (const declaration of entries) {
    if (declaration.pending || !declaration.facts?.isErrorDeclaration) {
      continue;
    }
    for (const entry of entries) {
      if (
        entry.facts !== null &&
        !entry.facts.isErrorDeclaration &&
        entry.index < declaration.index &&
        entry.facts.eventId === declaration.facts.eventId &&
        entry.signer !== null &&
        entry.signer.org === declaration.signer?.org &&
        !withdrawn.has(entry.index)
      ) {
        withdrawn.set(entry.index, declaration.index);
      }
    }
  }
  return withdrawn;
}

/** The entries that say something: shown, no declaration of error, not withdrawn by one; oldest first. */
export function standing(entries: readonly StoryEntry[]): StandingEntry[] {
  const told = [...entries].sort((one, other) => one.index - other.index);
  const gone = voided(told);
  return told.filter(
    (entry): entry is StandingEntry =>
      entry.facts !== null && !entry.facts.isErrorDeclaration && !gone.has(entry.index),
  );
}

/** The entries that bring a lot into being, by someone who speaks for it. */
export function births(entries: readonly StoryEntry[], lot: string): StandingEntry[] {
  return standing(entries).filter((entry) => entry.facts.births.has(lot) && speaks(entry, lot));
}

/** The rolls of a lot that hold tem, by someone who speaks for it. */
export function rolls(entries: readonly StoryEntry[], lot: string): [StandingEntry, Roll][] {
  const issued: [StandingEntry, Roll][] = [];
  for (const entry of standing(entries)) {
    const roll = speaks(entry, lot) ? entry.facts.rollOf(lot) : null;
    if (roll !== null) {
      issued.push([entry, roll]);
    }
  }
  return issued;
}

/** The earliest use-by date that the lot's births give it. */
export function earliestExpiry(birthsOfLot: readonly StandingEntry[]): Expiry | null {
  let earliest: Expiry | null = null;
  for (const { index, facts } of birthsOfLot) {
    if (facts.expiry !== null) {
      const ends = facts.expiresAt(facts.expiry);
      if (earliest === null || ends < earliest.ends) {
        earliest = { index, day: facts.expiry, ends };
      }
    }
  }
  return earliest;
}

/**
 * The recall of a subject that stands, if any: of the whole before parts of it, then the newest.
 *
 * A recall that lists instances recalls those, one that names the lot recalls all of it, and so do releases. Asked
 * about the lot (no `instance`), any recalled part counts.
 */
export function recallOf(entries: readonly StoryEntry[], uri: string, instance?: string): Recall | null {
  const byOrg = new Map<string, OrgRecall>();
  for (const { index, facts, signer, pending } of standing(entries)) {
    if (signer === null || !mayRecall(signer, uri)) {
      continue;
    }
    const told = byOrg.get(signer.org) ?? new OrgRecall();
    byOrg.set(signer.org, told);
    if (facts.setsRecalled) {
      told.recall(index, facts, uri);
    } else if (facts.unsetsRecalled && !pending) {
      told.release(facts, uri);
    }
  }
  let found: Recall | null = null;
  for (const [org, told] of byOrg) {
    for (const [index, whole] of told.standing(instance)) {
      if (found === null || (whole !== found.whole ? whole : index > found.index)) {
        found = { index, org, whole };
      }
    }
  }
  return found;
}

/** One organisation's recalls of a subject: the whole, the parts, and the parts exempted again. */
class OrgRecall {
  private whole: number | undefined;
  private readonly parts = new Map<string, number>();
  private readonly exempt = new Set<string>();

  recall(index: number, facts: EventFacts, uri: string): void {
    if (facts.coversWhole(uri)) {
      this.whole = index;
      this.exempt.clear();
      return;
    }
    for (const part of facts.listedInstances(uri)) {
      this.parts.set(part, index);
      this.exempt.delete(part);
    }
  }

  release(facts: EventFacts, uri: string): void {
    if (facts.coversWhole(uri)) {
      this.whole = undefined;
      this.parts.clear();
      this.exempt.clear();
      return;
    }
    for (const part of facts.listedInstances(uri)) {
      this.exempt.add(part);
      this.parts.delete(part);
    }
  }

  /** Index of every recall that stands, and whether it is of the whole. */
  standing(instance: string | undefined): [number, boolean][] {
    const found: [number, boolean][] = [];
    if (this.whole !== undefined && (instance === undefined || !this.exempt.has(instance))) {
      found.push([this.whole, true]);
    }
    for (const [part, index] of this.parts) {
      if (instance === undefined || part === instance) {
        found.push([index, false]);
      }
    }
    return found;
  }
}

/** Whether who signed an entry speaks for a URI. */
export function speaks(entry: StoryEntry, uri: string): boolean {
  return entry.signer !== null && speaksFor(entry.signer, uri);
}
