import { describe, expect, it } from "vitest";
import { type Decision, decide, pathOf, type Read, sameness } from "./decide.ts";
import { decisionsOf, Patience } from "./watch.ts";

const OURS = "nguon.example";
const GTIN = "09521002000085";
const SERIAL = "00007K3M9XQ2VB5TZ";
const SSCC = "395210020000000017";
const read = (text: string, format: Read["format"] = "qr_code", symbol = ""): Decision =>
  decide({ text, format, symbol }, OURS);

describe("a code of ours", () => {
  it("opens its page on this origin, whatever the symbol", () => {
    const path = `/01/${GTIN}/10/THV260116/21/${SERIAL}`;
    for (const decision of [
      read(`https://${OURS}${path}`),
      read(`HTTPS://NGUON.EXAMPLE${path}`),
      read(`01${GTIN}10THV260116\x1d21${SERIAL}`, "data_matrix", "]d2"),
      read(`\x1d01${GTIN}10THV260116\x1d21${SERIAL}`, "data_matrix"),
      read(`01${GTIN}10THV260116\x1d21${SERIAL}`, "code_128"),
      read(`01${GTIN}10THV260116\x1d21${SERIAL}`, "code_128", "]C1"),
      read(`(01)${GTIN}(10)THV260116(21)${SERIAL}`, "typed"),
    ]) {
      expect(decision).toMatchObject({ kind: "page", path });
    }
  });

  it("keeps the lot's letters, escaped byte for byte", () => {
    const decision = read(`(01)${GTIN}(10)a/b*'%(21)x`, "typed");
    expect(decision).toMatchObject({ kind: "page", path: `/01/${GTIN}/10/a%2Fb%2A%27%25/21/x` });
  });

  it("that bears a signature of its own is kept whole, and opens the page without it", () => {
    const path = `/01/${GTIN}/10/THV260116/21/${SERIAL}`;
    const link = `https://${OURS}${path}?8030=${"A".repeat(90)}`;
    for (const code of [link, ` ${link} `, `]Q1${link}`, link.slice("https://".length)]) {
      expect(read(code)).toMatchObject({ kind: "page", path, signed: link });
    }
    for (const code of [`https://${OURS}${path}`, `https://${OURS}${path}?x=8030`, `(01)${GTIN}(10)A`]) {
      expect(read(code)).toMatchObject({ kind: "page", signed: null });
    }
    const pallet = `https://${OURS}/00/${SSCC}?8030=${"A".repeat(90)}`;
    expect(read(pallet)).toMatchObject({ kind: "pallet", path: `/00/${SSCC}`, signed: pallet });
  });

  it("never leads to another origin", () => {
    for (const lot of ["//evil.example", "..%2f..", "\\\\evil"]) {
      const path = pathOf({ gtin: GTIN, lot, serial: null });
      expect(new URL(path, "https://nguon.example").origin).toBe("https://nguon.example");
    }
  });
});

describe("a pallet", () => {
  it("goes to its page by its SSCC", () => {
    const path = `/00/${SSCC}`;
    for (const decision of [
      read(`00${SSCC}`, "code_128", "]C1"),
      read(`00${SSCC}`, "code_128"),
      read(`https://${OURS}/00/${SSCC}`),
      read(`(00) ${SSCC}`, "typed"),
    ]) {
      expect(decision).toMatchObject({ kind: "pallet", path });
    }
  });

  it("with a wrong check digit is misread, not opened", () => {
    expect(read("00395210020000000018", "code_128", "]C1")).toMatchObject({ kind: "misread", at: 18 });
  });
});

describe("what is not ours", () => {
  it("opens nothing", () => {
    expect(read("9521002000085", "ean_13", "]E0")).toMatchObject({ kind: "product", gtin: GTIN });
    expect(read("9521002000086", "ean_13")).toMatchObject({ kind: "misread", at: 13 });
    expect(read(`https://${OURS}/01/09521002000086/10/A`)).toMatchObject({ kind: "misread", at: 14 });
    expect(read("https://tem.example/01/09521002000085/10/A")).toMatchObject({ kind: "foreign" });
    expect(read("https://ngu0n.example/01/09521002000085/10/A")).toMatchObject({ kind: "lookalike" });
    expect(read("WIFI:T:WPA;S:quan;P:12345678;;")).toMatchObject({ kind: "other" });
    expect(read("javascript:alert(1)")).toMatchObject({ kind: "other" });
    expect(read(`https://${OURS}/admin`)).toMatchObject({ kind: "other" });
    expect(read("")).toMatchObject({ kind: "other" });
  });
});

describe("patience", () => {
  const ours = read(`https://${OURS}/01/${GTIN}/10/A`);
  const product = read("9521002000085", "ean_13");
  const foreign = read("https://tem.example/");

  it("has none with ours, even beside other codes", () => {
    expect(new Patience().sure([product, ours, foreign], 0)).toEqual([ours]);
  });

  it("tells another's code only when it stays", () => {
    const patience = new Patience();
    expect(patience.sure([foreign], 0)).toEqual([]);
    expect(patience.sure([foreign], 500)).toEqual([]);
    expect(patience.sure([foreign], 800)).toEqual([foreign]);
  });

  it("waits longer for a tem beside an article number", () => {
    const patience = new Patience();
    for (const now of [0, 400, 800, 1200, 1600]) expect(patience.sure([product], now)).toEqual([]);
    expect(patience.sure([product], 1900)).toEqual([product]);
  });

  it("begins anew when a code was gone", () => {
    const patience = new Patience();
    patience.sure([foreign], 0);
    expect(patience.sure([foreign], 5000)).toEqual([]);
  });
});

describe("several codes in one picture", () => {
  it("are each told once", () => {
    const twice: Read = { text: `https://${OURS}/01/${GTIN}/10/A`, format: "qr_code", symbol: "" };
    const same: Read = { text: `01${GTIN}10A`, format: "data_matrix", symbol: "]d2" };
    const other: Read = { text: "9521002000085", format: "ean_13", symbol: "" };
    const found = decisionsOf([twice, same, twice, other], OURS);
    expect(found.map(({ kind }) => kind)).toEqual(["page", "product"]);
    expect(new Set(found.map(sameness)).size).toBe(2);
  });
});
