/**
 * A signature on the label itself, in GS1 AI (8030): without network a phone tells a forgery by it, never a copy.
 *
 *     link    = Digital Link "?8030=" value
 *     value   = first 4 characters of the kid ‖ base64url, no padding, of r ‖ s                90 characters
 *     signed  = "nguon digsig v1" 0x00 ‖ GTIN (14 digits) ‖ u8 length ‖ lot ‖ u8 length ‖ serial   for a tem
 *               "nguon digsig v1" 0x01 ‖ SSCC (18 digits)                                       for a carton or pallet
 *
 * What it proves: that the holder of that key made a label with these numbers. Not that this is the only one, nor that
 * the goods are those that were labelled, nor that nothing was recalled since: only asking tells.
 */
import { b64urlDecode, concat, utf8 } from "./encoding";
import { LedgerError, orNull } from "./errors";
import { canonicalLink, type DigitalLink, lotUri, parseLink } from "./gs1";
import { isSignedBy } from "./jws";
import { type KeyRecord, speaksFor } from "./trust";

const HINT_LENGTH = 4;
const VALUE_LENGTH = 90;

/** A label whose signature holds. */
export interface Sealed {
  /** That signed it. */
  readonly key: KeyRecord;
  /** What it names, in canonical form: the instance of a lot, or the logistic unit. */
  readonly uri: string;
  /** URI of the lot; null for a logistic unit. */
  readonly lot: string | null;
}

/**
 * Check the signature on a label against the keys that are known, asking nobody.
 *
 * @param code the Digital Link as it was scanned.
 * @param keys known ones, revoked ones included.
 * @param host that our labels name; a true signature on a link to elsewhere is no label of ours. Null: any.
 *
 * Throws `dl.syntax`, `gs1.check_digit`, `dl.host`; `digsig.missing`, `digsig.malformed`; `digsig.unknown_key` (no known key has
 * this hint); `digsig.forged`; `digsig.foreign` (the key does not speak for the lot); `digsig.revoked` (the label may be
 * from before that, which only asking tells).
 */
export async function checkSeal(
  code: string,
  keys: Iterable<KeyRecord>,
  host: string | null = null,
): Promise<Sealed> {
  const link = parseLink(code, true);
  if (host !== null && link.host !== host.toLowerCase()) {
    throw new LedgerError("dl.host", { host: link.host });
  }
  const value = link.attributes.get("8030");
  if (value === undefined) {
    throw new LedgerError("digsig.missing");
  }
  const message = signedBy(link);
  const hint = value.slice(0, HINT_LENGTH);
  const signature = orNull(() => b64urlDecode(value.slice(HINT_LENGTH)));
  if (value.length !== VALUE_LENGTH || signature?.length !== 64) {
    throw new LedgerError("digsig.malformed");
  }
  const hinted = [...keys].filter(({ kid }) => kid.startsWith(hint));
  if (hinted.length === 0) {
    throw new LedgerError("digsig.unknown_key", { hint });
  }
  const holds = await Promise.all(hinted.map(({ jwk }) => isSignedBy(jwk, signature, message)));
  const key = hinted.find((_, place) => holds[place]);
  if (key === undefined) {
    throw new LedgerError("digsig.forged");
  }
  const { org, kid } = key;
  const lot = link.gtin && link.lot ? lotUri(link.gtin, link.lot) : null;
  if (lot !== null && !speaksFor(key, lot)) {
    throw new LedgerError("digsig.foreign", { org, uri: lot });
  }
  if (key.revoked !== null) {
    throw new LedgerError("digsig.revoked", { org, kid });
  }
  return { key, uri: canonicalLink(link.keys), lot };
}

/** What the signature on this code must be over. */
function signedBy({ gtin, lot, serial, keys: [first] }: DigitalLink): Uint8Array<ArrayBuffer> {
  const domain = utf8("nguon digsig v1");
  if (gtin && lot && serial) {
    const parts = [lot, serial].map((text) => concat(Uint8Array.of(utf8(text).length), utf8(text)));
    return concat(domain, Uint8Array.of(0), utf8(gtin), ...parts);
  }
  if (first?.[0] !== "00") {
    throw new LedgerError("digsig.malformed");
  }
  return concat(domain, Uint8Array.of(1), utf8(first[1]));
}
