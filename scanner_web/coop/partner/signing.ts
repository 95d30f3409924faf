/** Signing what a desk built: with this phone's key, or the hosted one; kept, and sent when there is a network. */

import type { App } from "../app/app.ts";
import type { Slip } from "../core/slips.ts";
import { keep } from "../desk/send.ts";
import { uuid7 } from "../lines/ids.ts";
import type { Built } from "../lines/types.ts";
import type { Desk } from "./events.ts";

/** The desk of who is at this phone, now. */
export function deskOf(app: App): Desk {
  const now = new Date();
  return {
    org: app.session.org?.uri ?? "",
    place: app.workbook?.places[0]?.uri ?? null,
    now,
    id: () => uuid7(now),
  };
}

/**
 * Sign and keep events as one slip.
 *
 * @param photos `ni:` URIs of pictures and reports that the outbox has kept
 * @returns the slip: `recorded`, `refused` with its problem, or waiting for a network
 */
export function sign(
  app: App,
  built: readonly Built[],
  sentence: string,
  photos: readonly string[] = [],
): Promise<Slip> {
  const wanted = built.map(({ event, about, from }) => ({
    typ: "epcis+jws" as const,
    about,
    from,
    payload: event,
  }));
  return keep(app, wanted, { sentence, photos });
}
