import { describe, expect, it } from "vitest";
import { Api } from "./api.ts";
import { ApiError } from "./http.ts";

const PROBLEM = { "Content-Type": "application/problem+json" };

/** The service, answering so; what it was asked is kept. */
function answering(answer: () => Response | Promise<Response>): { api: Api; asked: Request[] } {
  const asked: Request[] = [];
  const api = new Api({
    base: "https://nguon.example",
    lang: () => "en",
    fetch: async (input, init) => {
      asked.push(new Request(input, init));
      return answer();
    },
  });
  return { api, asked };
}

async function errorOf(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.catch((caught: unknown) => caught);
  if (error instanceof ApiError) return error;
  throw new Error(`no ApiError: ${String(error)}`);
}

const problem = (status: number, body: object, headers: Record<string, string> = {}) =>
  answering(() => new Response(JSON.stringify(body), { status, headers: { ...PROBLEM, ...headers } })).api;

describe("a refusal", () => {
  it("is the service's own words, by its code, with the rules that were broken", async () => {
    const violations = [{ code: "time.future", pointer: "/0/eventTime", level: "E", detail: "Too early." }];
    const error = await errorOf(
      problem(422, { code: "rules", detail: "No.", params: { n: 1 }, violations }).statements([]),
    );
    expect(error).toMatchObject({ code: "rules", status: 422, sentence: "No.", retryable: false });
    expect(error.violations).toEqual(violations);
    expect(error.params).toEqual({ n: 1 });
  });

  it.each([
    [400, false],
    [403, false],
    [404, false],
    [409, false],
    [413, false],
    [422, false],
    [408, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
  ])("with status %i may be asked again: %s", async (status, retryable) => {
    expect((await errorOf(problem(status, { code: "x.y" }).session())).retryable).toBe(retryable);
  });

  it("of the address itself, as a service of another version gives it, is none of what was sent", async () => {
    expect((await errorOf(problem(404, { code: "http.not_found" }).statements([]))).retryable).toBe(true);
    expect((await errorOf(problem(405, { code: "http.method" }).statements([]))).retryable).toBe(true);
  });

  it("says how long to wait", async () => {
    const error = await errorOf(problem(429, { code: "limit.often" }, { "Retry-After": "7" }).session());
    expect(error.seconds).toBe(7);
    expect((await errorOf(problem(429, { code: "limit.often" }).session())).seconds).toBeNull();
  });
});

describe("what stands in the service's place", () => {
  it.each([
    [
      "a hotspot's page",
      () => new Response("<h1>Sign in</h1>", { headers: { "Content-Type": "text/html" } }),
    ],
    ["a proxy's refusal", () => new Response("Forbidden", { status: 403 })],
    ["another program's refusal", () => Response.json({ code: "x" }, { status: 404 })],
    ["JSON of another shape", () => Response.json({ hello: 1 })],
    ["a list", () => Response.json([])],
    ["half an answer", () => new Response('{"receipts":[')],
    ["receipts of another shape", () => Response.json({ receipts: [{ index: -1 }], eventIDs: [] })],
  ])("is no refusal of a slip, and is asked again: %s", async (_, answer) => {
    const error = await errorOf(answering(answer).api.statements(["a.b.c"]));
    expect(error).toMatchObject({ code: "answer.malformed", retryable: true });
  });

  it("of a gateway is the gateway's trouble", async () => {
    const error = await errorOf(answering(() => new Response("Bad", { status: 502 })).api.session());
    expect(error).toMatchObject({ code: "http.502", retryable: true });
  });

  it("is nobody where there is no network", async () => {
    const { api } = answering(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await errorOf(api.session())).toMatchObject({ code: "offline", status: 0, retryable: true });
  });
});

it("a request carries the session's cookie to its own origin only, is never stored, and follows nobody elsewhere", async () => {
  const { api, asked } = answering(() => Response.json({ receipts: [], eventIDs: ["x"], warnings: [] }));
  expect(await api.statements(["a.b.c"], ["d.e.f"])).toEqual({ receipts: [], eventIds: ["x"], warnings: [] });
  const [request] = asked;
  expect(request).toMatchObject({
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
  });
  expect(await request?.json()).toEqual({ statements: ["a.b.c"], possessions: ["d.e.f"] });
  expect(request?.headers.get("Accept-Language")).toBe("en");
});

it("one that nobody answers in time is given up", async () => {
  const api = new Api({
    fetch: (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  });
  expect(await errorOf(api.ask("https://nguon.example/", { patience: 10 }))).toMatchObject({
    code: "timeout",
  });
});
