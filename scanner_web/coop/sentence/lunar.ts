/**
 * The Vietnamese lunar calendar, 1900-2100, computed and not tabulated.
 *
 *     month          begins on the day, by clocks of UTC+7, of a new moon
 *     11th month     holds the winter solstice (the sun's longitude 270°)
 *     leap month     where 13 months lie from one 11th month to the next, the first that holds no principal term
 *                    (no multiple of 30° of the sun's longitude); it repeats the number of the month before it
 *
 * Source: J. Meeus, Astronomical Algorithms (1998), chapters 25 and 49; ΔT by Espenak and Meeus (2006).
 * UTC+7 is applied to all years, though clocks in Viet Nam kept other zones before 1968 in the north and 1975 in
 * the south: an old day may have been another one in the almanacs of its time.
 */

/** A day of the civil calendar; month 1-12. */
export interface CivilDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A day of the lunar calendar; `leap` tells the repeated month from the one before it. */
export interface LunarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly leap: boolean;
}

/** The first and the last civil year that are computed. */
export const LUNAR_YEARS = { first: 1900, last: 2100 } as const;

const ZONE = 7 / 24;
const SYNODIC = 29.530588861;
const RAD = Math.PI / 180;

/** The Julian day number of a civil day (Gregorian; the day that begins at noon of it is this number). */
export function dayNumber({ year, month, day }: CivilDay): number {
  const a = Math.floor((14 - month) / 12);
  const y = year + 4800 - a;
  const m = month + 12 * a - 3;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return day + Math.floor((153 * m + 2) / 5) + 365 * y + leaps - 32045;
}

/** The civil day of a Julian day number: the inverse of {@link dayNumber}. */
export function civilDay(number: number): CivilDay {
  const a = number + 32044;
  const b = Math.floor((4 * a + 3) / 146097);
  const c = a - Math.floor((146097 * b) / 4);
  const d = Math.floor((4 * c + 3) / 1461);
  const e = c - Math.floor((1461 * d) / 4);
  const m = Math.floor((5 * e + 2) / 153);
  return {
    day: e - Math.floor((153 * m + 2) / 5) + 1,
    month: m + 3 - 12 * Math.floor(m / 10),
    year: 100 * b + d - 4800 + Math.floor(m / 10),
  };
}

/** The lunar day of a civil day, 1900-2100.
 *
 * @throws RangeError outside those years.
 */
export function lunarOf(civil: CivilDay): LunarDay {
  const number = dayNumber(civil);
  for (const year of [civil.year, civil.year - 1]) {
    const month = monthsOf(year).findLast((one) => one.first <= number);
    if (month !== undefined)
      return { year, month: month.month, day: number - month.first + 1, leap: month.leap };
  }
  throw new RangeError(`no lunar day of ${civil.year}-${civil.month}-${civil.day}`);
}

/** The civil day of a lunar day, or null where there is none: a leap month that this year lacks, a 30th of a short month.
 *
 * @throws RangeError outside 1900-2100.
 */
export function civilOf({ year, month, day, leap }: LunarDay): CivilDay | null {
  const found = monthsOf(year).find((one) => one.month === month && one.leap === leap);
  if (found === undefined || day < 1 || day > found.days) return null;
  return civilDay(found.first + day - 1);
}

/** The months of a lunar year in order, each with its first day's number and its length of 29 or 30 days. */
export function monthsOf(year: number): readonly LunarMonth[] {
  const known = years.get(year);
  if (known !== undefined) return known;
  if (!Number.isInteger(year) || year < LUNAR_YEARS.first - 1 || year > LUNAR_YEARS.last) {
    throw new RangeError(`the lunar year ${year} is not computed`);
  }
  const opening = fromEleventh(year - 1).filter((one) => one.month < 11);
  const closing = fromEleventh(year).filter((one) => one.month >= 11);
  const months = [...opening, ...closing];
  years.set(year, months);
  return months;
}

/** A lunar month; `first` is the Julian day number of its first day. */
export interface LunarMonth {
  readonly month: number;
  readonly leap: boolean;
  readonly first: number;
  readonly days: number;
}

const years = new Map<number, readonly LunarMonth[]>();

/** The 12 or 13 months from the 11th of one lunar year up to the 11th of the next. */
function fromEleventh(year: number): readonly LunarMonth[] {
  const begin = eleventh(year);
  const end = eleventh(year + 1);
  const starts = Array.from({ length: end - begin + 1 }, (_, at) => newMoonDay(begin + at));
  const leapAt = starts.length === 14 ? starts.findIndex((_, at) => at > 0 && !holdsTerm(starts, at)) : -1;
  let number = 10;
  return starts.slice(0, -1).map((first, at) => {
    const leap = at === leapAt;
    if (!leap) number = (number % 12) + 1;
    return { month: number, leap, first, days: (starts[at + 1] ?? first) - first };
  });
}

/** Which new moon begins the 11th month of a year: the last not after the day of the winter solstice. */
function eleventh(year: number): number {
  let k = Math.floor((dayNumber({ year, month: 12, day: 31 }) - 2451550.1) / SYNODIC) + 1;
  while (newMoonDay(k) > dayNumber({ year, month: 12, day: 31 }) || sectorAt(newMoonDay(k)) >= 9) k -= 1;
  return k;
}

function holdsTerm(starts: readonly number[], at: number): boolean {
  const [begin, end] = [starts[at], starts[at + 1]];
  return begin === undefined || end === undefined || sectorAt(begin) !== sectorAt(end);
}

/** In which twelfth of its circle the sun stands, 0-11, when a day begins by clocks of UTC+7. */
function sectorAt(day: number): number {
  return Math.floor(sunLongitude(day - 0.5 - ZONE) / 30);
}

/** The sun's apparent longitude in degrees, 0-360, good to 0.01° (Meeus, chapter 25). */
function sunLongitude(universal: number): number {
  const t = (universal + deltaT(universal) / 86400 - 2451545) / 36525;
  const mean = 280.46646 + t * (36000.76983 + t * 0.0003032);
  const anomaly = RAD * (357.52911 + t * (35999.05029 - t * 0.0001537));
  const centre =
    (1.914602 - t * (0.004817 + t * 0.000014)) * Math.sin(anomaly) +
    (0.019993 - t * 0.000101) * Math.sin(2 * anomaly) +
    0.000289 * Math.sin(3 * anomaly);
  const seen = mean + centre - 0.00569 - 0.00478 * Math.sin(RAD * (125.04 - 1934.136 * t));
  return ((seen % 360) + 360) % 360;
}

/** Terms of the new moon's true phase: days × E^power, then multiples of M, M', F, Ω (Meeus, table 49.A). */
const PHASE: readonly (readonly [number, number, number, number, number, number])[] = [
  [-0.4072, 0, 0, 1, 0, 0],
  [0.17241, 1, 1, 0, 0, 0],
  [0.01608, 0, 0, 2, 0, 0],
  [0.01039, 0, 0, 0, 2, 0],
  [0.00739, 1, -1, 1, 0, 0],
  [-0.00514, 1, 1, 1, 0, 0],
  [0.00208, 2, 2, 0, 0, 0],
  [-0.00111, 0, 0, 1, -2, 0],
  [-0.00057, 0, 0, 1, 2, 0],
  [0.00056, 1, 1, 2, 0, 0],
  [-0.00042, 0, 0, 3, 0, 0],
  [0.00042, 1, 1, 0, 2, 0],
  [0.00038, 1, 1, 0, -2, 0],
  [-0.00024, 1, -1, 2, 0, 0],
  [-0.00017, 0, 0, 0, 0, 1],
];

/** Planets' terms: days, then the argument at k = 0 and its growth with k, degrees (Meeus, chapter 49). */
const PLANETS: readonly (readonly [number, number, number])[] = [
  [0.000325, 299.77, 0.107408],
  [0.000165, 251.88, 0.016321],
  [0.000164, 251.83, 26.651886],
  [0.000126, 349.42, 36.412478],
  [0.00011, 84.66, 18.206239],
  [0.000062, 141.74, 53.303771],
  [0.00006, 207.14, 2.453732],
  [0.000056, 154.84, 7.30686],
  [0.000047, 34.52, 27.261239],
  [0.000042, 207.19, 0.121824],
];

const moons = new Map<number, number>();

/** The day, by clocks of UTC+7, of the k-th new moon after that of 6 January 2000. */
function newMoonDay(k: number): number {
  const known = moons.get(k);
  if (known !== undefined) return known;
  const t = k / 1236.85;
  const e = 1 - t * (0.002516 + t * 0.0000074);
  const m = 2.5534 + 29.1053567 * k - t * t * 0.0000014;
  const moon = 201.5643 + 385.81693528 * k + t * t * 0.0107582;
  const f = 160.7108 + 390.67050284 * k - t * t * 0.0016118;
  const node = 124.7746 - 1.56375588 * k + t * t * 0.0020672;
  let dynamical = 2451550.09766 + SYNODIC * k + t * t * 0.00015437;
  for (const [days, power, ms, mps, fs, nodes] of PHASE) {
    dynamical += days * e ** power * Math.sin(RAD * (ms * m + mps * moon + fs * f + nodes * node));
  }
  for (const [days, at, growth] of PLANETS) dynamical += days * Math.sin(RAD * (at + growth * k));
  const day = Math.floor(dynamical - deltaT(dynamical) / 86400 + 0.5 + ZONE);
  moons.set(k, day);
  return day;
}

/** Dynamical less universal time in seconds: the year up to which a polynomial holds, its origin, its coefficients. */
const DELTA_T: readonly (readonly [number, number, readonly number[]])[] = [
  [1920, 1900, [-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197]],
  [1941, 1920, [21.2, 0.84493, -0.0761, 0.0020936]],
  [1961, 1950, [29.07, 0.407, -1 / 233, 1 / 2547]],
  [1986, 1975, [45.45, 1.067, -1 / 260, -1 / 718]],
  [2005, 2000, [63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599]],
  [2050, 2000, [62.92, 0.32217, 0.005589]],
];

function deltaT(julian: number): number {
  const year = 2000 + (julian - 2451545) / 365.25;
  const piece = DELTA_T.find(([until]) => year < until);
  if (piece === undefined) return -20 + 32 * ((year - 1820) / 100) ** 2 - 0.5628 * (2150 - year);
  const [, origin, coefficients] = piece;
  return coefficients.reduceRight((sum, one) => sum * (year - origin) + one, 0);
}
