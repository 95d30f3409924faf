/**
 * Reading a signed event for a page: `api/pages/reading.py` again.
 *
 * A page prints what was signed and cannot refuse it any more, so reading is total.
 */

import { isoMoment, type Moment, offsetOf } from "../format";
import { printable } from "../i18n";
import { byLocalName, isMembers, items, localName, type Members, members, number, once, text } from "./terms";

/** How much of what: a class or lot URI, a quantity, a UN/CEFACT unit (null: counted). */
export interface Amount {
  readonly uri: string;
  readonly quantity: number;
  readonly uom: string | null;
}

/** One `sensorReport`, with the words that its event gave it. */
export interface Reading {
  readonly type: string;
  readonly parameter: string;
  readonly substance: string;
  readonly microorganism: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly uom: string;
  readonly said: string;
  readonly found: boolean | null;
  readonly limit: number | null;
  readonly alarm: boolean;
}

/** An event's payload, with the questions that a page asks of it. */
export class EventReader {
  readonly payload: Members;
  readonly step: string;
  readonly type: string;
  readonly action: string;
  readonly ilmd: Members;

  constructor(payload: unknown) {
    this.payload = members(payload);
    this.step = localName(text(this.payload.bizStep));
    this.type = text(this.payload.type);
    this.action = text(this.payload.action);
    this.ilmd = members(this.payload.ilmd);
  }

  /** A text that the event, or its `ilmd`, carries beside the standard's members. */
  said(name: string): string {
    return printable(text(byLocalName(this.payload, name)) || text(byLocalName(this.ilmd, name)));
  }

  /** As `said`, for a number. */
  amountSaid(name: string): number | null {
    return number(byLocalName(this.payload, name)) ?? number(byLocalName(this.ilmd, name));
  }

  /** When it happened, in the event's own offset. */
  get time(): Moment | null {
    const moment = isoMoment(text(this.payload.eventTime));
    if (moment === null) return null;
    const offset = text(this.payload.eventTimeZoneOffset);
    return { ms: moment.ms, offset: (offset.length === 6 ? offsetOf(offset) : null) ?? moment.offset };
  }

  get isError(): boolean {
    return isMembers(this.payload.errorDeclaration);
  }

  get errorReason(): string {
    return localName(text(members(this.payload.errorDeclaration).reason));
  }

  /** Whether it ends labels that were spoiled, and no goods. */
  get voidsTem(): boolean {
    return isMembers(byLocalName(this.payload, "voided"));
  }

  /** Where: the location that it names, else the read point. */
  get place(): string {
    return text(members(this.payload.bizLocation).id) || text(members(this.payload.readPoint).id);
  }

  /** The quantities of the lists of these names. */
  amounts(...names: string[]): Amount[] {
    const found: Amount[] = [];
    for (const item of names.flatMap((name) => items(this.payload[name])).map(members)) {
      const quantity = number(item.quantity);
      const uri = text(item.epcClass);
      if (uri && quantity !== null) found.push({ uri, quantity, uom: text(item.uom) || null });
    }
    return found;
  }

  /** The instances and logistic units of the lists of these names. */
  listed(...names: string[]): string[] {
    return names.flatMap((name) => items(this.payload[name]).map(text)).filter(Boolean);
  }

  persistent(name: string): ReadonlySet<string> {
    const listed = items(members(this.payload.persistentDisposition)[name]);
    return new Set(listed.map((item) => localName(text(item))));
  }

  /** The organisations of a source or destination list. */
  parties(name: string, member: string): string[] {
    return once(items(this.payload[name]).map((item) => text(members(item)[member]))).filter((uri) =>
      uri.includes("/417/"),
    );
  }

  /** The documents of one kind that it refers to. */
  transactions(kind: string): string[] {
    return items(this.payload.bizTransactionList)
      .map(members)
      .filter((item) => localName(text(item.type)) === kind)
      .map((item) => text(item.bizTransaction));
  }

  /** URIs of the certificates that it was done under. */
  get certificates(): string[] {
    return items(this.payload.certificationInfo).map(text).filter(Boolean);
  }

  /** All sensor reports, in their order. */
  readings(): Reading[] {
    return items(this.payload.sensorElementList)
      .flatMap((element) => items(members(element).sensorReport))
      .map((report) => reading(members(report)));
  }
}

function reading(report: Members): Reading {
  const found = report.booleanValue;
  return {
    type: localName(text(report.type)),
    parameter: text(byLocalName(report, "parameter")),
    substance: localName(text(report.chemicalSubstance)),
    microorganism: localName(text(report.microorganism)),
    value: number(report.value),
    low: number(report.minValue),
    high: number(report.maxValue),
    mean: number(report.meanValue),
    uom: text(report.uom),
    said: text(report.stringValue),
    found: typeof found === "boolean" ? found : null,
    limit: number(byLocalName(report, "limitMax")),
    alarm: text(report.exception) !== "",
  };
}
