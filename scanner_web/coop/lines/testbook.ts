/** A cooperative of herbs, invented for tests. */
import type { LotInHand, Place, Product, Workbook } from "../workbook";
import type { Amount, Answer, Draft } from "./types";

export const NOW = new Date("2026-11-24T01:00:00Z");
export const ORG = "https://id.gs1.org/417/9521001000017";

export function product(
  gtin: string,
  name: string,
  kind: Product["kind"],
  more: Partial<Product> = {},
): Product {
  return {
    uri: `https://id.gs1.org/01/${gtin}`,
    gtin,
    name,
    kind,
    line: "herb",
    uom: kind === "packed" || kind === "planting" ? null : "KGM",
    units: [],
    netContent: null,
    image: null,
    shelfLifeDays: null,
    aliases: [],
    ...more,
  };
}

export function place(ext: string, name: string, kind: Place["kind"]): Place {
  const uri = `https://id.gs1.org/414/9521001000024/254/${ext}`;
  return { uri, name, kind, image: null, aliases: [], area: null };
}

export function lot(gtin: string, number: string, more: Partial<LotInHand> = {}): LotInHand {
  return {
    uri: `https://id.gs1.org/01/${gtin}/10/${number}`,
    gtin,
    lot: number,
    product: PRODUCTS.find((item) => item.gtin === gtin)?.name ?? "",
    kind: PRODUCTS.find((item) => item.gtin === gtin)?.kind ?? "harvested",
    left: 10,
    uom: "KGM",
    born: "2026-11-20T07:00:00+07:00",
    place: A03.uri,
    lane: "harvested",
    transformation: null,
    sprayedUntil: null,
    ...more,
  };
}

export const A03 = place("K7Q2M9X4T1BD", "Vườn A03", "field");
export const B01 = place("W3N8P5R6Y2HC", "Đồng Bông", "field");
export const SHED = place("XUONG", "Xưởng sơ chế", "packhouse");
export const BUSHES = product("09521001000017", "Vườn trà hoa vàng", "planting");
export const FLOWERS = product("09521001000024", "Hoa trà hoa vàng tươi (nội bộ)", "harvested");
export const LEAVES = product("09521001000123", "Cà gai leo tươi", "harvested");
export const DRIED = product("09521001000048", "Hoa trà hoa vàng sấy rời", "intermediate");
export const BOXES = product("09521001000055", "Hoa trà hoa vàng sấy, hộp 100 g", "packed", {
  netContent: { value: 100, uom: "GRM" },
  shelfLifeDays: 730,
});
export const MANURE = product("09521080000014", "Phân hữu cơ vi sinh Mẫu", "input", {
  units: [{ name: "bao", base: 25 }],
});
export const SPRAY = product("09521080000021", "Thuốc sinh học Bt Mẫu", "input", {
  uom: "LTR",
  netContent: { value: 100, uom: "MLT" },
  input: { activeIngredient: "Bt", preHarvestIntervalDays: 3, withdrawalDays: null, target: "sâu ăn lá" },
});
const PRODUCTS = [BUSHES, FLOWERS, LEAVES, DRIED, BOXES, MANURE, SPRAY];

export function book(more: Partial<Workbook> = {}): Workbook {
  return {
    at: "2026-11-24T00:00:00Z",
    org: {
      uri: ORG,
      name: "HTX Dược liệu Mẫu",
      gln: "9521001000017",
      phone: null,
      region: "north",
      lines: ["herb"],
      stems: [],
    },
    supportPhone: null,
    seen: null,
    products: PRODUCTS,
    places: [A03, B01, SHED],
    lots: [
      lot(BUSHES.gtin, "CAY2021", {
        left: 1200,
        uom: null,
        lane: "growing",
        born: "2021-03-12T07:30:00+07:00",
      }),
    ],
    partners: [],
    certificates: [],
    last: {},
    ...more,
  };
}

export function kg(value: number): Amount {
  return { value, unit: "kg", base: value, uom: "KGM" };
}

export function draft(step: string, answers: Readonly<Record<string, Answer>>, line = "herb"): Draft {
  return { line, step, when: "2026-11-24T06:30:00+07:00", answers };
}
