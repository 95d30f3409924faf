/** Loading what comes after the first look. A page without it still has its verdict, and says what it lacks. */

import { useEffect, useState } from "preact/hooks";
import type { Catalogue } from "./i18n.ts";

/** The parts that come later. */
export type Rest = typeof import("./rest.tsx");

const loading = new WeakMap<Catalogue, Promise<Rest>>();
const loaded = new WeakMap<Catalogue, Rest>();

/** Fetch the parts, and their messages into the catalogue: once, and again only after a failure. */
export function loadRest(c: Catalogue): Promise<Rest> {
  const begun = loading.get(c);
  if (begun) return begun;
  const parts = Promise.all([import("./rest.tsx"), words(c.lang)]).then(([rest, { default: messages }]) => {
    c.add(messages);
    loaded.set(c, rest);
    return rest;
  });
  loading.set(c, parts);
  parts.catch(() => loading.delete(c));
  return parts;
}

function words(lang: Catalogue["lang"]) {
  return lang === "vi"
    ? import("virtual:nguon-catalogue/story/vi")
    : import("virtual:nguon-catalogue/story/en");
}

/**
 * The parts once they are here; null before, `failed` where they did not come.
 *
 * @param done - called when it is decided
 */
export function useRest(c: Catalogue, done: () => void): Rest | "failed" | null {
  const [rest, setRest] = useState<Rest | "failed" | null>(() => loaded.get(c) ?? null);
  useEffect(() => {
    loadRest(c).then(setRest, () => setRest("failed"));
  }, [c]);
  useEffect(() => {
    if (rest !== null) done();
  }, [rest]);
  return rest;
}
