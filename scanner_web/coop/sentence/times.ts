/**
 * Times of day as people say them: sáng nay · 7 giờ sáng · lúc 7h30 · 8 giờ kém 15 · 3 rưỡi chiều.
 *
 * "Sấy 8 giờ" lasts eight hours and is no time of day. An hour without a part of the day is taken in the hours of
 * field work, 5 to 19; where two fit it is doubtful.
 */
import type { Token } from "./fold";
import { numberAt } from "./numbers";
import { list, metAt, table } from "./vocabulary";
import words from "./words.json";

export type Part = "morning" | "noon" | "afternoon" | "evening";

/** Hours of the clock at which something of a part of the day is written down if nothing finer is said. */
export const HOUR_OF: Readonly<Record<Part, number>> = { morning: 7, noon: 12, afternoon: 15, evening: 19 };

const PARTS = table<Part>(
  (["morning", "noon", "afternoon", "evening"] as const).flatMap((part) =>
    words.times[part].map((one) => [one, part] as const),
  ),
);
const HOUR = list(words.times.hour);
const HALF = list(words.times.half);
const MINUTE = list(words.times.minute);
const LESS = list(words.times.less);
const AT = list(words.times.at);
const LASTING = list(words.times.lasting);

/** A part of the day that is named at a token. */
export function partAt(
  sentence: readonly Token[],
  at: number,
): { to: number; part: Part; bare: boolean } | null {
  const met = metAt(sentence, at, PARTS);
  return met === null ? null : { to: met.to, part: met.means, bare: met.grade > 0 };
}

/** A time of the clock: minutes since midnight; `doubtful` where it may be another. */
export interface Clock {
  readonly at: number;
  readonly to: number;
  readonly minutes: number;
  readonly doubtful: boolean;
}

/** The time of the clock that is named from a token on; null where none is, or where it is how long something took. */
export function clockAt(sentence: readonly Token[], from: number): Clock | null {
  const word = metAt(sentence, from, AT);
  const at = word?.to ?? from;
  const number = numberAt(sentence, at);
  if (number === null) return null;
  const hourWord = metAt(sentence, number.to, HOUR);
  const halfSaid = number.value !== Math.trunc(number.value);
  const partBehind = partAt(sentence, hourWord?.to ?? number.to);
  if (hourWord === null && !(halfSaid && partBehind !== null)) return null;
  if (number.value > 24 || (halfSaid && number.value % 1 !== 0.5)) return null;
  const fine = minutesAt(sentence, hourWord?.to ?? number.to);
  const part = partAt(sentence, fine.to);
  const before = sentence[from - 1] === undefined ? null : metAt(sentence, from - 1, LASTING);
  const colon = fine.minutes !== 0 && number.figures;
  if (before !== null && before.to === from && part === null && !colon) return null;
  const said = number.value * 60 + fine.minutes;
  const { minutes, doubtful } = placed(said, part?.part ?? null);
  const sure = word !== null || part !== null || colon;
  return { at: from, to: part?.to ?? fine.to, minutes, doubtful: doubtful || !sure || number.value > 24 };
}

function minutesAt(sentence: readonly Token[], at: number): { to: number; minutes: number } {
  const half = metAt(sentence, at, HALF, 0) ?? metAt(sentence, at, HALF);
  if (half !== null) return { to: half.to, minutes: 30 };
  const less = metAt(sentence, at, LESS);
  const number = numberAt(sentence, less?.to ?? at);
  if (number === null || !Number.isInteger(number.value) || number.value >= 60) return { to: at, minutes: 0 };
  const minute = metAt(sentence, number.to, MINUTE);
  if (less !== null) return { to: minute?.to ?? number.to, minutes: -number.value };
  const touching = sentence[at]?.glued === true;
  return minute !== null || touching
    ? { to: minute?.to ?? number.to, minutes: number.value }
    : { to: at, minutes: 0 };
}

function placed(said: number, part: Part | null): { minutes: number; doubtful: boolean } {
  const noon = 12 * 60;
  if (part === "morning") return { minutes: said, doubtful: said >= noon };
  if (part === "noon") return { minutes: said < 4 * 60 ? said + noon : said, doubtful: false };
  if (part === "afternoon") return { minutes: said < noon ? said + noon : said, doubtful: false };
  if (part === "evening") {
    return {
      minutes: said >= 5 * 60 && said < noon ? said + noon : said % (2 * noon),
      doubtful: said < 5 * 60,
    };
  }
  if (said >= noon) return { minutes: said, doubtful: false };
  const late = said + noon < 19 * 60;
  const early = said >= 5 * 60;
  return { minutes: early ? said : said + noon, doubtful: early === late };
}
