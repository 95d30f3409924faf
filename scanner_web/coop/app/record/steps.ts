/** The phone's own way back, as a way back of one question: each question answered is an entry of the browser's history. */

import { useLayoutEffect, useRef } from "preact/hooks";

/** What a screen of several steps does with the way back. */
export interface Steps {
  /** One step back, as the phone's own button goes. */
  back(): void;
  /** To another screen, as if these steps had been one: the way back from there leads to what was before. */
  leave(path: string): void;
}

/**
 * Keep as many entries of history as steps were taken.
 *
 * @param depth steps taken; `undo` takes one back.
 */
export function useSteps(depth: number, undo: () => void): Steps {
  const now = useRef({ depth, undo });
  now.current = { depth, undo };
  /** Entries that were made here and are still there. */
  const made = useRef(0);
  /** How many are to be left when the browser has gone back; null: one less. */
  const left = useRef<number | null>(null);
  const leaving = useRef<string | null>(null);
  useLayoutEffect(() => {
    for (; made.current < depth; made.current++) history.pushState(null, "");
  }, [depth]);
  useLayoutEffect(() => {
    const gone = () => {
      made.current = left.current ?? Math.max(0, made.current - 1);
      left.current = null;
      const path = leaving.current;
      if (path !== null) {
        removeEventListener("popstate", gone); // going there is told as another step
        location.replace(`#${path}`);
      } else if (now.current.depth > made.current) now.current.undo();
    };
    addEventListener("popstate", gone);
    return () => removeEventListener("popstate", gone);
  }, []);
  const to = (entries: number) => {
    left.current = entries;
    history.go(entries - made.current);
  };
  return {
    back: () => to(Math.max(0, now.current.depth - 1)),
    leave: (path) => {
      if (made.current === 0) return location.replace(`#${path}`);
      leaving.current = path;
      to(0);
    },
  };
}
