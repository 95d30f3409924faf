import { h } from "preact";
import { describe, expect, it } from "vitest";
import { Catalogue } from "../../page/i18n.ts";
import { readMessages } from "../../tools/catalogue.ts";
import { stepOf } from "../lines/table.ts";
import type { Draft } from "../lines/types.ts";
import { unitsOf } from "../lines/units.ts";
import type { Workbook } from "../workbook.ts";
import { daysAgo, dayText, momentOf, onDay, shortMoment } from "./record/days.ts";
import { stepIn } from "./record/figures.tsx";
import { answered, onward, progress, questionOf } from "./record/flow.ts";
import { figureOf, figureText, stepped } from "./record/stepper.tsx";
import { homeOf } from "./rooms.ts";
import { find, placeOf } from "./router.ts";
import { practiceWorkbook } from "./sample.ts";

const VI = new Catalogue("vi", readMessages(`${import.meta.dirname}/../..`, "vi"));
const EN = new Catalogue("en", readMessages(`${import.meta.dirname}/../..`, "en"));

describe("an address", () => {
  it("names a screen only where it begins as one: an invitation's secret and a heading's name do not", () => {
    expect(placeOf("#/record/herb/harvesting?again=1").path).toBe("/record/herb/harvesting");
    expect(placeOf("#/record/herb/harvesting?again=1").query.get("again")).toBe("1");
    for (const hash of ["", "#", "#main", "#n3Qx1Hh0m0h0XcVbB2kJwzv8p1A"])
      expect(placeOf(hash).path).toBe("/");
    expect(placeOf("#/desk/").path).toBe("/desk");
  });

  it("finds the first screen whose path it fits, with what stands in its open places", () => {
    const one = () => h("i", null);
    const other = () => h("b", null);
    const screens = { "/desk": one, "/desk/lot/:gtin/:lot": other };
    expect(find(screens, "/desk")).toEqual({ screen: one, params: {} });
    expect(find(screens, "/desk/lot/0952/A%2FB")?.params).toEqual({ gtin: "0952", lot: "A/B" });
    for (const path of ["/desks", "/desk/lot/0952", "/desk/lot/0952/%E0%A4%A"])
      expect(find(screens, path)).toBeNull();
  });

  it("is another first one for a laboratory, a shop and the alliance than for who records", () => {
    expect(["member", "officer", "laboratory", "retailer", "alliance"].map(homeOf)).toEqual([
      "/",
      "/",
      "/lab",
      "/shop",
      "/alliance",
    ]);
  });
});

describe("a figure", () => {
  it("is read with comma or point, and is none where anything else stands there", () => {
    expect(["12,4", "12.4", " 1 250 ", "0"].map(figureOf)).toEqual([12.4, 12.4, 1250, 0]);
    expect(["", "-1", "1,2,3", "12kg", "1e3", ",5"].map(figureOf)).toEqual(Array(6).fill(null));
  });

  it("is written as it is typed", () => {
    expect([figureText(12.4, VI), figureText(12.4, EN), figureText(0.1 + 0.2, VI)]).toEqual([
      "12,4",
      "12.4",
      "0,3",
    ]);
  });

  it("steps without rests of binary fractions, and never below nothing", () => {
    let value: number | null = null;
    for (let i = 0; i < 3; i++) value = stepped(value, 0.1, true, 0, 1e9);
    expect(value).toBe(0.3);
    expect(stepped(0.05, 0.1, false, 0, 1e9)).toBe(0);
    expect(stepped(99.95, 0.1, true, 0, 100)).toBe(100);
  });

  it("steps by a tenth of a large unit", () => {
    const [kg, yen, ta] = ["kg", "yen", "ta"].map((code) =>
      unitsOf("mass", "north").find((unit) => unit.code === code),
    );
    if (!kg || !yen || !ta) throw new Error("units");
    expect([stepIn(kg, 0.1), stepIn(yen, 0.1), stepIn(ta, 0.1)]).toEqual([0.1, 0.1, 0.1]);
    expect(stepIn(kg, 1)).toBe(1);
  });
});

describe("a day", () => {
  const now = new Date("2026-11-24T18:30:00Z"); // half past one of the 25th in Vietnam

  it("is Vietnam's, wherever the phone is", () => {
    expect(momentOf(now)).toBe("2026-11-25T01:30:00+07:00");
    expect([daysAgo(now, 0), daysAgo(now, 1)]).toEqual(["2026-11-25", "2026-11-24"]);
    expect(shortMoment("2026-11-24T18:30:00Z", VI)).toBe("25/11, 01:30");
  });

  it("is called today, yesterday and the day before, and by its date further back", () => {
    const said = (day: string) => dayText(day, now, VI);
    expect(said("2026-11-25")).toBe("Hôm nay, 25/11");
    expect(said("2026-11-24")).toBe("Hôm qua, 24/11");
    expect(said("2026-11-20")).toBe("20/11/2026");
    expect(dayText("2026-11-24", now, EN)).toBe("Yesterday, 24 Nov");
  });

  it("keeps the hour when it is moved, but nothing is recorded of the future", () => {
    expect(onDay("2026-11-20", "2026-11-25T01:30:00+07:00", now)).toBe("2026-11-20T01:30:00+07:00");
    expect(onDay("2026-11-25", "2026-11-24T16:00:00+07:00", now)).toBe("2026-11-25T01:30:00+07:00");
  });
});

describe("recording a harvest", () => {
  const workbook = practiceWorkbook();
  const step = stepOf("herb", "harvesting");
  if (!step) throw new Error("no harvest");
  const empty: Draft = { line: "herb", step: "harvesting", when: "2026-11-24T06:30:00+07:00", answers: {} };

  it("asks where and how much, and nothing that has only one answer", () => {
    const first = onward(step, empty, workbook);
    expect(first.question?.ask.id).toBe("place");
    expect(progress(step, { draft: first.draft, trail: [] }, workbook)).toEqual({ at: 0, of: 3 });
    const place = first.question?.options[0]?.answer ?? null;
    const second = onward(step, answered(first.draft, "place", place), workbook);
    expect(second.question?.ask.id).toBe("amount");
    expect(second.draft.answers.product).toBe(workbook.products[0]?.uri);
    expect(progress(step, { draft: second.draft, trail: [first.draft] }, workbook)).toEqual({ at: 1, of: 3 });
  });

  it("does not ask where a garden is that is the only one", () => {
    const alone: Workbook = {
      ...workbook,
      places: workbook.places.filter(({ name }) => name !== "Vườn đồi"),
    };
    expect(onward(step, empty, alone).question?.ask.id).toBe("amount");
  });

  it("offers all answers again where one is to be changed", () => {
    const draft = onward(step, answered(empty, "place", workbook.places[1]?.uri ?? null), workbook).draft;
    expect(questionOf(step, draft, "place", workbook)?.options.map(({ name }) => name)).toContain("Vườn nhà");
  });
});
