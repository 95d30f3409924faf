/**
 * Identifiers in events -> the one form under which the ledger files them (DESIGN §3.2).
 *
 *     EPC pure identity, class or pattern URN   -> canonical Digital Link
 *     a GS1 Digital Link on any host            -> canonical Digital Link
 *     something else on id.gs1.org or urn:epc:  -> refused
 *     any other URI                             -> itself, byte for byte
 *
 * A GTIN with a serial is that instance, whatever lot or variant stands beside it; a GTIN with a lot is that lot.
 */
import { orNull } from "./errors";
import { buildLink, canonicalLink, type Pair, parseLink } from "./gs1";
import { readUrn } from "./urn";

/** As Python's `re.IGNORECASE` reads the letters of `https` and `id.gs1`, those beyond ASCII included. */
const WEB = /^http[sſ]?:\/\//i;
const ON_GS1 = /^http[sſ]?:\/\/(?:[^/?#]*@)?[iIıİ]d\.g[sſ]1\.org\.?(?::\p{Nd}*)?(?:[/?#][^\n]*)?$/iu;
const MAX_KEPT = 4096;
const KEPT = new Map<string, string | null>();

/** The form of an identifier under which it is filed and compared; null for a wrong one. */
export function canonicalOrNull(uri: string): string | null {
  const kept = KEPT.get(uri);
  if (kept !== undefined) {
    return kept;
  }
  if (KEPT.size >= MAX_KEPT) {
    KEPT.clear();
  }
  const found = orNull(() => canonical(uri));
  KEPT.set(uri, found);
  return found;
}

function canonical(uri: string): string | null {
  if (uri.slice(0, 8).toLowerCase() === "urn:epc:") {
    const pairs = readUrn(uri);
    return pairs === null ? uri : buildLink(pairs);
  }
  if (!WEB.test(uri)) {
    return uri;
  }
  const link = orNull(() => parseLink(uri));
  if (link === null) {
    return ON_GS1.test(uri) ? null : uri;
  }
  const { gtin, lot, serial } = link;
  const own: Pair | null = serial !== null ? ["21", serial] : lot !== null ? ["10", lot] : null;
  return canonicalLink(gtin !== null && own !== null ? [["01", gtin], own] : link.keys);
}
