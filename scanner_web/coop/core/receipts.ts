/**
 * Receipts: the log's signed promises, checked by whoever holds them (DESIGN §3.5; C2SP tlog-proof).
 *
 * A receipt is refused whose leaf is not exactly the statement's: its digest, its kind, its `about`, `from` and key; or
 * that does not stand under a checkpoint which the log has signed.
 *
 *     proof = "c2sp.org/tlog-proof@v1" newline, ["extra " base64 newline], "index " decimal newline,
 *             base64 of each hash newline, newline, checkpoint
 */
import { b64Decode, bytesEqual, hexEncode } from "../../verify/encoding.ts";
import { LedgerError, orNull } from "../../verify/errors.ts";
import { KINDS, parseStatement, type Typ } from "../../verify/jws.ts";
import { parseLeaf, type StatementLeaf } from "../../verify/leaf.ts";
import { leafHash, verifyInclusion } from "../../verify/merkle.ts";
import { openCheckpoint } from "../../verify/note.ts";
import { subjectKey } from "../../verify/subjects.ts";
import type { TrustFile } from "../../verify/trustfile.ts";
import type { Receipt, Slip, Unsigned } from "./slips.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 63;
const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;

/** What a receipt promises. */
export interface Promised {
  readonly index: number;
  /** When the ledger took it in, milliseconds since 1970. */
  readonly time: number;
  /** Leaves under the checkpoint that it stands under. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The text of a tlog-proof, read. */
export interface TlogProof {
  readonly index: bigint;
  /** Leaf to root. */
  readonly hashes: readonly Uint8Array[];
  /** A signed note. */
  readonly checkpoint: string;
}

/**
 * Check a receipt for a statement of one's own.
 *
 * Throws `receipt.leaf` (no leaf), `receipt.commitment` (of another statement), `receipt.filing` (filed otherwise than
 * signed), `receipt.index`, and what the proof breaks: `note.syntax`, `note.unverified`, `checkpoint.syntax`,
 * `proof.inclusion`.
 */
export async function checkReceipt(receipt: Receipt, statement: string, trust: TrustFile): Promise<Promised> {
  const { header, commitment, subjectKeys } = parseStatement(statement);
  const leaf = leafOf(receipt);
  if (!bytesEqual(leaf.commitment, commitment)) {
    throw new LedgerError("receipt.commitment", { index: receipt.index });
  }
  const isFiledSo =
    leaf.kind === KINDS[header.typ] &&
    leaf.subjects.length === subjectKeys.length &&
    leaf.subjects.every(({ key }, place) => bytesEqual(key, subjectKeys[place] ?? new Uint8Array()));
  if (!isFiledSo) throw new LedgerError("receipt.filing", { index: receipt.index });
  return stands(receipt, leaf, trust);
}

/**
 * Check a receipt for what a hosted key signed: the phone does not have that statement, so it can only see that the
 * leaf is filed as asked, under one key besides. Throws as `checkReceipt`.
 */
export async function checkHostedReceipt(
  receipt: Receipt,
  asked: Unsigned,
  trust: TrustFile,
): Promise<Promised> {
  const leaf = leafOf(receipt);
  const wanted = [...filedUnder(asked.typ, asked.about), ...asked.from.map((uri) => subjectKey("from", uri))];
  const isFiledSo =
    leaf.kind === KINDS[asked.typ] &&
    leaf.subjects.length === wanted.length + 1 &&
    wanted.every((key) => leaf.subjects.some((subject) => bytesEqual(subject.key, key)));
  if (!isFiledSo) throw new LedgerError("receipt.filing", { index: receipt.index });
  return stands(receipt, leaf, trust);
}

/**
 * Check all receipts of a slip. One may stand for what the slip's statement was before it was signed anew: the ledger
 * answers a payload that it has with the first receipt.
 *
 * @returns commitments of its statements with what was promised of each; none for what a hosted key signed. Throws
 * `receipt.count`, and as `checkReceipt`.
 */
export async function checkReceipts(
  slip: Pick<Slip, "statements" | "earlier" | "hosted">,
  receipts: readonly Receipt[],
  trust: TrustFile,
): Promise<ReadonlyMap<string, Receipt>> {
  const { statements, earlier, hosted } = slip;
  const promised = new Map<string, Receipt>();
  const asked: readonly (string | Unsigned)[] = statements.length > 0 ? statements : hosted;
  if (receipts.length !== asked.length) {
    throw new LedgerError("receipt.count", { count: asked.length, given: receipts.length });
  }
  for (const [place, receipt] of receipts.entries()) {
    const one = asked[place];
    if (typeof one === "object") await checkHostedReceipt(receipt, one, trust);
    else if (one !== undefined) {
      const payload = one.split(".")[1];
      const versions = [one, ...earlier.filter((raw) => raw.split(".")[1] === payload)];
      promised.set(await checkOneOf(receipt, versions, trust), receipt);
    }
  }
  return promised;
}

/** Read a tlog-proof. Its checkpoint is not opened. Throws `note.syntax`. */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf("\n\n");
  const checkpoint = text.slice(end + 2);
  const lines = text.slice(0, Math.max(end, 0)).split("\n");
  const isOurs = end > 0 && checkpoint !== "" && lines.shift() === HEADER;
  if (isOurs && lines[0]?.startsWith("extra ")) {
    const extra = orNull(() => b64Decode((lines.shift() ?? "").slice("extra ".length)));
    if (!extra?.length) throw new LedgerError("note.syntax");
  }
  const [word, index, ...more] = (lines.shift() ?? "").split(" ");
  const hashes = lines.map((line) => orNull(() => b64Decode(line)));
  const isRight =
    isOurs &&
    word === "index" &&
    index !== undefined &&
    more.length === 0 &&
    DECIMAL.test(index) &&
    hashes.length <= MAX_HASHES;
  const found = hashes.filter((hash) => hash?.length === 32).filter((hash) => hash !== null);
  if (!isRight || found.length !== hashes.length || BigInt(index) > 2n ** 63n - 1n) {
    throw new LedgerError("note.syntax");
  }
  return { index: BigInt(index), hashes: found, checkpoint };
}

/** The commitment of the statement that a receipt stands for. Throws what the first of them breaks. */
async function checkOneOf(
  receipt: Receipt,
  statements: readonly string[],
  trust: TrustFile,
): Promise<string> {
  let first: unknown;
  for (const statement of statements) {
    try {
      await checkReceipt(receipt, statement, trust);
      return hexEncode(parseStatement(statement).commitment);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

function filedUnder(typ: Typ, about: readonly string[]): Uint8Array[] {
  return about.map((uri) => subjectKey(typ === "master+jws" ? "desc" : "about", uri));
}

function leafOf(receipt: Receipt): StatementLeaf {
  const leaf = orNull(() => parseLeaf(b64Decode(receipt.leaf)));
  if (leaf === null || leaf.kind === 3) throw new LedgerError("receipt.leaf", { index: receipt.index });
  return leaf;
}

async function stands(receipt: Receipt, leaf: StatementLeaf, trust: TrustFile): Promise<Promised> {
  const { index, hashes, checkpoint } = parseTlogProof(receipt.proof);
  if (index !== BigInt(receipt.index)) throw new LedgerError("receipt.index", { index: receipt.index });
  const { size, root } = await openCheckpoint(checkpoint, trust.logKey, trust.origin);
  verifyInclusion(leafHash(b64Decode(receipt.leaf)), index, size, hashes, root);
  return { index: receipt.index, time: Number(leaf.time), size: Number(size), root };
}
