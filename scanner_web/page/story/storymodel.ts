/**
 * From a verification to all that a page says about goods: the part of `api/pages/view.py` that is about them.
 *
 * Pure. What is said comes from verified entries and descriptions alone; where a commitment does not hold nothing was
 * verified, so nothing about goods is shown.
 */

import type { Target } from "../../verify/target";
import type { Verdict } from "../../verify/verdict";
import type { TemFact, Verification } from "../../verify/verification";
import { dayOf, inVietnam } from "../format";
import { type Catalogue, printable } from "../i18n";
import { containers, route } from "./journey";
import { legalFile } from "./legalfile";
import { legalRows } from "./legalrows";
import type { StoryContext, StoryModel } from "./model";
import { Names, passportPath } from "./names";
import { product } from "./productmodel";
import { evidence } from "./proofs";
import { certificates, certificateUris, labReports, marks } from "./quality";
import { promptness, story } from "./story";
import { eventsOf, ownUris } from "./told";
import { upstream } from "./upstream";

const WITHOUT_PRODUCT: readonly Verdict[] = ["malformed", "tampered", "unknown"];
const WITHOUT_STORY: readonly Verdict[] = [...WITHOUT_PRODUCT, "recalled", "suspect_copy"];

/** The model of a verification's page. */
export function storyModel(found: Verification, context: StoryContext, c: Catalogue): StoryModel {
  const names = new Names(found.descriptions, c);
  const today = dayOf(inVietnam(context.now));
  const told = eventsOf(found);
  const own = ownUris(found.target);
  const { target, entries, verdict } = found;
  const full = !WITHOUT_STORY.includes(verdict) && entries.length > 0;
  const shown = target?.lot != null && !WITHOUT_PRODUCT.includes(verdict) && entries.length > 0;
  const certs = certificates(certificateUris(told), names, c, today);
  const card = target && shown ? product(found, target, names, c, marks(certs), context) : null;
  const node = { title: card?.name ?? "", note: ownNote(target, found.tem, c), href: "", own: true };
  const has = (digest: string) => context.documentUrl(digest) !== null;
  const law =
    full && card && target
      ? legalRows(legalFile(found, target, today, has), found, names, c, own, context)
      : [];
  return withoutTurning({
    lang: c.lang,
    full,
    product: card,
    route: full ? route(told, names, c) : [],
    story: full ? story(found, names, c, own, context) : [],
    prompt: full ? promptness(told, c) : "",
    containers: full ? containers(told, target, c) : [],
    upstream: full && card ? upstream(found, names, c, node, own) : null,
    labs: full ? labReports(told, names, c) : [],
    certificates: full ? certs : [],
    legal: law,
    passport: full && card && target ? passportPath(target) : "",
    evidence: evidence(found, context, names, c),
    sample: context.markSamples !== false && isSample(found, names, c),
  });
}

/** A model all of whose texts are `printable`. */
function withoutTurning<T>(model: T): T {
  return JSON.parse(JSON.stringify(model), (_, value) =>
    typeof value === "string" ? printable(value) : value,
  );
}

function ownNote(target: Target | null, tem: TemFact | null, c: Catalogue): string {
  const at = tem?.index ?? null;
  const parts = [
    tem && at !== null ? c.t("tem.place", { i: at + 1, n: Math.max(tem.issued, at + 1) }) : "",
    target?.lot != null ? c.t("story.lot", { lot: target.lot }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Whether an organisation's name marks the data as sample data. */
function isSample(found: Verification, names: Names, c: Catalogue): boolean {
  const mark = c.t("notice.sample_mark");
  return found.entries.some(({ signer }) => signer && names.party(signer.org).toLowerCase().includes(mark));
}
