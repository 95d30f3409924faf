/** What a step takes and what it makes, from the answers: lots, products, amounts. */
import { lotUri } from "../../verify/gs1";
import type { JsonObject } from "../../verify/json";
import type { Product, Workbook } from "../workbook";
import {
  contentOf,
  isAmount,
  lotAt,
  productAt,
  productsOf,
  sharesOf,
  type Taken,
  takeShares,
  takeStock,
  textOf,
} from "./stock";
import type { Making, StepRecord, Taking } from "./template";
import type { Amount, Draft } from "./types";
import { exact, plainAmount, unitName } from "./units";

/** A new lot. */
export interface Made {
  readonly uri: string;
  readonly product: Product;
  readonly amount: Amount;
}

/** What an answer sheet takes, in the order of its template. */
export function takenOf(step: StepRecord, draft: Draft, workbook: Workbook): Taken[] {
  return step.event.takes.flatMap((taking) => take(taking, draft, workbook));
}

function take(taking: Taking, draft: Draft, workbook: Workbook): Taken[] {
  const amount = taking.amount === undefined ? undefined : draft.answers[taking.amount];
  const said = isAmount(amount) ? amount : null;
  if ("stock" in taking) {
    const product = productAt(textOf(draft.answers[taking.stock]), workbook);
    if (product === null || said === null) {
      return [];
    }
    if (taking.number === undefined) {
      return takeStock(product, said, workbook);
    }
    const number = textOf(draft.answers[taking.number])?.trim();
    const uri = number ? lotUri(product.gtin, number) : product.uri;
    return [{ uri, base: said.base, uom: said.uom, lot: lotAt(uri, workbook) }];
  }
  const shares = sharesOf(draft.answers[taking.lots]);
  return takeShares(shares, said ?? packed(taking, shares, draft, workbook), workbook);
}

/** What so many packs hold, where the lots are measured in the same unit; null: take all that is left. */
function packed(
  taking: { readonly packs?: string; readonly of?: string },
  shares: ReturnType<typeof sharesOf>,
  draft: Draft,
  workbook: Workbook,
): Amount | null {
  const count = draft.answers[taking.packs ?? ""];
  const product = productAt(textOf(draft.answers[taking.of ?? ""]), workbook);
  const content = isAmount(count) ? contentOf(product, count.base) : null;
  const isSame = content !== null && shares.every(({ lot }) => lotAt(lot, workbook)?.uom === content.uom);
  return isSame ? plainAmount(content.value, content.uom) : null;
}

/** The new lots of an answer sheet; `numberOf` gives each product's its number. */
export function madeOf(
  step: StepRecord,
  draft: Draft,
  workbook: Workbook,
  numberOf: (product: Product) => string,
): Made[] {
  return step.event.makes.flatMap((making) =>
    products(making, step, draft, workbook).flatMap(([product, id]) => {
      const amount = draft.answers[id];
      const uri = lotUri(product.gtin, numberOf(product));
      return isAmount(amount) && amount.base > 0 ? [{ uri, product, amount }] : [];
    }),
  );
}

function products(
  making: Making,
  step: StepRecord,
  draft: Draft,
  workbook: Workbook,
): (readonly [Product, string])[] {
  if ("product" in making) {
    const product = productAt(textOf(draft.answers[making.product]), workbook);
    return product === null ? [] : [[product, making.amount]];
  }
  const ask = step.asks.find((item) => item.id === making.each);
  const kinds = ask?.kind === "amount" ? (ask.each ?? []) : [];
  return productsOf(kinds, step.line, workbook).map((product) => [product, `${making.each}/${product.gtin}`]);
}

/** An EPCIS quantity element; what is counted carries no unit. */
export function quantity(uri: string, base: number | null, uom: string | null): JsonObject {
  if (base === null) {
    return { epcClass: uri };
  }
  return { epcClass: uri, quantity: base, ...(uom === null ? {} : { uom }) };
}

export function taking({ uri, base, uom }: Taken): JsonObject {
  return quantity(uri, base, uom);
}

/**
 * Amounts as people said them, where they said them in another unit than the event: `nguon:said`.
 *
 * `item` is what it is an amount of, where that is one thing.
 */
export function saidOf(
  step: StepRecord,
  draft: Draft,
  taken: readonly Taken[],
  made: readonly Made[],
): JsonObject[] {
  const found: JsonObject[] = [];
  for (const [id, answer] of Object.entries(draft.answers)) {
    if (!isAmount(answer) || answer.unit === plainAmount(1, answer.uom).unit) {
      continue;
    }
    const isTaken = step.event.takes.some((item) => item.amount === id);
    const uris = isTaken
      ? taken.map((item) => item.uri)
      : made.filter((item) => item.amount === answer).map((item) => item.uri);
    const item = uris.length === 1 && uris[0] !== undefined ? { item: uris[0] } : {};
    found.push({ ...item, value: answer.value, unit: unitName(answer.unit, "vi") });
  }
  return found;
}

/** What goods weigh together in kg; null where one is no mass. */
export function kilograms(
  items: readonly { readonly base: number | null; readonly uom: string | null }[],
): number | null {
  let sum = 0;
  for (const { base, uom } of items) {
    if (base === null || uom !== "KGM") {
      return null;
    }
    sum += base;
  }
  return exact(sum);
}
