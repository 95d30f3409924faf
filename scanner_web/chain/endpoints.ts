// Asking a chain through several endpoints, none of which is believed alone.
//
// The rules (DESIGN §3.6), the same as in `ledger/chain/endpoints.py`:
//
// 1. Endpoints that serve another chain id do not count.
// 2. Each is asked for its block at the finality (`latest`, `safe`, `finalized`, or a number of blocks below its
//    newest). The k-th highest of these is the block to read at: at least k endpoints have it.
// 3. The contract is read at that block's hash (EIP-1898), so equal answers are answers about the same state.
// 4. Two different answers about one block hash: somebody lies, the chain is `disputed`.
// 5. Fewer than k equal answers about one block hash: `unreachable`.
//
// Anchors are read so at the configured finality; marks, roles and recalls, which can only worsen a verdict, at the
// newest block in the same way. All endpoints are asked at once.
import {
  type Latest,
  latestCall,
  readLatest,
  readRecalled,
  readStanding,
  recalledCall,
  type Standing,
  standingCall,
} from "./contract.ts";
import { type AskOptions, ChainError, isRecord, octets, quantity, Rpc, RpcError } from "./rpc.ts";

/** Subjects that one call asks about. */
export const CHUNK = 500;
const TAGS: ReadonlySet<string> = new Set(["latest", "safe", "finalized"]);
const INVALID_PARAMS = -32602; // JSON-RPC 2.0 §5.1

/** A block's number and hash (64 hexadecimal digits). */
export interface Block {
  readonly number: bigint;
  readonly hash: string;
}

/** What a quorum said about one block. */
export interface Agreed<T> {
  readonly value: T;
  readonly block: Block;
  readonly agreed: number;
}

/** Mark and roles of the log, and those of the subjects asked about that are recalled. */
export interface State {
  readonly standing: Standing;
  readonly recalled: readonly string[];
}

/** A chain, and how a log on it is asked about. */
export interface Place {
  readonly rpcs: readonly string[];
  readonly chainId: number;
  /** 0x and 40 hexadecimal digits */
  readonly contract: string;
  /** 64 hexadecimal digits */
  readonly logId: string;
  /** how many endpoints must give the same answer */
  readonly quorum: number;
  /** `latest`, `safe`, `finalized`, or decimal digits: blocks below the newest */
  readonly finality: string;
}

type Results<T> = Map<Rpc, T | ChainError>;
/** Reads the contract at a block: calldata in, what came back as hexadecimal out, in the same order. */
type Ask = (calls: readonly string[]) => Promise<string[]>;

/** The endpoints of one chain, asked about one log. */
export class Endpoints {
  readonly place: Place;
  readonly rpcs: readonly Rpc[];

  constructor(place: Place, options: AskOptions = {}) {
    this.place = place;
    this.rpcs = [...new Set(place.rpcs)].map((url) => new Rpc(url, options));
  }

  /** The newest anchor at the configured finality, null before the first. @throws ChainError */
  latest(): Promise<Agreed<Latest | null>> {
    return this.#agree(this.place.finality, async (ask) => {
      const [data = ""] = await ask([latestCall(this.place.logId)]);
      return readLatest(data);
    });
  }

  /** Marks, roles and recalls at the newest block. Keys are 64 hexadecimal digits, sorted. @throws ChainError */
  state(keys: readonly string[]): Promise<Agreed<State>> {
    const chunks: string[][] = [];
    for (let start = 0; start < keys.length; start += CHUNK) chunks.push(keys.slice(start, start + CHUNK));
    return this.#agree("latest", async (ask) => {
      const calls = [
        standingCall(this.place.logId),
        ...chunks.map((one) => recalledCall(this.place.logId, one)),
      ];
      const [standing = "", ...answers] = await ask(calls);
      const recalled = chunks.flatMap((chunk, index) => {
        const flags = readRecalled(answers[index] ?? "", chunk.length);
        return chunk.filter((_, place) => flags[place]);
      });
      return { standing: readStanding(standing), recalled };
    });
  }

  /**
   * Read the contract at one block hash. Endpoints that then fail are left out and the rest is asked again, as long as
   * it can make a quorum: one that is ahead and refuses further calls must not silence the others.
   */
  async #agree<T>(finality: string, read: (ask: Ask) => Promise<T>): Promise<Agreed<T>> {
    let tips: Results<Block> = await each(this.rpcs, (rpc) => this.#tip(rpc, finality));
    for (;;) {
      const known = new Map<Rpc, Block>();
      for (const [rpc, tip] of tips) if (!(tip instanceof ChainError)) known.set(rpc, tip);
      this.#enough(known.size, tips);
      const number = kthHighest([...known.values()], this.place.quorum);
      const able = [...known].filter(([, tip]) => tip.number >= number).map(([rpc]) => rpc);
      const answers = await each(able, async (rpc) => {
        const tip = known.get(rpc);
        const block = tip?.number === number ? tip : await readBlock(rpc, number);
        return { block, value: await read((calls) => this.#at(rpc, block, calls)) };
      });
      try {
        return this.#count(answers);
      } catch (error) {
        const failed = [...answers].filter(([, answer]) => answer instanceof ChainError);
        const again = error instanceof ChainError && error.code === "chain.unreachable" && failed.length > 0;
        if (!again || known.size - failed.length < this.place.quorum) throw error;
        tips = new Map(tips);
        for (const [rpc, answer] of failed) if (answer instanceof ChainError) tips.set(rpc, answer);
      }
    }
  }

  #count<T>(answers: Results<{ block: Block; value: T }>): Agreed<T> {
    const votes = new Map<string, Map<string, { value: T; block: Block; agreed: number }>>();
    for (const answer of answers.values()) {
      if (answer instanceof ChainError) continue;
      const said = JSON.stringify(answer.value);
      const counts = votes.get(answer.block.hash) ?? new Map<string, Agreed<T>>();
      counts.set(said, { ...answer, agreed: (counts.get(said)?.agreed ?? 0) + 1 });
      votes.set(answer.block.hash, counts);
    }
    for (const counts of votes.values())
      if (counts.size > 1) throw new ChainError("endpoints contradict each other", "chain.disputed");
    const all = [...votes.values()].flatMap((counts) => [...counts.values()]);
    const best = all.reduce<Agreed<T> | null>(
      (top, one) => (top && top.agreed >= one.agreed ? top : one),
      null,
    );
    this.#enough(best?.agreed ?? 0, answers);
    if (best === null) throw new ChainError("no endpoint is named");
    return best;
  }

  #enough(count: number, results: Results<unknown>): void {
    if (count >= this.place.quorum) return;
    const errors = [...results.values()].filter((one): one is ChainError => one instanceof ChainError);
    const reverted = errors.find((error) => error instanceof RpcError && error.hasData);
    if (reverted) throw reverted;
    const wrong = errors.filter((error) => error.code === "chain.wrong_chain");
    const [first] = wrong;
    if (first && wrong.length === errors.length) throw first;
    throw new ChainError("too few endpoints agree");
  }

  /** An endpoint's block at a finality, once it has said that it serves the right chain. */
  async #tip(rpc: Rpc, finality: string): Promise<Block> {
    const tagged = TAGS.has(finality);
    const where = tagged
      ? (["eth_getBlockByNumber", finality, false] as const)
      : (["eth_blockNumber"] as const);
    const [chain, found] = await rpc.all([["eth_chainId"], where]);
    if (chain instanceof ChainError) throw chain;
    if (quantity(chain) !== BigInt(this.place.chainId))
      throw new ChainError("another chain", "chain.wrong_chain");
    if (found instanceof ChainError) throw found;
    if (tagged) return block(found);
    const below = quantity(found) - BigInt(finality);
    return readBlock(rpc, below > 0n ? below : 0n);
  }

  /**
   * The answers at this very block. An endpoint that takes no block hashes is asked by number, and afterwards whether
   * the block of that number is still the same: an answer about another state is no answer.
   */
  async #at(rpc: Rpc, at: Block, calls: readonly string[]): Promise<string[]> {
    const byHash = { blockHash: `0x${at.hash}`, requireCanonical: true };
    const answers = await rpc.all(calls.map((data) => this.#call(data, byHash)));
    const refused = answers.some(
      (one) => one instanceof RpcError && !one.hasData && one.rpcCode === INVALID_PARAMS,
    );
    if (!refused) return answers.map(answered);
    const again = await rpc.all(calls.map((data) => this.#call(data, `0x${at.number.toString(16)}`)));
    const values = again.map(answered);
    if ((await readBlock(rpc, at.number)).hash !== at.hash)
      throw new ChainError("the block was replaced while it was read");
    return values;
  }

  #call(data: string, where: unknown): [string, ...unknown[]] {
    return ["eth_call", { to: this.place.contract, data }, where];
  }
}

function answered(value: unknown): string {
  if (value instanceof ChainError) throw value;
  return octets(value);
}

async function readBlock(rpc: Rpc, number: bigint): Promise<Block> {
  return block(await rpc.call("eth_getBlockByNumber", `0x${number.toString(16)}`, false));
}

function block(found: unknown): Block {
  if (!isRecord(found)) throw new ChainError("not a block");
  quantity(found.timestamp);
  return { number: quantity(found.number), hash: octets(found.hash, 32) };
}

function kthHighest(blocks: readonly Block[], k: number): bigint {
  const numbers = blocks.map((one) => one.number).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const found = numbers[k - 1];
  if (found === undefined) throw new ChainError("no endpoint is named");
  return found;
}

async function each<T>(rpcs: readonly Rpc[], use: (rpc: Rpc) => Promise<T>): Promise<Results<T>> {
  const found: Results<T> = new Map();
  const results = await Promise.all(
    rpcs.map((rpc) =>
      use(rpc).catch((error: unknown) => {
        if (error instanceof ChainError) return error;
        throw error;
      }),
    ),
  );
  rpcs.forEach((rpc, index) => {
    const result = results[index];
    if (result !== undefined) found.set(rpc, result);
  });
  return found;
}
