/** Identifiers that a phone gives: events, lots, documents, containers. */
import { canonicalOrNull } from "../../verify/epc";
import { LedgerError } from "../../verify/errors";
import { buildLink } from "../../verify/gs1";
import { sha256 } from "../../verify/sha256";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODES = 32 ** 4;
const STRIDE = 647_171;

/** A UUID of version 7 (RFC 9562 §5.7): the time, then chance. */
export function uuid7(now: Date): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = now.getTime();
  for (let place = 5; place >= 0; place--) {
    bytes[place] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Four characters of Crockford's base32 from a key and a counter.
 *
 * One phone never gives the same one twice before a million; two phones meet on one day, one product and one letter by a
 * chance of one in a million.
 */
export function shortCode(kid: string, counter: number): string {
  const hash = sha256(new TextEncoder().encode(kid));
  const base = new DataView(hash.buffer, hash.byteOffset).getUint32(0);
  let rest = (base + counter * STRIDE) % CODES;
  let code = "";
  for (let place = 0; place < 4; place++) {
    code = (CROCKFORD[rest % 32] ?? "0") + code;
    rest = Math.floor(rest / 32);
  }
  return code;
}

/** A lot's number: `H261124-7KQ4`, harvested on 24 November 2026. */
export function lotNumber(letter: string, day: string, code: string): string {
  return `${letter}${compact(day)}-${code}`;
}

/** `261124` of `2026-11-24`. */
export function compact(day: string): string {
  return day.slice(2, 10).replaceAll("-", "");
}

/**
 * The URI of a document: a GDTI of the issuer's own number and what is written on the paper.
 *
 * @param issuer its `/417/` URI.
 * @param number as somebody typed it; what no GDTI may hold becomes a hyphen.
 * @returns null where the issuer has no GLN, or nothing is left of the number.
 */
export function documentUri(issuer: string, number: string): string | null {
  const gln = /\/417\/(\d{13})$/.exec(issuer)?.[1];
  const serial = plain(number, 17);
  return gln === undefined || serial === "" ? null : buildLink([["253", gln + serial]]);
}

/** The URI of a returnable container of an organisation: a GRAI of its GLN and what is written on it. */
export function assetUri(gln: string, number: string): string {
  return buildLink([["8003", `0${gln}${plain(number, 16)}`]]);
}

/**
 * A carton or pallet as it was typed or scanned: 18 digits, with or without `(00)`, or its Digital Link.
 *
 * Throws `dl.syntax`, `gs1.check_digit`.
 */
export function containerUri(text: string): string {
  if (/^https?:\/\//i.test(text)) {
    const uri = canonicalOrNull(text);
    if (uri?.startsWith("https://id.gs1.org/00/")) {
      return uri;
    }
    throw new LedgerError("dl.syntax", { value: text });
  }
  const digits = text.replace(/^\s*(?:\(00\)|\]C1\s*00)/, "").replace(/[\s.-]/g, "");
  return buildLink([["00", digits]]);
}

function plain(text: string, most: number): string {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D");
  const kept = bare.trim().replace(/[^A-Za-z0-9_-]+/g, "-");
  return kept.replace(/^-+|-+$/g, "").slice(0, most);
}
