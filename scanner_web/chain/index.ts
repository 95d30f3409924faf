// What the chains of a trust file say about its log: the home chain decides, marks and recalls on others count too.
import type { Anchor, ChainAnswer, TrustFile } from "../verify/index.ts";
import type { Latest } from "./contract.ts";
import { Endpoints, type Place } from "./endpoints.ts";
import { type AskOptions, ChainError } from "./rpc.ts";

export type { AskOptions, Fetch } from "./rpc.ts";

/** The chains that a trust file names, asked about its log. Nothing is sent before something is asked. */
export class TrustedChain {
  readonly #home: Endpoints;
  readonly #others: readonly Endpoints[];

  constructor(trust: TrustFile, options: AskOptions = {}) {
    this.#home = new Endpoints({ ...trust, logId: hex(trust.logId) }, options);
    this.#others = trust.others.map(
      (other) => new Endpoints({ ...other, logId: hex(other.logId), quorum: 1, finality: "latest" }, options),
    );
  }

  /**
   * All that a verdict needs. Trouble is part of the answer, never thrown.
   *
   * @param keys subject keys, 64 lower-case hexadecimal digits each
   */
  async answer(keys: readonly string[]): Promise<ChainAnswer> {
    const home = answerOf(this.#home, keys);
    const others = await Promise.all(this.#others.map((one) => answerOf(one, keys)));
    return others.length === 0 ? home : withOthers(await home, others);
  }
}

/** Asks once what the chains of a trust file say. See `TrustedChain.answer`. */
export function askChain(
  trust: TrustFile,
  keys: readonly string[],
  options: AskOptions = {},
): Promise<ChainAnswer> {
  return new TrustedChain(trust, options).answer(keys);
}

/** Asks the endpoints of one chain. See `TrustedChain.answer`. */
export function askPlace(
  place: Place,
  keys: readonly string[],
  options: AskOptions = {},
): Promise<ChainAnswer> {
  return answerOf(new Endpoints(place, options), keys);
}

/** Asks once for the newest anchor at the configured finality; null before the first, and where no quorum says so. */
export async function newestFinal(trust: TrustFile, options: AskOptions = {}): Promise<Anchor | null> {
  const latest = await new Endpoints({ ...trust, logId: hex(trust.logId) }, options).latest().catch(trouble);
  return latest instanceof ChainError ? null : anchor(latest.value);
}

async function answerOf(endpoints: Endpoints, keys: readonly string[]): Promise<ChainAnswer> {
  const asked = new Set(keys);
  const silent: ChainAnswer = {
    state: "unreachable",
    latest: null,
    falseSince: 0,
    retired: false,
    maxAge: 0,
    recalled: new Set(),
    asked,
    block: null,
    endpoints: endpoints.rpcs.length,
    agreed: 0,
  };
  const [latest, state] = await Promise.all([
    endpoints.latest().catch(trouble),
    endpoints.state([...asked].sort()).catch(trouble),
  ]);
  const error = [latest, state].find((one) => one instanceof ChainError);
  if (latest instanceof ChainError || state instanceof ChainError) {
    const disputed = error instanceof ChainError && error.code === "chain.disputed";
    return disputed ? { ...silent, state: "disputed" } : silent;
  }
  const { standing, recalled } = state.value;
  return {
    state: "ok",
    latest: anchor(latest.value),
    falseSince: standing.falseSince,
    retired: !/^0+$/.test(standing.successor),
    maxAge: standing.maxAge,
    recalled: new Set(recalled),
    asked,
    block: Number(latest.block.number),
    endpoints: endpoints.rpcs.length,
    agreed: Math.min(latest.agreed, state.agreed),
  };
}

/** The home chain's answer, with the marks and recalls that other chains of the same log report. */
function withOthers(home: ChainAnswer, others: readonly ChainAnswer[]): ChainAnswer {
  const marks = [home, ...others].map((one) => one.falseSince).filter((since) => since > 0);
  const recalled = new Set([home, ...others].flatMap((one) => [...one.recalled]));
  return { ...home, falseSince: marks.length > 0 ? Math.min(...marks) : 0, recalled };
}

function anchor(latest: Latest | null): Anchor | null {
  return latest && { size: latest.size, root: bytes(latest.root), time: latest.time };
}

function trouble(error: unknown): ChainError {
  if (error instanceof ChainError) return error;
  throw error;
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
