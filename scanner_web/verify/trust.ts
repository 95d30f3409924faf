/**
 * Trust: which key spoke for whom at an index of the log (DESIGN §3.1, "Who may say what").
 *
 * 1. A key statement is about the key and its organisation, and names both.
 * 2. It is signed by a registrar: one pinned beforehand, or one admitted by a registrar.
 * 3. Or by an officer, for a member of his own organisation, to whom he gives no stem that he does not hold.
 * 4. A key is admitted once, and never again after its revocation.
 * 5. A revocation names the organisation and the role of the admission.
 * 6. A signature holds if its key was admitted before, and not revoked before, its entry's index.
 */
import { LedgerError, orNull } from "./errors";
import { type Jwk, parseJwk, type Statement } from "./jws";

export const KEY_ROLES = ["member", "officer", "laboratory", "retailer", "authority", "registrar"] as const;
const CUSTODIES = ["own", "hosted"] as const;
const ACTIONS = ["admit", "revoke"] as const;

/** An admitted key. */
export interface KeyRecord {
  /** Its thumbprint. */
  readonly kid: string;
  /** URI of the organisation that it speaks for. */
  readonly org: string;
  readonly jwk: Jwk;
  readonly role: (typeof KEY_ROLES)[number];
  readonly custody: (typeof CUSTODIES)[number];
  /** URI prefixes that it speaks for. */
  readonly stems: readonly string[];
  /** Index of its admission. */
  readonly admitted: number;
  /** Index of its revocation, or null. */
  readonly revoked: number | null;
}

/** Whether the key may bring the URI into being, describe it, issue its tem, date it. */
export function speaksFor(record: KeyRecord, uri: string): boolean {
  return covers(record.stems, uri);
}

/** Whether the key may recall the URI and release it: who speaks for it, and any authority. */
export function mayRecall(record: KeyRecord, uri: string): boolean {
  return record.role === "authority" || speaksFor(record, uri);
}

/** The keys of a log, in the order of their statements' indexes. */
export class Keyring {
  private readonly pinned: ReadonlyMap<string, Jwk>;
  private readonly byKid = new Map<string, KeyRecord>();

  /**
   * @param registrars pinned: they may sign key statements and nothing else.
   * @param statements the log's key statements by index. One that has no effect is passed over: it admits nobody, and
   *   cannot take back what stands.
   * @param isSigned whether a statement's signature is that of the key that it names.
   */
  constructor(
    registrars: Iterable<Jwk>,
    statements: Iterable<readonly [number, Statement]>,
    private readonly isSigned: (statement: Statement) => boolean,
  ) {
    this.pinned = new Map([...registrars].map((jwk) => [jwk.kid, jwk]));
    for (const [index, statement] of [...statements].sort(([one], [other]) => one - other)) {
      const record = orNull(() => this.admits(index, statement));
      if (record) {
        this.byKid.set(record.kid, record);
      }
    }
  }

  /** All keys ever admitted, oldest first. */
  records(): KeyRecord[] {
    return [...this.byKid.values()];
  }

  /**
   * Check that an entry's signature holds at its index: the signing key's record, or null for a pinned registrar's key
   * statement. Throws `authority.key`, `statement.signature`.
   */
  checkSignature(index: number, statement: Statement): KeyRecord | null {
    const { kid, typ } = statement.header;
    const record = typ === "key+jws" && this.pinned.has(kid) ? null : this.at(kid, index);
    if (!this.isSigned(statement)) {
      throw new LedgerError("statement.signature", { kid });
    }
    return record;
  }

  private at(kid: string, index: number): KeyRecord {
    const record = this.byKid.get(kid);
    if (record === undefined || record.admitted >= index) {
      throw new LedgerError("authority.key", { kid, why: "unknown" });
    }
    if (record.revoked !== null && record.revoked < index) {
      throw new LedgerError("authority.key", { kid, why: "revoked" });
    }
    return record;
  }

  /** The record that a key statement leads to; undefined where its signer may not say this, or it changes nothing. */
  private admits(index: number, statement: Statement): KeyRecord | undefined {
    const { payload } = statement;
    const { org, stems, time } = payload;
    const jwk = parseJwk(payload.jwk);
    const role = oneOf(payload.role, KEY_ROLES);
    const custody = oneOf(payload.custody, CUSTODIES);
    const action = oneOf(payload.action, ACTIONS);
    if (!isText(org) || !isText(time) || !Array.isArray(stems) || !stems.every(isText)) {
      return undefined;
    }
    if (role === undefined || custody === undefined || action === undefined) {
      return undefined;
    }
    const about = new Set(statement.header.about);
    if (about.size !== new Set([jwk.uri, org]).size || !about.has(jwk.uri) || !about.has(org)) {
      return undefined;
    }
    const signer = this.checkSignature(index, statement);
    if (signer !== null && signer.role !== "registrar") {
      const isForOwnMember = signer.role === "officer" && role === "member" && org === signer.org;
      const isWithin = action === "revoke" || stems.every((stem) => covers(signer.stems, stem));
      if (!isForOwnMember || !isWithin) {
        return undefined;
      }
    }
    const known = this.byKid.get(jwk.kid);
    if (action === "admit") {
      const isNew = known === undefined && !this.pinned.has(jwk.kid);
      return isNew
        ? { kid: jwk.kid, org, jwk, role, custody, stems, admitted: index, revoked: null }
        : undefined;
    }
    const isStanding =
      known !== undefined && known.revoked === null && known.org === org && known.role === role;
    return isStanding ? { ...known, revoked: index } : undefined;
  }
}

function covers(stems: readonly string[], uri: string): boolean {
  return stems.some((stem) => uri.startsWith(stem));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((item) => item === value);
}
