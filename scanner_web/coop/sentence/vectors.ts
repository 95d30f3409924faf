/**
 * Sentences with what they must be taken for, written by hand (tests/vectors/sentences), and how a draft is held against
 * them.
 *
 * A field is right where its value is the one written down and is not asked; it is asked where the parser is unsure of
 * it; it is a silent error where the parser is sure of something else, of something that was to be asked, or of
 * something that was not said.
 */
import type { Amount, Answer, Reading, Share } from "../lines/types";
import type { Workbook } from "../workbook";
import type { Parsed } from "./parse";

/** A sentence of the vectors: an event with its answers, or none and why. */
export interface Spoken {
  readonly say: string;
  readonly none?: string;
  /** "herb/harvesting" */
  readonly step?: string;
  /** ISO day, and "07:30" where a time of day was said. */
  readonly day?: string;
  readonly time?: string;
  readonly answers?: Readonly<Record<string, string>>;
  readonly asked?: readonly string[];
  readonly rest?: string;
}

/** What became of the fields of a sentence. */
export interface Held {
  readonly right: number;
  readonly fields: number;
  /** What was taken for sure, and is not so. */
  readonly silent: readonly string[];
  /** What was asked, though the sentence says it. */
  readonly missed: readonly string[];
}

/** Holds a parsed sentence against what it must be taken for. */
export function hold(spoken: Spoken, parsed: Parsed, workbook: Workbook): Held {
  const { draft, unsure } = parsed;
  if (spoken.none !== undefined) {
    if (draft === null) return { right: 1, fields: 1, silent: [], missed: [] };
    return { right: 0, fields: 1, silent: [`no event, yet ${draft.step}`], missed: [] };
  }
  const asked = spoken.asked ?? [];
  const answers = spoken.answers ?? {};
  const expected = new Map<string, string>([
    ...(asked.includes("step") ? [] : [["step", spoken.step ?? ""] as const]),
    ...(asked.includes("when")
      ? []
      : [["when", `${spoken.day}${spoken.time === undefined ? "" : `T${spoken.time}`}`] as const]),
    ...Object.entries(answers),
    ...(spoken.rest === undefined ? [] : [["rest", spoken.rest] as const]),
  ]);
  const names = new Set([...expected.keys(), ...asked, ...unsure, ...Object.keys(draft?.answers ?? {})]);
  const silent: string[] = [];
  const missed: string[] = [];
  let right = 0;
  for (const name of names) {
    const want = expected.get(name);
    const got = draft === null ? null : said(name, parsed, workbook, spoken.time !== undefined);
    const open = draft === null || unsure.includes(name);
    if (asked.includes(name)) {
      if (open) right += 1;
      else silent.push(`${name} was to be asked, got ${got}`);
    } else if (open) missed.push(name);
    else if (want !== undefined && same(name, want, got, workbook)) right += 1;
    else silent.push(`${name}: ${want ?? "nothing"} was said, got ${got}`);
  }
  return { right, fields: names.size, silent, missed };
}

function said(name: string, { draft, rest }: Parsed, workbook: Workbook, timed: boolean): string | null {
  if (name === "rest") return rest;
  if (draft === null) return null;
  if (name === "step") return `${draft.line}/${draft.step}`;
  if (name === "when") return draft.when.slice(0, timed ? 16 : 10);
  return written(draft.answers[name], workbook);
}

function written(answer: Answer | undefined, workbook: Workbook): string | null {
  if (answer === undefined || answer === null) return null;
  if (typeof answer === "number") return String(answer);
  if (typeof answer === "string") return nameOf(answer, workbook);
  if (isAmount(answer)) {
    return `${answer.value} ${answer.unit}${answer.base === answer.value ? "" : `=${answer.base}`}`;
  }
  return answer
    .map((one) =>
      isShare(one) ? share(one, workbook) : isReading(one) ? `${one.parameter}:${one.value}` : "",
    )
    .join(",");
}

function share({ lot, amount }: Share, workbook: Workbook): string {
  const name = workbook.lots.find(({ uri }) => uri === lot)?.lot ?? lot;
  return amount === null ? name : `${name}:${amount.value} ${amount.unit}`;
}

function nameOf(uri: string, { places, products, partners, lots }: Workbook): string {
  const named = [...places, ...products, ...partners].find((one) => one.uri === uri);
  return named?.name ?? lots.find((one) => one.uri === uri)?.lot ?? uri;
}

/** Names in the vectors may be cut: each of their words stands in the name, and in no other. */
function same(name: string, want: string, got: string | null, workbook: Workbook): boolean {
  if (got === null) return false;
  if (want === got) return true;
  const { places, products, partners } = workbook;
  const among = name === "place" ? places : name === "product" ? products : partners;
  const fits = among.filter((one) => want.split(" ").every((word) => one.name.split(" ").includes(word)));
  return fits.length === 1 && fits[0]?.name === got;
}

function isAmount(answer: Exclude<Answer, null | string | number>): answer is Amount {
  return "unit" in answer;
}

function isShare(one: object): one is Share {
  return "lot" in one;
}

function isReading(one: object): one is Reading {
  return "parameter" in one;
}
