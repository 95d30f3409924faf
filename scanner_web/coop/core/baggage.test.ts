import { beforeEach, describe, expect, it } from "vitest";
import { makeKey } from "./keys.ts";
import { MemoryStore } from "./memory.ts";
import { Bench, LOT, statesOf } from "./testbench.ts";
import { eventAbout } from "./testledger.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await Bench.open();
});

describe("photos", () => {
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]);

  it("go before what names them, once, and their bytes are dropped when the slip is recorded", async () => {
    const outbox = bench.outbox();
    const href = await outbox.addPhoto(jpeg, "image/jpeg");
    await outbox.add({ ...(await bench.slip("A")), photos: [href] });
    bench.ledger.fault = (raws) => (raws.length > 0 ? "unanswered" : "none");
    await outbox.drain();
    expect(bench.ledger.blobs).toHaveLength(1);
    expect(await outbox.photo(href)).toMatchObject({ sent: true });
    bench.ledger.fault = () => "none";
    await outbox.drain(true);
    expect(bench.ledger.blobs).toHaveLength(1);
    expect(await outbox.photo(href)).toBeNull();
    expect(await statesOf(outbox)).toEqual(["recorded"]);
  });

  it("that were taken for what nobody recorded are dropped after a week", async () => {
    const outbox = bench.outbox();
    const href = await outbox.addPhoto(jpeg, "image/jpeg");
    for (const days of [0, 6]) {
      bench.now += days * 86_400_000;
      await outbox.add(await bench.slip("A"));
      await outbox.drain();
      expect(await outbox.photo(href)).not.toBeNull();
    }
    bench.now += 2 * 86_400_000;
    await outbox.add(await bench.slip("A"));
    await outbox.drain();
    expect(await outbox.photo(href)).toBeNull();
  });

  it("that the service does not take are not waited for; those that nobody answers are", async () => {
    const outbox = bench.outbox();
    const href = await outbox.addPhoto(jpeg, "image/jpeg");
    await outbox.add({ ...(await bench.slip("A")), photos: [href] });
    bench.ledger.fault = () => "unheard";
    expect(await outbox.drain()).toMatchObject({ stopped: "offline", recorded: 0 });
    expect(bench.ledger.heard).toBe(0);
    bench.ledger.fault = (raws) => (raws.length > 0 ? "none" : "refused");
    expect(await outbox.drain(true)).toMatchObject({ recorded: 1 });
    expect(await outbox.photo(href)).toMatchObject({ sent: false, refused: "blob.media_type" });
  });
});

describe("a file", () => {
  it("carries slips, receipts and photos to another phone, once", async () => {
    const outbox = bench.outbox();
    const href = await outbox.addPhoto(new Uint8Array([1, 2, 3]), "image/jpeg");
    await outbox.add(await bench.slip("A"));
    await outbox.drain();
    await outbox.add({ ...(await bench.slip("B")), photos: [href] });
    const file = await outbox.exportAll();
    const other = bench.outbox(new MemoryStore("nguon-app"));
    expect(await other.importAll(file)).toEqual({ added: 2, known: 0 });
    expect(await other.importAll(file)).toEqual({ added: 0, known: 2 });
    expect(await statesOf(other)).toEqual(["recorded", "waiting"]);
    expect((await other.photo(href))?.bytes).toEqual(new Uint8Array([1, 2, 3]));
    await other.drain();
    await outbox.drain();
    expect(bench.inLog()).toEqual(["A", "B"]);
    expect(await statesOf(outbox)).toEqual(["recorded", "recorded"]);
  });

  it("does not make recorded what its receipts do not prove", async () => {
    const outbox = bench.outbox();
    await outbox.add(await bench.slip("A"));
    await outbox.drain();
    const packed = JSON.parse(await (await outbox.exportAll()).text());
    packed.slips[0].statements = [await eventAbout(bench.key, 99, [`${LOT}A`])];
    const other = bench.outbox(new MemoryStore("nguon-app"));
    await other.importAll(new Blob([JSON.stringify(packed)]));
    expect(await statesOf(other)).toEqual(["waiting"]);
  });

  it.each(["", "[]", '{"v":1}', '{"v":1,"kind":"nguon-outbox","at":"x","slips":[{}],"photos":[]}'])(
    "that is none of ours is refused: %s",
    async (text) => {
      await expect(bench.outbox().importAll(new Blob([text]))).rejects.toMatchObject({
        code: "import.syntax",
      });
    },
  );
});

describe("another key", () => {
  it("signs anew what waits, and what the ledger had taken unanswered is recognised by its first receipt", async () => {
    const outbox = bench.outbox();
    const first = await outbox.add(await bench.slip("A"));
    const second = await outbox.add(await bench.slip("B"));
    bench.ledger.fault = () => "unanswered";
    await outbox.drain();
    const next = await makeKey(bench.store);
    for (const { id } of [first, second]) await outbox.resign(id, next);
    bench.ledger.fault = () => "none";
    expect(await outbox.drain(true)).toMatchObject({ recorded: 2 });
    expect(bench.inLog()).toEqual(["A", "B"]);
    expect(bench.ledger.log.map(({ header }) => header.kid)).toEqual([bench.key.kid, next.kid]);
    const [recorded] = await outbox.slips();
    expect(recorded).toMatchObject({ state: "recorded", earlier: first.statements });
  });
});
