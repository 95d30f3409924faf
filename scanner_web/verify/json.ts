/**
 * JSON as every strict reader understands it alike (DESIGN §3.1; RFC 8259, RFC 7493 §2).
 *
 * Refused: a duplicate member, a byte order mark, anything after the value, a lone surrogate, more than 200 levels, text
 * that is not NFC, integers beyond ±(2^53 - 1), other numbers that are not finite. `JSON.parse` would keep the last of
 * two members silently. `1.0` is no integer: `integer` knows.
 *
 * Errors of syntax name the line and the column (in bytes) that the ledger's own reader, jiter, names.
 */
import { LedgerError } from "./errors";
import { decodeEscaped, decodeText, ESCAPES, isNfc, LATIN } from "./jsontext";

/** A JSON value as the strict parser gives it; objects have no prototype. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

const MAX_DEPTH = 200;
const MAX_DIGITS = 4300;
/** Containers -> the names or places in them whose number was written as a float, though it is integral. */
const FLOATS = new WeakMap<object, Set<string | number>>();

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is an integer; undefined for anything else, also for `1.0`. */
export function integer(container: JsonObject, name: string): number | undefined {
  const value = container[name];
  return typeof value === "number" && Number.isInteger(value) && !FLOATS.get(container)?.has(name)
    ? value
    : undefined;
}

/**
 * The value of a JSON text in UTF-8.
 *
 * Throws `json.syntax`, `json.duplicate_member` and `json.number_range` with `line` and `column`; `json.number_range`
 * and `text.not_nfc` without, for what is right in form.
 */
export function parseJson(data: Uint8Array): JsonValue {
  return new Parser(data).parse();
}

class Parser {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  /** The first thing that is right in form and yet refused: said after the syntax of all. */
  private refused: string | undefined;

  constructor(private readonly data: Uint8Array) {
    this.text = LATIN.decode(data);
  }

  parse(): JsonValue {
    this.skipSpace();
    const value = this.value();
    this.skipSpace();
    if (this.at < this.data.length) {
      this.fail(this.at);
    }
    if (this.refused !== undefined) {
      throw new LedgerError(this.refused);
    }
    return value;
  }

  /** The value that begins here. */
  private value(): JsonValue {
    const begin = this.text[this.at];
    switch (begin) {
      case '"':
        return this.string();
      case "{":
        return this.object();
      case "[":
        return this.array();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return begin === "-" || isDigit(begin) ? this.number().value : this.fail(this.at);
    }
  }

  private word<T>(word: string, value: T): T {
    for (const letter of word) {
      if (this.text[this.at] !== letter) {
        this.fail(this.at);
      }
      this.at++;
    }
    return value;
  }

  private array(): JsonValue {
    const items: JsonValue[] = [];
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === "]") {
      this.at++;
      return items;
    }
    if (this.at < this.data.length) {
      this.enter();
    }
    for (;;) {
      items.push(this.member(items, items.length));
      if (!this.goesOn("]")) {
        return items;
      }
    }
  }

  private object(): JsonValue {
    const members: Record<string, JsonValue> = Object.create(null);
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === "}") {
      this.at++;
      return members;
    }
    let isFirst = true;
    for (;;) {
      if (this.text[this.at] !== '"') {
        this.fail(this.at);
      }
      const name = this.string();
      this.skipSpace();
      if (this.text[this.at] !== ":") {
        this.fail(this.at);
      }
      this.at++;
      if (name in members) {
        this.fail(this.at, "json.duplicate_member");
      }
      this.skipSpace();
      if (isFirst && this.at < this.data.length) {
        this.enter();
      }
      isFirst = false;
      members[name] = this.member(members, name);
      if (!this.goesOn("}")) {
        return members;
      }
    }
  }

  /** The value of a member or item; a float that is integral is noted as such. */
  private member(container: object, name: string | number): JsonValue {
    const begin = this.text[this.at];
    if (begin !== "-" && !isDigit(begin)) {
      return this.value();
    }
    const { value, isFloat } = this.number();
    if (isFloat && Number.isInteger(value)) {
      const names = FLOATS.get(container) ?? new Set();
      FLOATS.set(container, names.add(name));
    }
    return value;
  }

  private enter(): void {
    if (this.depth++ === MAX_DEPTH) {
      this.fail(this.at);
    }
  }

  /** Whether another item follows; after the last one, what is open ends. */
  private goesOn(end: string): boolean {
    this.skipSpace();
    const next = this.text[this.at];
    if (next === end) {
      this.at++;
      this.depth--;
      return false;
    }
    if (next !== ",") {
      this.fail(this.at);
    }
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === end) {
      this.fail(this.at);
    }
    return true;
  }

  private number(): { value: number; isFloat: boolean } {
    const start = this.at;
    if (this.text[this.at] === "-") {
      this.at++;
    }
    const first = this.at;
    this.digits();
    const count = this.at - first;
    if (count > 1 && this.text[first] === "0") {
      this.fail(first + 1);
    }
    if (count > MAX_DIGITS) {
      this.fail(first + MAX_DIGITS + 1, "json.number_range");
    }
    let isFloat = false;
    if (this.text[this.at] === ".") {
      isFloat = true;
      this.at++;
      this.digits();
    }
    if (this.text[this.at] === "e" || this.text[this.at] === "E") {
      isFloat = true;
      this.at++;
      if (this.text[this.at] === "+" || this.text[this.at] === "-") {
        this.at++;
      }
      this.digits();
    }
    const value = Number(this.text.slice(start, this.at));
    if (isFloat ? !Number.isFinite(value) : !Number.isSafeInteger(value)) {
      this.refused ??= "json.number_range";
    }
    return { value: isFloat ? value : value + 0, isFloat };
  }

  /** One digit or more. */
  private digits(): void {
    const start = this.at;
    while (isDigit(this.text[this.at])) {
      this.at++;
    }
    if (this.at === start) {
      this.fail(this.at);
    }
  }

  private string(): string {
    const start = ++this.at;
    let isAscii = true;
    let isPlain = true;
    for (;;) {
      const unit = this.data[this.at];
      if (unit === undefined || unit < 0x20) {
        this.fail(this.at);
      }
      if (unit === 0x22) {
        break;
      }
      isAscii &&= unit < 0x80;
      if (unit === 0x5c) {
        isPlain = false;
        this.escape();
      } else {
        this.at++;
      }
    }
    const end = this.at++;
    if (isPlain && isAscii) {
      return this.text.slice(start, end);
    }
    const text = isPlain ? decodeText(this.data.subarray(start, end)) : decodeEscaped(this.data, start, end);
    if (typeof text === "number") {
      return this.fail(start + text);
    }
    if (!isNfc(text)) {
      this.refused ??= "text.not_nfc";
    }
    return text;
  }

  /** Pass over an escape, which must be one; a leading surrogate with the trailing one after it. */
  private escape(): void {
    this.at++;
    const mark = this.text[this.at];
    if (mark !== "u") {
      if (mark === undefined || !(mark in ESCAPES)) {
        this.fail(this.at);
      }
      this.at++;
      return;
    }
    const unit = this.hexUnit();
    if (unit >= 0xdc00 && unit <= 0xdfff) {
      this.fail(this.at);
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
      if (this.text[this.at + 1] !== "\\") {
        this.fail(this.at + 1);
      }
      if (this.text[this.at + 2] !== "u") {
        this.fail(this.at + 2);
      }
      this.at += 2;
      const trailing = this.hexUnit();
      if (trailing < 0xdc00 || trailing > 0xdfff) {
        this.fail(this.at);
      }
    }
    this.at++;
  }

  /** The four digits after the `u` here; ends on the last of them. */
  private hexUnit(): number {
    if (this.at + 5 > this.data.length) {
      this.fail(this.data.length);
    }
    for (let place = 1; place <= 4; place++) {
      if (!/[0-9A-Fa-f]/.test(this.text.charAt(this.at + place))) {
        this.fail(this.at + place);
      }
    }
    this.at += 4;
    return Number.parseInt(this.text.slice(this.at - 3, this.at + 1), 16);
  }

  private skipSpace(): void {
    for (;;) {
      const unit = this.data[this.at];
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) {
        return;
      }
      this.at++;
    }
  }

  /** Refuse what stands at a place, named as jiter names it. */
  private fail(place: number, code = "json.syntax"): never {
    const isInside = place < this.data.length;
    const lines = this.text.slice(0, isInside ? place + 1 : this.data.length).split("\n");
    throw new LedgerError(code, { line: lines.length, column: lines.at(-1)?.length ?? 0 });
  }
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
