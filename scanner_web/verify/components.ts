/**
 * What the value of an application identifier must look like, written as a row of components.
 *
 *     n14    exactly 14 digits           n..8    1 to 8 digits
 *     x..20  1 to 20 of CSET 82          y..30   1 to 30 of CSET 39        z..90  1 to 90 of base64url
 *     [x..17]  may be absent             +check  what else must hold of the part
 *
 * Source: GS1 Barcode Syntax Dictionary, release 2026-01-27, and the checks ("linters") that it names.
 */
import { isDay } from "./dates";
import { LedgerError } from "./errors";
import { hasCheckPair, isCset39, isCset82, isDigits, requireCheckDigit, requireCompanyPrefix } from "./keys";

const KINDS: Readonly<Record<string, (text: string) => boolean>> = {
  n: isDigits,
  x: isCset82,
  y: isCset39,
  z: (text) => /^[A-Za-z0-9_\-=]+$/.test(text),
};

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = {
  zero: (text) => text === "0",
  some: (text) => Number(text) > 0,
  unpadded: (text) => !text.startsWith("0"),
  mixed: (text) => !isDigits(text),
  hyphen: (text) => text === "-",
  yesno: (text) => /^[01]$/.test(text),
  sex: (text) => /^[0129]$/.test(text),
  winding: (text) => /^[019]$/.test(text),
  medium: (text) => (Number(text) >= 1 && Number(text) <= 10) || Number(text) >= 80,
  country: (text) => /^[A-Z]+$/.test(text),
  latitude: (text) => Number(text) <= 1_800_000_000,
  longitude: (text) => Number(text) <= 3_600_000_000,
  importer: (text) => /^[-0-9A-Z_a-z]$/.test(text),
  escaped: (text) => !/%(?![0-9A-Fa-f]{2})/.test(text),
  day: isDate,
  month: (text) => isDate(text.endsWith("00") ? `${text.slice(0, 4)}01` : text),
  birthday: (text) => Number(text.slice(0, 4)) > 0 && isYearDate(Number(text.slice(0, 4)), text.slice(4)),
  time: (text) => Number(text.slice(0, 2)) < 24 && Number(text.slice(2)) < 60,
  hour: (text) => Number(text) < 24,
  sixty: (text) => Number(text) < 60,
  pieces: (text) => Number(text.slice(0, 2)) >= 1 && Number(text.slice(0, 2)) <= Number(text.slice(2)),
  sequence: (text) => /^[1-9]\/[1-9]$/.test(text) && text.charAt(0) <= text.charAt(2),
  iban: isIban,
  pair: hasCheckPair,
};

/** Characters of a value whose components are all of known length. */
export function lengthOf(format: string): number {
  return read(format).reduce((length, { most }) => length + most, 0);
}

/** Refuse a value that is not such a row of components. Throws `dl.syntax`, `gs1.check_digit`. */
export function requireFormat(key: string, value: string, format: string): void {
  let rest = value;
  for (const { kind, least, most, isOptional, checks } of read(format)) {
    const part = rest.slice(0, most);
    rest = rest.slice(most);
    if (!part && isOptional) {
      continue;
    }
    if (part.length < least || !kind(part)) {
      throw new LedgerError("dl.syntax", { key, value });
    }
    for (const check of checks) {
      requireCheck(key, value, part, check);
    }
  }
  if (rest) {
    throw new LedgerError("dl.syntax", { key, value });
  }
}

function requireCheck(key: string, value: string, part: string, check: string): void {
  if (check === "csum") {
    requireCheckDigit(key, part);
  } else if (check === "gcp") {
    requireCompanyPrefix(key, part);
  } else if (!CHECKS[check]?.(part)) {
    throw check === "pair"
      ? new LedgerError("gs1.check_digit", { key, value })
      : new LedgerError("dl.syntax", { key, value, part });
  }
}

interface Component {
  readonly kind: (text: string) => boolean;
  readonly least: number;
  readonly most: number;
  readonly isOptional: boolean;
  readonly checks: readonly string[];
}

function read(format: string): Component[] {
  return format.split(" ").map((text) => {
    const [bare = "", ...checks] = text.replace(/[[\]]/g, "").split("+");
    const most = Number(bare.replace(/\D/g, ""));
    return {
      kind: KINDS[bare.charAt(0)] ?? isDigits,
      least: bare.includes("..") ? 1 : most,
      most,
      isOptional: text.startsWith("["),
      checks,
    };
  });
}

/** YYMMDD of this century. */
function isDate(text: string): boolean {
  return isYearDate(2000 + Number(text.slice(0, 2)), text.slice(2));
}

function isYearDate(year: number, text: string): boolean {
  return isDay(year, Number(text.slice(0, 2)), Number(text.slice(2)));
}

function isIban(text: string): boolean {
  if (!/^[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}$/.test(text)) {
    return false;
  }
  const digits = (text.slice(4) + text.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(Number.parseInt(letter, 36)),
  );
  return BigInt(digits) % 97n === 1n;
}
