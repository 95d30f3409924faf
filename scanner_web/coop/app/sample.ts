/** What one practises with who has no workbook yet: an invented cooperative, none of whose numbers is anybody's. */

import type { Session } from "../core/session.ts";
import type { Workbook } from "../workbook.ts";

const ORG = "https://id.gs1.org/417/9521999000006";
const NAME = "HTX Tập Sự";
const stem = (item: number) => `https://id.gs1.org/01/0952199900${String(item).padStart(4, "0")}`;
const place = (ext: string) => `https://id.gs1.org/414/9521999000006/254/${ext}`;

/** Somebody who practises. */
export function practiceSession(): Session {
  return {
    person: { id: "practice", name: "", role: "member", phone: null },
    org: { uri: ORG, name: NAME },
    stems: ["https://id.gs1.org/01/0952199900", "https://id.gs1.org/414/9521999000006"],
    powers: ["record", "read"],
    key: { kid: null, state: "admitted" },
  };
}

/** A herb garden with two plots, a dryer and something to spray. */
export function practiceWorkbook(): Workbook {
  const shared = { netContent: null, image: null, shelfLifeDays: null, aliases: [] };
  return {
    at: "2026-01-01T00:00:00+07:00",
    org: {
      uri: ORG,
      name: NAME,
      gln: "9521999000006",
      phone: null,
      region: "north",
      lines: ["herb"],
      stems: practiceSession().stems,
    },
    supportPhone: null,
    seen: null,
    products: [
      {
        ...shared,
        uri: stem(13),
        gtin: "09521999000013",
        name: "Hoa trà tươi",
        kind: "harvested",
        line: "herb",
        uom: "KGM",
        units: [],
      },
      {
        ...shared,
        uri: stem(20),
        gtin: "09521999000020",
        name: "Hoa trà khô",
        kind: "intermediate",
        line: "herb",
        uom: "KGM",
        units: [],
      },
      {
        ...shared,
        uri: stem(37),
        gtin: "09521999000037",
        name: "Hộp trà 50 g",
        kind: "packed",
        line: "herb",
        uom: null,
        units: [],
        netContent: { value: 50, uom: "GRM" },
        shelfLifeDays: 365,
      },
      {
        ...shared,
        uri: stem(44),
        gtin: "09521999000044",
        name: "Phân hữu cơ",
        kind: "input",
        line: "herb",
        uom: "KGM",
        units: [{ name: "bao", base: 50 }],
      },
    ],
    places: [
      {
        uri: place("vuonnha00001"),
        name: "Vườn nhà",
        kind: "field",
        image: null,
        aliases: [],
        area: { value: 720, uom: "MTK" },
      },
      {
        uri: place("vuondoi00002"),
        name: "Vườn đồi",
        kind: "field",
        image: null,
        aliases: [],
        area: { value: 1800, uom: "MTK" },
      },
      { uri: place("nhasay000003"), name: "Nhà sấy", kind: "dryer", image: null, aliases: [], area: null },
    ],
    lots: [],
    partners: [],
    certificates: [],
    last: {},
  };
}
