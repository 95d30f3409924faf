/** Asking the service: what came of it, and whether to ask again. */
import { LedgerError } from "../../verify/errors.ts";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { count, text } from "../../verify/shape.ts";
import type { Receipt } from "./slips.ts";

/** A rule that what was sent breaks. */
export interface Violation {
  readonly code: string;
  /** JSON Pointer into what was sent. */
  readonly pointer: string;
  /** `E`: refused. `W`: recorded with it. */
  readonly level: string;
  /** A whole sentence. */
  readonly detail: string;
}

interface Told {
  readonly status: number;
  readonly sentence?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly violations?: readonly Violation[];
  readonly seconds?: number | null;
}

/**
 * The service did not do what was asked.
 *
 * `code` is its own (RFC 9457); `offline` where nobody answered, `timeout` where not in time, `answer.malformed` where
 * something else answered in its place, as a hotspot's sign-in page does.
 */
export class ApiError extends LedgerError {
  /** HTTP; 0 where nobody answered. */
  readonly status: number;
  /** In the reader's language; empty where there is none. */
  readonly sentence: string;
  readonly violations: readonly Violation[];
  /** Whether the same may be done if it is asked again later. */
  readonly retryable: boolean;
  /** Seconds to wait first, as the service said; null where it did not. */
  readonly seconds: number | null;

  constructor(code: string, told: Told) {
    super(code, told.params);
    this.name = "ApiError";
    this.status = told.status;
    this.sentence = told.sentence ?? "";
    this.violations = told.violations ?? [];
    this.seconds = told.seconds ?? null;
    this.retryable =
      told.status === 0 ||
      told.status >= 500 ||
      [408, 425, 429].includes(told.status) ||
      ELSEWHERE.includes(code);
  }
}

/** How the service is reached. */
export interface Line {
  readonly fetch: typeof fetch;
  /** Begins every address: empty for the page's own origin. */
  readonly base: string;
  /** Language of the service's sentences. */
  readonly lang: () => string;
}

/** What is asked. */
export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly type?: string;
  /** Milliseconds for all of it. */
  readonly patience?: number;
}

const MALFORMED = "answer.malformed";
/** Something else answered, or a service of another version: no word about what was sent. */
const ELSEWHERE = [MALFORMED, "http.not_found", "http.method"];
const PATIENCE = 30_000;

/** Ask, and read the answer's text. Throws `ApiError`. */
export async function askText(line: Line, path: string, ask: Ask = {}): Promise<string> {
  const stop = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, ask.patience ?? PATIENCE);
  try {
    const answer = await line.fetch.call(globalThis, line.base + path, {
      method: ask.method ?? "GET",
      headers: headersOf(line, ask),
      body: ask.bytes ?? (ask.json === undefined ? null : JSON.stringify(ask.json)),
      credentials: "same-origin",
      redirect: "error",
      cache: "no-store",
      signal: stop.signal,
    });
    const text = await answer.text();
    if (!answer.ok) throw problemOf(answer, text);
    return text;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(late ? "timeout" : "offline", { status: 0 });
  } finally {
    clearTimeout(timer);
  }
}

/** Ask, and read the answer as JSON; null where it is empty. Throws `ApiError`. */
export async function askJson(line: Line, path: string, ask: Ask = {}): Promise<JsonValue> {
  const text = await askText(line, path, ask);
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

/** What is read of an answer; one of another shape is none of the service's. Throws `ApiError`. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LedgerError) throw malformed();
    throw error;
  }
}

function malformed(): ApiError {
  return new ApiError(MALFORMED, { status: 0 });
}

function headersOf(line: Line, ask: Ask): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": line.lang() };
  if (ask.bytes) headers["Content-Type"] = ask.type ?? "application/octet-stream";
  else if (ask.json !== undefined) headers["Content-Type"] = "application/json";
  return headers;
}

/** A refusal is the service's own only where it says so: anything else stood in its place. */
function problemOf(answer: Response, text: string): ApiError {
  const value = answer.headers.get("Content-Type")?.startsWith("application/problem+json")
    ? parsed(text)
    : null;
  if (!isObject(value) || typeof value.code !== "string") {
    return answer.status >= 500
      ? new ApiError(`http.${answer.status}`, { status: answer.status })
      : malformed();
  }
  const { code, detail, params, violations } = value;
  const seconds = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(code, {
    status: answer.status,
    sentence: typeof detail === "string" ? detail : "",
    params: isObject(params) ? params : {},
    violations: isList(violations) ? violations.filter(isObject).map(violation) : [],
    seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
  });
}

/** A broken rule as the service tells it. */
export function violation(value: JsonObject): Violation {
  const say = (name: string): string => {
    const found = value[name];
    return typeof found === "string" ? found : "";
  };
  return { code: say("code"), pointer: say("pointer"), level: say("level"), detail: say("detail") };
}

/** A receipt in an answer or a file. Throws `json.shape`. */
export function readReceipt(value: JsonObject): Receipt {
  return {
    index: count(value, "index", 0),
    leaf: text(value.leaf),
    proof: text(value.proof),
    duplicate: value.duplicate === true,
  };
}

function parsed(body: string): JsonValue {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
