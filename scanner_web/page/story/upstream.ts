/**
 * What the lot was made from, as rows of links, farthest back at the top: `api/pages/upstream.py` again.
 *
 * Drawn as a graph only where that is honest: no row has more than two, and every line goes to the next row.
 */

import { births } from "../../verify/state";
import type { Ancestor, Verification } from "../../verify/verification";
import type { Catalogue } from "../i18n";
import { storyOf } from "./facts";
import type { Join, Node, Upstream } from "./model";
import { lotOf, lotPath, type Names } from "./names";
import { Teller } from "./sentences";
import { readable } from "./told";

const WIDEST = 2;

/** The rows of ancestors, the page's own lot as the last one; null where there are none. */
export function upstream(
  found: Verification,
  names: Names,
  c: Catalogue,
  own: Node,
  mine: ReadonlySet<string>,
): Upstream | null {
  if (found.ancestors.length === 0) return null;
  const levels = levelsOf(new Map(found.ancestors.map((ancestor) => [ancestor.uri, ancestor])));
  const rows: Ancestor[][] = Array.from({ length: Math.max(...levels.values()) }, () => []);
  for (const ancestor of found.ancestors) rows.at(-(levels.get(ancestor.uri) ?? 1))?.push(ancestor);
  const first = (item: Ancestor) => item.entries[0]?.index ?? 0;
  for (const row of rows) row.sort((a, b) => first(a) - first(b) || (a.uri < b.uri ? -1 : 1));
  const drawn = rows.map((row) => row.map((item) => node(item, names, c)));
  return { rows: [...drawn, [own]], joins: joins(rows, mine) };
}

/** How many steps back each ancestor is, by its longest way (a loop counts once). */
function levelsOf(byUri: ReadonlyMap<string, Ancestor>): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const level = (uri: string, above: ReadonlySet<string>): number => {
    const ancestor = byUri.get(uri);
    if (!ancestor || above.has(uri)) return 0;
    const known = levels.get(uri);
    if (known !== undefined) return known;
    const below = new Set([...above, uri]);
    const found = 1 + Math.max(0, ...ancestor.children.map((child) => level(child, below)));
    levels.set(uri, found);
    return found;
  };
  for (const uri of byUri.keys()) level(uri, new Set());
  return levels;
}

function joins(rows: readonly Ancestor[][], mine: ReadonlySet<string>): Join[] {
  if (rows.some((row) => row.length > WIDEST)) return [];
  const found: Join[] = [];
  for (const [at, upper] of rows.entries()) {
    const lower = rows[at + 1] ?? [];
    const places = new Map(lower.map((item, place) => [item.uri, xOf(place, lower.length)]));
    if (lower.length === 0) for (const uri of mine) places.set(uri, 50);
    const lines = new Map<string, readonly [number, number]>();
    for (const [place, item] of upper.entries()) {
      for (const child of item.children) {
        const to = places.get(child);
        if (to === undefined) return [];
        const from = xOf(place, upper.length);
        lines.set(`${from} ${to}`, [from, to]);
      }
    }
    found.push([...lines.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
  }
  return found;
}

function xOf(at: number, width: number): number {
  if (width === 1) return 50;
  return at === 0 ? 25 : 75;
}

function node(ancestor: Ancestor, names: Names, c: Catalogue): Node {
  const { uri, entries } = ancestor;
  const events = entries.map(readable);
  const season = events.map((event) => event?.said("season") ?? "").find(Boolean);
  const born = births(entries.map(storyOf), uri)[0];
  const at = entries.findIndex((entry) => entry.index === born?.index && readable(entry) !== null);
  const birth = events[at];
  const made = birth?.amounts("outputQuantityList", "quantityList").filter((item) => item.uri === uri) ?? [];
  const lot = lotOf(uri);
  const parts = [
    birth && birth.step !== "planting" ? new Teller(names, c).total(made) : "",
    lot ? c.t("story.lot", { lot }) : "",
    lot && !born ? c.t("upstream.unborn") : "",
  ];
  return {
    title: season || names.goods(uri),
    note: parts.filter(Boolean).join(" · "),
    href: lotPath(uri),
    own: false,
  };
}
