/** The service, as the app asks it. Every method throws `ApiError`; an answer of another shape is one too. */
import { b64urlEncode, utf8 } from "../../verify/encoding.ts";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { list, object, text, wrong } from "../../verify/shape.ts";
import type { Workbook } from "../workbook.ts";
import {
  type Ask,
  askJson,
  askText,
  type Line,
  readAnswer,
  readReceipt,
  type Violation,
  violation,
} from "./http.ts";
import { readSession, type Session } from "./session.ts";
import type { Receipt, Unsigned } from "./slips.ts";

export { ApiError, type Violation } from "./http.ts";

/** Roles of people. */
export type PersonRole = "member" | "officer" | "laboratory" | "retailer" | "alliance" | "auditor";

/** What became of statements. */
export interface Recorded {
  /** One for each statement, in order. */
  readonly receipts: readonly Receipt[];
  readonly eventIds: readonly string[];
  /** Rules that they break without being refused. */
  readonly warnings: readonly Violation[];
}

/** Whom to invite. */
export interface NewInvitation {
  readonly role: PersonRole;
  readonly name: string;
  readonly phone?: string;
  /** `/417/` URI; absent: the inviter's own. */
  readonly org?: string;
  readonly orgName?: string;
  /** GS1 company prefix, from which stems are made; or the stems themselves. */
  readonly prefix?: string;
  readonly stems?: readonly string[];
}

/** A way in that was just made: the secret is told once. */
export interface Invited {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly expires: string;
}

export interface Invitation {
  readonly id: string;
  readonly role: string;
  readonly name: string | null;
  readonly org: string | null;
  readonly state: string;
  readonly person: string | null;
}

/** What an invitation is for, and what a passkey is made with. */
export interface Welcome {
  readonly name: string;
  readonly role: string;
  readonly org: string | null;
  readonly orgName: string | null;
  readonly invitedBy: string | null;
  /** URI prefixes that the invited one's key is to speak for: with `org` and `role`, part of the request for it. */
  readonly stems: readonly string[];
  /** `PublicKeyCredentialCreationOptionsJSON`. */
  readonly publicKey: JsonObject;
}

export interface PersonKey {
  readonly kid: string;
  readonly state: string;
  /** Base64url: what is to be signed to admit it (while it waits) or to revoke it; null where nothing is. */
  readonly payload: string | null;
}

export interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly role: string;
  readonly phone: string | null;
  readonly state: string;
  readonly keys: readonly PersonKey[];
  readonly lastSeen: string | null;
}

/** A member's request for admission that waits for this officer's signature. */
export interface WaitingKey {
  readonly person: string;
  readonly name: string | null;
  /** Base64url: what his phone signed, and this one is to. */
  readonly payload: string;
  readonly possession: string;
}

/** A key that is to be revoked: the payload (base64url) is for an officer's phone to sign as a key+jws. */
export interface Revocation {
  readonly kid: string;
  readonly payload: string;
}

/** What replaces a lost phone: a new way in, and the keys that are to be revoked. */
export interface Lost {
  readonly invitation: Invited;
  readonly revoke: readonly Revocation[];
}

const SLOW = 120_000; // milliseconds: a photo of 300 kB over 2G

/** The service. */
export class Api {
  readonly #line: Line;

  constructor(line: Partial<Line> = {}) {
    this.#line = { fetch: globalThis.fetch, base: "", lang: () => "vi", ...line };
  }

  get(path: string): Promise<JsonValue> {
    return askJson(this.#line, path);
  }

  post(path: string, json: unknown = {}): Promise<JsonValue> {
    return this.ask(path, { method: "POST", json });
  }

  put(path: string, json: unknown): Promise<JsonValue> {
    return this.ask(path, { method: "PUT", json });
  }

  delete(path: string): Promise<JsonValue> {
    return this.ask(path, { method: "DELETE" });
  }

  ask(path: string, ask: Ask): Promise<JsonValue> {
    return askJson(this.#line, path, ask);
  }

  // -- recording

  async statements(statements: readonly string[], possessions: readonly string[] = []): Promise<Recorded> {
    const answer = await this.post("/api/v1/statements", { statements, possessions });
    return readAnswer(() => recorded(answer));
  }

  async hostedStatements(asked: readonly Unsigned[], possessions: readonly string[] = []): Promise<Recorded> {
    const statements = asked.map(({ typ, about, from, payload }) => ({
      typ,
      about,
      from,
      payload: b64urlEncode(utf8(payload)),
    }));
    const answer = await this.post("/api/v1/hosted-statements", { statements, possessions });
    return readAnswer(() => recorded(answer));
  }

  /** Store a photo, certificate or report; its `ni:` URI. */
  async blob(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<string> {
    const answer = await this.ask("/api/v1/blobs", { method: "POST", bytes, type, patience: SLOW });
    return readAnswer(() => text(object(answer).uri));
  }

  /** The proof bundle (DESIGN §3.6) of all that was signed with a key; `size`: an anchored one, null: the newest. */
  async signedWith(keyUri: string, size: number | null): Promise<string> {
    const query = new URLSearchParams({ role: "by", subject: keyUri });
    if (size !== null) query.set("size", String(size));
    return askText(this.#line, `/api/v1/proof?${query}`, { patience: SLOW });
  }

  trustFile(): Promise<string> {
    return askText(this.#line, "/trust.json");
  }

  async workbook(): Promise<Workbook> {
    const answer = await this.get("/api/v1/workbook");
    return readAnswer(() => workbookOf(answer));
  }

  // -- people

  async joinOptions(secret: string): Promise<Welcome> {
    const answer = await this.post("/api/v1/join/options", { secret });
    return readAnswer(() => {
      const value = object(answer);
      return {
        name: textOf(value.name) ?? "",
        role: text(value.role),
        org: textOf(value.org),
        orgName: textOf(value.orgName),
        invitedBy: textOf(value.invitedBy),
        stems: list(value.stems).map(text),
        publicKey: object(value.publicKey),
      };
    });
  }

  /** @param request proof of possession of this phone's key over its key payload; null: a hosted key. */
  async join(secret: string, credential: JsonObject, request: string | null): Promise<Session> {
    return sessionOf(await this.post("/api/v1/join", { secret, credential, request }));
  }

  async signInOptions(): Promise<JsonObject> {
    const answer = await this.post("/api/v1/session/options", {});
    return readAnswer(() => object(object(answer).publicKey));
  }

  async signIn(credential: JsonObject): Promise<Session> {
    return sessionOf(await this.post("/api/v1/session", { credential }));
  }

  async session(): Promise<Session> {
    return sessionOf(await this.get("/api/v1/session"));
  }

  async signOut(): Promise<void> {
    await this.delete("/api/v1/session");
  }

  /** Ask for another key's admission: the old one was evicted, or is to be. */
  async askForKey(request: string): Promise<PersonKey> {
    const answer = await this.post("/api/v1/people/me/key", { request });
    return readAnswer(() => personKey(object(answer)));
  }

  async people(): Promise<readonly Person[]> {
    const answer = await this.get("/api/v1/people");
    return readAnswer(() => list(answer).map(object).map(person));
  }

  async waitingKeys(): Promise<readonly WaitingKey[]> {
    const answer = await this.get("/api/v1/people/waiting");
    return readAnswer(() =>
      list(answer)
        .map(object)
        .map((value) => ({
          person: text(value.person),
          name: textOf(value.name),
          payload: text(value.payload),
          possession: text(value.possession),
        })),
    );
  }

  async lost(person: string): Promise<Lost> {
    const answer = await this.post(`/api/v1/people/${encodeURIComponent(person)}/lost`);
    return readAnswer(() => {
      const value = object(answer);
      return { invitation: invited(object(value.invitation)), revoke: revocations(value) };
    });
  }

  /** Shut a person out for good; the keys that are to be revoked. */
  async end(person: string): Promise<readonly Revocation[]> {
    const answer = await this.post(`/api/v1/people/${encodeURIComponent(person)}/end`);
    return readAnswer(() => revocations(object(answer)));
  }

  async invite(asked: NewInvitation): Promise<Invited> {
    const answer = await this.post("/api/v1/invitations", asked);
    return readAnswer(() => invited(object(answer)));
  }

  async invitations(): Promise<readonly Invitation[]> {
    const answer = await this.get("/api/v1/invitations");
    return readAnswer(() =>
      list(answer)
        .map(object)
        .map((value) => ({
          id: text(value.id),
          role: text(value.role),
          name: textOf(value.name),
          org: textOf(value.org),
          state: text(value.state),
          person: textOf(value.person),
        })),
    );
  }

  async endInvitation(id: string): Promise<void> {
    await this.delete(`/api/v1/invitations/${encodeURIComponent(id)}`);
  }
}

function recorded(answer: JsonValue): Recorded {
  const value = object(answer);
  const warnings = value.warnings === undefined ? [] : list(value.warnings);
  return {
    receipts: list(value.receipts).map(object).map(readReceipt),
    eventIds: list(value.eventIDs).map(text),
    warnings: warnings.map(object).map(violation),
  };
}

function sessionOf(answer: JsonValue): Session {
  return readAnswer(() => readSession(object(answer).session));
}

function person(value: JsonObject): Person {
  return {
    id: text(value.id),
    name: textOf(value.name),
    role: text(value.role),
    phone: textOf(value.phone),
    state: text(value.state),
    keys: list(value.keys).map(object).map(personKey),
    lastSeen: textOf(value.lastSeen),
  };
}

function personKey(value: JsonObject): PersonKey {
  return { kid: text(value.kid), state: text(value.state), payload: textOf(value.payload) };
}

function revocations(value: JsonObject): readonly Revocation[] {
  return list(value.revoke)
    .map(object)
    .map(({ kid, payload }) => ({ kid: text(kid), payload: text(payload) }));
}

function invited(value: JsonObject): Invited {
  return {
    id: text(value.id),
    url: text(value.url),
    secret: text(value.secret),
    expires: text(value.expires),
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function workbookOf(value: JsonValue): Workbook {
  return isWorkbook(value) ? value : wrong();
}

/** Whether it is a workbook as far as screens build on it; the service makes it from the same description. */
function isWorkbook(value: JsonValue): value is JsonObject & Workbook {
  return (
    isObject(value) &&
    isObject(value.org) &&
    isObject(value.last) &&
    ["products", "places", "lots", "partners", "certificates"].every((name) => Array.isArray(value[name]))
  );
}
