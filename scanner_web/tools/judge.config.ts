// The verifier as a program for Node, `dist/tools/judge.js`: tests ask it and the ledger's own the same.
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: "warn",
  ssr: { noExternal: true },
  build: { ssr: "judge.ts", outDir: "../dist/tools", emptyOutDir: false, target: "node22" },
});
