/**
 * Amounts as people say them: yến, tạ, sào, cc, and the sacks and bottles that each product has of its own.
 *
 * A sào is 360 m² in the north and 500 m² in the centre: the organisation's region says which. A bao, chai or gói is
 * what the product's own units say, else what one pack of it holds; of goods that are counted, one piece. What a unit is
 * worth is never guessed: where nobody says it, the unit is not offered.
 */
import type { Product, Region } from "../workbook";
import type { Amount, Words } from "./types";
import table from "./units.json";

export type Dimension = "mass" | "volume" | "area" | "count";

/** One unit, as it is worth here. */
export interface Unit {
  readonly code: string;
  readonly name: Words;
  /** What people say for it, small letters with marks. */
  readonly words: readonly string[];
  /** How much of the base unit one of it is: kg, l, m², pieces. */
  readonly base: number;
  /** UN/CEFACT Rec 20 code of the base unit; null: pieces. */
  readonly uom: string | null;
}

interface Row {
  readonly code: string;
  readonly name: Words;
  readonly words: readonly string[];
  readonly base: number | Readonly<Partial<Record<Region, number>>>;
  readonly uom: string | null;
  readonly pack?: boolean;
}

const ROWS: Readonly<Record<Dimension, readonly Row[]>> = table;
const BY_UOM: Readonly<Record<string, Dimension>> = { KGM: "mass", LTR: "volume", MTK: "area" };
/** Units of mass and volume that descriptions may use, in the base unit. */
const TO_BASE: Readonly<Record<string, readonly [string, number]>> = {
  KGM: ["KGM", 1],
  GRM: ["KGM", 0.001],
  TNE: ["KGM", 1000],
  LTR: ["LTR", 1],
  MLT: ["LTR", 0.001],
  MTK: ["MTK", 1],
  HAR: ["MTK", 10000],
};

/** The dimension of a UN/CEFACT code; pieces have none. */
export function dimensionOf(uom: string | null): Dimension {
  return uom === null ? "count" : (BY_UOM[TO_BASE[uom]?.[0] ?? uom] ?? "count");
}

/** A measure in the base unit of its kind: 500 GRM is 0.5 KGM. Units that are not known stay themselves. */
export function inBase(value: number, uom: string): { value: number; uom: string } {
  const [base, factor] = TO_BASE[uom] ?? [uom, 1];
  return { value: exact(value * factor), uom: base };
}

/** A number to a millionth, as the ledger adds up. */
export function exact(value: number): number {
  return Number(value.toFixed(6));
}

/** The units of a dimension in a region, in their usual order; those that no region of ours has are left out. */
export function unitsOf(dimension: Dimension, region: Region): Unit[] {
  return ROWS[dimension].flatMap((row) => {
    const base = typeof row.base === "number" ? row.base : row.base[region];
    return base === undefined ? [] : [unit(row, base, row.uom)];
  });
}

/**
 * The units in which an amount of a product may be said: its own first, then its packs, then those of its dimension.
 *
 * @param only codes to which the last ones are limited, in this order; empty: all.
 */
export function unitsFor(product: Product, region: Region, only: readonly string[] = []): Unit[] {
  const dimension = dimensionOf(product.uom);
  const uom = product.uom === null ? null : inBase(1, product.uom).uom;
  const own = product.units.map(({ name, base }) => ownUnit(name, base, uom));
  const counted = dimension === "count" && only.length === 0;
  const plain = counted ? [packOf(product)] : chosen(unitsOf(dimension, region), only);
  const content = product.netContent && inBase(product.netContent.value, product.netContent.uom);
  const packs =
    dimension !== "count" && content !== null && content.uom === uom
      ? ROWS.count.filter((row) => row.pack).map((row) => unit(row, content.value, uom))
      : [];
  const found = new Map<string, Unit>();
  for (const item of [...own, ...plain, ...packs]) {
    if (!found.has(item.code)) {
      found.set(item.code, item);
    }
  }
  return [...found.values()];
}

/** Units by code, in the order of the codes; all of them where no code is given. */
export function chosen(units: readonly Unit[], codes: readonly string[]): Unit[] {
  const named = codes.flatMap((code) => units.find((item) => item.code === code) ?? []);
  return named.length === 0 ? [...units] : named;
}

/** An amount in a unit. */
export function amountIn(unit: Unit, value: number): Amount {
  return { value, unit: unit.code, base: exact(value * unit.base), uom: unit.uom };
}

/** An amount as people said it, by unit code; null where no unit here has this code. */
export function amountOf(value: number, code: string, units: readonly Unit[]): Amount | null {
  const found = units.find((item) => item.code === code);
  return found === undefined ? null : amountIn(found, value);
}

/** An amount in the base unit of a product: what is weighed and counted without any other word. */
export function plainAmount(base: number, uom: string | null): Amount {
  const code = { mass: "kg", volume: "lit", area: "m2", count: "cai" }[dimensionOf(uom)];
  return { value: exact(base), unit: code, base: exact(base), uom };
}

/** What a unit is called: one of the table's, else the product's own name for it. */
export function unitName(code: string, lang: "vi" | "en"): string {
  for (const rows of Object.values(ROWS)) {
    const row = rows.find((item) => item.code === code);
    if (row !== undefined) {
      return row.name[lang];
    }
  }
  return code;
}

/** A number as people here write it: 1.234,5 in Vietnamese, 1,234.5 in English. */
export function figure(value: number, lang: "vi" | "en"): string {
  return new Intl.NumberFormat(lang === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 3 }).format(value);
}

/** "12,4 kg", "2 tạ (200 kg)", "40 bao (2.000 kg)": as it was said, with the base unit where it is another. */
export function sayAmount(amount: Amount, lang: "vi" | "en"): string {
  const name = unitName(amount.unit, lang);
  const said = `${figure(amount.value, lang)} ${name}`;
  if (amount.uom === null || amount.base === amount.value) {
    return said;
  }
  const [small, factor] = amount.base < 1 && SMALL[amount.uom] ? [SMALL[amount.uom] ?? "", 1000] : ["", 1];
  const unitOfBase = small || unitName(plainAmount(1, amount.uom).unit, lang);
  const inner = ` (${figure(amount.base * factor, lang)} ${unitOfBase})`;
  return name === unitOfBase ? said : said + inner;
}

const SMALL: Readonly<Record<string, string>> = { KGM: "g", LTR: "ml" };

/** What one piece of a counted product is called: by such a word in its name ("hộp 100 g", "đàn ong"), else a piece. */
export function packOf(product: Product): Unit {
  const words = product.name.toLowerCase().split(/[^\p{L}\p{M}]+/u);
  const found = ROWS.count.filter((row) => row.words.some((word) => words.includes(word)));
  const row = found.at(-1) ?? ROWS.count.find((item) => item.code === "cai");
  return {
    code: row?.code ?? "cai",
    name: row?.name ?? { vi: "", en: "" },
    words: row?.words ?? [],
    base: 1,
    uom: null,
  };
}

function unit(row: Row, base: number, uom: string | null): Unit {
  return { code: row.code, name: row.name, words: row.words, base, uom };
}

/** A unit of a product's own: of the table's names it has code and words, else it is its own code. */
function ownUnit(name: string, base: number, uom: string | null): Unit {
  const row = ROWS.count.find((item) => item.name.vi === name || item.words.includes(name));
  return row === undefined
    ? { code: name, name: { vi: name, en: name }, words: [name], base, uom }
    : unit(row, base, uom);
}
