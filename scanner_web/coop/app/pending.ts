/** What is in hand, with what this phone has recorded and the service has not told of yet. */

import { isUnsent, type Slip } from "../core/slips.ts";
import { ahead, before } from "../lines/ahead.ts";
import type { Workbook } from "../workbook.ts";
import { eventsOf } from "./record/commit.ts";

/** The workbook with the lots that slips of this phone bring, less what they take. */
export function inHand(workbook: Workbook, slips: readonly Slip[]): Workbook {
  const news = slips
    .filter((slip) => isNews(workbook, slip))
    .sort((one, other) => one.place - other.place)
    .flatMap(eventsOf);
  return news.length > 0 ? ahead(workbook, news) : workbook;
}

/** The same as if a slip had never been: what it used can be used again, where it is put right. */
export function inHandWithout(workbook: Workbook, slips: readonly Slip[], slip: Slip): Workbook {
  const known = slip.state === "recorded" && !isNews(workbook, slip) ? eventsOf(slip) : [];
  const others = slips.filter(({ id }) => id !== slip.id);
  return inHand(known.reduce(before, workbook), others);
}

/** The workbook, as the service told it, cannot know of it. */
function isNews(workbook: Workbook, slip: Slip): boolean {
  return isUnsent(slip) || (slip.state === "recorded" && Date.parse(slip.at) > Date.parse(workbook.at));
}
