/** Which steps a clause may speak of: the verbs of the lines' files, the longest first. */
import type { Step } from "../lines/types";
import { type Grade, isLoose, phrase, phraseAt, type Token } from "./fold";
import { numberAt } from "./numbers";
import type { Scan } from "./scan";
import { list, metAt, type Vocabulary } from "./vocabulary";
import words from "./words.json";

/** A verb met, with the steps that have it. */
export interface Verb {
  readonly at: number;
  readonly to: number;
  readonly grade: Grade;
  readonly steps: readonly Step[];
}

/** Verbs of steps, cut once. */
export type VerbWords = Vocabulary<readonly Step[]>;

const RESULT = list(words.resultverbs);
const BATCH = list([...words.guards.batch, ...words.names.batchnouns]);
/** Behind a word that is a number too, these make it a verb: "hai được", "hai ở". */
const VERBAL = list(words.verbal);

/** The verbs of steps. */
export function verbWords(steps: readonly Step[]): VerbWords {
  const byWord = new Map<string, Step[]>();
  for (const step of steps) {
    for (const word of step.words) byWord.set(word, [...(byWord.get(word) ?? []), step]);
  }
  return [...byWord].map(([word, found]) => [phrase(word), found]);
}

/** The verbs of a clause in order. Those that only tell an outcome ("cân được"), or which lot ("mẻ hái hôm qua"), are not. */
export function verbsIn(scanned: Scan, vocabulary: VerbWords): Verb[] {
  const { tokens } = scanned;
  const found: Verb[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (scanned.taken(at)) continue;
    const outcome = found.length > 0 ? metAt(tokens, at, RESULT) : null;
    if (outcome !== null) {
      at = outcome.to - 1;
      continue;
    }
    const met = allAt(tokens, at, vocabulary, (i) => scanned.taken(i) && !scanned.inProduct(i));
    if (met === null || doubtfulNumber(scanned, at, met.to, met.grade)) continue;
    const verb = { at, to: met.to, grade: met.grade, steps: met.means };
    if (found.length === 0 || !tellsLot(scanned, verb)) found.push(verb);
    at = met.to - 1;
  }
  return wellMarked(found, tokens);
}

/** The longest verb at a token; what reads the same without marks ("cắt", "cất") is all of it. */
function allAt(
  tokens: readonly Token[],
  at: number,
  vocabulary: VerbWords,
  blocked: (at: number) => boolean,
): { to: number; grade: Grade; means: readonly Step[] } | null {
  const free = vocabulary.filter(([words]) => words.every((_, i) => i === 0 || !blocked(at + i)));
  const best = metAt(tokens, at, free);
  if (best === null) return null;
  const same = free.filter(([words]) => {
    const met = phraseAt(tokens, at, words);
    return met !== null && met.to === best.to && met.grade === best.grade;
  });
  return { ...best, means: same.flatMap(([, steps]) => steps) };
}

/** "hai" without marks is a verb only where it cannot count what follows. */
function doubtfulNumber(scanned: Scan, at: number, to: number, grade: Grade): boolean {
  if (grade === 0 || to - at > 1) return false;
  const token = scanned.tokens[at];
  const number = token === undefined ? null : numberAt(scanned.tokens, at);
  if (number === null || number.grade > 0) return false;
  return !(
    scanned.taken(to) ||
    scanned.tokens[to]?.kind === "number" ||
    metAt(scanned.tokens, to, VERBAL) !== null
  );
}

/** "mẻ hái hôm qua", "trà hái sáng nay": the day of a lot. */
export function tellsLot(scanned: Scan, verb: { at: number; to: number }): boolean {
  const day = scanned.days.some((one) => one.at === verb.to);
  if (!day) return false;
  const before = scanned.tokens[verb.at - 1];
  if (before === undefined) return false;
  if (scanned.products.some(({ spans }) => spans.some(([, to]) => to === verb.at))) return true;
  for (let start = Math.max(0, verb.at - 2); start < verb.at; start += 1) {
    if (metAt(scanned.tokens, start, BATCH)?.to === verb.at) return true;
  }
  return false;
}

/** The clause with the days that tell which lot set apart: "phơi mẻ hái hôm qua". */
export function lotDays(scanned: Scan, vocabulary: VerbWords): Scan {
  const days = scanned.days.map((day) => {
    for (let at = Math.max(0, day.at - 3); at < day.at; at += 1) {
      const met = scanned.taken(at) ? null : metAt(scanned.tokens, at, vocabulary);
      if (met !== null && met.to === day.at && tellsLot(scanned, { at, to: met.to }))
        return { ...day, ofLot: true };
    }
    return day;
  });
  return { ...scanned, days };
}

/** Where a verb stands as it is written, words that only look like one without their marks are none. */
function wellMarked(found: readonly Verb[], tokens: readonly Token[]): Verb[] {
  const bare = isLoose(tokens);
  const exact = found.some((one) => one.grade === 0);
  return bare || !exact ? [...found] : found.filter((one) => one.grade === 0);
}
