/**
 * What a barcode holds: GS1 element strings, and the plain article numbers of retail symbols.
 *
 *     scanned = [ "]d2" / "]C1" / "]e0" / "]Q3" / "]J1" / FNC1 ] element *( [ FNC1 ] element )
 *     printed = 1*( "(" AI ")" value )           spaces and line ends mean nothing; "(" in a value is written "\("
 *     article = [ "]E0" / "]E4" / "]I0" / "]I1" ] digits
 *
 * Source: GS1 General Specifications §5 (symbols), §7.8 (processing); ISO/IEC 15424 (symbology identifiers).
 */
import { FORMATS } from "./aitable";
import { lengthOf } from "./components";
import { LedgerError } from "./errors";
import { isFixed, type Pair, requireValue } from "./gs1";
import { gtin14, isDigits } from "./keys";

const FNC1 = "\x1d";
const MAX_LENGTH = 512;
const SYMBOLS = ["]d2", "]C1", "]e0", "]Q3", "]J1"];
const ARTICLES: Readonly<Record<string, number>> = { "]E0": 13, "]E4": 8, "]I0": 14, "]I1": 14 };

/** Whether a code claims to be one: it begins as the symbols that hold them, or the print under them, do. */
export function isElementString(code: string): boolean {
  return (
    [...SYMBOLS, ...Object.keys(ARTICLES), FNC1].some((start) => code.startsWith(start)) ||
    /^[ \t\r\n\u00a0]*\([ \t\r\n\u00a0]*[0-9]/.test(code)
  );
}

/** Whether a code is digits only, as many as a GTIN may have. */
export function isArticleNumber(code: string): boolean {
  return isDigits(code) && [8, 12, 13, 14].includes(code.length);
}

/** AI and value of all that was scanned, or typed from under the bars. Throws `dl.syntax`, `gs1.check_digit`. */
export function parseElements(code: string): ReadonlyMap<string, string> {
  if (code.length > MAX_LENGTH) {
    throw new LedgerError("dl.syntax", { value: code.slice(0, MAX_LENGTH) });
  }
  const identifier = code.startsWith("]") ? code.slice(0, 3) : "";
  const data = code.slice(identifier.length);
  if (SYMBOLS.includes(identifier) || code.startsWith(FNC1)) {
    return gathered(scanned(withoutSeparator(data)));
  }
  const length = ARTICLES[identifier];
  if (length !== undefined || isArticleNumber(code)) {
    if (length !== undefined && data.length !== length) {
      throw new LedgerError("dl.syntax", { value: data });
    }
    return new Map([["01", gtin14(data)]]);
  }
  return gathered(printed(code));
}

function scanned(text: string): Pair[] {
  const elements: Pair[] = [];
  let data = text;
  while (data) {
    const ai = [2, 3, 4].map((length) => data.slice(0, length)).find((name) => FORMATS.has(name));
    if (ai === undefined) {
      throw new LedgerError("dl.syntax", { value: data });
    }
    const rest = data.slice(ai.length);
    const separator = rest.indexOf(FNC1);
    const variable = separator < 0 ? rest.length : separator;
    const end = isFixed(ai) ? lengthOf(FORMATS.get(ai) ?? "") : variable;
    elements.push([ai, rest.slice(0, end)]);
    data = withoutSeparator(rest.slice(end));
  }
  return elements;
}

function printed(text: string): Pair[] {
  const bare = text.replace(/[ \t\r\n\u00a0]+/g, "");
  const found = [...bare.matchAll(/\(([0-9]{2,4})\)((?:\\\(|[^(])+)/g)];
  if (found.reduce((length, [whole]) => length + whole.length, 0) !== bare.length) {
    throw new LedgerError("dl.syntax", { value: text });
  }
  return found.map(([, ai = "", value = ""]) => [ai, value.replaceAll("\\(", "(")]);
}

/** These elements; one that is there twice with the same value counts once. */
function gathered(elements: readonly Pair[]): ReadonlyMap<string, string> {
  const row = new Map<string, string>();
  for (const [ai, value] of elements) {
    if (!FORMATS.has(ai)) {
      throw new LedgerError("dl.syntax", { value: ai });
    }
    requireValue(ai, value);
    const known = row.get(ai);
    if (known !== undefined && known !== value) {
      throw new LedgerError("dl.syntax", { value: [known, value] });
    }
    row.set(ai, value);
  }
  if (row.size === 0) {
    throw new LedgerError("dl.syntax", { value: "" });
  }
  return row;
}

function withoutSeparator(data: string): string {
  return data.startsWith(FNC1) ? data.slice(1) : data;
}
