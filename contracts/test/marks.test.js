// What a mark does: for ever, under either root, on a retired log as well; and who may set it (anyone who can prove).
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { entry, errorOf, hex, hexes, mapProof, sha256, snapshot, vectors, world } from "../support/world.js";

const lie = vectors.omission.find((v) => v.name === "a map hides a subject");
const tear = vectors.fork.find((v) => v.name === "the later entry repeats an ordinal");
const checkpoint = (v) => vectors.logs[v.log].checkpoints.find(({ size }) => size === v.size);

describe("a mark", () => {
  let w;
  before(async () => {
    w = await world();
  });
  const omission = (logId, v) => [
    logId,
    hex(checkpoint(v).root),
    entry(v.entry),
    hex(v.subject),
    snapshot(v.snapshot),
    mapProof(v.map),
  ];
  const anchor = (logId, { size, root, proof }) =>
    w.contract.write.anchor([logId, BigInt(size), hex(root), hexes(proof)], w.as(w.publisher));
  const nextHour = async () => {
    const hour = (BigInt(await w.time.latest()) / 3600n + 1n) * 3600n;
    await w.time.setNextBlockTimestamp(hour);
  };

  it("is set by anyone, keeps the time of the first proof, and ends anchoring", async () => {
    const logId = await w.anchored(checkpoint(lie));
    await w.contract.write.proveOmission(omission(logId, lie), w.as(w.stranger));
    const since = BigInt(await w.time.latest());
    assert.equal((await w.contract.read.standing([logId]))[0], since);
    const later = { size: lie.size + 1, root: checkpoint(tear).root, proof: [] };
    assert.equal(await errorOf(anchor(logId, later)), "Closed");

    await w.time.increase(7200);
    const again = w.contract.write.proveOmission(omission(logId, lie), w.as(w.other));
    await w.assertions.emit(again, w.contract, "ProvenFalse");
    assert.equal((await w.contract.read.standing([logId]))[0], since);
  });

  it("does not keep the owner from naming a successor, and is none itself", async () => {
    const [logId, next] = [await w.anchored(checkpoint(lie)), await w.open()];
    await w.contract.write.proveOmission(omission(logId, lie), w.as(w.stranger));
    assert.equal(await errorOf(w.contract.write.retire([next, logId], w.as(w.owner))), "UnknownSuccessor");
    await w.contract.write.retire([logId, next], w.as(w.owner));
    const [falseSince, successor] = await w.contract.read.standing([logId]);
    assert.ok(falseSince > 0n);
    assert.equal(successor, next);
  });

  it("is set on a retired log as well", async () => {
    const [logId, next] = [await w.anchored(checkpoint(tear)), await w.open()];
    await w.contract.write.retire([logId, next], w.as(w.owner));
    const args = [logId, hex(checkpoint(tear).root), entry(tear.a), entry(tear.b), hex(tear.subject)];
    await w.contract.write.proveFork(args, w.as(w.stranger));
    assert.ok((await w.contract.read.standing([logId]))[0] > 0n);
    assert.equal((await w.contract.read.standing([next]))[0], 0n, "the successor is another log");
  });

  it("is set under the settled root too, and no longer once a lie is outrun past the full hour", async () => {
    // the lying tree of six leaves, then with one and with two leaves of rubbish on top
    const { size, root } = checkpoint(lie);
    assert.equal(size, 6);
    const node = (l, r) => sha256(Buffer.of(1), l, r);
    const leaves = vectors.logs[lie.log].leaves.map((leaf) => sha256(Buffer.of(0), Buffer.from(leaf, "hex")));
    const left = node(node(leaves[0], leaves[1]), node(leaves[2], leaves[3]));
    const right = node(leaves[4], leaves[5]);
    assert.equal(node(left, right).toString("hex"), root);
    const rubbish = Buffer.alloc(32, 7);
    const seven = { size: 7, root: node(left, node(right, rubbish)), proof: [right, rubbish, left] };
    const pair = node(rubbish, rubbish);
    const eight = { size: 8, root: node(left, node(right, pair)), proof: [rubbish, rubbish, right, left] };
    const shown = ({ size: s, root: r, proof }) => ({
      size: s,
      root: r.toString("hex"),
      proof: proof.map((p) => p.toString("hex")),
    });

    const logId = await w.anchored({ size, root });
    await nextHour();
    await anchor(logId, shown(seven));
    await anchor(logId, shown(eight));
    assert.equal((await w.contract.read.settled([logId]))[1], hex(root));
    await w.contract.write.proveOmission(omission(logId, lie), w.as(w.stranger));
    assert.ok((await w.contract.read.standing([logId]))[0] > 0n);

    const fresh = await w.anchored({ size, root });
    await nextHour();
    await anchor(fresh, shown(seven));
    await nextHour();
    await anchor(fresh, shown(eight));
    assert.equal(await errorOf(w.contract.simulate.proveOmission(omission(fresh, lie), w.as(w.stranger))), "UnknownRoot");

    // the proof is brought up to date from the anchors' calldata: rubbish on top hides nothing
    const brought = structuredClone(lie);
    brought.entry.proof = lie.entry.proof.slice();
    const root7 = seven.root.toString("hex");
    const up = { logId: await w.anchored({ size, root }, shown(seven)), v: brought };
    const path = (index) => {
      const hash = (i) => leaves[i].toString("hex");
      const n = (a, b) => node(leaves[a], leaves[b]).toString("hex");
      return index < 4
        ? [hash(index ^ 1), index < 2 ? n(2, 3) : n(0, 1), node(right, rubbish).toString("hex")]
        : [hash(index ^ 1), rubbish.toString("hex"), left.toString("hex")];
    };
    brought.entry.proof = path(lie.entry.index);
    brought.snapshot.proof = path(lie.snapshot.index);
    const args = omission(up.logId, brought);
    args[1] = hex(root7);
    await w.contract.write.proveOmission(args, w.as(w.stranger));
    assert.ok((await w.contract.read.standing([up.logId]))[0] > 0n);
  });

  it("needs a root that the log stands by", async () => {
    const logId = await w.anchored(checkpoint(lie));
    const args = omission(logId, lie);
    for (const root of [`0x${"00".repeat(32)}`, hex(checkpoint(tear).root)]) {
      args[1] = root;
      assert.equal(await errorOf(w.contract.simulate.proveOmission(args)), "UnknownRoot");
      assert.equal(await errorOf(w.contract.simulate.proveFork([logId, root, args[2], args[2], args[3]])), "UnknownRoot");
      assert.equal(await errorOf(w.contract.read.lotState([logId, root, args[3], args[4], args[5]])), "UnknownRoot");
    }
  });
});
