/**
 * Base64, hex and UTF-8 in their one canonical form (DESIGN §3.1), and bytes compared as Python compares them.
 *
 * The platform's own names that are used here and in `crypto.ts` are declared, for nothing else of a browser may be.
 */
import { LedgerError } from "./errors";

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

const ENCODER = new TextEncoder();
const COMMON = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** Bytes one after another. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function bytesEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && compareBytes(one, other) === 0;
}

/** Below, at or above 0 as `one` sorts before, with or after `other`. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.length, other.length);
  for (let at = 0; at < shared; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference) {
      return difference;
    }
  }
  return one.length - other.length;
}

/** As `compareBytes`, of texts by code points: UTF-16 units, as `<` compares, order some characters otherwise. */
export function compareText(one: string, other: string): number {
  return one === other ? 0 : compareBytes(utf8(one), utf8(other));
}

/** The first `count` characters, counted as code points. */
export function firstCharacters(text: string, count: number): string {
  return text.length <= count
    ? text
    : Array.from(text.slice(0, 2 * count))
        .slice(0, count)
        .join("");
}

export function hexEncode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += HEX[byte];
  }
  return text;
}

/** The bytes of lower-case hex, 32 of them unless `length` says otherwise. Throws `hex.syntax`. */
export function hexDecode(text: string, length = 32): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let wrong = text.length !== 2 * length;
  for (let at = 0; !wrong && at < length; at++) {
    const high = hexDigit(text.charCodeAt(2 * at));
    const low = hexDigit(text.charCodeAt(2 * at + 1));
    wrong = high < 0 || low < 0;
    bytes[at] = high * 16 + low;
  }
  if (wrong) {
    throw new LedgerError("hex.syntax");
  }
  return bytes;
}

function hexDigit(unit: number): number {
  if (unit >= 48 && unit <= 57) {
    return unit - 48;
  }
  return unit >= 97 && unit <= 102 ? unit - 87 : -1;
}

/** The bytes of padded base64 (RFC 4648 §4), canonical only. Throws `base64.syntax`. */
export function b64Decode(text: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4) {
    throw new LedgerError("base64.syntax");
  }
  const bare = text.endsWith("==") ? text.slice(0, -2) : text.endsWith("=") ? text.slice(0, -1) : text;
  return decode(bare, "+/");
}

/** Unpadded base64url (RFC 4648 §5). */
export function b64urlEncode(bytes: Uint8Array): string {
  const alphabet = `${COMMON}-_`;
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(bytes.length - at, 3) + 1;
    for (let place = 0; place < digits; place++) {
      text += alphabet[(word >> (18 - 6 * place)) & 63];
    }
  }
  return text;
}

/** The bytes of unpadded base64url, canonical only. Throws `base64.syntax`. */
export function b64urlDecode(text: string): Uint8Array<ArrayBuffer> {
  return decode(text, "-_");
}

const TABLES = new Map<string, Int8Array>();

function tableOf(last: string): Int8Array {
  let table = TABLES.get(last);
  if (table === undefined) {
    table = new Int8Array(128).fill(-1);
    for (const [value, digit] of [...COMMON, ...last].entries()) {
      table[digit.charCodeAt(0)] = value;
    }
    TABLES.set(last, table);
  }
  return table;
}

function decode(text: string, last: string): Uint8Array<ArrayBuffer> {
  const table = tableOf(last);
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let filled = 0;
  let word = 0;
  let bits = 0;
  let wrong = text.length % 4 === 1;
  for (let at = 0; at < text.length; at++) {
    const value = table[text.charCodeAt(at)] ?? -1;
    wrong ||= value < 0;
    word = ((word << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[filled++] = word >> bits;
    }
  }
  if (wrong || word & ((1 << bits) - 1)) {
    throw new LedgerError("base64.syntax");
  }
  return bytes;
}
