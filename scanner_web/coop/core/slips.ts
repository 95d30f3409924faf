/** What is recorded on the phone, as it is kept: slips, what they were signed with, photos. */
import { hexEncode } from "../../verify/encoding.ts";
import { parseStatement, type Statement, type Typ } from "../../verify/jws.ts";
import type { Draft } from "../lines/types.ts";

/** `waiting`: on the phone. `sending`: on its way, or was when the app ended. `recorded`: receipts checked. `refused`: not taken, and why. */
export type SlipState = "waiting" | "sending" | "recorded" | "refused";

/** Why something was not done, as the service said it. */
export interface Problem {
  readonly code: string;
  /** A whole sentence in the reader's language; empty where only the code is known. */
  readonly sentence: string;
  /** HTTP status; 0 where nobody answered. */
  readonly status: number;
  /** ISO 8601. */
  readonly at: string;
}

/** The log's signed promise to hold an entry, as the service answers it. */
export interface Receipt {
  readonly index: number;
  /** Base64. */
  readonly leaf: string;
  /** C2SP tlog-proof. */
  readonly proof: string;
  /** It had been sent before; this is the first entry. */
  readonly duplicate: boolean;
}

/** What a hosted key is asked to sign. */
export interface Unsigned {
  readonly typ: Typ;
  readonly about: readonly string[];
  readonly from: readonly string[];
  /** UTF-8 JSON of an object. */
  readonly payload: string;
}

/** What is to be recorded together: all of it or nothing. */
export interface NewSlip {
  /** The answer sheet; null for what no step made (a product, a key, a recall). */
  readonly draft: Draft | null;
  /** Read back on every screen that shows the slip. */
  readonly sentence: string;
  /** JWS, signed by this phone; none where a hosted key signs. */
  readonly statements: readonly string[];
  readonly hosted?: readonly Unsigned[];
  /** For each key that a statement admits, its holder's proof. */
  readonly possessions?: readonly string[];
  /** `ni:` URIs of photos that `Outbox.addPhoto` has kept. */
  readonly photos?: readonly string[];
  /** `/417/` URI of whom it is recorded for: sent only in a session of this organisation. */
  readonly org?: string | null;
  /** The refused or recorded slip that this one puts right. */
  readonly fixes?: string;
}

/** What was recorded on this phone. It is never deleted, and its statements never change. */
export interface Slip {
  readonly id: string;
  /** Where it stands in the order of sending. */
  readonly place: number;
  /** When it was recorded here, ISO 8601. */
  readonly at: string;
  readonly draft: Draft | null;
  readonly sentence: string;
  readonly statements: readonly string[];
  /** What stood in their place before they were signed anew with another key. */
  readonly earlier: readonly string[];
  readonly hosted: readonly Unsigned[];
  readonly possessions: readonly string[];
  readonly eventIds: readonly string[];
  /** All that the statements name: slips that share one are sent in order. */
  readonly subjects: readonly string[];
  readonly photos: readonly string[];
  readonly org: string | null;
  readonly state: SlipState;
  /** How often it was sent. */
  readonly tries: number;
  /** Not to be sent again before, milliseconds since 1970. */
  readonly due: number;
  /** Why it was refused, or not sent the last time. */
  readonly problem?: Problem;
  /** Code of what is wrong with a receipt that came for it: somebody must look at it. */
  readonly alarm?: string;
  readonly receipts?: readonly Receipt[];
  readonly fixes?: string;
  readonly fixedBy?: string;
  /** A refused slip that nobody wants any more: it holds nothing back. */
  readonly setAside?: boolean;
  /** The phone had no room: it is in this page only, until it could be kept or was recorded. */
  readonly unkept?: boolean;
}

/** A photo that is still to be sent, or that a slip waiting to be sent names. */
export interface Photo {
  /** `ni:///sha-256;…` of its bytes. */
  readonly href: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When it was taken in, ISO 8601. */
  readonly at: string;
  readonly sent: boolean;
  /** Code of why the service does not take it: its slip goes without it. */
  readonly refused?: string;
}

/** A statement that this phone signed. */
export interface Signed {
  /** SHA-256 of the statement, hex: the leaf's commitment. */
  readonly commitment: string;
  readonly kid: string;
  /** ISO 8601. */
  readonly at: string;
  readonly slip: string;
  /** Its entry in the log, once a receipt for it was checked. */
  readonly index?: number;
  /** The leaf that the receipt promised, base64. */
  readonly leaf?: string;
  /** Size of the anchored checkpoint that was seen to hold it: the promise is kept. */
  readonly anchored?: number;
}

/** What a slip must know of its statements. */
export interface Told {
  readonly statements: readonly Statement[];
  readonly subjects: readonly string[];
  readonly eventIds: readonly string[];
}

/** What statements, and what a hosted key is to sign, name. Throws what `parseStatement` throws. */
export function toldBy(statements: readonly string[], hosted: readonly Unsigned[] = []): Told {
  const parsed = statements.map(parseStatement);
  const subjects = new Set<string>();
  const eventIds: string[] = [];
  for (const { header, payload } of parsed) {
    for (const uri of [...header.about, ...header.from]) subjects.add(uri);
    if (typeof payload.eventID === "string") eventIds.push(payload.eventID);
  }
  for (const { about, from, payload } of hosted) {
    for (const uri of [...about, ...from]) subjects.add(uri);
    const { eventID } = JSON.parse(payload);
    if (typeof eventID === "string") eventIds.push(eventID);
  }
  return { statements: parsed, subjects: [...subjects], eventIds };
}

/** A statement as it is remembered to have been signed here. */
export function signedOf({ commitment, header }: Statement, slip: string, at: string): Signed {
  return { commitment: hexEncode(commitment), kid: header.kid, at, slip };
}

/** Whether a slip holds nothing back any more. */
export function isSettled({ state, fixedBy, setAside }: Slip): boolean {
  return state === "recorded" || (state === "refused" && (fixedBy !== undefined || setAside === true));
}

/** Whether a slip is still to reach the ledger by itself. */
export function isUnsent({ state }: Slip): boolean {
  return state === "waiting" || state === "sending";
}
