/**
 * Judges bundles by the verifier in TypeScript, one JSON text a line from stdin to stdout, in order.
 *
 *     asked    = {"bundle": base64 | "bundleFile": path, "trust": the trust file's text | "trustFile": path,
 *                 "chain": {"state", "latest": {"size", "root": hex, "time"} | null, "falseSince", "retired", "maxAge",
 *                           "recalled": [hex …], "asked": [hex …]},
 *                 "now": ISO 8601, "expect": {"gtin", "lot", "serial"} | absent,
 *                 "word": what the operator says, reasons as they are answered | absent}
 *     answered = {"verdict", "reasons": [{"code", "verdict", "params"} …],
 *                 "tem": {"serial", "index", "roll": {"id", "count", "root", "hidden"} | null, "issued", "voided"} | null}
 *              | {"error": what should never happen}
 *
 * Single readings are asked for alone, and answered with `{"read": …}` or `{"code", "params"}`:
 *
 *     {"recallKeys": base64 of a bundle}   {"json": base64}   {"canonical": URI}   {"day": text}   {"offset": text}
 *     {"code": text, "host": text}   {"scans": the JSON text that /api/v1/scans answers}
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { readScans } from "../page/scans";
import { heed, suspicions } from "../page/word";
import { calendarDay, offsetOf } from "../verify/dates";
import {
  type ChainAnswer,
  canonicalOrNull,
  hexDecode,
  hexEncode,
  LedgerError,
  parseBundle,
  parseCode,
  parseJson,
  parseTrustFile,
  type Reason,
  recallKeys,
  type Target,
  type TemFact,
  type TrustFile,
  verify,
} from "../verify/index";

declare global {
  interface JSON {
    rawJSON(text: string): object;
  }
}

/** Readings by the name of what is read; `host` goes with a code. */
const READINGS: Readonly<Record<string, (given: string, host: string) => unknown>> = {
  recallKeys: (given) => recallKeys(parseBundle(Buffer.from(given, "base64"))),
  json: (given) => parseJson(Buffer.from(given, "base64")),
  canonical: canonicalOrNull,
  day: calendarDay,
  offset: offsetOf,
  code: parseCode,
  scans: (given) => {
    const scans = readScans(JSON.parse(given));
    return scans && suspicions(scans);
  },
};

interface Asked {
  readonly bundle?: string;
  readonly bundleFile?: string;
  readonly trust?: string;
  readonly trustFile?: string;
  readonly chain: Partial<Omit<ChainAnswer, "latest" | "recalled" | "asked">> & {
    readonly latest: { readonly size: number; readonly root: string; readonly time: number } | null;
    readonly recalled: readonly string[];
    readonly asked: readonly string[];
  };
  readonly now: string;
  readonly expect?: Target | null;
  readonly word?: readonly Reason[];
}

const trusted = new Map<string, TrustFile>();

function trustOf({ trust, trustFile = "" }: Asked): TrustFile {
  const name = trust ?? trustFile;
  let found = trusted.get(name);
  if (found === undefined) {
    found = parseTrustFile(trust === undefined ? readFileSync(trustFile) : Buffer.from(trust));
    trusted.set(name, found);
  }
  return found;
}

function chainOf({ chain }: Asked): ChainAnswer {
  const { latest, recalled, asked } = chain;
  return {
    state: "ok",
    falseSince: 0,
    retired: false,
    maxAge: 0,
    block: null,
    endpoints: 1,
    agreed: 1,
    ...chain,
    latest: latest && { size: latest.size, root: hexDecode(latest.root), time: latest.time },
    recalled: new Set(recalled),
    asked: new Set(asked),
  };
}

function reading(asked: Readonly<Record<string, string>>): object | undefined {
  for (const [name, read] of Object.entries(READINGS)) {
    const given = asked[name];
    if (given !== undefined) {
      try {
        return { read: read(given, asked.host ?? "") };
      } catch (error) {
        if (error instanceof LedgerError) {
          return { code: error.code, params: error.params };
        }
        throw error;
      }
    }
  }
  return undefined;
}

async function answer(asked: Asked): Promise<object> {
  const { bundle, bundleFile = "" } = asked;
  const bytes = bundle === undefined ? readFileSync(bundleFile) : Buffer.from(bundle, "base64");
  const proven = await verify(
    bytes,
    trustOf(asked),
    chainOf(asked),
    new Date(asked.now),
    asked.expect ?? null,
  );
  const found = heed(proven, asked.word ?? []);
  return { verdict: found.verdict, reasons: found.reasons, tem: found.tem && plain(found.tem) };
}

/** A tem as JSON, bytes in hexadecimal. */
function plain(tem: TemFact): object {
  const { roll } = tem;
  const hidden = roll?.hidden ? hexEncode(roll.hidden) : null;
  return { ...tem, roll: roll && { ...roll, root: hexEncode(roll.root), hidden } };
}

/** Integers beyond 2^53 as they are. */
function exactly(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? JSON.rawJSON(value.toString()) : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  let answered: object;
  try {
    const asked = JSON.parse(line);
    answered = reading(asked) ?? (await answer(asked));
  } catch (error) {
    answered = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answered, exactly)}\n`);
}
