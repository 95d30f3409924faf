/**
 * A phone without a screen, for tests: what `coop/core` keeps, signs and checks, one JSON text a line from stdin to
 * stdout, in order. One process is one phone; its rooms are in memory.
 *
 *     {"do": "key"}                                                    -> {"kid", "jwk"}: another key, from now on its own
 *     {"do": "claim", "claim": KeyClaim}                               -> {"payload": text, "possession"}
 *     {"do": "admit", "payload": text, "possession": JWS | null}       -> {"statement"}
 *     {"do": "sign", "heading": Heading, "payload": text}              -> {"statement"}
 *     {"do": "check", "receipts", "statements", "trust": text}         -> {"indexes": [n …]}
 *     {"do": "count", "bundle": text, "trust": text, "anchor"}         -> {"signed", "mine", "foreign", "unkept", "anchored"}
 *
 * What does not hold is answered with `{"code"}`.
 */
import { createInterface } from "node:readline";
import { count } from "../coop/core/counting";
import { makeKey, openKey, type PhoneKey } from "../coop/core/keys";
import { MemoryStore } from "../coop/core/memory";
import { checkReceipt } from "../coop/core/receipts";
import type { Receipt } from "../coop/core/slips";
import {
  type Heading,
  type KeyClaim,
  keyPayload,
  provePossession,
  signKeyStatement,
  signStatement,
} from "../coop/core/statement";
import { hexDecode, utf8 } from "../verify/encoding";
import { LedgerError, parseTrustFile } from "../verify/index";
import { parseStatement } from "../verify/jws";

interface Asked {
  readonly do: string;
  readonly claim: KeyClaim;
  readonly heading: Heading;
  readonly payload: string;
  readonly possession: string | null;
  readonly receipts: readonly Receipt[];
  readonly statements: readonly string[];
  readonly trust: string;
  readonly bundle: string;
  readonly anchor: { readonly size: number; readonly root: string } | null;
}

const store = new MemoryStore("nguon-app");

async function own(): Promise<PhoneKey> {
  return (await openKey(store)) ?? makeKey(store);
}

const DOES: Readonly<Record<string, (asked: Asked) => Promise<object>>> = {
  key: async () => {
    const { kid, jwk } = await makeKey(store);
    return { kid, jwk };
  },
  claim: async ({ claim }) => {
    const key = await own();
    const payload = keyPayload({ ...claim, jwk: key.jwk });
    return { payload: new TextDecoder().decode(payload), possession: await provePossession(key, payload) };
  },
  admit: async ({ payload, possession }) => ({
    statement: await signKeyStatement(await own(), utf8(payload), possession),
  }),
  sign: async ({ heading, payload }) => ({
    statement: await signStatement(await own(), heading, utf8(payload)),
  }),
  check: async ({ receipts, statements, trust }) => {
    const known = parseTrustFile(utf8(trust));
    const indexes: number[] = [];
    for (const [place, receipt] of receipts.entries()) {
      const statement = statements[place] ?? "";
      const { index } = await checkReceipt(receipt, statement, known);
      indexes.push(index);
      const { commitment } = parseStatement(statement);
      const name = Buffer.from(commitment).toString("hex");
      await store.write(async (rooms) => {
        const signed = await rooms.get("signed", name);
        if (signed) await rooms.put("signed", name, { ...signed, index, leaf: receipt.leaf });
      });
    }
    return { indexes };
  },
  count: async ({ bundle, trust, anchor }) => {
    const { kid } = await own();
    const signed = await store.read((rooms) => rooms.all("signed"));
    const known = anchor && { size: anchor.size, root: hexDecode(anchor.root), time: 0 };
    const found = await count(utf8(bundle), parseTrustFile(utf8(trust)), kid, signed, known);
    return { ...found, root: undefined };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  let answered: object;
  try {
    const asked: Asked = JSON.parse(line);
    answered = (await DOES[asked.do]?.(asked)) ?? { error: `cannot ${asked.do}` };
  } catch (error) {
    if (error instanceof LedgerError) answered = { code: error.code, params: error.params };
    else answered = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answered)}\n`);
}
