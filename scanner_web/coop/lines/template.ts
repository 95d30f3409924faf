/**
 * How a step's answers become an event: the vocabulary of the lines' files.
 *
 *     does         object          an ObjectEvent of what it takes, or, with the action ADD, of what it makes
 *                  transformation  what it takes becomes what it makes
 *                  aggregation     what it takes goes into `parent`, or comes out of it (DELETE)
 *                  tending         an observation of what grows at the place
 *                  applying        products applied to what grows at the place: a season takes them in
 *                  sowing          begins a season: a transformation of its own ID, without outputs
 *                  harvesting      ends what grows at the place: a season's output, or a birth that names its origin
 *     takes        {lots}                 the shares answered, each whole where no amount stands with it; with `amount`,
 *                                         that much of them, the oldest lot first; with `packs`, where no amount is
 *                                         answered, what so many packs of `of` hold
 *                  {stock, amount}        a product from stock, the oldest lot first; `number`: the lot printed on it
 *     makes        {product, amount}      a new lot;  {each}: one for each answer of an ask that is asked for each product
 *     says, ilmd   members and their values; what has no value is left out
 *     readings     asks whose figures become sensor reports;   certificates: beginnings of names of those that cover it
 *     documents    [{type, ask, else, issuer}]: a number that somebody typed, else one made of `else` and the lot number
 *     letter       what lot numbers begin with
 *
 * A value that begins with `$` is looked up, anything else stands as it is:
 *
 *     $ask          a URI, a text, a number, a day; of a choice `values.value`, else its Vietnamese name
 *     $ask.ha       an area in hectares     $ask.name  of a place     $ask.place  where lots are     $ask.asset  a GRAI
 *     $ask.x        `values.x` of a choice
 *     $org $here    the organisation and its own GLN as a place; $receiver: the organisation, if a partner is named
 *     $number $day  the new lot's number, the day of the event      $plot  the last part of the place
 *     $expiry       best before: shelf life from the day of packing, and never later than that of what was repacked
 *     $netWeightKg  of one pack of the product     $lossKg  what went in and did not come out
 */
import { isObject, type JsonObject, type JsonValue } from "../../verify/json";
import type { Parameter, Step, Words } from "./types";

export const DOES = [
  "object",
  "transformation",
  "aggregation",
  "tending",
  "applying",
  "sowing",
  "harvesting",
] as const;

export type Does = (typeof DOES)[number];

export type Taking =
  | { readonly lots: string; readonly amount?: string; readonly packs?: string; readonly of?: string }
  | { readonly stock: string; readonly amount: string; readonly number?: string };

export type Making = { readonly product: string; readonly amount: string } | { readonly each: string };

export interface DocumentRule {
  readonly type: string;
  readonly ask: string;
  readonly else: string | null;
  readonly issuer: string;
}

export interface Template {
  readonly does: Does;
  readonly action: string | null;
  /** CBV's word, or the last part of one of ours. */
  readonly step: string;
  readonly disposition: string | null;
  readonly set: readonly string[];
  readonly unset: readonly string[];
  readonly at: string;
  /** `bizLocation` where it is another than `at`; empty: none. */
  readonly to: string | null;
  readonly parent: string | null;
  /** Member of ilmd that names what a harvest comes from. */
  readonly origin: string | null;
  readonly takes: readonly Taking[];
  readonly makes: readonly Making[];
  readonly ilmd: JsonObject;
  readonly says: JsonObject;
  readonly applied: JsonObject;
  readonly readings: readonly string[];
  readonly sources: readonly (readonly [string, string])[];
  readonly destinations: readonly (readonly [string, string])[];
  readonly documents: readonly DocumentRule[];
  readonly certificates: readonly string[];
}

/** A parameter with the sensor report that it makes. */
export interface Measured extends Parameter {
  readonly report: JsonObject;
}

/** A step with all that its line's file says of it. */
export interface StepRecord extends Step {
  readonly letter: string;
  readonly event: Template;
  readonly tell: Words;
  /** Of all its asks for readings, by code. */
  readonly measured: ReadonlyMap<string, Measured>;
}

/** What is wrong with a line's file, and where: `rice.json steps/3/asks/0/kind`. */
export class LineError extends Error {
  override readonly name = "LineError";
}

/** A JSON value at its place in a line's file. */
export class At {
  constructor(
    readonly value: JsonValue | undefined,
    readonly path: string,
  ) {}

  member(name: string | number): At {
    const inner = Array.isArray(this.value)
      ? this.value[Number(name)]
      : isObject(this.value)
        ? this.value[name]
        : undefined;
    return new At(inner, `${this.path}/${name}`);
  }

  get missing(): boolean {
    return this.value === undefined || this.value === null;
  }

  object(): JsonObject {
    return isObject(this.value) ? this.value : this.fail("an object");
  }

  /** An object, or an empty one where there is none. */
  members(): JsonObject {
    return this.missing ? {} : this.object();
  }

  /** The items of an array; none where there is none. */
  items(): At[] {
    if (this.missing) {
      return [];
    }
    return Array.isArray(this.value) ? this.value.map((_, place) => this.member(place)) : this.fail("a list");
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.fail("a text");
  }

  textOrNull(): string | null {
    return this.missing ? null : this.text();
  }

  texts(): string[] {
    return this.items().map((item) => item.text());
  }

  number(): number {
    return typeof this.value === "number" ? this.value : this.fail("a number");
  }

  words(): Words {
    return { vi: this.member("vi").text(), en: this.member("en").text() };
  }

  /** One of some words. */
  oneOf<T extends string>(words: readonly T[]): T {
    return words.find((word) => word === this.value) ?? this.fail(`one of ${words.join(", ")}`);
  }

  /** Two numbers, or nothing. */
  pair(): readonly [number, number] | undefined {
    return this.missing ? undefined : [this.member(0).number(), this.member(1).number()];
  }

  fail(wanted: string): never {
    throw new LineError(`${this.path}: ${wanted} is wanted`);
  }
}

/** The event of a step, as its file gives it. */
export function readTemplate(at: At): Template {
  const texts = (name: string) => at.member(name).textOrNull();
  return {
    does: at.member("does").oneOf(DOES),
    action: texts("action"),
    step: at.member("step").text(),
    disposition: texts("disposition"),
    set: at.member("set").texts(),
    unset: at.member("unset").texts(),
    at: at.member("at").text(),
    to: texts("to"),
    parent: texts("parent"),
    origin: texts("origin"),
    takes: at.member("takes").items().map(readTaking),
    makes: at.member("makes").items().map(readMaking),
    ilmd: at.member("ilmd").members(),
    says: at.member("says").members(),
    applied: at.member("applied").members(),
    readings: at.member("readings").texts(),
    sources: at.member("sources").items().map(readParty),
    destinations: at.member("destinations").items().map(readParty),
    documents: at.member("documents").items().map(readDocument),
    certificates: at.member("certificates").texts(),
  };
}

function readTaking(at: At): Taking {
  const named = (name: string) => (at.member(name).missing ? {} : { [name]: at.member(name).text() });
  return at.member("stock").missing
    ? { lots: at.member("lots").text(), ...named("amount"), ...named("packs"), ...named("of") }
    : { stock: at.member("stock").text(), amount: at.member("amount").text(), ...named("number") };
}

function readMaking(at: At): Making {
  return at.member("each").missing
    ? { product: at.member("product").text(), amount: at.member("amount").text() }
    : { each: at.member("each").text() };
}

function readParty(at: At): readonly [string, string] {
  return [at.member(0).text(), at.member(1).text()];
}

function readDocument(at: At): DocumentRule {
  return {
    type: at.member("type").text(),
    ask: at.member("ask").text(),
    else: at.member("else").textOrNull(),
    issuer: at.member("issuer").text(),
  };
}
