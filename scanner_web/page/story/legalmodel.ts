/** A lot as the law wants to see it: items, their values, and where each comes from; `ledger/proof/legal_model.py` again. */

import type { Day, Moment } from "../format";

/** How an item stands. */
export type Status = "present" | "incomplete" | "missing" | "absent";

/** Where a value comes from: an event's entry, a description's entry, or (index null) the code that was asked about. */
export interface Source {
  readonly kind: "entry" | "description" | "code";
  readonly index: number | null;
}

/** One value of an item: which part of it, as signed (an ISO 8601 day where `day` is set), and whether it has ended. */
export interface Value {
  readonly part: string;
  readonly text: string;
  readonly source: Source;
  readonly day?: Day | null;
  readonly ended?: boolean;
}

/** One step of the lot's own story (Circular 02/2024, item 5). */
export interface Stage {
  readonly index: number;
  readonly step: string;
  readonly when: Moment;
  /** URI of where it was; empty where it names none. */
  readonly place: string;
  /** As described on that day; empty where nothing describes it. */
  readonly placeName: string;
  readonly placeAddress: string;
}

/** One item of the circular's list. `reason` is a code; empty where the item is present. */
export interface Item {
  readonly code: string;
  readonly status: Status;
  readonly values: readonly Value[];
  readonly reason: string;
}
