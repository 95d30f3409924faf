/**
 * What was put into this file when it was made (`api/standalone.py`): the trust file, for a dossier its bundle, and
 * small photos. Trust file and bundle are JSON strings of their exact text, so that they hash to what they were.
 */

import { mediaTypeOf } from "../page/story/bytes.ts";
import { b64Decode, hexEncode } from "../verify/encoding.ts";
import { parseTrustFile, sha256, type TrustFile } from "../verify/index.ts";

/** A trust file that is pinned, and its SHA-256 (lower-case hex). */
export interface Pinned {
  readonly trust: TrustFile;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: string;
}

/** The trust file inside; null where this file was never filled. @throws LedgerError trust.syntax */
export function pinnedTrust(): Pinned | null {
  const bytes = textInside("trust");
  return bytes && { trust: parseTrustFile(bytes), bytes, digest: hexEncode(sha256(bytes)) };
}

/** The bundle inside; null where this is no dossier. */
export function bundleInside(): Uint8Array<ArrayBuffer> | null {
  return textInside("bundle");
}

/** Addresses of the photos inside, by SHA-256 (hex). Whoever shows one compares its bytes with that first. */
export function documentsInside(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const value = read("documents");
  if (typeof value !== "object" || value === null) return found;
  for (const [digest, coded] of Object.entries(value)) {
    const bytes = new Uint8Array(b64Decode(String(coded)));
    const type = mediaTypeOf(bytes);
    if (type) found.set(digest, URL.createObjectURL(new Blob([bytes], { type })));
  }
  return found;
}

function textInside(id: string): Uint8Array<ArrayBuffer> | null {
  const value = read(id);
  return typeof value === "string" ? new TextEncoder().encode(value) : null;
}

function read(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}
