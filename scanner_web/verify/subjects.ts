import { compareBytes, utf8 } from "./encoding";
import { sha256 } from "./sha256";

/** What a URI is to a statement: what happens to it, what it went into, what is described, what signed. */
export const ROLES = ["about", "from", "desc", "by"] as const;

export type Role = (typeof ROLES)[number];

export const KEY_URI_PREFIX = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:";

/** The 32-byte key of a subject: SHA-256(role ‖ 0x20 ‖ UTF-8 URI) (DESIGN §3.2). */
export function subjectKey(role: Role, uri: string): Uint8Array {
  return sha256(utf8(`${role} ${uri}`));
}

/** The URI of a key by its JWK thumbprint (RFC 9278). */
export function keyUri(kid: string): string {
  return KEY_URI_PREFIX + kid;
}

/** The subject keys that a statement's leaf holds, exactly, rising; every key once. */
export function subjectKeys(
  describes: boolean,
  about: readonly string[],
  from: readonly string[],
  kid: string,
): Uint8Array[] {
  const keys = [
    ...about.map((uri) => subjectKey(describes ? "desc" : "about", uri)),
    ...from.map((uri) => subjectKey("from", uri)),
    subjectKey("by", keyUri(kid)),
  ];
  return keys.sort(compareBytes);
}
