/** What a page prints of a verified lot: plain words and values, nothing left to decide; `api/pages/model.py` again. */

import type { Day } from "../format";

/** A label and its value; `mono` for hexadecimal. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly mono: boolean;
}

/** A mark on the product card: a certificate that is in force. */
export interface Mark {
  readonly name: string;
  readonly gold: boolean;
}

/** Bytes kept beside the log, named by their SHA-256: where they are fetched, and the digest (hex) they must have. */
export interface Named {
  readonly href: string;
  readonly digest: string;
}

/** The product card. `picture` is one of the drawn packs: pouch, jar, rice; `photo` the product's own. */
export interface Product {
  readonly name: string;
  readonly producer: string;
  readonly address: string;
  readonly marks: readonly Mark[];
  readonly facts: readonly Fact[];
  readonly picture: string;
  readonly pictureLabel: string;
  readonly photo: Named | null;
}

/** A document that an entry names; `file` null where it is not here. `image` as its signer says. */
export interface Document {
  readonly title: string;
  readonly file: Named | null;
  readonly image: boolean;
}

/** What another organisation signed to an entry that names it; members as in `api/pages/model.py`. */
export interface Hand {
  readonly state: string;
  readonly tone: string;
  readonly icon: string;
  readonly word: string;
  readonly text: string;
  readonly href: string;
}

/** One entry of the story; members as in `api/pages/model.py`. */
export interface StoryLine {
  readonly index: number;
  readonly title: string;
  readonly details: readonly string[];
  readonly lot: string;
  readonly struck: boolean;
  readonly correction: string;
  readonly pending: boolean;
  readonly withheld: boolean;
  readonly alert: boolean;
  readonly documents: readonly Document[];
  readonly hands: readonly Hand[];
}

/** Entries of one day and one signer. */
export interface StoryGroup {
  readonly day: string;
  readonly iso: Day;
  readonly icon: string;
  readonly lab: boolean;
  readonly signer: string;
  readonly custody: string;
  readonly entered: string;
  readonly lines: readonly StoryLine[];
}

/** A place on the goods' way, once, with the days between which they were there. */
export interface Stop {
  readonly name: string;
  readonly address: string;
  readonly days: string;
}

/** A carton or pallet that the goods were in; `href` of its own page. */
export interface Container {
  readonly sscc: string;
  readonly label: string;
  readonly days: string;
  readonly href: string;
}

/** A lot in the graph of what the page's lot was made from; `href` empty where there is no page. */
export interface Node {
  readonly title: string;
  readonly note: string;
  readonly href: string;
  readonly own: boolean;
}

/** The lines between two rows: x of upper and lower end, in per cent of the width. */
export type Join = readonly (readonly [number, number])[];

/** Rows of nodes, farthest back first, with the joins below each; no joins where it must be a list. */
export interface Upstream {
  readonly rows: readonly (readonly Node[])[];
  readonly joins: readonly Join[];
}

/** One value of a test; `fill` in per cent of the bar, the limit at 80, null where there is none to compare with. */
export interface LabValue {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
  readonly limit: string;
  readonly fill: number | null;
  readonly over: boolean;
  readonly good: boolean;
  readonly spoken: string;
}

/** One signed test: `by` says who signed it and with whose key. */
export interface LabReport {
  readonly title: string;
  readonly day: string;
  readonly by: string;
  readonly values: readonly LabValue[];
}

/** A certificate that an event was done under, with how long it is in force. */
export interface Certificate {
  readonly seal: string;
  readonly name: string;
  readonly until: string;
  readonly expired: boolean;
  readonly gold: boolean;
}

/** One value of a legal item; `source` empty where it is the code itself. */
export interface LegalLine {
  readonly text: string;
  readonly source: string;
  readonly href: string;
  readonly document: Named | null;
}

/** One item that the law wants to see: `state` is present, incomplete, missing or absent, `reason` why. */
export interface LegalRow {
  readonly law: string;
  readonly code: string;
  readonly label: string;
  readonly lines: readonly LegalLine[];
  readonly state: string;
  readonly reason: string;
}

/** One commitment behind the verdict: what it is, in one sentence, and its values. */
export interface EvidencePart {
  readonly title: string;
  readonly sentence: string;
  readonly facts: readonly Fact[];
}

/** What stands on a page before the story. */
export interface CardModel {
  /** With tabs and story; bad verdicts go without. */
  readonly full: boolean;
  /** Null where nothing was verified. */
  readonly product: Product | null;
  readonly certificates: readonly Certificate[];
  /** An organisation's name marks the data as sample data. */
  readonly sample: boolean;
}

/** All that a page says about goods. */
export interface StoryModel extends CardModel {
  readonly lang: "vi" | "en";
  readonly route: readonly Stop[];
  readonly story: readonly StoryGroup[];
  /** How soon after it happened the entries were written; empty where none says. */
  readonly prompt: string;
  readonly containers: readonly Container[];
  readonly upstream: Upstream | null;
  readonly labs: readonly LabReport[];
  readonly legal: readonly LegalRow[];
  /** Path of the legal file on a page of its own; empty where there is none. */
  readonly passport: string;
  readonly evidence: readonly EvidencePart[];
}

/** The chain that was asked; what it answered is in the verification. */
export interface ChainFacts {
  readonly name: string;
  readonly chainId: number;
  readonly contract: string;
  readonly logId: string;
  /** Transaction and block of the anchor, as hints for finding it. */
  readonly anchorTx?: string | null;
  readonly anchorBlock?: number | null;
}

/** What the story is told beside the verification; nothing of it says anything about goods. */
export interface StoryContext {
  readonly now: Date;
  /** Where bytes with this SHA-256 (hex) are fetched; null where they are not kept here. */
  documentUrl(digestHex: string): string | null;
  readonly origin: string;
  readonly chain: ChainFacts;
  /** Say so where an organisation's name marks it as sample data (default true). */
  readonly markSamples?: boolean;
}
