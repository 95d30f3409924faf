// Trees too large to build: only what a proof needs is hashed, the rest are random subtrees.
import { sha256 } from "./world.js";

export const node = (left, right) => sha256(Buffer.of(1), left, right);

/** Random bytes and numbers that come out the same every time. */
export function source(seed) {
  let count = 0;
  const bytes = () => sha256(Buffer.from(`${seed} ${count++}`));
  return { bytes, below: (limit) => Number(bytes().readBigUInt64BE() % BigInt(limit)) };
}

/** Largest power of two below `width`. */
const split = (width) => 2 ** (Math.ceil(Math.log2(width)) - 1);

/**
 * A log of which `leaves` (index -> bytes) are known and the prefixes of these `sizes` are wanted. A range that neither a
 * size nor a known leaf cuts is one random hash, always the same.
 */
export function tree(seed, sizes, leaves = new Map()) {
  const cuts = new Set(sizes);
  for (const index of leaves.keys()) cuts.add(index).add(index + 1);
  const sorted = [...cuts].sort((a, b) => a - b);
  const memo = new Map();

  function root(start, width) {
    const key = `${start}+${width}`;
    if (!memo.has(key)) memo.set(key, compute(start, width));
    return memo.get(key);
  }
  function compute(start, width) {
    if (width === 1 && leaves.has(start)) return sha256(Buffer.of(0), leaves.get(start));
    const whole = Number.isInteger(Math.log2(width)) && !sorted.some((cut) => start < cut && cut < start + width);
    if (width === 1 || whole) return sha256(Buffer.from(`${seed} ${start}+${width}`));
    const left = split(width);
    return node(root(start, left), root(start + left, width - left));
  }
  /** RFC 9162 §2.1.3.1 */
  function inclusion(index, size, start = 0) {
    if (size === 1) return [];
    const left = split(size);
    return index < left
      ? [...inclusion(index, left, start), root(start + left, size - left)]
      : [...inclusion(index - left, size - left, start + left), root(start, left)];
  }
  /** RFC 9162 §2.1.4.1 */
  function consistency(size1, size2, start = 0, known = true) {
    if (size1 === size2) return known ? [] : [root(start, size2)];
    const left = split(size2);
    return size1 <= left
      ? [...consistency(size1, left, start, known), root(start + left, size2 - left)]
      : [...consistency(size1 - left, size2 - left, start + left, false), root(start, left)];
  }
  return { root: (size) => root(0, size), inclusion, consistency };
}

/** A map proof of this depth for a subject that the map counts `ordinal` times, and the map's root. */
export function mapProof(random, depth, subject, head, ordinal) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(ordinal));
  const siblings = Array.from({ length: depth }, () => random.bytes());
  let reached = sha256(Buffer.of(2), subject, head, number);
  for (let level = depth - 1; level >= 0; level--) {
    const right = (subject[level >> 3] >> (7 - (level & 7))) & 1;
    reached = right
      ? sha256(Buffer.of(3), siblings[level], reached)
      : sha256(Buffer.of(3), reached, siblings[level]);
  }
  return { root: reached, siblings };
}

/** A statement leaf of these subjects: [[key, ordinal], …]. */
export function statementLeaf(random, time, subjects) {
  const head = Buffer.from("0101", "hex");
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(time));
  const records = [...subjects]
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([key, ordinal]) => {
      const number = Buffer.alloc(8);
      number.writeBigUInt64BE(BigInt(ordinal));
      return Buffer.concat([key, number]);
    });
  return Buffer.concat([head, at, random.bytes(), Buffer.of(records.length), ...records]);
}

/** A snapshot leaf's bytes. */
export function snapshotLeaf(time, mapRoot, index) {
  const bytes = Buffer.alloc(50);
  bytes.write("0103", "hex");
  bytes.writeBigUInt64BE(BigInt(time), 2);
  mapRoot.copy(bytes, 10);
  bytes.writeBigUInt64BE(BigInt(index), 42);
  return bytes;
}
