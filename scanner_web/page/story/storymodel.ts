/**
 * From a verification to all that a page says about goods: the part of `api/pages/view.py` that is about them.
 *
 * Pure, as the card is, which it contains.
 */

import type { Target } from "../../verify/target";
import type { TemFact, Verification } from "../../verify/verification";
import { dayOf, inVietnam } from "../format";
import type { Catalogue } from "../i18n";
import { cardModel, withoutTurning } from "./cardmodel";
import { containers, route } from "./journey";
import { legalFile } from "./legalfile";
import { legalRows } from "./legalrows";
import type { StoryContext, StoryModel } from "./model";
import { Names, passportPath } from "./names";
import { evidence } from "./proofs";
import { labReports } from "./quality";
import { promptness, story } from "./story";
import { eventsOf, ownUris } from "./told";
import { upstream } from "./upstream";

/** The model of a verification's page. */
export function storyModel(found: Verification, context: StoryContext, c: Catalogue): StoryModel {
  const names = new Names(found.descriptions, c);
  const card = cardModel(found, context, c);
  const { full } = card;
  const today = dayOf(inVietnam(context.now));
  const told = eventsOf(found);
  const own = ownUris(found.target);
  const { target } = found;
  const node = { title: card.product?.name ?? "", note: ownNote(target, found.tem, c), href: "", own: true };
  const has = (digest: string) => context.documentUrl(digest) !== null;
  const law =
    full && card.product && target
      ? legalRows(legalFile(found, target, today, has), found, names, c, own, context)
      : [];
  return withoutTurning({
    ...card,
    lang: c.lang,
    route: full ? route(told, names, c) : [],
    story: full ? story(found, names, c, own, context) : [],
    prompt: full ? promptness(told, c) : "",
    containers: full ? containers(told, target, c) : [],
    upstream: full && card.product ? upstream(found, names, c, node, own) : null,
    labs: full ? labReports(told, names, c) : [],
    legal: law,
    passport: full && card.product && target ? passportPath(target) : "",
    evidence: evidence(found, context, names, c),
  });
}

function ownNote(target: Target | null, tem: TemFact | null, c: Catalogue): string {
  const at = tem?.index ?? null;
  const parts = [
    tem && at !== null ? c.t("tem.place", { i: at + 1, n: Math.max(tem.issued, at + 1) }) : "",
    target?.lot != null ? c.t("story.lot", { lot: target.lot }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
