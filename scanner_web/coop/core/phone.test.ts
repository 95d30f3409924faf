/** What a phone signs is what the ledger's own code signs, and what it is promised it checks (`tests/vectors/phone.json`). */
import { describe, expect, it, test } from "vitest";
import encoding from "../../../tests/vectors/encoding.json";
import vectors from "../../../tests/vectors/phone.json";
import { hexDecode, hexEncode, utf8 } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import { parseJson } from "../../verify/json.ts";
import { parseJwk, parseStatement, signatureCheck, type Typ } from "../../verify/jws.ts";
import { parseTrustFile } from "../../verify/trustfile.ts";
import { alarms } from "./alarms.ts";
import { canonicalJson } from "./canonical.ts";
import { count, countOwn } from "./counting.ts";
import { ApiError } from "./http.ts";
import { canHoldKey, makeKey, openKey, ownKids, type PhoneKey, type PublicJwk, thumbprint } from "./keys.ts";
import { MemoryStore } from "./memory.ts";
import { checkReceipt } from "./receipts.ts";
import type { Signed } from "./slips.ts";
import {
  checkPossession,
  type KeyClaim,
  keyPayload,
  provePossession,
  signKeyStatement,
  signStatement,
} from "./statement.ts";
import { trustFile } from "./trust.ts";

const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const trust = parseTrustFile(utf8(JSON.stringify(vectors.trust)));

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    return error instanceof LedgerError ? error.code : String(error);
  }
}

/** A key of the vectors, as if it were the phone's. */
async function keyOf({ d, x, y }: { d: string; x: string; y: string }): Promise<PhoneKey> {
  const jwk: PublicJwk = { crv: "P-256", kty: "EC", x, y };
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const secret = await crypto.subtle.importKey("jwk", { ...jwk, d }, algorithm, false, ["sign"]);
  const { kid, uri } = parseJwk(jwk);
  const sign = async (data: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign(SIGNING, secret, data));
  return { kid, jwk, uri, sign, note: async () => undefined };
}

function claimOf({ role, custody, action, jwk, ...rest }: typeof vectors.admission.claim): KeyClaim {
  expect([role, custody, action]).toEqual(["member", "own", "admit"]);
  return {
    ...rest,
    jwk: { ...jwk, crv: "P-256", kty: "EC" },
    role: "member",
    custody: "own",
    action: "admit",
  };
}

const TYPS: Readonly<Record<string, Typ>> = {
  "epcis+jws": "epcis+jws",
  "key+jws": "key+jws",
  "master+jws": "master+jws",
};

function signedOf(value: (typeof vectors.count.signed)[number]): Signed {
  return { ...value, kid: vectors.count.kid, at: "2026-09-21T08:00:00Z", slip: "s" };
}

describe("RFC 8785", () => {
  test.each(encoding.json.filter(({ ok }) => ok))("is what Python writes: $json", ({ json, canonical }) => {
    const value = parseJson(hexDecode(json, json.length / 2));
    expect(hexEncode(canonicalJson(value))).toBe(canonical);
  });

  it("has no form of what is no number, and of a lone surrogate", async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud800", { "a\udc00": 1 }]) {
      expect(() => canonicalJson(value)).toThrow(LedgerError);
    }
  });
});

describe("a statement", () => {
  test.each(vectors.statements)("has the very bytes that Python signs: $heading", async (item) => {
    const key = await keyOf(vectors.key);
    const { typ, ...heading } = item.heading;
    const raw = await signStatement(key, { ...heading, typ: TYPS[typ] ?? "epcis+jws" }, utf8(item.payload));
    const unsigned = (jws: string) => jws.slice(0, jws.lastIndexOf("."));
    expect(unsigned(raw)).toBe(unsigned(item.statement));
    const check = signatureCheck(parseJwk(key.jwk));
    expect(await Promise.all([raw, item.statement].map((jws) => check(parseStatement(jws))))).toEqual([
      true,
      true,
    ]);
  });

  test.each([
    ["nothing that it is about", { typ: "epcis+jws", about: [] }, "{}", "statement.syntax"],
    ["a URI twice", { typ: "epcis+jws", about: ["a", "a"] }, "{}", "statement.syntax"],
    ["a URI in both", { typ: "epcis+jws", about: ["a"], from: ["a"] }, "{}", "statement.syntax"],
    ["a description of two", { typ: "master+jws", about: ["a", "b"] }, "{}", "statement.syntax"],
    ["a key made from something", { typ: "key+jws", about: ["a"], from: ["b"] }, "{}", "statement.syntax"],
    ["a list for payload", { typ: "epcis+jws", about: ["a"] }, "[]", "statement.syntax"],
    ["a member twice", { typ: "epcis+jws", about: ["a"] }, '{"a":1,"a":1}', "json.duplicate_member"],
    ["text that is not NFC", { typ: "epcis+jws", about: ["a"] }, '{"a":"e\u0301"}', "text.not_nfc"],
    ["too much", { typ: "epcis+jws", about: ["a"] }, `{"a":"${"x".repeat(50_000)}"}`, "limit.size"],
    [
      "a root that is none",
      { typ: "epcis+jws", about: ["a"], seen: { size: 1, root: "AB" } },
      "{}",
      "statement.syntax",
    ],
  ] as const)("is not signed with %s", async (_, heading, payload, code) => {
    expect(await codeOf(signStatement(await keyOf(vectors.key), heading, utf8(payload)))).toBe(code);
  });

  it("is not signed with more than 255 subjects", async () => {
    const about = Array.from({ length: 255 }, (_, number) => `urn:x:${number}`);
    const sign = signStatement(await keyOf(vectors.key), { typ: "epcis+jws", about }, utf8("{}"));
    expect(await codeOf(sign)).toBe("limit.subjects");
  });
});

describe("an admission", () => {
  const { payload, possession, statement, wrong } = vectors.admission;

  it("is asked for, and signed by an officer, as Python does both", async () => {
    const [key, officer] = [await keyOf(vectors.key), await keyOf(vectors.officer)];
    const asked = keyPayload(claimOf(vectors.admission.claim));
    expect(asked).toEqual(utf8(payload));
    const head = (jws: string) => jws.slice(0, jws.lastIndexOf("."));
    expect(head(await provePossession(key, asked))).toBe(head(possession));
    expect(await checkPossession(asked, await provePossession(key, asked))).toMatchObject({ kid: key.kid });
    const raw = await signKeyStatement(officer, utf8(payload), possession);
    expect(head(raw)).toBe(head(statement));
  });

  test.each(wrong)("is not signed where the proof is $why", async (item) => {
    const officer = await keyOf(vectors.officer);
    expect(await codeOf(signKeyStatement(officer, utf8(item.payload), item.possession))).toBe("key.unproven");
  });

  it("is not signed without a proof; a revocation is", async () => {
    const officer = await keyOf(vectors.officer);
    expect(await codeOf(signKeyStatement(officer, utf8(payload), null))).toBe("key.unproven");
    const revoke = keyPayload({ ...claimOf(vectors.admission.claim), action: "revoke" });
    const { header } = parseStatement(await signKeyStatement(officer, revoke, null));
    expect(header.about).toEqual([parseJwk(vectors.admission.claim.jwk).uri, vectors.admission.claim.org]);
  });
});

describe("a receipt", () => {
  test.each(vectors.receipts.right)("for a statement of its own holds: $receipt.index", async (item) => {
    const promised = await checkReceipt(item.receipt, item.statement, trust);
    expect(promised.index).toBe(item.receipt.index);
    expect(promised.size).toBeGreaterThan(item.receipt.index);
  });

  test.each(vectors.receipts.wrong)("is refused, $code: $why", async ({ receipt, statement, code }) => {
    expect(await codeOf(checkReceipt(receipt, statement, trust))).toBe(code);
  });
});

describe("counting", () => {
  const { kid, bundle, withPending, ofAnother, anchor } = vectors.count;
  const known = vectors.count.signed.map(signedOf);
  const anchored = { size: anchor.size, root: hexDecode(anchor.root), time: 0 };
  const counted = parseTrustFile(utf8(JSON.stringify(vectors.count.trust)));

  it("finds all that the phone signed, anchored or pending, and nothing else", async () => {
    const found = await count(utf8(bundle), counted, kid, known, anchored);
    expect(found).toMatchObject({ signed: 4, mine: 4, foreign: [], unkept: [], anchored: true });
    const later = await count(utf8(withPending), counted, kid, known, null);
    expect(later).toMatchObject({ signed: 5, mine: 5, foreign: [], unkept: [], anchored: false });
  });

  it("names what the phone did not sign", async () => {
    const [forged, ...own] = known;
    const { foreign, mine } = await count(utf8(bundle), counted, kid, own, anchored);
    expect(mine).toBe(3);
    expect(foreign.map(({ index }) => index)).toEqual([forged?.index]);
    expect(foreign[0]?.statement?.split(".")).toHaveLength(3);
  });

  it("names promises that the log did not keep", async () => {
    const [first, second, ...rest] = known;
    const lost = { ...(second ?? signedOf(vectors.count.signed[1] ?? fail())), leaf: first?.leaf ?? "" };
    const gone = { ...lost, commitment: "00".repeat(32), index: 0 };
    const { unkept } = await count(utf8(bundle), counted, kid, [...rest, lost, gone], anchored);
    expect(unkept).toEqual([lost, gone]);
  });

  it("does not believe a bundle of another key, or one that leaves something out", async () => {
    expect(await codeOf(count(utf8(ofAnother), counted, kid, known, anchored))).toBe("bundle.other_target");
    const short = JSON.parse(bundle);
    short.subjects[0].entries.pop();
    expect(await codeOf(count(utf8(JSON.stringify(short)), counted, kid, known, anchored))).toBe(
      "bundle.count",
    );
  });

  it("raises an alarm once, and notes what is anchored", async () => {
    const store = new MemoryStore("nguon-app");
    const own = await makeKey(store);
    await store.write(async (rooms) => {
      const kept = await rooms.get("key", "current");
      if (kept) await rooms.put("key", "current", { ...kept, kid });
      for (const signed of known.slice(1)) await rooms.put("signed", signed.commitment, signed);
    });
    expect(own.kid).not.toBe(kid);
    const api = {
      signedWith: async () => bundle,
      trustFile: async () => JSON.stringify(vectors.count.trust),
    };
    for (let turn = 0; turn < 2; turn++) {
      const [found] = await countOwn(store, api, async () => anchored);
      expect(found).toMatchObject({ signed: 4, mine: 3 });
    }
    const raised = await alarms(store);
    expect(raised).toHaveLength(1);
    expect(raised[0]).toMatchObject({
      code: "key.foreign",
      seen: false,
      params: { kid, index: known[0]?.index },
    });
    const noted = await store.read((rooms) => rooms.all("signed"));
    const later = noted.filter(({ index = 0 }) => index >= anchor.size);
    expect(later).toHaveLength(1);
    expect(noted.filter((signed) => signed.anchored === anchor.size)).toHaveLength(
      noted.length - later.length,
    );
  });
});

describe("the phone's key", () => {
  it("is made once, kept, cannot be taken out, and remembers what it signs", async () => {
    const store = new MemoryStore("nguon-app");
    expect(await openKey(store)).toBeNull();
    const made = await makeKey(store);
    const opened = await openKey(store);
    expect(opened?.kid).toBe(made.kid);
    expect(thumbprint(made.jwk)).toBe(made.kid);
    const kept = await store.read((rooms) => rooms.get("key", "current"));
    expect(kept?.secret.extractable).toBe(false);
    const raw = await signStatement(made, { typ: "epcis+jws", about: ["urn:x"] }, utf8("{}"));
    const [signed] = await store.read((rooms) => rooms.all("signed"));
    expect(signed?.commitment).toBe(hexEncode(parseStatement(raw).commitment));
  });

  it("is followed by another, and stays known by its thumbprint", async () => {
    const store = new MemoryStore("nguon-app");
    const [first, second] = [await makeKey(store), await makeKey(store)];
    expect((await openKey(store))?.kid).toBe(second.kid);
    expect([...(await ownKids(store))].sort()).toEqual([first.kid, second.kid].sort());
  });

  it("is not held in a page that keeps nothing", () => {
    expect(canHoldKey(new MemoryStore("nguon-app"))).toBe(false);
  });
});

describe("the trust file", () => {
  const text = JSON.stringify(vectors.trust);

  it("is the one first seen where there is no network", async () => {
    const store = new MemoryStore("nguon-app");
    const offline = async () => {
      throw new ApiError("offline", { status: 0 });
    };
    expect(await codeOf(trustFile(store, offline))).toBe("offline");
    await trustFile(store, async () => text);
    expect((await trustFile(store, offline)).origin).toBe(trust.origin);
  });

  it("of another log is an alarm, and is not believed", async () => {
    const store = new MemoryStore("nguon-app");
    await trustFile(store, async () => text);
    const other = JSON.stringify(vectors.count.trust);
    expect(await codeOf(trustFile(store, async () => other))).toBe("trust.changed");
    expect(await alarms(store)).toMatchObject([{ code: "trust.changed", evidence: other }]);
    expect(await codeOf(trustFile(store, async () => text))).toBe("");
  });
});

function fail(): never {
  throw new Error("the vector is not there");
}
