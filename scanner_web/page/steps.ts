/**
 * The seven steps of the check, each with what it came to, and the reasons in words; `api/pages/steps.py` again.
 *
 * Steps are derived from what the verification holds, never from its verdict alone. A commitment that does not hold
 * stops the check: the step where it broke fails, what comes after it was not reached.
 */

import type { Reason } from "../verify/verdict.ts";
import type { Verification } from "../verify/verification.ts";
import { isoDay } from "./format.ts";
import type { Catalogue } from "./i18n.ts";
import { type Counts, type ReasonLine, type Step, type StepState, TONES } from "./model.ts";
import { suspicionSaid } from "./scanwords.ts";
import { lotOf, type Names } from "./story/names.ts";
import { isWord } from "./word.ts";

export const STEPS = ["tem", "whole", "unchanged", "signed", "append", "anchored", "recall"] as const;
export type StepName = (typeof STEPS)[number];

/** Where a broken commitment belongs, by the longest prefix of its code that is listed. */
const BROKEN_AT: Readonly<Record<string, StepName>> = {
  tem: "tem",
  bundle: "whole",
  "proof.map": "whole",
  "bundle.commitment": "unchanged",
  "proof.inclusion": "unchanged",
  leaf: "unchanged",
  store: "unchanged",
  json: "unchanged",
  text: "unchanged",
  base64: "unchanged",
  hex: "unchanged",
  limit: "unchanged",
  statement: "signed",
  "bundle.filing": "signed",
  authority: "signed",
  key: "signed",
  "bundle.key_missing": "signed",
  "bundle.key_withheld": "signed",
  "proof.consistency": "append",
  "bundle.time": "append",
  "bundle.order": "append",
  note: "append",
  checkpoint: "append",
  "bundle.snapshot": "append",
  chain: "anchored",
};
const WAITING = ["chain.not_anchored", "lot.pending", "lot.birth_pending", "absence.not_anchored"];
const OLD = ["chain.newer_anchor", "chain.old_anchor", "chain.retired"];

/** The step that a broken commitment's code belongs to. */
export function brokenStep(code: string): StepName {
  const best = Object.keys(BROKEN_AT)
    .filter((key) => code === key || code.startsWith(`${key}.`))
    .reduce((longest, key) => (key.length > longest.length ? key : longest), "");
  return BROKEN_AT[best] ?? "unchanged";
}

/** How many entries of the lot and its instance there are: anchored, pending, withheld, signed. */
export function countsOf(found: Verification): Counts {
  const count = (which: (entry: Verification["entries"][number]) => boolean) =>
    found.entries.filter(which).length;
  return {
    anchored: count((entry) => !entry.pending),
    pending: count((entry) => entry.pending),
    withheld: count((entry) => entry.statement === null),
    signed: count((entry) => entry.statement !== null),
  };
}

/** All seven steps as they stand before anything is known: one of them runs. */
export function running(c: Catalogue, current: StepName): Step[] {
  return STEPS.map((name) => ({
    name,
    state: name === current ? "run" : "todo",
    title: c.t(`check.${name}.plain`),
    text: name === current ? c.t(`check.${name}.run`) : "",
    proof: [],
  }));
}

/** All seven steps in their order. */
export function steps(found: Verification, names: Names, c: Catalogue): Step[] {
  const broken = found.reasons.filter((reason) => reason.verdict === "tampered");
  if (broken.length > 0) return stopped(broken, c);
  const teller = new Teller(found, names, c);
  return STEPS.map((name) => {
    const [state, title, text] = teller[name]();
    return { name, state, title, text, proof: [] };
  });
}

function stopped(broken: readonly Reason[], c: Catalogue): Step[] {
  const failed = new Set(broken.map((reason) => brokenStep(reason.code)));
  return STEPS.map((name) =>
    failed.has(name)
      ? {
          name,
          state: "fail",
          title: c.t(`check.${name}.broken`),
          text: c.t(`check.${name}.broken_body`),
          proof: [],
        }
      : { name, state: "todo", title: c.t(`check.${name}.plain`), text: c.t("check.stopped"), proof: [] },
  );
}

type Told = readonly [state: StepState, title: string, text: string];

class Teller {
  readonly #found: Verification;
  readonly #names: Names;
  readonly #c: Catalogue;
  readonly #codes: ReadonlySet<string>;
  readonly #n: Counts;

  constructor(found: Verification, names: Names, c: Catalogue) {
    this.#found = found;
    this.#names = names;
    this.#c = c;
    this.#codes = new Set(found.reasons.map((reason) => reason.code));
    this.#n = countsOf(found);
  }

  #any(codes: readonly string[]): boolean {
    return codes.some((code) => this.#codes.has(code));
  }

  tem(): Told {
    const c = this.#c;
    const { tem, target } = this.#found;
    if (tem !== null && tem.index !== null) {
      if (this.#codes.has("tem.pending")) return ["skip", c.t("check.tem.title"), c.t("check.tem.pending")];
      const n = Math.max(tem.issued, tem.index + 1);
      return ["ok", c.t("check.tem.title"), c.t("check.tem.ok", { i: tem.index + 1, n })];
    }
    if (tem !== null) return ["ok", c.t("check.tem.born"), c.t("check.tem.born_body")];
    if (target !== null && target.serial === null)
      return ["skip", c.t("check.tem.whole_lot"), c.t("check.tem.skip")];
    if (this.#any(["tem.absent", "tem.voided"]))
      return ["fail", c.t("check.tem.broken"), c.t("check.tem.fail")];
    return ["skip", c.t("check.tem.plain"), c.t("check.tem.undecided")];
  }

  whole(): Told {
    const c = this.#c;
    const { anchored, pending } = this.#n;
    if (anchored === 0) return ["skip", c.t("check.whole.plain"), c.t("check.whole.none")];
    const more = pending > 0 ? ` ${c.t("check.whole.more", { n: pending })}` : "";
    const text = `${c.t("check.whole.ok", { n: anchored })}${more}`;
    return ["ok", c.t("check.whole.title", { n: anchored }), text];
  }

  unchanged(): Told {
    const title = this.#c.t("check.unchanged.title");
    if (this.#codes.has("entry.withheld")) return ["skip", title, this.#c.t("check.unchanged.skip")];
    return ["ok", title, this.#c.t("check.unchanged.ok")];
  }

  signed(): Told {
    const c = this.#c;
    const by = new Map<string, number>();
    for (const { signer } of this.#found.entries)
      if (signer) by.set(signer.org, (by.get(signer.org) ?? 0) + 1);
    if (by.size === 0) return ["skip", c.t("check.signed.plain"), c.t("check.signed.skip")];
    const listed = [...by].map(([org, n]) => c.t("signer.line", { n, org: this.#names.partyShort(org) }));
    const title = c.t("check.signed.title", { n: this.#n.signed });
    const text = c.t("check.signed.ok", { list: c.join(listed) });
    if (this.#n.withheld > 0)
      return ["skip", title, `${text} ${c.t("check.signed.withheld", { n: this.#n.withheld })}`];
    return ["ok", title, text];
  }

  append(): Told {
    return ["ok", this.#c.t("check.append.title"), this.#c.t("check.append.ok")];
  }

  anchored(): Told {
    const c = this.#c;
    const { chain } = this.#found;
    if (chain.state !== "ok") {
      const text = chain.state === "disputed" ? "check.anchored.disputed" : "check.anchored.skip";
      return ["skip", c.t("check.anchored.plain"), c.t(text)];
    }
    if (this.#any(WAITING) || chain.latest === null)
      return ["skip", c.t("check.anchored.plain"), c.t("check.anchored.pending")];
    if (this.#any(OLD)) return ["skip", c.t("check.anchored.title"), c.t("check.anchored.stale")];
    const block = chain.block === null ? "–" : c.number(chain.block);
    const text =
      chain.endpoints === 1
        ? c.t("check.anchored.one", { block })
        : c.t("check.anchored.ok", { n: chain.agreed, of: chain.endpoints, block });
    return ["ok", c.t("check.anchored.title"), text];
  }

  recall(): Told {
    const c = this.#c;
    if (this.#found.reasons.some((reason) => reason.verdict === "recalled"))
      return ["fail", c.t("check.recall.broken"), c.t("check.recall.fail")];
    if (this.#found.chain.state !== "ok" || this.#codes.has("chain.recalls_not_asked"))
      return ["skip", c.t("check.recall.plain"), c.t("check.recall.skip")];
    const n = this.#found.ancestors.length;
    return [
      "ok",
      c.t("check.recall.title"),
      n > 0 ? c.t("check.recall.ok", { n }) : c.t("check.recall.alone"),
    ];
  }
}

/** Every reason in words; one that the catalogue does not know is told by its verdict, with its code beside it. */
export function reasonLines(found: Verification, names: Names, c: Catalogue): ReasonLine[] {
  return found.reasons.map((reason) => ({
    code: reason.code,
    text: sentence(reason, names, c),
    tone: TONES[reason.verdict],
  }));
}

function sentence(reason: Reason, names: Names, c: Catalogue): string {
  const { params } = reason;
  if (isWord(reason)) {
    const why = suspicionSaid(reason, c) || c.t("variant.suspect_plain");
    return `${why} (${c.t("scan.word.mark")})`;
  }
  const uri = typeof params.uri === "string" ? params.uri : "";
  const org = typeof params.org === "string" ? params.org : "";
  const values: Record<string, unknown> = {
    ...params,
    lot: lotOf(uri) || uri,
    org: org ? names.partyShort(org) : "",
  };
  for (const name of ["age", "promise"])
    if (typeof params[name] === "number") values[name] = c.duration(params[name]);
  if (reason.code === "lot.expired") {
    const day = isoDay(String(params.date ?? ""));
    values.date = day === null ? String(params.date ?? "") : c.date(day);
  }
  if (reason.code === "chain.proven_false") values.date = c.date(new Date(Number(params.since ?? 0) * 1000));
  const key = `reason.${reason.code}`;
  if (c.has(key)) return c.t(key, values);
  if (reason.verdict === "tampered") return c.t(`check.${brokenStep(reason.code)}.broken_body`);
  return c.t(`verdict.${reason.verdict}.short`);
}
