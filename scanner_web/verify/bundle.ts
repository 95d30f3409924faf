/**
 * Proof bundles: the shape of DESIGN §3.6, read strictly.
 *
 * Members not named there are ignored, none stands twice, hex is lower case. Parsing checks shapes and types only:
 * nothing in a bundle is trusted, and `verify` says what it proves.
 */
import { b64Decode, compareBytes, hexEncode } from "./encoding";
import { LedgerError, orNull } from "./errors";
import { integer, type JsonObject, parseJson } from "./json";
import { type MapProof, parseMapProof } from "./lotmap";
import { count, hash, list, type Member, object, text, wrong } from "./shape";
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
  const found = orNull(() => {
    const value = object(bytes.length > MAX_BUNDLE ? null : parseJson(bytes));
    return integer(value, "v") === 1 ? bundle(value) : null;
  });
  if (found === null) {
    throw new LedgerError("bundle.syntax");
  }
  return found;
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

function bundle(value: JsonObject): Bundle {
  const snapshot = object(value.snapshot);
  const [first = wrong(), ...others] = subjectsOf(value.subjects);
  return {
    origin: text(value.origin),
    checkpoint: text(value.checkpoint),
    snapshot: { leaf: b64Decode(text(snapshot.leaf)), inclusion: hashes(snapshot.inclusion) },
    subjects: [first, ...others],
    pendingCheckpoint: textOrNull(value.pendingCheckpoint),
    consistency: hashes(value.consistency),
    anchors: objects(value.anchors).map(anchor),
    tem: value.tem === null ? null : tem(object(value.tem)),
  };
}

function subjectsOf(value: Member): SubjectProof[] {
  const subjects = objects(value).map((item) => ({
    role: ROLES.find((role) => role === item.role) ?? wrong(),
    uri: text(item.uri),
    map: parseMapProof(item.map),
    entries: objects(item.entries).map(entry),
    pending: objects(item.pending).map(entry),
  }));
  const names = new Set(subjects.map(({ role, uri }) => `${role} ${uri}`));
  return names.size === subjects.length ? subjects : wrong();
}

function entry(value: JsonObject): Entry {
  return {
    index: count(value, "index", 0),
    leaf: b64Decode(text(value.leaf)),
    inclusion: hashes(value.inclusion),
    statement: textOrNull(value.statement),
  };
}

function anchor(value: JsonObject): AnchorHint {
  const logId = text(value.logId);
  return {
    chainId: count(value, "chainId", 0),
    contract: text(value.contract),
    logId: logId.startsWith("0x") ? hash(logId.slice(2)) : wrong(),
    tx: text(value.tx),
    block: count(value, "block", 0),
    time: count(value, "time", 0),
  };
}

function tem(value: JsonObject): TemProof {
  const slots = objects(value.slots).map((item) => ({
    roll: count(item, "roll", 0),
    leaf: hash(item.leaf),
    inclusion: hashes(item.inclusion),
  }));
  const rolls = new Set(slots.map(({ roll }) => roll));
  return { serial: text(value.serial), slots: rolls.size === slots.length ? slots : wrong() };
}

function objects(value: Member): JsonObject[] {
  return list(value).map(object);
}

function hashes(value: Member): Uint8Array[] {
  const listed = list(value);
  return listed.length > MAX_HASHES ? wrong() : listed.map(hash);
}

function textOrNull(value: Member): string | null {
  return value === null ? null : text(value);
}
