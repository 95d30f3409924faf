import { bytesEqual } from "./encoding";
import { param } from "./merkle";
import { type Reason, reason } from "./verdict";

/** A checkpoint that the contract holds. */
export interface Anchor {
  /** Number of leaves, at least 1. */
  readonly size: number;
  /** 32 bytes, the tree's root at that size. */
  readonly root: Uint8Array;
  /** When its block was made, in seconds since 1970. */
  readonly time: number;
}

/** What the chain says about one log: what a quorum of endpoints agreed upon. */
export interface ChainAnswer {
  /** `disputed`: two endpoints contradict each other about one block; `unreachable`: fewer than the quorum agreed. */
  readonly state: "ok" | "disputed" | "unreachable";
  /** The newest anchor at the configured finality; null before the first, and whenever `state` is not `ok`. */
  readonly latest: Anchor | null;
  /** Block time (seconds since 1970) at which the contract took a proof that the log lied; 0 if it never did. */
  readonly falseSince: number;
  readonly retired: boolean;
  /** Seconds after which the newest anchor no longer counts as fresh. */
  readonly maxAge: number;
  /** Subject keys (lower-case hex) among `asked` that are recalled in the contract. */
  readonly recalled: ReadonlySet<string>;
  /** Subject keys (lower-case hex) that the contract was asked about. */
  readonly asked: ReadonlySet<string>;
  /** Number of the block at which `latest` was read; null if none was agreed upon. */
  readonly block: number | null;
  /** How many endpoints were asked. */
  readonly endpoints: number;
  /** How many gave the answer that was taken. */
  readonly agreed: number;
}

/** What the chain's answer says about a checkpoint of this size and root. */
export function chainReasons(
  chain: ChainAnswer,
  size: number | bigint,
  root: Uint8Array,
  now: Date,
): Reason[] {
  if (chain.state === "disputed") {
    return [reason("chain.disputed", "chain_disputed")];
  }
  if (chain.state === "unreachable") {
    return [reason("chain.unreachable", "chain_unreachable")];
  }
  const reasons: Reason[] = [];
  const latest = chain.latest;
  if (latest === null || size > latest.size) {
    reasons.push(reason("chain.not_anchored", "recorded", { anchored: latest?.size ?? 0 }));
  } else if (size < latest.size) {
    reasons.push(reason("chain.newer_anchor", "stale", { anchored: latest.size }));
  } else if (!bytesEqual(root, latest.root)) {
    reasons.push(reason("chain.other_root", "tampered", { size: param(BigInt(size)) }));
  }
  const seconds = now.getTime() / 1000;
  if (latest !== null && seconds - latest.time > chain.maxAge) {
    const age = Math.trunc(seconds) - latest.time;
    reasons.push(reason("chain.old_anchor", "stale", { age, promise: chain.maxAge }));
  }
  if (chain.retired) {
    reasons.push(reason("chain.retired", "stale"));
  }
  return reasons;
}

/** The mark of a proven lie, which no other answer lifts. */
export function marks(chain: ChainAnswer): Reason[] {
  return chain.falseSince ? [reason("chain.proven_false", "tampered", { since: chain.falseSince })] : [];
}
