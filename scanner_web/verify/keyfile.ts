/**
 * The key statements of a log, kept by whoever checks signed labels without network (`digsig.ts`).
 *
 *     {"v": 1, "origin": "…", "checkpoint": "<signed note>",
 *      "keys": [{"index": n, "leaf": "<base64>", "inclusion": ["<hex>", …], "statement": "<JWS>"}, …]}
 *
 * Rising by index. Nothing in it is believed: the checkpoint is signed by the log's key, each statement is committed to
 * by a leaf that the checkpoint includes, and admitted by a registrar that the trust file pins. What a file leaves out
 * nobody misses: a revocation that came later, or was held back, is found out online only. So such a file has an age.
 */
import { b64Decode, bytesEqual } from "./encoding";
import { LedgerError, orNull } from "./errors";
import { integer, type JsonValue, parseJson } from "./json";
import { parseJwk, parseStatement, type Statement, signatureCheck } from "./jws";
import { parseLeaf } from "./leaf";
import { leafHash, verifyInclusion } from "./merkle";
import { openCheckpoint } from "./note";
import { count, hash, list, object, text } from "./shape";
import { type KeyRecord, Keyring } from "./trust";
import type { TrustFile } from "./trustfile";

const MAX_FILE = 64 * 1024 * 1024;
const KEY_KIND = 2;

/** A key statement with the proof that the log holds it. */
export interface KeyEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  /** Hashes of 32 bytes, leaf to root. */
  readonly inclusion: readonly Uint8Array[];
  /** The JWS. */
  readonly statement: string;
}

/** All key statements of a log up to a checkpoint, as one holds them. */
export interface KeyFile {
  readonly origin: string;
  /** A signed note. */
  readonly checkpoint: string;
  readonly keys: readonly KeyEntry[];
}

/** The keys that a file proves. */
export interface KnownKeys {
  /** All ever admitted, with their revocations. */
  readonly records: readonly KeyRecord[];
  /** Of the newest statement, milliseconds since 1970; 0 without any. */
  readonly time: number;
  /** Of the checkpoint. */
  readonly size: bigint;
}

/** Read a file's shape. Throws `bundle.syntax`: not strict JSON, or a member is missing or of another shape. */
export function parseKeyFile(bytes: Uint8Array): KeyFile {
  const found = orNull(() => {
    const value = object(bytes.length > MAX_FILE ? null : parseJson(bytes));
    if (integer(value, "v") !== 1) {
      return null;
    }
    const keys = list(value.keys).map(keyEntry);
    return { origin: text(value.origin), checkpoint: text(value.checkpoint), keys };
  });
  if (found === null) {
    throw new LedgerError("bundle.syntax");
  }
  return found;
}

/**
 * Check a file, asking nobody.
 *
 * Throws the first `LedgerError` that does not hold: `bundle.origin`, `bundle.syntax` (the indexes do not rise),
 * `bundle.commitment`, and what the reading of a checkpoint, a leaf, a proof, a statement throws.
 */
export async function openKeys(file: KeyFile, trust: TrustFile): Promise<KnownKeys> {
  if (file.origin !== trust.origin) {
    throw new LedgerError("bundle.origin", { origin: file.origin });
  }
  const { size, root } = await openCheckpoint(file.checkpoint, trust.logKey, trust.origin);
  const told: [number, Statement][] = [];
  let time = 0;
  for (const { index, leaf: bytes, inclusion, statement: raw } of file.keys) {
    const [before] = told.at(-1) ?? [-1];
    if (index <= before) {
      throw new LedgerError("bundle.syntax", { pointer: `/keys/${told.length}/index` });
    }
    verifyInclusion(leafHash(bytes), BigInt(index), size, inclusion, root);
    const leaf = parseLeaf(bytes);
    const statement = parseStatement(raw);
    if (
      leaf.kind !== KEY_KIND ||
      statement.header.typ !== "key+jws" ||
      !bytesEqual(leaf.commitment, statement.commitment)
    ) {
      throw new LedgerError("bundle.commitment", { index });
    }
    told.push([index, statement]);
    time = Number(leaf.time);
  }
  const signed = await rightlySigned(told, trust);
  const keyring = new Keyring(trust.registrars, told, (statement) => signed.has(statement));
  return { records: keyring.records(), time, size };
}

/** The statements whose signature is that of the key that they name: a pinned one, or one told of in the file. */
async function rightlySigned(
  told: readonly (readonly [number, Statement])[],
  trust: TrustFile,
): Promise<ReadonlySet<Statement>> {
  const shown = told.map(([, { payload }]) => orNull(() => parseJwk(payload.jwk)));
  const jwks = [...trust.registrars, ...shown.filter((jwk) => jwk !== null)];
  const byKid = new Map(jwks.map((jwk) => [jwk.kid, jwk]));
  const signed = new Set<Statement>();
  await Promise.all(
    told.map(async ([, statement]) => {
      const jwk = byKid.get(statement.header.kid);
      if (jwk !== undefined && (await signatureCheck(jwk)(statement))) {
        signed.add(statement);
      }
    }),
  );
  return signed;
}

function keyEntry(value: JsonValue): KeyEntry {
  const entry = object(value);
  return {
    index: count(entry, "index", 0),
    leaf: b64Decode(text(entry.leaf)),
    inclusion: list(entry.inclusion).map(hash),
    statement: text(entry.statement),
  };
}
