/** What is in hand, with what this phone has recorded and the service has not told of yet. */

import { isUnsent, type Slip } from "../core/slips.ts";
import { ahead } from "../lines/ahead.ts";
import type { Workbook } from "../workbook.ts";
import { eventsOf } from "./record/commit.ts";

/** The workbook with the lots that slips of this phone bring, less what they take. */
export function inHand(workbook: Workbook, slips: readonly Slip[]): Workbook {
  const since = Date.parse(workbook.at);
  const news = slips
    .filter((slip) => isUnsent(slip) || (slip.state === "recorded" && Date.parse(slip.at) > since))
    .sort((one, other) => one.place - other.place)
    .flatMap(eventsOf);
  return news.length > 0 ? ahead(workbook, news) : workbook;
}
