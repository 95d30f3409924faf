// The standalone verifier: the pages' own code in one file, dist/standalone/standalone.html, with its digest beside it.

import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { cataloguePlugin } from "./tools/catalogue.ts";
import { policyPlugin, spritesPlugin, uiPlugin } from "./tools/single.ts";

const ROOT = import.meta.dirname;
const WORDS = { entries: ["standalone/main.tsx", "page/rest.tsx"], rooms: ["page", "standalone"] };
const INSIDE = { ...WORDS, after: "standalone" };

export default defineConfig({
  root: `${ROOT}/standalone`,
  publicDir: false,
  plugins: [
    cataloguePlugin(ROOT, { standalone: WORDS, page: INSIDE, story: INSIDE }),
    uiPlugin(ROOT),
    spritesPlugin(ROOT),
    viteSingleFile(),
    policyPlugin(),
  ],
  build: {
    outDir: process.env.NGUON_STANDALONE_DIR ?? `${ROOT}/dist/standalone`,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: `${ROOT}/standalone/standalone.html` },
  },
});
