/** Which questions of a step are open, and what can be answered, the likeliest first. */
import type { LotInHand, Place, Product, Workbook } from "../workbook";
import { type Asking, isThere, lastAnswer, lastOf, placesFor } from "./last";
import {
  contentOf,
  growingAt,
  isAmount,
  isSeason,
  lotAt,
  lotsFor,
  productBehind,
  productOf,
  productsOf,
  sharesOf,
  textOf,
} from "./stock";
import type {
  Amount,
  AmountAsk,
  Answer,
  Ask,
  Draft,
  LotAsk,
  Option,
  PartnerAsk,
  PlaceAsk,
  ProductAsk,
  Question,
  Step,
  Words,
} from "./types";
import { chosen, dimensionOf, exact, plainAmount, sayAmount, type Unit, unitsFor, unitsOf } from "./units";
import { both, dayAt, folded, hasWord, localTime, productName, say, shortDay } from "./words";

/** The asks of a draft: one for each product where a step asks so, none that makes no sense for what was answered. */
export function asksOf(step: Step, draft: Draft, workbook: Workbook): Ask[] {
  return step.asks.flatMap((ask): Ask[] => {
    if (ask.kind !== "amount") {
      return [ask];
    }
    if (ask.each !== undefined) {
      return productsOf(ask.each, step.line, workbook).map((product) => forProduct(ask, product));
    }
    const shares = ask.of === undefined ? [] : sharesOf(draft.answers[ask.of]);
    const isMixed = shares.length > 1 && productBehind(ask, draft, workbook) === null;
    return isMixed ? [] : [ask];
  });
}

/** The questions that are open, in order; those `aside` among them. */
export function asked(step: Step, draft: Draft, workbook: Workbook): Question[] {
  return asksOf(step, draft, workbook)
    .filter((ask) => draft.answers[ask.id] === undefined)
    .map((ask) => question(ask, { step, draft, workbook }));
}

/** A draft whose certain answers are put in, until somebody must be asked. */
export function completed(step: Step, draft: Draft, workbook: Workbook): Draft {
  let found = draft;
  for (let turn = 0; turn <= step.asks.length; turn++) {
    const next = asked(step, found, workbook).find((item) => item.certain);
    if (next === undefined) {
      return found;
    }
    found = { ...found, answers: { ...found.answers, [next.ask.id]: next.likely } };
  }
  return found;
}

/**
 * The same as the last time, now; null where a person must be asked something.
 *
 * What belongs to one time only is not taken over: lots, readings, photos, notes, numbers of documents.
 */
export function again(step: Step, workbook: Workbook, now: Date): Draft | null {
  const last = lastOf(step, workbook);
  const answers: Record<string, Answer> = {};
  for (const ask of step.asks) {
    const answer = last[ask.id];
    const isKept = ["place", "product", "partner", "choice", "amount", "number"].includes(ask.kind);
    if (answer !== undefined && isKept && isThere(ask, answer, workbook)) {
      answers[ask.id] = answer;
    }
  }
  if (Object.keys(answers).length === 0) {
    return null;
  }
  const draft = completed(
    step,
    { line: step.line, step: step.code, when: localTime(now), answers },
    workbook,
  );
  const open = asked(step, draft, workbook).filter((item) => item.ask.aside === undefined);
  return open.every((item) => item.ask.optional) ? draft : null;
}

/** The units in which an amount may be said; of a product, its own sacks and bottles among them. */
export function unitsOfAsk(ask: AmountAsk, draft: Draft, workbook: Workbook): Unit[] {
  const { region } = workbook.org;
  const product = productBehind(ask, draft, workbook);
  if (product !== null) {
    return unitsFor(product, region, ask.units);
  }
  const lot = sharesOf(draft.answers[ask.of ?? ""]).map((share) => lotAt(share.lot, workbook))[0];
  if (lot) {
    return unitsOf(dimensionOf(lot.uom), region);
  }
  const all = [...unitsOf("mass", region), ...unitsOf("volume", region), ...unitsOf("area", region)];
  return chosen([...all, ...unitsOf("count", region)], ask.units);
}

function question(ask: Ask, about: Asking): Question {
  switch (ask.kind) {
    case "place":
      return askPlace(ask, about);
    case "product":
      return askProduct(ask, about);
    case "partner":
      return askPartner(ask, about);
    case "lot":
    case "lots":
      return askLots(ask, about);
    case "amount":
      return { ask, options: [], likely: likelyAmount(ask, about), certain: false };
    case "choice": {
      const options = ask.choices.map((choice) =>
        option(choice.code, choice.name.vi, ask, about, choice.name),
      );
      return { ask, options: lastFirst(options), likely: lastAnswer(ask, about), certain: false };
    }
    case "text": {
      const options = ask.often.map((often) => option(often.vi, often.vi, ask, about, often));
      return { ask, options, likely: null, certain: false };
    }
    default: {
      const likely = ask.kind === "number" ? lastAnswer(ask, about) : null;
      return { ask, options: [], likely, certain: false };
    }
  }
}

function askPlace(ask: PlaceAsk, about: Asking): Question {
  const { step, workbook } = about;
  const places = placesFor(ask, workbook);
  const grows = (place: Place) => growingAt(place.uri, step.line, workbook).length > 0;
  const sorted = [...places].sort((one, other) => Number(grows(other)) - Number(grows(one)));
  const options = sorted.map((place) => ({
    ...option(place.uri, place.name, ask, about),
    image: place.image,
    hint: placeHint(place, about),
  }));
  const first = step.asks.find((item) => item.aside === undefined);
  return decided(ask, options, first?.id !== ask.id);
}

function placeHint(place: Place, { step, workbook, draft }: Asking): Words | null {
  const growing = growingAt(place.uri, step.line, workbook);
  const until = growing
    .map((lot) => lot.sprayedUntil ?? "")
    .sort()
    .at(-1);
  const now = new Date(workbook.at);
  if (step.tile === "harvest" && until && until >= dayAt(draft.when)) {
    return say("sprayed", { day: shortDay(until, now) });
  }
  const lot = growing[0];
  return lot === undefined ? null : say("grows", { what: both((lang) => lotWords(lot, workbook)[lang]) });
}

function askProduct(ask: ProductAsk, about: Asking): Question {
  const { step, workbook } = about;
  const products = productsOf(ask.kinds, step.line, workbook);
  const options = products.map((product) => ({
    ...option(product.uri, product.name, ask, about),
    image: product.image,
    hint: intervalHint(product),
  }));
  const clear = likelyProduct(ask, products, about);
  if (clear !== null && options.length > 1) {
    const sorted = [...options].sort(
      (one, other) => Number(other.answer === clear) - Number(one.answer === clear),
    );
    return { ask, options: sorted, likely: clear, certain: ask.optional === undefined };
  }
  return decided(ask, options, false);
}

/** The product that the words of the ask mark, or that bears the name of what grows at the place; null: not clear. */
function likelyProduct(ask: ProductAsk, products: readonly Product[], about: Asking): string | null {
  const { draft, step, workbook } = about;
  const liked =
    ask.like === undefined ? [] : products.filter((product) => hasWord(product.name, ask.like ?? []));
  if (liked.length === 1) {
    return liked[0]?.uri ?? null;
  }
  if (!ask.kinds.includes("harvested")) {
    return null;
  }
  const growing = growingAt(textOf(draft.answers.place), step.line, workbook);
  const words = new Set(growing.flatMap((lot) => folded(lot.product)));
  const shared = products.map((product) => folded(product.name).filter((word) => words.has(word)).length);
  const best = Math.max(0, ...shared);
  const found = products.filter((_, place) => shared[place] === best);
  return best > 0 && found.length === 1 ? (found[0]?.uri ?? null) : null;
}

function intervalHint(product: Product): Words | null {
  const days = product.input?.preHarvestIntervalDays ?? product.input?.withdrawalDays ?? null;
  return days === null || days <= 0 ? null : say("days", { days: String(days) });
}

function askPartner(ask: PartnerAsk, about: Asking): Question {
  const { partners } = about.workbook;
  const fitting = partners.filter((partner) => ask.roles.includes(partner.role));
  const options = (fitting.length > 0 ? fitting : partners).map((partner) =>
    option(partner.uri, partner.name, ask, about),
  );
  return decided(ask, options, false);
}

function askLots(ask: LotAsk, about: Asking): Question {
  const { step, workbook } = about;
  const options = lotsFor(ask, step.line, workbook).map((lot) => ({
    ...option(
      ask.kind === "lot" ? lot.uri : [{ lot: lot.uri, amount: null }],
      `${lot.product}, ${lot.lot}`,
      ask,
      about,
    ),
    image: productOf(lot, workbook)?.image ?? null,
    hint: lotHint(lot, workbook),
    lot,
  }));
  const likely = options[0]?.answer ?? null;
  return { ask, options, likely, certain: options.length === 1 && ask.optional === undefined };
}

function lotHint(lot: LotInHand, workbook: Workbook): Words {
  const day = shortDay(dayAt(lot.born), new Date(workbook.at));
  const { left } = lot;
  return left === null
    ? say("since", { day })
    : say("left", { day, amount: both((lang) => sayAmount(plainAmount(left, lot.uom), lang)) });
}

function likelyAmount(ask: AmountAsk, about: Asking): Answer {
  const { draft, workbook } = about;
  const units = unitsOfAsk(ask, draft, workbook);
  const product = productBehind(ask, draft, workbook);
  const shares = ask.whole ? sharesOf(draft.answers[ask.of ?? ""]) : [];
  if (shares.length > 0) {
    const lots = shares.map((share) => lotAt(share.lot, workbook));
    const left = lots.reduce((sum, lot) => sum + (lot?.left ?? 0), 0);
    const unit = units.find((item) => item.base === 1) ?? units[0];
    return left > 0 && unit !== undefined ? inUnit(left, unit) : null;
  }
  const packs = packsOf(product, about);
  const piece = units.find((item) => item.base === 1);
  if (packs !== null && piece !== undefined) {
    return inUnit(packs, piece);
  }
  const last = lastAnswer(ask, about);
  const unit = isAmount(last) ? units.find((item) => item.code === last.unit) : undefined;
  return isAmount(last) && unit !== undefined ? inUnit(exact(last.value * unit.base), unit) : null;
}

/** How many packs of a product the chosen lots fill; null where nobody can tell. */
function packsOf(product: Product | null, { draft, workbook }: Asking): number | null {
  const one = product?.uom === null ? contentOf(product, 1) : null;
  const shares = sharesOf(draft.answers.lots);
  if (one === null || shares.length === 0) {
    return null;
  }
  let whole = 0;
  for (const share of shares) {
    const lot = lotAt(share.lot, workbook);
    const used = isAmount(draft.answers.used) ? draft.answers.used.base : (lot?.left ?? 0);
    const packed = lot?.uom === null ? contentOf(productOf(lot, workbook), used) : null;
    whole += packed?.value ?? used;
    if (isAmount(draft.answers.used)) {
      break;
    }
  }
  const packs = Math.floor(whole / one.value + 1e-9);
  return packs > 0 ? packs : null;
}

function inUnit(base: number, unit: Unit): Amount {
  return { value: exact(base / unit.base), unit: unit.code, base: exact(base), uom: unit.uom };
}

/** One option is the answer; with `trusted`, so is what was answered last. */
function decided(ask: Ask, options: readonly Option[], trusted: boolean): Question {
  const sorted = lastFirst(options);
  const first = sorted[0];
  const isOnly = sorted.length === 1 || (trusted && first?.last === true);
  return {
    ask,
    options: sorted,
    likely: first?.answer ?? null,
    certain: isOnly && ask.optional === undefined,
  };
}

function lastFirst(options: readonly Option[]): Option[] {
  return [...options].sort((one, other) => Number(other.last) - Number(one.last));
}

function option(answer: Answer, name: string, ask: Ask, about: Asking, hint: Words | null = null): Option {
  const last = typeof answer === "string" && lastAnswer(ask, about) === answer;
  return { answer, name, image: null, hint: hint && hint.vi !== name ? hint : null, last, lot: null };
}

/** A lot's words within a sentence: a season by its sowing, a planting by its product. */
export function lotWords(lot: LotInHand, workbook: Workbook): Words {
  const name = productName(lot.product);
  return isSeason(lot)
    ? say("season", { day: shortDay(dayAt(lot.born), new Date(workbook.at)) })
    : { vi: name, en: name };
}

function forProduct(ask: AmountAsk, product: Product): AmountAsk {
  const fill = (words: Words): Words => ({
    vi: words.vi.replace("{product}", productName(product.name)),
    en: words.en.replace("{product}", productName(product.name)),
  });
  const { each: _, ...rest } = ask;
  return { ...rest, id: `${ask.id}/${product.gtin}`, title: fill(ask.title), label: fill(ask.label) };
}
