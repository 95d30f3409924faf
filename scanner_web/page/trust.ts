/**
 * The trust file that a page checks with: from `/trust.js`, never from the page's HTML, and remembered by its SHA-256.
 *
 * A page served by the service that is checked proves nothing about that service; what can be seen is a change. So the
 * digest is compared with what the HTML names, and with what this device saw first, and a difference is said.
 */

import { b64Decode } from "../verify/encoding.ts";
import { parseTrustFile, type TrustFile } from "../verify/trustfile.ts";

/** What is wrong with where a trust file came from. */
export type TrustAlarm = "html" | "changed";

/** A trust file, its digest (SHA-256, lower-case hex), and what was found odd about it. */
export interface Trusted {
  readonly trust: TrustFile;
  readonly digest: string;
  readonly alarms: readonly TrustAlarm[];
  /** Remember this file from now on. */
  readonly accept: () => void;
}

/** What remembers a digest: a browser's storage, or nothing. */
export interface Memory {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

/**
 * Read a trust file and compare it.
 *
 * @param module base64 of the file's bytes, as `/trust.js` exports it
 * @param named the digest that the HTML names; null where it names none
 * @throws LedgerError trust.syntax; base64.syntax
 */
export async function readTrust(module: string, named: string | null, memory: Memory): Promise<Trusted> {
  const bytes = new Uint8Array(b64Decode(module));
  const trust = parseTrustFile(bytes);
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  const name = `nguon.trust:${trust.origin}`;
  const known = memory.get(name);
  const alarms: TrustAlarm[] = [];
  if (named !== null && named !== digest) alarms.push("html");
  if (known !== null && known !== digest) alarms.push("changed");
  const accept = () => memory.set(name, digest);
  if (known === null && alarms.length === 0) accept();
  return { trust, digest, alarms, accept };
}

/** The browser's own memory; without one (private windows, in-app browsers) everything is new every time. */
export const deviceMemory: Memory = {
  get(name) {
    try {
      return globalThis.localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      globalThis.localStorage.setItem(name, value);
    } catch {
      // nothing is remembered
    }
  },
};

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
