/**
 * What a page says of a product before anything of its story: enough for the first look; from `api/pages/view.py`.
 *
 * Pure. What is said comes from verified entries and descriptions alone; where a commitment does not hold nothing was
 * verified, so nothing about goods is shown.
 */

import type { Verdict } from "../../verify/verdict";
import type { Verification } from "../../verify/verification";
import { dayOf, inVietnam } from "../format";
import { type Catalogue, printable } from "../i18n";
import { certificates, certificateUris, marks } from "./certificates";
import type { CardModel, StoryContext } from "./model";
import { Names } from "./names";
import { product } from "./productmodel";
import { eventsOf } from "./told";

const WITHOUT_PRODUCT: readonly Verdict[] = ["malformed", "tampered", "unknown"];
const WITHOUT_STORY: readonly Verdict[] = [...WITHOUT_PRODUCT, "recalled", "suspect_copy"];

/** The card of a verification's page. */
export function cardModel(found: Verification, context: StoryContext, c: Catalogue): CardModel {
  const names = new Names(found.descriptions, c);
  const { target, entries, verdict } = found;
  const full = !WITHOUT_STORY.includes(verdict) && entries.length > 0;
  const shown = target?.lot != null && !WITHOUT_PRODUCT.includes(verdict) && entries.length > 0;
  const today = dayOf(inVietnam(context.now));
  const certs = certificates(certificateUris(eventsOf(found)), names, c, today);
  return withoutTurning({
    full,
    product: target && shown ? product(found, target, names, c, marks(certs), context) : null,
    certificates: full ? certs : [],
    sample: context.markSamples !== false && isSample(found, names, c),
  });
}

/** A model all of whose texts are `printable`. */
export function withoutTurning<T>(model: T): T {
  return JSON.parse(JSON.stringify(model), (_, value) =>
    typeof value === "string" ? printable(value) : value,
  );
}

/** Whether an organisation's name marks the data as sample data. */
function isSample(found: Verification, names: Names, c: Catalogue): boolean {
  const mark = c.t("notice.sample_mark");
  return found.entries.some(({ signer }) => signer && names.party(signer.org).toLowerCase().includes(mark));
}
