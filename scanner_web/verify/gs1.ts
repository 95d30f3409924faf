/**
 * GS1 Digital Link URIs, uncompressed (DESIGN §3.2, PROFILE §6).
 *
 *     link   = scheme "://" host stem keys ["?" query] ["#" fragment]
 *     scheme = "http" / "https", all lower or all upper case
 *     stem   = any path; the right-most key sequence wins
 *     keys   = "/" primary "/" value *( "/" qualifier "/" value )      qualifiers in their fixed order
 *     query  = names that are all digits are AIs and must be right; any other is none of ours
 *
 * Source: GS1 Digital Link Standard: URI Syntax 1.4 §4, as the GS1 syntax engine reads it.
 */
import { FIXED_STARTS, FORMATS, NAMES, NO_ATTRIBUTES, QUALIFIERS } from "./aitable";
import { requireFormat } from "./components";
import { LedgerError } from "./errors";
import { gtin14, isDigits } from "./keys";

const MAX_URI = 2048;
const URI = /^(?:https?|HTTPS?):\/\/(?<host>[^/?#]+)(?<path>\/[^?#]*)(?:\?(?<query>[^#]*))?(?:#.*)?$/;
const HOST = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
const CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;
const PATH = new Set([...QUALIFIERS].flatMap(([primary, rows]) => [primary, ...rows.flat()]));

/** AI and decoded value. */
export type Pair = readonly [string, string];

/** A Digital Link, right by construction when it comes from `parseLink`. */
export interface DigitalLink {
  /** Lower case, with a port where it has one. */
  readonly host: string;
  /** The primary key first. */
  readonly keys: readonly Pair[];
  /** AI and decoded value of the query. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly gtin: string | null;
  readonly lot: string | null;
  readonly serial: string | null;
}

/**
 * Read a Digital Link. Throws `dl.syntax`, `gs1.check_digit`.
 *
 * @param trailingSlash one slash after the keys is tolerated, as a resolver should.
 */
export function parseLink(uri: string, trailingSlash = false): DigitalLink {
  const found = uri.length <= MAX_URI && CHARACTERS.test(uri) ? URI.exec(uri)?.groups : undefined;
  if (found === undefined || /%(?![0-9A-Fa-f]{2})/.test(uri)) {
    throw new LedgerError("dl.syntax", { value: uri.slice(0, MAX_URI) });
  }
  const { host = "", path = "", query = "" } = found;
  if (!HOST.test(host)) {
    throw new LedgerError("dl.syntax", { value: uri });
  }
  const keys = keySequence(trailingSlash && path.endsWith("/") ? path.slice(0, -1) : path);
  for (const [ai, value] of keys) {
    requireValue(ai, value);
  }
  const attributes = attributesOf(query, keys);
  const of = (wanted: string) => keys.find(([ai]) => ai === wanted)?.[1] ?? null;
  const gtin = of("01");
  return {
    host: host.toLowerCase(),
    keys,
    attributes,
    gtin,
    lot: gtin && of("10"),
    serial: gtin && of("21"),
  };
}

/** The canonical Digital Link of a row of keys, not encoded. Throws `dl.syntax`, `gs1.check_digit`. */
export function buildLink(pairs: readonly Pair[]): string {
  const row = pairs.map(([ai, value]): Pair => [ai, ai === "01" ? gtin14(value) : value]);
  if (!isSequence(row.map(([ai]) => ai))) {
    throw new LedgerError("dl.syntax", { value: row.map(([ai]) => ai) });
  }
  for (const [ai, value] of row) {
    requireValue(ai, value);
  }
  return canonicalLink(row);
}

/** The keys on https://id.gs1.org: no stem, no query. */
export function canonicalLink(keys: readonly Pair[]): string {
  return `https://id.gs1.org${keys.map(([ai, value]) => `/${ai}/${percentEncode(value)}`).join("")}`;
}

/** `https://id.gs1.org/01/{gtin14}/10/{lot}`, the lot given undecorated and encoded here. Throws as `buildLink`. */
export function lotUri(gtin: string, lot: string): string {
  return buildLink([
    ["01", gtin],
    ["10", lot],
  ]);
}

/** The characters of a path segment, a byte each. */
export function percentDecode(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** A path segment: every byte but A-Z a-z 0-9 - . _ ~ as %XX in capitals. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Refuse a value that its AI does not allow. Throws `dl.syntax`, `gs1.check_digit`. */
export function requireValue(ai: string, value: string): void {
  const key = NAMES[ai] ?? `(${ai})`;
  if (value === "." || value === "..") {
    throw new LedgerError("dl.syntax", { key, value });
  }
  requireFormat(key, value, FORMATS.get(ai) ?? "x..90");
}

/** Whether its value needs no separator after it in a symbol, for its length is known. */
export function isFixed(ai: string): boolean {
  return FIXED_STARTS.has(ai.slice(0, 2));
}

/** Whether a path may hold these AIs, in this order: a primary key, then some of its qualifiers. */
function isSequence(ais: readonly string[]): boolean {
  const [primary = "", ...rest] = ais;
  return (QUALIFIERS.get(primary) ?? []).some((row) => {
    const places = rest.map((ai) => row.indexOf(ai));
    return places.every((place, at) => place > (places[at - 1] ?? -1));
  });
}

/** The right-most key sequence of a path. */
function keySequence(path: string): Pair[] {
  const segments = path.split("/").slice(1);
  const pairs: Pair[] = [];
  for (let at = segments.length - 2; at >= 0; at -= 2) {
    const [ai = "", value = ""] = segments.slice(at);
    if (!PATH.has(ai)) {
      break;
    }
    pairs.unshift([ai, percentDecode(value)]);
    if (QUALIFIERS.has(ai)) {
      if (isSequence(pairs.map(([name]) => name))) {
        return pairs;
      }
      break;
    }
  }
  throw new LedgerError("dl.syntax", { value: path });
}

/** The AIs of a query, each once, none that belongs in the path. */
function attributesOf(query: string, keys: readonly Pair[]): ReadonlyMap<string, string> {
  const path = keys.map(([ai]) => ai);
  const rows = QUALIFIERS.get(path[0] ?? "") ?? [];
  const found = new Map<string, string>();
  for (const item of query.split("&")) {
    const mark = item.indexOf("=");
    const ai = item.slice(0, Math.max(mark, 0));
    if (!isDigits(ai)) {
      continue;
    }
    const mayQualify = rows.some((row) => [...path.slice(1), ai].every((name) => row.includes(name)));
    const isAttribute = FORMATS.has(ai) && !NO_ATTRIBUTES.has(ai) && !path.includes(ai) && !mayQualify;
    if (found.has(ai) || !isAttribute) {
      throw new LedgerError("dl.syntax", { value: item });
    }
    const value = percentDecode(item.slice(mark + 1).replaceAll("+", " "));
    requireValue(ai, value);
    found.set(ai, value);
  }
  return found;
}
