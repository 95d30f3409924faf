import { describe, expect, it } from "vitest";
import {
  checkDigit,
  elementsOf,
  grouped,
  gtinSlip,
  hasCheckDigit,
  lotSlip,
  pasted,
  serialOf,
  serialSlip,
} from "./typing.ts";

describe("an article number", () => {
  it("has a check digit that any one wrong digit breaks", () => {
    const right = "09521002000085";
    expect(checkDigit(right.slice(0, -1))).toBe("5");
    for (let place = 0; place < right.length; place++) {
      const wrong = right.slice(0, place) + ((Number(right[place]) + 1) % 10) + right.slice(place + 1);
      expect(hasCheckDigit(wrong)).toBe(false);
      expect(gtinSlip(wrong)).toEqual({ why: "digit", at: 14 });
    }
  });

  it("is named by the place of what cannot stand there", () => {
    expect(gtinSlip("0952100200O085")).toEqual({ why: "letter", at: 11 });
    expect(gtinSlip("0952100200008")).toEqual({ why: "digit", at: 13 });
    expect(gtinSlip("095210020")).toEqual({ why: "length", have: 9 });
    expect(gtinSlip("  ")).toEqual({ why: "empty" });
  });

  it("may be typed as printed, with its identifier and in groups", () => {
    expect(gtinSlip("(01) 0952 1002 0000 85")).toBeNull();
    expect(gtinSlip("9521002000085")).toBeNull();
  });
});

describe("a serial", () => {
  it("is read with O as 0, I and L as 1, in capitals, whatever the groups", () => {
    for (const typed of [
      "00007 K3M9XQ 2VB5TZ",
      "oooo7k3m9xq2vb5tz",
      "O0O07-K3M9XQ-2VB5TZ",
      "(21) 00007K3M9XQ2VB5TZ",
    ]) {
      expect(serialOf(typed)).toBe("00007K3M9XQ2VB5TZ");
    }
    expect(serialOf("0000i 1l1111 222222")).toBe("00001111111222222");
  });

  it("stays as typed where it is no tem's", () => {
    for (const typed of ["SN-0001", "oIl", "Abc.12345.67890.x"]) expect(serialOf(typed)).toBe(typed);
  });

  it("is shown in groups of 5-6-6 while it is typed", () => {
    expect(grouped("0000")).toBe("0000");
    expect(grouped("00007k3")).toBe("00007 K3");
    expect(grouped("00007K3M9XQ2VB5TZ")).toBe("00007 K3M9XQ 2VB5TZ");
    expect(grouped("SN_1")).toBe("SN_1");
  });

  it("may be left out, but not hold what GS1 does not allow", () => {
    expect(serialSlip("")).toBeNull();
    expect(serialSlip("tem số 1")).toEqual({ why: "letter", at: 4 });
    expect(serialSlip("A".repeat(21))).toEqual({ why: "length", have: 21 });
  });
});

describe("a lot", () => {
  it("keeps its case and must be there", () => {
    expect(lotSlip("")).toEqual({ why: "empty" });
    expect(lotSlip("Lo-2026a")).toBeNull();
    expect(lotSlip("LÔ1")).toEqual({ why: "letter", at: 2 });
    expect(elementsOf({ gtin: "9521002000085", lot: "Lo-2026a", serial: "" })).toBe(
      "(01)09521002000085(10)Lo-2026a",
    );
  });

  it("may hold a bracket, which is written so that it is no identifier", () => {
    expect(elementsOf({ gtin: "09521002000085", lot: "A(1)", serial: "S(2)" })).toBe(
      "(01)09521002000085(10)A\\(1)(21)S\\(2)",
    );
  });
});

describe("a whole code that is pasted into a line", () => {
  it("is taken whole", () => {
    for (const whole of [
      "https://nguon.example/01/09521002000085/10/A",
      "/01/09521002000085/10/A",
      "nguon.example/01/09521002000085/10/A",
      "(01)09521002000085(10)A",
      "(00)395210020000000017",
      "]d2010952100200008510A",
    ]) {
      expect(pasted(whole)).toBe(whole);
    }
  });

  it("is not seen in a plain line", () => {
    for (const line of ["09521002000085", "(01) 09521002000085", "THV260116", "(21) 00007 K3M9XQ"]) {
      expect(pasted(line)).toBeNull();
    }
  });
});
