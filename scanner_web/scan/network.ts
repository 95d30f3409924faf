/** What there is without a network: pages that were seen, keys that were kept. */

import type { Opening } from "./decide.ts";

const PAGES = "nguon-pages"; // as the service worker names it
const PATIENCE = 4_000;
/** Kept by the service worker, with their age, whenever they are asked for. */
export const TRUST = "/trust.js";
export const KEYS = "/api/v1/keys";

/**
 * Whether to open a page now. Without a network: if it was seen before, and its code has no signature that could be
 * checked instead. A browser that believes in its network is not believed where a signed code could be checked.
 */
export async function canOpen({ path, signed }: Opening): Promise<boolean> {
  if (navigator.onLine && (signed === null || (await isAnswered()))) return true;
  return signed === null && isStored(path);
}

/** Whether a page was seen on this device, and is kept. */
export async function isStored(path: string): Promise<boolean> {
  try {
    const pages = await caches.open(PAGES);
    return (await pages.match(path, { ignoreVary: true, ignoreSearch: true })) !== undefined;
  } catch {
    return false; // no store, or none that may be used
  }
}

/** Has the service worker, if there is one, keep the newest keys. */
export function refreshKeys(): void {
  if (!navigator.onLine || !navigator.serviceWorker?.controller) return;
  for (const path of [TRUST, KEYS]) void fetch(path).catch(() => undefined);
}

/** Whether our service says anything at all, soon. */
async function isAnswered(): Promise<boolean> {
  try {
    await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    return true;
  } catch {
    return false;
  }
}
