import { beforeEach, describe, expect, it } from "vitest";
import { hexEncode } from "../../verify/encoding.ts";
import { parseStatement } from "../../verify/jws.ts";
import { alarms } from "./alarms.ts";
import type { Outbox } from "./outbox.ts";
import type { Slip } from "./slips.ts";
import { Bench, LOT, statesOf } from "./testbench.ts";
import { TestLedger } from "./testledger.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

describe("a slip", () => {
  it("is kept before it is said to be, waits, and is recorded with receipts that were checked", async () => {
    const outbox = bench.outbox();
    const kept = await outbox.add(await bench.slip("A"));
    expect(kept).toMatchObject({ state: "waiting", place: 1, subjects: [`${LOT}A`], tries: 0 });
    expect(await bench.outbox().slips()).toEqual([kept]);
    expect(await outbox.drain()).toEqual({ recorded: 1, refused: 0, waiting: 0, stopped: null, next: null });
    const [recorded] = await bench.outbox().slips();
    expect(recorded?.state).toBe("recorded");
    expect(recorded?.receipts?.[0]).toMatchObject({ index: 0, duplicate: false });
    const [signed] = await bench.store.read((rooms) => rooms.all("signed"));
    const commitment = hexEncode(parseStatement(kept.statements[0] ?? "").commitment);
    expect(signed).toMatchObject({ commitment, kid: bench.key.kid, slip: kept.id, index: 0 });
  });

  it("is not kept where the ledger could not read it", async () => {
    const outbox = bench.outbox();
    await expect(outbox.add({ draft: null, sentence: "", statements: ["a.b.c"] })).rejects.toMatchObject({
      code: "statement.syntax",
    });
    expect(await outbox.slips()).toEqual([]);
  });

  it("is never sent from practice", async () => {
    const outbox = bench.outbox(bench.store, { sender: null });
    await outbox.add(await bench.slip("A"));
    expect(await outbox.drain(true)).toMatchObject({ stopped: "practice", waiting: 1, next: null });
    expect(bench.ledger.heard).toBe(0);
  });

  it("waits for a session of its own organisation, and holds no other back", async () => {
    const outbox = bench.outbox(bench.store, { org: () => "https://id.gs1.org/417/2" });
    await outbox.add({ ...(await bench.slip("A")), org: "https://id.gs1.org/417/1" });
    await outbox.add({ ...(await bench.slip("B")), org: "https://id.gs1.org/417/2" });
    await outbox.drain();
    expect(bench.inLog()).toEqual(["B"]);
    expect(await statesOf(outbox)).toEqual(["waiting", "recorded"]);
  });
});

describe("a failure", () => {
  it.each(["unheard", "unanswered"] as const)(
    "%s: the same bytes are sent again, and recorded once",
    async (fault) => {
      const outbox = bench.outbox();
      await outbox.add(await bench.slip("A"));
      bench.ledger.fault = () => fault;
      expect(await outbox.drain()).toMatchObject({ recorded: 0, stopped: "offline", waiting: 1 });
      expect(await statesOf(outbox)).toEqual(["waiting"]);
      bench.ledger.fault = () => "none";
      expect(await outbox.drain()).toMatchObject({ recorded: 0, stopped: "offline" }); // not so soon
      expect(await outbox.drain(true)).toMatchObject({ recorded: 1 });
      expect(bench.inLog()).toEqual(["A"]);
    },
  );

  it("is waited for longer each time, and as long as the service says", async () => {
    const outbox = bench.outbox();
    await outbox.add(await bench.slip("A"));
    bench.ledger.fault = () => "unheard";
    const pauses: number[] = [];
    for (let turn = 0; turn < 12; turn++) pauses.push(((await outbox.drain(true)).next ?? 0) - bench.now);
    expect(pauses.slice(0, 3)).toEqual([3_000, 6_000, 12_000]);
    expect(Math.max(...pauses)).toBe(450_000);
    bench.ledger.fault = () => "often";
    expect(((await outbox.drain(true)).next ?? 0) - bench.now).toBe(2_000);
    bench.now += 2_000;
    bench.ledger.fault = () => "none";
    expect(await outbox.drain()).toMatchObject({ recorded: 1 });
  });

  it("of the service with one slip leaves the others to be sent", async () => {
    const outbox = bench.outbox();
    await outbox.add(await bench.slip("A"));
    await outbox.add(await bench.slip("A"));
    await outbox.add(await bench.slip("B"));
    bench.ledger.fault = (raws) => (raws[0] && inSlip(raws[0]) === "A" ? "error500" : "none");
    expect(await outbox.drain()).toMatchObject({ recorded: 1, waiting: 2, stopped: null });
    expect(bench.inLog()).toEqual(["B"]);
    bench.ledger.fault = () => "none";
    await outbox.drain(true);
    expect(bench.inLog()).toEqual(["B", "A", "A"]);
  });

  it("of the session stops all until somebody signs in, and loses nothing", async () => {
    const outbox = bench.outbox();
    await outbox.add(await bench.slip("A"));
    await outbox.add(await bench.slip("B"));
    bench.ledger.fault = () => "session";
    expect(await outbox.drain()).toMatchObject({ stopped: "signin", waiting: 2, next: null });
    expect(bench.ledger.heard).toBe(1);
    bench.ledger.fault = () => "none";
    expect(await outbox.drain()).toMatchObject({ recorded: 2 });
  });

  it("that comes before the key is admitted is none: the slip waits", async () => {
    const outbox = bench.outbox();
    await outbox.add(await bench.slip("A"));
    bench.ledger.fault = () => "unadmitted";
    expect(await outbox.drain()).toMatchObject({ refused: 0, waiting: 1, stopped: null });
    bench.ledger.fault = () => "none";
    expect(await outbox.drain(true)).toMatchObject({ recorded: 1 });
  });
});

describe("a refused slip", () => {
  let outbox: Outbox;
  let refused: Slip;

  beforeEach(async () => {
    outbox = bench.outbox();
    refused = await outbox.add(await bench.slip("A"));
    await outbox.add(await bench.slip("A", "B"));
    await outbox.add(await bench.slip("B"));
    await outbox.add(await bench.slip("C"));
    bench.ledger.fault = (raws) => (raws[0] === refused.statements[0] ? "refused" : "none");
    await outbox.drain();
  });

  it("stays with its reason, and holds back what shares a subject with it, and what shares one with that", async () => {
    expect(bench.inLog()).toEqual(["C"]);
    const [first] = await outbox.slips();
    expect(first).toMatchObject({
      state: "refused",
      problem: { code: "quantity.not_positive", sentence: "No.", status: 422 },
    });
    expect(await statesOf(outbox)).toEqual(["refused", "waiting", "waiting", "recorded"]);
    expect(await outbox.unsent()).toBe(3);
  });

  it("is put right in its own place, before what it held back", async () => {
    const right = await outbox.add({ ...(await bench.slip("A")), fixes: refused.id });
    await outbox.drain();
    expect(bench.inLog()).toEqual(["C", "A", "A,B", "B"]);
    expect(bench.ledger.log[1]?.raw).toBe(right.statements[0]);
    expect((await outbox.slips()).find(({ id }) => id === refused.id)?.fixedBy).toBe(right.id);
    expect(await outbox.unsent()).toBe(0);
  });

  it("that is set aside holds nothing back, and is still there", async () => {
    await outbox.setAside(refused.id);
    await outbox.drain();
    expect(bench.inLog()).toEqual(["C", "A,B", "B"]);
    expect((await outbox.slips())[0]).toMatchObject({ id: refused.id, state: "refused", setAside: true });
  });

  it("can be sent again as it is", async () => {
    bench.ledger.fault = () => "none";
    await outbox.retry(refused.id);
    await outbox.drain();
    expect(bench.inLog()).toEqual(["C", "A", "A,B", "B"]);
  });
});

describe("a receipt that does not hold", () => {
  it.each([
    ["forged", /^(?:note|receipt|proof)\./],
    ["misfiled", /^(?:receipt|proof)\./],
    ["short", /^receipt\.count$/],
  ] as const)("%s: is an alarm with its evidence; the slip goes on waiting", async (fault, code) => {
    const outbox = bench.outbox();
    const kept = await outbox.add(await bench.slip("A"));
    bench.ledger.fault = () => fault;
    expect(await outbox.drain()).toMatchObject({ recorded: 0, waiting: 1 });
    const [waiting] = await outbox.slips();
    expect(waiting?.state).toBe("waiting");
    expect(waiting?.alarm).toMatch(code);
    await outbox.drain(true);
    const raised = await alarms(bench.store);
    expect(raised).toHaveLength(1);
    expect(raised[0]?.code).toBe(waiting?.alarm);
    expect(raised[0]?.params.slip).toBe(kept.id);
    expect(raised[0]?.evidence).toContain(kept.statements[0]);
    bench.ledger.fault = () => "none";
    await outbox.drain(true);
    const [recorded] = await outbox.slips();
    expect(recorded?.state).toBe("recorded");
    expect(recorded?.alarm).toBeUndefined();
    expect(await alarms(bench.store)).toHaveLength(1);
  });

  it("of a log that another key signs is refused", async () => {
    const other = await TestLedger.open();
    const outbox = bench.outbox(bench.store, { trust: async () => other.trust });
    await outbox.add(await bench.slip("A"));
    await outbox.drain();
    expect((await outbox.slips())[0]).toMatchObject({ state: "waiting", alarm: "note.unverified" });
  });
});

it("a counter never repeats, whoever asks", async () => {
  const [one, other] = [bench.outbox(), bench.outbox()];
  const given = await Promise.all([one, other, one, other].map((outbox) => outbox.nextCounter()));
  expect(new Set(given).size).toBe(4);
});

function inSlip(raw: string): string {
  return parseStatement(raw)
    .header.about.map((uri) => uri.slice(LOT.length))
    .join();
}
