/** What this phone remembers of how its owner likes to read: no records, no secrets. */

import { Catalogue, type Lang } from "../../page/i18n.ts";

/** Sizes of text, as the root's `data-text` names them. */
export const TEXT_SIZES = ["1", "2", "3"] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

type Name = "lang" | "text" | "sao" | "tour" | "practice";

/** What was remembered; null where nothing was, or where the browser keeps nothing. */
export function remembered(name: Name): string | null {
  try {
    return localStorage.getItem(`nguon-${name}`);
  } catch {
    return null;
  }
}

/** Remember, or with null forget; quiet where the browser keeps nothing. */
export function remember(name: Name, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`nguon-${name}`);
    else localStorage.setItem(`nguon-${name}`, value);
  } catch {
    // a private window: it is asked again next time
  }
}

/** The language: the address's (`?lang=`), which is remembered, else the remembered one, else the page's. */
export function languageOf(search: string, page: string): Lang {
  const asked = new URLSearchParams(search).get("lang");
  if (asked === "vi" || asked === "en") {
    remember("lang", asked);
    return asked;
  }
  return (remembered("lang") ?? page) === "en" ? "en" : "vi";
}

/** The app's sentences in a language, in a chunk of its own. */
export async function loadAppWords(lang: Lang): Promise<Catalogue> {
  const loaded =
    lang === "vi"
      ? await import("virtual:nguon-catalogue/coop/vi")
      : await import("virtual:nguon-catalogue/coop/en");
  return new Catalogue(lang, loaded.default);
}

/** Show text in the size that was chosen. */
export function showTextSize(): void {
  const size = remembered("text");
  if (TEXT_SIZES.some((known) => known === size)) document.documentElement.dataset.text = size ?? "1";
  else delete document.documentElement.dataset.text;
}
