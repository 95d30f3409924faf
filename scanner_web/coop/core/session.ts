/**
 * Who is at the phone: passkeys, and the session that is remembered where there is no network.
 *
 * Signing out forgets the session and the workbook. Slips, keys and receipts stay: nothing that was recorded goes.
 */
import { b64urlDecode, b64urlEncode } from "../../verify/encoding.ts";
import { LedgerError, orNull } from "../../verify/errors.ts";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { list, object, text } from "../../verify/shape.ts";
import type { Workbook } from "../workbook.ts";
import type { Store } from "./store.ts";

/** What the log says of the phone's key; `hosted`: the service keeps it and signs. */
export const KEY_STATES = ["none", "waiting", "admitted", "revoked", "hosted"] as const;

export type KeyState = (typeof KEY_STATES)[number];

/** Who is signed in, for whom, and what he may do. */
export interface Session {
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly phone: string | null;
  };
  /** Null for whoever belongs to no organisation. */
  readonly org: { readonly uri: string; readonly name: string } | null;
  /** URI prefixes that his key is to speak for. */
  readonly stems: readonly string[];
  /** `record`, `read`, `describe`, `labels`, `recall`, `people`, `reports`, `registrar`, `audit`. */
  readonly powers: readonly string[];
  readonly key: { readonly kid: string | null; readonly state: KeyState };
}

const SESSION = "session";
const WORKBOOK = "last";

/** Read a session as the service answers it. Throws `json.shape`. */
export function readSession(value: JsonValue | undefined): Session {
  const session = object(value);
  const person = object(session.person);
  const org = session.org === null ? null : object(session.org);
  const key = object(session.key);
  return {
    person: {
      id: text(person.id),
      name: textOf(person.name) ?? "",
      role: text(person.role),
      phone: textOf(person.phone),
    },
    org: org && { uri: text(org.uri), name: textOf(org.name) ?? "" },
    stems: list(session.stems).map(text),
    powers: list(session.powers).map(text),
    key: { kid: textOf(key.kid), state: KEY_STATES.find((state) => state === key.state) ?? "none" },
  };
}

/** Keep who is signed in, for the next start without a network. */
export async function remember(store: Store, session: Session): Promise<void> {
  await store.write((rooms) => rooms.put("meta", SESSION, session));
}

/** Who was signed in the last time; null after signing out. */
export async function remembered(store: Store): Promise<Session | null> {
  const kept = await store.read((rooms) => rooms.get("meta", SESSION));
  return isSession(kept) ? kept : null;
}

/** Keep the workbook, for when there is no network. */
export async function keepWorkbook(store: Store, workbook: Workbook): Promise<void> {
  await store.write((rooms) => rooms.put("workbook", WORKBOOK, workbook));
}

/** The workbook as it last came; null before the first, and after signing out. */
export async function keptWorkbook(store: Store): Promise<Workbook | null> {
  const kept = await store.read((rooms) => rooms.get("workbook", WORKBOOK));
  return isWorkbook(kept) ? kept : null;
}

/** Forget the session and the workbook; whatever was recorded stays. */
export async function forget(store: Store): Promise<void> {
  await store.write(async (rooms) => {
    await rooms.delete("meta", SESSION);
    await rooms.delete("workbook", WORKBOOK);
  });
}

/** Whether this browser can make and use passkeys at all. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "credentials" in navigator;
}

/**
 * Make a passkey.
 *
 * @param options as `POST /api/v1/join/options` answers them (`PublicKeyCredentialCreationOptionsJSON`)
 * @returns `RegistrationResponseJSON`. Throws `passkey.cancelled`, `passkey.exists`, `passkey.unsupported`.
 */
export async function createPasskey(options: JsonObject): Promise<JsonObject> {
  const publicKey = creationOptions(options);
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  if (!(made.response instanceof AuthenticatorAttestationResponse))
    throw new LedgerError("passkey.unsupported");
  const { response } = made;
  return {
    ...common(made),
    response: {
      clientDataJSON: encoded(response.clientDataJSON),
      attestationObject: encoded(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/**
 * Use a passkey.
 *
 * @param options as `POST /api/v1/session/options` answers them (`PublicKeyCredentialRequestOptionsJSON`)
 * @returns `AuthenticationResponseJSON`. Throws `passkey.cancelled`, `passkey.unsupported`.
 */
export async function usePasskey(options: JsonObject): Promise<JsonObject> {
  const publicKey = requestOptions(options);
  const used = await asked(() => navigator.credentials.get({ publicKey }));
  if (!(used.response instanceof AuthenticatorAssertionResponse))
    throw new LedgerError("passkey.unsupported");
  const { response } = used;
  return {
    ...common(used),
    response: {
      clientDataJSON: encoded(response.clientDataJSON),
      authenticatorData: encoded(response.authenticatorData),
      signature: encoded(response.signature),
      userHandle: response.userHandle && encoded(response.userHandle),
    },
  };
}

/** WebAuthn's options for making a passkey, their base64url as bytes. Throws `passkey.unsupported`. */
export function creationOptions(options: JsonObject): PublicKeyCredentialCreationOptions {
  if (!isCreation(options)) throw new LedgerError("passkey.unsupported");
  if (typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential) {
    return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  }
  const { challenge, user, excludeCredentials = [], rp, pubKeyCredParams, timeout } = options;
  const { authenticatorSelection } = options;
  return {
    rp,
    pubKeyCredParams,
    ...(timeout !== undefined && { timeout }),
    ...(authenticatorSelection && { authenticatorSelection }),
    challenge: bytes(challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: excludeCredentials.map(({ id }) => ({ type: "public-key", id: bytes(id) })),
  };
}

/** WebAuthn's options for using a passkey. Throws `passkey.unsupported`. */
export function requestOptions(options: JsonObject): PublicKeyCredentialRequestOptions {
  if (!isRequest(options)) throw new LedgerError("passkey.unsupported");
  if (typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
    return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  }
  const { challenge, allowCredentials = [], rpId, timeout } = options;
  return {
    ...(rpId !== undefined && { rpId }),
    ...(timeout !== undefined && { timeout }),
    userVerification: "required",
    challenge: bytes(challenge),
    allowCredentials: allowCredentials.map(({ id }) => ({ type: "public-key", id: bytes(id) })),
  };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) throw new LedgerError("passkey.unsupported");
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    const why = error instanceof Error ? error.name : "";
    if (why === "InvalidStateError") throw new LedgerError("passkey.exists");
    if (why !== "NotAllowedError" && why !== "AbortError")
      throw new LedgerError("passkey.unsupported", { why });
  }
  throw new LedgerError("passkey.cancelled");
}

function common(credential: PublicKeyCredential): JsonObject {
  const id = encoded(credential.rawId);
  return {
    id,
    rawId: id,
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: {},
  };
}

function encoded(data: ArrayBuffer): string {
  return b64urlEncode(new Uint8Array(data));
}

function bytes(encodedText: string): Uint8Array<ArrayBuffer> {
  const found = orNull(() => b64urlDecode(encodedText));
  if (!found) throw new LedgerError("passkey.unsupported");
  return found;
}

function isCreation(value: JsonObject): value is JsonObject & PublicKeyCredentialCreationOptionsJSON {
  const { challenge, user, rp, pubKeyCredParams } = value;
  return (
    typeof challenge === "string" &&
    isObject(user) &&
    typeof user.id === "string" &&
    isObject(rp) &&
    Array.isArray(pubKeyCredParams)
  );
}

function isRequest(value: JsonObject): value is JsonObject & PublicKeyCredentialRequestOptionsJSON {
  return typeof value.challenge === "string";
}

function isSession(value: unknown): value is Session {
  return (
    typeof value === "object" && value !== null && "person" in value && "powers" in value && "key" in value
  );
}

function isWorkbook(value: unknown): value is Workbook {
  return typeof value === "object" && value !== null && "org" in value && "lots" in value;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
