/**
 * One question after the other: which is next, what has only one answer, how far one is.
 *
 * A question whose only answer is certain is not asked: the one field, the one product. It stands on the last screen
 * and can be changed there like all the others.
 */

import { asked } from "../../lines/asking.ts";
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

/** A draft without the answer to a question. */
export function reopened(draft: Draft, id: string): Draft {
  const { [id]: _, ...answers } = draft.answers;
  return { ...draft, answers };
}

/** The draft with all answers that are certain put in, and the question that a person must answer; null: none. */
export function onward(
  step: Step,
  from: Draft,
  workbook: Workbook,
): { readonly draft: Draft; readonly question: Question | null } {
  let draft = from;
  for (let turn = 0; turn <= step.asks.length; turn++) {
    const question = asked(step, draft, workbook).find(({ ask }) => !ask.aside) ?? null;
    if (question === null || !isCertain(question)) return { draft, question };
    draft = answered(draft, question.ask.id, question.likely);
  }
  return { draft, question: null };
}

function isCertain({ certain, likely }: Question): boolean {
  return certain && likely !== null;
}

/** How many screens there are, and on which one is; the last is where all is read once more. */
export function progress(
  step: Step,
  flow: Flow,
  workbook: Workbook,
): { readonly at: number; readonly of: number } {
  const open = asked(step, flow.draft, workbook).filter(
    (question) => !question.ask.aside && !isCertain(question),
  );
  const at = flow.trail.length;
  return { at, of: Math.max(at + open.length, at) + 1 };
}

/** The question behind an answer that is to be changed, with what can be chosen instead. */
export function questionOf(step: Step, draft: Draft, id: string, workbook: Workbook): Question | null {
  const open = asked(step, reopened(draft, id), workbook);
  return open.find(({ ask }) => ask.id === id) ?? null;
}
