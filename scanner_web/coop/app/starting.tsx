/** What is shown until the app has opened. */

import type { Catalogue } from "../../page/i18n.ts";

export function Root({ c }: { readonly c: Catalogue; readonly joining: boolean }) {
  return (
    <main id="main" class="wrap app__start">
      <h1>{c.t("coop.title")}</h1>
      <p class="m2">{c.t("coop.opening")}</p>
    </main>
  );
}
