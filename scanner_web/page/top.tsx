/** Brand and languages, as the server prints them (`top` in `api/templates/macros.html.j2`). */

import type { Catalogue, Lang } from "./i18n.ts";

const LANGS: readonly Lang[] = ["vi", "en"];

/** The head of a page. `link`: its own address up to the tag of a language. */
export function Top({ link, c }: { link: string; c: Catalogue }) {
  return (
    <header class="top">
      <a class="brand" href={`/?lang=${c.lang}`} aria-label={c.t("nav.home")}>
        <Mark />
        {c.t("app.name")}
      </a>
      <nav class="lang" aria-label={c.t("nav.language")}>
        {LANGS.map((code) => (
          <a
            key={code}
            href={`${link}${code}`}
            hreflang={code}
            lang={code}
            aria-current={code === c.lang ? "true" : undefined}
          >
            {code.toUpperCase()}
          </a>
        ))}
      </nav>
    </header>
  );
}

/** The mark of Nguồn. */
export function Mark() {
  return (
    <svg class="mark" width="30" height="30" viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="23" cy="32" r="11.2" fill="none" stroke="currentColor" stroke-width="5.6" />
      <path
        d="M12.2 15.8 23 7.2l10.8 8.6"
        fill="none"
        stroke="currentColor"
        stroke-width="5.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <path class="drop" d="M34.8 1.8c5.7.7 9.3 4.4 9.2 9.9-5.6-.5-9.3-4.3-9.2-9.9z" />
    </svg>
  );
}
