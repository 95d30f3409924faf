/** What the workbook has: what grows where, which lots there are, how an amount is taken from them. */
import type { LotInHand, Product, ProductKind, Workbook } from "../workbook";
import type { Amount, AmountAsk, Answer, Draft, LotAsk, Photo, Reading, Share } from "./types";
import { exact, inBase } from "./units";
import { hasWord } from "./words";

/** Some of a lot, or of a product whose lot nobody knows; null: an unknown amount. */
export interface Taken {
  /** URI of the lot, or of the product. */
  readonly uri: string;
  readonly base: number | null;
  readonly uom: string | null;
  readonly lot: LotInHand | null;
}

export function isAmount(answer: Answer | undefined): answer is Amount {
  return typeof answer === "object" && answer !== null && "base" in answer;
}

/** The shares that an answer to `lot` or `lots` names. */
export function sharesOf(answer: Answer | undefined): readonly Share[] {
  if (typeof answer === "string") {
    return [{ lot: answer, amount: null }];
  }
  return listed(answer).filter((item): item is Share => "lot" in item);
}

export function readingsOf(answer: Answer | undefined): readonly Reading[] {
  return listed(answer).filter((item): item is Reading => "parameter" in item);
}

export function photosOf(answer: Answer | undefined): readonly Photo[] {
  return listed(answer).filter((item): item is Photo => "href" in item);
}

function listed(answer: Answer | undefined): readonly (Share | Reading | Photo)[] {
  return Array.isArray(answer) ? answer : [];
}

/** An answer that is a text: a URI, a code, a day. */
export function textOf(answer: Answer | undefined): string | null {
  return typeof answer === "string" && answer !== "" ? answer : null;
}

export function productAt(uri: string | null, workbook: Workbook): Product | null {
  return workbook.products.find((item) => item.uri === uri) ?? null;
}

export function lotAt(uri: string | null, workbook: Workbook): LotInHand | null {
  return workbook.lots.find((item) => item.uri === uri) ?? null;
}

/** The product that a lot is of. */
export function productOf(lot: LotInHand, workbook: Workbook): Product | null {
  return workbook.products.find((item) => item.gtin === lot.gtin) ?? null;
}

/** Whether a product may be of a line: of this one, or of none that is known. */
export function isOfLine(product: Product | null, line: string): boolean {
  return product === null || product.line === null || product.line === line;
}

/** Products of some kinds in a line, by name. */
export function productsOf(kinds: readonly ProductKind[], line: string, workbook: Workbook): Product[] {
  const found = workbook.products.filter((item) => kinds.includes(item.kind) && isOfLine(item, line));
  return found.sort((one, other) => one.name.localeCompare(other.name, "vi"));
}

/**
 * What grows at a place: the newest season, else the plantings, hives or ponds that stand there.
 *
 * A season is a lot whose URI is its own transformationID.
 */
export function growingAt(place: string | null, line: string, workbook: Workbook): LotInHand[] {
  const here = workbook.lots.filter(
    (lot) => lot.place === place && isGrowing(lot) && isOfLine(productOf(lot, workbook), line),
  );
  const seasons = here.filter(isSeason).sort((one, other) => compare(other.born, one.born));
  const newest = seasons[0];
  return newest === undefined ? here.sort((one, other) => compare(one.uri, other.uri)) : [newest];
}

export function isSeason(lot: LotInHand): boolean {
  return lot.transformation !== null && lot.transformation === lot.uri;
}

export function isGrowing(lot: LotInHand): boolean {
  return lot.lane === "growing" || lot.kind === "planting";
}

/** The lots that an ask offers, the likeliest first: by lane, by the words in their names, then the oldest. */
export function lotsFor(ask: LotAsk, line: string, workbook: Workbook): LotInHand[] {
  const growing = ask.lanes.includes("growing");
  const rank = (lot: LotInHand) => {
    const lane = ask.lanes.indexOf(lot.lane);
    const liked = ask.like === undefined || hasWord(lot.product, ask.like) ? 0 : 100;
    return liked + (lane < 0 ? 50 : lane);
  };
  return workbook.lots
    .filter((lot) => ask.kinds.includes(lot.kind) && !isSeason(lot) && isGrowing(lot) === growing)
    .filter((lot) => growing || lot.lane !== "shipped" || ask.lanes.includes("shipped"))
    .filter((lot) => lot.left === null || lot.left > 0)
    .filter((lot) => isOfLine(productOf(lot, workbook), line))
    .filter((lot) => ask.unlike === undefined || !hasWord(lot.product, ask.unlike))
    .sort((one, other) => rank(one) - rank(other) || compare(one.born, other.born));
}

/** The lots of a product in stock, the oldest first. */
export function stockOf(product: Product, workbook: Workbook): LotInHand[] {
  return workbook.lots
    .filter((lot) => lot.gtin === product.gtin && !isSeason(lot) && (lot.left === null || lot.left > 0))
    .sort((one, other) => compare(one.born, other.born));
}

/**
 * Shares with amounts: as answered, or an amount over all of them, the oldest lot first; what is too much for them is
 * taken from the last one, and the ledger will say so.
 */
export function takeShares(shares: readonly Share[], amount: Amount | null, workbook: Workbook): Taken[] {
  const found = shares.map((share): Taken => {
    const lot = lotAt(share.lot, workbook);
    const base = share.amount?.base ?? lot?.left ?? null;
    const uom = share.amount === null ? (lot?.uom ?? null) : share.amount.uom;
    return { uri: share.lot, base, uom, lot };
  });
  return amount === null ? found : spread(found, amount.base, amount.uom);
}

/** An amount of a product from its lots in stock; of the product itself where there are none. */
export function takeStock(product: Product, amount: Amount, workbook: Workbook): Taken[] {
  const lots = stockOf(product, workbook);
  const uom = amount.uom;
  if (lots.length === 0) {
    return [{ uri: product.uri, base: amount.base, uom, lot: null }];
  }
  return spread(
    lots.map((lot) => ({ uri: lot.uri, base: lot.left, uom, lot })),
    amount.base,
    uom,
  );
}

/** What so many packs of a product hold, in the base unit of its net content; null where nobody says. */
export function contentOf(product: Product | null, packs: number): { value: number; uom: string } | null {
  if (product?.netContent == null) {
    return null;
  }
  const { value, uom } = inBase(product.netContent.value, product.netContent.uom);
  return { value: exact(value * packs), uom };
}

/** The ask that an amount is of, and the product behind it: the units and the balance are that one's. */
export function productBehind(ask: AmountAsk, draft: Draft, workbook: Workbook): Product | null {
  const each = ask.id.split("/")[1];
  if (each !== undefined) {
    return workbook.products.find((item) => item.gtin === each) ?? null;
  }
  const answer = ask.of === undefined ? undefined : draft.answers[ask.of];
  const direct = productAt(textOf(answer), workbook);
  if (direct !== null) {
    return direct;
  }
  const lots = sharesOf(answer).map((share) => lotAt(share.lot, workbook));
  const gtins = new Set(lots.map((lot) => lot?.gtin));
  const first = lots[0];
  return first && gtins.size === 1 ? productOf(first, workbook) : null;
}

function spread(found: readonly Taken[], whole: number, uom: string | null): Taken[] {
  const taken: Taken[] = [];
  let rest = whole;
  found.forEach((item, place) => {
    const isLast = place === found.length - 1;
    const here = isLast || item.base === null ? rest : Math.min(rest, item.base);
    rest = exact(rest - here);
    if (here > 0) {
      taken.push({ ...item, base: exact(here), uom });
    }
  });
  return taken;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
