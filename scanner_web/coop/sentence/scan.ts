/**
 * A sentence, or one clause of it, taken apart: who belongs to names, what is a day, a time, an amount, a verb.
 *
 * Order settles what a word is: names of this cooperative first ("Ruộng Ông Năm" holds no number), then lots, days and
 * times, then amounts; what is left may be a verb.
 */
import type { Workbook } from "../workbook";
import { type AmountMet, amountAt, moneyAt, type UnitWords, unitWords } from "./amounts";
import { type DayMet, dayAt } from "./days";
import { type Token, tokens } from "./fold";
import { type NameMet, type Names, namesIn, namesOf, type ProductMet, productsIn } from "./names";
import { type Clock, clockAt, type Part, partAt } from "./times";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

/** A lot that was told apart by its number. */
export interface LotNamed {
  readonly uri: string | null;
  readonly at: number;
  readonly to: number;
}

/** A day, perhaps with a part of it, that was told; `ofLot`: it says which lot, not when. */
export interface Told extends DayMet {
  readonly ofLot: boolean;
}

/** The pieces of a clause. */
export interface Scan {
  readonly tokens: readonly Token[];
  readonly places: readonly NameMet[];
  readonly partners: readonly NameMet[];
  readonly products: readonly ProductMet[];
  readonly lots: readonly LotNamed[];
  readonly days: readonly Told[];
  readonly clocks: readonly Clock[];
  readonly part: { readonly part: Part; readonly at: number; readonly to: number } | null;
  readonly amounts: readonly AmountMet[];
  /** Whether a token belongs to a name, a day, a time or an amount. */
  taken(at: number): boolean;
  /** Whether a token belongs to a product's name. */
  inProduct(at: number): boolean;
  /** Whether a token belongs to a name of a place, a partner, a product or a lot. */
  named(at: number): boolean;
}

/** What is cut once for a workbook. */
export interface Vocabularies {
  readonly names: Names;
  readonly units: UnitWords;
}

const known = new WeakMap<Workbook, Vocabularies>();
const BATCH = list(words.guards.batch);
const TITLES = list(words.times.titles);
const LOT_NUMBER = /^(\p{L})(\d{6})(?:-?([\p{L}\d]{1,3}))?$/u;

/** The vocabularies of a workbook. */
export function vocabulariesOf(workbook: Workbook): Vocabularies {
  const before = known.get(workbook);
  if (before !== undefined) return before;
  const made = { names: namesOf(workbook), units: unitWords(workbook, workbook.org.region) };
  known.set(workbook, made);
  return made;
}

/** Takes a text apart.
 *
 * @param today Julian day number of today.
 * @param verbs tokens that are held to be verbs, whatever else they may be.
 */
export function scan(
  sentence: readonly Token[],
  workbook: Workbook,
  today: number,
  verbs: ReadonlySet<number> = new Set(),
): Scan {
  const { names, units } = vocabulariesOf(workbook);
  const named = new Set<number>(verbs);
  const taken = new Set<number>(verbs);
  const places = namesIn(sentence, names.places);
  const partners = namesIn(sentence, names.partners).filter((one) => !within(one, places));
  for (const one of [...places.filter((place) => !within(place, partners)), ...partners]) fill(named, one);
  const lots = lotsIn(sentence, workbook, (at) => named.has(at));
  for (const one of lots) fill(named, one);
  const products = productsIn(sentence, names.products, (at) => named.has(at));
  const spans = products.flatMap((one) => one.spans.map(([at, to]) => ({ at, to })));
  for (const span of spans) if (span.to - span.at > 1) fill(named, span);
  for (const at of named) taken.add(at);
  const { days, clocks, part } = timesIn(sentence, today, taken);
  const amounts = amountsIn(
    sentence,
    units,
    taken,
    (at) => taken.has(at) && !spans.some((one) => one.at === at),
  );
  for (const span of spans) if (!taken.has(span.at)) fill(named, span);
  for (const at of named) taken.add(at);
  return {
    tokens: sentence,
    places: places.filter((one) => !within(one, partners)),
    partners,
    products,
    lots,
    days,
    clocks,
    part,
    amounts,
    taken: (at) => taken.has(at),
    inProduct: (at) => spans.some((one) => one.at <= at && at < one.to),
    named: (at) => named.has(at),
  };
}

/** Cuts a text and takes it apart. */
export function scanText(text: string, workbook: Workbook, today: number): Scan {
  return scan(tokens(text), workbook, today);
}

function fill(set: Set<number>, { at, to }: { at: number; to: number }): void {
  for (let i = at; i < to; i += 1) set.add(i);
}

function within(one: { at: number; to: number }, others: readonly { at: number; to: number }[]): boolean {
  return others.some(
    (other) => other.at <= one.at && other.to >= one.to && other.to - other.at > one.to - one.at,
  );
}

/** Lots by number: "H261123-A1B", "h261123", "lô A1B". */
function lotsIn(sentence: readonly Token[], workbook: Workbook, taken: (at: number) => boolean): LotNamed[] {
  const found: LotNamed[] = [];
  for (let at = 0; at < sentence.length; at += 1) {
    if (taken(at)) continue;
    const { text, to } = joined(sentence, at);
    const behindBatch = at > 0 && metAt(sentence, at - 1, BATCH)?.to === at;
    const matches = workbook.lots.filter(({ lot }) => sameLot(lot, text, behindBatch));
    const [only] = matches;
    if (only !== undefined) found.push({ uri: matches.length === 1 ? only.uri : null, at, to });
    else if (LOT_NUMBER.test(text)) found.push({ uri: null, at, to });
    else continue;
    at = to - 1;
  }
  return found;
}

/** Tokens that touch, as one word: "H261123-A1B" is five of them. */
function joined(sentence: readonly Token[], at: number): { text: string; to: number } {
  let text = sentence[at]?.text ?? "";
  let to = at + 1;
  for (let next = sentence[to]; next?.glued && /^[\p{L}\d-]/u.test(next.text); next = sentence[to]) {
    text += next.text;
    to += 1;
  }
  return { text, to };
}

function sameLot(lot: string, said: string, behindBatch: boolean): boolean {
  const plain = lot.replaceAll("-", "").toUpperCase();
  const spoken = said.replaceAll("-", "").toUpperCase();
  if (spoken === plain) return true;
  if (LOT_NUMBER.test(said) && plain.startsWith(spoken)) return true;
  return behindBatch && spoken.length >= 3 && /\d/.test(spoken) && plain.endsWith(spoken);
}

function timesIn(
  sentence: readonly Token[],
  today: number,
  taken: Set<number>,
): Pick<Scan, "days" | "clocks" | "part"> {
  const days: Told[] = [];
  const clocks: Clock[] = [];
  let part: Scan["part"] = null;
  for (let at = 0; at < sentence.length; at += 1) {
    if (taken.has(at)) continue;
    const clock = clockAt(sentence, at);
    if (clock !== null && free(taken, at, clock.to)) {
      clocks.push(clock);
      fill(taken, clock);
      at = clock.to - 1;
      continue;
    }
    const met = partAt(sentence, at);
    const day = dayAt(sentence, met?.to ?? at, today, met !== null) ?? dayAt(sentence, at, today, false);
    if (day !== null && free(taken, day.at, day.to) && !isPerson(sentence, day)) {
      const withPart = met !== null && day.at === met.to;
      const whole = { ...day, at: withPart ? at : day.at };
      days.push({ ...whole, ofLot: behindBatch(sentence, whole.at) });
      if (withPart) part ??= { part: met.part, at, to: met.to };
      fill(taken, whole);
      at = whole.to - 1;
    } else if (met !== null && !met.bare) {
      part ??= { part: met.part, at, to: met.to };
      fill(taken, { at, to: met.to });
      at = met.to - 1;
    }
  }
  return { days, clocks, part };
}

function free(taken: ReadonlySet<number>, at: number, to: number): boolean {
  for (let i = at; i < to; i += 1) if (taken.has(i)) return false;
  return true;
}

/** "cô Mai" is nobody's tomorrow. */
function isPerson(sentence: readonly Token[], day: DayMet): boolean {
  if (!day.plan || day.to - day.at !== 1) return false;
  for (let at = Math.max(0, day.at - 2); at < day.at; at += 1) {
    if (metAt(sentence, at, TITLES)?.to === day.at) return true;
  }
  return false;
}

function behindBatch(sentence: readonly Token[], at: number): boolean {
  for (let start = Math.max(0, at - 2); start < at; start += 1) {
    if (metAt(sentence, start, BATCH)?.to === at) return true;
  }
  return false;
}

function amountsIn(
  sentence: readonly Token[],
  units: UnitWords,
  taken: Set<number>,
  closed: (at: number) => boolean,
): AmountMet[] {
  const found: AmountMet[] = [];
  for (let at = 0; at < sentence.length; at += 1) {
    if (taken.has(at)) continue;
    const money = moneyAt(sentence, at);
    const amount = amountAt(sentence, at, closed, units);
    if (amount !== null) {
      found.push(amount);
      fill(taken, amount);
      at = amount.to - 1;
    } else if (money !== null && free(taken, at, money)) {
      fill(taken, { at, to: money });
      at = money - 1;
    }
  }
  return found;
}
