/** Which amount of a clause answers which ask, and in which unit. */
import type { Amount, AmountAsk, Step } from "../lines/types";
import { amountIn, chosen, inBase, type Unit, unitName, unitsFor, unitsOf } from "../lines/units";
import type { LotInHand, Product, Workbook } from "../workbook";
import type { AmountMet } from "./amounts";
import { folded, type Token } from "./fold";
import type { Scan } from "./scan";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

/** What is shared while a step's amounts are given out. */
export interface Taking {
  readonly used: Set<AmountMet>;
  readonly scanned: Scan;
  readonly workbook: Workbook;
  readonly step: Step;
}

/** An amount given out; null where one was said that cannot be told in a unit of ours. */
export interface Taken {
  readonly amount: Amount | null;
  readonly at: number;
  readonly to: number;
  readonly doubtful: boolean;
}

const RESULT = list(words.guards.result);
const LOOSE_RESULT = list(["được", "dc", "đc"]);
const MEASURED = ["mass", "volume"] as const;

/** The amount that answers an ask. */
export function amountOfAsk(taking: Taking, ask: AmountAsk, product: Product | null): Taken | null {
  const units = unitsOfAsk(taking.workbook, ask, product);
  const outcome = taking.step.asks.some((one) => one.kind === "lots") && ask.of === "product";
  dropContents(taking, product);
  for (const met of taking.scanned.amounts) {
    if (taking.used.has(met)) continue;
    const found = inUnit(met, units, taking.scanned.tokens);
    if (found === null) continue;
    taking.used.add(met);
    const loose = outcome && onlyLoosely(taking.scanned, met);
    return { ...found, at: met.at, to: met.to, doubtful: found.doubtful || loose };
  }
  const strange = taking.scanned.amounts.find((met) => !taking.used.has(met) && met.units.length === 0);
  if (strange === undefined) return null;
  taking.used.add(strange);
  return { amount: null, at: strange.at, to: strange.to, doubtful: true };
}

/** How much of a lot was taken, of which `makes` is made; what is told to be the outcome is left for the ask that wants it. */
export function amountOfLot(
  taking: Taking,
  lot: LotInHand,
  product: Product | null,
  makes: Product | null,
): Taken | null {
  const units =
    product === null ? plainUnits(taking.workbook, lot.uom) : unitsFor(product, taking.workbook.org.region);
  const outcome = taking.step.asks.some((one) => one.kind === "amount" && one.of === "product");
  dropContents(taking, product);
  dropContents(taking, makes);
  for (const met of taking.scanned.amounts) {
    if (taking.used.has(met) || (outcome && isOutcome(taking.scanned, met))) continue;
    const found = inUnit(met, units, taking.scanned.tokens);
    if (found === null) continue;
    taking.used.add(met);
    return { ...found, at: met.at, to: met.to };
  }
  return null;
}

/** The product that an amount is of: the one answered, or that of the lot answered. */
export function productOf(
  of: string,
  step: Step,
  product: Product | null,
  lot: LotInHand | undefined,
  workbook: Workbook,
): Product | null {
  const asked = step.asks.find(({ id }) => id === of);
  if (asked?.kind === "product") return product;
  return workbook.products.find(({ gtin }) => gtin === lot?.gtin) ?? null;
}

/** How many signs there are that a product is what was counted: its pack's word, its pack's content. */
export function countsPacks(product: Product, { amounts }: Scan): number {
  const name = new Set(product.name.split(/\s+/).map((one) => folded(one).key));
  const counted = amounts.some(({ units }) =>
    units.some(({ code }) => name.has(folded(unitName(code, "vi")).key)),
  );
  return Number(counted) + Number(amounts.some((met) => isContent(met, product)));
}

function isContent(met: AmountMet, { netContent }: Product): boolean {
  if (netContent === null || met.value === null) return false;
  const content = inBase(netContent.value, netContent.uom);
  return met.units.some(
    ({ base }) => base !== null && Math.abs((met.value ?? 0) * base - content.value) < 1e-9,
  );
}

/** "20 hộp 50 g": what one pack holds is no amount of its own, where another amount was said. */
function dropContents({ scanned, used }: Taking, product: Product | null): void {
  if (product === null || scanned.amounts.length < 2) return;
  const contents = scanned.amounts.filter((met) => isContent(met, product));
  if (contents.length < scanned.amounts.length) for (const met of contents) used.add(met);
}

function unitsOfAsk(workbook: Workbook, ask: AmountAsk, product: Product | null): readonly Unit[] {
  const { region } = workbook.org;
  if (product !== null) return unitsFor(product, region);
  const all = [
    ...plainUnits(workbook, null),
    ...unitsOf("mass", region),
    ...unitsOf("volume", region),
    ...unitsOf("area", region),
  ];
  const only = ask.units.length === 0 ? [] : chosen(all, ask.units);
  if (ask.units.length > 0) return ask.units.includes("kg") ? [...only, ...unitsOf("mass", region)] : only;
  return MEASURED.flatMap((kind) => unitsOf(kind, region));
}

function plainUnits(workbook: Workbook, uom: string | null): readonly Unit[] {
  return unitsOf(uom === null ? "count" : uom === "LTR" ? "volume" : "mass", workbook.org.region);
}

function inUnit(
  met: AmountMet,
  units: readonly Unit[],
  tokens: readonly Token[],
): { amount: Amount | null; doubtful: boolean } | null {
  const fits = met.units.flatMap(({ code, grade }) => {
    const unit = units.find((one) => one.code === code);
    return unit === undefined ? [] : [{ unit, grade }];
  });
  const [best] = fits;
  if (best === undefined) return null;
  if (met.value === null || met.rate) return { amount: null, doubtful: true };
  const bare = tokens.every((one) => !one.marked);
  const twofold = fits.some(
    ({ unit, grade }) =>
      unit.code !== best.unit.code && unit.base !== best.unit.base && (bare || grade === best.grade),
  );
  return { amount: amountIn(best.unit, met.value), doubtful: met.doubtful || twofold };
}

/** Whether an amount is told as what came out: "còn 3 cân", "được 40 hộp". */
function isOutcome({ tokens }: Scan, { at }: AmountMet): boolean {
  return before(tokens, at, RESULT) !== null;
}

function onlyLoosely({ tokens, amounts }: Scan, met: AmountMet): boolean {
  const word = before(tokens, met.at, RESULT);
  if (word === null) return amounts.length === 1;
  return metAt(tokens, word, LOOSE_RESULT) !== null && amounts.length === 1;
}

function before(tokens: readonly Token[], at: number, vocabulary: typeof RESULT): number | null {
  for (let start = at - 1; start >= Math.max(0, at - 3); start -= 1) {
    if (tokens[start]?.kind === "mark") return null;
    const met = metAt(tokens, start, vocabulary);
    if (met !== null && met.to <= at) return start;
  }
  return null;
}
