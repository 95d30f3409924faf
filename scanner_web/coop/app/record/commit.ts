/** From an answer sheet to a slip: events are built and signed on the phone, and kept before anybody is told so. */

import { LedgerError } from "../../../verify/errors.ts";
import { isObject, type JsonObject, type JsonValue } from "../../../verify/json.ts";
import { parseStatement } from "../../../verify/jws.ts";
import type { NewSlip, Slip } from "../../core/slips.ts";
import { payloadOf, signStatement } from "../../core/statement.ts";
import { build, correct, withdraw } from "../../lines/build.ts";
import { tell } from "../../lines/telling.ts";
import type { Built, Draft, Photo } from "../../lines/types.ts";
import type { Workbook } from "../../workbook.ts";
import type { App } from "../app.ts";
import { noteLast } from "../session.ts";

/** A slip is read for years: its sentence names the day, and does not say "today". */
const LATER = 60 * 86_400_000;

/** The events of a slip, as they were signed or are to be signed. */
export function eventsOf(slip: Slip): readonly JsonObject[] {
  const signed = slip.statements
    .map((raw) => parseStatement(raw))
    .filter(({ header }) => header.typ === "epcis+jws");
  const hosted = slip.hosted
    .filter(({ typ }) => typ === "epcis+jws")
    .map(({ payload }): JsonValue => JSON.parse(payload));
  return [...signed.map(({ payload }) => payload), ...hosted.filter(isObject)];
}

/**
 * Record a draft.
 *
 * @param fixes the slip that it puts right: what of that is in the ledger, or on its way, is withdrawn with it
 * @returns the slip's id; it is kept, or the phone had no room and says so (`unkept`).
 */
export async function record(
  app: App,
  workbook: Workbook,
  draft: Draft,
  fixes: Slip | null,
): Promise<string> {
  const now = new Date();
  const { key, session, outbox } = app;
  const kid = key?.kid ?? session.key.kid ?? "";
  const counter = await outbox.nextCounter();
  const context = { now, counter, kid, org: workbook.org.uri, operator: session.person.id };
  const events = fixes && fixes.state !== "refused" ? eventsOf(fixes) : [];
  const [first, ...others] = events;
  const built = first
    ? [...others.map((event) => withdraw(event, now)), ...correct(first, draft, workbook, context)]
    : build(draft, workbook, context);
  const id = await keep(app, workbook, built, {
    draft,
    sentence: tell(draft, workbook, app.lang, new Date(now.getTime() + LATER)),
    photos: photosOf(draft),
    ...(fixes && { fixes: fixes.id }),
  });
  // The service's workbook is kept, not the one that goes ahead of it: what waits is put on top each time anew.
  app.setWorkbook(await noteLast(app.store, app.workbook ?? workbook, draft.step, draft.answers));
  return id;
}

/** Take back what a slip recorded; it stays in the book, struck. */
export async function takeBack(app: App, workbook: Workbook, slip: Slip): Promise<string> {
  if (slip.state === "refused") {
    await app.outbox.setAside(slip.id);
    return slip.id;
  }
  const now = new Date();
  const built = eventsOf(slip).map((event) => withdraw(event, now));
  const sentence = app.c.t("coop.book.withdrawn", { what: slip.sentence });
  return keep(app, workbook, built, { draft: null, sentence, photos: [], fixes: slip.id });
}

type Kept = Pick<NewSlip, "draft" | "sentence"> & {
  readonly photos: readonly string[];
  readonly fixes?: string;
};

async function keep(app: App, workbook: Workbook, built: readonly Built[], told: Kept): Promise<string> {
  const { key } = app;
  const shared = { ...told, org: workbook.org.uri };
  const slip: NewSlip = key
    ? {
        ...shared,
        statements: await Promise.all(
          built.map(({ event, about, from }) =>
            signStatement(key, { typ: "epcis+jws", about, from, seen: workbook.seen }, payloadOf(event)),
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

function photosOf(draft: Draft): string[] {
  return Object.values(draft.answers).flatMap((answer) =>
    Array.isArray(answer)
      ? answer.filter((item): item is Photo => "href" in item).map(({ href }) => href)
      : [],
  );
}
