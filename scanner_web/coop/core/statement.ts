/**
 * What the phone signs: statements (DESIGN §3.1), and proofs that it has its key (`ledger.admission`).
 *
 *     statement  = b64url(header) "." b64url(payload) "." b64url(r ‖ s)
 *     header     = RFC 8785 of {"alg", "kid", "typ", "about", "from"?, "seen"?}
 *     possession = the same with the header {"alg", "kid", "typ": "pop+jws"}; its payload is the key statement's
 *
 * A statement is read again as strictly as the ledger reads it, and remembered, before it is handed out: what would be
 * refused there is never kept here, and what others sign with this key can be told from what it signed.
 */
import { b64urlDecode, b64urlEncode, bytesEqual, utf8 } from "../../verify/encoding.ts";
import { LedgerError, orNull } from "../../verify/errors.ts";
import { isObject, type JsonObject, type JsonValue, parseJson } from "../../verify/json.ts";
import { isSignedBy, parseJwk, parseStatement, type Typ } from "../../verify/jws.ts";
import type { KEY_ROLES } from "../../verify/trust.ts";
import { canonicalJson } from "./canonical.ts";
import type { PhoneKey, PublicJwk } from "./keys.ts";

/** The newest anchored checkpoint that the signer knows; `root` in hex, as the workbook brings it. */
export interface Seen {
  readonly size: number;
  readonly root: string;
}

/** What stands in a statement's header, besides key and algorithm. */
export interface Heading {
  readonly typ: Typ;
  /** URIs, each once, in this order. */
  readonly about: readonly string[];
  /** URIs, none of them in `about`; absent or empty: nothing went in. */
  readonly from?: readonly string[];
  readonly seen?: Seen | null;
}

/** What a key statement says of a key. */
export interface KeyClaim {
  /** URI of the organisation that it speaks for. */
  readonly org: string;
  readonly jwk: PublicJwk;
  readonly role: (typeof KEY_ROLES)[number];
  readonly custody: "own" | "hosted";
  /** URI prefixes that it speaks for. */
  readonly stems: readonly string[];
  readonly action: "admit" | "revoke";
  /** ISO 8601. */
  readonly time: string;
}

const POSSESSION = "pop+jws";

/**
 * Sign a payload.
 *
 * @param payload UTF-8 JSON of an object; it is signed byte for byte.
 * Throws what the ledger would refuse it with: `statement.syntax`, `limit.size`, `limit.subjects`, `json.*`,
 * `text.not_nfc`.
 */
export async function signStatement(
  key: PhoneKey,
  heading: Heading,
  payload: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const { typ, about, from = [], seen } = heading;
  const header = {
    alg: "ES256",
    kid: key.kid,
    typ,
    about,
    ...(from.length > 0 && { from }),
    ...(seen && { seen: { size: seen.size, root: seen.root } }),
  };
  const raw = await signed(key, header, payload);
  parseStatement(raw);
  await key.note(raw);
  return raw;
}

/** An object's payload: its RFC 8785 form. */
export function payloadOf(value: JsonObject): Uint8Array<ArrayBuffer> {
  return canonicalJson(value);
}

/** The payload of a key statement, in its RFC 8785 form. */
export function keyPayload(claim: KeyClaim): Uint8Array<ArrayBuffer> {
  const { org, jwk, role, custody, stems, action, time } = claim;
  return canonicalJson({ org, jwk, role, custody, stems, action, time });
}

/** Sign a key statement's payload with the key that it admits: the request for admission. */
export function provePossession(key: PhoneKey, payload: Uint8Array<ArrayBuffer>): Promise<string> {
  return signed(key, { alg: "ES256", kid: key.kid, typ: POSSESSION }, payload);
}

/**
 * Check that the holder of the key that a payload admits has signed this payload.
 *
 * @returns the claim's key. Throws `key.unproven`, `statement.syntax`.
 */
export async function checkPossession(
  payload: Uint8Array<ArrayBuffer>,
  possession: string,
): Promise<{ readonly kid: string; readonly uri: string }> {
  const jwk = parseJwk(objectOf(payload).jwk);
  const segments = possession.split(".");
  const [header, body, signature] = segments.map((segment) => orNull(() => b64urlDecode(segment)));
  const wanted = canonicalJson({ alg: "ES256", kid: jwk.kid, typ: POSSESSION });
  const isRight =
    segments.length === 3 &&
    header &&
    body &&
    signature?.length === 64 &&
    bytesEqual(canonicalJson(objectOf(header)), wanted) &&
    bytesEqual(body, payload) &&
    (await isSignedBy(jwk, signature, utf8(possession.slice(0, possession.lastIndexOf(".")))));
  if (!isRight) throw new LedgerError("key.unproven", { kid: jwk.kid });
  return jwk;
}

/**
 * An officer's statement that admits a member's key, or ends one.
 *
 * @param payload as the holder signed it, or as the service prepared it for a revocation.
 * @param possession his proof; only a revocation needs none. Throws `key.unproven`, `statement.syntax`.
 */
export async function signKeyStatement(
  key: PhoneKey,
  payload: Uint8Array<ArrayBuffer>,
  possession: string | null,
  seen: Seen | null = null,
): Promise<string> {
  const claim = objectOf(payload);
  const { uri } = parseJwk(claim.jwk);
  if (typeof claim.org !== "string") throw new LedgerError("statement.syntax");
  if (claim.action === "admit") {
    if (possession === null) throw new LedgerError("key.unproven");
    await checkPossession(payload, possession);
  }
  return signStatement(key, { typ: "key+jws", about: [uri, claim.org], seen }, payload);
}

async function signed(key: PhoneKey, header: JsonObject, payload: Uint8Array<ArrayBuffer>): Promise<string> {
  const input = `${b64urlEncode(canonicalJson(header))}.${b64urlEncode(payload)}`;
  return `${input}.${b64urlEncode(await key.sign(utf8(input)))}`;
}

function objectOf(bytes: Uint8Array): JsonObject {
  const value: JsonValue = parseJson(bytes);
  if (!isObject(value)) throw new LedgerError("statement.syntax");
  return value;
}
