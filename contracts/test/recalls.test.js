// Recalls are made in the sender's own name; a log's list says whose count for it.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { getAddress } from "viem";
import { errorOf, word, world, ZERO } from "../support/world.js";

describe("a recall", () => {
  let w;
  const [lot, batch, field] = ["lot", "batch", "field"].map(word);
  const [why, enough] = ["why", "enough"].map(word);
  before(async () => {
    w = await world();
  });

  it("is made, told and lifted by its sender alone", async () => {
    const { contract, stranger, other } = w;
    const by = getAddress(stranger.account.address);
    const [mine, his] = [w.as(stranger), w.as(other)];
    assert.equal(await contract.read.recallOf([by, lot]), ZERO);
    assert.equal(await errorOf(contract.write.release([lot, enough], mine)), "NotRecalled");
    await w.assertions.emitWithArgs(contract.write.recall([lot, why], mine), contract, "Recalled", [by, lot, why]);
    assert.equal(await contract.read.recallOf([by, lot]), why);
    assert.equal(await contract.read.recallOf([other.account.address, lot]), ZERO);
    assert.equal(await errorOf(contract.write.recall([lot, enough], mine)), "AlreadyRecalled");
    assert.equal(await errorOf(contract.write.release([lot, enough], his)), "NotRecalled");
    await contract.write.recall([lot, enough], his);
    await w.assertions.emitWithArgs(contract.write.release([lot, enough], mine), contract, "Released", [by, lot, enough]);
    assert.equal(await contract.read.recallOf([by, lot]), ZERO);
    assert.equal(await contract.read.recallOf([other.account.address, lot]), enough);
    await contract.write.recall([lot, why], mine);
    assert.equal(await contract.read.recallOf([by, lot]), why);
  });

  it("and a release name a statement, and say so before anything else", async () => {
    const mine = w.as(w.stranger);
    await errorOf(w.contract.write.recall([batch, why], mine));
    for (const subject of [batch, field]) {
      assert.equal(await errorOf(w.contract.write.recall([subject, ZERO], mine)), "ZeroValue");
      assert.equal(await errorOf(w.contract.write.release([subject, ZERO], mine)), "ZeroValue");
    }
  });

  it("counts for a log if any of its recallers made it, and for no other log", async () => {
    const { contract } = w;
    const [logId, none] = [await w.open(), await w.open()];
    const recallers = w.wallets.slice(5, 8);
    const recalled = (id, subjects) => contract.read.recalled([id, subjects]);
    for (const { account } of recallers) await contract.write.addRecaller([logId, account.address], w.as(w.owner));
    const [one, two, three] = recallers.map(w.as);
    const subjects = ["a", "b", "c", "d", "a"].map(word);
    const [a, b, c, d] = subjects;
    await contract.write.recall([a, why], one);
    await contract.write.recall([b, why], three);
    await contract.write.recall([b, why], two);
    for (const client of [w.owner, w.publisher, w.stranger]) await contract.write.recall([d, why], w.as(client));
    assert.deepEqual(await recalled(logId, subjects), [true, true, false, false, true]);
    assert.deepEqual(await recalled(none, subjects), [false, false, false, false, false]);
    assert.deepEqual(await recalled(logId, []), []);
    await contract.write.release([b, enough], two);
    assert.deepEqual(await recalled(logId, [b, c]), [true, false], "another recaller's recall still stands");
    await contract.write.release([b, enough], three);
    assert.deepEqual(await recalled(logId, [b]), [false]);
    await contract.write.addRecaller([logId, w.stranger.account.address], w.as(w.owner));
    assert.deepEqual(await recalled(logId, [d]), [true], "a recall made before its sender was listed counts");
  });

  it("still counts for a retired log", async () => {
    const [logId, next] = [await w.open(), await w.open()];
    await w.contract.write.addRecaller([logId, w.other.account.address], w.as(w.owner));
    await w.contract.write.retire([logId, next], w.as(w.owner));
    await errorOf(w.contract.write.recall([field, why], w.as(w.other)));
    assert.deepEqual(await w.contract.read.recalled([logId, [field]]), [true]);
  });
});
