/** Days and offsets as the ledger's Python 3.11 reads them; the calendar is the proleptic Gregorian one. */
import { firstCharacters, utf8 } from "./encoding";

const DAY = 86_400_000;
/** The last millisecond of the year 9999. */
export const MAX_TIME = 253_402_300_799_999;

/**
 * The day that a date or moment begins with, as YYYY-MM-DD; null where it is none.
 *
 * As `date.fromisoformat` of Python 3.11 reads the first ten characters: also YYYYMMDD and weeks, whatever follows them.
 */
export function calendarDay(text: string): string | null {
  const bytes = String.fromCharCode(...utf8(firstCharacters(text, 10)));
  if (![7, 8, 10].includes(bytes.length)) {
    return null;
  }
  const plain = /^(\d{4})(-?)(\d\d)\2(\d\d)/.exec(bytes);
  if (plain !== null) {
    return checkedDay(Number(plain[1]), Number(plain[3]), Number(plain[4]));
  }
  const week = /^(\d{4})(?:-W(\d\d)(?:-(\d)|$)|W(\d\d)(?:(\d)|$))/.exec(bytes);
  return week && weekDay(Number(week[1]), Number(week[2] ?? week[4]), Number(week[3] ?? week[5] ?? 1));
}

/** The end of a day at an offset (milliseconds east of UTC); the last moment there is for the last day. */
export function endOfDay(day: string, offset: number): number {
  return day === "9999-12-31" ? MAX_TIME + 1 : dayNumber(day) + DAY - offset;
}

/** The offset that a text like `+07:00` is, milliseconds; 0 where it is none (`strptime` with `%z`). */
export function offsetOf(text: string): number {
  const found = /^([+-])(\p{Nd}\p{Nd}):([0-5]\p{Nd})(?::([0-5]\p{Nd})(?:\.(\p{Nd}{1,6}))?)?$/u.exec(text);
  if (found === null) {
    return 0;
  }
  const [hours, minutes, seconds] = [found[2], found[3], found[4]].map((part) => Number(digits(part ?? "0")));
  const micros = Number(digits(found[5] ?? "").padEnd(6, "0"));
  const size = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + micros / 1000;
  return size >= DAY ? 0 : found[1] === "-" ? -size : size;
}

/** Decimal digits of any script as ASCII: they stand in Unicode in rows of ten, from zero to nine. */
function digits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let first = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) {
      first--;
    }
    return String((code - first) % 10);
  });
}

function weekDay(year: number, week: number, weekday: number): string | null {
  const first = dayNumber(`${String(year).padStart(4, "0")}-01-01`);
  const shift = (((first / DAY + 3) % 7) + 7) % 7; // 1970-01-01 was a Thursday; Monday is 0
  const isLong = shift === 3 || (shift === 2 && isLeap(year));
  if (year < 1 || week < 1 || week > (isLong ? 53 : 52) || weekday < 1 || weekday > 7) {
    return null;
  }
  const monday = first - shift * DAY + (shift > 3 ? 7 * DAY : 0);
  const day = new Date(monday + ((week - 1) * 7 + weekday - 1) * DAY);
  return checkedDay(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate());
}

function checkedDay(year: number, month: number, day: number): string | null {
  const text = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  return year >= 1 && year <= 9999 && isDay(year, month, day) ? text : null;
}

/** Whether there is such a day. */
export function isDay(year: number, month: number, day: number): boolean {
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (lengths[month - 1] ?? 0);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Midnight in UTC of YYYY-MM-DD, milliseconds since 1970. */
function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
