import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkSeal } from "./digsig";
import { b64urlEncode, concat, utf8 } from "./encoding";
import { parseJson } from "./json";
import { parseJwk } from "./jws";
import type { KeyRecord } from "./trust";

const PRODUCT = "https://nguon.example/01/09521001000055";
const SSCC = "095210020000000016";

function keyOf(stems: readonly string[], revoked: number | null = null) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = parseJwk(parseJson(utf8(JSON.stringify(publicKey.export({ format: "jwk" })))));
  const record: KeyRecord = {
    kid: jwk.kid,
    org: "https://id.gs1.org/417/9521001000017",
    jwk,
    role: "member",
    custody: "own",
    stems,
    admitted: 1,
    revoked,
  };
  const seal = (message: Uint8Array) => {
    const signature = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
    return jwk.kid.slice(0, 4) + b64urlEncode(signature);
  };
  return { record, seal };
}

function messageOf(lot: string, serial: string): Uint8Array {
  const parts = [lot, serial].map((text) => concat(Uint8Array.of(text.length), utf8(text)));
  return concat(utf8("nguon digsig v1\0"), utf8("09521001000055"), ...parts);
}

describe("a signature on a label", () => {
  const own = keyOf(["https://id.gs1.org/01/0952100100"]);
  const link = `${PRODUCT}/10/L%2F7/21/S1`;
  const value = own.seal(messageOf("L/7", "S1"));

  test("of a tem holds, with the key that made it", async () => {
    const found = await checkSeal(`${link}?8030=${value}`, [own.record]);
    expect(found.key).toBe(own.record);
    expect(found.lot).toBe("https://id.gs1.org/01/09521001000055/10/L%2F7");
    expect(found.uri).toBe("https://id.gs1.org/01/09521001000055/10/L%2F7/21/S1");
  });

  test("of a carton holds", async () => {
    const seal = own.seal(concat(utf8("nguon digsig v1"), Uint8Array.of(1), utf8(SSCC)));
    const found = await checkSeal(`https://nguon.example/00/${SSCC}?8030=${seal}`, [own.record]);
    expect([found.uri, found.lot]).toEqual([`https://id.gs1.org/00/${SSCC}`, null]);
  });

  test.each([
    ["none", link, "digsig.missing"],
    ["one cut short", `${link}?8030=${value.slice(0, -1)}`, "digsig.malformed"],
    ["one over a product alone", `${PRODUCT}?8030=${value}`, "digsig.malformed"],
    ["one of another serial", `${PRODUCT}/10/L%2F7/21/S2?8030=${value}`, "digsig.forged"],
    ["one of a key that is not known", `${link}?8030=____${value.slice(4)}`, "digsig.unknown_key"],
    ["one on what is no link", "hello", "dl.syntax"],
  ])("is refused: %s", async (_, code, wanted) => {
    await expect(checkSeal(code, [own.record])).rejects.toMatchObject({ code: wanted });
  });

  test("is refused on a link to another host, where ours is asked for", async () => {
    await expect(checkSeal(`${link}?8030=${value}`, [own.record], "else.example")).rejects.toMatchObject({
      code: "dl.host",
      params: { host: "nguon.example" },
    });
    expect((await checkSeal(`${link}?8030=${value}`, [own.record], "Nguon.Example")).key).toBe(own.record);
  });

  test("is refused of a key that does not speak for the lot, or was revoked", async () => {
    const foreign = { ...own.record, stems: ["https://id.gs1.org/01/0952100200"] };
    await expect(checkSeal(`${link}?8030=${value}`, [foreign])).rejects.toMatchObject({
      code: "digsig.foreign",
    });
    const revoked = { ...own.record, revoked: 9 };
    await expect(checkSeal(`${link}?8030=${value}`, [revoked])).rejects.toMatchObject({
      code: "digsig.revoked",
    });
  });
});
