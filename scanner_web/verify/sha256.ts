/**
 * SHA-256 (FIPS 180-4 §6.2), synchronous: proofs are thousands of tiny hashes, and a promise each would cost more than
 * the hash. Nothing secret passes through here.
 */

/** The first 64 primes, by trial. */
const PRIMES: bigint[] = [];
for (let number = 2n; PRIMES.length < 64; number++) {
  if (PRIMES.every((prime) => number % prime)) {
    PRIMES.push(number);
  }
}
/** First 32 bits of the fractional parts of the primes' cube roots (§4.2.2). */
const K = Int32Array.from(PRIMES, (prime) => fractionOfRoot(prime, 3n));
/** The same of the square roots of the first 8 (§5.3.3). */
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fractionOfRoot(prime, 2n));
const W = new Int32Array(64);

/** The digest, 32 bytes, of bytes given in parts. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) {
    length += part.length;
  }
  const padded = new Uint8Array(((length + 72) >> 6) << 6);
  let filled = 0;
  for (const part of parts) {
    padded.set(part, filled);
    filled += part.length;
  }
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, length / 2 ** 29);
  view.setUint32(padded.length - 4, length << 3);
  const state = START.slice();
  for (let at = 0; at < padded.length; at += 64) {
    compress(state, view, at);
  }
  const digest = new DataView(new ArrayBuffer(32));
  for (let place = 0; place < 8; place++) {
    digest.setInt32(4 * place, state[place] ?? 0);
  }
  return new Uint8Array(digest.buffer);
}

/** Take one block of 64 bytes in (§6.2.2). */
function compress(state: Int32Array, view: DataView, at: number): void {
  const word = (place: number) => state[place] ?? 0;
  let [a, b, c, d, e, f, g, h] = [word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7)];
  for (let t = 0; t < 64; t++) {
    if (t < 16) {
      W[t] = view.getInt32(at + 4 * t);
    } else {
      const w2 = W[t - 2] ?? 0;
      const w15 = W[t - 15] ?? 0;
      const s0 = rotr(w15, 7) ^ rotr(w15, 18) ^ (w15 >>> 3);
      const s1 = rotr(w2, 17) ^ rotr(w2, 19) ^ (w2 >>> 10);
      W[t] = s1 + (W[t - 7] ?? 0) + s0 + (W[t - 16] ?? 0);
    }
    const t1 =
      h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + (K[t] ?? 0) + (W[t] ?? 0);
    const t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const next = [a, b, c, d, e, f, g, h];
  for (let place = 0; place < 8; place++) {
    state[place] = word(place) + (next[place] ?? 0);
  }
}

function rotr(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function fractionOfRoot(number: bigint, degree: bigint): number {
  let root = 0n;
  for (let bit = 1n << 40n; bit; bit >>= 1n) {
    if ((root + bit) ** degree <= number << (32n * degree)) {
      root += bit;
    }
  }
  return Number(BigInt.asIntN(32, root));
}
