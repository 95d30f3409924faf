/** What the desk's screens say of data: how long a certificate holds, what a lot's card says, what a recall covers. */
import type { Catalogue } from "../../page/i18n.ts";
import type { Card, Part, Reach } from "./data.ts";
import { kilograms } from "./describing.ts";
import type { Recalled } from "./events.ts";

const DAY = 86_400_000;

export type Tone = "good" | "wait" | "caution" | "stop";

/** How a certificate stands on a day: warned of 60, 30 and 7 days before its end. */
export interface Standing {
  /** Whole days left; negative: it ended so many days ago; null: it names no end. */
  readonly days: number | null;
  readonly level: "ended" | "week" | "month" | "soon" | "fine";
}

/** The day it is in Vietnam, `2026-11-24`. */
export function today(now: Date): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}

/** How a certificate stands; `day` is an ISO day. Its last day is `validUntil`. */
export function standing(validUntil: string, day: string): Standing {
  const until = Date.parse(`${validUntil}T00:00:00Z`);
  if (Number.isNaN(until)) return { days: null, level: "fine" };
  const days = Math.round((until - Date.parse(`${day}T00:00:00Z`)) / DAY);
  if (days < 0) return { days, level: "ended" };
  return { days, level: days <= 7 ? "week" : days <= 30 ? "month" : days <= 60 ? "soon" : "fine" };
}

/** Which tone a standing has. */
export function toneOf({ level }: Standing): Tone {
  if (level === "ended") return "stop";
  return level === "week" || level === "month" ? "caution" : level === "soon" ? "wait" : "good";
}

/** A standing in words. */
export function standingText({ days, level }: Standing, c: Catalogue): string {
  if (days === null) return c.t("desk.cert.endless");
  if (level === "ended") return c.t("desk.cert.ended", { days: -days });
  return days === 0 ? c.t("desk.cert.lastday") : c.t("desk.cert.left", { days });
}

/** An amount with its unit: "12,4 kg", "58 gói". */
export function amountText(amount: number | null, uom: string | null, c: Catalogue): string {
  if (amount === null) return "";
  const rounded = Math.round(amount * 1000) / 1000;
  if (uom === null) return c.t("desk.packs", { n: rounded });
  return `${c.number(rounded)} ${c.maybe(`uom.${uom}`) || uom}`;
}

/** The one thing that a lot's card says beside its amount. */
export function cardNote(
  card: Card,
  day: string,
  c: Catalogue,
): { tone: Tone; icon: string; text: string } | null {
  if (card.recalled) return { tone: "stop", icon: "warn", text: c.t("desk.board.recalled") };
  if (card.conformant === false) return { tone: "stop", icon: "x", text: c.t("desk.board.failed") };
  if (card.sampled && card.conformant === null) {
    const days = Math.max(0, Math.round((Date.parse(day) - Date.parse(card.sampled.slice(0, 10))) / DAY));
    return { tone: "wait", icon: "clock", text: c.t("desk.board.waiting", { days }) };
  }
  if (card.lacks && card.lacks.length > 0) {
    return { tone: "caution", icon: "warn", text: c.t("desk.board.lacks", { n: card.lacks.length }) };
  }
  if (card.tem > 0) return { tone: "good", icon: "print", text: c.t("desk.board.tem", { n: card.tem }) };
  if (card.conformant) return { tone: "good", icon: "check", text: c.t("desk.board.passed") };
  return null;
}

/** What is chosen of a lot to be recalled: places of parts, and whether the lots made of it go with it. */
export interface Chosen {
  readonly parts: ReadonlySet<number>;
  readonly daughters: boolean;
}

/** What is chosen at first: what has left the house, where packs are numbered; else all of the lot. */
export function firstChoice({ parts, daughters }: Reach): Chosen {
  const numbered = parts.every((part) => part.serials.length > 0);
  const out = [...parts.keys()].filter((place) => !numbered || parts[place]?.state !== "stock");
  const chosen = out.length > 0 ? out : [...parts.keys()];
  return { parts: new Set(chosen), daughters: daughters.every((daughter) => !daughter.forgotten) };
}

/** What a choice forgets: packs of the lot, and lots made of it. */
export function forgotten(reach: Reach, chosen: Chosen): { parts: Part[]; lots: number } {
  const parts = reach.parts.filter((_, place) => !chosen.parts.has(place));
  const lots = chosen.daughters ? 0 : reach.daughters.filter((daughter) => daughter.forgotten).length;
  return { parts, lots };
}

/** What a choice recalls, lot by lot: whole where nothing of the lot is left out. */
export function recalledOf(reach: Reach, chosen: Chosen): Recalled[] {
  const whole = forgotten(reach, chosen).parts.length === 0;
  const serials = reach.parts.filter((_, place) => chosen.parts.has(place)).flatMap((part) => part.serials);
  const own: Recalled = { uri: reach.uri, serials: whole ? null : serials };
  const below = chosen.daughters ? reach.daughters.filter((daughter) => daughter.forgotten) : [];
  return [own, ...below.map(({ uri }) => ({ uri, serials: null }))];
}

/** How much a choice recalls of the lot itself. */
export function chosenAmount(reach: Reach, chosen: Chosen): { amount: number; uom: string | null } {
  const parts = reach.parts.filter((_, place) => chosen.parts.has(place));
  return { amount: parts.reduce((sum, part) => sum + part.amount, 0), uom: reach.parts[0]?.uom ?? null };
}

/** Whether a net content makes packs that can be counted from a mass. */
export function isWeighed(netContent: string): boolean {
  return kilograms(netContent) !== null;
}
