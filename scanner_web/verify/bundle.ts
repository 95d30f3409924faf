/**
 * Proof bundles: the shape of DESIGN §3.6, read strictly.
 *
 * Members not named there are ignored, none stands twice, hex is lower case. Parsing checks shapes and types only:
 * nothing in a bundle is trusted, and `verify` says what it proves.
 */
import { b64Decode, compareBytes, hexDecode, hexEncode } from "./encoding";
import { LedgerError } from "./errors";
import { integer, isObject, type JsonObject, type JsonValue, parseJson } from "./json";
import { type MapProof, parseMapProof } from "./lotmap";
import { KEY_URI_PREFIX, ROLES, type Role, subjectKey } from "./subjects";

const MAX_BUNDLE = 64 * 1024 * 1024;
const MAX_HASHES = 128;

/** An entry of a subject: a leaf, its place, and the statement that it commits to (null: withheld). */
export interface Entry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly inclusion: readonly Uint8Array[];
  readonly statement: string | null;
}

/** A subject's place in the lot map, and its entries: those the map counts, then those after it. */
export interface SubjectProof {
  readonly role: Role;
  readonly uri: string;
  readonly map: MapProof;
  readonly entries: readonly Entry[];
  readonly pending: readonly Entry[];
}

/** The snapshot leaf that a checkpoint ends with. */
export interface SnapshotProof {
  readonly leaf: Uint8Array;
  readonly inclusion: readonly Uint8Array[];
}

/** Where the checkpoint was anchored: helps to find, proves nothing. */
export interface AnchorHint {
  readonly chainId: number;
  readonly contract: string;
  readonly logId: Uint8Array;
  readonly tx: string;
  readonly block: number;
  readonly time: number;
}

/** The leaf that stands at a serial's index in a roll (by the roll's entry index). */
export interface Slot {
  readonly roll: number;
  readonly leaf: Uint8Array;
  readonly inclusion: readonly Uint8Array[];
}

/** A scanned serial and its slot in each roll of the lot that is long enough. */
export interface TemProof {
  readonly serial: string;
  readonly slots: readonly Slot[];
}

/** A proof bundle, right in shape. */
export interface Bundle {
  readonly origin: string;
  readonly checkpoint: string;
  readonly snapshot: SnapshotProof;
  /** At least one, and each once. */
  readonly subjects: readonly [SubjectProof, ...SubjectProof[]];
  readonly pendingCheckpoint: string | null;
  readonly consistency: readonly Uint8Array[];
  readonly anchors: readonly AnchorHint[];
  readonly tem: TemProof | null;
}

/** Read a bundle. Throws `bundle.syntax`: not strict JSON, or a member is missing or of another shape. */
export function parseBundle(bytes: Uint8Array): Bundle {
  try {
    return bundle(bytes.length > MAX_BUNDLE ? null : parseJson(bytes));
  } catch (error) {
    throw error instanceof LedgerError ? wrong() : error;
  }
}

/** The subject keys to ask the contract's `recalled` for, hex, sorted: every story in the bundle but those of keys. */
export function recallKeys(bundle: Bundle): string[] {
  return bundle.subjects
    .filter(({ role, uri }) => isMade(role, uri))
    .map(({ role, uri }) => subjectKey(role, uri))
    .sort(compareBytes)
    .map(hexEncode);
}

/** Whether a subject is the story of something that is made, recalled, used: not of a key, not a description. */
export function isMade(role: Role, uri: string): boolean {
  return role === "about" && !uri.startsWith(KEY_URI_PREFIX);
}

function bundle(value: JsonValue): Bundle {
  if (!isObject(value) || integer(value, "v") !== 1) {
    throw wrong();
  }
  const snapshot = value.snapshot;
  const [first, ...others] = list(value, "subjects", subject);
  const named = new Set([first, ...others].map((item) => `${item?.role} ${item?.uri}`));
  if (!isObject(snapshot) || first === undefined || named.size !== others.length + 1) {
    throw wrong();
  }
  return {
    origin: text(value, "origin"),
    checkpoint: text(value, "checkpoint"),
    snapshot: { leaf: b64Decode(text(snapshot, "leaf")), inclusion: hashes(snapshot, "inclusion") },
    subjects: [first, ...others],
    pendingCheckpoint: textOrNull(value, "pendingCheckpoint"),
    consistency: hashes(value, "consistency"),
    anchors: list(value, "anchors", anchor),
    tem: value.tem === null ? null : tem(value.tem),
  };
}

function subject(value: JsonObject): SubjectProof {
  const role = ROLES.find((name) => name === value.role);
  if (role === undefined) {
    throw wrong();
  }
  return {
    role,
    uri: text(value, "uri"),
    map: parseMapProof(value.map),
    entries: list(value, "entries", entry),
    pending: list(value, "pending", entry),
  };
}

function entry(value: JsonObject): Entry {
  return {
    index: index(value, "index"),
    leaf: b64Decode(text(value, "leaf")),
    inclusion: hashes(value, "inclusion"),
    statement: textOrNull(value, "statement"),
  };
}

function anchor(value: JsonObject): AnchorHint {
  const logId = text(value, "logId");
  if (!logId.startsWith("0x")) {
    throw wrong();
  }
  return {
    chainId: index(value, "chainId"),
    contract: text(value, "contract"),
    logId: hexDecode(logId.slice(2)),
    tx: text(value, "tx"),
    block: index(value, "block"),
    time: index(value, "time"),
  };
}

function tem(value: JsonValue | undefined): TemProof {
  if (!isObject(value)) {
    throw wrong();
  }
  const slots = list(value, "slots", slot);
  if (new Set(slots.map(({ roll }) => roll)).size !== slots.length) {
    throw wrong();
  }
  return { serial: text(value, "serial"), slots };
}

function slot(value: JsonObject): Slot {
  return {
    roll: index(value, "roll"),
    leaf: hexDecode(text(value, "leaf")),
    inclusion: hashes(value, "inclusion"),
  };
}

function list<T>(value: JsonObject, name: string, read: (item: JsonObject) => T): T[] {
  const member = value[name];
  if (!Array.isArray(member) || !member.every(isObject)) {
    throw wrong();
  }
  return member.map(read);
}

function hashes(value: JsonObject, name: string): Uint8Array[] {
  const member = value[name];
  if (!Array.isArray(member) || member.length > MAX_HASHES) {
    throw wrong();
  }
  return member.map((item) => hexDecode(typeof item === "string" ? item : ""));
}

function index(value: JsonObject, name: string): number {
  const number = integer(value, name);
  if (number === undefined || number < 0) {
    throw wrong();
  }
  return number;
}

function text(value: JsonObject, name: string): string {
  const found = value[name];
  if (typeof found !== "string" || found === "") {
    throw wrong();
  }
  return found;
}

function textOrNull(value: JsonObject, name: string): string | null {
  return value[name] === null ? null : text(value, name);
}

function wrong(): LedgerError {
  return new LedgerError("bundle.syntax");
}
