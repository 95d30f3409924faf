// The pages' scripts: hashed files under dist/assets and a manifest that the service reads to name them.
import { defineConfig } from "vite";
import { cataloguePlugin } from "./tools/catalogue.ts";

export default defineConfig({
  root: import.meta.dirname,
  base: "/assets/",
  publicDir: false,
  plugins: [cataloguePlugin(import.meta.dirname)],
  build: {
    outDir: "dist/assets",
    assetsDir: ".",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["page/main.tsx"] },
  },
});
