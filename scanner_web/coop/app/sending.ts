/** When slips are sent: on opening, when the network comes back, when one is added, when the next is due. */

import { useEffect } from "preact/hooks";
import type { Ground, Now } from "./session.ts";

const LONGEST = 60_000; // milliseconds: how long a phone with unsent slips is left alone
const SHORTEST = 1_000;

/** Sends what waits, while the app is open; a phone in a pocket sends it when it is next looked at. */
export function useSending(ground: Ground, now: Now, refresh: () => Promise<void>): void {
  const { outbox, practice } = ground;
  const { session, lost } = now;
  const may = session !== null && !lost && !practice;
  useEffect(() => {
    if (!may) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let known = -1;
    const send = (all: boolean) => {
      clearTimeout(timer);
      outbox
        .drain(all)
        .then(({ recorded, stopped, next }) => {
          if (recorded > 0 || stopped === "signin") void refresh(); // what is in hand has changed
          if (next === null) return;
          const wait = Math.min(LONGEST, Math.max(SHORTEST, next - Date.now()));
          timer = setTimeout(() => send(false), wait);
        })
        .catch(() => {
          timer = setTimeout(() => send(false), LONGEST);
        });
    };
    const stop = outbox.subscribe(() => {
      void outbox.slips().then((slips) => {
        if (known >= 0 && slips.length > known) send(false);
        known = slips.length;
      });
    });
    const back = () => send(true);
    const seen = () => document.hidden || send(false);
    addEventListener("online", back);
    document.addEventListener("visibilitychange", seen);
    void outbox.slips().then((slips) => {
      known = slips.length;
      send(true);
    });
    return () => {
      clearTimeout(timer);
      stop();
      removeEventListener("online", back);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [outbox, may, session?.key.state, refresh]);
}
