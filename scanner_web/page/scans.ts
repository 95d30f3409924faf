/**
 * What the operator says of a tem's scans, and what a buyer reports: nothing of it is proven, and a page marks it so.
 *
 * A service that keeps no scans, or no network, is survived quietly.
 */

/** Why the scans of a tem look like copies; docs/formats.md, the operator's word. */
export interface Conflict {
  /** `places`: seen too far apart; `devices`: by too many of them in a day. */
  readonly kind: string;
  /** ISO day on which it showed */
  readonly day: string;
  /** ISO 3166-2 codes of provinces, of `places` */
  readonly place1: string | null;
  readonly place2: string | null;
  /** between the two, of `places` */
  readonly days: number;
  /** on that day, of `devices` */
  readonly devices: number;
}

/** The scans of one tem, the operator's word. */
export interface Scans {
  readonly count: number;
  /** ISO day of the first scan; null where there was none */
  readonly firstDay: string | null;
  /** ISO 3166-2 code of a province, where known */
  readonly firstPlace: string | null;
  /** why they look like copies; null where they do not */
  readonly conflict: Conflict | null;
  /** when its hidden code was first typed in, to the minute, ISO 8601 in UTC; null where it never was */
  readonly opened: string | null;
}

/** What a report is about. */
export type ReportKind = "different" | "suspect" | "disagreement";

/** What a buyer reports. */
export interface Report {
  readonly code: string;
  readonly kind: ReportKind;
  readonly text: string;
  readonly place?: string | undefined;
  readonly photo?: File | undefined;
}

/** What is known of a tem's scans; null where the service does not say. */
export async function fetchScans(code: string): Promise<Scans | null> {
  try {
    const response = await fetch(`/api/v1/scans?${new URLSearchParams({ code })}`, { cache: "no-store" });
    const value: unknown = await response.json(); // of a refusal too: what is not read stays under way
    return response.ok ? readScans(value) : null;
  } catch {
    return null;
  }
}

/** Scans as the service tells them; null for anything else. */
export function readScans(value: unknown): Scans | null {
  if (!isRecord(value) || typeof value.count !== "number") return null;
  return {
    count: value.count,
    firstDay: textOf(value.firstDay),
    firstPlace: textOf(value.firstPlace),
    conflict: isRecord(value.conflict) ? readConflict(value.conflict) : null,
    opened: textOf(value.opened),
  };
}

function readConflict(value: Readonly<Record<string, unknown>>): Conflict {
  const count = (name: string) => (typeof value[name] === "number" ? value[name] : 0);
  return {
    kind: textOf(value.kind) ?? "",
    day: textOf(value.day) ?? "",
    place1: textOf(value.place1),
    place2: textOf(value.place2),
    days: count("days"),
    devices: count("devices"),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Send a report. Whether it arrived. */
export async function sendReport(report: Report): Promise<boolean> {
  const { photo, ...words } = report;
  let body: string | FormData = JSON.stringify(words);
  const headers: Record<string, string> = {};
  if (photo === undefined) headers["content-type"] = "application/json";
  else {
    const form = new FormData();
    for (const [name, value] of Object.entries(words)) if (value !== undefined) form.set(name, value);
    form.set("photo", photo);
    body = form;
  }
  try {
    const init = { method: "POST", body, headers, keepalive: photo === undefined };
    const response = await fetch("/api/v1/reports", init);
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
