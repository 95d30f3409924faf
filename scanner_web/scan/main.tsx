/** GET /scan: takes the place of the form that the page has without script. */

import { render } from "preact";
import { Scanner } from "./scanner.tsx";
import { loadWords } from "./words.ts";

const root = document.querySelector<HTMLElement>("main.scan");
if (root) {
  const words = await loadWords(document.documentElement.lang);
  const home = root.querySelector<HTMLAnchorElement>("a.brand")?.getAttribute("href") ?? "/";
  const host = root.dataset.host ?? location.host;
  root.replaceChildren();
  render(<Scanner words={words} host={host} home={home} />, root);
}
