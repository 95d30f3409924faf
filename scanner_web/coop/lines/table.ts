/**
 * The table of what can be recorded: one file a product line, and `common.json` for what lines share.
 *
 * A new line is a new file beside `herb.json`; there is no list to keep. In a file, `{"use": "fertilising", …}` takes a
 * step of `common.json` and replaces the members beside it; `more` adds asks, `says` and `readings` add to its event,
 * `like` gives asks their likely words. `{"use": "field", …}` takes an ask, and a parameter by its name, in the same way.
 * Every step can have a photo and a note.
 */
import { isObject, type JsonObject, type JsonValue } from "../../verify/json";
import type { Workbook } from "../workbook";
import { readAsk, readMeasured } from "./asks";
import common from "./common.json";
import { At, LineError, type Measured, readTemplate, type StepRecord } from "./template";
import { type Ask, TILES, type Who, type Words } from "./types";

/** One product line. */
export interface Line {
  readonly code: string;
  readonly name: Words;
  readonly steps: readonly StepRecord[];
}

const WHO: readonly Who[] = ["member", "laboratory", "retailer"];
const COMMON: JsonObject = common;
const ALWAYS = ["photo", "note"] as const;
const FILES = import.meta.glob(["./*.json", "!./common.json", "!./units.json"], {
  eager: true,
  import: "default",
});

/** The lines of the files here. */
export const LINES: readonly Line[] = linesOf(FILES);

/** Lines by their files, by name. Throws `LineError` where a file is not as `template.ts` says. */
export function linesOf(files: Readonly<Record<string, JsonValue>>): Line[] {
  return Object.keys(files)
    .sort()
    .map((name) => readLine(new At(files[name], name.replace(/^\.\//, ""))));
}

/**
 * What an organisation can record, line by line; who is of no line (a laboratory, a shop) meets all of them.
 *
 * @param lines those of the files, or others in a test.
 */
export function steps(workbook: Workbook, lines: readonly Line[] = LINES): StepRecord[] {
  const own = lines.filter((line) => workbook.org.lines.includes(line.code));
  return (own.length === 0 ? lines : own).flatMap((line) => line.steps);
}

/** A step of a line; null where there is none of this code. */
export function stepOf(line: string, code: string, lines: readonly Line[] = LINES): StepRecord | null {
  const steps = lines.find((item) => item.code === line)?.steps ?? [];
  return steps.find((step) => step.code === code) ?? null;
}

function readLine(at: At): Line {
  const code = at.member("line").text();
  const steps = at
    .member("steps")
    .items()
    .map((item) => readStep(item, at, code));
  const codes = steps.map((step) => step.code);
  const twice = codes.find((item, place) => codes.indexOf(item) !== place);
  if (twice !== undefined) {
    throw new LineError(`${at.path}: the step ${twice} stands twice`);
  }
  return { code, name: at.member("name").words(), steps };
}

function readStep(item: At, file: At, line: string): StepRecord {
  const own = item.object();
  const used = item.member("use").textOrNull();
  const shared = used === null ? {} : find("steps", used, file, item);
  const { use: _, more, says, readings, like, ...rest } = own;
  const event = { ...member(shared, "event"), ...member(own, "event") };
  const merged: JsonObject = {
    ...shared,
    ...rest,
    asks: [...list(rest.asks ?? shared.asks), ...list(more)],
    event: {
      ...event,
      says: { ...member(event, "says"), ...member({ says: says ?? null }, "says") },
      readings: [...list(event.readings), ...list(readings)],
    },
  };
  const at = new At(merged, item.path);
  const measured = new Map<string, Measured>();
  const asks = readAsks(at, file, { like: new At(like, `${item.path}/like`), measured });
  return {
    code: at.member("code").text(),
    line,
    tile: at.member("tile").oneOf(TILES),
    who: at.member("who").oneOf(WHO),
    name: at.member("name").words(),
    words: at.member("words").texts(),
    icon: at.member("icon").text(),
    letter: at.member("letter").textOrNull() ?? "X",
    asks,
    event: readTemplate(at.member("event")),
    tell: at.member("tell").words(),
    measured,
  };
}

function readAsks(at: At, file: At, kept: { like: At; measured: Map<string, Measured> }): Ask[] {
  const given = at.member("asks").items();
  const asks = given.map((item) => {
    const merged = resolved("asks", item, file);
    const id = merged.member("id").text();
    const liked = kept.like.member(id);
    const whole = liked.missing ? merged : new At({ ...merged.object(), like: liked.texts() }, merged.path);
    const parameters = whole.member("parameters").items();
    const measured = parameters.map((one) => readMeasured(resolved("parameters", one, file)));
    for (const one of measured) {
      kept.measured.set(one.code, one);
    }
    return readAsk(whole, measured);
  });
  for (const id of ALWAYS) {
    if (!asks.some((ask) => ask.id === id)) {
      asks.push(readAsk(new At(find("asks", id, file, at), id), []));
    }
  }
  return asks;
}

/** An ask or a parameter whose `use` is looked up; a parameter may be its bare name. */
function resolved(kind: "asks" | "parameters", item: At, file: At): At {
  const name = typeof item.value === "string" ? item.value : item.member("use").textOrNull();
  const own = isObject(item.value) ? item.value : {};
  if (name === null) {
    return item;
  }
  const { use: _, ...rest } = own;
  const shared = find(kind, name, file, item);
  const code = kind === "parameters" ? { code: name } : {};
  return new At({ ...shared, ...code, ...rest }, item.path);
}

/** Something named, in the line's own file or in the common one. */
function find(kind: "asks" | "parameters" | "steps", name: string, file: At, at: At): JsonObject {
  const own = kind === "steps" ? undefined : member(file.object(), kind)[name];
  const found = own ?? member(COMMON, kind)[name];
  return isObject(found) ? found : at.fail(`${name} among the ${kind}`);
}

function member(value: JsonObject, name: string): JsonObject {
  const inner = value[name];
  return isObject(inner) ? inner : {};
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
