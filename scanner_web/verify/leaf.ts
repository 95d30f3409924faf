/**
 * The public log's leaves: fixed binary, big-endian (DESIGN §3.3).
 *
 *     statement:  version u8 = 1 | kind u8 (1, 2, 4) | time u64, ms since 1970 | commitment 32 | n u8 >= 1
 *                 | n x ( subject key 32 | ordinal u64 )
 *     snapshot:   version u8 = 1 | kind u8 = 3 | time u64 | map root 32 | index of this leaf u64
 */
import { bytesEqual, compareBytes } from "./encoding";
import { LedgerError } from "./errors";

const HEAD = 43;
const SUBJECT = 40;
const SNAPSHOT = 50;

/** That an entry is the `ordinal`-th of a subject. */
export interface SubjectRef {
  readonly key: Uint8Array;
  readonly ordinal: bigint;
}

/** One statement's line in the public log. */
export interface StatementLeaf {
  readonly kind: 1 | 2 | 4;
  readonly time: bigint;
  readonly commitment: Uint8Array;
  /** Strictly rising by key, 1 to 255 of them. */
  readonly subjects: readonly SubjectRef[];
}

/** The lot map's root over all leaves before this one (DESIGN §3.5). */
export interface SnapshotLeaf {
  readonly kind: 3;
  readonly time: bigint;
  readonly mapRoot: Uint8Array;
  readonly index: bigint;
}

/** The leaf that these bytes are, in the one form it can have. Throws `leaf.syntax`. */
export function parseLeaf(data: Uint8Array): StatementLeaf | SnapshotLeaf {
  const leaf = data[0] === 1 ? (data[1] === 3 ? parseSnapshot(data) : parseStatement(data)) : undefined;
  if (leaf === undefined) {
    throw new LedgerError("leaf.syntax");
  }
  return leaf;
}

/** Which entry of the subject a leaf is; undefined if it is not filed under it. */
export function ordinalOf(leaf: StatementLeaf, key: Uint8Array): bigint | undefined {
  return leaf.subjects.find((subject) => bytesEqual(subject.key, key))?.ordinal;
}

function parseSnapshot(data: Uint8Array): SnapshotLeaf | undefined {
  if (data.length !== SNAPSHOT) {
    return undefined;
  }
  return { kind: 3, time: u64(data, 2), mapRoot: data.slice(10, 42), index: u64(data, 42) };
}

function parseStatement(data: Uint8Array): StatementLeaf | undefined {
  const [, kind] = data;
  const count = data[HEAD - 1] ?? 0;
  if ((kind !== 1 && kind !== 2 && kind !== 4) || count < 1 || data.length !== HEAD + count * SUBJECT) {
    return undefined;
  }
  const subjects = Array.from({ length: count }, (_, place) => {
    const start = HEAD + place * SUBJECT;
    return { key: data.slice(start, start + 32), ordinal: u64(data, start + 32) };
  });
  const isRight = subjects.every((subject, place) => {
    const before = subjects[place - 1];
    return subject.ordinal >= 1n && (before === undefined || compareBytes(before.key, subject.key) < 0);
  });
  return isRight ? { kind, time: u64(data, 2), commitment: data.slice(10, 42), subjects } : undefined;
}

function u64(data: Uint8Array, at: number): bigint {
  return new DataView(data.buffer, data.byteOffset).getBigUint64(at);
}
