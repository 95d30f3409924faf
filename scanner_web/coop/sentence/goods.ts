/** Which products and lots are meant by what was said of them. */
import type { LotInHand, Product, Workbook } from "../workbook";
import { countsPacks } from "./amountask";
import { isLoose } from "./fold";
import { hereAndNow } from "./moment";
import type { ProductMet } from "./names";
import type { Scan } from "./scan";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

const BESIDE = list(words.names.beside);
/** What may stand behind a product's name without being part of one. */
const BEHIND = list([
  ...words.fillers,
  ...words.orphans,
  ...words.behindnames,
  ...words.names.heads,
  ...words.guards.connect,
  ...words.guards.target,
  ...words.guards.batch,
  ...words.guards.all,
]);

/** Lots that fit what was said; `told`: something was; `unknown`: something that fits none, or no one day. */
export interface Narrowed {
  readonly lots: readonly LotInHand[];
  readonly told: boolean;
  readonly unknown: boolean;
  readonly spans: readonly (readonly [number, number])[];
}

/** The product of a lot. */
export function productOfLot(lot: LotInHand, { products }: Workbook): Product | undefined {
  return products.find(({ gtin }) => gtin === lot.gtin);
}

/** Of several products those of whose name most was said, counting the unit they were counted in. */
export function bestProducts(met: readonly ProductMet[], workbook: Workbook, scanned: Scan): ProductMet[] {
  const scored = met.map((one) => {
    const product = workbook.products.find(({ uri }) => uri === one.uri);
    const packs = product === undefined ? 0 : countsPacks(product, scanned);
    const spelt = one.grade === 0 ? 1 : one.grade > 1 ? -1 : 0;
    return { one, score: one.words * 4 + packs * 4 + (one.whole ? 2 : 0) + spelt };
  });
  const top = Math.max(...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === top).map(({ one }) => one);
}

/** Lots that fit what was said of them: product, packs, day, place. */
export function narrowed(lots: readonly LotInHand[], workbook: Workbook, scanned: Scan): Narrowed {
  let kept = lots;
  let told = false;
  let spans: Narrowed["spans"] = [];
  const keep = (fits: (lot: LotInHand) => boolean) => {
    kept = kept.filter(fits);
    told = true;
  };
  const said = new Map(scanned.products.map((one) => [one.uri, one]));
  const uriOf = (lot: LotInHand) => productOfLot(lot, workbook)?.uri ?? "";
  const met = [...new Set(kept.flatMap((lot) => said.get(uriOf(lot)) ?? []))];
  if (met.length > 0) {
    const best = bestProducts(met, workbook, scanned);
    keep((lot) => best.some(({ uri }) => uri === uriOf(lot)));
    spans = best.flatMap((one) => one.spans);
  } else if (kept.some((lot) => isPacked(lot, workbook, scanned))) {
    keep((lot) => isPacked(lot, workbook, scanned));
  }
  const strange = met.length === 0 && scanned.products.length > 0;
  const days = scanned.days.filter((one) => one.ofLot);
  for (const { number } of days)
    if (number !== null) keep(({ born }) => hereAndNow(new Date(born)).today === number);
  const vague = days.some((one) => one.doubtful || one.number === null);
  const places = new Set(scanned.places.map(({ uri }) => uri));
  const isFrom = ({ place }: LotInHand) => place !== null && places.has(place);
  if (kept.some(isFrom)) keep(isFrom);
  return { lots: kept, told, unknown: strange || vague, spans };
}

/** "20 hộp" tells the lots that are boxes. */
function isPacked(lot: LotInHand, workbook: Workbook, scanned: Scan): boolean {
  const product = productOfLot(lot, workbook);
  return product !== undefined && product.uom === null && countsPacks(product, scanned) > 0;
}

/** Whether a name holds one of some words. */
export function like(name: string, some: readonly string[]): boolean {
  const small = name.toLowerCase();
  return some.some((one) => small.includes(one.toLowerCase()));
}

/** Another product was said elsewhere in the clause: which is meant? */
export function rivals(met: readonly ProductMet[], chosen: ProductMet): boolean {
  return met.some(
    (one) =>
      one !== chosen &&
      !one.spans.some(([at, to]) => chosen.spans.some(([from, end]) => at < end && from < to)),
  );
}

/** Beside what was said of a product stands a word or a number that it does not have: "đạm cá", "nước vôi", "ST24".
 *
 * @param verb the verb of the clause, which may stand there.
 */
export function hasMore(
  { spans }: ProductMet,
  { tokens, taken, days }: Scan,
  verb: { readonly at: number; readonly to: number },
): boolean {
  const worst = isLoose(tokens) ? 1 : 0;
  return spans.some(([at, to]) => {
    if (to - at === 1 && at > 0 && metAt(tokens, at - 1, BESIDE, worst)?.to === at) return true;
    const next = tokens[to];
    if (next === undefined || next.kind === "mark" || (to >= verb.at && to < verb.to)) return false;
    const figures = next.kind === "number" && (next.glued || tokens[to + 1]?.text === "-");
    if (taken(to)) return figures && days.some((one) => one.at === to);
    return figures || (next.kind === "word" && metAt(tokens, to, BEHIND, worst) === null);
  });
}
