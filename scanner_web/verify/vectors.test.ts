/** The test vectors that Python, Solidity and this verifier read alike (`tests/vectors`). */
import { describe, expect, test } from "vitest";
import links from "../../tests/vectors/digital_link.json";
import encoding from "../../tests/vectors/encoding.json";
import leaves from "../../tests/vectors/leaf.json";
import lotmap from "../../tests/vectors/lotmap.json";
import trees from "../../tests/vectors/merkle.json";
import notes from "../../tests/vectors/note.json";
import { parseElements } from "./elements";
import { b64Decode, b64urlDecode, b64urlEncode, hexDecode, hexEncode, utf8 } from "./encoding";
import { canonicalOrNull } from "./epc";
import { LedgerError } from "./errors";
import { parseLink } from "./gs1";
import { parseJson } from "./json";
import { parseLeaf } from "./leaf";
import { mapLeafHash, parseMapProof, resolve } from "./lotmap";
import { leafHash, nodeHash, verifyConsistency, verifyInclusion } from "./merkle";
import { openCheckpoint, parseVkey } from "./note";

const hex = (text: string) => hexDecode(text, text.length / 2);
const parsed = (value: unknown) => parseJson(utf8(JSON.stringify(value)));

/** The code of the error that reading throws; "" where it throws none. */
function codeOf(read: () => unknown): string {
  try {
    read();
    return "";
  } catch (error) {
    return error instanceof LedgerError ? error.code : String(error);
  }
}

describe("the log's tree", () => {
  test("roots are those of RFC 6962", () => {
    const root = (from: number, width: number): Uint8Array => {
      if (width === 1) {
        return leafHash(Uint8Array.of(0, 0, from >> 8, from & 255));
      }
      const left = 2 ** Math.ceil(Math.log2(width) - 1);
      return nodeHash(root(from, left), root(from + left, width - left));
    };
    for (const { size, root: wanted } of trees.roots.filter(({ size }) => size > 0)) {
      expect(hexEncode(root(0, size))).toBe(wanted);
    }
  });

  test.each(trees.inclusion)("an inclusion proof of $index in $size holds: $ok", (item) => {
    const { index, size, proof } = item;
    const code = codeOf(() =>
      verifyInclusion(hex(item.leafHash), BigInt(index), BigInt(size), proof.map(hex), hex(item.root)),
    );
    expect(code).toBe(item.ok ? "" : "proof.inclusion");
  });

  test.each(trees.consistency)("a consistency proof from $size1 to $size2 holds: $ok", (item) => {
    const [size1, size2] = [BigInt(item.size1), BigInt(item.size2)];
    const code = codeOf(() =>
      verifyConsistency(size1, hex(item.root1), size2, hex(item.root2), item.proof.map(hex)),
    );
    expect(code).toBe(item.ok ? "" : "proof.consistency");
  });
});

describe("leaves", () => {
  test.each(leaves.right)("a leaf of kind $kind is read and hashed", (item) => {
    const leaf = parseLeaf(hex(item.leaf));
    expect(hexEncode(leafHash(hex(item.leaf)))).toBe(item.hash);
    expect([leaf.kind, leaf.time]).toEqual([item.kind, BigInt(item.time)]);
    if (leaf.kind === 3) {
      expect([hexEncode(leaf.mapRoot), leaf.index]).toEqual([item.mapRoot, BigInt(item.index ?? -1)]);
    } else {
      const subjects = leaf.subjects.map(({ key, ordinal }) => ({
        key: hexEncode(key),
        ordinal: String(ordinal),
      }));
      expect([hexEncode(leaf.commitment), subjects]).toEqual([item.commitment, item.subjects]);
    }
  });

  test.each(leaves.wrong)("refused: $why", ({ leaf }) => {
    expect(codeOf(() => parseLeaf(hex(leaf)))).toBe("leaf.syntax");
  });
});

describe("the lot map", () => {
  test("hashes of leaves are those of the design", () => {
    const safe = lotmap.leafHash.filter(({ ordinal }) => Number.isSafeInteger(Number(ordinal)));
    expect(safe.length).toBeGreaterThan(1);
    for (const { key, head, ordinal, hash } of safe) {
      expect(hexEncode(mapLeafHash({ key: hex(key), head: hex(head), ordinal: Number(ordinal) }))).toBe(hash);
    }
  });

  test.each(lotmap.maps)("the map $name gives each key its answer", ({ root, answers }) => {
    for (const { key, proof, answer } of answers) {
      const leaf = resolve(hex(root), hex(key), parseMapProof(parsed(proof)));
      const found = leaf && { key: hexEncode(leaf.key), head: hexEncode(leaf.head), ordinal: leaf.ordinal };
      expect(found).toEqual(answer);
    }
  });

  test.each(lotmap.wrong)("leads elsewhere: $why", ({ root, key, proof }) => {
    expect(codeOf(() => resolve(hex(root), hex(key), parseMapProof(parsed(proof))))).toBe("proof.map");
  });

  test.each(lotmap.malformed)("is no proof: $why", ({ proof }) => {
    expect(codeOf(() => parseMapProof(parsed(proof)))).toMatch(/^(json\.|hex\.)/);
  });
});

describe("notes", () => {
  const vkey = parseVkey(notes.vkey);

  test.each(notes.checkpoint)("a checkpoint ($name$why) opens: $ok", async (item) => {
    const opening = openCheckpoint(item.note, vkey, "nguon.example/log");
    if (item.ok) {
      const { origin, size, root } = await opening;
      expect([origin, Number(size), hexEncode(root)]).toEqual([item.origin, item.size, item.root]);
    } else {
      await expect(opening).rejects.toMatchObject({ code: item.code });
    }
  });

  test.each(notes.badVkeys)("is no verifier key: $why", (item) => {
    expect(codeOf(() => parseVkey(item.vkey))).not.toBe("");
  });
});

describe("encodings", () => {
  test.each(encoding.json)("JSON $json is taken: $ok", (item) => {
    expect(codeOf(() => parseJson(hex(item.json)))).toBe(item.ok ? "" : item.code);
    if (item.ok) {
      const known: unknown = JSON.parse(new TextDecoder().decode(hex(item.json)));
      expect(JSON.stringify(parseJson(hex(item.json)))).toBe(JSON.stringify(known));
    }
  });

  test("base64, base64url and hex are read in their one canonical form", () => {
    for (const { bytes, text } of encoding.base64) {
      expect(hexEncode(b64Decode(text))).toBe(bytes);
    }
    for (const { bytes, text } of encoding.base64url) {
      expect(hexEncode(b64urlDecode(text))).toBe(bytes);
      expect(b64urlEncode(hex(bytes))).toBe(text);
    }
    expect(encoding.badBase64.map((text) => codeOf(() => b64Decode(text)))).not.toContain("");
    expect(encoding.badBase64url.map((text) => codeOf(() => b64urlDecode(text)))).not.toContain("");
    expect(encoding.badHex.map((text) => codeOf(() => hexDecode(text)))).not.toContain("");
  });
});

describe("identifiers", () => {
  test.each(links.valid)("$uri is a Digital Link", ({ uri, keys, canonical }) => {
    const link = parseLink(uri);
    expect(link.keys).toEqual(keys);
    expect(canonicalOrNull(uri)).toBe(canonical);
  });

  test.each(links.invalid)("$uri is none", ({ uri, code }) => {
    expect(codeOf(() => parseLink(uri))).toBe(code);
  });

  test.each(links.epc)("$urn is filed under $canonical", ({ urn, canonical }) => {
    expect(canonicalOrNull(urn)).toBe(canonical);
  });

  test.each(links.wrongEpc)("$urn is refused", ({ urn }) => {
    expect(canonicalOrNull(urn)).toBeNull();
  });

  test.each(links.elements)("$scanned and $printed are the same", ({ scanned, printed }) => {
    expect([...parseElements(scanned)]).toEqual([...parseElements(printed)]);
  });

  test.each(links.alsoElements)("$code is read as $printed", ({ code, printed }) => {
    expect([...parseElements(code)]).toEqual([...parseElements(printed)]);
  });

  test.each(links.wrongElements)("$code is no element string", ({ code, error }) => {
    expect(codeOf(() => parseElements(code))).toBe(error);
  });
});
