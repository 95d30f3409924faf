/**
 * Message catalogues, and numbers, dates and ages as each language writes them: `api/pages/i18n.py` again.
 *
 * A message is a text with `{placeholders}`, or `{one, other}` chosen by its count (Vietnamese has one form).
 * A key that is missing is an error, never an empty place on a page.
 */

import { clockOf, type Day, dayOf, digitsOf, inVietnam, type Moment, round } from "./format";

export type Lang = "vi" | "en";
export type Message = string | Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;
const COUNTS = ["n", "days", "k", "count"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text that turns nothing around it: without the controls of writing direction, which no name needs (UAX #9 §2). */
export function printable(text: string): string {
  return text.replace(TURNING, "");
}

/** A catalogue lacks a key, or a message was not given one of its values. */
export class MissingMessageError extends Error {}

/** The sentences of one language. */
export class Catalogue {
  readonly lang: Lang;
  readonly #messages: Map<string, Message>;

  constructor(lang: Lang, messages: Readonly<Record<string, Message>>) {
    this.lang = lang;
    this.#messages = new Map(Object.entries(messages));
  }

  /** Take more messages in: those of parts that come later. */
  add(messages: Readonly<Record<string, Message>>): void {
    for (const [key, message] of Object.entries(messages)) this.#messages.set(key, message);
  }

  /** Whether there is a message of this key. */
  has(key: string): boolean {
    return this.#messages.has(key);
  }

  /**
   * The message of a key, its placeholders filled; numbers are written as the language writes them.
   *
   * @throws MissingMessageError - no such key, or a placeholder without a value
   */
  t(key: string, values: Values = {}): string {
    const found = this.#messages.get(key);
    if (found === undefined) throw new MissingMessageError(`${this.lang}: no message ${key}`);
    return this.#form(found, values).replace(PLACEHOLDER, (_, name: string) => {
      if (!Object.hasOwn(values, name)) throw new MissingMessageError(`${this.lang}: ${key} needs ${name}`);
      const value = values[name];
      return typeof value === "number" ? this.number(value) : printable(String(value));
    });
  }

  /** As `t`, but the empty string where the catalogue has no such key (for open vocabularies). */
  maybe(key: string, values: Values = {}): string {
    return this.has(key) ? this.t(key, values) : "";
  }

  #form(message: Message, values: Values): string {
    if (typeof message === "string") return message;
    const count = COUNTS.find((name) => Object.hasOwn(values, name));
    const one = this.lang === "en" && count !== undefined && values[count] === 1;
    return message[one ? "one" : "other"] ?? "";
  }

  /** A number: `1.200,5` in Vietnamese, `1,200.5` in English, U+2212 for minus, digits as given. */
  number(value: number): string {
    const [whole = "", fraction = ""] = digitsOf(value).split(".");
    const [group, point] = this.lang === "vi" ? [".", ","] : [",", "."];
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group ?? "");
    return `${value < 0 ? "−" : ""}${grouped}${fraction ? `${point}${fraction}` : ""}`;
  }

  /** A day: `17/01/2026`, `17 Jan 2026`; of an instant, the day it is in Vietnam. */
  date(day: Day | Moment | Date): string {
    const [year, month = "", date = ""] = (typeof day === "string" ? day : dayOf(read(day))).split("-");
    if (this.lang === "vi") return `${date}/${month}/${Number(year)}`;
    return `${Number(date)} ${MONTHS[Number(month) - 1]} ${Number(year)}`;
  }

  /** Hour and minute where the moment is read; of an instant, in Vietnam. */
  clock(moment: Moment | Date): string {
    return clockOf(read(moment));
  }

  /** Hour, minute and day, as `clock`. */
  moment(moment: Moment | Date): string {
    return this.t("date.moment", { time: this.clock(moment), date: this.date(moment) });
  }

  /** How long ago, in the largest whole unit. */
  age(then: Date, now: Date): string {
    const minutes = Math.max(0, Math.floor(Math.trunc((now.getTime() - then.getTime()) / 1000) / 60));
    if (minutes < 1) return this.t("age.now");
    if (minutes < 60) return this.t("age.minutes", { n: minutes });
    if (minutes < 48 * 60) return this.t("age.hours", { n: Math.floor(minutes / 60) });
    return this.t("age.days", { n: Math.floor(minutes / (24 * 60)) });
  }

  /** A span of time in its largest unit that leaves no more than a rounding. */
  duration(seconds: number): string {
    const minutes = Math.max(1, round(seconds / 60));
    if (minutes < 120) return this.t("duration.minutes", { n: minutes });
    if (minutes < 48 * 60) return this.t("duration.hours", { n: round(minutes / 60) });
    return this.t("duration.days", { n: round(minutes / (24 * 60)) });
  }

  /** Parts as a list inside a sentence. */
  join(parts: readonly string[]): string {
    if (parts.length < 2) return parts.join("");
    return this.t("list.and", { head: parts.slice(0, -1).join(", "), last: parts.at(-1) });
  }
}

function read(moment: Moment | Date): Moment {
  return moment instanceof Date ? inVietnam(moment) : moment;
}

/** The catalogue of a language, in a chunk of its own: only the messages that the page's first look asks for. */
export async function loadCatalogue(lang: Lang): Promise<Catalogue> {
  const loaded =
    lang === "vi"
      ? await import("virtual:nguon-catalogue/page/vi")
      : await import("virtual:nguon-catalogue/page/en");
  return new Catalogue(lang, loaded.default);
}
