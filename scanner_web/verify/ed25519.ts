/** Ed25519 for browsers whose WebCrypto has none; a chunk that shares nothing with others, loaded only there. */
import { hashes, Point } from "@noble/ed25519";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Whether a signature is right: [s]B - [k]A must be written exactly as R, as OpenSSL compares (RFC 8032 §5.1.7). */
export async function verify(
  publicKey: Uint8Array,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const r = signature.slice(0, 32);
  const s = littleEndian(signature.slice(32));
  if (signature.length !== 64 || s >= ORDER) {
    return false;
  }
  let key: Point;
  try {
    key = Point.fromBytes(publicKey, true);
  } catch {
    return false;
  }
  const k = littleEndian(await hashes.sha512Async(Uint8Array.from([...r, ...publicKey, ...data]))) % ORDER;
  const reached = times(Point.BASE, s).add(times(key.negate(), k));
  return littleEndian(reached.toBytes()) === littleEndian(r);
}

function times(point: Point, scalar: bigint): Point {
  return scalar === 0n ? Point.ZERO : point.multiplyUnsafe(scalar);
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
