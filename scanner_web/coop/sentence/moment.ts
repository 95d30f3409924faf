/** When something was done, from the days and times of a clause. */
import { civilDay } from "./lunar";
import type { Scan } from "./scan";
import { HOUR_OF } from "./times";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

/** A moment: ISO 8601 at +07:00; `doubtful` where it has to be asked; `plan` where it lies ahead on purpose. */
export interface Moment {
  readonly when: string;
  readonly doubtful: boolean;
  readonly plan: boolean;
  readonly said: boolean;
}

const MINUTES = 1440;
const ANY = list(words.loosedays.any);
const EXACT = list(words.loosedays.exact);
const WHOLE = list(words.loosedays.whole);

/** Today's Julian day number and the minutes since midnight, by clocks of UTC+7. */
export function hereAndNow(now: Date): { today: number; minutes: number } {
  const local = Math.floor(now.getTime() / 60000) + 7 * 60;
  return { today: Math.floor(local / MINUTES) + 2440588, minutes: ((local % MINUTES) + MINUTES) % MINUTES };
}

/** The moment that a clause tells of; today and now where it tells none. */
export function momentOf(scanned: Scan, now: Date): Moment {
  const { today, minutes } = hereAndNow(now);
  const days = scanned.days.filter((one) => !one.ofLot);
  const plan = days.some((one) => one.plan);
  const numbers = new Set(days.map((one) => one.number));
  const [day] = days;
  const number = day?.number ?? today;
  let doubtful =
    numbers.size > 1 || days.some((one) => one.doubtful) || scanned.clocks.length > 1 || number > today;
  if (looseDay(scanned)) doubtful = true;
  const [clock] = scanned.clocks;
  if (clock?.doubtful === true) doubtful = true;
  let at = clock?.minutes ?? null;
  if (at === null && scanned.part !== null) at = HOUR_OF[scanned.part.part] * 60;
  if (number >= today) {
    if (clock !== undefined && clock.minutes > minutes) doubtful = true;
    if (clock === undefined && scanned.part?.part === "evening" && minutes < 17 * 60)
      return ahead(today, minutes);
    at = Math.min(at ?? minutes, minutes);
  }
  const when = iso(Math.min(number, today), at ?? 12 * 60);
  return { when, doubtful, plan, said: day !== undefined || clock !== undefined };
}

/** A word for a day stands there and nothing that it could be read as: "hôm qa", "hôm làm cỏ". */
function looseDay({ tokens, days, taken }: Scan): boolean {
  return tokens.some((_, at) => {
    if (taken(at)) return false;
    if (metAt(tokens, at, ANY) === null && metAt(tokens, at, EXACT, 0) === null) return false;
    return !days.some((one) => one.at === at + 1) && (at === 0 || metAt(tokens, at - 1, WHOLE) === null);
  });
}

/** "Tối nay", said in the afternoon: it is still to come. */
function ahead(today: number, minutes: number): Moment {
  return { when: iso(today, minutes), doubtful: true, plan: true, said: true };
}

function iso(number: number, minutes: number): string {
  const { year, month, day } = civilDay(number);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
  return `${year}-${two(month)}-${two(day)}T${time}:00+07:00`;
}
