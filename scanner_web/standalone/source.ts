/** Where bundles come from here: a file, this file itself, or the origin that the trust file names. */

import { type Source, SourceError } from "../page/check.ts";
import { proofUrl } from "../page/source.ts";
import { parseBundle } from "../verify/index.ts";
import type { Target } from "../verify/target.ts";

const TIMEOUT = 20_000; // milliseconds
const MAX_BUNDLE = 64 * 1024 * 1024; // bytes, as `parseBundle` takes them

/** Where a bundle that was checked came from. */
export type From = "file" | "inside" | "network";

/** One bundle, whatever size is asked for: the verdict says when it is not of the newest anchor. */
export class FileSource implements Source {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  async bundle(): Promise<Uint8Array> {
    return this.#bytes;
  }
}

/** Bundles of a target from the service, from wherever this page was opened. */
export class OriginSource implements Source {
  readonly #host: string;
  readonly #target: Target;

  constructor(host: string, target: Target) {
    this.#host = host;
    this.#target = target;
  }

  async bundle(size: number | null): Promise<Uint8Array> {
    const address = `https://${this.#host}${proofUrl(this.#target, size, null)}`;
    let answer: Response;
    try {
      answer = await fetch(address, { credentials: "omit", signal: AbortSignal.timeout(TIMEOUT) });
    } catch {
      throw new SourceError("offline");
    }
    if (!answer.ok) throw new SourceError(answer.status === 404 ? "not_found.size" : `http.${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length > MAX_BUNDLE) throw new SourceError("bundle.too_large");
    return bytes;
  }
}

/** The bundle that a dossier holds, and a newer one where there is a newer anchor and the service still answers. */
export class DossierSource implements Source {
  readonly #inside: Uint8Array<ArrayBuffer>;
  readonly #size: number | null;
  readonly #newer: Source | null;
  from: From = "inside";

  constructor(inside: Uint8Array<ArrayBuffer>, newer: Source | null) {
    this.#inside = inside;
    this.#size = sizeOf(inside);
    this.#newer = newer;
  }

  async bundle(size: number | null): Promise<Uint8Array> {
    this.from = "inside";
    if (this.#newer === null || this.#size === null || size === null || size <= this.#size)
      return this.#inside;
    try {
      const bytes = await this.#newer.bundle(size);
      this.from = "network";
      return bytes;
    } catch {
      return this.#inside; // what is here can still be checked, and is called older than the newest anchor
    }
  }
}

/** The size of the log that a bundle's checkpoint names (C2SP tlog-checkpoint, line 2); null where it is none. */
function sizeOf(bytes: Uint8Array): number | null {
  try {
    const size = Number(parseBundle(bytes).checkpoint.split("\n")[1] ?? "");
    return Number.isSafeInteger(size) && size > 0 ? size : null;
  } catch {
    return null;
  }
}
