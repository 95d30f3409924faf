/**
 * What Circular 02/2024/TT-BKHCN wants to see of a lot, each of its ten items with the entry it comes from:
 * `ledger/proof/legal.py` again, its first list.
 *
 * Nothing is invented: a value comes from a verified entry, a verified description, or the code itself. An item wanted
 * only "if there is one" may be absent; everything else that is not there is missing, with a reason.
 */

import type { Target } from "../../verify/target";
import type { Verification } from "../../verify/verification";
import type { Day } from "../format";
import { imageOf, niUri } from "./documents";
import { LegalFacts } from "./legalfacts";
import type { Item, Stage, Value } from "./legalmodel";

/** The ten items in the circular's order, and the stages that the fifth lists. */
export interface LegalFile {
  readonly items: readonly Item[];
  readonly stages: readonly Stage[];
}

/**
 * The legal file of a verified lot.
 *
 * @param today - the reader's day
 * @param hasDocument - whether the bytes with a digest (hex) are kept here
 */
export function legalFile(
  found: Verification,
  target: Target,
  today: Day,
  hasDocument: (digest: string) => boolean,
): LegalFile {
  const facts = new LegalFacts(found, target, today);
  const stages = facts.stages();
  const named = ["brand", "variety", "model"].flatMap((part) =>
    facts.says(part, facts.product, `${part}Name`, part),
  );
  const [made, sold] = [facts.made(), facts.sold()];
  const lacking = made.length ? (sold.length ? "" : "no_trade") : "no_production";
  return {
    stages,
    items: [
      item("name", facts.name(), "product_undescribed"),
      image(facts, hasDocument),
      item("producer", facts.party(), "producer_undescribed"),
      item("address", facts.address(), "no_address"),
      item("stages", stages.map(stageValue), "no_stage", facts.placeless ? "stage_without_place" : ""),
      item("time", [...made, ...sold], "no_production", lacking),
      item("code", facts.code(), ""),
      optional("brand", named),
      optional("expiry", facts.expiry()),
      standards(facts),
    ],
  };
}

function stageValue(stage: Stage): Value {
  return { part: stage.step, text: stage.place, source: { kind: "entry", index: stage.index } };
}

function image(facts: LegalFacts, hasDocument: (digest: string) => boolean): Item {
  const description = facts.described(facts.product);
  const digest = imageOf(description?.attributes);
  if (!description || digest === null) return item("image", [], "no_image");
  const source = { kind: "description", index: description.index } as const;
  const value = { part: "image", text: niUri(digest), source };
  return item("image", [value], "", hasDocument(digest) ? "" : "image_gone");
}

function standards(facts: LegalFacts): Item {
  const applied = facts.says("standard", facts.product, "appliedStandards");
  const certificates = facts.certificates();
  const ended = applied.length === 0 && certificates.every((value) => value.ended);
  return item("standards", [...applied, ...certificates], "no_standard", ended ? "certificate_ended" : "");
}

function item(code: string, values: readonly Value[], missing: string, lacking = ""): Item {
  if (values.length === 0) return { code, status: "missing", values, reason: missing };
  return { code, status: lacking ? "incomplete" : "present", values, reason: lacking };
}

function optional(code: string, values: readonly Value[]): Item {
  return { code, status: values.length ? "present" : "absent", values, reason: "" };
}
