/**
 * Looking through the camera until something is sure: ours at first sight, anything else only when it stays.
 *
 * A pack carries its article number beside the tem, so a barcode that names no lot must stand alone for a while
 * before it is told; a foreign code must be read twice, since one bad frame reads anything.
 */

import { brightness } from "./camera.ts";
import { type Decision, decide, type Read, sameness } from "./decide.ts";
import type { Decoder } from "./decoder.ts";

/** What the looking finds out. */
export interface Watcher {
  found(decisions: readonly Decision[]): void;
  /** Nothing was read for a while. */
  far(): void;
  dark(is: boolean): void;
}

const PAUSE = 90;
const FAR_AFTER = 8_000;
const LIGHT_EVERY = 1_500;
const DARK_BELOW = 38;
const FOREIGN_AFTER = 700;
const PRODUCT_AFTER = 1_800;
const LOST_AFTER = 900;

/** Look until `signal` is aborted, or something is found. */
export async function watch(
  video: HTMLVideoElement,
  decoder: Decoder,
  host: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<void> {
  const patience = new Patience();
  let quietSince = performance.now();
  let lit = 0;
  while (!signal.aborted) {
    const now = performance.now();
    if (now - lit > LIGHT_EVERY && video.readyState >= video.HAVE_CURRENT_DATA) {
      lit = now;
      watcher.dark((brightness(video) ?? 255) < DARK_BELOW);
    }
    const reads = await look(video, decoder);
    if (signal.aborted) return;
    const sure = patience.sure(decisionsOf(reads, host), performance.now());
    if (sure.length) {
      watcher.found(sure);
      return;
    }
    if (reads.length) quietSince = performance.now();
    else if (performance.now() - quietSince > FAR_AFTER) watcher.far();
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}

/** The decisions about what was read, each once. */
export function decisionsOf(reads: readonly Read[], host: string): Decision[] {
  const found = new Map<string, Decision>();
  for (const read of reads) {
    const decision = decide(read, host);
    const same = sameness(decision);
    if (!found.has(same)) found.set(same, decision);
  }
  return [...found.values()];
}

/** Which of the codes in sight are sure by now. */
export class Patience {
  readonly #seen = new Map<string, { first: number; last: number }>();

  /**
   * @param decisions - about the frame that was just read
   * @param now - milliseconds that only grow
   * @returns what to tell; empty while it is too early
   */
  sure(decisions: readonly Decision[], now: number): readonly Decision[] {
    const ours = decisions.filter(({ kind }) => kind === "page" || kind === "pallet");
    if (ours.length) return ours;
    for (const [name, { last }] of this.#seen) if (now - last > LOST_AFTER) this.#seen.delete(name);
    return decisions.filter((decision) => {
      const name = sameness(decision);
      const first = this.#seen.get(name)?.first ?? now;
      this.#seen.set(name, { first, last: now });
      return now - first >= (decision.kind === "product" ? PRODUCT_AFTER : FOREIGN_AFTER);
    });
  }
}

async function look(video: HTMLVideoElement, decoder: Decoder): Promise<readonly Read[]> {
  if (video.readyState < video.HAVE_CURRENT_DATA) return [];
  try {
    return await decoder.read(video, false);
  } catch {
    return []; // a frame that was gone before it was read
  }
}
