// The three view calls of CheckpointAnchor that a verdict needs, in the Solidity ABI, by hand.
//
// Words are 64 hexadecimal digits. Decoding is strict: a word that is no value of its type, or an answer that is too
// short, is no answer. Source: DESIGN §4; Solidity ABI specification.
import { ChainError } from "./rpc.ts";

/** First four bytes of the Keccak-256 of each signature; a test derives them from the contract's own ABI. */
export const SELECTORS = { latest: "79feb107", standing: "28c7a649", recalled: "9b8b1a9a" } as const;

/** The newest anchor as the contract holds it: `root` in hexadecimal, `time` in seconds since 1970. */
export interface Latest {
  readonly size: number;
  readonly root: string;
  readonly time: number;
}

/** What the contract says about a log itself; addresses and ids in hexadecimal. */
export interface Standing {
  readonly falseSince: number;
  readonly successor: string;
  readonly maxAge: number;
  readonly owner: string;
  readonly publisher: string;
  readonly recallers: readonly string[];
}

/** Calldata of `latest(logId)`. */
export function latestCall(logId: string): string {
  return `0x${SELECTORS.latest}${logId}`;
}

/** Calldata of `standing(logId)`. */
export function standingCall(logId: string): string {
  return `0x${SELECTORS.standing}${logId}`;
}

/** Calldata of `recalled(logId, subjects)`; keys are 64 hexadecimal digits. */
export function recalledCall(logId: string, keys: readonly string[]): string {
  return `0x${SELECTORS.recalled}${logId}${word(64)}${word(keys.length)}${keys.join("")}`;
}

/** What `latest` answered; null before the first anchor. */
export function readLatest(data: string): Latest | null {
  const words = new Words(data);
  const [size, root, time] = [words.uint(0, 64), words.at(1), words.uint(2, 64)];
  return size === 0 ? null : { size, root, time };
}

/** What `standing` answered. */
export function readStanding(data: string): Standing {
  const words = new Words(data);
  return {
    falseSince: words.uint(0, 64),
    successor: words.at(1),
    maxAge: words.uint(2, 32),
    owner: words.address(3),
    publisher: words.address(4),
    recallers: words.list(5).map((index) => words.address(index)),
  };
}

/** What `recalled` answered: one flag for each of `count` subjects. */
export function readRecalled(data: string, count: number): boolean[] {
  const words = new Words(data);
  const flags = words.list(0).map((index) => words.uint(index, 1) === 1);
  if (flags.length !== count) throw new ChainError("recalled() answers for another number of lots");
  return flags;
}

class Words {
  readonly #data: string;

  constructor(data: string) {
    if (data === "") throw new ChainError("there is no contract at this address");
    this.#data = data;
  }

  at(index: number): string {
    const found = this.#data.slice(64 * index, 64 * index + 64);
    if (found.length !== 64) throw new ChainError("the contract's answer is too short");
    return found;
  }

  uint(index: number, bits: number): number {
    const value = BigInt(`0x${this.at(index)}`);
    if (value >= 1n << BigInt(bits) || value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new ChainError("a number in the contract's answer is too large");
    return Number(value);
  }

  address(index: number): string {
    const found = this.at(index);
    if (!found.startsWith("0".repeat(24))) throw new ChainError("the contract's answer holds no address");
    return found.slice(24);
  }

  /** Places of the elements of an array whose offset stands at `index`. */
  list(index: number): number[] {
    const offset = this.uint(index, 53);
    if (offset % 32 !== 0) throw new ChainError("the contract's answer is no list");
    const start = offset / 32;
    const length = this.uint(start, 53);
    if (length > this.#data.length / 64) throw new ChainError("the contract's answer is too short");
    return Array.from({ length }, (_, place) => start + 1 + place);
  }
}

function word(value: number): string {
  return value.toString(16).padStart(64, "0");
}
