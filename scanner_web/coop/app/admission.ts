/**
 * A key for this phone, and the request to have it admitted. A key that the browser evicted is followed by another as a
 * matter of routine: whatever the old one signed stays.
 */

import { canHoldKey, makeKey, openKey, type PhoneKey } from "../core/keys.ts";
import type { Session } from "../core/session.ts";
import { isUnsent } from "../core/slips.ts";
import { type KeyClaim, keyPayload, provePossession } from "../core/statement.ts";
import type { Store } from "../core/store.ts";
import type { Ground, Now } from "./session.ts";

/** Role of a person: role of his key in the log. An auditor signs nothing. */
const ROLES: Readonly<Record<string, KeyClaim["role"]>> = {
  member: "member",
  officer: "officer",
  laboratory: "laboratory",
  retailer: "retailer",
  alliance: "authority",
};

/** What a person's key is to speak for. */
export interface Claimed {
  readonly org: string | null;
  readonly role: string;
  readonly stems: readonly string[];
}

/** The phone's key: the one it has, else a new one; null where it can hold none. */
export async function ownKey(store: Store): Promise<PhoneKey | null> {
  if (!canHoldKey(store)) return null;
  return (await openKey(store)) ?? (await makeKey(store));
}

/** The request to have a key admitted; null where this person signs nothing. */
export async function requestFor(key: PhoneKey, claimed: Claimed, now: Date): Promise<string | null> {
  const role = ROLES[claimed.role];
  if (!role || !claimed.org) return null;
  const payload = keyPayload({
    org: claimed.org,
    jwk: key.jwk,
    role,
    custody: "own",
    stems: claimed.stems,
    action: "admit",
    time: now.toISOString(),
  });
  return provePossession(key, payload);
}

/** Whether the phone's key is not the one that the service knows: evicted, or never asked for. */
export function needsKey({ practice, store }: Ground, { session, online, key }: Now): boolean {
  if (practice || !online || !session?.org || !ROLES[session.person.role] || !canHoldKey(store)) return false;
  const { state, kid } = session.key;
  return state !== "hosted" && (key === null || state === "none" || state === "revoked" || kid !== key.kid);
}

/** Make a key where there is none, and ask for its admission; the service's answer is what it is now. */
export async function requestKey(ground: Ground, now: Now): Promise<Now> {
  const { session } = now;
  if (!session) return now;
  const revoked = session.key.state === "revoked" && session.key.kid === now.key?.kid;
  const key = revoked ? await makeKey(ground.store) : await ownKey(ground.store);
  if (!key) return now;
  if (key.kid !== now.key?.kid) await signAnew(ground, key);
  const claimed = { org: session.org?.uri ?? null, role: session.person.role, stems: session.stems };
  const request = await requestFor(key, claimed, new Date());
  if (!request) return { ...now, key };
  const told = await ground.api.askForKey(request).catch(() => null);
  if (!told) return { ...now, key };
  const state: Session["key"]["state"] = told.state === "admitted" ? "admitted" : "waiting";
  return { ...now, key, session: { ...session, key: { kid: told.kid, state } } };
}

/** What an earlier key of this phone signed, and the ledger has not taken, is signed anew. */
async function signAnew({ outbox }: Ground, key: PhoneKey): Promise<void> {
  for (const { id } of (await outbox.slips()).filter(isUnsent)) await outbox.resign(id, key);
}
