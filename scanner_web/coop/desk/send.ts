/** From what the officer said to a slip: signed with his own key on this phone, or asked of the hosted one, and kept. */
import { LedgerError } from "../../verify/errors.ts";
import type { App } from "../app/app.ts";
import type { NewSlip, Slip } from "../core/slips.ts";
import { payloadOf, signStatement } from "../core/statement.ts";
import type { ToSign } from "./describing.ts";

/** What a slip says of itself, and what goes with it. */
export interface Telling {
  readonly sentence: string;
  /** `ni:` URIs of pictures that the outbox has kept. */
  readonly photos?: readonly string[];
}

/**
 * Sign and keep; it is sent at once where there is a network, else when there is one.
 *
 * @returns the slip as it is then: `recorded`, `refused` with its problem, or still waiting.
 */
export async function keep(app: App, wanted: readonly ToSign[], telling: Telling): Promise<Slip> {
  const id = await kept(app, await slipOf(app, wanted, telling));
  if (!app.practice) {
    await app.outbox.drain(true);
    void app.refresh();
  }
  const slip = (await app.outbox.slips()).find((each) => each.id === id);
  if (!slip) throw new LedgerError("store.failed");
  return slip;
}

/** One statement, signed with this phone's key. Throws `key.none` where it has none. */
export function signed(app: App, { typ, about, from, payload }: ToSign): Promise<string> {
  if (!app.key) throw new LedgerError("key.none");
  const seen = app.workbook?.seen ?? null;
  return signStatement(app.key, { typ, about, from, seen }, payloadOf(payload));
}

async function slipOf(app: App, wanted: readonly ToSign[], telling: Telling): Promise<NewSlip> {
  const shared = { draft: null, org: app.session.org?.uri ?? null, photos: [], ...telling };
  if (app.key) {
    const statements = await Promise.all(wanted.map((each) => signed(app, each)));
    return { ...shared, statements };
  }
  const hosted = wanted.map(({ payload, ...heading }) => ({
    ...heading,
    payload: new TextDecoder().decode(payloadOf(payload)),
  }));
  return { ...shared, statements: [], hosted };
}

async function kept(app: App, slip: NewSlip): Promise<string> {
  try {
    return (await app.outbox.add(slip)).id;
  } catch (error) {
    if (error instanceof LedgerError && typeof error.params.slip === "string") return error.params.slip;
    throw error;
  }
}
