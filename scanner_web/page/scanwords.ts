/**
 * The scans of a tem in words: first, before, conflicting; its second layer; `api/pages/scans.py` again.
 *
 * All of it is the operator's word, which the page marks so: it comes from no verified bytes.
 */

import type { Reason } from "../verify/verdict.ts";
import type { TemFact } from "../verify/verification.ts";
import { inVietnam, isoDay, isoMoment } from "./format.ts";
import type { Catalogue, Values } from "./i18n.ts";
import type { Note } from "./model.ts";
import type { Conflict, Scans } from "./scans.ts";

/** How often the tem was scanned before, and whether that fits one item. */
export function scanCard(tem: TemFact, known: Scans, c: Catalogue): Note {
  if (known.conflict !== null) {
    const body = contradiction(known, known.conflict, c);
    return { title: c.t("scan.conflict.title"), body, tone: "caution", icon: "warn" };
  }
  const i = (tem.index ?? 0) + 1;
  const n = Math.max(tem.issued, i);
  const day = known.firstDay === null ? null : isoDay(known.firstDay);
  if (known.count > 0 && day !== null) {
    const place = tem.index === null ? "" : `${c.t("tem.title", { i, n })}. `;
    const date = c.date(day);
    const said =
      known.firstPlace === null
        ? c.t("scan.before.day", { date })
        : c.t("scan.before.body", { date, place: placeName(known.firstPlace, c) });
    const title = c.t("scan.before.title", { n: known.count });
    return { title, body: `${place}${said}`, tone: "good", icon: "tag" };
  }
  const body = tem.index === null ? c.t("scan.first.born") : c.t("scan.first.body", { i, n });
  return { title: c.t("scan.first.title"), body, tone: "good", icon: "tag" };
}

/** Why a tem may be copied, in a sentence; empty where the reason is another. */
export function suspicionSaid({ code, params }: Reason, c: Catalogue): string {
  if (code === "hidden.used") {
    const when = whenOf(params.opened, c);
    return when === null ? "" : c.t("variant.suspect_pin", when);
  }
  const { place1, place2, days, devices } = params;
  if (typeof days === "number") {
    const values = { place1: placeName(place1, c), place2: placeName(place2, c), time: apart(days, c) };
    return c.t("verdict.suspect_copy.sentence", values);
  }
  return typeof devices === "number" ? c.t("variant.suspect_devices", { k: devices }) : "";
}

/** That the tem's second layer was opened before; null where nobody did, or nothing is known. */
export function openedNote(known: Scans | null, c: Catalogue): Note | null {
  const when = whenOf(known?.opened, c);
  return when === null
    ? null
    : {
        title: c.t("opening.seen.title"),
        body: c.t("opening.seen.body", when),
        tone: "caution",
        icon: "warn",
      };
}

function contradiction(known: Scans, against: Conflict, c: Catalogue): string {
  const { kind, place1, place2, days, devices, day } = against;
  const n = known.count;
  if (kind === "places") {
    const values = { place1: placeName(place1, c), place2: placeName(place2, c), time: apart(days, c) };
    return c.t("scan.conflict.body", { n, ...values });
  }
  const date = isoDay(day);
  return c.t("scan.conflict.devices", { n, k: devices, date: date === null ? day : c.date(date) });
}

/** A province's name; the code itself where it has none. */
function placeName(code: unknown, c: Catalogue): string {
  return c.maybe(`province.${code}`) || String(code);
}

function apart(days: number, c: Catalogue): string {
  return days > 0 ? c.t("scan.conflict.days", { n: days }) : c.t("scan.conflict.same_day");
}

function whenOf(text: unknown, c: Catalogue): Values | null {
  const moment = typeof text === "string" ? isoMoment(text) : null;
  if (moment === null) return null;
  const there = inVietnam(new Date(moment.ms));
  return { time: c.clock(there), date: c.date(there) };
}
