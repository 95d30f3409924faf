/**
 * What is in hand, with what this phone has recorded and the service has not told of yet: a harvest of this morning can
 * be dried this afternoon, without a network in between.
 *
 * Nothing here is sent or decides anything: the service adds up for itself.
 */

import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { isUnsent, type Slip } from "../core/slips.ts";
import { exact } from "../lines/units.ts";
import type { Lane, LotInHand, Product, Workbook } from "../workbook.ts";
import { eventsOf } from "./record/commit.ts";

const LANES: Readonly<Partial<Record<Product["kind"], Lane>>> = {
  planting: "growing",
  seed: "growing",
  harvested: "harvested",
  intermediate: "dried",
  byproduct: "harvested",
  packed: "packed",
};
const GROWTH = 1e-9;

/** The workbook with the lots that slips of this phone bring, less what they take. */
export function inHand(workbook: Workbook, slips: readonly Slip[]): Workbook {
  const since = Date.parse(workbook.at);
  const news = slips
    .filter((slip) => isUnsent(slip) || (slip.state === "recorded" && Date.parse(slip.at) > since))
    .filter(({ fixedBy }) => fixedBy === undefined)
    .sort((one, other) => one.place - other.place);
  const lots = new Map(workbook.lots.map((lot) => [lot.uri, lot]));
  for (const slip of news) {
    for (const event of eventsOf(slip)) {
      if (isObject(event.errorDeclaration)) continue;
      for (const { uri, quantity } of itemsOf(event.inputQuantityList)) {
        const lot = lots.get(uri);
        if (lot && lot.left !== null && quantity !== null)
          lots.set(uri, { ...lot, left: exact(lot.left - quantity) });
      }
      for (const item of born(event)) {
        const lot = lotOf(item, event, workbook);
        if (lot && !lots.has(item.uri)) lots.set(item.uri, lot);
      }
    }
  }
  const left = [...lots.values()].filter((lot) => lot.left === null || lot.left > GROWTH);
  return left.length === workbook.lots.length && left.every((lot, i) => lot === workbook.lots[i])
    ? workbook
    : { ...workbook, lots: left };
}

interface Item {
  readonly uri: string;
  readonly quantity: number | null;
  readonly uom: string | null;
}

function itemsOf(value: JsonValue | undefined): readonly Item[] {
  if (!isList(value)) return [];
  return value.filter(isObject).flatMap(({ epcClass, quantity, uom }) =>
    typeof epcClass === "string"
      ? [
          {
            uri: epcClass,
            quantity: typeof quantity === "number" ? quantity : null,
            uom: typeof uom === "string" ? uom : null,
          },
        ]
      : [],
  );
}

/** What an event brings into being. */
function born(event: JsonObject): readonly Item[] {
  if (event.type === "TransformationEvent") return itemsOf(event.outputQuantityList);
  return event.type === "ObjectEvent" && event.action === "ADD" ? itemsOf(event.quantityList) : [];
}

function lotOf(item: Item, event: JsonObject, workbook: Workbook): LotInHand | null {
  const [, gtin, lot] = /\/01\/(\d{14})\/10\/([^/]+)$/.exec(item.uri) ?? [];
  const product = workbook.products.find((each) => each.gtin === gtin);
  if (!gtin || !lot || !product) return null;
  const place = isObject(event.bizLocation) ? event.bizLocation.id : undefined;
  return {
    uri: item.uri,
    gtin,
    lot: decodeURIComponent(lot),
    product: product.name,
    kind: product.kind,
    left: item.quantity,
    uom: item.uom,
    born: typeof event.eventTime === "string" ? event.eventTime : workbook.at,
    place: typeof place === "string" ? place : null,
    lane: LANES[product.kind] ?? "harvested",
    transformation: null,
    sprayedUntil: null,
  };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
