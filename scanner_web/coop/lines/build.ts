/**
 * From an answer sheet to EPCIS events, by the template of its step (`template.ts`).
 *
 * Everything that the ledger will ask of the event is put in here, so that the phone signs what will be taken: the
 * filing, lot numbers, the season, intervals of what was applied, certificates in force, best before.
 */
import { LedgerError } from "../../verify/errors";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json";
import type { LotInHand, Product, Workbook } from "../workbook";
import { asked, completed } from "./asking";
import { filingOf } from "./filing";
import { kilograms, type Made, madeOf, quantity, saidOf, takenOf, taking } from "./goods";
import { documentUri, lotNumber, shortCode, uuid7 } from "./ids";
import { contentOf, growingAt, isSeason, photosOf, productOf, readingsOf, type Taken, textOf } from "./stock";
import { LINES, type Line, stepOf } from "./table";
import type { StepRecord } from "./template";
import type { BuildContext, Built, Draft } from "./types";
import { exact } from "./units";
import { Values } from "./values";
import { dayAt, daysLater, localTime } from "./words";

const CONTEXT: JsonValue = [
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { nguon: "https://w3id.org/nguon/epcis/", cbvmda: "urn:epcglobal:cbv:mda:" },
];
const OFFSET = "+07:00";
const CBV_STEPS: ReadonlySet<string> = new Set(
  "accepting arriving collecting commissioning encoding holding inspecting other packing receiving repackaging retail_selling sampling sensor_reporting shipping stocking storing unpacking".split(
    " ",
  ),
);

/** What a corrected event keeps of the one that it stands for: its lots' numbers by GTIN, its season. */
interface Kept {
  readonly numbers: ReadonlyMap<string, string>;
  readonly transformation: string | null;
}

const NOTHING: Kept = { numbers: new Map(), transformation: null };

/**
 * The events of an answer sheet, in order.
 *
 * Throws `draft.step` where no line has the step, `draft.open` with the `ask` that must still be answered, and what
 * reading a typed code throws (`dl.syntax`, `gs1.check_digit`).
 */
export function build(
  draft: Draft,
  workbook: Workbook,
  context: BuildContext,
  lines: readonly Line[] = LINES,
): Built[] {
  return [make(draft, workbook, context, lines, NOTHING)];
}

/** Declares an earlier event wrong; it is filed exactly as that one was. */
export function withdraw(event: JsonObject, now: Date, corrective: readonly string[] = []): Built {
  const declaration: JsonObject = {
    declarationTime: localTime(now),
    reason: corrective.length === 0 ? "did_not_occur" : "incorrect_data",
    ...(corrective.length === 0 ? {} : { correctiveEventIDs: corrective }),
  };
  return { event: { ...event, errorDeclaration: declaration }, ...filingOf(event) };
}

/**
 * Puts an event right: it is withdrawn, and told anew with the answers of a draft. What was born keeps its lot number,
 * and a season its ID, so that what came after still belongs to it.
 */
export function correct(
  event: JsonObject,
  draft: Draft,
  workbook: Workbook,
  context: BuildContext,
  lines: readonly Line[] = LINES,
): Built[] {
  const built = make(draft, workbook, context, lines, keptOf(event));
  const id = built.event.eventID;
  return [withdraw(event, context.now, typeof id === "string" ? [id] : []), built];
}

function keptOf(event: JsonObject): Kept {
  const numbers = new Map<string, string>();
  const isAdding = event.type === "ObjectEvent" && event.action === "ADD";
  const born = isAdding ? event.quantityList : event.outputQuantityList;
  for (const item of Array.isArray(born) ? born : []) {
    const uri = isObject(item) && typeof item.epcClass === "string" ? item.epcClass : "";
    const [, gtin, number] = /\/01\/(\d{14})\/10\/(.+)$/.exec(uri) ?? [];
    if (gtin !== undefined && number !== undefined) {
      numbers.set(gtin, decodeURIComponent(number));
    }
  }
  const { transformationID } = event;
  return { numbers, transformation: typeof transformationID === "string" ? transformationID : null };
}

function make(
  sheet: Draft,
  workbook: Workbook,
  context: BuildContext,
  lines: readonly Line[],
  kept: Kept,
): Built {
  const step = stepOf(sheet.line, sheet.step, lines);
  if (step === null) {
    throw new LedgerError("draft.step", { line: sheet.line, step: sheet.step });
  }
  const draft = completed(step, sheet, workbook);
  const open = asked(step, draft, workbook).find(({ ask }) => !ask.optional);
  if (open !== undefined) {
    throw new LedgerError("draft.open", { ask: open.ask.id });
  }
  const event = new Maker(step, draft, workbook, context, kept).event();
  return { event, ...filingOf(event) };
}

class Maker {
  private readonly day: string;
  private readonly code: string;
  private readonly taken: readonly Taken[];
  private readonly made: readonly Made[];
  private readonly growing: readonly LotInHand[];
  private readonly values: Values;

  constructor(
    private readonly step: StepRecord,
    private readonly draft: Draft,
    private readonly workbook: Workbook,
    private readonly context: BuildContext,
    private readonly kept: Kept,
  ) {
    this.day = dayAt(draft.when);
    this.code = shortCode(context.kid, context.counter);
    const number = lotNumber(step.letter, this.day, this.code);
    // What the ledger reckons as the yield is what bears the number in `ilmd`: by-products have one of their own.
    const beside = lotNumber("X", this.day, this.code);
    const numberOf = ({ gtin, kind }: Product) =>
      kept.numbers.get(gtin) ?? (kind === "byproduct" ? beside : number);
    this.taken = takenOf(step, draft, workbook);
    this.made = madeOf(step, draft, workbook, numberOf);
    this.growing = growingAt(textOf(draft.answers.place), step.line, workbook);
    const main = this.made[0]?.product ?? null;
    const weight = contentOf(main, 1);
    this.values = new Values(step, draft, workbook, {
      number: main === null ? number : numberOf(main),
      day: this.day,
      expiry: this.expiry(main),
      netWeightKg: weight?.uom === "KGM" ? weight.value : null,
      lossKg: this.loss(),
      org: context.org,
    });
  }

  event(): JsonObject {
    const { template } = this;
    const said = saidOf(this.step, this.draft, this.taken, this.made);
    const photos = photosOf(this.draft.answers.photo);
    const note = textOf(this.draft.answers.note);
    const says = this.values.members(template.says);
    const mentioned = Object.values(says).includes(note);
    return {
      "@context": CONTEXT,
      type: this.type(),
      eventID: `urn:uuid:${uuid7(this.context.now)}`,
      eventTime: this.draft.when,
      eventTimeZoneOffset: OFFSET,
      ...listed("certificationInfo", this.certificates()),
      ...this.what(),
      bizStep: CBV_STEPS.has(template.step)
        ? template.step
        : `https://w3id.org/nguon/bizstep/${template.step}`,
      ...this.dispositions(),
      ...this.where(),
      ...listed("bizTransactionList", this.documents()),
      ...listed("sourceList", this.parties(template.sources, "source")),
      ...listed("destinationList", this.parties(template.destinations, "destination")),
      ...this.sensors(),
      ...says,
      ...(note === null || mentioned ? {} : { "nguon:note": note.normalize("NFC") }),
      ...listed("nguon:said", said),
      ...(photos.length === 0
        ? {}
        : { "nguon:attachment": photos.map((photo) => ({ ...photo, title: this.step.name.vi })) }),
      ...(this.context.operator ? { "nguon:operatorRef": this.context.operator } : {}),
    };
  }

  private get template() {
    return this.step.event;
  }

  /** The season that grows at the place; null: none does. */
  private get season(): string | null {
    const [first] = this.growing;
    return first !== undefined && isSeason(first) ? first.uri : null;
  }

  private type(): string {
    const { does } = this.template;
    const isSeason = this.season !== null && (does === "applying" || does === "harvesting");
    if (does === "transformation" || does === "sowing" || isSeason) {
      return "TransformationEvent";
    }
    return does === "aggregation" ? "AggregationEvent" : "ObjectEvent";
  }

  /** What the event is about. */
  private what(): JsonObject {
    const { does, action } = this.template;
    const taken = this.taken.map(taking);
    const made = this.made.map(({ uri, amount }) => quantity(uri, amount.base, amount.uom));
    const ilmd = this.ilmd();
    const { season } = this;
    switch (does) {
      case "transformation":
        return { inputQuantityList: taken, outputQuantityList: made, ...ilmd };
      case "sowing": {
        const id = this.kept.transformation ?? `urn:uuid:${uuid7(this.context.now)}`;
        return { inputQuantityList: taken, transformationID: id };
      }
      case "applying":
        return season === null
          ? { ...this.observed(), "nguon:inputApplied": this.applied() }
          : { inputQuantityList: taken, transformationID: season, ...this.appliedAtOnce() };
      case "harvesting":
        return season === null
          ? { action: "ADD", quantityList: made, ...ilmd }
          : { outputQuantityList: made, transformationID: season, ...ilmd };
      case "tending":
        return season === null
          ? this.observed()
          : { action: "OBSERVE", epcList: [], "nguon:transformationRef": season };
      case "aggregation":
        return {
          parentID: this.values.text(this.template.parent),
          childQuantityList: taken,
          action: action ?? "ADD",
        };
      default: {
        const parent = this.values.text(this.template.parent);
        const listed = action === "ADD" ? made : taken;
        return {
          action: action ?? "OBSERVE",
          ...(parent === null ? {} : { epcList: [parent] }),
          quantityList: listed,
          ...(action === "ADD" ? ilmd : {}),
        };
      }
    }
  }

  /** What grows at the place, as it is observed there; nothing where nobody knows of any. */
  private observed(): JsonObject {
    const listed = this.growing.map((lot) => quantity(lot.uri, lot.left, lot.uom));
    return { action: "OBSERVE", ...(listed.length === 0 ? { epcList: [] } : { quantityList: listed }) };
  }

  private ilmd(): JsonObject {
    const { template } = this;
    const origins = this.season === null ? this.growing.map((lot) => lot.uri) : [];
    const [first] = origins;
    const from: JsonObject =
      template.origin === null || first === undefined
        ? {}
        : { [template.origin]: origins.length === 1 ? first : origins };
    const members = { ...this.values.members(template.ilmd), ...from };
    return Object.keys(members).length === 0 ? {} : { ilmd: members };
  }

  private applied(): JsonObject[] {
    return this.taken.map(({ uri, base, uom }) => ({
      "nguon:product": uri,
      ...this.facts(),
      ...(base === null ? {} : { "nguon:amount": base }),
      ...(base === null || uom === null ? {} : { "nguon:uom": uom }),
    }));
  }

  private appliedAtOnce(): JsonObject {
    const { "nguon:tradeName": _, ...facts } = this.facts();
    return facts;
  }

  /** What the product says of itself; what somebody answered wins. */
  private facts(): JsonObject {
    const product = this.workbook.products.find(({ uri }) => uri === this.draft.answers.product);
    const input = product?.input;
    const own: JsonObject = {
      "nguon:tradeName": product?.name ?? null,
      "nguon:activeIngredient": input?.activeIngredient ?? null,
      "nguon:target": input?.target ?? null,
      "nguon:preHarvestIntervalDays": input?.preHarvestIntervalDays || null,
      "nguon:withdrawalDays": input?.withdrawalDays || null,
    };
    const known = Object.entries(own).filter(([, value]) => value !== null);
    return { ...Object.fromEntries(known), ...this.values.members(this.template.applied) };
  }

  private dispositions(): JsonObject {
    const texts = (values: readonly string[]) =>
      values.map((value) => this.values.text(value)).filter((value) => value !== null);
    const [set, unset] = [texts(this.template.set), texts(this.template.unset)];
    const disposition = this.values.text(this.template.disposition);
    const persistent = { ...listed("set", set), ...listed("unset", unset) };
    return {
      ...(disposition === null ? {} : { disposition }),
      ...(Object.keys(persistent).length === 0 ? {} : { persistentDisposition: persistent }),
    };
  }

  private where(): JsonObject {
    const at = this.values.text(this.template.at);
    const to = this.template.to === null ? at : this.values.text(this.template.to);
    return {
      ...(at === null ? {} : { readPoint: { id: at } }),
      ...(to === null ? {} : { bizLocation: { id: to } }),
    };
  }

  private documents(): JsonObject[] {
    return this.template.documents.flatMap((rule) => {
      const made = rule.else === null ? null : `${rule.else}${lotNumber("", this.day, this.code)}`;
      const number = textOf(this.draft.answers[rule.ask]) ?? made;
      const issuer = this.values.text(rule.issuer) ?? this.context.org;
      const uri = number === null ? null : documentUri(issuer, number);
      return uri === null ? [] : [{ type: rule.type, bizTransaction: uri }];
    });
  }

  private parties(rules: readonly (readonly [string, string])[], member: string): JsonObject[] {
    return rules.flatMap(([type, value]) => {
      const uri = this.values.text(value);
      return uri === null ? [] : [{ type, [member]: uri }];
    });
  }

  private sensors(): JsonObject {
    const reports = this.template.readings.flatMap((id) =>
      readingsOf(this.draft.answers[id]).flatMap(({ parameter, value }): JsonObject[] => {
        const measured = this.step.measured.get(parameter);
        return measured === undefined ? [] : [{ ...measured.report, value }];
      }),
    );
    const element: JsonObject = { sensorMetadata: { time: this.draft.when }, sensorReport: reports };
    return reports.length === 0 ? {} : { sensorElementList: [element] };
  }

  /** Those in force on the day whose name or standard begins as the step says. */
  private certificates(): string[] {
    const begins = (text: string) =>
      this.template.certificates.some((word) => text.toLowerCase().startsWith(word.toLowerCase()));
    return this.workbook.certificates
      .filter(({ validFrom, validUntil }) => validFrom <= this.day && this.day <= validUntil)
      .filter(({ name, standard }) => begins(standard) || begins(name))
      .map(({ uri }) => uri);
  }

  private expiry(product: Product | null): string | null {
    const packed = this.taken.map(({ lot }) => lot).filter((lot) => lot?.kind === "packed");
    if (packed.length === 0) {
      const days = product?.shelfLifeDays ?? null;
      return days === null ? null : daysLater(this.day, days);
    }
    const ends = packed.map((lot) => {
      const days = lot ? (productOf(lot, this.workbook)?.shelfLifeDays ?? null) : null;
      return lot && days !== null ? daysLater(dayAt(lot.born), days) : null;
    });
    const known = ends.filter((end) => end !== null).sort();
    return known.length === ends.length ? (known[0] ?? null) : null;
  }

  private loss(): number | null {
    const came = kilograms(this.taken);
    const went = kilograms(this.made.map(({ amount }) => amount));
    const lost = came === null || went === null ? 0 : exact(came - went);
    return lost > 0 ? lost : null;
  }
}

function listed(name: string, items: readonly JsonValue[]): JsonObject {
  return items.length === 0 ? {} : { [name]: items };
}
