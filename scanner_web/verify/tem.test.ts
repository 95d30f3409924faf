/** The vectors of tem that `tests/vectors/make_tem_vectors.py` makes without any ledger. */
import { describe, expect, test } from "vitest";
import seals from "../../tests/vectors/tem/digsig.json";
import layers from "../../tests/vectors/tem/hidden.json";
import printed from "../../tests/vectors/tem/printed_forms.json";
import issued from "../../tests/vectors/tem/rolls.json";
import shown from "../../tests/vectors/tem/slots.json";
import spoiled from "../../tests/vectors/tem/voided.json";
import { checkSeal } from "./digsig";
import { bytesEqual, hexDecode, hexEncode, utf8 } from "./encoding";
import { LedgerError } from "./errors";
import { EventFacts } from "./facts";
import { canonicalLink, parseLink } from "./gs1";
import { checkOpening, normalised } from "./hidden";
import { isObject, parseJson } from "./json";
import { parseJwk } from "./jws";
import { verifyInclusion } from "./merkle";
import type { StoryEntry } from "./state";
import { parseCode } from "./target";
import { serialIndex, serialLeaf, voidedSerials } from "./tem";
import type { KeyRecord } from "./trust";

const hex = (text: string) => hexDecode(text, text.length / 2);
const lotOf = ({ gtin, lot }: { gtin: string; lot: string }) => `https://id.gs1.org/01/${gtin}/10/${lot}`;

function payload(value: unknown) {
  const read = parseJson(utf8(JSON.stringify(value)));
  if (!isObject(read)) {
    throw new Error("no object");
  }
  return read;
}

function keysOf(stems: readonly string[] | null): KeyRecord[] {
  return seals.keys.map((key) => ({
    kid: key.kid,
    org: key.org,
    jwk: parseJwk(payload(key.jwk)),
    role: "member",
    custody: "own",
    stems: stems ?? key.stems,
    admitted: 1,
    revoked: null,
  }));
}

describe("rolls", () => {
  test.each(issued.rolls)("the serials of $id, $count of lot $lot, carry their indexes", ({ serials }) => {
    expect(serials.map(({ serial }) => serialIndex(serial))).toEqual(serials.map(({ index }) => index));
    expect(serials.map(({ serial }) => hexEncode(serialLeaf(serial)))).toEqual(
      serials.map(({ leaf }) => leaf),
    );
  });

  test("serials far along a roll carry their indexes", () => {
    expect(issued.far.map(({ serial }) => serialIndex(serial))).toEqual(issued.far.map(({ index }) => index));
  });

  test.each(issued.notSerials)("no serial of a roll: $why", ({ text }) => {
    expect(serialIndex(text)).toBeNull();
  });

  test.each(shown.slots)("a slot at $index of $count holds $serial: $holds", (slot) => {
    const leaf = hex(slot.leaf);
    verifyInclusion(leaf, BigInt(slot.index), BigInt(slot.count), slot.inclusion.map(hex), hex(slot.root));
    const holds = serialIndex(slot.serial) === slot.index && bytesEqual(serialLeaf(slot.serial), leaf);
    expect(holds).toBe(slot.holds);
  });
});

describe("second layers", () => {
  test.each(layers.openings)("$code under $serial opens: $opens", (item) => {
    const opening = { salt: hex(item.salt), leaf: hex(item.leaf), inclusion: item.inclusion.map(hex) };
    const open = () => checkOpening(opening, item.serial, item.code, item.count, hex(item.root));
    if (item.opens) {
      expect(open).not.toThrow();
    } else {
      expect(open).toThrow(LedgerError);
    }
  });

  test("typed codes are read as printed", () => {
    expect(layers.normalised.map(({ typed }) => normalised(typed))).toEqual(
      layers.normalised.map(({ code }) => code),
    );
  });

  test("a roll's layer covers as many codes as it has tem, or is none", () => {
    const { gtin, lot, count, root } = spoiled.roll;
    const hidden = (more: object) =>
      new EventFacts(
        payload({ ...encoding(lotOf({ gtin, lot })), "nguon:hidden": { root, count, ...more } }),
        [],
      ).rollOf(lotOf({ gtin, lot }))?.hidden;
    expect(hidden({})).toEqual(hex(root));
    for (const odd of [{ count: count + 1 }, { count: String(count) }, { root: "00" }, { root: null }]) {
      expect(hidden(odd)).toBeNull();
    }
  });
});

describe("signed labels", () => {
  test.each(seals.right)("$link is right", async ({ link }) => {
    expect((await checkSeal(link, keysOf(null))).key.kid).toBe(seals.keys[0]?.kid);
  });

  test.each(seals.wrong)("$link: $code", async ({ link, code }) => {
    await expect(checkSeal(link, keysOf(null))).rejects.toMatchObject({ code });
  });
});

describe("spoiled tem", () => {
  test.each(spoiled.events)("an event voids $voids.length ($why)", ({ event, voids }) => {
    const lot = lotOf(spoiled.roll);
    const [signer] = keysOf([lot]);
    const story: StoryEntry[] = [encoding(lot), event].map((told, place) => ({
      index: place + 1,
      facts: new EventFacts(payload(told), [lot]),
      signer: signer ?? null,
      pending: false,
    }));
    expect([...voidedSerials(story, lot).keys()].sort()).toEqual([...voids].sort());
  });
});

describe("printed forms", () => {
  const right = printed.forms.flatMap((form) => (form.target ? [{ ...form, target: form.target }] : []));

  test("there are some of both kinds", () => {
    expect(right.length).toBeGreaterThan(8);
  });

  test.each(right)("$why: $printed names its tem", (form) => {
    expect(parseCode(form.printed, printed.host)).toEqual(form.target);
  });

  test.each(printed.forms.filter(({ canonical }) => canonical))("$printed is one canonical code", (form) => {
    expect(canonicalLink(parseLink(form.printed, true).keys)).toBe(form.canonical);
  });
});

function encoding(lot: string) {
  const { id, count, root } = spoiled.roll;
  return {
    type: "ObjectEvent",
    action: "OBSERVE",
    bizStep: "encoding",
    quantityList: [{ epcClass: lot, quantity: count }],
    "nguon:roll": { id, count, root },
  };
}
