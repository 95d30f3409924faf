// Opening a log, anchoring it, its two roots, and who may do what, guard by guard in the order of the errors.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { getAddress, zeroAddress } from "viem";
import { DAY, errorOf, hex, hexes, logIdOf, vectors, word, world, ZERO } from "../support/world.js";

const HOUR = 3600n;
const [small, large] = vectors.logs.honest.checkpoints;
const steps = vectors.consistency.filter((v) => v.valid);
const chained = (from, to) => steps.find((v) => v.size1 === from && v.size2 === to);

describe("a log", () => {
  let w;
  before(async () => {
    w = await world();
  });
  const anchor = (logId, { size, root, proof }, by = w.publisher) =>
    w.contract.write.anchor([logId, BigInt(size), hex(root), hexes(proof)], w.as(by));

  it("is opened once by each sender, under an id that nobody can take from him", async () => {
    const { contract, owner, stranger, publisher } = w;
    const at = publisher.account.address;
    const logId = logIdOf(owner.account.address, "htx.example");
    await w.assertions.emitWithArgs(contract.write.open(["htx.example", at, DAY], w.as(owner)), contract, "Opened", [
      logId,
      getAddress(owner.account.address),
      getAddress(at),
      "htx.example",
      DAY,
    ]);
    assert.equal(await errorOf(contract.write.open(["htx.example", at, DAY], w.as(owner))), "AlreadyOpen");
    assert.equal((await contract.simulate.open(["htx.example", at, DAY], w.as(stranger))).result, logIdOf(stranger.account.address, "htx.example"));
    assert.deepEqual(await contract.read.standing([logId]), [
      0n,
      ZERO,
      DAY,
      getAddress(owner.account.address),
      getAddress(at),
      [],
    ]);
    assert.deepEqual(await contract.read.latest([logId]), [0n, ZERO, 0n]);
    assert.deepEqual(await contract.read.settled([logId]), [0n, ZERO, 0n]);
  });

  it("needs a publisher and an age", async () => {
    const { contract, owner, publisher } = w;
    assert.equal(await errorOf(contract.write.open(["z", zeroAddress, DAY], w.as(owner))), "ZeroValue");
    assert.equal(await errorOf(contract.write.open(["z", publisher.account.address, 0], w.as(owner))), "ZeroValue");
  });

  it("that nobody opened reads as zeros, and takes nothing", async () => {
    const nowhere = word("nowhere");
    assert.deepEqual(await w.contract.read.standing([nowhere]), [0n, ZERO, 0, zeroAddress, zeroAddress, []]);
    assert.equal(await errorOf(anchor(nowhere, small)), "NotPublisher");
    assert.equal(await errorOf(w.contract.write.setPublisher([nowhere, w.owner.account.address], w.as(w.owner))), "NotOwner");
    assert.equal(await errorOf(w.contract.read.verifyInclusion([nowhere, ZERO, 0n, ZERO, []])), "UnknownRoot");
    assert.deepEqual(await w.contract.read.recalled([nowhere, [word("lot")]]), [false]);
  });

  it("is anchored first without a proof, then with one, and tells its history as events", async () => {
    const logId = await w.open();
    assert.equal(await errorOf(anchor(logId, { ...small, proof: [small.root] })), "BadConsistencyProof");
    await w.assertions.emitWithArgs(anchor(logId, small), w.contract, "Anchored", [logId, BigInt(small.size), hex(small.root)]);
    const first = BigInt(await w.time.latest());
    assert.deepEqual(await w.contract.read.latest([logId]), [BigInt(small.size), hex(small.root), first]);
    await w.assertions.emitWithArgs(anchor(logId, large), w.contract, "Anchored", [logId, BigInt(large.size), hex(large.root)]);
    const history = await w.contract.getEvents.Anchored({ logId }, { fromBlock: 0n });
    assert.deepEqual(history.map(({ args }) => [args.size, args.root]), [
      [BigInt(small.size), hex(small.root)],
      [BigInt(large.size), hex(large.root)],
    ]);
  });

  it("refuses a rewritten history", async () => {
    const logId = await w.anchored(small);
    const rewritten = vectors.logs["a map that hides all"].checkpoints[0];
    for (const proof of [[], large.proof, [...large.proof, rewritten.root], [small.root], [small.root, rewritten.root]]) {
      assert.equal(await errorOf(anchor(logId, { ...large, root: rewritten.root, proof })), "BadConsistencyProof");
    }
    assert.equal((await w.contract.read.latest([logId]))[1], hex(small.root));
  });

  it("never shrinks and never stands still", async () => {
    const logId = await w.anchored(small, large);
    for (const size of [0, 1, small.size, large.size]) {
      await w.assertions.revertWithCustomErrorWithArgs(anchor(logId, { ...large, size }), w.contract, "NotLarger", [
        BigInt(large.size),
        BigInt(size),
      ]);
    }
    const empty = await w.open();
    await w.assertions.revertWithCustomErrorWithArgs(anchor(empty, { ...small, size: 0 }), w.contract, "NotLarger", [0n, 0n]);
  });

  it("has its anchors checked in the order of the errors: publisher, closed, zero, larger, proof", async () => {
    const closed = await w.anchored(small);
    const next = await w.open();
    await w.contract.write.retire([closed, next], w.as(w.owner));
    const wrong = { size: 0, root: "00".repeat(32), proof: [] };
    assert.equal(await errorOf(anchor(closed, wrong, w.stranger)), "NotPublisher");
    assert.equal(await errorOf(anchor(closed, wrong)), "Closed");
    assert.equal(await errorOf(anchor(next, wrong)), "ZeroValue");
    assert.equal(await errorOf(anchor(next, { ...wrong, root: small.root })), "NotLarger");
    assert.equal(await errorOf(anchor(next, { ...small, proof: [small.root] })), "BadConsistencyProof");
    assert.equal(await errorOf(anchor(next, small)), null);
  });

  it("keeps as settled what was latest when the newest anchor's clock hour began", async () => {
    const { time, contract } = w;
    const startHour = async () => {
      const hour = (BigInt(await time.latest()) / HOUR + 1n) * HOUR;
      await time.setNextBlockTimestamp(hour);
      return hour;
    };
    const [a, b, c, d] = [chained(6, 7), chained(7, 8), chained(8, 9), chained(8, 16)];
    const logId = await w.open();
    const first = await startHour();
    await anchor(logId, { size: 6, root: a.root1, proof: [] });
    await anchor(logId, { size: 7, root: a.root2, proof: a.proof });
    assert.deepEqual(await contract.read.settled([logId]), [0n, ZERO, 0n], "nothing was anchored when the hour began");

    // the last second of the hour is still that hour, the next one is not
    await time.setNextBlockTimestamp(first + HOUR - 1n);
    await anchor(logId, { size: 8, root: b.root2, proof: b.proof });
    assert.deepEqual(await contract.read.settled([logId]), [0n, ZERO, 0n]);
    await time.setNextBlockTimestamp(first + HOUR);
    await anchor(logId, { size: 9, root: c.root2, proof: c.proof });
    assert.deepEqual(await contract.read.settled([logId]), [8n, hex(b.root2), first + HOUR - 1n]);
    assert.deepEqual(await contract.read.latest([logId]), [9n, hex(c.root2), first + HOUR]);

    // time alone settles nothing, reads included; both roots stay accepted
    await time.increase(5 * Number(HOUR));
    assert.deepEqual(await contract.read.settled([logId]), [8n, hex(b.root2), first + HOUR - 1n]);
    for (const [root, known] of [[b.root2, true], [c.root2, true], [a.root2, false], [a.root1, false], [d.root2, false]]) {
      const asked = contract.read.verifyInclusion([logId, hex(root), 0n, ZERO, []]);
      assert.equal(await errorOf(asked), known ? null : "UnknownRoot");
    }
    assert.equal(await errorOf(contract.read.verifyInclusion([logId, ZERO, 0n, ZERO, []])), "UnknownRoot");
  });

  it("keeps its settled root through any number of anchors in an hour", async () => {
    const pairs = [chained(6, 7), chained(7, 8), chained(8, 9)];
    const logId = await w.anchored({ size: 6, root: pairs[0].root1 });
    await w.time.increase(Number(HOUR));
    await w.time.setNextBlockTimestamp((BigInt(await w.time.latest()) / HOUR + 1n) * HOUR);
    for (const { size2, root2, proof } of pairs) {
      await anchor(logId, { size: size2, root: root2, proof });
      assert.equal((await w.contract.read.settled([logId]))[1], hex(pairs[0].root1));
    }
  });

  it("is asked under each root for the size that was anchored with it", async () => {
    const { root1, root2, size2, proof } = chained(1, 2);
    const logId = await w.anchored({ size: 1, root: root1 });
    await w.time.setNextBlockTimestamp((BigInt(await w.time.latest()) / HOUR + 1n) * HOUR);
    await anchor(logId, { size: size2, root: root2, proof });
    const includes = (root, index, leaf, path) =>
      w.contract.read.verifyInclusion([logId, hex(root), index, hex(leaf), hexes(path)]);
    assert.equal(await includes(root1, 0n, root1, []), true);
    assert.equal(await includes(root1, 1n, root1, []), false);
    assert.equal(await includes(root2, 0n, root1, proof), true);
    assert.equal(await includes(root2, 1n, proof[0], [root1]), true);
    assert.equal(await includes(root2, 0n, root2, []), false);
  });

  it("has its roles set by its owner alone, each change an event", async () => {
    const { contract, owner, publisher, stranger, other } = w;
    const logId = await w.open();
    const to = getAddress(other.account.address);
    for (const client of [publisher, stranger]) {
      for (const [call, args] of [["setPublisher", [logId, to]], ["addRecaller", [logId, to]], ["retire", [logId, logId]]]) {
        assert.equal(await errorOf(contract.write[call](args, w.as(client))), "NotOwner", call);
      }
    }
    await w.assertions.emitWithArgs(contract.write.setPublisher([logId, to], w.as(owner)), contract, "PublisherSet", [logId, to]);
    assert.equal(await errorOf(anchor(logId, small, publisher)), "NotPublisher");
    assert.equal(await errorOf(anchor(logId, small, other)), null);
    assert.equal(await errorOf(contract.write.setPublisher([logId, zeroAddress], w.as(owner))), "ZeroValue");
    await w.assertions.emitWithArgs(contract.write.addRecaller([logId, to], w.as(owner)), contract, "RecallerAdded", [logId, to]);
    assert.equal(await errorOf(contract.write.addRecaller([logId, zeroAddress], w.as(owner))), "ZeroValue");
    const standing = await contract.read.standing([logId]);
    assert.deepEqual(standing.slice(3), [getAddress(owner.account.address), to, [to]]);
  });

  it("lists at most 32 recallers, each once, and never drops one", async () => {
    const { contract, owner } = w;
    const logId = await w.open();
    const address = (i) => getAddress(`0x${i.toString(16).padStart(40, "0")}`);
    for (let i = 1; i <= 32; i++) {
      await contract.write.addRecaller([logId, address(i)], w.as(owner));
      await contract.write.addRecaller([logId, address(1)], w.as(owner));
    }
    assert.equal(await errorOf(contract.write.addRecaller([logId, address(33)], w.as(owner))), "TooManyRecallers");
    await contract.write.addRecaller([logId, address(32)], w.as(owner));
    const recallers = (await contract.read.standing([logId]))[5];
    assert.deepEqual(recallers, Array.from({ length: 32 }, (_, i) => address(i + 1)));
    const events = await contract.getEvents.RecallerAdded({ logId }, { fromBlock: 0n });
    assert.equal(events.length, 32);
  });

  it("retires once, in favour of another that still takes anchors, and stays readable", async () => {
    const { contract, owner } = w;
    const logId = await w.anchored(small);
    const [next, other] = [await w.open(), await w.open()];
    const retire = (from, to) => contract.write.retire([from, to], w.as(owner));
    for (const to of [ZERO, word("nowhere"), logId]) assert.equal(await errorOf(retire(logId, to)), "UnknownSuccessor");
    await w.assertions.emitWithArgs(retire(logId, next), contract, "Retired", [logId, next]);
    assert.equal(await errorOf(retire(logId, other)), "Closed");
    assert.equal(await errorOf(anchor(logId, large)), "Closed");
    assert.equal(await errorOf(retire(next, logId)), "UnknownSuccessor", "successors never run in a circle");
    assert.equal((await contract.read.standing([logId]))[1], next);
    assert.equal((await contract.read.standing([logId]))[0], 0n, "retiring is no lie");
    assert.equal((await contract.read.latest([logId]))[1], hex(small.root));
    assert.equal(await contract.read.verifyInclusion([logId, hex(small.root), 0n, ZERO, []]), false);
    await contract.write.addRecaller([logId, owner.account.address], w.as(owner));
    assert.equal(await errorOf(anchor(next, small)), null, "the same tree goes on under the successor");
  });
});
