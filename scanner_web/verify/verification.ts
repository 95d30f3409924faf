import type { ChainAnswer } from "./chain";
import type { Roll } from "./facts";
import type { JsonObject } from "./json";
import type { Statement } from "./jws";
import type { Description } from "./masters";
import type { Expiry, Recall } from "./state";
import type { Role } from "./subjects";
import type { Target } from "./target";
import type { KeyRecord } from "./trust";
import type { Reason, Verdict } from "./verdict";

/** An entry of a subject, proven to be in the log at its place. */
export interface VerifiedEntry {
  /** In the log. */
  readonly index: number;
  /** Which entry of the subject it is, from 1. */
  readonly ordinal: number;
  /** When the ledger took it in, milliseconds since 1970 (the leaf's time). */
  readonly time: number;
  readonly role: Role;
  readonly uri: string;
  /** Of the leaf: 1 event, 2 key, 4 description. */
  readonly kind: number;
  /** Null where the content is withheld. */
  readonly statement: Statement | null;
  /** The key that signed it; null where withheld, or a pinned registrar's. */
  readonly signer: KeyRecord | null;
  /** Not anchored yet. */
  readonly pending: boolean;
  /** Index of the declaration that withdraws it, or null. */
  readonly voidedBy: number | null;
}

/** Something that went into the lot, directly or not. */
export interface Ancestor {
  readonly uri: string;
  /** URIs of what it went into. */
  readonly children: readonly string[];
  /** Its own entries, oldest first; none where it was never recorded here. */
  readonly entries: readonly VerifiedEntry[];
}

/** Where a scanned serial was found. */
export interface TemFact {
  readonly serial: string;
  /** Zero-based place in its roll; null for a serial that the lot's birth names. */
  readonly index: number | null;
  /** The roll that holds it; null likewise. */
  readonly roll: Roll | null;
  /** Tem in all of the lot's rolls that stand. */
  readonly issued: number;
  /** Those of them that were voided one by one. */
  readonly voided: number;
}

/** The recall that the verdict rests on. */
export interface RecallFact {
  /** What is recalled: the lot, or an ancestor of it. */
  readonly uri: string;
  /** The log's recall; null for one made in the contract only. */
  readonly recall: Recall | null;
  readonly entry: VerifiedEntry | null;
}

/** The outcome of a check. */
export interface Verification {
  /** The worst of the reasons' verdicts. */
  readonly verdict: Verdict;
  /** All that was found, worst first. */
  readonly reasons: readonly Reason[];
  /** What was asked about; null where the bundle is about no lot. */
  readonly target: Target | null;
  readonly chain: ChainAnswer;
  /** Leaves under the bundle's checkpoint; 0 where it could not be opened. */
  readonly size: number;
  /** 32 bytes, or none where it could not be opened. */
  readonly root: Uint8Array;
  /** Of the lot and its instance, oldest first, each once. */
  readonly entries: readonly VerifiedEntry[];
  /** Nearest first. */
  readonly ancestors: readonly Ancestor[];
  /** URI -> attributes of its newest valid description. */
  readonly descriptions: ReadonlyMap<string, JsonObject>;
  /** URI -> all its descriptions, in the order of the log. */
  readonly masters: ReadonlyMap<string, readonly Description[]>;
  /** Thumbprint -> record, of every key ever admitted, as far as the bundle shows. */
  readonly signers: ReadonlyMap<string, KeyRecord>;
  readonly birth: VerifiedEntry | null;
  readonly expiry: Expiry | null;
  readonly recall: RecallFact | null;
  readonly tem: TemFact | null;
  /** How many signatures of statements were checked and held; 0 where the bundle could not be opened. */
  readonly signatures: number;
}
