import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChainAnswer } from "../verify/chain.ts";
import { reason } from "../verify/verdict.ts";
import type { Verification } from "../verify/verification.ts";
import { actions } from "./actions.ts";
import { type Chain, check, type Source, SourceError } from "./check.ts";
import { loadCatalogue } from "./i18n.ts";
import { readScans, type Scans, sendReport } from "./scans.ts";
import { proofHint, proofUrl, ServiceSource } from "./source.ts";
import { brokenStep } from "./steps.ts";
import { type Memory, readTrust } from "./trust.ts";
import { heed, suspicions } from "./word.ts";

const NONE: Scans = { count: 3, firstDay: null, firstPlace: null, conflict: null, opened: null };
const TARGET = { gtin: "09521002000085", lot: "L/1", serial: "0000" };
const HINT = { size: 7, pending: 9 };

const answer = (size: number | null, state: ChainAnswer["state"] = "ok"): ChainAnswer => ({
  state,
  latest: size === null ? null : { size, root: new Uint8Array(32), time: 1 },
  falseSince: 0,
  retired: false,
  maxAge: 60,
  recalled: new Set(),
  asked: new Set(),
  block: 1,
  endpoints: 1,
  agreed: 1,
});

const TRUST = JSON.stringify(
  JSON.parse(readFileSync("tests/vectors/bundle/trust/filed-elsewhere.json", "utf8")),
);

afterEach(() => vi.unstubAllGlobals());

describe("a code that is none of ours", () => {
  it("leads to the scanner first, then to typing, as the service's page does", async () => {
    const c = await loadCatalogue("vi");
    const support = { phone: null, email: null };
    expect(actions("malformed", false, support, "/verify?lang=vi", c)).toEqual([
      { label: "Quét lại", href: "/scan?lang=vi", icon: "camera" },
      { label: "Gõ số", href: "/?lang=vi#code", icon: "keys" },
    ]);
  });
});

describe("where a bundle is", () => {
  it("names subject, size, serial and what is pending, and only what follows that size", () => {
    const address = proofUrl(TARGET, 7, 9);
    expect(new URL(address, "https://h").searchParams.get("subject")).toBe(
      "https://id.gs1.org/01/09521002000085/10/L%2F1",
    );
    expect(address).toMatch(/&size=7&serial=0000&pending=9$/);
    expect(proofUrl(TARGET, 9, 9)).not.toContain("pending");
    expect(proofUrl(TARGET, null, 9)).not.toMatch(/size|pending/);
  });

  it("takes for a hint only what is a size", () => {
    expect(proofHint("/api/v1/proof?size=7&pending=9", "https://h")).toEqual(HINT);
    for (const odd of ["?size=-1", "?size=1e99", "?size=x", "?size=1.5", ""])
      expect(proofHint(odd, "https://h").size).toBeNull();
    expect(proofHint(null, "https://h")).toEqual({ size: null, pending: null });
  });

  it("is asked for once where the hint was right", async () => {
    const fetch = vi.fn(async () => new Response("bundle"));
    vi.stubGlobal("fetch", fetch);
    const source = new ServiceSource(TARGET, HINT);
    expect(new TextDecoder().decode(await source.bundle(7))).toBe("bundle");
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it("may be one that is kept, where there is no network", async () => {
    vi.stubGlobal("fetch", async (address: string) => {
      if (address.includes("size=7")) return new Response("kept");
      throw new TypeError("no network");
    });
    const source = new ServiceSource(TARGET, HINT);
    expect(new TextDecoder().decode(await source.bundle(null))).toBe("kept");
    await expect(source.bundle(8)).rejects.toMatchObject({ code: "offline" });
  });

  it("is refused by the service's own code", async () => {
    vi.stubGlobal("fetch", async () => Response.json({ code: "store.corrupt" }, { status: 500 }));
    const source = new ServiceSource(TARGET, { size: null, pending: null });
    await expect(source.bundle(null)).rejects.toMatchObject({ code: "store.corrupt" });
  });
});

describe("a check", () => {
  const run = async (answers: ChainAnswer[], refuse: number[] = []) => {
    const sizes: (number | null)[] = [];
    const source: Source = {
      async bundle(size) {
        sizes.push(size);
        if (size !== null && refuse.includes(size)) throw new SourceError("not_found.size");
        return new TextEncoder().encode("{}");
      },
    };
    let turn = 0;
    const chain: Chain = { answer: async () => answers[Math.min(turn++, answers.length - 1)] ?? answer(1) };
    const { trust } = await readTrust(btoa(TRUST), null, { get: () => null, set: () => {} });
    const question = { trust, source, chain, expect: TARGET, size: null, now: () => new Date() };
    return { found: (await check(question)).found, sizes, turns: () => turn };
  };

  it("asks the chain first, then for the bundle of that very size", async () => {
    expect((await run([answer(7)])).sizes).toEqual([7]);
  });

  it("calls what is no bundle tampered, and never throws for it", async () => {
    expect((await run([answer(7)])).found.verdict).toBe("tampered");
  });

  it("takes the newest that there is where the service lacks that size", async () => {
    expect((await run([answer(7)], [7])).sizes).toEqual([7, null]);
  });

  it("asks for the newest where the chain does not answer, and does not wait for it twice", async () => {
    const { sizes, turns } = await run([answer(null, "unreachable")]);
    expect(sizes).toEqual([null]);
    expect(turns()).toBe(1);
  });
});

describe("the trust file", () => {
  const memory = (): Memory & { kept: Map<string, string> } => {
    const kept = new Map<string, string>();
    return { kept, get: (name) => kept.get(name) ?? null, set: (name, value) => kept.set(name, value) };
  };

  it("is remembered the first time, and a change is told until it is accepted", async () => {
    const device = memory();
    const first = await readTrust(btoa(TRUST), null, device);
    expect(first.alarms).toEqual([]);
    const other = btoa(JSON.stringify({ ...JSON.parse(TRUST), chainId: 2 }));
    const second = await readTrust(other, null, device);
    expect(second.alarms).toEqual(["changed"]);
    expect((await readTrust(other, null, device)).alarms).toEqual(["changed"]);
    second.accept();
    expect((await readTrust(other, null, device)).alarms).toEqual([]);
  });

  it("is not remembered where the page names another", async () => {
    const device = memory();
    expect((await readTrust(btoa(TRUST), "0".repeat(64), device)).alarms).toEqual(["html"]);
    expect(device.kept.size).toBe(0);
    const { digest } = await readTrust(btoa(TRUST), null, device);
    expect((await readTrust(btoa(TRUST), digest, device)).alarms).toEqual([]);
  });

  it("that cannot be read is refused", async () => {
    await expect(readTrust(btoa("{}"), null, memory())).rejects.toMatchObject({ code: "trust.syntax" });
  });
});

describe("the operator's word", () => {
  const tem = { serial: "0000", index: 0, roll: null, issued: 1, voided: 0 };
  const found = (more: Partial<Verification>): Verification => ({
    verdict: "verified",
    reasons: [],
    target: TARGET,
    chain: answer(1),
    size: 1,
    root: new Uint8Array(32),
    entries: [],
    ancestors: [],
    descriptions: new Map(),
    masters: new Map(),
    signers: new Map(),
    birth: null,
    expiry: null,
    recall: null,
    tem,
    signatures: 0,
    ...more,
  });
  const word = suspicions(
    readScans({ count: 3, conflict: { kind: "devices", day: "2026-11-20", devices: 29 } }) ?? NONE,
  );

  it("only adds a suspicion, marked as his, and lifts nothing", () => {
    const heard = heed(found({}), word);
    expect(heard.verdict).toBe("suspect_copy");
    const params = { by: "operator", kind: "devices", day: "2026-11-20", devices: 29, count: 3 };
    expect(heard.reasons).toEqual([{ code: "scan.conflict", verdict: "suspect_copy", params }]);
    const recalled = found({ verdict: "recalled", reasons: [reason("recall.entry", "recalled")] });
    expect(heed(recalled, word).verdict).toBe("recalled");
    expect(heed(recalled, word).reasons.map(({ code }) => code)).toEqual(["recall.entry", "scan.conflict"]);
  });

  it("does not count for a tem that is in no roll, and says nothing where scans agree", () => {
    expect(heed(found({ tem: null }), word).verdict).toBe("verified");
    expect(heed(found({}), suspicions(NONE)).verdict).toBe("verified");
    const others = [reason("scan.conflict", "suspect_copy"), reason("x", "recalled", { by: "operator" })];
    expect(heed(found({}), others).verdict).toBe("verified");
  });

  it("is passed over where it has another shape", () => {
    for (const odd of [null, [], "x", {}, { count: "3" }]) expect(readScans(odd)).toBeNull();
  });

  it("a report is sent as JSON, or as a form with a photo, and a refusal is told", async () => {
    const sent: RequestInit[] = [];
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      sent.push(init);
      return new Response(null, { status: sent.length > 2 ? 404 : 201 });
    });
    const report = { code: "c", kind: "suspect" as const, text: "" };
    expect(await sendReport(report)).toBe(true);
    expect(await sendReport({ ...report, photo: new File(["x"], "p.jpg") })).toBe(true);
    expect(await sendReport(report)).toBe(false);
    expect(JSON.parse(String(sent[0]?.body))).toEqual(report);
    expect(sent[1]?.body).toBeInstanceOf(FormData);
  });
});

it("a broken commitment belongs to the step of its longest known prefix", () => {
  const at = {
    "bundle.filing": "signed",
    "bundle.count": "whole",
    "proof.inclusion": "unchanged",
    "proof.consistency": "append",
    "chain.other_root": "anchored",
    "tem.slot_missing": "tem",
    "what.ever": "unchanged",
    bundled: "unchanged",
  };
  for (const [code, step] of Object.entries(at)) expect(brokenStep(code)).toBe(step);
});
