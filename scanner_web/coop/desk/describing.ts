/**
 * Descriptions as the officer's phone signs them: `{id, type, attributes, validFrom}`, about the id alone (DESIGN §3.1).
 *
 * A new description starts from the one in force: what its form does not ask for stays as it was.
 */
import type { JsonObject, JsonValue } from "../../verify/json.ts";
import { readNumber } from "./numbers.ts";

const MDA = "urn:epcglobal:cbv:mda:";
const NGUON = "https://w3id.org/nguon/epcis/";
const TYPES = {
  product: "urn:epcglobal:epcis:vtype:EPCClass",
  place: "urn:epcglobal:epcis:vtype:Location",
  organisation: "urn:epcglobal:epcis:vtype:Party",
  certificate: "https://w3id.org/nguon/vtype/certificate",
} as const;

export type Kind = keyof typeof TYPES;

/** A statement to be signed: what it is, what it is about, what it says. */
export interface ToSign {
  readonly typ: "master+jws" | "epcis+jws" | "key+jws";
  readonly about: readonly string[];
  readonly from: readonly string[];
  readonly payload: JsonObject;
}

/** Attributes by their whole names; null takes one away. */
export type Changes = Readonly<Record<string, JsonValue>>;

export interface ProductSaid {
  readonly name: string;
  /** As printed: "100 g"; empty for what is not packed. */
  readonly netContent: string;
  readonly shelfLifeMonths: number | null;
  readonly ocopStars: number | null;
  readonly line: string | null;
  readonly standards: string;
  readonly image: string | null;
  readonly input: {
    readonly activeIngredient: string;
    readonly preHarvestIntervalDays: number | null;
    readonly target: string;
  } | null;
}

export interface PlaceSaid {
  readonly name: string;
  readonly areaHa: number | null;
  readonly plantingAreaCode: string;
  readonly image: string | null;
}

export interface CertificateSaid {
  readonly name: string;
  readonly standard: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly image: string | null;
}

export interface OrganisationSaid {
  readonly name: string;
  readonly address: string;
  readonly province: string;
  readonly phone: string;
  readonly image: string | null;
}

/** A description to be signed; it holds from `day` on (ISO 8601). */
export function description(kind: Kind, uri: string, attributes: JsonObject, day: string): ToSign {
  return {
    typ: "master+jws",
    about: [uri],
    from: [],
    payload: { id: uri, type: TYPES[kind], attributes, validFrom: day },
  };
}

/** Attributes with changes made, whatever prefix a name was written under before. */
export function changed(before: JsonObject, changes: Changes): JsonObject {
  const names = new Set(Object.keys(changes).map(localName));
  const kept = Object.entries(before).filter(([name]) => !names.has(localName(name)));
  const added = Object.entries(changes).filter(([, value]) => value !== null && value !== "");
  return Object.fromEntries([...kept, ...added]);
}

export function productAttributes(said: ProductSaid, before: JsonObject = {}): JsonObject {
  return changed(before, {
    [`${MDA}descriptionShort`]: said.name.trim(),
    [`${MDA}netContentDescription`]: said.netContent.trim(),
    [`${NGUON}netWeightKg`]: kilograms(said.netContent),
    [`${NGUON}shelfLifeMonths`]: said.shelfLifeMonths,
    [`${NGUON}shelfLifeDays`]: null,
    [`${NGUON}ocopStars`]: said.ocopStars,
    [`${NGUON}productLine`]: said.line,
    [`${NGUON}appliedStandards`]: said.standards.trim(),
    [`${NGUON}image`]: said.image,
    [`${NGUON}activeIngredient`]: said.input?.activeIngredient.trim() ?? null,
    [`${NGUON}preHarvestIntervalDays`]: said.input?.preHarvestIntervalDays ?? null,
    [`${NGUON}target`]: said.input?.target.trim() ?? null,
  });
}

export function placeAttributes(said: PlaceSaid, before: JsonObject = {}): JsonObject {
  return changed(before, {
    [`${MDA}name`]: said.name.trim(),
    [`${MDA}countryCode`]: "VN",
    [`${NGUON}areaHa`]: said.areaHa,
    [`${NGUON}plantingAreaCode`]: said.plantingAreaCode.trim(),
    [`${NGUON}image`]: said.image,
  });
}

export function certificateAttributes(said: CertificateSaid, before: JsonObject = {}): JsonObject {
  return changed(before, {
    [`${MDA}name`]: said.name.trim(),
    [`${NGUON}standard`]: said.standard.trim(),
    [`${NGUON}validFrom`]: said.validFrom,
    [`${NGUON}validUntil`]: said.validUntil,
    [`${NGUON}image`]: said.image,
  });
}

export function organisationAttributes(said: OrganisationSaid, before: JsonObject = {}): JsonObject {
  return changed(before, {
    [`${MDA}name`]: said.name.trim(),
    [`${MDA}streetAddressOne`]: said.address.trim(),
    [`${MDA}state`]: said.province.trim(),
    [`${MDA}countryCode`]: "VN",
    [`${NGUON}telephone`]: said.phone.trim(),
    [`${NGUON}image`]: said.image,
  });
}

/** An attribute's text by its local name; empty where there is none. */
export function saidText(attributes: JsonObject, name: string): string {
  const found = Object.entries(attributes).find(([term]) => localName(term) === name)?.[1];
  return typeof found === "string" ? found : typeof found === "number" ? String(found) : "";
}

/** The net weight in kilograms that a net content gives ("100 g", "0,5 kg"); null where it gives none. */
export function kilograms(netContent: string): number | null {
  const match = /^\s*([0-9]+(?:[.,][0-9]+)?)\s*(kg|g)\s*$/i.exec(netContent);
  const value = readNumber(match?.[1] ?? "");
  if (value === null) return null;
  return match?.[2]?.toLowerCase() === "g" ? Math.round(value * 1e6) / 1e9 : value;
}

function localName(term: string): string {
  return term.slice(Math.max(term.lastIndexOf("/"), term.lastIndexOf(":"), term.lastIndexOf("#")) + 1);
}
