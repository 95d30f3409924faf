/** Choices, numbers and readings in a clause. */
import type { Answer, ChoiceAsk, NumberAsk, Reading, ReadingsAsk } from "../lines/types";
import { isLoose, phrase, type Token } from "./fold";
import { numberAt } from "./numbers";
import type { Scan } from "./scan";
import { metAt, table } from "./vocabulary";
import words from "./words.json";

/** An answer with the tokens that gave it. */
export interface Figured {
  readonly answer: Answer;
  readonly at: number;
  readonly to: number;
  readonly doubtful: boolean;
}

const READING_WORDS: Readonly<Record<string, readonly string[]>> = words.readings;

/** The choice whose words were said; two that exclude each other are doubtful. */
export function findChoice(
  ask: ChoiceAsk,
  scanned: Scan,
  verb: { readonly at: number; readonly to: number },
): Figured | null {
  const vocabulary = table(
    ask.choices.flatMap(({ code, words: said }) => said.map((one) => [one, code] as const)),
  );
  const bare = isLoose(scanned.tokens);
  const found: Figured[] = [];
  for (let at = 0; at < scanned.tokens.length; at += 1) {
    if (scanned.taken(at)) continue;
    const met = metAt(scanned.tokens, at, vocabulary);
    if (met === null || (met.grade > 0 && !(bare && (met.to - at >= 2 || (at >= verb.at && at < verb.to)))))
      continue;
    found.push({ answer: met.means, at, to: met.to, doubtful: false });
    at = met.to - 1;
  }
  const [first] = found;
  if (first === undefined) return null;
  const longest = found.reduce((a, b) => (b.to - b.at > a.to - a.at ? b : a), first);
  const others = found.some(
    (one) => one.answer !== longest.answer && one.to - one.at === longest.to - longest.at,
  );
  return { ...longest, doubtful: others };
}

/** A number that stands behind its label. */
export function findNumber(ask: NumberAsk, scanned: Scan): Figured | null {
  const met = behind(scanned, [ask.label.vi]);
  if (met === null) return null;
  const inside = met.value >= ask.least && met.value <= ask.most;
  return { answer: met.value, at: met.at, to: met.to, doubtful: met.doubtful || !inside };
}

/** Readings by the names of what is measured: "độ ẩm 13,5 %", "mực nước 5 phân". */
export function findReadings(ask: ReadingsAsk, scanned: Scan): Figured | null {
  const readings: Reading[] = [];
  let [at, to, doubtful] = [Number.POSITIVE_INFINITY, 0, false];
  for (const one of ask.parameters) {
    const met = behind(scanned, [one.name.vi, ...(READING_WORDS[one.code] ?? [])]);
    if (met === null) continue;
    readings.push({ parameter: one.code, value: met.value });
    at = Math.min(at, met.at);
    to = Math.max(to, met.to);
    doubtful ||= met.doubtful || met.value < one.least || met.value > one.most;
  }
  return readings.length === 0 ? null : { answer: readings, at, to, doubtful };
}

interface Behind {
  readonly value: number;
  readonly at: number;
  readonly to: number;
  readonly doubtful: boolean;
}

/** The number behind one of some names, with at most three small words between. */
function behind({ tokens, amounts }: Scan, names: readonly string[]): Behind | null {
  const vocabulary = table(names.map((one) => [one, true] as const));
  for (let at = 0; at < tokens.length; at += 1) {
    const met = metAt(tokens, at, vocabulary);
    if (met === null) continue;
    for (let from = met.to; from <= met.to + 3 && from < tokens.length; from += 1) {
      if (tokens[from]?.kind === "mark" && tokens[from]?.text !== ":") break;
      const amount = amounts.find((one) => one.at === from);
      const number = numberAt(tokens, from);
      if (amount?.value != null) return { value: amount.value, at, to: amount.to, doubtful: amount.doubtful };
      if (number !== null)
        return {
          value: number.value,
          at,
          to: number.to,
          doubtful: number.doubtful || ranged(tokens, number.to),
        };
    }
  }
  return null;
}

function ranged(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at];
  return next !== undefined && (RANGES.some((one) => one.key === next.key) || next.text === "-");
}

const RANGES = ["đến", "tới", "hay", "hoặc"].flatMap((one) => phrase(one));
