import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Workbook } from "../workbook";
import { parseSentence } from "./parse";
import { hold, type Spoken } from "./vectors";

const FOLDER = new URL("../../../tests/vectors/sentences/", import.meta.url);
const NOW = new Date("2026-11-24T09:00:00Z");
const workbook: Workbook = read("workbook.json");

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

describe.each(["first.json", "second.json", "third.json", "fourth.json", "fifth.json"])(
  "the sentences of %s",
  (file) => {
    const sentences: readonly Spoken[] = read(file);
    const held = sentences.map((one) => ({
      one,
      ...hold(one, parseSentence(one.say, workbook, NOW), workbook),
    }));

    it("hold no silent error", () => {
      const silent = held.flatMap(({ one, silent }) => silent.map((what) => `${one.say} → ${what}`));
      expect(silent).toEqual([]);
    });

    it("are read right in at least 95 of 100 fields", () => {
      const right = held.reduce((sum, one) => sum + one.right, 0);
      const fields = held.reduce((sum, one) => sum + one.fields, 0);
      const whole = held.filter((one) => one.right === one.fields).length;
      const missed = held
        .filter((one) => one.missed.length > 0)
        .map(({ one, missed }) => `${one.say} → asks ${missed}`);
      process.stdout.write(
        `${file}: ${right} of ${fields} fields right (${((100 * right) / fields).toFixed(1)} %), ` +
          `${whole} of ${sentences.length} sentences wholly\n${missed.map((line) => `  ${line}\n`).join("")}`,
      );
      expect(right / fields).toBeGreaterThanOrEqual(0.95);
    });
  },
);
