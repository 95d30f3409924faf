/**
 * Days as people say them: hôm qua · chiều hôm kia · thứ hai tuần trước · 3 hôm trước · ngày 15 · 15/11 · mùng 5 âm ·
 * rằm tháng mười · 23 tháng Chạp.
 *
 * A day lies in the past: of several that a phrase may mean, the last one before today. It is told to be doubtful where
 * the phrase names none ("tuần trước"), where the nearest one is to come ("ngày 28" on a 24th), where the calendar is
 * open ("mùng 3": 3rd of which?), and where it is long ago. Words that look ahead ("mai") make it a plan.
 */
import { isLoose, type Token } from "./fold";
import { type CivilDay, civilDay, civilOf, dayNumber, lunarOf } from "./lunar";
import { numberAt } from "./numbers";
import { list, metAt, table } from "./vocabulary";
import words from "./words.json";

/** A day met in a sentence; `number` is its Julian day number, null where the phrase names none. */
export interface DayMet {
  readonly at: number;
  readonly to: number;
  readonly number: number | null;
  readonly doubtful: boolean;
  readonly plan: boolean;
}

type Found = Omit<DayMet, "at">;
type Calendar = "solar" | "lunar" | "open";

/** Records of things so long ago are asked about. */
const LONG_AGO = 300;

const days = words.days;
const OFFSETS = table<number>([
  ...days.today.map((one) => [one, 0] as const),
  ...days.yesterday.filter((one) => one !== "qua").map((one) => [one, -1] as const),
  ...days.before.map((one) => [one, -2] as const),
  ...days.three.map((one) => [one, -3] as const),
]);
const YESTERDAY_BEHIND_PART = list(["qua"]);
const PLAN = list(days.tomorrow);
const VAGUE = list(days.vague);
/** Behind a number of days; what is true of them: whether it is doubtful which day is meant. */
const AGO = table<boolean>(days.ago.map((one) => [one, one !== "trước"]));
const SINCE = list(days.since);
const DAYWORD = list(days.dayword);
const WEEKWORD = list(days.weekword);
const MONTH = list(days.month);
const YEAR = list(days.year);
const FIRST = list(days.first);
const FULL = list(days.full);
const LUNAR = list(days.lunar);
const SOLAR = list(days.solar);
const LEAP = list(days.leap);
const THIS = list(days.this);
/** "10-12 cân" is no day. */
const UNITS = list(words.orphans);
const LAST = list(days.last);
const LAST_YEAR = list(days.lastyear);
const THIS_YEAR = list(days.thisyear);
const MOONS = table<number>(Object.entries(days.moons));
const WEEKDAYS = table<number>([
  ...Object.entries(days.weekdays).flatMap(([word, at]) => [
    [`thứ ${word}`, at] as const,
    [`thứ ${at + 1}`, at] as const,
    [`t ${at + 1}`, at] as const,
  ]),
  ...days.sunday.map((one) => [one, 7] as const),
]);
const SUNDAY = list(days.sunday);
const LAST_WEEK = list(days.lastweek);
const THIS_WEEK = list(days.thisweek);
const NEXT_WEEK = list(days.nextweek);

/** The day that is named from a token on, or null.
 *
 * @param today Julian day number of today.
 * @param part whether a part of the day stands before it ("chiều qua").
 */
export function dayAt(sentence: readonly Token[], at: number, today: number, part: boolean): DayMet | null {
  const found =
    weekday(sentence, at, today) ??
    ago(sentence, at, today) ??
    dated(sentence, at, today) ??
    simple(sentence, at, today, part);
  return found === null ? null : { at, ...found };
}

function simple(sentence: readonly Token[], at: number, today: number, part: boolean): Found | null {
  const vague = metAt(sentence, at, VAGUE);
  const offset = metAt(sentence, at, OFFSETS);
  const plan = metAt(sentence, at, PLAN);
  const longest = Math.max(vague?.to ?? 0, offset?.to ?? 0, plan?.to ?? 0);
  if (vague !== null && vague.to === longest)
    return { to: vague.to, number: null, doubtful: true, plan: false };
  if (plan !== null && plan.to === longest) return { to: plan.to, number: null, doubtful: true, plan: true };
  if (offset !== null) return { to: offset.to, number: today + offset.means, doubtful: false, plan: false };
  const behind = part ? metAt(sentence, at, YESTERDAY_BEHIND_PART, 0) : null;
  return behind === null ? null : { to: behind.to, number: today - 1, doubtful: false, plan: false };
}

/** "3 hôm trước", "cách đây 2 ngày", "cách đây 1 tuần". */
function ago(sentence: readonly Token[], at: number, today: number): Found | null {
  const since = metAt(sentence, at, SINCE);
  const number = numberAt(sentence, since?.to ?? at);
  if (number === null || number.value !== Math.trunc(number.value) || number.value > 60) return null;
  const daily = metAt(sentence, number.to, DAYWORD);
  const weekly = metAt(sentence, number.to, WEEKWORD);
  const unit = daily ?? weekly;
  if (unit === null) return null;
  const before = metAt(sentence, unit.to, AGO);
  if (before === null && since === null) return null;
  const back = number.value * (daily === null ? 7 : 1);
  const doubtful = daily === null || number.value === 0 || before?.means === true;
  return { to: before?.to ?? unit.to, number: today - back, doubtful, plan: false };
}

/** "thứ hai", "thứ sáu tuần trước", "chủ nhật vừa rồi". */
function weekday(sentence: readonly Token[], at: number, today: number): Found | null {
  const met = metAt(sentence, at, WEEKDAYS);
  if (met === null) return null;
  const loosely = met.grade > 0 && metAt(sentence, at, SUNDAY) === null;
  if (loosely && (!isLoose(sentence) || numberAt(sentence, met.to) !== null)) return null;
  if (loosely && metAt(sentence, met.to, UNITS) !== null) return null;
  const now = (today % 7) + 1;
  const monday = today - (now - 1);
  const lastWeek = metAt(sentence, met.to, LAST_WEEK);
  if (lastWeek !== null)
    return { to: lastWeek.to, number: monday - 8 + met.means, doubtful: false, plan: false };
  const ahead = metAt(sentence, met.to, NEXT_WEEK);
  if (ahead !== null) return { to: ahead.to, number: null, doubtful: true, plan: true };
  const thisWeek = metAt(sentence, met.to, THIS_WEEK);
  const inThis = monday - 1 + met.means;
  if (thisWeek !== null) {
    return inThis > today
      ? { to: thisWeek.to, number: null, doubtful: true, plan: true }
      : { to: thisWeek.to, number: inThis, doubtful: false, plan: false };
  }
  const last = metAt(sentence, met.to, LAST);
  const number = inThis < today ? inThis : inThis - 7;
  const doubtful = met.means === now && last === null;
  return { to: last?.to ?? met.to, number: doubtful ? today : number, doubtful, plan: false };
}

/** A day by its number, with or without month, year and calendar. */
function dated(sentence: readonly Token[], at: number, today: number): Found | null {
  const full = metAt(sentence, at, FULL);
  if (full !== null) return inMonth(sentence, full.to, 15, "lunar", today);
  const dayword = metAt(sentence, at, DAYWORD);
  const first = metAt(sentence, dayword?.to ?? at, FIRST);
  const start = first?.to ?? dayword?.to ?? at;
  const slashed = slashedAt(sentence, start, first !== null || dayword !== null);
  if (slashed !== null) {
    const { to, open, ...day } = slashed;
    const marker = calendarAt(sentence, to);
    const said = { ...day, calendar: marker?.calendar ?? ("solar" as const), leap: false };
    const found = placed(said, marker?.to ?? to, today);
    return { ...found, doubtful: found.doubtful || open };
  }
  const number = numberAt(sentence, start);
  if (number === null || !Number.isInteger(number.value) || number.value < 1 || number.value > 31)
    return null;
  if (first !== null && number.value > 10) return null;
  const named = monthNamed(sentence, number.to);
  if (first === null && dayword === null && named === null) return null;
  if (first === null && dayword !== null && named === null && isSpan(sentence, number.to)) return null;
  return inMonth(sentence, number.to, number.value, first === null ? "solar" : "open", today);
}

/** "hôm 2 ngày", "ngày 3 lần": a count, not a date. */
function isSpan(sentence: readonly Token[], at: number): boolean {
  return metAt(sentence, at, COUNTED) !== null;
}

const COUNTED = list(words.counted);

function monthNamed(sentence: readonly Token[], at: number): { to: number } | null {
  const month = metAt(sentence, at, MONTH);
  if (month === null) return null;
  return metAt(sentence, month.to, MOONS) ?? numberAt(sentence, month.to) ?? null;
}

function inMonth(
  sentence: readonly Token[],
  from: number,
  day: number,
  usual: Calendar,
  today: number,
): Found | null {
  let to = from;
  let calendar = usual;
  let month: number | undefined;
  let back = 0;
  const word = metAt(sentence, to, MONTH);
  if (word !== null) {
    const moon = metAt(sentence, word.to, MOONS);
    const number = numberAt(sentence, word.to);
    const last = metAt(sentence, word.to, LAST);
    const current = metAt(sentence, word.to, THIS);
    if (last !== null || current !== null) {
      back = last === null ? 0 : 1;
      to = last?.to ?? current?.to ?? to;
      month = monthBefore(today, back, calendar === "lunar");
    } else if (moon !== null && (number === null || moon.means !== 11)) {
      [month, to, calendar] = [moon.means, moon.to, "lunar"];
    } else if (number !== null && Number.isInteger(number.value) && number.value >= 1 && number.value <= 12) {
      [month, to] = [number.value, number.to];
    }
  }
  const leap = metAt(sentence, to, LEAP);
  if (leap !== null) [to, calendar] = [leap.to, "lunar"];
  let marker = calendarAt(sentence, to);
  if (marker !== null) [to, calendar] = [marker.to, marker.calendar];
  const year = yearAt(sentence, to, today);
  if (year !== null) {
    to = year.to;
    marker = calendarAt(sentence, to);
    if (marker !== null) [to, calendar] = [marker.to, marker.calendar];
  }
  const last = month === undefined && year === null ? metAt(sentence, to, VERY_LAST) : null;
  return placed({ day, month, year: year?.year, calendar, leap: leap !== null }, last?.to ?? to, today);
}

/** "rằm vừa rồi", "mùng 3 vừa rồi". */
const VERY_LAST = list(["vừa rồi", "vừa qua"]);

function monthBefore(today: number, back: number, lunar: boolean): number {
  const month = lunar ? lunarOf(civilDay(today)).month : civilDay(today).month;
  return ((month - 1 - back + 12) % 12) + 1;
}

function calendarAt(sentence: readonly Token[], at: number): { to: number; calendar: Calendar } | null {
  const lunar = metAt(sentence, at, LUNAR);
  if (
    lunar !== null &&
    !(lunar.grade > 0 && lunar.to === at + 1 && sentence.length > lunar.to && isUnit(sentence, at))
  ) {
    return { to: lunar.to, calendar: "lunar" };
  }
  const solar = metAt(sentence, at, SOLAR);
  return solar === null ? null : { to: solar.to, calendar: "solar" };
}

function isUnit(sentence: readonly Token[], at: number): boolean {
  return sentence[at]?.bare === "ta";
}

function yearAt(sentence: readonly Token[], at: number, today: number): { to: number; year: number } | null {
  const current = civilDay(today).year;
  const last = metAt(sentence, at, LAST_YEAR);
  if (last !== null) return { to: last.to, year: current - 1 };
  const same = metAt(sentence, at, THIS_YEAR);
  if (same !== null) return { to: same.to, year: current };
  const word = metAt(sentence, at, YEAR);
  const token = word === null ? undefined : sentence[word.to];
  if (word === null || token === undefined || !/^20\d\d$/.test(token.text)) return null;
  return { to: word.to + 1, year: Number(token.text) };
}

interface Said {
  readonly day: number;
  readonly month?: number | undefined;
  readonly year?: number | undefined;
  readonly calendar: Calendar;
  readonly leap: boolean;
}

/** "15/11", "15-11-2026", and "15.11" behind a word for day. */
function slashedAt(
  sentence: readonly Token[],
  at: number,
  behindWord: boolean,
): { to: number; day: number; month: number; year?: number; open: boolean } | null {
  const [day, mark, month] = [sentence[at], sentence[at + 1], sentence[at + 2]];
  const dotted = behindWord ? day?.text.match(/^(\d{1,2})\.(\d{1,2})(?:\.(20\d\d))?$/) : null;
  if (dotted) {
    const [, d, m, y] = dotted;
    return {
      to: at + 1,
      day: Number(d),
      month: Number(m),
      open: false,
      ...(y === undefined ? {} : { year: Number(y) }),
    };
  }
  if (day === undefined || month === undefined || mark === undefined) return null;
  if (!/^\d{1,2}$/.test(day.text) || !/^\d{1,2}$/.test(month.text) || !/^[/-]$/.test(mark.text)) return null;
  if (Number(month.text) < 1 || Number(month.text) > 12 || Number(day.text) < 1) return null;
  const [second, year] = [sentence[at + 3], sentence[at + 4]];
  if (metAt(sentence, at + 3, UNITS) !== null) return null;
  const bare = mark.text === "-" && !behindWord;
  const said = { to: at + 3, day: Number(day.text), month: Number(month.text), open: bare };
  if (second === undefined || year === undefined || second.text !== mark.text) return said;
  if (!/^(20)?\d\d$/.test(year.text)) return bare ? null : said;
  return {
    ...said,
    open: false,
    to: at + 5,
    year: year.text.length === 2 ? 2000 + Number(year.text) : Number(year.text),
  };
}

function placed(said: Said, to: number, today: number): Found {
  const number = said.calendar === "lunar" ? lunarNumber(said, today) : solarNumber(said, today);
  if (number === null) return { to, number: null, doubtful: true, plan: false };
  const doubtful = said.calendar === "open" || number.ahead || today - number.number > LONG_AGO;
  return { to, number: number.number, doubtful, plan: false };
}

interface Placed {
  readonly number: number;
  /** The nearest such day is still to come. */
  readonly ahead: boolean;
}

function solarNumber({ day, month, year }: Said, today: number): Placed | null {
  const now = civilDay(today);
  if (year !== undefined && month !== undefined) {
    const number = valid({ year, month, day });
    return number === null ? null : { number, ahead: number > today };
  }
  const candidates: (number | null)[] = [];
  for (let back = 0; back <= 13; back += 1) {
    const months = now.year * 12 + now.month - 1 - back;
    const one = { year: Math.floor(months / 12), month: (months % 12) + 1, day };
    if (month === undefined || one.month === month) candidates.push(valid(one));
  }
  return latest(candidates, today, month === undefined && day > now.day);
}

function lunarNumber({ day, month, year, leap }: Said, today: number): Placed | null {
  const now = lunarOf(civilDay(today));
  const candidates: (number | null)[] = [];
  for (const one of [now.year, now.year - 1]) {
    if (year !== undefined && one !== year) continue;
    for (let at = 12; at >= 1; at -= 1) {
      if (month !== undefined && month !== at) continue;
      for (const repeated of leap ? [true] : [true, false]) {
        const civil = civilOf({ year: one, month: at, day, leap: repeated });
        if (civil !== null) candidates.push(dayNumber(civil));
      }
    }
  }
  return latest(candidates, today, false);
}

/** The last candidate that is not to come; candidates stand latest first. */
function latest(candidates: readonly (number | null)[], today: number, ahead: boolean): Placed | null {
  const real = candidates.filter((one) => one !== null);
  const past = real.find((one) => one <= today);
  if (past !== undefined) return { number: past, ahead };
  const [future] = real;
  return future === undefined ? null : { number: future, ahead: true };
}

function valid(day: CivilDay): number | null {
  const number = dayNumber(day);
  const back = civilDay(number);
  return back.day === day.day && back.month === day.month ? number : null;
}
