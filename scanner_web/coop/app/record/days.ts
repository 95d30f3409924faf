/** Days as people say them; every clock here is Vietnam's, wherever the phone is. */

import type { Catalogue } from "../../../page/i18n.ts";

const VIETNAM = 7 * 3_600_000;
const DAY = 86_400_000;

/** The moment as statements write it: `2026-11-24T06:30:00+07:00`. */
export function momentOf(now: Date): string {
  return `${new Date(now.getTime() + VIETNAM).toISOString().slice(0, 19)}+07:00`;
}

/** The day, `2026-11-24`. */
export function dayOf(now: Date): string {
  return momentOf(now).slice(0, 10);
}

/** The day that was so many days before. */
export function daysAgo(now: Date, days: number): string {
  return dayOf(new Date(now.getTime() - days * DAY));
}

/** The same hour on another day; on today never later than now. */
export function onDay(day: string, when: string, now: Date): string {
  const moved = `${day}${when.slice(10)}`;
  const latest = momentOf(now);
  return moved > latest ? latest : moved;
}

/** "Hôm nay, 24/11", "Hôm qua, 23/11", "20/11/2026". */
export function dayText(day: string, now: Date, c: Catalogue): string {
  const short = c.lang === "vi" ? `${day.slice(8)}/${day.slice(5, 7)}` : c.date(day).replace(/ \d{4}$/, "");
  const name = ["today", "yesterday", "before"].find((_, back) => day === daysAgo(now, back));
  return name ? c.t(`coop.day.${name}`, { date: short }) : c.date(day);
}

/** Day and hour: "24/11, 06:40". */
export function shortMoment(when: string, c: Catalogue): string {
  const local = momentOf(new Date(when));
  const day =
    c.lang === "vi"
      ? `${local.slice(8, 10)}/${local.slice(5, 7)}`
      : c.date(local.slice(0, 10)).replace(/ \d{4}$/, "");
  return `${day}, ${local.slice(11, 16)}`;
}
