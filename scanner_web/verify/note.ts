/**
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint).
 *
 *     note       = text, ending in a newline; an empty line; one or more signature lines
 *     signature  = "— " key name " " base64(key ID of 4 bytes || signature) newline
 *     vkey       = key name "+" 8 hex digits of the key ID "+" base64(0x01 || Ed25519 public key)
 *     checkpoint = origin newline, size in decimal newline, base64(root) newline, extension lines (ignored)
 *
 * Only Ed25519 (type 1) signatures of the key that is trusted are verified, and a wrong one makes the note wrong.
 */
import { ed25519 } from "./crypto";
import { b64Decode, bytesEqual, hexDecode, utf8 } from "./encoding";
import { LedgerError, orNull } from "./errors";
import { sha256 } from "./sha256";

const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const MAX_CHECKPOINT = 65_536;
const MAX_SIZE = 2n ** 63n - 1n;
const DASH = "— ";
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\t\v-\x1f]/;
/** White space and control characters, as Python's `str.isspace` knows them, and the plus. */
const NOT_IN_NAMES = /[\0- +\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** A key that can verify notes. */
export interface Vkey {
  readonly name: string;
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** The four bytes that mark this key's signatures. */
  readonly keyId: Uint8Array;
}

/** A log's size and root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The verifier key that a `vkey` string is. Throws `note.key`, `base64.syntax`, `hex.syntax`. */
export function parseVkey(text: string): Vkey {
  const [name, keyId, encoded] = fields(text, "+", 3);
  const key = b64Decode(encoded ?? "");
  const publicKey = key.slice(1);
  const id = hexDecode(keyId ?? "", 4);
  if (key.length !== 33 || key[0] !== 1 || !isKeyName(name)) {
    throw new LedgerError("note.key");
  }
  if (!bytesEqual(id, sha256(utf8(`${name}\n`), key).subarray(0, 4))) {
    throw new LedgerError("note.key");
  }
  return { name, publicKey, keyId: id };
}

/** The checkpoint that this log signed. Throws `note.syntax`, `note.unverified`, `checkpoint.syntax`. */
export async function openCheckpoint(note: string, vkey: Vkey, origin: string): Promise<Checkpoint> {
  const checkpoint = parseCheckpoint(await openNote(note, vkey));
  if (checkpoint.origin !== origin) {
    throw new LedgerError("checkpoint.syntax");
  }
  return checkpoint;
}

/** The text of a note that this key signed, with its final newline. Throws `note.syntax`, `note.unverified`. */
export async function openNote(note: string, vkey: Vkey): Promise<string> {
  const end = note.lastIndexOf("\n\n");
  if (utf8(note).length > MAX_NOTE || CONTROL.test(note) || end < 0 || !note.endsWith("\n")) {
    throw new LedgerError("note.syntax");
  }
  const lines = note.slice(end + 2, -1).split("\n");
  const signatures = lines.map(parseSignature);
  if (note.length < end + 3 || signatures.length > MAX_SIGNATURES) {
    throw new LedgerError("note.syntax");
  }
  const text = note.slice(0, end + 1);
  const own = signatures.filter(({ name, keyId }) => name === vkey.name && bytesEqual(keyId, vkey.keyId));
  for (const { signature } of own) {
    if (!(await ed25519(vkey.publicKey, signature, utf8(text)))) {
      throw new LedgerError("note.unverified");
    }
  }
  if (own.length === 0) {
    throw new LedgerError("note.unverified");
  }
  return text;
}

/** The checkpoint that a note's text is. Throws `checkpoint.syntax`. */
export function parseCheckpoint(body: string): Checkpoint {
  const lines = body.split("\n");
  const [origin, decimal, encoded] = lines;
  const isRight =
    utf8(body).length <= MAX_CHECKPOINT && lines.length >= 4 && lines.pop() === "" && !lines.includes("");
  if (isRight && origin && !CONTROL.test(origin) && decimal && /^(?:0|[1-9][0-9]{0,18})$/.test(decimal)) {
    const size = BigInt(decimal);
    const root = orNull(() => b64Decode(encoded ?? ""));
    if (size <= MAX_SIZE && root?.length === 32) {
      return { origin, size, root };
    }
  }
  throw new LedgerError("checkpoint.syntax");
}

function parseSignature(line: string): {
  name: string;
  keyId: Uint8Array;
  signature: Uint8Array<ArrayBuffer>;
} {
  const [name, encoded] = fields(line.slice(DASH.length), " ", 2);
  const data = orNull(() => b64Decode(encoded ?? ""));
  if (!line.startsWith(DASH) || !isKeyName(name) || !data || data.length < 5) {
    throw new LedgerError("note.syntax");
  }
  return { name, keyId: data.slice(0, 4), signature: data.slice(4) };
}

/** A text cut at the first separators into so many fields. */
function fields(text: string, separator: string, count: number): string[] {
  const parts = text.split(separator);
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function isKeyName(name: string | undefined): name is string {
  return !!name && !NOT_IN_NAMES.test(name);
}
