import { describe, expect, it } from "vitest";
import { LedgerError } from "../../verify/errors";
import { isObject, type JsonObject } from "../../verify/json";
import type { Workbook } from "../workbook";
import { ahead, before } from "./ahead";
import { again, asked, unitsOfAsk } from "./asking";
import { build, correct, withdraw } from "./build";
import { filingOf } from "./filing";
import { foresee } from "./foresee";
import { containerUri, documentUri, shortCode, uuid7 } from "./ids";
import { stepOf } from "./table";
import { tell, tellEvent } from "./telling";
import * as farm from "./testbook";
import {
  A03,
  B01,
  BOXES,
  BUSHES,
  book,
  DRIED,
  draft,
  FLOWERS,
  kg,
  lot,
  MANURE,
  NOW,
  ORG,
  SPRAY,
} from "./testbook";
import type { Answer, Draft } from "./types";
import { amountOf, sayAmount, unitsFor, unitsOf } from "./units";

const CONTEXT = { now: NOW, counter: 7, kid: "kid", org: ORG };

function step(code: string) {
  const found = stepOf("herb", code);
  if (found === null) throw new Error(`no step ${code}`);
  return found;
}

/** The ids of what a person is asked, in order. */
function taps(code: string, workbook: Workbook, answers: Readonly<Record<string, Answer>> = {}): string[] {
  const open = asked(step(code), draft(code, answers), workbook);
  return open.filter(({ certain, ask }) => !certain && !ask.aside).map(({ ask }) => ask.id);
}

function event(sheet: Draft, workbook: Workbook): JsonObject {
  const [built] = build(sheet, workbook, CONTEXT);
  if (built === undefined) throw new Error("nothing was built");
  return built.event;
}

describe("what is asked", () => {
  it("is the place and the amount of a harvest: with the tile and the confirmation, four taps", () => {
    expect(taps("harvesting", book())).toEqual(["place", "product", "amount"]);
    expect(
      taps("harvesting", book(), { place: A03.uri }),
      "the bushes at the place say what is picked",
    ).toEqual(["amount"]);
  });

  it("begins with where it was last time, and fills in how much it was", () => {
    const workbook = book({ last: { harvesting: { place: B01.uri, amount: kg(12.4), note: 3 } } });
    const [where] = asked(step("harvesting"), draft("harvesting", {}), workbook);
    expect(where?.options.map(({ name, last }) => [name, last])).toEqual([
      ["Đồng Bông", true],
      ["Vườn A03", false],
    ]);
    const open = asked(step("harvesting"), draft("harvesting", { place: A03.uri }), workbook);
    expect(open.find(({ ask }) => ask.id === "amount")?.likely).toEqual(kg(12.4));
  });

  it("can be done again as the last time, unless a lot would have to be chosen", () => {
    const last = { harvesting: { place: A03.uri, amount: kg(12.4) }, drying: { amount: kg(3) } };
    const sheet = again(step("harvesting"), book({ last }), NOW);
    expect(sheet?.when).toBe("2026-11-24T08:00:00+07:00");
    expect(sheet?.answers).toMatchObject({ place: A03.uri, amount: kg(12.4), product: FLOWERS.uri });
    const two = [lot(FLOWERS.gtin, "H1"), lot(FLOWERS.gtin, "H2")];
    expect(again(step("drying"), book({ last, lots: two }), NOW)).toBeNull();
    expect(again(step("harvesting"), book(), NOW)).toBeNull();
  });

  it("offers the oldest lot first, and nothing that is gone", () => {
    const lots = [
      lot(FLOWERS.gtin, "NEW", { born: "2026-11-22T07:00:00+07:00" }),
      lot(FLOWERS.gtin, "OLD", { born: "2026-11-02T07:00:00+07:00" }),
      lot(FLOWERS.gtin, "EMPTY", { left: 0 }),
      lot(FLOWERS.gtin, "AWAY", { lane: "shipped" }),
      lot(BOXES.gtin, "BOX", { uom: null, lane: "packed" }),
    ];
    const open = asked(step("drying"), draft("drying", {}), book({ lots }));
    expect(open[0]?.options.map((option) => option.lot?.lot)).toEqual(["OLD", "NEW"]);
  });

  it("offers a product's own sacks, and fills in how many boxes a lot makes", () => {
    const { asks } = step("fertilising");
    const ask = asks.find((item) => item.kind === "amount");
    if (ask?.kind !== "amount") throw new Error("no amount is asked");
    const codes = unitsOfAsk(ask, draft("fertilising", { product: MANURE.uri }), book()).map(
      ({ code }) => code,
    );
    expect(codes.slice(0, 2)).toEqual(["bao", "kg"]);
    const workbook = book({ lots: [lot(DRIED.gtin, "D1", { left: 2.97, lane: "tested" })] });
    const sheet = draft("packing", {
      product: BOXES.uri,
      lots: [{ lot: lot(DRIED.gtin, "D1").uri, amount: null }],
    });
    const count = asked(step("packing"), sheet, workbook).find(({ ask }) => ask.id === "count");
    expect(count?.likely).toEqual({ value: 29, unit: "hop", base: 29, uom: null });
  });
});

describe("units", () => {
  it.each([
    ["north", 360],
    ["central", 500],
    ["south", undefined],
  ] as const)("makes a sào of the %s %s m²", (region, base) => {
    expect(unitsOf("area", region).find(({ code }) => code === "sao")?.base).toBe(base);
  });

  it("keeps what was said beside the base unit, without a float's crumbs", () => {
    const units = unitsFor(SPRAY, "north");
    expect(amountOf(20, "cc", units)).toEqual({ value: 20, unit: "cc", base: 0.02, uom: "LTR" });
    expect(amountOf(3, "chai", units)?.base, "a bottle holds its net content").toBe(0.3);
    expect(amountOf(0.3, "ta", unitsOf("mass", "north"))?.base).toBe(30);
    expect(
      amountOf(1, "chai", unitsFor(MANURE, "north")),
      "nobody says what a bottle of it holds",
    ).toBeNull();
  });

  it("reads an amount with what it is in kg", () => {
    const ta = amountOf(2.5, "ta", unitsOf("mass", "north"));
    expect(ta && sayAmount(ta, "vi")).toBe("2,5 tạ (250 kg)");
    expect(sayAmount(kg(12.4), "vi")).toBe("12,4 kg");
    expect(sayAmount(kg(12.4), "en")).toBe("12.4 kg");
  });
});

describe("an event", () => {
  const harvest = draft("harvesting", { place: A03.uri, amount: kg(12.4) });

  it("of a harvest names its bushes, its lot, its day and the certificates in force", () => {
    const certificate = (name: string, validUntil: string) => ({
      uri: `https://id.gs1.org/253/9521001000017${name}`,
      name,
      standard: name,
      validFrom: "2024-01-01",
      validUntil,
      image: null,
    });
    const certificates = [
      certificate("GACP-WHO", "2027-01-01"),
      certificate("VietGAP", "2026-11-23"),
      certificate("OCOP", "2027-01-01"),
    ];
    const told = event(harvest, book({ certificates }));
    expect(told.certificationInfo).toEqual([certificates[0]?.uri]);
    expect(told.ilmd).toMatchObject({
      "cbvmda:harvestStartDate": "2026-11-24",
      "nguon:sourcePlanting": `https://id.gs1.org/01/${BUSHES.gtin}/10/CAY2021`,
      "nguon:plot": "K7Q2M9X4T1BD",
    });
    const [built] = build(harvest, book(), CONTEXT);
    expect(built?.from).toEqual([`https://id.gs1.org/01/${BUSHES.gtin}/10/CAY2021`]);
    expect(built?.about[0]).toMatch(new RegExp(`/01/${FLOWERS.gtin}/10/H261124-[0-9A-Z]{4}$`));
  });

  it("takes what is used from the oldest lot first, and best before from the day of packing", () => {
    const lots = [
      lot(DRIED.gtin, "D2", { left: 5 }),
      lot(DRIED.gtin, "D1", { left: 1, born: "2026-10-01T07:00:00+07:00" }),
    ];
    const answers = {
      product: BOXES.uri,
      lots: lots.map(({ uri }) => ({ lot: uri, amount: null })).reverse(),
      count: { value: 29, unit: "hop", base: 29, uom: null },
    };
    const told = event(draft("packing", answers), book({ lots }));
    expect(told.inputQuantityList).toEqual([
      { epcClass: lots[1]?.uri, quantity: 1, uom: "KGM" },
      { epcClass: lots[0]?.uri, quantity: 1.9, uom: "KGM" },
    ]);
    expect(told.ilmd).toMatchObject({ "cbvmda:itemExpirationDate": "2028-11-23", "nguon:netWeightKg": 0.1 });
  });

  it("of a repack is never fresher than what was repacked", () => {
    const packed = lot(BOXES.gtin, "B1", {
      uom: null,
      left: 9,
      lane: "packed",
      born: "2026-01-10T09:00:00+07:00",
    });
    const answers = {
      product: BOXES.uri,
      lots: [{ lot: packed.uri, amount: null }],
      used: { value: 2, unit: "hop", base: 2, uom: null },
      count: { value: 2, unit: "hop", base: 2, uom: null },
    };
    const told = event(draft("repack", answers), book({ lots: [packed] }));
    expect(isObject(told.ilmd) && told.ilmd["cbvmda:itemExpirationDate"]).toBe("2028-01-10");
  });

  it("of a spraying carries the product's interval, and what was said in cc", () => {
    const amount = amountOf(20, "cc", unitsFor(SPRAY, "north"));
    const told = event(draft("crop_protection", { place: A03.uri, product: SPRAY.uri, amount }), book());
    expect(told["nguon:inputApplied"]).toMatchObject([
      {
        "nguon:product": SPRAY.uri,
        "nguon:amount": 0.02,
        "nguon:uom": "LTR",
        "nguon:preHarvestIntervalDays": 3,
      },
    ]);
    expect(told["nguon:said"]).toEqual([{ item: SPRAY.uri, value: 20, unit: "cc" }]);
  });

  it("is not made while a question is open", () => {
    expect(() => build(draft("harvesting", { place: A03.uri }), book(), CONTEXT)).toThrow(
      expect.objectContaining({ code: "draft.open", params: { ask: "amount" } }),
    );
    expect(() => build(draft("dancing", {}), book(), CONTEXT)).toThrow(LedgerError);
  });

  it("is withdrawn under its own ID and filed as it was; what corrects it keeps the lot", () => {
    const [first] = build(harvest, book(), CONTEXT);
    if (first === undefined) throw new Error("nothing was built");
    const taken = withdraw(first.event, NOW);
    expect(taken.event.eventID).toBe(first.event.eventID);
    expect([taken.about, taken.from]).toEqual([first.about, first.from]);
    const sheet = draft("harvesting", { place: A03.uri, amount: kg(14.2) });
    const [declared, right] = correct(first.event, sheet, book(), { ...CONTEXT, counter: 8 });
    expect(right?.about).toEqual(first.about);
    expect(declared?.event.errorDeclaration).toMatchObject({ correctiveEventIDs: [right?.event.eventID] });
  });
});

describe("identifiers", () => {
  it("never gives a phone the same lot number twice, nor two phones the same", () => {
    const codes = new Set(Array.from({ length: 20_000 }, (_, counter) => shortCode("one", counter)));
    expect(codes.size).toBe(20_000);
    expect(shortCode("one", 1)).not.toBe(shortCode("two", 1));
    expect([...codes].every((code) => /^[0-9A-HJKMNP-TV-Z]{4}$/.test(code))).toBe(true);
  });

  it("gives events IDs of version 7 that begin with the time", () => {
    const id = uuid7(NOW);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.slice(0, 13).replace("-", ""), 16)).toBe(NOW.getTime());
  });

  it("reads a carton's code however it was typed, and refuses a wrong digit", () => {
    const uri = "https://id.gs1.org/00/095210011260117002";
    for (const text of [
      "095210011260117002",
      "(00) 0952 1001 1260 117002",
      uri,
      "https://tem.example/00/095210011260117002",
    ]) {
      expect(containerUri(text)).toBe(uri);
    }
    expect(() => containerUri("095210011260117003")).toThrow(
      expect.objectContaining({ code: "gs1.check_digit" }),
    );
    expect(documentUri(ORG, "HĐ 18/7")).toBe("https://id.gs1.org/253/9521001000017HD-18-7");
  });

  it("files what has no goods under its place", () => {
    const told = event(draft("weeding", { place: B01.uri, method: "hand" }), book());
    expect(filingOf(told)).toEqual({ about: [B01.uri], from: [] });
  });
});

describe("a sentence", () => {
  it("says what, how much, where and when, in both languages", () => {
    const sheet = draft("harvesting", { place: A03.uri, amount: kg(12.4) });
    expect(tell(sheet, book(), "vi", NOW)).toBe(
      "Hái 12,4 kg hoa trà hoa vàng tươi ở vườn A03, hôm nay 24/11, 6:30",
    );
    expect(tell(sheet, book(), "en", NOW)).toBe(
      "Harvested 12.4 kg of hoa trà hoa vàng tươi at vườn A03, today 24/11, 6:30",
    );
    expect(tell({ ...sheet, when: "2026-11-23T16:05:00+07:00" }, book(), "vi", NOW)).toContain(
      "hôm qua 23/11, 16:05",
    );
    expect(tell(draft("harvesting", { place: B01.uri }), book(), "vi", NOW)).toBe(
      "Hái … … ở Đồng Bông, hôm nay 24/11, 6:30",
    );
  });

  it("reads an event back, and its withdrawal", () => {
    const told = event(draft("harvesting", { place: A03.uri, amount: kg(12.4) }), book());
    const said = "Thu hoạch: 12,4 kg hoa trà hoa vàng tươi ở vườn A03, hôm nay 24/11, 6:30";
    expect(tellEvent(told, book(), "vi", NOW)).toBe(said);
    expect(tellEvent(withdraw(told, NOW).event, book(), "vi", NOW)).toBe(`Bỏ lần ghi: ${said}`);
  });
});

describe("what is foreseen", () => {
  const codes = (sheet: Draft, workbook: Workbook) =>
    foresee(sheet, workbook, NOW).map(({ level, code }) => [level, code]);

  it("refuses a harvest inside an interval, to its last day, and says until when", () => {
    const sprayed = (until: string) =>
      book({
        lots: [lot(BUSHES.gtin, "CAY2021", { left: 1200, uom: null, lane: "growing", sprayedUntil: until })],
      });
    const sheet = draft("harvesting", { place: A03.uri, amount: kg(12) });
    expect(codes(sheet, sprayed("2026-11-24"))).toEqual([["refuse", "interval.pre_harvest"]]);
    expect(codes(sheet, sprayed("2026-11-23"))).toEqual([]);
  });

  it("asks about too much, too little and the unusual, and blocks none of it", () => {
    const workbook = book({ lots: [lot(FLOWERS.gtin, "H1", { left: 20 })] });
    const dry = (amount: number, moisture: number) =>
      draft("drying", {
        lots: [{ lot: lot(FLOWERS.gtin, "H1").uri, amount: null }],
        amount: kg(amount),
        product: DRIED.uri,
        readings: [{ parameter: "moisture", value: moisture }],
      });
    expect(codes(dry(3, 8), workbook)).toEqual([]);
    expect(codes(dry(21, 8), workbook)).toEqual([["ask", "balance.exceeded"]]);
    expect(codes(dry(12, 8), workbook)).toEqual([["ask", "measure.yield"]]);
    expect(codes(dry(3, 40), workbook)).toEqual([["ask", "measure.range"]]);
    const harvest = draft("harvesting", { place: A03.uri, amount: kg(5000) });
    expect(codes(harvest, book())).toEqual([["ask", "measure.range"]]);
  });

  it("refuses a time to come, half a box, and a carton's code with a wrong digit", () => {
    const boxes = lot(BOXES.gtin, "B1", { uom: null, left: 9, lane: "packed" });
    const sheet = draft("aggregation", {
      container: "095210011260117003",
      lots: [{ lot: boxes.uri, amount: null }],
      amount: { value: 1.5, unit: "hop", base: 1.5, uom: null },
    });
    const late = { ...sheet, when: "2026-11-24T09:00:00+07:00" };
    expect(codes(late, book({ lots: [boxes] }))).toEqual([
      ["refuse", "time.future"],
      ["refuse", "dl.syntax"],
      ["refuse", "quantity.unit"],
    ]);
  });
});

describe("a phone without a network", () => {
  it("goes on with what it recorded itself: harvested here, dried here, sprayed here", () => {
    let workbook = book();
    const record = (sheet: Draft) => {
      const told = event(sheet, workbook);
      workbook = ahead(workbook, [told]);
      return told;
    };
    record(draft("harvesting", { place: A03.uri, amount: kg(12.4) }));
    const fresh = workbook.lots.find((item) => item.gtin === FLOWERS.gtin);
    expect(fresh).toMatchObject({ left: 12.4, lane: "harvested", place: A03.uri });
    const shares = [{ lot: fresh?.uri ?? "", amount: null }];
    record(draft("drying", { lots: shares, amount: kg(2), product: DRIED.uri, place: farm.SHED.uri }));
    expect(workbook.lots.map((item) => [item.gtin, item.left, item.lane])).toEqual([
      [BUSHES.gtin, 1200, "growing"],
      [DRIED.gtin, 2, "dried"],
    ]);
    record(
      draft("crop_protection", {
        place: A03.uri,
        product: SPRAY.uri,
        amount: amountOf(1, "lit", unitsFor(SPRAY, "north")),
      }),
    );
    expect(workbook.lots[0]?.sprayedUntil).toBe("2026-11-26");
    expect(foresee(draft("harvesting", { place: A03.uri, amount: kg(2) }), workbook, NOW)).toHaveLength(1);
  });

  it("has in hand again what a withdrawn drying had used, though the service told of it before", () => {
    const fresh = lot(FLOWERS.gtin, "H1", { left: 20 });
    const dry = draft("drying", {
      place: farm.SHED.uri,
      lots: [{ lot: fresh.uri, amount: null }],
      amount: kg(3),
      product: DRIED.uri,
    });
    const told = event(dry, book({ lots: [fresh] }));
    const known = ahead(book({ lots: [fresh] }), [told]);
    expect(known.lots.map((item) => item.gtin)).toEqual([DRIED.gtin]);
    const back = ahead(known, [withdraw(told, NOW).event]);
    expect(back.lots.map((item) => [item.uri, item.left])).toEqual([[fresh.uri, 20]]);
    const [, right] = correct(
      told,
      { ...dry, answers: { ...dry.answers, amount: kg(4) } },
      before(known, told),
      CONTEXT,
    );
    expect(right?.event.inputQuantityList).toEqual(told.inputQuantityList);
  });

  it("forgets what it withdrew itself", () => {
    const told = event(draft("harvesting", { place: A03.uri, amount: kg(12.4) }), book());
    expect(ahead(book(), [told, withdraw(told, NOW).event]).lots).toEqual(book().lots);
  });
});
