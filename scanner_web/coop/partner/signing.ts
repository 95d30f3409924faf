/** Signing what a desk built: with this phone's key, or the hosted one; kept, and sent when there is a network. */

import type { App } from "../app/app.ts";
import { ApiError } from "../core/api.ts";
import type { Slip } from "../core/slips.ts";
import { description, type ToSign } from "../desk/describing.ts";
import { keep } from "../desk/send.ts";
import { uuid7 } from "../lines/ids.ts";
import type { Built } from "../lines/types.ts";
import type { Desk } from "./events.ts";

const NAME = "urn:epcglobal:cbv:mda:name";

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
 * Sign and keep events as one slip. Who was never described says first what it is called, so that pages can name it.
 *
 * @param photos `ni:` URIs of pictures and reports that the outbox has kept
 * @returns the slip: `recorded`, `refused` with its problem, or waiting for a network
 */
export async function sign(
  app: App,
  built: readonly Built[],
  sentence: string,
  photos: readonly string[] = [],
): Promise<Slip> {
  const events = built.map(({ event, about, from }) => ({
    typ: "epcis+jws" as const,
    about,
    from,
    payload: event,
  }));
  return keep(app, [...(await introduction(app)), ...events], { sentence, photos });
}

/** What the organisation is called, where no description says so; nothing where nobody can be asked now. */
async function introduction(app: App): Promise<readonly ToSign[]> {
  const { org, powers } = app.session;
  if (!org || app.practice || !powers.includes("describe")) return [];
  const kept = `described ${org.uri}`;
  if (await app.store.read((rooms) => rooms.get("meta", kept))) return [];
  try {
    await app.api.get(`/api/v1/desk/descriptions?uri=${encodeURIComponent(org.uri)}`);
    await app.store.write((rooms) => rooms.put("meta", kept, true));
    return [];
  } catch (error) {
    const isUnknown = error instanceof ApiError && error.status === 404;
    const day = new Date().toISOString().slice(0, 10);
    return isUnknown ? [description("organisation", org.uri, { [NAME]: org.name }, day)] : [];
  }
}
