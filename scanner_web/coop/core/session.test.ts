import { describe, expect, it } from "vitest";
import { LedgerError } from "../../verify/errors.ts";
import { MemoryStore } from "./memory.ts";
import { creationOptions, forget, readSession, remember, remembered, requestOptions } from "./session.ts";

const SESSION = {
  person: { id: "p1", name: "bác Thìn", role: "member", phone: null },
  org: { uri: "https://id.gs1.org/417/1", name: "HTX" },
  stems: ["https://id.gs1.org/01/1"],
  powers: ["read", "record"],
  key: { kid: "k", state: "waiting" },
};

function codeOf(read: () => unknown): string {
  try {
    read();
    return "";
  } catch (error) {
    return error instanceof LedgerError ? error.code : String(error);
  }
}

describe("a session", () => {
  it("is read as the service answers it", () => {
    expect(readSession(SESSION)).toEqual(SESSION);
    const alliance = { ...SESSION, org: null, key: { kid: null, state: "none" } };
    expect(readSession(alliance)).toMatchObject({ org: null, key: { kid: null, state: "none" } });
    expect(readSession({ ...SESSION, person: { ...SESSION.person, name: null } }).person.name).toBe("");
  });

  it.each([null, {}, { ...SESSION, person: {} }, { ...SESSION, powers: "all" }, { ...SESSION, key: null }])(
    "of another shape is none",
    (value) => {
      expect(codeOf(() => readSession(value))).toBe("json.shape");
    },
  );

  it("is remembered for the next start, and forgotten with the workbook; what was recorded stays", async () => {
    const store = new MemoryStore("nguon-app");
    expect(await remembered(store)).toBeNull();
    await remember(store, readSession(SESSION));
    await store.write(async (rooms) => {
      await rooms.put("workbook", "last", { org: {}, lots: [] });
      await rooms.put("meta", "counter", 7);
      await rooms.put("signed", "c", { commitment: "c", kid: "k", at: "", slip: "s" });
    });
    expect(await remembered(store)).toEqual(SESSION);
    await forget(store);
    expect(await remembered(store)).toBeNull();
    const left = await store.read(async (rooms) => ({
      workbook: await rooms.all("workbook"),
      signed: await rooms.all("signed"),
      meta: await rooms.all("meta"),
    }));
    expect(left).toMatchObject({ workbook: [], signed: [{ commitment: "c" }], meta: [7] });
  });
});

describe("a passkey's options", () => {
  const user = { id: "AQID", name: "n", displayName: "d" };
  const creation = {
    challenge: "AAEC",
    rp: { id: "nguon.example", name: "Nguồn" },
    user,
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    excludeCredentials: [{ type: "public-key", id: "BAUG" }],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  };

  it("are bytes where the service writes base64url, without a browser's help", () => {
    const options = creationOptions(creation);
    expect(options.challenge).toEqual(new Uint8Array([0, 1, 2]));
    expect(options.user).toEqual({ ...user, id: new Uint8Array([1, 2, 3]) });
    expect(options.excludeCredentials).toEqual([{ type: "public-key", id: new Uint8Array([4, 5, 6]) }]);
    expect(options.authenticatorSelection).toEqual(creation.authenticatorSelection);
    expect(requestOptions({ challenge: "AAEC", rpId: "nguon.example" })).toEqual({
      challenge: new Uint8Array([0, 1, 2]),
      rpId: "nguon.example",
      userVerification: "required",
      allowCredentials: [],
    });
  });

  it("of another shape are refused", () => {
    for (const wrong of [{}, { ...creation, user: {} }, { ...creation, challenge: "A" }]) {
      expect(codeOf(() => creationOptions(wrong))).toBe("passkey.unsupported");
    }
    expect(codeOf(() => requestOptions({}))).toBe("passkey.unsupported");
  });
});
