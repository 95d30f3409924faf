/** What was answered the last time, as far as it can be answered again; where a step can be. */
import type { Place, Workbook } from "../workbook";
import { isAmount, productAt, textOf } from "./stock";
import type { Amount, Answer, Ask, Draft, PlaceAsk, Step } from "./types";

/** A step that is being asked. */
export interface Asking {
  readonly step: Step;
  readonly draft: Draft;
  readonly workbook: Workbook;
}

/** What was answered to an ask last; null: nothing that can still be answered. */
export function lastAnswer(ask: Ask, { step, workbook }: Asking): Answer {
  const answer = lastOf(step, workbook)[ask.id];
  return answer !== undefined && isThere(ask, answer, workbook) ? answer : null;
}

/** What was answered to a step last, as far as it can be an answer. */
export function lastOf(step: Step, workbook: Workbook): Readonly<Record<string, Answer>> {
  const found: Record<string, Answer> = {};
  for (const [id, value] of Object.entries(workbook.last[step.code] ?? {})) {
    if (typeof value === "string" || typeof value === "number") {
      found[id] = value;
    } else if (isAmountLike(value)) {
      found[id] = value;
    }
  }
  return found;
}

function isAmountLike(value: unknown): value is Amount {
  return (
    typeof value === "object" &&
    value !== null &&
    "value" in value &&
    typeof value.value === "number" &&
    "unit" in value &&
    typeof value.unit === "string" &&
    "base" in value &&
    typeof value.base === "number" &&
    "uom" in value &&
    (value.uom === null || typeof value.uom === "string")
  );
}

/** Whether an answer of last time can still be given. */
export function isThere(ask: Ask, answer: Answer, workbook: Workbook): boolean {
  const among = (all: readonly { readonly uri: string }[]) => all.some((item) => item.uri === answer);
  switch (ask.kind) {
    case "place":
      return among(placesFor(ask, workbook));
    case "product":
      return productAt(textOf(answer), workbook) !== null;
    case "partner":
      return among(workbook.partners);
    case "choice":
      return ask.choices.some((choice) => choice.code === answer);
    case "amount":
      return isAmount(answer);
    case "number":
      return typeof answer === "number";
    default:
      return false;
  }
}

/** What a place is called, and what it is; the organisation's own number stands for it where it has described none. */
export function placesFor(ask: PlaceAsk, workbook: Workbook): Place[] {
  const fitting = workbook.places.filter((place) => ask.kinds.includes(place.kind));
  if (fitting.length > 0) {
    return fitting;
  }
  const { gln, name } = workbook.org;
  const own: Place = { uri: ownPlace(gln), name, kind: "other", image: null, aliases: [], area: null };
  return workbook.places.length > 0 ? [...workbook.places] : [own];
}

/** An organisation's own GLN, as a place. */
export function ownPlace(gln: string): string {
  return `https://id.gs1.org/414/${gln}`;
}
