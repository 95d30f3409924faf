/** A file of keys is believed as far as it is proven; the vectors are Python's own, and Python reads them too. */
import { describe, expect, test } from "vitest";
import vectors from "../../tests/vectors/tem/keys.json";
import { checkSeal } from "./digsig";
import { utf8 } from "./encoding";
import { LedgerError } from "./errors";
import { openKeys, parseKeyFile } from "./keyfile";
import { parseTrustFile } from "./trustfile";

const bytes = (value: unknown) => utf8(JSON.stringify(value));
const trust = parseTrustFile(bytes(vectors.trust));
const right = bytes(vectors.file);

/** The file with some members replaced, by JSON pointer: `/origin`, `/keys/0`. */
function changed(set: Readonly<Record<string, unknown>>): Uint8Array {
  const file: Record<string, unknown> = { ...vectors.file };
  const keys: unknown[] = [...vectors.file.keys];
  file.keys = keys;
  for (const [pointer, value] of Object.entries(set)) {
    const [, name = "", place] = pointer.split("/");
    if (place === undefined) file[name] = value;
    else keys[Number(place)] = value;
  }
  return bytes(file);
}

/** The case's members that are there. */
function setOf(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

describe("a file of keys", () => {
  test("proves the keys that the log admitted, with their revocations", async () => {
    const known = await openKeys(parseKeyFile(right), trust);
    expect(known.records.map(({ kid, org, revoked }) => ({ kid, org, revoked: revoked !== null }))).toEqual(
      vectors.admitted,
    );
    expect([Number(known.size), known.time]).toEqual([vectors.size, vectors.time]);
  });

  test("admits nobody whom no pinned registrar admitted", async () => {
    const strangers = parseTrustFile(bytes(vectors.strangers));
    expect((await openKeys(parseKeyFile(right), strangers)).records).toEqual([]);
  });

  test.each(vectors.wrong.map((one) => [one.why, one.code, setOf(one.set)] as const))(
    "is refused: %s (%s)",
    async (_, code, set) => {
      await expect(openKeys(parseKeyFile(changed(set)), trust)).rejects.toMatchObject({ code });
    },
  );

  test.each(vectors.malformed.map((one) => [one.why, setOf(one.set)] as const))(
    "of another shape is refused: %s",
    (_, set) => {
      expect(() => parseKeyFile(changed(set))).toThrow(LedgerError);
    },
  );

  test("that is no JSON, or names a member twice, is refused", () => {
    const float = JSON.stringify(vectors.file).replace('"v":1', '"v":1.0');
    for (const text of ["", "[]", "<html>", float, `{"v":1,${JSON.stringify(vectors.file).slice(1)}`]) {
      expect(() => parseKeyFile(utf8(text))).toThrow(LedgerError);
    }
  });

  test("says of labels what Python says of them", async () => {
    const { records } = await openKeys(parseKeyFile(right), trust);
    for (const label of vectors.labels) {
      const found = await checkSeal(label.link, records).then(
        ({ key }) => ({ signer: key.kid }),
        (error: unknown) => ({ code: error instanceof LedgerError ? error.code : String(error) }),
      );
      expect(found).toEqual(label.signer === undefined ? { code: label.code } : { signer: label.signer });
    }
  });
});
