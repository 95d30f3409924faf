/** The banner: one answer first, and what to do. Which of a verdict's sentences applies; `api/pages/banner.py` again. */

import { lotUri } from "../verify/target.ts";
import type { Reason, Verdict } from "../verify/verdict.ts";
import type { RecallFact, Verification } from "../verify/verification.ts";
import { dayOf, inVietnam, isoDay } from "./format.ts";
import type { Catalogue, Values } from "./i18n.ts";
import { type Banner, type Step, type StepState, TONES } from "./model.ts";
import { suspicionSaid } from "./scanwords.ts";
import { countsOf } from "./steps.ts";
import { lotOf, type Names } from "./story/names.ts";
import { readable } from "./story/told.ts";

const UNDECIDED: ReadonlySet<Verdict> = new Set(["stale", "chain_unreachable", "chain_disputed"]);
const UNKNOWN_BY = ["tem.voided", "tem.absent", "lot.unborn", "lot.absent"] as const;
const UNKNOWN_SAYS: Readonly<Record<string, string>> = {
  "tem.voided": "variant.unknown_voided",
  "tem.absent": "variant.unknown_tag",
  "lot.unborn": "variant.unknown_unborn",
};

/** What a banner is told beside the verification: seconds within which a new entry is usually anchored. */
export interface BannerContext {
  readonly anchorEvery: number;
}

/** A verdict's own words, its placeholders filled with `values`. */
export function plainBanner(verdict: Verdict, c: Catalogue, values: Values = {}): Banner {
  return {
    verdict,
    tone: TONES[verdict],
    title: c.t(`verdict.${verdict}.title`),
    sentence: c.t(`verdict.${verdict}.sentence`, values),
    next: c.t(`verdict.${verdict}.next`, values),
    because: [],
    recallReason: "",
  };
}

/** The banner of a verification. */
export function banner(found: Verification, names: Names, c: Catalogue, context: BannerContext): Banner {
  const { verdict } = found;
  if (UNDECIDED.has(verdict) && found.entries.length === 0)
    return {
      ...said(verdict, c, c.t("variant.absent_sentence")),
      title: c.t("variant.absent_title"),
      next: c.t("variant.absent_next"),
    };
  const asked = new Asked(found, names, c);
  switch (verdict) {
    case "verified":
      return plainBanner(verdict, c, { n: countsOf(found).anchored });
    case "stale":
      return asked.stale();
    case "chain_disputed":
      return plainBanner(verdict, c, { n: found.chain.endpoints });
    case "incomplete":
      return asked.incomplete();
    case "recorded":
      return plainBanner(verdict, c, { wait: c.duration(context.anchorEvery) });
    case "expired":
      return asked.expired();
    case "suspect_copy":
      return asked.suspect();
    case "unknown":
      return asked.unknown();
    case "recalled":
      return asked.recalled();
    default:
      return plainBanner(verdict, c);
  }
}

/** The verdict's title and next step, with another sentence. */
function said(verdict: Verdict, c: Catalogue, sentence: string, more: Partial<Banner> = {}): Banner {
  return {
    verdict,
    tone: TONES[verdict],
    title: c.t(`verdict.${verdict}.title`),
    sentence,
    next: c.t(`verdict.${verdict}.next`),
    because: [],
    recallReason: "",
    ...more,
  };
}

function step(name: string, state: StepState, title: string, text: string): Step {
  return { name, state, title, text, proof: [] };
}

class Asked {
  readonly #found: Verification;
  readonly #names: Names;
  readonly #c: Catalogue;

  constructor(found: Verification, names: Names, c: Catalogue) {
    this.#found = found;
    this.#names = names;
    this.#c = c;
  }

  #reason(code: string): Reason | undefined {
    return this.#found.reasons.find((reason) => reason.code === code);
  }

  #number(code: string, name: string, otherwise = 0): number {
    const value = this.#reason(code)?.params[name];
    return typeof value === "number" ? value : otherwise;
  }

  stale(): Banner {
    const c = this.#c;
    if (this.#reason("chain.old_anchor")) {
      const age = c.duration(this.#number("chain.old_anchor", "age"));
      const promise = c.duration(this.#number("chain.old_anchor", "promise"));
      return plainBanner("stale", c, { age, promise });
    }
    const retired = this.#reason("chain.retired") !== undefined;
    return said("stale", c, retired ? c.t("variant.stale_retired") : c.t("variant.stale_behind"));
  }

  incomplete(): Banner {
    const c = this.#c;
    if (!this.#reason("entry.withheld")) return said("incomplete", c, c.t("variant.incomplete_limit"));
    const k = this.#number("entry.withheld", "withheld");
    return plainBanner("incomplete", c, { k, n: this.#number("entry.withheld", "total") });
  }

  expired(): Banner {
    const c = this.#c;
    const day = this.#found.expiry ? isoDay(this.#found.expiry.day) : null;
    const days = this.#number("lot.expired", "days", 1);
    return plainBanner("expired", c, { date: day === null ? "–" : c.date(day), days });
  }

  suspect(): Banner {
    const reason = this.#found.reasons.find(({ verdict }) => verdict === "suspect_copy");
    const sentence = reason ? suspicionSaid(reason, this.#c) : "";
    return said("suspect_copy", this.#c, sentence || this.#c.t("variant.suspect_plain"));
  }

  unknown(): Banner {
    const c = this.#c;
    const about = UNKNOWN_BY.find((code) => this.#reason(code)) ?? "lot.absent";
    const key = UNKNOWN_SAYS[about];
    const because = [
      step("tem", "fail", c.t(`because.${about}.title`), c.t(`because.${about}.body`)),
      step("anchored", "ok", c.t("because.absence.title"), c.t("because.absence.body")),
    ];
    return said("unknown", c, key ? c.t(key) : c.t("verdict.unknown.sentence"), { because });
  }

  recalled(): Banner {
    const c = this.#c;
    const fact = this.#found.recall ?? toldRecall(this.#found);
    if (fact === null) return said("recalled", c, c.t("variant.recalled_contract"));
    const { target } = this.#found;
    const own = target !== null && fact.uri === lotUri(target);
    const lot = lotOf(fact.uri) || this.#names.goods(fact.uri);
    if (fact.entry === null || fact.recall === null) {
      const order = step("recall", "ok", c.t("because.recall.contract"), c.t("because.recall.contract_body"));
      const key = own ? "variant.recalled_contract" : "variant.recalled_ancestor_contract";
      return said("recalled", c, c.t(key, { lot }), { because: [order] });
    }
    const event = readable(fact.entry);
    const org = this.#names.partyShort(fact.recall.org);
    const taken = inVietnam(new Date(fact.entry.time));
    const date = c.date(event?.time ? dayOf(event.time) : dayOf(taken));
    const part = target?.serial ? "variant.recalled_this" : "variant.recalled_part";
    const plain = fact.recall.whole ? "variant.recalled_plain" : part;
    const signed = step(
      "signed",
      "ok",
      c.t("because.recall.signed", { org }),
      c.t("because.recall.signed_body", { time: c.clock(taken), date: c.date(taken) }),
    );
    const kept = fact.entry.pending
      ? step("anchored", "skip", c.t("because.recall.pending"), c.t("because.recall.pending_body"))
      : step("anchored", "ok", c.t("because.recall.anchored"), c.t("because.recall.anchored_body"));
    const n = countsOf(this.#found).anchored;
    const whole =
      n > 0
        ? step("whole", "ok", c.t("because.recall.whole"), c.t("because.recall.whole_body", { n }))
        : step("whole", "skip", c.t("check.whole.plain"), c.t("check.whole.none"));
    return said("recalled", c, c.t(own ? plain : "variant.recalled_ancestor", { org, lot, date }), {
      because: [signed, kept, whole],
      recallReason: event ? event.said("recallReason") || event.said("reason") : "",
    });
  }
}

/** The recall that a reason tells of, where the verification holds none (nothing is anchored yet). */
function toldRecall(found: Verification): RecallFact | null {
  for (const { verdict, params } of found.reasons) {
    const { uri, org, index, whole } = params;
    if (verdict !== "recalled" || typeof uri !== "string" || typeof org !== "string") continue;
    if (typeof index !== "number") continue;
    const entry = found.entries.find((one) => one.index === index) ?? null;
    return { uri, recall: { index, org, whole: whole !== false }, entry };
  }
  return null;
}
