/**
 * The lot map: a sparse Merkle tree over subject keys (DESIGN §3.4).
 *
 *     leaf  = SHA-256(0x02 || key || head || ordinal u64)      path: the key's bits, most significant first
 *     node  = SHA-256(0x03 || left || right)
 *     an empty subtree, at any depth, is 32 zero bytes
 *     a subtree with exactly one key is that key's leaf hash
 */
import { bytesEqual } from "./encoding";
import { LedgerError } from "./errors";
import type { JsonObject } from "./json";
import { sha256 } from "./sha256";
import { count, hash, list, type Member, object, wrong } from "./shape";

const DEPTH = 256;
const LEAF = Uint8Array.of(2);
const NODE = Uint8Array.of(3);

/** What the map says of one subject: the leaf hash of its newest entry, and how many it has. */
export interface MapLeaf {
  readonly key: Uint8Array;
  readonly head: Uint8Array;
  readonly ordinal: number;
}

/** The way from the map's root to a key's slot: at most 256 hashes, root first, and what stands there. */
export interface MapProof {
  readonly siblings: readonly Uint8Array[];
  readonly leaf: MapLeaf | null;
}

/** The proof that a parsed JSON object is. Throws `json.shape`, `hex.syntax`. */
export function parseMapProof(value: Member): MapProof {
  const { siblings, leaf } = object(value);
  const listed = list(siblings);
  return {
    siblings: listed.length > DEPTH ? wrong() : listed.map(hash),
    leaf: leaf === null ? null : parseLeaf(object(leaf)),
  };
}

/**
 * What a map with this root says of a key: the key's own leaf, or null where the map has no such key.
 *
 * Throws `proof.map` where the proof does not lead from this root to this key's slot.
 */
export function resolve(root: Uint8Array, key: Uint8Array, proof: MapProof): MapLeaf | null {
  const depth = proof.siblings.length;
  const { leaf } = proof;
  let reached: Uint8Array = new Uint8Array(32);
  if (leaf !== null) {
    for (let level = 0; level < depth; level++) {
      if (bit(leaf.key, level) !== bit(key, level)) {
        throw new LedgerError("proof.map");
      }
    }
    reached = mapLeafHash(leaf);
  }
  for (let level = depth - 1; level >= 0; level--) {
    const sibling = proof.siblings[level] ?? reached;
    reached = bit(key, level) ? sha256(NODE, sibling, reached) : sha256(NODE, reached, sibling);
  }
  if (!bytesEqual(reached, root)) {
    throw new LedgerError("proof.map");
  }
  return leaf !== null && bytesEqual(leaf.key, key) ? leaf : null;
}

/** The leaf's hash in the map. */
export function mapLeafHash(leaf: MapLeaf): Uint8Array {
  const ordinal = new Uint8Array(8);
  new DataView(ordinal.buffer).setBigUint64(0, BigInt(leaf.ordinal));
  return sha256(LEAF, leaf.key, leaf.head, ordinal);
}

function bit(key: Uint8Array, place: number): number {
  return ((key[place >> 3] ?? 0) >> (7 - (place & 7))) & 1;
}

function parseLeaf(value: JsonObject): MapLeaf {
  return { key: hash(value.key), head: hash(value.head), ordinal: count(value, "ordinal", 1) };
}
