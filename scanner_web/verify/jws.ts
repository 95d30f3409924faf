/**
 * Statements: strict JWS compact serialization, ES256 only (DESIGN §3.1, RFC 7515, RFC 7638).
 *
 *     statement = b64url(header) "." b64url(payload) "." b64url(signature)
 *     header    = {"alg": "ES256", "kid": thumbprint, "typ": typ, "about": [URI …], "from"?: [URI …], "seen"?: {…}}
 *     typ       = "epcis+jws" | "key+jws" | "master+jws"
 *     seen      = {"size": n, "root": hex}
 */
import { es256 } from "./crypto";
import { b64urlDecode, b64urlEncode, concat, utf8 } from "./encoding";
import { LedgerError, orNull } from "./errors";
import { integer, isObject, type JsonObject, type JsonValue, parseJson } from "./json";
import { sha256 } from "./sha256";
import { hash } from "./shape";
import { keyUri, subjectKeys } from "./subjects";

const MAX_STATEMENT = 65_536;
const MAX_SUBJECTS = 255;
const HEADER_MEMBERS = ["alg", "kid", "typ", "about", "from", "seen"];
const PRIME = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const CURVE_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** What a payload is: an event, a key, a description. */
export type Typ = "epcis+jws" | "key+jws" | "master+jws";

/** The kind of the leaf that commits to such a statement (DESIGN §3.3). */
export const KINDS: Readonly<Record<Typ, 1 | 2 | 4>> = { "epcis+jws": 1, "key+jws": 2, "master+jws": 4 };

/** A public P-256 key, on the curve. */
export interface Jwk {
  /** The point's coordinates, 32 bytes each. */
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  /** The thumbprint (RFC 7638) with SHA-256, base64url. */
  readonly kid: string;
  /** The key's URI (RFC 9278). */
  readonly uri: string;
}

/** The newest anchored checkpoint that the signer knew: he signed not before it. */
export interface Seen {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A statement's protected header, without the constant `alg`. */
export interface Header {
  readonly kid: string;
  readonly typ: Typ;
  readonly about: readonly string[];
  /** Empty where absent. */
  readonly from: readonly string[];
  readonly seen: Seen | null;
}

/** A parsed statement. */
export interface Statement {
  /** The JWS as it stands in the log. */
  readonly raw: string;
  readonly header: Header;
  readonly payload: JsonObject;
  /** The payload's segment, base64url. */
  readonly payloadSegment: string;
  /** 64 bytes. */
  readonly signature: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the statement's ASCII bytes: what the leaf commits to. */
  readonly commitment: Uint8Array;
  /** The subject keys that the leaf must hold, strictly rising. */
  readonly subjectKeys: readonly Uint8Array[];
}

/** Read a JWK (RFC 7517); members that are not needed are ignored. Throws `statement.syntax`. */
export function parseJwk(value: JsonValue | undefined): Jwk {
  if (isObject(value) && value.kty === "EC" && value.crv === "P-256" && !("d" in value)) {
    const { x: x64, y: y64 } = value;
    if (typeof x64 === "string" && typeof y64 === "string") {
      const [x, y] = [x64, y64].map(segment);
      if (x && y && isOnCurve(x, y)) {
        const kid = b64urlEncode(sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${x64}","y":"${y64}"}`)));
        return { x, y, kid, uri: keyUri(kid) };
      }
    }
  }
  throw wrong();
}

/** Read a statement. Throws `statement.syntax`, `limit.size`, `limit.subjects`, and what `parseJson` throws. */
export function parseStatement(raw: string): Statement {
  if (!/^[\0-\x7f]*$/.test(raw)) {
    throw wrong();
  }
  if (raw.length > MAX_STATEMENT) {
    throw new LedgerError("limit.size", { size: raw.length, limit: MAX_STATEMENT });
  }
  const segments = raw.split(".");
  const [head, body, signature] = segments.length === 3 ? segments.map(segment) : [];
  if (!head || !body || signature?.length !== 64) {
    throw wrong();
  }
  const header = readHeader(parseJson(head));
  const payload = parseJson(body);
  if (!isObject(payload)) {
    throw wrong();
  }
  return {
    raw,
    header,
    payload,
    payloadSegment: segments[1] ?? "",
    signature,
    commitment: sha256(utf8(raw)),
    subjectKeys: subjectKeys(header.typ === "master+jws", header.about, header.from, header.kid),
  };
}

/** Says of statements whether a key has signed them. */
export function signatureCheck(jwk: Jwk): (statement: Statement) => Promise<boolean> {
  const check = es256(pointOf(jwk));
  return ({ raw, signature }) => check(signature, utf8(raw.slice(0, raw.lastIndexOf("."))));
}

/** Whether a key has signed some bytes, with r ‖ s. */
export function isSignedBy(
  jwk: Jwk,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return es256(pointOf(jwk))(signature, data);
}

function pointOf({ x, y }: Jwk): Uint8Array<ArrayBuffer> {
  return concat(Uint8Array.of(4), x, y);
}

function readHeader(value: JsonValue): Header {
  if (!isObject(value) || Object.keys(value).some((name) => !HEADER_MEMBERS.includes(name))) {
    throw wrong();
  }
  const { alg, kid, typ } = value;
  if (alg !== "ES256" || !isTyp(typ) || typeof kid !== "string" || segment(kid)?.length !== 32) {
    throw wrong();
  }
  const about = uris(value.about);
  const from = "from" in value ? uris(value.from) : [];
  if (
    about.some((uri) => from.includes(uri)) ||
    (typ === "master+jws" && about.length !== 1) ||
    (typ !== "epcis+jws" && from.length > 0)
  ) {
    throw wrong();
  }
  const header = { kid, typ, about, from, seen: "seen" in value ? seen(value.seen) : null };
  if (about.length + from.length + 1 > MAX_SUBJECTS) {
    throw new LedgerError("limit.subjects");
  }
  return header;
}

function isTyp(value: JsonValue | undefined): value is Typ {
  return typeof value === "string" && Object.hasOwn(KINDS, value);
}

function uris(value: JsonValue | undefined): readonly string[] {
  const listed = Array.isArray(value) ? value : [];
  const found = new Set(listed.filter((uri): uri is string => typeof uri === "string" && uri !== ""));
  if (listed.length === 0 || found.size !== listed.length) {
    throw wrong();
  }
  return [...found];
}

function seen(value: JsonValue | undefined): Seen {
  const found = isObject(value) && Object.keys(value).length === 2 ? value : {};
  const root = orNull(() => hash(found.root));
  const size = integer(found, "size") ?? 0;
  if (!root || size < 1) {
    throw wrong();
  }
  return { size, root };
}

function segment(text: string): Uint8Array<ArrayBuffer> | null {
  return orNull(() => b64urlDecode(text));
}

/** y² = x³ - 3x + b (SEC 2 §2.4.2). */
function isOnCurve(xBytes: Uint8Array, yBytes: Uint8Array): boolean {
  const [x, y] = [toBigInt(xBytes), toBigInt(yBytes)];
  const isInField = xBytes.length === 32 && yBytes.length === 32 && x < PRIME && y < PRIME;
  return isInField && (y * y - x * x * x + 3n * x - CURVE_B) % PRIME === 0n;
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function wrong(): LedgerError {
  return new LedgerError("statement.syntax");
}
