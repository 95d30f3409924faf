/**
 * A small ledger for tests of the outbox: it takes statements in order, knows payloads again, and gives receipts that
 * hold: leaves, a tree, checkpoints signed with a key of its own. A `Fault` says what goes wrong with a request.
 */
import { concat, hexEncode, utf8 } from "../../verify/encoding.ts";
import { KINDS, parseStatement, type Statement } from "../../verify/jws.ts";
import { leafHash, nodeHash } from "../../verify/merkle.ts";
import { sha256 } from "../../verify/sha256.ts";
import { parseTrustFile, type TrustFile } from "../../verify/trustfile.ts";
import type { Recorded } from "./api.ts";
import { ApiError } from "./http.ts";
import type { PhoneKey } from "./keys.ts";
import type { Sender } from "./outbox.ts";
import type { Receipt } from "./slips.ts";
import { payloadOf, signStatement } from "./statement.ts";

/** What goes wrong: before the request was heard, after it was done, or with the answer. */
export type Fault =
  | "none"
  | "unheard"
  | "unanswered"
  | "error500"
  | "error503"
  | "often"
  | "session"
  | "refused"
  | "unadmitted"
  | "forged"
  | "misfiled"
  | "short";

const ORIGIN = "log.example/test";

export class TestLedger implements Sender {
  /** Statements in the order of the log. */
  readonly log: Statement[] = [];
  readonly blobs: string[] = [];
  /** Requests heard. */
  heard = 0;
  /** What goes wrong with the next request. */
  fault: (statements: readonly string[]) => Fault = () => "none";
  readonly trust: TrustFile;
  readonly #leaves: Uint8Array<ArrayBuffer>[] = [];
  readonly #ordinals = new Map<string, bigint>();

  private constructor(
    private readonly pair: CryptoKeyPair,
    private readonly publicKey: Uint8Array<ArrayBuffer>,
  ) {
    const id = this.#keyId();
    const vkey = `${ORIGIN}+${hexEncode(id)}+${b64(concat(Uint8Array.of(1), publicKey))}`;
    const file = {
      origin: ORIGIN,
      logKey: vkey,
      registrars: [],
      chainId: 31337,
      contract: `0x${"1".repeat(40)}`,
      logId: `0x${"2".repeat(64)}`,
      rpcs: [],
    };
    this.trust = parseTrustFile(utf8(JSON.stringify(file)));
  }

  static async open(): Promise<TestLedger> {
    const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    if (!("privateKey" in pair)) throw new Error("no pair");
    return new TestLedger(pair, new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  }

  async statements(raws: readonly string[]): Promise<Recorded> {
    const fault = this.fault(raws);
    await Promise.resolve();
    if (fault === "unheard") throw new ApiError("offline", { status: 0 });
    this.heard++;
    if (fault === "error500") throw new ApiError("internal", { status: 500 });
    if (fault === "error503") throw new ApiError("store.corrupt", { status: 503, seconds: 1 });
    if (fault === "often") throw new ApiError("limit.often", { status: 429, seconds: 2 });
    if (fault === "session") throw new ApiError("auth.session", { status: 401 });
    if (fault === "refused") throw new ApiError("quantity.not_positive", { status: 422, sentence: "No." });
    if (fault === "unadmitted") {
      throw new ApiError("authority.key", { status: 403, params: { why: "unknown" } });
    }
    const places = raws.map((raw) => this.#take(parseStatement(raw)));
    if (fault === "unanswered") throw new ApiError("timeout", { status: 0 });
    const receipts: Receipt[] = [];
    for (const { index, duplicate } of places) receipts.push(await this.#receipt(index, duplicate));
    const [first] = receipts;
    if (fault === "forged" && first)
      receipts[0] = { ...first, proof: first.proof.replace(/— \S+ ./, "— x A") };
    if (fault === "misfiled" && first) receipts[0] = { ...first, leaf: b64(this.#leaf(this.log[0], 9n)) };
    if (fault === "short") receipts.pop();
    return { receipts, eventIds: [], warnings: [] };
  }

  async hostedStatements(): Promise<Recorded> {
    throw new ApiError("not_found", { status: 404 });
  }

  async blob(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    if (this.fault([]) === "unheard") throw new ApiError("offline", { status: 0 });
    if (this.fault([]) === "refused") throw new ApiError("blob.media_type", { status: 415 });
    const name = hexEncode(sha256(bytes));
    this.blobs.push(name);
    return name;
  }

  /** Where a payload stands, taken in now or before. */
  #take(statement: Statement): { readonly index: number; readonly duplicate: boolean } {
    const known = this.log.findIndex(({ payloadSegment }) => payloadSegment === statement.payloadSegment);
    if (known >= 0) return { index: known, duplicate: true };
    this.#leaves.push(this.#leaf(statement, null));
    this.log.push(statement);
    return { index: this.log.length - 1, duplicate: false };
  }

  #leaf(statement: Statement | undefined, ordinal: bigint | null): Uint8Array<ArrayBuffer> {
    if (!statement) return new Uint8Array(0);
    const subjects = statement.subjectKeys.flatMap((key) => {
      const next = ordinal ?? (this.#ordinals.get(hexEncode(key)) ?? 0n) + 1n;
      if (ordinal === null) this.#ordinals.set(hexEncode(key), next);
      return [key, u64(next)];
    });
    const count = Uint8Array.of(statement.subjectKeys.length);
    const head = Uint8Array.of(1, KINDS[statement.header.typ]);
    return concat(head, u64(1n), statement.commitment, count, ...subjects);
  }

  async #receipt(index: number, duplicate: boolean): Promise<Receipt> {
    const hashes = this.#leaves.map(leafHash);
    const path = pathOf(hashes, index).map(b64);
    const text = `${ORIGIN}\n${hashes.length}\n${b64(rootOf(hashes))}\n`;
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", this.pair.privateKey, utf8(text)));
    const note = `${text}\n— ${ORIGIN} ${b64(concat(this.#keyId(), signature))}\n`;
    const proof = ["c2sp.org/tlog-proof@v1", `index ${index}`, ...path, "", note].join("\n");
    return { index, leaf: b64(this.#leaves[index] ?? new Uint8Array()), proof, duplicate };
  }

  #keyId(): Uint8Array {
    return sha256(utf8(`${ORIGIN}\n`), Uint8Array.of(1), this.publicKey).subarray(0, 4);
  }
}

/** A statement of an event about these subjects. */
export function eventAbout(
  key: PhoneKey,
  number: number,
  about: readonly string[],
  from: readonly string[] = [],
): Promise<string> {
  const eventID = `urn:uuid:01890000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
  return signStatement(key, { typ: "epcis+jws", about, from }, payloadOf({ type: "ObjectEvent", eventID }));
}

export function b64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** RFC 6962 §2.1, by its definition. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(32)] = hashes;
  if (hashes.length < 2) return only;
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

function pathOf(hashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (hashes.length < 2) return [];
  const split = splitOf(hashes.length);
  return index < split
    ? [...pathOf(hashes.slice(0, split), index), rootOf(hashes.slice(split))]
    : [...pathOf(hashes.slice(split), index - split), rootOf(hashes.slice(0, split))];
}

function splitOf(size: number): number {
  return 2 ** Math.ceil(Math.log2(size) - 1);
}
