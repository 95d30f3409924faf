/** What waits for this organisation's answer, and what of its own is unanswered: `GET /api/v1/claims`. */

import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { list, object, text } from "../../verify/shape.ts";
import type { App } from "../app/app.ts";
import { readAnswer } from "../core/http.ts";

/** Some goods that a claim is about; those inside a carton or pallet name it in `unit`. */
export interface Good {
  readonly uri: string;
  readonly gtin: string | null;
  readonly lot: string | null;
  readonly product: string | null;
  /** Null where the event does not say. */
  readonly quantity: number | null;
  /** UN/CEFACT; null: counted. */
  readonly uom: string | null;
  readonly unit: string | null;
  /** The lot, or one that it was made of, is recalled. */
  readonly recalled: boolean;
}

/** An event that names another organisation, and whether that one has answered. */
export interface Claim {
  readonly index: number;
  readonly eventId: string;
  readonly by: string;
  readonly byName: string;
  readonly named: string | null;
  readonly namedName: string;
  /** `to`: it says that the named one received; `from`: that it gave; `test`: that it tests. */
  readonly part: string;
  /** `claimed`, `accepted`, `differs`, `denied`. */
  readonly state: string;
  readonly reason: string;
  /** The event's own members, as signed. */
  readonly event: JsonObject;
  readonly about: readonly string[];
  readonly goods: readonly Good[];
  /** Product line of what is to be tested; null where nobody asks. */
  readonly line: string | null;
}

/** Both sides of the table, the newest first. */
export interface Table {
  readonly toAnswer: readonly Claim[];
  readonly unanswered: readonly Claim[];
  /** When it was told, ISO 8601. */
  readonly at: string;
}

const KEPT = "claims";

/** The table as the service has it now; kept, so that it is there without a network. Throws `ApiError`. */
export async function askTable(app: App): Promise<Table> {
  const answer = await app.api.get("/api/v1/claims?all=true");
  const table = readAnswer(() => readTable(object(answer), new Date().toISOString()));
  await app.store.write((rooms) => rooms.put("meta", keptAs(app), { answer, at: table.at }));
  return table;
}

/** The table that was kept last; null where none was. */
export async function keptTable(app: App): Promise<Table | null> {
  const kept = await app.store.read((rooms) => rooms.get("meta", keptAs(app)));
  if (!isKept(kept)) return null;
  return readAnswer(() => readTable(object(kept.answer), kept.at));
}

function keptAs(app: App): string {
  return `${KEPT} ${app.session.org?.uri ?? ""}`;
}

function isKept(value: unknown): value is { readonly answer: JsonValue; readonly at: string } {
  return typeof value === "object" && value !== null && "answer" in value && "at" in value;
}

/** Read an answer of the service. Throws `json.shape`. */
export function readTable(value: JsonObject, at: string): Table {
  const claims = (name: string) => list(value[name]).map(object).map(readClaim);
  return { toAnswer: claims("toAnswer"), unanswered: claims("unanswered"), at };
}

function readClaim(value: JsonObject): Claim {
  return {
    index: numberOf(value.index) ?? -1,
    eventId: text(value.eventID),
    by: text(value.by),
    byName: textOf(value.byName) ?? text(value.by),
    named: textOf(value.named),
    namedName: textOf(value.namedName) ?? textOf(value.named) ?? "",
    part: text(value.part),
    state: text(value.state),
    reason: textOf(value.reason) ?? "",
    event: object(value.event),
    about: list(value.about).map(text),
    goods: list(value.goods).map(object).map(readGood),
    line: textOf(value.line),
  };
}

function readGood(value: JsonObject): Good {
  return {
    uri: text(value.uri),
    gtin: textOf(value.gtin),
    lot: textOf(value.lot),
    product: textOf(value.product),
    quantity: numberOf(value.quantity),
    uom: textOf(value.uom),
    unit: textOf(value.unit),
    recalled: value.recalled === true,
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** Objects of a list in an event. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
