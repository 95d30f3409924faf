/**
 * What verified entries and descriptions say about the things that the law asks after: `ledger/proof/legal_facts.py`
 * again, as far as the circular's ten items go.
 *
 * A description counts as of the day that it is asked about: what happened keeps its place's name of that day, the
 * producer has today's address.
 */

import { type Description, validAt, validAtOrFirst } from "../../verify/masters";
import { productUri, type Target } from "../../verify/target";
import type { Verification, VerifiedEntry } from "../../verify/verification";
import { type Day, dayOf, isoDay, type Moment } from "../format";
import { eventOf } from "./facts";
import type { Source, Stage, Value } from "./legalmodel";
import type { EventReader } from "./reading";
import { once, said } from "./terms";

const TRADE = ["shipping", "retail_selling"];
const ADDRESS = ["streetAddressOne", "streetAddressTwo", "city", "state"];
const MADE = new Map([
  ["harvesting", "harvested"],
  ["packing", "packed"],
  ["repackaging", "packed"],
]);

/** A standing event: its entry, and when it happened, in its own offset. */
interface ToldEntry {
  readonly entry: VerifiedEntry;
  readonly event: EventReader;
  readonly when: Moment;
}

/** The facts of one verified lot, as of a day. */
export class LegalFacts {
  readonly product: string;
  readonly maker: string;
  readonly #found: Verification;
  readonly #target: Target;
  readonly #today: Day;
  readonly #own: readonly ToldEntry[];
  readonly #all: readonly ToldEntry[];
  readonly #birth: ToldEntry | null;

  constructor(found: Verification, target: Target, today: Day) {
    this.#found = found;
    this.#target = target;
    this.#today = today;
    this.product = productUri(target);
    this.maker = found.birth?.signer?.org ?? "";
    this.#own = told(found.entries);
    this.#all = told([...found.entries, ...found.ancestors.flatMap((ancestor) => ancestor.entries)]);
    this.#birth = this.#own.find((item) => item.entry.index === found.birth?.index) ?? null;
  }

  /** The lot's own story, oldest first. */
  stages(): Stage[] {
    return this.#own.map((item) => this.#stage(item));
  }

  /** Whether something was done to the goods nobody says where; labels, recalls and releases are words only. */
  get placeless(): boolean {
    return this.#own.some(({ event }) => {
      const recalls = event.persistent("set").has("recalled") || event.persistent("unset").has("recalled");
      return !event.place && event.payload.bizStep !== "encoding" && !recalls;
    });
  }

  /** What describes a thing today. */
  described(uri: string): Description | null {
    return validAt(this.#found.masters.get(uri) ?? [], this.#today);
  }

  /** What today's description of a thing says under the first of these names that it uses. */
  says(part: string, uri: string, ...names: string[]): Value[] {
    const description = this.described(uri);
    const text = names.map((name) => said(description?.attributes, name)).find(Boolean);
    return description && text ? [{ part, text, source: described(description) }] : [];
  }

  name(): Value[] {
    return this.says("name", this.product, "descriptionShort", "name");
  }

  /** The producer's name: whose key signed the birth, else whom the product's description names. */
  party(): Value[] {
    const found = this.says("name", this.maker, "name");
    return found.length ? found : this.says("name", this.product, "manufacturerOfTradeItemPartyName");
  }

  /** The producer's address today. */
  address(): Value[] {
    const description = this.described(this.maker);
    const text = addressOf(description);
    return description && text ? [{ part: "address", text, source: described(description) }] : [];
  }

  /** When it was made: the days that the birth names, else the day it happened. */
  made(): Value[] {
    if (this.#birth === null) return [];
    const { event, when, entry } = this.#birth;
    const names = event.step === "harvesting" ? ["harvestStartDate", "harvestEndDate"] : ["productionDate"];
    const named = once(names.map((name) => isoDay(said(event.ilmd, name)) ?? "")).filter(Boolean);
    const part = MADE.get(event.step) ?? "made";
    return (named.length ? named : [dayOf(when)]).map((day) => dated(part, day, own(entry)));
  }

  /** The use-by date that its births give it. */
  expiry(): Value[] {
    const { expiry } = this.#found;
    const day = expiry ? isoDay(expiry.day) : null;
    return expiry && day ? [dated("expiry", day, { kind: "entry", index: expiry.index })] : [];
  }

  /** When it first went into trade. */
  sold(): Value[] {
    const first = this.#own.find((item) => TRADE.includes(item.event.step));
    return first ? [dated(first.event.step, dayOf(first.when), own(first.entry))] : [];
  }

  /** Certificates that events were done under; a laboratory's own accreditation is none of the goods'. */
  certificates(): Value[] {
    const found = new Map<string, Value>();
    for (const { entry, event } of this.#all) {
      if (entry.signer?.role === "laboratory") continue;
      for (const uri of event.certificates)
        if (!found.has(uri)) found.set(uri, this.#certificate(uri, entry));
    }
    return [...found.values()];
  }

  #certificate(uri: string, entry: VerifiedEntry): Value {
    const description = this.described(uri);
    if (!description) return { part: "certificate", text: uri, source: own(entry) };
    const says = (name: string) => said(description.attributes, name);
    const [since, until] = [isoDay(says("validFrom")), isoDay(says("validUntil"))];
    return {
      part: "certificate",
      text: says("name") || says("standard") || uri,
      source: described(description),
      day: until,
      ended: (since !== null && since > this.#today) || (until !== null && until < this.#today),
    };
  }

  /** The traceability code by its application identifiers, each with the entry that gave it to the goods. */
  code(): Value[] {
    const none: Source = { kind: "code", index: null };
    const birth = this.#birth ? own(this.#birth.entry) : none;
    const { gtin, lot, serial } = this.#target;
    const rolled = this.#found.tem?.roll
      ? this.#own.find((item) => item.event.step === "encoding")
      : undefined;
    return [
      { part: "01", text: gtin, source: none },
      { part: "10", text: lot ?? "", source: birth },
      ...(serial === null ? [] : [{ part: "21", text: serial, source: rolled ? own(rolled.entry) : birth }]),
    ];
  }

  #stage({ entry, event, when }: ToldEntry): Stage {
    const { place } = event;
    const description = validAtOrFirst(this.#found.masters.get(place) ?? [], dayOf(when));
    return {
      index: entry.index,
      step: event.step,
      when,
      place,
      placeName: said(description?.attributes, "name"),
      placeAddress: addressOf(description),
    };
  }
}

/** The events that stand, each once, by when they happened. */
function told(entries: readonly VerifiedEntry[]): ToldEntry[] {
  const found = new Map<number, ToldEntry>();
  const gone = new Set(entries.filter((entry) => entry.voidedBy !== null).map((entry) => entry.index));
  for (const entry of entries) {
    const event = eventOf(entry);
    const when = event?.time;
    if (!event || !when || event.payload.errorDeclaration != null || gone.has(entry.index)) continue;
    if (!found.has(entry.index)) found.set(entry.index, { entry, event, when });
  }
  return [...found.values()].sort((a, b) => a.when.ms - b.when.ms || a.entry.index - b.entry.index);
}

function addressOf(description: Description | null): string {
  return ADDRESS.map((name) => said(description?.attributes, name))
    .filter(Boolean)
    .join(", ");
}

function own(entry: VerifiedEntry): Source {
  return { kind: "entry", index: entry.index };
}

function described(description: Description): Source {
  return { kind: "description", index: description.index };
}

function dated(part: string, day: Day, source: Source): Value {
  return { part, text: day, source, day };
}
