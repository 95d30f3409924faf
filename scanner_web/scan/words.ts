/** The scanner's sentences: the parts of the catalogues that it uses, one language a chunk. */

import type * as Vietnamese from "./words.vi.ts";

/** One language's sentences, section by section as in `nguon/locales`. */
export type Words = typeof Vietnamese;

/** The sentences of a language; Vietnamese for one that there is not. */
export function loadWords(lang: string): Promise<Words> {
  return lang === "en" ? import("./words.en.ts") : import("./words.vi.ts");
}

/** A sentence with its values in their places; a value that is not given stays visible as `{name}`. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
