/**
 * A key for this phone, and the request to have it admitted. A key that the browser evicted is followed by another as a
 * matter of routine: whatever the old one signed stays.
 */

import { parseStatement } from "../../verify/jws.ts";
import { ApiError } from "../core/api.ts";
import { canHoldKey, makeKey, openKey, type PhoneKey } from "../core/keys.ts";
import type { Outbox } from "../core/outbox.ts";
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

/** A key for who joins: always a new one, for the phone may have been somebody else's; null where it can hold none. */
export async function joinersKey(store: Store): Promise<PhoneKey | null> {
  return canHoldKey(store) ? makeKey(store) : null;
}

/** The phone's key: the one it has, else a new one; null where it can hold none. */
async function ownKey(store: Store): Promise<PhoneKey | null> {
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

/**
 * Make a key where there is none, and ask for its admission; the service's answer is what it is now. A key that somebody
 * else has on this phone is not asked for again: this person gets another. Where the service wants to see the person
 * first (`auth.again`), the app asks for it as for a session that has ended.
 */
export async function requestKey(ground: Ground, now: Now): Promise<Now> {
  const { session } = now;
  if (!session) return now;
  const revoked = session.key.state === "revoked" && session.key.kid === now.key?.kid;
  const key = revoked ? await makeKey(ground.store) : await ownKey(ground.store);
  if (!key) return now;
  const asked = await ask(ground, session, key);
  if (asked === "theirs") {
    const another = await makeKey(ground.store);
    return settled(ground, now, session, another, await ask(ground, session, another));
  }
  return settled(ground, now, session, key, asked);
}

type Asked = { readonly kid: string; readonly state: Session["key"]["state"] } | "theirs" | "again" | null;

async function ask(ground: Ground, session: Session, key: PhoneKey): Promise<Asked> {
  const claimed = { org: session.org?.uri ?? null, role: session.person.role, stems: session.stems };
  const request = await requestFor(key, claimed, new Date());
  if (!request) return null;
  try {
    const { kid, state } = await ground.api.askForKey(request);
    return { kid, state: state === "admitted" ? "admitted" : "waiting" };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "auth.again") return "again";
    return error.status === 409 ? "theirs" : null;
  }
}

async function settled(
  ground: Ground,
  now: Now,
  session: Session,
  key: PhoneKey,
  asked: Asked,
): Promise<Now> {
  if (asked === "again") return { ...now, key, lost: true };
  if (asked === null || asked === "theirs") return { ...now, key };
  await signAnew(ground.outbox, session.key.kid, key);
  return { ...now, key, session: { ...session, key: asked } };
}

/** What this person's earlier key signed, and the ledger has not taken, is signed anew; nobody else's is touched. */
export async function signAnew(outbox: Outbox, earlier: string | null, key: PhoneKey): Promise<void> {
  if (earlier === null || earlier === key.kid) return;
  for (const { id, statements } of (await outbox.slips()).filter(isUnsent)) {
    const [first] = statements;
    if (first && parseStatement(first).header.kid === earlier) await outbox.resign(id, key);
  }
}
