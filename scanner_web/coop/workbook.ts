/**
 * The workbook: what a person's phone must know of the organisation so that recording is a matter of pointing.
 *
 * `GET /api/v1/workbook` answers it, the phone keeps the last one and works from it without a network. Master
 * data and lots are folded from verified statements of the log; units, aliases, kinds, the region and telephone
 * numbers are working data of the organisation. Nothing in it decides a verdict.
 */

/** What a product is in the life of the goods. */
export type ProductKind =
  | "planting"
  | "seed"
  | "harvested"
  | "intermediate"
  | "packed"
  | "byproduct"
  | "input";

export type PlaceKind =
  | "field"
  | "pond"
  | "apiary"
  | "store"
  | "dryer"
  | "mill"
  | "packhouse"
  | "scale"
  | "gate"
  | "other";

/** Where a lot stands on its way; the board's columns. */
export type Lane = "growing" | "harvested" | "dried" | "tested" | "packed" | "shipped";

export type Region = "north" | "central" | "south";

/** A quantity with its UN/CEFACT Rec 20 unit code. */
export interface Measure {
  value: number;
  uom: string;
}

/** A unit people use for one product, e.g. `{ name: "bao", base: 50 }`: one bao is 50 of the product's `uom`. */
export interface ProductUnit {
  name: string;
  base: number;
}

/** What a pesticide, fertiliser or drug says of itself; days are whole days. */
export interface InputFacts {
  activeIngredient: string | null;
  preHarvestIntervalDays: number | null;
  withdrawalDays: number | null;
  target: string | null;
}

/** An organisation's own facts. `stems` are the Digital Link stems its keys speak for. */
export interface Organisation {
  uri: string;
  name: string;
  gln: string;
  phone: string | null;
  region: Region;
  lines: readonly string[];
  stems: readonly string[];
}

/** A product as described in the log, with the working data beside it. `uom` null: counted pieces. */
export interface Product {
  uri: string;
  gtin: string;
  name: string;
  kind: ProductKind;
  line: string | null;
  uom: string | null;
  units: readonly ProductUnit[];
  netContent: Measure | null;
  image: string | null;
  shelfLifeDays: number | null;
  aliases: readonly string[];
  input?: InputFacts;
}

export interface Place {
  uri: string;
  name: string;
  kind: PlaceKind;
  image: string | null;
  aliases: readonly string[];
  area: Measure | null;
}

/**
 * A lot of which something is left (or that still grows). `left` is null where no quantity was recorded;
 * `uom` null means counted. `born` is the ISO time of its first event, `sprayedUntil` the last ISO day of a
 * pre-harvest interval that still binds it.
 */
export interface LotInHand {
  uri: string;
  gtin: string;
  lot: string;
  product: string;
  kind: ProductKind;
  left: number | null;
  uom: string | null;
  born: string;
  place: string | null;
  lane: Lane;
  transformation: string | null;
  sprayedUntil: string | null;
}

export interface Partner {
  uri: string;
  name: string;
  role: string;
  phone: string | null;
}

/** A certificate in force or expired; `validUntil` is an ISO day. */
export interface Certificate {
  uri: string;
  name: string;
  standard: string;
  validFrom: string;
  validUntil: string;
  image: string | null;
}

/** The newest anchored head of the log this answer rests on; what the phone signs as `seen`. */
export interface SeenHead {
  size: number;
  root: string;
}

export interface Workbook {
  /** When the server put it together, ISO 8601. */
  at: string;
  org: Organisation;
  supportPhone: string | null;
  seen: SeenHead | null;
  products: readonly Product[];
  places: readonly Place[];
  lots: readonly LotInHand[];
  partners: readonly Partner[];
  certificates: readonly Certificate[];
  /** Step code to the answers last given to it; kept by the phone, empty from the server. */
  last: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
