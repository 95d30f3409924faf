import { describe, expect, it } from "vitest";
import vi from "../../../nguon/locales/vi.json";
import { Catalogue, type Message } from "../../page/i18n.ts";
import { flatten } from "../../tools/catalogue.ts";
import type { JsonObject } from "../../verify/json.ts";
import { type Card, type Reach, readBoard, readReach } from "./data.ts";
import { certificateAttributes, changed, description, kilograms, productAttributes } from "./describing.ts";
import { checkRoll, MOST_SERIALS, recalls, releases, rollEvent, voidEvents } from "./events.ts";
import { checkDigit, codeOf, nextGtin, readGtin, readNumber } from "./numbers.ts";
import {
  amountText,
  cardNote,
  chosenAmount,
  firstChoice,
  forgotten,
  recalledOf,
  standing,
  standingText,
  today,
  toneOf,
} from "./views.ts";

const messages: Readonly<Record<string, Message>> = flatten(vi);
const c = new Catalogue("vi", messages);
const LOT = "https://id.gs1.org/01/09521001000055/10/TH260117";
const STEMS = ["https://id.gs1.org/414/9521001", "https://id.gs1.org/01/09521001"];
const moment = () => {
  let count = 0;
  return {
    now: new Date("2026-11-24T03:00:00Z"),
    uuid: () => `00000000-0000-7000-8000-${String(++count).padStart(12, "0")}`,
  };
};

describe("GS1 numbers", () => {
  it("ends with the check digit that GS1's own examples have", () => {
    expect(checkDigit("629104150021")).toBe(3);
    expect(checkDigit("0952100100005")).toBe(5);
  });

  it("says which last digit is right, whose number it is, and whether it is taken", () => {
    expect(readGtin("9521001000055", STEMS, [])).toEqual({
      gtin: "09521001000055",
      problem: null,
      digit: null,
    });
    expect(readGtin("9521001 00005-4", STEMS, [])).toEqual({ gtin: null, problem: "check", digit: 5 });
    expect(readGtin("9521001000055", STEMS, ["09521001000055"]).problem).toBe("taken");
    expect(readGtin("9521002000085", STEMS, []).problem).toBe("foreign");
    expect(readGtin("95210010000", STEMS, []).problem).toBe("length");
    expect(readGtin("95210010000O5", STEMS, []).problem).toBe("digits");
    expect(readGtin(" ", STEMS, []).problem).toBe("empty");
  });

  it("offers the first number that no product has, and none where there is no company prefix", () => {
    expect(nextGtin(STEMS, [])).toBe("09521001000017");
    expect(nextGtin(STEMS, ["09521001000017", "09521001000024"])).toBe("09521001000031");
    expect(readGtin(nextGtin(STEMS, []) ?? "", STEMS, []).problem).toBeNull();
    expect(nextGtin(["https://id.gs1.org/417/9521001000017"], [])).toBeNull();
  });

  it("makes a code of a name without marks, that no other has", () => {
    expect(codeOf("Đồng Bông 2", [])).toBe("DONG-BONG-2");
    expect(codeOf("Đồng Bông", ["DONG-BONG"])).toBe("DONG-BONG-2");
    expect(codeOf("Xưởng sơ chế và sấy thăng hoa", []).length).toBeLessThanOrEqual(17);
    expect(codeOf("—", [])).toBe("X");
  });

  it("reads numbers as people write them", () => {
    expect(readNumber("0,42")).toBe(0.42);
    expect(readNumber("12.5")).toBe(12.5);
    for (const text of ["", "0", "-3", "1,2,3", "năm", "1e3"]) expect(readNumber(text)).toBeNull();
  });
});

describe("descriptions", () => {
  it("have exactly the four members that the ledger asks for, and are about their id", () => {
    const made = description("product", "https://id.gs1.org/01/09521001000055", { a: 1 }, "2026-11-24");
    expect(Object.keys(made.payload).sort()).toEqual(["attributes", "id", "type", "validFrom"]);
    expect(made.about).toEqual([made.payload.id]);
    expect(made.typ).toBe("master+jws");
  });

  it("keep what a form does not ask for, under whatever prefix it was written", () => {
    const before: JsonObject = {
      "urn:epcglobal:cbv:mda:descriptionShort": "cũ",
      "nguon:ocopStars": 3,
      "https://w3id.org/nguon/epcis/scientificName": "Camellia sp.",
    };
    const said = {
      name: " Trà hoa vàng ",
      netContent: "100 g",
      shelfLifeMonths: 24,
      ocopStars: 4,
      line: "herb",
      standards: "",
      image: null,
      input: null,
    };
    const after = productAttributes(said, before);
    expect(after["https://w3id.org/nguon/epcis/scientificName"]).toBe("Camellia sp.");
    expect(after["urn:epcglobal:cbv:mda:descriptionShort"]).toBe("Trà hoa vàng");
    expect(after["nguon:ocopStars"]).toBeUndefined();
    expect(after["https://w3id.org/nguon/epcis/ocopStars"]).toBe(4);
    expect(after["https://w3id.org/nguon/epcis/netWeightKg"]).toBe(0.1);
    expect(after["https://w3id.org/nguon/epcis/appliedStandards"]).toBeUndefined();
  });

  it("lose what is taken away, and nothing else", () => {
    expect(changed({ "x:a": 1, "x:b": 2 }, { "y:a": null })).toEqual({ "x:b": 2 });
    const said = {
      name: "OCOP",
      standard: "OCOP",
      validFrom: "2026-01-01",
      validUntil: "2026-12-31",
      image: null,
    };
    expect(certificateAttributes(said)["https://w3id.org/nguon/epcis/validUntil"]).toBe("2026-12-31");
  });

  it("weigh what a net content weighs", () => {
    expect([
      kilograms("100 g"),
      kilograms("0,5 kg"),
      kilograms("1.25kg"),
      kilograms("12 chai"),
      kilograms(""),
    ]).toEqual([0.1, 0.5, 1.25, null, null]);
  });
});

describe("recalls and rolls", () => {
  it("recalls a whole lot by its class, filed about it", () => {
    const [event] = recalls([{ uri: LOT, serials: null }], "Kiểm nghiệm không đạt", moment());
    expect(event?.about).toEqual([LOT]);
    expect(event?.payload.quantityList).toEqual([{ epcClass: LOT }]);
    expect(event?.payload.persistentDisposition).toEqual({ set: ["recalled"] });
    expect(event?.payload["nguon:recallReason"]).toBe("Kiểm nghiệm không đạt");
    expect(event?.payload.eventTime).toBe("2026-11-24T10:00:00+07:00");
  });

  it("recalls instances by their serials, filed about their lot, and many in several events", () => {
    const serials = Array.from({ length: MOST_SERIALS + 1 }, (_, place) => `S${place}`);
    const events = recalls([{ uri: LOT, serials }], "x", moment());
    expect(
      events.map(({ payload }) => (Array.isArray(payload.epcList) ? payload.epcList.length : 0)),
    ).toEqual([MOST_SERIALS, 1]);
    expect(events.every(({ about }) => about.length === 1 && about[0] === LOT)).toBe(true);
    expect(new Set(events.map(({ payload }) => payload.eventID)).size).toBe(2);
  });

  it("ends a recall of the lot and of what was made of it, with a reason", () => {
    const events = releases([LOT, `${LOT}-1`], "Kiểm lại đạt", moment());
    expect(events.map(({ about }) => about)).toEqual([[LOT], [`${LOT}-1`]]);
    expect(events[0]?.payload.persistentDisposition).toEqual({ unset: ["recalled"] });
    expect(events[0]?.payload["nguon:releaseReason"]).toBe("Kiểm lại đạt");
  });

  const roll = (): JsonObject => ({
    bizStep: "encoding",
    disposition: "encoded",
    quantityList: [{ epcClass: LOT, quantity: 58 }],
    "nguon:roll": { id: "r", count: 58, root: "00" },
  });

  it("signs a roll only for the lot and the count that the screen shows", () => {
    expect(() => checkRoll(roll(), LOT, 58)).not.toThrow();
    expect(() => checkRoll({ ...roll(), "nguon:hidden": { root: "11", count: 58 } }, LOT, 58)).not.toThrow();
    const wrong: JsonObject[] = [
      { ...roll(), quantityList: [{ epcClass: `${LOT}X`, quantity: 58 }] },
      { ...roll(), "nguon:roll": { id: "r", count: 580, root: "00" } },
      { ...roll(), "nguon:hidden": { root: "11", count: 1 } },
      { ...roll(), persistentDisposition: { set: ["recalled"] } },
      { ...roll(), bizStep: "inspecting" },
    ];
    for (const members of wrong) expect(() => checkRoll(members, LOT, 58)).toThrow();
    expect(() => checkRoll(roll(), LOT, 57)).toThrow();
  });

  it("voids only the serials that were typed, filed about their lot and themselves", () => {
    const instance = "https://id.gs1.org/01/09521001000055/21/0000GBCDEFGHJKMNP";
    const members: JsonObject = {
      bizStep: "decommissioning",
      disposition: "inactive",
      epcList: [instance],
      "nguon:lotNumber": "TH260117",
      "nguon:voided": { roll: "r", inclusions: [[]] },
      "nguon:voidReason": "Hỏng khi in",
    };
    const [made] = voidEvents([members], LOT, ["0000GBCDEFGHJKMNP"], moment());
    expect(made?.about).toEqual([LOT, instance]);
    expect(() => voidEvents([members], LOT, ["0000GBCDEFGHJKMNQ"], moment())).toThrow();
    expect(() =>
      voidEvents([{ ...members, action: "DELETE" }], LOT, ["0000GBCDEFGHJKMNP"], moment()),
    ).toThrow();
  });

  it("signs what the service made as it is", () => {
    const { payload, about } = rollEvent(roll(), [LOT], moment());
    expect(payload).toMatchObject(roll());
    expect(about).toEqual([LOT]);
  });
});

describe("what a recall covers", () => {
  const part = (
    state: string,
    amount: number,
    serials: string[],
    name: string | null = null,
  ): JsonObject => ({
    state,
    party: name && `https://id.gs1.org/417/${name}`,
    name,
    amount,
    uom: null,
    serials,
    since: null,
  });
  const reach = (numbered: boolean, daughters: number): Reach =>
    readReach({
      uri: LOT,
      lot: "TH260117",
      product: "Mật ong",
      recalled: false,
      parts: [
        part("handed", 2, numbered ? ["A", "B"] : [], "Cửa hàng"),
        part("stock", 1, numbered ? ["C"] : []),
      ],
      daughters: Array.from({ length: daughters }, (_, place) => ({
        uri: `${LOT}-${place}`,
        lot: `D${place}`,
        product: "Mật ong",
        forgotten: true,
      })),
      call: [],
    });

  it("begins with what has left the house, and says what that forgets", () => {
    const found = reach(true, 1);
    const chosen = firstChoice(found);
    expect([...chosen.parts]).toEqual([0]);
    expect(forgotten(found, chosen).parts.map(({ serials }) => serials)).toEqual([["C"]]);
    expect(forgotten(found, chosen).lots).toBe(1);
    expect(recalledOf(found, chosen)).toEqual([{ uri: LOT, serials: ["A", "B"] }]);
    expect(chosenAmount(found, chosen)).toEqual({ amount: 2, uom: null });
  });

  it("is of the whole lot and of all made of it, once all is taken", () => {
    const found = reach(true, 2);
    const all = { parts: new Set([0, 1]), daughters: true };
    expect(forgotten(found, all)).toEqual({ parts: [], lots: 0 });
    expect(recalledOf(found, all)).toEqual([
      { uri: LOT, serials: null },
      { uri: `${LOT}-0`, serials: null },
      { uri: `${LOT}-1`, serials: null },
    ]);
  });

  it("is always of the whole lot where its packs have no numbers", () => {
    const found = reach(false, 0);
    expect(recalledOf(found, firstChoice(found))).toEqual([{ uri: LOT, serials: null }]);
  });
});

describe("what screens say", () => {
  it("warns of a certificate 60, 30 and 7 days before its end, and counts its last day", () => {
    const levels = [-1, 0, 7, 8, 30, 31, 60, 61].map((days) => {
      const until = today(new Date(Date.UTC(2026, 10, 24 + days)));
      return standing(until, "2026-11-24").level;
    });
    expect(levels).toEqual(["ended", "week", "week", "month", "month", "soon", "soon", "fine"]);
    expect(standingText(standing("2026-11-24", "2026-11-24"), c)).toBe("Hôm nay là ngày cuối");
    expect(standingText(standing("2026-12-14", "2026-11-24"), c)).toBe("Còn 20 ngày");
    expect(toneOf(standing("", "2026-11-24"))).toBe("good");
  });

  it("knows which day it is in Vietnam, also before seven in the morning", () => {
    expect(today(new Date("2026-11-23T18:00:00Z"))).toBe("2026-11-24");
  });

  it("writes amounts with their unit, and packs as packs", () => {
    expect(amountText(12.4, "KGM", c)).toBe("12,4 kg");
    expect(amountText(58, null, c)).toBe("58 gói");
    expect(amountText(null, "KGM", c)).toBe("");
  });

  const card = (change: Partial<Card>): Card => ({
    uri: LOT,
    gtin: "09521001000055",
    lot: "TH260117",
    product: "Trà",
    left: 3,
    start: 3,
    uom: "KGM",
    last: "2026-11-20T08:00:00+07:00",
    placeName: null,
    handedTo: null,
    sampled: null,
    conformant: null,
    tem: 0,
    recalled: false,
    lacks: null,
    ...change,
  });

  it("says the worst of a lot, and how long it waits for its result", () => {
    const say = (change: Partial<Card>) => cardNote(card(change), "2026-11-24", c)?.text;
    expect(say({ sampled: "2026-11-20T08:00:00+07:00" })).toBe("chờ phiếu 4 ngày");
    expect(say({ conformant: false, lacks: ["a"], tem: 5 })).toBe("kiểm nghiệm không đạt");
    expect(say({ recalled: true, conformant: false })).toBe("đang thu hồi");
    expect(say({ lacks: ["a", "b"] })).toBe("còn thiếu 2 việc");
    expect(say({ lacks: [], tem: 58 })).toBe("đã in 58 tem");
    expect(say({})).toBeUndefined();
  });

  it("reads a board strictly, and leaves lanes out that it does not know", () => {
    expect(
      readBoard({
        lanes: [
          { lane: "elsewhere", lots: [] },
          { lane: "packed", lots: [] },
        ],
      }),
    ).toEqual([{ lane: "packed", lots: [] }]);
    expect(() => readBoard({ lanes: [{ lane: "packed", lots: [{}] }] })).toThrow();
  });
});
