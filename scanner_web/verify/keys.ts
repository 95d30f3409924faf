/** GS1 keys: check digits, character sets and prefixes (GS1 General Specifications §7.9, §7.11). */
import { LedgerError } from "./errors";

const SET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const PAIR_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const PAIR_PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];

/** Whether it is ASCII digits only, at least one. */
export function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/** Whether it is one or more characters of GS1 character set 82. */
export function isCset82(text: string): boolean {
  return /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/.test(text);
}

/** Whether it is one or more characters of GS1 character set 39. */
export function isCset39(text: string): boolean {
  return /^[#\-/0-9A-Z]+$/.test(text);
}

/** The check digit that belongs after these digits: weights 3, 1, 3 … from the right. Throws `dl.syntax`. */
export function checkDigit(digits: string): string {
  if (!isDigits(digits)) {
    throw new LedgerError("dl.syntax", { value: digits });
  }
  let total = 0;
  for (let place = 0; place < digits.length; place++) {
    total += Number(digits[digits.length - 1 - place]) * (place % 2 ? 1 : 3);
  }
  return String((10 - (total % 10)) % 10);
}

/** Refuse a number whose last digit is not its check digit. Throws `gs1.check_digit`. */
export function requireCheckDigit(key: string, digits: string): void {
  const expected = checkDigit(digits.slice(0, -1));
  if (!digits.endsWith(expected)) {
    throw new LedgerError("gs1.check_digit", { key, value: digits, expected });
  }
}

/** Whether a Global Model Number ends in its own check pair (GS1 General Specifications §7.9.5). */
export function hasCheckPair(text: string): boolean {
  const body = text.slice(0, -2);
  if (text.length < 2 || (body && !isCset82(body)) || body.length > PAIR_PRIMES.length) {
    return false;
  }
  let total = 0;
  for (let place = 0; place < body.length; place++) {
    total += SET82.indexOf(body.charAt(place)) * (PAIR_PRIMES[body.length - 1 - place] ?? 0);
  }
  const sum = total % 1021;
  return text.slice(-2) === PAIR_CHARACTERS.charAt(sum >> 5) + PAIR_CHARACTERS.charAt(sum & 31);
}

/** Refuse a key that does not begin with the digits of a company prefix. Throws `dl.syntax`. */
export function requireCompanyPrefix(key: string, text: string): void {
  if (!/^[0-9]{4}/.test(text)) {
    throw new LedgerError("dl.syntax", { key, value: text });
  }
}

/** A GTIN of 14 digits; 8, 12 or 13 digits are padded with zeros. Throws `dl.syntax`, `gs1.check_digit`. */
export function gtin14(text: string): string {
  if (!isDigits(text) || ![8, 12, 13, 14].includes(text.length)) {
    throw new LedgerError("dl.syntax", { key: "GTIN", value: text });
  }
  requireCheckDigit("GTIN", text);
  return text.padStart(14, "0");
}
