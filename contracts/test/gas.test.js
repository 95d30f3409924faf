// What the contract costs on Osaka, against the design's figures plus 5 %. Prints the table. Amsterdam reprices state and
// is judged by geth, not here.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { encodeFunctionData } from "viem";
import { mapProof, snapshotLeaf, source, statementLeaf, tree } from "../support/tree.js";
import { DAY, sha256, world } from "../support/world.js";

const STEPS = 48;
const LEEWAY = 1.05;
const HOUR = 3600n;
const TIME = 1_790_000_000_000;
const hex = (bytes) => `0x${bytes.toString("hex")}`;
const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

describe("gas on Osaka", () => {
  let w;
  const table = [];
  before(async () => {
    w = await world({ network: "default", chainType: "l1" });
  });
  after(() => {
    const line = (...cells) => cells.map((c, i) => (i ? String(c).padStart(10) : c.padEnd(34))).join("");
    const number = (n) => Math.round(n).toLocaleString("en");
    console.log(`\n${line("gas, Osaka", "budget", "mean", "min", "max", "steps")}`);
    for (const { what, budget, gas } of table) {
      console.log(line(what, number(budget), number(mean(gas)), number(Math.min(...gas)), number(Math.max(...gas)), gas.length));
    }
    console.log();
  });

  /** Note what was spent on something, and fail if its mean is more than the budget and 5 %. */
  function judge(what, budget, gas, most = budget) {
    table.push({ what, budget, gas });
    assert.ok(mean(gas) <= budget * LEEWAY, `${what}: ${mean(gas)} > ${budget} + 5 %`);
    if (most !== budget) assert.ok(Math.max(...gas) <= most * LEEWAY, `${what}: ${Math.max(...gas)} > ${most} + 5 %`);
  }
  const used = async (sent) => Number((await w.chain.waitForTransactionReceipt({ hash: await sent })).gasUsed);
  const anchor = (logId, t, size, from = 0) => {
    const proof = from ? t.consistency(from, size).map(hex) : [];
    return used(w.contract.write.anchor([logId, BigInt(size), hex(t.root(size)), proof], w.as(w.publisher)));
  };
  const nextHour = async () => w.time.setNextBlockTimestamp((BigInt(await w.time.latest()) / HOUR + 1n) * HOUR);
  /** A view's gas as a transaction: what another contract's call costs, and the transaction around it. */
  const viewed = (functionName, args) =>
    used(
      w.stranger.sendTransaction({
        to: w.contract.address,
        data: encodeFunctionData({ abi: w.contract.abi, functionName, args }),
      }),
    );

  it("deploying costs what it may, and the code is as small as it may be", async () => {
    const { deploymentTransaction } = await w.viem.sendDeploymentTransaction("CheckpointAnchor");
    judge("deploy", 1_290_000, [await used(deploymentTransaction.hash)]);
    const code = await w.chain.getCode({ address: w.contract.address });
    assert.ok(code.length / 2 - 1 <= 5736 * LEEWAY, `${code.length / 2 - 1} bytes`);
  });

  it("what is done once per log costs what it may", async () => {
    const [open, first, change] = [[], [], []];
    for (let i = 0; i < STEPS; i++) {
      const random = source(`once ${i}`);
      const sizes = [1 + random.below(3), 4 + random.below(5)];
      const t = tree(`once ${i}`, sizes);
      const origin = `nguon.htx-${random.bytes().toString("hex").slice(0, 8)}.example/log`;
      open.push(await used(w.contract.write.open([origin, w.publisher.account.address, DAY], w.as(w.owner))));
      const { args } = (await w.contract.getEvents.Opened())[0];
      await nextHour();
      first.push(await anchor(args.logId, t, sizes[0]));
      await nextHour();
      change.push(await anchor(args.logId, t, sizes[1], sizes[0]));
    }
    judge("open", 93_000, open);
    judge("first anchor", 57_000, first);
    judge("first change of hour", 85_000, change);
  });

  for (const [power, budget, most, hourly] of [
    [10, 49_000],
    [20, 57_000, 65_000, 67_000],
    [30, 65_000],
  ]) {
    it(`an anchor at 2^${power} costs what it may`, async () => {
      const [ordinary, first] = [[], []];
      for (let i = 0; i < STEPS; i++) {
        const random = source(`anchor ${power} ${i}`);
        const step = () => 1 + random.below(Math.min(1000, 2 ** (power - 3)));
        const sizes = [2 ** power + random.below(2 ** power)];
        for (let n = 0; n < 3; n++) sizes.push(sizes[n] + step());
        const t = tree(`anchor ${power} ${i}`, sizes);
        const logId = await w.open();
        await anchor(logId, t, sizes[0]);
        await nextHour();
        await anchor(logId, t, sizes[1], sizes[0]);
        ordinary.push(await anchor(logId, t, sizes[2], sizes[1]));
        await nextHour();
        first.push(await anchor(logId, t, sizes[3], sizes[2]));
      }
      judge(`anchor at 2^${power}`, budget, ordinary, most);
      judge(`first anchor of an hour at 2^${power}`, hourly ?? budget + 10_000, first);
    });
  }

  it("proofs and reads at 2^20 cost what they may", async () => {
    const gas = { omission: [], settled: [], fork: [], inclusion: [], state: [] };
    for (let i = 0; i < STEPS; i++) {
      const random = source(`proofs ${i}`);
      const size = 2 ** 20 + random.below(2 ** 20);
      const subjects = Array.from({ length: 3 }, () => random.bytes());
      const [a, b] = [random.below(2 ** 19), 2 ** 19 + random.below(2 ** 19)];
      const leaf = (ordinal) => statementLeaf(random, TIME, subjects.map((key) => [key, ordinal]));
      const head = random.bytes();
      const map = mapProof(random, 20, subjects[1], head, 4);
      const leaves = new Map([
        [a, leaf(7)],
        [b, leaf(5)],
        [size - 1, snapshotLeaf(TIME, map.root, size - 1)],
      ]);
      const later = size + 1 + random.below(1000);
      const t = tree(`proofs ${i}`, [size, later], leaves);
      const root = hex(t.root(size));
      const path = (index) => t.inclusion(index, size).map(hex);
      const told = (index) => ({ leaf: hex(leaves.get(index)), index: BigInt(index), proof: path(index) });
      const s = { index: BigInt(size - 1), time: BigInt(TIME), mapRoot: hex(map.root), proof: path(size - 1) };
      const m = { siblings: map.siblings.map(hex), key: hex(subjects[1]), head: hex(head), ordinal: 4n };
      const subject = hex(subjects[1]);
      const by = w.as(w.stranger);
      const fresh = async () => {
        const logId = await w.open();
        await anchor(logId, t, size);
        return logId;
      };
      const logId = await fresh();
      gas.inclusion.push(await viewed("verifyInclusion", [logId, root, BigInt(a), hex(sha256(Buffer.of(0), leaves.get(a))), path(a)]));
      gas.state.push(await viewed("lotState", [logId, root, subject, s, m]));
      gas.omission.push(await used(w.contract.write.proveOmission([logId, root, told(a), subject, s, m], by)));
      gas.fork.push(await used(w.contract.write.proveFork([await fresh(), root, told(a), told(b), subject], by)));
      const settled = await fresh();
      await nextHour();
      await anchor(settled, t, later, size);
      gas.settled.push(await used(w.contract.write.proveOmission([settled, root, told(a), subject, s, m], by)));
    }
    judge("proveOmission", 109_000, gas.omission);
    judge("proveOmission, settled root", 113_000, gas.settled);
    judge("proveFork", 96_000, gas.fork);
    judge("verifyInclusion", 53_000, gas.inclusion);
    judge("lotState", 71_000, gas.state);
  });

  it("a recall and its release cost what they may", async () => {
    const [recall, release] = [[], []];
    const random = source("recalls");
    for (let i = 0; i < STEPS; i++) {
      const subject = hex(random.bytes());
      recall.push(await used(w.contract.write.recall([subject, hex(random.bytes())], w.as(w.stranger))));
      release.push(await used(w.contract.write.release([subject, hex(random.bytes())], w.as(w.stranger))));
    }
    judge("recall", 47_000, recall);
    judge("release", 25_000, release);
  });
});
