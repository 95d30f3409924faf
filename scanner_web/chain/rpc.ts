// JSON-RPC 2.0 over HTTP to one endpoint, and strict readers for what comes back.
//
// An endpoint is not trusted: its answers are limited in size, every value is checked for shape, and an answer that is
// not JSON-RPC counts as no answer. An error object that the node itself sends is told apart (`RpcError`), because it
// may carry a contract's revert.

/** What a browser's `fetch` is called with; tests pass their own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Why an endpoint, or a quorum of them, gave no answer to rely on. */
export type ChainTrouble = "chain.unreachable" | "chain.disputed" | "chain.wrong_chain" | "chain.refused";

/** An endpoint that gives no usable answer, or a quorum that could not be had. */
export class ChainError extends Error {
  readonly code: ChainTrouble;

  constructor(message: string, code: ChainTrouble = "chain.unreachable") {
    super(message);
    this.code = code;
  }
}

/** The node answered, and refused: its own code, and whether it sent revert data. */
export class RpcError extends ChainError {
  readonly rpcCode: number;
  readonly hasData: boolean;

  constructor(rpcCode: number, hasData: boolean) {
    super("the node refuses", "chain.refused");
    this.rpcCode = rpcCode;
    this.hasData = hasData;
  }
}

/** How endpoints are asked. */
export interface AskOptions {
  /** in place of the browser's own */
  readonly fetch?: Fetch | undefined;
  /** milliseconds for one request, 4000 unless told */
  readonly timeout?: number | undefined;
  /** ends everything that is under way */
  readonly signal?: AbortSignal | undefined;
}

/** A method and its parameters. */
export type Call = readonly [method: string, ...params: unknown[]];

const MAX_ANSWER = 16 * 1024 * 1024;
const TIMEOUT = 4000;

/** One endpoint of one chain. */
export class Rpc {
  readonly url: string;
  readonly #options: AskOptions;
  #next = 1;
  #batches = true;

  constructor(url: string, options: AskOptions = {}) {
    this.url = url;
    this.#options = options;
  }

  /**
   * Call a method and return its `result`.
   *
   * @throws RpcError when the node answered with an error object; ChainError `chain.unreachable` for no answer, too
   * large a one, or one that is not JSON-RPC 2.0. Source: JSON-RPC 2.0 §4, §5.
   */
  async call(method: string, ...params: unknown[]): Promise<unknown> {
    const request = this.#request([method, ...params]);
    return this.#result(await this.#post(request), request.id);
  }

  /**
   * Several calls in one request, each with its own outcome: a value, or the error it would have thrown. An endpoint
   * that takes no batches is asked one by one, now and later.
   */
  async all(calls: readonly Call[]): Promise<(unknown | ChainError)[]> {
    if (this.#batches && calls.length > 1) {
      const answers = await this.#batch(calls);
      if (answers !== null) return answers;
      this.#batches = false;
    }
    return Promise.all(calls.map(([method, ...params]) => this.call(method, ...params).catch(troubled)));
  }

  async #batch(calls: readonly Call[]): Promise<(unknown | ChainError)[] | null> {
    const requests = calls.map((call) => this.#request(call));
    let reply: unknown;
    try {
      reply = await this.#post(requests);
    } catch (error) {
      if (error instanceof TimedOut) return calls.map(() => error);
      return null;
    }
    if (!Array.isArray(reply)) return null;
    const byId = new Map<unknown, unknown>(reply.map((one: unknown) => [isRecord(one) ? one.id : null, one]));
    if (!requests.every((request) => byId.has(request.id))) return null;
    return requests.map((request) => {
      try {
        return this.#result(byId.get(request.id), request.id);
      } catch (error) {
        return troubled(error);
      }
    });
  }

  #request([method, ...params]: Call) {
    return { jsonrpc: "2.0", id: this.#next++, method, params };
  }

  #result(reply: unknown, id: number): unknown {
    if (!isRecord(reply) || reply.id !== id) throw new ChainError("not JSON-RPC 2.0");
    const error = reply.error;
    if (isRecord(error)) {
      const code = typeof error.code === "number" ? error.code : 0;
      throw new RpcError(code, hasRevert(error.data));
    }
    if (!("result" in reply)) throw new ChainError("no result");
    return reply.result;
  }

  async #post(body: unknown): Promise<unknown> {
    const ask = this.#options.fetch ?? globalThis.fetch.bind(globalThis);
    const outer = this.#options.signal;
    const stop = new AbortController();
    const end = () => stop.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, this.#options.timeout ?? TIMEOUT);
    outer?.addEventListener("abort", end);
    if (outer?.aborted) end();
    try {
      const response = await ask(this.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: stop.signal,
      });
      return JSON.parse(await limited(response));
    } catch (error) {
      if (error instanceof ChainError) throw error;
      if (late) throw new TimedOut("no answer in time");
      throw new ChainError("no answer");
    } finally {
      clearTimeout(timer);
      outer?.removeEventListener("abort", end);
    }
  }
}

class TimedOut extends ChainError {}

/** Read a quantity: hexadecimal with prefix (execution-apis, `uint`). */
export function quantity(value: unknown): bigint {
  if (typeof value === "string" && value.length <= 66 && /^0x[0-9a-fA-F]+$/.test(value)) return BigInt(value);
  throw new ChainError("no quantity");
}

/** Read bytes as lower-case hexadecimal without prefix, of `length` bytes if given (execution-apis, `bytes`). */
export function octets(value: unknown, length?: number): string {
  if (typeof value === "string" && /^0x(?:[0-9a-fA-F]{2})*$/.test(value)) {
    const hex = value.slice(2).toLowerCase();
    if (length === undefined || hex.length === 2 * length) return hex;
  }
  throw new ChainError("no bytes, or not so many");
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function limited(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return response.text();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MAX_ANSWER) {
      await reader.cancel();
      throw new ChainError("the answer is too large");
    }
    text += decoder.decode(value, { stream: true });
  }
}

function troubled(error: unknown): ChainError {
  if (error instanceof ChainError) return error;
  throw error;
}

/** Revert data: a string, or (some providers) an object that holds one as `data`. */
function hasRevert(data: unknown): boolean {
  const text = isRecord(data) ? data.data : data;
  if (typeof text !== "string") return false;
  return /^(?:[0-9a-fA-F]{2})+$/.test(text.replace(/^Reverted /, "").replace(/^0x/, ""));
}
