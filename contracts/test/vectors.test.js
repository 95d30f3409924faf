// The vectors that Python reads too (tests/vectors/contract.json): right ones pass, wrong ones fail as they must.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { entry, errorOf, hex, hexes, mapProof, sha256, snapshot, vectors, world, ZERO } from "../support/world.js";

describe("vectors", () => {
  let w;
  before(async () => {
    w = await world();
  });

  it(`the contract's inclusion of ${vectors.inclusion.length} leaves is RFC 9162's`, async () => {
    const logs = new Map();
    for (const v of vectors.inclusion) {
      if (!logs.has(v.root)) logs.set(v.root, await w.anchored({ size: v.size, root: v.root }));
      const found = await w.contract.read.verifyInclusion([
        logs.get(v.root),
        hex(v.root),
        BigInt(v.index),
        hex(v.leafHash),
        hexes(v.proof),
      ]);
      assert.equal(found, v.valid, v.name);
    }
  });

  it(`an anchor takes or refuses ${vectors.consistency.length} consistency proofs as RFC 9162 does`, async () => {
    let refused = 0;
    for (const v of vectors.consistency) {
      const logId = await w.anchored({ size: v.size1, root: v.root1 });
      const anchor = [logId, BigInt(v.size2), hex(v.root2), hexes(v.proof)];
      const error = await errorOf(w.contract.write.anchor(anchor, w.as(w.publisher)));
      assert.equal(error, v.valid ? null : "BadConsistencyProof", v.name);
      const [size, root] = await w.contract.read.latest([logId]);
      assert.deepEqual([size, root], v.valid ? [BigInt(v.size2), hex(v.root2)] : [BigInt(v.size1), hex(v.root1)]);
      refused += v.valid ? 0 : 1;
    }
    assert.ok(refused > 100);
  });

  it(`a map says of a subject what it says in Python, ${vectors.map.length} times`, async () => {
    // a log of one leaf, a snapshot with this map root at index 0: its hash is the root
    const logs = new Map();
    for (const v of vectors.map) {
      if (!logs.has(v.root)) {
        const leaf = ["000103", "00".repeat(8), v.root, "00".repeat(8)].map((part) => Buffer.from(part, "hex"));
        const root = sha256(...leaf).toString("hex");
        logs.set(v.root, { root: hex(root), logId: await w.anchored({ size: 1, root }) });
      }
      const { root, logId } = logs.get(v.root);
      const s = { index: 0n, time: 0n, mapRoot: hex(v.root), proof: [] };
      const asked = w.contract.read.lotState([logId, root, hex(v.subject), s, mapProof(v)]);
      if (v.error) {
        assert.equal(await errorOf(asked), v.error, v.name);
      } else {
        assert.deepEqual(await asked, [v.present, hex(v.head), BigInt(v.ordinal)], v.name);
      }
    }
  });

  it("a leaf and a rebuilt snapshot hash as in Python", async () => {
    for (const v of vectors.leaves) {
      // proven by a fork of the leaf with itself: the inclusion passes, so the hash is right, and nothing is proven
      const logId = await w.anchored({ size: 1, root: v.hash });
      const e = { leaf: hex(v.bytes), index: 0n, proof: [] };
      const told = w.contract.simulate.proveFork([logId, hex(v.hash), e, e, hex(v.bytes.slice(86, 150))]);
      assert.equal(await errorOf(told), "NothingProven");
      const changed = { ...e, leaf: hex(`${v.bytes.slice(0, -2)}${v.bytes.endsWith("00") ? "01" : "00"}`) };
      const untold = w.contract.simulate.proveFork([logId, hex(v.hash), changed, e, ZERO]);
      assert.equal(await errorOf(untold), "NotIncluded");
    }
    for (const v of vectors.snapshots) {
      if (v.index !== 0) continue;
      const logId = await w.anchored({ size: 1, root: v.hash });
      const m = { siblings: [], key: ZERO, head: ZERO, ordinal: 0n };
      const told = w.contract.read.lotState([logId, hex(v.hash), ZERO, snapshot({ ...v, proof: [] }), m]);
      assert.equal(await errorOf(told), "BadMapProof");
    }
  });

  for (const [what, cases] of [
    ["omission", vectors.omission],
    ["fork", vectors.fork],
  ]) {
    it(`${cases.length} attempts to prove ${what} end as they must`, async () => {
      let proven = 0;
      for (const v of cases) {
        const { checkpoints } = vectors.logs[v.log];
        const { root } = checkpoints.find(({ size }) => size === v.size);
        const logId = await w.anchored(...checkpoints);
        const [call, args, indexes] =
          what === "omission"
            ? [
                "proveOmission",
                [logId, hex(root), entry(v.entry), hex(v.subject), snapshot(v.snapshot), mapProof(v.map)],
                [v.entry.index, v.snapshot.index],
              ]
            : [
                "proveFork",
                [logId, hex(root), entry(v.a), entry(v.b), hex(v.subject)],
                [v.a.index, v.b.index],
              ];
        const sent = w.contract.write[call](args, w.as(w.stranger));
        if (v.error) {
          assert.equal(await errorOf(sent), v.error, v.name);
        } else {
          await w.assertions.emitWithArgs(sent, w.contract, "ProvenFalse", [
            logId,
            hex(v.subject),
            ...indexes.map(BigInt),
          ]);
          proven += 1;
        }
        const [falseSince] = await w.contract.read.standing([logId]);
        assert.equal(falseSince !== 0n, v.error === null, v.name);
      }
      assert.ok(proven >= 9, `${proven} proven`);
    });
  }

  it(`the chain itself tells a subject's state, ${vectors.state.length} times`, async () => {
    for (const v of vectors.state) {
      const { checkpoints } = vectors.logs[v.log];
      const { root } = checkpoints.find(({ size }) => size === v.size);
      const logId = await w.anchored(...checkpoints);
      const asked = w.contract.read.lotState([logId, hex(root), hex(v.subject), snapshot(v.snapshot), mapProof(v.map)]);
      if (v.error) {
        assert.equal(await errorOf(asked), v.error, v.name);
      } else {
        assert.deepEqual(await asked, [v.present, hex(v.head), BigInt(v.ordinal)], v.name);
      }
    }
  });
});
