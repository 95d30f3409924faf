/** Members of parsed JSON in the shape that they must have. All throw `json.shape`, which the reader of a whole renames. */
import { hexDecode } from "./encoding";
import { LedgerError } from "./errors";
import { integer, isObject, type JsonObject, type JsonValue } from "./json";

export type Member = JsonValue | undefined;

export function object(value: Member): JsonObject {
  return isObject(value) ? value : wrong();
}

export function list(value: Member): readonly JsonValue[] {
  return Array.isArray(value) ? value : wrong();
}

/** A text that is not empty. */
export function text(value: Member): string {
  return typeof value === "string" && value !== "" ? value : wrong();
}

/** 32 bytes of hex. Throws also `hex.syntax`. */
export function hash(value: Member): Uint8Array {
  return hexDecode(text(value));
}

/** A member that is an integer from `least`. */
export function count(container: JsonObject, name: string, least: number): number {
  const number = integer(container, name);
  return number !== undefined && number >= least ? number : wrong();
}

export function wrong(): never {
  throw new LedgerError("json.shape");
}
