import { beforeEach, describe, expect, it } from "vitest";
import { LedgerError } from "../../verify/errors.ts";
import { MemoryStore } from "./memory.ts";
import type { Writing } from "./store.ts";
import { Bench, statesOf } from "./testbench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

/** A phone that is full: it takes nothing in but what is small enough. */
class FullStore extends MemoryStore {
  full = true;

  override write<T>(work: (rooms: Writing) => Promise<T>): Promise<T> {
    return super.write(async (rooms) => {
      const put: Writing["put"] = async (room, name, value) => {
        if (this.full && room !== "key") throw new LedgerError("store.full");
        return rooms.put(room, name, value);
      };
      return work({ ...rooms, put });
    });
  }
}

describe("a phone that is full", () => {
  it("says so, shows the slip, exports it, sends it from the page, and keeps it when there is room", async () => {
    const full = new FullStore("nguon-app");
    const outbox = bench.outbox(full);
    const fresh = await bench.slip("A");
    const error = await outbox.add(fresh).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "store.full" });
    const [shown] = await outbox.slips();
    expect(shown).toMatchObject({ state: "waiting", unkept: true, statements: fresh.statements });
    expect(error).toMatchObject({ params: { slip: shown?.id } });
    expect(await (await outbox.exportAll()).text()).toContain(fresh.statements[0]);
    expect(await outbox.drain()).toMatchObject({ recorded: 1, waiting: 0 });
    expect(bench.inLog()).toEqual(["A"]);
    expect((await outbox.slips())[0]).toMatchObject({ state: "recorded", unkept: true });
    full.full = false;
    await outbox.drain();
    const [kept] = await bench.outbox(full).slips();
    expect(kept).toMatchObject({ id: shown?.id, state: "recorded" });
    expect(kept?.unkept).toBeUndefined();
    expect(await full.read((rooms) => rooms.all("signed"))).toMatchObject([{ index: 0, slip: kept?.id }]);
  });
});

describe("a phone that becomes full", () => {
  it("sends what it had kept all the same, and writes that down when there is room", async () => {
    const full = new FullStore("nguon-app");
    full.full = false;
    const outbox = bench.outbox(full);
    await outbox.add(await bench.slip("A"));
    await outbox.add(await bench.slip("A"));
    full.full = true;
    expect(await outbox.drain()).toMatchObject({ recorded: 2, waiting: 0, stopped: null });
    expect(bench.inLog()).toEqual(["A", "A"]);
    expect((await outbox.slips()).map(({ state, unkept }) => [state, unkept])).toEqual([
      ["recorded", true],
      ["recorded", true],
    ]);
    expect(await statesOf(bench.outbox(full))).toEqual(["waiting", "waiting"]); // as another tab sees it
    full.full = false;
    await outbox.drain();
    expect((await bench.outbox(full).slips()).map(({ state, place }) => [state, place])).toEqual([
      ["recorded", 1],
      ["recorded", 2],
    ]);
    expect((await full.read((rooms) => rooms.all("signed"))).map(({ index }) => index).sort()).toEqual([
      0, 1,
    ]);
  });
});
