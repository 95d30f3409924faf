// The tree's, the map's and the leaf's own vectors, which Python and TypeScript read: the contract must agree with each
// that its ABI can say (a hash of 31 bytes or a negative size it cannot).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { errorOf, hex, hexes, mapProof, sha256, world, ZERO } from "../support/world.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}.json`, import.meta.url), "utf8"));
const merkle = read("merkle");
const lotmap = read("lotmap");
const leaf = read("leaf");

const isHash = (digits) => /^[0-9a-f]{64}$/.test(digits);
const isSize = (value) => BigInt(value) >= 0n && BigInt(value) < 2n ** 64n;
const said = ({ proof }) => proof.every(isHash);

describe("the shared vectors", () => {
  let w;
  before(async () => {
    w = await world();
  });

  it("of the tree: inclusion", async () => {
    const cases = merkle.inclusion.filter(
      (v) => said(v) && isHash(v.leafHash) && isHash(v.root) && isSize(v.index) && isSize(v.size) && BigInt(v.size) > 0n,
    );
    for (const v of cases) {
      const logId = await w.anchored({ size: v.size, root: v.root });
      const args = [logId, hex(v.root), BigInt(v.index), hex(v.leafHash), hexes(v.proof)];
      assert.equal(await w.contract.read.verifyInclusion(args), v.ok, v.why ?? `${v.index} of ${v.size}`);
    }
    assert.ok(cases.length > 140, `${cases.length} of ${merkle.inclusion.length}`);
  });

  it("of the tree: consistency", async () => {
    const cases = merkle.consistency.filter(
      (v) => said(v) && isHash(v.root1) && isHash(v.root2) && isSize(v.size1) && isSize(v.size2) && BigInt(v.size1) > 0n,
    );
    for (const v of cases) {
      const logId = await w.anchored({ size: v.size1, root: v.root1 });
      const anchor = [logId, BigInt(v.size2), hex(v.root2), hexes(v.proof)];
      const error = await errorOf(w.contract.write.anchor(anchor, w.as(w.publisher)));
      // between equal sizes there is a proof in the RFC, but no anchor
      const wanted = BigInt(v.size2) <= BigInt(v.size1) ? "NotLarger" : v.ok ? null : "BadConsistencyProof";
      assert.equal(error, wanted, v.why ?? `${v.size1} to ${v.size2}`);
    }
    assert.ok(cases.length > 140, `${cases.length} of ${merkle.consistency.length}`);
  });

  it("of the map", async () => {
    const logs = new Map();
    async function state(root, key, proof) {
      if (!logs.has(root)) {
        // a log of one leaf, a snapshot with this map root
        const bytes = ["000103", "00".repeat(8), root, "00".repeat(8)].map((part) => Buffer.from(part, "hex"));
        const top = sha256(...bytes).toString("hex");
        logs.set(root, [await w.anchored({ size: 1, root: top }), hex(top)]);
      }
      const [logId, top] = logs.get(root);
      const s = { index: 0n, time: 0n, mapRoot: hex(root), proof: [] };
      return w.contract.read.lotState([logId, top, hex(key), s, mapProof(proof)]);
    }
    for (const v of lotmap.leafHash) {
      const found = await state(v.hash, v.key, { siblings: [], leaf: v });
      assert.deepEqual(found, [true, hex(v.head), BigInt(v.ordinal)]);
    }
    let answers = 0;
    for (const { name, root, answers: asked } of lotmap.maps) {
      for (const { key, proof, answer } of asked) {
        const wanted = answer ? [true, hex(answer.head), BigInt(answer.ordinal)] : [false, ZERO, 0n];
        assert.deepEqual(await state(root, key, proof), wanted, name);
        answers += 1;
      }
    }
    assert.ok(answers > 20);
    for (const { why, root, key, proof } of lotmap.wrong) {
      assert.equal(await errorOf(state(root, key, proof)), "BadMapProof", why);
    }
  });

  it("of the leaf", async () => {
    for (const v of leaf.right) {
      const logId = await w.anchored({ size: 1, root: v.hash });
      const e = { leaf: hex(v.leaf), index: 0n, proof: [] };
      const subject = hex(v.subjects?.[0].key ?? v.mapRoot);
      // that it is under the root, so hashed alike, shows in what is refused next
      const error = await errorOf(w.contract.simulate.proveFork([logId, hex(v.hash), e, e, subject]));
      assert.equal(error, v.kind === 3 ? "NotALeaf" : "NothingProven");
    }
    for (const v of leaf.wrong) {
      const root = sha256(Buffer.of(0), Buffer.from(v.leaf, "hex")).toString("hex");
      const logId = await w.anchored({ size: 1, root });
      const e = { leaf: hex(v.leaf), index: 0n, proof: [] };
      const error = await errorOf(w.contract.simulate.proveFork([logId, hex(root), e, e, hex(v.leaf.slice(86, 150).padEnd(64, "0"))]));
      assert.ok(["NotALeaf", "NothingProven"].includes(error), `${v.why}: ${error}`);
    }
  });
});
