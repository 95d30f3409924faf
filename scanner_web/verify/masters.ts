/**
 * Descriptions in time: what was said to be so on a day (PROFILE §2, master data).
 *
 * A description holds from its `validFrom`, until a newer one of the same thing does. Among those that hold, the newest
 * `validFrom` wins, then the later entry; an anchored one always before one that is not.
 */
import { compareText, firstCharacters } from "./encoding";
import type { JsonObject } from "./json";

/** One signed description, by someone who speaks for what it describes. */
export interface Description {
  /** Of its entry in the log. */
  readonly index: number;
  /** ISO 8601 day or moment from which it holds; empty where it names none. */
  readonly validFrom: string;
  /** As signed; terms are found by their local name. */
  readonly attributes: JsonObject;
  /** Not anchored yet. */
  readonly pending: boolean;
}

/** The description that holds on a day (YYYY-MM-DD); null where nothing was said to hold by then. */
export function validAt(descriptions: readonly Description[], day: string): Description | null {
  const held = descriptions.filter((item) => compareText(firstCharacters(item.validFrom, 10), day) <= 0);
  return held.sort(newestFirst)[0] ?? null;
}

/** As `validAt`; before all descriptions the first of them, for things are often described after they happen. */
export function validAtOrFirst(descriptions: readonly Description[], day: string): Description | null {
  const oldestFirst = [...descriptions].sort(
    (one, other) =>
      Number(one.pending) - Number(other.pending) ||
      compareText(one.validFrom, other.validFrom) ||
      other.index - one.index,
  );
  return validAt(descriptions, day) ?? oldestFirst[0] ?? null;
}

function newestFirst(one: Description, other: Description): number {
  return (
    Number(one.pending) - Number(other.pending) ||
    compareText(other.validFrom, one.validFrom) ||
    other.index - one.index
  );
}
