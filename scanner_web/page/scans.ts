/**
 * What the operator says of a tem's scans, and what a buyer reports: nothing of it is proven, and a page marks it so.
 *
 * A service that keeps no scans, or no network, is survived quietly.
 */

import { type Reason, reason, worst, worstFirst } from "../verify/verdict.ts";
import type { Verification } from "../verify/verification.ts";

/** The scans of one tem, the operator's word. */
export interface Scans {
  readonly count: number;
  /** ISO day of the first scan; null where there was none */
  readonly firstDay: string | null;
  /** ISO 3166-2 code of a province, where known */
  readonly firstPlace: string | null;
  /** why they look like copies: values for a sentence; null where they do not */
  readonly conflict: Readonly<Record<string, unknown>> | null;
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
  const text = (name: string) => (typeof value[name] === "string" ? value[name] : null);
  const conflict = isRecord(value.conflict) ? value.conflict : null;
  return { count: value.count, firstDay: text("firstDay"), firstPlace: text("firstPlace"), conflict };
}

/**
 * The verification with the operator's suspicion among its reasons. It counts for a tem that a roll or a birth holds:
 * of any other there are no copies. It only adds, and says whose word it is.
 */
export function heed(found: Verification, scans: Scans | null): Verification {
  if (found.tem === null || !scans?.conflict) return found;
  const { kind: _, ...params } = scans.conflict;
  const word: Reason = reason("scan.conflict", "suspect_copy", { by: "operator", ...params });
  const reasons = worstFirst([...found.reasons, word]);
  return { ...found, reasons, verdict: worst(reasons) };
}

/** Send a report. Whether it arrived. */
export async function sendReport(report: Report): Promise<boolean> {
  const { photo, ...words } = report;
  let body: BodyInit = JSON.stringify(words);
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
