/** What the service answers the desk, read strictly: another shape throws `json.shape`. */
import type { JsonObject, JsonValue } from "../../verify/json.ts";
import { list, object, text } from "../../verify/shape.ts";

export const LANES = ["harvested", "dried", "tested", "packed", "shipped"] as const;
export type BoardLane = (typeof LANES)[number];

/** A lot on the board. */
export interface Card {
  readonly uri: string;
  readonly gtin: string;
  readonly lot: string;
  readonly product: string;
  readonly left: number | null;
  readonly start: number | null;
  readonly uom: string | null;
  /** ISO 8601 of its latest event. */
  readonly last: string;
  readonly placeName: string | null;
  readonly handedTo: string | null;
  /** When a sample was taken, ISO 8601. */
  readonly sampled: string | null;
  readonly conformant: boolean | null;
  readonly tem: number;
  readonly recalled: boolean;
  /** What it lacks before tem, in words; null: not looked at. */
  readonly lacks: readonly string[] | null;
}

export interface Lane {
  readonly lane: BoardLane;
  readonly lots: readonly Card[];
}

/** How many tem a lot has room for, and why. */
export interface TemBalance {
  readonly left: number;
  readonly packs: number;
  readonly issued: number;
  readonly voided: number;
  readonly kilograms: number | null;
  readonly packKilograms: number | null;
}

export interface Roll {
  readonly roll: string;
  readonly count: number;
  readonly hidden: boolean;
  readonly stands: boolean;
}

export interface LabValue {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly limit: string;
  readonly note: string;
  /** Width of the bar in per cent, the limit at 80; null: nothing to compare with. */
  readonly fill: number | null;
  readonly over: boolean;
}

export interface Report {
  readonly lot: string;
  readonly name: string;
  readonly time: string;
  readonly number: string;
  readonly conformant: boolean | null;
  readonly byLaboratory: boolean;
  readonly laboratory: string;
  readonly values: readonly LabValue[];
}

/** One lot of the board. */
export interface LotDetail {
  readonly uri: string;
  readonly gtin: string;
  readonly lot: string;
  readonly product: string;
  readonly lineName: string;
  readonly ready: boolean;
  readonly missing: readonly string[];
  readonly balance: readonly string[];
  readonly fits: boolean;
  readonly tem: TemBalance | null;
  readonly rolls: readonly Roll[];
  readonly reports: readonly Report[];
}

/** Some of a recalled lot in one place. */
export interface Part {
  readonly state: "stock" | "handed" | "sold";
  readonly party: string | null;
  readonly name: string | null;
  readonly amount: number;
  readonly uom: string | null;
  readonly serials: readonly string[];
  readonly since: string | null;
}

export interface Daughter {
  readonly uri: string;
  readonly lot: string;
  readonly product: string;
  readonly forgotten: boolean;
  readonly recalled: boolean;
}

export interface ToCall {
  readonly uri: string;
  readonly name: string;
  readonly phone: string | null;
  readonly has: readonly {
    readonly lot: string;
    readonly product: string;
    readonly amount: number;
    readonly uom: string | null;
  }[];
}

/** Whom a recall of a lot must reach. */
export interface Reach {
  readonly uri: string;
  readonly lot: string;
  readonly product: string;
  readonly recalled: boolean;
  readonly parts: readonly Part[];
  readonly daughters: readonly Daughter[];
  readonly call: readonly ToCall[];
}

export interface Layout {
  readonly layout: string;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly labels: number;
  readonly left: number;
  readonly top: number;
  readonly pitchX: number;
  readonly pitchY: number;
}

/** What a buyer reported. */
export interface BuyerReport {
  readonly number: string;
  readonly time: string;
  readonly kind: string;
  readonly lot: string | null;
  readonly text: string;
  readonly photo: string | null;
}

/** A roll as the service made it, for the phone to sign. */
export interface Prepared {
  readonly roll: string;
  readonly count: number;
  readonly about: readonly string[];
  readonly members: JsonObject;
}

export function readBoard(answer: JsonValue): Lane[] {
  const lanes = list(object(answer).lanes).map(object);
  return lanes.flatMap((value) => {
    const lane = LANES.find((name) => name === value.lane);
    return lane ? [{ lane, lots: list(value.lots).map(object).map(card) }] : [];
  });
}

export function readLot(answer: JsonValue): LotDetail {
  const value = object(answer);
  return {
    uri: text(value.uri),
    gtin: text(value.gtin),
    lot: text(value.lot),
    product: text(value.product),
    lineName: text(value.lineName),
    ready: value.ready === true,
    missing: list(value.missing).map((item) => text(object(item).words)),
    balance: list(value.balance).map(text),
    fits: value.fits === true,
    tem: value.tem === null ? null : temBalance(object(value.tem)),
    rolls: list(value.rolls).map(object).map(roll),
    reports: list(value.reports).map(object).map(report),
  };
}

/** Laboratory results, and lots that wait for one. */
export function readResults(answer: JsonValue): {
  reports: Report[];
  waiting: { lot: string; product: string; sampled: string }[];
} {
  const value = object(answer);
  return {
    reports: list(value.reports).map(object).map(report),
    waiting: list(value.waiting)
      .map(object)
      .map((item) => ({ lot: text(item.lot), product: text(item.product), sampled: text(item.sampled) })),
  };
}

export function readReach(answer: JsonValue): Reach {
  const value = object(answer);
  return {
    uri: text(value.uri),
    lot: text(value.lot),
    product: text(value.product),
    recalled: value.recalled === true,
    parts: list(value.parts).map(object).map(part),
    daughters: list(value.daughters)
      .map(object)
      .map((item) => ({
        uri: text(item.uri),
        lot: text(item.lot),
        product: text(item.product),
        forgotten: item.forgotten === true,
        recalled: item.recalled === true,
      })),
    call: list(value.call).map(object).map(toCall),
  };
}

export function readLayouts(answer: JsonValue): Layout[] {
  return list(object(answer).layouts)
    .map(object)
    .map((value) => ({
      layout: text(value.layout),
      width: number(value.width),
      height: number(value.height),
      columns: number(value.columns),
      rows: number(value.rows),
      labels: number(value.labels),
      left: number(value.left),
      top: number(value.top),
      pitchX: number(value.pitchX),
      pitchY: number(value.pitchY),
    }));
}

export function readBuyerReports(answer: JsonValue): BuyerReport[] {
  return list(object(answer).reports)
    .map(object)
    .map((value) => ({
      number: text(value.number),
      time: text(value.time),
      kind: text(value.kind),
      lot: maybe(value.lot),
      text: maybe(value.text) ?? "",
      photo: maybe(value.photo),
    }));
}

export function readPrepared(answer: JsonValue): Prepared {
  const value = object(answer);
  return {
    roll: text(value.roll),
    count: number(value.count),
    about: list(value.about).map(text),
    members: object(value.members),
  };
}

/** Attributes of a description in force. */
export function readAttributes(answer: JsonValue): JsonObject {
  return object(object(answer).attributes);
}

function card(value: JsonObject): Card {
  return {
    uri: text(value.uri),
    gtin: text(value.gtin),
    lot: text(value.lot),
    product: text(value.product),
    left: amount(value.left),
    start: amount(value.start),
    uom: maybe(value.uom),
    last: text(value.last),
    placeName: maybe(value.placeName),
    handedTo: maybe(value.handedTo),
    sampled: maybe(value.sampled),
    conformant: typeof value.conformant === "boolean" ? value.conformant : null,
    tem: number(value.tem),
    recalled: value.recalled === true,
    lacks: value.lacks === null || value.lacks === undefined ? null : list(value.lacks).map(text),
  };
}

function temBalance(value: JsonObject): TemBalance {
  return {
    left: number(value.left),
    packs: number(value.packs),
    issued: number(value.issued),
    voided: number(value.voided),
    kilograms: amount(value.kilograms),
    packKilograms: amount(value.packKilograms),
  };
}

function roll(value: JsonObject): Roll {
  return {
    roll: text(value.roll),
    count: number(value.count),
    hidden: value.hidden === true,
    stands: value.stands === true,
  };
}

function report(value: JsonObject): Report {
  return {
    lot: text(value.lot),
    name: text(value.name),
    time: text(value.time),
    number: text(value.number),
    conformant: typeof value.conformant === "boolean" ? value.conformant : null,
    byLaboratory: value.byLaboratory === true,
    laboratory: text(value.laboratory),
    values: list(value.values)
      .map(object)
      .map((item) => ({
        name: text(item.name),
        value: text(item.value),
        unit: text(item.unit),
        limit: text(item.limit),
        note: text(item.note),
        fill: amount(item.fill),
        over: item.over === true,
      })),
  };
}

function part(value: JsonObject): Part {
  const state = value.state === "handed" || value.state === "sold" ? value.state : "stock";
  return {
    state,
    party: maybe(value.party),
    name: maybe(value.name),
    amount: number(value.amount),
    uom: maybe(value.uom),
    serials: list(value.serials).map(text),
    since: maybe(value.since),
  };
}

function toCall(value: JsonObject): ToCall {
  return {
    uri: text(value.uri),
    name: text(value.name),
    phone: maybe(value.phone),
    has: list(value.has)
      .map(object)
      .map((item) => ({
        lot: text(item.lot),
        product: text(item.product),
        amount: number(item.amount),
        uom: maybe(item.uom),
      })),
  };
}

function maybe(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function amount(value: JsonValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

function number(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : Number(text(value));
}
