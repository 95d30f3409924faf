/**
 * Answers of a step's asks, from the pieces of a clause.
 *
 * An answer is given only where one thing fits better than all others; what fits as well as another, was named but is
 * not known, or must be known and was not said, is told to be unsure.
 */
import type { Amount, Answer, Ask, Step } from "../lines/types";
import { plainAmount } from "../lines/units";
import type { LotInHand, Product, Workbook } from "../workbook";
import { amountOfAsk, productOf, type Taking } from "./amountask";
import type { AmountMet } from "./amounts";
import { findChoice, findNumber, findReadings } from "./figures";
import { type Grade, isLoose, phrase, phraseAt } from "./fold";
import { bestProducts, hasMore, like, narrowed, productOfLot, rivals } from "./goods";
import type { NameMet, ProductMet } from "./names";
import type { Scan } from "./scan";
import { findText } from "./texts";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

/** A piece of the text and what it was taken for: the id of an ask, "step" or "when". */
export interface Heard {
  readonly from: number;
  readonly to: number;
  readonly as: string;
}

/** A step's answers; `unsure` holds ids of asks. */
export interface Filled {
  readonly answers: Readonly<Record<string, Answer>>;
  readonly unsure: readonly string[];
  readonly heard: readonly Heard[];
  /** How well the clause suits the step: more is better, below nought it does not. */
  readonly suits: number;
}

const ALL = list(words.guards.all);
const HEADS = list(words.names.heads);
const QUALIFIERS = list(words.names.qualifiers);
const PARTY_HEADS = list(words.names.partyheads);
const FILLERS = list([...words.fillers, ...words.ends]);

/** Fills the asks of a step. `leftover`: whether words were said that nothing explains. */
export function fillStep(
  step: Step,
  verb: { readonly at: number; readonly to: number },
  scanned: Scan,
  workbook: Workbook,
  leftover: boolean,
): Filled {
  const filler = new Filler(step, verb, scanned, workbook, leftover);
  for (const ask of step.asks) filler.ask(ask);
  return filler.done();
}

class Filler {
  private readonly answers: Record<string, Answer> = {};
  private readonly unsure = new Set<string>();
  private readonly heard: Heard[] = [];
  private readonly taking: Taking;
  private suits = 0;
  private chosen: Product | null = null;
  private lots: readonly LotInHand[] = [];

  constructor(
    private readonly step: Step,
    private readonly verb: { readonly at: number; readonly to: number },
    private readonly scanned: Scan,
    private readonly workbook: Workbook,
    private readonly leftover: boolean,
  ) {
    this.taking = { used: new Set(), scanned, workbook, step };
  }

  done(): Filled {
    this.unspent();
    return { answers: this.answers, unsure: [...this.unsure], heard: this.heard, suits: this.suits };
  }

  ask(ask: Ask) {
    switch (ask.kind) {
      case "place":
        return this.place(ask);
      case "product":
        return this.product(ask);
      case "lot":
      case "lots":
        return this.lot(ask);
      case "amount":
        return this.amount(ask);
      case "partner":
        return this.partner(ask);
      case "choice":
        return this.take(ask, findChoice(ask, this.scanned, this.verb));
      case "number":
        return this.take(ask, findNumber(ask, this.scanned));
      case "readings":
        return this.take(ask, findReadings(ask, this.scanned));
      case "text":
        return this.take(ask, findText(ask, this.scanned, this.verb.to));
      default:
        return this.open(ask);
    }
  }

  private take(ask: Ask, found: { answer: Answer; at: number; to: number; doubtful: boolean } | null) {
    if (found === null) return this.open(ask);
    this.answers[ask.id] = found.answer;
    this.hear(ask.id, found.at, found.to);
    if (found.doubtful) this.unsure.add(ask.id);
  }

  private open(ask: Ask) {
    if (ask.optional !== true) this.unsure.add(ask.id);
  }

  private hear(as: string, at: number, to: number) {
    const [first, last] = [this.scanned.tokens[at], this.scanned.tokens[to - 1]];
    if (first !== undefined && last !== undefined) this.heard.push({ from: first.from, to: last.to, as });
  }

  private place(ask: Extract<Ask, { kind: "place" }>) {
    const { places } = this.scanned;
    const kindOf = new Map(this.workbook.places.map((one) => [one.uri, one.kind]));
    const fitting = places.filter(({ uri }) => ask.kinds.includes(kindOf.get(uri) ?? "other"));
    const uris = new Set(fitting.map((one) => one.uri));
    const others = places.some((one) => !uris.has(one.uri) && !this.ofLot(one));
    if (uris.size > 0) this.suits += 3;
    else if (others) this.suits -= 2;
    const [only] = fitting;
    if (uris.size === 1 && only !== undefined) {
      this.answers[ask.id] = only.uri;
      this.hear(ask.id, only.at, only.to);
      if (this.strangePlace() || this.orphanUnit(only) || this.qualified(only)) this.unsure.add(ask.id);
      return;
    }
    const grows = ask.kinds.some((kind) => kind === "field" || kind === "apiary" || kind === "pond");
    const possible = this.workbook.places.filter(({ kind }) => ask.kinds.includes(kind));
    const [sole] = possible;
    const silent = uris.size === 0 && !others && !this.strangePlace();
    if (!grows && silent && possible.length === 1 && sole !== undefined && ask.optional !== true) {
      this.answers[ask.id] = sole.uri;
      return;
    }
    if (uris.size > 1 || ask.optional !== true) this.unsure.add(ask.id);
  }

  /** "vườn Chùa trên": another one, perhaps. */
  private qualified({ to }: NameMet): boolean {
    return !this.scanned.named(to) && metAt(this.scanned.tokens, to, QUALIFIERS) !== null;
  }

  /** "vườn A 3 yến": the figure may belong to the name or to the amount. */
  private orphanUnit({ to }: NameMet): boolean {
    const last = this.scanned.tokens[to - 1];
    const next = this.scanned.tokens[to];
    if (last?.kind !== "number" || last.glued || next === undefined || this.scanned.taken(to)) return false;
    return metAt(this.scanned.tokens, to, UNIT_WORDS) !== null;
  }

  /** A place of which a lot is said to be: "lô vườn A03". */
  private ofLot({ uri }: NameMet): boolean {
    return this.workbook.lots.some((lot) => lot.place === uri);
  }

  /** A word for a place, and behind it a name that no place here has. */
  private strangePlace(): boolean {
    const { tokens } = this.scanned;
    return tokens.some((_, at) => {
      if (this.scanned.named(at) || this.scanned.taken(at)) return false;
      const head = metAt(tokens, at, HEADS, 0);
      const next = head === null ? undefined : tokens[head.to];
      if (head === null || next === undefined || next.kind === "mark" || this.scanned.taken(head.to))
        return false;
      return metAt(tokens, head.to, FILLERS, this.worst()) === null;
    });
  }

  private product(ask: Extract<Ask, { kind: "product" }>) {
    const fitting = this.workbook.products.filter((one) => ask.kinds.includes(one.kind) && this.inLine(one));
    const liked = ask.like === undefined ? [] : fitting.filter((one) => like(one.name, ask.like ?? []));
    const possible = liked.length > 0 && !ask.kinds.includes("input") ? liked : fitting;
    const met = this.scanned.products.filter(
      (one) => possible.some(({ uri }) => uri === one.uri) && !this.ofInput(one, ask),
    );
    const elsewhere = this.scanned.products.length > 0 && met.length === 0;
    if (met.length > 0) this.suits += 2;
    const best = bestProducts(met, this.workbook, this.scanned);
    const [only] = best;
    if (best.length === 1 && only !== undefined) {
      this.chosen = this.workbook.products.find(({ uri }) => uri === only.uri) ?? null;
      this.answers[ask.id] = only.uri;
      for (const [at, to] of only.spans) this.hear(ask.id, at, to);
      if (rivals(met, only) || hasMore(only, this.scanned, this.verb)) this.unsure.add(ask.id);
      return;
    }
    const [sole] = possible;
    const harvest = ask.kinds.every((kind) => kind === "harvested" || kind === "planting");
    if (
      harvest &&
      met.length === 0 &&
      !elsewhere &&
      possible.length === 1 &&
      sole !== undefined &&
      !this.leftover
    ) {
      this.chosen = sole;
      this.answers[ask.id] = sole.uri;
      return;
    }
    this.open(ask);
  }

  /** What is said of a product that comes out may be said of the lot that goes in: "phơi trà" names no dried tea. */
  private ofInput(met: ProductMet, ask: Extract<Ask, { kind: "product" }>): boolean {
    const lots = this.step.asks.find((one) => one.kind === "lots");
    if (lots?.kind !== "lots" || ask.kinds.includes("packed") || met.whole) return false;
    const kinds = new Map(this.workbook.products.map(({ uri, kind }) => [uri, kind]));
    return this.scanned.products.some(
      (one) =>
        one.uri !== met.uri &&
        one.words >= met.words &&
        lots.kinds.some((kind) => kind === kinds.get(one.uri)) &&
        one.spans.some(([at, to]) => met.spans.some(([from, end]) => at < end && from < to)),
    );
  }

  private inLine({ line }: Product): boolean {
    return line === null || line === this.step.line;
  }

  private lot(ask: Extract<Ask, { kind: "lot" | "lots" }>) {
    const all = this.workbook.lots.filter((one) => ask.kinds.includes(one.kind) && this.lotInLine(one));
    const named = this.scanned.lots;
    const uris = new Set(named.flatMap(({ uri }) => (uri === null ? [] : [uri])));
    if (named.length > 0) {
      const found = all.filter(({ uri }) => uris.has(uri));
      if (found.length > 0) this.suits += 3;
      for (const { at, to } of named) this.hear(ask.id, at, to);
      const whole = found.length > 0 && found.length === named.length;
      return this.settle(ask, whole && (ask.kind === "lots" || found.length === 1) ? found : []);
    }
    const first = all.filter(
      (one) => ask.lanes.includes(one.lane) && !(ask.unlike !== undefined && like(one.product, ask.unlike)),
    );
    const { lots, told, unknown, spans } = narrowed(first, this.workbook, this.scanned);
    for (const [at, to] of spans) this.hear(ask.id, at, to);
    if (told && lots.length > 0) this.suits += 2;
    const certain =
      lots.length === 1 && !unknown && (told || first.length === 1) && !(this.leftover && !told);
    return this.settle(ask, certain ? lots : []);
  }

  private lotInLine(lot: LotInHand): boolean {
    const product = productOfLot(lot, this.workbook);
    return product === undefined || this.inLine(product);
  }

  private settle(ask: Extract<Ask, { kind: "lot" | "lots" }>, lots: readonly LotInHand[]) {
    const [only] = lots;
    this.lots = lots;
    if (only === undefined) return this.open(ask);
    if (ask.kind === "lot") {
      this.answers[ask.id] = only.uri;
      return;
    }
    const apart = this.step.asks.some((one) => one.kind === "amount" && one.of === ask.id);
    const product = productOfLot(only, this.workbook) ?? null;
    const share =
      apart || lots.length > 1
        ? null
        : amountOfAsk(this.taking, { of: ask.id, units: [] }, product, this.chosen);
    this.answers[ask.id] = lots.map(({ uri }) => ({ lot: uri, amount: share?.amount ?? null }));
    if (share === null) return;
    this.hear(ask.id, share.at, share.to);
    if (share.doubtful || share.amount === null || this.over(share.amount)) this.unsure.add(ask.id);
  }

  /** More than is left of the lot. */
  private over({ base }: Amount): boolean {
    const left = this.lots.length === 1 ? this.lots[0]?.left : null;
    return left !== null && left !== undefined && base > left + 1e-9;
  }

  private saysAll(): boolean {
    return this.scanned.tokens.some(
      (_, at) => !this.scanned.taken(at) && metAt(this.scanned.tokens, at, ALL) !== null,
    );
  }

  private amount(ask: Extract<Ask, { kind: "amount" }>) {
    if (ask.each !== undefined) return;
    const lot = this.lots[0];
    const product =
      ask.of === undefined ? null : (productOf(ask.of, this.step, this.chosen, lot, this.workbook) ?? null);
    const found = amountOfAsk(this.taking, ask, product, this.chosen);
    if (found === null) return this.wholeLot(ask);
    if (found.amount !== null) this.answers[ask.id] = found.amount;
    this.hear(ask.id, found.at, found.to);
    this.suits += 1;
    const takes =
      ask.of !== undefined && this.step.asks.some(({ id, kind }) => id === ask.of && kind !== "product");
    const over = takes && found.amount !== null && this.over(found.amount);
    if (found.doubtful || found.amount === null || over) this.unsure.add(ask.id);
  }

  /** "hết", "cả lô": all that is left of the one lot. */
  private wholeLot(ask: Extract<Ask, { kind: "amount" }>) {
    const [lot] = this.lots;
    if (
      ask.whole !== true ||
      this.lots.length !== 1 ||
      lot === undefined ||
      lot.left === null ||
      !this.saysAll()
    ) {
      return this.open(ask);
    }
    this.answers[ask.id] = plainAmount(lot.left, lot.uom);
  }

  private partner(ask: Extract<Ask, { kind: "partner" }>) {
    const roles = new Map(this.workbook.partners.map(({ uri, role }) => [uri, role]));
    const fitting = this.scanned.partners.filter(
      ({ uri }) => ask.roles.length === 0 || ask.roles.includes(roles.get(uri) ?? ""),
    );
    const uris = new Set(fitting.map(({ uri }) => uri));
    const [only] = fitting;
    if (only === undefined) {
      if (this.strangeParty(ask.roles)) this.unsure.add(ask.id);
      return this.open(ask);
    }
    if (uris.size > 1) {
      this.unsure.add(ask.id);
      return;
    }
    this.answers[ask.id] = only.uri;
    this.hear(ask.id, only.at, only.to);
    this.suits += 1;
  }

  /** A word that begins the name of such a partner, with no name of ours behind it: "gửi phòng kiểm nghiệm". */
  private strangeParty(roles: readonly string[]): boolean {
    const { tokens } = this.scanned;
    const heads = this.workbook.partners
      .filter(({ role }) => roles.includes(role))
      .flatMap(({ name }) => {
        const words = phrase(name);
        return [words.slice(0, metAt(words, 0, PARTY_HEADS, 0)?.to ?? 0)];
      });
    return tokens.some(
      (_, at) => !this.scanned.taken(at) && heads.some((head) => phraseAt(tokens, at, head) !== null),
    );
  }

  /** Words with marks are met as they are written, unless the sentence has none. */
  private worst(): Grade {
    return isLoose(this.scanned.tokens) ? 1 : 0;
  }

  /** Amounts that no ask took: then it is open which one was meant. */
  private unspent() {
    const left = this.scanned.amounts.filter((one) => !this.taking.used.has(one) && !this.descriptive(one));
    if (left.length === 0) return;
    const asks = this.step.asks.filter(
      (one) => one.kind === "amount" && one.each === undefined && one.optional !== true,
    );
    const lots = this.step.asks.filter((one) => one.kind === "lots");
    for (const ask of [...asks, ...lots]) this.unsure.add(ask.id);
    this.suits -= 1;
  }

  /** "cho 2 sào": how much land, where no land is asked for; "một sào" is a rate. */
  private descriptive({ units, value }: AmountMet): boolean {
    return value !== 1 && units.length > 0 && units.every(({ code }) => LAND.has(code));
  }
}

const LAND = new Set(["sao", "cong", "mau", "thuoc", "m2", "ha"]);
const UNIT_WORDS = list(words.orphans);
