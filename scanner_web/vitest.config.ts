import { defineConfig } from "vitest/config";
import { cataloguePlugin } from "./tools/catalogue.ts";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [cataloguePlugin(import.meta.dirname)],
  test: { environment: "node", include: ["**/*.test.ts", "**/*.test.tsx"] },
});
