/**
 * Names of this cooperative's places, partners and products in a sentence: whole, by alias, without their first word
 * ("Đồng Bông" for "Thửa Đồng Bông"), by a part that stands for one alone ("validacin"), misspelt by a letter.
 *
 * What is met is a set: which of them is meant is decided where it is known what is asked for, and only if one of them
 * is better than all others.
 */
import type { Place, Workbook } from "../workbook";
import { type Grade, meets, nearly, phrase, phraseAt, type Token } from "./fold";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

/** A name met: tokens `at` to `to`; `rank` 0 whole, 1 without its first word, 2 by its first word alone. */
export interface NameMet {
  readonly uri: string;
  readonly at: number;
  readonly to: number;
  readonly rank: number;
  readonly grade: Grade;
}

/** How much of a product's name was said, and where. */
export interface ProductMet {
  readonly uri: string;
  /** Words of its name or alias that were said. */
  readonly words: number;
  /** All of a name or alias was said. */
  readonly whole: boolean;
  readonly grade: Grade;
  readonly spans: readonly (readonly [number, number])[];
}

interface Form {
  readonly uri: string;
  readonly words: readonly Token[];
  readonly rank: number;
}

/** A workbook's names, cut once. */
export interface Names {
  readonly places: readonly Form[];
  readonly partners: readonly Form[];
  readonly products: readonly { readonly uri: string; readonly forms: readonly (readonly Token[])[] }[];
}

const HEADS = list(words.names.heads);
const PARTY_HEADS = list(words.names.partyheads);
const GENERIC = words.names.generic.map((one) => phrase(one)[0]?.key ?? "");
const DIGITS = Object.entries(words.digits);

/** Cuts the names of a workbook. */
export function namesOf(workbook: Workbook): Names {
  return {
    places: workbook.places.flatMap(placeForms),
    partners: workbook.partners.flatMap(({ uri, name }) => formsOf(uri, [name], PARTY_HEADS, false)),
    products: workbook.products.map(({ uri, name, aliases }) => ({
      uri,
      forms: [name, ...aliases].map((one) => phrase(one)),
    })),
  };
}

function placeForms(place: Place): Form[] {
  const forms = formsOf(place.uri, [place.name, ...place.aliases], HEADS, true);
  if (place.kind === "field" || place.kind === "apiary") return forms;
  const name = phrase(place.name);
  for (const [head] of HEADS) {
    if (phraseAt(name, 0, head)?.grade === 0) forms.push({ uri: place.uri, words: head, rank: 2 });
  }
  return forms;
}

function formsOf(uri: string, names: readonly string[], heads: typeof HEADS, place: boolean): Form[] {
  return names.flatMap((name) => {
    const whole = phrase(name);
    const forms: Form[] = [];
    for (const cut of [whole, ...stripped(whole, heads, place)]) {
      const rank = cut === whole ? 0 : 1;
      if (rank === 0 || standsAlone(cut)) forms.push({ uri, words: cut, rank });
      else if (place) for (const [head] of HEADS) forms.push({ uri, words: [...head, ...cut], rank });
    }
    return forms.flatMap((form) => [form, ...spokenDigits(form)]);
  });
}

/** A name without the words that say what kind of place it is, one after the other; a place's own name is written large. */
function stripped(name: readonly Token[], heads: typeof HEADS, place: boolean): (readonly Token[])[] {
  const head = metAt(name, 0, heads, 0);
  if (head === null || head.to >= name.length) return [];
  const rest = name.slice(head.to);
  if (place && !/^[\p{Lu}\d]/u.test(rest[0]?.written ?? "")) return stripped(rest, heads, place);
  return [rest, ...stripped(rest, heads, place)];
}

function standsAlone(name: readonly Token[]): boolean {
  if (name.length >= 2) return name.some((one) => one.kind === "word");
  return false;
}

/** "A03" is said "a ba", "a không ba", "a số ba" too. */
function spokenDigits(form: Form): Form[] {
  const at = form.words.findIndex((one) => one.kind === "number");
  const token = form.words[at];
  if (token === undefined || !/^\d{1,3}$/.test(token.text)) return [];
  const spoken = (figures: string) =>
    [...figures].flatMap((digit) => phrase(DIGITS.find(([, value]) => String(value) === digit)?.[0] ?? ""));
  const swap = (by: readonly Token[]) => ({
    ...form,
    words: [...form.words.slice(0, at), ...by, ...form.words.slice(at + 1)],
  });
  const numbered = swap([...phrase("số"), token]);
  const short = String(Number(token.text));
  return [swap(spoken(token.text)), ...(short === token.text ? [] : [swap(spoken(short))]), numbered];
}

/** Places or partners named in a sentence: at each place the longest, whole ones before cut ones. */
export function namesIn(sentence: readonly Token[], forms: readonly Form[]): NameMet[] {
  const found: NameMet[] = [];
  for (let at = 0; at < sentence.length; at += 1) {
    for (const form of forms) {
      const met = formAt(sentence, at, form.words);
      if (met !== null && fits(form, met.grade))
        found.push({ uri: form.uri, at, to: met.to, rank: form.rank, grade: met.grade });
    }
  }
  return longest(found);
}

/** Misspelt words are allowed in what is long enough not to be something else. */
function fits(form: Form, grade: Grade): boolean {
  if (grade < 2) return true;
  if (form.rank > 0 && form.words.length === 2) return false;
  const letters = form.words.reduce((sum, one) => sum + one.bare.length, 0);
  return form.words.length >= 2 && letters >= 6;
}

/** A form that begins at a token; a hyphen between its words does not count. */
function formAt(
  sentence: readonly Token[],
  at: number,
  form: readonly Token[],
): { to: number; grade: Grade } | null {
  let grade: Grade = 0;
  let to = at;
  for (const [i, word] of form.entries()) {
    if (i > 0 && sentence[to]?.kind === "mark" && sentence[to]?.text === "-") to += 1;
    const token = sentence[to];
    const one = token === undefined ? null : nearly(token, word);
    if (one === null) return null;
    if (one > grade) grade = one;
    to += 1;
  }
  return form.length === 0 ? null : { to, grade };
}

/** Drops what lies within something longer, and of the same words the worse met. */
function longest(found: readonly NameMet[]): NameMet[] {
  return found.filter(
    (one) =>
      !found.some(
        (other) =>
          other !== one && other.at <= one.at && other.to >= one.to && other.to - other.at > one.to - one.at,
      ) && !found.some((other) => other.at === one.at && other.to === one.to && better(other, one)),
  );
}

function better(a: NameMet, b: NameMet): boolean {
  return a.grade < b.grade || (a.grade === b.grade && a.rank < b.rank);
}

/** Products of whose names something was said that stands for few things. */
export function productsIn(
  sentence: readonly Token[],
  names: Names["products"],
  taken: (at: number) => boolean,
): ProductMet[] {
  return names.flatMap(({ uri, forms }) => {
    const best = forms
      .map((form) => productMet(sentence, uri, form, taken))
      .filter((one) => one !== null)
      .sort((a, b) => b.words - a.words || Number(b.whole) - Number(a.whole) || a.grade - b.grade)[0];
    return best === undefined ? [] : [best];
  });
}

function productMet(
  sentence: readonly Token[],
  uri: string,
  form: readonly Token[],
  taken: (at: number) => boolean,
): ProductMet | null {
  const runs: { at: number; to: number; from: number; grade: Grade }[] = [];
  for (let at = 0; at < sentence.length; at += 1) {
    let best: { at: number; to: number; from: number; grade: Grade } | null = null;
    for (let from = 0; from < form.length; from += 1) {
      const run = runFrom(sentence, at, form, from, taken);
      if (run !== null && (best === null || run.to > best.to)) best = run;
    }
    if (best !== null && counts(sentence, best, form)) {
      runs.push(best);
      at = best.to - 1;
    }
  }
  const [first] = runs;
  if (first === undefined) return null;
  const longestRun = runs.reduce((a, b) => (b.to - b.at > a.to - a.at ? b : a), first);
  const said = new Set(
    runs.flatMap((run) => Array.from({ length: run.to - run.at }, (_, i) => run.from + i)),
  );
  const grade = longestRun.grade;
  return {
    uri,
    words: said.size,
    whole: said.size === form.length,
    grade,
    spans: runs.map(({ at, to }) => [at, to]),
  };
}

function runFrom(
  sentence: readonly Token[],
  at: number,
  form: readonly Token[],
  from: number,
  taken: (at: number) => boolean,
): { at: number; to: number; from: number; grade: Grade } | null {
  let to = at;
  let grade: Grade = 0;
  for (let i = from; i < form.length; i += 1) {
    if (to > at && sentence[to]?.text === "-") to += 1;
    const [token, word] = [sentence[to], form[i]];
    if (token === undefined || word === undefined || taken(to)) break;
    const one = nearly(token, word);
    if (one === null) break;
    if (one > grade) grade = one;
    to += 1;
  }
  return to === at ? null : { at, to, from, grade };
}

/** Whether what was said of a name stands for it: two words of which one says something, or one that no other thing has. */
function counts(
  sentence: readonly Token[],
  run: { at: number; to: number; from: number; grade: Grade },
  form: readonly Token[],
): boolean {
  const said = form.slice(run.from, run.from + (run.to - run.at));
  const telling = said.filter(
    (one) => one.kind === "word" && !GENERIC.includes(one.key) && one.bare.length >= 2,
  );
  if (run.to - run.at >= 2) {
    if (run.grade > 1 && said.reduce((sum, one) => sum + one.bare.length, 0) < 7) return false;
    return telling.length > 0 || said.length === form.length;
  }
  const [word] = said;
  const token = sentence[run.at];
  if (word === undefined || token === undefined || telling.length === 0)
    return said.length === form.length && run.grade === 0;
  if (run.grade === 3) return word.bare.length >= 7;
  if (run.grade === 2) return false;
  const exact = run.grade === 0 && (run.from === 0 || word.marked) && word.bare.length >= 3;
  return (form.length === 1 || word.bare.length >= 5 || exact) && meets(token, word) !== null;
}
