/**
 * What makes a sentence no record of something done: a question, a "not", a plan, a wish, a correction of another record.
 *
 * "Chưa" before the verb denies it wherever it stands in its clause, "không" only right before it ("hái 12 cân không
 * sâu" was done). Words of names are left alone: "Vườn Chùa" denies nothing.
 */
import type { Token } from "./fold";
import { list, metAt, type Vocabulary } from "./vocabulary";
import words from "./words.json";

/** Why a sentence, or one of its verbs, is no record. */
export type Why = "question" | "negated" | "plan" | "correction";

/** A verb met: tokens `at` to `to`. */
export interface Span {
  readonly at: number;
  readonly to: number;
}

const guards = words.guards;
const QUESTION = list(guards.question);
const QUESTION_END = list(guards.questionend);
/** Ends of questions that stay such without their marks. */
const BARE_END = guards.bareend;
const ADDRESS = list(guards.address);
const TAGS = list(guards.tags);
const NEVER = list(guards.never);
const NOT = list(guards.not);
const NOT_FILLERS = list(guards.notfillers);
const NOT_BEHIND = list(guards.notbehind);
const PLANNED = list(guards.planned);
const PLAN_FILLERS = list(guards.planfillers);
/** Somebody is told to do it. */
const ORDERS = list(guards.orders);
const CONDITIONAL = list(guards.conditional);
const CORRECTION = list(guards.correction);
const YET = list(["chưa"]);

/** Whether the whole sentence asks, supposes or corrects. */
export function wholeGuard(sentence: readonly Token[], taken: (at: number) => boolean): Why | null {
  if (sentence.some((one) => one.text === "?")) return "question";
  for (let at = 0; at < sentence.length; at += 1) {
    if (taken(at)) continue;
    if (metAt(sentence, at, CORRECTION) !== null) return "correction";
    if (metAt(sentence, at, CONDITIONAL) !== null) return "plan";
    const asked = metAt(sentence, at, QUESTION);
    if (asked !== null && (asked.grade === 0 || asked.to - at >= 2)) return "question";
  }
  let last = sentence.findLastIndex((one) => one.kind !== "mark");
  const tag = (at: number) => !taken(at) && metAt(sentence, at, TAGS, 0) !== null;
  if (last > 1 && !taken(last) && metAt(sentence, last, ADDRESS, 0) !== null && tag(last - 1)) last -= 1;
  const end = last > 0 && !taken(last) ? metAt(sentence, last, QUESTION_END) : null;
  if (end !== null && (end.grade === 0 || BARE_END.includes(sentence[last]?.bare ?? ""))) return "question";
  return null;
}

/** Why what a verb says was not done; null where it was. */
export function verbGuard(
  sentence: readonly Token[],
  verb: Span,
  taken: (at: number) => boolean,
): Why | null {
  const start = clauseStart(sentence, verb.at);
  for (let at = start; at < verb.at; at += 1) {
    if (!taken(at) && metAt(sentence, at, NEVER) !== null && plain(sentence, at, verb.at, taken))
      return "negated";
  }
  if (leadsTo(sentence, start, verb.at, NOT, NOT_FILLERS, taken)) return "negated";
  if (leadsTo(sentence, start, verb.at, PLANNED, PLAN_FILLERS, taken)) return "plan";
  for (let at = start; at < verb.at; at += 1) {
    if (!taken(at) && metAt(sentence, at, ORDERS, 0)?.to === at + 1) return "plan";
  }
  for (let at = verb.to; at < Math.min(verb.to + 3, sentence.length); at += 1) {
    if (sentence[at]?.kind === "mark") break;
    if (taken(at)) continue;
    if (metAt(sentence, at, YET) !== null) return "negated";
    const not = metAt(sentence, at, NOT);
    if (not !== null && metAt(sentence, not.to, NOT_BEHIND) !== null) return "negated";
  }
  return null;
}

function clauseStart(sentence: readonly Token[], at: number): number {
  let start = at;
  while (start > 0 && sentence[start - 1]?.kind !== "mark") start -= 1;
  return start;
}

/** Between a "not" and its verb stand no names, days or amounts, and few words. */
function plain(
  sentence: readonly Token[],
  at: number,
  verb: number,
  taken: (at: number) => boolean,
): boolean {
  if (verb - at > 6) return false;
  for (let i = at; i < verb; i += 1) if (taken(i) || sentence[i]?.kind === "number") return false;
  return true;
}

/** Whether one of a vocabulary stands before a verb, with nothing but fillers between. */
function leadsTo(
  sentence: readonly Token[],
  start: number,
  verb: number,
  vocabulary: Vocabulary<true>,
  fillers: Vocabulary<true>,
  taken: (at: number) => boolean,
): boolean {
  for (let at = Math.max(start, verb - 6); at < verb; at += 1) {
    if (taken(at)) continue;
    const met = metAt(sentence, at, vocabulary);
    if (met === null || met.to > verb) continue;
    let next: number | null = met.to;
    while (next !== null && next < verb)
      next = taken(next) ? null : (metAt(sentence, next, fillers)?.to ?? null);
    if (next === verb) return true;
  }
  return false;
}
