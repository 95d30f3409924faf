/**
 * One sentence, typed or dictated, as the draft of an event: "hôm qua phun Validacin 20 cc thửa Đồng Bông".
 *
 * Nothing in it is learnt and nothing is guessed. What the sentence says clearly is answered; what must be known and is
 * not said, what may mean two things, and what names something unknown here is told in `unsure`, to be asked. A question,
 * a plan or something not done is no event. The same text, workbook and clock give the same draft always.
 */
import { steps } from "../lines/table";
import type { Draft, Step } from "../lines/types";
import type { Workbook } from "../workbook";
import { boundary, secondPair, trimmed } from "./clauses";
import { type Filled, fillStep, type Heard } from "./fill";
import { type Token, tokens } from "./fold";
import { verbGuard, type Why, wholeGuard } from "./guards";
import { hereAndNow, type Moment, momentOf } from "./moment";
import { type Scan, scan } from "./scan";
import { lotDays, type Verb, type VerbWords, verbsIn, verbWords } from "./verbs";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

export type { Heard } from "./fill";

/** A step of a line. */
export interface Choice {
  readonly line: string;
  readonly step: string;
}

/** What became of a sentence. */
export interface Parsed {
  /** null: the sentence tells of nothing that was done, and `why` says why. */
  readonly draft: Draft | null;
  /**
   * What has to be asked: ids of the step's asks; "when", if the day is open; "step", if it is open what was done or in
   * which line. An answer that the draft holds all the same is the likeliest, to be offered first.
   */
  readonly unsure: readonly string[];
  /** What was heard as what; `from` and `to` are places in the text, `as` an ask's id, "step" or "when". */
  readonly heard: readonly Heard[];
  readonly why: Why | "nothing" | null;
  /** Where "step" is unsure: what it may be, the draft's first. */
  readonly choices: readonly Choice[];
  /** A second event that the sentence tells of, as a sentence of its own: one at a time. */
  readonly rest: string | null;
}

/** Most tokens that are looked at: nobody says more in one breath. */
const MOST_TOKENS = 100;
const FILLERS = list([
  ...words.fillers,
  ...words.ends,
  ...words.guards.connect,
  ...words.guards.all,
  ...words.names.heads,
]);
const stepWords = new WeakMap<Workbook, VerbWords>();

/** Drafts the event that a sentence tells of.
 *
 * @param text as typed or dictated, with or without marks, in any Unicode form.
 * @param now the clock; days are those of UTC+7.
 * @param only the one of `choices` that was answered.
 */
export function parseSentence(text: string, workbook: Workbook, now: Date, only?: Choice): Parsed {
  const sentence = tokens(text).slice(0, MOST_TOKENS);
  const { today } = hereAndNow(now);
  const vocabulary = verbsOf(workbook);
  const read = (part: readonly Token[], forcedAt: readonly number[] = []) =>
    lotDays(scan(part, workbook, today, new Set(forcedAt)), vocabulary);
  let whole = read(sentence);
  const guarded = wholeGuard(sentence, whole.taken);
  if (guarded !== null) return nothing(guarded);
  let verbs = verbsIn(whole, vocabulary);
  let forced = false;
  if (verbs.length === 0) {
    const found = hidden(sentence, vocabulary);
    if (found === null) return nothing("nothing");
    forced = true;
    whole = read(sentence, [found.at]);
    verbs = [found];
  }
  const why = verbs.map((verb) => verbGuard(sentence, verb, (at) => whole.taken(at)));
  const done = events(verbs.filter((_, at) => why[at] === null));
  const [first, second] = done;
  if (first === undefined) return nothing(why.find((one) => one !== null) ?? "nothing");
  const ahead = second ?? verbs.find((verb, i) => why[i] !== null && verb.at > first.at && !isNote(verb));
  const at = ahead === undefined ? secondPair(whole) : boundary(whole, first, ahead);
  const told = ahead === undefined || ahead === second;
  const clause = at === null ? sentence : trimmed(sentence.slice(0, at));
  const part = at === null ? whole : read(clause, forced ? [first.at] : []);
  const moment = momentOf(part, now);
  if (moment.plan) return nothing("plan");
  const later = at === null ? null : read(sentence.slice(at));
  const open = told && later !== null && !moment.said && later.days.some((one) => !one.ofLot);
  const chosen = choose(first, part, workbook, only);
  if (chosen === null) return nothing("nothing");
  const unsure = new Set(chosen.filled.unsure);
  if (moment.doubtful || open) unsure.add("when");
  if (chosen.choices.length > 1 || (forced && only === undefined)) unsure.add("step");
  if (forced)
    for (const ask of chosen.step.asks)
      if (ask.kind === "amount" && ask.optional !== true) unsure.add(ask.id);
  return {
    draft: {
      line: chosen.step.line,
      step: chosen.step.code,
      when: moment.when,
      answers: chosen.filled.answers,
    },
    unsure: [...unsure],
    heard: heardOf(first, part, chosen.filled, moment, sentence),
    why: null,
    choices: chosen.choices.length > 1 ? chosen.choices : [],
    rest: at === null || !told ? null : restOf(text, sentence, at, whole, first, second, moment),
  };
}

function nothing(why: Why | "nothing"): Parsed {
  return { draft: null, unsure: [], heard: [], why, choices: [], rest: null };
}

function verbsOf(workbook: Workbook): VerbWords {
  const before = stepWords.get(workbook);
  if (before !== undefined) return before;
  const made = verbWords(steps(workbook).filter(({ who }) => who === "member"));
  stepWords.set(workbook, made);
  return made;
}

/** A verb that looks like a number without its marks ("hai muoi can"), or is written with wrong ones. */
function hidden(sentence: readonly Token[], vocabulary: VerbWords): Verb | null {
  for (const wrong of [false, true]) {
    for (let at = 0; at < sentence.length; at += 1) {
      const met = metAt(sentence, at, vocabulary, wrong ? 2 : 1);
      const token = sentence[at];
      if (met === null || token === undefined || met.grade !== (wrong ? 2 : 1)) continue;
      const letters = sentence.slice(at, met.to).reduce((sum, one) => sum + one.bare.length, 0);
      if (wrong ? letters >= 4 : words.lookalikes.includes(token.text))
        return { at, to: met.to, grade: met.grade, steps: met.means };
    }
  }
  return null;
}

/** Verbs that tell of different events, in order: those of one step tell of one, and a note of none beside others. */
function events(verbs: readonly Verb[]): Verb[] {
  const telling = verbs.filter((verb) => !isNote(verb));
  const found: Verb[] = [];
  for (const verb of telling.length > 0 ? telling : verbs) {
    const last = found.at(-1);
    const shared = last?.steps.filter((one) => verb.steps.some((other) => sameStep(one, other))) ?? [];
    if (last !== undefined && shared.length > 0) found[found.length - 1] = { ...last, steps: shared };
    else if (
      last === undefined ||
      !last.steps.some(({ code }) => verb.steps.some((other) => other.code === code))
    ) {
      found.push(verb);
    }
  }
  return found;
}

function isNote({ steps: some }: Verb): boolean {
  return some.every(({ code }) => code === "note");
}

function sameStep(a: Step, b: Step): boolean {
  return a.code === b.code && a.line === b.line;
}

interface Chosen {
  readonly step: Step;
  readonly filled: Filled;
  /** It, and what suits as well. */
  readonly choices: readonly Choice[];
}

/** The step of a verb that suits its clause best. */
function choose(verb: Verb, scanned: Scan, workbook: Workbook, only: Choice | undefined): Chosen | null {
  const leftover = leftOver(verb, scanned);
  const ranked = verb.steps
    .filter(({ line, code }) => only === undefined || (only.line === line && only.step === code))
    .map((step) => {
      const filled = fillStep(step, verb, scanned, workbook, leftover);
      return { step, filled, suits: filled.suits + grows(step, scanned, workbook) };
    })
    .sort((a, b) => b.suits - a.suits);
  const [best] = ranked;
  if (best === undefined) return null;
  const open = best.step.tile === "ship" && best.filled.unsure.includes("lots");
  const equal = ranked.filter(({ suits }) => suits === best.suits || open);
  return { ...best, choices: equal.map(({ step: { line, code } }) => ({ line, step: code })) };
}

/** What grows at the place that was named tells the line. */
function grows(step: Step, scanned: Scan, workbook: Workbook): number {
  const places = new Set(scanned.places.map(({ uri }) => uri));
  const lots = workbook.lots.filter(
    ({ lane, place }) => lane === "growing" && place !== null && places.has(place),
  );
  const lines = lots.flatMap(({ gtin }) => workbook.products.find((one) => one.gtin === gtin)?.line ?? []);
  return lines.includes(step.line) ? 2 : 0;
}

/** Whether words were said that nothing explains. */
function leftOver(verb: Verb, scanned: Scan): boolean {
  for (let at = 0; at < scanned.tokens.length; at += 1) {
    const token = scanned.tokens[at];
    if (token === undefined || token.kind === "mark" || scanned.taken(at)) continue;
    if (at >= verb.at && at < verb.to) continue;
    const filler = metAt(scanned.tokens, at, FILLERS);
    if (filler === null) return true;
    at = filler.to - 1;
  }
  return false;
}

function heardOf(
  verb: Verb,
  scanned: Scan,
  filled: Filled,
  moment: Moment,
  sentence: readonly Token[],
): Heard[] {
  const span = (at: number, to: number, as: string): Heard[] => {
    const [first, last] = [sentence[at], sentence[to - 1]];
    return first === undefined || last === undefined ? [] : [{ from: first.from, to: last.to, as }];
  };
  const times = moment.said
    ? [...scanned.days.filter((one) => !one.ofLot), ...scanned.clocks].flatMap(({ at, to }) =>
        span(at, to, "when"),
      )
    : [];
  return [...span(verb.at, verb.to, "step"), ...times, ...filled.heard].sort((a, b) => a.from - b.from);
}

/** The second event as a sentence of its own: with the first one's verb and day where it has none. */
function restOf(
  text: string,
  sentence: readonly Token[],
  at: number,
  whole: Scan,
  first: Verb,
  second: Verb | undefined,
  moment: Moment,
): string | null {
  const [from, to] = [sentence[at], sentence.at(-1)];
  if (from === undefined || to === undefined) return null;
  const cut = (one: { at: number; to: number }) =>
    text.slice(sentence[one.at]?.from ?? 0, sentence[one.to - 1]?.to ?? 0);
  const day = whole.days.find((one) => !one.ofLot && one.to <= at);
  const own = whole.days.some((one) => !one.ofLot && one.at >= at);
  return [
    ...(moment.said && !own && day !== undefined ? [cut(day)] : []),
    ...(second === undefined ? [cut(first)] : []),
    text.slice(from.from, to.to),
  ].join(" ");
}
