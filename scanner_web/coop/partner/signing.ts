/** From what a desk built to a slip: signed with this phone's key, or asked of the hosted one, and kept. */

import { LedgerError } from "../../verify/errors.ts";
import type { App } from "../app/app.ts";
import type { NewSlip } from "../core/slips.ts";
import { payloadOf, signStatement } from "../core/statement.ts";
import type { Built } from "../lines/types.ts";
import { type Desk, uuid7 } from "./events.ts";

/** The desk of who is at this phone, now. */
export function deskOf(app: App): Desk {
  const now = new Date();
  return {
    org: app.session.org?.uri ?? "",
    place: app.workbook?.places[0]?.uri ?? null,
    now,
    id: () => uuid7(now.getTime(), crypto.getRandomValues(new Uint8Array(16))),
  };
}

/**
 * Keep what was built as one slip; it is sent when there is a network.
 *
 * @returns the slip's id
 */
export async function keep(
  app: App,
  built: readonly Built[],
  told: { readonly sentence: string; readonly photos?: readonly string[] },
): Promise<string> {
  const { key } = app;
  const seen = app.workbook?.seen ?? null;
  const shared = { draft: null, org: app.session.org?.uri ?? null, photos: [], ...told };
  const slip: NewSlip = key
    ? {
        ...shared,
        statements: await Promise.all(
          built.map(({ event, about, from }) =>
            signStatement(key, { typ: "epcis+jws", about, from, seen }, payloadOf(event)),
          ),
        ),
      }
    : {
        ...shared,
        statements: [],
        hosted: built.map(({ event, about, from }) => ({
          typ: "epcis+jws",
          about,
          from,
          payload: new TextDecoder().decode(payloadOf(event)),
        })),
      };
  try {
    return (await app.outbox.add(slip)).id;
  } catch (error) {
    if (error instanceof LedgerError && typeof error.params.slip === "string") return error.params.slip;
    throw error;
  }
}
