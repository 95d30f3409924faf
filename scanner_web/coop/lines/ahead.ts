/**
 * The workbook as it will be when what waits in the outbox has arrived: what a phone without a network works from.
 *
 * Only the phone's own events are put on top of the server's answer, and nothing of it is ever sent: lots that were
 * harvested here can be dried here, what was used is used, a field that was sprayed is not harvested.
 */
import { isObject, type JsonObject, type JsonValue } from "../../verify/json";
import type { Lane, LotInHand, ProductKind, Workbook } from "../workbook";
import { exact, inBase } from "./units";
import { dayAt, daysLater } from "./words";

const LANES: Readonly<Record<string, Lane>> = {
  planting: "growing",
  sowing: "growing",
  harvesting: "harvested",
  drying: "dried",
  milling: "dried",
  filtering: "dried",
  packing: "packed",
  repackaging: "packed",
};
const DAYS = ["nguon:preHarvestIntervalDays", "nguon:withdrawalDays"];

/**
 * A workbook with the events of one's own that are not in it yet, in their order. What a declaration withdraws is left
 * out, or taken back out of the workbook where it was in it before.
 */
export function ahead(workbook: Workbook, events: readonly JsonObject[]): Workbook {
  const isDeclaration = (event: JsonObject) => isObject(event.errorDeclaration);
  const withdrawn = new Set(events.filter(isDeclaration).map((event) => event.eventID));
  const told = new Set(events.filter((event) => !isDeclaration(event)).map((event) => event.eventID));
  let book = workbook;
  for (const event of events) {
    if (isDeclaration(event)) {
      book = told.has(event.eventID) ? book : before(book, event);
    } else if (!withdrawn.has(event.eventID)) {
      book = { ...book, lots: after(book, event) };
    }
  }
  return book;
}

/** A workbook without an event that it knows of: what was used is in hand again, what was born is not. */
export function before(workbook: Workbook, event: JsonObject): Workbook {
  const lots = new Map(workbook.lots.map((lot) => [lot.uri, lot]));
  const { when, place } = circumstances(event);
  for (const { uri } of born(event)) {
    lots.delete(uri);
  }
  for (const item of used(event)) {
    const lot = lots.get(item.uri);
    if (lot === undefined) {
      const product = productOf(item.uri, workbook);
      const lane =
        product?.kind === "intermediate" ? "dried" : product?.kind === "packed" ? "packed" : "harvested";
      lots.set(item.uri, { ...fresh(item, workbook, when, place), lane });
    } else if (lot.left !== null && item.base !== null && lot.uom === item.uom) {
      lots.set(item.uri, { ...lot, left: exact(lot.left + item.base) });
    }
  }
  return { ...workbook, lots: [...lots.values()] };
}

/** What an event brings into being. */
function born(event: JsonObject): Item[] {
  const isAdding = event.type === "ObjectEvent" && event.action === "ADD";
  return amounts(isAdding ? event.quantityList : event.outputQuantityList);
}

/** What an event uses up, gives away or sells. */
function used(event: JsonObject): Item[] {
  const isGone = event.type === "ObjectEvent" && event.action === "DELETE";
  const isAway = isGone || ["shipping", "retail_selling"].includes(stepOf(event));
  const away = isAway ? amounts(event.quantityList) : [];
  return [...amounts(event.inputQuantityList), ...applied(event), ...away];
}

function circumstances(event: JsonObject): { when: string; place: string | null } {
  const when = typeof event.eventTime === "string" ? event.eventTime : "";
  return { when, place: idOf(event.bizLocation) ?? idOf(event.readPoint) };
}

function after(workbook: Workbook, event: JsonObject): LotInHand[] {
  const lots = new Map(workbook.lots.map((lot) => [lot.uri, lot]));
  const step = stepOf(event);
  const { when, place } = circumstances(event);
  const season = typeof event.transformationID === "string" ? event.transformationID : null;
  const named = amounts(event.quantityList);
  const taken = used(event);
  for (const item of taken) {
    reduce(lots, item);
  }
  for (const item of named) {
    if (step === "receiving") {
      receive(lots, item, { workbook, when, place });
    } else if (place !== null && event.action === "OBSERVE" && !taken.some(({ uri }) => uri === item.uri)) {
      change(lots, item.uri, { place });
    }
  }
  const tested = step === "sampling" || (step === "inspecting" && isObject(event.persistentDisposition));
  for (const { uri } of tested ? named : []) {
    const lot = lots.get(uri);
    change(lots, uri, lot && lot.lane !== "growing" && lot.lane !== "packed" ? { lane: "tested" } : {});
  }
  for (const item of born(event)) {
    const product = productOf(item.uri, workbook);
    const kind: ProductKind = product?.kind ?? "harvested";
    const lane = kind === "planting" ? "growing" : (LANES[step] ?? "harvested");
    lots.set(item.uri, { ...fresh(item, workbook, when, place), kind, lane, transformation: season });
  }
  if (season !== null && step === "sowing") {
    const seed = amounts(event.inputQuantityList)[0];
    const gtin = seed === undefined ? "" : (gtinOf(seed.uri) ?? "");
    const sown = { uri: season, base: null, uom: null };
    const lot = fresh(sown, workbook, when, place);
    const product = workbook.products.find((item) => item.gtin === gtin);
    const name = product?.name ?? lot.product;
    lots.set(season, {
      ...lot,
      gtin,
      lot: "",
      product: name,
      kind: "seed",
      lane: "growing",
      transformation: season,
    });
  }
  const until = treatedUntil(event, when);
  for (const uri of until === null
    ? []
    : [...named.map((item) => item.uri), ...(season === null ? [] : [season])]) {
    const lot = lots.get(uri);
    change(lots, uri, until !== null && until > (lot?.sprayedUntil ?? "") ? { sprayedUntil: until } : {});
  }
  return [...lots.values()];
}

interface Item {
  readonly uri: string;
  readonly base: number | null;
  readonly uom: string | null;
}

function change(lots: Map<string, LotInHand>, uri: string, members: Partial<LotInHand>): void {
  const lot = lots.get(uri);
  if (lot !== undefined) {
    lots.set(uri, { ...lot, ...members });
  }
}

/** What is taken from a lot; one of which nothing is left is no longer in hand. */
function reduce(lots: Map<string, LotInHand>, { uri, base, uom }: Item): void {
  const lot = lots.get(uri);
  if (lot === undefined || lot.left === null || base === null || lot.uom !== uom) {
    return;
  }
  const left = exact(lot.left - base);
  if (left > 0) {
    lots.set(uri, { ...lot, left });
  } else {
    lots.delete(uri);
  }
}

function receive(
  lots: Map<string, LotInHand>,
  item: Item,
  { workbook, when, place }: { workbook: Workbook; when: string; place: string | null },
): void {
  const lot = lots.get(item.uri);
  const product = productOf(item.uri, workbook);
  const isStock = product?.kind === "input" || product?.kind === "seed";
  if (lot !== undefined) {
    const left = isStock && lot.left !== null && item.base !== null ? exact(lot.left + item.base) : lot.left;
    lots.set(item.uri, { ...lot, left, ...(place === null ? {} : { place }) });
  } else if (item.uri.includes("/10/")) {
    const kind = product?.kind ?? "input";
    const lane = kind === "packed" ? "packed" : "harvested";
    lots.set(item.uri, { ...fresh(item, workbook, when, place), kind, lane });
  }
}

function fresh(item: Item, workbook: Workbook, when: string, place: string | null): LotInHand {
  const product = productOf(item.uri, workbook);
  return {
    uri: item.uri,
    gtin: gtinOf(item.uri) ?? "",
    lot: decodeURIComponent(item.uri.split("/10/")[1] ?? ""),
    product: product?.name ?? "",
    kind: product?.kind ?? "harvested",
    left: item.base,
    uom: item.uom,
    born: when,
    place,
    lane: "harvested",
    transformation: null,
    sprayedUntil: null,
  };
}

/** The last day of the longest interval that an event begins; null: none. */
function treatedUntil(event: JsonObject, when: string): string | null {
  const listed = appliedItems(event);
  const days = [event, ...listed].flatMap((item) =>
    DAYS.map((name) => item[name]).filter((value) => typeof value === "number"),
  );
  const most = Math.max(0, ...days);
  return most > 0 ? daysLater(dayAt(when), Math.ceil(most) - 1) : null;
}

function applied(event: JsonObject): Item[] {
  return appliedItems(event).flatMap((item) => {
    const uri = item["nguon:product"];
    const amount = item["nguon:amount"];
    const uom = item["nguon:uom"];
    return typeof uri === "string" && typeof amount === "number"
      ? [{ uri, ...based(amount, typeof uom === "string" ? uom : null) }]
      : [];
  });
}

function appliedItems(event: JsonObject): JsonObject[] {
  const value = event["nguon:inputApplied"];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function amounts(list: JsonValue | undefined): Item[] {
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  return items.filter(isObject).flatMap((item) => {
    const { epcClass, quantity, uom } = item;
    if (typeof epcClass !== "string") {
      return [];
    }
    const known = typeof quantity === "number" ? based(quantity, typeof uom === "string" ? uom : null) : null;
    return [{ uri: epcClass, base: known?.base ?? null, uom: known?.uom ?? null }];
  });
}

function based(value: number, uom: string | null): { base: number; uom: string | null } {
  if (uom === null) {
    return { base: value, uom };
  }
  const found = inBase(value, uom);
  return { base: found.value, uom: found.uom };
}

function stepOf(event: JsonObject): string {
  return typeof event.bizStep === "string" ? (event.bizStep.split("/").at(-1) ?? "") : "";
}

function productOf(uri: string, workbook: Workbook) {
  const gtin = gtinOf(uri);
  return gtin === null ? undefined : workbook.products.find((item) => item.gtin === gtin);
}

function gtinOf(uri: string): string | null {
  return /\/01\/(\d{14})/.exec(uri)?.[1] ?? null;
}

function idOf(value: JsonValue | undefined): string | null {
  return isObject(value) && typeof value.id === "string" ? value.id : null;
}
