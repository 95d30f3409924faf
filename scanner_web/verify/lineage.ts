/**
 * Lineage: what went into a subject, from the signed `from` of its entries upwards (DESIGN §3.1).
 *
 * A `from` counts only from a signer whose stems cover the subject; where no key's stems cover it (a
 * `transformationID`, a private URI), from the organisation that signed its first entry. A withdrawn event's `from`
 * stays lineage.
 */
import { type KeyRecord, speaksFor } from "./trust";

/** One entry of a subject, as lineage reads it. */
export interface LineageEntry {
  /** 1 for the subject's first entry. */
  readonly ordinal: number;
  readonly signer: KeyRecord | null;
  /** The URIs that went into the subject. */
  readonly from: readonly string[];
}

/** What a walk upwards found. */
export interface Lineage {
  /** Ancestor URI -> what it went into, nearest ancestors first. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Ancestors of which nothing is known here, not even that nothing is filed. */
  readonly missing: readonly string[];
}

/**
 * All ancestors of some subjects, breadth first.
 *
 * @param start the subjects asked about (a lot, and its instance).
 * @param entriesOf a subject's entries; undefined where the subject is not known here.
 * @param keys the keys known, to tell whether anybody's stems cover a subject.
 */
export function trace(
  start: readonly string[],
  entriesOf: (uri: string) => readonly LineageEntry[] | undefined,
  keys: readonly KeyRecord[],
): Lineage {
  const children = new Map<string, string[]>();
  const missing: string[] = [];
  const queue = [...start];
  for (const uri of queue) {
    const entries = entriesOf(uri);
    if (entries === undefined) {
      missing.push(uri);
      continue;
    }
    for (const parent of ingredients(uri, entries, keys)) {
      if (start.includes(parent)) {
        continue;
      }
      let made = children.get(parent);
      if (made === undefined) {
        made = [];
        children.set(parent, made);
        queue.push(parent);
      }
      if (!made.includes(uri)) {
        made.push(uri);
      }
    }
  }
  return { children, missing };
}

/** The URIs whose `from` counts for a subject, in order, each once. */
function ingredients(uri: string, entries: readonly LineageEntry[], keys: readonly KeyRecord[]): Set<string> {
  const isCovered = keys.some((record) => speaksFor(record, uri));
  const first = entries.find(({ ordinal }) => ordinal === 1)?.signer;
  const counted = new Set<string>();
  for (const { signer, from } of entries) {
    if (signer !== null && (speaksFor(signer, uri) || (!isCovered && signer.org === first?.org))) {
      for (const parent of from) {
        counted.add(parent);
      }
    }
  }
  return counted;
}
