/**
 * The Merkle tree of the log: hashing of RFC 6962 §2.1, verification of proofs of RFC 9162 §2.1.
 *
 * Sizes and indexes are `bigint`s, for a checkpoint may claim up to 2^63 - 1 leaves.
 */
import { bytesEqual } from "./encoding";
import { LedgerError } from "./errors";
import { sha256 } from "./sha256";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** RFC 6962 §2.1: the hash of one leaf's bytes. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(LEAF, data);
}

/** RFC 6962 §2.1: the hash of an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(NODE, left, right);
}

/** An integer as it stands in an error's params: a number, or a `bigint` beyond 2^53 - 1. */
export function param(value: bigint): number | bigint {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/**
 * Check that a leaf stands at an index of the tree with this size and root (RFC 9162 §2.1.3.2).
 *
 * Throws `proof.inclusion`.
 */
export function verifyInclusion(
  hash: Uint8Array,
  index: bigint,
  size: bigint,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): void {
  requireHashes([hash, ...proof], "proof.inclusion");
  const reached = index >= 0n && index < size ? climb(index, size - 1n, proof, [hash]) : undefined;
  if (reached?.[0] === undefined || !bytesEqual(reached[0], root)) {
    throw new LedgerError("proof.inclusion", { index: param(index), size: param(size) });
  }
}

/**
 * Check that the tree of `size2` leaves extends the tree of `size1` leaves (RFC 9162 §2.1.4.2).
 *
 * Throws `proof.consistency`; also where `size1` is 0 and `size2` is not.
 */
export function verifyConsistency(
  size1: bigint,
  root1: Uint8Array,
  size2: bigint,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): void {
  requireHashes([root1, root2, ...proof], "proof.consistency");
  const holds =
    size1 === size2
      ? size1 >= 0n && proof.length === 0 && bytesEqual(root1, root2)
      : size1 > 0n && size1 < size2 && extends_(size1, root1, size2, root2, proof);
  if (!holds) {
    throw new LedgerError("proof.consistency", { size1: param(size1), size2: param(size2) });
  }
}

function extends_(
  size1: bigint,
  root1: Uint8Array,
  size2: bigint,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  const isComplete = (size1 & (size1 - 1n)) === 0n;
  const [first, ...rest] = isComplete && proof.length > 0 ? [root1, ...proof] : proof;
  if (first === undefined) {
    return false;
  }
  let node = size1 - 1n;
  let last = size2 - 1n;
  while (node & 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  const [reached2, reached1] = climb(node, last, rest, [first, first]) ?? [];
  return (
    reached1 !== undefined &&
    reached2 !== undefined &&
    bytesEqual(reached1, root1) &&
    bytesEqual(reached2, root2)
  );
}

/**
 * Follow a path upwards from `node` on a level whose last node is `last`.
 *
 * All of `from` take in the siblings on the left, the first alone those on the right. Nothing where the proof is too
 * long or too short.
 */
function climb(
  node: bigint,
  last: bigint,
  proof: readonly Uint8Array[],
  from: readonly Uint8Array[],
): readonly Uint8Array[] | undefined {
  let reached = from;
  for (const sibling of proof) {
    if (last === 0n) {
      return undefined;
    }
    if (node & 1n || node === last) {
      reached = reached.map((hash) => nodeHash(sibling, hash));
      while (node && !(node & 1n)) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      reached = reached.map((hash, place) => (place ? hash : nodeHash(hash, sibling)));
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? reached : undefined;
}

function requireHashes(hashes: readonly Uint8Array[], code: string): void {
  if (hashes.some((hash) => hash.length !== 32)) {
    throw new LedgerError(code);
  }
}
