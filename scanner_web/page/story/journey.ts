/** The goods' way in words, and what they travelled in: `api/pages/journey.py` again. No map is drawn. */

import { instanceUri, type Target } from "../../verify/target";
import { type Day, dayOf } from "../format";
import type { Catalogue } from "../i18n";
import type { Container, Stop } from "./model";
import { type Names, ssccOf } from "./names";
import { text } from "./terms";
import { ownUris, stands, type Told } from "./told";

/** The places that are named and described, each once, in the order in which the goods first were there. */
export function route(told: readonly Told[], names: Names, c: Catalogue): Stop[] {
  const stops = new Map<string, { address: string; first: Day; last: Day }>();
  for (const item of told.filter(stands)) {
    const name = names.place(item.event.place);
    if (!name) continue;
    const [address, day] = [names.address(item.event.place), dayOf(item.when)];
    const first = stops.get(name)?.first ?? day;
    stops.set(name, { address: stops.get(name)?.address ?? address, first, last: day });
  }
  return [...stops].map(([name, { address, first, last }]) => ({
    name,
    address,
    days: span(first, last, c),
  }));
}

function span(first: Day, last: Day, c: Catalogue): string {
  if (first === last) return c.date(first);
  return c.t("date.span", { first: c.date(first), last: c.date(last) });
}

/** The logistic units that the lot's own aggregations name; a scanned instance's only where it was in them. */
export function containers(told: readonly Told[], target: Target | null, c: Catalogue): Container[] {
  const own = ownUris(target);
  const instance = target ? instanceUri(target) : null;
  const stays = new Map<string, { since: Day; until: Day | null }>();
  for (const item of told.filter(stands)) {
    const { event } = item;
    const sscc = ssccOf(text(event.payload.parentID));
    if (event.type !== "AggregationEvent" || !sscc || !own.has(item.entry.uri)) continue;
    const [listed, classes] = [event.listed("childEPCs"), event.amounts("childQuantityList")];
    const inside = listed.includes(instance ?? "") || classes.some(({ uri }) => own.has(uri));
    if (instance && listed.length && !inside) continue;
    const stay = stays.get(sscc);
    const day = dayOf(item.when);
    if (event.action !== "DELETE") stays.set(sscc, { since: stay?.since ?? day, until: null });
    else if (stay) stays.set(sscc, { ...stay, until: day });
  }
  return [...stays].map(([sscc, { since, until }]) => ({
    sscc,
    label: c.t("container.label", { sscc }),
    days: until
      ? c.t("container.out", { since: c.date(since), until: c.date(until) })
      : c.t("container.in", { since: c.date(since) }),
    href: `/00/${sscc}`,
  }));
}
