/** A page out of this device's store: it says so, and since when, before it says anything else. */

/** What the ribbon says in a language; `body` has the places `{time}` and `{date}`. */
export interface OfflineWords {
  readonly title: string;
  readonly body: string;
}

/** Header of a stored answer: when it was stored, ISO 8601. */
export const STORED = "X-Nguon-Stored";

const BODY = /<body[^>]*>/;
const HTML = /<html /;
const VIETNAM = 7 * 3_600_000;

/**
 * A stored page with a ribbon above its verdict; `data-stored` on its root tells scripts since when.
 *
 * @param html - the page as the service printed it
 * @param at - when it was stored
 * @param words - by language; a page's own is the one it names
 */
export function markStored(
  html: string,
  at: Date,
  words: Readonly<Record<"vi" | "en", OfflineWords>>,
): string {
  const offline = words[/<html[^>]* lang="en"/.test(html) ? "en" : "vi"];
  const local = new Date(at.getTime() + VIETNAM).toISOString();
  const [year = "", month = "", day = ""] = local.slice(0, 10).split("-");
  const body = offline.body
    .replace("{time}", local.slice(11, 16))
    .replace("{date}", `${day}/${month}/${year}`);
  const ribbon =
    `<aside class="ribbon" aria-label="${offline.title}"><svg class="ic" viewBox="0 0 24 24" aria-hidden="true">` +
    `<use href="/static/icons.svg#i-cloud"/></svg><p><b>${offline.title}.</b> ${body}</p></aside>`;
  return html
    .replace(HTML, () => `<html data-stored="${at.toISOString()}" `)
    .replace(BODY, (found) => found + ribbon);
}
