/** Photos and reports that signed content names by their digest: `ledger/lot/documents.py` again (RFC 6920 §3). */

import type { Named, StoryContext } from "./model";
import { byLocalName, items, said, text } from "./terms";

const NI = /^ni:\/\/\/sha-256;([A-Za-z0-9_-]{43})$/;
const PREFIX = "ni:///sha-256;";

/** A document that an event names; `digest` in hex, the rest as its signer says. */
export interface Attachment {
  readonly digest: string;
  readonly title: string;
  readonly mediaType: string;
}

/** The SHA-256 (hex) that an ni URI names; null for another scheme, authority, algorithm or length. */
export function parseNi(uri: string): string | null {
  const coded = NI.exec(uri)?.[1];
  if (coded === undefined) return null;
  const bytes = atob(`${coded.replaceAll("-", "+").replaceAll("_", "/")}=`);
  const digest = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return niUri(digest) === uri ? digest : null;
}

/** The URI of bytes with this SHA-256 (hex). */
export function niUri(digest: string): string {
  const bytes = digest.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
  return PREFIX + btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Where the service answers bytes with this SHA-256 (hex). */
export function blobPath(digest: string): string {
  return `/api/v1/blobs/${niUri(digest).slice(PREFIX.length)}`;
}

/** The documents that an event names, each once; what is no ni URI is left out. */
export function attachments(payload: unknown): Attachment[] {
  const found = new Map<string, Attachment>();
  for (const item of items(byLocalName(payload, "attachment"))) {
    const digest = parseNi(said(item, "href") || text(item));
    if (digest === null || found.has(digest)) continue;
    found.set(digest, { digest, title: said(item, "title"), mediaType: said(item, "mediaType") });
  }
  return [...found.values()];
}

/** The digest (hex) of the photo that a description names; null where it names none. */
export function imageOf(attributes: unknown): string | null {
  for (const item of items(byLocalName(attributes, "image"))) {
    const digest = parseNi(said(item, "href") || text(item));
    if (digest !== null) return digest;
  }
  return null;
}

/** Where named bytes are fetched, with the digest they must have; null where they are not kept here. */
export function fileOf(digest: string | null, context: StoryContext): Named | null {
  const href = digest === null ? null : context.documentUrl(digest);
  return digest === null || href === null ? null : { href, digest };
}
