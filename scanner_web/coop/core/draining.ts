/**
 * When the outbox is sent: when the app opens, when the network comes back, when it is looked at again, and when the next
 * slip is due. Never in the background: no phone can be relied on for that.
 */
import type { DrainResult, Outbox } from "./outbox.ts";

const LONGEST = 2 ** 31 - 1; // milliseconds a timer can count

/**
 * Send whatever is due from now on.
 *
 * @param told what came of it, each time
 * @returns what ends it
 */
export function keepDraining(outbox: Outbox, told: (result: DrainResult) => void = () => {}): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const drain = (all: boolean): void => {
    clearTimeout(timer);
    outbox
      .drain(all)
      .then((result) => {
        if (ended) return;
        told(result);
        if (result.next === null) return;
        clearTimeout(timer);
        const wait = Math.min(LONGEST, Math.max(1_000, result.next - Date.now()));
        timer = setTimeout(() => drain(false), wait);
      })
      .catch((error: unknown) => {
        if (!ended) timer = setTimeout(() => drain(false), 60_000);
        console.error(error);
      });
  };
  const online = (): void => drain(true);
  const seen = (): void => {
    if (document.visibilityState === "visible") drain(false);
  };
  addEventListener("online", online);
  document.addEventListener("visibilitychange", seen);
  drain(true);
  return () => {
    ended = true;
    clearTimeout(timer);
    removeEventListener("online", online);
    document.removeEventListener("visibilitychange", seen);
  };
}
