/**
 * A label's own signature, checked against the keys that this device keeps: asked of nobody, so it tells a forgery, and
 * neither a copy nor a recall.
 */

import { deviceMemory, readTrust } from "../page/trust.ts";
import { checkSeal } from "../verify/digsig.ts";
import { LedgerError } from "../verify/errors.ts";
import { openKeys, parseKeyFile } from "../verify/keyfile.ts";
import { KEYS, TRUST } from "./network.ts";

/** What is wrong with a label's signature, or keeps it from being right. */
export type Flaw = "forged" | "malformed" | "foreign" | "revoked" | "unknown_key";

/** What was found: `org` is a URI, `at` when the keys were kept. */
export type Sealing =
  | { readonly kind: "right"; readonly org: string; readonly at: Date | null }
  | { readonly kind: Flaw; readonly org: string; readonly at: Date | null }
  /** No keys; keys that do not hold; another trust file than this device remembers. */
  | { readonly kind: "nokeys" | "broken" | "changed" };

const STORED = "X-Nguon-Stored"; // as the service worker marks what it keeps
const FLAWS: readonly Flaw[] = ["forged", "malformed", "foreign", "revoked", "unknown_key"];

/** Check a signed Digital Link. */
export async function seal(link: string): Promise<Sealing> {
  const kept = await keptKeys();
  if (kept === null) return { kind: "nokeys" };
  const { module, bytes, at } = kept;
  try {
    const { trust, alarms } = await readTrust(module, null, deviceMemory);
    if (alarms.length > 0) return { kind: "changed" };
    const { records } = await openKeys(parseKeyFile(bytes), trust);
    const { key } = await checkSeal(link, records);
    return { kind: "right", org: key.org, at };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const flaw = FLAWS.find((name) => error.code === `digsig.${name}`);
    if (flaw === undefined) return { kind: "broken" };
    return { kind: flaw, org: typeof error.params.org === "string" ? error.params.org : "", at };
  }
}

async function keptKeys() {
  try {
    const [found, keys]: [{ readonly default?: unknown }, Response] = await Promise.all([
      import(/* @vite-ignore */ TRUST),
      fetch(KEYS),
    ]);
    if (!keys.ok) return null;
    const stored = keys.headers.get(STORED);
    return {
      module: String(found.default),
      bytes: new Uint8Array(await keys.arrayBuffer()),
      at: stored === null ? null : new Date(stored),
    };
  } catch {
    return null;
  }
}
