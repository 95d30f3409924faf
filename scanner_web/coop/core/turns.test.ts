import { describe, expect, it } from "vitest";
import { LedgerError } from "../../verify/errors.ts";
import { MemoryStore } from "./memory.ts";
import { leaseTurns, ownTurns, type Turns } from "./turns.ts";

/** Work that notes when it begins and ends. */
function noting(notes: string[], name: string, milliseconds = 5): () => Promise<string> {
  return async () => {
    notes.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    notes.push(`${name} ends`);
    return name;
  };
}

describe.each([
  ["of one page", () => ownTurns()],
  ["by a lease", () => leaseTurns(new MemoryStore("nguon-app"))],
] as const)("turns %s", (_, make) => {
  it("are taken one after another, also after one that failed", async () => {
    const turns: Turns = make();
    const notes: string[] = [];
    const failed = turns.run(async () => {
      throw new LedgerError("x");
    });
    const results = Promise.all([turns.run(noting(notes, "a")), turns.run(noting(notes, "b"))]);
    await expect(failed).rejects.toThrow(LedgerError);
    expect(await results).toEqual(["a", "b"]);
    expect(notes).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });
});

describe("a lease", () => {
  it("keeps another tab waiting while it is held, and no longer", async () => {
    const store = new MemoryStore("nguon-app");
    const notes: string[] = [];
    const [one, other] = [leaseTurns(store), leaseTurns(store)];
    await Promise.all([one.run(noting(notes, "a", 30)), other.run(noting(notes, "b"))]);
    expect(notes).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  it("of a tab that was killed runs out", async () => {
    const store = new MemoryStore("nguon-app");
    let now = 1_000_000;
    void leaseTurns(store, () => now).run(() => new Promise(() => {}));
    await new Promise((resolve) => setTimeout(resolve, 5));
    now += 61_000;
    expect(await leaseTurns(store, () => now).run(async () => "taken over")).toBe("taken over");
  });
});

describe("rooms in memory", () => {
  it("take a write in whole or not at all, and hand out copies", async () => {
    const store = new MemoryStore("nguon-app");
    const failing = store.write(async (rooms) => {
      await rooms.put("meta", "a", 1);
      throw new LedgerError("x");
    });
    await expect(failing).rejects.toThrow(LedgerError);
    expect(await store.read((rooms) => rooms.all("meta"))).toEqual([]);
    const value = { inner: [1] };
    await store.write((rooms) => rooms.put("meta", "a", value));
    value.inner.push(2);
    expect(await store.read((rooms) => rooms.get("meta", "a"))).toEqual({ inner: [1] });
  });
});
