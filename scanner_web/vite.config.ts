// The pages' scripts: hashed files under dist/assets and a manifest that the service reads to name them.
import { defineConfig } from "vite";
import { cataloguePlugin } from "./tools/catalogue.ts";
import { precachePlugin } from "./tools/precache.ts";

export default defineConfig({
  root: import.meta.dirname,
  base: "/assets/",
  publicDir: false,
  plugins: [cataloguePlugin(import.meta.dirname), precachePlugin(import.meta.dirname)],
  build: {
    outDir: "dist/assets",
    assetsDir: ".",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [
        "page/main.tsx",
        "scan/main.tsx",
        "scan/register.ts",
        "scan/seen.ts",
        "coop/main.tsx",
        "worker/sw.ts",
      ],
      output: {
        // A service worker is known by its address: it changes in place, and is served to be asked about every time.
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "[name]-[hash].js"),
        // What page, scanner and app all verify with is one file: cut up, it packs worse. A fallback stays apart.
        codeSplitting: {
          groups: [
            {
              name: "verified",
              test: /scanner_web\/(?:verify\/(?!ed25519)|page\/(?:format|i18n)\.ts)/,
            },
          ],
        },
      },
    },
  },
});
