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
  place.replaceChildren();
  render(<Root c={words} joining={location.pathname === "/join"} />, place);
}
