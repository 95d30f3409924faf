/** The outbox under failures in any order: each statement is in the log once, in order for each subject. */
import { expect, it } from "vitest";
import { makeKey } from "./keys.ts";
import { MemoryStore } from "./memory.ts";
import { Outbox } from "./outbox.ts";
import { eventAbout, type Fault, TestLedger } from "./testledger.ts";
import { ownTurns } from "./turns.ts";

const LOT = "https://id.gs1.org/01/09521001000055/10/";
const FAULTS: readonly Fault[] = [
  "none",
  "none",
  "none",
  "unheard",
  "unanswered",
  "error500",
  "error503",
  "often",
  "forged",
];

it.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "each statement is in the log once, in order for each subject (seed %i)",
  async (seed) => {
    const random = randomOf(seed);
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] ?? fail();
    const ledger = await TestLedger.open();
    const store = new MemoryStore("nguon-app");
    const key = await makeKey(store);
    let now = Date.parse("2026-11-24T06:00:00Z");
    // two tabs, which take turns or, as on a phone without locks, do not; either is killed now and then
    const shared = ownTurns();
    const tab = (): Outbox =>
      new Outbox(store, {
        sender: ledger,
        trust: async () => ledger.trust,
        now: () => now,
        random,
        turns: random() < 0.5 ? shared : ownTurns(),
      });
    const tabs = [tab(), tab()];
    ledger.fault = () => pick(FAULTS);
    const sent: { readonly raw: string; readonly lots: readonly string[] }[] = [];
    const running: Promise<unknown>[] = [];
    for (let step = 0; step < 30; step++) {
      now += Math.floor(random() * 5_000);
      const which = Math.floor(random() * 2);
      const outbox = tabs[which] ?? fail();
      const what = random();
      if (what < 0.4) {
        const lots = [pick("ABC".split("")), ...(random() < 0.3 ? ["D"] : [])];
        const raw = await eventAbout(
          key,
          step,
          lots.map((lot) => LOT + lot),
        );
        sent.push({ raw, lots });
        await outbox.add({ draft: null, sentence: lots.join(), statements: [raw] });
      } else if (what < 0.9) running.push(outbox.drain(random() < 0.5));
      else tabs[which] = tab(); // what the old one was doing goes on, or never ends
      if (random() < 0.3) await Promise.all(running.splice(0));
    }
    await Promise.all(running);
    ledger.fault = () => "none";
    const last = tab();
    await last.drain(true);
    expect((await last.slips()).map(({ state }) => state)).toEqual(sent.map(() => "recorded"));
    const raws = ledger.log.map(({ raw }) => raw);
    expect([...raws].sort()).toEqual(sent.map(({ raw }) => raw).sort());
    for (const lot of ["A", "B", "C", "D"]) {
      const wanted = sent.filter(({ lots }) => lots.includes(lot)).map(({ raw }) => raw);
      expect(raws.filter((raw) => wanted.includes(raw))).toEqual(wanted);
    }
  },
);

/** A generator of its own for each seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fail(): never {
  throw new Error("nothing to pick from");
}
