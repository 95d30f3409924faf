/** GS1 numbers as an officer types them: what is wrong with one, and the next that is free. */

const PRODUCT = "https://id.gs1.org/01/";

/** What came of reading a GTIN. `digit`: what the last digit must be, where only that is wrong. */
export interface GtinRead {
  readonly gtin: string | null;
  readonly problem: "empty" | "digits" | "length" | "check" | "foreign" | "taken" | null;
  readonly digit: number | null;
}

/** The check digit that follows digits (GS1 General Specifications §7.9). */
export function checkDigit(digits: string): number {
  let sum = 0;
  for (const [place, digit] of [...digits].reverse().entries()) sum += Number(digit) * (place % 2 ? 1 : 3);
  return (10 - (sum % 10)) % 10;
}

/**
 * Read a GTIN of 8, 12, 13 or 14 digits; spaces and dashes do not count.
 *
 * @param stems what the organisation speaks for: a number outside them is `foreign`
 * @param taken GTINs of 14 digits that other products have
 */
export function readGtin(text: string, stems: readonly string[], taken: readonly string[]): GtinRead {
  const digits = text.replaceAll(/[\s.-]/g, "");
  const wrong = (problem: GtinRead["problem"], digit: number | null = null): GtinRead => ({
    gtin: null,
    problem,
    digit,
  });
  if (digits === "") return wrong("empty");
  if (!/^[0-9]+$/.test(digits)) return wrong("digits");
  if (![8, 12, 13, 14].includes(digits.length)) return wrong("length");
  const right = checkDigit(digits.slice(0, -1));
  if (right !== Number(digits.at(-1))) return wrong("check", right);
  const gtin = digits.padStart(14, "0");
  if (!stems.some((stem) => `${PRODUCT}${gtin}`.startsWith(stem))) return wrong("foreign");
  return taken.includes(gtin) ? wrong("taken") : { gtin, problem: null, digit: null };
}

/** The first GTIN of the organisation's own numbers that no product has; null where it has no numbers of its own. */
export function nextGtin(stems: readonly string[], taken: readonly string[]): string | null {
  for (const stem of stems) {
    const prefix = stem.startsWith(PRODUCT) ? stem.slice(PRODUCT.length) : "";
    if (!/^[0-9]{5,12}$/.test(prefix)) continue;
    const places = 13 - prefix.length;
    for (let item = 1; item < Math.min(10 ** places, 10_000); item++) {
      const digits = prefix + String(item).padStart(places, "0");
      const gtin = digits + checkDigit(digits);
      if (!taken.includes(gtin)) return gtin;
    }
  }
  return null;
}

/** A short code out of a name, in capitals without marks, that no other has: "Đồng Bông 2" is `DONG-BONG-2`. */
export function codeOf(name: string, taken: readonly string[], longest = 17): string {
  const plain = name
    .toUpperCase()
    .replaceAll("Đ", "D")
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const code = plain.slice(0, longest).replace(/-$/, "") || "X";
  if (!taken.includes(code)) return code;
  for (let n = 2; ; n++) {
    const numbered = `${code.slice(0, longest - String(n).length - 1)}-${n}`;
    if (!taken.includes(numbered)) return numbered;
  }
}

/** A number as people write it, comma or point; null where it is none, or not above zero. */
export function readNumber(text: string): number | null {
  const plain = text.trim().replace(/\s/g, "").replace(",", ".");
  const value = /^[0-9]+(?:\.[0-9]+)?$/.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) && value > 0 ? value : null;
}
