/** The asks of a line's file, checked one by one. */
import type { Lane, PlaceKind, ProductKind } from "../workbook";
import type { At, Measured } from "./template";
import type { Ask, Choice, Words } from "./types";

const KINDS = [
  "place",
  "lot",
  "lots",
  "amount",
  "product",
  "partner",
  "choice",
  "number",
  "text",
  "day",
  "readings",
  "photo",
] as const;

const PLACES: readonly PlaceKind[] = [
  "field",
  "pond",
  "apiary",
  "store",
  "dryer",
  "mill",
  "packhouse",
  "scale",
  "gate",
  "other",
];
const PRODUCTS: readonly ProductKind[] = [
  "planting",
  "seed",
  "harvested",
  "intermediate",
  "packed",
  "byproduct",
  "input",
];
const LANES: readonly Lane[] = ["growing", "harvested", "dried", "tested", "packed", "shipped"];

/** One ask. `measured` are its parameters, if it asks for readings. */
export function readAsk(at: At, measured: readonly Measured[]): Ask {
  const base = {
    id: at.member("id").text(),
    title: at.member("title").words(),
    label: at.member("label").words(),
    ...(at.member("optional").value === true ? { optional: true as const } : {}),
    ...(at.member("aside").value === true ? { aside: true as const } : {}),
  };
  const words = (name: string) => (at.member(name).missing ? {} : { [name]: at.member(name).texts() });
  const range = (name: string) => {
    const pair = at.member(name).pair();
    return pair === undefined ? {} : { [name]: pair };
  };
  const kind = at.member("kind").oneOf(KINDS);
  switch (kind) {
    case "place":
      return { ...base, kind, kinds: all(at.member("kinds"), PLACES) };
    case "lot":
    case "lots":
      return {
        ...base,
        kind,
        lanes: all(at.member("lanes"), LANES),
        kinds: all(at.member("kinds"), PRODUCTS),
        ...words("like"),
        ...words("unlike"),
      };
    case "amount":
      return {
        ...base,
        kind,
        ...(at.member("of").missing ? {} : { of: at.member("of").text() }),
        ...(at.member("whole").value === true ? { whole: true as const } : {}),
        ...(at.member("each").missing ? {} : { each: all(at.member("each"), PRODUCTS) }),
        units: at.member("units").texts(),
        ...range("usual"),
        ...range("share"),
        step: at.member("step").number(),
      };
    case "product":
      return { ...base, kind, kinds: all(at.member("kinds"), PRODUCTS), ...words("like") };
    case "partner":
      return { ...base, kind, roles: at.member("roles").texts() };
    case "choice":
      return { ...base, kind, choices: at.member("choices").items().map(readChoice) };
    case "number":
      return {
        ...base,
        kind,
        unit: at.member("unit").missing ? null : at.member("unit").words(),
        least: at.member("least").number(),
        most: at.member("most").number(),
        step: at.member("step").number(),
        ...range("usual"),
      };
    case "text":
      return { ...base, kind, most: at.member("most").number(), often: oftenOf(at) };
    case "readings":
      return { ...base, kind, parameters: measured };
    default:
      return { ...base, kind };
  }
}

/** A parameter with the report that it makes; `limit` stands in the report. */
export function readMeasured(at: At): Measured {
  const usual = at.member("usual").pair();
  return {
    code: at.member("code").text(),
    name: at.member("name").words(),
    unit: at.member("unit").text(),
    least: at.member("least").number(),
    most: at.member("most").number(),
    step: at.member("step").number(),
    ...(usual === undefined ? {} : { usual }),
    report: { ...at.member("report").object(), ...at.member("limit").members() },
  };
}

function readChoice(at: At): Choice {
  const values = Object.entries(at.member("values").members()).map(([name]): [string, string] => [
    name,
    at.member("values").member(name).text(),
  ]);
  return {
    code: at.member("code").text(),
    name: at.member("name").words(),
    words: at.member("words").texts(),
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }),
  };
}

function oftenOf(at: At): Words[] {
  return at
    .member("often")
    .items()
    .map((item) => item.words());
}

function all<T extends string>(at: At, words: readonly T[]): T[] {
  return at.items().map((item) => item.oneOf(words));
}
