/**
 * Days, moments and rounding, as the service's Python has them (`datetime`, `round`, `Decimal`).
 *
 * A day is its ISO 8601 text ("2026-01-17"), so days compare as texts do. A moment is an instant with the offset
 * in which it was said.
 */

import { calendarDay as isoDay } from "../verify/dates";

export { isoDay };

/** ISO 8601 day, `YYYY-MM-DD`. */
export type Day = string;

/** An instant: milliseconds since 1970 UTC (with fractions), and minutes east of UTC in which it is read. */
export interface Moment {
  readonly ms: number;
  readonly offset: number;
}

const VIETNAM = 7 * 60;
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}:?\d{2})$/;
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;

/** An instant as it is read in Vietnam (UTC+7, no summer time). */
export function inVietnam(date: Date): Moment {
  return { ms: date.getTime(), offset: VIETNAM };
}

/** The calendar day of a moment, where it is read. */
export function dayOf(moment: Moment): Day {
  return new Date(Math.floor(moment.ms + moment.offset * 60_000)).toISOString().slice(0, 10);
}

/** Hour and minute of a moment, where it is read. */
export function clockOf(moment: Moment): string {
  return new Date(Math.floor(moment.ms + moment.offset * 60_000)).toISOString().slice(11, 16);
}

/** A moment written with its offset (`2026-01-17T08:30:00+07:00`); null for anything else, also without an offset. */
export function isoMoment(text: string): Moment | null {
  const match = TIME.exec(text);
  if (!match) return null;
  const [, date = "", hour = "", minute = "", second = "00", fraction = "", zone = ""] = match;
  const offset = zone === "Z" ? 0 : offsetOf(zone);
  if (isoDay(date) === null || offset === null) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  const rest = Number(`0.${fraction.slice(0, 6) || "0"}`) * 1000;
  return { ms: ms - offset * 60_000 + rest, offset };
}

/** Minutes east of UTC of `+07:00`; null for anything else. */
export function offsetOf(text: string): number | null {
  const match = OFFSET.exec(text);
  if (!match || Number(match[2]) > 23 || Number(match[3]) > 59) return null;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** A number's decimal digits without an exponent, as it would be written back: `0.0000001`, `1200`. */
export function digitsOf(value: number): string {
  const [mantissa = "", exponent] = String(Math.abs(value)).split("e");
  if (exponent === undefined) return mantissa;
  const [whole = "", fraction = ""] = mantissa.split(".");
  const shift = Number(exponent);
  const all = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `0.${"0".repeat(-point)}${all}`;
  return point >= all.length ? all.padEnd(point, "0") : `${all.slice(0, point)}.${all.slice(point)}`;
}

/** Rounded to some decimal places, a value exactly between two to the even one, as Python's `round`. */
export function round(value: number, places = 0): number {
  if (Math.abs(value) >= 1e21) return value;
  const exact = Math.abs(value).toFixed(100);
  const point = exact.indexOf(".");
  const kept = exact.slice(0, point + 1 + places);
  const rest = exact.slice(point + 1 + places);
  const even = "02468".includes(kept.replace(".", "").slice(-1));
  const nearest = /^50*$/.test(rest) && even ? Number(kept) : Number(Math.abs(value).toFixed(places));
  return value < 0 ? -nearest || 0 : nearest;
}
