import { beforeEach, describe, expect, it } from "vitest";
import { hexEncode } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import { parseStatement } from "../../verify/jws.ts";
import { alarms } from "./alarms.ts";
import { makeKey, type PhoneKey } from "./keys.ts";
import { MemoryStore } from "./memory.ts";
import { Outbox } from "./outbox.ts";
import type { NewSlip, Slip } from "./slips.ts";
import type { Store, Writing } from "./store.ts";
import { eventAbout, TestLedger } from "./testledger.ts";
import { ownTurns } from "./turns.ts";

const LOT = "https://id.gs1.org/01/09521001000055/10/";

let ledger: TestLedger;
let store: MemoryStore;
let key: PhoneKey;
let now: number;
let made: number;

beforeEach(async () => {
  ledger = await TestLedger.open();
  store = new MemoryStore("nguon-app");
  key = await makeKey(store);
  now = Date.parse("2026-11-24T06:00:00Z");
  made = 0;
});

function open(on: Store = store, over: Partial<ConstructorParameters<typeof Outbox>[1]> = {}): Outbox {
  return new Outbox(on, {
    sender: ledger,
    trust: async () => ledger.trust,
    now: () => now,
    random: () => 0.5,
    turns: ownTurns(),
    ...over,
  });
}

async function slip(...lots: readonly string[]): Promise<NewSlip> {
  const about = lots.map((lot) => LOT + lot);
  return { draft: null, sentence: `${lots}`, statements: [await eventAbout(key, ++made, about)] };
}

/** The sentences of what the ledger holds, in its order, by the lots that each is about. */
function inLog(): string[] {
  return ledger.log.map(({ header }) => header.about.map((uri) => uri.slice(LOT.length)).join());
}

const states = async (outbox: Outbox) => (await outbox.slips()).map(({ state }) => state);

describe("a slip", () => {
  it("is kept before it is said to be, waits, and is recorded with receipts that were checked", async () => {
    const outbox = open();
    const kept = await outbox.add(await slip("A"));
    expect(kept).toMatchObject({ state: "waiting", place: 1, subjects: [`${LOT}A`], tries: 0 });
    expect(await open().slips()).toEqual([kept]);
    expect(await outbox.drain()).toEqual({ recorded: 1, refused: 0, waiting: 0, stopped: null, next: null });
    const [recorded] = await open().slips();
    expect(recorded?.state).toBe("recorded");
    expect(recorded?.receipts?.[0]).toMatchObject({ index: 0, duplicate: false });
    const [signed] = await store.read((rooms) => rooms.all("signed"));
    const commitment = hexEncode(parseStatement(kept.statements[0] ?? "").commitment);
    expect(signed).toMatchObject({ commitment, kid: key.kid, slip: kept.id, index: 0 });
  });

  it("is not kept where the ledger could not read it", async () => {
    const outbox = open();
    await expect(outbox.add({ draft: null, sentence: "", statements: ["a.b.c"] })).rejects.toMatchObject({
      code: "statement.syntax",
    });
    expect(await outbox.slips()).toEqual([]);
  });

  it("is never sent from practice", async () => {
    const outbox = open(store, { sender: null });
    await outbox.add(await slip("A"));
    expect(await outbox.drain(true)).toMatchObject({ stopped: "practice", waiting: 1, next: null });
    expect(ledger.heard).toBe(0);
  });

  it("waits for a session of its own organisation, and holds no other back", async () => {
    const outbox = open(store, { org: () => "https://id.gs1.org/417/2" });
    await outbox.add({ ...(await slip("A")), org: "https://id.gs1.org/417/1" });
    await outbox.add({ ...(await slip("B")), org: "https://id.gs1.org/417/2" });
    await outbox.drain();
    expect(inLog()).toEqual(["B"]);
    expect(await states(outbox)).toEqual(["waiting", "recorded"]);
  });
});

describe("a failure", () => {
  it.each(["unheard", "unanswered"] as const)(
    "%s: the same bytes are sent again, and recorded once",
    async (fault) => {
      const outbox = open();
      await outbox.add(await slip("A"));
      ledger.fault = () => fault;
      expect(await outbox.drain()).toMatchObject({ recorded: 0, stopped: "offline", waiting: 1 });
      expect(await states(outbox)).toEqual(["waiting"]);
      ledger.fault = () => "none";
      expect(await outbox.drain()).toMatchObject({ recorded: 0, stopped: "offline" }); // not so soon
      expect(await outbox.drain(true)).toMatchObject({ recorded: 1 });
      expect(inLog()).toEqual(["A"]);
    },
  );

  it("is waited for longer each time, and as long as the service says", async () => {
    const outbox = open();
    await outbox.add(await slip("A"));
    ledger.fault = () => "unheard";
    const pauses: number[] = [];
    for (let turn = 0; turn < 12; turn++) pauses.push(((await outbox.drain(true)).next ?? 0) - now);
    expect(pauses.slice(0, 3)).toEqual([3_000, 6_000, 12_000]);
    expect(Math.max(...pauses)).toBe(450_000);
    ledger.fault = () => "often";
    expect(((await outbox.drain(true)).next ?? 0) - now).toBe(2_000);
    now += 2_000;
    ledger.fault = () => "none";
    expect(await outbox.drain()).toMatchObject({ recorded: 1 });
  });

  it("of the service with one slip leaves the others to be sent", async () => {
    const outbox = open();
    await outbox.add(await slip("A"));
    await outbox.add(await slip("A"));
    await outbox.add(await slip("B"));
    ledger.fault = (raws) => (raws[0] && inSlip(raws[0]) === "A" ? "error500" : "none");
    expect(await outbox.drain()).toMatchObject({ recorded: 1, waiting: 2, stopped: null });
    expect(inLog()).toEqual(["B"]);
    ledger.fault = () => "none";
    await outbox.drain(true);
    expect(inLog()).toEqual(["B", "A", "A"]);
  });

  it("of the session stops all until somebody signs in, and loses nothing", async () => {
    const outbox = open();
    await outbox.add(await slip("A"));
    await outbox.add(await slip("B"));
    ledger.fault = () => "session";
    expect(await outbox.drain()).toMatchObject({ stopped: "signin", waiting: 2, next: null });
    expect(ledger.heard).toBe(1);
    ledger.fault = () => "none";
    expect(await outbox.drain()).toMatchObject({ recorded: 2 });
  });

  it("that comes before the key is admitted is none: the slip waits", async () => {
    const outbox = open();
    await outbox.add(await slip("A"));
    ledger.fault = () => "unadmitted";
    expect(await outbox.drain()).toMatchObject({ refused: 0, waiting: 1, stopped: null });
    ledger.fault = () => "none";
    expect(await outbox.drain(true)).toMatchObject({ recorded: 1 });
  });
});

describe("a refused slip", () => {
  let outbox: Outbox;
  let refused: Slip;

  beforeEach(async () => {
    outbox = open();
    refused = await outbox.add(await slip("A"));
    await outbox.add(await slip("A", "B"));
    await outbox.add(await slip("B"));
    await outbox.add(await slip("C"));
    ledger.fault = (raws) => (raws[0] === refused.statements[0] ? "refused" : "none");
    await outbox.drain();
  });

  it("stays with its reason, and holds back what shares a subject with it, and what shares one with that", async () => {
    expect(inLog()).toEqual(["C"]);
    const [first] = await outbox.slips();
    expect(first).toMatchObject({
      state: "refused",
      problem: { code: "quantity.not_positive", sentence: "No.", status: 422 },
    });
    expect(await states(outbox)).toEqual(["refused", "waiting", "waiting", "recorded"]);
    expect(await outbox.unsent()).toBe(3);
  });

  it("is put right in its own place, before what it held back", async () => {
    const right = await outbox.add({ ...(await slip("A")), fixes: refused.id });
    await outbox.drain();
    expect(inLog()).toEqual(["C", "A", "A,B", "B"]);
    expect(ledger.log[1]?.raw).toBe(right.statements[0]);
    expect((await outbox.slips()).find(({ id }) => id === refused.id)?.fixedBy).toBe(right.id);
    expect(await outbox.unsent()).toBe(0);
  });

  it("that is set aside holds nothing back, and is still there", async () => {
    await outbox.setAside(refused.id);
    await outbox.drain();
    expect(inLog()).toEqual(["C", "A,B", "B"]);
    expect((await outbox.slips())[0]).toMatchObject({ id: refused.id, state: "refused", setAside: true });
  });

  it("can be sent again as it is", async () => {
    ledger.fault = () => "none";
    await outbox.retry(refused.id);
    await outbox.drain();
    expect(inLog()).toEqual(["C", "A", "A,B", "B"]);
  });
});

describe("a receipt that does not hold", () => {
  it.each([
    ["forged", /^(?:note|receipt|proof)\./],
    ["misfiled", /^(?:receipt|proof)\./],
    ["short", /^receipt\.count$/],
  ] as const)("%s: is an alarm with its evidence; the slip goes on waiting", async (fault, code) => {
    const outbox = open();
    const kept = await outbox.add(await slip("A"));
    ledger.fault = () => fault;
    expect(await outbox.drain()).toMatchObject({ recorded: 0, waiting: 1 });
    const [waiting] = await outbox.slips();
    expect(waiting?.state).toBe("waiting");
    expect(waiting?.alarm).toMatch(code);
    await outbox.drain(true);
    const raised = await alarms(store);
    expect(raised).toHaveLength(1);
    expect(raised[0]?.code).toBe(waiting?.alarm);
    expect(raised[0]?.params.slip).toBe(kept.id);
    expect(raised[0]?.evidence).toContain(kept.statements[0]);
    ledger.fault = () => "none";
    await outbox.drain(true);
    const [recorded] = await outbox.slips();
    expect(recorded?.state).toBe("recorded");
    expect(recorded?.alarm).toBeUndefined();
    expect(await alarms(store)).toHaveLength(1);
  });

  it("of a log that another key signs is refused", async () => {
    const other = await TestLedger.open();
    const outbox = open(store, { trust: async () => other.trust });
    await outbox.add(await slip("A"));
    await outbox.drain();
    expect((await outbox.slips())[0]).toMatchObject({ state: "waiting", alarm: "note.unverified" });
  });
});

/** A phone that is full: it takes nothing in but what is small enough. */
class FullStore extends MemoryStore {
  full = true;

  override write<T>(work: (rooms: Writing) => Promise<T>): Promise<T> {
    return super.write(async (rooms) => {
      const put: Writing["put"] = async (room, name, value) => {
        if (this.full && room !== "key") throw new LedgerError("store.full");
        return rooms.put(room, name, value);
      };
      return work({ ...rooms, put });
    });
  }
}

describe("a phone that is full", () => {
  it("says so, shows the slip, exports it, sends it from the page, and keeps it when there is room", async () => {
    const full = new FullStore("nguon-app");
    const outbox = open(full);
    const fresh = await slip("A");
    const error = await outbox.add(fresh).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "store.full" });
    const [shown] = await outbox.slips();
    expect(shown).toMatchObject({ state: "waiting", unkept: true, statements: fresh.statements });
    expect(error).toMatchObject({ params: { slip: shown?.id } });
    expect(await (await outbox.exportAll()).text()).toContain(fresh.statements[0]);
    expect(await outbox.drain()).toMatchObject({ recorded: 1, waiting: 0 });
    expect(inLog()).toEqual(["A"]);
    expect((await outbox.slips())[0]).toMatchObject({ state: "recorded", unkept: true });
    full.full = false;
    await outbox.drain();
    const [kept] = await open(full).slips();
    expect(kept).toMatchObject({ id: shown?.id, state: "recorded" });
    expect(kept?.unkept).toBeUndefined();
    expect(await full.read((rooms) => rooms.all("signed"))).toMatchObject([{ index: 0, slip: kept?.id }]);
  });
});

describe("a phone that becomes full", () => {
  it("sends what it had kept all the same, and writes that down when there is room", async () => {
    const full = new FullStore("nguon-app");
    full.full = false;
    const outbox = open(full);
    await outbox.add(await slip("A"));
    await outbox.add(await slip("A"));
    full.full = true;
    expect(await outbox.drain()).toMatchObject({ recorded: 2, waiting: 0, stopped: null });
    expect(inLog()).toEqual(["A", "A"]);
    expect((await outbox.slips()).map(({ state, unkept }) => [state, unkept])).toEqual([
      ["recorded", true],
      ["recorded", true],
    ]);
    expect(await states(open(full))).toEqual(["waiting", "waiting"]); // as another tab sees it
    full.full = false;
    await outbox.drain();
    expect((await open(full).slips()).map(({ state, place }) => [state, place])).toEqual([
      ["recorded", 1],
      ["recorded", 2],
    ]);
    expect((await full.read((rooms) => rooms.all("signed"))).map(({ index }) => index).sort()).toEqual([
      0, 1,
    ]);
  });
});

describe("photos", () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]);

  it("go before what names them, once, and their bytes are dropped when the slip is recorded", async () => {
    const outbox = open();
    const href = await outbox.addPhoto(jpeg, "image/jpeg");
    await outbox.add({ ...(await slip("A")), photos: [href] });
    ledger.fault = (raws) => (raws.length > 0 ? "unanswered" : "none");
    await outbox.drain();
    expect(ledger.blobs).toHaveLength(1);
    expect(await outbox.photo(href)).toMatchObject({ sent: true });
    ledger.fault = () => "none";
    await outbox.drain(true);
    expect(ledger.blobs).toHaveLength(1);
    expect(await outbox.photo(href)).toBeNull();
    expect(await states(outbox)).toEqual(["recorded"]);
  });

  it("that were taken for what nobody recorded are dropped after a week", async () => {
    const outbox = open();
    const href = await outbox.addPhoto(jpeg, "image/jpeg");
    for (const days of [0, 6]) {
      now += days * 86_400_000;
      await outbox.add(await slip("A"));
      await outbox.drain();
      expect(await outbox.photo(href)).not.toBeNull();
    }
    now += 2 * 86_400_000;
    await outbox.add(await slip("A"));
    await outbox.drain();
    expect(await outbox.photo(href)).toBeNull();
  });

  it("that the service does not take are not waited for; those that nobody answers are", async () => {
    const outbox = open();
    const href = await outbox.addPhoto(jpeg, "image/jpeg");
    await outbox.add({ ...(await slip("A")), photos: [href] });
    ledger.fault = () => "unheard";
    expect(await outbox.drain()).toMatchObject({ stopped: "offline", recorded: 0 });
    expect(ledger.heard).toBe(0);
    ledger.fault = (raws) => (raws.length > 0 ? "none" : "refused");
    expect(await outbox.drain(true)).toMatchObject({ recorded: 1 });
    expect(await outbox.photo(href)).toMatchObject({ sent: false, refused: "blob.media_type" });
  });
});

describe("a file", () => {
  it("carries slips, receipts and photos to another phone, once", async () => {
    const outbox = open();
    const href = await outbox.addPhoto(new Uint8Array([1, 2, 3]), "image/jpeg");
    await outbox.add(await slip("A"));
    await outbox.drain();
    await outbox.add({ ...(await slip("B")), photos: [href] });
    const file = await outbox.exportAll();
    const other = open(new MemoryStore("nguon-app"));
    expect(await other.importAll(file)).toEqual({ added: 2, known: 0 });
    expect(await other.importAll(file)).toEqual({ added: 0, known: 2 });
    expect(await states(other)).toEqual(["recorded", "waiting"]);
    expect((await other.photo(href))?.bytes).toEqual(new Uint8Array([1, 2, 3]));
    await other.drain();
    await outbox.drain();
    expect(inLog()).toEqual(["A", "B"]);
    expect(await states(outbox)).toEqual(["recorded", "recorded"]);
  });

  it("does not make recorded what its receipts do not prove", async () => {
    const outbox = open();
    await outbox.add(await slip("A"));
    await outbox.drain();
    const packed = JSON.parse(await (await outbox.exportAll()).text());
    packed.slips[0].statements = [await eventAbout(key, 99, [`${LOT}A`])];
    const other = open(new MemoryStore("nguon-app"));
    await other.importAll(new Blob([JSON.stringify(packed)]));
    expect(await states(other)).toEqual(["waiting"]);
  });

  it.each(["", "[]", '{"v":1}', '{"v":1,"kind":"nguon-outbox","at":"x","slips":[{}],"photos":[]}'])(
    "that is none of ours is refused: %s",
    async (text) => {
      await expect(open().importAll(new Blob([text]))).rejects.toMatchObject({ code: "import.syntax" });
    },
  );
});

describe("another key", () => {
  it("signs anew what waits, and what the ledger had taken unanswered is recognised by its first receipt", async () => {
    const outbox = open();
    const first = await outbox.add(await slip("A"));
    const second = await outbox.add(await slip("B"));
    ledger.fault = () => "unanswered";
    await outbox.drain();
    const next = await makeKey(store);
    for (const { id } of [first, second]) await outbox.resign(id, next);
    ledger.fault = () => "none";
    expect(await outbox.drain(true)).toMatchObject({ recorded: 2 });
    expect(inLog()).toEqual(["A", "B"]);
    expect(ledger.log.map(({ header }) => header.kid)).toEqual([key.kid, next.kid]);
    const [recorded] = await outbox.slips();
    expect(recorded).toMatchObject({ state: "recorded", earlier: first.statements });
  });
});

it("a counter never repeats, whoever asks", async () => {
  const [one, other] = [open(), open()];
  const given = await Promise.all([one, other, one, other].map((outbox) => outbox.nextCounter()));
  expect(new Set(given).size).toBe(4);
});

function inSlip(raw: string): string {
  return parseStatement(raw)
    .header.about.map((uri) => uri.slice(LOT.length))
    .join();
}
