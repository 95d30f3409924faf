/** What to do next, and the words in boxes beside the story; the parts of `api/pages/view.py` that are about them. */

import type { Target } from "../verify/target.ts";
import type { Verdict } from "../verify/verdict.ts";
import type { Verification } from "../verify/verification.ts";
import type { Catalogue } from "./i18n.ts";
import type { Action, Note, Support } from "./model.ts";
import type { Scans } from "./scans.ts";
import { scanCard } from "./scanwords.ts";
import { reasonLines } from "./steps.ts";
import type { Names } from "./story/names.ts";
import { eventsOf, ownUris, type Told } from "./story/told.ts";
import { isWord } from "./word.ts";

/** A link that opens the report where there is a script, and leads to a form where there is none. */
export const REPORT = "/report";

const COMPARED: ReadonlySet<Verdict> = new Set([
  "verified",
  "stale",
  "chain_unreachable",
  "chain_disputed",
  "recorded",
  "incomplete",
]);

/** Whether the reader is asked to hold the goods beside the page. */
export function isCompared(found: Verification): boolean {
  return COMPARED.has(found.verdict) && found.entries.length > 0;
}

/**
 * The buttons of a verdict, most useful first.
 *
 * @param again the page's own address; empty where it has none
 */
export function actions(
  verdict: Verdict,
  hasStory: boolean,
  support: Support,
  again: string,
  c: Catalogue,
): Action[] {
  const retry = again ? { label: c.t("action.again"), href: again, icon: "repeat" } : null;
  const record = hasStory ? { label: c.t("action.record"), href: "#story", icon: "book" } : null;
  const retype = again ? { label: c.t("action.type"), href: `/?lang=${c.lang}#code`, icon: "keys" } : null;
  const rescan = again
    ? { label: c.t("verdict.malformed.action"), href: `/scan?lang=${c.lang}`, icon: "camera" }
    : null;
  const type = retype && { ...retype, label: c.t("verdict.malformed.action2") };
  const step = { label: c.t("action.step"), href: "#check", icon: "search" };
  const report = { label: c.t("report.title"), href: REPORT, icon: "flag" };
  const call = callOf(support, c);
  const chosen: Record<Verdict, (Action | null)[]> = {
    malformed: [rescan, type],
    tampered: [report, step],
    unknown: [report, retype],
    recalled: [call ?? report],
    suspect_copy: [report, call],
    expired: [record],
    incomplete: [call, record],
    recorded: [retry, record],
    chain_disputed: [retry, report],
    chain_unreachable: [retry, record],
    stale: [retry, call],
    verified: [],
  };
  return chosen[verdict].filter((action) => action !== null);
}

/** The button that dials; null where no telephone is known. */
export function callOf(support: Support, c: Catalogue): Action | null {
  if (!support.phone) return null;
  const dial = support.phone.replace(/[^+0-9]/g, "");
  return { label: c.t("action.call", { phone: support.phone }), href: `tel:${dial}`, icon: "phone" };
}

/** A code's application identifiers with their values; a code that is none of ours as it came. */
export function codeParts(target: Target | null, code: string): (readonly [string, string])[] {
  if (target === null) return code ? [["", code]] : [];
  const parts = [
    ["01", target.gtin],
    ["10", target.lot],
    ["21", target.serial],
  ] as const;
  return parts.flatMap(([identifier, value]) => (value === null ? [] : [[identifier, value] as const]));
}

/** What the scanned tem is, and how often it was scanned as far as the operator says. */
export function temNote(found: Verification, scans: Scans | null, c: Catalogue): Note | null {
  const { tem, target } = found;
  if (target === null) return null;
  if (tem !== null && scans !== null) return scanCard(tem, scans, c);
  if (tem !== null && tem.index !== null) {
    const n = Math.max(tem.issued, tem.index + 1);
    return note(c.t("tem.title", { i: tem.index + 1, n }), c.t("tem.body"), "good", "tag");
  }
  if (tem !== null) return note(c.t("tem.born_title"), c.t("tem.body"), "good", "tag");
  if (target.serial === null) return note(c.t("tem.lot_title"), c.t("variant.verified_lot"), "", "tag");
  return note(c.t("tem.undecided_title"), c.t("check.tem.undecided"), "caution", "tag");
}

/** What else deserves a word: whose word a suspicion is, tem beyond the goods, entries that wait, a recall that was lifted. */
export function notes(found: Verification, names: Names, c: Catalogue): Note[] {
  const shown: Note[] = [];
  if (found.reasons.some(isWord)) shown.push(note(c.t("scan.word.title"), c.t("scan.word.body"), "", "eye"));
  const over = reasonLines(found, names, c).find((line) => line.code === "tem.over_issued");
  if (over) shown.push(note(c.t("note.over_issued"), over.text, "caution", "warn"));
  const n = found.entries.filter((entry) => entry.pending).length;
  if (n > 0 && found.verdict !== "recorded")
    shown.push(note(c.t("note.pending"), c.t("note.pending_body", { n }), "wait", "clock"));
  const released = releasedNote(found, c);
  if (released) shown.push(note(c.t("note.released"), released, "caution", "warn"));
  return shown;
}

/** The words about a recall that was made and lifted; empty where there was none. */
function releasedNote(found: Verification, c: Catalogue): string {
  if (found.recall !== null || found.target === null) return "";
  const own = ownUris(found.target);
  const standing = eventsOf(found).filter(({ entry }) => own.has(entry.uri) && entry.voidedBy === null);
  const last = (which: string): Told | undefined =>
    standing
      .filter(({ event }) => event?.persistent(which).has("recalled"))
      .reduce<Told | undefined>(
        (top, one) => (top && top.entry.index > one.entry.index ? top : one),
        undefined,
      );
  const [made, lifted] = [last("set"), last("unset")];
  if (!made?.event || !lifted?.event || lifted.entry.index < made.entry.index) return "";
  const reason = made.event.said("recallReason") || c.t("recall.no_reason");
  return c.t("variant.recall_released", { date1: c.date(made.when), date2: c.date(lifted.when), reason });
}

function note(title: string, body: string, tone: Note["tone"], icon: string): Note {
  return { title, body, tone, icon };
}
