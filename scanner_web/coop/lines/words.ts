/** Sentences of the lines' common file; days, moments and names as both languages write them. */
import { clockOf, type Day, dayOf, inVietnam, isoMoment } from "../../page/format";
import common from "./common.json";
import type { Lang, Words } from "./types";

/** A text of one language, or of both. */
export type Said = string | Words;

const SAID: Readonly<Record<string, Words>> = common.say;
const NOUNS: ReadonlySet<string> = new Set(common.nouns);
const DAY = 86_400_000;

/** A sentence in both languages; what is not given is left out. */
export function say(key: keyof typeof common.say, values: Readonly<Record<string, Said>> = {}): Words {
  const said = SAID[key];
  return both((lang) =>
    (said?.[lang] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return value === undefined ? "" : inLang(value, lang);
    }),
  );
}

/** A text made in each language. */
export function both(make: (lang: Lang) => string): Words {
  return { vi: make("vi"), en: make("en") };
}

export function inLang(said: Said, lang: Lang): string {
  return typeof said === "string" ? said : said[lang];
}

/** A moment as events carry it: `2026-11-24T06:30:00+07:00`. */
export function localTime(date: Date): string {
  return `${new Date(date.getTime() + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`;
}

/** The day of a moment in Vietnam; of a text that is no moment, its first ten characters. */
export function dayAt(when: string): Day {
  const moment = isoMoment(when);
  return moment === null ? when.slice(0, 10) : dayOf({ ...moment, offset: 7 * 60 });
}

/** A day some days later. */
export function daysLater(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** "24/11", with its year where that is not this one. */
export function shortDay(day: Day, now: Date): string {
  const [year = "", month = "", date = ""] = day.split("-");
  const short = `${Number(date)}/${Number(month)}`;
  return dayOf(inVietnam(now)).startsWith(`${year}-`) ? short : `${short}/${year}`;
}

/** "hôm nay 24/11, 6:30". */
export function sayWhen(when: string, now: Date): Words {
  const moment = isoMoment(when);
  const day = dayAt(when);
  const today = dayOf(inVietnam(now));
  const time = moment === null ? "" : clockOf({ ...moment, offset: 7 * 60 }).replace(/^0/, "");
  const near = {
    [today]: "today",
    [daysLater(today, -1)]: "yesterday",
    [daysLater(today, 1)]: "tomorrow",
  } as const;
  return say(near[day] ?? "on", { day: shortDay(day, now), time });
}

/** A product's name within a sentence: without what stands in brackets, its first letter small. */
export function productName(name: string): string {
  const plain = name.replace(/\s*\([^)]*\)\s*$/, "").trim() || name;
  return /^\p{Lu}\p{Lu}/u.test(plain) ? plain : small(plain);
}

/** A place's name within a sentence: "vườn A03", but "Đồng Bông". */
export function placeName(name: string): string {
  const first = name.split(/\s/)[0] ?? "";
  return NOUNS.has(first.toLowerCase()) ? small(name) : name;
}

/** A name's words that carry meaning, folded: small, without marks, longer than one letter. */
export function folded(text: string): string[] {
  const plain = text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
}

/** Whether one of some words stands in a text; marks count, case does not. */
export function hasWord(text: string, words: readonly string[]): boolean {
  const padded = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")} `;
  return words.some((word) => padded.includes(` ${word.toLowerCase()} `));
}

/** A sentence's first letter, large. */
export function large(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name's first letter, small: within a sentence. */
export function small(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
