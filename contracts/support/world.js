// What the contract's tests share: the vectors, and a contract with a log in it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { network } from "hardhat";
import { encodeAbiParameters, keccak256 } from "viem";

export const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/contract.json", import.meta.url), "utf8"));

export const ZERO = `0x${"00".repeat(32)}`;
export const DAY = 86_400;

export const hex = (digits) => `0x${digits}`;
export const hexes = (list) => list.map(hex);
export const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
export const word = (name) => `0x${sha256(Buffer.from(name)).toString("hex")}`;

// a vector's objects as the contract's structs
export const entry = (e) => ({ leaf: hex(e.leaf), index: BigInt(e.index), proof: hexes(e.proof) });
export const snapshot = (s) => ({
  index: BigInt(s.index),
  time: BigInt(s.time),
  mapRoot: hex(s.mapRoot),
  proof: hexes(s.proof),
});
export const mapProof = (m) => ({
  siblings: hexes(m.siblings),
  key: m.leaf ? hex(m.leaf.key) : ZERO,
  head: m.leaf ? hex(m.leaf.head) : ZERO,
  ordinal: m.leaf ? BigInt(m.leaf.ordinal) : 0n,
});

/** A fresh chain with the contract on it, and clients for those who call it. */
export async function world(...options) {
  const connection = await network.create(...options);
  const { viem, networkHelpers } = connection;
  const contract = await viem.deployContract("CheckpointAnchor");
  const chain = await viem.getPublicClient();
  const [owner, publisher, stranger, other] = await viem.getWalletClients();
  const as = (client) => ({ account: client.account });
  let opened = 0;

  /** Open a log of `owner`'s that `publisher` anchors; its id. */
  async function open(origin = `log-${opened++}.example`) {
    await contract.write.open([origin, publisher.account.address, DAY], as(owner));
    return logIdOf(owner.account.address, origin);
  }

  /** Open a log and anchor these checkpoints of it, one after the other. */
  async function anchored(...checkpoints) {
    const logId = await open();
    for (const { size, root, proof } of checkpoints) {
      await contract.write.anchor([logId, BigInt(size), hex(root), hexes(proof ?? [])], as(publisher));
    }
    return logId;
  }

  return {
    contract,
    chain,
    viem,
    time: networkHelpers.time,
    assertions: viem.assertions,
    wallets: await viem.getWalletClients(),
    owner,
    publisher,
    stranger,
    other,
    as,
    open,
    anchored,
  };
}

export const logIdOf = (owner, origin) =>
  keccak256(encodeAbiParameters([{ type: "address" }, { type: "string" }], [owner, origin]));

/** The name of the custom error that a promise is rejected with; null if it is not rejected, what it said if by another. */
export async function errorOf(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    for (let cause = error; cause; cause = cause.cause) {
      if (cause.data?.errorName) return cause.data.errorName;
      const found = /reverted with custom error '(\w+)\(/.exec(cause.message ?? "");
      if (found) return found[1];
    }
    return String(error.message);
  }
}
