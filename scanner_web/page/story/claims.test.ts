import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Claim, claims, type Heard } from "./claims";
import { byLocalName, items, members, text } from "./terms";

const ROOT = new URL("../../../", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, ROOT), "utf8"));
const VECTORS = members(read("tests/vectors/claims.json"));

function told({ eventId, ...claim }: Claim) {
  return { ...claim, eventID: eventId };
}

function heard(value: unknown): Heard {
  const item = members(value);
  const about = items(item.about).map(text);
  return {
    index: Number(item.index),
    payload: members(item.payload),
    org: text(item.org),
    role: text(item.role),
    about,
  };
}

describe("two hands", () => {
  for (const value of items(VECTORS.cases).map(members)) {
    it(text(value.name), () => {
      const events = items(value.heard).map(heard);
      const subjects = new Set(items(value.subjects).map(text));
      expect(claims(events, subjects).map(told)).toEqual(value.claims);
      expect(claims(events.toReversed(), subjects).map(told)).toEqual(value.claims);
    });
  }

  for (const line of Object.keys(members(VECTORS.samples))) {
    it(`makes of the sample of ${line} what was read off by hand`, () => {
      const found = claims(sample(line)).map(({ index, part, named, state, answer }) => ({
        index,
        part,
        named,
        state,
        answer,
      }));
      expect(found).toEqual(members(VECTORS.samples)[line]);
    });
  }
});

/** The events of a line that stand, in the order of its documents. */
function sample(line: string): Heard[] {
  const signers = items(members(read("samples/signers.json")).signers).map(members);
  const folders = readdirSync(new URL(`samples/${line}/`, ROOT));
  const paths = folders.flatMap((folder) =>
    readdirSync(new URL(`samples/${line}/${folder}/`, ROOT)).map((file) => ({ folder, file })),
  );
  paths.sort((a, b) => (a.file < b.file ? -1 : 1));
  const events = paths.flatMap(({ folder, file }) => {
    const signer = signers.find((each) => each.folder === `${line}/${folder}`);
    const body = members(members(read(`samples/${line}/${folder}/${file}`)).epcisBody);
    return items(body.eventList).map((event) => ({
      payload: members(event),
      org: text(signer?.org),
      role: text(signer?.role),
    }));
  });
  const wrong = new Set(
    events
      .filter(({ payload }) => byLocalName(payload, "errorDeclaration"))
      .map(({ payload }) => payload.eventID),
  );
  return events
    .map((event, index) => ({ ...event, index, about: [] }))
    .filter(({ payload }) => !wrong.has(payload.eventID));
}
