/** The product card; from `api/pages/view.py`. */

import { productUri, type Target } from "../../verify/target";
import type { Verification } from "../../verify/verification";
import { type Day, dayOf, isoDay } from "../format";
import type { Catalogue } from "../i18n";
import { fileOf, imageOf } from "./documents";
import type { Fact, Mark, Product, StoryContext } from "./model";
import type { Names } from "./names";
import { once } from "./terms";
import { readable } from "./told";

/** The card of a target's product. */
export function product(
  found: Verification,
  target: Target,
  names: Names,
  c: Catalogue,
  marks: readonly Mark[],
  context: StoryContext,
): Product {
  const uri = productUri(target);
  const maker = found.birth?.signer?.org ?? "";
  const name = names.product(uri);
  const picture = pictureOf(name, c);
  return {
    name,
    producer: maker ? names.party(maker) : names.said(uri, "manufacturerOfTradeItemPartyName"),
    address: names.address(maker),
    marks,
    facts: [
      fact(c.t("product.lot"), target.lot ?? ""),
      ...[names.said(uri, "netContentDescription")]
        .filter(Boolean)
        .map((content) => fact(c.t("product.content"), content)),
      ...dates(found, c),
      ...(found.expiry ? [fact(c.t("product.expiry"), dateOf(found.expiry.day, c))] : []),
    ],
    picture,
    pictureLabel: c.t(`picture.${picture}.label`),
    photo: fileOf(imageOf(found.descriptions.get(uri)), context),
  };
}

function pictureOf(name: string, c: Catalogue): string {
  const lower = name.toLowerCase();
  const words = { jar: c.t("picture.jar.words"), rice: c.t("picture.rice.words") };
  const found = Object.entries(words).find(([, listed]) =>
    listed.split(",").some((word) => lower.includes(word)),
  );
  return found?.[0] ?? "pouch";
}

/** When it was made: the day that the birth names, else the day it happened. */
function dates(found: Verification, c: Catalogue): Fact[] {
  const event = found.birth ? readable(found.birth) : null;
  const time = event?.time;
  if (!event || !time) return [];
  const named = (...names: string[]): Day[] =>
    once(names.map((name) => isoDay(event.said(name)) ?? "")).filter(Boolean);
  const days = (listed: Day[]) =>
    (listed.length ? listed : [dayOf(time)]).map((day) => c.date(day)).join(" – ");
  if (event.step === "harvesting") {
    return [fact(c.t("product.harvested"), days(named("harvestStartDate", "harvestEndDate")))];
  }
  const packed = event.step === "packing" || event.step === "repackaging";
  return [fact(c.t(packed ? "product.packed" : "product.made"), days(named("productionDate")))];
}

function dateOf(said: string, c: Catalogue): string {
  const day = isoDay(said);
  return day === null ? said : c.date(day);
}

function fact(label: string, value: string): Fact {
  return { label, value, mono: false };
}
