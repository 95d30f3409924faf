/** What a value of a template that begins with `$` stands for; the list is in `template.ts`. */
import type { JsonObject, JsonValue } from "../../verify/json";
import type { Workbook } from "../workbook";
import { assetUri, containerUri } from "./ids";
import { ownPlace } from "./last";
import { isAmount, lotAt, sharesOf, textOf } from "./stock";
import type { StepRecord } from "./template";
import type { Answer, Ask, Draft } from "./types";
import { exact } from "./units";

/** Values of one event that no answer gives. */
export interface Given {
  readonly number: string;
  readonly day: string;
  readonly expiry: string | null;
  readonly netWeightKg: number | null;
  readonly lossKg: number | null;
  readonly org: string;
}

type Value = string | number | null;

export class Values {
  constructor(
    private readonly step: StepRecord,
    private readonly draft: Draft,
    private readonly workbook: Workbook,
    private readonly given: Given,
  ) {}

  /** A value looked up; null where there is none. Throws `dl.syntax`, `gs1.check_digit` for a typed code. */
  of(value: JsonValue | undefined): JsonValue {
    return typeof value === "string" && value.startsWith("$") ? this.named(value.slice(1)) : (value ?? null);
  }

  /** A value that is a text; null where there is none. */
  text(value: JsonValue | undefined): string | null {
    const found = this.of(value);
    return typeof found === "string" && found !== "" ? found : null;
  }

  /** Members whose values are looked up; those without a value are left out. */
  members(template: JsonObject): JsonObject {
    const found = Object.entries(template).map(([name, value]) => [name, this.of(value)] as const);
    return Object.fromEntries(found.filter(([, value]) => value !== null && value !== ""));
  }

  private named(path: string): Value {
    const [name = "", part] = path.split(".");
    const { given } = this;
    switch (name) {
      case "org":
        return given.org;
      case "here":
        return ownPlace(this.workbook.org.gln);
      case "receiver":
        return textOf(this.draft.answers.partner) === null ? null : given.org;
      case "plot":
        return plot(textOf(this.draft.answers.place));
      case "number":
      case "day":
      case "expiry":
      case "netWeightKg":
      case "lossKg":
        return given[name];
      default:
        return this.answer(name, part);
    }
  }

  private answer(id: string, part: string | undefined): Value {
    const ask = this.step.asks.find((item) => item.id === id);
    const answer = this.draft.answers[id] ?? null;
    if (ask === undefined || answer === null) {
      return null;
    }
    if (ask.kind === "choice") {
      return chosenValue(ask, answer, part);
    }
    if (ask.kind === "lot" || ask.kind === "lots") {
      const lot = sharesOf(answer)[0]?.lot ?? null;
      return part === "place" ? (lotAt(lot, this.workbook)?.place ?? null) : lot;
    }
    if (isAmount(answer)) {
      return part === "ha" ? exact(answer.base / 10_000) : answer.base;
    }
    const text = textOf(answer);
    if (text === null) {
      return typeof answer === "number" ? answer : null;
    }
    if (part === "name") {
      return this.workbook.places.find((place) => place.uri === text)?.name ?? null;
    }
    if (part === "asset") {
      return assetUri(this.workbook.org.gln, text);
    }
    return id === "container" ? containerUri(text) : text.normalize("NFC").trim();
  }
}

function chosenValue(ask: Ask, answer: Answer, part: string | undefined): Value {
  const choice = ask.kind === "choice" ? ask.choices.find((item) => item.code === answer) : undefined;
  return choice?.values?.[part ?? "value"] ?? (part === undefined ? (choice?.name.vi ?? null) : null);
}

/** The last part of a place's URI: its extension, else its number. */
function plot(uri: string | null): string | null {
  return uri === null ? null : decodeURIComponent(uri.split("/").at(-1) ?? "");
}
