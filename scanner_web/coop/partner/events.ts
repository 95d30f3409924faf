/**
 * What shops and laboratories sign: a receiving that answers, a denial, a result. Pure: the same in, the same out.
 *
 * A receiving of everything names the goods as the claim does. Where something is missing it names what came, by lot;
 * of a carton or pallet it names the unit too, so that the answer is found beside it.
 */

import type { JsonObject, JsonValue } from "../../verify/json.ts";
import { documentUri } from "../lines/ids.ts";
import type { Built } from "../lines/types.ts";
import { type Claim, objectsOf } from "./claims.ts";

const CONTEXT = [
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { nguon: "https://w3id.org/nguon/epcis/", cbvmda: "urn:epcglobal:cbv:mda:" },
];
const UNIT = "https://id.gs1.org/00/";
const VIETNAM = 7 * 3_600_000;

/** Who signs, where and when; `id` gives each event its own. */
export interface Desk {
  readonly org: string;
  /** `/414/` URI of where it happens; null: not said. */
  readonly place: string | null;
  readonly now: Date;
  /** A UUID. */
  id(): string;
}

/** What came of one lot, and what of it was set aside. */
export interface Came {
  readonly uri: string;
  readonly uom: string | null;
  readonly expected: number | null;
  readonly received: number;
  readonly aside: number;
  readonly why: string;
}

/** A result's figure: a report as the product line's table has it, with its value. */
export interface Figure {
  readonly report: JsonObject;
  readonly value: number;
}

/** A laboratory's findings about one lot. */
export interface Findings {
  readonly lot: string;
  readonly amount: { readonly quantity: number; readonly uom: string | null } | null;
  readonly conformant: boolean;
  readonly figures: readonly Figure[];
  /** Number of the report, as the laboratory writes it. */
  readonly number: string;
  readonly attachments: readonly {
    readonly href: string;
    readonly mediaType: string;
    readonly title: string;
  }[];
}

/** What a receiving signs: what came, and an event for each lot of which some was set aside, also of one not ordered. */
export function receiving(claim: Claim, came: readonly Came[], desk: Desk): Built[] {
  const ordered = came.filter((one) => one.expected !== 0);
  const whole = ordered.every((one) => one.received === (one.expected ?? one.received));
  const received = came.filter((one) => one.received > 0);
  const expected = came.reduce((sum, one) => sum + (one.expected ?? 0), 0);
  const units = textsOf(claim.event.epcList).filter((uri) => uri.startsWith(UNIT));
  const goods: JsonObject = whole
    ? named(claim.event)
    : { ...(units.length && { epcList: units }), ...quantities(received.map((one) => [one, one.received])) };
  const event = {
    ...begun(desk, "receiving"),
    disposition: whole ? "in_progress" : "mismatch_quantity",
    ...goods,
    ...(!whole && ordered.length === 1 && { "nguon:expectedQuantity": expected }),
    ...(claim.event.bizTransactionList !== undefined && {
      bizTransactionList: claim.event.bizTransactionList,
    }),
    sourceList: [{ type: "owning_party", source: claim.by }],
    destinationList: [
      { type: "owning_party", destination: desk.org },
      { type: "possessing_party", destination: desk.org },
    ],
    "nguon:answers": [{ "nguon:event": claim.eventId, "nguon:answer": "accepted" }],
  };
  const aside = came.filter((one) => one.aside > 0);
  return [filed(event, claim), ...aside.map((one) => setAside(one, desk))];
}

/** What a denial signs: the claim's own goods, and why. */
export function denial(claim: Claim, reason: string, desk: Desk): Built {
  const { bizStep: _, ...rest } = begun(desk, "");
  const answer = { "nguon:event": claim.eventId, "nguon:answer": "denied", "nguon:reason": reason };
  return filed({ ...rest, ...named(claim.event), "nguon:answers": [answer] }, claim);
}

/** That another's event is so, where nothing moves: what a weigh ticket says that this organisation brought. */
export function acceptance(claim: Claim, desk: Desk): Built {
  const { bizStep: _, ...rest } = begun(desk, "");
  const answer = { "nguon:event": claim.eventId, "nguon:answer": "accepted" };
  return filed({ ...rest, ...named(claim.event), "nguon:answers": [answer] }, claim);
}

/** What a laboratory signs of a lot (PROFILE §2). `claim`: the sample that it answers, if there is one. */
export function result(found: Findings, claim: Claim | null, desk: Desk): Built {
  const word = found.conformant ? "conformant" : "non_conformant";
  const report = documentUri(desk.org, found.number) ?? `urn:uuid:${desk.id()}`;
  const good: JsonObject = {
    epcClass: found.lot,
    ...(found.amount && { quantity: found.amount.quantity }),
    ...(found.amount?.uom && { uom: found.amount.uom }),
  };
  const event = {
    ...begun(desk, "inspecting"),
    disposition: word,
    persistentDisposition: { set: [word], ...(!found.conformant && { unset: ["conformant"] }) },
    quantityList: [good],
    bizTransactionList: [{ type: "testres", bizTransaction: report }],
    ...(found.figures.length && {
      sensorElementList: [{ sensorReport: found.figures.map(({ report, value }) => ({ ...report, value })) }],
    }),
    ...(found.attachments.length && { "nguon:attachment": found.attachments.map((one) => ({ ...one })) }),
    "nguon:laboratory": desk.org,
    ...(claim && {
      "nguon:answers": [{ "nguon:event": claim.eventId, "nguon:answer": "accepted" }],
    }),
  };
  return { event, about: [found.lot], from: [] };
}

/** That goods were set aside, and why: whoever opens their lot sees it. */
function setAside(one: Came, desk: Desk): Built {
  const event = {
    ...begun(desk, "holding"),
    disposition: "non_sellable_other",
    ...quantities([[one, one.aside]]),
    ...(one.why && { "nguon:reason": one.why }),
  };
  return { event, about: [one.uri], from: [] };
}

function begun(desk: Desk, step: string): JsonObject {
  const local = new Date(desk.now.getTime() + VIETNAM).toISOString().slice(0, 19);
  return {
    "@context": CONTEXT,
    type: "ObjectEvent",
    eventID: `urn:uuid:${desk.id()}`,
    eventTime: `${local}+07:00`,
    eventTimeZoneOffset: "+07:00",
    action: "OBSERVE",
    bizStep: step,
    ...(desk.place && { readPoint: { id: desk.place }, bizLocation: { id: desk.place } }),
  };
}

/** The goods as an event names them, whatever its type. */
function named(event: JsonObject): JsonObject {
  const instances = [...textsOf(event.epcList), ...textsOf(event.childEPCs)];
  const amounts = [...objectsOf(event.quantityList), ...objectsOf(event.childQuantityList)];
  return {
    ...(instances.length && { epcList: instances }),
    ...(amounts.length && { quantityList: amounts }),
  };
}

function quantities(amounts: readonly (readonly [Came, number])[]): JsonObject {
  const listed = amounts.map(([{ uri, uom }, quantity]) => ({
    epcClass: uri,
    quantity,
    ...(uom && { uom }),
  }));
  return listed.length ? { quantityList: listed } : {};
}

/** Filed about all that it names; an instance by its lot, if the claim is about that, else by itself. */
function filed(event: JsonObject, claim: Claim): Built {
  const about = new Set<string>();
  for (const { epcClass } of objectsOf(event.quantityList))
    if (typeof epcClass === "string") about.add(epcClass);
  for (const uri of textsOf(event.epcList)) {
    const product = uri.split("/21/", 1)[0];
    const lots = uri.includes("/21/") ? claim.about.filter((each) => each.startsWith(`${product}/10/`)) : [];
    const [lot] = lots;
    about.add(lot !== undefined && lots.length === 1 ? lot : uri);
  }
  return { event, about: [...about], from: [] };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
