/**
 * Members of signed JSON by their local name: `ledger/lot/terms.py` again.
 *
 * `nguon:method` and `https://w3id.org/nguon/epcis/method` are both `method`. Reading is total: what has another
 * shape than the profile gives it says nothing.
 */

/** A JSON object, or what stands in for one. */
export type Members = Readonly<Record<string, unknown>>;

const LOCAL = /[^/:#]+$/;
const VOCABULARY = /^(?:BizStep|Disp|BTT|SDT)-.*?([^-]*)$/s;
const NOTHING: Members = Object.freeze({});

/** The last part of a term or URI: `harvesting` of `https://w3id.org/nguon/bizstep/harvesting`. */
export function localName(term: string): string {
  const name = LOCAL.exec(term)?.[0] ?? term;
  return VOCABULARY.exec(name)?.[1] ?? name;
}

/** A string, or the empty one for anything else. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A number; null for anything else. */
export function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** An object's members; none for anything else. */
export function members(value: unknown): Members {
  return isMembers(value) ? value : NOTHING;
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of an array; a single value counts as an array of itself, nothing as none. */
export function items(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}

/** A member of an object by its local name; undefined where there is none. */
export function byLocalName(value: unknown, name: string): unknown {
  if (!isMembers(value)) return undefined;
  const term = Object.keys(value).find((term) => localName(term) === name);
  return term === undefined ? undefined : value[term];
}

/** A member as `byLocalName`, a text; empty where there is none. */
export function said(value: unknown, name: string): string {
  return text(byLocalName(value, name));
}

/** Texts that say something, each once, in their order. */
export function once(texts: Iterable<string>): string[] {
  return [...new Set(texts)];
}
