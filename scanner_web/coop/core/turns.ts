/**
 * One at a time over all tabs of this phone: `navigator.locks`, or a lease in the store where a browser has none.
 *
 * Nothing rests on it but order and economy: two that send at once lose and double nothing, for the ledger knows a
 * payload again.
 */
import type { Store } from "./store.ts";

/** Does one piece of work at a time. */
export interface Turns {
  run<T>(work: () => Promise<T>): Promise<T>;
}

const NAME = "nguon-outbox";
/** Milliseconds after which whoever holds the turn is believed to be frozen or gone. */
const PATIENCE = 120_000;
const LEASE = 60_000;
const BEAT = 15_000;
const PAUSE = 1_000;

/** The turns of a store. */
export function turnsOf(store: Store): Turns {
  const name = `${NAME} ${store.name}`;
  if (typeof navigator !== "undefined" && "locks" in navigator && store.kept) return lockTurns(name);
  return store.kept ? leaseTurns(store) : ownTurns();
}

/** By the browser's locks. A tab that holds one and was frozen does not keep the others waiting for ever. */
function lockTurns(name: string): Turns {
  return {
    async run(work) {
      const waiting = new AbortController();
      const late = setTimeout(() => waiting.abort(), PATIENCE);
      const begin = () => {
        clearTimeout(late);
        return work();
      };
      try {
        return await navigator.locks.request(name, { signal: waiting.signal }, begin);
      } catch (error) {
        if (!waiting.signal.aborted) throw error;
        return navigator.locks.request(name, { steal: true }, begin);
      }
    },
  };
}

/** By a lease that is renewed while the work goes on, and runs out when the tab is killed. */
export function leaseTurns(store: Store, now: () => number = Date.now): Turns {
  const owner = crypto.randomUUID();
  const take = (): Promise<boolean> =>
    store.write(async (rooms) => {
      const lease = await rooms.get("meta", NAME);
      if (isLease(lease) && lease.owner !== owner && lease.until > now()) return false;
      await rooms.put("meta", NAME, { owner, until: now() + LEASE });
      return true;
    });
  const own = ownTurns();
  return {
    run: (work) =>
      own.run(async () => {
        while (!(await take())) await pause(PAUSE);
        const beat = setInterval(() => void take().catch(() => undefined), BEAT);
        try {
          return await work();
        } finally {
          clearInterval(beat);
          await store.write(async (rooms) => {
            const lease = await rooms.get("meta", NAME);
            if (isLease(lease) && lease.owner === owner) await rooms.delete("meta", NAME);
          });
        }
      }),
  };
}

/** Within this page only. */
export function ownTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function isLease(value: unknown): value is { readonly owner: string; readonly until: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "owner" in value &&
    "until" in value &&
    typeof value.until === "number"
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
