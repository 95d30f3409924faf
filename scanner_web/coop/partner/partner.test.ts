import { describe, expect, it } from "vitest";
import { claims, type Heard } from "../../page/story/claims.ts";
import type { Built } from "../lines/types.ts";
import { type Claim, readTable } from "./claims.ts";
import { acceptance, type Came, type Desk, denial, receiving, result } from "./events.ts";
import { cameOf, csv, linesOf, type Scanned, toneOf, totals } from "./tally.ts";

const GS1 = "https://id.gs1.org";
const [COOP, SHOP, LAB] = [
  `${GS1}/417/9521001000017`,
  `${GS1}/417/9521095000016`,
  `${GS1}/417/9521090000011`,
];
const LOT = `${GS1}/01/09521001000055/10/THV260116`;
const OTHER = `${GS1}/01/09521001000062/10/CG2512`;
const PALLET = `${GS1}/00/095210011260117002`;
const SERIALS = [1, 2, 3].map((n) => `${GS1}/01/09521001000055/21/A${n}`);
const SENT = "urn:uuid:01997f2e-7a0b-7c3e-9a54-1b2c3d4e5f60";

let made = 0;
const desk = (org: string): Desk => ({
  org,
  place: `${GS1}/414/9521095000023`,
  now: new Date("2026-11-24T03:00:00Z"),
  id: () => `00000000-0000-7000-8000-${String(made++).padStart(12, "0")}`,
});

function claim(event: object, about: readonly string[], part = "to", goods: object[] = []): Claim {
  const said = {
    index: 1,
    eventID: SENT,
    by: COOP,
    byName: "HTX Mẫu",
    named: part === "test" ? LAB : SHOP,
    namedName: "",
    part,
    state: "claimed",
    reason: "",
    event,
    about,
    goods,
    line: null,
  };
  const table = readTable(JSON.parse(JSON.stringify({ toAnswer: [said], unanswered: [] })), "");
  const [read] = table.toAnswer;
  if (!read) throw new Error("no claim");
  return read;
}

const shipped = (goods: object, about: readonly string[]) =>
  claim(
    { bizStep: "shipping", destinationList: [{ type: "owning_party", destination: SHOP }], ...goods },
    about,
  );
const quantity = (...amounts: [string, number][]) => ({
  quantityList: amounts.map(([epcClass, quantity]) => ({ epcClass, quantity })),
});

/** What becomes of the claim once what was built is in the log. */
function becomes(asked: Claim, built: readonly Built[], org = SHOP, role = "retailer") {
  const payload = { ...asked.event, eventID: asked.eventId };
  const before: Heard = { index: 1, payload, org: COOP, role: "member", about: asked.about };
  const after = built.map(({ event, about }, i) => ({ index: 2 + i, payload: event, org, role, about }));
  const found = claims([before, ...after]).find(({ index, named }) => index === 1 && named === org);
  return found && { state: found.state, differences: found.differences, reason: found.reason };
}

const came = (uri: string, expected: number, received: number, aside = 0): Came => ({
  uri,
  uom: null,
  expected,
  received,
  aside,
  why: aside ? "đang thu hồi" : "",
});

describe("what a shop signs", () => {
  it("accepts a delivery that came whole, in the form in which it was sent", () => {
    for (const [goods, about] of [
      [quantity([LOT, 58]), [LOT]],
      [{ epcList: [PALLET] }, [PALLET]],
      [{ epcList: SERIALS }, [LOT, ...SERIALS]],
      [{ childEPCs: SERIALS, parentID: PALLET }, [LOT, PALLET]],
    ] as const) {
      const asked = shipped(goods, about);
      const built = receiving(asked, [came(LOT, 58, 58)], desk(SHOP));
      expect(built).toHaveLength(1);
      expect(becomes(asked, built)).toEqual({ state: "accepted", differences: [], reason: "" });
    }
  });

  it("says how much came where something is missing", () => {
    const asked = shipped(quantity([LOT, 58], [OTHER, 10]), [LOT, OTHER]);
    const built = receiving(asked, [came(LOT, 58, 57), came(OTHER, 10, 10)], desk(SHOP));
    const found = becomes(asked, built);
    expect(found?.state).toBe("differs");
    expect(found?.differences).toEqual([{ uri: LOT, uom: "", claimed: 58, answered: 57 }]);
  });

  it("tells of a pallet what was missing in it", () => {
    const asked = shipped({ epcList: [PALLET] }, [PALLET]);
    const built = receiving(asked, [came(LOT, 200, 199)], desk(SHOP));
    expect(becomes(asked, built)?.differences).toEqual([{ uri: LOT, uom: "", claimed: 200, answered: 199 }]);
    expect(built[0]?.about).toContain(PALLET);
  });

  it("writes down what was set aside, under its lot, with the reason", () => {
    const asked = shipped(quantity([LOT, 32]), [LOT]);
    const [, aside, ...others] = receiving(asked, [came(LOT, 32, 20, 12)], desk(SHOP));
    expect(others).toEqual([]);
    expect(aside?.about).toEqual([LOT]);
    expect(aside?.event).toMatchObject({
      disposition: "non_sellable_other",
      quantityList: [{ epcClass: LOT, quantity: 12 }],
      "nguon:reason": "đang thu hồi",
    });
  });

  it("accepts what was ordered although something else came too, which is set aside", () => {
    const asked = shipped(quantity([LOT, 58]), [LOT]);
    const built = receiving(asked, [came(LOT, 58, 58), came(OTHER, 0, 0, 2)], desk(SHOP));
    expect(becomes(asked, built)?.state).toBe("accepted");
    expect(built.map(({ about }) => about)).toEqual([[LOT], [OTHER]]);
  });

  it("denies what it never got", () => {
    const asked = shipped(quantity([LOT, 58]), [LOT]);
    expect(becomes(asked, [denial(asked, "Chưa hề nhận", desk(SHOP))])).toEqual({
      state: "denied",
      differences: [],
      reason: "Chưa hề nhận",
    });
    expect(becomes(asked, [acceptance(asked, desk(SHOP))])?.state).toBe("accepted");
  });

  it("names itself as who has the goods now, and the papers of the delivery", () => {
    const papers = [{ type: "po", bizTransaction: `${GS1}/253/9521095000016PO-1` }];
    const asked = shipped({ ...quantity([LOT, 1]), bizTransactionList: papers }, [LOT]);
    const [built] = receiving(asked, [came(LOT, 1, 1)], desk(SHOP));
    expect(built?.event).toMatchObject({
      bizTransactionList: papers,
      destinationList: [
        { type: "owning_party", destination: SHOP },
        { type: "possessing_party", destination: SHOP },
      ],
      eventTime: "2026-11-24T10:00:00+07:00",
    });
    expect(built?.event.eventID).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe("what a laboratory signs", () => {
  const asked = claim(
    { bizStep: "sampling", ...quantity([LOT, 0.05]), "nguon:laboratory": LAB },
    [LOT],
    "test",
  );
  const found = {
    lot: LOT,
    amount: { quantity: 3, uom: "KGM" },
    conformant: false,
    figures: [{ report: { type: "Dimensionless", uom: "P1", "nguon:limitMax": 13 }, value: 14.2 }],
    number: "KN26-0098",
    attachments: [],
  };

  it("answers the sample with its result, whatever it is", () => {
    const built = result(found, asked, desk(LAB));
    expect(becomes(asked, [built], LAB, "laboratory")?.state).toBe("accepted");
    expect(built.event).toMatchObject({
      bizStep: "inspecting",
      disposition: "non_conformant",
      persistentDisposition: { set: ["non_conformant"], unset: ["conformant"] },
      bizTransactionList: [{ type: "testres", bizTransaction: `${GS1}/253/9521090000011KN26-0098` }],
      sensorElementList: [{ sensorReport: [{ "nguon:limitMax": 13, value: 14.2 }] }],
    });
  });
});

describe("the checklist", () => {
  const goods = claim({}, [], "to", [
    {
      uri: LOT,
      gtin: "09521001000055",
      lot: "THV260116",
      product: "Trà",
      quantity: 2,
      uom: null,
      unit: null,
    },
    {
      uri: OTHER,
      gtin: "09521001000062",
      lot: "CG2512",
      product: "Cà",
      quantity: 3.5,
      uom: "KGM",
      unit: null,
    },
  ]).goods;
  const scan = (code: string, verdict: string, lot = LOT): Scanned => ({
    code,
    lot,
    gtin: "09521001000055",
    tone: toneOf(verdict),
    verdict,
  });

  it("counts good labels, puts the others aside, and lists what nobody ordered", () => {
    const extra = `${GS1}/01/09521001000055/10/X%2F1`;
    const lines = linesOf(goods, [scan("a", "verified"), scan("b", "recalled"), scan("c", "extra", extra)], {
      [OTHER]: 3.5,
    });
    expect(lines.map(({ lot, received, aside, state, why }) => [lot, received, aside, state, why])).toEqual([
      ["THV260116", 1, 1, "aside", "recalled"],
      ["CG2512", 3.5, 0, "enough", ""],
      ["X/1", 0, 1, "aside", "extra"],
    ]);
    expect(totals(lines)).toEqual({ expected: 3, received: 2, aside: 2, missing: 0 });
    expect(cameOf(lines, (verdict) => `vì ${verdict}`).map(({ why }) => why)).toEqual([
      "vì recalled",
      "",
      "vì extra",
    ]);
  });

  it("knows what is short, over and not begun", () => {
    const states = (hand: Record<string, number>) => linesOf(goods, [], hand).map(({ state }) => state);
    expect(states({})).toEqual(["todo", "todo"]);
    expect(states({ [LOT]: 1, [OTHER]: 4 })).toEqual(["short", "over"]);
  });

  it("takes nothing for good that is not a verdict of a whole record", () => {
    for (const verdict of ["recalled", "tampered", "unknown", "malformed", "", "verified "])
      expect(toneOf(verdict)).toBe("stop");
    for (const verdict of ["expired", "suspect_copy", "incomplete"]) expect(toneOf(verdict)).toBe("aside");
  });

  it("writes a table that no spreadsheet takes for a formula", () => {
    expect(
      csv([
        ["=1+1", 'a"b', 3],
        [null, "x,y", -2],
      ]),
    ).toBe('\ufeff\'=1+1,"a""b",3\r\n,"x,y",-2\r\n');
  });
});

it("reads no table of another shape", () => {
  expect(() => readTable({ toAnswer: [{}], unanswered: [] }, "")).toThrow();
});
