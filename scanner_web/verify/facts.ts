/**
 * What one event says that a verdict rests on, read from its payload.
 *
 * A verifier reads signed bytes that it cannot refuse any more, so reading here is total: what has another shape than
 * PROFILE gives it says nothing. Identifiers are compared in their canonical form (DESIGN §3.2); a wrong one is equal
 * to nothing.
 */
import { calendarDay, endOfDay, offsetOf } from "./dates";
import { hexDecode } from "./encoding";
import { canonicalOrNull } from "./epc";
import { orNull } from "./errors";
import { lotUri } from "./gs1";
import { integer, isObject, type JsonObject, type JsonValue } from "./json";
import { hash, list } from "./shape";

const LOT_NUMBER = ["cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber"];
const EXPIRY = ["cbvmda:itemExpirationDate", "urn:epcglobal:cbv:mda:itemExpirationDate"];
const MAX_ROLL = 2 ** 25;

/** A roll of tem as its event declares it. */
export interface Roll {
  /** The issuer's name for it. */
  readonly id: string;
  /** Number of tem. */
  readonly count: number;
  /** RFC 6962 root over their leaves, 32 bytes. */
  readonly root: Uint8Array;
  /** That over their hidden codes; null for a roll without a second layer. */
  readonly hidden: Uint8Array | null;
}

/** A tem that was spoiled in printing, with the proof that it is one of its roll. */
export interface VoidedTem {
  /** Id of the roll. */
  readonly roll: string;
  /** As it stands on the tem. */
  readonly serial: string;
  /** Of its leaf, at the index that the serial carries, under the roll's root. */
  readonly inclusion: readonly Uint8Array[];
}

/** A class of goods by quantity; no unit where it is counted. */
interface Amount {
  readonly uri: string;
  readonly quantity: number;
  readonly uom: string | null;
}

/** An event's payload, with the questions that a verdict asks of it. */
export class EventFacts {
  readonly type: string;
  readonly eventId: string;
  readonly bizStep: string;
  /** Whether it withdraws the event with its ID instead of telling a new one. */
  readonly isErrorDeclaration: boolean;
  readonly setsRecalled: boolean;
  readonly unsetsRecalled: boolean;
  /** The use-by date that it gives to what it brings into being, YYYY-MM-DD. */
  readonly expiry: string | null;
  /** The instances that it brings into being. */
  readonly bornInstances: ReadonlySet<string>;
  /** The lots that it brings into being, by quantity or through instances with their lot number. */
  readonly births: ReadonlySet<string>;
  /** The instances that it lists. */
  readonly instances: ReadonlySet<string>;
  /** The lots that it names by quantity. */
  readonly classes: ReadonlySet<string>;
  private readonly bornAmounts: readonly Amount[];

  /**
   * @param payload the signed JSON.
   * @param about the statement's `about`, which names the lot of instances that the payload does not give one.
   */
  constructor(
    readonly payload: JsonObject,
    readonly about: readonly string[],
  ) {
    const isTransformation = text(payload.type) === "TransformationEvent";
    const isAdding = text(payload.type) === "ObjectEvent" && payload.action === "ADD";
    this.type = text(payload.type);
    this.eventId = text(payload.eventID);
    this.bizStep = text(payload.bizStep);
    this.isErrorDeclaration = (payload.errorDeclaration ?? null) !== null;
    this.setsRecalled = this.isRecalledIn("set");
    this.unsetsRecalled = this.isRecalledIn("unset");
    this.expiry = calendarDay(firstText(payload.ilmd, EXPIRY));
    const [epcs, outputs] = [identifiers(payload.epcList), identifiers(payload.outputEPCList)];
    const [quantities, outputQuantities] = [
      amounts(payload.quantityList),
      amounts(payload.outputQuantityList),
    ];
    this.bornInstances = new Set(isTransformation ? outputs : isAdding ? epcs : []);
    this.bornAmounts = isTransformation ? outputQuantities : isAdding ? quantities : [];
    const births = new Set(this.bornAmounts.map(({ uri }) => uri));
    for (const instance of this.bornInstances) {
      const lot = this.bornLot(instance);
      if (lot !== null) {
        births.add(lot);
      }
    }
    this.births = births;
    this.instances = new Set([
      ...epcs,
      ...outputs,
      ...identifiers(payload.childEPCs),
      ...identifiers(payload.inputEPCList),
    ]);
    const classes = [
      ...quantities,
      ...outputQuantities,
      ...amounts(payload.childQuantityList),
      ...amounts(payload.inputQuantityList),
    ];
    this.classes = new Set(classes.map(({ uri }) => uri));
  }

  /** The lot that it gives an instance: by `ilmd`, else the one lot of its product that it is about. */
  bornLot(instance: string): string | null {
    const [gtin, serial] = instanceParts(instance);
    if (!serial) {
      return null;
    }
    const number = firstText(this.payload.ilmd, LOT_NUMBER);
    if (number) {
      return orNull(() => lotUri(gtin, number));
    }
    const product = before(instance, "/21/");
    const [lot, ...others] = this.about.filter((uri) => uri.startsWith(`${product}/10/`));
    return lot !== undefined && others.length === 0 ? lot : null;
  }

  /** Whether it brings this instance into being as one of this lot. */
  namesInstance(lot: string, instance: string): boolean {
    return this.bornInstances.has(instance) && this.bornLot(instance) === lot;
  }

  /** How many counted packs of the lot it brings; null where it is weighed or not born here. */
  bornQuantity(lot: string): number | null {
    const listed = this.bornAmounts.filter(({ uri, uom }) => uri === lot && uom === null);
    const numbered = [...this.bornInstances].filter((instance) => this.bornLot(instance) === lot);
    const counted = [...listed.map(({ quantity }) => quantity), ...numbered.map(() => 1)];
    return this.births.has(lot) && counted.length > 0 ? counted.reduce((sum, packs) => sum + packs, 0) : null;
  }

  /** Whether a recall or release of `uri`'s story means all of it: no instances of its product are listed. */
  coversWhole(uri: string): boolean {
    return this.classes.has(uri) || this.listedInstances(uri).length === 0;
  }

  /** The instances of a lot's product that it lists (of any other URI: the URI itself, if listed). */
  listedInstances(uri: string): string[] {
    const start = `${before(uri, "/10/")}/21/`;
    return [...this.instances].filter((item) => item === uri || item.startsWith(start));
  }

  /** The end of a day in the event's own offset, milliseconds since 1970. */
  expiresAt(day: string): number {
    return endOfDay(day, offsetOf(text(this.payload.eventTimeZoneOffset)));
  }

  /** The roll of tem that it issues for a lot. */
  rollOf(lot: string): Roll | null {
    const value = this.observed("encoding", "nguon:roll");
    if (value === null || !amounts(this.payload.quantityList).some(({ uri }) => uri === lot)) {
      return null;
    }
    const { id } = value;
    const count = integer(value, "count") ?? 0;
    const root = orNull(() => hash(value.root));
    const layer = this.payload["nguon:hidden"];
    const hidden =
      isObject(layer) && integer(layer, "count") === count ? orNull(() => hash(layer.root)) : null;
    return typeof id === "string" && count > 0 && count <= MAX_ROLL && root
      ? { id, count, root, hidden }
      : null;
  }

  /** The tem of a lot that it voids one by one, each with what proves it; whether that holds is not asked. */
  voidedTem(lot: string): VoidedTem[] {
    const value = this.observed("decommissioning", "nguon:voided");
    const product = `${before(lot, "/10/")}/21/`;
    const roll = value?.roll;
    return items(typeof roll === "string" && this.payload.epcList).flatMap((item, place) => {
      const uri = canonicalOrNull(text(item)) ?? "";
      const proof = items(value?.inclusions)[place];
      const inclusion = orNull(() =>
        list(proof)
          .filter(isText)
          .map((hash) => hexDecode(hash)),
      );
      return typeof roll === "string" && uri.startsWith(product) && inclusion
        ? [{ roll, serial: uri.slice(product.length), inclusion }]
        : [];
    });
  }

  /** A member of an observation with this step that is an object. */
  private observed(step: string, name: string): JsonObject | null {
    const value = this.payload[name];
    const isSo = this.type === "ObjectEvent" && this.payload.action === "OBSERVE" && this.bizStep === step;
    return isSo && isObject(value) ? value : null;
  }

  private isRecalledIn(name: string): boolean {
    const value = this.payload.persistentDisposition;
    return isObject(value) && items(value[name]).includes("recalled");
  }
}

function identifiers(value: JsonValue | undefined): string[] {
  return items(value)
    .map((item) => canonicalOrNull(text(item)))
    .filter((uri) => uri !== null);
}

function amounts(value: JsonValue | undefined): Amount[] {
  const found: Amount[] = [];
  for (const item of items(value)) {
    if (isObject(item) && typeof item.epcClass === "string") {
      const uri = canonicalOrNull(item.epcClass);
      const { quantity, uom } = item;
      if (uri !== null) {
        found.push({
          uri,
          quantity: typeof quantity === "number" ? quantity : 0,
          uom: typeof uom === "string" ? uom : null,
        });
      }
    }
  }
  return found;
}

/** GTIN and serial (percent-coded) of an instance; two empty strings for anything else. */
function instanceParts(uri: string): [string, string] {
  const mark = uri.indexOf("/21/");
  const head = uri.slice(0, Math.max(mark, 0));
  const key = head.lastIndexOf("/01/");
  const gtin = key < 0 ? head : head.slice(key + 4);
  return mark >= 0 && Array.from(gtin).length === 14 ? [gtin, uri.slice(mark + 4)] : ["", ""];
}

/** A text up to a mark; all of it without one. */
function before(whole: string, mark: string): string {
  const at = whole.indexOf(mark);
  return at < 0 ? whole : whole.slice(0, at);
}

function items(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: JsonValue): value is string {
  return typeof value === "string";
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function firstText(value: JsonValue | undefined, names: readonly string[]): string {
  return isObject(value) ? (names.map((name) => text(value[name])).find((found) => found) ?? "") : "";
}
