/** The events of a verification, ready to be told; from `api/pages/story.py`. */

import { instanceUri, lotUri, type Target } from "../../verify/target";
import type { Verification, VerifiedEntry } from "../../verify/verification";
import { inVietnam, type Moment } from "../format";
import { EventReader } from "./reading";

const EVENT = 1;

/** An entry ready to be told: its event (null where withheld), and when it happened. */
export interface Told {
  readonly entry: VerifiedEntry;
  readonly event: EventReader | null;
  readonly when: Moment;
}

/** The event of an entry; null where its content is withheld or it is no event. */
export function readable(entry: VerifiedEntry): EventReader | null {
  return entry.statement && entry.kind === EVENT ? new EventReader(entry.statement.payload) : null;
}

/** The lot's own entries and its ancestors', each once, in the order of the log. */
export function allEntries(found: Verification): VerifiedEntry[] {
  const once = new Map<number, VerifiedEntry>();
  for (const entry of [...found.entries, ...found.ancestors.flatMap((parent) => parent.entries)]) {
    const kept = once.get(entry.index);
    if (!kept || (kept.voidedBy === null && entry.voidedBy !== null)) once.set(entry.index, entry);
  }
  return [...once.values()].sort((a, b) => a.index - b.index);
}

/** All events that can be told, by when they happened; declarations of error among them. */
export function eventsOf(found: Verification): Told[] {
  return allEntries(found)
    .filter((entry) => entry.kind === EVENT)
    .map((entry) => {
      const event = readable(entry);
      return { entry, event, when: event?.time ?? inVietnam(new Date(entry.time)) };
    })
    .sort((a, b) => a.when.ms - b.when.ms || a.entry.index - b.entry.index);
}

/** Whether an event says something: shown, no declaration of error, not withdrawn by one. */
export function stands(item: Told): item is Told & { event: EventReader } {
  return item.event !== null && !item.event.isError && item.entry.voidedBy === null;
}

/** The lot and its instance. */
export function ownUris(target: Target | null): ReadonlySet<string> {
  const uris = target ? [lotUri(target), instanceUri(target)] : [];
  return new Set(uris.filter((uri) => uri !== null));
}
