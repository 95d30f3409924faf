/**
 * The phone's own key: ES256, made here, and impossible to take out. What it signs, nobody else can have signed.
 *
 * A browser may evict it, or a phone be lost: then another is made and admitted, as a matter of routine. What the old
 * one signed stays as it is.
 */
import { b64urlEncode } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import { parseStatement } from "../../verify/jws.ts";
import { sha256 } from "../../verify/sha256.ts";
import { keyUri } from "../../verify/subjects.ts";
import { canonicalJson } from "./canonical.ts";
import { signedOf } from "./slips.ts";
import { persist, type Store } from "./store.ts";

/** A public P-256 key as key statements hold it. */
export type PublicJwk = {
  readonly crv: "P-256";
  readonly kty: "EC";
  readonly x: string;
  readonly y: string;
};

/** A key as it is kept. */
export interface KeptKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  /** Cannot be exported. */
  readonly secret: CryptoKey;
  /** ISO 8601. */
  readonly made: string;
}

/** A key that signs. */
export interface PhoneKey {
  /** The thumbprint (RFC 7638) with SHA-256, base64url. */
  readonly kid: string;
  readonly jwk: PublicJwk;
  /** RFC 9278. */
  readonly uri: string;
  /** ES256: r ‖ s, 64 bytes. */
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /** Remember that a statement was signed with it, before anybody else sees it: so that others' can be told. */
  note(statement: string): Promise<void>;
}

const CURRENT = "current";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/** Whether this browser can hold a key of its own; where not, a hosted one signs. */
export function canHoldKey(store: Store): boolean {
  return store.kept && globalThis.crypto?.subtle !== undefined;
}

/** The phone's key; null where none was made, or the browser has evicted it. */
export async function openKey(store: Store): Promise<PhoneKey | null> {
  const kept = await store.read((rooms) => rooms.get("key", CURRENT));
  return kept ? phoneKey(kept, store) : null;
}

/**
 * Make a key and keep it; one that was there before is kept beside it, for what it signed.
 *
 * Throws `key.unkept` where the browser cannot keep a key: then a hosted one signs. `store.full`, `store.failed`.
 */
export async function makeKey(store: Store): Promise<PhoneKey> {
  if (globalThis.crypto?.subtle === undefined) throw new LedgerError("key.unkept");
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const { x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  if (x === undefined || y === undefined) throw new LedgerError("key.unkept");
  const jwk: PublicJwk = { crv: "P-256", kty: "EC", x, y };
  const kept: KeptKey = { kid: thumbprint(jwk), jwk, secret: privateKey, made: new Date().toISOString() };
  await store.write(async (rooms) => {
    const before = await rooms.get("key", CURRENT);
    if (before) await rooms.put("key", `before ${before.kid}`, before);
    await rooms.put("key", CURRENT, kept);
  });
  await persist();
  const opened = await openKey(store); // what a browser took but cannot give back is no key
  if (opened?.kid !== kept.kid) throw new LedgerError("key.unkept");
  return opened;
}

/** The thumbprints of all keys that this phone has had, the present one included. */
export async function ownKids(store: Store): Promise<readonly string[]> {
  const kept = await store.read((rooms) => rooms.all("key"));
  return kept.map(({ kid }) => kid);
}

/** The thumbprint of a public key. */
export function thumbprint(jwk: PublicJwk): string {
  return b64urlEncode(sha256(canonicalJson(jwk)));
}

function phoneKey({ kid, jwk, secret }: KeptKey, store: Store): PhoneKey {
  return {
    kid,
    jwk,
    uri: keyUri(kid),
    sign: async (data) => new Uint8Array(await crypto.subtle.sign(SIGNING, secret, data)),
    note: async (raw) => {
      const signed = signedOf(parseStatement(raw), "", new Date().toISOString());
      try {
        await store.write((rooms) => rooms.put("signed", signed.commitment, signed));
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error; // the phone is full: the outbox tells, and keeps trying
      }
    },
  };
}
