/** GET /app and /join: takes the place of what the page says until its script runs. */

import { render } from "preact";
import { languageOf, loadAppWords, showTextSize } from "./app/prefs.ts";
import { Root } from "./app/root.tsx";

const place = document.getElementById("app");
if (place) {
  const lang = languageOf(location.search, document.documentElement.lang);
  document.documentElement.lang = lang;
  showTextSize();
  const words = await loadAppWords(lang);
  // what stands behind the # names a screen here: the way past the header is walked without it
  document.querySelector("a.skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>("#main h1")?.focus();
  });
  place.replaceChildren();
  render(<Root c={words} joining={location.pathname === "/join"} />, place);
}
