/**
 * Amounts as people say them: 12 cân rưỡi · hai tạ mốt · 3 yến 2 · 1,5 tạ · nửa tạ · yến rưỡi · 2 kg 3 lạng · 40 hộp.
 *
 *     amount = number unit [half / digit / number smaller-unit] / "nửa" unit / unit (half / digit)
 *     digit  behind a unit: its tenth, two digits hundredths, three thousandths ("hai tạ mốt" = 2.1 tạ)
 *
 * An amount is doubtful where it is said to be about so much, one of two, a rate ("20 cc một bình"), or in something
 * whose size nobody wrote down ("3 sọt").
 */

import { exact, type Unit, unitsFor, unitsOf } from "../lines/units";
import type { Region, Workbook } from "../workbook";
import type { Grade, Token } from "./fold";
import { isHalf, numberAt, tailAt } from "./numbers";
import { list, metAt, table, type Vocabulary } from "./vocabulary";
import words from "./words.json";

/** A unit that a word may stand for. */
export interface UnitMeant {
  readonly code: string;
  /** What one is in the base unit; null where a product says it, or nobody does. */
  readonly base: number | null;
  readonly grade: Grade;
}

export interface AmountMet {
  readonly at: number;
  readonly to: number;
  /** null: none was said ("vài cân"). */
  readonly value: number | null;
  /** Units that the word may be, best met first; empty: a word that is no unit here, or no word. */
  readonly units: readonly UnitMeant[];
  /** The unit that what follows it was counted in ("3 yến 2"); null: nothing follows. */
  readonly tail: string | null;
  readonly doubtful: boolean;
  /** So much for each of something: no amount of the whole. */
  readonly rate: boolean;
}

interface UnitSense {
  readonly code: string;
  readonly base: number | null;
  readonly kind: string;
}

/** Words for units, as this organisation uses them. */
export interface UnitWords {
  /** By the plain letters of their first word. */
  readonly known: ReadonlyMap<string, Vocabulary<UnitSense>>;
}

const said = words.amounts;
const NUMBERLESS_HALF = list(said.half);
const ABOUT = list(said.about);
const ABOUT_BEHIND = list(said.aboutbehind);
const FEW = list(said.few);
const RANGE = said.range;
const EACH = list(said.each);
const EACH_OF = list(said.eachof);
const UNKNOWN = list(said.unknown);
const TIMES = list(said.times);
const MONEY = list(said.money);
const NO_AMOUNT = new Set(said.percent);
const DIMENSIONS = ["mass", "volume", "area", "count"] as const;

/** The unit words of a region and of the products' own units. */
export function unitWords(workbook: Workbook, region: Region): UnitWords {
  const entries: [string, { code: string; base: number | null; kind: string }][] = [];
  for (const kind of DIMENSIONS) {
    for (const unit of unitsOf(kind, region)) addUnit(entries, unit, kind);
  }
  for (const product of workbook.products) {
    for (const own of unitsFor(product, region).slice(0, product.units.length)) {
      for (const word of own.words) entries.push([word, { code: own.code, base: null, kind: "own" }]);
    }
  }
  const known = new Map<string, Vocabulary<UnitSense>>();
  for (const entry of table(entries)) {
    const key = entry[0][0]?.bare ?? "";
    known.set(key, [...(known.get(key) ?? []), entry]);
  }
  return { known };
}

function addUnit(
  entries: [string, { code: string; base: number | null; kind: string }][],
  unit: Unit,
  kind: string,
): void {
  const extra: Readonly<Record<string, readonly string[]>> = said.extra;
  const base = kind === "count" ? null : unit.base;
  for (const word of [...unit.words, ...(extra[unit.code] ?? [])]) {
    entries.push([word, { code: unit.code, base, kind }]);
  }
}

/** The amount that begins at a token, or null. Money, percentages and bare numbers are none.
 *
 * @param taken tokens that belong to names and days.
 * @param open those of them that may be a unit all the same: "200 cây trà" of a product "Cây trà".
 */
export function amountAt(
  sentence: readonly Token[],
  at: number,
  taken: (at: number) => boolean,
  open: (at: number) => boolean,
  unitTable: UnitWords,
): AmountMet | null {
  if (taken(at)) return null;
  const half = metAt(sentence, at, NUMBERLESS_HALF);
  const few = metAt(sentence, at, FEW);
  const number = numberAt(sentence, at);
  const lead = number === null ? (half ?? few) : half !== null && half.to > number.to ? half : null;
  const unitFrom = lead?.to ?? number?.to ?? at;
  const met = taken(unitFrom) && !open(unitFrom) ? null : unitAt(sentence, unitFrom, unitTable);
  if (met === null) return null;
  if (number === null && lead === null) return unitAlone(sentence, at, met, unitTable);
  if (lead !== null && lead === few && half === null) {
    return { at, to: met.to, value: null, units: met.units, tail: null, doubtful: true, rate: false };
  }
  const base = lead === null ? (number?.value ?? 0) : 0.5;
  const behind = followed(sentence, met, base, unitTable, taken);
  const around = doubts(sentence, at, behind.to, taken);
  return {
    at,
    to: behind.to,
    value: behind.value,
    units: met.units,
    tail: behind.tail,
    doubtful: (number?.doubtful ?? false) || behind.doubtful || around.doubtful || met.units.length === 0,
    rate: around.rate,
  };
}

interface UnitMet {
  readonly to: number;
  readonly units: readonly UnitMeant[];
}

function unitAt(sentence: readonly Token[], at: number, { known }: UnitWords): UnitMet | null {
  const token = sentence[at];
  if (token === undefined || NO_AMOUNT.has(token.text)) return null;
  const found = new Map<string, { to: number; unit: UnitMeant }>();
  for (const entry of known.get(token.bare) ?? []) {
    const met = metAt(sentence, at, [entry]);
    if (met === null) continue;
    const before = found.get(met.means.code);
    const better =
      before === undefined || met.to > before.to || (met.to === before.to && met.grade < before.unit.grade);
    if (better) {
      found.set(met.means.code, {
        to: met.to,
        unit: { code: met.means.code, base: met.means.base, grade: met.grade },
      });
    }
  }
  if (found.size === 0) {
    const unknown = metAt(sentence, at, UNKNOWN);
    return unknown === null ? null : { to: unknown.to, units: [] };
  }
  const to = Math.max(...[...found.values()].map((one) => one.to));
  const units = [...found.values()].filter((one) => one.to === to).map((one) => one.unit);
  return { to, units: units.sort((a, b) => a.grade - b.grade) };
}

/** "yến rưỡi", "tạ hai": one and so many tenths; a unit alone is no amount. */
function unitAlone(
  sentence: readonly Token[],
  at: number,
  met: UnitMet,
  unitTable: UnitWords,
): AmountMet | null {
  const half = isHalf(sentence[met.to]);
  const [unit] = met.units;
  if (unit === undefined) return null;
  if (unit.base === null) {
    if (!half) return null;
    return {
      at,
      to: met.to + 1,
      value: 1.5,
      units: met.units,
      tail: unit.code,
      doubtful: false,
      rate: false,
    };
  }
  const tail =
    sentence[met.to]?.kind === "word" && unit.base >= 10 && unit.grade === 0
      ? tailAt(sentence, met.to)
      : null;
  if (half)
    return {
      at,
      to: met.to + 1,
      value: 1.5,
      units: met.units,
      tail: unit.code,
      doubtful: false,
      rate: false,
    };
  if (tail === null || tail.text.length !== 1) return null;
  if (unitAt(sentence, tail.to, unitTable) !== null) return null;
  return {
    at,
    to: tail.to,
    value: 1 + Number(tail.text) / 10,
    units: met.units,
    tail: unit.code,
    doubtful: false,
    rate: false,
  };
}

/** What follows the unit and belongs to the amount: a half, a digit, an amount in a smaller unit. */
function followed(
  sentence: readonly Token[],
  met: UnitMet,
  value: number,
  unitTable: UnitWords,
  taken: (at: number) => boolean,
): { to: number; value: number; tail: string | null; doubtful: boolean } {
  const plain = { to: met.to, value, tail: null, doubtful: false };
  if (taken(met.to)) return plain;
  if (isHalf(sentence[met.to]))
    return { to: met.to + 1, value: exact(value + 0.5), tail: null, doubtful: false };
  const unit = met.units.find(({ base }) => base !== null);
  if (unit === undefined || unit.base === null) return plain;
  const and = metAt(sentence, met.to, AND);
  const from = and?.to ?? met.to;
  const number = numberAt(sentence, from);
  if (taken(from)) return plain;
  const smaller = number === null || taken(number.to) ? null : unitAt(sentence, number.to, unitTable);
  if (number !== null && smaller !== null) {
    const lesser = smaller.units.find(({ base }) => base !== null);
    const base = lesser?.base ?? null;
    if (base === null || base >= unit.base || !sameKind(unit.code, lesser?.code ?? "")) return plain;
    const rest = followed(sentence, smaller, number.value, unitTable, taken);
    const sum = exact(value + (rest.value * base) / unit.base);
    return { to: rest.to, value: sum, tail: unit.code, doubtful: rest.doubtful };
  }
  const tail = tailAt(sentence, from);
  if (tail === null || !endsAmount(sentence, tail.to, taken)) return plain;
  const spoken = { to: tail.to, tail: unit.code };
  if (and !== null) {
    const small = Number(tail.text) / unit.base;
    return { ...spoken, value: exact(value + small), doubtful: unit.base < 100 || small >= 1 };
  }
  const odd = value !== Math.trunc(value) || (tail.text.length === 2 && unit.base < 100) || tail.text === "0";
  const fits = tail.text.length < 3 || unit.base === 1000 || unit.base === 1;
  const tenths = Number(tail.text) / 10 ** tail.text.length;
  return { ...spoken, value: exact(value + tenths), doubtful: odd || !fits };
}

const AND = list(words.scales.and);
const MASS = new Set(["kg", "yen", "ta", "tan", "lang", "g"]);
const VOLUME = new Set(["lit", "ml", "cc"]);
const AREA = new Set(["sao", "cong", "mau", "thuoc", "m2", "ha"]);

function sameKind(a: string, b: string): boolean {
  return [MASS, VOLUME, AREA].some((kind) => kind.has(a) && kind.has(b));
}

/** Behind a lone digit the amount is over: at an end, a mark, a name or a day, or a word that counts nothing. */
function endsAmount(sentence: readonly Token[], at: number, taken: (at: number) => boolean): boolean {
  const token = sentence[at];
  return token === undefined || token.kind === "mark" || taken(at) || metAt(sentence, at, ENDS) !== null;
}

const ENDS = list(words.ends);
/** Without their marks these verbs read as numbers: "hái", "bón". */
const LOOKS_LIKE_VERB = words.lookalikes;

function doubts(
  sentence: readonly Token[],
  at: number,
  to: number,
  taken: (at: number) => boolean,
): { doubtful: boolean; rate: boolean } {
  const before = endsBefore(sentence, at, ABOUT) && !taken(at - 1);
  const behind = metAt(sentence, to, ABOUT_BEHIND) !== null && !taken(to);
  const mark = sentence[at - 1];
  const ranged =
    (mark !== undefined && RANGE.includes(mark.text) && numberBefore(sentence, at - 1)) ||
    (mark !== undefined && !taken(at - 1) && sentence[at]?.kind === "word" && numberBefore(sentence, at)) ||
    (mark?.text === "," && numberBefore(sentence, at - 1) && !taken(at - 2));
  const each = sentence[to]?.text === "/" ? { to: to + 1 } : metAt(sentence, to, EACH);
  const rateBehind = each !== null && !taken(to) && metAt(sentence, each.to, EACH_OF) !== null;
  return { doubtful: before || behind || ranged || repeated(sentence), rate: rateBehind || rated(sentence) };
}

/** "3 lần 5 cân": how much that is together, nobody said. */
function repeated(sentence: readonly Token[]): boolean {
  return sentence.some((_, at) => {
    const number = numberAt(sentence, at);
    return number !== null && number.value > 1 && metAt(sentence, number.to, TIMES) !== null;
  });
}

/** "mỗi bình 20 cc", "3 cân đạm mỗi sào": all amounts beside it are rates. */
function rated(sentence: readonly Token[]): boolean {
  return sentence.some((_, at) => {
    const each = metAt(sentence, at, EACH_WORDS);
    return each !== null && metAt(sentence, each.to, EACH_OF) !== null;
  });
}

const EACH_WORDS = list(["mỗi", "cứ", "từng"]);

function numberBefore(sentence: readonly Token[], at: number): boolean {
  if (LOOKS_LIKE_VERB.includes(sentence[at - 1]?.text ?? "")) return false;
  for (let start = Math.max(0, at - 4); start < at; start += 1) {
    const number = numberAt(sentence, start);
    if (number !== null && number.to === at) return true;
  }
  return false;
}

function endsBefore(sentence: readonly Token[], at: number, vocabulary: Vocabulary<true>): boolean {
  for (let start = Math.max(0, at - 3); start < at; start += 1) {
    const met = metAt(sentence, start, vocabulary);
    if (met !== null && met.to === at) return true;
  }
  return false;
}

/** Whether money is told at a token: "500 nghìn", "80k". */
export function moneyAt(sentence: readonly Token[], at: number): number | null {
  const number = numberAt(sentence, at);
  if (number === null) return null;
  const met = metAt(sentence, number.to, MONEY);
  if (met !== null) return met.to;
  const thousands = sentence.slice(at, number.to).some((one) => ["nghin", "ngan"].includes(one.bare));
  return thousands && number.value >= 10000 ? number.to : null;
}
