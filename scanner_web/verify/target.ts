/**
 * What was scanned or typed, and what it asks about (DESIGN §3.8).
 *
 *     https://{our host}/01/…      a Digital Link, as every tem carries it; a slash at its end is tolerated
 *     {our host}/01/…  /01/…       the same, typed without its beginning
 *     ]d2…  ]C1…  …                a GS1 element string, as DataMatrix and GS1-128 hold it
 *     (01)…(10)…                   the same, as printed under the bars; spaces and line ends mean nothing
 *     8936000000000  ]E0…          an article number: a product, and no lot of it
 */
import { isArticleNumber, isElementString, parseElements } from "./elements";
import { LedgerError, orNull } from "./errors";
import { buildLink, canonicalLink, lotUri as linkOfLot, parseLink } from "./gs1";

/** The lot, and the instance of it, that a code names. Without a lot it gets no verdict. */
export interface Target {
  /** 14 digits. */
  readonly gtin: string;
  readonly lot: string | null;
  readonly serial: string | null;
}

export function productUri(target: Target): string {
  return buildLink([["01", target.gtin]]);
}

export function lotUri(target: Target): string | null {
  return target.lot === null ? null : linkOfLot(target.gtin, target.lot);
}

/** Throws `dl.syntax` where the serial is none that GS1 allows. */
export function instanceUri(target: Target): string | null {
  return target.serial === null
    ? null
    : buildLink([
        ["01", target.gtin],
        ["21", target.serial],
      ]);
}

/** The target of a canonical lot URI; null when it is no lot's. */
export function targetOfUri(uri: string, serial: string | null = null): Target | null {
  const link = orNull(() => parseLink(uri));
  const isLot = link?.lot && link.serial === null && canonicalLink(link.keys) === uri;
  return isLot && link.gtin ? { gtin: link.gtin, lot: link.lot, serial } : null;
}

/** The host that a log's tem name: the origin's part before the first slash. */
export function hostOf(origin: string): string {
  return origin.split("/")[0] ?? "";
}

export function sameTarget(one: Target | null, other: Target | null): boolean {
  return one?.gtin === other?.gtin && one?.lot === other?.lot && one?.serial === other?.serial;
}

/**
 * Read a scanned or typed code.
 *
 * @param code as it came.
 * @param host our own, which a Digital Link must name and a path without one means.
 *
 * Throws `dl.syntax`, `gs1.check_digit`; `dl.host` for a code of another host.
 */
export function parseCode(code: string, host: string): Target {
  const text = code.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "").replace(/\][Qd][0-9](?=http[sſ]?:\/\/)/i, "");
  if (isElementString(text) || isArticleNumber(text)) {
    const elements = parseElements(text);
    return target(elements.get("01"), elements.get("10"), elements.get("21"));
  }
  const link = parseLink(whole(text, host), true);
  if (link.host !== host.toLowerCase()) {
    throw new LedgerError("dl.host", { host: link.host });
  }
  return target(link.gtin, link.lot, link.serial);
}

/** A Digital Link that may have been typed without its beginning. */
function whole(text: string, host: string): string {
  if (text.startsWith("/01/")) {
    return `https://${host}${text}`;
  }
  return text.toLowerCase().startsWith(`${host.toLowerCase()}/`) ? `https://${text}` : text;
}

function target(gtin?: string | null, lot?: string | null, serial?: string | null): Target {
  if (!gtin) {
    throw new LedgerError("dl.syntax");
  }
  return { gtin, lot: lot ?? null, serial: serial ?? null };
}
