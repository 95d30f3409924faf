/**
 * One question after the other: which is next, and how far one is.
 *
 * A question whose answer is certain is not asked: the one field, the one product. It stands on the last screen and can
 * be changed there like all the others.
 */

import { asked, completed } from "../../lines/asking.ts";
import type { Answer, Draft, Question, Step } from "../../lines/types.ts";
import type { Workbook } from "../../workbook.ts";

/** What is being recorded. */
export interface Flow {
  readonly draft: Draft;
  /** Drafts before each question that was answered by hand, the oldest first. */
  readonly trail: readonly Draft[];
}

/** A draft with an answer more. */
export function answered(draft: Draft, id: string, answer: Answer): Draft {
  return { ...draft, answers: { ...draft.answers, [id]: answer } };
}

/** The draft with all answers that are certain put in, and the question that a person must answer; null: none. */
export function onward(
  step: Step,
  from: Draft,
  workbook: Workbook,
): { readonly draft: Draft; readonly question: Question | null } {
  const draft = completed(step, from, workbook);
  return { draft, question: asked(step, draft, workbook).find(({ ask }) => !ask.aside) ?? null };
}

/** How many screens there are, and on which one is; the last is where all is read once more. */
export function progress(
  step: Step,
  flow: Flow,
  workbook: Workbook,
): { readonly at: number; readonly of: number } {
  const open = asked(step, flow.draft, workbook).filter(({ ask, certain }) => !ask.aside && !certain);
  const at = flow.trail.length;
  return { at, of: at + open.length + 1 };
}

/** The question behind an answer that is to be changed, with what can be chosen instead. */
export function questionOf(step: Step, draft: Draft, id: string, workbook: Workbook): Question | null {
  const { [id]: _, ...answers } = draft.answers;
  return asked(step, { ...draft, answers }, workbook).find(({ ask }) => ask.id === id) ?? null;
}
