/**
 * Verification: bundle + trust file + the chain's answers + the time -> verdict and reasons (DESIGN §3.7).
 *
 * 1. A commitment that does not hold, or a log marked false in the contract: `tampered`.
 * 2. Anchors: the bundle's checkpoint must be the newest final anchor, no older than `maxAge`, of a log that is not
 *    retired, or the verdict is `stale` (a larger one: `recorded`); endpoints silent or contradicting say so.
 * 3. Absence needs a fresh anchor: without one a lot or tem that is not found is `chain_unreachable` or `stale`.
 * 4. A lot exists once someone who speaks for it brought it into being, anchored; a tem once an anchored roll or birth
 *    holds it. What is only pending is `recorded`; what is withheld could be anything: `incomplete`.
 * 5. A recall counts for the lot, for this instance and for every ancestor, from the log (also pending) or the contract.
 * 6. A pending entry can only worsen a verdict.
 *
 * Reasons are collected, and the worst decides; nothing a bundle says about itself is believed.
 */
import { type Bundle, isMade, parseBundle } from "./bundle";
import { type ChainAnswer, chainReasons, marks } from "./chain";
import { compareText, hexEncode } from "./encoding";
import { LedgerError } from "./errors";
import { EventFacts } from "./facts";
import { isObject } from "./json";
import type { Statement } from "./jws";
import { type Lineage, trace } from "./lineage";
import { type Description, validAtOrFirst } from "./masters";
import { type OpenedBundle, type OpenedSubject, openBundle } from "./opening";
import { births, type Expiry, earliestExpiry, type Recall, recallOf, type StoryEntry, voided } from "./state";
import { subjectKey } from "./subjects";
import { instanceUri, sameTarget, type Target, targetOfUri } from "./target";
import { findTem } from "./tem";
import { speaksFor } from "./trust";
import type { TrustFile } from "./trustfile";
import { type Reason, reason, worst, worstFirst } from "./verdict";
import type { RecallFact, TemFact, Verification, VerifiedEntry } from "./verification";

const DAY = 86_400_000;

/**
 * Check a bundle. Never throws for anything that a bundle can contain: that is `tampered`, with its code.
 *
 * @param bundle its bytes, or already parsed.
 * @param trust what the verifier knows beforehand.
 * @param chain what the contract answered, asked about `recallKeys` of this bundle.
 * @param expect what was scanned; by default the bundle's first subject is believed to be what was asked.
 */
export async function verify(
  bundle: Uint8Array | Bundle,
  trust: TrustFile,
  chain: ChainAnswer,
  now: Date,
  expect: Target | null = null,
): Promise<Verification> {
  try {
    const parsed = bundle instanceof Uint8Array ? parseBundle(bundle) : bundle;
    const target = targetOf(parsed, expect);
    const opened = await openBundle(parsed, trust);
    return new Judge(parsed, opened, target, chain, now).judge();
  } catch (error) {
    if (!(error instanceof LedgerError)) {
      throw error;
    }
    const reasons = [reason(error.code, "tampered", error.params), ...marks(chain)];
    return { ...nothing(), verdict: worst(reasons), reasons, target: expect, chain };
  }
}

function nothing(): Omit<Verification, "verdict" | "reasons" | "target" | "chain"> {
  return {
    size: 0,
    root: new Uint8Array(),
    entries: [],
    ancestors: [],
    descriptions: new Map(),
    masters: new Map(),
    signers: new Map(),
    birth: null,
    expiry: null,
    recall: null,
    tem: null,
    signatures: 0,
  };
}

/** What the bundle is about, which must be what was expected. */
function targetOf(bundle: Bundle, expect: Target | null): Target | null {
  const [first] = bundle.subjects;
  const serial = bundle.tem?.serial ?? null;
  const target = first.role === "about" ? targetOfUri(first.uri, serial) : null;
  if (expect !== null && !sameTarget(target, expect)) {
    throw new LedgerError("bundle.other_target");
  }
  if (serial !== null) {
    const instance = target && instanceUri(target);
    if (!bundle.subjects.some(({ role, uri }) => role === "about" && uri === instance)) {
      throw new LedgerError("bundle.instance_missing");
    }
  }
  return target;
}

/** One bundle's facts, and the reasons that they give. */
class Judge {
  private readonly instance: string | null;
  /** The first subject, and the scanned instance. */
  private readonly asked: readonly OpenedSubject[];
  private readonly lot: OpenedSubject;
  private readonly chainReasons: readonly Reason[];
  private readonly facts = new Map<Statement, EventFacts>();

  constructor(
    private readonly bundle: Bundle,
    private readonly opened: OpenedBundle,
    private readonly target: Target | null,
    private readonly chain: ChainAnswer,
    private readonly now: Date,
  ) {
    this.instance = target && instanceUri(target);
    this.lot = opened.first;
    const scanned = this.instance === null ? undefined : opened.get("about", this.instance);
    this.asked = scanned === undefined ? [this.lot] : [this.lot, scanned];
    this.chainReasons = chainReasons(chain, opened.checkpoint.size, opened.checkpoint.root, now);
  }

  judge(): Verification {
    const { keyring, checkpoint, signatures } = this.opened;
    const made = this.asked.filter(({ role, uri }) => isMade(role, uri)).map(({ uri }) => uri);
    const lineage = trace(made, (uri) => this.lineageEntries(uri), keyring.records());
    const [missing] = lineage.missing;
    if (missing !== undefined) {
      throw new LedgerError("bundle.ancestor_missing", { uri: missing });
    }
    const entries = this.merged(this.asked);
    const story = entries.map((entry) => this.story(entry));
    const found = [
      ...marks(this.chain),
      ...this.chainReasons,
      ...this.withheld(lineage),
      ...this.existence(story),
    ];
    const [tem, temReasons] = this.tem(story);
    const [recall, recallReasons] = this.recalls(made, lineage, story);
    const born = births(story, this.lot.uri);
    const expiry = earliestExpiry(born);
    const reasons = worstFirst(settled([...found, ...temReasons, ...recallReasons, ...this.expired(expiry)]));
    const masters = this.masters();
    const descriptions = new Map<string, Description["attributes"]>();
    for (const [uri, told] of masters) {
      const newest = validAtOrFirst(told, this.now.toISOString().slice(0, 10));
      if (newest !== null) {
        descriptions.set(uri, newest.attributes);
      }
    }
    return {
      verdict: worst(reasons),
      reasons,
      target: this.target,
      chain: this.chain,
      size: Number(checkpoint.size),
      root: checkpoint.root,
      entries,
      ancestors: [...lineage.children].map(([uri, children]) => {
        const subject = this.opened.get("about", uri);
        return { uri, children, entries: this.merged(subject === undefined ? [] : [subject]) };
      }),
      descriptions,
      masters,
      signers: new Map(keyring.records().map((record) => [record.kid, record])),
      birth: entries.find(({ index }) => index === born[0]?.index) ?? null,
      expiry,
      recall,
      tem,
      signatures,
    };
  }

  private lineageEntries(uri: string) {
    return this.opened.get("about", uri)?.entries.map(({ ordinal, signer, statement }) => ({
      ordinal,
      signer,
      from: statement?.header.from ?? [],
    }));
  }

  private withheld(lineage: Lineage): Reason[] {
    const hidden = new Set<number>();
    const total = new Set<number>();
    for (const uri of [...this.asked.map((subject) => subject.uri), ...lineage.children.keys()]) {
      for (const { index, statement } of this.opened.get("about", uri)?.entries ?? []) {
        total.add(index);
        if (statement === null) {
          hidden.add(index);
        }
      }
    }
    const params = { withheld: hidden.size, total: total.size };
    return hidden.size > 0 ? [reason("entry.withheld", "incomplete", params)] : [];
  }

  /** Whether the lot is in the log at all, and brought into being by someone who speaks for it. */
  private existence(story: readonly StoryEntry[]): Reason[] {
    const { entries, uri } = this.lot;
    if (entries.every(({ pending }) => pending)) {
      return entries.length > 0
        ? [reason("lot.pending", "recorded")]
        : this.absence(reason("lot.absent", "unknown"));
    }
    const born = births(story, uri);
    if (this.target === null || born.some(({ pending }) => !pending)) {
      return [];
    }
    if (born.length > 0) {
      return [reason("lot.birth_pending", "recorded")];
    }
    return this.isWithheld() ? [] : this.absence(reason("lot.unborn", "unknown"));
  }

  private tem(story: readonly StoryEntry[]): [TemFact | null, readonly Reason[]] {
    if (this.bundle.tem === null || this.instance === null) {
      return [null, []];
    }
    const found = findTem(this.bundle.tem, this.lot.uri, this.instance, story);
    if (found.reason?.verdict !== "unknown") {
      return [found.fact, found.reason === null ? [] : [found.reason]];
    }
    return [found.fact, this.isWithheld() ? [] : this.absence(found.reason)];
  }

  private recalls(
    made: readonly string[],
    lineage: Lineage,
    story: readonly StoryEntry[],
  ): [RecallFact | null, readonly Reason[]] {
    const lot = this.lot.uri;
    const facts: RecallFact[] = [];
    const reasons: Reason[] = [];
    const add = (code: string, uri: string, recall: Recall | null) => {
      if (recall !== null) {
        const { org, index, whole } = recall;
        facts.push({ uri, recall, entry: this.entryAt(index) });
        reasons.push(reason(code, "recalled", { uri, org, index, whole }));
      }
    };
    add("recall.entry", lot, recallOf(story, lot, this.asked[1]?.uri));
    for (const uri of lineage.children.keys()) {
      const told = this.opened.get("about", uri)?.entries.map((entry) => this.story(entry)) ?? [];
      add("recall.ancestor", uri, recallOf(told, uri));
    }
    const needed = new Map(
      [...made, ...lineage.children.keys()].map((uri) => [hexEncode(subjectKey("about", uri)), uri]),
    );
    const recalled = [...needed].filter(([key]) => this.chain.recalled.has(key));
    recalled.sort(([key, uri], [other, otherUri]) =>
      (uri === lot) === (otherUri === lot) ? compareText(key, other) : uri === lot ? -1 : 1,
    );
    for (const [, uri] of recalled) {
      facts.push({ uri, recall: null, entry: null });
      const code = uri === lot ? "recall.contract" : "recall.ancestor_contract";
      reasons.push(reason(code, "recalled", { uri }));
    }
    if (this.chain.state === "ok" && [...needed.keys()].some((key) => !this.chain.asked.has(key))) {
      reasons.push(reason("chain.recalls_not_asked", "chain_unreachable"));
    }
    return [facts[0] ?? null, reasons];
  }

  private entryAt(wanted: number): VerifiedEntry | null {
    const stories = this.opened.subjects.filter(({ role }) => role === "about");
    return stories.flatMap(({ entries }) => entries).find(({ index }) => index === wanted) ?? null;
  }

  private expired(expiry: Expiry | null): Reason[] {
    const late = expiry === null ? -1 : this.now.getTime() - expiry.ends;
    return expiry === null || late < 0
      ? []
      : [reason("lot.expired", "expired", { date: expiry.day, days: Math.floor(late / DAY) + 1 })];
  }

  /** All descriptions by someone who speaks for the URI, in the order of the log. */
  private masters(): ReadonlyMap<string, readonly Description[]> {
    const described = new Map<string, readonly Description[]>();
    for (const { role, uri, entries } of this.opened.subjects) {
      const found: Description[] = [];
      for (const { index, statement, signer, pending } of role === "desc" ? entries : []) {
        if (statement?.header.typ === "master+jws" && signer !== null && speaksFor(signer, uri)) {
          const { attributes, validFrom } = statement.payload;
          if (isObject(attributes)) {
            const since = typeof validFrom === "string" ? validFrom : "";
            found.push({ index, validFrom: since, attributes, pending });
          }
        }
      }
      if (found.length > 0) {
        described.set(uri, found);
      }
    }
    return described;
  }

  private isWithheld(): boolean {
    return this.lot.entries.some(({ statement }) => statement === null);
  }

  /**
   * Absence is proven by a fresh anchor only: without one, the chain's own reasons stand alone. A checkpoint that is
   * larger than the newest anchor proves no absence either: that is `stale`.
   */
  private absence(found: Reason): Reason[] {
    if (this.chainReasons.length === 0) {
      return [found];
    }
    const isAhead = this.chainReasons.some(({ code }) => code === "chain.not_anchored");
    return isAhead ? [reason("absence.not_anchored", "stale")] : [];
  }

  /** The entries of several subjects, each once, oldest first, the withdrawn ones marked. */
  private merged(subjects: readonly OpenedSubject[]): VerifiedEntry[] {
    const byIndex = new Map<number, VerifiedEntry>();
    for (const entry of subjects.flatMap(({ entries }) => entries)) {
      if (!byIndex.has(entry.index)) {
        byIndex.set(entry.index, entry);
      }
    }
    const entries = [...byIndex.values()].sort((one, other) => one.index - other.index);
    const gone = voided(entries.map((entry) => this.story(entry)));
    return entries.map((entry) => ({ ...entry, voidedBy: gone.get(entry.index) ?? null }));
  }

  /** The entry as the folds of `state.ts` read it. */
  private story({ index, statement, signer, pending }: VerifiedEntry): StoryEntry {
    if (statement?.header.typ !== "epcis+jws") {
      return { index, facts: null, signer, pending };
    }
    const facts = this.facts.get(statement) ?? new EventFacts(statement.payload, statement.header.about);
    this.facts.set(statement, facts);
    return { index, facts, signer, pending };
  }
}

/** Absence under a checkpoint that is not anchored is `stale`, and not `recorded`: nothing is recorded of it. */
function settled(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.some(({ code }) => code === "absence.not_anchored")
    ? reasons.filter(({ code }) => code !== "chain.not_anchored")
    : reasons;
}
