/**
 * Two hands: what one organisation says of another, and what that one answers; `ledger/lot/claims.py` again, where the
 * rules stand. Entries that are withdrawn are not handed in; no verdict depends on it.
 */

import { canonicalOrNull } from "../../verify/epc";
import { round } from "../format";
import { byLocalName, items, localName, type Members, members, said, text } from "./terms";

const RECEIVING = "receiving accepting arriving unloading".split(" ");
const SENDING = "shipping departing consigning loading dispensing".split(" ");
const KILOGRAMS = "KGM1 GRM.001 MGM.000001 HGM.1 DTN100 TNE1000 LBR.45359237 ONZ.028349523125";
const LITRES = "LTR1 MLT.001 CLT.01 DLT.1 HLT100 MTQ1000";
const BASE = new Map<string, readonly [string, number]>([
  ...["C62", "EA", "H87"].map((uom) => [uom, ["", 1]] as const),
  ...KILOGRAMS.split(" ").map((unit) => [unit.slice(0, 3), ["KGM", Number(unit.slice(3))]] as const),
  ...LITRES.split(" ").map((unit) => [unit.slice(0, 3), ["LTR", Number(unit.slice(3))]] as const),
]);

/** An event that stands, with whose key signed it. */
export interface Heard {
  readonly index: number;
  readonly payload: Members;
  readonly org: string;
  readonly role: string;
  readonly about: readonly string[];
}

/** Where an answer names another amount than its claim; unit "" for counted. */
export interface Difference {
  readonly uri: string;
  readonly uom: string;
  readonly claimed: number;
  readonly answered: number;
}

/** What an event says of another organisation (null: of any laboratory), and what became of it. */
export interface Claim {
  readonly index: number;
  readonly eventId: string;
  readonly by: string;
  readonly named: string | null;
  readonly part: "to" | "from" | "test";
  readonly state: "claimed" | "accepted" | "denied" | "differs";
  /** Index of the answer that counts. */
  readonly answer: number | null;
  readonly differences: readonly Difference[];
  readonly reason: string;
}

/** URI, line feed, unit -> how much. */
type Goods = ReadonlyMap<string, number>;

/** What events say of other organisations than their signer's, in order of the log; arguments as in Python. */
export function claims(heard: readonly Heard[], subjects: ReadonlySet<string> = new Set()): Claim[] {
  const events = [...heard].sort((a, b) => a.index - b.index).map((item) => new Event(item));
  const opened = events.flatMap((event) =>
    [...event.named()].map(([named, part]) => new Open(event, named || null, part)),
  );
  const byId = new Map(events.filter(({ id }) => id).map((event) => [event.id, event]));
  for (const event of events) answer(event, opened, byId, subjects);
  return opened.map((item) => item.closed(subjects));
}

class Event {
  readonly id: string;
  readonly step: string;
  readonly laboratory: boolean;
  readonly documents: readonly string[];
  readonly certificates: readonly string[];
  readonly goods: Goods;
  readonly byLot: Goods;
  readonly mismatch: boolean;
  /** Event ID -> its word and reason. */
  readonly answers: ReadonlyMap<string, readonly [string, string]>;

  constructor(readonly from: Heard) {
    const { payload, about } = from;
    this.id = text(payload.eventID);
    this.step = localName(text(payload.bizStep));
    this.laboratory = from.role === "laboratory";
    const listed = items(payload.bizTransactionList).filter((item) => said(item, "bizTransaction"));
    const uri = (item: unknown) => identifier(said(item, "bizTransaction")) ?? said(item, "bizTransaction");
    this.documents = listed.map(uri);
    this.certificates = listed.filter((item) => localName(said(item, "type")) === "testres").map(uri);
    this.goods = goods(payload);
    this.byLot = byLot(this.goods, about);
    this.mismatch = localName(text(payload.disposition)).startsWith("mismatch_");
    this.answers = new Map(
      items(byLocalName(payload, "answers")).map((item) => [
        said(item, "event"),
        [said(item, "answer"), said(item, "reason")],
      ]),
    );
  }

  get isResult(): boolean {
    return this.laboratory && this.step === "inspecting" && this.certificates.length > 0;
  }

  get finding(): string {
    const { payload } = this.from;
    const listed = items(members(payload.persistentDisposition).set);
    const words = [...listed, payload.disposition].map((word) => localName(text(word)));
    return ["non_conformant", "conformant"].find((word) => words.includes(word)) ?? "";
  }

  /** The organisations that it names beside its own, and their part in it; "" for any laboratory. */
  named(): ReadonlyMap<string, Claim["part"]> {
    const found = new Map<string, Claim["part"]>();
    const { payload, org } = this.from;
    for (const [name, part] of [
      ["destination", "to"],
      ["source", "from"],
    ] as const) {
      for (const item of items(payload[`${name}List`])) {
        const uri = identifier(said(item, name)) ?? "";
        if (/^(owning|possessing)_party$/.test(localName(said(item, "type"))) && !found.has(uri))
          found.set(uri, part);
      }
    }
    const laboratory = text(byLocalName(payload, "laboratory"));
    if (laboratory) found.set(identifier(laboratory) ?? "", "test");
    for (const uri of [...found.keys()])
      if (!uri.startsWith("https://id.gs1.org/417/") || uri === org) found.delete(uri);
    if (this.step === "inspecting" && this.certificates.length && !this.laboratory && !laboratory)
      found.set("", "test");
    return found;
  }
}

class Open {
  /** With how each answers. */
  readonly answers: (readonly [Event, string])[] = [];
  readonly documents: Set<string>;
  /** Index of an answer -> all events that it accepts. */
  readonly accepted = new Map<number, readonly Event[]>();
  met = false;

  constructor(
    readonly event: Event,
    readonly named: string | null,
    readonly part: Claim["part"],
  ) {
    this.documents = new Set(event.documents);
  }

  mayBeAnsweredBy(event: Event): boolean {
    if (event === this.event) return false;
    const { org } = event.from;
    return this.named === null ? event.laboratory && org !== this.event.from.org : org === this.named;
  }

  closed(subjects: ReadonlySet<string>): Claim {
    const { event, named, part, answers } = this;
    const { index, org: by } = event.from;
    const [last, how] = answers.at(-1) ?? [];
    const claim = { index, eventId: event.id, by, named, part, differences: [], reason: "" };
    if (!last) return { ...claim, state: "claimed", answer: null };
    const answered = { ...claim, answer: last.from.index };
    if (how === "denied")
      return { ...answered, state: "denied", reason: last.answers.get(event.id)?.[1] ?? "" };
    if (how === "result" || part === "test") {
      const said = [event.finding, last.finding];
      const disagree = event.certificates.length && said[0] && said[1] && said[0] !== said[1];
      return { ...answered, state: disagree ? "differs" : "accepted" };
    }
    const mine = this.accepted.get(last.from.index) ?? [event];
    const moved = answers.filter(([each, way]) => way === how && each.step === last.step);
    const theirs = how === "moved" ? moved.map(([each]) => each) : [last];
    const differences = compared(mine, theirs, subjects);
    const state = differences.length || last.mismatch ? "differs" : "accepted";
    return {
      ...answered,
      state,
      differences: last.mismatch && !differences.length ? expected(last) : differences,
    };
  }
}

/** Attach an event to the claims that it answers. */
function answer(
  event: Event,
  opened: readonly Open[],
  byId: ReadonlyMap<string, Event>,
  subjects: ReadonlySet<string>,
): void {
  const accepted = [...event.answers].flatMap(([id, [word]]) =>
    word === "accepted" ? (byId.get(id) ?? []) : [],
  );
  const waiting = new Map<string, Open[]>();
  for (const claim of opened) {
    if (!claim.mayBeAnsweredBy(event)) continue;
    const later = event.from.index > claim.event.from.index;
    const shared = share(claim.event, event);
    const word = event.answers.get(claim.event.id)?.[0] ?? "";
    if (later && shared && (word === "accepted" || word === "denied")) {
      claim.answers.push([event, word]);
      claim.accepted.set(event.from.index, accepted);
      if (word === "accepted") agree(event, claim.event, opened);
    } else if (claim.part === "test" || event.isResult) {
      const { certificates } = claim.event;
      const same = certificates.length ? certificates.some((uri) => event.certificates.includes(uri)) : later;
      if (event.isResult && shared && same) claim.answers.push([event, "result"]);
    } else if (
      (claim.part === "to" ? RECEIVING : SENDING).includes(event.step) &&
      event.documents.some((uri) => claim.documents.has(uri)) &&
      (shared || (event.mismatch && claim.answers.length))
    ) {
      const key = `${claim.event.from.org} ${claim.event.step}`;
      waiting.set(key, [...(waiting.get(key) ?? []), claim]);
    }
  }
  for (const alike of waiting.values()) {
    const unmet = alike.filter(({ met }) => !met);
    const open = unmet.length ? unmet : alike.slice(-1);
    const same = open.find(
      (claim) => share(claim.event, event) && !compared([claim.event], [event], subjects).length,
    );
    const chosen = same ?? open[0];
    if (same) same.met = true;
    for (const uri of event.documents) chosen?.documents.add(uri);
    chosen?.answers.push([event, "moved"]);
  }
}

/** What an answer says in its turn of whom it accepts is said by that one too. */
function agree(answer: Event, asked: Event, opened: readonly Open[]): void {
  for (const claim of opened) {
    const known = claim.answers.some(([each]) => each === asked);
    if (claim.event === answer && claim.named === asked.from.org && claim.part !== "test" && !known)
      claim.answers.push([asked, "moved"]);
  }
}

function share(one: Event, other: Event): boolean {
  return meet(one.goods, other.goods) || meet(one.byLot, other.byLot);
}

function meet(mine: Goods, theirs: Goods): boolean {
  const uris = new Set([...theirs.keys()].map(uriOf));
  return [...mine.keys()].some((key) => uris.has(uriOf(key)));
}

function uriOf(key: string): string {
  return key.split("\n", 1)[0] ?? "";
}

/** Where the amounts of goods that some events name are others in their answers. */
function compared(
  mine: readonly Event[],
  theirs: readonly Event[],
  subjects: ReadonlySet<string>,
): Difference[] {
  for (const form of ["goods", "byLot"] as const) {
    const [claimed, answered] = [
      sum(mine.map((event) => event[form])),
      sum(theirs.map((event) => event[form])),
    ];
    if (!meet(claimed, answered)) continue;
    const uris = [...claimed.keys()].map(uriOf);
    const seen = uris.filter((uri) => subjects.has(uri));
    const asked = new Set(seen.length ? seen : uris);
    return [...new Set([...claimed.keys(), ...answered.keys()])].sort().flatMap((key) => {
      const [uri = "", uom = ""] = key.split("\n");
      const [one, two] = [round(claimed.get(key) ?? 0, 6), round(answered.get(key) ?? 0, 6)];
      return asked.has(uri) && one !== two ? { uri, uom, claimed: one, answered: two } : [];
    });
  }
  return [];
}

/** What an answer that tells of a mismatch expected, and what it found. */
function expected(event: Event): Difference[] {
  const claimed = byLocalName(event.from.payload, "expectedQuantity");
  const [only, ...others] = [...event.goods].filter(([key]) => !key.includes("/00/"));
  if (typeof claimed !== "number" || !only || others.length) return [];
  const [uri = "", uom = ""] = only[0].split("\n");
  return [{ uri, uom, claimed, answered: round(only[1], 6) }];
}

function sum(goods: readonly Goods[]): Goods {
  const total = new Map<string, number>();
  for (const [key, amount] of goods.flatMap((each) => [...each])) add(total, key, amount);
  return total;
}

function add(total: Map<string, number>, key: string, amount: number): void {
  total.set(key, (total.get(key) ?? 0) + amount);
}

/** What an event happens to: classes by quantity, instances and logistic units one each. */
function goods(payload: Members): Goods {
  const found = new Map<string, number>();
  for (const item of ["quantityList", "childQuantityList"].flatMap((name) => items(payload[name]))) {
    const [uri, amount] = [identifier(said(item, "epcClass")), byLocalName(item, "quantity")];
    const uom = said(item, "uom");
    const [unit, factor] = BASE.get(uom.toUpperCase()) ?? [uom, 1];
    if (uri) add(found, `${uri}\n${unit}`, typeof amount === "number" ? amount * factor : 0);
  }
  for (const item of ["epcList", "childEPCs"].flatMap((name) => items(payload[name]))) {
    const uri = identifier(text(item));
    if (uri) found.set(`${uri}\n`, 1);
  }
  return found;
}

/** The same with instances counted under their lot, where the statement is about one lot of their product. */
function byLot(goods: Goods, about: readonly string[]): Goods {
  const found = new Map<string, number>();
  for (const [key, amount] of goods) {
    const [uri = "", uom = ""] = key.split("\n");
    const product = uri.split("/21/", 1)[0];
    const lots = uri.includes("/21/") ? about.filter((each) => each.startsWith(`${product}/10/`)) : [];
    add(found, lots.length === 1 ? `${lots[0]}\n${uom}` : key, amount);
  }
  return found;
}

function identifier(uri: string): string | null {
  return uri ? canonicalOrNull(uri) : null;
}
