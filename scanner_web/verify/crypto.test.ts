import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ed25519 } from "./crypto";
import { verify as fallback } from "./ed25519";
import { concat, hexEncode } from "./encoding";
import { sha256 } from "./sha256";

describe("SHA-256", () => {
  test("the examples of FIPS 180-2 come out", () => {
    const text = (value: string) => new TextEncoder().encode(value);
    expect(hexEncode(sha256())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hexEncode(sha256(text("abc")))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    const two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    expect(hexEncode(sha256(text(two)))).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  test("every length up to four blocks, and a million bytes, hash as Node's do", () => {
    const data = Uint8Array.from({ length: 1_000_000 }, (_, place) => (place * 7 + (place >> 8)) & 255);
    for (const length of [...Array.from({ length: 260 }, (_, place) => place), 65_536, data.length]) {
      const part = data.subarray(0, length);
      const wanted = createHash("sha256").update(part).digest("hex");
      expect(hexEncode(sha256(part))).toBe(wanted);
      expect(hexEncode(sha256(part.subarray(0, 33), part.subarray(33)))).toBe(wanted);
    }
  });
});

describe("Ed25519", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = new Uint8Array(publicKey.export({ type: "spki", format: "der" }).subarray(-32));
  const data = new TextEncoder().encode("nguon.example/log\n1\n");
  const right = new Uint8Array(sign(null, data, privateKey));
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;

  function wrongOnes(): Uint8Array<ArrayBuffer>[] {
    const flipped = [0, 31, 32, 63].map((place) => right.map((byte, at) => (at === place ? byte ^ 1 : byte)));
    let s = right.subarray(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + order;
    const unreduced = Uint8Array.from({ length: 32 }, () => {
      const byte = Number(s & 255n);
      s >>= 8n;
      return byte;
    });
    return [...flipped, concat(right.subarray(0, 32), unreduced), right.slice(1), new Uint8Array(64)];
  }

  test.each([
    ["the platform's", ed25519],
    ["our own", fallback],
  ] as const)("%s verification takes a right signature and no other", async (_, verify) => {
    expect(await verify(key, right, data)).toBe(true);
    expect(await verify(key, right, data.slice(1))).toBe(false);
    for (const signature of wrongOnes()) {
      expect(await verify(key, signature, data)).toBe(false);
    }
  });
});
