import { describe, expect, it } from "vitest";
import { civilDay, civilOf, dayNumber, LUNAR_YEARS, lunarOf, monthsOf } from "./lunar";

/** First days of lunar years, as almanacs printed or published in advance give them: month and day. */
const TET: Readonly<Record<number, readonly [number, number]>> = {
  1968: [1, 29],
  1969: [2, 16],
  1972: [2, 15],
  1975: [2, 11],
  1980: [2, 16],
  1984: [2, 2],
  1985: [1, 21],
  1986: [2, 9],
  1988: [2, 17],
  1990: [1, 27],
  1995: [1, 31],
  1999: [2, 16],
  2000: [2, 5],
  2001: [1, 24],
  2005: [2, 9],
  2006: [1, 29],
  2007: [2, 17],
  2008: [2, 7],
  2010: [2, 14],
  2012: [1, 23],
  2014: [1, 31],
  2015: [2, 19],
  2016: [2, 8],
  2017: [1, 28],
  2018: [2, 16],
  2019: [2, 5],
  2020: [1, 25],
  2021: [2, 12],
  2022: [2, 1],
  2023: [1, 22],
  2024: [2, 10],
  2025: [1, 29],
  2026: [2, 17],
  2027: [2, 6],
  2028: [1, 26],
  2029: [2, 13],
  2030: [2, 2],
  2033: [1, 31],
  2034: [2, 19],
  2050: [1, 23],
  2053: [2, 18],
  2100: [2, 9],
};

/** Which month is repeated, by lunar year; 1985 and 1987 tell the calendar of UTC+7 from that of UTC+8. */
const LEAP: Readonly<Record<number, number>> = {
  1968: 7,
  1971: 5,
  1974: 4,
  1976: 8,
  1979: 6,
  1982: 4,
  1985: 2,
  1987: 7,
  1990: 5,
  1993: 3,
  1995: 8,
  1998: 5,
  2001: 4,
  2004: 2,
  2006: 7,
  2009: 5,
  2012: 4,
  2014: 9,
  2017: 6,
  2020: 4,
  2023: 2,
  2025: 6,
  2028: 5,
  2031: 3,
  2033: 11,
  2036: 6,
};

describe("the Vietnamese lunar calendar", () => {
  it.each(Object.entries(TET))("begins the year %s on the day that almanacs give", (year, [month, day]) => {
    const tet = { year: Number(year), month: 1, day: 1, leap: false };
    expect(civilOf(tet)).toEqual({ year: Number(year), month, day });
    expect(lunarOf({ year: Number(year), month, day })).toEqual(tet);
  });

  it("repeats the months that almanacs repeat, and no other from 1968 to 2036", () => {
    for (let year = 1968; year <= 2036; year += 1) {
      expect([year, monthsOf(year).find((one) => one.leap)?.month]).toEqual([year, LEAP[year]]);
    }
  });

  it("knows the days that people go by in the year of the tests", () => {
    expect(civilOf({ year: 2026, month: 10, day: 15, leap: false })).toEqual({
      year: 2026,
      month: 11,
      day: 23,
    });
    expect(civilOf({ year: 2025, month: 12, day: 23, leap: false })).toEqual({
      year: 2026,
      month: 2,
      day: 10,
    });
    expect(civilOf({ year: 2026, month: 8, day: 15, leap: false })).toEqual({
      year: 2026,
      month: 9,
      day: 25,
    });
  });

  it("has no 30th in a short month and no leap month where none is", () => {
    const short = monthsOf(2026).find((one) => one.days === 29);
    expect(civilOf({ year: 2026, month: short?.month ?? 1, day: 30, leap: false })).toBeNull();
    expect(civilOf({ year: 2026, month: 6, day: 1, leap: true })).toBeNull();
    expect(civilOf({ year: 2026, month: 1, day: 0, leap: false })).toBeNull();
  });

  it("gives each day from 1900 to 2100 one lunar day, and takes that back to the same day", () => {
    const last = dayNumber({ year: LUNAR_YEARS.last, month: 12, day: 31 });
    for (let number = dayNumber({ year: LUNAR_YEARS.first, month: 1, day: 1 }); number <= last; number += 1) {
      const civil = civilDay(number);
      if (dayNumber(civil) !== number) throw new Error(`day ${number}`);
      const back = civilOf(lunarOf(civil));
      if (back === null || dayNumber(back) !== number) throw new Error(JSON.stringify(civil));
    }
  });

  it("joins months of 29 or 30 days without a gap", () => {
    for (let year = LUNAR_YEARS.first; year < LUNAR_YEARS.last; year += 1) {
      const months = monthsOf(year);
      expect(months.length === 12 || months.length === 13).toBe(true);
      const [next] = monthsOf(year + 1);
      months.forEach((one, at) => {
        expect([29, 30]).toContain(one.days);
        expect((months[at + 1] ?? next)?.first).toBe(one.first + one.days);
      });
    }
  });

  it("refuses years that it does not compute", () => {
    expect(() => monthsOf(1850)).toThrow(RangeError);
    expect(() => monthsOf(2101)).toThrow(RangeError);
    expect(() => lunarOf({ year: 1890, month: 1, day: 1 })).toThrow(RangeError);
  });
});
