/**
 * What becomes of a code that was read: the one place that decides, and it opens nothing but our own pages.
 *
 *     ours, with a lot     page      /01/{gtin}/10/{lot}[/21/{serial}] on this very origin
 *     ours, an SSCC        pallet    /00/{sscc} on this very origin
 *     an article number    product   asks for the tem: it names no lot
 *     a wrong check digit  misread   names the place
 *     a web address        foreign or lookalike, spelled out
 *     anything else        other
 */

import { LedgerError, orNull } from "../verify/errors.ts";
import { parseLink } from "../verify/gs1.ts";
import { parseCode, type Target } from "../verify/target.ts";
import { type HostFinding, hostOf } from "./host.ts";
import { hasCheckDigit } from "./typing.ts";

/** What a decoder read. `symbol` is its ISO/IEC 15424 identifier (`]d2`) where the decoder tells it, else empty. */
export interface Read {
  readonly text: string;
  readonly format: "qr_code" | "data_matrix" | "ean_13" | "code_128" | "typed";
  readonly symbol: string;
}

/**
 * A page of our own. `path` begins with a slash and belongs to this origin. `signed`: the Digital Link where it bears a
 * signature of its own (GS1 AI 8030), which can be checked without a network; else null.
 */
export type Opening = { readonly path: string; readonly signed: string | null } & (
  | { readonly kind: "page"; readonly target: Target }
  | { readonly kind: "pallet"; readonly sscc: string }
);

/** What to do about it. */
export type Decision =
  | Opening
  | { readonly kind: "product"; readonly gtin: string }
  | { readonly kind: "misread"; readonly at: number; readonly text: string }
  | { readonly kind: "foreign" | "lookalike"; readonly finding: HostFinding; readonly text: string }
  | { readonly kind: "other"; readonly text: string };

const FNC1 = "\x1d";
const GS1_SYMBOLS = /^\](?:d2|C1|e0|Q3|J1)/;
const SSCC_ELEMENT = /^00([0-9]{18})/;
const SSCC_PRINTED = /^\s*\(\s*00\s*\)\s*([0-9\s]+)(?:\(|$)/;
const SSCC_LINK = /^\/00\/([0-9]{18})\/?$/;
const SSCC_LENGTH = 18;
const PLAIN_ELEMENTS = /^(?:01[0-9]{14}|00[0-9]{18})/;

/**
 * Decide about one code.
 *
 * @param read - what was read or typed
 * @param host - our own host, as our tem name it
 */
export function decide(read: Read, host: string): Decision {
  const code = scanned(read);
  const sscc = ssccOf(code, host);
  if (sscc !== null) {
    if (hasCheckDigit(sscc)) return { kind: "pallet", path: `/00/${sscc}`, sscc, signed: signedLink(code) };
    return { kind: "misread", at: SSCC_LENGTH, text: sscc };
  }
  try {
    const target = parseCode(code, host);
    if (target.lot === null) return { kind: "product", gtin: target.gtin };
    return { kind: "page", path: pathOf(target), target, signed: signedLink(code) };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return refused(error, code, host);
  }
}

/** The path of a target's page; every byte but the unreserved is escaped (RFC 3986). */
export function pathOf(target: Target): string {
  let path = `/01/${target.gtin}`;
  if (target.lot !== null) path += `/10/${escaped(target.lot)}`;
  return target.serial === null ? path : `${path}/21/${escaped(target.serial)}`;
}

/** The same decision twice is one: what to tell codes in a picture apart by. */
export function sameness(decision: Decision): string {
  if (decision.kind === "page" || decision.kind === "pallet") return decision.path;
  return `${decision.kind} ${decision.kind === "product" ? decision.gtin : decision.text}`;
}

/** A code as a scanner gives it: decoders that drop a symbol's identifier get one where its content shows it. */
function scanned(read: Read): string {
  const text = read.text;
  if (GS1_SYMBOLS.test(read.symbol)) return `${read.symbol}${text.startsWith(FNC1) ? text.slice(1) : text}`;
  const carrier = read.format === "code_128" ? "]C1" : read.format === "data_matrix" ? "]d2" : "";
  if (!carrier || text.startsWith("]")) return text;
  if (text.startsWith(FNC1)) return carrier + text.slice(1);
  const plain = PLAIN_ELEMENTS.exec(text);
  return !read.symbol && plain && hasCheckDigit(plain[0].slice(2)) ? carrier + text : text;
}

function ssccOf(code: string, host: string): string | null {
  const symbol = GS1_SYMBOLS.exec(code)?.[0] ?? (code.startsWith(FNC1) ? FNC1 : null);
  const element = symbol === null ? null : SSCC_ELEMENT.exec(code.slice(symbol.length));
  if (element) return element[1] ?? null;
  const printed = SSCC_PRINTED.exec(code)?.[1]?.replaceAll(/\s/g, "");
  if (printed?.length === SSCC_LENGTH) return printed;
  if (/^\/00\//.test(code)) return SSCC_LINK.exec(code)?.[1] ?? null;
  const finding = hostOf(code, host);
  return finding?.kind === "ours" ? (SSCC_LINK.exec(new URL(code.trim()).pathname)?.[1] ?? null) : null;
}

function signedLink(code: string): string | null {
  const text = code.trim().replace(/^\][Qd][0-9](?=http)/i, "");
  const link = /^https?:/i.test(text) ? text : `https://${text}`;
  return orNull(() => parseLink(link, true).attributes.has("8030")) ? link : null;
}

function refused(error: LedgerError, code: string, host: string): Decision {
  const finding = hostOf(code, host);
  if (finding && finding.kind !== "ours") return { kind: finding.kind, finding, text: code };
  const value = error.params.value;
  if (error.code === "gs1.check_digit" && typeof value === "string") {
    return { kind: "misread", at: value.length, text: value };
  }
  return { kind: "other", text: code };
}

function escaped(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
