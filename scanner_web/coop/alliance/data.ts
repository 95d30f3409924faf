/** What the alliance is answered: `GET /api/v1/alliance`, `…/report`, `/api/v1/audit`. */

import type { JsonObject, JsonValue } from "../../verify/json.ts";
import { list, object, text } from "../../verify/shape.ts";
import { readAnswer } from "../core/http.ts";

/** Whom the alliance may look after. */
export interface Somebody {
  readonly id: string;
  readonly name: string | null;
  readonly role: string;
  /** `active`, `lost`. */
  readonly state: string;
  readonly phone: string | null;
}

export interface OrgKey {
  readonly kid: string;
  readonly role: string;
  readonly custody: string;
  readonly revoked: boolean;
}

/** A reason to call, with what its sentence names. */
export interface Why {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface Org {
  readonly uri: string;
  readonly name: string;
  /** `cooperative`, `laboratory`, `retailer`. */
  readonly kind: string;
  /** `regular`, `slow`, `call`, `none`. */
  readonly state: string;
  readonly phone: string | null;
  readonly contact: string | null;
  /** ISO 8601; null: nothing was recorded. */
  readonly last: string | null;
  readonly events: number;
  readonly recent: number;
  readonly why: readonly Why[];
  readonly keys: readonly OrgKey[];
  readonly people: readonly Somebody[];
}

export interface Overview {
  readonly counts: Readonly<Record<string, number>>;
  readonly orgs: readonly Org[];
  /** URIs, the most urgent first. */
  readonly calls: readonly string[];
  /** Entries in the log, and seconds within which a new one is anchored. */
  readonly size: number;
  readonly every: number;
}

export interface MonthRow {
  readonly uri: string;
  readonly name: string;
  readonly kind: string;
  readonly events: number;
  readonly ownKey: number;
  readonly last: string | null;
  readonly reports: number;
}

export interface Deed {
  readonly number: number;
  readonly time: string;
  readonly org: string | null;
  readonly what: string;
  readonly about: string;
  readonly role: string;
  readonly name: string | null;
}

export function readOverview(answer: JsonValue): Overview {
  return readAnswer(() => {
    const value = object(answer);
    const log = object(value.log);
    const counts = Object.entries(object(value.counts)).map(([state, n]) => [state, numberOf(n)] as const);
    return {
      counts: Object.fromEntries(counts),
      orgs: list(value.organisations).map(object).map(readOrg),
      calls: list(value.calls).map(text),
      size: numberOf(log.size),
      every: numberOf(log.every),
    };
  });
}

function readOrg(value: JsonObject): Org {
  return {
    uri: text(value.uri),
    name: text(value.name),
    kind: text(value.kind),
    state: text(value.state),
    phone: textOf(value.phone),
    contact: textOf(value.contact),
    last: textOf(value.last),
    events: numberOf(value.events),
    recent: numberOf(value.recent),
    why: list(value.why)
      .map(object)
      .map(({ code, ...params }) => ({ code: text(code), params: plain(params) })),
    keys: list(value.keys)
      .map(object)
      .map((key) => ({
        kid: text(key.kid),
        role: text(key.role),
        custody: text(key.custody),
        revoked: key.revoked === true,
      })),
    people: list(value.people)
      .map(object)
      .map((person) => ({
        id: text(person.id),
        name: textOf(person.name),
        role: text(person.role),
        state: text(person.state),
        phone: textOf(person.phone),
      })),
  };
}

export function readMonth(answer: JsonValue): readonly MonthRow[] {
  return readAnswer(() =>
    list(object(answer).organisations)
      .map(object)
      .map((row) => ({
        uri: text(row.uri),
        name: text(row.name),
        kind: text(row.kind),
        events: numberOf(row.events),
        ownKey: numberOf(row.ownKey),
        last: textOf(row.last),
        reports: numberOf(row.reports),
      })),
  );
}

export function readDeeds(answer: JsonValue): readonly Deed[] {
  return readAnswer(() =>
    list(object(answer).deeds)
      .map(object)
      .map((deed) => {
        const by = object(deed.by);
        return {
          number: numberOf(deed.number),
          time: text(deed.time),
          org: textOf(deed.org),
          what: text(deed.what),
          about: textOf(deed.about) ?? "",
          role: textOf(by.role) ?? "",
          name: textOf(by.name),
        };
      }),
  );
}

function plain(value: Readonly<Record<string, JsonValue>>): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const [name, each] of Object.entries(value))
    if (typeof each === "string" || typeof each === "number") found[name] = each;
  return found;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
