/** What the check comes to in words: banner, steps, reasons, actions, notes; as `api/pages/model.py`. */

import type { Verdict } from "../verify/verdict.ts";
import type { Fact } from "./story/model.ts";

/** Which colours a verdict wears. */
export type Tone = "good" | "wait" | "caution" | "stop" | "none";

/** How a step stands: done, failed, not decided, not begun, running. */
export type StepState = "ok" | "fail" | "skip" | "todo" | "run";

/** A step of the check; `proof` is what stands behind it, for who wants to see. */
export interface Step {
  readonly name: string;
  readonly state: StepState;
  readonly title: string;
  readonly text: string;
  readonly proof: readonly Fact[];
}

/** One finding in words, with its stable code. */
export interface ReasonLine {
  readonly code: string;
  readonly text: string;
  readonly tone: Tone;
}

/** A link to press; `icon` is a name in the sprite without its `i-`. */
export interface Action {
  readonly label: string;
  readonly href: string;
  readonly icon: string;
}

/** A few words in a box. */
export interface Note {
  readonly title: string;
  readonly body: string;
  readonly tone: Tone | "";
  readonly icon: string;
}

/** A verdict in words, with what it rests on where that is told at once (recalled, unknown). */
export interface Banner {
  readonly verdict: Verdict;
  readonly tone: Tone;
  readonly title: string;
  readonly sentence: string;
  readonly next: string;
  readonly because: readonly Step[];
  readonly recallReason: string;
}

/** Whom a reader can turn to; what is null is not offered. */
export interface Support {
  readonly phone: string | null;
  readonly email: string | null;
}

export const TONES: Readonly<Record<Verdict, Tone>> = {
  malformed: "none",
  tampered: "stop",
  unknown: "stop",
  recalled: "stop",
  suspect_copy: "caution",
  expired: "caution",
  incomplete: "caution",
  recorded: "wait",
  chain_disputed: "wait",
  chain_unreachable: "wait",
  stale: "wait",
  verified: "good",
};

/** How many entries of the lot and its instance there are. */
export interface Counts {
  readonly anchored: number;
  readonly pending: number;
  readonly withheld: number;
  readonly signed: number;
}
