/**
 * What was scanned of a delivery: one line a lot, each label once. Pure.
 *
 *     good   the record holds: received          wait   it holds, but is not anchored or was not checked: received
 *     aside  put aside: not on the order, expired, perhaps a copy          stop   recalled, forged, unknown: put aside
 *
 * A line can be counted by hand instead, as for sacks and weighed goods; what was scanned of it to be put aside stays so.
 */

import type { Good } from "./claims.ts";
import type { Came } from "./events.ts";

export type Tone = "good" | "wait" | "aside" | "stop";

/** A label that was scanned; `lot` empty where its code names none of ours. */
export interface Scanned {
  /** What tells it from others: the path of its page. */
  readonly code: string;
  readonly lot: string;
  readonly gtin: string;
  /** Its name, where the answer gave one. */
  readonly product?: string | null;
  readonly tone: Tone;
  /** `verified`, `recalled`, `extra` (not on the order), `unchecked` (no network), … */
  readonly verdict: string;
}

/** One line of the checklist. */
export interface Line {
  readonly uri: string;
  readonly product: string;
  readonly lot: string;
  readonly uom: string | null;
  readonly expected: number | null;
  readonly received: number;
  readonly aside: number;
  /** Verdict of the worst that was put aside. */
  readonly why: string;
  /** `todo`, `enough`, `short`, `over`, `aside`. */
  readonly state: string;
  /** Counted by hand. */
  readonly byHand: boolean;
}

const GOOD = new Set(["verified"]);
const WAIT = new Set(["recorded", "stale", "chain_unreachable", "chain_disputed", "unchecked"]);
const ASIDE = new Set(["expired", "suspect_copy", "incomplete", "extra"]);

/** What a verdict means at the door. */
export function toneOf(verdict: string): Tone {
  if (GOOD.has(verdict)) return "good";
  if (WAIT.has(verdict)) return "wait";
  return ASIDE.has(verdict) ? "aside" : "stop";
}

/** The checklist: what must come, in its order, then what came besides. */
export function linesOf(
  goods: readonly Good[],
  scanned: readonly Scanned[],
  byHand: Readonly<Record<string, number>>,
): Line[] {
  const expected = new Map<string, { good: Good; quantity: number | null }>();
  for (const good of goods) {
    const before = expected.get(good.uri);
    const sum = before ? add(before.quantity, good.quantity) : good.quantity;
    expected.set(good.uri, { good, quantity: sum });
  }
  const lines = [...expected].map(([uri, { good, quantity }]) => line(good, uri, quantity, scanned, byHand));
  const others = new Map(scanned.filter(({ lot }) => !expected.has(lot)).map((one) => [one.lot, one]));
  for (const [uri, one] of others) {
    const good = {
      uri,
      gtin: one.gtin,
      lot: lotOf(uri),
      product: one.product ?? null,
      quantity: 0,
      uom: null,
      unit: null,
      recalled: false,
    };
    lines.push(line(good, uri, 0, scanned, {}));
  }
  return lines;
}

function line(
  good: Good,
  uri: string,
  expected: number | null,
  scanned: readonly Scanned[],
  byHand: Readonly<Record<string, number>>,
): Line {
  const own = scanned.filter(({ lot }) => lot === uri);
  const aside = own.filter(({ tone }) => tone === "aside" || tone === "stop");
  const hand = byHand[uri];
  const received = hand ?? own.length - aside.length;
  const worst = aside.find(({ tone }) => tone === "stop") ?? aside[0];
  return {
    uri,
    product: good.product ?? good.gtin ?? "",
    lot: good.lot ?? "",
    uom: good.uom,
    expected,
    received,
    aside: aside.length,
    why: worst?.verdict ?? "",
    state: stateOf(expected, received, aside.length, hand !== undefined || own.length > 0),
    byHand: hand !== undefined,
  };
}

function stateOf(expected: number | null, received: number, aside: number, begun: boolean): string {
  if (aside > 0) return "aside";
  if (!begun) return "todo";
  if (expected === null || received === expected) return "enough";
  return received < expected ? "short" : "over";
}

/** Sums over the checklist; weighed goods count as one each. */
export function totals(lines: readonly Line[]) {
  const sum = (of: (line: Line) => number) => lines.reduce((total, one) => total + of(one), 0);
  const pieces = (uom: string | null, amount: number) => (uom === null ? amount : Number(amount > 0));
  const expected = sum(({ uom, expected }) => pieces(uom, expected ?? 0));
  const received = sum(({ uom, received }) => pieces(uom, received));
  const aside = sum(({ aside }) => aside);
  return { expected, received, aside, missing: Math.max(0, expected - received - aside) };
}

/** What is signed of the checklist. */
export function cameOf(lines: readonly Line[], why: (verdict: string) => string): Came[] {
  return lines
    .filter(({ uri }) => uri !== "")
    .map(({ uri, uom, expected, received, aside, why: verdict }) => ({
      uri,
      uom,
      expected,
      received,
      aside,
      why: verdict ? why(verdict) : "",
    }));
}

/** The checklist as a table for a spreadsheet (RFC 4180, with a byte order mark so that it reads UTF-8). */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null) => {
    const text = value === null ? "" : String(value);
    const safe = /^[=+\-@\t\r]/.test(text) && typeof value === "string" ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function add(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.round((one + other) * 1e6) / 1e6;
}

function lotOf(uri: string): string {
  try {
    return decodeURIComponent(uri.split("/10/")[1] ?? "");
  } catch {
    return "";
  }
}
