import { describe, expect, it } from "vitest";
import vectors from "../../tests/vectors/words.json" with { type: "json" };
import {
  askedIn,
  GROUPS,
  LANGUAGES,
  messagesOf,
  pick,
  reached,
  readMessages,
  sourcesOf,
} from "../tools/catalogue.ts";
import { inVietnam, isoDay, isoMoment, offsetOf, round } from "./format.ts";
import { Catalogue, loadCatalogue, MissingMessageError } from "./i18n.ts";
import { loadRest } from "./later.ts";

const ROOT = `${import.meta.dirname}/..`;
const SOURCES = sourcesOf(ROOT, { rooms: ["page"] });
const CALL = /\.(?:t|maybe)\(\s*"([a-z_0-9]+(?:\.[A-Za-z_0-9]+)+)"/g;

describe.each(LANGUAGES)("words of %s", (lang) => {
  const all = readMessages(ROOT, lang);
  const c = new Catalogue(lang, all);
  const said = vectors[lang];
  const now = new Date(vectors.now);

  it("writes numbers as the service does", () => {
    expect(said.number.map(([value]) => [value, c.number(Number(value))])).toEqual(said.number);
  });

  it("writes days, ages, spans and lists as the service does", () => {
    expect(said.date.map(([day = ""]) => [day, c.date(day)])).toEqual(said.date);
    const age = (seconds: number) => c.age(new Date(now.getTime() - seconds * 1000), now);
    expect(said.age.map(([seconds]) => [seconds, age(Number(seconds))])).toEqual(said.age);
    expect(said.duration.map(([seconds]) => [seconds, c.duration(Number(seconds))])).toEqual(said.duration);
    for (const [parts, joined] of said.join) expect(c.join([parts ?? []].flat())).toBe(joined);
    const moments = said.vietnam.map(([second]) => [second, c.moment(new Date(Number(second) * 1000))]);
    expect(moments).toEqual(said.vietnam);
  });

  it("reads and writes moments in their own offset as the service does", () => {
    for (const [text = "", offset = "", moment, date] of said.moment) {
      const read = isoMoment(text);
      expect(read).not.toBeNull();
      const own = { ms: read?.ms ?? 0, offset: offsetOf(offset) ?? read?.offset ?? 0 };
      expect([c.moment(own), c.date(own)]).toEqual([moment, date]);
    }
    expect(isoMoment("2026-01-17T08:30:00")).toBeNull();
    expect(isoMoment("2026-02-30T08:30:00Z")).toBeNull();
    expect(isoMoment("2026-01-17T25:00:00Z")).toBeNull();
  });

  it("fills messages as the service does, in both forms", () => {
    for (const [key, values, text] of said.messages) {
      expect(c.t(String(key), typeof values === "object" ? values : {})).toBe(text);
    }
    expect(said.messages.length).toBeGreaterThan(30);
  });

  it("holds every key that a script asks for, and what fits every template", () => {
    const keys = SOURCES.flatMap((source) => [...source.matchAll(CALL)].map((match) => match[1] ?? ""));
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((key) => !(key in all))).toEqual([]);
    const groups = new Set(Object.keys(all).map((key) => key.split(".")[0]));
    for (const [text, pattern] of askedIn(SOURCES).templates) {
      if (!groups.has(text.split(".")[0])) continue;
      expect(
        Object.keys(all).some((key) => pattern.test(key)),
        text,
      ).toBe(true);
    }
  });

  it("loads for the first look what it asks for, the rest with the story, and in both no more than all asks for", async () => {
    const loaded = await loadCatalogue(lang);
    expect(loaded.has("verdict.verified.title")).toBe(true);
    expect(loaded.has("step.harvesting.title")).toBe(false);
    await loadRest(loaded);
    const asked = pick(all, askedIn(SOURCES));
    expect(Object.keys(all).filter((key) => loaded.has(key))).toEqual(Object.keys(asked));
    expect(loaded.has("step.harvesting.title")).toBe(true);
    expect(loaded.has("landing.title")).toBe(false);
  });

  it("tells no message twice, and finds each file that an entry imports", () => {
    const [first, later] = ["page", "story"].map((name) => messagesOf(ROOT, lang, GROUPS, name));
    expect(Object.keys(later ?? {}).filter((key) => Object.hasOwn(first ?? {}, key))).toEqual([]);
    const files = reached(ROOT, ["page/main.tsx"]);
    expect(files).toContain("page/story/product.tsx");
    expect(files).toContain("verify/verify.ts");
    expect(files.filter((file) => /timeline|legalrows|evidence|opening|report/.test(file))).toEqual([
      "verify/opening.ts",
    ]);
  });

  it("refuses a key and a value that are missing", () => {
    expect(() => c.t("no.such.key")).toThrow(MissingMessageError);
    expect(() => c.t("age.minutes")).toThrow(MissingMessageError);
    expect(c.maybe("no.such.key")).toBe("");
  });
});

describe("what is asked for", () => {
  const messages = { "a.x.t": "1", "a.y.t": "2", "a.x.u": "3", "b.c": "4", "b.d.e": "5", f: "6", g: "7" };

  it("is a key, a group, and what fits a template with one placeholder or two", () => {
    const picked = (source: string) => Object.keys(pick(messages, askedIn([source])));
    expect(picked('t("f")')).toEqual(["f"]);
    expect(picked('t("b.d")')).toEqual(["b.d.e"]);
    expect(picked(`t(\`a.\${x}.t\`)`)).toEqual(["a.x.t", "a.y.t"]);
    expect(picked(`t(\`a.\${x}.\${y}\`)`)).toEqual(["a.x.t", "a.y.t", "a.x.u"]);
    expect(picked("f g b")).toEqual([]);
  });
});

describe("reading days and rounding", () => {
  it("reads the day that a text begins with as the service does", () => {
    expect(vectors.days.map(([text]) => [text, isoDay(text ?? "")])).toEqual(vectors.days);
  });

  it("rounds as Python does, also what lies exactly between two", () => {
    const made = vectors.round.map(([value = 0, places = 0]) => [value, places, round(value, places)]);
    expect(made.map(([v, p, r]) => [v, p, (r ?? 0) + 0])).toEqual(
      vectors.round.map(([v, p, r]) => [v, p, (r ?? 0) + 0]),
    );
  });

  it("reads an instant in Vietnam, whatever the reader's own clock says", () => {
    expect(inVietnam(new Date("2026-01-19T17:30:00Z"))).toEqual({ ms: 1_768_843_800_000, offset: 420 });
  });
});
