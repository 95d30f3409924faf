/** RFC 8785: the one JSON text of a value, as `ledger.encoding.canonical_json` writes it. */
import { utf8 } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import type { JsonValue } from "../../verify/json.ts";

const LONE = /\p{Surrogate}/u;

/**
 * The canonical form of a value, in UTF-8: members sorted by UTF-16 units, numbers as ECMAScript writes them.
 *
 * Throws `json.number_range` for what is no finite number, `json.syntax` for a lone surrogate.
 */
export function canonicalJson(value: JsonValue): Uint8Array<ArrayBuffer> {
  return utf8(written(value));
}

function written(value: JsonValue): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new LedgerError("json.number_range");
    return JSON.stringify(value);
  }
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(written).join()}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${quoted(name)}:${written(member)}`).join()}}`;
}

function quoted(text: string): string {
  if (LONE.test(text)) throw new LedgerError("json.syntax");
  return JSON.stringify(text);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
