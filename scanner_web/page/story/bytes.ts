/** Photos and reports, believed only once their bytes are what their signer named (PROFILE §2). */

import { hexEncode } from "../../verify/encoding";
import { sha256 } from "../../verify/sha256";
import type { Named } from "./model";

const LARGEST = 8 * 1024 * 1024;
const JPEG = "\xff\xd8\xff";
const PNG = "\x89PNG\r\n\x1a\n";

/** What became of named bytes: here and right, other than named, or not to be had. */
export type Fetched =
  | { readonly state: "right"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly state: "changed" | "gone" };

const fetched = new Map<string, Promise<Fetched>>();

/** Named bytes from our own host, their SHA-256 compared; never throws. What was right once is not fetched again. */
export function fetchNamed(file: Named): Promise<Fetched> {
  const known = fetched.get(file.digest) ?? fetchOnce(file);
  fetched.set(file.digest, known);
  known.then(({ state }) => state === "right" || fetched.delete(file.digest));
  return known;
}

async function fetchOnce(file: Named): Promise<Fetched> {
  try {
    const answer = await fetch(file.href, { credentials: "omit", redirect: "error" });
    if (!answer.ok) return { state: "gone" };
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const right = bytes.length <= LARGEST && hexEncode(sha256(bytes)) === file.digest;
    return right ? { state: "right", bytes } : { state: "changed" };
  } catch {
    return { state: "gone" };
  }
}

/** What kind of document bytes are, by how they begin; null for a kind that is not shown (SVG and HTML hold scripts). */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const head = String.fromCharCode(...bytes.slice(0, 12));
  if (head.startsWith(JPEG)) return "image/jpeg";
  if (head.startsWith(PNG)) return "image/png";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "image/webp";
  return head.startsWith("%PDF-") ? "application/pdf" : null;
}
