/** The verdicts of DESIGN §3.7, worst first; the codes are part of the API. */
export const VERDICTS = [
  "malformed",
  "tampered",
  "unknown",
  "recalled",
  "suspect_copy",
  "expired",
  "incomplete",
  "recorded",
  "chain_disputed",
  "chain_unreachable",
  "stale",
  "verified",
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** One thing that the check found: the verdict that it alone would give, and values for its sentence. */
export interface Reason {
  readonly code: string;
  readonly verdict: Verdict;
  readonly params: Readonly<Record<string, unknown>>;
}

export function reason(
  code: string,
  verdict: Verdict,
  params: Readonly<Record<string, unknown>> = {},
): Reason {
  return { code, verdict, params };
}

/** Reasons in the order of their verdicts; those of one verdict as they came. */
export function worstFirst(reasons: Iterable<Reason>): Reason[] {
  return [...reasons].sort((one, other) => rank(one) - rank(other));
}

/** The verdict of all reasons together: the worst; `verified` where there are none. */
export function worst(reasons: Iterable<Reason>): Verdict {
  return worstFirst(reasons)[0]?.verdict ?? "verified";
}

function rank(item: Reason): number {
  return VERDICTS.indexOf(item.verdict);
}
