import { readFileSync } from "node:fs";
import { toFunctionSelector } from "viem";
import { describe, expect, it } from "vitest";
import { readLatest, readRecalled, readStanding, recalledCall, SELECTORS } from "./contract.ts";
import { CHUNK, Endpoints, type Place } from "./endpoints.ts";
import { askPlace } from "./index.ts";
import { ChainError, type Fetch, Rpc } from "./rpc.ts";

const word = (value: number | bigint) => value.toString(16).padStart(64, "0");
const LOG = "ab".repeat(32);
const ROOT = "cd".repeat(32);
const SUCCESSOR = "0".repeat(64);
const key = (n: number) => word(n + 1);

interface World {
  chainId: number;
  /** block number to hash */
  head: number;
  size: number;
  falseSince: number;
  recalled: Set<string>;
  takesHashes: boolean;
  takesBatches: boolean;
  dead: boolean;
  asked: string[];
}

const honest: World = {
  chainId: 1,
  head: 10,
  size: 5,
  falseSince: 0,
  recalled: new Set(),
  takesHashes: true,
  takesBatches: true,
  dead: false,
  asked: [],
};

/** Endpoints by address, each a small node of its own. */
function network(nodes: Record<string, Partial<World>>): { fetch: Fetch; worlds: Map<string, World> } {
  const worlds = new Map(Object.entries(nodes).map(([url, own]) => [url, { ...honest, asked: [], ...own }]));
  const fetch: Fetch = async (url, init) => {
    const world = worlds.get(url);
    if (world === undefined || world.dead) throw new TypeError("no such host");
    const body = JSON.parse(String(init.body));
    if (Array.isArray(body)) {
      world.asked.push("batch");
      if (!world.takesBatches) return Response.json({ error: { code: -32600, message: "no batches" } });
      return Response.json(body.map((one) => reply(world, one)).reverse());
    }
    world.asked.push(body.method);
    return Response.json(reply(world, body));
  };
  return { fetch, worlds };
}

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

function reply(world: World, { id, method, params }: Request) {
  const result = (value: unknown) => ({ jsonrpc: "2.0", id, result: value });
  const refuse = (message: string) => ({ jsonrpc: "2.0", id, error: { code: -32602, message } });
  const number = (n: number) => `0x${n.toString(16)}`;
  if (method === "eth_chainId") return result(number(world.chainId));
  if (method === "eth_blockNumber") return result(number(world.head));
  if (method === "eth_getBlockByNumber") {
    const asked = String(params[0]);
    const at = asked.startsWith("0x") ? Number(asked) : world.head;
    return result({ number: number(at), hash: `0x${word(at)}`, timestamp: number(1000 + at) });
  }
  const [call, where] = params;
  if (typeof call !== "object" || call === null || !("data" in call)) return refuse("no call");
  if (typeof where === "object" && !world.takesHashes) return refuse("hex string expected");
  const data = String(call.data).slice(2);
  const selector = data.slice(0, 8);
  if (selector === SELECTORS.latest) return result(`0x${word(world.size)}${ROOT}${word(1234)}`);
  if (selector === SELECTORS.standing)
    return result(
      `0x${word(world.falseSince)}${SUCCESSOR}${word(86_400)}${word(1)}${word(2)}${word(192)}${word(0)}`,
    );
  const keys = (data.slice(8 + 3 * 64).match(/.{64}/g) ?? []).map((one) => (world.recalled.has(one) ? 1 : 0));
  return result(`0x${word(32)}${word(keys.length)}${keys.map(word).join("")}`);
}

const place = (rpcs: string[], more: Partial<Place> = {}): Place => ({
  rpcs,
  chainId: 1,
  contract: `0x${"77".repeat(20)}`,
  logId: LOG,
  quorum: 1,
  finality: "latest",
  ...more,
});

describe("what is sent and read", () => {
  it("names functions by the selectors of the contract's own ABI", () => {
    const artifact = JSON.parse(readFileSync("ledger/chain/CheckpointAnchor.json", "utf-8"));
    for (const [name, selector] of Object.entries(SELECTORS)) {
      const found = artifact.abi.find((one: { name?: string; type: string }) => one.name === name);
      expect(toFunctionSelector(found)).toBe(`0x${selector}`);
    }
  });

  it("writes a list of subjects as the ABI does", () => {
    expect(recalledCall(LOG, [key(0), key(1)])).toBe(
      `0x${SELECTORS.recalled}${LOG}${word(64)}${word(2)}${key(0)}${key(1)}`,
    );
  });

  it("takes nothing for a value that is none", () => {
    const wrong = [
      () => readLatest(""),
      () => readLatest(word(1) + ROOT),
      () => readLatest(word(1n << 64n) + ROOT + word(1)),
      () => readStanding(word(0) + SUCCESSOR + word(1n << 32n) + word(1) + word(1) + word(192) + word(0)),
      () => readStanding(word(0) + SUCCESSOR + word(1) + "f".repeat(64) + word(1) + word(192) + word(0)),
      () => readRecalled(word(32) + word(1) + word(2), 1),
      () => readRecalled(word(32) + word(1) + word(1), 2),
      () => readRecalled(word(32) + word(2 ** 40), 2 ** 40),
      () => readRecalled(word(33) + word(1) + word(1), 1),
    ];
    for (const read of wrong) expect(read).toThrow(ChainError);
  });
});

describe("agreement", () => {
  it("answers with what a quorum says, and how many said it", async () => {
    const { fetch } = network({ a: {}, b: {}, c: { dead: true } });
    const answer = await askPlace(place(["a", "b", "c"], { quorum: 2 }), [key(0)], { fetch });
    expect(answer).toMatchObject({ state: "ok", endpoints: 3, agreed: 2, block: 10, maxAge: 86_400 });
    expect(answer.latest).toMatchObject({ size: 5, time: 1234 });
    expect([...answer.asked]).toEqual([key(0)]);
  });

  it("is disputed when one of three says another thing of the same block", async () => {
    for (const lie of [{ size: 9 }, { falseSince: 7 }, { recalled: new Set([key(0)]) }]) {
      const { fetch } = network({ a: {}, b: {}, c: lie });
      const answer = await askPlace(place(["a", "b", "c"], { quorum: 2 }), [key(0)], { fetch });
      expect([answer.state, answer.latest, answer.agreed]).toEqual(["disputed", null, 0]);
    }
  });

  it("is unreachable with fewer than the quorum, with one endpoint named twice, and on another chain", async () => {
    const { fetch } = network({ a: {}, b: { dead: true }, other: { chainId: 5 } });
    for (const rpcs of [["a", "b"], ["a", "a"], ["a", "other"], ["b"], []])
      expect((await askPlace(place(rpcs, { quorum: 2 }), [], { fetch })).state).toBe("unreachable");
  });

  it("reads at the newest block that a quorum has", async () => {
    const { fetch } = network({ a: { head: 12 }, b: { head: 10 }, c: { head: 11 } });
    const answer = await askPlace(place(["a", "b", "c"], { quorum: 2 }), [], { fetch });
    expect([answer.state, answer.block, answer.agreed]).toEqual(["ok", 11, 2]);
  });

  it("lets a finality in blocks count from the newest", async () => {
    const { fetch } = network({ a: {} });
    expect((await askPlace(place(["a"], { finality: "3" }), [], { fetch })).block).toBe(7);
    expect((await askPlace(place(["a"], { finality: "99" }), [], { fetch })).block).toBe(0);
  });

  it("gives up an endpoint that does not answer in time", async () => {
    const { fetch: quick } = network({ a: {} });
    const fetch: Fetch = (url, init) =>
      url === "slow"
        ? new Promise((_, fail) => init.signal?.addEventListener("abort", () => fail(new Error("aborted"))))
        : quick(url, init);
    const answer = await askPlace(place(["slow", "a"]), [], { fetch, timeout: 30 });
    expect([answer.state, answer.agreed]).toEqual(["ok", 1]);
  });
});

describe("how it asks", () => {
  it("asks all that it needs of a block in one request", async () => {
    const { fetch, worlds } = network({ a: {} });
    await askPlace(place(["a"]), [key(0)], { fetch });
    expect(worlds.get("a")?.asked).toEqual(["batch", "batch", "eth_call", "batch"]);
  });

  it("asks one by one where batches are not taken", async () => {
    const { fetch, worlds } = network({ a: { takesBatches: false } });
    const answer = await askPlace(place(["a"]), [key(0)], { fetch });
    expect(answer.state).toBe("ok");
    expect(worlds.get("a")?.asked.filter((one) => one === "batch")).toHaveLength(2);
  });

  it("asks by number where block hashes are not taken, and whether the block stayed", async () => {
    const { fetch } = network({ a: { takesHashes: false, recalled: new Set([key(0)]) } });
    const answer = await askPlace(place(["a"]), [key(0)], { fetch });
    expect(answer.state).toBe("ok");
    expect([...answer.recalled]).toEqual([key(0)]);
  });

  it("asks about many subjects in pieces", async () => {
    const keys = Array.from({ length: 2 * CHUNK + 1 }, (_, n) => key(n));
    const recalled = new Set([key(0), key(CHUNK), key(2 * CHUNK)]);
    const { fetch } = network({ a: { recalled } });
    const found = await new Endpoints(place(["a"]), { fetch }).state(keys);
    expect(new Set(found.value.recalled)).toEqual(recalled);
  });

  it("takes rubbish for no answer", async () => {
    for (const body of ["", "<html>", "{}", "[]", "null", '{"id":-1,"result":"0x1"}', "[".repeat(9999)]) {
      const rpc = new Rpc("a", { fetch: async () => new Response(body) });
      const answers = await rpc.all([["eth_chainId"], ["eth_blockNumber"]]);
      expect(answers.every((one) => one instanceof ChainError)).toBe(true);
    }
  });

  it("reads no answer without end", async () => {
    const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1 << 20)) });
    const rpc = new Rpc("a", { fetch: async () => new Response(endless) });
    await expect(rpc.call("eth_chainId")).rejects.toThrow("too large");
  });
});
