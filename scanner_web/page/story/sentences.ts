/**
 * One event as a short sentence and a few details, in the page's language: `api/pages/sentences.py` again.
 *
 * The sentence comes from `step.<bizStep>.*`: `.change` when something was made of something else, `.amount` when an
 * amount is known, `.title` else; a step that the catalogue does not know gets the general one.
 */

import { round } from "../format";
import type { Catalogue } from "../i18n";
import { documentNumber, lotOf, type Names } from "./names";
import type { Amount, EventReader, Reading } from "./reading";
import { byLocalName, items, members, number, once, text } from "./terms";

const ICONS = new Map(
  Object.entries({
    leaf: "planting sowing transplanting weeding commissioning",
    drop: "stocking_pond fertilising crop_protection feeding aerating veterinary_treatment filtering",
    basket: "harvesting collecting",
    list: "sorting",
    sun: "drying",
    gear: "milling",
    flask: "inspecting sampling",
    box: "packing repackaging unpacking receiving accepting",
    home: "storing stocking retail_selling",
    tag: "encoding relabelling labelling",
    truck: "shipping departing arriving transporting",
    file: "consigning",
    warn: "holding recalling",
    check: "releasing",
    clock: "sensor_reporting measuring",
  }).flatMap(([icon, steps]) => steps.split(" ").map((step) => [step, icon] as const)),
);
const FREE_TEXT =
  "method process growthStage season variety testedFor propagationMaterial feedType forage note".split(" ");
const MANY = 3;

/** What happened: a short sentence, facts of a few words each, a picture's name, and whether something is wrong. */
export interface Sentence {
  readonly title: string;
  readonly details: readonly string[];
  readonly icon: string;
  readonly alert: boolean;
}

/** A unit's symbol by its UN/CEFACT code; the code itself where the catalogue does not know it. */
export function unitSymbol(uom: string, c: Catalogue): string {
  return c.has(`uom.${uom}`) ? c.t(`uom.${uom}`) : uom;
}

/** Tells events in one language, with the names of one verification. */
export class Teller {
  readonly #names: Names;
  readonly #c: Catalogue;
  readonly #own: ReadonlySet<string>;

  /** @param own - URIs of the lot that the page is about, which are not named again in its own story */
  constructor(names: Names, catalogue: Catalogue, own: ReadonlySet<string> = new Set()) {
    this.#names = names;
    this.#c = catalogue;
    this.#own = own;
  }

  /** The sentence of one event. */
  tell(event: EventReader): Sentence {
    let step = event.persistent("set").has("recalled") ? "recalled" : event.step;
    const released = event.persistent("unset").has("recalled");
    if ((step === "relabelling" || step === "releasing") && released) step = "releasing";
    if (step === "decommissioning" && event.voidsTem) step = "voiding_tem";
    const title = (step === "inspecting" ? this.#result(event) : "") || this.#title(event, step);
    const details = once([...this.#details(event, step)].filter(Boolean));
    const alert = step === "recalled" || event.persistent("set").has("non_conformant");
    return { title, details, icon: ICONS.get(event.step) ?? "pen", alert };
  }

  /** An amount with its unit's symbol. */
  quantity(amount: number, uom: string | null): string {
    if (uom === null) return this.#c.t("amount.count", { n: amount });
    return this.#c.t("amount.unit", { amount: this.#c.number(amount), unit: unitSymbol(uom, this.#c) });
  }

  /** Amounts added up per unit, with the items listed one by one counted; empty when there are none. */
  total(amounts: readonly Amount[], listed: readonly string[] = []): string {
    const sums = new Map<string | null, number>();
    const add = (uom: string | null, quantity: number) => sums.set(uom, (sums.get(uom) ?? 0) + quantity);
    for (const amount of amounts) {
      add(amount.uom, amount.quantity);
      sums.set(amount.uom, round(sums.get(amount.uom) ?? 0, 6));
    }
    const units = listed.filter((uri) => uri.includes("/00/")).length;
    if (listed.length > units) add(null, listed.length - units);
    const parts = [...sums].map(([uom, value]) => this.quantity(value, uom));
    if (units) parts.push(this.#c.t("amount.pallets", { n: units }));
    return this.#c.join(parts);
  }

  /** A reading's value, or its span and mean. */
  range(reading: Reading): string {
    const symbol = unitSymbol(reading.uom, this.#c);
    const body = this.#span(reading);
    if (body === "") return reading.said;
    return symbol ? this.#c.t("amount.unit", { amount: body, unit: symbol }) : body;
  }

  #span({ value, low, high, mean }: Reading): string {
    const c = this.#c;
    if (value !== null) return c.number(value);
    if (low !== null && high !== null) {
      return c.t("sensor.span", { low: c.number(low), high: c.number(high) });
    }
    if (mean !== null) return c.t("sensor.mean", { value: c.number(mean) });
    if (high !== null) return c.t("sensor.high", { value: c.number(high) });
    return low !== null ? c.t("sensor.low", { value: c.number(low) }) : "";
  }

  /** What a reading measures, in words. */
  parameter(reading: Reading): string {
    const c = this.#c;
    return (
      (reading.substance && c.maybe(`substance.${reading.substance}`)) ||
      (reading.microorganism && c.maybe(`organism.${reading.microorganism}`)) ||
      reading.parameter ||
      c.maybe(`measure.${reading.type}`) ||
      reading.type
    );
  }

  #title(event: EventReader, step: string): string {
    const c = this.#c;
    const base = c.has(`step.${step}.title`) ? step : "other";
    const came = this.total(event.amounts("inputQuantityList"), event.listed("inputEPCList"));
    const went = this.total(event.amounts("outputQuantityList"), event.listed("outputEPCList"));
    if (came && went && c.has(`step.${base}.change`)) return c.t(`step.${base}.change`, { came, went });
    const counted = event.amounts("quantityList");
    const only = counted.length === 1 ? counted[0] : undefined;
    if (only && only.uom === null && c.has(`step.${base}.count`)) {
      return c.t(`step.${base}.count`, { n: only.quantity });
    }
    const moved = event.amounts("quantityList", "childQuantityList");
    const amount = went || this.total(moved, event.listed("epcList", "childEPCs")) || came;
    if (amount && c.has(`step.${base}.amount`)) return c.t(`step.${base}.amount`, { amount });
    return c.t(`step.${base}.title`, { step: event.step.replaceAll("_", " ") });
  }

  #result(event: EventReader): string {
    const disposition = text(event.payload.disposition);
    const said = event.persistent("set");
    const says = (word: string) => said.has(word) || disposition.split("-").at(-1) === word;
    if (says("non_conformant")) return this.#c.t("step.inspecting.failed");
    return says("conformant") ? this.#c.t("step.inspecting.passed") : "";
  }

  *#details(event: EventReader, step: string): Generator<string> {
    const c = this.#c;
    yield this.#goods(event);
    yield this.#names.place(event.place);
    yield this.#route(event);
    yield* FREE_TEXT.map((name) => event.said(name));
    const area = event.amountSaid("areaHa");
    if (area !== null) yield this.quantity(area, "HAR");
    yield* this.#applied(event);
    if (step !== "inspecting") yield* this.#sensors(event);
    yield* event.transactions("testres").map((uri) => c.t("detail.document", { code: documentNumber(uri) }));
    const count = number(members(byLocalName(event.payload, "roll")).count);
    if (count !== null) yield c.t("detail.roll", { n: count });
    const expected = event.amountSaid("expectedQuantity");
    if (expected !== null) yield c.t("detail.expected", { n: expected });
    yield event.said("discrepancyNote");
    const reason = event.said("recallReason") || event.said("reason");
    if (reason) yield c.t("detail.reason", { reason });
  }

  #goods(event: EventReader): string {
    const out = event.amounts("outputQuantityList");
    const amounts = out.length ? out : event.amounts("quantityList", "childQuantityList");
    const uris = once(amounts.map((amount) => amount.uri).filter((uri) => !this.#own.has(uri)));
    const named = uris.filter(lotOf).map((uri) => this.#names.withLot(uri));
    if (named.length <= MANY) return this.#c.join(named);
    return this.#c.t("detail.many", { head: named.slice(0, MANY).join(", "), n: named.length - MANY });
  }

  #route(event: EventReader): string {
    const to = event.parties("destinationList", "destination")[0];
    const source = event.parties("sourceList", "source")[0];
    if (!to || !source || to === source) return "";
    const names = { source: this.#names.partyShort(source), to: this.#names.partyShort(to) };
    return this.#c.t("detail.route", names);
  }

  *#applied(event: EventReader): Generator<string> {
    for (const item of items(byLocalName(event.payload, "inputApplied"))) {
      const says = (name: string) => text(byLocalName(item, name));
      const product = says("product");
      const name = says("tradeName") || says("activeIngredient") || (product && this.#names.goods(product));
      const amount = number(byLocalName(item, "amount"));
      const measured = amount === null ? "" : this.quantity(amount, says("uom") || null);
      yield [name, measured, says("method"), says("target")].filter(Boolean).join(", ");
      yield this.#interval(number(byLocalName(item, "preHarvestIntervalDays")));
    }
    const made = event.amounts("outputQuantityList").length + event.listed("outputEPCList").length;
    for (const used of made ? [] : event.amounts("inputQuantityList")) {
      yield `${this.#names.withLot(used.uri)}, ${this.quantity(used.quantity, used.uom)}`;
    }
    yield event.said("activeIngredient");
    yield event.said("target");
    yield this.#interval(event.amountSaid("preHarvestIntervalDays"));
  }

  #interval(days: number | null): string {
    return days === null ? "" : this.#c.t("detail.interval", { days });
  }

  *#sensors(event: EventReader): Generator<string> {
    for (const reading of event.readings()) {
      const value = this.range(reading);
      if (!value) continue;
      const line = this.#c.t("sensor.line", { name: this.parameter(reading), value });
      yield reading.alarm ? this.#c.t("sensor.alarm", { line }) : line;
    }
  }
}
