/**
 * The operator's word: what is known of a tem beside the log, and cannot be proven; `ledger/proof/word.py` again.
 *
 * Every reason of it says `by: operator`, it can only be that a tem looks copied, and it only adds. Without it a
 * verification is what it was.
 */

import { type Reason, reason, worst, worstFirst } from "../verify/verdict.ts";
import type { Verification } from "../verify/verification.ts";
import type { Scans } from "./scans.ts";

/** A reason of the operator's to suspect a copy, marked as such. */
export function suspicion(
  code: "scan.conflict" | "hidden.used",
  params: Readonly<Record<string, unknown>> = {},
): Reason {
  return reason(code, "suspect_copy", { by: "operator", ...params });
}

/** Whether a reason is the operator's word, and not proven. */
export function isWord({ params }: Reason): boolean {
  return params.by === "operator";
}

/**
 * The verification with the operator's word among its reasons, in their order.
 *
 * It counts for a tem that a roll or a birth holds: of any other there are no copies. A reason that is anything but a
 * suspicion by the operator is passed over.
 */
export function heed(found: Verification, word: Iterable<Reason>): Verification {
  const heard = [...word].filter((said) => isWord(said) && said.verdict === "suspect_copy");
  if (found.tem === null || heard.length === 0) return found;
  const reasons = worstFirst([...found.reasons, ...heard]);
  return { ...found, reasons, verdict: worst(reasons) };
}

/** The reasons in a tem's scans to suspect a copy; `coop/scans/desk.py` again. */
export function suspicions({ conflict, opened, count }: Scans): Reason[] {
  const found = opened === null ? [] : [suspicion("hidden.used", { opened })];
  if (conflict !== null) {
    const { kind, day, place1, place2, days, devices } = conflict;
    const shown = kind === "places" ? { place1, place2, days } : { devices };
    found.push(suspicion("scan.conflict", { kind, day, ...shown, count }));
  }
  return found;
}
