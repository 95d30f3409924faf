/**
 * Signatures by WebCrypto: ES256 (P-256 with SHA-256) and Ed25519, the latter by a script of its own where the browser
 * does not know it.
 */

interface Subtle {
  importKey(
    format: "raw",
    key: Uint8Array<ArrayBuffer>,
    algorithm: { name: string; namedCurve?: string },
    extractable: boolean,
    usages: readonly "verify"[],
  ): Promise<object>;
  verify(
    algorithm: { name: string; hash?: string },
    key: object,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

declare const crypto: { readonly subtle?: Subtle };

/** Throws where the page is no secure context: nothing can be checked there. */
function subtle(): Subtle {
  if (crypto.subtle === undefined) {
    throw new Error("WebCrypto is missing: this is no secure context");
  }
  return crypto.subtle;
}

/**
 * Imports a P-256 key; what it answers says whether a signature is right.
 *
 * @param point 0x04 and the coordinates, 65 bytes, on the curve.
 */
export function es256(
  point: Uint8Array<ArrayBuffer>,
): (signature: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) => Promise<boolean> {
  const engine = subtle();
  const imported = engine.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  return async (signature, data) =>
    engine.verify({ name: "ECDSA", hash: "SHA-256" }, await imported, signature, data);
}

/** Whether an Ed25519 signature is right (RFC 8032 §5.1.7, without cofactor). */
export async function ed25519(
  publicKey: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const engine = subtle();
  let key: object;
  try {
    key = await engine.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    const fallback = await import("./ed25519");
    return fallback.verify(publicKey, signature, data);
  }
  return engine.verify({ name: "Ed25519" }, key, signature, data);
}
