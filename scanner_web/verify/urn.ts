/**
 * EPC URNs: pure identities, classes and patterns, read into GS1 keys.
 *
 * Source: EPC Tag Data Standard 2.1 §6 (URNs), §7 (GS1 keys).
 */
import { LedgerError } from "./errors";
import { type Pair, percentDecode } from "./gs1";
import { checkDigit, isDigits } from "./keys";

const TEXT = /^(?:[A-Za-z0-9!'()*+,\-.:;=_$@]|%[0-9A-Fa-f]{2})*$/;
const KEYLESS = ["gid", "usdod", "adi", "bic", "imovn"];

/** The GS1 keys that a URN names; null for an EPC scheme that has no GS1 key, such as `gid`. Throws `dl.syntax`. */
export function readUrn(uri: string): readonly Pair[] | null {
  const [, form = "", scheme = "", rest = ""] =
    /^urn:epc:(id|class|idpat):([a-z]+):([^\n]+)$/.exec(uri) ?? [];
  if (form === "id" && KEYLESS.includes(scheme)) {
    return null;
  }
  const parts = (form === "idpat" ? rest.replace(/(?:\.\*)+$/, "") : rest).split(".");
  const reader = SCHEMES[`${form}:${scheme}`];
  if (reader === undefined || !parts.every((part) => TEXT.test(part))) {
    throw new LedgerError("dl.syntax", { value: uri });
  }
  return reader(new Fields(uri, parts));
}

/** The dotted fields of an EPC URN: company prefix, reference and, in some, a serial (which may hold dots). */
class Fields {
  constructor(
    private readonly uri: string,
    private readonly parts: readonly string[],
  ) {}

  /**
   * Company prefix and reference, `length` digits without the check digit, and then the check digit.
   *
   * @param hasExtension the reference's first digit goes to the front (SGTIN's indicator, SSCC's extension).
   */
  body(length: number, hasExtension = false): string {
    const [prefix, reference] = this.parts;
    if (prefix === undefined || reference === undefined || !isPrefix(prefix) || !/^[0-9]*$/.test(reference)) {
      return this.fail();
    }
    const digits = hasExtension ? reference.slice(0, 1) + prefix + reference.slice(1) : prefix + reference;
    return digits.length === length ? digits + checkDigit(digits) : this.fail();
  }

  /** Company prefix and the company's own reference, of any characters; `count` fields hold them, or all. */
  text(count?: number): string {
    const [prefix = "", ...rest] = this.parts.slice(0, count);
    const reference = rest.join(".");
    return reference && isPrefix(prefix) ? prefix + percentDecode(reference) : this.fail();
  }

  /** Everything from field `at` on. */
  serial(at = 2): string {
    return percentDecode(this.parts.slice(at).join(".") || this.fail());
  }

  digits(at: number, length: number): string {
    const text = this.parts[at] ?? "";
    return isDigits(text) && text.length === length ? text : this.fail();
  }

  /** These fields, of which there are so many. */
  whole(count: number): this {
    return this.parts.length === count ? this : this.fail();
  }

  private fail(): never {
    throw new LedgerError("dl.syntax", { value: this.uri });
  }
}

function isPrefix(text: string): boolean {
  return /^[0-9]{6,12}$/.test(text);
}

function item(fields: Fields): Pair {
  return ["01", fields.body(13, true)];
}

function place(fields: Fields): Pair[] {
  const extension = fields.serial();
  const key: Pair = ["414", fields.body(12)];
  return extension === "0" ? [key] : [key, ["254", extension]];
}

function pieces(fields: Fields): string {
  return fields.body(13, true) + fields.digits(2, 2) + fields.digits(3, 2);
}

const SCHEMES: Readonly<Record<string, (fields: Fields) => Pair[]>> = {
  "id:sgtin": (fields) => [item(fields), ["21", fields.serial()]],
  "id:sscc": (fields) => [["00", fields.whole(2).body(17, true)]],
  "id:sgln": place,
  "id:pgln": (fields) => [["417", fields.whole(2).body(12)]],
  "id:giai": (fields) => [["8004", fields.text()]],
  "id:grai": (fields) => [["8003", `0${fields.body(12)}${fields.serial()}`]],
  "id:gdti": (fields) => [["253", fields.body(12) + fields.serial()]],
  "id:sgcn": (fields) => [["255", fields.body(12) + fields.serial()]],
  "id:cpi": (fields) => [
    ["8010", fields.whole(3).text(2)],
    ["8011", fields.serial()],
  ],
  "id:itip": (fields) => [
    ["8006", pieces(fields)],
    ["21", fields.serial(4)],
  ],
  "id:gsrn": (fields) => [["8018", fields.whole(2).body(17)]],
  "id:gsrnp": (fields) => [["8017", fields.whole(2).body(17)]],
  "id:gsin": (fields) => [["402", fields.whole(2).body(16)]],
  "id:ginc": (fields) => [["401", fields.text()]],
  "id:upui": (fields) => [item(fields), ["235", fields.serial()]],
  "class:lgtin": (fields) => [item(fields), ["10", fields.serial()]],
  "idpat:sgtin": (fields) => [item(fields.whole(2))],
  "idpat:sgln": (fields) => [["414", fields.whole(2).body(12)]],
  "idpat:grai": (fields) => [["8003", `0${fields.whole(2).body(12)}`]],
  "idpat:gdti": (fields) => [["253", fields.whole(2).body(12)]],
  "idpat:sgcn": (fields) => [["255", fields.whole(2).body(12)]],
  "idpat:cpi": (fields) => [["8010", fields.whole(2).text()]],
  "idpat:itip": (fields) => [["8006", pieces(fields.whole(4))]],
};
