/**
 * What a person types from a label: three lines as they stand under the symbol, or one of them pasted whole.
 *
 *     (01) article number   8, 12, 13 or 14 digits, the last one a check digit   GS1 General Specifications §7.9
 *     (10) lot              1-20 characters of GS1 character set 82, letters keep their case
 *     (21) serial           17 characters of Crockford's base 32 in groups of 5-6-6; O is 0, I and L are 1
 *
 * A serial that is no tem's (a producer's own) stays as it was typed.
 */

/** Why a line cannot be right yet; `at` counts from 1. */
export type Slip =
  | { readonly why: "digit"; readonly at: number }
  | { readonly why: "length"; readonly have: number }
  | { readonly why: "letter"; readonly at: number }
  | { readonly why: "empty" };

/** The three lines of a label. */
export interface Lines {
  readonly gtin: string;
  readonly lot: string;
  readonly serial: string;
}

const GTIN_LENGTHS: readonly number[] = [8, 12, 13, 14];
const MAX_LOT = 20;
const SERIAL_GROUPS: readonly number[] = [5, 6, 6];
/** Characters of a tem's serial. */
export const SERIAL_LENGTH = 17;
const CSET82 = /[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]/;
const CROCKFORD = /^[0-9A-HJKMNP-TV-Z]*$/;
const WHOLE_TEM = /^[0-9a-z]{5}-?[0-9a-z]{6}-?[0-9a-z]{6}$/i;
const SEPARATORS = /[\s\u00a0\-·]/g;
const PRINTED = /^\(?\s*(?:01|10|21)\s*\)\s*/;

/** The digit that belongs after these: weights 3, 1, 3 … from the right, modulo 10. */
export function checkDigit(digits: string): string {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last of these digits is their check digit. */
export function hasCheckDigit(digits: string): boolean {
  return /^[0-9]{2,}$/.test(digits) && checkDigit(digits.slice(0, -1)) === digits.slice(-1);
}

/** What is wrong with an article number; null where nothing is. `at` is the place of the character to look at. */
export function gtinSlip(typed: string): Slip | null {
  const text = bare(typed);
  if (!text) return { why: "empty" };
  const odd = text.search(/[^0-9]/);
  if (odd >= 0) return { why: "letter", at: odd + 1 };
  if (!GTIN_LENGTHS.includes(text.length)) return { why: "length", have: text.length };
  return hasCheckDigit(text) ? null : { why: "digit", at: text.length };
}

/** What is wrong with a lot; null where nothing is. */
export function lotSlip(typed: string): Slip | null {
  return valueSlip(trimmed(typed), true);
}

/** What is wrong with a serial; null where nothing is, also where none was typed. */
export function serialSlip(typed: string): Slip | null {
  return valueSlip(serialOf(typed), false);
}

/** A serial as it is written: a tem's without groups, in capitals, O, I and L read as digits; another's as typed. */
export function serialOf(typed: string): string {
  const tem = asTem(typed);
  return WHOLE_TEM.test(trimmed(typed).replaceAll(/\s/g, "")) && CROCKFORD.test(tem) ? tem : trimmed(typed);
}

/** How a serial is read while it is being typed, in groups of 5-6-6; what cannot be a tem's stays as it is. */
export function grouped(typed: string): string {
  const tem = asTem(typed);
  if (!tem || tem.length > SERIAL_LENGTH || !CROCKFORD.test(tem)) return trimmed(typed);
  const groups: string[] = [];
  let at = 0;
  for (const size of SERIAL_GROUPS) {
    if (at < tem.length) groups.push(tem.slice(at, at + size));
    at += size;
  }
  return groups.join(" ");
}

/** How many characters of a tem's serial are there. */
export function serialCount(typed: string): number {
  return asTem(typed).length;
}

/** A whole link or GS1 element string that was pasted into one line; null where it is just that line. */
export function pasted(typed: string): string | null {
  const text = typed.trim();
  if (/^https?:\/\//i.test(text) || /^[^\s()]*\/(?:01|00)\//.test(text)) return text;
  return /^\(\s*(?:01|00)\s*\).*\(/.test(text) || /^\(\s*00\s*\)/.test(text) || /^\][dCeQJ][0-9]/.test(text)
    ? text
    : null;
}

/** The element string that three lines make, as under the bars; it is parsed like any other code. */
export function elementsOf(lines: Lines): string {
  const escaped = (value: string) => value.replaceAll("(", "\\(");
  const serial = serialOf(lines.serial);
  const lot = `(01)${bare(lines.gtin).padStart(14, "0")}(10)${escaped(trimmed(lines.lot))}`;
  return serial ? `${lot}(21)${escaped(serial)}` : lot;
}

function bare(typed: string): string {
  return trimmed(typed).replace(SEPARATORS, "");
}

function trimmed(typed: string): string {
  return typed.trim().replace(PRINTED, "");
}

function asTem(typed: string): string {
  return bare(typed).toUpperCase().replaceAll("O", "0").replaceAll(/[IL]/g, "1");
}

function valueSlip(value: string, needed: boolean): Slip | null {
  if (!value) return needed ? { why: "empty" } : null;
  const characters = Array.from(value);
  const odd = characters.findIndex((character) => !CSET82.test(character));
  if (odd >= 0) return { why: "letter", at: odd + 1 };
  return characters.length > MAX_LOT ? { why: "length", have: characters.length } : null;
}
