import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../verify/json";
import { asked } from "./asking";
import { build } from "./build";
import { LINES, linesOf, steps } from "./table";
import { tell } from "./telling";
import { LineError } from "./template";
import { A03, book, draft, kg, NOW, ORG, product } from "./testbook";

const UI = join(import.meta.dirname, "../../ui");
const GIVEN = "org here receiver plot number day expiry netWeightKg lossKg".split(" ");

const VEGETABLES: JsonObject = {
  line: "vegetables",
  name: { vi: "Rau", en: "Vegetables" },
  steps: [
    {
      code: "harvesting",
      tile: "harvest",
      who: "member",
      icon: "p-harvest",
      letter: "H",
      name: { vi: "Hái rau", en: "Pick" },
      words: ["hái rau"],
      asks: [
        { use: "field" },
        {
          id: "product",
          kind: "product",
          kinds: ["harvested"],
          title: { vi: "Rau gì?", en: "What?" },
          label: { vi: "Rau", en: "What" },
        },
        {
          id: "amount",
          kind: "amount",
          of: "product",
          units: ["kg"],
          step: 1,
          title: { vi: "Bao nhiêu?", en: "How much?" },
          label: { vi: "Được", en: "Amount" },
        },
      ],
      event: {
        does: "harvesting",
        step: "harvesting",
        disposition: "active",
        at: "$place",
        makes: [{ product: "product", amount: "amount" }],
        ilmd: { "cbvmda:lotNumber": "$number" },
      },
      tell: {
        vi: "Hái {amount} {product} ở {place}, {when}",
        en: "Picked {amount} of {product} at {place}, {when}",
      },
    },
    { use: "crop_protection" },
  ],
};

describe("the table of what can be recorded", () => {
  it("has herbs, rice and honey, each with a harvest, a delivery and a laboratory's result", () => {
    expect(LINES.map((line) => line.code)).toEqual(["herb", "honey", "rice"]);
    for (const line of LINES) {
      const codes = line.steps.map((step) => step.code);
      expect(codes).toEqual(
        expect.arrayContaining(["harvesting", "shipping", "laboratory", "packing", "note"]),
      );
    }
  });

  it("names only asks that a step has, in its sentences and in its event", () => {
    for (const step of LINES.flatMap((line) => line.steps)) {
      const ids = step.asks.map((ask) => ask.id);
      expect(new Set(ids).size, `${step.line} ${step.code}`).toBe(ids.length);
      // What stands in brackets is left out where a line does not ask it.
      const sure = `${step.tell.vi}${step.tell.en}`.replace(/\[[^\]]*\]/g, "");
      const said = [...sure.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
      const looked = [...JSON.stringify(step.event).matchAll(/"\$(\w+)/g)].map((found) => found[1]);
      const documents = step.event.documents.map((rule) => rule.ask);
      for (const name of [...said, ...looked, ...documents]) {
        expect([...ids, ...GIVEN, "when"], `${step.line} ${step.code}`).toContain(name);
      }
      for (const taking of step.event.takes) {
        const named = "lots" in taking ? taking.lots : taking.stock;
        expect(ids, `${step.line} ${step.code}`).toContain(named);
      }
    }
  });

  it("is told in the documentation, step by step", () => {
    const guide = readFileSync(join(import.meta.dirname, "../../../docs/recording.md"), "utf8");
    for (const step of LINES.flatMap((line) => line.steps)) {
      expect(guide.split(/[\s|`]+/), `${step.line} ${step.code}`).toContain(step.code);
    }
  });

  it("has a picture in the sprites for each step", () => {
    const sprites = ["icons.svg", "art.svg"].map((name) => readFileSync(join(UI, name), "utf8")).join();
    for (const step of LINES.flatMap((line) => line.steps)) {
      expect(sprites, `${step.line} ${step.code}`).toContain(`id="${step.icon}"`);
    }
  });

  it("says in Vietnamese and in English all that it says", () => {
    const texts = JSON.stringify(LINES).match(/"(?:vi|en)":"[^"]*"/g) ?? [];
    expect(texts.length).toBeGreaterThan(1000);
    expect(texts.filter((text) => text.endsWith(':""'))).toEqual([]);
  });

  it("takes a new line from one file: it is asked, told and built like the others", () => {
    const lines = linesOf({ "vegetables.json": VEGETABLES });
    const cress = product("09521004000014", "Rau má", "harvested", { line: "vegetables" });
    const bare = book();
    const farm = { ...bare, org: { ...bare.org, lines: ["vegetables"] }, products: [cress], lots: [] };
    const [step] = steps(farm, lines);
    if (step === undefined) throw new Error("the line has no step");
    const sheet = draft("harvesting", { place: A03.uri, amount: kg(7) }, "vegetables");
    const open = asked(step, sheet, farm).filter(({ certain, ask }) => !certain && !ask.aside);
    expect(open).toEqual([]);
    expect(tell(sheet, farm, "vi", NOW, lines)).toBe("Hái 7 kg rau má ở vườn A03, hôm nay 24/11, 6:30");
    const [built] = build(sheet, farm, { now: NOW, counter: 1, kid: "k", org: ORG }, lines);
    expect(built?.event.bizStep).toBe("https://w3id.org/nguon/bizstep/harvesting");
    expect(built?.about[0]).toMatch(/^https:\/\/id\.gs1\.org\/01\/09521004000014\/10\/H261124-/);
  });

  it.each([
    ["an ask of a kind that there is not", ["steps", 0, "asks", 1, "kind"], "colour"],
    ["a step of common.json that there is not", ["steps", 1, "use"], "dancing"],
    ["a tile that there is not", ["steps", 0, "tile"], "party"],
    ["the same step twice", ["steps", 1, "code"], "harvesting"],
  ])("refuses a file with %s, and says where", (_, path, value) => {
    const broken = structuredClone(VEGETABLES);
    let at: unknown = broken;
    for (const name of path.slice(0, -1)) at = Reflect.get(Object(at), name);
    Reflect.set(Object(at), path.at(-1) ?? "", value);
    expect(() => linesOf({ "vegetables.json": broken })).toThrow(LineError);
    expect(() => linesOf({ "vegetables.json": broken })).toThrow(/vegetables\.json/);
  });
});
