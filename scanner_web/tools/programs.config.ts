// Programs for Node, `dist/tools/judge.js`, `story.js`, `phone.js` and `record.js`: tests ask them and the ledger's own code the same.
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  logLevel: "warn",
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: "../dist/tools",
    emptyOutDir: true,
    target: "node22",
    rolldownOptions: {
      input: ["judge.ts", "story.ts", "phone.ts", "record.ts"],
      external: /^virtual:nguon-catalogue\//,
    },
  },
});
