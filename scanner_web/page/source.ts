/** The service that a page came from, as far as a check needs it: bundles, the trust file, scans, reports. */

import { lotUri, type Target } from "../verify/target.ts";
import { type Source, SourceError } from "./check.ts";

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

async function fetchBytes(address: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address, { headers: { accept: "application/json" } });
  } catch {
    throw new SourceError("offline");
  }
  if (!response.ok) throw new SourceError(await problemCode(response));
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new SourceError("offline");
  }
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
