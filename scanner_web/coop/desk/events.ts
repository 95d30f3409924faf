/** Events that the officer signs: recalls, and rolls of tem. Pure: the same in, the same out. */

import { LedgerError } from "../../verify/errors.ts";
import { parseLink } from "../../verify/gs1.ts";
import { isObject, type JsonObject } from "../../verify/json.ts";
import { filingOf } from "../lines/filing.ts";
import { localTime } from "../lines/words.ts";
import type { ToSign } from "./describing.ts";

const CONTEXT = [
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { nguon: "https://w3id.org/nguon/epcis/", cbvmda: "urn:epcglobal:cbv:mda:" },
];
const ROLL_MEMBERS = new Set(["bizStep", "disposition", "quantityList", "nguon:roll", "nguon:hidden"]);
const VOID_MEMBERS = new Set([
  "bizStep",
  "disposition",
  "epcList",
  "nguon:lotNumber",
  "nguon:voided",
  "nguon:voidReason",
]);
/** How many instances one recall names: its statement is read within 64 KiB. */
export const MOST_SERIALS = 500;

/** What is recalled: a lot, or some of its instances; null: all of it. */
export interface Recalled {
  readonly uri: string;
  readonly serials: readonly string[] | null;
}

/** Where an event gets its time and its identity. */
export interface Moment {
  readonly now: Date;
  /** A UUID, new at each call. */
  readonly uuid: () => string;
}

/** The recall of a lot or of some of it, one event for each lot; many instances take several. */
export function recalls(wanted: readonly Recalled[], reason: string, moment: Moment): ToSign[] {
  return wanted.flatMap(({ uri, serials }) => {
    if (serials === null) return [recall({ quantityList: [{ epcClass: uri }] }, uri, reason, moment)];
    const { gtin, lot } = parseLink(uri);
    const parts: ToSign[] = [];
    for (let start = 0; start < serials.length; start += MOST_SERIALS) {
      const epcList = serials
        .slice(start, start + MOST_SERIALS)
        .map((serial) => instanceUri(gtin ?? "", serial));
      parts.push(recall({ epcList, "nguon:lotNumber": lot ?? "" }, uri, reason, moment));
    }
    return parts;
  });
}

/** What ends the organisation's own recall of whole lots. */
export function releases(lots: readonly string[], reason: string, moment: Moment): ToSign[] {
  return lots.map((lot) => {
    const payload: JsonObject = {
      ...begun(moment),
      bizStep: "holding",
      disposition: "in_progress",
      persistentDisposition: { unset: ["recalled"] },
      quantityList: [{ epcClass: lot }],
      "nguon:releaseReason": reason,
    };
    const { about, from } = filingOf(payload);
    return { typ: "epcis+jws", about, from, payload };
  });
}

/**
 * Events that void spoiled tem, with the members that the service made.
 *
 * Throws `tem.not_prepared` where they speak of anything but these serials of this lot.
 */
export function voidEvents(
  made: readonly JsonObject[],
  lot: string,
  serials: readonly string[],
  moment: Moment,
): ToSign[] {
  const { gtin } = parseLink(lot);
  const wanted = new Set(serials.map((serial) => instanceUri(gtin ?? "", serial)));
  return made.map((members) => {
    const named = Array.isArray(members.epcList) ? members.epcList : [];
    const isRight =
      named.length > 0 &&
      named.every((uri) => typeof uri === "string" && wanted.has(uri)) &&
      members.bizStep === "decommissioning" &&
      Object.keys(members).every((name) => VOID_MEMBERS.has(name));
    if (!isRight) throw new LedgerError("tem.not_prepared");
    const payload: JsonObject = { ...begun(moment), ...members };
    const { about, from } = filingOf(payload, () => lot);
    return { typ: "epcis+jws", about, from, payload };
  });
}

/** The event that declares a roll, with the members that the service made; they are signed as they are. */
export function rollEvent(members: JsonObject, about: readonly string[], moment: Moment): ToSign {
  return { typ: "epcis+jws", about, from: [], payload: { ...begun(moment), ...members } };
}

/**
 * See that what is to be signed as a roll says what the screen says: this lot, so many tem, and nothing beside.
 *
 * Throws `tem.not_prepared`.
 */
export function checkRoll(members: JsonObject, lot: string, count: number): void {
  const roll = isObject(members["nguon:roll"]) ? members["nguon:roll"] : {};
  const layer = isObject(members["nguon:hidden"]) ? members["nguon:hidden"] : { count };
  const isRight =
    JSON.stringify(members.quantityList) === JSON.stringify([{ epcClass: lot, quantity: count }]) &&
    members.bizStep === "encoding" &&
    members.disposition === "encoded" &&
    roll.count === count &&
    layer.count === count &&
    Object.keys(members).every((name) => ROLL_MEMBERS.has(name));
  if (!isRight) throw new LedgerError("tem.not_prepared");
}

function recall(named: JsonObject, lot: string, reason: string, moment: Moment): ToSign {
  const payload: JsonObject = {
    ...begun(moment),
    bizStep: "holding",
    disposition: "recalled",
    persistentDisposition: { set: ["recalled"] },
    ...named,
    "nguon:recallReason": reason,
  };
  const { about, from } = filingOf(payload, () => lot);
  return { typ: "epcis+jws", about, from, payload };
}

function begun({ now, uuid }: Moment): JsonObject {
  return {
    "@context": CONTEXT,
    type: "ObjectEvent",
    eventID: `urn:uuid:${uuid()}`,
    eventTime: localTime(now),
    eventTimeZoneOffset: "+07:00",
    action: "OBSERVE",
  };
}

function instanceUri(gtin: string, serial: string): string {
  return `https://id.gs1.org/01/${gtin}/21/${encodeURIComponent(serial)}`;
}
