/**
 * What can be recorded, and the answer sheet that becomes an event.
 *
 * A line's file (`herb.json`, …) is a list of steps; a step asks some questions in order; a `Draft` is the answer sheet;
 * `build` makes events of it, `tell` says it in one sentence. Screens and the sentence parser fill in drafts, nothing
 * else: they know no EPCIS.
 *
 *     table.ts    steps(workbook): Step[]      stepOf(line, code): Step
 *     asking.ts   asked(step, draft, workbook): Question[]      again(step, workbook, now): Draft | null
 *     units.ts    unitsFor(…): Unit[]      amountOf(value, unit, …): Amount
 *     foresee.ts  foresee(draft, workbook, now): Foreseen[]
 *     build.ts    build(draft, workbook, context): Built[]      correct(event, draft, workbook, context): Built[]
 *                 withdraw(event, now): Built
 *     telling.ts  tell(draft, workbook, lang, now): string      tellEvent(event, workbook, lang, now): string
 */
import type { JsonObject } from "../../verify/json";
import type { Lane, LotInHand, PlaceKind, ProductKind } from "../workbook";

export type Lang = "vi" | "en";

/** A text in both languages. */
export interface Words {
  readonly vi: string;
  readonly en: string;
}

/** The tiles of "Hôm nay làm gì?". */
export const TILES = ["harvest", "care", "inputs", "dry", "pack", "ship", "other"] as const;

export type Tile = (typeof TILES)[number];

/** Who records a step; the wizard offers an officer's and a member's, the partner's desks the others. */
export type Who = "member" | "laboratory" | "retailer";

/** One thing that can be recorded in a product line. */
export interface Step {
  /** Unique within its line, and the same for the same thing in each: `harvesting`. */
  readonly code: string;
  /** Code of the product line: `herb`. */
  readonly line: string;
  readonly tile: Tile;
  readonly who: Who;
  readonly name: Words;
  /** Verbs and nouns by which people say it, small letters with marks: "hái", "thu hoạch", "phun". */
  readonly words: readonly string[];
  /** Symbol of `ui/icons.svg` (`i-…`, `p-…`) or of `ui/steps.svg` (`s-…`). */
  readonly icon: string;
  readonly asks: readonly Ask[];
}

export type Ask =
  | PlaceAsk
  | LotAsk
  | AmountAsk
  | ProductAsk
  | PartnerAsk
  | ChoiceAsk
  | NumberAsk
  | TextAsk
  | DayAsk
  | ReadingsAsk
  | PhotoAsk;

interface Asking {
  /** Unique within its step; also the name of its answer in a draft. */
  readonly id: string;
  /** The question: "Hái ở đâu?". */
  readonly title: Words;
  /** Its label beside the answer: "Vườn". */
  readonly label: Words;
  /** May be left open: its answer is then null. */
  readonly optional?: true;
  /** No screen of its own: offered where the draft is confirmed (a photo, a note, another figure). */
  readonly aside?: true;
}

/** Answer: a place's URI. */
export interface PlaceAsk extends Asking {
  readonly kind: "place";
  readonly kinds: readonly PlaceKind[];
}

/** `lot`: a lot's URI. `lots`: shares of lots. A season is a lot whose URI is its transformationID. */
export interface LotAsk extends Asking {
  readonly kind: "lot" | "lots";
  /** These first, then what else there is of these kinds. */
  readonly lanes: readonly Lane[];
  readonly kinds: readonly ProductKind[];
  /** Words in the name of a product that come first, and that are left out. */
  readonly like?: readonly string[];
  readonly unlike?: readonly string[];
}

/** Answer: an amount. */
export interface AmountAsk extends Asking {
  readonly kind: "amount";
  /** What it is an amount of: the ask that names the lots or the product; its units and what is left are offered. */
  readonly of?: string;
  /** Units offered where no product has units of its own, likeliest first. */
  readonly units: readonly string[];
  /** In the base unit (kg, l, pieces, m²): outside it, "Chắc chưa?" is asked, and nothing is refused. */
  readonly usual?: readonly [number, number];
  /** What usually comes out, in per cent of the lots that went in; outside it "Chắc chưa?" is asked. */
  readonly share?: readonly [number, number];
  /** Filled in with all that is left of the lots. */
  readonly whole?: true;
  /** Asked once for each product of these kinds; the questions' ids are `waste/09521001000062`. */
  readonly each?: readonly ProductKind[];
  /** How far − and + step, in the base unit. */
  readonly step: number;
}

/** Answer: a product's URI. */
export interface ProductAsk extends Asking {
  readonly kind: "product";
  readonly kinds: readonly ProductKind[];
  /** Words in the name that mark the likely one among several. */
  readonly like?: readonly string[];
}

/** Answer: a partner's `/417/` URI. */
export interface PartnerAsk extends Asking {
  readonly kind: "partner";
  /** Roles of partners offered; empty: all. */
  readonly roles: readonly string[];
}

/** Answer: a choice's code. */
export interface ChoiceAsk extends Asking {
  readonly kind: "choice";
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly code: string;
  readonly name: Words;
  readonly words: readonly string[];
  /** What stands in the event, where it is not the Vietnamese name. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Answer: a number. */
export interface NumberAsk extends Asking {
  readonly kind: "number";
  /** Shown behind the figure: "°C", "ngày". */
  readonly unit: Words | null;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly usual?: readonly [number, number];
}

/** Answer: a text, as it stands. */
export interface TextAsk extends Asking {
  readonly kind: "text";
  /** Most letters. */
  readonly most: number;
  /** Answers of one tap. */
  readonly often: readonly Words[];
}

/** Answer: an ISO day, `2026-11-24`. */
export interface DayAsk extends Asking {
  readonly kind: "day";
}

/** Answer: readings; those not measured are left out. */
export interface ReadingsAsk extends Asking {
  readonly kind: "readings";
  readonly parameters: readonly Parameter[];
}

/** Something that is measured. */
export interface Parameter {
  readonly code: string;
  readonly name: Words;
  /** Shown behind the figure: "%", "mg/kg", "°C". */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly usual?: readonly [number, number];
}

/** Answer: photos; their bytes are blobs by digest. */
export interface PhotoAsk extends Asking {
  readonly kind: "photo";
}

/**
 * An amount as people said it and what it is in the base unit: `{value: 2, unit: "ta", base: 200, uom: "KGM"}`.
 *
 * `unit` is a code of `units.ts`, or the name that the product's own units have ("bao"). `uom` is a UN/CEFACT Rec 20
 * code (KGM, LTR, MTK); null where pieces are counted, and `base` is then their number.
 */
export interface Amount {
  readonly value: number;
  readonly unit: string;
  readonly base: number;
  readonly uom: string | null;
}

/** How much of a lot; null: all that is left of it. */
export interface Share {
  readonly lot: string;
  readonly amount: Amount | null;
}

export interface Reading {
  /** A `Parameter`'s code. */
  readonly parameter: string;
  readonly value: number;
}

export interface Photo {
  /** `ni:///sha-256;…` of its bytes. */
  readonly href: string;
  readonly mediaType: string;
}

/**
 * By kind of ask: place, lot, product, partner: a URI · choice: a code · text, day: a text · number: a number ·
 * amount: an `Amount` · lots: `Share`s · readings: `Reading`s · photo: `Photo`s. null: asked, and left open.
 */
export type Answer =
  | string
  | number
  | Amount
  | readonly Share[]
  | readonly Reading[]
  | readonly Photo[]
  | null;

/** The answer sheet. */
export interface Draft {
  /** Code of the line. */
  readonly line: string;
  /** Code of the step. */
  readonly step: string;
  /** When it was done: `2026-11-24T06:30:00+07:00`. */
  readonly when: string;
  /** By the id of the ask. */
  readonly answers: Readonly<Record<string, Answer>>;
}

/** An ask that is still open, with what can be answered from the workbook. */
export interface Question {
  readonly ask: Ask;
  /** What one tap answers, the likeliest first; empty where a figure or a text is entered. */
  readonly options: readonly Option[];
  /** What is filled in before anybody taps: the last amount, all that is left, the only lot. */
  readonly likely: Answer;
  /** Nobody need be asked: `likely` is the only answer there is, or so clear that reading it back is enough. */
  readonly certain: boolean;
}

export interface Option {
  readonly answer: Answer;
  readonly name: string;
  /** `ni:` of a picture, or null. */
  readonly image: string | null;
  /** A second, smaller line: what is left, when it was born; a sentence when it may not be chosen. */
  readonly hint: Words | null;
  /** It was the answer last time. */
  readonly last: boolean;
  /** The lot behind it, if it is one. */
  readonly lot: LotInHand | null;
}

/** What a phone must know to build: its clock, a counter of its own that never repeats, its key and its organisation. */
export interface BuildContext {
  readonly now: Date;
  readonly counter: number;
  /** JWK thumbprint of the signing key. */
  readonly kid: string;
  /** `/417/` URI. */
  readonly org: string;
  /** Pseudonym of who did it (`nguon:operatorRef`); null: not said. */
  readonly operator?: string | null;
}

/** An event and what it must be filed under (DESIGN §3.2); the phone signs exactly this. */
export interface Built {
  readonly event: JsonObject;
  readonly about: readonly string[];
  readonly from: readonly string[];
}

/** What is foreseen of a draft before it is signed. */
export interface Foreseen {
  /** `refuse`: the ledger would refuse it. `ask`: a question, "Chắc chưa?", that may be answered with yes. */
  readonly level: "refuse" | "ask";
  /** `interval.pre_harvest`, `interval.withdrawal`, `balance.exceeded`, `measure.range`, `certificate.expired` … */
  readonly code: string;
  /** The ask whose answer it is about; null: the whole. */
  readonly ask: string | null;
  /** A whole sentence. */
  readonly sentence: Words;
}
