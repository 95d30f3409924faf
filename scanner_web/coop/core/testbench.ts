/** A phone for tests of its outbox: rooms in memory, a key, a clock that moves when told to, a ledger that fails as told. */
import { makeKey, type PhoneKey } from "./keys.ts";
import { MemoryStore } from "./memory.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";
import type { NewSlip, SlipState } from "./slips.ts";
import type { Store } from "./store.ts";
import { eventAbout, TestLedger } from "./testledger.ts";
import { ownTurns } from "./turns.ts";

export const LOT = "https://id.gs1.org/01/09521001000055/10/";

export class Bench {
  /** Milliseconds since 1970. */
  now = Date.parse("2026-11-24T06:00:00Z");
  #made = 0;

  private constructor(
    readonly ledger: TestLedger,
    readonly store: MemoryStore,
    readonly key: PhoneKey,
  ) {}

  static async open(): Promise<Bench> {
    const store = new MemoryStore("nguon-app");
    return new Bench(await TestLedger.open(), store, await makeKey(store));
  }

  /** Another tab, or another phone where the store is another. */
  outbox(store: Store = this.store, over: Partial<OutboxOptions> = {}): Outbox {
    return new Outbox(store, {
      sender: this.ledger,
      trust: async () => this.ledger.trust,
      now: () => this.now,
      random: () => 0.5,
      turns: ownTurns(),
      ...over,
    });
  }

  /** What is recorded of these lots, by their numbers. */
  async slip(...lots: readonly string[]): Promise<NewSlip> {
    const about = lots.map((lot) => LOT + lot);
    return {
      draft: null,
      sentence: lots.join(),
      statements: [await eventAbout(this.key, ++this.#made, about)],
    };
  }

  /** The lots that each entry of the ledger is about, in its order. */
  inLog(): string[] {
    return this.ledger.log.map(({ header }) => header.about.map((uri) => uri.slice(LOT.length)).join());
  }
}

export async function statesOf(outbox: Outbox): Promise<readonly SlipState[]> {
  return (await outbox.slips()).map(({ state }) => state);
}
