// A phone's core as one script, `dist/phonepage/phonepage.js`: tests run it in a real browser.
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: "../dist/phonepage",
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: "phonepage.ts", formats: ["es"], fileName: "phonepage" },
  },
});
