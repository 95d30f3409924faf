/**
 * What an event must be filed under: `about` and `from` (DESIGN §3.2), exactly as the ledger's `statement/filing.py`.
 *
 *     about  every item: epcList, quantityList, parentID, childEPCs, childQuantityList, outputs;
 *            a transformationID or nguon:transformationRef that the event feeds or observes;
 *            the place (bizLocation, else readPoint) of an event without items
 *     from   inputs; products named as applied; what `ilmd` names as the origin of a harvest;
 *            a transformationID or nguon:transformationRef whose outputs the event brings
 *
 * An instance is named by its lot where the event is a birth, a test, a roll, a recall or a release; elsewhere by its
 * lot and by itself, where 255 subjects allow it.
 */
import { canonicalOrNull } from "../../verify/epc";
import { LedgerError, orNull } from "../../verify/errors";
import { lotUri, parseLink } from "../../verify/gs1";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json";

/** Instance URI -> its lot's URI, if the phone knows it. */
export type LotOf = (uri: string) => string | null;

export interface Filing {
  readonly about: readonly string[];
  readonly from: readonly string[];
}

const MOST = 255;
const LOT_NUMBER = ["cbvmda:lotNumber", "urn:epcglobal:cbv:mda:lotNumber"];
const ITEM = "https://id.gs1.org/01/";
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
const INSTANCES = ["epcList", "childEPCs", "inputEPCList", "outputEPCList"];

/**
 * What an event is filed under, in the ledger's own order.
 *
 * Throws `dl.syntax` for a wrong identifier, `serial.unknown` where an instance's lot must be named and is not known,
 * `event.no_subject`, `limit.subjects`.
 */
export function filingOf(event: JsonObject, lotOf: LotOf = () => null): Filing {
  const read = new Reading(event, lotOf);
  const instances = read.items.filter(isInstance);
  const others = read.items.filter((uri) => !isInstance(uri));
  const lots = new Map(instances.map((uri) => [uri, read.lotOf(uri)]));
  const unknown = instances.find((uri) => lots.get(uri) === null);
  if (read.namesLots && unknown !== undefined) {
    throw new LedgerError("serial.unknown", { uri: unknown });
  }
  const classes = others.filter((uri) => uri.startsWith(ITEM));
  const units = others.filter((uri) => !uri.startsWith(ITEM));
  const known = [...lots.values()].filter((lot) => lot !== null);
  const alone = instances.filter((uri) => lots.get(uri) === null);
  const short = unique([...classes, ...known, ...units, ...alone, ...read.standing]);
  const full = unique([...classes, ...known, ...units, ...instances, ...read.standing]);
  if (short.length === 0) {
    throw new LedgerError("event.no_subject");
  }
  const origins = unique(read.origins.map((uri) => read.lotOf(uri) ?? uri));
  const about = read.namesLots || full.length + origins.length > MOST - 1 ? short : full;
  const from = origins.filter((uri) => !about.includes(uri));
  const count = about.length + from.length + 1;
  if (count > MOST) {
    throw new LedgerError("limit.subjects", { count, limit: MOST });
  }
  return { about, from };
}

/** The instances that an event brings into being, each with the lot that the event gives it. */
export function instanceLots(event: JsonObject): ReadonlyMap<string, string> {
  const read = new Reading(event, () => null);
  const found = new Map<string, string>();
  for (const uri of read.items) {
    const lot = read.isBorn(uri) ? read.lotOf(uri) : null;
    if (lot !== null) {
      found.set(uri, lot);
    }
  }
  return found;
}

/** The members of an event that its filing rests on. */
class Reading {
  /** What the event happens to, each once: parent, instances, classes, children, outputs. */
  readonly items: readonly string[];
  readonly isBirth: boolean;
  /** It names the lots of its instances: a birth, a test, a roll, a recall, a release. */
  readonly namesLots: boolean;
  private readonly born: ReadonlySet<string>;
  private readonly beside: ReadonlyMap<string, string>;
  private readonly number: string | null;

  constructor(
    private readonly event: JsonObject,
    private readonly known: LotOf,
  ) {
    const [epcs, outputs] = [identifiers(event.epcList), identifiers(event.outputEPCList)];
    const [listed, made] = [classes(event.quantityList), classes(event.outputQuantityList)];
    const isAdding =
      event.type === "ObjectEvent" && event.action === "ADD" && epcs.length + listed.length > 0;
    const isMaking = event.type === "TransformationEvent" && outputs.length + made.length > 0;
    this.isBirth = isAdding || isMaking;
    const parent = typeof event.parentID === "string" ? [canonical(event.parentID)] : [];
    const children = classes(event.childQuantityList);
    this.items = unique([
      ...parent,
      ...epcs,
      ...identifiers(event.childEPCs),
      ...outputs,
      ...listed,
      ...children,
      ...made,
    ]);
    const persistent = isObject(event.persistentDisposition) ? event.persistentDisposition : {};
    const isTest = event.type === "ObjectEvent" && event.bizStep === "inspecting";
    const isRecall = texts(persistent.set).includes("recalled");
    const isRelease = texts(persistent.unset).includes("recalled");
    this.namesLots = this.isBirth || isTest || event.bizStep === "encoding" || isRecall || isRelease;
    this.born = new Set(this.isBirth ? [...epcs, ...outputs] : []);
    this.beside = lotsBeside(event);
    this.number = this.lotNumber();
  }

  isBorn(uri: string): boolean {
    return this.born.has(uri) && isInstance(uri);
  }

  /** The lot of an instance; null for anything else, and where it is not known. */
  lotOf(uri: string): string | null {
    if (!isInstance(uri)) {
      return null;
    }
    return this.born.has(uri) ? (this.said(uri) ?? this.known(uri)) : (this.known(uri) ?? this.said(uri));
  }

  /** What it is about beside its items: a transformation that it feeds or observes, a place. */
  get standing(): string[] {
    const found = this.isBirth ? [] : this.transformations();
    const hasGoods = this.items.length > 0 || this.inputs().length > 0;
    const place = placeOf(this.event.bizLocation) ?? placeOf(this.event.readPoint);
    if (place !== null && (!hasGoods || found.length + this.items.length === 0)) {
      found.push(place);
    }
    return unique(found);
  }

  /** What went into what it is about. */
  get origins(): string[] {
    const found = [...this.inputs(), ...this.applied(), ...this.sources()];
    const all = this.isBirth ? [...found, ...this.transformations()] : found;
    return unique(all).filter((uri) => !this.items.includes(uri));
  }

  private transformations(): string[] {
    return [this.event.transformationID, this.event["nguon:transformationRef"]]
      .filter((uri) => typeof uri === "string")
      .map(canonical);
  }

  private inputs(): string[] {
    return unique([...identifiers(this.event.inputEPCList), ...classes(this.event.inputQuantityList)]);
  }

  private applied(): string[] {
    const value = this.event["nguon:inputApplied"];
    const items = Array.isArray(value) ? value : [value];
    return items
      .map((item) => (isObject(item) ? item["nguon:product"] : undefined))
      .filter((uri) => typeof uri === "string")
      .map(canonical);
  }

  private sources(): string[] {
    const ilmd = isObject(this.event.ilmd) ? this.event.ilmd : {};
    return Object.entries(ilmd)
      .filter(([name]) => name.startsWith("nguon:source"))
      .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
      .filter((uri) => typeof uri === "string")
      .filter((uri) => URI.test(uri))
      .map(canonical);
  }

  private lotNumber(): string | null {
    const ilmd = this.isBirth && isObject(this.event.ilmd) ? this.event.ilmd : {};
    const named = [...LOT_NUMBER.map((name) => ilmd[name]), this.event["nguon:lotNumber"]];
    return named.find((text) => typeof text === "string" && text !== "")?.toString() ?? null;
  }

  private said(uri: string): string | null {
    const beside = this.beside.get(uri);
    if (beside !== undefined) {
      return beside;
    }
    const gtin = uri.slice(ITEM.length, ITEM.length + 14);
    const { number } = this;
    return number === null || !this.items.includes(uri) ? null : lotUri(gtin, number);
  }
}

function isInstance(uri: string): boolean {
  return uri.startsWith(ITEM) && uri.includes("/21/");
}

function canonical(uri: string): string {
  const found = canonicalOrNull(uri);
  if (found === null) {
    throw new LedgerError("dl.syntax", { value: uri });
  }
  return found;
}

function placeOf(value: JsonValue | undefined): string | null {
  return isObject(value) && typeof value.id === "string" ? canonical(value.id) : null;
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function identifiers(value: JsonValue | undefined): string[] {
  return unique(texts(value).map(canonical));
}

function classes(value: JsonValue | undefined): string[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return items
    .map((item) => (isObject(item) ? item.epcClass : undefined))
    .filter((uri) => typeof uri === "string")
    .map(canonical);
}

function lotsBeside(event: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const uri of INSTANCES.flatMap((name) => texts(event[name]))) {
    const link = /^https?:\/\//i.test(uri) ? orNull(() => parseLink(uri)) : null;
    if (link?.gtin && link.lot && link.serial !== null && !found.has(canonical(uri))) {
      found.set(canonical(uri), lotUri(link.gtin, link.lot));
    }
  }
  return found;
}

function unique(uris: Iterable<string>): string[] {
  return [...new Set(uris)];
}
