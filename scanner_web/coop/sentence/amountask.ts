/** Which amount of a clause answers which ask, and in which unit. */
import type { Amount, AmountAsk, Ask, Step } from "../lines/types";
import { amountIn, chosen, inBase, type Unit, unitName, unitsFor, unitsOf } from "../lines/units";
import type { LotInHand, Product, Workbook } from "../workbook";
import type { AmountMet } from "./amounts";
import { folded, isLoose, type Token } from "./fold";
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

/** The amount that answers an ask.
 *
 * @param product what it is an amount of, if that is known.
 * @param makes what the step makes, if that is known: what one pack of it holds is no amount.
 */
export function amountOfAsk(
  taking: Taking,
  ask: Pick<AmountAsk, "of" | "units">,
  product: Product | null,
  makes: Product | null,
): Taken | null {
  const { scanned, step, used } = taking;
  const role = roleOf(ask, step);
  const units = unitsOfAsk(taking.workbook, ask, product);
  dropContents(taking, product);
  dropContents(taking, makes);
  const weighed = product === null || product.uom !== null;
  for (const met of scanned.amounts) {
    if (used.has(met)) continue;
    const ofMade = makes !== null && isOf(scanned, met, makes);
    if (role === "takes" && (ofMade || isOutcome(scanned, met)) && step.asks.some((one) => isMade(one, step)))
      continue;
    if (role === "makes" && weighed && !ofMade && !isOutcome(scanned, met)) continue;
    const found = inUnit(met, units, scanned.tokens);
    if (found === null) continue;
    used.add(met);
    const loose = role === "makes" && weighed && !ofMade && onlyLoosely(scanned, met);
    return { ...found, at: met.at, to: met.to, doubtful: found.doubtful || loose };
  }
  const strange = scanned.amounts.find((met) => !used.has(met) && met.units.length === 0);
  if (strange === undefined || role === "makes") return null;
  used.add(strange);
  return { amount: null, at: strange.at, to: strange.to, doubtful: true };
}

/** Whether an ask's amount goes in, comes out, or neither: a step that makes something of lots has both. */
function roleOf(ask: Pick<AmountAsk, "of" | "units">, step: Step): "takes" | "makes" | "plain" {
  const of = step.asks.find(({ id }) => id === ask.of);
  if (of?.kind === "lots" || of?.kind === "lot") return "takes";
  return of?.kind === "product" && step.asks.some((one) => one.kind === "lots") ? "makes" : "plain";
}

function isMade(ask: Ask, step: Step): boolean {
  return ask.kind === "amount" && roleOf(ask, step) === "makes";
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

function unitsOfAsk(
  workbook: Workbook,
  ask: Pick<AmountAsk, "of" | "units">,
  product: Product | null,
): readonly Unit[] {
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
  const said = met.tail === null ? met.units : met.units.filter(({ code }) => code === met.tail);
  const fits = said.flatMap(({ code, grade }) => {
    const unit = units.find((one) => one.code === code);
    return unit === undefined ? [] : [{ unit, grade }];
  });
  const [best] = fits;
  if (best === undefined) return null;
  if (met.value === null || met.rate) return { amount: null, doubtful: true };
  const bare = isLoose(tokens);
  const twofold = fits.some(
    ({ unit, grade }) =>
      unit.code !== best.unit.code && unit.base !== best.unit.base && (bare || grade === best.grade),
  );
  return { amount: amountIn(best.unit, met.value), doubtful: met.doubtful || twofold };
}

/** Whether a product's name stands right behind an amount: "54 cân mật lọc". */
function isOf({ products }: Scan, met: AmountMet, product: Product): boolean {
  const behind = products.filter(({ spans }) => spans.some(([at]) => at === met.to));
  const most = Math.max(0, ...behind.map(({ words: said }) => said));
  return behind.some(({ uri, words: said }) => uri === product.uri && said === most);
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
