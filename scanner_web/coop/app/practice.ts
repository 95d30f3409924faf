/** Practice: the same screens over a store of their own, from which nothing is ever sent. */

import { remember, remembered } from "./prefs.ts";

/** Whether one is practising. */
export function isPractice(): boolean {
  return remembered("practice") === "on";
}

/** Begin or end practice: the app opens anew, on its first screen. */
export function setPractice(on: boolean): void {
  remember("practice", on ? "on" : null);
  location.hash = "#/";
  location.reload();
}
