/**
 * The outbox as one JSON file: to carry it to another phone, or to keep it where a phone is full.
 *
 *     {"v": 1, "kind": "nguon-outbox", "at": ISO 8601, "slips": [Slip …], "photos": [{"href", "mediaType", "at", "bytes": base64url} …]}
 *
 * Whoever has the file can read what was recorded; he cannot change it, for each statement is signed.
 */
import { b64urlDecode, b64urlEncode } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { sha256 } from "../../verify/sha256.ts";
import { list, object, text, wrong } from "../../verify/shape.ts";
import type { Draft } from "../lines/types.ts";
import { readReceipt } from "./http.ts";
import { type Photo, type Slip, type SlipState, toldBy, type Unsigned } from "./slips.ts";

const KIND = "nguon-outbox";
const STATES: readonly SlipState[] = ["waiting", "sending", "recorded", "refused"];

/** What a file holds. */
export interface Baggage {
  /** When it was packed, ISO 8601. */
  readonly at: string;
  readonly slips: readonly Slip[];
  readonly photos: readonly Photo[];
}

/** The file's text. */
export function pack({ at, slips, photos }: Baggage): string {
  const carried = photos.map(({ href, mediaType, bytes, at: taken }) => ({
    href,
    mediaType,
    at: taken,
    bytes: b64urlEncode(bytes),
  }));
  return JSON.stringify({ v: 1, kind: KIND, at, slips, photos: carried }, null, 1);
}

/**
 * What a file's text holds. A slip that was on its way waits again; each statement is read as strictly as ever.
 *
 * Throws `import.syntax`.
 */
export function unpack(packed: string): Baggage {
  try {
    const parsed: JsonValue = JSON.parse(packed);
    const value = object(parsed);
    if (value.v !== 1 || value.kind !== KIND) wrong();
    return {
      at: text(value.at),
      slips: list(value.slips).map(object).map(slip),
      photos: list(value.photos).map(object).map(photo),
    };
  } catch (error) {
    if (!(error instanceof LedgerError) && !(error instanceof SyntaxError)) throw error;
    throw new LedgerError("import.syntax", { why: error.message });
  }
}

function slip(value: JsonObject): Slip {
  const statements = texts(value.statements);
  const hosted = list(value.hosted).map(object).map(unsigned);
  const { subjects, eventIds } = toldBy(statements, hosted);
  const state = STATES.find((known) => known === value.state) ?? wrong();
  const problem = value.problem === undefined ? null : object(value.problem);
  return {
    id: text(value.id),
    place: typeof value.place === "number" ? value.place : wrong(),
    at: text(value.at),
    draft: value.draft === null ? null : draft(value.draft),
    sentence: typeof value.sentence === "string" ? value.sentence : wrong(),
    statements,
    earlier: texts(value.earlier),
    hosted,
    possessions: texts(value.possessions),
    eventIds,
    subjects,
    photos: texts(value.photos),
    org: value.org === null ? null : text(value.org),
    state: state === "sending" ? "waiting" : state,
    tries: 0,
    due: 0,
    ...(problem && {
      problem: {
        code: text(problem.code),
        sentence: typeof problem.sentence === "string" ? problem.sentence : "",
        status: Number(problem.status),
        at: text(problem.at),
      },
    }),
    ...(value.receipts !== undefined && { receipts: list(value.receipts).map(object).map(readReceipt) }),
    ...(typeof value.fixes === "string" && { fixes: value.fixes }),
    ...(typeof value.fixedBy === "string" && { fixedBy: value.fixedBy }),
    ...(value.setAside === true && { setAside: true }),
  };
}

function unsigned(value: JsonObject): Unsigned {
  const typ = (["epcis+jws", "key+jws", "master+jws"] as const).find((known) => known === value.typ);
  const payload = text(value.payload);
  return { typ: typ ?? wrong(), about: texts(value.about), from: texts(value.from), payload };
}

function photo(value: JsonObject): Photo {
  const bytes = b64urlDecode(text(value.bytes));
  const href = text(value.href);
  if (href !== hrefOf(bytes)) wrong();
  return { href, mediaType: text(value.mediaType), bytes, at: text(value.at), sent: false };
}

/** The `ni:` URI of bytes (RFC 6920). */
export function hrefOf(bytes: Uint8Array): string {
  return `ni:///sha-256;${b64urlEncode(sha256(bytes))}`;
}

function draft(value: JsonValue | undefined): Draft {
  return isDraft(value) ? value : wrong();
}

function isDraft(value: JsonValue | undefined): value is JsonObject & Draft {
  return (
    isObject(value) &&
    typeof value.line === "string" &&
    typeof value.step === "string" &&
    typeof value.when === "string" &&
    isObject(value.answers)
  );
}

function texts(value: JsonValue | undefined): readonly string[] {
  return list(value).map(text);
}
