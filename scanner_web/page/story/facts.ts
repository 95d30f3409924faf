/** A verified entry as the folds of `verify/` read it, and its event where its shape is one that the ledger takes. */

import { EventFacts } from "../../verify/facts";
import type { StoryEntry } from "../../verify/state";
import type { VerifiedEntry } from "../../verify/verification";
import type { EventReader } from "./reading";
import { readable } from "./told";

const TYPES = new Set([
  "ObjectEvent",
  "AggregationEvent",
  "AssociationEvent",
  "TransactionEvent",
  "TransformationEvent",
]);

/** The entry as `births` reads it. */
export function storyOf(entry: VerifiedEntry): StoryEntry {
  const { index, statement, signer, pending } = entry;
  const facts =
    readable(entry) && statement ? new EventFacts(statement.payload, statement.header.about) : null;
  return { index, facts, signer, pending };
}

/**
 * An entry's event; null where it is withheld, is none, or has no type or time.
 *
 * The ledger takes only events of the right shape; Python reads all of that shape again, here it is not needed.
 */
export function eventOf(entry: VerifiedEntry): EventReader | null {
  const event = readable(entry);
  return event && TYPES.has(event.type) && event.time !== null ? event : null;
}
