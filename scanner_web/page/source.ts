/** The service that a page came from, as far as a check needs it: bundles, the trust file, scans, reports. */

import { lotUri, type Target } from "../verify/target.ts";
import { type Source, SourceError } from "./check.ts";

const TIMEOUT = 30_000; // milliseconds for all of it: a usual bundle of 100 kB passes on 2G
const MAX_BUNDLE = 64 * 1024 * 1024; // bytes, as `parseBundle` takes them

/** The size and the pending size that a page's proof was made at, as its address says; hints, no more. */
export interface ProofHint {
  readonly size: number | null;
  readonly pending: number | null;
}

/** Read a proof's address; hints that are no sizes are none. */
export function proofHint(address: string | null, base: string): ProofHint {
  const query = address === null ? null : new URL(address, base).searchParams;
  const size = (name: string): number | null => {
    const value = Number(query?.get(name) ?? "");
    return Number.isSafeInteger(value) && value > 0 ? value : null;
  };
  return { size: size("size"), pending: size("pending") };
}

/** Where the bundle of a target is: of an anchored size it never changes, so caches may keep it. */
export function proofUrl(target: Target, size: number | null, pending: number | null): string {
  const query = new URLSearchParams({ subject: lotUri(target) ?? "" });
  if (size !== null) query.set("size", String(size));
  if (target.serial !== null) query.set("serial", target.serial);
  if (pending !== null && size !== null && pending > size) query.set("pending", String(pending));
  return `/api/v1/proof?${query}`;
}

/** Where the service has a target's dossier, without its kind (`.html`, `.pdf`). */
export function dossierUrl({ gtin, lot, serial }: Target): string | null {
  if (lot === null) return null;
  const parts = serial === null ? [gtin, lot] : [gtin, lot, serial];
  return `/dossier/${parts.map(encodeURIComponent).join("/")}`;
}

/** Bundles of a target from the service; one is asked for at once, at the size that the page hints at. */
export class ServiceSource implements Source {
  readonly #target: Target;
  readonly #hint: ProofHint;
  readonly #early: Promise<Uint8Array> | null;

  constructor(target: Target, hint: ProofHint) {
    this.#target = target;
    this.#hint = hint;
    this.#early = hint.size === null ? null : this.#get(hint.size);
    this.#early?.catch(() => {}); // whoever asks for it hears of it
  }

  async bundle(size: number | null): Promise<Uint8Array> {
    if (this.#early === null) return this.#get(size);
    if (size === this.#hint.size) return this.#early;
    if (size !== null) return this.#get(size);
    try {
      return await this.#get(null);
    } catch {
      return this.#early; // without a network, one of that size may be kept
    }
  }

  async #get(size: number | null): Promise<Uint8Array> {
    try {
      return await fetchBytes(proofUrl(this.#target, size, this.#hint.pending));
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== "not_found.size" || this.#hint.pending === null)
        throw error;
      return fetchBytes(proofUrl(this.#target, size, null)); // what was pending may be anchored by now
    }
  }
}

/** What an address holds. One that does not begin to answer in time, stalls, or never ends, is as good as none. */
async function fetchBytes(address: string): Promise<Uint8Array> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const response = await fetch(address, { headers: { accept: "application/json" }, signal: stop.signal });
    if (!response.ok) throw new SourceError(await problemCode(response));
    return await limited(response);
  } catch (error) {
    stop.abort();
    throw error instanceof SourceError ? error : new SourceError("offline");
  } finally {
    clearTimeout(timer);
  }
}

async function limited(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    size += read.value.length;
    if (size > MAX_BUNDLE) throw new SourceError("bundle.too_large");
    chunks.push(read.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** The stable code of a problem (RFC 9457); the status where it has none. */
async function problemCode(response: Response): Promise<string> {
  try {
    const value: unknown = await response.json();
    if (typeof value === "object" && value !== null && "code" in value && typeof value.code === "string")
      return value.code;
  } catch {
    // no JSON: the status says enough
  }
  return `http.${response.status}`;
}
