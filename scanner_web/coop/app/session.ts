/**
 * Who is at the phone, and with what: opened once, asked for anew whenever there is a network.
 *
 * Nothing here needs the network to begin: a remembered session, the workbook as it last came and the key in the
 * phone are enough to record with.
 */

import type { Catalogue } from "../../page/i18n.ts";
import { Api, ApiError } from "../core/api.ts";
import { makeKey, openKey, type PhoneKey } from "../core/keys.ts";
import { Outbox } from "../core/outbox.ts";
import { keepWorkbook, keptWorkbook, remember, remembered, type Session } from "../core/session.ts";
import { openStore, persist, type Store } from "../core/store.ts";
import { trustFile } from "../core/trust.ts";
import type { Workbook } from "../workbook.ts";
import { practiceSession, practiceWorkbook } from "./sample.ts";

/** What the app stands on. */
export interface Ground {
  readonly api: Api;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly practice: boolean;
  /** Whose session it is now: slips are sent for this organisation only. */
  readonly whose: { org: string | null };
}

/** What changes while it runs. */
export interface Now {
  /** null: nobody is signed in, and nobody is remembered. */
  readonly session: Session | null;
  readonly workbook: Workbook | null;
  readonly key: PhoneKey | null;
  /** The service answered the last time it was asked. */
  readonly online: boolean;
  /** The service does not know this session any more: records stay in the phone until one signs in again. */
  readonly lost: boolean;
}

/** Open the store and what is in it; practice has one of its own. */
export async function openGround(c: Catalogue, practice: boolean): Promise<Ground> {
  const api = new Api({ lang: () => c.lang });
  const store = await openStore(practice ? "nguon-practice" : "nguon-app");
  await persist();
  const whose: Ground["whose"] = { org: null };
  const trust = () => trustFile(store, () => api.trustFile());
  const outbox = new Outbox(store, { sender: practice ? null : api, trust, org: () => whose.org });
  return { api, store, outbox, practice, whose };
}

/** What the phone knows by itself. */
export async function known(ground: Ground): Promise<Now> {
  const { store, practice } = ground;
  if (practice) {
    const real = await openStore("nguon-app");
    const session = (await remembered(real)) ?? practiceSession();
    const workbook = (await keptWorkbook(store)) ?? (await keptWorkbook(real)) ?? practiceWorkbook();
    real.close();
    const key = (await openKey(store)) ?? (await makeKey(store).catch(() => null));
    return { session, workbook, key, online: false, lost: false };
  }
  const [session, workbook, key] = await Promise.all([
    remembered(store),
    keptWorkbook(store),
    openKey(store),
  ]);
  ground.whose.org = session?.org?.uri ?? null;
  return { session, workbook, key, online: false, lost: false };
}

/** What the service says now; what it does not say stays as it was. Practice asks nobody. */
export async function renewed(ground: Ground, before: Now): Promise<Now> {
  if (ground.practice) return before;
  const { api, store } = ground;
  let session: Session;
  try {
    session = await api.session();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const lost = error.status === 401 || error.status === 403;
    return { ...before, online: error.status > 0, lost: lost && before.session !== null };
  }
  await remember(store, session);
  ground.whose.org = session.org?.uri ?? null;
  const now: Now = { ...before, session, online: true, lost: false };
  if (session.org === null) return now;
  try {
    const told = await api.workbook();
    const workbook = { ...told, last: before.workbook?.last ?? told.last };
    await keepWorkbook(store, workbook);
    return { ...now, workbook };
  } catch (error) {
    if (error instanceof ApiError) return now;
    throw error;
  }
}

/** Note what was answered, so that it stands ready the next time. */
export async function noteLast(
  store: Store,
  workbook: Workbook,
  step: string,
  answers: Readonly<Record<string, unknown>>,
): Promise<Workbook> {
  const { [step]: _, ...others } = workbook.last;
  const changed: Workbook = { ...workbook, last: { ...others, [step]: answers } };
  await keepWorkbook(store, changed);
  return changed;
}
